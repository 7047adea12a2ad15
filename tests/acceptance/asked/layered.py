"""Questions about layers, one or many: sizes, shapes, parameters, operations."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from .fields import effective
from .layers import WEIGHTED, WINDOWS, Layer
from .network import Stage, Volume, parameters, product, products, summed, traced, weighted
from .places import place_of
from .posed import posed
from .question import Asked, Form, Unsupported
from .shelf import Shelf
from .wanted import Entry, answered

DEFAULT = {
    **dict.fromkeys(("output_size", "output_shape", "pooling_shape", "transposed", "dilated"), "shape"),
    "param_count": "parameters",
    "op_count": "multiplications",
}
"""What a topic asks for where the words of the question name nothing."""

_BEYOND = re.compile(
    r"(?<!\w)(?:sav(?:ed?|ings?)|fewer|less|more|difference|times|per ?cent(?:age)?|fraction|factor|increases?|decreases?"
    r"|reduc\w+|compared|relative|versus|vs|instead|except|excluding|if|when|doubl\w+|halv\w+|twice|maximum|minimum|largest"
    r"|smallest|memory|bytes|previous|such|identical|[kmg]flops?|millions?|billions?|mega|giga|per (?!layer|side|example|training|neuron|unit|node))(?!\w)|%"
)
"""Words that make something else of a count or a size than what the shelf calls so."""

BOTH_STEPS = ("depthwise", "pointwise")


def layered(shelf: Shelf, asked: Asked) -> Any:
    """Answer a question about layers."""
    if match := _BEYOND.search(asked.words):
        raise Unsupported("words", f"what {match[0]!r} asks for")
    return answered(asked, Network(shelf, asked).entries(), DEFAULT.get(asked.topic, ""))


class Network:
    """A network as a question gives it, and what can be asked of it."""

    def __init__(self, shelf: Shelf, asked: Asked) -> None:
        self.shelf, self.asked = shelf, asked
        self.net = posed(shelf, asked)
        self.stages = self.net.stages

    # ------------------------------------------------------------------------------------------- shapes

    @property
    def place(self) -> int | None:
        """The layer that the question stops at or speaks of, from 1; None where it is the whole network."""
        if self.net.branched:
            return None
        return place_of(self.asked.words, [stage.layer for stage in self.stages])

    @property
    def here(self) -> Stage:
        """The layer that is spoken of, else the last."""
        at = self.place
        return self.stages[-1 if at is None else at - 1]

    def shape(self, form: Form) -> Any:
        """The output's height, width and channels, or as many of them as are wanted; after every layer, if wanted."""
        if isinstance(form, tuple) and form and isinstance(form[0], tuple):
            return self.shapes(form)
        return self._written(self.here.output, form)

    def _written(self, volume: Volume, form: Form) -> Any:
        sides = list(volume.sides)
        if form == "number":
            if not sides:
                return volume.channels
            if len(set(map(repr, sides))) == 1:
                return sides[0]
            raise Unsupported("words", "one side is wanted, and height and width differ")
        if isinstance(form, tuple) and len(form) == 3 and not sides:
            sides = [1, 1]
        if isinstance(form, tuple) and len(form) == 2 and len(sides) == 1:
            return sides * 2
        if isinstance(form, tuple) and len(form) == len(sides):
            return sides
        if volume.channels is None or (form is None and not isinstance(volume.channels, int)):
            return sides[0] if len(sides) == 1 else sides
        return [volume.channels, *sides] if self.net.layout == "CHW" else [*sides, volume.channels]

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
        windows = [stage for stage in self.stages if stage.layer.kind in WINDOWS]
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
        return self.here.output.channels

    def flatten(self, form: Form) -> Any:
        """How many values the first dense layer gets."""
        for stage in self.stages:
            if stage.layer.kind in ("flatten", "gap"):
                return stage.output.channels
            if stage.layer.kind == "dense":
                return stage.input.channels
        return self.stages[-1].output.count

    def neurons(self, form: Form) -> Any:
        """The values of one layer's output."""
        if len(self.stages) > 1 and self.place is None:
            raise Unsupported("words", "of which layer the values are counted")
        return product(self.here.output.sizes)

    # ------------------------------------------------------------------------------------------- counts

    def parameters(self, form: Form) -> Any:
        """The parameters in all, or of the layer that is named, or layer by layer."""
        stages = self.stages if self.place is None or isinstance(form, tuple) else [self.here]
        return self._counted(form, lambda stage: parameters(self.shelf, stage), stages)

    def total(self, form: Form) -> Any:
        """The parameters in all."""
        return summed([parameters(self.shelf, stage) for stage in weighted(self.stages)])

    def trained(self, form: Form) -> Any:
        """The parameters that are learnt: of a batch normalisation two for each channel."""

        def count(stage: Stage) -> Any:
            return parameters(self.shelf, replace(stage, layer=replace(stage.layer, counted=2)))

        return self._counted(form, count, self.stages if self.place is None else [self.here])

    def effective(self, form: Form) -> Any:
        """How many values a dilated kernel spans."""
        layer = self.here.layer
        if isinstance(layer.kernel, tuple) or isinstance(layer.dilation, tuple):
            raise Unsupported("words", "height and width differ")
        return effective(self.shelf, layer.kernel, layer.dilation)

    def of(self, *kinds: str, bias: bool | None = None) -> Callable[[Form], Any]:
        """Return the count of the parameters in layers of some kinds, in all or one by one."""

        def count(form: Form) -> Any:
            if bias is False and self.net.bias is True and not isinstance(self.asked.form, dict):
                raise Unsupported("words", "weights are asked for, and biases are given")
            chosen = [stage for stage in self.stages if stage.layer.kind in kinds]
            if self.place is not None and self.here in chosen:
                chosen = [self.here]
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

    def biases(self, form: Form) -> Any:
        """The parameters that are biases."""
        stages = weighted(self.stages)
        if any(stage.layer.kind == "bn" for stage in stages):
            raise Unsupported("words", "the biases of a batch normalisation")
        each = [parameters(self.shelf, one) - parameters(self.shelf, one, False) for one in stages]
        return each if isinstance(form, tuple) else summed(each)

    def weights_and_biases(self, form: Form) -> Any:
        """Both together, or one after the other."""
        if not isinstance(form, tuple):
            return self.parameters(form)
        if len(form) != 2 or self.place is not None:
            raise Unsupported("words", "weights and biases layer by layer")
        biases = self.biases("number")
        return [self.total(None) - biases, biases]

    def of_one_neuron(self, bias: bool) -> Callable[[Form], Any]:
        """Return the count of what one value of the output is connected to, by the weights of one filter."""

        def count(form: Form) -> Any:
            if len(self.stages) != 1 or self.stages[0].layer.kind != "conv":
                raise Unsupported("words", "of which layer one neuron is asked")
            stage = self.stages[0]
            one = replace(stage, layer=replace(stage.layer, filters=1, shared=True))
            return parameters(self.shelf, one, bias and stage.layer.bias)

        return count

    def operations(self, slug: str = "") -> Callable[[Form], Any]:
        """Return a count of operations in all; without a slug the question itself must say what is one."""

        def count(form: Form) -> Any:
            said = str(self.asked.given.take("count", default="")).lower()
            counted, biased = _operation(said or ("" if slug else self.asked.asks.lower()))
            chosen = counted or slug
            if not chosen or (counted and slug and counted != slug):
                raise Unsupported("operations", "whether additions are counted too is not said")
            stages = self.stages if self.place is None else [self.here]
            each = [products(self.shelf, stage, chosen) for stage in stages]
            if biased:
                each += [product(stage.output.sizes) for stage in weighted(stages) if stage.layer.bias]
            elif chosen == "operations.flops" and self.net.bias is True:
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

    def matrix(self, form: Form) -> Any:
        """The rows and columns of the matrix that does what the layer does to all values at once."""
        stage = self.here
        if stage.input.channels not in (None, 1) or len(self.stages) != 1:
            raise Unsupported("words", "a matrix over several channels")
        return [product(stage.output.sides), product(stage.input.sides)]

    # ------------------------------------------------------------------------------ separable convolution

    def parted(self, stage: Stage) -> dict[str, Stage]:
        """Return what a convolution becomes when depth and space are parted, step by step."""
        said = self.net.separable
        if self.net.bias is False:
            deep = point = False
        elif "both" in said:
            deep = point = True
        elif re.search(r"depthwise without bias", said):
            deep, point = False, "pointwise without bias" not in said
        else:
            raise Unsupported("separable", "whether the depthwise step has biases is not said")
        first = replace(stage.layer, kind="depthwise", filters=None, channels=None, bias=deep)
        second = Layer("conv", 1, 1, filters=stage.layer.filters, bias=point)
        return dict(zip(BOTH_STEPS, traced(self.shelf, stage.input, [first, second])))

    def instead(
        self, *steps: str, bias: bool | None = None, count: Callable[[Shelf, Stage], Any] | None = None
    ) -> Callable[[Form], Any]:
        """Return a count, of parameters if nothing else is said, of the steps that replace each convolution."""

        def counted(form: Form) -> Any:
            found = [self.parted(stage) for stage in self.stages if stage.layer.kind == "conv"]
            one = count or (lambda shelf, stage: parameters(shelf, stage, bias))
            each = [summed([one(self.shelf, parts[step]) for step in steps]) for parts in found]
            return each if isinstance(form, tuple) else summed(each)

        return counted

    def compared(self, form: Form) -> Any:
        """Both counts, of the convolution and of the separable one that replaces it."""
        if form is not None:
            raise Unsupported("words", "two counts of two layers")
        return {
            "standard operations": self.operations("operations")(form),
            "separable operations": self.instead(*BOTH_STEPS, count=products)(form),
            "standard parameters": self.of("conv")(form),
            "separable parameters": self.instead(*BOTH_STEPS)(form),
        }

    def share(self, form: Form) -> Any:
        """How many of the parameters are left, as a share (MobileNet's 1/N + 1/k²)."""
        return Fraction(self.instead(*BOTH_STEPS)("number"), self.of("conv")("number"))

    # -------------------------------------------------------------------------------------------- words

    def entries(self) -> list[Entry]:
        """Return what can be asked of a network, by the words for it."""
        count = r"(?:(?:total )?numbers? of |count of |learnable |trainable )*"
        params = r"(?:parameters|params)"
        layer = r"(?: (?:of|in|for|to) (?:the |a |an |each |this )?(?:\w+ )?(?:\w+ )?layers?)?"
        dense = r"(?:dense|linear|fc|fully[- ]connected)"
        conv = r"(?:conv|conv2d|convolution|convolutional)"
        macs = r"(?:macs?|multiply-accumulates?|multiply-adds?|multiplications|multiplies)(?: operations)?"
        separable = r"(?:depthwise[- ])?separable"
        one = r"(?:per|of (?:one|each|a|a single)) (?:\w+ )?(?:neuron|unit|node)"
        the_few = r"(?:the |a |each |all )?(?:\w+ ){0,2}"
        return [
            Entry("flatten", rf"(?:flatten(?:ed)?(?: length| size| vector| layer)?|length of the flattened vector|in[_ ]features){layer}"
                  rf"|(?:number of )?inputs (?:of|to|into) the (?:first |last )?{dense}(?: layer)?", self.flatten),
            Entry("per example", rf"{params} per (?:training )?example", self.per_example, "per example"),
            Entry("shapes", r"shapes?(?: printed)? after (?:each|every) layer|shapes", self.shapes),
            Entry("sides", r"(?:output |map |feature map )?sides?(?: sequence| lengths?)?", self.sides),
            Entry("channels", r"channels(?= after)", self.channels, "channels"),
            Entry("matrix", r"(?:shape|size|dimensions?) of the (?:equivalent |corresponding )?(?:\w+ )?matrix", self.matrix, "matrix"),
            Entry("shape", r"output (?:volume|size|shape|tensor|length|height|width|map)s?(?: per side)?"
                  r"|(?:feature )?map(?= after)|(?<!kernel )(?<!filter )(?<!batch )(?:(?:spatial|map|feature map) )?(?:size|shape)s?",
                  self.shape, "output|volume"),
            Entry("effective", r"effective (?:kernel|filter)s?(?: sizes?)?", self.effective),
            Entry("both ways", rf"of an? (?:standard|normal|regular) and (?:of )?an? {separable} (?:layer|convolution)",
                  self.compared),
            Entry("standard", rf"standard (?:{conv} )?{params}", self.of("conv"), "standard"),
            Entry("standard weights", r"standard weights", self.of("conv", bias=False)),
            Entry("standard operations", rf"standard {macs}", self.operations("operations")),
            Entry("depthwise", rf"depthwise {params}", self.instead("depthwise"), "depthwise"),
            Entry("pointwise", rf"pointwise {params}", self.instead("pointwise"), "pointwise"),
            Entry("separable", rf"{separable} {params}", self.instead(*BOTH_STEPS), "separable"),
            Entry("separable weights", rf"{separable} weights", self.instead(*BOTH_STEPS, bias=False)),
            Entry("separable operations", rf"{separable} {macs}", self.instead(*BOTH_STEPS, count=products)),
            Entry("ratio", r"ratio", self.share),
            Entry("trained", rf"(?:(?:total )?numbers? of |total )*(?:learnable|trainable) {params}", self.trained, "trainable|learnable"),
            Entry("total", rf"(?:the )?(?:total|overall)(?: {count}{params})?(?: of the \w+ summary)?"
                  rf"|{count}{params} of {conv} (?:plus|and|with|\+) (?:bn|batch ?norm\w*)", self.total),
            Entry("conv", rf"{conv}(?: layers?)? {params}|total of {the_few}{conv} layers?"
                  rf"|(?:total )?{count}{params} (?:of|in) {the_few}{conv} layers?", self.of("conv"), "conv"),
            Entry("dense", rf"{dense}(?: layers?)? {params}"
                  rf"|{count}{params} (?:of|in) {the_few}{dense}(?: layers?)?", self.of("dense"), "dense"),
            Entry("dense weights", rf"{dense}(?: layers?)? weights|{count}weights (?:of|in) {the_few}{dense}(?: layers?)?",
                  self.of("dense", bias=False)),
            Entry("batch norm", rf"{count}(?:bn|batch ?norm\w*) {params}", self.of("bn"), "bn"),
            Entry("one neuron's connections", rf"(?:number of )?(?:connections|weights) {one}", self.of_one_neuron(False)),
            Entry("one neuron's parameters", rf"{count}{params} {one}|{count}{params} of (?:one|a single|each) (?:filter|kernel)",
                  self.of_one_neuron(True)),
            Entry("parameters", rf"{count}{params}(?: of each layer| per layer)?|per[- ]layer(?: {params})?", self.parameters),
            Entry("weights and biases", rf"{count}weights (?:and|plus|\+) bias(?:es)?(?: terms?)?", self.weights_and_biases),
            Entry("weights", rf"{count}weights(?: per layer)?", self.of(*WEIGHTED, bias=False)),
            Entry("biases", r"number of biases", self.biases, "bias|biases"),
            Entry("flops", r"flops?|floating[- ]point operations", self.operations("operations.flops")),
            Entry("connections", r"(?:number of )?connections", self.connections),
            Entry("additions", r"additions", self.operations("operations.additions")),
            Entry("multiplications", rf"(?:number of |float |scalar )*{macs}", self.operations("operations")),
            Entry("operations", r"(?:number of )?operations?(?: count)?", self.operations()),
            Entry("neurons", r"(?:number of )?(?:neurons|activations|output values)", self.neurons),
        ]  # fmt: skip


def _operation(said: str) -> tuple[str, bool]:
    """Return which operations a text counts, "" where it does not say, and whether an addition for each bias too."""
    biased = bool(re.search(r"(?:plus|\+|and|with|including) (?:one |the )?bias", said))
    said = re.sub(r"(?:plus|\+|and|with|including) (?:one |the )?bias[\w ]*", "", said)
    if re.search(r"separately|mul\w*\s*(?:and|\+|&)\s*add(?:ition)?s?\b|flops?\b|2 (?:per|x|\*) mac", said):
        return "operations.flops", biased
    if re.search(r"\bmacs?\b|multiply-acc\w*|multiply-adds?\b|multiplications?\b|products?\b", said):
        return "operations", biased
    return "", biased


def _fitting(form: Form, candidates: Sequence[Sequence[Any]]) -> Sequence[Any]:
    """Return the first reading that has as many parts as are wanted."""
    if not isinstance(form, tuple):
        return candidates[0]
    found = [one for one in candidates if len(one) == len(form)]
    if not found:
        raise Unsupported("words", f"a list of {len(form)} is wanted, and there are {len(candidates[0])} layers")
    return found[0]
