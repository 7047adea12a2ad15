"""Questions about gradients of a convolution. It is linear, so that each of them is measured with a single 1."""

import re
from itertools import product
from typing import Any

import numpy as np

from .arrays import adjoint, array, correlation, inner, moves_of, selected, shape, unit
from .question import Asked, Givens, Rows, Unsupported
from .shelf import Shelf


def backward(shelf: Shelf, asked: Asked) -> Any:
    """Answer with the gradient of a loss, from the gradient of the output."""
    given = asked.given
    operation = str(given.take("op")).lower()
    delta = array(given.take("dY", "delta"))
    match = re.fullmatch(r"conv(?:olution)? backward, (weights|kernel|filter|bias|input)", operation)
    if not match or len(shape(delta)) != 2:
        raise Unsupported("backprop", f"the gradient of {operation[:40]!r}")
    if match[1] == "bias":
        return np.sum(np.asarray(delta, dtype=object))
    mode = given.take("mode", default="cross_correlation")
    moves = moves_of(given)
    if match[1] == "input":
        return _of_input(shelf, asked, delta, mode, moves)
    return _of_weights(shelf, asked, delta, mode, moves)


def _of_input(shelf: Shelf, asked: Asked, delta: Any, mode: str, moves: dict[str, Any]) -> Any:
    kernel = array(asked.given.take("K", "W"))
    extents = _extents(asked.given, "X", "input")
    if extents is None:
        extents = tuple(shelf.value("transposed.shape", input=shape(delta), kernel=shape(kernel), **moves))
    return selected(asked, adjoint(shelf, delta, kernel, extents, mode=mode, **moves))


def _of_weights(shelf: Shelf, asked: Asked, delta: Any, mode: str, moves: dict[str, Any]) -> Any:
    """Return the gradient of the kernel; where only the input's size is given, which input values it is made of."""
    given = asked.given
    stated = _extents(given, "K", "kernel")
    image = given.take("X")
    if isinstance(image, str):
        return _pixels(shelf, asked, delta, stated, mode, moves)
    values = array(image)
    extents = stated or _fitting(shelf, shape(values), shape(delta), moves)
    cells = {
        place: inner(delta, correlation(shelf, values, unit(extents, place), mode, **moves))
        for place in product(*map(range, extents))
    }
    return selected(asked, [[cells[row, column] for column in range(extents[1])] for row in range(extents[0])])


def _pixels(shelf: Shelf, asked: Asked, delta: Any, extents: Any, mode: str, moves: dict[str, Any]) -> Any:
    """Return the places of the input that the gradient of one weight depends on."""
    sides, entry = _extents(asked.given, "X"), asked.given.take("entry")
    if not re.search(r"\bpixels with a non-zero contribution\b", asked.words) or None in (extents, sides, entry):
        raise Unsupported("backprop", "what is asked of the gradient")
    weight = unit(extents, entry)
    places = product(*map(range, sides))
    return Rows(
        list(place) for place in places if inner(delta, correlation(shelf, unit(sides, place), weight, mode, **moves))
    )


def _extents(given: Givens, *names: str) -> tuple[int, ...] | None:
    """Return a size that is given as `4x4`, as [4, 4], or as the array itself."""
    value = given.take(*names)
    if isinstance(value, str) and (match := re.fullmatch(r"(\d+)x(\d+)", value)):
        return int(match[1]), int(match[2])
    if isinstance(value, int):
        return value, value
    if isinstance(value, list):
        return tuple(value) if isinstance(value[0], int) else shape(value)
    return None


def _fitting(shelf: Shelf, image: tuple[int, ...], delta: tuple[int, ...], moves: dict[str, Any]) -> tuple[int, ...]:
    """Return the only kernel size that makes such an output of such an input."""
    if any(isinstance(value, tuple) for value in moves.values()):
        raise Unsupported("backprop", "the size of the kernel is not said")
    sides = [
        shelf.inverse("output-size", input=side, output=out, kernel="?", **moves) for side, out in zip(image, delta)
    ]
    if any(len(found) != 1 for found in sides):
        raise Unsupported("backprop", "the size of the kernel is not said")
    return tuple(found[0] for found in sides)
