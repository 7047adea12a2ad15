"""Counting numbers, and the guarantee on what one output costs."""

import numpy as np
import pytest

from cnnmath.engine import (
    Counted,
    Tally,
    batch_norm,
    convolve,
    correlate,
    counted,
    dense,
    global_max_pool,
    global_mean_pool,
    leaky_relu,
    max_pool,
    mean_pool,
    operations,
    relu,
)


@pytest.mark.parametrize("operation", [correlate, convolve])
def test_convolution(operation):
    tally = Tally()
    operation(counted(np.ones((3, 8, 8)), tally), counted(np.ones((4, 3, 3, 3)), tally))
    assert tally == Tally(multiplications=4 * 6 * 6 * 27, additions=4 * 6 * 6 * 26)


@pytest.mark.parametrize(
    ("x", "w", "named", "outputs", "taps"),
    [
        ((9,), (3,), {}, 7, 3),
        ((9,), (1,), {}, 9, 1),
        ((5, 5), (3, 3), {"padding": 1}, 25, 9),
        ((2, 5, 5), (3, 2, 3, 3), {"padding": "same", "stride": 2}, 3 * 9, 18),
        ((4, 6, 6), (4, 1, 3, 3), {"groups": 4}, 4 * 16, 9),
        ((2, 4, 6, 6), (6, 2, 3, 3), {"groups": 2, "dilation": 2}, 2 * 6 * 4, 18),
        ((2, 3, 7), (5, 3, 2), {"padding": ((1, 0),)}, 2 * 5 * 7, 6),
    ],
)
def test_padding_is_multiplied_and_a_bias_adds_once(x, w, named, outputs, taps):
    arrays = np.ones(x), np.ones(w)
    products = Tally(multiplications=outputs * taps, additions=outputs * (taps - 1))
    assert operations(lambda x, w: correlate(x, w, **named), *arrays) == products

    bias = np.ones(w[0]) if len(w) > 2 else np.ones(())
    products.additions += outputs
    assert operations(lambda x, w, b: correlate(x, w, b, **named), *arrays, bias) == products


def test_one_counting_operand_is_enough():
    for f in (lambda x: correlate(x, np.ones((3, 3))), lambda w: correlate(np.ones((3, 3)), w)):
        assert operations(f, np.ones((3, 3))) == Tally(multiplications=9, additions=8)


def test_dense():
    tally = operations(dense, np.ones((2, 7)), np.ones((5, 7)), np.ones(5))
    assert tally == Tally(multiplications=2 * 5 * 7, additions=2 * 5 * 7)


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (lambda x: max_pool(x, 3, stride=1), Tally(comparisons=2 * 16 * 8)),
        (lambda x: max_pool(x, 3, stride=2, dilation=2), Tally(comparisons=2 * 8)),
        (lambda x: mean_pool(x, 2), Tally(additions=2 * 9 * 3, divisions=2 * 9)),
        (lambda x: mean_pool(x, (4,), stride=2), Tally(additions=2 * 12 * 3, divisions=2 * 12)),
        (global_max_pool, Tally(comparisons=2 * 35)),
        (global_mean_pool, Tally(additions=2 * 35, divisions=2)),
        (relu, Tally(comparisons=72)),
        (leaky_relu, Tally(comparisons=72, multiplications=72)),
        (lambda x: batch_norm(x, [1, 2], [1, 1]), Tally(additions=72, multiplications=72)),
        (
            lambda x: batch_norm(x, [1, 2], [1, 1], [3, 4], [5, 6]),
            Tally(additions=2 * 72, multiplications=72),
        ),
    ],
)
def test_other_layers(f, expected):
    assert operations(f, np.arange(72).reshape(2, 6, 6)) == expected


def test_arithmetic_and_its_count():
    tally = Tally()
    two, three = counted([2, 3], tally)
    results = [two + three, 1 + two, two - 3, 3 - two, two * three, 4 * two, three / 2, 3 / two, -two]
    assert [r.value for r in results] == [5, 3, -1, 1, 6, 8, 1.5, 1.5, -2]
    assert tally == Tally(additions=4, multiplications=2, divisions=2)


def test_comparisons_and_their_count():
    tally = Tally()
    two, three = counted([2, 3], tally)
    compared = [two < three, two <= 2, two > 1, two >= 3, two == 2, two != three]
    assert compared == [True, True, True, False, True, True]
    assert max(two, three) is three
    assert min(two, three) is two
    assert tally == Tally(comparisons=8)
    assert repr(two) == "Counted(2)"


def test_counted_keeps_the_shape():
    assert counted(1, Tally()).shape == ()
    assert counted(np.ones((2, 0)), Tally()).shape == (2, 0)
    assert isinstance(counted([[1.5]], Tally())[0, 0], Counted)
