"""Cross-correlation and convolution in one and two dimensions.

The windows are gathered into columns (im2col: Chellapilla, Puri and Simard, 2006) and multiplied by the
kernels as one matrix product, whatever the dtype. For float and complex that is a BLAS call. For integers
it is exact. For objects np.matmul does, for each output value, exactly n multiplications and n - 1
additions over the n taps (channels included), zeros of the padding too, plus one addition for a bias.
"""

from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnmath.engine.errors import EngineError
from cnnmath.engine.values import numbers, operands
from cnnmath.engine.windows import Ints, Padding, grid, integers, require_room


def correlate(
    x: npt.ArrayLike,
    w: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
    *,
    stride: Ints = 1,
    padding: Padding = 0,
    dilation: Ints = 1,
    groups: int = 1,
) -> npt.NDArray[Any]:
    """Slide the kernel over the input without turning it: y[t] = sum over k of w[k] x[stride t + dilation k].

    The rank of `w` decides the shapes, where M, R and S are the output's lengths:

    ==================  ===============================  ==============================  ==========
    w                   x                                output                          bias
    ==================  ===============================  ==============================  ==========
    (K,)                (N,)                             (M,)                            scalar
    (U, V)              (H, W)                           (R, S)                          scalar
    (P, C/groups, K)    (C, N) or (B, C, N)              (P, M) or (B, P, M)             (P,)
    (P, C/groups, U, V) (C, H, W) or (B, C, H, W)        (P, R, S) or (B, P, R, S)       (P,)
    ==================  ===============================  ==============================  ==========

    Raises EngineError where shapes or settings do not fit, TooLarge above `windows.LIMIT` values.
    Source: Goodfellow, Bengio and Courville, "Deep Learning", 2016, equation 9.6.
    """
    x, w = numbers(x, "x"), numbers(w, "w")
    rank = _spatial_rank(w)
    plain = w.ndim == rank
    batched = not plain and x.ndim == rank + 2
    ranks = (rank,) if plain else (rank + 1, rank + 2)
    if x.ndim not in ranks:
        wanted = " or ".join(map(str, ranks))
        raise EngineError(f"`x` (of shape {x.shape}) must have {wanted} axes for `w` of shape {w.shape}")
    if not w.size:
        raise EngineError(f"`w` (of shape {w.shape}) has no taps: every axis must be at least 1")
    arrays = [x, w]
    if bias is not None:
        arrays.append(numbers(bias, "bias"))
        _check_bias(arrays[2], () if plain else w.shape[:1])
    x, w, *biases = operands(*arrays, terms=w.size if plain else w[0].size)

    # From here on x is (B, C, ...) and w is (P, C/groups, ...).
    if plain:
        x, w = x[None, None], w[None, None]
    elif not batched:
        x = x[None]
    (groups,) = integers("groups", groups, 1)
    _check_groups(groups, x.shape[1], w)
    layout = grid(x.shape[2:], w.shape[2:], stride=stride, padding=padding, dilation=dilation)
    batch, (filters, depth) = len(x), w.shape[:2]
    taps, cells = w[0].size, prod(layout.lengths)
    require_room("output", batch * filters * cells)
    require_room("buffer of windows", batch * groups * taps * cells)

    windows = layout.windows(x.reshape(batch, groups, depth, *x.shape[2:]))
    # (B, G, C/G, *lengths, *kernel) to (B, G, C/G, *kernel, *lengths): the product then needs no transpose.
    columns = windows.transpose(0, 1, 2, *range(3 + rank, 3 + 2 * rank), *range(3, 3 + rank))
    kernels = w.reshape(groups, filters // groups, taps)
    y: npt.NDArray[Any] = np.matmul(kernels, columns.reshape(batch, groups, taps, cells))
    y = y.reshape(batch, filters, *layout.lengths)
    for b in biases:
        y = y + b.reshape(-1, *(1,) * rank)
    return y[0, 0] if plain else y if batched else y[0]


def convolve(
    x: npt.ArrayLike,
    w: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
    *,
    stride: Ints = 1,
    padding: Padding = 0,
    dilation: Ints = 1,
    groups: int = 1,
) -> npt.NDArray[Any]:
    """True convolution: `correlate` with the kernel turned by 180 degrees along its spatial axes.

    With padding "full", y[t] = sum over k of w[k] x[t - k + 1] counting from 1, as in signal processing.
    Shapes, settings and errors are those of `correlate`.
    Source: Goodfellow, Bengio and Courville, "Deep Learning", 2016, equation 9.5.
    """
    w = numbers(w, "w")
    turned = np.flip(w, axis=tuple(range(-_spatial_rank(w), 0)))
    return correlate(x, turned, bias, stride=stride, padding=padding, dilation=dilation, groups=groups)


def _spatial_rank(w: npt.NDArray[Any]) -> int:
    if w.ndim not in (1, 2, 3, 4):
        raise EngineError(f"`w` (of shape {w.shape}) must have 1, 2, 3 or 4 axes")
    return 2 - w.ndim % 2


def _check_bias(bias: npt.NDArray[Any], shape: tuple[int, ...]) -> None:
    if bias.shape != shape:
        wanted = f"one value per filter, shape {shape}" if shape else "a single number"
        raise EngineError(f"`bias` (of shape {bias.shape}) must be {wanted}")


def _check_groups(groups: int, channels: int, w: npt.NDArray[Any]) -> None:
    filters, depth = w.shape[:2]
    for count, what in ((channels, "input channels"), (filters, "filters")):
        if count % groups:
            raise EngineError(f"`groups` (={groups}) must divide the {what} (={count})")
    if depth * groups != channels:
        raise EngineError(
            f"`w` (of shape {w.shape}) takes {depth} channels in each of {groups} groups "
            f"but `x` has {channels} channels: make axis 1 of `w` {channels // groups}"
        )
