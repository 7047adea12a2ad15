"""Questions about LeNet-5, by the names of its layers."""

import re
from typing import Any

from .layered import layered
from .network import product
from .question import Asked, Unsupported
from .shelf import Shelf
from .wanted import Entry, answered

LAYERS = ("c1", "s2", "c3", "s4", "c5", "f6", "output")
INPUTS = {"c1": 1, "c3": 6, "c5": 16}
"""How many maps the convolutions read."""
NET = (
    "32x32x1; C1 6@5x5; S2 2x2 (w,b per map); C3 16@5x5 with the 60-kernel table; S4 like S2; C5 120@5x5; F6 84; "
    "output 10 RBF, fixed"
)


def lenet(shelf: Shelf, asked: Asked) -> Any:
    """Answer a question about LeNet-5."""
    given = asked.given
    if "layers" in given:
        return layered(shelf, asked)
    net = given.take("net", default=NET)
    if not str(net).startswith(NET):
        raise Unsupported("lenet", "another network than LeNet-5")
    if "table" in given:
        return _table(shelf, asked)
    if "variant" in given:
        return _variant(shelf, asked)
    return _layer(shelf, asked)


def _table(shelf: Shelf, asked: Asked) -> Any:
    """Count the kernels of a connection table: one for each map that an output map reads."""
    table = asked.given.take("table")
    asked.given.take("layer")
    sums = [shelf.value("channels.parameters", kernel=1, channels=len(row), filters=1, bias=False) for row in table]
    entries = [Entry("kernels", r"(?:number of )?(?:\d+x\d+ )?kernels", lambda form: sum(sums))]
    return answered(asked, entries)


def _variant(shelf: Shelf, asked: Asked) -> Any:
    words = [part.strip().lower() for part in str(asked.given.take("variant")).split(",")]
    chosen: dict[str, str] = {}
    counted = list(LAYERS)
    for part in words:
        match part:
            case "c3 fully connected" | "c3 full":
                chosen["c3"] = "full"
            case "c3 with the table" | "connection table":
                chosen["c3"] = "table"
            case "pooling without parameters" | "pools without parameters":
                counted = [layer for layer in counted if not layer.startswith("s")]
            case "softmax output" | "softmax":
                chosen["head"] = "softmax"
            case "rbf output" | "rbf":
                chosen["head"] = "rbf"
            case _:
                raise Unsupported("lenet", f"the variant {part[:40]!r}")
    return answered(asked, _entries(shelf, counted, chosen))


def _layer(shelf: Shelf, asked: Asked) -> Any:
    """Answer for one layer, or for one in several variants."""
    given = asked.given
    name = re.fullmatch(
        r"(c1|s2|c3|s4|c5|f6|output|all)\b(?P<rest>.*)", str(given.take("layer", default="all")).lower()
    )
    if not name:
        raise Unsupported("lenet", "no such layer")
    chosen: dict[str, str] = {}
    if "fully connected" in name["rest"] or "full" in name["rest"].split():
        chosen["c3"] = "full"
    elif name["rest"].strip():
        raise Unsupported("lenet", f"a layer that is {name['rest'].strip()[:40]!r}")
    layers = list(LAYERS) if name[1] == "all" else [name[1]]
    _confirm(shelf, asked, layers, chosen)
    variants = given.take("variants")
    if variants is None:
        return answered(asked, _entries(shelf, layers, chosen))
    wiring = {"full": "full", "fully connected": "full", "connection table": "table", "table": "table"}
    if (
        not all(one in wiring for one in variants)
        or not isinstance(asked.form, tuple)
        or len(asked.form) != len(variants)
    ):
        raise Unsupported("lenet", "the variants")
    return [
        answered(Asked(asked.topic, given, asked.asks, form), _entries(shelf, layers, {**chosen, "c3": wiring[one]}))
        for one, form in zip(variants, asked.form)
    ]


def _confirm(shelf: Shelf, asked: Asked, layers: list[str], chosen: dict[str, str]) -> None:
    """See that what is given of a layer is LeNet's own."""
    given = asked.given
    stated = {name: given.take(name) for name in ("kernel", "maps", "inputs", "size") if name in given}
    said = str(given.take("count", default="connections include one bias per output unit"))
    if said != "connections include one bias per output unit":
        raise Unsupported("lenet", f"what is counted: {said[:60]!r}")
    if not stated:
        return
    if len(layers) != 1:
        raise Unsupported("lenet", "sizes of several layers")
    rows, _, maps = shelf.value("lenet.shape", layer=layers[0])
    own = {"kernel": 2 if layers[0].startswith("s") else 5, "maps": maps, "inputs": INPUTS.get(layers[0]), "size": rows}
    if any(own[name] != value for name, value in stated.items()):
        raise Unsupported("lenet", "another layer than LeNet-5's")


def _entries(shelf: Shelf, layers: list[str], chosen: dict[str, str]) -> list[Entry]:
    def summed(slug: str) -> Any:
        return lambda form: sum(shelf.value(slug, layer=layer, **chosen) for layer in layers)

    def kernels(form: Any) -> Any:
        if layers == ["c3"]:
            return shelf.solution("lenet", layer="c3", **chosen).steps["c3_kernels"]
        if len(layers) != 1 or layers[0] not in INPUTS:
            raise Unsupported("lenet", "the kernels of such a layer")
        maps = shelf.value("lenet.shape", layer=layers[0])[2]
        return shelf.value("channels.parameters", kernel=1, channels=INPUTS[layers[0]], filters=maps, bias=False)

    def shape(form: Any) -> Any:
        if len(layers) != 1:
            raise Unsupported("lenet", "the output of which layer")
        found = shelf.value("lenet.shape", layer=layers[0])
        return found[0] if form == "number" else found

    def neurons(form: Any) -> Any:
        return sum(product(shelf.value("lenet.shape", layer=layer)) for layer in layers)

    return [
        Entry("neurons", r"(?:number of )?(?:neurons|units)", neurons),
        Entry("shape", r"output (?:size|shape|volume|side)|shape|size|side", shape, "output"),
        Entry("parameters", r"(?:total )?(?:number of )?(?:trainable )?parameters", summed("lenet"), "params|total"),
        Entry("connections", r"(?:total )?(?:number of )?connections", summed("lenet.connections")),
        Entry("kernels", r"(?:number of )?(?:5x5 )?kernels", kernels),
    ]
