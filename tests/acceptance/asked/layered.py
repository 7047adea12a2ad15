"""Questions about layers, one or many: sizes, shapes, parameters, operations."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from .layers import WEIGHTED, Layer, ordinals_of_kind, read_layer, read_layers, sizes
from .network import Stage, Volume, parameters, product, products, summed, traced, weighted
from .question import Asked, Form, Givens, Unsupported, scalar
from .shelf import Shelf
from .wanted import Entry, answered

KIND = {"pooling_shape": "pool", "transposed": "transposed"}
DEFAULT = {
    "output_size": "shape", "output_shape": "shape", "pooling_shape": "shape", "transposed": "shape", "dilated": "shape",
    "param_count": "parameters", "op_count": "operations", "bottleneck": "", "fc_vs_conv": "", "stack": "", "lenet": "",
}  # fmt: skip


class Network:
    """A network as a question gives it, traced through the shelf."""

    def __init__(self, shelf: Shelf, asked: Asked) -> None:
        given = asked.given
        self.shelf, self.asked = shelf, asked
        self.bias_said = given.take("bias")
        self.bias = self.bias_said if isinstance(self.bias_said, bool) else True
        self.ceil = bool(given.take("ceil_mode", default=False))
        self.first = given.take("layout_answer", "layout", default="HWC")
        self.branches: list[list[Stage]] = []
        volume = self._input(given)
        if "branches" in given:
            self._branch(given, volume)
            return
        layers = self._layers(given)
        self.stages = traced(shelf, volume, layers, self.ceil)
        stated = given.take("output")
        if stated is not None and [scalar(one) for one in stated] != self.stages[-1].output.sizes:
            raise Unsupported("givens", f"the output is said to be {stated}, and is {self.stages[-1].output.sizes}")

    def _input(self, given: Givens) -> Volume:
        value = given.take("input", "volume", "input_shape", "input_size")
        channels = given.take("in_channels")
        inputs = given.take("inputs")
        dense = "units" in given or self._begins_dense(given)
        if inputs is not None or (dense and not isinstance(value, list) and value is not None):
            return Volume((), scalar(value if inputs is None else inputs))
        parts = [scalar(one) for one in value] if isinstance(value, list) else [] if value is None else [scalar(value)]
        if given.take("layout", default="HWC") == "CHW" and len(parts) == 3:
            parts = [*parts[1:], parts[0]]
        depth = parts[2] if len(parts) == 3 else None
        if len(parts) > 3:
            raise Unsupported("givens", "an input with more than three sizes")
        stated = None if channels is None else scalar(channels)
        if depth is not None and stated is not None and depth != stated:
            raise Unsupported("givens", "the input and in_channels differ")
        return Volume(tuple(parts[:2]), depth if depth is not None else stated)

    @staticmethod
    def _begins_dense(given: Givens) -> bool:
        layers = given.values.get("layers")
        return (
            isinstance(layers, list) and bool(layers) and isinstance(layers[0], dict) and layers[0].get("type") == "fc"
        )

    def _layers(self, given: Givens) -> list[Layer]:
        if "layers" in given:
            layers = read_layers(self.asked, given.take("layers"), self.bias)
        else:
            kind = "dense" if "units" in given else KIND.get(self.asked.topic, "conv")
            if kind == "pool":
                given.take("kind")
            if given.take("op") == "pad only":
                # a 1×1 kernel has as many places as the padded input has values
                given.values |= {"kernel": 1, "filters": sizes(given.values["input"])[-1]}
            layers = [read_layer(given, self.bias, kind)]
        counted = given.take("bn_params_per_channel") or _statistics(self.asked)
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

    def _branch(self, given: Givens, volume: Volume) -> None:
        combine = str(given.take("combine", default=""))
        if not re.match(r"concat", combine):
            raise Unsupported("network", f"branches that are combined by {combine[:40]!r}")
        for branch in given.take("branches"):
            self.branches.append(traced(self.shelf, volume, read_layers(self.asked, branch, self.bias), self.ceil))
        ends = [branch[-1].output for branch in self.branches]
        if len({end.sides for end in ends}) != 1:
            raise Unsupported("network", "the branches end in different sizes")
        joined = Volume(ends[0].sides, summed([end.channels for end in ends]))
        flat = [Layer("flatten")] if "flatten" in combine else []
        self.stages = [*(stage for branch in self.branches for stage in branch), *traced(self.shelf, joined, flat)]

    # ------------------------------------------------------------------------------------------ answers

    @property
    def place(self) -> int | None:
        """The layer that the question stops at or speaks of, from 1; None where it is the whole network."""
        if len(self.stages) < 2 or self.branches:
            return None
        return ordinals_of_kind(self.asked.words, [stage.layer.kind for stage in self.stages])

    def shape(self, form: Form) -> Any:
        """The output's height, width and channels, or as many of them as are wanted; after every layer, if wanted."""
        if isinstance(form, tuple) and form and isinstance(form[0], tuple):
            return self.shapes(form)
        at = self.place
        return self._written(self.stages[-1 if at is None else at - 1].output, form)

    def _written(self, volume: Volume, form: Form) -> Any:
        sides = list(volume.sides)
        if form == "number":
            if not sides:
                return volume.channels
            if len(set(map(repr, sides))) == 1:
                return sides[0]
            raise Unsupported("words", "one side is wanted, and height and width differ")
        if isinstance(form, tuple) and len(form) == 2 and len(sides) == 1:
            return sides * 2
        if isinstance(form, tuple) and len(form) == len(sides):
            return sides
        if volume.channels is None or (form is None and not isinstance(volume.channels, int)):
            return sides[0] if len(sides) == 1 else sides
        return [volume.channels, *sides] if self.first == "CHW" else [*sides, volume.channels]

    def shapes(self, form: Form) -> Any:
        """The shape after every layer."""
        every = [stage for stage in self.stages if stage.layer.kind != "pass"]
        changing = [stage for stage in every if stage.layer.kind not in ("bn", "flatten")]
        chosen = _fitting(form, [every, changing])
        parts: Iterable[Form] = form if isinstance(form, tuple) else [None] * len(chosen)
        return [self._written(stage.output, part) for stage, part in zip(chosen, parts)]

    def sides(self, form: Form) -> Any:
        """The side of the output, or the sides after the layers that have a window."""
        if not isinstance(form, tuple):
            return self.shape(form)
        windows = [stage for stage in self.stages if stage.layer.resizes]
        if len(windows) == 1 and len(form) == len(windows[0].output.sides) != 1:
            return self.shape(form)
        merged = [
            stage
            for stage, following in zip(windows, [*windows[1:], None])
            if following is None
            or "pool" in (stage.layer.kind, following.layer.kind)
            or stage.output.sides != following.output.sides
        ]
        return [self._written(stage.output, "number") for stage in _fitting(form, [windows, merged])]

    def channels(self, form: Form) -> Any:
        """The channels of the output."""
        return self.stages[-1].output.channels

    def flatten(self, form: Form) -> Any:
        """How many values the first dense layer gets."""
        for stage in self.stages:
            if stage.layer.kind in ("flatten", "gap"):
                return stage.output.channels
            if stage.layer.kind == "dense":
                return stage.input.channels
        return self.stages[-1].output.count

    def parameters(self, form: Form) -> Any:
        """The parameters in all, or of the layer that is named, or layer by layer."""
        at = self.place
        stages = self.stages if at is None or isinstance(form, tuple) else [self.stages[at - 1]]
        return self._counted(form, lambda stage: parameters(self.shelf, stage), stages)

    def total(self, form: Form) -> Any:
        """The parameters in all."""
        return summed([parameters(self.shelf, stage) for stage in weighted(self.stages)])

    def of(self, *kinds: str, bias: bool | None = None) -> Callable[[Form], Any]:
        """Return the count of the parameters in layers of some kinds, in all or one by one."""

        def count(form: Form) -> Any:
            if bias is False and self.bias_said is True:
                raise Unsupported("words", "weights are asked for, and biases are given")
            chosen = [stage for stage in self.stages if stage.layer.kind in kinds]
            at = self.place
            if at is not None and self.stages[at - 1] in chosen:
                chosen = [self.stages[at - 1]]
            if not chosen:
                raise Unsupported("words", f"no layer is {' or '.join(kinds)}")
            return self._counted(form, lambda stage: parameters(self.shelf, stage, bias), chosen)

        return count

    def _counted(self, form: Form, count: Callable[[Stage], Any], stages: Sequence[Stage]) -> Any:
        every = [stage for stage in stages if stage.layer.kind != "pass"]
        learning = weighted(stages)
        if isinstance(form, tuple):
            return [count(stage) for stage in _fitting(form, [learning, every])]
        each = [count(stage) for stage in learning]
        if form is None and len(each) > 1:
            return {"each": each, "table": [count(stage) for stage in every], "total": summed(each)}
        return summed(each)

    def operations(self, slug: str) -> Callable[[Form], Any]:
        """Return the count of operations in all, with what the question says is counted besides."""

        def count(form: Form) -> Any:
            said = str(self.asked.given.take("count", default="")).lower()
            each = [products(self.shelf, stage, slug) for stage in self.stages]
            if "bias" in said and re.search(r"plus|\+|and|with", said) and self.bias:
                each += [stage.output.count for stage in self.stages if stage.layer.kind == "conv"]
            elif slug == "operations.flops" and self.bias_said is True:
                raise Unsupported("operations", "whether the additions of biases are counted is not said")
            return summed(each)

        return count

    def connections(self, form: Form) -> Any:
        """The connections: a product each, and one for each bias that is added."""
        biased = [stage for stage in weighted(self.stages) if stage.layer.bias]
        return summed(
            [products(self.shelf, stage) for stage in self.stages] + [product(one.output.sizes) for one in biased]
        )

    def per_example(self, form: Form) -> Any:
        """The parameters for each of the training examples that the question counts."""
        match = re.search(r"([\d,]+) (?:training )?(?:images|examples|samples)", self.asked.asks)
        if not match:
            raise Unsupported("words", "how many examples there are is not said")
        return Fraction(self.total(None), int(match[1].replace(",", "")))

    # ------------------------------------------------------------------------------ separable convolution

    def separable(self, *steps: str) -> Callable[[Stage], list[Stage]]:
        """Return what a convolution becomes when space and depth are parted: the steps that are named."""
        said = f"{self.bias_said if isinstance(self.bias_said, str) else ''} {self.asked.given.take('separable', default='')}"
        if self.bias_said is False:
            deep = point = False
        elif re.search(r"both", said):
            deep = point = True
        elif re.search(r"depthwise without bias", said):
            deep, point = False, "pointwise without bias" not in said
        else:
            raise Unsupported("separable", "whether the depthwise step has biases is not said")

        def parted(stage: Stage) -> list[Stage]:
            layer = stage.layer
            first = replace(layer, kind="depthwise", filters=None, channels=None, bias=deep)
            second = Layer("conv", 1, 1, filters=layer.filters, bias=point)
            both = dict(zip(("depthwise", "pointwise"), traced(self.shelf, stage.input, [first, second])))
            return [both[name] for name in steps]

        return parted

    def instead(
        self, *steps: str, bias: bool | None = None, count: Callable[[Shelf, Stage], Any] | None = None
    ) -> Callable[[Form], Any]:
        """Return a count, of parameters if nothing else is said, of the steps that replace each convolution."""

        def counted(form: Form) -> Any:
            parted = self.separable(*steps)
            found = [parted(stage) for stage in self.stages if stage.layer.kind == "conv"]
            one = count or (lambda shelf, stage: parameters(shelf, stage, bias))
            each = [summed([one(self.shelf, part) for part in parts]) for parts in found]
            return each if isinstance(form, tuple) else summed(each)

        return counted

    def compared(self, form: Form) -> Any:
        """Both counts, of the convolution and of the separable one that replaces it."""
        if form is not None:
            raise Unsupported("words", "two counts of two layers")
        steps = ("depthwise", "pointwise")
        return {
            "standard operations": self.operations("operations")(form),
            "separable operations": self.instead(*steps, count=products)(form),
            "standard parameters": self.of("conv")(form),
            "separable parameters": self.instead(*steps)(form),
        }

    def share(self, form: Form) -> Any:
        """How many of the parameters are left, as a share (MobileNet's 1/N + 1/k²)."""
        return Fraction(self.instead("depthwise", "pointwise")("number"), self.of("conv")("number"))

    # --------------------------------------------------------------------------------------------- words

    def entries(self) -> list[Entry]:
        """Return what can be asked of a network, by the words for it."""
        count = r"(?:(?:total )?numbers? of |count of |learnable |trainable )*"
        parameters_ = r"(?:parameters|params)"
        of_layer = r"(?: (?:of|in|for|to) (?:the |a |an |each |this )?(?:\w+ )?(?:\w+ )?layers?)?"
        dense_ = r"(?:dense|linear|fc|fully[- ]connected)"
        conv_ = r"(?:conv|conv2d|convolution|convolutional)"
        macs = r"(?:macs?|multiply-accumulates?|multiplications|operations|operation count|mults)"
        separable = r"(?:depthwise[- ])?separable"
        return [
            Entry("flatten", rf"(?:flatten(?:ed)?(?: length| size| vector)?|length of the flattened vector|in[_ ]features){of_layer}",
                  self.flatten),
            Entry("per example", rf"{parameters_} per (?:training )?example", self.per_example, "per example"),
            Entry("shapes", r"shapes?(?: printed)? after (?:each|every) layer|shapes", self.shapes),
            Entry("sides", r"(?:output |map |feature map )?sides?(?: sequence| lengths?)?", self.sides),
            Entry("channels", r"channels(?= after)", self.channels, "channels"),
            Entry("shape", r"output (?:volume|size|shape|tensor|length|height|width|map)s?(?: per side)?"
                  r"|(?:feature )?map(?= after)|(?:(?:spatial|map|feature map) )?(?:size|shape)s?", self.shape, "output|volume"),
            Entry("both ways", rf"of an? (?:standard|normal|regular) and (?:of )?an? {separable} (?:layer|convolution)",
                  self.compared),
            Entry("standard", rf"standard {conv_}? ?{parameters_}", self.of("conv"), "standard"),
            Entry("standard weights", r"standard weights", self.of("conv", bias=False)),
            Entry("standard operations", rf"standard {macs}", self.operations("operations")),
            Entry("depthwise", rf"depthwise {parameters_}", self.instead("depthwise"), "depthwise"),
            Entry("pointwise", rf"pointwise {parameters_}", self.instead("pointwise"), "pointwise"),
            Entry("separable", rf"{separable} {parameters_}", self.instead("depthwise", "pointwise"), "separable"),
            Entry("separable weights", rf"{separable} weights", self.instead("depthwise", "pointwise", bias=False)),
            Entry("separable operations", rf"{separable} {macs}", self.instead("depthwise", "pointwise", count=products)),
            Entry("ratio", r"ratio", self.share),
            Entry("total", rf"(?:the )?(?:total|overall)(?: {count}{parameters_})?(?: of the \w+ summary)?"
                  rf"|{count}{parameters_} of {conv_} (?:plus|and|with|\+) (?:bn|batch ?norm\w*)", self.total),
            Entry("conv", rf"{conv_}(?: layers?)? {parameters_}"
                  rf"|(?:total )?{count}{parameters_} (?:of|in) (?:the |each |all )?(?:\w+ ){{0,2}}{conv_} layers?"
                  rf"|total of (?:the )?(?:\w+ ){{0,2}}{conv_} layers?", self.of("conv"), "conv"),
            Entry("dense", rf"{dense_}(?: layers?)? {parameters_}"
                  rf"|{count}{parameters_} (?:of|in) (?:the |a |each )?(?:\w+ )?{dense_}(?: layers?)?", self.of("dense"), "dense"),
            Entry("dense weights", rf"{dense_}(?: layers?)? weights|{count}weights (?:of|in) (?:the |a )?(?:\w+ )?{dense_}(?: layers?)?",
                  self.of("dense", bias=False)),
            Entry("batch norm", rf"{count}(?:bn|batch ?norm\w*) {parameters_}", self.of("bn"), "bn"),
            Entry("parameters", rf"{count}{parameters_}(?: of each layer| per layer)?|per[- ]layer(?: {parameters_})?",
                  self.parameters),
            Entry("weights", rf"{count}weights", self.of(*WEIGHTED, bias=False)),
            Entry("flops", r"flops?|floating[- ]point operations", self.operations("operations.flops")),
            Entry("connections", r"connections", self.connections),
            Entry("operations", rf"(?:float |scalar )?{macs}", self.operations("operations")),
        ]  # fmt: skip


def layered(shelf: Shelf, asked: Asked) -> Any:
    """Answer a question about layers."""
    network = Network(shelf, asked)
    return answered(asked, network.entries(), DEFAULT.get(asked.topic, ""))


def _fitting(form: Form, candidates: Sequence[Sequence[Any]]) -> Sequence[Any]:
    """Return the only reading that has as many parts as are wanted."""
    if not isinstance(form, tuple):
        return candidates[0]
    found = [one for one in candidates if len(one) == len(form)]
    if not found:
        raise Unsupported("words", f"a list of {len(form)} is wanted, and there are {len(candidates[0])} layers")
    return found[0]


def _from_zero(convention: str | None) -> bool:
    """Tell whether dilation 0 means no gaps."""
    if convention is None:
        return False
    match = re.match(r"\s*(?:dilation )?([01])\b\s*(?:=|means)\s*no gap", convention)
    if not match:
        raise Unsupported("givens", f"the dilation convention {convention[:40]!r}")
    return match[1] == "0"


def _statistics(asked: Asked) -> int | None:
    """Return how many numbers a batch normalisation has for each channel, where the question says so."""
    said = f"{asked.asks} {asked.given.take('count', default='')}".lower()
    if re.search(r"non-trainable|running|moving|keras summary|model\.summary|including statistics", said):
        return 4
    return 2 if re.search(r"trainable|learnable", said) else None
