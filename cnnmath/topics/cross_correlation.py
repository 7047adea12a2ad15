"""Cross-correlation: the sum that frameworks compute, without the flip, and what ties it to convolution."""

from dataclasses import replace
from random import Random
from typing import Any

import numpy as np

from cnnmath.engine import correlate
from cnnmath.expression import totals
from cnnmath.grid import Grid
from cnnmath.model import Alternative, Given, Mistake, Numbers, Quantity, Step, Symbol, Topic
from cnnmath.text import Text
from cnnmath.topics.conv import (
    COLUMN,
    CONV,
    EDGES_REPEATED,
    EXAMPLE,
    I_STEP,
    J_STEP,
    LAST_PLACE_FORGOTTEN,
    LAST_WINDOW_LOST,
    OUTPUT,
    PAD_STEP,
    PADDING_FORGOTTEN,
    ROW,
    STRIDE_FORGOTTEN,
    SUM,
    image,
    measured_unflipped,
    sample,
)
from cnnmath.topics.conv import measured as measured_convolution
from cnnmath.topics.output_size import MAP_STEPS, UNSTRIDED
from cnnmath.vocabulary import (
    CELLS_FROM_ZERO,
    DILATIONS,
    FLIPPED,
    FROM_ONE,
    NO_UNIT,
    NOT_FLIPPED,
    PADDINGS,
    STRIDES,
    WEIGHTS,
    WEIGHTS_HEIGHT,
    WEIGHTS_WIDTH,
)

START_STEPS = (
    replace(
        I_STEP,
        formula=lambda row, stride_height: 1 + stride_height * row,
        why=Text(
            "The window of this cell starts at row {i}, the padding counted.", "该元素的窗口始于第 {i} 行（计入填充）。"
        ),
    ),
    replace(
        J_STEP,
        formula=lambda column, stride_width: 1 + stride_width * column,
        why=Text(
            "The window of this cell starts at column {j}, the padding counted.",
            "该元素的窗口始于第 {j} 列（计入填充）。",
        ),
    ),
)


def correlation_sum(
    kernel: Any,
    padded: Any,
    i: Any,
    j: Any,
    kernel_height: Any,
    kernel_width: Any,
    dilation_height: Any,
    dilation_width: Any,
) -> Any:
    """Return the sum without the flip over the window that starts at (i, j) (nndl 5.7)."""
    return totals(
        lambda u, v: (
            kernel[u, v] * padded[i + dilation_height * u - dilation_height, j + dilation_width * v - dilation_width]
        ),
        kernel_height,
        kernel_width,
    )


def rotated_sum(
    kernel: Any,
    padded: Any,
    i: Any,
    j: Any,
    kernel_height: Any,
    kernel_width: Any,
    dilation_height: Any,
    dilation_width: Any,
) -> Any:
    """Return the cross-correlation with the kernel rotated by 180° (nndl 5.8)."""
    return totals(
        lambda u, v: (
            kernel[kernel_height - u + 1, kernel_width - v + 1]
            * padded[i + dilation_height * u - dilation_height, j + dilation_width * v - dilation_width]
        ),
        kernel_height,
        kernel_width,
    )


_UNFLIPPED = Step(OUTPUT, correlation_sum, SUM, ("i", "j"))
_ROTATED = Step(OUTPUT, rotated_sum, SUM, ("i", "j"))
_STRIDE_FORGOTTEN = replace(
    STRIDE_FORGOTTEN,
    steps=(
        *UNSTRIDED,
        replace(START_STEPS[0], formula=lambda row: 1 + row),
        replace(START_STEPS[1], formula=lambda column: 1 + column),
    ),
)


def _exchanged(
    kernel: Any,
    padded: Any,
    i: Any,
    j: Any,
    rows: Any,
    columns: Any,
    kernel_height: Any,
    kernel_width: Any,
    dilation_height: Any,
    dilation_width: Any,
) -> Any:
    """Return the wide sum of the kernel with the input: what the cell opposite has (nndl 5.10 and its erratum)."""
    return correlation_sum(
        kernel, padded, rows + 1 - i, columns + 1 - j, kernel_height, kernel_width, dilation_height, dilation_width
    )


def _wide(values: Given) -> bool:
    """Tell whether every overlap counts: stride 1, and on each side one zero less than the kernel has values."""
    sides = zip(PADDINGS, ("kernel_height", "kernel_height", "kernel_width", "kernel_width"), strict=True)
    moves = all(values[symbol.name] == 1 for symbol in (*STRIDES, *DILATIONS))
    return moves and all(values[side.name] == values[extent] - 1 for side, extent in sides)


EXCHANGED = Mistake(
    "operands-exchanged",
    Text(
        "input and kernel were exchanged: convolution allows it, cross-correlation turns the map by 180°",
        "输入与卷积核互换了：卷积可以互换，而互相关会使结果旋转 180°",
    ),
    (Step(OUTPUT, _exchanged),),
    _wide,
)


def _sample(random: Random) -> dict[str, Any]:
    """Draw as for the convolution, and sometimes so that every overlap counts."""
    drawn = sample(random)
    return {**drawn, "padding": "full", "stride": 1, "dilation": 1} if random.random() < 0.1 else drawn


_MISTAKES = (PADDING_FORGOTTEN, EDGES_REPEATED, _STRIDE_FORGOTTEN, LAST_PLACE_FORGOTTEN, LAST_WINDOW_LOST)
CROSS_CORRELATION = replace(
    CONV,
    slug="cross-correlation",
    title=Text("Two-dimensional cross-correlation", "二维互相关"),
    asks=Text("What feature map does the cross-correlation give?", "互相关得到怎样的特征图？"),
    steps=(PAD_STEP, *MAP_STEPS, *START_STEPS, _UNFLIPPED),
    conventions=(NOT_FLIPPED, FROM_ONE, CELLS_FROM_ZERO),
    oracle=measured_unflipped,
    measures=Text("the engine's cross-correlation of the same arrays", "引擎对同样的数组做互相关"),
    source=Text("nndl 5.7; frameworks call it convolution", "nndl 5.7；各框架称之为卷积"),
    alternatives=(Alternative(FLIPPED, (_ROTATED,), oracle=measured_convolution),),
    sample=_sample,
    mistakes=(*_MISTAKES, EXCHANGED),
    example={"input": EXAMPLE["input"], "kernel": [[1, 2], [3, 4]]},
    wider="",
)

BY_ROTATION = replace(
    CROSS_CORRELATION,
    slug="cross-correlation.rotated",
    title=Text("Convolution as cross-correlation with the rotated kernel", "用旋转后的卷积核做互相关来实现卷积"),
    asks=Text(
        "What does cross-correlation give after the kernel was rotated by 180°?",
        "把卷积核旋转 180° 之后，互相关的结果是什么？",
    ),
    steps=(PAD_STEP, *MAP_STEPS, *START_STEPS, _ROTATED),
    conventions=(FLIPPED, FROM_ONE, CELLS_FROM_ZERO),
    oracle=measured_convolution,
    measures=Text("the engine's convolution of the same arrays", "引擎对同样的数组做卷积"),
    source=Text("nndl 5.8: W ⊗ X = rot180(W) ∗ X", "nndl 5.8：W ⊗ X = rot180(W) ∗ X"),
    alternatives=(Alternative(NOT_FLIPPED, (_UNFLIPPED,), oracle=measured_unflipped),),
    mistakes=_MISTAKES,
)

ROTATED_KERNEL = Symbol("rotated", ("w'", "w'", "w'"), Text("rotated kernel", "旋转后的卷积核"), domain=Numbers())


def _impulse_response(kernel: Grid) -> Any:
    """Correlate a single 1 with the kernel: every kernel value appears where its flip puts it."""
    height, width = kernel.shape
    impulse = np.zeros((2 * height - 1, 2 * width - 1), dtype=int)
    impulse[height - 1, width - 1] = 1
    return correlate(impulse, np.asarray(kernel))


ROT180 = Quantity(
    slug="cross-correlation.rot180",
    title=Text("The kernel rotated by 180°", "旋转 180° 的卷积核"),
    asks=Text("What is the kernel after a rotation by 180°?", "卷积核旋转 180° 之后是什么？"),
    kind="array",
    unit=NO_UNIT,
    symbols=(WEIGHTS, WEIGHTS_HEIGHT, WEIGHTS_WIDTH),
    steps=(
        Step(Symbol("rows", ("R", "R", "R"), Text("rows", "行数")), lambda kernel_height: kernel_height),
        Step(Symbol("columns", ("C", "C", "C"), Text("columns", "列数")), lambda kernel_width: kernel_width),
        Step(Symbol("u", ("u", "u", "u"), Text("row, from 1", "行下标，从 1 开始")), lambda row: row + 1),
        Step(Symbol("v", ("v", "v", "v"), Text("column, from 1", "列下标，从 1 开始")), lambda column: column + 1),
        Step(
            ROTATED_KERNEL,
            lambda kernel, u, v, kernel_height, kernel_width: kernel[kernel_height - u + 1, kernel_width - v + 1],
            Text("Rows and columns are read backwards.", "行与列都倒过来读。"),
            ("u", "v"),
        ),
    ),
    cells=((ROW, "rows"), (COLUMN, "columns")),
    conventions=(FROM_ONE, CELLS_FROM_ZERO),
    sample=lambda random: {"kernel": image(random, random.randint(1, 4), random.randint(1, 4), -3, 3)},
    example={"kernel": [[1, 2, 3], [4, 5, 6], [7, 8, 9]]},
    oracle=_impulse_response,
    measures=Text("the engine's cross-correlation of a single 1 with the kernel", "引擎用卷积核对单个 1 做互相关"),
    source=Text("nndl 5.8", "nndl 5.8"),
)

TOPIC = Topic(
    slug="cross-correlation",
    place=25,
    title=Text("Cross-correlation", "互相关"),
    idea=Text(
        "Frameworks slide the kernel as it is. That is convolution with a kernel that was rotated by 180°, "
        "and since kernels are learnt, a network does not care which of the two it uses.",
        "各框架直接滑动卷积核而不翻转，这等于用旋转 180° 的卷积核做卷积；由于卷积核是学出来的，网络用哪一种都可以。",
    ),
    quantities=(CROSS_CORRELATION, BY_ROTATION, ROT180),
)
