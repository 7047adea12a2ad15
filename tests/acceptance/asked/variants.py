"""Questions that compare two things: A and B, a dense layer and a convolution, one kernel and two."""

import re
from dataclasses import replace
from typing import Any

from .arrays import array, pooling, pooling_moves, scaled, shape
from .judging import Ratio
from .layered import Network, layered
from .layers import in_words, read_layer, sizes
from .network import Volume, parameters, product, summed, traced
from .question import Asked, Form, Rows, Unsupported, scalar
from .shelf import Shelf
from .wanted import Entry, answered


def stacks_in(asked: Asked) -> list[str]:
    """Return the givens that are layers, other than those called so: A and B, or by other names."""

    def is_stack(value: Any) -> bool:
        if isinstance(value, list):
            return bool(value) and all(isinstance(one, dict) and "type" in one for one in value)
        return isinstance(value, str) and re.match(r"\w+ (?:\w+ )?\d+\s*[x×]\s*\d+", value) is not None

    return [name for name, value in asked.given.values.items() if name != "layers" and is_stack(value)]


def pair(shelf: Shelf, asked: Asked) -> Any:
    """Answer the same question for A and for B."""
    given, form = asked.given, asked.form
    names = stacks_in(asked)
    stated = {name: given.take(name) for name in names}
    rest = {name: given.take(name) for name in list(given.values) if name not in stated}
    if isinstance(form, dict) and set(form) == set(names):
        forms: dict[str, Form] = form
    elif isinstance(form, tuple) and len(form) == len(names):
        forms = dict(zip(names, form))
    else:
        raise Unsupported("variants", "the answer does not tell one from the other")
    found = {name: _variant(shelf, asked, rest, stated[name], forms[name]) for name in names}
    return found if isinstance(form, dict) else list(found.values())


def _variant(shelf: Shelf, asked: Asked, rest: dict[str, Any], layers: Any, form: Form) -> Any:
    given = asked.given.inside({**rest, "layers": layers}, "variant")
    width = given.take("channels")
    if isinstance(layers, str):
        every = in_words(layers, bool(given.values.get("bias", True)))
        if width is not None:  # as many come out of each layer as go in
            every = [replace(one, filters=one.filters or scalar(width)) for one in every]
        given.values["layers"] = every
        width = every[0].channels if width is None else scalar(width)
    if width is not None:
        given.values.setdefault("in_channels", getattr(width, "name", width))
    sub = Asked(asked.topic, given, asked.asks, form)
    return answered(sub, Network(shelf, sub).entries())


# ------------------------------------------------------------------------------------- dense and shared


def dense(shelf: Shelf, asked: Asked) -> Any:
    """Answer a question that sets dense layers beside convolutions."""
    given = asked.given
    if "layers" in given or "units" in given:
        return layered(shelf, asked)
    if "fc" in given:
        return _beside(shelf, asked)
    if "classes" in given:
        return _heads(shelf, asked)
    if "patch" in given or "output_nodes" in given:
        return local(shelf, asked)
    if "output" in given and "kernel" not in given:
        return _between(shelf, asked)
    return _sharing(shelf, asked)


def _bias(asked: Asked) -> bool:
    """Return whether biases are counted: as given, else where parameters are asked for and not weights."""
    weights, all_ = (re.search(rf"\b{word}\b", asked.words) is not None for word in ("weights", "parameters"))
    stated = asked.given.take("bias")
    if stated is None and weights == all_:
        raise Unsupported("words", "weights or parameters")
    if stated is True and weights and not all_:
        raise Unsupported("words", "weights are asked for, and biases are given")
    return all_ if stated is None else bool(stated)


def _beside(shelf: Shelf, asked: Asked) -> Any:
    inputs, units = map(scalar, asked.given.take("fc"))
    bias = _bias(asked)
    layer = read_layer(asked.given.inside(asked.given.take("conv"), "conv"), bias)
    area = product([layer.kernel] * 2 if not isinstance(layer.kernel, tuple) else layer.kernel)
    if inputs % area:
        raise Unsupported("dense", "the dense layer does not read a map as large as the kernel")
    entries = [
        Entry("dense", r"(?:dense|linear|fc|fully[- ]connected)(?: layer)?",
              lambda form: shelf.value("motivation", inputs=inputs, units=units, bias=bias)),
        Entry("conv", r"(?:equivalent )?(?:conv\w*)(?: layer)?",
              lambda form: shelf.value("channels.parameters", kernel=layer.kernel, channels=inputs // area,
                                       filters=layer.filters, bias=bias)),
    ]  # fmt: skip
    return answered(asked, entries)


def _heads(shelf: Shelf, asked: Asked) -> Any:
    volume, units = asked.given.take("volume", "input"), scalar(asked.given.take("classes"))
    bias = _bias(asked)
    sizes_ = [scalar(one) for one in volume]

    def head(inputs: Any) -> Any:
        return shelf.value("motivation", inputs=inputs, units=units, bias=bias)

    entries = [
        Entry("gap", r"(?:after )?(?:global average pooling|global pooling|gap)", lambda form: head(sizes_[-1])),
        Entry("flatten", r"(?:after )?flatten(?:ing|ed)?", lambda form: head(product(sizes_))),
    ]
    return answered(asked, entries)


def _between(shelf: Shelf, asked: Asked) -> Any:
    """Count a dense layer from one volume to another."""
    ends = [product([scalar(one) for one in asked.given.take(name)]) for name in ("input", "output")]
    if not re.search(r"\b(?:dense|fully[- ]connected|fc|linear)\b", asked.words):
        raise Unsupported("dense", "which layer joins the two volumes")
    return shelf.value("motivation", inputs=ends[0], units=ends[1], bias=_bias(asked))


def _sharing(shelf: Shelf, asked: Asked) -> Any:
    """Count a convolution with its weights shared, and with a kernel of its own for every place."""
    network = Network(shelf, asked)

    def counted(shared: bool) -> Any:
        stages = [replace(one, layer=replace(one.layer, shared=shared)) for one in network.stages]
        return summed([parameters(shelf, stage) for stage in stages])

    entries = [
        Entry(
            "unshared",
            r"without(?: weight| parameter)?(?: sharing)?|unshared|locally connected",
            lambda form: counted(False),
        ),
        Entry("shared", r"with(?: weight| parameter)? sharing|with(?= and without)|shared", lambda form: counted(True)),
    ]
    return answered(asked, entries)


def local(shelf: Shelf, asked: Asked) -> Any:
    """Count the parameters of nodes that look at a patch each."""
    given = asked.given
    kernel, units = sizes(given.take("patch", "kernel")), scalar(given.take("output_nodes"))
    channels = scalar(given.take("in_channels", default=1))
    shared, bias = given.take("weight_sharing"), bool(given.take("bias", default=True))
    if shared is not False:
        raise Unsupported("dense", "whether the nodes share their weights is not said")
    return units * shelf.value("channels.parameters", kernel=kernel, channels=channels, filters=1, bias=bias)


def reduced(shelf: Shelf, asked: Asked) -> Any:
    """Count a wide kernel with a 1×1 reduction in front of it, and without."""
    given = asked.given
    volume = tuple(scalar(one) for one in given.take("input"))
    kernel, filters, few = (scalar(given.take(name)) for name in ("kernel", "filters", "reduced"))
    if given.take("padding", default="same") not in ("same", "SAME") or given.take("stride", default=1) != 1:
        raise Unsupported("bottleneck", "a kernel that changes the size")
    known = {"input": volume, "kernel": kernel, "filters": filters}
    entries = [
        Entry(
            "direct",
            r"direct|without(?: the)? (?:bottleneck|reduction)",
            lambda form: shelf.value("bottleneck.direct", **known),
        ),
        Entry(
            "reduced",
            r"(?:with )?(?:a |the )?(?:1x1 )?(?:bottleneck|reduction)",
            lambda form: shelf.value("bottleneck", **known, reduced=few),
            "bottleneck|reduced",
        ),
    ]
    if not re.search(r"\b(?:multiplications|macs?|multiply-accumulates)\b", asked.words):
        raise Unsupported("bottleneck", "what is counted")
    return answered(asked, entries)


# ---------------------------------------------------------------------------------------- equivalence


def equivalence(shelf: Shelf, asked: Asked) -> Any:
    """Answer whether, or how, one thing does what another does."""
    given = asked.given
    if "K1" in given:
        return _one_kernel(shelf, asked)
    if "mask" in given:
        return _both_directions(shelf, asked)
    if "A" in given and "kind" in given:
        return _pooled_alike(shelf, asked)
    if len(stacks_in(asked)) > 1:
        return pair(shelf, asked)
    if "channels" in given and len(given.values) <= 2:
        return _in_words(shelf, asked)
    if "kernel" in given and "matrix" in asked.words:
        return layered(shelf, asked)
    raise Unsupported("equivalence", "no reader")


def _one_kernel(shelf: Shelf, asked: Asked) -> Any:
    """The kernel that does what two do, one after the other: their full convolution, or its size."""
    given = asked.given
    first, second = given.take("K1"), given.take("K2")
    if isinstance(first[0], list):
        return Rows(shelf.value("conv", input=array(first), kernel=array(second), padding="full"))

    def size(one: list[Any], other: list[Any]) -> list[Any]:
        pairs = zip(map(scalar, one), map(scalar, other), strict=True)
        return [shelf.value("conv1d.wide", input=mine, kernel=others) for mine, others in pairs]

    general = given.take("general")
    entries = [Entry("size", r"size(?: of the single kernel)?", lambda form: size(first, second), "size")]
    if general:
        letters = [re.split(r"\s*[x×]\s*", one) for one in general]
        entries.append(Entry("general", r"in general", lambda form: size(*letters), "general"))
    return answered(asked, entries)


def _both_directions(shelf: Shelf, asked: Asked) -> Any:
    mask = array(asked.given.take("mask"))
    if asked.given.take("both_directions") is not True or len(shape(mask)) != 1:
        raise Unsupported("equivalence", "a mask that is not applied in both directions")
    stencil = shelf.value("conv", input=[[one] for one in mask], kernel=[mask], padding="full")
    times = re.match(r"(\d+) times\b", asked.words)
    return Rows(scaled(stencil, int(times[1])) if times else stencil)


def _pooled_alike(shelf: Shelf, asked: Asked) -> Any:
    given = asked.given
    images = {name: array(given.take(name)) for name in ("A", "B")}
    kind, moves = given.take("kind"), pooling_moves(given)
    maps = {name: Rows(pooling(shelf, image, kind, **moves)) for name, image in images.items()}
    same = maps["A"] == maps["B"]
    if isinstance(asked.form, dict):
        return {**maps, "same": same}
    raise Unsupported("equivalence", "what is asked of the two maps")


def _in_words(shelf: Shelf, asked: Asked) -> Any:
    """Count the weights of the stacks that the question names: `two 3x3 and one 5x5 kernel`."""
    width, bias = scalar(asked.given.take("channels")), bool(asked.given.take("bias", default=True))
    match = re.fullmatch(r"(weights|parameters) of (.+?) (?:and|versus|vs\.?) (.+)", asked.words)
    if not match or (match[1] == "weights" and bias):
        raise Unsupported("equivalence", "which kernels are compared")
    stacks = [[replace(one, filters=width) for one in in_words(text, bias)] for text in match.groups()[1:]]

    def counted(layers: Any) -> Any:
        volume = Volume((), width)
        return summed([parameters(shelf, stage) for stage in traced(shelf, volume, layers)])

    return [counted(layers) for layers in stacks]


# ----------------------------------------------------------------------------------------- relations

COUNTS = {
    "macs": "operations", "mac": "operations", "flops": "operations.flops", "multiplications": "operations.multiplications",
    "multiply-accumulates": "operations",
}  # fmt: skip
EXAMPLES = ((5, 3, 1, 1), (8, 3, 3, 4), (7, 2, 5, 2), (9, 5, 2, 6))


def relation(shelf: Shelf, asked: Asked) -> Ratio:
    """Return how one count stands to another, if it is the same in every layer that is tried."""
    names = [one.strip() for one in re.split(r"\bvs\.?|\bversus\b|\band\b", asked.given.take("relation"))]
    order = [name for name in sorted(names, key=lambda name: asked.asks.find(name)) if name.lower() in COUNTS]
    if len(order) != 2 or "expressed in" not in asked.words:
        raise Unsupported("relation", "what is compared with what")
    found = {
        tuple(
            shelf.value(COUNTS[name.lower()], input=(side, side), kernel=kernel, channels=channels, filters=filters)
            for name in order
        )
        for side, kernel, channels, filters in EXAMPLES
    }
    ratios = {mine / other if mine % other else mine // other for mine, other in found}
    if len(ratios) != 1:
        raise Unsupported("relation", "it depends on the layer")
    return Ratio(order[0], ratios.pop(), order[1])
