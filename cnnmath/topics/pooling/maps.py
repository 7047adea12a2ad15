"""The pooled map itself: the largest value or the mean of each window."""

import math
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np

from cnnmath.engine import max_pool, mean_pool
from cnnmath.expression import Call, Family, Literal, largest, maximum, minimum, padded, totals
from cnnmath.grid import Grid
from cnnmath.model import Alternative, Convention, Given, Mistake, Numbers, Quantity, Step, Symbol
from cnnmath.text import Text
from cnnmath.topics.conv import CELLS, image
from cnnmath.topics.pooling.windows import (
    BESIDE,
    FITS,
    HALF_AT_MOST,
    POOL,
    ROW_BY_ROW,
    SIDE_BY_SIDE,
    SIZES,
    STRIDE_ONE,
    UNPADDED,
    WINDOW_SYMBOLS,
    any_padding,
    options,
    sample_window,
)
from cnnmath.vocabulary import CELLS_FROM_ZERO, FLOOR, FROM_ONE, IMAGE, IMAGE_HEIGHT, IMAGE_WIDTH, NO_UNIT

PADDED = replace(IMAGE, name="padded", word="", letters=("x̃", "x̃", "x̃"), meaning=Text("padded input", "填充后的输入"))
I = Symbol("i", ("i", "i", "i"), Text("row of the map, from 1", "特征图的行下标，从 1 开始"))  # noqa: E741
J = Symbol("j", ("j", "j", "j"), Text("column of the map, from 1", "特征图的列下标，从 1 开始"))
POOLED = Symbol("pooled", ("y", "y", "y"), Text("pooled map", "汇聚后的特征图"), domain=Numbers())


def _padded_mean(pool: str, padding_top: int, padding_bottom: int, padding_left: int, padding_right: int) -> bool:
    return pool == "mean" and any_padding(padding_top, padding_bottom, padding_left, padding_right)


def _padded_max(pool: str, padding_top: int, padding_bottom: int, padding_left: int, padding_right: int) -> bool:
    return pool == "max" and any_padding(padding_top, padding_bottom, padding_left, padding_right)


PADDING_IN_MEAN = Convention(
    "padding-in-mean",
    Text(
        "a mean is over the whole window, its padding zeros too (PyTorch: count_include_pad=True)",
        "均值按整个窗口计算，填充的零也计入（PyTorch：count_include_pad=True）",
    ),
    _padded_mean,
)
PADDING_NOT_IN_MEAN = Convention(
    "padding-not-in-mean",
    Text(
        "a mean is over the window's input values only (PyTorch: count_include_pad=False)",
        "均值只按窗口内的输入值计算（PyTorch：count_include_pad=False）",
    ),
)


def _surrounded(input: Any, *sides: tuple[Any, Any]) -> Any:
    """Return the input padded with minus infinity, which is never the largest value, or the formula that says so."""
    around = padded(input, *sides)
    if isinstance(input, Family):
        return Call("pad", (*around.arguments, Literal(-math.inf))) if isinstance(around, Call) else input
    inside = padded(Grid(input.shape, (1,) * len(input.values)), *sides)
    values = (value if there else -math.inf for value, there in zip(around.values, inside.values, strict=True))
    return Grid(around.shape, tuple(values))


def _pad(fill: Callable[..., Any]) -> Step:
    """Return the step that pads the input by `fill`, which is called as `padded` is, where the mean is not taken."""
    return Step(
        PADDED,
        lambda input, padding_top, padding_bottom, padding_left, padding_right, pool: (
            fill if pool == "max" else padded
        )(input, (padding_top, padding_bottom), (padding_left, padding_right)),
        Text(
            "The input is padded first: with zeros for a mean, with −∞ for a maximum, where padding must not win.",
            "先填充输入：求均值时补零；求最大值时补 −∞，因为填充不能胜出。",
        ),
    )


def _values(
    padded: Any, i: Any, j: Any, kernel_height: Any, kernel_width: Any, stride_height: Any, stride_width: Any
) -> tuple[Callable[[Any, Any], Any], Any, Any]:
    """Return the values of the window of (i, j), by row u and column v in it, and the last u and v."""
    return (lambda u, v: padded[(i - 1) * stride_height + u, (j - 1) * stride_width + v], kernel_height, kernel_width)


def _largest(*window: Any) -> Any:
    return largest(*_values(*window))


def _sum(*window: Any) -> Any:
    return totals(*_values(*window))


def _mean(*window: Any) -> Any:
    values, rows, columns = _values(*window)
    return 1 / (rows * columns) * totals(values, rows, columns)


def _pooled(largest: Callable[..., Any], mean: Callable[..., Any]) -> Step:
    """Return the step of the pooled value: what stands for a window under pool=max and under pool=mean."""
    return Step(
        POOLED,
        lambda pool, padded, i, j, kernel_height, kernel_width, stride_height, stride_width: (
            largest if pool == "max" else mean
        )(padded, i, j, kernel_height, kernel_width, stride_height, stride_width),
        Text(
            "One number stands for all the values of the window: the largest of them, or their mean.",
            "用一个数代表窗口中的所有值：最大值或均值。",
        ),
        ("i", "j"),
    )


def _moved_by_one(pooled: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *window: pooled(*window[:5], 1, 1)


def _moved_by_window(pooled: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *window: pooled(*window[:5], *window[3:5])


def _along_the_row(pooled: Callable[..., Any]) -> Callable[..., Any]:
    return lambda padded, i, j, kernel_height, kernel_width, *strides: pooled(
        padded, i, j, 1, kernel_width, 1, kernel_width
    )


def _within(index: Any, stride: Any, before: Any, kernel: Any, input: Any) -> Any:
    """Return how many rows or columns of a window lie inside the input."""
    start = (index - 1) * stride - before
    return minimum(start + kernel, input) - maximum(start, 0)


def _inside_only(
    padded: Any,
    i: Any,
    j: Any,
    kernel_height: Any,
    kernel_width: Any,
    stride_height: Any,
    stride_width: Any,
    padding_top: Any,
    padding_left: Any,
    input_height: Any,
    input_width: Any,
) -> Any:
    """Return the mean over the input values of a window alone."""
    rows = _within(i, stride_height, padding_top, kernel_height, input_height)
    columns = _within(j, stride_width, padding_left, kernel_width, input_width)
    return 1 / (rows * columns) * _sum(padded, i, j, kernel_height, kernel_width, stride_height, stride_width)


def _measured(values: Given) -> Any:
    run = max_pool if values["pool"] == "max" else mean_pool
    return run(np.asarray(values["input"]), **options(values))


def _sample(random: Random) -> dict[str, Any]:
    return {
        "input": image(random, random.randint(3, 6), random.randint(3, 6), -5, 5),
        "pool": random.choice(["max", "mean"]),
        **sample_window(random),
    }


POOLING = Quantity(
    slug="pooling",
    title=Text("Max or mean pooling", "最大汇聚与平均汇聚"),
    asks=Text("What map does the pooling give?", "汇聚得到怎样的特征图？"),
    kind="array",
    unit=NO_UNIT,
    symbols=(IMAGE, *WINDOW_SYMBOLS, POOL, IMAGE_HEIGHT, IMAGE_WIDTH),
    steps=(
        _pad(_surrounded),
        *SIZES,
        Step(I, lambda row: row + 1, Text("The row of the map, counted from 1.", "特征图的行，从 1 计。")),
        Step(J, lambda column: column + 1, Text("The column of the map, counted from 1.", "特征图的列，从 1 计。")),
        _pooled(_largest, _mean),
    ),
    cells=CELLS,
    conventions=(SIDE_BY_SIDE, FLOOR, PADDING_IN_MEAN, HALF_AT_MOST, FROM_ONE, CELLS_FROM_ZERO),
    sample=_sample,
    example={"input": [[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]], "kernel": 2},
    oracle=_measured,
    measures=Text("the engine's pooling of the same image", "引擎对同一幅图像做汇聚"),
    source=Text(
        "nndl 5.23 and 5.24; CS231n, pooling layer, its 4×4 example", "nndl 5.23 与 5.24；CS231n 汇聚层，4×4 的例子"
    ),
    holds=FITS,
    alternatives=(
        Alternative(
            PADDING_NOT_IN_MEAN,
            (Step(POOLED, _inside_only),),
            _padded_mean,
            lambda values: mean_pool(np.asarray(values["input"]), **options(values), count_padding=False),
        ),
    ),
    mistakes=(
        replace(STRIDE_ONE, steps=(*STRIDE_ONE.steps, _pooled(_moved_by_one(_largest), _moved_by_one(_mean)))),
        replace(BESIDE, steps=(*BESIDE.steps, _pooled(_moved_by_window(_largest), _moved_by_window(_mean)))),
        replace(ROW_BY_ROW, steps=(*ROW_BY_ROW.steps, _pooled(_along_the_row(_largest), _along_the_row(_mean)))),
        replace(UNPADDED, steps=(*UNPADDED.steps, Step(PADDED, lambda input: input))),
        Mistake(
            "mean-taken",
            Text("the mean was taken, not the largest value", "取了均值，而不是最大值"),
            (_pad(padded), _pooled(_mean, _mean)),
            lambda pool, kernel_height, kernel_width: pool == "max" and kernel_height * kernel_width > 1,
        ),
        Mistake(
            "largest-taken",
            Text("the largest value was taken, not the mean", "取了最大值，而不是均值"),
            (_pooled(_largest, _largest),),
            lambda pool, kernel_height, kernel_width: pool == "mean" and kernel_height * kernel_width > 1,
        ),
        Mistake(
            "sum-not-divided",
            Text("the values were added and not divided by their number", "只把值相加，没有除以个数"),
            (_pooled(_sum, _sum),),
            lambda pool, kernel_height, kernel_width: pool == "mean" and kernel_height * kernel_width > 1,
        ),
        Mistake(
            "zeros-win",
            Text("padding zeros were taken for the largest value", "把填充的零当成了最大值"),
            (_pad(padded),),
            _padded_max,
        ),
    ),
)
