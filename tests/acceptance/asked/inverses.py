"""Questions that run backwards: which padding, kernel, stride or number of layers gives a result; what keeps a size."""

import re
from itertools import count
from typing import Any

from cnnmath.expression import Divide, Expression, Literal, Name
from cnnmath.rewriting import replaced

from .arrays import array, shape
from .fields import field
from .judging import AnyOf, even
from .layers import Layer, called, padding_of, sizes
from .question import Asked, Rows, Unsupported
from .shelf import Shelf
from .wanted import Entry, answered

WORDS = ("input", "kernel", "stride", "padding", "dilation")
MOST_LAYERS = 10_000

_UNKNOWN = {
    "padding": r"paddings?|zeros",
    "kernel": r"kernel(?: size)?s?|filter size",
    "stride": r"strides?",
    "dilation": r"dilation(?: rate)?s?",
    "input": r"input (?:size|side|width|height|length)s?",
}


def inverse(shelf: Shelf, asked: Asked) -> Any:
    """Answer an inverse problem."""
    given = asked.given
    if "target_rf" in given:
        return layers_for(shelf, asked)
    if any(name in given for name in ("rule", "sizes")):
        raise Unsupported("inverse", "a rule in words")
    if "options" in given:
        return _option(shelf, asked)
    known = {word: _sides(given.take(word)) for word in WORDS if word in given}
    result = _sides(given.take("output"))
    if result is None:
        return kept(shelf, asked, known)
    if asked.form == "truth":
        return _possible(shelf, asked, known, result)
    if re.search(r"(?:number of|how many)(?: \S+){0,4} (?:layers|convolutions)", asked.words):
        return _layers_between(shelf, known, result)
    unknown = _wanted(asked, known)
    if any(isinstance(one, Expression) for one in (*known.values(), result)):
        return solved(shelf, {**known, unknown: Name(unknown)}, result, unknown)
    found = shelf.inverse("output-size", **known, **{unknown: "?"}, output=result)
    if not found:
        raise Unsupported("inverse", f"no {unknown} gives this")
    return found[0] if len(found) == 1 else AnyOf(found)


def _sides(value: Any) -> Any:
    """Return the side of a square, a number or a letter."""
    parts = sizes(value[:2] if isinstance(value, list) else value)
    if isinstance(parts, tuple):
        raise Unsupported("inverse", "height and width differ")
    return parts


def _wanted(asked: Asked, known: dict[str, Any]) -> str:
    words = re.sub(
        r"\b(?:no|without|zero|any) (?:zero[- ])?(?:padding|stride|dilation)s?\b|\bunpadded\b", "", asked.words
    )
    named = [
        word for word, pattern in _UNKNOWN.items() if word not in known and re.search(rf"\b(?:{pattern})\b", words)
    ]
    if len(named) != 1:
        raise Unsupported("inverse", f"{len(named) or 'no'} unknowns are named")
    return named[0]


def _layers_between(shelf: Shelf, known: dict[str, Any], result: Any) -> int:
    """Return how many equal layers, one after the other, make the output of the input."""
    size = known.pop("input")
    for layers in range(MOST_LAYERS):
        if size == result:
            return layers
        smaller = shelf.value("output-size", input=size, **known)
        if abs(result - smaller) >= abs(result - size):
            break
        size = smaller
    raise Unsupported("inverse", "no number of layers gives this")


def solved(shelf: Shelf, given: dict[str, Any], result: Any, unknown: str) -> Expression:
    """Return the unknown as a formula, where every division comes out even.

    The output size is linear in the input, the kernel and the padding, and in one over the stride.
    """
    letter = Name(unknown)
    size = even(shelf.value("output-size", **given))
    at = {number: replaced(size, {unknown: Literal(number)}) for number in (0, 1, 2)}
    if unknown == "stride":
        at = {1: at[1], 2: at[2]}
        slope = Literal(2) * (at[1] - at[2])  # size = base + slope / stride
        return Divide(slope, result - (at[1] - slope))
    assert letter == given[unknown]
    return Divide(result - at[0], at[1] - at[0])


def _possible(shelf: Shelf, asked: Asked, known: dict[str, Any], result: Any) -> bool:
    """Tell whether the sizes go together; without a padding there is none."""
    against = re.search(r"\b(?:incorrect|impossible|wrong|invalid|not possible|cannot|inconsistent)\b", asked.words)
    for_it = re.search(
        r"\b(?:give|gives|correct|possible|valid|consistent|produce|produces|yield|yields)\b", asked.words
    )
    if bool(against) == bool(for_it) or not {"input", "kernel"} <= known.keys():
        raise Unsupported("inverse", "what is claimed is not read")
    if "padding" not in known and not asked.says(r"\b(?:no|without|zero) padding"):
        raise Unsupported("inverse", "the padding is not said")
    return (shelf.value("output-size", **known) == result) is not bool(against)


def _option(shelf: Shelf, asked: Asked) -> bool:
    """Tell whether the layer that the question speaks of, one of some options, gives the output."""
    given = asked.given
    options = re.findall(r"\w+\([^()]*\)", str(given.take("options")))
    size, result = _sides(given.take("input")), _sides(given.take("output"))
    named = {word: re.search(rf"\b{word}\s*=?\s*(\d+)", asked.asks) for word in ("kernel", "stride", "padding")}
    if asked.form != "truth" or not named["kernel"] or not re.search(r"\bgive|\bproduce|\byield", asked.words):
        raise Unsupported("inverse", "which of the options is meant")
    moves = {word: int(match[1]) for word, match in named.items() if match}
    for option in options:
        layer = called(option)[0]
        if any(getattr(layer, word) != number for word, number in moves.items()):
            raise Unsupported("inverse", "the option is not the layer in the question")
    return bool(shelf.value("output-size", input=size, **moves) == result)


def layers_for(shelf: Shelf, asked: Asked) -> int:
    """Return how many equal layers see so much: the least number that reaches it."""
    given = asked.given
    target = _sides(given.take("target_rf"))
    kernel, stride = _sides(given.take("kernel")), _sides(given.take("stride", default=1))
    if not re.search(r"number of|how many", asked.words) or not isinstance(kernel, int) or kernel < 2:
        raise Unsupported("inverse", "what is asked about the receptive field")
    for layers in count(1):
        if stride == 1:
            seen = shelf.value("receptive-field.stacked", kernel=kernel, layers=layers)
        else:
            seen = field(shelf, [Layer("conv", kernel, stride)] * layers)
        if seen >= target or layers == MOST_LAYERS:
            return layers
    raise AssertionError


# --------------------------------------------------------------------------------- what keeps the size


def kept(shelf: Shelf, asked: Asked, known: dict[str, Any]) -> Any:
    """Return the padding, per side, that keeps the size."""
    keeps = r"\bsame\b|keep|preserv|maintain|unchanged|equal[- ]width|half padding"
    if (
        not re.search(r"padding", asked.words)
        or not re.search(keeps, asked.asks, re.IGNORECASE)
        or "kernel" not in known
    ):
        raise Unsupported("inverse", "what is unknown is not read")
    if re.search(r"\btotal\b", asked.words):
        return shelf.value("padding.total", kernel=known["kernel"], dilation=known.get("dilation", 1))
    if known.get("stride", 1) == 1:
        if isinstance(known["kernel"], Expression) or isinstance(known.get("dilation"), Expression):
            return solved(
                shelf, {**known, "input": Name("input"), "padding": Name("padding")}, Name("input"), "padding"
            )
        return shelf.value("padding", kernel=known["kernel"], dilation=known.get("dilation", 1))
    if "input" not in known:
        raise Unsupported("inverse", "with a stride the padding depends on the input")
    if any(isinstance(one, Expression) for one in known.values()):
        return solved(shelf, {**known, "padding": Name("padding")}, known["input"], "padding")
    found = shelf.inverse("output-size", **known, padding="?", output=known["input"])
    if not found:
        raise Unsupported("inverse", "no padding does this")
    return found[0] if len(found) == 1 else AnyOf(found)


def padded(shelf: Shelf, asked: Asked) -> Any:
    """Answer a question about padding: what keeps the size, or what SAME puts where."""
    given = asked.given
    if "X" in given:
        return _pads(shelf, asked)
    word = given.values.get("padding")
    if not isinstance(word, str) or padding_of(word) != "same-tf":
        return inverse(shelf, asked)
    given.take("padding")
    moves = {name: _sides(given.take(name)) for name in ("input", "kernel", "stride", "dilation") if name in given}
    solution = shelf.solution("output-size", **moves, padding="same-tf")
    before, after = (int(solution.problem.values[name]) for name in ("padding_before", "padding_after"))
    entries = [
        Entry("output", r"output(?: size| side)?", lambda form: shelf.value("output-size", **moves, padding="same-tf")),
        Entry("pads", r"(?:left and right )?pads?", lambda form: _one_or_both(form, before, after)),
        Entry("left", r"left|top", lambda form: before, "before"),
        Entry("right", r"right|bottom", lambda form: after, "after"),
        Entry("total", r"total padding|zeros in all", lambda form: shelf.value("padding.same-tf", **moves), "total"),
    ]  # fmt: skip
    if asked.form is None:
        return {entry.name: entry.value(None) for entry in entries}
    return answered(asked, entries)


def _one_or_both(form: Any, before: int, after: int) -> Any:
    return [before, after] if isinstance(form, tuple) else {"left": before, "right": after}


def _pads(shelf: Shelf, asked: Asked) -> Any:
    """Answer with the zeros on each side of a map, and with its values."""
    given = asked.given
    image, kernel = array(given.take("X")), array(given.take("K"))
    mode = given.take("mode", default="cross_correlation")
    if mode != "cross_correlation" or len(shape(image)) != 2:
        raise Unsupported("padding", f"{mode} of {shape(image)}")
    moves = {"stride": sizes(given.take("stride")), "padding": padding_of(given.take("padding"))}
    solution = shelf.solution("cross-correlation", input=image, kernel=kernel, **moves)
    values = shelf.value("cross-correlation", input=image, kernel=kernel, **moves)
    sides = [int(solution.problem.values[f"padding_{side}"]) for side in ("top", "bottom", "left", "right")]
    entries = [
        Entry("pads", r"pads?", lambda form: sides, "padding"),
        Entry("row", r"(?:first )?(?:output )?row(?: \d)?|row\d", lambda form: Rows(values[0]), r"row ?0|first row"),
        Entry("output", r"output(?! row)", lambda form: Rows(values)),
    ]  # fmt: skip
    return answered(asked, entries)


# ----------------------------------------------------------------------------------------- dilation


def same_view(shelf: Shelf, asked: Asked) -> int:
    """Return the dilation at which a smaller kernel, at another stride before it, sees as far as the original."""
    original, new = (asked.given.inside(asked.given.take(name), name) for name in ("original", "new"))
    if not re.search(r"\bdilation\b", asked.words):
        raise Unsupported("dilated", "what is asked of the two layers")
    parts = [(one.take("kernel"), one.take("stride_before", default=1)) for one in (original, new)]
    (kernel, before), (smaller, stride) = parts
    wanted = field(shelf, [Layer("pool", 1, before), Layer("conv", kernel, 1)])
    for dilation in range(1, wanted + 1):
        if field(shelf, [Layer("pool", 1, stride), Layer("conv", smaller, 1, dilation=dilation)]) == wanted:
            return dilation
    raise Unsupported("dilated", "no dilation sees just as far")
