"""How much pooling leaves: sizes, shapes, the share that is kept."""

import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

from cnnmath.engine import max_pool, zeros
from cnnmath.model import Alternative, Condition, Given, Mistake, Numbers, Quantity, Step, Symbol
from cnnmath.text import Text
from cnnmath.topics.output_size import (
    OUTPUT,
    ROUNDING,
    SAYS_PLUS_ONE_FORGOTTEN,
    SAYS_STRIDE_PLUS_ONE,
    places,
    places_up,
)
from cnnmath.topics.pooling.windows import (
    BESIDE,
    DEPTH,
    FITS,
    HALF_AT_MOST,
    ROW_BY_ROW,
    SAYS_BESIDE,
    SAYS_STRIDE_ONE,
    SAYS_UNCHANGED,
    SAYS_UNPADDED,
    SIDE_BY_SIDE,
    SIZES,
    STRIDE_ONE,
    UNCHANGED,
    UNPADDED,
    WINDOW,
    WINDOW_STRIDE,
    WINDOW_SYMBOLS,
    below_the_line,
    beside,
    by_one,
    less_one,
    meets_input,
    options,
    sample_window,
    sizes,
    unchanged,
    unpadded,
)
from cnnmath.vocabulary import (
    CEIL,
    FLOOR,
    HWC,
    INPUT,
    INPUT_HEIGHT,
    INPUT_WIDTH,
    NO_UNIT,
    PADDING_AFTER,
    PADDING_BEFORE,
    PIXELS,
    quiet,
)

MAPS = Symbol("maps", ("D'", "D_2", "C_out"), Text("channels of the output", "输出的通道数"))
KEPT = Symbol("kept", ("kept", "kept", "kept"), Text("share of the values that is kept", "保留的值所占的比例"),
              domain=Numbers())  # fmt: skip


def _rule(rounding: Any) -> Callable[..., Any]:
    return places_up if rounding == "ceil" else places


def _side(rule: Callable[..., Any]) -> Step:
    """Return the step that counts the windows along one side by `rule`."""
    return Step(
        OUTPUT,
        lambda input, kernel, padding_before, padding_after, stride: rule(
            input, kernel, padding_before, padding_after, stride
        ),
    )


def _ceil_alone(input: Any, kernel: Any, before: Any, after: Any, stride: Any) -> Any:
    return math.ceil((input - kernel + before + after) / stride) + 1


def _measured_side(input: int, kernel: int, padding_before: int, padding_after: int, stride: int, rounding: str) -> int:
    padding = ((padding_before, padding_after),)
    return len(max_pool(zeros(input), (kernel,), stride=(stride,), padding=padding, ceil=rounding == "ceil"))


SIZE = Quantity(
    slug="pooling.size",
    title=Text("Size after pooling, along one side", "汇聚之后一条边的大小"),
    asks=Text("How many values are left along this side?", "这条边上剩多少个值？"),
    kind="number",
    unit=PIXELS,
    symbols=(INPUT, WINDOW, *quiet(PADDING_BEFORE, PADDING_AFTER), WINDOW_STRIDE, ROUNDING),
    steps=(
        Step(
            OUTPUT,
            lambda input, kernel, padding_before, padding_after, stride, rounding: _rule(rounding)(
                input, kernel, padding_before, padding_after, stride
            ),
            Text(
                "The first window starts at the first value; what is left, divided by the stride and rounded, is how often "
                "it moves on.",
                "首个窗口放在开头；剩余的长度除以步幅再取整，就是它移动的次数。",
            ),
        ),
    ),
    conventions=(
        SIDE_BY_SIDE,
        replace(FLOOR, applies=lambda rounding: rounding == "floor"),
        replace(CEIL, applies=lambda rounding: rounding == "ceil"),
    ),
    sample=lambda random: {
        "input": random.randint(4, 40),
        "rounding": random.choice(["floor", "ceil"]),
        "kernel": random.randint(1, 4),
        "padding": random.choice([0, 0, 1]),
        **random.choice([{}, {"stride": random.randint(1, 4)}]),
    },
    example={"input": 28, "kernel": 2},
    oracle=_measured_side,
    measures=Text("the engine pooled zeros and what came out was counted", "引擎对全零输入做汇聚后数出的结果"),
    source=Text(
        "Dumoulin & Visin 2016, relationship 7; PyTorch, MaxPool1d, ceil_mode",
        "Dumoulin & Visin 2016，关系式 7；PyTorch 文档 MaxPool1d 的 ceil_mode",
    ),
    holds=(
        Condition(
            lambda output: output >= 1,
            Text(
                "the window ({kernel}) is longer than the padded input: pad more or use a smaller one.",
                "窗口（{kernel}）长于填充后的输入：请增加填充或减小窗口。",
            ),
        ),
        Condition(
            lambda input, kernel, padding_before, stride, output: meets_input(
                input, kernel, padding_before, stride, output
            ),
            Text(
                "a window of {kernel} values would hold nothing but padding: pad less or use a larger one.",
                "大小为 {kernel} 的窗口有的只含填充：请减少填充或增大窗口。",
            ),
        ),
    ),
    alternatives=(
        Alternative(
            CEIL,
            (_side(places_up),),
            lambda rounding: rounding == "floor",
            lambda input, kernel, padding_before, padding_after, stride: _measured_side(
                input, kernel, padding_before, padding_after, stride, "ceil"
            ),
        ),
    ),
    mistakes=(
        Mistake("stride-one", SAYS_STRIDE_ONE, (_side(by_one),), lambda stride: stride > 1),
        Mistake("side-by-side", SAYS_BESIDE, (_side(beside),), lambda kernel, stride: kernel != stride),
        Mistake("plus-one-forgotten", SAYS_PLUS_ONE_FORGOTTEN, (_side(less_one),)),
        Mistake("stride-plus-one", SAYS_STRIDE_PLUS_ONE, (_side(below_the_line),)),
        Mistake("size-kept", SAYS_UNCHANGED, (_side(unchanged),)),
        Mistake(
            "padding-forgotten",
            SAYS_UNPADDED,
            (_side(unpadded),),
            lambda padding_before, padding_after: padding_before + padding_after > 0,
        ),
        Mistake(
            "rounded-down",
            Text("the size was rounded down: the last window was dropped", "大小向下取整了：丢掉了最后一个窗口"),
            (_side(places),),
            lambda rounding: rounding == "ceil",
        ),
        Mistake(
            "ceil-alone",
            Text(
                "a last window that starts beyond the input was kept: ceil alone is not the rule",
                "保留了起点已在输入之外的最后一个窗口：不能只用 ceil",
            ),
            (_side(_ceil_alone),),
            lambda rounding: rounding == "ceil",
        ),
    ),
    wider="pooling.shape",
)


def pooled_zeros(values: Given) -> tuple[Any, Any]:
    """Return an image of zeros and what the engine pools it to."""
    image = zeros(values.get("channels", 1), values["input_height"], values["input_width"])
    return image, max_pool(image, **options(values))


def _measured_shape(values: Given) -> tuple[int, ...]:
    maps, rows, columns = pooled_zeros(values)[1].shape
    return rows, columns, maps


def sample_shape(random: Random) -> dict[str, Any]:
    """Draw an input and a window."""
    return {
        "input": (random.randint(4, 30), random.randint(4, 30)),
        "channels": random.randint(1, 8),
        **sample_window(random),
    }


SHAPE = Quantity(
    slug="pooling.shape",
    title=Text("Shape after pooling", "汇聚之后的形状"),
    asks=Text("What shape does the pooled volume have?", "汇聚之后是什么形状？"),
    kind="shape",
    unit=Text("height × width × channels", "高 × 宽 × 通道"),
    symbols=(INPUT_HEIGHT, INPUT_WIDTH, DEPTH, *WINDOW_SYMBOLS),
    steps=(
        *SIZES,
        Step(
            MAPS,
            lambda channels: channels,
            Text(
                "Each channel is pooled by itself, so that their number stays {channels}.",
                "各通道分别汇聚，因此通道数仍为 {channels}。",
            ),
        ),
    ),
    answer=("rows", "columns", "maps"),
    conventions=(SIDE_BY_SIDE, FLOOR, HALF_AT_MOST, HWC),
    sample=sample_shape,
    example={"input": (28, 28, 6), "kernel": 2},
    oracle=_measured_shape,
    measures=Text("the engine pooled zeros and the shape was read off", "引擎对全零输入做汇聚后读出的形状"),
    source=Text("CS231n, pooling layer: W_2, H_2 and D_2 = D_1", "CS231n 汇聚层讲义：W_2、H_2 与 D_2 = D_1"),
    holds=FITS,
    mistakes=(
        STRIDE_ONE,
        BESIDE,
        UNPADDED,
        UNCHANGED,
        ROW_BY_ROW,
        Mistake("plus-one-forgotten", SAYS_PLUS_ONE_FORGOTTEN, sizes(less_one)),
        Mistake(
            "channels-pooled",
            Text(
                "the channels were divided as well, but each channel is pooled by itself",
                "把通道数也除了，其实各通道分别汇聚",
            ),
            (Step(MAPS, lambda channels, stride_height: channels / stride_height),),
            lambda channels, stride_height: stride_height > 1 and channels % stride_height == 0,
        ),
        Mistake(
            "channels-added",
            Text("the channels were added up to one, as a kernel does", "像卷积核那样把各通道加成了一个"),
            (Step(MAPS, lambda: 1),),
            lambda channels: channels > 1,
        ),
    ),
)


def _measured_share(values: Given) -> Fraction:
    image, map = pooled_zeros(values)
    return Fraction(map.size, image.size)


KEPT_SHARE = replace(
    SHAPE,
    slug="pooling.kept",
    title=Text("Share of the values that pooling keeps", "汇聚保留的值的比例"),
    asks=Text("What share of the values is left after pooling?", "汇聚之后剩下的值占多大比例？"),
    kind="number",
    unit=NO_UNIT,
    symbols=(INPUT_HEIGHT, INPUT_WIDTH, *WINDOW_SYMBOLS),
    steps=(
        *SIZES,
        Step(
            KEPT,
            lambda rows, columns, input_height, input_width: rows * columns / (input_height * input_width),
            Text(
                "So many values come out of each map, and so many went in; the rest is discarded.",
                "即每张特征图输出的值的个数与输入的值的个数之比；其余的被丢弃。",
            ),
        ),
    ),
    answer=(),
    conventions=(SIDE_BY_SIDE, FLOOR, HALF_AT_MOST),
    sample=lambda random: {
        "input": random.choice([(4, 4), (6, 6), (8, 8), (12, 12), (7, 9), (13, 13), (6, 10)]),
        **sample_window(random),
    },
    example={"input": (28, 28), "kernel": 2},
    oracle=_measured_share,
    measures=Text(
        "the engine pooled zeros; the values before and after were counted", "引擎对全零输入做汇聚，数出前后的值的个数"
    ),
    source=Text("CS231n, pooling layer: 2×2 with stride 2 discards 75 %", "CS231n 汇聚层讲义：2×2、步幅 2 丢弃 75%"),
    mistakes=(
        STRIDE_ONE,
        BESIDE,
        UNPADDED,
        Mistake(
            "share-discarded",
            Text("that is the share that is discarded", "这是被丢弃的比例"),
            (
                Step(
                    KEPT,
                    lambda rows, columns, input_height, input_width: 1 - rows * columns / (input_height * input_width),
                ),
            ),
        ),
        Mistake(
            "one-side-only",
            Text("only one side was compared, not the area", "只比较了一条边，而不是面积"),
            (Step(KEPT, lambda columns, input_width: columns / input_width),),
            lambda rows, input_height: rows != input_height,
        ),
    ),
)
