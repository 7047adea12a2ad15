"""Seeing what a stack of layers sees: NaNs are run through it."""

from bisect import bisect_left, bisect_right
from typing import Any

import numpy as np

from cnnmath.engine import EngineError, TooLarge, correlate, ones, zeros

MOST = 2**16
"""Beyond so many input values no stack is run."""
MOST_PRODUCTS = 10_000_000
"""Products of one run beyond which it is not tried."""


def _run(x: Any, layers: list[tuple[int, int, int]]) -> Any:
    """Run an input through all layers, each (kernel, stride, dilation)."""
    for kernel, stride, dilation in layers:
        if x.size * kernel > MOST_PRODUCTS:
            raise TooLarge("running the layers would take too many products")
        x = correlate(x, ones(kernel), stride=stride, dilation=dilation)
    return x


def _room(layers: list[tuple[int, int, int]], outputs: int) -> int:
    """Double the input until so many outputs come out, and return its length."""
    length = 1
    while length <= MOST:
        try:
            if _run(zeros(length), layers).size >= outputs:
                return length
        except TooLarge:
            raise
        except EngineError:
            pass
        length *= 2
    raise TooLarge(f"the layers need an input of more than {MOST} values")


def seen(layers: list[tuple[int, int, int]], output: int) -> tuple[int, int]:
    """Return the first and the last input value that an output is made of.

    NaNs are put into the input from the left, further and further, until one reaches the output: that is the
    first; then from the right.
    """
    length = _room(layers, output + 1)

    def reached(start: int, end: int) -> bool:
        x = zeros(length)
        x[start:end] = np.nan
        return bool(np.isnan(_run(x, layers)[output]))

    first = bisect_left(range(length), True, key=lambda place: reached(0, place + 1))
    last = bisect_right(range(length), False, key=lambda place: not reached(place, length)) - 1
    return first, last


def width(layers: list[tuple[int, int, int]]) -> int:
    """Return how many input values one output spans, from the first to the last that it is made of."""
    first, last = seen(layers, 0)
    return last - first + 1
