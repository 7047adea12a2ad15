"""Questions about how many values a network holds, and how many bytes that is."""

import re
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

from .layers import Layer, read_layers
from .network import Volume, parameters, product, summed, traced
from .question import Asked, Form, Unsupported, scalar
from .shelf import Shelf
from .wanted import Entry, answered

UNITS = {"bytes": 1, "b": 1, "kib": 1024, "mib": 1024**2, "gib": 1024**3}
_EXPLICIT = re.compile(r"([KMG]B)\s*=\s*(?:10\^(\d)|([\d,]+)) bytes", re.IGNORECASE)


def unit_of(text: str | None) -> int:
    """Return how many bytes a unit is; a bare MB could be 10^6 or 2^20 and is refused."""
    if text is None:
        return 1
    if match := _EXPLICIT.search(text):
        return 10 ** int(match[2]) if match[2] else int(match[3].replace(",", ""))
    if text.strip().lower() in UNITS:
        return UNITS[text.strip().lower()]
    raise Unsupported("memory", f"how many bytes {text[:20]!r} is")


def held(shelf: Shelf, asked: Asked) -> Any:
    """Answer a question about memory."""
    given = asked.given
    size = given.take("bytes", "bytes_per_value")
    scale = unit_of(given.take("unit"))

    def stored(values: Any) -> Any:
        if size is None:
            raise Unsupported("memory", "how many bytes a value has is not said")
        found = Fraction(values * size, scale)
        return int(found) if found.denominator == 1 else found

    if "volume" in given or "volumes" in given:
        return _volumes(asked, stored)
    if "dense" in given:
        return stored(_dense(shelf, asked))
    if "values" in given or "params" in given or "parameters" in given:
        return stored(scalar(given.take("values", "params", "parameters")))
    return _network(shelf, asked, stored)


def _dense(shelf: Shelf, asked: Asked) -> Any:
    """Count the parameters of a dense layer, or of several."""
    ends, bias = asked.given.take("dense"), bool(asked.given.take("bias", default=True))
    pairs = ends if isinstance(ends[0], list) else [ends]
    return summed([shelf.value("motivation", inputs=scalar(one), units=scalar(two), bias=bias) for one, two in pairs])


def _volumes(asked: Asked, stored: Callable[[Any], Any]) -> Any:
    given = asked.given
    volumes = given.take("volumes") or [given.take("volume")]
    said = str(given.take("count", default=""))
    values = summed([product([scalar(one) for one in volume]) for volume in volumes])
    twice = 2 if re.search(r"activations and (?:their )?gradients \(factor 2\)", said) else 1
    if said and twice == 1:
        raise Unsupported("memory", f"what is counted: {said[:60]!r}")
    entries = [
        Entry("memory", r"(?:\w+ (?:plus|and) \w+ )?memory|(?:bytes|[kmg]i?b)(?: for .*)?", lambda form: stored(values * twice)),
        Entry("values", r"activations(?: of .*)?(?=,)|values|neurons", lambda form: values, "values|activations"),
    ]  # fmt: skip
    return answered(asked, entries)


# ----------------------------------------------------------------------------------- whole networks


class Trace:
    """A whole network, from its layers or from a line that describes it."""

    def __init__(self, shelf: Shelf, asked: Asked, stored: Callable[[Any], Any]) -> None:
        given = asked.given
        self.shelf, self.asked, self.stored = shelf, asked, stored
        net = given.take("net")
        if net is not None:
            given.take("layers")
            given.take("input")  # the line has both
            volume, layers = described(str(net))
        else:
            sizes = [scalar(one) for one in given.take("input")]
            volume, layers = Volume(tuple(sizes[:2]), sizes[2]), read_layers(asked, given.take("layers"))
        self.volume = volume
        self.stages = traced(shelf, volume, layers)
        self.convention = str(given.take("convention", default=""))

    def total(self, form: Form = None) -> Any:
        """All parameters."""
        return summed([parameters(self.shelf, stage) for stage in self.stages])

    def outputs(self, *kinds: str) -> list[Any]:
        """How many values come out of each layer, of some kinds or of all that make values of their own."""
        wanted = kinds or ("conv", "pool", "dense", "gap", "depthwise")
        return [product(stage.output.sizes) for stage in self.stages if stage.layer.kind in wanted]

    def values(self, form: Form) -> Any:
        """All values, the input's among them."""
        return self.volume.count + summed(self.outputs())

    def neurons(self, form: Form) -> Any:
        """The values that the question's convention counts, part by part."""
        kinds = {"input": None, "conv": "conv", "dense": "dense", "fc": "dense", "pool": "pool"}
        counted = 0
        for part in self.convention.split("+"):
            word = part.split()[0].lower() if part.split() else ""
            if word not in kinds:
                raise Unsupported("memory", "what counts as a neuron")
            kind = kinds[word]
            counted += self.volume.count if kind is None else summed(self.outputs(kind))
        return counted

    def memory(self, form: Form) -> Any:
        """The bytes of what the question lists."""
        said = self.asked.asks.lower()
        batch = self.asked.given.take("batch", default=1)
        inside = re.search(r"\(([^()]*)\)", said)
        listed = inside[1] if inside else ""
        if re.fullmatch(r"(?:the )?two largest consecutive layers(?: \+ parameters)?", listed):
            passed = [self.volume.count, *self.outputs()]
            most = max(left + right for left, right in pairwise(passed))
            return self.stored(most + (self.total() if "parameters" in listed else 0))
        if re.fullmatch(r"activations \+ images \+ parameters", listed):
            return self.stored(batch * (self.volume.count + summed(self.outputs())) + self.total())
        if re.search(r"all activations", said) and "input and output included" in listed:
            return self.stored(batch * self.values(None))
        raise Unsupported("memory", "what is held in memory")


def _network(shelf: Shelf, asked: Asked, stored: Callable[[Any], Any]) -> Any:
    given = asked.given
    if "net" not in given and not isinstance(given.values.get("layers"), list):
        raise Unsupported("memory", "no network is given")
    given.take("question")  # says once more what is asked
    trace = Trace(shelf, asked, stored)
    entries = [
        Entry("weights", r"(?:weight|parameter) memory|memory (?:of|for) (?:all )?(?:the )?(?:weights|parameters)",
              lambda form: stored(trace.total())),
        Entry("parameters", r"(?:total )?(?:number of )?parameters", trace.total),
        Entry("values", r"total activation values|activation values|values", trace.values),
        Entry("memory", r"bytes(?: of .*)?|ram in \w+ to .*|ram to .*", trace.memory),
        Entry("neurons", r"(?:number of )?neurons", trace.neurons),
    ]  # fmt: skip
    found = answered(asked, entries)
    if asked.form is None and isinstance(found, dict) and "memory" in found:
        found["values"] = trace.values(None)
    return found


# -------------------------------------------------------------------------------- described in a line

_ITEM = re.compile(
    r"(?:conv(?P<kernel>\d+)(?:/(?P<stride>\d+))?(?:\s+p(?P<padding>\d+))?\s+(?P<filters>\d+)(?:\s*\((?P<groups>\d+) groups\))?"
    r"|pool(?P<window>\d+)(?:/(?P<step>\d+))?|fc\s+(?P<units>\d+)|(?P<more>\d+)|(?P<bias>biases))"
)


def described(text: str) -> tuple[Volume, list[Layer]]:
    """Return the input and the layers of a network in a line.

    Either `227x227x3; conv11/4 96, pool3/2, fc 4096,1000`, or as VGG's tables do:
    `224x224x3; 3x3 conv p=1: 64,64,M,128 (M = 2x2/2 max pool); fc 4096,1000`.
    """
    parts = [part.strip() for part in text.split(";")]
    sizes = re.fullmatch(r"(\d+)x(\d+)x(\d+)", parts[0])
    if not sizes:
        raise Unsupported("network", f"the input {parts[0][:40]!r}")
    layers: list[Layer] = []
    for part in parts[1:]:
        if re.match(r"values\s*=\s*input \+ every conv, pool and fc output", part):
            continue
        layers += _table(part) or _items(part)
    height, width, channels = map(int, sizes.groups())
    return Volume((height, width), channels), _flattened(layers)


def _table(part: str) -> list[Layer]:
    """Return the layers of `3x3 conv p=1: 64,64,M,256x3 (M = 2x2/2 max pool)`."""
    head = re.match(r"(\d+)x\1 conv p=(\d+):\s*([\dM,x ]+?)\s*\(M = (\d+)x\4/(\d+) max pool\)$", part)
    if not head:
        return []
    layers: list[Layer] = []
    for item in head[3].split(","):
        filters, _, times = item.strip().partition("x")
        if filters == "M":
            layers.append(Layer("pool", int(head[4]), int(head[5])))
        else:
            layers += [Layer("conv", int(head[1]), 1, int(head[2]), filters=int(filters))] * int(times or 1)
    return layers


def _items(part: str) -> list[Layer]:
    layers: list[Layer] = []
    for item in (one.strip() for one in part.split(",")):
        match = _ITEM.fullmatch(item)
        if not match or (match["more"] and not (layers and layers[-1].kind == "dense")):
            raise Unsupported("network", f"{item[:40]!r} is no layer")
        if match["kernel"]:
            numbers = {
                name: int(match[name] or default) for name, default in (("stride", 1), ("padding", 0), ("groups", 1))
            }
            layers.append(Layer("conv", int(match["kernel"]), filters=int(match["filters"]), **numbers))
        elif match["window"]:
            layers.append(Layer("pool", int(match["window"]), int(match["step"] or match["window"])))
        elif match["units"] or match["more"]:
            layers.append(Layer("dense", filters=int(match["units"] or match["more"])))
    return layers


def _flattened(layers: list[Layer]) -> list[Layer]:
    first = next((place for place, layer in enumerate(layers) if layer.kind == "dense"), len(layers))
    return [*layers[:first], Layer("flatten"), *layers[first:]] if first < len(layers) else layers
