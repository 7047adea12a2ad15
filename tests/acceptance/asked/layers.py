"""Layers as questions write them: dictionaries, calls such as `Conv2d(3,8,k=3)`, phrases such as `two 3x3`."""

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from .question import Asked, Givens, Unsupported, scalar

WINDOWS = ("conv", "depthwise", "transposed", "pool")
PASSING = ("relu", "activation", "dropout", "softmax", "lrn", "sigmoid", "tanh", "leakyrelu", "leaky_relu", "elu")
WEIGHTED = ("conv", "depthwise", "transposed", "dense", "bn")

_KINDS = {
    **dict.fromkeys(("conv", "conv2d", "conv1d", "convolution", "pointwise"), "conv"),
    **dict.fromkeys(("depthwise", "depthwise_conv", "dwconv", "depthwiseconv2d"), "depthwise"),
    **dict.fromkeys(("transposed", "conv_transpose", "convtranspose", "convtranspose2d", "deconv"), "transposed"),
    **dict.fromkeys(("maxpool", "avgpool", "pool", "max_pool", "avg_pool", "maxpool2d", "avgpool2d", "meanpool"), "pool"),
    **dict.fromkeys(("fc", "dense", "linear", "fully_connected"), "dense"),
    **dict.fromkeys(("bn", "batchnorm", "batch_norm", "batchnorm2d"), "bn"),
    **dict.fromkeys(("gap", "global_avgpool", "globalavgpool", "global_pool", "gmp"), "gap"),
    "flatten": "flatten",
    "inception": "inception",
    **dict.fromkeys(PASSING, "pass"),
}  # fmt: skip


@dataclass(frozen=True)
class Layer:
    """One layer. Sizes are numbers, letters, or pairs of them; padding may be a word of the shelf.

    filters: of a dense layer its units, of an inception block the channels of its branches together.
    channels: those of the input, where the layer itself states them. counted: numbers of a batch normalisation for each
    channel, None where it is not said. shared: whether the places of a kernel share its weights.
    """

    kind: str
    kernel: Any = None
    stride: Any = None
    padding: Any = 0
    dilation: Any = 1
    filters: Any = None
    channels: Any = None
    groups: Any = 1
    bias: bool = True
    output_padding: Any = 0
    counted: int | None = None
    shared: bool = True


def read_layers(asked: Asked, values: Any, bias: bool = True) -> list[Layer]:
    """Return the layers of a list, or of a phrase."""
    if isinstance(values, str):
        return in_words(values, bias)
    if values and all(isinstance(one, int) for one in values):  # the widths of a network of dense layers
        return [Layer("dense", channels=ins, filters=outs, bias=bias) for ins, outs in pairwise(values)]
    found: list[Layer] = []
    for place, value in enumerate(values):
        if isinstance(value, Layer):
            found.append(value)
        elif isinstance(value, str):
            found += called(value, bias)
        elif isinstance(value, dict):
            found.append(read_layer(asked.given.inside(value, f"layers[{place}]"), bias))
        else:
            raise Unsupported("layers", f"{str(value)[:40]!r} is no layer")
    return found


def read_layer(given: Givens, bias: bool = True, kind: str = "") -> Layer:
    """Return a layer from a dictionary with a type, or of the kind that the topic implies."""
    name = str(given.take("type", default=kind)).lower().replace("-", "_").replace(" ", "_") or kind
    if name not in _KINDS:
        raise Unsupported("layers", f"a layer of type {name[:40]!r}")
    kind = _KINDS[name]
    given.take("name")
    if kind == "pass":
        for key in given.values:
            given.take(key)
        return Layer(kind)
    given.take("activation")
    kernel = sizes(given.take("k", "kernel", "kernel_size"))
    stride = sizes(given.take("s", "stride", "strides"))
    padding = padding_of(given.take("p", "padding", "pad", default=0))
    dilation = sizes(given.take("d", "dilation", default=1))
    bias = bool(given.take("bias", default=bias))
    branches = given.take("branches") if kind == "inception" else None
    filters = sum(branches) if branches else sizes(given.take("filters", "out_channels", "units"))
    if filters == Unknown():
        filters = None
    channels = sizes(given.take("in_channels", "channels"))
    groups = sizes(given.take("groups", default=1))
    if kind == "conv" and name == "pointwise":
        kernel = kernel or 1
    counted = given.take("bn_params_per_channel") if kind == "bn" else None
    output_padding = sizes(given.take("output_padding", default=0)) if kind == "transposed" else 0
    return Layer(
        kind, kernel, stride or (kernel if kind == "pool" else 1), padding, dilation, filters, channels, groups, bias,
        output_padding, counted,
    )  # fmt: skip


class Unknown:
    """A count that a question leaves open; equal to every other."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unknown)

    def __hash__(self) -> int:
        return 0


def sizes(value: Any) -> Any:
    """Return a size, a pair of sizes, or nothing where nothing is given."""
    if value is None:
        return None
    if value in ("unknown", "?", "_"):
        return Unknown()
    if isinstance(value, list):
        parts = tuple(map(scalar, value))
        return parts[0] if len(set(map(repr, parts))) == 1 else parts
    return scalar(value)


def padding_of(value: Any) -> Any:
    """Return a padding: a size, a pair, or a word of the shelf; SAME is TensorFlow's."""
    if isinstance(value, str):
        word = value.lower().split()[0].strip("'\"()")
        words = {"same": "same-tf", "valid": "valid", "full": "full", "none": "valid", "half": "same"}
        if word in words:
            return words[word]
    return sizes(value)


_CALL = re.compile(r"(?P<name>[A-Za-z]+2?[dD]?)\((?P<arguments>[^()]*)\)", re.ASCII)
_KEYS = {"k": "k", "kernel_size": "k", "s": "s", "stride": "s", "p": "p", "padding": "p", "d": "d", "dilation": "d",
         "op": "output_padding", "output_padding": "output_padding", "groups": "groups", "g": "groups"}  # fmt: skip
_PLACES = {
    "conv": ("in_channels", "filters", "k", "s", "p"),
    "transposed": ("in_channels", "filters", "k", "s", "p"),
    "pool": ("k", "s", "p"),
    "dense": ("in_channels", "units"),
    "bn": ("channels",),
}


def called(text: str, bias: bool = True) -> list[Layer]:
    """Return the layers that are written as calls, as PyTorch has them: channels in, channels out, kernel."""
    found: list[Layer] = []
    for match in _CALL.finditer(text):
        name = match["name"].lower().removesuffix("2d").removesuffix("1d")
        kind = _KINDS.get(name)
        if kind not in _PLACES:
            raise Unsupported("layers", f"a call of {match['name']!r}")
        fields: dict[str, Any] = {"type": name}
        for place, argument in enumerate(part.strip() for part in match["arguments"].split(",") if part.strip()):
            key, equals, value = argument.rpartition("=")
            if equals and key.strip() == "bias":
                fields["bias"] = value.strip().lower() not in ("false", "no")
                continue
            word = _KEYS.get(key.strip()) if equals else _PLACES[kind][place] if place < len(_PLACES[kind]) else None
            if word is None:
                raise Unsupported("layers", f"the argument {argument!r}")
            fields[word] = int(value) if value.strip().isdecimal() else value.strip()
        found.append(read_layer(Givens(fields), bias))
    if not found or _CALL.sub("", text).strip(" ,;.-"):
        raise Unsupported("layers", f"{text[:40]!r} is no layer")
    return found


NUMBERS = {
    "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "twenty": 20, "single": 1,
}  # fmt: skip
ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "1st": 1, "2nd": 2, "3rd": 3, **{f"{n}th": n for n in range(4, 60)},
}  # fmt: skip

_WORDY = re.compile(
    rf"\b(?P<count>{'|'.join(NUMBERS)}|\d+)\s+(?:(?P<pad>unpadded|valid|padded|same)\s+)?(?:stacked\s+)?"
    r"(?P<height>\d+)\s*[x×]\s*(?P<width>\d+)(?P<channels>,\s*(?P<input>\w+)\s*->\s*(?P<output>\w+))?",
    re.IGNORECASE,
)


def in_words(text: str, bias: bool = True) -> list[Layer]:
    """Return the layers of a phrase such as `ten unpadded 5x5 convolutions` or `one 3x3, 256->256`."""
    found: list[Layer] = []
    for match in _WORDY.finditer(text):
        if (match["pad"] or "").lower() in ("padded", "same"):
            raise Unsupported("layers", f"the padding of {text[:40]!r}")
        count = NUMBERS.get(match["count"].lower()) or int(match["count"])
        kernel = sizes([int(match["height"]), int(match["width"])])
        layer = Layer("conv", kernel, 1, bias=bias)
        if match["channels"]:
            ins, outs = (scalar(int(one) if one.isdecimal() else one) for one in (match["input"], match["output"]))
            layer = replace(layer, channels=ins, filters=outs)
        found += [layer] * count
    rest = re.sub(
        r"\b(convolutions?|convolutional|layers?|kernels?|filters?|and|conv|stacked)\b|[.,]", "", _WORDY.sub("", text)
    )
    if not found or rest.strip():
        raise Unsupported("layers", f"{text[:60]!r} is not read")
    return found
