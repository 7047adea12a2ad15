"""Integers never overflow, Fractions never round, and dtypes are kept."""

from fractions import Fraction

import numpy as np
import pytest

from cnnmath.engine import (
    batch_norm,
    batch_statistics,
    convolve,
    correlate,
    dense,
    identity,
    leaky_relu,
    relu,
    sigmoid,
    softmax,
    tanh,
)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.uint32, np.int64, np.uint64])
def test_no_integer_overflows(dtype):
    big = int(np.iinfo(dtype).max)
    x, w = np.full((3, 4, 4), big, dtype), np.full((2, 3, 3, 3), big, dtype)
    assert (correlate(x, w, np.full(2, big, dtype)) == 27 * big * big + big).all()
    assert dense(x[0], w[0, 0, :1, :1].repeat(4, 1)).tolist() == [[4 * big * big]] * 4


@pytest.mark.parametrize(("peak", "dtype"), [(2**31 - 1, np.int64), (2**31 + 1, object)])
def test_int64_where_it_is_proved_enough(peak, dtype):
    # (2**31 - 1)**2 * 2 < 2**63 <= (2**31 + 1)**2 * 2
    y = correlate([peak, peak], [peak, peak])
    assert y.dtype == dtype
    assert y.tolist() == [2 * peak * peak]


def test_a_bias_may_overflow_alone():
    assert correlate([1], [1], 2**63 - 1).tolist() == [2**63]


def test_the_least_integer_has_the_greatest_absolute_value():
    assert correlate([-(2**63), 0], [-1, 1]).tolist() == [2**63]


def test_mixed_signs_of_64_bits():
    x, w = np.array([2**64 - 1], np.uint64), np.array([-1], np.int64)
    assert correlate(x, w).tolist() == [1 - 2**64]


@pytest.mark.parametrize("values", [[2**63, 1], [2**64, 1], [-(2**63) - 1, 2**63]])
def test_lists_of_large_integers(values):
    assert correlate(values, [1, 1]).tolist() == [sum(values)]
    assert identity(values).tolist() == values


def test_bool_counts_as_integer():
    assert correlate(np.array([True, True]), np.array([True, True])).tolist() == [2]


def test_fractions():
    x = [[Fraction(1, 3), 1], [2, Fraction(1, 7)]]
    assert correlate(x, x).tolist() == [[Fraction(1, 9) + 1 + 4 + Fraction(1, 49)]]
    assert dense([Fraction(1, 3), 1], [[3, Fraction(1, 2)]], [1]).tolist() == [Fraction(5, 2)]


def test_padding_of_objects_is_the_plain_zero():
    y = correlate(np.array([Fraction(1, 2)], object), np.array([1], object), padding=1)
    assert [type(value) for value in y] == [int, Fraction, int]


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64])
def test_inexact_dtypes_are_kept(dtype):
    x, w = np.ones((3, 5, 5), dtype), np.ones((2, 3, 3, 3), dtype)
    assert correlate(x, w, np.ones(2, dtype), padding=1).dtype == dtype
    assert convolve(x[0], w[0, 0], 0.5).dtype == dtype
    assert dense(x, np.ones((2, 5), dtype), np.ones(2, dtype)).dtype == dtype


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_float_dtypes_are_kept(dtype):
    x, c = np.ones((3, 5, 5), dtype), np.ones(3, dtype)
    for y in (relu(x), leaky_relu(x), sigmoid(x), tanh(x), softmax(x), identity(x)):
        assert y.dtype == dtype
    assert batch_norm(x, c, c, c, c).dtype == dtype
    assert [a.dtype for a in batch_statistics(x)] == [dtype, dtype]


def test_activations_are_exact():
    assert relu(np.array([-1, 2], np.int8)).tolist() == [0, 2]
    assert relu([Fraction(-1, 2), Fraction(1, 2)]).tolist() == [0, Fraction(1, 2)]
    assert leaky_relu([-3, 3], Fraction(1, 9)).tolist() == [Fraction(-1, 3), 3]


def test_activations_of_fractions_become_floats():
    for f in (sigmoid, tanh, softmax):
        assert f([Fraction(1, 2), 1]).tolist() == f([0.5, 1.0]).tolist()


def test_no_warning_at_the_ends():
    with np.errstate(all="raise", under="ignore"):
        assert sigmoid([-1e4, 0, 1e4]).tolist() == [0, 0.5, 1]
        assert softmax([1e4, 1e4]).tolist() == [0.5, 0.5]
        assert relu([np.nan, 1.0])[0] != relu([np.nan, 1.0])[0]


def test_statistics_are_exact():
    mean, variance = batch_statistics(np.array([[[1, 2], [4, 6]]], np.uint8))
    assert mean.tolist() == [Fraction(13, 4)]
    assert variance.tolist() == [Fraction(57, 4) - Fraction(13, 4) ** 2]


def test_unsigned_images_do_not_wrap():
    x = np.array([[[1, 3]]], np.uint8)
    assert batch_norm(x, np.array([2], np.uint8), [1], epsilon=0).tolist() == [[[-1, 1]]]
