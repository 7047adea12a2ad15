"""Depth: a kernel reaches through every input channel, and each kernel gives one output channel."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np

from cnnmath.engine import EngineError, convolve, correlate, zeros
from cnnmath.expression import equal, totals
from cnnmath.model import (
    Alternative,
    Choices,
    Condition,
    Entries,
    Given,
    Integers,
    Mistake,
    Numbers,
    Quantity,
    Step,
    Symbol,
    Topic,
)
from cnnmath.text import Text
from cnnmath.topics.activation import FUNCTION, activate, measured_activation
from cnnmath.topics.conv import (
    CELLS,
    I_STEP,
    J_STEP,
    LAST_PLACE_FORGOTTEN,
    MAP_SYMBOLS,
    OUTPUT,
    PAD_STEP,
    PADDING_FORGOTTEN,
    STRIDE_FORGOTTEN,
)
from cnnmath.topics.output_size import FITS, MAP_STEPS, SHAPE, engine_options
from cnnmath.vocabulary import (
    BIAS,
    BIAS_COUNTED,
    BIAS_NOT_COUNTED,
    BIAS_PER_FILTER,
    CELLS_FROM_ZERO,
    CHANNELS,
    DILATIONS,
    FILTERS,
    FLIPPED,
    FROM_ONE,
    GROUPS,
    HWC,
    IMAGE,
    KERNEL_HEIGHT,
    KERNEL_WIDTH,
    NO_UNIT,
    NOT_FLIPPED,
    OFFSET,
    WEIGHTS,
)

VOLUME = replace(IMAGE, domain=Entries(3))
VOLUME_WEIGHTS = replace(WEIGHTS, domain=Entries(3))
DEPTH = replace(CHANNELS, word="", size_of=("input", 2))
KERNEL_DEPTH = Symbol(
    "kernel_channels", ("D_w", "D_w", "C_w"), Text("channels of the kernel", "卷积核的通道数"), size_of=("kernel", 2)
)
WEIGHTED = Symbol("weighted", ("z", "z", "z"), Text("weighted sum", "净输入"), domain=Numbers())
ACTIVE = replace(OUTPUT, name="active", letters=("a", "a", "a"), meaning=Text("feature map", "特征图"))

MAP_VOLUME = tuple(
    {"input": VOLUME, "kernel": VOLUME_WEIGHTS}.get(symbol.name, symbol)
    for symbol in MAP_SYMBOLS
    if symbol not in DILATIONS
)
UNDILATED_STEPS = (
    replace(MAP_STEPS[0], formula=lambda kernel_height: kernel_height),
    replace(MAP_STEPS[1], formula=lambda kernel_width: kernel_width),
    *MAP_STEPS[2:],
)


def _triple_sum(
    kernel: Any, padded: Any, i: Any, j: Any, channels: Any, kernel_height: Any, kernel_width: Any, bias: Any
) -> Any:
    return (
        totals(lambda d, u, v: kernel[u, v, d] * padded[i - u + 1, j - v + 1, d], channels, kernel_height, kernel_width)
        + bias
    )


def _unflipped(
    kernel: Any, padded: Any, i: Any, j: Any, channels: Any, kernel_height: Any, kernel_width: Any, bias: Any
) -> Any:
    return (
        totals(
            lambda d, u, v: kernel[u, v, d] * padded[i - kernel_height + u, j - kernel_width + v, d],
            channels,
            kernel_height,
            kernel_width,
        )
        + bias
    )


def _measured(values: Given) -> Any:
    return _measured_by(convolve, values)


def _measured_by(run: Callable[..., Any], values: Given) -> Any:
    image = np.moveaxis(np.asarray(values["input"]), 2, 0)
    kernel = np.moveaxis(np.asarray(values["kernel"]), 2, 0)[np.newaxis]
    weighted = run(image, kernel, np.array([values["bias"]], dtype=object), **engine_options(values))[0]
    return measured_activation(weighted, values["function"])


def _volume(random: Random, height: int, width: int, depth: int, low: int, high: int) -> list[list[list[int]]]:
    return [[[random.randint(low, high) for _ in range(depth)] for _ in range(width)] for _ in range(height)]


def _sample(random: Random) -> dict[str, Any]:
    depth = random.randint(1, 3)
    return {
        "input": _volume(random, random.randint(3, 5), random.randint(3, 5), depth, 0, 3),
        "kernel": _volume(random, random.randint(1, 3), random.randint(1, 3), depth, -2, 2),
        "bias": random.randint(-3, 3),
        "stride": random.choice([1, 1, 2]),
        "padding": random.choice([0, 0, 1]),
        "activation": random.choice(["identity", "relu"]),
    }


_EXAMPLE_IMAGE = [
    [[1, 0, 2], [0, 1, 1], [2, 0, 0]],
    [[0, 2, 1], [1, 1, 0], [0, 1, 2]],
    [[1, 1, 0], [2, 0, 1], [0, 0, 1]],
]
_EXAMPLE_KERNEL = [[[1, 0, 1], [0, -1, 1]], [[-1, 1, 0], [1, 0, 1]]]
_AGREE = Condition(
    lambda channels, kernel_channels: channels == kernel_channels,
    Text(
        "the input has {channels} channels and the kernel {kernel_channels}: a kernel reaches through every input channel.",
        "输入有 {channels} 个通道，卷积核有 {kernel_channels} 个：卷积核必须贯穿输入的所有通道。",
    ),
)


def _one_channel(kernel: Any, padded: Any, i: Any, j: Any, kernel_height: Any, kernel_width: Any, bias: Any) -> Any:
    return totals(lambda u, v: kernel[u, v, 1] * padded[i - u + 1, j - v + 1, 1], kernel_height, kernel_width) + bias


def _bias_per_channel(
    kernel: Any, padded: Any, i: Any, j: Any, channels: Any, kernel_height: Any, kernel_width: Any, bias: Any
) -> Any:
    return _triple_sum(kernel, padded, i, j, channels, kernel_height, kernel_width, channels * bias)


_SUM = Text(
    "In each channel the kernel's values meet the input's; all products of all channels are added, then the bias.",
    "在每个通道中卷积核的值与输入的值相乘；把所有通道的乘积相加，再加偏置。",
)
VALUE = Quantity(
    slug="channels",
    title=Text("Convolution over channels", "多通道卷积"),
    asks=Text(
        "What feature map does one kernel give on an input with several channels?",
        "一个卷积核在多通道输入上得到怎样的特征图？",
    ),
    kind="array",
    unit=NO_UNIT,
    symbols=(*MAP_VOLUME, OFFSET, FUNCTION, DEPTH, KERNEL_DEPTH),
    steps=(
        PAD_STEP,
        *UNDILATED_STEPS,
        I_STEP,
        J_STEP,
        Step(WEIGHTED, _triple_sum, _SUM, ("i", "j")),
        Step(
            ACTIVE,
            lambda weighted, function: activate(weighted, function),
            Text("The activation function is applied to every value.", "对每个值施加激活函数。"),
            ("i", "j"),
        ),
    ),
    cells=CELLS,
    conventions=(FLIPPED, FROM_ONE, CELLS_FROM_ZERO, HWC),
    sample=_sample,
    example={"input": _EXAMPLE_IMAGE, "kernel": _EXAMPLE_KERNEL, "bias": 1, "activation": "relu"},
    oracle=_measured,
    measures=Text("the engine's convolution and activation of the same arrays", "引擎对同样的数组做卷积与激活"),
    source=Text("slides, the triple sum over the depth D; nndl 5.20", "课件，对深度 D 的三重求和；nndl 5.20"),
    holds=(_AGREE, *FITS),
    alternatives=(
        Alternative(
            NOT_FLIPPED,
            (Step(WEIGHTED, _unflipped, _SUM, ("i", "j")),),
            oracle=lambda values: _measured_by(correlate, values),
        ),
    ),
    mistakes=(
        PADDING_FORGOTTEN,
        STRIDE_FORGOTTEN,
        LAST_PLACE_FORGOTTEN,
        Mistake(
            "first-channel-only",
            Text("only the first channel was used", "只用了第一个通道"),
            (Step(WEIGHTED, _one_channel),),
            lambda channels: channels > 1,
        ),
        Mistake(
            "bias-forgotten",
            Text("the bias was forgotten", "忘记了偏置"),
            (
                Step(
                    WEIGHTED,
                    lambda kernel, padded, i, j, channels, kernel_height, kernel_width: _triple_sum(
                        kernel, padded, i, j, channels, kernel_height, kernel_width, 0
                    ),
                ),
            ),
            lambda bias: bias != 0,
        ),
        Mistake(
            "bias-per-channel",
            Text("the bias was added once for every channel", "每个通道都加了一次偏置"),
            (Step(WEIGHTED, _bias_per_channel),),
            lambda bias, channels: bias != 0 and channels > 1,
        ),
        Mistake(
            "activation-forgotten",
            Text("the activation function was forgotten", "忘记了激活函数"),
            (Step(ACTIVE, lambda weighted: weighted),),
            lambda function: function != "identity",
        ),
    ),
    exact=False,
)
DEPTH_OUT = Symbol("maps", ("D'", "D_2", "C_2"), Text("channels of the output", "输出的通道数"))


def _measured_maps(values: Given) -> tuple[int, int, int]:
    """Build all the kernels, run them on an image of zeros and look at the shape that comes out."""
    image = zeros(values["channels"], values["input_height"], values["input_width"])
    kernels = zeros(values["filters"], values["channels"], values["kernel_height"], values["kernel_width"])
    maps, rows, columns = correlate(image, kernels, **engine_options(values)).shape
    return rows, columns, maps


MAPS = replace(
    SHAPE,
    slug="channels.maps",
    title=Text("Shape of a layer's output", "一层输出的形状"),
    asks=Text("What shape does the output of all the kernels have?", "全部卷积核的输出是什么形状？"),
    unit=Text("height × width × channels", "高 × 宽 × 通道"),
    symbols=(*SHAPE.symbols, CHANNELS, FILTERS),
    steps=(
        *MAP_STEPS,
        Step(
            DEPTH_OUT,
            lambda filters: filters,
            Text(
                "Each kernel adds its channels up to one map, so {filters} kernels give {filters} channels.",
                "每个卷积核把各通道加成一张特征图，因此 {filters} 个卷积核得到 {filters} 个通道。",
            ),
        ),
    ),
    answer=("rows", "columns", "maps"),
    conventions=(*SHAPE.conventions, HWC),
    sample=lambda random: {
        **SHAPE.sample(random),
        "channels": random.randint(1, 4),
        "filters": random.randint(1, 8),
    },
    example={"input": (28, 28, 192), "kernel": 5, "padding": 2, "filters": 32},
    oracle=_measured_maps,
    measures=Text("the engine ran all the kernels and the shape was read off", "引擎运行全部卷积核后读出的形状"),
    source=Text(
        "slides, the number of kernels decides the channels; nndl 5.2.2", "课件，输出通道数由卷积核个数决定；nndl 5.2.2"
    ),
    mistakes=(
        *SHAPE.mistakes,
        Mistake(
            "depth-kept",
            Text(
                "the output was given the input's channels, not one per filter",
                "输出通道数写成了输入的通道数，而不是每个滤波器一个",
            ),
            (Step(DEPTH_OUT, lambda channels: channels),),
            lambda channels, filters: channels != filters,
        ),
        Mistake(
            "depth-multiplied",
            Text("channels and filters were multiplied", "把通道数与滤波器数相乘了"),
            (Step(DEPTH_OUT, lambda channels, filters: channels * filters),),
            lambda channels, filters: channels > 1 and filters > 1,
        ),
    ),
    wider="",
)
PARAMETERS_SYMBOL = Symbol("parameters", ("params", "params", "params"), Text("number of parameters", "参数量"))


def _part(name: str, meaning: Text) -> Symbol:
    """Return a symbol for a part of the count that can go wrong by itself; it only renames a given, so no page shows it."""
    return Symbol(name, (name, name, name), meaning, domain=Integers(0))


_KERNELS = _part("kernels", Text("filters counted", "计入的滤波器个数"))
_REACH = _part("reach", Text("input channels counted", "计入的输入通道数"))
_SHARES = _part("shares", Text("groups counted", "计入的分组数"))
_WIDE = _part("wide", Text("kernel width counted", "计入的卷积核宽度"))
_BIASES = _part("biases", Text("biases counted", "计入的偏置个数"))


def built_weights(values: Given) -> int:
    """Build the arrays that a layer learns, see that they run, and count their values."""
    channels, kernel = values["channels"], (values["kernel_height"], values["kernel_width"])
    weights = zeros(values["filters"], channels // values["groups"], *kernel)
    biases = zeros(values["filters"]) if values["bias"] else None
    correlate(zeros(channels, *kernel), weights, biases, groups=values["groups"])
    return weights.size + (0 if biases is None else biases.size)


GROUPS_DIVIDE = Condition(
    lambda groups, channels, filters: channels % groups == 0 and filters % groups == 0,
    Text(
        "`groups` (={groups}) must divide `channels` (={channels}) and `filters` (={filters}).",
        "`groups`（={groups}）必须整除 `channels`（={channels}）和 `filters`（={filters}）。",
    ),
)


def _sample_layer(random: Random) -> dict[str, Any]:
    groups = random.choice([1, 1, 1, 2, 3])
    return {
        "kernel": random.choice([1, 3, 5, (3, 5), (1, 7), (2, 3)]),
        "channels": groups * random.randint(1, 32),
        "filters": groups * random.randint(1, 32),
        "groups": groups,
        "bias": random.random() < 0.8,
    }


PARAMETERS = Quantity(
    slug="channels.parameters",
    title=Text("Parameters of a convolutional layer", "卷积层的参数量"),
    asks=Text("How many weights and biases does the layer learn?", "该层要学习多少个权重与偏置？"),
    kind="number",
    unit=Text("parameters", "个参数"),
    symbols=(KERNEL_HEIGHT, KERNEL_WIDTH, CHANNELS, FILTERS, GROUPS, BIAS),
    steps=(
        Step(_KERNELS, lambda filters: filters),
        Step(_REACH, lambda channels: channels),
        Step(_SHARES, lambda groups: groups),
        Step(_WIDE, lambda kernel_width: kernel_width),
        Step(_BIASES, lambda filters, bias: filters if bias else 0),
        Step(
            PARAMETERS_SYMBOL,
            lambda kernels, reach, shares, kernel_height, wide, biases: (
                kernels * (reach / shares) * kernel_height * wide + biases
            ),
            Text(
                "Each of the {filters} kernels has a value for every input channel and place, and a bias where there is one.",
                "{filters} 个卷积核中的每一个，在每个输入通道、每个位置上都有一个权重；若有偏置，再各加一个。",
            ),
        ),
    ),
    conventions=(BIAS_COUNTED, BIAS_PER_FILTER),
    sample=_sample_layer,
    example={"kernel": 5, "channels": 3, "filters": 100},
    oracle=built_weights,
    measures=Text("the weights were built and their values counted", "实际构造权重后数出的个数"),
    source=Text("slides, P × D × (U × V) + P; nndl 5.2.2", "课件，P × D × (U × V) + P；nndl 5.2.2"),
    holds=(GROUPS_DIVIDE,),
    alternatives=(Alternative(BIAS_NOT_COUNTED, (Step(_BIASES, lambda: 0),), lambda bias: bias),),
    mistakes=(
        Mistake(
            "channels-forgotten",
            Text("the input channels were forgotten", "忘记了输入通道"),
            (Step(_REACH, lambda: 1), Step(_SHARES, lambda: 1)),
            lambda channels, groups: channels > groups,
        ),
        Mistake(
            "one-bias-per-layer",
            Text("one bias was counted for the layer, not one per filter", "整层只算了一个偏置，而不是每个滤波器一个"),
            (Step(_BIASES, lambda: 1),),
            lambda bias, filters: bias and filters > 1,
        ),
        Mistake(
            "one-filter-only",
            Text("only one filter was counted", "只算了一个滤波器"),
            (Step(_KERNELS, lambda: 1), Step(_BIASES, lambda bias: 1 if bias else 0)),
            lambda filters: filters > 1,
        ),
        Mistake(
            "kernel-not-squared",
            Text("one side of the kernel was counted, not its area", "只算了卷积核的一条边，而不是面积"),
            (Step(_WIDE, lambda: 1),),
            lambda kernel_width: kernel_width > 1,
        ),
        Mistake(
            "bias-per-input-channel",
            Text(
                "a bias was counted for every input channel of every filter", "每个滤波器的每个输入通道都算了一个偏置"
            ),
            (Step(_BIASES, lambda filters, channels, groups: filters * (channels / groups)),),
            lambda bias, channels, groups: bias and channels > groups,
        ),
        Mistake(
            "groups-forgotten",
            Text("the groups were forgotten", "忘记了分组"),
            (Step(_SHARES, lambda: 1),),
            lambda groups: groups > 1,
        ),
    ),
)

KERNEL_CHANNELS = Symbol(
    "kernel_channels",
    ("D_w", "D_w", "C_w"),
    Text("channels of the kernel", "卷积核的通道数"),
    word="kernel-channels",
    domain=Integers(),
)


def _runs(channels: int, kernel_channels: int) -> bool:
    """Try to run a kernel of this depth on an input of that depth."""
    image, kernel = zeros(channels, 2, 2), zeros(1, kernel_channels, 2, 2)
    try:
        correlate(image, kernel)
    except EngineError:
        return False
    return True


AGREE = Quantity(
    slug="channels.agree",
    title=Text("Whether a kernel fits the input's depth", "卷积核的深度是否与输入一致"),
    asks=Text("Can a kernel of this depth be used on this input?", "这样深度的卷积核能用于这个输入吗？"),
    kind="truth",
    unit=NO_UNIT,
    symbols=(CHANNELS, KERNEL_CHANNELS),
    steps=(
        Step(
            Symbol(
                "agree",
                ("fits", "fits", "fits"),
                Text("whether it fits", "是否一致"),
                domain=Choices(("yes", "no"), flag=True),
            ),
            lambda channels, kernel_channels: equal(kernel_channels, channels),
            Text(
                "Every input channel needs its own layer of the kernel, and the kernel has no others.",
                "输入的每个通道都对应卷积核的一层，卷积核也没有多余的层。",
            ),
        ),
    ),
    conventions=(),
    sample=lambda random: {"channels": random.randint(1, 6), "kernel-channels": random.randint(1, 6)},
    example={"channels": 3, "kernel-channels": 3},
    oracle=_runs,
    measures=Text("the engine was asked to run such a kernel", "让引擎实际运行这样的卷积核"),
    source=Text("slides, the channels of kernel and input", "课件，卷积核与输入的通道数"),
)

TOPIC = Topic(
    slug="channels",
    place=30,
    title=Text("Channels", "通道"),
    idea=Text(
        "A colour image has three channels, a deep layer hundreds. A kernel reaches through all of them and adds them up; "
        "each kernel gives one output channel.",
        "彩色图像有三个通道，深层特征有上百个。一个卷积核贯穿所有通道并求和；每个卷积核给出一个输出通道。",
    ),
    quantities=(VALUE, MAPS, PARAMETERS, AGREE),
)
