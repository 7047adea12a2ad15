"""The two-dimensional convolution of the slides: the kernel is flipped."""

from dataclasses import replace
from random import Random
from typing import Any

import numpy as np

from cnnmath.engine import convolve, correlate, influence, ones
from cnnmath.expression import padded, totals
from cnnmath.model import Alternative, Given, Integers, Mistake, Numbers, Quantity, Step, Symbol, Topic
from cnnmath.text import Text
from cnnmath.topics.output_size import (
    COLUMNS,
    FITS,
    LESS_ONE,
    MAP_STEPS,
    ROWS,
    SAYS_LAST_WINDOW_LOST,
    UNSTRIDED,
    engine_options,
    places,
    starts_below_quotient,
)
from cnnmath.topics.padding import SAYS_EDGES_REPEATED, edges_repeated
from cnnmath.vocabulary import (
    CELLS_FROM_ZERO,
    DILATIONS,
    FLIPPED,
    FROM_ONE,
    IMAGE,
    IMAGE_HEIGHT,
    IMAGE_WIDTH,
    KERNEL_HEIGHT,
    KERNEL_WIDTH,
    NO_UNIT,
    NOT_FLIPPED,
    PADDINGS,
    STRIDES,
    WEIGHTS,
    WEIGHTS_HEIGHT,
    WEIGHTS_WIDTH,
    quiet,
)

ROW = Symbol(
    "row", ("r", "r", "r"), Text("row of the map, from 0", "特征图元素的行下标，从 0 开始"), domain=Integers(0)
)
COLUMN = Symbol(
    "column", ("c", "c", "c"), Text("column of the map, from 0", "特征图元素的列下标，从 0 开始"), domain=Integers(0)
)
I = Symbol("i", ("i", "i", "i"), Text("row of the padded input, from 1", "填充后输入的行下标，从 1 开始"))  # noqa: E741
J = Symbol("j", ("j", "j", "j"), Text("column of the padded input, from 1", "填充后输入的列下标，从 1 开始"))
PADDED = replace(IMAGE, name="padded", word="", letters=("x̃", "x̃", "x̃"), meaning=Text("padded input", "填充后的输入"))
OUTPUT = Symbol("output", ("y", "y", "y"), Text("feature map", "特征图"), domain=Numbers())

CELLS = ((ROW, "rows"), (COLUMN, "columns"))
MAP_SYMBOLS = (
    IMAGE,
    WEIGHTS,
    *quiet(*PADDINGS, *STRIDES),
    *DILATIONS,
    IMAGE_HEIGHT,
    IMAGE_WIDTH,
    WEIGHTS_HEIGHT,
    WEIGHTS_WIDTH,
)
PAD_STEP = Step(
    PADDED,
    lambda input, padding_top, padding_bottom, padding_left, padding_right: padded(
        input, (padding_top, padding_bottom), (padding_left, padding_right)
    ),
    Text("Zeros are put around the input first.", "先在输入四周补零。"),
)
I_STEP = Step(
    I,
    lambda row, stride_height, span_height: span_height + stride_height * row,
    Text(
        "The window of this cell ends at row {i}, the padding counted; the first one ends where the kernel first fits.",
        "该元素的窗口止于第 {i} 行（计入填充）；首个窗口止于卷积核刚好放得下之处。",
    ),
)
J_STEP = Step(
    J,
    lambda column, stride_width, span_width: span_width + stride_width * column,
    Text("The window of this cell ends at column {j}, the padding counted.", "该元素的窗口止于第 {j} 列（计入填充）。"),
)


def flipped_sum(
    kernel: Any,
    padded: Any,
    i: Any,
    j: Any,
    kernel_height: Any,
    kernel_width: Any,
    dilation_height: Any,
    dilation_width: Any,
) -> Any:
    """Return the slides' double sum; a dilation spreads the subscripts that the kernel meets."""
    return totals(
        lambda u, v: (
            kernel[u, v]
            * padded[
                i - dilation_height * u + dilation_height,
                j - dilation_width * v + dilation_width,
            ]
        ),
        kernel_height,
        kernel_width,
    )


def unflipped_sum(
    kernel: Any,
    padded: Any,
    i: Any,
    j: Any,
    kernel_height: Any,
    kernel_width: Any,
    dilation_height: Any,
    dilation_width: Any,
    span_height: Any,
    span_width: Any,
) -> Any:
    """Return the sum without the flip over the same window, which ends at (i, j)."""
    return totals(
        lambda u, v: (
            kernel[u, v]
            * padded[
                i - span_height + dilation_height * u - dilation_height + 1,
                j - span_width + dilation_width * v - dilation_width + 1,
            ]
        ),
        kernel_height,
        kernel_width,
    )


WINDOW_STEPS = (PAD_STEP, *MAP_STEPS, I_STEP, J_STEP)
SUM = Text(
    "Multiply each kernel value by the input value it meets and add the products.",
    "卷积核的每个值与它所对应的输入值相乘，再把乘积相加。",
)


def measured(values: Given) -> Any:
    """Run the engine's convolution on the image itself."""
    return convolve(np.asarray(values["input"]), np.asarray(values["kernel"]), **engine_options(values))


def measured_unflipped(values: Given) -> Any:
    """Run the engine's cross-correlation on the image itself."""
    return correlate(np.asarray(values["input"]), np.asarray(values["kernel"]), **engine_options(values))


def image(random: Random, height: int, width: int, low: int = 0, high: int = 3) -> list[list[int]]:
    """Draw rows of small whole numbers."""
    return [[random.randint(low, high) for _ in range(width)] for _ in range(height)]


def sample(random: Random) -> dict[str, Any]:
    """Draw an image, a kernel that looks different when flipped, and how the kernel moves."""
    kernel_height, kernel_width = random.randint(1, 3), random.randint(1, 3)
    return {
        "input": image(random, random.randint(3, 6), random.randint(3, 6)),
        "kernel": image(random, kernel_height, kernel_width, -2, 2),
        "stride": random.choice([1, 1, 2, (2, 1)]),
        "padding": random.choice([0, 0, 1, (1, 0), (0, 1, 1, 0)]),
        "dilation": random.choice([1, 1, 1, 2]),
    }


PADDING_FORGOTTEN = Mistake(
    "padding-forgotten",
    Text("the padding was forgotten: the map is too small", "忘记了填充：特征图偏小"),
    (
        Step(PADDED, lambda input: input),
        Step(
            ROWS,
            lambda input_height, span_height, stride_height: places(input_height, span_height, 0, 0, stride_height),
        ),
        Step(
            COLUMNS, lambda input_width, span_width, stride_width: places(input_width, span_width, 0, 0, stride_width)
        ),
    ),
    lambda padding_top, padding_bottom, padding_left, padding_right: (
        padding_top + padding_bottom + padding_left + padding_right > 0
    ),
)
STRIDE_FORGOTTEN = Mistake(
    "stride-forgotten",
    Text("the stride was forgotten: the kernel moved one value at a time", "忘记了步幅：卷积核每次只移动一格"),
    (
        *UNSTRIDED,
        Step(I, lambda row, span_height: span_height + row),
        Step(J, lambda column, span_width: span_width + column),
    ),
    lambda stride_height, stride_width: stride_height * stride_width > 1,
)
LAST_PLACE_FORGOTTEN = Mistake(
    "last-place-forgotten",
    Text("the last row and column of the map are missing: the + 1 was forgotten", "特征图少了最后一行一列：忘记了 + 1"),
    LESS_ONE,
    lambda rows, columns: rows > 1 and columns > 1,
)
EDGES_REPEATED = Mistake(
    "edges-repeated",
    SAYS_EDGES_REPEATED,
    (
        Step(
            PADDED,
            lambda input, padding_top, padding_bottom, padding_left, padding_right: edges_repeated(
                input, (padding_top, padding_bottom), (padding_left, padding_right)
            ),
        ),
    ),
    PADDING_FORGOTTEN.applies,
)
LAST_WINDOW_LOST = Mistake(
    "last-window-lost",
    SAYS_LAST_WINDOW_LOST,
    (
        Step(
            ROWS,
            lambda input_height, span_height, stride_height: min(
                starts_below_quotient(input_height, stride_height),
                places(input_height, span_height, 0, 0, stride_height),
            ),
        ),
        Step(
            COLUMNS,
            lambda input_width, span_width, stride_width: min(
                starts_below_quotient(input_width, stride_width), places(input_width, span_width, 0, 0, stride_width)
            ),
        ),
    ),
    lambda stride_height, stride_width, padding_top, padding_bottom, padding_left, padding_right: (
        stride_height * stride_width > 1 and padding_top + padding_bottom + padding_left + padding_right == 0
    ),
)
TRANSPOSED = Mistake(
    "kernel-transposed",
    Text("the kernel was transposed instead of rotated by 180°", "把卷积核转置了，而不是旋转 180°"),
    (
        Step(
            OUTPUT,
            lambda kernel, padded, i, j, kernel_height, kernel_width, dilation_height, dilation_width: totals(
                lambda u, v: (
                    kernel[v, u]
                    * padded[i - dilation_height * (kernel_height - u), j - dilation_width * (kernel_width - v)]
                ),
                kernel_height,
                kernel_width,
            ),
        ),
    ),
    lambda kernel_height, kernel_width: kernel_height == kernel_width > 1,
)
HALF_FLIPPED = Mistake(
    "flipped-once",
    Text("the kernel was flipped left to right only, not top to bottom", "卷积核只左右翻转，没有上下翻转"),
    (
        Step(
            OUTPUT,
            lambda kernel, padded, i, j, kernel_height, kernel_width, dilation_height, dilation_width: totals(
                lambda u, v: (
                    kernel[u, v] * padded[i - dilation_height * (kernel_height - u), j - dilation_width * (v - 1)]
                ),
                kernel_height,
                kernel_width,
            ),
        ),
    ),
    lambda kernel_height: kernel_height > 1,
)

EXAMPLE = {
    "input": [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]],
    "kernel": [[1, 0, 1], [0, 1, 0], [1, 0, 1]],
}
"""The slides' 5×5 image and 3×3 kernel."""

CONV = Quantity(
    slug="conv",
    title=Text("Two-dimensional convolution", "二维卷积"),
    asks=Text("What feature map does the convolution give?", "卷积得到怎样的特征图？"),
    kind="array",
    unit=NO_UNIT,
    symbols=MAP_SYMBOLS,
    steps=(*WINDOW_STEPS, Step(OUTPUT, flipped_sum, SUM, ("i", "j"))),
    cells=CELLS,
    conventions=(FLIPPED, FROM_ONE, CELLS_FROM_ZERO),
    sample=sample,
    example=EXAMPLE,
    oracle=measured,
    measures=Text("the engine's convolution of the same arrays", "引擎对同样的数组做卷积"),
    source=Text("slides, the two-dimensional sum; nndl 5.6", "课件，二维求和式；nndl 5.6"),
    holds=FITS,
    alternatives=(
        Alternative(NOT_FLIPPED, (Step(OUTPUT, unflipped_sum, SUM, ("i", "j")),), oracle=measured_unflipped),
    ),
    mistakes=(
        PADDING_FORGOTTEN,
        EDGES_REPEATED,
        STRIDE_FORGOTTEN,
        LAST_PLACE_FORGOTTEN,
        LAST_WINDOW_LOST,
        HALF_FLIPPED,
        TRANSPOSED,
    ),
    wider="channels",
)


def _first(kernel_height: int, kernel_width: int) -> tuple[int, int]:
    """Find the last input value, counted from 1, that the first cell of a map is made of."""
    shape = (kernel_height + 1, kernel_width + 1)
    read = np.argwhere(influence(lambda x: convolve(x, ones(kernel_height, kernel_width)), shape, (0, 0)))
    row, column = read.max(axis=0) + 1
    return int(row), int(column)


FIRST = Quantity(
    slug="conv.first",
    title=Text("The first subscript of the convolution", "卷积的起始下标"),
    asks=Text("At which (i, j) does the output of the sum start?", "求和式的输出下标 (i, j) 从哪里开始？"),
    kind="shape",
    unit=NO_UNIT,
    subscripts=True,
    symbols=(KERNEL_HEIGHT, KERNEL_WIDTH),
    steps=(
        Step(
            I,
            lambda kernel_height: kernel_height,
            Text(
                "The smallest row that the sum reads, for the kernel's last row, must be at least 1.",
                "求和式读取的最小行下标（对应卷积核的最后一行）至少为 1。",
            ),
        ),
        Step(
            J,
            lambda kernel_width: kernel_width,
            Text(
                "Likewise the smallest column that the sum reads must be at least 1.",
                "同理，求和式读取的最小列下标至少为 1。",
            ),
        ),
    ),
    answer=("i", "j"),
    conventions=(FLIPPED, FROM_ONE),
    sample=lambda random: {"kernel": (random.randint(1, 6), random.randint(1, 6))},
    example={"kernel": (3, 3)},
    oracle=_first,
    measures=Text(
        "a NaN in each input value in turn shows which ones reach the first cell",
        "依次把每个输入值设为 NaN，看哪些会影响首个元素",
    ),
    source=Text("slides, below the two-dimensional sum", "课件，二维求和式之下"),
    mistakes=(
        Mistake(
            "starts-at-one",
            Text(
                "the output was started at 1, where the sum would read values before the input",
                "从 1 开始，此时求和式会读到输入之外",
            ),
            (Step(I, lambda: 1), Step(J, lambda: 1)),
            lambda kernel_height, kernel_width: kernel_height * kernel_width > 1,
        ),
        Mistake(
            "starts-after-kernel",
            Text("the output was started one value too late", "起始位置晚了一个"),
            (Step(I, lambda kernel_height: kernel_height + 1), Step(J, lambda kernel_width: kernel_width + 1)),
        ),
        Mistake(
            "sides-swapped",
            Text("row and column were swapped", "行与列写反了"),
            (Step(I, lambda kernel_width: kernel_width), Step(J, lambda kernel_height: kernel_height)),
            lambda kernel_height, kernel_width: kernel_height != kernel_width,
        ),
    ),
)

TOPIC = Topic(
    slug="conv",
    place=20,
    title=Text("Convolution", "卷积"),
    idea=Text(
        "One small kernel looks for the same pattern everywhere: it slides over the input, and each stop gives one value.",
        "一个小卷积核在各处寻找同一种模式：它在输入上滑动，每停一处得到一个值。",
    ),
    quantities=(CONV, FIRST),
)
