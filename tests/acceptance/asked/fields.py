"""Questions about receptive fields."""

import re
from dataclasses import replace
from typing import Any

from .layers import WINDOWS, Layer, read_layers
from .places import place_of
from .question import Asked, Form, Unsupported, scalar
from .shelf import Shelf
from .wanted import Entry, answered, ordinals


def field(shelf: Shelf, layers: list[Layer], slug: str = "receptive-field") -> Any:
    """Return the receptive field of a stack, along height and width apart where they differ."""
    found = [shelf.value(slug, **_lists(layers, axis, slug)) for axis in (0, 1)]
    return found[0] if found[0] == found[1] else found


def _lists(layers: list[Layer], axis: int, slug: str) -> dict[str, list[int]]:
    def along(value: Any) -> Any:
        value = value[axis] if isinstance(value, tuple) else value
        if not isinstance(value, int):
            raise Unsupported("receptive field", f"a window of {value}")
        return value

    names = ("kernel", "stride") if slug == "receptive-field.stride" else ("kernel", "stride", "dilation")
    return {name: [along(getattr(layer, name)) for layer in layers] for name in names}


class Stack:
    """The layers of a question, and what can be asked of them."""

    def __init__(self, shelf: Shelf, asked: Asked) -> None:
        given = asked.given
        self.shelf, self.asked = shelf, asked
        given.take("input", "input_size")  # how large the image is makes no difference
        values = given.take("layers")
        for value in values if isinstance(values, list) else []:
            if isinstance(value, dict):
                value.setdefault("type", "conv")
        found = read_layers(asked, values)
        found = [replace(one, kernel=1, stride=1) if one.kind == "pass" else one for one in found]
        if any(one.kind not in (*WINDOWS, "pass") or one.kernel is None for one in found):
            raise Unsupported("receptive field", "a layer without a window")
        repeats = given.take("repeat", "repeats", "blocks", "stacks", "n_blocks", default=1)
        if not isinstance(repeats, int):
            raise Unsupported("receptive field", f"{repeats!r} blocks")
        self.layers = found * (1 if asked.says(r"\bone block") else repeats)

    def field(self, form: Form) -> Any:
        """The field of the layer that is named, or after each layer."""
        kinds = [layer.kind for layer in self.layers]
        if isinstance(form, tuple):
            if not re.search(r"\b(?:each|every|after|layers|per layer)\b", self.asked.words):
                whole = field(self.shelf, self.layers)
                return whole if isinstance(whole, list) else [whole] * len(form)
            places = [len(kinds) if one < 0 else one for one in ordinals(self.asked.words)]
            if len(places) != len(form):
                places = list(range(1, len(kinds) + 1))
            if len(places) != len(form) or max(places) > len(kinds):
                raise Unsupported("receptive field", f"{len(form)} fields of {len(kinds)} layers")
            return [field(self.shelf, self.layers[:place]) for place in places]
        at = place_of(self.asked.words, self.layers)
        return field(self.shelf, self.layers[: at or len(kinds)])

    def stride(self, form: Form) -> Any:
        """The stride of the whole stack."""
        return field(self.shelf, self.layers, "receptive-field.stride")


def receptive(shelf: Shelf, asked: Asked) -> Any:
    """Answer a question about a receptive field."""
    given = asked.given
    if re.search(
        r"\b(?:area|pixels|how many|values|frames|samples|previous|preceding|relative|respect|between|increase\w*|minimum|smallest)\b",
        asked.words,
    ):
        raise Unsupported("receptive field", "a count of values, not a side")
    if "layers" not in given or not isinstance(given.values["layers"], (list, str)):
        return _equal(shelf, asked)
    if isinstance(given.values["layers"], str) and given.values["layers"].isidentifier():
        return _equal(shelf, asked)
    stack = Stack(shelf, asked)
    entries = [
        Entry("field", r"(?:receptive )?fields?|field of view|support", stack.field, "rf|field|fields"),
        Entry("stride", r"(?:effective|total|overall|cumulative) stride|jump|stride of the (?:whole )?(?:stack|network)",
              stack.stride, "stride"),
    ]  # fmt: skip
    return answered(asked, entries, "field")


def _equal(shelf: Shelf, asked: Asked) -> Any:
    """Answer for equal layers, of which there may be a letter's number, or for equal blocks whose field is known."""
    given = asked.given
    kernel = scalar(given.take("kernel", "k", "block_rf", "rf_per_block", "rf_of_block"))
    layers = scalar(given.take("layers", "n_layers", "num_layers", "depth", "blocks", "n", "L"))
    if given.take("stride", "s", default=1) != 1 or given.take("dilation", "d", default=1) != 1:
        raise Unsupported("receptive field", "equal layers with a stride or a dilation")
    return shelf.value("receptive-field.stacked", kernel=kernel, layers=layers)


def effective(shelf: Shelf, kernel: Any, dilation: Any) -> Any:
    """Return how many values a dilated kernel spans: the field of that one layer, or the wide padding and one more."""
    if isinstance(kernel, int) and isinstance(dilation, int):
        return shelf.value("receptive-field", kernel=[kernel], dilation=[dilation])
    return shelf.value("padding.full", kernel=kernel, dilation=dilation) + 1
