"""The 1×1 convolution: it mixes the channels of every pixel, and makes the wide kernel after it cheap."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import ceil, prod
from random import Random
from typing import Any

import numpy as np

from cnnmath import vocabulary as v
from cnnmath.engine import EngineError, TooLarge, correlate, dense, ones, operations, zeros
from cnnmath.expression import total
from cnnmath.model import Alternative, Condition, Convention, Given, Mistake, Numbers, Quantity, Step, Symbol, Topic
from cnnmath.text import Text
from cnnmath.topics import channels, conv
from cnnmath.topics.output_size import COLUMNS, ROWS

MOST_COUNTED = 100_000  # products of one output value, counted one by one
MOST_RUN = 10**9  # products of a whole layer

REDUCED = Symbol("reduced", ("R", "R", "C_mid"), Text("channels after the reduction", "约简后的通道数"), word="reduced")
PIXELS = Symbol("pixels", ("S", "S", "S"), Text("pixels of every map", "每张特征图的像素数"))
FIRST = Symbol("first", ("MACs_1",) * 3, Text("MACs of the 1×1 reduction", "1×1 约简的乘加次数"))
SECOND = Symbol("second", ("MACs_2",) * 3, Text("MACs of the kernel after it", "其后卷积的乘加次数"))
BOTH = Symbol("both", ("MACs",) * 3, Text("MACs of the two layers", "两层的乘加次数"))
DIRECT = Symbol("direct", ("MACs_0",) * 3, Text("MACs of the direct convolution", "直接卷积的乘加次数"))
RATIO = Symbol("ratio", ("ratio",) * 3, Text("direct over reduced", "直接卷积与约简后之比"), domain=Numbers())
SAME_SIZE = Convention("same-size", Text("stride 1; zeros around the input keep height and width (same)",
                                         "步幅为 1；四周补零使高与宽不变（same）"))  # fmt: skip


def _products(height: int, width: int, channels: int, *layers: tuple[int, int, int]) -> int:
    """Count the products of layers (filters, kernel height, kernel width) that follow each other.

    One value of one filter is computed on numbers that count; the count is taken once for every filter that
    answers and for every pixel of the map that the engine really gives.
    """
    found = 0
    for filters, *kernel in layers:
        if channels * prod(kernel) > MOST_COUNTED:
            raise TooLarge("one output value takes more products than can be counted one by one")
        window, weights = ones(channels, *kernel), ones(filters, channels, *kernel)
        taps = operations(correlate, window, weights[:1]).multiplications
        channels = len(correlate(window, weights))
        found += taps * channels * correlate(zeros(height, width), zeros(*kernel), padding="same").size
    return found


def _measured(values: Given, *reduced: int) -> int:
    wide = values["filters"], values["kernel_height"], values["kernel_width"]
    layers = *((filters, 1, 1) for filters in reduced), wide
    return _products(values["input_height"], values["input_width"], values["channels"], *layers)


def _sample(random: Random) -> dict[str, Any]:
    return {
        "input": (random.randint(3, 9), random.randint(3, 9), random.randint(2, 12)),
        "kernel": random.choice([1, 2, 3, 5, (1, 3), (3, 2)]),
        "reduced": random.randint(1, 8),
        "filters": random.randint(1, 12),
    }


def _wide(pixels: Any, filters: Any, kernel_height: Any, kernel_width: Any, channels: Any) -> Any:
    return pixels * filters * kernel_height * kernel_width * channels


DIRECT_STEP = Step(DIRECT, _wide, Text("Each pixel of {filters} maps takes one for each kernel value and input channel.",
                                       "{filters} 张特征图的每个像素，都要为卷积核的每个值与每个输入通道乘一次。"))  # fmt: skip
STEPS = (
    Step(PIXELS, lambda input_height, input_width: input_height * input_width,
         Text("No layer changes height or width.", "各层都不改变高与宽。")),
    Step(FIRST, lambda pixels, reduced, channels: pixels * reduced * channels,
         Text("{reduced} kernels of 1×1 meet all {channels} channels of a pixel.", "{reduced} 个 1×1 卷积核，各对应一个像素的 {channels} 个通道。")),
    Step(SECOND, lambda pixels, filters, kernel_height, kernel_width, reduced: (
             pixels * filters * kernel_height * kernel_width * reduced),
         Text("The wide kernels reach through {reduced} channels only.", "其后的大卷积核只需贯穿 {reduced} 个通道。")),
    Step(BOTH, lambda first, second: first + second, Text("Both layers have to be paid.", "两层的代价都要计入。")),
)  # fmt: skip


def _wrong(slug: str, says: Text, symbol: Symbol, formula: Callable[..., Any], applies: Any = lambda: True) -> Mistake:
    return Mistake(slug, says, (Step(symbol, formula),), applies)


_REDUCTION_FORGOTTEN = Text("the 1×1 reduction itself was forgotten", "忘记了 1×1 约简本身")
_CHANNELS_FORGOTTEN = Text("the input channels were forgotten", "忘记了输入通道")
_NOT_REDUCED = Text("that is the direct convolution, without the reduction", "那是不做约简的直接卷积")
_SAYS_DEPTH = Text("the second layer was given all the input channels", "第二层仍用了全部输入通道")
_DEPTH_NOT_REDUCED = _wrong("depth-not-reduced", _SAYS_DEPTH, SECOND, _wide,
                            lambda channels, reduced: channels != reduced)  # fmt: skip

COST = Quantity(
    slug="bottleneck",
    title=Text("Multiply-accumulates with a 1×1 reduction", "采用 1×1 约简的乘加次数（MAC）"),
    asks=Text("How many MACs do a 1×1 reduction of the channels and the convolution after it take?",
              "先用 1×1 卷积约简通道，再做卷积，共需多少次乘加（MAC）？"),
    kind="number",
    unit=Text("MACs", "次 MAC"),
    symbols=(v.INPUT_HEIGHT, v.INPUT_WIDTH, v.KERNEL_HEIGHT, v.KERNEL_WIDTH, v.CHANNELS, REDUCED, v.FILTERS),
    steps=STEPS,
    conventions=(v.MACS, v.DENSE, SAME_SIZE),
    sample=_sample,
    example={"input": (28, 28, 192), "kernel": 5, "reduced": 16, "filters": 32},
    oracle=lambda values: _measured(values, values["reduced"]),
    measures=Text("the engine counted the multiplications of one pixel, and the pixels of the maps that it gave",
                  "引擎数出一个像素的乘法次数，以及所得特征图的像素数"),
    source=Text("slides, the 1×1 convolution: 28 × 28 pixels, 192 channels reduced to 16; nndl exercise 5-3",
                "课件，1×1 卷积核：28 × 28 个像素，192 个通道约简为 16 个；nndl 习题 5-3"),
    mistakes=(
        _wrong("reduction-forgotten", _REDUCTION_FORGOTTEN, BOTH, lambda second: second),
        _wrong("channels-forgotten", Text("the input channels were forgotten in the reduction", "约简时忘记了输入通道"),
               FIRST, lambda pixels, reduced: pixels * reduced, lambda channels: channels > 1),
        _DEPTH_NOT_REDUCED,
        _wrong("filters-for-reduced", Text("the first layer got the filters of the second", "第一层用了第二层的滤波器个数"),
               FIRST, lambda pixels, filters, channels: pixels * filters * channels,
               lambda filters, reduced: filters != reduced),
        _wrong("not-reduced", _NOT_REDUCED, BOTH, _wide),
    ),
)  # fmt: skip

DIRECT_COST = replace(
    COST,
    slug="bottleneck.direct",
    title=Text("Multiply-accumulates without the reduction", "不做约简的乘加次数（MAC）"),
    asks=Text("How many MACs does the convolution take on all the input channels?",
              "直接在全部输入通道上做该卷积，需要多少次乘加（MAC）？"),
    symbols=tuple(symbol for symbol in COST.symbols if symbol is not REDUCED),
    steps=(STEPS[0], DIRECT_STEP),
    sample=lambda random: {word: value for word, value in _sample(random).items() if word != "reduced"},
    example={"input": (28, 28, 192), "kernel": 5, "filters": 32},
    oracle=lambda values: _measured(values),
    mistakes=(
        _wrong("channels-forgotten", _CHANNELS_FORGOTTEN, DIRECT,
               lambda pixels, filters, kernel_height, kernel_width: pixels * filters * kernel_height * kernel_width,
               lambda channels: channels > 1),
        _wrong("filters-forgotten", Text("only one filter was counted", "只算了一个滤波器"), DIRECT,
               lambda pixels, kernel_height, kernel_width, channels: pixels * kernel_height * kernel_width * channels,
               lambda filters: filters > 1),
    ),
)  # fmt: skip

GAIN = replace(
    COST,
    slug="bottleneck.ratio",
    title=Text("What a 1×1 reduction saves", "1×1 约简节省的倍数"),
    asks=Text("How many times as many MACs as the two layers does the direct convolution take?",
              "直接卷积的乘加次数是约简后两层的多少倍？"),
    unit=Text("times", "倍"),
    steps=(
        STEPS[0], DIRECT_STEP, *STEPS[1:],
        Step(RATIO, lambda direct, both: direct / both,
             Text("Above 1 the reduction saves work, below 1 it costs more.", "大于 1 时约简节省计算，小于 1 时反而更费。")),
    ),
    oracle=lambda values: Fraction(_measured(values), _measured(values, values["reduced"])),
    mistakes=(
        _wrong("inverted", Text("the quotient is upside down: reduced over direct", "比值写反了：约简后除以直接卷积"),
               RATIO, lambda direct, both: both / direct),
        _wrong("reduction-forgotten", _REDUCTION_FORGOTTEN, RATIO, lambda direct, second: direct / second),
        _wrong("share-saved", Text("that is the share of the MACs that is saved", "那是所节省的乘加次数占的比例"),
               RATIO, lambda direct, both: 1 - both / direct, lambda direct, both: both < direct),
        _DEPTH_NOT_REDUCED,
    ),
)  # fmt: skip

PER_PIXEL = Symbol("direct", ("T",) * 3, Text("direct MACs per pixel", "直接卷积每像素的乘加次数"))
EACH = Symbol("each", ("T_R",) * 3, Text("MACs per pixel for one reduced channel", "每个约简通道每像素的乘加次数"))
MOST = replace(REDUCED, word="", meaning=Text("largest number of reduced channels", "约简后通道数的最大值"))


def _search(kernel_height: int, kernel_width: int, channels: int, filters: int) -> int:
    """Count the products of one pixel for more and fewer reduced channels, down to the last that saves some."""
    wide = filters, kernel_height, kernel_width
    most = _products(1, 1, channels, wide)
    # As many channels as the input has save nothing, so the search may end there; it bisects, as more cost more.
    tried = range(1, channels + 1)
    saving = bisect_left(tried, most, key=lambda reduced: _products(1, 1, channels, (reduced, 1, 1), wide))
    if not saving:
        raise EngineError("one reduced channel takes as many products as the direct convolution")
    return saving


def _below(direct: Any, each: Any) -> Any:
    """Return the largest whole number below the quotient: one less than a whole quotient, where both cost the same."""
    return ceil(direct / each) - 1


BREAK_EVEN = replace(
    COST,
    slug="bottleneck.break-even",
    title=Text("How far the channels must be reduced", "通道须约简到多少才划算"),
    asks=Text("With how many reduced channels, at most, do the two layers take fewer MACs than the direct convolution?",
              "约简后最多保留多少个通道，两层的乘加次数仍少于直接卷积？"),
    unit=Text("channels", "个通道"),
    symbols=(v.KERNEL_HEIGHT, v.KERNEL_WIDTH, v.CHANNELS, v.FILTERS),
    steps=(
        Step(PER_PIXEL, lambda channels, filters, kernel_height, kernel_width: (
                 channels * filters * kernel_height * kernel_width),
             Text("Both ways have the same pixels, so one pixel decides.", "两种做法的像素相同，只需比较一个像素。")),
        Step(EACH,
             lambda channels, filters, kernel_height, kernel_width: channels + filters * kernel_height * kernel_width,
             Text("A reduced channel takes {channels} MACs to make, and then meets every value of {filters} kernels.",
                  "得到一个约简通道需要 {channels} 次乘加，之后它还要与 {filters} 个卷积核的每个值相乘。")),
        Step(MOST, _below,
             Text("The largest whole number whose product with {each} is less than {direct}; equal saves nothing.",
                  "与 {each} 的乘积小于 {direct} 的最大整数；相等时并无节省。")),
    ),
    conventions=(v.DENSE, SAME_SIZE),
    sample=lambda random: {"kernel": random.choice([1, 2, 3, 5, (1, 3), (2, 1)]), "filters": random.randint(1, 12),
                           "channels": random.choice([random.randint(1, 12), random.randint(12, 64)])},
    example={"kernel": 5, "channels": 192, "filters": 32},
    oracle=_search,
    measures=Text("the engine counted the multiplications of one pixel for more and fewer reduced channels",
                  "引擎对不同的约简通道数逐一数出一个像素的乘法次数"),
    source=Text("R·(D + P·U·V) < D·P·U·V, the two costs of the slides compared", "R·(D + P·U·V) < D·P·U·V，由课件的两种代价相比而得"),
    holds=(
        Condition(lambda direct, each: each < direct,
            Text("one reduced channel already takes {each} MACs per pixel, not fewer than the {direct} of the direct "
                 "convolution: a reduction needs a larger kernel, more `channels` or more `filters` to save any.",
                 "仅一个约简通道每像素就需 {each} 次乘加，并不少于直接卷积的 {direct} 次：要有节省，"
                 "须增大卷积核、`channels` 或 `filters`。")),
    ),
    mistakes=(
        _wrong("first-that-saves-nothing", Text("that is the first number that saves nothing", "那是第一个不再节省的通道数"),
               MOST, lambda direct, each: ceil(direct / each)),
        _wrong("reduction-forgotten", _REDUCTION_FORGOTTEN, MOST, lambda channels: channels - 1),
        _wrong("kernel-forgotten", Text("the size of the wide kernel was forgotten", "忘记了大卷积核的大小"),
               MOST, lambda channels, filters: _below(channels * filters, channels + filters),
               lambda kernel_height, kernel_width: kernel_height * kernel_width > 1),
    ),
)  # fmt: skip

PARAMS = channels.PARAMETERS_SYMBOL
PARAMS_1 = replace(FIRST, letters=("params_1",) * 3, meaning=Text("parameters of the reduction", "约简层的参数量"))
PARAMS_2 = replace(SECOND, letters=("params_2",) * 3, meaning=Text("those of the layer after it", "其后一层的参数量"))


def _wide_parameters(filters: Any, kernel_height: Any, kernel_width: Any, channels: Any, bias: Any) -> Any:
    return filters * kernel_height * kernel_width * channels + (filters if bias else 0)


def _built(values: Given) -> int:
    """Build what both layers learn, see that they run one after the other, and count the values."""
    x, size, kernel = ones(values["channels"], 1, 1), 0, (values["kernel_height"], values["kernel_width"])
    for filters, extent in ((values["reduced"], (1, 1)), (values["filters"], kernel)):
        weights, biases = zeros(filters, len(x), *extent), zeros(filters if values["bias"] else 0)
        x = correlate(x, weights, biases if values["bias"] else None, padding="full")
        size += weights.size + biases.size
    return size


PARAMETERS = replace(
    COST,
    slug="bottleneck.parameters",
    title=Text("Parameters with a 1×1 reduction", "采用 1×1 约简的参数量"),
    asks=Text("How many weights and biases do the two layers learn?", "这两层共要学习多少个权重与偏置？"),
    unit=Text("parameters", "个参数"),
    symbols=(*COST.symbols[2:], v.BIAS),
    steps=(
        Step(PARAMS_1, lambda reduced, channels, bias: reduced * channels + (reduced if bias else 0),
             Text("A 1×1 kernel has one weight for each input channel.", "1×1 卷积核对每个输入通道各有一个权重。")),
        Step(PARAMS_2, lambda filters, kernel_height, kernel_width, reduced, bias: _wide_parameters(
                filters, kernel_height, kernel_width, reduced, bias),
             Text("The wide kernels reach through {reduced} channels only.", "其后的大卷积核只需贯穿 {reduced} 个通道。")),
        Step(PARAMS, lambda first, second: first + second, Text("Both layers learn.", "两层都要学习。")),
    ),
    conventions=(v.BIAS_COUNTED, v.BIAS_PER_FILTER),
    sample=lambda random: {**_sample(random), "input": (5, 5, random.randint(2, 12)), "bias": random.random() < 0.7},
    example={"kernel": 5, "channels": 192, "reduced": 16, "filters": 32},
    oracle=_built,
    measures=Text("both layers were built, run, and their values counted", "实际构造并运行两层后数出的个数"),
    alternatives=(
        Alternative(v.BIAS_NOT_COUNTED, (Step(PARAMS, lambda first, second, reduced, filters: (
            first + second - reduced - filters)),), lambda bias: bias),
    ),
    mistakes=(
        _wrong("reduction-forgotten", _REDUCTION_FORGOTTEN, PARAMS, lambda second: second),
        _wrong("channels-forgotten", _CHANNELS_FORGOTTEN, FIRST,
               lambda reduced, bias: reduced + (reduced if bias else 0), lambda channels: channels > 1),
        _wrong("depth-not-reduced", _SAYS_DEPTH, SECOND, _wide_parameters,
               lambda channels, reduced: channels != reduced),
        _wrong("not-reduced", _NOT_REDUCED, PARAMS, _wide_parameters),
        _wrong("bias-of-the-reduction-forgotten", Text("the biases of the reduction were forgotten", "忘记了约简层的偏置"),
               PARAMS, lambda first, second, reduced: first + second - reduced, lambda bias: bias),
        _wrong("bias-of-the-second-forgotten", Text("the biases of the second layer were forgotten", "忘记了第二层的偏置"),
               PARAMS, lambda first, second, filters: first + second - filters,
               lambda bias, reduced, filters: bias and reduced != filters),
        _wrong("one-bias-per-layer", Text("one bias was counted per layer, not one per filter", "每层只算了一个偏置，而不是每个滤波器一个"),
               PARAMS, lambda first, second, reduced, filters: first + second - reduced - filters + 2,
               lambda bias, reduced, filters: bias and reduced + filters > 2),
    ),
)  # fmt: skip


def _run(input_height: int, input_width: int, channels: int, filters: int) -> tuple[int, ...]:
    """Run the layer and look at the shape of what comes out."""
    if input_height * input_width * channels * filters > MOST_RUN:
        raise TooLarge("the whole layer takes more products than are tried")
    maps, rows, columns = correlate(zeros(channels, input_height, input_width), zeros(filters, channels, 1, 1)).shape
    return rows, columns, maps


SHAPE = replace(
    channels.MAPS,
    slug="bottleneck.shape",
    title=Text("Shape after a 1×1 convolution", "1×1 卷积后的形状"),
    asks=Text("What shape does a 1×1 convolution give?", "1×1 卷积的输出是什么形状？"),
    symbols=(v.INPUT_HEIGHT, v.INPUT_WIDTH, v.CHANNELS, v.FILTERS),
    steps=(
        Step(ROWS, lambda input_height: input_height,
             Text("A 1×1 kernel fits on every pixel: the height stays.", "每个像素都放得下 1×1 卷积核：高度不变。")),
        Step(COLUMNS, lambda input_width: input_width, Text("The width stays as well.", "宽度也不变。")),
        Step(channels.DEPTH_OUT, lambda filters: filters, Text("Each filter gives one map.", "每个滤波器给出一张特征图。")),
    ),
    conventions=(v.HWC,),
    sample=lambda random: {"input": _sample(random)["input"], "filters": random.randint(1, 12)},
    example={"input": (28, 28, 192), "filters": 16},
    oracle=_run,
    source=Text("slides, the 1×1 convolution; nndl exercise 5-2", "课件，1×1 卷积核；nndl 习题 5-2"),
    holds=(),
    alternatives=(),
    mistakes=(
        Mistake("kernel-size-kept", Text("the kernel's 1×1 was taken for the size of the maps", "把卷积核的 1×1 当成了特征图的大小"),
                (Step(ROWS, lambda: 1), Step(COLUMNS, lambda: 1)),
                lambda input_height, input_width: input_height * input_width > 1),
        *(mistake for mistake in channels.MAPS.mistakes if mistake.slug.startswith("depth-")),
    ),
)  # fmt: skip

MIXING = replace(v.WEIGHTS, meaning=Text("1×1 kernels, one row for each filter", "1×1 卷积核，每个滤波器一行"))
MIXED = replace(channels.KERNEL_DEPTH, size_of=("kernel", 1))
ROWS_OF_MIXING = replace(v.FILTERS, word="", size_of=("kernel", 0))
MAP = replace(conv.ROW, name="map", letters=("m",) * 3, meaning=Text("map, from 0", "特征图的序号，从 0 开始"))
I = replace(conv.I, meaning=Text("row of the pixel, from 1", "像素的行下标，从 1 开始"))  # noqa: E741
J = replace(conv.J, meaning=Text("column of the pixel, from 1", "像素的列下标，从 1 开始"))
NUMBER = replace(I, name="number", letters=("p", "k", "p"), meaning=Text("filter, from 1", "滤波器的序号，从 1 开始"))
_THAT = Text("The cell counted from 1.", "把从 0 计的下标改为从 1 计。")


def _sample_pixels(random: Random) -> dict[str, Any]:
    width, depth = random.randint(1, 3), random.randint(1, 4)
    rows = [conv.image(random, width, depth) for _ in range(random.randint(1, 3))]
    return {"input": rows, "kernel": conv.image(random, random.randint(1, 4), depth + (random.random() < 0.1), -2, 2)}


PIXEL = Quantity(
    slug="bottleneck.pixel",
    title=Text("Values of a 1×1 convolution", "1×1 卷积的值"),
    asks=Text("What values does a 1×1 convolution give at every pixel?", "1×1 卷积在每个像素上得到什么值？"),
    kind="array",
    unit=v.NO_UNIT,
    symbols=(channels.VOLUME, MIXING, v.IMAGE_HEIGHT, v.IMAGE_WIDTH, channels.DEPTH, ROWS_OF_MIXING, MIXED),
    steps=(
        Step(ROWS, lambda input_height: input_height),
        Step(COLUMNS, lambda input_width: input_width),
        Step(channels.DEPTH_OUT, lambda filters: filters),
        Step(I, lambda row: row + 1, _THAT),
        Step(J, lambda column: column + 1, _THAT),
        Step(NUMBER, lambda map: map + 1, _THAT),
        Step(conv.OUTPUT, lambda kernel, input, number, i, j, channels: total(
                 lambda d: kernel[number, d] * input[i, j, d], 1, channels),
             Text("Only this pixel is read: a fully connected layer over its channels, the same at every pixel.",
                  "只用到这一个像素：相当于在它的各通道上做一个全连接层，且每个像素都相同。"), ("i", "j", "number")),
    ),
    cells=((conv.ROW, "rows"), (conv.COLUMN, "columns"), (MAP, "maps")),
    conventions=(v.FROM_ONE, v.CELLS_FROM_ZERO, v.HWC),
    sample=_sample_pixels,
    example={"input": [[[1, 2, 0], [0, 1, 3]], [[2, 0, 1], [1, 1, 1]]], "kernel": [[1, -1, 2], [0, 2, 1]]},
    oracle=lambda input, kernel: dense(np.asarray(input), np.asarray(kernel)),
    measures=Text("the engine's fully connected layer over the channels of every pixel", "引擎在每个像素的各通道上做全连接"),
    source=Text("slides, the 1×1 convolution as a fully connected layer over the channels; nndl exercise 5-2",
                "课件，1×1 卷积核相当于通道上的全连接层；nndl 习题 5-2"),
    holds=(
        Condition(lambda channels, kernel_channels: channels == kernel_channels,
            Text("the input has {channels} channels and each row of `kernel` {kernel_channels} weights: "
                 "a 1×1 kernel has one weight for every input channel.",
                 "输入有 {channels} 个通道，而 `kernel` 每行有 {kernel_channels} 个权重：1×1 卷积核对每个输入通道各有一个权重。")),
    ),
    mistakes=(
        _wrong("kernel-transposed", Text("rows and columns of the weights were swapped", "把权重的行与列弄反了"),
               conv.OUTPUT, lambda kernel, input, number, i, j, channels: total(
                   lambda d: kernel[d, number] * input[i, j, d], 1, channels),
               lambda channels, filters: channels == filters > 1),
        _wrong("first-channel-only", Text("only the first channel was used", "只用了第一个通道"), conv.OUTPUT,
               lambda kernel, input, number, i, j: kernel[number, 1] * input[i, j, 1], lambda channels: channels > 1),
        _wrong("weights-forgotten", Text("the channels were added up without their weights", "直接把各通道相加，没有乘权重"),
               conv.OUTPUT, lambda input, i, j, channels: total(lambda d: input[i, j, d], 1, channels)),
    ),
)  # fmt: skip

TOPIC = Topic(
    slug="bottleneck",
    place=85,
    title=Text("1×1 convolution and bottleneck", "1×1 卷积与瓶颈"),
    idea=Text(
        "A 1×1 kernel sees one pixel and all its channels: it makes few channels out of many and leaves the map as large as "
        "it was. A wide kernel that follows then has far less to do.",
        "1×1 卷积核只看一个像素的全部通道：把许多通道约简为少数几个，而特征图大小不变。其后的大卷积核因此省去大量计算。",
    ),
    quantities=(COST, DIRECT_COST, GAIN, BREAK_EVEN, PARAMETERS, SHAPE, PIXEL),
)
