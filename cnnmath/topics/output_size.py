"""How large a feature map is: one side, or height and width."""

from collections.abc import Callable
from dataclasses import replace
from math import ceil, floor
from random import Random
from typing import Any

from cnnmath.engine import correlate, max_pool, zeros
from cnnmath.expression import minimum
from cnnmath.model import Alternative, Choices, Condition, Given, Mistake, Quantity, Step, Symbol, Topic
from cnnmath.text import Text
from cnnmath.vocabulary import (
    CEIL,
    DILATION,
    DILATION_FROM_ONE,
    DILATION_FROM_ZERO,
    DILATIONS,
    FLOOR,
    INPUT,
    INPUT_HEIGHT,
    INPUT_WIDTH,
    KERNEL,
    KERNEL_HEIGHT,
    KERNEL_WIDTH,
    PADDING_AFTER,
    PADDING_BEFORE,
    PADDINGS,
    PER_SIDE,
    PIXELS,
    STRIDE,
    STRIDES,
    span,
)

OUTPUT = Symbol("output", ("N'", "W_2", "L_out"), Text("output size", "输出大小"), unit=PIXELS)
SPAN = Symbol("span", ("K'", "F'", "k'"), Text("size of the dilated kernel", "膨胀后卷积核的大小"))
ROWS = Symbol("rows", ("M'", "H_2", "H_out"), Text("output height", "输出高度"))
COLUMNS = Symbol("columns", ("N'", "W_2", "W_out"), Text("output width", "输出宽度"))
SPAN_HEIGHT = Symbol("span_height", ("U'", "F_h'", "k_h'"), Text("height of the dilated kernel", "膨胀后卷积核的高度"))
SPAN_WIDTH = Symbol("span_width", ("V'", "F_w'", "k_w'"), Text("width of the dilated kernel", "膨胀后卷积核的宽度"))
ROUNDING = Symbol(
    "rounding", ("rounding", "rounding", "ceil_mode"), Text("rounding", "取整方式"),
    word="rounding", domain=Choices(("floor", "ceil")), default="floor", quiet=True,
)  # fmt: skip

DILATED = Text(
    "Dilation leaves gaps between the kernel's values, so that {kernel} values span {span}.",
    "膨胀在卷积核的值之间留出间隔，使 {kernel} 个值跨越 {span} 个位置。",
)
DILATED_HEIGHT = Text(
    "Dilation leaves gaps between the kernel's rows, so that {kernel_height} rows span {span_height}.",
    "膨胀在卷积核的行之间留出间隔，使 {kernel_height} 行跨越 {span_height} 行。",
)
DILATED_WIDTH = Text(
    "Dilation leaves gaps between the kernel's columns, so that {kernel_width} columns span {span_width}.",
    "膨胀在卷积核的列之间留出间隔，使 {kernel_width} 列跨越 {span_width} 列。",
)


def both(before: Any, after: Any) -> Any:
    """Return the zeros of both sides: twice one side where they are the same."""
    return 2 * before if before == after else before + after


def places(input: Any, span: Any, before: Any, after: Any, stride: Any) -> Any:
    """Return how many places a kernel of this span has along one axis (Dumoulin & Visin, relationship 6)."""
    return floor((input - span + both(before, after)) / stride) + 1


def places_up(input: Any, span: Any, before: Any, after: Any, stride: Any) -> Any:
    """Return the places with ceil: the last window must start inside the input or its left padding."""
    return minimum(ceil((input - span + both(before, after)) / stride) + 1, ceil((input + before) / stride))


def _rule(rounding: Any) -> Callable[..., Any]:
    return places_up if rounding == "ceil" else places


def _side(input: Any, span: Any, padding_before: Any, padding_after: Any, stride: Any, rounding: Any) -> Any:
    return _rule(rounding)(input, span, padding_before, padding_after, stride)


SPAN_STEP = Step(SPAN, span, DILATED)
SPAN_STEPS = (
    Step(SPAN_HEIGHT, lambda kernel_height, dilation_height: span(kernel_height, dilation_height), DILATED_HEIGHT),
    Step(SPAN_WIDTH, lambda kernel_width, dilation_width: span(kernel_width, dilation_width), DILATED_WIDTH),
)


def _both_sides(rule: Callable[..., Any]) -> tuple[Step, Step]:
    """Return the steps that count rows and columns by `rule`, which is called as `places` is."""
    return (
        Step(
            ROWS,
            lambda input_height, span_height, padding_top, padding_bottom, stride_height: rule(
                input_height, span_height, padding_top, padding_bottom, stride_height
            ),
            Text("The kernel has this many places from top to bottom.", "即卷积核从上到下可放的位置数。"),
        ),
        Step(
            COLUMNS,
            lambda input_width, span_width, padding_left, padding_right, stride_width: rule(
                input_width, span_width, padding_left, padding_right, stride_width
            ),
            Text("The kernel has this many places from left to right.", "即卷积核从左到右可放的位置数。"),
        ),
    )


MAP_STEPS = (*SPAN_STEPS, *_both_sides(places))
"""How many rows and columns a map has; shared by every topic whose answer is a map."""

FITS_HEIGHT = Condition(
    lambda rows: rows >= 1,
    Text(
        "the kernel spans {span_height} rows, more than the padded input has: pad more or use a smaller kernel.",
        "卷积核跨越 {span_height} 行，超过了填充后输入的行数：请增加填充或减小卷积核。",
    ),
)
FITS_WIDTH = Condition(
    lambda columns: columns >= 1,
    Text(
        "the kernel spans {span_width} columns, more than the padded input has: pad more or use a smaller kernel.",
        "卷积核跨越 {span_width} 列，超过了填充后输入的列数：请增加填充或减小卷积核。",
    ),
)
FITS = (FITS_HEIGHT, FITS_WIDTH)


def measured_side(
    input: int, kernel: int, padding_before: int, padding_after: int, stride: int, dilation: int, rounding: str
) -> int:
    """Run the engine along one axis and look at the length of what comes out."""
    if rounding == "ceil":  # only pooling rounds up; what lies before the input is input to it, as for the rule
        x, padding = zeros(padding_before + input), ((0, padding_after),)
        return len(max_pool(x, (kernel,), stride=(stride,), padding=padding, dilation=dilation, ceil=True))
    padding = ((padding_before, padding_after),)
    return len(correlate(zeros(input), zeros(kernel), stride=stride, padding=padding, dilation=dilation))


def engine_options(values: Given) -> dict[str, Any]:
    """Return how the engine is told the stride, padding and dilation of a map."""
    return {
        "stride": (values["stride_height"], values["stride_width"]),
        "padding": (
            (values["padding_top"], values["padding_bottom"]),
            (values["padding_left"], values["padding_right"]),
        ),
        "dilation": (values.get("dilation_height", 1), values.get("dilation_width", 1)),
    }


def measured_map(values: Given) -> tuple[int, ...]:
    """Run the engine on an image of zeros and look at the shape of what comes out."""
    return correlate(
        zeros(values["input_height"], values["input_width"]),
        zeros(values["kernel_height"], values["kernel_width"]),
        **engine_options(values),
    ).shape


def _sample_side(random: Random) -> dict[str, Any]:
    rounding = random.choice(["floor", "floor", "ceil"])
    kernel = random.randint(1, 7)
    return {
        "input": random.randint(5, 64),
        "kernel": kernel,
        "stride": random.randint(1, 4),
        "padding": random.randint(0, kernel // 2 if rounding == "ceil" else 3),
        "dilation": random.choice([1, 1, 2, 3]),
        "rounding": rounding,
    }


def _sample_map(random: Random) -> dict[str, Any]:
    return {
        "input": (random.randint(5, 40), random.randint(5, 40)),
        "kernel": (random.randint(1, 5), random.randint(1, 5)),
        "stride": random.choice([1, 2, 3, (2, 1), (1, 3)]),
        "padding": random.choice([0, 1, 2, (1, 0), (0, 1, 2, 1)]),
        "dilation": random.choice([1, 1, 2]),
    }


def _padding_once(input: Any, span: Any, padding_before: Any, stride: Any) -> Any:
    return places(input, span, padding_before, 0, stride)


def _padding_forgotten(input: Any, span: Any, stride: Any, rounding: Any) -> Any:
    return _rule(rounding)(input, span, 0, 0, stride)


def _steps_not_places(
    input: Any, span: Any, padding_before: Any, padding_after: Any, stride: Any, rounding: Any
) -> Any:
    return _rule(rounding)(input, span, padding_before, padding_after, stride) - 1


def _stride_plus_one(input: Any, span: Any, padding_before: Any, padding_after: Any, stride: Any, rounding: Any) -> Any:
    return _rule(rounding)(input, span, padding_before, padding_after, stride + 1) - 1


def _stride_forgotten(input: Any, span: Any, padding_before: Any, padding_after: Any, rounding: Any) -> Any:
    return _rule(rounding)(input, span, padding_before, padding_after, 1)


def _padding_doubled(input: Any, span: Any, padding_before: Any, padding_after: Any, stride: Any, rounding: Any) -> Any:
    return _rule(rounding)(input, span, 2 * padding_before, 2 * padding_after, stride)


def _not_rounded(input: Any, span: Any, padding_before: Any, padding_after: Any, stride: Any) -> Any:
    return (input - span + both(padding_before, padding_after)) / stride + 1


_SAYS_PADDING_ONCE = Text("the padding was added once, not on both sides", "只加了一次填充，而不是两侧都加")
SAYS_PLUS_ONE_FORGOTTEN = Text("the + 1 for the first place was forgotten", "忘记了首个位置对应的 + 1")
SAYS_STRIDE_PLUS_ONE = Text("the + 1 went below the line: divided by stride + 1", "把 + 1 写进了分母：除以 步幅 + 1")
_SAYS_PADDING_DOUBLED = Text(
    "the padding was doubled on each side: a total for both sides was taken for one side's",
    "每侧的填充都加倍了：把两侧的总数当成了一侧的个数",
)
_SAYS_SIZE_KEPT = Text(
    "the padding was taken to keep the size, which takes half of (kernel − 1) on each side",
    "以为填充使大小保持不变；那需要每侧补 (卷积核大小 − 1) 的一半",
)
_SAYS_STRIDE_FORGOTTEN = Text("the stride was forgotten", "忘记了步幅")
_MISTAKES = (
    Mistake(
        "padding-once",
        _SAYS_PADDING_ONCE,
        (Step(OUTPUT, _padding_once),),
        lambda padding_before, padding_after, rounding: padding_before == padding_after > 0 and rounding == "floor",
    ),
    Mistake(
        "padding-forgotten",
        Text("the padding was forgotten", "忘记了填充"),
        (Step(OUTPUT, _padding_forgotten),),
        lambda padding_before, padding_after: padding_before + padding_after > 0,
    ),
    Mistake(
        "padding-doubled",
        _SAYS_PADDING_DOUBLED,
        (Step(OUTPUT, _padding_doubled),),
        lambda padding_before, padding_after: padding_before + padding_after > 0,
    ),
    Mistake(
        "size-kept",
        _SAYS_SIZE_KEPT,
        (Step(OUTPUT, lambda input, stride: ceil(input / stride)),),
        lambda padding_before, padding_after: padding_before + padding_after > 0,
    ),
    Mistake(
        "plus-one-forgotten",
        SAYS_PLUS_ONE_FORGOTTEN,
        (Step(OUTPUT, _steps_not_places),),
    ),
    Mistake(
        "stride-plus-one",
        SAYS_STRIDE_PLUS_ONE,
        (Step(OUTPUT, _stride_plus_one),),
    ),
    Mistake(
        "stride-forgotten",
        _SAYS_STRIDE_FORGOTTEN,
        (Step(OUTPUT, _stride_forgotten),),
        lambda stride: stride > 1,
    ),
    Mistake(
        "rounding-forgotten",
        Text("the quotient was not rounded to a whole number", "商没有取整"),
        (Step(OUTPUT, _not_rounded),),
        lambda stride: stride > 1,
    ),
    Mistake(
        "dilation-forgotten",
        Text("the dilation was forgotten", "忘记了膨胀"),
        (Step(SPAN, lambda kernel: kernel),),
        lambda kernel, dilation: dilation > 1 and kernel > 1,
    ),
    Mistake(
        "dilation-multiplied",
        Text("the kernel was taken as dilation × kernel", "把卷积核当作 膨胀率 × 卷积核大小"),
        (Step(SPAN, lambda kernel, dilation: dilation * kernel),),
        lambda dilation: dilation > 1,
    ),
)

OUTPUT_SIZE = Quantity(
    slug="output-size",
    title=Text("Output size along one side", "一条边的输出大小"),
    asks=Text("How many values does the feature map have along this side?", "特征图在这条边上有多少个值？"),
    kind="number",
    unit=PIXELS,
    symbols=(INPUT, KERNEL, PADDING_BEFORE, PADDING_AFTER, STRIDE, DILATION, ROUNDING),
    steps=(
        SPAN_STEP,
        Step(
            OUTPUT,
            _side,
            Text(
                "The kernel starts at the first value; what is left beyond it, divided by the stride and rounded, is how often "
                "it moves on.",
                "卷积核先放在开头；剩余的长度除以步幅再取整，就是它移动的次数。",
            ),
        ),
    ),
    conventions=(
        PER_SIDE,
        replace(FLOOR, applies=lambda rounding: rounding == "floor"),
        replace(CEIL, applies=lambda rounding: rounding == "ceil"),
        DILATION_FROM_ONE,
    ),
    sample=_sample_side,
    example={"input": 28, "kernel": 5, "stride": 2, "padding": 1},
    oracle=measured_side,
    measures=Text("the engine ran it and the result was counted", "引擎实际运行后数出的结果"),
    source=Text(
        "nndl 5.1.2; Dumoulin & Visin 2016, relationships 6 and 15; CS231n, convolutional networks",
        "nndl 5.1.2；Dumoulin & Visin 2016，关系式 6 与 15；CS231n 卷积网络讲义",
    ),
    holds=(
        Condition(
            lambda output: output >= 1,
            Text(
                "the kernel spans {span} values and the padded input has fewer (input {input}, padding {padding_before} "
                "and {padding_after}): pad more or use a smaller kernel.",
                "卷积核跨越 {span} 个值，而填充后的输入不足（输入 {input}，填充 {padding_before} 与 "
                "{padding_after}）：请增加填充或减小卷积核。",
            ),
        ),
    ),
    alternatives=(
        Alternative(
            CEIL,
            (
                Step(
                    OUTPUT,
                    lambda input, span, padding_before, padding_after, stride: places_up(
                        input, span, padding_before, padding_after, stride
                    ),
                    Text("a last window that sticks out is kept", "保留伸出边界的最后一个窗口"),
                ),
            ),
            lambda rounding: rounding == "floor",
        ),
        Alternative(
            DILATION_FROM_ZERO,
            (Step(SPAN, lambda kernel, dilation: (dilation + 1) * (kernel - 1) + 1),),
            lambda dilation: dilation > 1,
        ),
    ),
    mistakes=_MISTAKES,
    wider="output-size.shape",
)


def _once(input: Any, span: Any, before: Any, after: Any, stride: Any) -> Any:
    return places(input, span, before, 0, stride)


def _less_one(input: Any, span: Any, before: Any, after: Any, stride: Any) -> Any:
    return places(input, span, before, after, stride) - 1


def _unstrided(input: Any, span: Any, before: Any, after: Any, stride: Any) -> Any:
    return places(input, span, before, after, 1)


def _doubled(input: Any, span: Any, before: Any, after: Any, stride: Any) -> Any:
    return places(input, span, 2 * before, 2 * after, stride)


def _below_the_line(input: Any, span: Any, before: Any, after: Any, stride: Any) -> Any:
    return places(input, span, before, after, stride + 1) - 1


def _kept(input: Any, span: Any, before: Any, after: Any, stride: Any) -> Any:
    return ceil(input / stride)


def _any_padding(padding_top: Any, padding_bottom: Any, padding_left: Any, padding_right: Any) -> bool:
    return bool(padding_top + padding_bottom + padding_left + padding_right > 0)


def starts_below_quotient(input: Any, stride: Any) -> Any:
    """Return how many of the starts 0, S, 2S ... lie below N / S, where a loop that runs so far ends."""
    return -(-floor(input / stride) // stride)


SAYS_LAST_WINDOW_LOST = Text(
    "the starts were counted up to length / stride, so that windows at the end are lost",
    "起点只数到 长度 / 步幅，末尾的窗口丢失了",
)
LESS_ONE = _both_sides(_less_one)
"""The rows and columns of a map whose last place was forgotten."""
UNSTRIDED = _both_sides(_unstrided)
"""The rows and columns of a map whose stride was forgotten."""

_SWAPPED = (replace(MAP_STEPS[3], symbol=ROWS), replace(MAP_STEPS[2], symbol=COLUMNS))

SHAPE = Quantity(
    slug="output-size.shape",
    title=Text("Output height and width", "输出的高度与宽度"),
    asks=Text("How many rows and columns does the feature map have?", "特征图有多少行、多少列？"),
    kind="shape",
    unit=Text("height × width", "高 × 宽"),
    symbols=(INPUT_HEIGHT, INPUT_WIDTH, KERNEL_HEIGHT, KERNEL_WIDTH, *PADDINGS, *STRIDES, *DILATIONS),
    steps=MAP_STEPS,
    answer=("rows", "columns"),
    conventions=(PER_SIDE, FLOOR, DILATION_FROM_ONE),
    sample=_sample_map,
    example={"input": (28, 28), "kernel": (3, 5), "stride": 2, "padding": 1},
    oracle=measured_map,
    measures=Text("the engine ran it and the rows and columns were counted", "引擎实际运行后数出的行数与列数"),
    source=OUTPUT_SIZE.source,
    holds=FITS,
    alternatives=(
        Alternative(
            DILATION_FROM_ZERO,
            (
                Step(SPAN_HEIGHT, lambda kernel_height, dilation_height: span(kernel_height, dilation_height + 1)),
                Step(SPAN_WIDTH, lambda kernel_width, dilation_width: span(kernel_width, dilation_width + 1)),
            ),
            lambda dilation_height, dilation_width: dilation_height > 1 and dilation_width > 1,
        ),
    ),
    mistakes=(
        Mistake(
            "padding-once",
            _SAYS_PADDING_ONCE,
            _both_sides(_once),
            lambda padding_top, padding_bottom, padding_left, padding_right: (
                padding_top == padding_bottom and padding_left == padding_right and padding_top + padding_left > 0
            ),
        ),
        Mistake("padding-doubled", _SAYS_PADDING_DOUBLED, _both_sides(_doubled), _any_padding),
        Mistake("size-kept", _SAYS_SIZE_KEPT, _both_sides(_kept), _any_padding),
        Mistake("plus-one-forgotten", SAYS_PLUS_ONE_FORGOTTEN, LESS_ONE),
        Mistake("stride-plus-one", SAYS_STRIDE_PLUS_ONE, _both_sides(_below_the_line)),
        Mistake(
            "stride-forgotten",
            _SAYS_STRIDE_FORGOTTEN,
            UNSTRIDED,
            lambda stride_height, stride_width: stride_height * stride_width > 1,
        ),
        Mistake("sides-swapped", Text("height and width were swapped", "高度与宽度写反了"), _SWAPPED),
    ),
    wider="channels.maps",
)

TOPIC = Topic(
    slug="output-size",
    place=50,
    title=Text("Output size", "输出大小"),
    idea=Text(
        "A kernel that slides over an input has only so many places. Counting them gives the size of the feature map.",
        "卷积核在输入上滑动，可放的位置数是有限的；数出这些位置，就得到特征图的大小。",
    ),
    quantities=(OUTPUT_SIZE, SHAPE),
)
