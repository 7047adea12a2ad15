"""Activation functions, elementwise but for softmax: the output has the shape of the input."""

from typing import Any

import numpy as np
import numpy.typing as npt

from cnnmath.engine.values import floats, numbers


def identity(x: npt.ArrayLike) -> npt.NDArray[Any]:
    """x itself, as an array."""
    return numbers(x, "x")


def relu(x: npt.ArrayLike) -> npt.NDArray[Any]:
    """max(x, 0); keeps the dtype, exact on integers and Fractions (Nair and Hinton, 2010)."""
    return np.asarray(np.maximum(numbers(x, "x"), 0))


def leaky_relu(x: npt.ArrayLike, slope: Any = 0.01) -> npt.NDArray[Any]:
    """x where x >= 0, slope x elsewhere; exact where x and slope are (Maas, Hannun and Ng, 2013)."""
    x = numbers(x, "x")
    return np.where(x >= 0, x, x * slope)


def sigmoid(x: npt.ArrayLike) -> npt.NDArray[Any]:
    """1 / (1 + exp(-x)); a float dtype is kept, anything else becomes float64."""
    x = floats(x, "x")
    # exp of a negative number only, so that no x overflows.
    tail = np.exp(-np.abs(x))
    return np.asarray(np.where(x >= 0, 1, tail) / (1 + tail))


def tanh(x: npt.ArrayLike) -> npt.NDArray[Any]:
    """Hyperbolic tangent; a float dtype is kept, anything else becomes float64."""
    return np.asarray(np.tanh(floats(x, "x")))


def softmax(x: npt.ArrayLike, axis: int = -1) -> npt.NDArray[Any]:
    """exp(x) / sum of exp(x) along `axis`; a float dtype is kept, anything else becomes float64.

    Source: Goodfellow, Bengio and Courville, "Deep Learning", 2016, equation 6.29.
    """
    x = floats(x, "x")
    # Shifting by the maximum leaves the quotient alone and keeps exp from overflowing.
    powers = np.exp(x - x.max(axis=axis, keepdims=True))
    return np.asarray(powers / powers.sum(axis=axis, keepdims=True))
