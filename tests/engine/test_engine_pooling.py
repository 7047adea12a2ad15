"""Pooling: the definition in pure Python, exact numbers, and the rules at the border."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnmath.engine import EngineError, global_max_pool, global_mean_pool, max_pool, mean_pool

PAIRS = st.tuples(st.integers(0, 4), st.integers(0, 4))


@given(st.data())
@settings(max_examples=120, deadline=None)
def test_equals_the_definition(data):
    n, k, s, d = (data.draw(st.integers(1, top)) for top in (8, 4, 3, 2))
    before, after = data.draw(PAIRS)
    ceil = data.draw(st.booleans())
    x = np.random.default_rng(data.draw(st.integers(0, 999))).integers(-99, 99, size=n)

    reach, end = d * (k - 1), n + after
    starts, start = [], -before
    # Rounding up: one more window while the one before has not reached the end, if it starts before it.
    while (start < n and start - s + reach < end - 1) if ceil else (start + reach < end):
        starts.append(start)
        start += s
    held = [[int(x[i]) for i in range(t, t + reach + 1, d) if 0 <= i < n] for t in starts]
    arguments = {"stride": (s,), "padding": ((before, after),), "ceil": ceil}
    if not held or not all(held):
        with pytest.raises(EngineError):
            max_pool(x, (k,), dilation=d, **arguments)
        return
    assert max_pool(x, (k,), dilation=d, **arguments).tolist() == [max(values) for values in held]
    if d == 1:
        means = [Fraction(sum(values), len(values)) for values in held]
        assert mean_pool(x, (k,), count_padding=False, **arguments).tolist() == means


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, np.float32, np.float64, object])
def test_max_keeps_dtype_and_never_takes_padding(dtype):
    low = np.iinfo(dtype).min if np.dtype(dtype).kind in "iu" else -5
    x = np.full((2, 3, 3), low).astype(dtype)
    y = max_pool(x, 3, stride=1, padding=2)
    assert y.dtype == np.dtype(dtype)
    assert y.shape == (2, 5, 5)
    assert (y == low).all()


def test_max_of_fractions():
    x = np.array([Fraction(-1, 2), Fraction(-1, 3), Fraction(-1, 7)], dtype=object)
    assert max_pool(x, 2, stride=1, padding=1).tolist() == [x[0], x[1], x[2], x[2]]


def test_mean_is_exact():
    assert mean_pool([[1, 2], [3, 5]], 2).tolist() == [[Fraction(11, 4)]]
    assert mean_pool(np.array([2**63 - 1] * 2), 2).tolist() == [2**63 - 1]
    assert mean_pool([Fraction(1, 3), Fraction(1, 2)], 2).tolist() == [Fraction(5, 12)]
    assert global_mean_pool([[[1, 2], [3, 5]]]).tolist() == [Fraction(11, 4)]
    assert global_max_pool([[[1, 2], [3, 5]]]).tolist() == [5]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("pool", [mean_pool, max_pool])
def test_floats_keep_their_precision(pool, dtype):
    assert pool(np.ones((1, 4, 4), dtype), 2, padding=1, stride=1).dtype == dtype


def test_divisor_counts_padding_but_not_what_ceil_adds():
    x = np.array([6.0, 6, 6, 6])
    named = {"stride": 2, "padding": ((1, 0),), "ceil": True}
    assert mean_pool(x, (4,), **named).tolist() == [4.5, 6]
    assert mean_pool(x, (4,), count_padding=False, **named).tolist() == [6, 6]


def test_window_decides_the_spatial_axes():
    x = np.arange(24).reshape(2, 3, 4)
    assert max_pool(x, 2).shape == (2, 1, 2)
    assert max_pool(x, (2,)).shape == (2, 3, 2)
    assert max_pool(x[0, 0], 2).shape == (2,)
    assert max_pool(x, (1, 2), stride=1).shape == (2, 3, 3)


def test_wide_padding_is_fine_where_each_window_holds_input():
    assert max_pool([1, 2, 3], 3, stride=1, padding=2).tolist() == [1, 2, 3, 3, 3]
