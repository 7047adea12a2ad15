"""Where the windows of a convolution or a pooling lie, and views of them.

One axis of n values, padded by `before` and `after`, under a kernel of k taps `dilation` apart (its extent
is k' = dilation (k - 1) + 1) moved by `stride`, has floor((n + before + after - k') / stride) + 1 windows
(Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016, relationship 15).
"""

from math import prod
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from cnnmath.engine.errors import EngineError, TooLarge

LIMIT = 2**27
"""The most values one array may have: 1 GiB of float64."""

_AXIS_NAMES = {1: ("samples",), 2: ("rows", "columns")}

Pair = tuple[int, int]
Ints = int | tuple[int, ...]
Padding = int | str | tuple[int | Pair, ...]
"""An integer; per axis an integer or a pair (before, after); "valid", "same", "same-tf" or "full"."""


class Grid(NamedTuple):
    """The windows over the last axes of an array; every field has one entry per spatial axis."""

    lengths: tuple[int, ...]
    """Windows along the axis: the output's shape."""
    extents: tuple[int, ...]
    """Input positions from a window's first tap to its last, k'."""
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    padding: tuple[Pair, ...]
    overhang: tuple[Pair, ...]
    """(0, positions after the padding), which the last window reaches where lengths were rounded up."""

    def windows(self, x: npt.NDArray[Any], fill: Any = 0) -> npt.NDArray[Any]:
        """The windows (..., *lengths, *kernel) of x (..., *shape), padded by `fill`."""
        return self.view(pad(pad(x, self.padding, fill), self.overhang, fill))

    def view(self, padded: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Read-only view (..., *lengths, *kernel) of an array that has its padding and overhang."""
        starts = (slice(0, (m - 1) * s + 1, s) for m, s in zip(self.lengths, self.stride))
        taps = (slice(None, None, d) for d in self.dilation)
        spatial = tuple(range(-len(self.lengths), 0))
        index: tuple[Any, ...] = (..., *starts, *taps)
        windows: npt.NDArray[Any] = sliding_window_view(padded, self.extents, axis=spatial)[index]
        return windows


def grid(
    shape: tuple[int, ...],
    kernel: tuple[int, ...],
    *,
    stride: Ints = 1,
    padding: Padding = 0,
    dilation: Ints = 1,
    ceil: bool = False,
) -> Grid:
    """Lay windows of shape `kernel` over an input of spatial shape `shape`.

    With `ceil` the number of windows is rounded up, as long as the last one starts inside the input or the
    padding before it (the rule of Caffe and PyTorch). Raises EngineError where no window fits.
    """
    rank = len(shape)
    strides = integers("stride", stride, rank)
    dilations = integers("dilation", dilation, rank)
    extents = tuple(d * (k - 1) + 1 for d, k in zip(dilations, kernel))
    pairs = _pairs(padding, shape, extents, strides)
    lengths, overhang = [], []
    for n, k, s, (before, after), name in zip(shape, extents, strides, pairs, _AXIS_NAMES[rank]):
        room = before + n + after
        m = (room - k) // s + 1
        if ceil:
            m = min(_ceil_div(room - k, s) + 1, _ceil_div(before + n, s))
        if m < 1:
            found = f"the kernel covers {k} {name} but the padded input has {room}"
            raise EngineError(f"{found}: pad more or use a smaller kernel")
        lengths.append(m)
        overhang.append((0, max((m - 1) * s + k - room, 0)))
    return Grid(tuple(lengths), extents, strides, dilations, pairs, tuple(overhang))


def pad(x: npt.NDArray[Any], pairs: tuple[Pair, ...], fill: Any = 0) -> npt.NDArray[Any]:
    """Surround the last axes of x by (before, after) copies of `fill`."""
    if not any(map(any, pairs)):
        return x
    spatial = x.shape[-len(pairs) :]
    shape = (*x.shape[: -len(pairs)], *(b + n + a for n, (b, a) in zip(spatial, pairs)))
    require_room("padded input", prod(shape))
    # np.pad would put NumPy scalars into object arrays.
    padded = np.full(shape, fill, dtype=x.dtype)
    inside: tuple[Any, ...] = (..., *(slice(b, b + n) for n, (b, _) in zip(spatial, pairs)))
    padded[inside] = x
    return padded


def require_room(what: str, count: int) -> None:
    """Raise TooLarge rather than let an array of `count` values be allocated."""
    if count > LIMIT:
        raise TooLarge(f"the {what} would have {count} values, more than the {LIMIT} this engine runs")


def integers(name: str, given: Any, length: int, least: int = 1) -> tuple[int, ...]:
    """Read one integer for all axes, or a tuple of `length` of them, each at least `least`."""
    entries = tuple(given) if isinstance(given, (tuple, list)) else (given,) * length
    if len(entries) != length:
        raise EngineError(f"`{name}` (={given!r}) must be one integer or a tuple of {length}")
    for entry in entries:
        if isinstance(entry, bool) or not isinstance(entry, (int, np.integer)) or entry < least:
            raise EngineError(f"`{name}` (={given!r}) must be made of integers that are at least {least}")
    return tuple(int(entry) for entry in entries)


def _pairs(
    padding: Padding, shape: tuple[int, ...], extents: tuple[int, ...], strides: tuple[int, ...]
) -> tuple[Pair, ...]:
    match padding:
        case "valid":
            return tuple((0, 0) for _ in extents)
        case "full":
            return tuple((k - 1, k - 1) for k in extents)
        case "same":
            return tuple(_halves(k - 1) for k in extents)
        case "same-tf":
            reaches = ((_ceil_div(n, s) - 1) * s + k for n, s, k in zip(shape, strides, extents))
            return tuple(_halves(max(reach - n, 0)) for n, reach in zip(shape, reaches))
        case str():
            raise EngineError(
                f"`padding` (={padding!r}) must be 'valid', 'same', 'same-tf', 'full' or made of integers"
            )
    entries = tuple(padding) if isinstance(padding, (tuple, list)) else (padding,) * len(shape)
    if len(entries) != len(shape):
        raise EngineError(
            f"`padding` (={padding!r}) must have one entry for each of the {len(shape)} spatial axes, "
            "an integer or a pair (before, after)"
        )
    return tuple((before, after) for before, after in (integers("padding", e, 2, least=0) for e in entries))


def _halves(total: int) -> Pair:
    return total // 2, total - total // 2


def _ceil_div(a: int, b: int) -> int:
    return -(-a // b)
