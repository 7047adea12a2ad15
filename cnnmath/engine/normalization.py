"""Batch normalization (Ioffe and Szegedy, "Batch normalization", 2015, algorithms 1 and 2)."""

from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnmath.engine.errors import EngineError
from cnnmath.engine.values import floats, numbers
from cnnmath.engine.values import mean as exact_mean


def batch_norm(
    x: npt.ArrayLike,
    mean: npt.ArrayLike,
    variance: npt.ArrayLike,
    gamma: npt.ArrayLike | None = None,
    beta: npt.ArrayLike | None = None,
    *,
    epsilon: Any = 1e-5,
    axis: int = -3,
) -> npt.NDArray[Any]:
    """gamma (x - mean) / sqrt(variance + epsilon) + beta, each of shape (C,), one value per channel.

    `axis` holds the channels of x. Its default fits images, (C, H, W) and (B, C, H, W); pass -2 for signals
    (C, N) and (B, C, N), and -1 for features (B, C). Integers become float64. Objects keep their own
    arithmetic: the root is the power Fraction(1, 2), which SymPy leaves exact.
    """
    given = {"x": x, "mean": mean, "variance": variance, "gamma": gamma, "beta": beta}
    arrays = {name: numbers(value, name) for name, value in given.items() if value is not None}
    symbolic = any(array.dtype.kind == "O" for array in arrays.values())
    arrays = {n: array.astype(object) if symbolic else floats(array, n) for n, array in arrays.items()}

    signal = arrays.pop("x")
    axis = _positive(axis, signal)
    channels = signal.shape[axis]
    for name, array in arrays.items():
        if array.shape != (channels,):
            raise EngineError(f"`{name}` (of shape {array.shape}) must have the shape ({channels},)")
    column = (channels, *(1 for _ in signal.shape[axis + 1 :]))

    spread = arrays["variance"] + epsilon
    scale = arrays.get("gamma", 1) / (spread ** Fraction(1, 2) if symbolic else np.sqrt(spread))
    y: npt.NDArray[Any] = (signal - arrays["mean"].reshape(column)) * scale.reshape(column)
    return y + arrays["beta"].reshape(column) if "beta" in arrays else y


def batch_statistics(x: npt.ArrayLike, axis: int = -3) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Mean and variance of each channel, shapes (C,): over every axis but `axis`, and divided by the count.

    The variance is the biased one, by which training normalizes. Exact on integers and Fractions.
    """
    x = numbers(x, "x")
    axis = _positive(axis, x)
    if not x.size:
        raise EngineError(f"`x` (of shape {x.shape}) has no values to take the mean of")
    channels = np.moveaxis(x, axis, 0).reshape(x.shape[axis], -1)
    count = channels.shape[1]
    centre = exact_mean(channels, (1,), count)
    deviation = channels - centre.reshape(-1, 1)
    return centre, exact_mean(deviation * deviation, (1,), count)


def _positive(axis: int, x: npt.NDArray[Any]) -> int:
    if not -x.ndim <= axis < x.ndim:
        raise EngineError(f"`axis` (={axis}) must be one of the {x.ndim} axes of `x` (of shape {x.shape})")
    return axis % x.ndim
