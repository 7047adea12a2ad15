"""Residual blocks: what a block learns is added to its input."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np

from cnnmath.engine import EngineError, correlate, dense, ones, relu, zeros
from cnnmath.expression import equal, maximum, totals
from cnnmath.grid import Grid
from cnnmath.model import (
    Alternative,
    Choices,
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
from cnnmath.topics.activation import FUNCTION, activate, measured_activation
from cnnmath.topics.conv import COLUMN, ROW
from cnnmath.vocabulary import (
    BIAS,
    BIAS_COUNTED,
    BIAS_NOT_COUNTED,
    CELLS_FROM_ZERO,
    CHANNELS,
    FROM_ONE,
    IMAGE,
    IMAGE_HEIGHT,
    IMAGE_WIDTH,
    KERNEL,
    NO_UNIT,
)

# ------------------------------------------------------------------------------------------ the values

LEARNED = Symbol(
    "residual", ("F", "F", "F"), Text("values of F(x)", "F(x) 的值"), word="residual", domain=Entries(2)
)  # fmt: skip
LEARNED_HEIGHT = Symbol(
    "learned_height", ("M_F", "H_F", "H_F"), Text("rows of F(x)", "F(x) 的行数"), size_of=("residual", 0)
)
LEARNED_WIDTH = Symbol(
    "learned_width", ("N_F", "W_F", "W_F"), Text("columns of F(x)", "F(x) 的列数"), size_of=("residual", 1)
)
LAST = replace(
    FUNCTION,
    domain=Choices(("identity", "relu")),
    quiet=False,
    meaning=Text("activation after the sum", "求和之后的激活函数"),
)
I = Symbol("i", ("i", "i", "i"), Text("row, from 1", "行下标，从 1 开始"))  # noqa: E741
J = Symbol("j", ("j", "j", "j"), Text("column, from 1", "列下标，从 1 开始"))
SUMMED = Symbol("summed", ("y", "y", "y"), Text("F(x) + x", "F(x) + x"), domain=Numbers())
ACTIVE = Symbol("active", ("a", "a", "a"), Text("output of the block", "残差块的输出"), domain=Numbers())
DISTANCE = Symbol(
    "distance", ("E", "E", "E"), Text("squared differences, added", "差的平方和"), domain=Numbers(Fraction(0))
)
SYMBOLS = (IMAGE, LEARNED, LAST, IMAGE_HEIGHT, IMAGE_WIDTH, LEARNED_HEIGHT, LEARNED_WIDTH)

SAME_SHAPE = Condition(
    lambda input_height, input_width, learned_height, learned_width: (
        input_height == learned_height and input_width == learned_width
    ),
    Text(
        "x is {input_height}×{input_width} and F(x) is {learned_height}×{learned_width}: a sum value by value needs the same "
        "shape, which is what padding and the restoring 1×1 kernels are for.",
        "x 为 {input_height}×{input_width}，F(x) 为 {learned_height}×{learned_width}：逐值相加要求形状相同，"
        "填充和负责还原的 1×1 卷积核正是为此而设。",
    ),
)


def _added(input: Grid, residual: Grid, function: str) -> Any:
    """Run the block's end on the engine: a 1×1 kernel of two ones adds x and F(x), laid in two channels."""
    if input.shape != residual.shape:
        raise EngineError(f"`residual` (of shape {residual.shape}) must have the shape of `input` ({input.shape})")
    both = np.stack([np.asarray(residual, dtype=object), np.asarray(input, dtype=object)])
    return measured_activation(correlate(both, ones(1, 2, 1, 1).astype(int))[0], function)


def _rows(random: Random, height: int, width: int, low: int, high: int) -> list[list[int]]:
    return [[random.randint(low, high) for _ in range(width)] for _ in range(height)]


def _sample(random: Random) -> dict[str, Any]:
    height, width = random.randint(1, 3), random.randint(2, 4)
    wider = width + (random.random() < 0.1)  # now and then a sum that cannot be made
    return {
        "input": _rows(random, height, width, -4, 4),
        "residual": _rows(random, height, wider, -4, 4),
        "activation": random.choice(["identity", "relu"]),
    }


def _sample_identity(random: Random) -> dict[str, Any]:
    given = _sample(random)
    if random.random() < 0.6:
        given["residual"] = [[0] * len(row) for row in given["residual"]]
    if random.random() < 0.4:
        given["input"] = [[abs(value) for value in row] for row in given["input"]]
    return given


_SHORTCUT_FORGOTTEN = Text("the shortcut was forgotten: that is F(x) alone", "忘记了捷径：那只是 F(x)")
_ACTIVATION_FORGOTTEN = Text("the relu after the sum was forgotten", "忘记了求和之后的 ReLU")
_HAS_RELU: Callable[..., bool] = lambda function: function == "relu"  # noqa: E731

VALUE = Quantity(
    slug="residual",
    title=Text("Output of a residual block", "残差块的输出"),
    asks=Text("What does the block give for these values of x and F(x)?", "对于这些 x 与 F(x) 的值，残差块输出什么？"),
    kind="array",
    unit=NO_UNIT,
    symbols=SYMBOLS,
    steps=(
        Step(I, lambda row: row + 1),
        Step(J, lambda column: column + 1),
        Step(
            SUMMED,
            lambda residual, input, i, j: residual[i, j] + input[i, j],
            Text(
                "The layers learn F, what is missing from x; the shortcut adds x itself, value by value.",
                "这些层学习的是 F，即 x 所欠缺的部分；捷径再把 x 本身逐值加上。",
            ),
            ("i", "j"),
        ),
        Step(
            ACTIVE,
            lambda summed, function: activate(summed, function),
            Text("The activation comes after the sum.", "激活函数在求和之后施加。"),
            ("i", "j"),
        ),
    ),
    cells=((ROW, "input_height"), (COLUMN, "input_width")),
    conventions=(FROM_ONE, CELLS_FROM_ZERO),
    sample=_sample,
    example={"input": [[1, 2], [3, 4]], "residual": [[0, -3], [1, -4]], "activation": "relu"},
    oracle=_added,
    measures=Text(
        "the engine ran a 1×1 kernel of two ones over F(x) and x laid in two channels",
        "把 F(x) 与 x 放入两个通道，引擎用两个权重均为 1 的 1×1 卷积核运行",
    ),
    source=Text(
        "slides, the residual net; He, Zhang, Ren & Sun 2016, equation 1",
        "课件，残差网络；He, Zhang, Ren & Sun 2016，式 1",
    ),
    holds=(SAME_SHAPE,),
    mistakes=(
        Mistake("shortcut-forgotten", _SHORTCUT_FORGOTTEN, (Step(SUMMED, lambda residual, i, j: residual[i, j]),)),
        Mistake(
            "difference-taken",
            Text("x was taken away, not added", "减去了 x，而不是加上"),
            (Step(SUMMED, lambda residual, input, i, j: residual[i, j] - input[i, j]),),
        ),
        Mistake(
            "multiplied",
            Text("F(x) was multiplied by x, not added to it", "把 F(x) 与 x 相乘了，而不是相加"),
            (Step(SUMMED, lambda residual, input, i, j: residual[i, j] * input[i, j]),),
        ),
        Mistake("activation-forgotten", _ACTIVATION_FORGOTTEN, (Step(ACTIVE, lambda summed: summed),), _HAS_RELU),
        Mistake(
            "activation-before-sum",
            Text("the relu was applied to F(x), before x was added", "在加上 x 之前就对 F(x) 施加了 ReLU"),
            (
                Step(SUMMED, lambda residual, input, i, j: maximum(0, residual[i, j]) + input[i, j]),
                Step(ACTIVE, lambda summed: summed),
            ),
            _HAS_RELU,
        ),
    ),
)


def _squared(residual: Any, input: Any, function: str, i: Any, j: Any) -> Any:
    difference = activate(residual[i, j] + input[i, j], function) - input[i, j]
    return difference * difference


IDENTITY = Quantity(
    slug="residual.identity",
    title=Text("Whether a block passes x on unchanged", "残差块是否原样传递 x"),
    asks=Text("Is the block's output x itself for these values?", "对于这些值，残差块的输出就是 x 本身吗？"),
    kind="truth",
    unit=NO_UNIT,
    symbols=SYMBOLS,
    steps=(
        Step(
            DISTANCE,
            lambda residual, input, function, input_height, input_width: totals(
                lambda i, j: _squared(residual, input, function, i, j), input_height, input_width
            ),
            Text(
                "How far the output is from x. With F(x) = 0 only a last relu can change anything, and only values below 0.",
                "输出与 x 相差多少。当 F(x) = 0 时，只有最后的 ReLU 会改变值，且只改变负值。",
            ),
        ),
        Step(
            Symbol(
                "unchanged",
                ("same", "same", "same"),
                Text("whether the output is x", "输出是否为 x"),
                domain=Choices(("yes", "no"), flag=True),
            ),
            lambda distance: equal(distance, 0),
            Text("It is x where nothing is left over.", "没有任何差别时，输出就是 x。"),
        ),
    ),
    conventions=(FROM_ONE,),
    sample=_sample_identity,
    example={"input": [[1, -2, 3]], "residual": [[0, 0, 0]], "activation": "relu"},
    oracle=lambda input, residual, function: bool(
        (_added(input, residual, function) == np.asarray(input, dtype=object)).all()
    ),
    measures=Text(
        "the engine added F(x) and x and the result was compared with x", "引擎把 F(x) 与 x 相加，再与 x 比较"
    ),
    source=Text(
        "slides, F(x) = 0 keeps the net at its best; He, Zhang, Ren & Sun 2016, section 3.1",
        "课件，F(x) = 0 使网络维持在最优状态；He, Zhang, Ren & Sun 2016，3.1 节",
    ),
    holds=(SAME_SHAPE,),
    mistakes=(
        Mistake(
            "shortcut-forgotten",
            _SHORTCUT_FORGOTTEN,
            (
                Step(
                    DISTANCE,
                    lambda residual, input, input_height, input_width: totals(
                        lambda i, j: abs(residual[i, j] - input[i, j]), input_height, input_width
                    ),
                ),
            ),
        ),
        Mistake(
            "activation-forgotten",
            _ACTIVATION_FORGOTTEN,
            (
                Step(
                    DISTANCE,
                    lambda residual, input, input_height, input_width: totals(
                        lambda i, j: _squared(residual, input, "identity", i, j), input_height, input_width
                    ),
                ),
            ),
            _HAS_RELU,
        ),
    ),
)

# -------------------------------------------------------------------------------------- the derivative

X = Symbol("x", ("x", "x", "x"), Text("input", "输入"), word="x", domain=Numbers())
FIRST = Symbol("first", ("w_1", "w_1", "w_1"), Text("first weight", "第一个权重"), word="w1", domain=Numbers())
SECOND = Symbol("second", ("w_2", "w_2", "w_2"), Text("second weight", "第二个权重"), word="w2", domain=Numbers())
HIDDEN = Symbol("hidden", ("z", "z", "z"), Text("what relu gets", "ReLU 的净输入"), domain=Numbers())
GATE = Symbol("gate", ("g", "g", "g"), Text("derivative of relu", "ReLU 的导数"), domain=Numbers())
INNER = Symbol("inner", ("F'", "F'", "F'"), Text("derivative of F", "F 的导数"), domain=Numbers())
SLOPE = Symbol("slope", ("y'", "y'", "y'"), Text("derivative of the block", "残差块的导数"), domain=Numbers())


def _slope(x: Any, first: Any, second: Any) -> Any:
    """Run the block a little left and right of x; it is straight there, so the quotient is exact."""

    def weighted(value: Any, weight: Any) -> Any:
        return dense(np.array([value], dtype=object), np.array([[weight]], dtype=object))[0]

    def block(value: Any) -> Any:
        return weighted(relu(np.array(weighted(value, first), dtype=object))[()], second) + value

    if weighted(x, first) == 0:
        raise EngineError("relu has a corner here")
    step = abs(Fraction(x)) / 2
    return (block(x + step) - block(x - step)) / (2 * step)


def _number(random: Random) -> Fraction:
    return Fraction(random.randint(-9, 9) or 1, random.choice([1, 2, 4]))


DERIVATIVE = Quantity(
    slug="residual.derivative",
    title=Text("Derivative through a residual block", "通过残差块的导数"),
    asks=Text(
        "What is dy/dx of y = F(x) + x, with F(x) = w_2 · relu(w_1 · x)?",
        "对于 y = F(x) + x，其中 F(x) = w_2 · relu(w_1 · x)，dy/dx 是多少？",
    ),
    kind="number",
    unit=NO_UNIT,
    symbols=(X, FIRST, SECOND),
    steps=(
        Step(HIDDEN, lambda first, x: first * x, Text("What relu gets.", "ReLU 的净输入。")),
        Step(
            GATE,
            lambda hidden: 0 if hidden == 0 else maximum(0, hidden) / hidden,
            Text(
                "relu passes on all of a change above 0 and nothing below: 1 or 0.",
                "ReLU 的导数：净输入为正时是 1，为负时是 0。",
            ),
        ),
        Step(
            INNER,
            lambda second, gate, first: second * gate * first,
            Text("The chain rule, through both weights and relu.", "链式法则：依次经过两个权重与 ReLU。"),
        ),
        Step(
            SLOPE,
            lambda inner: 1 + inner,
            Text(
                "The shortcut passes a gradient on as it is, so the 1 stays even where F' is 0.",
                "捷径原样传递梯度，因此即使 F' 为 0，仍有 1 留下。",
            ),
        ),
    ),
    conventions=(),
    sample=lambda random: {
        "x": 0 if random.random() < 0.1 else _number(random),
        "w1": _number(random),
        "w2": _number(random),
    },
    example={"x": 2, "w1": Fraction(1, 2), "w2": Fraction(-3, 4)},
    oracle=_slope,
    measures=Text(
        "the engine ran the block a little left and right of x, in exact fractions",
        "引擎以精确分数在 x 的左右两侧各运行一次残差块",
    ),
    source=Text(
        "He, Zhang, Ren & Sun 2016, Identity mappings in deep residual networks, equation 5",
        "He, Zhang, Ren & Sun 2016，Identity mappings in deep residual networks，式 5",
    ),
    holds=(
        Condition(
            lambda hidden: hidden != 0,
            Text(
                "w_1 · x is 0, and there relu has a corner and no derivative: choose other values.",
                "w_1 · x 为 0，ReLU 在此处有折点，导数不存在：请换一组值。",
            ),
        ),
    ),
    mistakes=(
        Mistake(
            "one-forgotten",
            Text("the 1 of the shortcut was forgotten: that is F' alone", "忘记了捷径的 1：那只是 F'"),
            (Step(SLOPE, lambda inner: inner),),
        ),
        Mistake(
            "relu-forgotten",
            Text("relu was left out: below 0 it passes nothing on", "忽略了 ReLU：净输入为负时它不传递梯度"),
            (Step(GATE, lambda: 1),),
            lambda hidden: hidden < 0,
        ),
        Mistake(
            "inner-weight-forgotten",
            Text("the chain rule stopped early: the factor w_1 is missing", "链式法则没有用完：缺少因子 w_1"),
            (Step(INNER, lambda second, gate: second * gate),),
            lambda hidden: hidden > 0,
        ),
        Mistake(
            "shortcut-not-derived",
            Text("the shortcut's x was kept: its derivative is 1", "保留了捷径的 x：它的导数是 1"),
            (Step(SLOPE, lambda inner, x: x + inner),),
        ),
        Mistake(
            "value-taken",
            Text("that is the value y = F(x) + x, not its derivative", "那是 y = F(x) + x 的值，而不是导数"),
            (Step(SLOPE, lambda inner, x: inner * x + x),),
        ),
    ),
)

# ------------------------------------------------------------------------------------------ the blocks

SIDE = replace(KERNEL, word="", default=3)
REDUCED = Symbol(
    "reduced", ("R", "R", "C_r"), Text("channels after the reduction", "降维之后的通道数"), word="reduced"
)  # fmt: skip
BIASES = replace(BIAS, default=False)
EACH = Symbol("each", ("W", "W", "W"), Text("parameters of one 3×3 convolution", "一个 3×3 卷积的参数量"))
REDUCE = Symbol("reduce", ("W_1", "W_1", "W_1"), Text("parameters that reduce", "降维部分的参数量"))
MIDDLE = Symbol("middle", ("W_2", "W_2", "W_2"), Text("parameters of the 3×3 convolution", "3×3 卷积的参数量"))
RESTORE = Symbol("restore", ("W_3", "W_3", "W_3"), Text("parameters that restore", "还原部分的参数量"))
BLOCK = Symbol("weights", ("params", "params", "params"), Text("parameters of the block", "残差块的参数量"))
NO_NORM = Convention(
    "batch-norm-not-counted", Text("batch normalization is not counted", "不计批归一化的参数")
)  # fmt: skip
_NO_BIAS = replace(BIAS_NOT_COUNTED, applies=lambda bias: not bias)
_WITH_BIAS = replace(BIAS_COUNTED, applies=lambda bias: bias)


def block_weights(*channels: int, kernels: tuple[int, ...], bias: bool = False) -> int:
    """Build a block's kernels through these channels, run it with its shortcut, and count what it learns."""
    x = y = zeros(channels[0], 3, 3)
    learned = 0
    for before, after, kernel in zip(channels[:-1], channels[1:], kernels, strict=True):
        weights, biases = zeros(after, before, kernel, kernel), zeros(after) if bias else None
        y = relu(correlate(y, weights, biases, padding="same"))
        learned += weights.size + (0 if biases is None else biases.size)
    return learned if (x + y).shape == x.shape else 0


def _each(channels: Any, kernel: Any, bias: Any) -> Any:
    return channels * channels * kernel * kernel + (channels if bias else 0)


def _reduce(channels: Any, reduced: Any, bias: Any) -> Any:
    return channels * reduced + (reduced if bias else 0)


def _middle(reduced: Any, kernel: Any, bias: Any) -> Any:
    return reduced * reduced * kernel * kernel + (reduced if bias else 0)


def _restore(reduced: Any, channels: Any, bias: Any) -> Any:
    return reduced * channels + (channels if bias else 0)


_SHORTCUT_COUNTED = Text(
    "weights were counted for the shortcut, which has none here", "给捷径也算了权重，而这里的捷径没有权重"
)
BASIC_STEPS = (
    Step(
        EACH,
        _each,
        Text(
            "Each of the {channels} kernels has 3×3 values for every one of the {channels} channels.",
            "{channels} 个卷积核中的每一个，对 {channels} 个通道各有 3×3 个值。",
        ),
    ),
    Step(
        BLOCK,
        lambda each: 2 * each,
        Text("Two such convolutions; the shortcut learns nothing.", "共两个这样的卷积；捷径没有参数。"),
    ),
)
BASIC = Quantity(
    slug="residual.basic-block",
    title=Text("Parameters of a basic block", "基本残差块的参数量"),
    asks=Text(
        "How many parameters does a block of two 3×3 convolutions learn?", "由两个 3×3 卷积组成的残差块有多少个参数？"
    ),
    kind="number",
    unit=Text("parameters", "个参数"),
    symbols=(CHANNELS, SIDE, BIASES),
    steps=BASIC_STEPS,
    conventions=(_NO_BIAS, _WITH_BIAS, NO_NORM),
    sample=lambda random: {"channels": random.randint(1, 32), "bias": random.random() < 0.3},
    example={"channels": 64},
    oracle=lambda channels, bias: block_weights(channels, channels, channels, kernels=(3, 3), bias=bias),
    measures=Text("the block was built and run, and what it learns was counted", "实际构造并运行残差块，再数出参数"),
    source=Text("He, Zhang, Ren & Sun 2016, figure 5, left", "He, Zhang, Ren & Sun 2016，图 5 左"),
    alternatives=(
        Alternative(
            BIAS_COUNTED,
            (Step(EACH, lambda channels, kernel: _each(channels, kernel, True)),),
            lambda bias: not bias,
        ),
    ),
    mistakes=(
        Mistake(
            "shortcut-counted",
            _SHORTCUT_COUNTED,
            (Step(BLOCK, lambda each, channels: 2 * each + channels * channels),),
        ),
        Mistake(
            "one-convolution-only",
            Text("only one of the two convolutions was counted", "两个卷积只算了一个"),
            (Step(BLOCK, lambda each: each),),
        ),
        Mistake(
            "channels-counted-once",
            Text(
                "the channels were counted once: each kernel reaches through all of them",
                "通道数只乘了一次：每个卷积核都贯穿所有通道",
            ),
            (Step(EACH, lambda channels, kernel, bias: channels * kernel * kernel + (channels if bias else 0)),),
            lambda channels: channels > 1,
        ),
        Mistake(
            "kernel-not-squared",
            Text("one side of the kernel was counted, not its area", "只算了卷积核的一条边，而不是面积"),
            (Step(EACH, lambda channels, kernel, bias: channels * channels * kernel + (channels if bias else 0)),),
        ),
    ),
)

BOTTLENECK_STEPS = (
    Step(
        REDUCE,
        _reduce,
        Text(
            "1×1 kernels bring {channels} channels down to {reduced}.",
            "1×1 卷积核把 {channels} 个通道降到 {reduced} 个。",
        ),
    ),
    Step(
        MIDDLE,
        _middle,
        Text("The 3×3 kernels work on {reduced} channels only.", "3×3 卷积核只在 {reduced} 个通道上工作。"),
    ),
    Step(
        RESTORE,
        _restore,
        Text(
            "1×1 kernels restore the {channels} channels, so that x can be added.",
            "1×1 卷积核还原到 {channels} 个通道，以便与 x 相加。",
        ),
    ),
    Step(
        BLOCK,
        lambda reduce, middle, restore: reduce + middle + restore,
        Text("The shortcut learns nothing.", "捷径没有参数。"),
    ),
)


def _sample_bottleneck(random: Random) -> dict[str, Any]:
    reduced = random.randint(1, 12)
    return {
        "channels": reduced * random.choice([2, 3, 4, 4]),
        "reduced": reduced,
        "bias": random.random() < 0.3,
    }


RESTORE_FORGOTTEN = Mistake(
    "restore-forgotten",
    Text("the 1×1 convolution that restores the channels was forgotten", "忘记了还原通道数的 1×1 卷积"),
    (Step(RESTORE, lambda: 0),),
)
WIDE_KERNEL = Mistake(
    "three-by-three-on-all-channels",
    Text(
        "the 3×3 convolution was taken on all the channels, not on the reduced ones",
        "3×3 卷积按全部通道数计算，而不是降维后的通道数",
    ),
    (Step(MIDDLE, lambda channels, kernel, bias: _each(channels, kernel, bias)),),
    lambda channels, reduced: channels != reduced,
)
BOTTLENECK = Quantity(
    slug="residual.bottleneck-block",
    title=Text("Parameters of a bottleneck block", "瓶颈残差块的参数量"),
    asks=Text(
        "How many parameters does the block learn: 1×1 to reduce, 3×3, 1×1 to restore?",
        "由降维的 1×1、3×3 与还原的 1×1 卷积组成的残差块有多少个参数？",
    ),
    kind="number",
    unit=Text("parameters", "个参数"),
    symbols=(CHANNELS, REDUCED, SIDE, BIASES),
    steps=BOTTLENECK_STEPS,
    conventions=(_NO_BIAS, _WITH_BIAS, NO_NORM),
    sample=_sample_bottleneck,
    example={"channels": 256, "reduced": 64},
    oracle=lambda channels, reduced, bias: block_weights(
        channels, reduced, reduced, channels, kernels=(1, 3, 1), bias=bias
    ),
    measures=BASIC.measures,
    source=Text(
        "slides, the 1×1 bottleneck; He, Zhang, Ren & Sun 2016, figure 5, right",
        "课件，1×1 瓶颈；He, Zhang, Ren & Sun 2016，图 5 右",
    ),
    alternatives=(
        Alternative(
            BIAS_COUNTED,
            (
                Step(REDUCE, lambda channels, reduced: _reduce(channels, reduced, True)),
                Step(MIDDLE, lambda reduced, kernel: _middle(reduced, kernel, True)),
                Step(RESTORE, lambda reduced, channels: _restore(reduced, channels, True)),
            ),
            lambda bias: not bias,
        ),
    ),
    mistakes=(
        RESTORE_FORGOTTEN,
        WIDE_KERNEL,
        Mistake(
            "shortcut-counted",
            _SHORTCUT_COUNTED,
            (
                Step(
                    BLOCK,
                    lambda reduce, middle, restore, channels: reduce + middle + restore + channels * channels,
                ),
            ),
        ),
        Mistake(
            "channels-counted-once",
            Text(
                "the 3×3 kernels were given one channel each: each reaches through all the reduced ones",
                "3×3 卷积核各只算了一个通道：每个都贯穿降维后的所有通道",
            ),
            (Step(MIDDLE, lambda reduced, kernel, bias: reduced * kernel * kernel + (reduced if bias else 0)),),
            lambda reduced: reduced > 1,
        ),
    ),
)

TOPIC = Topic(
    slug="residual",
    place=130,
    title=Text("Residual blocks", "残差块"),
    idea=Text(
        "Let some layers learn only what to change, and add their input back. Layers that have nothing to add can learn 0, "
        "and gradients find a straight way down.",
        "让若干层只学习需要改变的部分，再把输入加回来。没有可改变之处时学到 0 即可，梯度也有一条直通的路。",
    ),
    quantities=(VALUE, IDENTITY, DERIVATIVE, BASIC, BOTTLENECK),
)
