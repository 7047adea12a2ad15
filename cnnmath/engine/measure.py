"""Measurements of a function by running it."""

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnmath.engine.counting import Tally, counted
from cnnmath.engine.errors import EngineError, TooLarge

MOST_POSITIONS = 4096

Function = Callable[..., npt.NDArray[Any]]


def influence(f: Function, shape: tuple[int, ...], cell: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Which input positions the output f(x)[cell] depends on: a mask of the input's `shape`.

    Runs `f` once per position, on ones with a NaN there: a NaN spreads to all that is computed from it, a
    product with a zero weight included. So it shows the wiring, whatever the weights. TooLarge where `f` would
    have to run more than 4096 times.
    """
    if prod(shape) > MOST_POSITIONS:
        raise TooLarge(f"`f` would run {prod(shape)} times, more than the {MOST_POSITIONS} that this engine tries")
    mask = np.zeros(shape, dtype=np.bool_)
    for position in np.ndindex(*shape):
        x = np.ones(shape)
        x[position] = np.nan
        y = f(x)
        if len(cell) != y.ndim or any(not 0 <= index < m for index, m in zip(cell, y.shape)):
            raise EngineError(f"`cell` (={cell}) lies outside the output (of shape {y.shape})")
        mask[position] = np.isnan(y[cell])
    return mask


def operations(f: Callable[..., Any], *arrays: npt.ArrayLike) -> Tally:
    """The scalar operations that f(*arrays) does on the numbers of `arrays` and what comes of them.

    Pass positive numbers, and the weights too: zeros that `relu` or a padding brings in are plain numbers,
    which count only where they meet a Counted one.
    """
    tally = Tally()
    f(*(counted(array, tally) for array in arrays))
    return tally
