"""Max and mean pooling over the last one or two axes; leading axes (batch, channels) are kept."""

from math import inf, prod
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnmath.engine.errors import EngineError
from cnnmath.engine.values import mean, numbers
from cnnmath.engine.windows import Grid, Ints, Padding, grid, integers, pad, require_room


def max_pool(
    x: npt.ArrayLike,
    window: Ints,
    *,
    stride: Ints | None = None,
    padding: Padding = 0,
    dilation: Ints = 1,
    ceil: bool = False,
) -> npt.NDArray[Any]:
    """The largest input value of each window, keeping the dtype; padding never wins.

    `window` is (U, V) or an integer for x (..., H, W), (K,) or an integer for x (N,). `stride` defaults to
    the window. On objects an unpadded window of n taps takes n - 1 comparisons.
    Raises EngineError where a window would hold nothing but padding.
    """
    x, layout, axes = _layout(x, window, stride, padding, dilation, ceil)
    fill = np.iinfo(x.dtype).min if x.dtype.kind in "iu" else -inf
    return np.asarray(np.maximum.reduce(layout.windows(x, fill), axis=axes))


def mean_pool(
    x: npt.ArrayLike,
    window: Ints,
    *,
    stride: Ints | None = None,
    padding: Padding = 0,
    ceil: bool = False,
    count_padding: bool = True,
) -> npt.NDArray[Any]:
    """The mean of each window; integers give exact Fractions in an object array.

    Arguments as in `max_pool`. The divisor counts the window's input values and, with `count_padding`, its
    padding too, but never the positions past the padding that `ceil` lets the last window reach (the
    rule of PyTorch's AvgPool). On objects an unpadded window of n taps takes n - 1 additions and a division.
    Raises EngineError where a window would hold nothing but padding.
    """
    x, layout, axes = _layout(x, window, stride, padding, 1, ceil)
    counted = pad(_members(x, layout), layout.padding, int(count_padding))
    divisors = layout.view(pad(counted, layout.overhang)).sum(axis=axes)
    return mean(layout.windows(x), axes, divisors)


def global_max_pool(x: npt.ArrayLike) -> npt.NDArray[Any]:
    """The largest value of each feature map: x (..., H, W) gives (...)."""
    return np.asarray(np.maximum.reduce(_maps(x), axis=(-2, -1)))


def global_mean_pool(x: npt.ArrayLike) -> npt.NDArray[Any]:
    """The mean of each feature map: x (..., H, W) gives (...); exact on integers, as `mean_pool`.

    Source: Lin, Chen and Yan, "Network in network", 2013, section 3.2.
    """
    maps = _maps(x)
    return mean(maps, (-2, -1), maps.shape[-2] * maps.shape[-1])


def _layout(
    given: npt.ArrayLike,
    window: Ints,
    stride: Ints | None,
    padding: Padding,
    dilation: Ints,
    ceil: bool,
) -> tuple[npt.NDArray[Any], Grid, tuple[int, ...]]:
    """The input as an array, the grid of its windows, and the axes of the taps in `Grid.windows`."""
    x = numbers(given, "x")
    rank = len(window) if isinstance(window, (tuple, list)) else min(x.ndim, 2)
    if rank not in (1, 2) or x.ndim < rank:
        raise EngineError(f"`window` (={window!r}) must span 1 or 2 axes of `x` (of shape {x.shape})")
    kernel = integers("window", window, rank)
    layout = grid(
        x.shape[-rank:],
        kernel,
        stride=kernel if stride is None else stride,
        padding=padding,
        dilation=dilation,
        ceil=ceil,
    )
    require_room("output", prod(x.shape[:-rank]) * prod(layout.lengths))
    axes = tuple(range(-rank, 0))
    if not layout.windows(_members(x, layout)).any(axis=axes).all():
        found = f"with `padding` (={padding!r}) some window holds nothing but padding"
        raise EngineError(f"{found}: pad less or use a larger window")
    return x, layout, axes


def _members(x: npt.NDArray[Any], layout: Grid) -> npt.NDArray[Any]:
    """One feature map of ones, which tells input values from padding when padded by zeros."""
    return np.ones(x.shape[-len(layout.lengths) :], dtype=np.int64)


def _maps(given: npt.ArrayLike) -> npt.NDArray[Any]:
    x = numbers(given, "x")
    if x.ndim < 2 or not prod(x.shape[-2:]):
        raise EngineError(f"`x` (of shape {x.shape}) must end in rows and columns, both at least 1")
    return x
