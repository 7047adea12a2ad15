"""Why convolution: how many weights and connections a layer has when it is dense, local, and shared."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np

from cnnmath.engine import EngineError, TooLarge, correlate, dense, ones, zeros
from cnnmath.expression import total
from cnnmath.grid import Grid
from cnnmath.model import (
    Alternative,
    Condition,
    Convention,
    Entries,
    Mistake,
    Numbers,
    Quantity,
    Step,
    Symbol,
    Topic,
)
from cnnmath.text import Text
from cnnmath.vocabulary import BIAS, BIAS_COUNTED, BIAS_NOT_COUNTED, FILTERS, KERNEL

MOST_RUN = 2**26
"""The most values that are looked at when connections are followed one input at a time."""

UNITS = Symbol("units", ("m_1", "n_out", "out_features"), Text("neurons of the layer", "本层神经元数"), word="units")
INPUTS = Symbol(
    "inputs", ("m_0", "n_in", "in_features"), Text("neurons of the layer before", "前一层神经元数"), word="inputs"
)
TAPS = replace(KERNEL, meaning=Text("values in a filter", "滤波器大小（权重个数）"))
UNIT_BIAS = replace(BIAS, meaning=Text("whether neurons have a bias", "神经元是否带偏置"))


def _called(letter: str, meaning: Text) -> Symbol:
    """Return the result's symbol under another name; the mistakes of all these quantities replace the same step."""
    return Symbol("count", (letter, letter, letter), meaning)


PARAMETERS = _called("params", Text("number of parameters", "参数量"))
CONNECTIONS = _called("connections", Text("number of connections", "连接数"))

RATIO = replace(
    _called("ratio", Text("dense weights per shared weight", "全连接与共享的权重个数之比")), domain=Numbers()
)

BIAS_PER_UNIT = Convention("bias-per-neuron", Text("one bias per neuron", "每个神经元一个偏置"))
BIAS_CONNECTS = Convention(
    "bias-connects",
    Text("the bias counts as one more connection of every neuron", "偏置算作每个神经元的又一个连接"),
)
BIAS_APART = Convention("bias-apart", Text("biases are not counted as connections", "偏置不算作连接"))
INSIDE = Convention("windows-inside", Text("every window lies inside the input", "每个窗口都完全在输入之内"))

_EQUAL_MAPS = Condition(
    lambda units, filters: units % filters == 0,
    Text(
        "every filter gives the same number of neurons, so `filters` (={filters}) must divide `units` (={units}).",
        "每个滤波器给出同样多的神经元，因此 `filters`（={filters}）必须整除 `units`（={units}）。",
    ),
)


def _wrong(slug: str, says: Text, formula: Callable[..., Any], applies: Callable[..., bool] = lambda: True) -> Mistake:
    return Mistake(slug, says, (Step(PARAMETERS, formula),), applies)


# ------------------------------------------------------------------------------------ what is measured


def _dense_parameters(inputs: int, units: int, bias: bool) -> int:
    """Build what a fully connected layer learns, see that it runs, and count the values."""
    weights, biases = zeros(units, inputs), zeros(units) if bias else None
    dense(zeros(inputs), weights, biases)
    return weights.size + (0 if biases is None else biases.size)


def _network_parameters(sizes: Grid, bias: bool) -> int:
    widths = [int(size) for size in sizes.values]
    if len(widths) < 2:
        raise EngineError("a network needs an input and a layer at least")
    return sum(_dense_parameters(before, after, bias) for before, after in pairwise(widths))


def _marked(inputs: int, *channels: int) -> Any:
    """Return a batch of inputs of ones, the n-th with a NaN in its n-th place."""
    batch = ones(inputs, *channels, inputs)
    batch[np.arange(inputs), ..., np.arange(inputs)] = np.nan
    return batch


def _reached(outputs: Any) -> int:
    """Count the pairs of an input and an output to which its NaN has spread: the connections."""
    return int(np.isnan(outputs).sum())


def _dense_connections(units: int, inputs: int) -> int:
    return _reached(dense(_marked(inputs), ones(units, inputs)))


def _local_connections(units: int, kernel: int) -> int:
    """Run every neuron with a kernel of its own on its own window, one place further each time."""
    inputs = units + kernel - 1
    if units * inputs * kernel > MOST_RUN:
        raise TooLarge(f"following {inputs} inputs into {units} neurons takes too long")
    batch, kernels = _marked(inputs, 1), ones(units, 1, kernel)
    windows = (batch[:, :, place : place + kernel] for place in range(units))
    return sum(_reached(correlate(window, kernels[[place]])) for place, window in enumerate(windows))


def _shared_layer(units: int, kernel: int, filters: int) -> tuple[Any, int]:
    """Return filters, and the length of input on which the engine makes `units` neurons with them."""
    shared, inputs = ones(filters, 1, kernel), units // filters + kernel - 1
    made = correlate(zeros(1, max(inputs, kernel)), shared).size
    if made != units:
        raise EngineError(f"{filters} maps of one size make {made} neurons, not {units}")
    return shared, inputs


def _shared_connections(units: int, kernel: int, filters: int) -> int:
    shared, inputs = _shared_layer(units, kernel, filters)
    return _reached(correlate(_marked(inputs, 1), shared))


def _saving(units: int, inputs: int, kernel: int, filters: int) -> Fraction:
    shared, _ = _shared_layer(units, kernel, filters)
    return Fraction(_dense_parameters(inputs, units, bias=False), shared.size)


def _sample_shared(random: Random) -> dict[str, Any]:
    filters = random.randint(1, 4)
    return {"units": filters * random.randint(1, 8), "kernel": random.randint(1, 7), "filters": filters}


# ------------------------------------------------------------------------------------ fully connected


def _dense(units: Any, inputs: Any, bias: Any) -> Any:
    return units * inputs + (units if bias else 0)


_ADDED = _wrong(
    "neurons-added",
    Text("the neurons of both layers were added, not multiplied", "把两层神经元数相加，而不是相乘"),
    lambda units, inputs: units + inputs,
)

DENSE = Quantity(
    slug="motivation",
    title=Text("Parameters of a fully connected layer", "全连接层的参数量"),
    asks=Text(
        "How many weights and biases does the fully connected layer learn?", "该全连接层要学习多少个权重与偏置？"
    ),
    kind="number",
    unit=Text("parameters", "个参数"),
    symbols=(UNITS, INPUTS, UNIT_BIAS),
    steps=(
        Step(
            PARAMETERS,
            _dense,
            Text(
                "Each of the {units} neurons weighs all {inputs} values before it, and adds a bias where there is one.",
                "{units} 个神经元中的每一个，都对前一层全部 {inputs} 个值各有一个权重；若有偏置，再各加一个。",
            ),
        ),
    ),
    conventions=(BIAS_COUNTED, BIAS_PER_UNIT),
    sample=lambda random: {
        "units": random.randint(1, 40),
        "inputs": random.randint(1, 40),
        "bias": random.random() < 0.8,
    },
    example={"units": 100, "inputs": 784},
    oracle=lambda inputs, units, bias: _dense_parameters(inputs, units, bias),
    measures=Text("the weights were built and their values counted", "实际构造权重后数出的个数"),
    source=Text(
        "slides, m^l × m^(l−1) connections of a dense layer; nndl 5.2.1",
        "课件，全连接层的 m^l × m^(l−1) 个连接；nndl 5.2.1",
    ),
    alternatives=(
        Alternative(BIAS_NOT_COUNTED, (Step(PARAMETERS, lambda units, inputs: units * inputs),), lambda bias: bias),
    ),
    mistakes=(
        _wrong(
            "one-bias-per-layer",
            Text("one bias was counted for the layer, not one per neuron", "整层只算了一个偏置，而不是每个神经元一个"),
            lambda units, inputs: units * inputs + 1,
            lambda bias, units: bias and units > 1,
        ),
        _wrong(
            "bias-per-input",
            Text("a bias was counted for every input, not for every neuron", "按输入个数算了偏置，而不是按神经元个数"),
            lambda units, inputs: units * inputs + inputs,
            lambda bias, units, inputs: bias and units != inputs,
        ),
        _ADDED,
    ),
)

SIZES = Symbol(
    "sizes", ("m", "n", "n"), Text("neurons of every layer", "各层神经元数"), word="layers", domain=Entries(1)
)
LAYERS = Symbol(
    "layers", ("L", "L", "L"), Text("layers, the input among them", "层数（含输入层）"), size_of=("sizes", 0)
)


def _network(sizes: Any, layers: Any, bias: Any, first: int = 2) -> Any:
    return total(lambda l: sizes[l] * sizes[l - 1] + (sizes[l] if bias else 0), first, layers)  # noqa: E741


def _sample_network(random: Random) -> dict[str, Any]:
    # Now and then there is no layer to connect to, or nothing in it: that the conditions must refuse.
    sizes = [random.randint(1, 12) for _ in range(random.choice([2, 3, 3, 3, 4]))]
    broken = random.random() < 0.05
    return {"layers": random.choice([sizes[:1], [0, *sizes]]) if broken else sizes, "bias": random.random() < 0.7}


NETWORK = replace(
    DENSE,
    slug="motivation.network",
    title=Text("Parameters of a fully connected network", "全连接网络的参数量"),
    asks=Text(
        "How many weights and biases does the whole fully connected network learn?",
        "整个全连接网络要学习多少个权重与偏置？",
    ),
    symbols=(SIZES, LAYERS, UNIT_BIAS),
    steps=(
        Step(
            PARAMETERS,
            lambda sizes, layers, bias: _network(sizes, layers, bias),
            Text(
                "Every layer after the input has a weight for each pair with a neuron before it, and its own biases.",
                "输入层之后的每一层，与前一层的每对神经元之间各有一个权重，另有本层的偏置。",
            ),
        ),
    ),
    sample=_sample_network,
    example={"layers": [784, 100, 10]},
    oracle=lambda sizes, bias: _network_parameters(sizes, bias),
    measures=Text("the weights of every layer were built and counted", "实际构造每一层的权重后数出的个数"),
    source=Text("slides, too many parameters; nndl 5.2.1, layer by layer", "课件，参数过多；nndl 5.2.1，逐层相加"),
    holds=(
        Condition(
            lambda layers: layers > 1,
            Text(
                'a network has an input and one layer at least: write layers="784 10".',
                '网络至少有输入层和另外一层：请写成 layers="784 10"。',
            ),
        ),
        Condition(
            lambda sizes: all(size == int(size) >= 1 for size in sizes.values),
            Text(
                "every number in `layers` must be a whole number of neurons, at least 1.",
                "`layers` 中的每个数都必须是不小于 1 的整数，即神经元数。",
            ),
        ),
    ),
    alternatives=(
        Alternative(
            BIAS_NOT_COUNTED,
            (Step(PARAMETERS, lambda sizes, layers: _network(sizes, layers, False)),),
            lambda bias: bias,
        ),
    ),
    mistakes=(
        _wrong(
            "one-bias-per-layer",
            Text("one bias was counted per layer, not one per neuron", "每层只算了一个偏置，而不是每个神经元一个"),
            lambda sizes, layers: _network(sizes, layers, False) + layers - 1,
            lambda bias: bias,
        ),
        _wrong(
            "input-biased",
            Text("the input layer was given biases too", "给输入层也算了偏置"),
            lambda sizes, layers: _network(sizes, layers, True) + sizes[1],
            lambda bias: bias,
        ),
        _wrong(
            "first-layer-forgotten",
            Text("the weights between the input and the first layer were forgotten", "忘记了输入层与第一层之间的权重"),
            lambda sizes, layers, bias: _network(sizes, layers, bias, first=3),
            lambda layers: layers > 2,
        ),
    ),
)

# ----------------------------------------------------------------------------------------- connections

_FOLLOWED = Text("a NaN was put into each input and seen to spread", "逐个输入放入 NaN，数出它传到的神经元")
_LOCAL_SOURCE = Text(
    "slides, local connection: m^l × K instead of m^l × m^(l−1); nndl 5.2.1",
    "课件，局部连接：由 m^l × m^(l−1) 变为 m^l × K；nndl 5.2.1",
)

DENSE_CONNECTIONS = replace(
    DENSE,
    slug="motivation.connections-dense",
    title=Text("Connections of a fully connected layer", "全连接层的连接数"),
    asks=Text("How many connections does the fully connected layer have?", "该全连接层有多少个连接？"),
    unit=Text("connections", "个连接"),
    symbols=(UNITS, INPUTS),
    steps=(
        Step(
            CONNECTIONS,
            lambda units, inputs: units * inputs,
            Text("Every neuron is connected to every neuron before it.", "每个神经元都与前一层的每个神经元相连。"),
        ),
    ),
    conventions=(BIAS_APART,),
    sample=lambda random: {"units": random.randint(1, 20), "inputs": random.randint(1, 20)},
    example={"units": 96, "inputs": 100},
    oracle=_dense_connections,
    measures=_FOLLOWED,
    source=_LOCAL_SOURCE,
    alternatives=(Alternative(BIAS_CONNECTS, (Step(CONNECTIONS, lambda units, inputs: units * (inputs + 1)),)),),
    mistakes=(_ADDED,),
)

LOCAL_CONNECTIONS = replace(
    DENSE_CONNECTIONS,
    slug="motivation.connections-local",
    title=Text("Connections of a locally connected layer", "局部连接层的连接数"),
    asks=Text(
        "How many connections, each with a weight of its own, does the locally connected layer have?",
        "该局部连接层（权重不共享）有多少个连接？",
    ),
    symbols=(UNITS, TAPS),
    steps=(
        Step(
            CONNECTIONS,
            lambda units, kernel: units * kernel,
            Text(
                "Every neuron looks at a window of {kernel} values only, whatever the size of the layer before.",
                "每个神经元只看一个含 {kernel} 个值的窗口，与前一层的大小无关。",
            ),
        ),
    ),
    conventions=(INSIDE, BIAS_APART),
    sample=lambda random: {"units": random.randint(1, 12), "kernel": random.randint(1, 7)},
    example={"units": 96, "kernel": 5},
    oracle=_local_connections,
    alternatives=(Alternative(BIAS_CONNECTS, (Step(CONNECTIONS, lambda units, kernel: units * (kernel + 1)),)),),
    mistakes=(
        _wrong(
            "shared-instead",
            Text(
                "the weights of one window were counted, as if all neurons shared them",
                "只算了一个窗口的权重，好像所有神经元共享它们",
            ),
            lambda kernel: kernel,
            lambda units: units > 1,
        ),
    ),
)

SHARED_CONNECTIONS = replace(
    LOCAL_CONNECTIONS,
    slug="motivation.connections-shared",
    title=Text("Connections of a layer with shared weights", "权重共享层的连接数"),
    asks=Text("How many connections does the layer with shared weights have?", "该权重共享层有多少个连接？"),
    symbols=(UNITS, TAPS, FILTERS),
    steps=(
        replace(
            LOCAL_CONNECTIONS.steps[0],
            why=Text(
                "Every neuron still looks at {kernel} values: sharing makes weights fewer, not connections.",
                "每个神经元仍看 {kernel} 个值：共享减少的是权重，而不是连接。",
            ),
        ),
    ),
    sample=_sample_shared,
    example={"units": 192, "kernel": 5, "filters": 2},
    oracle=_shared_connections,
    source=Text(
        "slides, m^l × K connections; where they go on to P × K connections, those are the weights; nndl 5.2.1",
        "课件，m^l × K 个连接；其后写的 P × K 个连接实为权重个数；nndl 5.2.1",
    ),
    holds=(_EQUAL_MAPS,),
    mistakes=(
        _wrong(
            "weights-not-connections",
            Text(
                "these are the weights: each of them sits on many connections",
                "这是权重的个数：每个权重用在许多个连接上",
            ),
            lambda kernel, filters: filters * kernel,
            lambda units, filters: units > filters,
        ),
        _wrong(
            "filters-counted-twice",
            Text(
                "the filters were multiplied in again: the neurons are already those of all maps",
                "又乘了一次滤波器个数：神经元数已包含所有特征图",
            ),
            lambda units, kernel, filters: units * kernel * filters,
            lambda filters: filters > 1,
        ),
    ),
)

SHARED_WEIGHTS = replace(
    SHARED_CONNECTIONS,
    slug="motivation.weights-shared",
    title=Text("Weights of a layer with shared weights", "权重共享层的权重个数"),
    asks=Text("How many weights does the layer with shared weights learn?", "该权重共享层要学习多少个权重？"),
    unit=Text("weights", "个权重"),
    steps=(
        Step(
            _called("weights", Text("number of weights", "权重个数")),
            lambda kernel, filters: filters * kernel,
            Text(
                "All neurons of a map share the {kernel} weights of one filter, however many neurons there are.",
                "一张特征图的所有神经元共享一个滤波器的 {kernel} 个权重，与神经元个数无关。",
            ),
        ),
    ),
    conventions=(BIAS_NOT_COUNTED,),
    oracle=lambda units, kernel, filters: int(_shared_layer(units, kernel, filters)[0].size),
    measures=Text("the filters were built, run, and their weights counted", "实际构造并运行滤波器后数出的权重个数"),
    source=Text("slides, weight sharing: P × K; nndl 5.2.1", "课件，权重共享：P × K；nndl 5.2.1"),
    alternatives=(Alternative(BIAS_COUNTED, (Step(PARAMETERS, lambda kernel, filters: filters * (kernel + 1)),)),),
    mistakes=(
        _wrong(
            "sharing-ignored",
            Text(
                "weight sharing was ignored: every neuron got weights of its own",
                "忽略了权重共享：给每个神经元各算了一套权重",
            ),
            lambda units, kernel: units * kernel,
            lambda units, filters: units > filters,
        ),
        _wrong(
            "one-filter-only",
            Text("only one filter was counted", "只算了一个滤波器"),
            lambda kernel: kernel,
            lambda filters: filters > 1,
        ),
    ),
)

SAVING = replace(
    SHARED_WEIGHTS,
    slug="motivation.saving",
    title=Text("Weights saved by sharing", "权重共享使权重减少的倍数"),
    asks=Text(
        "How many times fewer weights does the layer have with shared filters than fully connected?",
        "全连接时的权重个数是使用共享滤波器时的多少倍？",
    ),
    unit=Text("times", "倍"),
    symbols=(UNITS, INPUTS, TAPS, FILTERS),
    steps=(
        Step(
            RATIO,
            lambda units, inputs, kernel, filters: units * inputs / (filters * kernel),
            Text(
                "The dense layer has a weight for every pair of neurons, the shared one {filters} filters of {kernel}.",
                "全连接层的每对神经元之间都有一个权重，共享层只有 {filters} 个大小为 {kernel} 的滤波器。",
            ),
        ),
    ),
    sample=lambda random: {**_sample_shared(random), "inputs": random.randint(1, 20)},
    example={"units": 192, "inputs": 100, "kernel": 5, "filters": 2},
    oracle=_saving,
    measures=Text("both layers were built, run, and their weights counted", "实际构造并运行两种层后数出的权重个数"),
    source=Text("slides, m^l × m^(l−1) against P × K; nndl 5.2.1", "课件，m^l × m^(l−1) 与 P × K 之比；nndl 5.2.1"),
    alternatives=(),
    mistakes=(
        _wrong(
            "inverted",
            Text("the ratio was turned over: that is the share that is left", "比值写反了：那是剩下的比例"),
            lambda units, inputs, kernel, filters: filters * kernel / (units * inputs),
        ),
        _wrong(
            "sharing-ignored",
            Text(
                "weight sharing was ignored: that is what local connection alone saves",
                "忽略了权重共享：那只是局部连接的节省",
            ),
            lambda inputs, kernel: inputs / kernel,
            lambda units, filters: units > filters,
        ),
        _wrong(
            "difference",
            Text("the weights were subtracted, not divided", "把权重个数相减，而不是相除"),
            lambda units, inputs, kernel, filters: units * inputs - filters * kernel,
        ),
    ),
)

TOPIC = Topic(
    slug="motivation",
    place=5,
    title=Text("Why convolution", "为什么用卷积"),
    idea=Text(
        "A fully connected layer has a weight for every pair of neurons, far too many for an image. Looking at small "
        "windows saves connections; sharing the weights of the window saves weights.",
        "全连接层的每对神经元之间都有一个权重，对图像来说太多了。只看小窗口可以减少连接，让各窗口共享权重可以减少权重。",
    ),
    quantities=(
        DENSE,
        NETWORK,
        DENSE_CONNECTIONS,
        LOCAL_CONNECTIONS,
        SHARED_CONNECTIONS,
        SHARED_WEIGHTS,
        SAVING,
    ),
)
