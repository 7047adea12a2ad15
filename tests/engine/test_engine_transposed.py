"""Transposed convolution: the transpose of the matrix of `correlate`, PyTorch's layout, and its errors."""

from fractions import Fraction
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnmath.engine import Counted, EngineError, Tally, TooLarge, correlate, counted, transposed


def matrix(w, shape, **options):
    """The matrix of `correlate`: column n is what it makes of the n-th unit input, flattened."""
    units = np.eye(prod(shape), dtype=int).reshape(-1, *shape)
    return np.stack([correlate(unit, w, **options).ravel() for unit in units], axis=1)


@st.composite
def convolutions(draw, channels):
    """The input shape, kernel and settings of a convolution that fits; pairs of zeros per axis."""
    rank = draw(st.sampled_from([1, 2]))

    def axes(low, high):
        return draw(st.tuples(*[st.integers(low, high)] * rank))

    kernel, stride, dilation = axes(1, 3), axes(1, 3), axes(1, 3)
    padding = tuple(zip(axes(0, 4), axes(0, 4)))
    extents = [d * (k - 1) + 1 for d, k in zip(dilation, kernel)]
    least = [max(1, k - sum(pair)) for k, pair in zip(extents, padding)]
    shape = tuple(n + more for n, more in zip(least, axes(0, 4)))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    maps = (draw(st.integers(1, 3)), draw(st.integers(1, 3))) if channels else ()
    w = rng.integers(-5, 6, size=(*maps, *kernel))
    remainder = tuple(
        (n + sum(pair) - k) % s for n, pair, k, s in zip(shape, padding, extents, stride)
    )  # the positions at the end that no window reached
    return rng, (*maps[1:], *shape), w, {"stride": stride, "padding": padding, "dilation": dilation}, remainder


@given(convolutions(channels=False))
@settings(max_examples=150, deadline=None)
def test_is_the_transpose_of_the_matrix(problem):
    rng, shape, w, options, remainder = problem
    y = rng.integers(-9, 10, size=correlate(np.zeros(shape, int), w, **options).shape)
    back = transposed(y, w, output_padding=remainder, **options)
    assert back.shape == shape
    assert back.ravel().tolist() == (matrix(w, shape, **options).T @ y.ravel()).tolist()


@given(convolutions(channels=True), st.sampled_from(["integer", "fraction", "float"]))
@settings(max_examples=150, deadline=None)
def test_inner_products_are_kept(problem, number):
    """<correlate(x), y> = <x, transposed(y)>: the kernels (P, C, ...) of one are those of the other."""
    rng, shape, w, options, remainder = problem

    def values(size):
        whole = rng.integers(-9, 10, size=size)
        if number == "fraction":
            return np.frompyfunc(Fraction, 2, 1)(whole.astype(object), 3)
        return whole if number == "integer" else whole / 4  # quarters: floats that add up exactly

    x = values(shape)
    forward = correlate(x, w, **options)
    y = values(forward.shape)
    assert (forward * y).sum() == (x * transposed(y, w, output_padding=remainder, **options)).sum()


@given(st.data(), st.sampled_from([1, 2]), st.integers(0, 10**6))
@settings(max_examples=150, deadline=None)
def test_equals_pytorch(data, rank, seed):
    torch = pytest.importorskip("torch")

    def axes(low, high):
        return data.draw(st.tuples(*[st.integers(low, high)] * rank))

    kernel, stride, dilation, padding = axes(1, 4), axes(1, 3), axes(1, 3), axes(0, 3)
    extra = tuple(data.draw(st.integers(0, max(s, d) - 1)) for s, d in zip(stride, dilation))
    channels, filters, batch = (data.draw(st.integers(1, 3)) for _ in range(3))
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(batch, channels, *axes(1, 5)))
    w = rng.normal(size=(channels, filters, *kernel))
    bias = rng.normal(size=filters)
    options = {"stride": stride, "padding": padding, "dilation": dilation, "output_padding": extra}
    theirs = getattr(torch.nn.functional, f"conv_transpose{rank}d")
    sizes = zip(x.shape[2:], kernel, stride, dilation, padding, extra)
    if min((n - 1) * s - 2 * p + d * (k - 1) + a + 1 for n, k, s, d, p, a in sizes) < 1:
        with pytest.raises(EngineError, match="the padding cuts the output down"):
            transposed(x, w, bias, **options)
        return
    expected = theirs(*map(torch.tensor, (x, w, bias)), **options).numpy()
    np.testing.assert_allclose(transposed(x, w, bias, **options), expected, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(transposed(x[0], w, bias, **options), expected[0], rtol=1e-10, atol=1e-10)


def test_the_textbook_example():
    # Dive into Deep Learning, section 14.10: a 2x2 input and the same values as the kernel.
    x = [[0, 1], [2, 3]]
    assert transposed(x, x).tolist() == [[0, 0, 1], [0, 4, 6], [4, 12, 9]]
    assert transposed(x, x, padding=1).tolist() == [[4]]
    assert transposed(x, x, stride=2).tolist() == [[0, 0, 0, 1], [0, 0, 2, 3], [0, 2, 0, 3], [4, 6, 6, 9]]


def test_it_adds_copies_of_the_kernel():
    assert transposed([1, 10, 100], [1, 2, 3], stride=2).tolist() == [1, 2, 13, 20, 130, 200, 300]
    assert transposed([1, 10], [1, 2], 5, dilation=3).tolist() == [6, 15, 5, 7, 25]


def test_output_padding_is_at_the_end():
    assert transposed([1, 1], [1, 2, 3], stride=3, output_padding=2).tolist() == [1, 2, 3, 1, 2, 3, 0, 0]
    assert transposed([7], [1], stride=3, padding=1, output_padding=2).tolist() == [0]


def test_words_for_padding():
    assert transposed([1, 2, 3], [1, 1, 1], padding="valid").tolist() == [1, 3, 6, 5, 3]
    assert transposed([1, 2, 3], [1, 1, 1], padding="same").tolist() == [3, 6, 5]
    assert transposed([1, 2, 3], [1, 1, 1], padding="full").tolist() == [6]


def test_numbers_of_every_kind():
    big = 2**40
    assert transposed([big, big], [big, big]).tolist() == [big**2, 2 * big**2, big**2]
    assert transposed([Fraction(1, 3)], [1, Fraction(3, 2)]).tolist() == [Fraction(1, 3), Fraction(1, 2)]
    assert transposed(np.ones((2, 3, 3), np.float32), np.ones((2, 4, 2, 2), np.float32)).dtype == np.float32
    tally = Tally()
    y = transposed(counted(np.ones(3), tally), counted(np.ones(2), tally))
    assert isinstance(y[0], Counted)
    assert transposed(np.ones((0, 2, 3)), np.ones((2, 5, 3))).shape == (0, 5, 5)


def ones(*shape):
    return np.ones(shape)


CASES = [
    (lambda: transposed(ones(4), ones(3), stride=0), "`stride` (=0) must be made of integers that are at least 1"),
    (
        lambda: transposed(ones(4), ones(3), stride=2, output_padding=2),
        "`output_padding` (=2) must be smaller than the stride (=2) or the dilation (=1): "
        "for a longer output use a longer input",
    ),
    (
        lambda: transposed(ones(4), ones(3), output_padding=-1),
        "`output_padding` (=-1) must be made of integers that are at least 0",
    ),
    (
        lambda: transposed(ones(2), ones(3), padding=2),
        "the padding cuts the output down to 0 values: pad less or use a larger kernel",
    ),
    (
        lambda: transposed(ones(4), ones(3), padding="same-tf"),
        "`padding` (='same-tf') depends on the output's size here: write the numbers of zeros",
    ),
    (
        lambda: transposed(ones(4), ones(3), padding="SAME"),
        "`padding` (='SAME') must be 'valid', 'same', 'same-tf', 'full' or made of integers",
    ),
    (lambda: transposed(ones(4, 4), ones(3)), "`x` (of shape (4, 4)) must have 1 axes for `w` of shape (3,)"),
    (
        lambda: transposed(ones(4, 4), ones(2, 3, 2, 2)),
        "`x` (of shape (4, 4)) must have 3 or 4 axes for `w` of shape (2, 3, 2, 2)",
    ),
    (
        lambda: transposed(ones(4, 5, 5), ones(2, 3, 2, 2)),
        "`w` (of shape (2, 3, 2, 2)) takes 2 channels but `x` has 4: make axis 0 of `w` 4",
    ),
    (
        lambda: transposed(ones(2, 0), ones(2, 3, 2)),
        "`x` (of shape (2, 0)) has no values along an axis: every one must be at least 1",
    ),
    (lambda: transposed(ones(2), ones(0)), "`w` (of shape (0,)) has no taps: every axis must be at least 1"),
    (lambda: transposed(ones(2), 1), "`w` (of shape ()) must have 1, 2, 3 or 4 axes"),
    (
        lambda: transposed(ones(2, 5), ones(2, 3, 2), ones(2)),
        "`bias` (of shape (2,)) must be one value per filter, shape (3,)",
    ),
    (lambda: transposed([1], ["a"]), "`w` must hold numbers, not <U1"),
]


@pytest.mark.parametrize(("call", "words"), CASES, ids=[words[:60] for _, words in CASES])
def test_the_words_of_its_errors(call, words):
    with pytest.raises(EngineError) as caught:
        call()
    assert str(caught.value) == words


def test_nothing_too_large_is_allocated():
    with pytest.raises(TooLarge, match="the stretched input would have 2000000001 values"):
        transposed([1, 1, 1], [1], stride=10**9)
