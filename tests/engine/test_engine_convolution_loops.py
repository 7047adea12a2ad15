"""Correlation and convolution against six nested loops, written from the definition in pure Python."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnmath.engine import convolve, correlate


def six_loops(x, w, bias, *, stride, pairs, dilation, groups, turned):
    """x[b][c][i][j] and w[p][c][u][v] as lists; `turned` gives true convolution."""
    rows, columns, depth = len(x[0][0]), len(x[0][0][0]), len(w[0])
    taps_u, taps_v = len(w[0][0]), len(w[0][0][0])
    (top, bottom), (left, right) = pairs
    out_rows = (top + rows + bottom - dilation[0] * (taps_u - 1) - 1) // stride[0] + 1
    out_columns = (left + columns + right - dilation[1] * (taps_v - 1) - 1) // stride[1] + 1
    per_group = len(w) // groups
    result = []
    for image in x:
        maps = []
        for p in range(len(w)):
            plane = []
            for r in range(out_rows):
                line = []
                for s in range(out_columns):
                    total = 0 if bias is None else bias[p]
                    for c in range(depth):
                        for u in range(taps_u):
                            for v in range(taps_v):
                                step_u = taps_u - 1 - u if turned else u
                                step_v = taps_v - 1 - v if turned else v
                                i = stride[0] * r + dilation[0] * step_u - top
                                j = stride[1] * s + dilation[1] * step_v - left
                                if 0 <= i < rows and 0 <= j < columns:
                                    total += w[p][c][u][v] * image[p // per_group * depth + c][i][j]
                    line.append(total)
                plane.append(line)
            maps.append(plane)
        result.append(maps)
    return result


def split(total):
    return (total // 2, total - total // 2)


@st.composite
def problems(draw):
    """A convolution that fits: everything the loops need, and the arguments the engine takes."""
    rank = draw(st.sampled_from([1, 2]))
    axes = st.tuples(*[st.integers(1, 3)] * rank)
    kernel, stride, dilation = draw(axes), draw(axes), draw(axes)
    extents = [d * (k - 1) + 1 for d, k in zip(dilation, kernel)]
    groups, depth, per_group = (draw(st.integers(1, n)) for n in (3, 2, 2))
    batch = draw(st.sampled_from([None, 1, 2]))

    kind = draw(st.sampled_from(["one", "ints", "pairs", "valid", "full", "same", "same-tf"]))
    if kind == "one":
        padding = draw(st.integers(0, 2))
        pairs = [(padding, padding)] * rank
    elif kind == "ints":
        padding = draw(st.tuples(*[st.integers(0, 3)] * rank))
        pairs = [(p, p) for p in padding]
    elif kind == "pairs":
        padding = draw(st.tuples(*[st.tuples(st.integers(0, 3), st.integers(0, 3))] * rank))
        pairs = list(padding)
    else:
        padding, pairs = kind, {"valid": [(0, 0)] * rank, "full": [(k - 1, k - 1) for k in extents]}.get(kind)

    extra = draw(st.tuples(*[st.integers(0, 4)] * rank))
    if pairs is None:
        shape = [1 + n for n in extra]
        if kind == "same":
            pairs = [split(k - 1) for k in extents]
        else:
            pairs = [split(max((-(-n // s) - 1) * s + k - n, 0)) for n, s, k in zip(shape, stride, extents)]
    else:
        shape = [max(1, k - sum(pair)) + n for k, pair, n in zip(extents, pairs, extra)]

    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    number = draw(st.sampled_from(["int", "fraction", "float"]))

    def values(*size):
        if number == "float":
            return rng.normal(size=size)
        integers = rng.integers(-9, 10, size=size)
        if number == "int":
            return integers.astype(draw(st.sampled_from([np.int8, np.int32, np.int64])))
        return np.frompyfunc(Fraction, 2, 1)(integers.astype(object), rng.integers(1, 5, size).astype(object))

    filters = groups * per_group
    x = values(*([] if batch is None else [batch]), groups * depth, *shape)
    w = values(filters, depth, *kernel)
    bias = values(filters) if draw(st.booleans()) else None
    arguments = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    return x, w, bias, arguments, pairs, number


@pytest.mark.parametrize("turned", [False, True], ids=["correlate", "convolve"])
@given(problem=problems())
@settings(max_examples=120, deadline=None)
def test_equals_six_loops(turned, problem):
    x, w, bias, arguments, pairs, number = problem
    actual = (convolve if turned else correlate)(x, w, bias, **arguments)

    rank, batched = w.ndim - 2, x.ndim == w.ndim
    as_rows = {1: (1,), 2: ()}[rank]  # a signal is an image of one row
    expected = six_loops(
        x.reshape(-1, x.shape[-rank - 1], *as_rows, *x.shape[-rank:]).tolist(),
        w.reshape(*w.shape[:2], *as_rows, *w.shape[2:]).tolist(),
        None if bias is None else bias.tolist(),
        stride=(1,) * (2 - rank) + arguments["stride"],
        pairs=[(0, 0)] * (2 - rank) + pairs,
        dilation=(1,) * (2 - rank) + arguments["dilation"],
        groups=arguments["groups"],
        turned=turned,
    )
    if rank == 1:
        expected = [[plane[0] for plane in image] for image in expected]
    expected = expected if batched else expected[0]
    if number == "float":
        np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-12)
    else:
        assert actual.tolist() == expected


@pytest.mark.parametrize("operation", [correlate, convolve])
@pytest.mark.parametrize("shape", [(7,), (5, 6)])
def test_plain_rank_is_one_channel(operation, shape):
    rng = np.random.default_rng(0)
    x, w = rng.integers(-9, 9, shape), rng.integers(-9, 9, (3,) * len(shape))
    plain = operation(x, w, 5, padding="same", stride=2)
    assert plain.ndim == len(shape)
    stacked = operation(x[None], w[None, None], [5], padding="same", stride=2)
    assert (plain == stacked[0]).all()


def test_convolution_is_the_textbook_sum():
    # y_t = sum over k of w_k x_(t-k+1), counting from 1: the product of polynomials.
    assert convolve([1, 2, 3], [10, 1], padding="full").tolist() == [10, 21, 32, 3]
    assert correlate([1, 2, 3], [10, 1], padding="full").tolist() == [1, 12, 23, 30]


def test_numpy_integers_and_lists_are_settings_too():
    x = np.arange(25).reshape(5, 5)
    expected = correlate(x, np.eye(2, dtype=int), stride=2, padding=(1, 0))
    assert (correlate(x.tolist(), [[1, 0], [0, 1]], stride=np.int64(2), padding=[1, 0]) == expected).all()


def test_empty_batch():
    assert correlate(np.ones((0, 3, 5, 5)), np.ones((2, 3, 3, 3))).shape == (0, 2, 3, 3)


@pytest.mark.parametrize(("n", "k", "s", "d"), [(7, 3, 2, 1), (8, 2, 3, 2), (5, 1, 4, 1), (1, 5, 2, 3)])
def test_same_tf_keeps_ceil_of_n_over_stride(n, k, s, d):
    assert correlate(np.ones(n), np.ones(k), padding="same-tf", stride=s, dilation=d).shape == (-(-n // s),)
