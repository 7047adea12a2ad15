"""Questions about values: convolutions, correlations, poolings, dilated and transposed ones, of given arrays."""

import json
import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from cnnmath.expression import plain

from .layers import padding_of
from .question import Asked, Form, Givens, Rows, Unsupported, listed
from .shelf import Shelf

PADDING_MODES = {
    "replicate": "edge", "edge": "edge", "clamp": "edge", "clamped": "edge", "reflect": "reflect", "mirror": "reflect",
    "symmetric": "symmetric", "circular": "wrap", "wrap": "wrap", "periodic": "wrap",
}  # fmt: skip
"""The borders besides zeros, by NumPy's names."""

MOST_CELLS = 400


# ---------------------------------------------------------------------------------------------- arrays


def array(value: Any) -> Any:
    """Return an array of exact numbers, as lists: written out, scaled, or named (`10x10 ones`, `box of length 5`)."""
    if isinstance(value, list):
        return _exact(value)
    text = str(value).strip()
    if match := re.fullmatch(r"(\d+)\s*[x×]\s*(\d+)\s+(?:of\s+)?(ones|zeros)", text):
        return [[int(match[3] == "ones")] * int(match[2])] * int(match[1])
    if match := re.fullmatch(r"box of (?:length|size) (\d+)\b.*", text):
        return [Fraction(1, int(match[1]))] * int(match[1])
    if match := re.fullmatch(r"(\d+)\s*[x×]\s*(\d+) (?:box|mean|averaging|average)(?: filter| kernel)?", text):
        height, width = int(match[1]), int(match[2])
        return [[Fraction(1, height * width)] * width] * height
    if match := re.fullmatch(r"(?:([\d./]+)\s*[*·×]\s*)?(\[.*\])", text):
        return scaled(_exact(json.loads(match[2])), Fraction(match[1] or 1))
    raise Unsupported("arrays", f"{text[:40]!r} is no array")


def _exact(value: Any) -> Any:
    if isinstance(value, list):
        return [_exact(part) for part in value]
    if isinstance(value, str):
        return Fraction(value)
    return Fraction(repr(value)) if isinstance(value, float) else value


def scaled(value: Any, factor: Fraction | int) -> Any:
    """Return an array times a number."""
    if isinstance(value, list):
        return [scaled(part, factor) for part in value]
    return plain(value * factor)


def shape(value: Any) -> tuple[int, ...]:
    """Return the extents of nested lists."""
    return tuple(np.shape(np.asarray(value, dtype=object)))


def added(parts: Sequence[Any]) -> Any:
    """Return the sum of arrays, value by value."""
    return listed(sum(np.asarray(part, dtype=object) for part in parts).tolist()) if len(parts) > 1 else parts[0]


def inner(left: Any, right: Any) -> Any:
    """Return the sum of the products of two arrays, value by value."""
    if shape(left) != shape(right):
        raise Unsupported("arrays", f"arrays of {shape(left)} and {shape(right)} do not meet")
    return np.sum(np.asarray(left, dtype=object) * np.asarray(right, dtype=object))


def unit(extents: Sequence[int], place: Sequence[int]) -> Any:
    """Return zeros with a single 1."""
    blank = np.zeros(extents, dtype=int)
    blank[tuple(place)] = 1
    return blank.tolist()


# ------------------------------------------------------------------------------------- shelf operations


def correlation(shelf: Shelf, image: Any, kernel: Any, mode: str = "cross_correlation", **moves: Any) -> Any:
    """Return a convolution or a cross-correlation of rows or of images."""
    flipped = _is_convolution(mode)
    if len(shape(image)) == 1:
        taps = kernel if flipped else shelf.value("cross-correlation.rot180", kernel=[kernel])[0]
        return shelf.value("conv1d", input=image, kernel=taps, **moves)
    return shelf.value("conv" if flipped else "cross-correlation", input=image, kernel=kernel, **moves)


def _is_convolution(mode: str) -> bool:
    word = mode.lower().replace("-", "_").replace(" ", "_")
    if word in ("convolution", "true_convolution", "conv"):
        return True
    if word in ("cross_correlation", "correlation"):
        return False
    raise Unsupported("arrays", f"the mode {mode[:40]!r}")


def adjoint(shelf: Shelf, values: Any, kernel: Any, extents: Sequence[int], **moves: Any) -> Any:
    """Return what the transpose of a correlation makes of `values`.

    The correlation is linear in its input: each cell of the result is what a single 1 there sends into `values`.
    """
    if np.prod(extents) > MOST_CELLS:
        raise Unsupported("arrays", "the map is too large to be worked out cell by cell")
    cells = {
        place: inner(values, correlation(shelf, unit(extents, place), kernel, **moves))
        for place in product(*map(range, extents))
    }
    return [[cells[row, column] for column in range(extents[1])] for row in range(extents[0])]


# ------------------------------------------------------------------------------------------- questions


def moves_of(given: Givens) -> dict[str, Any]:
    """Return padding, stride and dilation as the shelf takes them."""

    def pair(value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value

    return {
        "padding": padding_of(given.take("padding", "p", default=0)),
        "stride": pair(given.take("stride", "s", default=1)),
        "dilation": pair(given.take("dilation", "d", default=1)),
    }


_BEYOND = re.compile(
    r"\b(?:positions?|arg ?max|ind(?:ex|ices)|where|how many|number|gradients?|sum of|count|difference|sizes?|shapes?"
    r"|dimensions?|parameters|output lengths?|length of|relu|squared|then|followed|largest|smallest|normali[sz]ed?)\b"
)
"""Words that ask for something else than the values of a map."""


def plainly(asked: Asked) -> None:
    """See that the values of a map are asked for, and nothing that is made of them."""
    if match := _BEYOND.search(asked.words):
        raise Unsupported("words", f"what {match[0]!r} asks for")


def convolved(shelf: Shelf, asked: Asked) -> Any:
    """Answer with the values of a convolution."""
    plainly(asked)
    given = asked.given
    image, kernel = array(given.take("X", "x", "signal", "image")), array(given.take("K", "k", "w", "W", "kernel"))
    mode = given.take("mode", default="cross_correlation")
    moves = moves_of(given)
    borders = given.take("padding_mode", "border", default="zeros")
    if borders not in ("zeros", "zero", "constant"):
        if borders not in PADDING_MODES or not isinstance(moves["padding"], int):
            raise Unsupported("arrays", f"borders {borders!r}")
        image = np.pad(np.asarray(image, dtype=object), moves["padding"], PADDING_MODES[borders]).tolist()
        moves["padding"] = 0
    offset = given.take("bias", default=0)

    def one(weights: Any) -> Any:
        return _in_channels(shelf, image, weights, mode, moves)

    ranks = len(shape(image)), len(shape(kernel))
    if ranks in ((2, 3), (1, 2), (3, 4)):  # several filters
        maps: Any = [one(weights) for weights in kernel]
    else:
        maps = one(kernel)
    offset = _exact(offset)
    if isinstance(offset, list):
        maps = [_plus(part, extra) for part, extra in zip(maps, offset, strict=True)]
    elif not isinstance(offset, bool):
        maps = _plus(maps, offset)
    activation = given.take("activation", default="identity")
    if activation == "relu":
        maps = _each(maps, lambda z: shelf.value("activation.relu", z=z))
    elif activation not in ("identity", "none", "linear"):
        raise Unsupported("arrays", f"the activation {activation!r}")
    return selected(asked, maps)


def _in_channels(shelf: Shelf, image: Any, kernel: Any, mode: str, moves: Any) -> Any:
    ranks = len(shape(image)), len(shape(kernel))
    if ranks in ((1, 1), (2, 2)):
        return correlation(shelf, image, kernel, mode, **moves)
    first = ranks == (3, 3) and shape(image)[0] == shape(kernel)[0]
    last = ranks == (3, 3) and shape(image)[-1] == shape(kernel)[-1]
    if first == last:
        raise Unsupported("arrays", "where the channels stand cannot be told")
    if last:
        image, kernel = (np.moveaxis(np.asarray(one, dtype=object), -1, 0).tolist() for one in (image, kernel))
    return added([correlation(shelf, plane, weights, mode, **moves) for plane, weights in zip(image, kernel)])


def _plus(value: Any, offset: Any) -> Any:
    if isinstance(value, list):
        return [_plus(part, offset) for part in value]
    return value + offset


def pooled(shelf: Shelf, asked: Asked) -> Any:
    """Answer with the values of a pooling, of one kind or of several."""
    plainly(asked)
    given = asked.given
    image = array(given.take("X", "x"))
    kinds = given.take("kind", "pool", "mode", default="max")
    moves = pooling_moves(given)

    def of(kind: str) -> Any:
        return selected(asked, pooling(shelf, image, kind, **moves), asked.form[0] if several else asked.form)

    several = isinstance(kinds, list) and isinstance(asked.form, tuple)
    if isinstance(kinds, list):
        return [of(kind) for kind in kinds]
    return of(kinds)


def pooling_moves(given: Givens) -> dict[str, Any]:
    """Return the window of a pooling and how it moves."""
    if given.take("ceil_mode", default=False):
        raise Unsupported("pooling", "values of a pooling in ceil mode")
    moves = {name: given.take(*names) for name, names in (("kernel", ("kernel", "k")), ("stride", ("stride", "s")))}
    padding = given.take("padding", "p", default=0)
    parts = {**moves, "padding": padding}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in parts.items()}


def pooling(shelf: Shelf, image: Any, kind: str, **moves: Any) -> Any:
    """Return a pooled image; of a volume of several channels each by itself."""
    words = {"max": "max", "avg": "mean", "average": "mean", "mean": "mean"}
    if kind.lower() not in words:
        raise Unsupported("pooling", f"pooling of kind {kind[:20]!r}")
    if len(shape(image)) == 1:
        sizes = {name: (1 if name != "padding" else 0, value) for name, value in moves.items() if value is not None}
        return shelf.value("pooling", input=[image], pool=words[kind.lower()], **sizes)[0]
    return shelf.value("pooling", input=image, pool=words[kind.lower()], **moves)


def transposed(shelf: Shelf, asked: Asked) -> Any:
    """Answer with the values of a transposed convolution."""
    plainly(asked)
    given = asked.given
    image, kernel = array(given.take("X", "x")), array(given.take("K", "w", "W", "kernel"))
    if given.take("rank", default=len(shape(image))) != len(shape(image)) or len(shape(image)) != len(shape(kernel)):
        raise Unsupported("arrays", "the rank is not that of the arrays")
    if _is_convolution(given.take("mode", default="cross_correlation")):
        raise Unsupported("transposed", "the transpose of a flipped convolution")
    moves = moves_of(given)
    extra = given.take("output_padding", default=0)
    if len(shape(image)) == 1:
        if moves.pop("dilation") != 1:
            raise Unsupported("transposed", "values with a dilation")
        return selected(
            asked, shelf.value("transposed.values", input=image, kernel=kernel, **moves, output_padding=extra)
        )
    extents = shelf.value("transposed.shape", input=shape(image), kernel=shape(kernel), **moves, output_padding=extra)
    return selected(asked, adjoint(shelf, image, kernel, extents, **moves))


_SAME_FORM = object()


def selected(asked: Asked, values: Any, form: Form = _SAME_FORM) -> Any:
    """Return the whole map, or the entries that are asked for; a map of one value is that value, if one is wanted."""
    form = asked.form if form is _SAME_FORM else form
    entry, entries = asked.given.take("entry", "at"), asked.given.take("entries", "cells")
    if entry is not None:
        return _at(values, entry)
    if entries is not None:
        return Rows(_at(values, one) for one in entries)
    while form == "number" and isinstance(values, list) and len(values) == 1:
        values = values[0]
    return Rows(values) if isinstance(values, list) else values


def _at(values: Any, place: Any) -> Any:
    for index in place if isinstance(place, list) else [place]:
        if not isinstance(values, list) or not 0 <= index < len(values):
            raise Unsupported("arrays", f"there is no entry {place}")
        values = values[index]
    return values


# ------------------------------------------------------------------------------------- a net by hand


def by_hand(shelf: Shelf, asked: Asked) -> Any:
    """Answer with the values of every layer of a small network."""
    given = asked.given
    mode = given.take("mode", default="cross_correlation")
    maps = [array(given.take("X"))]
    report: dict[str, Any] = {}
    for place, value in enumerate(given.take("layers")):
        layer = given.inside(value, f"layers[{place}]")
        kind = str(layer.take("type"))
        if kind == "conv":
            bank = array(layer.take("K", "W"))
            if len(maps) != 1 or len(shape(bank)) != 3:
                raise Unsupported("values by hand", "a convolution over several maps")
            maps = [correlation(shelf, maps[0], one, mode, **moves_of(layer)) for one in bank]
        elif kind == "relu":
            maps = [_each(one, lambda z: shelf.value("activation.relu", z=z)) for one in maps]
        elif kind in ("maxpool", "avgpool"):
            maps = [pooling(shelf, one, kind.removesuffix("pool"), **pooling_moves(layer)) for one in maps]
        elif kind == "flatten":
            maps = [[cell for one in maps for row in one for cell in row]]
        elif kind == "fc":
            if layer.take("bias", default=True):
                raise Unsupported("values by hand", "a dense layer with biases that are not given")
            maps = [[inner(maps[0], row) for row in _matrix(layer.take("W"), len(maps[0]))]]
        else:
            raise Unsupported("values by hand", f"a layer of type {kind[:20]!r}")
        names = [f"{kind}{number}" for number in range(1, len(maps) + 1)] if len(maps) > 1 else [kind]
        report |= dict(zip(names, maps))
    return report if asked.form is None else Rows(maps[0])


def _matrix(value: Any, columns: int) -> Any:
    """Return the weights of a dense layer: written out, or `all ones / all twos`, a row for each unit."""
    if not isinstance(value, str):
        return array(value)
    numbers = {"zeros": 0, "ones": 1, "twos": 2, "threes": 3}
    rows = [re.fullmatch(r"\s*all (\w+)\s*", part) for part in value.split("/")]
    if not all(row and row[1] in numbers for row in rows):
        raise Unsupported("arrays", f"the weights {value[:40]!r}")
    return [[numbers[row[1]]] * columns for row in rows if row]


def _each(values: Any, function: Callable[[Any], Any]) -> Any:
    return [_each(part, function) for part in values] if isinstance(values, list) else function(values)
