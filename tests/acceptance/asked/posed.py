"""A network as a question gives it: its input, its layers, and the conventions that are stated with them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from .layers import Layer, read_layer, read_layers, sizes
from .network import Stage, Volume, summed, traced
from .question import Asked, Givens, Unsupported, scalar
from .shelf import Shelf

KIND = {"pooling_shape": "pool", "transposed": "transposed"}
"""The layer that a topic speaks of, where no type is given and it is not a convolution."""
DENSE = ("fc", "dense", "linear", "fully_connected")
LAYOUTS = ("HWC", "CHW")


@dataclass(frozen=True)
class Net:
    """stages: the layers with what goes in and out. bias: as given, if it is. layout: of the answer.

    separable: what is said of the biases of the two steps that a convolution may be parted into.
    """

    stages: Sequence[Stage]
    bias: Any
    layout: str
    separable: str
    branched: bool = False


def posed(shelf: Shelf, asked: Asked) -> Net:
    """Trace the network of a question."""
    given = asked.given
    bias = given.take("bias")
    if bias is None and re.search(
        r"\b(?:without|no|ignoring|excluding|not counting|omitting) (?:the |any )?bias", asked.words
    ):
        bias = False
    biased = bias if isinstance(bias, bool) else True
    layout = _layout(given.take("layout", default="HWC"))
    wanted = _layout(given.take("layout_answer", "layout_output", default=layout))
    ceil = bool(given.take("ceil_mode", default=False))
    said = f"{bias if isinstance(bias, str) else ''} {given.take('separable', default='')}"
    volume = _input(given, layout)
    if "branches" in given:
        return Net(_branched(shelf, asked, volume, biased, ceil), bias, wanted, said, True)
    stages = traced(shelf, volume, _layers(asked, biased), ceil)
    stated = given.take("output")
    if stated is not None and [scalar(one) for one in stated] != stages[-1].output.sizes:
        raise Unsupported("givens", f"the output is said to be {stated}, and is {stages[-1].output.sizes}")
    return Net(stages, bias, wanted, said)


def _layout(word: str) -> str:
    if word not in LAYOUTS:
        raise Unsupported("givens", f"the layout {word!r}")
    return word


def _input(given: Givens, layout: str) -> Volume:
    value = given.take("input", "volume", "input_shape", "input_size")
    channels, inputs = given.take("in_channels"), given.take("inputs")
    if inputs is not None or (_begins_dense(given) and not isinstance(value, list) and value is not None):
        return Volume((), scalar(value if inputs is None else inputs))
    parts = [scalar(one) for one in value] if isinstance(value, list) else [] if value is None else [scalar(value)]
    if len(parts) > 3:
        raise Unsupported("givens", "an input with more than three sizes")
    if layout == "CHW" and len(parts) == 3:
        parts = [*parts[1:], parts[0]]
    depth = parts[2] if len(parts) == 3 else None
    stated = None if channels is None else scalar(channels)
    if depth is not None and stated is not None and depth != stated:
        raise Unsupported("givens", "the input and in_channels differ")
    return Volume(tuple(parts[:2]), depth if depth is not None else stated)


def _begins_dense(given: Givens) -> bool:
    layers = given.values.get("layers")
    first = layers[0] if isinstance(layers, list) and layers else None
    return "units" in given or (isinstance(first, dict) and str(first.get("type")).lower() in DENSE)


def _layers(asked: Asked, bias: bool) -> list[Layer]:
    given = asked.given
    if "layers" in given:
        layers = read_layers(asked, given.take("layers"), bias)
    else:
        kind = "dense" if "units" in given else KIND.get(asked.topic, "conv")
        if kind == "pool":
            given.take("kind")
        operation = given.take("op", default="conv")
        if operation == "pad only":
            # a 1×1 kernel has as many places as the padded input has values
            given.values |= {"kernel": 1, "filters": sizes(given.values["input"])[-1]}
        elif re.fullmatch(r"global (?:average |avg |max )?pool(?:ing)?", str(operation)):
            kind = "gap"
        elif operation not in ("conv", "convolution", kind):
            raise Unsupported("layers", f"the operation {str(operation)[:40]!r}")
        layers = [read_layer(given, bias, kind)]
        if kind == "dense" and isinstance(given.values.get("input"), list):
            layers = [Layer("flatten"), *layers]
    counted = given.take("bn_params_per_channel") or statistics(asked)
    shared = bool(given.take("weight_sharing", "shared", default=True))
    from_zero = _from_zero(given.take("dilation_convention"))
    return [
        replace(
            one,
            counted=(one.counted or counted) if one.kind == "bn" else None,
            shared=shared,
            dilation=one.dilation + 1 if from_zero else one.dilation,
        )
        for one in layers
    ]


def _from_zero(convention: str | None) -> bool:
    """Tell whether dilation 0 means no gaps."""
    if convention is None:
        return False
    match = re.match(r"\s*(?:dilation )?([01])\b\s*(?:=|means)\s*no gap", convention)
    if not match:
        raise Unsupported("givens", f"the dilation convention {convention[:40]!r}")
    return match[1] == "0"


def statistics(asked: Asked) -> int | None:
    """Return how many numbers a batch normalisation has for each channel, where the question says so."""
    said = f"{asked.asks} {asked.given.take('count', default='')}".lower()
    keys = " ".join(asked.form) if isinstance(asked.form, dict) else ""
    both = re.search(r"non-trainable|running|moving|including statistics", said) or (
        "trainable" in f"{said} {keys}" and "total" in f"{said} {keys}"
    )
    if both or (re.search(r"keras|model\.summary", said) and not re.search(r"trainable|learnable", said)):
        return 4
    return 2 if re.search(r"trainable|learnable", said) else None


def _branched(shelf: Shelf, asked: Asked, volume: Volume, bias: bool, ceil: bool) -> list[Stage]:
    """Trace branches that see the same input, and put what comes out of them together."""
    combine = str(asked.given.take("combine", default=""))
    if not re.match(r"concat", combine) or "add" in combine:
        raise Unsupported("network", f"branches that are combined by {combine[:40]!r}")
    branches = [
        traced(shelf, volume, read_layers(asked, branch, bias), ceil) for branch in asked.given.take("branches")
    ]
    ends = [branch[-1].output for branch in branches]
    if len({end.sides for end in ends}) != 1 or any(end.channels is None for end in ends):
        raise Unsupported("network", "the branches end in different sizes")
    joined = Volume(ends[0].sides, summed([end.channels for end in ends]))
    after = [Layer("pass"), *([Layer("flatten")] if "flatten" in combine else [])]
    return [*(stage for branch in branches for stage in branch), *traced(shelf, joined, after)]
