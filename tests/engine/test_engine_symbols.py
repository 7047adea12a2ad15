"""On SymPy symbols the engine gives the formula itself, so one run proves it for all numbers."""

import numpy as np
import pytest

from cnnmath.engine import batch_norm, convolve, correlate, dense, mean_pool

sympy = pytest.importorskip("sympy")


def symbols(name, *shape):
    return np.array(sympy.symarray(name, shape), dtype=object)


def equal(a, b):
    return sympy.expand(a - b) == 0


def test_full_convolution_is_the_expanded_sum():
    n, k = 5, 3
    x, w = symbols("x", n), symbols("w", k)
    y = convolve(x, w, padding="full")
    assert y.shape == (n + k - 1,)
    for t in range(1, n + k):
        # y_t = sum over k of w_k x_(t-k+1), counting from 1; x is zero outside 1..n.
        terms = [w[j - 1] * x[t - j] for j in range(1, k + 1) if 1 <= t - j + 1 <= n]
        assert equal(y[t - 1], sum(terms))


def test_full_convolution_multiplies_polynomials():
    z = sympy.Symbol("z")
    x, w = symbols("x", 4), symbols("w", 3)

    def polynomial(a):
        return sum(a[i] * z**i for i in range(len(a)))

    assert equal(polynomial(convolve(x, w, padding="full")), polynomial(x) * polynomial(w))


def test_two_dimensions_with_channels():
    x, w, b = symbols("x", 2, 3, 3), symbols("w", 2, 2, 2, 2), symbols("b", 2)
    y, turned = correlate(x, w, b), convolve(x, w, b)
    for p, i, j in np.ndindex(2, 2, 2):
        taps = list(np.ndindex(2, 2, 2))
        straight = sum(w[p, c, u, v] * x[c, i + u, j + v] for c, u, v in taps)
        reverse = sum(w[p, c, u, v] * x[c, i + 1 - u, j + 1 - v] for c, u, v in taps)
        assert equal(y[p, i, j], straight + b[p])
        assert equal(turned[p, i, j], reverse + b[p])


def test_convolution_commutes_and_correlation_does_not():
    x, w = symbols("x", 3), symbols("w", 3)
    assert all(map(equal, convolve(x, w, padding="full"), convolve(w, x, padding="full")))
    assert not all(map(equal, correlate(x, w, padding="full"), correlate(w, x, padding="full")))


def test_dense_and_mean():
    x, w = symbols("x", 4), symbols("w", 2, 4)
    assert all(map(equal, dense(x, w), w @ x))
    assert equal(mean_pool(x, 4)[0], sum(x) / sympy.Integer(4))


def test_batch_norm_keeps_the_root():
    x, mean, variance, epsilon = sympy.symbols("x mu v epsilon")
    (y,) = batch_norm([x], [mean], [variance], epsilon=epsilon, axis=0)
    assert equal(y, (x - mean) / sympy.sqrt(variance + epsilon))
