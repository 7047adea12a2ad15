"""Arrays to try a layer on, within the room that there is."""

from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnmath.engine.errors import TooLarge

MOST = 2**24
"""The most values a blank array may have: trying a layer needs no more."""


def zeros(*shape: int) -> npt.NDArray[Any]:
    """float32 zeros of this shape; TooLarge where they would not fit."""
    return _filled(0, *shape)


def ones(*shape: int) -> npt.NDArray[Any]:
    """float32 ones of this shape; TooLarge where they would not fit."""
    return _filled(1, *shape)


def _filled(value: int, *shape: int) -> npt.NDArray[Any]:
    _require_room(prod(shape))
    return np.full(shape, value, dtype=np.float32)


def counting_up(count: int) -> npt.NDArray[Any]:
    """0, 1, 2, ..., count - 1 as integers, so that an output tells where it came from; TooLarge beyond the room."""
    _require_room(count)
    return np.arange(count)


def _require_room(count: int) -> None:
    if count > MOST:
        raise TooLarge(f"an array of {count} values is more than the {MOST} that layers are tried on")
