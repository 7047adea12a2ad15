"""Activation: a bias is added to the sum, and a curve bends the result."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np

from cnnmath.engine import convolve, correlate, leaky_relu, relu, sigmoid, softmax, tanh
from cnnmath.expression import Expression, exp, maximum, total
from cnnmath.grid import Grid
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
from cnnmath.topics.conv import (
    CELLS,
    CONV,
    EXAMPLE,
    I_STEP,
    J_STEP,
    LAST_PLACE_FORGOTTEN,
    MAP_SYMBOLS,
    PAD_STEP,
    PADDING_FORGOTTEN,
    STRIDE_FORGOTTEN,
    flipped_sum,
    unflipped_sum,
)
from cnnmath.topics.output_size import FITS, MAP_STEPS, engine_options
from cnnmath.vocabulary import CELLS_FROM_ZERO, FLIPPED, FROM_ONE, NO_UNIT, NOT_FLIPPED, OFFSET

SLOPE = Fraction(1, 100)
"""The slope of leaky relu below 0 where none is given."""


def _leaky(z: Any) -> Any:
    return maximum(z, SLOPE * z)


def _sigmoid(z: Any) -> Any:
    return 1 / (1 + exp(-z))


def _tanh(z: Any) -> Any:
    if not isinstance(z, Expression) and abs(z) > 300:  # the quotient would be infinity / infinity
        return Fraction(1 if z > 0 else -1)
    return (exp(z) - exp(-z)) / (exp(z) + exp(-z))


CURVES: dict[str, Callable[[Any], Any]] = {
    "identity": lambda z: z,
    "relu": lambda z: maximum(0, z),
    "leaky-relu": _leaky,
    "sigmoid": _sigmoid,
    "tanh": _tanh,
}
_ENGINE: dict[str, Callable[[Any], Any]] = {
    "identity": lambda z: z,
    "relu": relu,
    "leaky-relu": lambda z: leaky_relu(z, SLOPE),
    "sigmoid": sigmoid,
    "tanh": tanh,
}
FUNCTION = Symbol(
    "function",
    ("f", "f", "f"),
    Text("activation function", "激活函数"),
    word="activation",
    domain=Choices(tuple(CURVES), function=lambda z, name: CURVES[name](z)),
    default="identity",
    quiet=True,
)


def activate(weighted: Any, function: str) -> Any:
    """Return f(z) for the activation function of this name."""
    return CURVES[function](weighted)


def measured_activation(weighted: Any, function: str) -> Any:
    """Run the engine's activation function of this name on an array."""
    return _ENGINE[function](weighted)


LARGEST = 100
"""Where exp is taken, numbers are at most so far from 0, so that floats hold what comes out."""
Z = Symbol("z", ("z", "z", "z"), Text("weighted sum", "净输入"), word="z", domain=Numbers())
EXPONENT = replace(Z, domain=Numbers(Fraction(-LARGEST), Fraction(LARGEST + 1)))
A = Symbol("a", ("a", "a", "a"), Text("activation", "活性值"), domain=Numbers())
WEIGHTED = Symbol("weighted", ("z", "z", "z"), Text("weighted sum", "净输入"), domain=Numbers())
ACTIVE = Symbol("active", ("a", "a", "a"), Text("feature map", "特征图"), domain=Numbers())
_SUM = Text(
    "Multiply each kernel value by the input value it meets and add the products, then the bias.",
    "卷积核的每个值与它所对应的输入值相乘，把乘积相加，再加偏置。",
)


def _measured(values: Given) -> Any:
    return _measured_by(convolve, values)


def _measured_by(run: Callable[..., Any], values: Given) -> Any:
    weighted = run(
        np.asarray(values["input"]),
        np.asarray(values["kernel"]),
        np.array(values["bias"], dtype=object),
        **engine_options(values),
    )
    return measured_activation(weighted, values["function"])


def _biased(rule: Callable[..., Any]) -> Callable[..., Any]:
    def formula(
        kernel: Any,
        padded: Any,
        i: Any,
        j: Any,
        kernel_height: Any,
        kernel_width: Any,
        dilation_height: Any,
        dilation_width: Any,
        bias: Any,
    ) -> Any:
        return rule(kernel, padded, i, j, kernel_height, kernel_width, dilation_height, dilation_width) + bias

    return formula


_ACTIVATE = Step(
    ACTIVE,
    lambda weighted, function: activate(weighted, function),
    Text("The activation function is applied to every value.", "对每个值施加激活函数。"),
    ("i", "j"),
)
MAP = replace(
    CONV,
    slug="activation",
    title=Text("Bias and activation of a feature map", "特征图的偏置与激活"),
    asks=Text("What does the layer give after bias and activation?", "加偏置并激活之后，该层输出什么？"),
    symbols=(*MAP_SYMBOLS, OFFSET, replace(FUNCTION, default="relu", quiet=False)),
    steps=(
        PAD_STEP,
        *MAP_STEPS,
        I_STEP,
        J_STEP,
        Step(WEIGHTED, _biased(flipped_sum), _SUM, ("i", "j")),
        _ACTIVATE,
    ),
    cells=CELLS,
    conventions=(FLIPPED, FROM_ONE, CELLS_FROM_ZERO),
    sample=lambda random: {
        **CONV.sample(random),
        "bias": random.randint(-4, 4),
        "activation": random.choice(tuple(CURVES)),
    },
    example={
        "input": EXAMPLE["input"],
        "kernel": [[1, 0, -1], [1, 0, -1], [1, 0, -1]],
        "bias": 1,
        "activation": "relu",
    },
    oracle=_measured,
    measures=Text("the engine's convolution and activation of the same arrays", "引擎对同样的数组做卷积与激活"),
    source=Text("slides, z_ij with the bias w_b and a_ij = f(z_ij)", "课件，含偏置 w_b 的 z_ij 与 a_ij = f(z_ij)"),
    holds=FITS,
    alternatives=(
        Alternative(
            NOT_FLIPPED,
            (
                Step(
                    WEIGHTED,
                    lambda kernel, padded, i, j, kernel_height, kernel_width, dilation_height, dilation_width, span_height, span_width, bias: (
                        unflipped_sum(
                            kernel,
                            padded,
                            i,
                            j,
                            kernel_height,
                            kernel_width,
                            dilation_height,
                            dilation_width,
                            span_height,
                            span_width,
                        )
                        + bias
                    ),
                    _SUM,
                    ("i", "j"),
                ),
            ),
            oracle=lambda values: _measured_by(correlate, values),
        ),
    ),
    mistakes=(
        PADDING_FORGOTTEN,
        STRIDE_FORGOTTEN,
        LAST_PLACE_FORGOTTEN,
        Mistake(
            "bias-forgotten",
            Text("the bias was forgotten", "忘记了偏置"),
            (Step(WEIGHTED, flipped_sum),),
            lambda bias: bias != 0,
        ),
        Mistake(
            "activation-forgotten",
            Text("the activation function was forgotten", "忘记了激活函数"),
            (Step(ACTIVE, lambda weighted: weighted),),
            lambda function: function != "identity",
        ),
        Mistake(
            "bias-after-activation",
            Text("the bias was added after the activation", "在激活之后才加偏置"),
            (
                Step(WEIGHTED, flipped_sum),
                Step(ACTIVE, lambda weighted, function, bias: activate(weighted, function) + bias),
            ),
            lambda function, bias: function != "identity" and bias != 0,
        ),
    ),
    exact=False,
    wider="channels",
)


def _curve(
    slug: str,
    title: Text,
    formula: Callable[..., Any],
    why: Text,
    measure: Callable[..., Any],
    mistakes: tuple[Mistake, ...],
    example: dict[str, Any],
    symbols: tuple[Symbol, ...] = (Z,),
    sample: Callable[[Random], dict[str, Any]] | None = None,
    exact: bool = False,
) -> Quantity:
    return Quantity(
        slug=f"activation.{slug}",
        title=title,
        asks=Text("What is the activation of z?", "z 的活性值是多少？"),
        kind="number",
        unit=NO_UNIT,
        symbols=symbols,
        steps=(Step(A, formula, why),),
        conventions=(),
        sample=sample or (lambda random: {"z": Fraction(random.randint(-16, 16), random.choice([1, 2, 4]))}),
        example=example,
        oracle=measure,
        measures=Text("the engine's function of the same number", "引擎对同一个数的计算"),
        source=Text("slides, a = f(z); nndl 4.1", "课件，a = f(z)；nndl 4.1"),
        mistakes=mistakes,
        exact=exact,
    )


RELU = _curve(
    "relu",
    Text("ReLU", "ReLU"),
    lambda z: maximum(0, z),
    Text("Negative values become 0, the others stay.", "负值变为 0，其余不变。"),
    lambda z: relu(np.array(z, dtype=object))[()],
    (
        Mistake(
            "sign-flipped",
            Text("the sign was dropped: that is |z|", "丢掉了负号：那是 |z|"),
            (Step(A, lambda z: maximum(z, -z)),),
            lambda z: z < 0,
        ),
        Mistake(
            "negative-kept",
            Text("a negative value was kept", "保留了负值"),
            (Step(A, lambda z: z),),
            lambda z: z < 0,
        ),
    ),
    {"z": -3},
    exact=True,
)
SLOPE_SYMBOL = Symbol(
    "slope",
    ("γ", "α", "negative_slope"),
    Text("slope below 0", "负半轴斜率"),
    word="slope",
    domain=Numbers(Fraction(0), Fraction(1)),
    default=SLOPE,
)
LEAKY = _curve(
    "leaky-relu",
    Text("Leaky ReLU", "带泄露的 ReLU"),
    lambda z, slope: maximum(z, slope * z),
    Text("Negative values are scaled down instead of cut off.", "负值被缩小，而不是截断。"),
    lambda z, slope: leaky_relu(np.array(z, dtype=object), slope)[()],
    (
        Mistake(
            "plain-relu",
            Text("the slope below 0 was forgotten: that is relu", "忘记了负半轴斜率：那是 ReLU"),
            (Step(A, lambda z: maximum(0, z)),),
            lambda z, slope: z < 0 and slope > 0,
        ),
        Mistake(
            "scaled-everywhere",
            Text("positive values were scaled too", "把正值也缩小了"),
            (Step(A, lambda z, slope: slope * z),),
            lambda z: z > 0,
        ),
        Mistake(
            "negative-kept",
            Text("a negative value was kept as it is", "原样保留了负值"),
            (Step(A, lambda z: z),),
            lambda z: z < 0,
        ),
    ),
    {"z": -3, "slope": Fraction(1, 10)},
    symbols=(Z, SLOPE_SYMBOL),
    sample=lambda random: {
        "z": Fraction(random.randint(-16, 16), random.choice([1, 2])),
        "slope": Fraction(1, random.choice([4, 5, 10, 100])),
    },
    exact=True,
)
SIGMOID = _curve(
    "sigmoid",
    Text("Sigmoid", "Sigmoid"),
    _sigmoid,
    Text("Any number is squeezed between 0 and 1.", "把任意实数压缩到 0 与 1 之间。"),
    lambda z: sigmoid(np.array(float(z)))[()],
    (
        Mistake(
            "exponent-sign",
            Text("the exponent had the wrong sign: that is sigmoid(−z)", "指数的符号错了：那是 sigmoid(−z)"),
            (Step(A, lambda z: 1 / (1 + exp(z))),),
            lambda z: z != 0,
        ),
        Mistake(
            "one-forgotten",
            Text("the 1 below the line was forgotten", "忘记了分母中的 1"),
            (Step(A, lambda z: 1 / exp(-z)),),
        ),
    ),
    {"z": 2},
    symbols=(EXPONENT,),
)
TANH = _curve(
    "tanh",
    Text("Tanh", "Tanh"),
    _tanh,
    Text("Any number is squeezed between −1 and 1, and 0 stays 0.", "把任意实数压缩到 −1 与 1 之间，0 仍为 0。"),
    lambda z: tanh(np.array(float(z)))[()],
    (
        Mistake(
            "sigmoid-instead",
            Text("that is sigmoid, not tanh", "那是 sigmoid，不是 tanh"),
            (Step(A, _sigmoid),),
            lambda z: abs(z) < 8,
        ),
        Mistake(
            "argument-halved",
            Text("tanh(z/2) was computed: tanh is 2·sigmoid(2z) − 1", "算成了 tanh(z/2)：tanh 等于 2·sigmoid(2z) − 1"),
            (Step(A, lambda z: 2 * _sigmoid(z) - 1),),
            lambda z: 0 < abs(z) < 8,
        ),
    ),
    {"z": 1},
    symbols=(EXPONENT,),
)

SCORES = Symbol("z", ("z", "z", "z"), Text("scores", "得分"), word="z", domain=Entries(1))
COUNT = Symbol("count", ("C", "C", "C"), Text("number of classes", "类别数"), size_of=("z", 0))
CLASS = Symbol("class", ("c", "c", "c"), Text("class, from 0", "类别，从 0 开始"), domain=Integers(0))
PICK = Symbol("i", ("i", "i", "i"), Text("class, from 1", "类别，从 1 开始"))
PROBABILITY = Symbol("probability", ("a", "p", "p"), Text("probability", "概率"), domain=Numbers(Fraction(0)))
TOTAL = Symbol("total", ("Z", "Z", "Z"), Text("sum of the exponentials", "指数函数值之和"), domain=Numbers(Fraction(0)))


def _measured_softmax(z: Grid) -> Any:
    return softmax(np.array([float(value) for value in z.values]))


SOFTMAX = Quantity(
    slug="activation.softmax",
    title=Text("Softmax", "Softmax"),
    asks=Text("Which probabilities does softmax give?", "softmax 给出怎样的概率？"),
    kind="array",
    unit=NO_UNIT,
    symbols=(SCORES, COUNT),
    steps=(
        Step(
            Symbol("classes", ("C'", "C'", "C'"), Text("classes", "类别数")),
            lambda count: count,
        ),
        Step(
            TOTAL,
            lambda z, count: total(lambda k: exp(z[k]), 1, count),
            Text("All exponentials are added once.", "先把所有指数函数值相加。"),
        ),
        Step(PICK, lambda place: place + 1),
        Step(
            PROBABILITY,
            lambda z, i, total: exp(z[i]) / total,
            Text(
                "Each exponential is divided by the sum, so that the results add up to 1.",
                "每个指数函数值除以总和，结果之和为 1。",
            ),
            ("i",),
        ),
    ),
    cells=((replace(CLASS, name="place"), "classes"),),
    conventions=(FROM_ONE, CELLS_FROM_ZERO),
    sample=lambda random: {"z": [random.randint(-4, 4) for _ in range(random.randint(2, 5))]},
    example={"z": [1, 2, 3]},
    oracle=_measured_softmax,
    measures=Text("the engine's softmax of the same scores", "引擎对同样的得分做 softmax"),
    source=Text("nndl 3.3; CS231n, linear classification", "nndl 3.3；CS231n 线性分类讲义"),
    holds=(
        Condition(
            lambda z: all(-LARGEST <= score <= LARGEST for score in z.values),
            Text(
                f"every score must be between -{LARGEST} and {LARGEST}: subtract the same number from all scores, "
                "which does not change the result.",
                f"每个得分须在 -{LARGEST} 与 {LARGEST} 之间：请从所有得分中减去同一个数，结果不变。",
            ),
        ),
    ),
    mistakes=(
        Mistake(
            "exponential-forgotten",
            Text("the scores themselves were divided by their sum", "直接用得分除以得分之和"),
            (
                Step(TOTAL, lambda z, count: total(lambda k: z[k], 1, count)),
                Step(PROBABILITY, lambda z, i, total: z[i] / total),
            ),
            lambda z: sum(z.values) != 0,
        ),
        Mistake(
            "not-normalized",
            Text("the exponentials were not divided by their sum", "指数函数值没有除以总和"),
            (Step(PROBABILITY, lambda z, i: exp(z[i])),),
        ),
    ),
    exact=False,
)

TOPIC = Topic(
    slug="activation",
    place=40,
    title=Text("Activation", "激活函数"),
    idea=Text(
        "A chain of linear layers is still linear; a nonlinear function between them is what makes depth useful.",
        "线性层叠加起来仍是线性的；层与层之间的非线性函数才让深度有意义。",
    ),
    quantities=(MAP, RELU, LEAKY, SIGMOID, TANH, SOFTMAX),
)
