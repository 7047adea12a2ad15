"""LeNet-5, layer by layer: what it learns, how it is wired, and how large its maps are."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import floor
from random import Random
from typing import Any

import numpy as np

from cnnmath.engine import correlate, dense, ones, zeros
from cnnmath.model import Choices, Condition, Convention, Integers, Mistake, Quantity, Step, Symbol, Topic
from cnnmath.text import Text
from cnnmath.vocabulary import HWC, INPUT, KERNEL

# ------------------------------------------------------------------------------- the network, as it is built

TABLE = (
    *(tuple((first + at) % 6 for at in range(3)) for first in range(6)),
    *(tuple((first + at) % 6 for at in range(4)) for first in range(6)),
    (0, 1, 3, 4),
    (1, 2, 4, 5),
    (0, 2, 3, 5),
    (0, 1, 2, 3, 4, 5),
)
"""Which maps of S2 each map of C3 reads (LeCun et al. 1998, table I)."""
LAYERS = ("c1", "s2", "c3", "s4", "c5", "f6", "output")
Built = tuple[str, Any, tuple[Any, ...]]


def _network(side: int, wiring: str, head: str, blank: Callable[..., Any]) -> Iterator[Built]:
    """Build and run LeNet-5 layer by layer: the layer's name, what it gives, and the arrays that it learns.

    Every layer runs on blank values of the shape that the layer before it gave.
    """

    def subsampled(name: str, x: Any) -> Built:
        maps = len(x)
        added = correlate(x, ones(maps, 1, 2, 2), stride=2, groups=maps)
        coefficients, biases = blank(maps), blank(maps)
        return name, added * coefficients[:, None, None] + biases[:, None, None], (coefficients, biases)

    def convolved(name: str, x: Any, reads: tuple[tuple[int, ...], ...]) -> Built:
        kernels, biases = [blank(1, len(maps), 5, 5) for maps in reads], blank(len(reads))
        y = [correlate(x[list(maps)], kernel, b[None]) for maps, kernel, b in zip(reads, kernels, biases, strict=True)]
        return name, np.concatenate(y), (*kernels, biases)

    every = tuple(range(6))
    yield (layer := convolved("c1", blank(1, side, side), ((0,),) * 6))
    yield (layer := subsampled("s2", blank(*layer[1].shape)))
    yield (layer := convolved("c3", blank(*layer[1].shape), TABLE if wiring == "table" else (every,) * 16))
    yield (layer := subsampled("s4", blank(*layer[1].shape)))
    kernels, biases = blank(120, 16, 5, 5), blank(120)
    yield (layer := ("c5", correlate(blank(*layer[1].shape), kernels, biases), (kernels, biases)))
    weights, biases = blank(84, 120), blank(84)
    yield ("f6", dense(blank(layer[1].size), weights, biases), (weights, biases))
    if head == "softmax":
        weights, biases = blank(10, 84), blank(10)
        yield ("output", dense(blank(84), weights, biases), (weights, biases))
    else:  # ten fixed patterns of 84 values; each unit adds up how far F6 is from its own
        distances = (blank(84) - zeros(10, 84)) ** 2
        yield ("output", distances.sum(axis=1), ())


def _learned(layer: str, wiring: str, head: str) -> int:
    built = _network(32, wiring, head, zeros)
    return sum(array.size for name, _, learned in built if layer in (name, "all") for array in learned)


def _connected(layer: str, wiring: str, head: str) -> int:
    built = _network(32, wiring, head, ones)
    return sum(int(y.sum(dtype=np.float64)) for name, y, _ in built if layer in (name, "all"))


def _given_off(layer: str, input: int) -> tuple[int, ...]:
    y = next(y for name, y, _ in _network(input, "table", "rbf", zeros) if name == layer)
    return (*y.shape[1:], len(y)) if y.ndim == 3 else (1, 1, y.size)


# ------------------------------------------------------------------------------------------ the symbols


def _choice(name: str, word: str, options: tuple[str, ...], default: str, meaning: Text) -> Symbol:
    return Symbol(name, (word,) * 3, meaning, word, domain=Choices(options), default=default)


LAYER = _choice("layer", "layer", (*LAYERS, "all"), "all", Text("layer", "层"))
WIRING = _choice(
    "wiring", "c3", ("table", "full"), "table",
    Text("how C3 reads S2: by the paper's table or in full", "C3 如何读 S2：按论文的连接表，或全部连接"),
)  # fmt: skip
HEAD = _choice("head", "head", ("rbf", "softmax"), "rbf", Text("output units", "输出单元"))


def _fact(name: str, letters: tuple[str, str, str], en: str, zh: str, value: int) -> Symbol:
    return Symbol(name, letters, Text(en, zh), default=value)


SIDE = replace(KERNEL, word="", default=5)
REGION = _fact("region", ("R", "R", "R"), "side of the subsampled regions", "子采样区域的边长", 2)
MAPS_1 = _fact("maps_1", ("P_1", "K_1", "out_1"), "maps of C1 and S2", "C1 与 S2 的特征图数", 6)
MAPS_3 = _fact("maps_3", ("P_3", "K_3", "out_3"), "maps of C3 and S4", "C3 与 S4 的特征图数", 16)
MAPS_5 = _fact("maps_5", ("P_5", "K_5", "out_5"), "maps of C5", "C5 的特征图数", 120)
UNITS_6 = _fact("units_6", ("P_6", "K_6", "out_6"), "units of F6", "F6 的神经元数", 84)
UNITS_7 = _fact("units_7", ("P_7", "K_7", "out_7"), "output units, one per class", "输出单元数，每类一个", 10)
PAIRS = _fact("pairs", ("T", "T", "T"), "kernels in the table of C3", "C3 连接表中的卷积核数", 60)
FACTS = (SIDE, MAPS_1, MAPS_3, MAPS_5, UNITS_6, UNITS_7, PAIRS)
ROOM = replace(INPUT, letters=("N", "W", "W_in"), meaning=Text("side of the input", "输入的边长"), default=32)
SIDE_1, SIDE_2, SIDE_3, SIDE_4, SIDE_5 = (
    Symbol(
        f"side_{number}",
        (f"N_{number}", f"W_{number}", f"W_{number}"),
        Text(f"side of the maps of {layer}", f"{layer} 特征图的边长"),
    )
    for number, layer in enumerate(("C1", "S2", "C3", "S4", "C5"), 1)
)
C3_KERNELS = Symbol("c3_kernels", ("Q", "Q", "Q"), Text("kernels of C3", "C3 的卷积核数"))


def _of(what: Text) -> tuple[Symbol, ...]:
    """Return a symbol for what each layer has, called as the layer is."""
    shown = (*((name.upper(), name.upper(), name.upper()) for name in LAYERS[:-1]), ("out", "the output", "输出层"))
    return tuple(
        Symbol(name, (letter,) * 3, Text(f"{what.en} of {en}", f"{zh} 的{what.zh}"), domain=Integers(0))
        for name, (letter, en, zh) in zip(LAYERS, shown, strict=True)
    )


def _asked(layer: str, *layers: str) -> bool:
    """Tell whether one of these layers is asked for; what is 0 otherwise is left off the page."""
    return layer in (*layers, "all")


C3_STEP = Step(
    C3_KERNELS,
    lambda layer, wiring, pairs, maps_1, maps_3: (
        0 if not _asked(layer, "c3") else pairs if wiring == "table" else maps_1 * maps_3
    ),
    Text(
        "In full, each map of C3 has a kernel for every map of S2.", "全连接时，C3 的每张图对 S2 的每张图各有一个核。"
    ),
)
IN_FULL = Mistake(
    "c3-in-full",
    Text(
        "C3 was connected in full: by the paper's table it has 60 kernels, not 96",
        "C3 按全连接计算：论文的连接表只有 60 个卷积核，而不是 96 个",
    ),
    (replace(C3_STEP, formula=lambda layer, maps_1, maps_3: maps_1 * maps_3 if _asked(layer, "c3") else 0),),
    lambda layer, wiring: _asked(layer, "c3") and wiring == "table",
)
CONVENTIONS = (
    Convention(
        "lenet-table",
        Text(
            "C3 follows the paper's table: 6 maps read 3 maps each, 9 read 4 and 1 reads all 6, 6·3 + 9·4 + 6 = 60 kernels",
            "C3 按论文的连接表：6 张图各读 3 张，9 张各读 4 张，1 张读全部 6 张，共 6·3 + 9·4 + 6 = 60 个卷积核",
        ),
        lambda layer, wiring: _asked(layer, "c3") and wiring == "table",
    ),
    Convention(
        "lenet-full",
        Text(
            "every map of C3 reads every map of S2, as in later versions", "C3 的每张图都读 S2 的所有图，如后来的版本"
        ),
        lambda layer, wiring: _asked(layer, "c3") and wiring == "full",
    ),
    Convention(
        "lenet-rbf",
        Text("RBF output units have fixed weights and no bias", "RBF 输出单元的权重固定，且没有偏置"),
        lambda layer, head: _asked(layer, "output") and head == "rbf",
    ),
    Convention(
        "lenet-softmax",
        Text("softmax output units learn weights and biases", "softmax 输出单元学习权重与偏置"),
        lambda layer, head: _asked(layer, "output") and head == "softmax",
    ),
    Convention(
        "lenet-subsampling",
        Text("each map of S2 and S4 learns a coefficient and a bias", "S2 与 S4 的每张图各学习一个系数与一个偏置"),
        lambda layer: _asked(layer, "s2", "s4"),
    ),
)


def _sample(random: Random) -> dict[str, Any]:
    return {
        "layer": random.choice((*LAYERS, "all", "all")),
        "c3": random.choice(["table", "full"]),
        "head": random.choice(["rbf", "softmax"]),
    }


def _added(c1: Any, s2: Any, c3: Any, s4: Any, c5: Any, f6: Any, output: Any) -> Any:
    return c1 + s2 + c3 + s4 + c5 + f6 + output


def _has_bias(layer: str, head: str) -> bool:
    return layer != "output" or head == "softmax"


# --------------------------------------------------------------------------------------- the parameters

_C1, _S2, _C3, _S4, _C5, _F6, _OUTPUT = _of(Text("parameters", "参数量"))
PARAMETERS_SYMBOL = Symbol(
    "parameters", ("params", "params", "params"), Text("number of parameters", "参数量"), domain=Integers(0)
)
_WHY_SUBSAMPLING = Text("One coefficient and one bias for each map.", "每张图一个系数、一个偏置。")


def _parameters(biases: Callable[[Any], Any]) -> tuple[Step, ...]:
    """Return the parameters of each layer, where so many units or maps have so many `biases`."""
    return (
        Step(
            _C1,
            lambda layer, maps_1, kernel: maps_1 * kernel * kernel + biases(maps_1) if _asked(layer, "c1") else 0,
            Text("One 5×5 kernel and one bias for each map.", "每张图一个 5×5 卷积核和一个偏置。"),
        ),
        Step(_S2, lambda layer, maps_1: maps_1 + biases(maps_1) if _asked(layer, "s2") else 0, _WHY_SUBSAMPLING),
        Step(
            _C3,
            lambda layer, c3_kernels, kernel, maps_3: (
                c3_kernels * kernel * kernel + biases(maps_3) if _asked(layer, "c3") else 0
            ),
            Text(
                "Each map has a 5×5 kernel for every map that it reads, and one bias.",
                "每张图对它所读的每张图各有一个 5×5 卷积核，再加一个偏置。",
            ),
        ),
        Step(_S4, lambda layer, maps_3: maps_3 + biases(maps_3) if _asked(layer, "s4") else 0, _WHY_SUBSAMPLING),
        Step(
            _C5,
            lambda layer, maps_5, maps_3, kernel: (
                maps_5 * maps_3 * kernel * kernel + biases(maps_5) if _asked(layer, "c5") else 0
            ),
            Text("Each map reads every map of S4.", "每张图都读 S4 的所有图。"),
        ),
        Step(
            _F6,
            lambda layer, units_6, maps_5: units_6 * maps_5 + biases(units_6) if _asked(layer, "f6") else 0,
            Text("Each unit reads every value of C5.", "每个神经元都读 C5 的所有值。"),
        ),
        Step(
            _OUTPUT,
            lambda layer, head, units_7, units_6: (
                units_7 * units_6 + biases(units_7) if _asked(layer, "output") and head == "softmax" else 0
            ),
            Text("Each unit reads every value of F6.", "每个神经元都读 F6 的所有值。"),
        ),
    )


_NO_CHANNELS = Text(
    "the maps that are read were forgotten: one kernel was counted for each map",
    "忘记了所读的特征图数：每张图只算了一个卷积核",
)
_NO_BIAS = Text("the biases were forgotten", "忘记了偏置")
PARAMETERS = Quantity(
    slug="lenet",
    title=Text("Parameters of LeNet-5", "LeNet-5 的参数量"),
    asks=Text("How many trainable parameters are there?", "可学习的参数有多少个？"),
    kind="number",
    unit=Text("parameters", "个参数"),
    symbols=(LAYER, WIRING, HEAD, *FACTS),
    steps=(
        C3_STEP,
        *_parameters(lambda count: count),
        Step(PARAMETERS_SYMBOL, _added, Text("What is asked for, added up.", "把所求的各层相加。")),
    ),
    conventions=CONVENTIONS,
    sample=_sample,
    example={"layer": "all"},
    oracle=_learned,
    measures=Text(
        "the layers were built and run, and the values that they learn were counted",
        "实际构造并运行各层，再数出要学习的值",
    ),
    source=Text(
        "LeCun, Bottou, Bengio & Haffner 1998, section II.B; nndl 5.4.1",
        "LeCun, Bottou, Bengio & Haffner 1998，II.B 节；nndl 5.4.1",
    ),
    mistakes=(
        IN_FULL,
        Mistake(
            "one-bias-per-layer",
            Text(
                "one bias was counted for a layer, not one for each map or unit",
                "每层只算了一个偏置，而不是每张图或每个神经元一个",
            ),
            _parameters(lambda _: 1),
            _has_bias,
        ),
        Mistake("bias-forgotten", _NO_BIAS, _parameters(lambda _: 0), _has_bias),
        Mistake(
            "subsampling-forgotten",
            Text(
                "S2 and S4 were counted without parameters: here they learn",
                "认为 S2 与 S4 没有参数：在这里它们也要学习",
            ),
            (Step(_S2, lambda: 0), Step(_S4, lambda: 0)),
            lambda layer: _asked(layer, "s2", "s4"),
        ),
        Mistake(
            "channels-forgotten",
            _NO_CHANNELS,
            (
                Step(C3_KERNELS, lambda maps_3: maps_3),
                Step(_C5, lambda layer, maps_5, kernel: maps_5 * (kernel * kernel + 1) if _asked(layer, "c5") else 0),
            ),
            lambda layer: _asked(layer, "c3", "c5"),
        ),
        Mistake(
            "rbf-counted",
            Text("the weights of the RBF units were counted: they are fixed", "计入了 RBF 单元的权重：它们是固定的"),
            (Step(_OUTPUT, lambda units_7, units_6: units_7 * units_6),),
            lambda layer, head: _asked(layer, "output") and head == "rbf",
        ),
    ),
)

# ------------------------------------------------------------------------------------------- the sides


def _smaller(input: Any, kernel: Any) -> Any:
    return input - kernel + 1


def _sides(
    needed: Callable[[str], int],
    convolved: Callable[[Any, Any], Any] = _smaller,
    subsampled: Callable[[Any, Any], Any] = lambda side, region: floor(side / region),
) -> tuple[Step, ...]:
    """Return the side of the first so many layers' maps as is `needed` for the layer that is asked for."""
    fits = Text("A 5×5 kernel fits so often, without padding.", "不填充时，5×5 卷积核有这么多个可放的位置。")
    halves = Text("Regions of 2×2 lie side by side.", "2×2 的区域并排放置。")
    return (
        Step(SIDE_1, lambda layer, input, kernel: convolved(input, kernel) if needed(layer) >= 1 else 0, fits),
        Step(SIDE_2, lambda layer, side_1, region: subsampled(side_1, region) if needed(layer) >= 2 else 0, halves),
        Step(SIDE_3, lambda layer, side_2, kernel: convolved(side_2, kernel) if needed(layer) >= 3 else 0, fits),
        Step(SIDE_4, lambda layer, side_3, region: subsampled(side_3, region) if needed(layer) >= 4 else 0, halves),
        Step(SIDE_5, lambda layer, side_4, kernel: convolved(side_4, kernel) if needed(layer) >= 5 else 0, fits),
    )


def _same_size(input: Any, kernel: Any) -> Any:
    return input


_PADDED = Text(
    "the maps were not made smaller: a 5×5 kernel takes 4 from each side", "没有缩小特征图：5×5 卷积核使边长减少 4"
)

# -------------------------------------------------------------------------------------- the connections

_WIRED = _of(Text("connections", "连接数"))
CONNECTIONS_SYMBOL = Symbol("connections", ("conn", "conn", "conn"), Text("number of connections", "连接数"))
_ON_MAPS = ("c1", "s2", "c3", "s4")


def _for_connections(layer: str) -> int:
    return 4 if layer == "all" else 1 + _ON_MAPS.index(layer) if layer in _ON_MAPS else 0


def _connections(bias: int) -> tuple[Step, ...]:
    """Return the connections of each layer, with `bias` more for each output value."""
    each = Text(
        "Each value of each map is connected to its window and to a bias.",
        "每张图的每个值都与其窗口相连，再加一个偏置。",
    )
    formulas: tuple[Callable[..., Any], ...] = (
        lambda layer, maps_1, side_1, kernel: (
            maps_1 * side_1 * side_1 * (kernel * kernel + bias) if _asked(layer, "c1") else 0
        ),
        lambda layer, maps_1, side_2, region: (
            maps_1 * side_2 * side_2 * (region * region + bias) if _asked(layer, "s2") else 0
        ),
        lambda layer, side_3, c3_kernels, kernel, maps_3: (
            side_3 * side_3 * (c3_kernels * kernel * kernel + bias * maps_3) if _asked(layer, "c3") else 0
        ),
        lambda layer, maps_3, side_4, region: (
            maps_3 * side_4 * side_4 * (region * region + bias) if _asked(layer, "s4") else 0
        ),
        lambda layer, maps_5, maps_3, kernel: maps_5 * (maps_3 * kernel * kernel + bias) if _asked(layer, "c5") else 0,
        lambda layer, units_6, maps_5: units_6 * (maps_5 + bias) if _asked(layer, "f6") else 0,
        lambda layer, head, units_7, units_6: (
            units_7 * (units_6 + (bias if head == "softmax" else 0)) if _asked(layer, "output") else 0
        ),
    )
    whys = (
        each,
        each,
        Text(
            "At each place every kernel is laid down once, and each map has a bias.",
            "在每个位置上，每个卷积核用一次，每张图再加一个偏置。",
        ),
        each,
        Text("Each map has one value here, which reads all of S4.", "每张图在此只有一个值，它读 S4 的全部值。"),
        Text("Each unit reads every value of C5.", "每个神经元都读 C5 的所有值。"),
        Text("Each unit reads every value of F6.", "每个神经元都读 F6 的所有值。"),
    )
    return tuple(Step(*parts) for parts in zip(_WIRED, formulas, whys, strict=True))


CONNECTIONS = replace(
    PARAMETERS,
    slug="lenet.connections",
    title=Text("Connections of LeNet-5", "LeNet-5 的连接数"),
    asks=Text("How many connections are there, biases included?", "连接有多少个（含偏置）？"),
    unit=Text("connections", "个连接"),
    symbols=(LAYER, WIRING, HEAD, replace(ROOM, word=""), *FACTS, REGION),
    steps=(
        C3_STEP,
        *_sides(_for_connections)[:4],
        *_connections(1),
        Step(CONNECTIONS_SYMBOL, _added, Text("What is asked for, added up.", "把所求的各层相加。")),
    ),
    conventions=CONVENTIONS[:-1],
    oracle=_connected,
    measures=Text(
        "the engine ran each layer on ones with all weights 1, so that every output value counts its connections",
        "引擎以全 1 的输入和全 1 的权重运行各层，每个输出值就数出了自己的连接数",
    ),
    mistakes=(
        IN_FULL,
        Mistake("bias-forgotten", _NO_BIAS, _connections(0), _has_bias),
        Mistake(
            "channels-forgotten",
            _NO_CHANNELS,
            (
                Step(C3_KERNELS, lambda layer, maps_3: maps_3 if _asked(layer, "c3") else 0),
                Step(
                    _WIRED[4],
                    lambda layer, maps_5, kernel: maps_5 * (kernel * kernel + 1) if _asked(layer, "c5") else 0,
                ),
            ),
            lambda layer: _asked(layer, "c3", "c5"),
        ),
        Mistake(
            "parameters-counted",
            Text("those are parameters: shared weights were counted once", "那是参数量：共享的权重只算了一次"),
            (*(replace(step, symbol=symbol) for step, symbol in zip(PARAMETERS.steps[1:5], _WIRED[:4], strict=True)),),
            lambda layer: _asked(layer, *_ON_MAPS),
        ),
        Mistake(
            "maps-not-shrunk", _PADDED, _sides(_for_connections, _same_size)[:4], lambda layer: _asked(layer, *_ON_MAPS)
        ),
        Mistake(
            "subsampling-forgotten",
            Text("the connections of S2 and S4 were left out", "漏掉了 S2 与 S4 的连接"),
            (Step(_WIRED[1], lambda: 0), Step(_WIRED[3], lambda: 0)),
            lambda layer: layer == "all",
        ),
    ),
)

# --------------------------------------------------------------------------------------------- the shape

ONE_LAYER = replace(LAYER, domain=Choices(LAYERS), default=None)
ROWS = Symbol("rows", ("M'", "H'", "H_out"), Text("height of the output", "输出的高度"))
COLUMNS = Symbol("columns", ("N'", "W'", "W_out"), Text("width of the output", "输出的宽度"))
DEPTH = Symbol("depth", ("D'", "D'", "C_out"), Text("maps of the output", "输出的特征图数"))
VALUES = Symbol("values_out", ("n", "n", "n"), Text("values of the output", "输出值的个数"))
_WITH_SIDES = LAYERS[:5]


def _for_shape(layer: str) -> int:
    return min(LAYERS.index(layer) + 1, 5)


def _own_side(layer: str, side_1: Any, side_2: Any, side_3: Any, side_4: Any, side_5: Any) -> Any:
    return {"c1": side_1, "s2": side_2, "c3": side_3, "s4": side_4, "c5": side_5}.get(layer, 1)


def _own_maps(layer: str, maps_1: Any, maps_3: Any, maps_5: Any, units_6: Any, units_7: Any) -> Any:
    return dict(zip(LAYERS, (maps_1, maps_1, maps_3, maps_3, maps_5, units_6, units_7), strict=True))[layer]


def _maps_multiplied(layer: str, maps_1: Any, maps_3: Any, maps_5: Any) -> Any:
    return maps_3 * maps_5 if layer == "c5" else maps_1 * maps_3


_SAME_SIDE = Text(
    "The maps are squares; F6 and the output give single values.", "特征图为正方形；F6 与输出层给出单个的值。"
)
_SHAPE_STEPS = (
    *_sides(_for_shape),
    Step(ROWS, _own_side, _SAME_SIDE),
    Step(COLUMNS, _own_side, _SAME_SIDE),
    Step(DEPTH, _own_maps, Text("One for each map or unit of the layer.", "该层的每张图或每个神经元对应一个。")),
)
_SHAPE_MISTAKES = (
    Mistake(
        "plus-one-forgotten",
        Text("the + 1 for the first place was forgotten", "忘记了首个位置对应的 + 1"),
        _sides(_for_shape, lambda side, kernel: side - kernel),
        lambda layer: layer in _WITH_SIDES,
    ),
    Mistake("maps-not-shrunk", _PADDED, _sides(_for_shape, _same_size), lambda layer: layer in _WITH_SIDES),
    Mistake(
        "subsampled-at-stride-1",
        Text(
            "the regions of S2 and S4 were laid at every place, not side by side",
            "S2 与 S4 的区域放在了每个位置上，而不是并排放置",
        ),
        _sides(_for_shape, subsampled=_smaller),
        lambda layer: layer in _WITH_SIDES[1:],
    ),
    Mistake(
        "maps-multiplied",
        Text("the maps were multiplied by those of the layer before", "把特征图数与前面一层的相乘了"),
        (Step(DEPTH, _maps_multiplied),),
        lambda layer: layer in _WITH_SIDES[2:],
    ),
)


def _sample_shape(random: Random) -> dict[str, Any]:
    return {"layer": random.choice(LAYERS), "input": random.choice([28, 32, 32, 33, 34, 40, random.randint(12, 60)])}


SHAPE = Quantity(
    slug="lenet.shape",
    title=Text("Shape of a layer of LeNet-5", "LeNet-5 各层的输出形状"),
    asks=Text("What shape does the layer's output have?", "该层的输出是什么形状？"),
    kind="shape",
    unit=Text("height × width × maps", "高 × 宽 × 特征图数"),
    symbols=(ONE_LAYER, ROOM, SIDE, REGION, *FACTS[1:-1]),
    steps=_SHAPE_STEPS,
    answer=("rows", "columns", "depth"),
    conventions=(HWC,),
    sample=_sample_shape,
    example={"layer": "s4"},
    oracle=_given_off,
    measures=Text("the engine ran the layers and the shape was read off", "引擎运行各层后读出的形状"),
    source=PARAMETERS.source,
    holds=(
        Condition(
            lambda rows: rows >= 1,
            Text(
                "an input of {input}×{input} leaves nothing for this layer: use a larger one, such as input=32.",
                "{input}×{input} 的输入到这一层已没有值：请用更大的输入，例如 input=32。",
            ),
        ),
        Condition(
            lambda layer, side_5: layer in _WITH_SIDES or side_5 == 1,
            Text(
                "F6 reads one value of each map of C5, and an input of {input}×{input} gives another size there: "
                "use input=32.",
                "F6 只从 C5 的每张图读一个值，而 {input}×{input} 的输入在此得到的大小不同：请用 input=32。",
            ),
        ),
    ),
    mistakes=_SHAPE_MISTAKES,
)

FLATTEN = replace(
    SHAPE,
    slug="lenet.flatten",
    title=Text("Values that a layer of LeNet-5 passes on", "LeNet-5 各层输出值的个数"),
    asks=Text(
        "How many values does the layer pass on, all maps laid end to end?", "把各特征图首尾相接，该层共输出多少个值？"
    ),
    kind="number",
    unit=Text("values", "个值"),
    symbols=(replace(ONE_LAYER, default="s4"), *SHAPE.symbols[1:]),
    steps=(
        *_SHAPE_STEPS,
        Step(
            VALUES,
            lambda rows, columns, depth: rows * columns * depth,
            Text("Each map has a value at every place.", "每张图在每个位置上各有一个值。"),
        ),
    ),
    answer=(),
    conventions=(),
    example={"layer": "s4", "input": 32},
    oracle=lambda layer, input: int(np.prod(_given_off(layer, input))),
    measures=Text("the engine ran the layers and the values were counted", "引擎运行各层后数出的个数"),
    mistakes=(
        *_SHAPE_MISTAKES,
        Mistake(
            "maps-forgotten",
            Text("the values of one map only were counted", "只数了一张特征图的值"),
            (Step(DEPTH, lambda: 1),),
            lambda layer: layer in _WITH_SIDES[:4],
        ),
        Mistake(
            "side-not-squared",
            Text("one side of the map was counted, not its area", "只算了特征图的一条边，而不是面积"),
            (Step(COLUMNS, lambda: 1),),
            lambda layer: layer in _WITH_SIDES[:4],
        ),
    ),
)

TOPIC = Topic(
    slug="lenet",
    place=140,
    title=Text("LeNet-5", "LeNet-5"),
    idea=Text(
        "Convolve, subsample, convolve, subsample, then read it all: seven layers that learned to read digits. "
        "Count each of them by its own rule.",
        "卷积、子采样、再卷积、再子采样，最后全部连接：这七层学会了识别手写数字。各层按各自的规则计数。",
    ),
    quantities=(PARAMETERS, CONNECTIONS, SHAPE, FLATTEN),
)
