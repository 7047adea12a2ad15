"""Transposed convolution: what the transpose of the matrix of `correlate` does, by one correlation.

The input is stretched by stride - 1 zeros between its values, given d (k - 1) - p zeros at each end
(values are cut off where that is negative) and `output_padding` more at the end, and correlated with the kernel
turned by 180 degrees (Dumoulin and Visin, 2016, relationships 8 to 14; the dilation d as in PyTorch).
"""

from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnmath.engine.convolution import correlate
from cnnmath.engine.errors import EngineError
from cnnmath.engine.values import numbers
from cnnmath.engine.windows import Ints, Padding, grid, integers, pad, require_room


def transposed(
    x: npt.ArrayLike,
    w: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
    *,
    stride: Ints = 1,
    padding: Padding = 0,
    dilation: Ints = 1,
    output_padding: Ints = 0,
) -> npt.NDArray[Any]:
    """Put the kernel, times each input value, at every `stride`-th place and add: y[s n + d k - p] += x[n] w[k].

    Stride, padding and dilation are those of the convolution whose matrix is transposed: `padding` is cut off the
    output. It has s (n - 1) + d (k - 1) + 1 - p_before - p_after + output_padding values along an axis.

    =================  ============================  ==========================  ==========
    w                  x                             output                      bias
    =================  ============================  ==========================  ==========
    (K,)               (N,)                          (M,)                        scalar
    (U, V)             (H, W)                        (R, S)                      scalar
    (C, P, K)          (C, N) or (B, C, N)           (P, M) or (B, P, M)         (P,)
    (C, P, U, V)       (C, H, W) or (B, C, H, W)     (P, R, S) or (B, P, R, S)   (P,)
    =================  ============================  ==========================  ==========

    Raises EngineError where shapes or settings do not fit, TooLarge above `windows.LIMIT` values.
    """
    x, w = numbers(x, "x"), numbers(w, "w")
    if w.ndim not in (1, 2, 3, 4):
        raise EngineError(f"`w` (of shape {w.shape}) must have 1, 2, 3 or 4 axes")
    if not w.size:
        raise EngineError(f"`w` (of shape {w.shape}) has no taps: every axis must be at least 1")
    rank = 2 - w.ndim % 2
    plain = w.ndim == rank
    _check_input(x, w, rank, plain)
    kernel = w.shape[-rank:]
    dilations = integers("dilation", dilation, rank)
    extents = tuple(d * (k - 1) + 1 for d, k in zip(dilations, kernel))
    if padding == "same-tf":
        raise EngineError("`padding` (='same-tf') depends on the output's size here: write the numbers of zeros")
    # Over an input of its own extent every kernel fits: this only reads the settings.
    layout = grid(extents, kernel, stride=stride, padding=padding, dilation=dilations)
    extra = integers("output_padding", output_padding, rank, least=0)
    for s, d, a in zip(layout.stride, dilations, extra):
        if a >= max(s, d):
            raise EngineError(
                f"`output_padding` (={a}) must be smaller than the stride (={s}) or the dilation (={d}): "
                "for a longer output use a longer input"
            )
    ends = tuple((k - 1 - before, k - 1 - after + a) for k, (before, after), a in zip(extents, layout.padding, extra))
    stretched = _resized(_stretched(x, layout.stride), ends, extents)
    turned = np.flip(w, axis=tuple(range(-rank, 0)))
    return correlate(stretched, turned if plain else turned.swapaxes(0, 1), bias, dilation=dilations)


def _check_input(x: npt.NDArray[Any], w: npt.NDArray[Any], rank: int, plain: bool) -> None:
    ranks = (rank,) if plain else (rank + 1, rank + 2)
    if x.ndim not in ranks:
        wanted = " or ".join(map(str, ranks))
        raise EngineError(f"`x` (of shape {x.shape}) must have {wanted} axes for `w` of shape {w.shape}")
    if not prod(x.shape[-rank:]):
        raise EngineError(f"`x` (of shape {x.shape}) has no values along an axis: every one must be at least 1")
    if not plain and x.shape[-rank - 1] != len(w):
        raise EngineError(
            f"`w` (of shape {w.shape}) takes {len(w)} channels but `x` has {x.shape[-rank - 1]}: "
            f"make axis 0 of `w` {x.shape[-rank - 1]}"
        )


def _stretched(x: npt.NDArray[Any], strides: tuple[int, ...]) -> npt.NDArray[Any]:
    """Return x with stride - 1 zeros between its values along the last axes."""
    rank = len(strides)
    shape = (*x.shape[:-rank], *(s * (n - 1) + 1 for n, s in zip(x.shape[-rank:], strides)))
    require_room("stretched input", prod(shape))
    apart = np.full(shape, 0, dtype=x.dtype)
    places: tuple[Any, ...] = (..., *(slice(None, None, s) for s in strides))
    apart[places] = x
    return apart


def _resized(x: npt.NDArray[Any], ends: tuple[tuple[int, int], ...], extents: tuple[int, ...]) -> npt.NDArray[Any]:
    """Return x with zeros at the ends of its last axes, or values cut off where their number is negative."""
    sides = x.shape[-len(ends) :]
    for n, k, (before, after) in zip(sides, extents, ends):
        left = n + before + after - k + 1
        if left < 1:
            raise EngineError(f"the padding cuts the output down to {left} values: pad less or use a larger kernel")
    x = pad(x, tuple((max(before, 0), max(after, 0)) for before, after in ends))
    sides = x.shape[-len(ends) :]
    inside = (slice(max(-before, 0), n - max(-after, 0)) for (before, after), n in zip(ends, sides))
    places: tuple[Any, ...] = (..., *inside)
    kept: npt.NDArray[Any] = x[places]
    return kept
