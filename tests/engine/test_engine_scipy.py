"""The engine against SciPy's signal processing."""

import numpy as np
import pytest

from cnnmath.engine import convolve, correlate

signal = pytest.importorskip("scipy.signal")
special = pytest.importorskip("scipy.special")


@pytest.mark.parametrize("mode", ["valid", "full", "same"])
@pytest.mark.parametrize("kernel", [(1, 1), (3, 3), (3, 5), (5, 1)])
@pytest.mark.parametrize("dtype", [np.int64, np.float32, np.float64])
def test_two_dimensions(mode, kernel, dtype):
    rng = np.random.default_rng(1)
    x, w = rng.integers(-9, 10, (9, 11)).astype(dtype), rng.integers(-9, 10, kernel).astype(dtype)
    # Small whole numbers: exact in every dtype.
    np.testing.assert_array_equal(correlate(x, w, padding=mode), signal.correlate2d(x, w, mode))
    np.testing.assert_array_equal(convolve(x, w, padding=mode), signal.convolve2d(x, w, mode))


@pytest.mark.parametrize("mode", ["valid", "full", "same"])
@pytest.mark.parametrize("taps", [1, 3, 7])
def test_one_dimension(mode, taps):
    rng = np.random.default_rng(2)
    x, w = rng.normal(size=20), rng.normal(size=taps)
    np.testing.assert_allclose(correlate(x, w, padding=mode), signal.correlate(x, w, mode, "direct"))
    np.testing.assert_allclose(convolve(x, w, padding=mode), signal.convolve(x, w, mode, "direct"))


def test_complex():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(6, 6)) + 1j * rng.normal(size=(6, 6))
    w = rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3))
    np.testing.assert_allclose(convolve(x, w), signal.convolve2d(x, w, "valid"))
