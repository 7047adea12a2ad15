"""The families of questions by their topics, and the reader of each."""

import re
from collections.abc import Callable
from typing import Any

from . import arrays, fields, gradients, inverses, laws, memory, variants
from .layered import layered
from .lenet import lenet
from .question import Asked, Form, Unsupported, scalar
from .shelf import Shelf

Reader = Callable[[Shelf, Asked], Any]
PASSED_OVER = ("asker", "printed", "published", "note")
"""Givens that tell what somebody wrote; they say nothing of what is asked."""
LISTS = ("kernel", "stride", "padding", "dilation")


def answer(shelf: Shelf, asked: Asked) -> Any:
    """Return our value for a question."""
    for name in asked.given.values:
        if name.startswith(PASSED_OVER):
            asked.given.take(name)
    reader = _reader(asked)
    if "cases" in asked.given:
        return _by_cases(shelf, asked, reader, _cases(asked))
    for name in LISTS:
        if _is_list_of_cases(asked, name):
            return _by_cases(shelf, asked, reader, [{name: one} for one in asked.given.take(name)])
    return reader(shelf, asked)


def _reader(asked: Asked) -> Reader:
    given, topic = asked.given, asked.topic
    match topic:
        case "conv1d_value" | "conv2d_value":
            return arrays.convolved
        case "pooling_value":
            return arrays.pooled
        case "transposed" if "X" in given or "x" in given:
            return arrays.transposed
        case "transposed" if "conv" in given:
            return _there_and_back
        case "dilated" if "X" in given:
            return arrays.convolved
        case "dilated" if "original" in given:
            return inverses.same_view
        case "dilated" if "padding" in asked.words and "padding" not in given:
            return inverses.inverse
        case "stack" if "X" in given:
            return arrays.by_hand
        case "receptive_field":
            return fields.receptive
        case "inverse":
            return inverses.inverse
        case "padding_choice":
            return laws.keeps if "claim" in given else inverses.padded
        case "equivalence":
            return laws.law if "law" in given else variants.equivalence
        case "fc_vs_conv":
            return variants.dense
        case "param_count" if "patch" in given:
            return variants.local
        case "op_count" if "relation" in given:
            return variants.relation
        case "bottleneck" | "resnet" | "param_count" | "op_count" if len(variants.stacks_in(asked)) > 1:
            return variants.pair
        case "bottleneck" if "reduced" in given:
            return variants.reduced
        case "lenet":
            return lenet
        case "conceptual":
            return laws.law
        case "resnet":
            return layered if "layers" in given else _depth
        case "transposed" if "X" not in given and re.search(
            r"restor|\bback\b|g\(f\(|and then|followed by|same hyper", asked.asks
        ):
            return _restored
        case "other" if "backward" in str(given.values.get("op")):
            return gradients.backward
        case "other" if any(name in given for name in ("bytes", "bytes_per_value", "net")):
            return memory.held
        case (
            "output_size" | "output_shape" | "pooling_shape" | "stack" | "param_count" | "op_count" | "bottleneck"
            | "transposed" | "dilated"
        ):  # fmt: skip
            return layered
    raise Unsupported(topic, "no reader")


# ----------------------------------------------------------------------------------------- many at once


def _cases(asked: Asked) -> list[dict[str, Any]]:
    cases, columns = asked.given.take("cases"), asked.given.take("columns")
    if columns is not None:
        return [dict(zip(columns, case, strict=True)) for case in cases]
    if not all(isinstance(case, dict) for case in cases):
        raise Unsupported("cases", "rows without columns")
    return list(cases)


def _is_list_of_cases(asked: Asked, name: str) -> bool:
    """Tell whether a list is of cases: where a size is one number, a list of strides cannot be one for each side."""
    value, size = asked.given.values.get(name), asked.given.values.get("input")
    flat = (
        asked.topic in ("dilated", "output_size", "padding_choice", "transposed", "pooling_shape")
        and "X" not in asked.given
    )
    as_many = asked.form is None or (
        isinstance(asked.form, tuple) and isinstance(value, list) and len(asked.form) == len(value)
    )
    return flat and isinstance(value, list) and not isinstance(size, list) and as_many


def _by_cases(shelf: Shelf, asked: Asked, reader: Reader, cases: list[dict[str, Any]]) -> Any:
    """Ask the same question of every case: a list answers them one by one, a single number all of them."""
    shared = {
        name: asked.given.take(name) for name in asked.given.values if name not in ("cases", "columns", *cases[0])
    }

    def ask(place: int, form: Form) -> Any:
        given = asked.given.inside({**shared, **cases[place]}, f"cases[{place}]")
        return reader(shelf, Asked(asked.topic, given, asked.asks, form))

    def every(form: Form, found: Callable[[int, Form], Any]) -> Any:
        if isinstance(form, tuple) and len(form) == len(cases):
            return [found(place, part) for place, part in enumerate(form)]
        values = [found(place, form) for place in range(len(cases))]
        if any(value != values[0] for value in values):
            raise Unsupported("cases", "one answer is wanted, and the cases differ")
        return values[0]

    if asked.form is None:
        return [ask(place, None) for place in range(len(cases))]
    if isinstance(asked.form, dict):
        return {
            key: every(form, lambda place, part, key=key: ask(place, {key: part})[key])
            for key, form in asked.form.items()
        }
    return every(asked.form, ask)


def _there_and_back(shelf: Shelf, asked: Asked) -> Any:
    """Answer for a convolution and a transposed one, each by itself."""
    parts = [(name, asked.given.inside(asked.given.take(name), name)) for name in ("conv", "transposed")]
    if not isinstance(asked.form, tuple) or len(asked.form) != 2:
        raise Unsupported("transposed", "one answer for a convolution and its transpose")
    topics = {"conv": "output_size", "transposed": "transposed"}
    return [
        layered(shelf, Asked(topics[name], given, "output size", form))
        for (name, given), form in zip(parts, asked.form)
    ]


def _restored(shelf: Shelf, asked: Asked) -> Any:
    """Follow a convolution by the transposed one with the same moves: what size comes back."""
    given = asked.given
    size = scalar(given.take("input"))
    moves = {name: scalar(given.take(name)) for name in ("kernel", "stride", "padding", "dilation") if name in given}
    if asked.form not in ("number", "truth"):
        raise Unsupported("transposed", "what is asked of a convolution and its transpose")
    through = shelf.value("output-size", input=size, **moves)
    back = shelf.value("transposed", input=through, **moves)
    if asked.form == "number":
        return back
    if not re.search(r"\b(?:does|is|do)\b", asked.words):
        raise Unsupported("transposed", "what is claimed")
    return bool(back == size)


def _depth(shelf: Shelf, asked: Asked) -> Any:
    """Count the weighted layers of a ResNet."""
    given = asked.given
    if "blocks" not in given or asked.form != "number":
        raise Unsupported("resnet", "which family a network belongs to")
    blocks, kind = given.take("blocks"), given.take("block", "block_type", default=None)
    if kind not in ("basic", "bottleneck") or not isinstance(blocks, list):
        raise Unsupported("resnet", "what the blocks are")
    return shelf.value("resnet", blocks=blocks, block=kind)
