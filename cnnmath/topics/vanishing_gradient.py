"""Vanishing gradient: why a deep chain of sigmoids hardly learns in its first layers."""

import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np

from cnnmath.engine import EngineError, TooLarge, dense, sigmoid
from cnnmath.expression import Expression, equal, exp, multiplied, power, total
from cnnmath.grid import Grid
from cnnmath.model import Choices, Condition, Convention, Entries, Mistake, Numbers, Quantity, Step, Symbol, Topic
from cnnmath.text import Text
from cnnmath.vocabulary import FROM_ONE, NO_UNIT

LARGEST = 100
"""Weights and sums are at most so far from 0, and chains at most so long, so that floats hold what comes out."""

# ------------------------------------------------------------------------------------ what is measured

NEAR = 1 / 8
"""How far a measurement moves the weighted sum of any neuron at most: sigmoid is smooth on that scale."""
HALVINGS = 5


def _chain_run(weights: list[float], sums: list[float], start: float) -> list[float]:
    """Run a chain of the engine's neurons; return how far each weighted sum moves, and at last the output.

    The biases are such that the weighted sums are `sums` where the input is 0.
    """
    moved, before, rests = [], start, 0.0
    for weight, at in zip(weights, sums, strict=True):
        (step,) = dense(np.array([before - rests]), np.array([[weight]]))
        moved.append(abs(float(step)))
        before, rests = float(sigmoid(np.array(at + step))), float(sigmoid(np.array(at)))
    return [*moved, before]


def _measured_gradient(weights: list[float], sums: list[float]) -> float:
    """Return how fast the chain's output changes with its input, from outputs at inputs on both sides of 0.

    The difference quotients of ever smaller steps are extrapolated to step 0 (Richardson, Romberg). TooLarge
    where the last two disagree, or what comes through is no more than rounding makes.
    """
    step = 1.0
    while max(_chain_run(weights, sums, step)[:-1]) > NEAR:
        step /= 2
    row: list[float] = []
    for halving in range(HALVINGS + 1):
        at = step / 2**halving
        quotient = (_chain_run(weights, sums, at)[-1] - _chain_run(weights, sums, -at)[-1]) / (2 * at)
        finer = [quotient]
        for order, coarse in enumerate(row, 1):
            finer.append(finer[-1] + (finer[-1] - coarse) / (4**order - 1))
        row, last = finer, row
    noise = 1000 * np.finfo(float).eps * _chain_run(weights, sums, 0.0)[-1] / at
    settled = math.isclose(row[-1], last[-1], rel_tol=3e-10, abs_tol=3e-13)
    if not settled or (abs(row[-1]) < noise and all(weights)):
        raise TooLarge("the gradient is too steep or too flat to be measured in floats")
    return row[-1]


def _measured(weights: Grid, z: Grid) -> float:
    if len(weights.values) != len(z.values):
        raise EngineError("every neuron of the chain has one weight and one weighted sum")
    return _measured_gradient([float(weight) for weight in weights.values], [float(at) for at in z.values])


def _steepest() -> tuple[float, Fraction]:
    """Try the engine's sigmoid all along: return where its slope is largest, and that slope as a fraction."""
    places, step = np.linspace(-8, 8, 65), 2.0**-10
    slopes = (sigmoid(places + step) - sigmoid(places - step)) / (2 * step)
    return float(places[slopes.argmax()]), Fraction(float(slopes.max())).limit_denominator(1000)


def _measured_bound(weight: Any, layers: int) -> float:
    """Run the chain whose neurons all have this weight and stand where sigmoid is steepest."""
    if layers > LARGEST:
        raise EngineError(f"a chain of {layers} neurons is not run")
    return _measured_gradient([float(weight)] * layers, [_steepest()[0]] * layers)


def _measured_vanishing(weight: Any) -> bool:
    """Tell whether a neuron at its steepest passes on less than it is given."""
    return bool(weight * _steepest()[1] < 1)


# --------------------------------------------------------------------------------------------- one slope

FLATTEST = 20
"""How far from 0 the slope is asked for: beyond, 1 − a has lost its digits."""
Z = Symbol(
    "z", ("z", "z", "z"), Text("weighted sum", "净输入"),
    word="z", domain=Numbers(Fraction(-FLATTEST), Fraction(FLATTEST + 1)),
)  # fmt: skip
A = Symbol("a", ("a", "a", "a"), Text("activation", "活性值"), domain=Numbers())
GRADIENT = Symbol("gradient", ("g", "g", "g"), Text("gradient", "梯度"), domain=Numbers())
RATE = replace(GRADIENT, letters=("σ'", "σ'", "σ'"), meaning=Text("slope of sigmoid", "Sigmoid 的导数"))


def _wrong(slug: str, says: Text, formula: Callable[..., Any], applies: Callable[..., bool] = lambda: True) -> Mistake:
    return Mistake(slug, says, (Step(GRADIENT, formula),), applies)


SLOPE = Quantity(
    slug="vanishing-gradient.slope",
    title=Text("Slope of sigmoid", "Sigmoid 的导数"),
    asks=Text("How steep is sigmoid at z?", "Sigmoid 在 z 处的导数是多少？"),
    kind="number",
    unit=NO_UNIT,
    symbols=(Z,),
    steps=(
        Step(A, lambda z: 1 / (1 + exp(-z)), Text("The activation is needed first.", "先求活性值。")),
        Step(
            RATE,
            lambda a: a * (1 - a),
            Text(
                "The slope follows from the activation alone; it is at most 1/4, where a = 1/2.",
                "导数由活性值即可求得；它最大为 1/4，在 a = 1/2 处取到。",
            ),
        ),
    ),
    conventions=(),
    sample=lambda random: {"z": Fraction(random.randint(-16, 16), random.choice([2, 4]))},
    example={"z": 2},
    oracle=lambda z: _measured_gradient([1.0], [float(z)]),
    measures=Text(
        "difference quotients of the engine's sigmoid, extrapolated to step 0", "引擎 Sigmoid 的差商，外推到步长 0"
    ),
    source=Text("nndl 4.1, the derivative of the logistic function", "nndl 4.1，Logistic 函数的导数"),
    mistakes=(
        _wrong(
            "value-not-slope",
            Text("that is the activation itself, not its slope", "那是活性值本身，而不是导数"),
            lambda a: a,
        ),
        _wrong(
            "tanh-rule",
            Text("1 − a² is the rule for tanh", "1 − a² 是 tanh 的导数公式"),
            lambda a: 1 - a * a,
        ),
    ),
    exact=False,
)

# --------------------------------------------------------------------------------------------- the chain

CHAIN_WEIGHTS = Symbol("weights", ("w", "w", "w"), Text("weights", "权重"), word="weights", domain=Entries(1))
CHAIN_SUMS = replace(Z, meaning=Text("weighted sums", "净输入"), domain=Entries(1))
DEPTH = Symbol("layers", ("L", "L", "L"), Text("layers", "层数"), size_of=("weights", 0))
SUMS = Symbol("sums", ("L_z", "L_z", "L_z"), Text("weighted sums given", "净输入的个数"), size_of=("z", 0))


def _slope(z: Any) -> Any:
    """Return a(1 − a), with 1 − a written as sigmoid of −z, which keeps its digits where a is close to 1."""
    return 1 / ((1 + exp(-z)) * (1 + exp(z)))


def _at_most(layers: Any, most: int) -> Any:
    """Return `layers`, or `most` where it is a larger number: conditions are only looked at after the formulas."""
    return layers if isinstance(layers, Expression) else min(layers, most)


def _product(weights: Any, z: Any, layers: Any) -> Any:
    layers = _at_most(layers, len(z.values) if isinstance(z, Grid) else LARGEST)
    return multiplied(lambda l: weights[l] / ((1 + exp(-z[l])) * (1 + exp(z[l]))), layers)  # noqa: E741


def _sample_chain(random: Random) -> dict[str, Any]:
    layers = random.randint(1, 4)
    # Now and then there is a weighted sum too many or too few, which the conditions must refuse.
    sums = max(1, layers + random.choice([-1, 1])) if random.random() < 0.05 else layers
    return {
        "weights": [Fraction(random.choice([-3, -2, -1, 1, 2, 3, 4, 6]), random.choice([1, 2])) for _ in range(layers)],
        "z": [Fraction(random.randint(-6, 6), 2) for _ in range(sums)],
    }


PATH = Convention(
    "one-path",
    Text(
        "the gradient of the last activation by the input, along one path",
        "梯度指最后一层的活性值对输入沿一条路径的导数",
    ),
)
GRADIENT_OF_PATH = replace(
    SLOPE,
    slug="vanishing-gradient",
    title=Text("Gradient of a chain of sigmoid neurons", "Sigmoid 神经元链的梯度"),
    asks=Text("What gradient comes back along one path?", "沿一条路径传回的梯度是多少？"),
    symbols=(CHAIN_WEIGHTS, CHAIN_SUMS, DEPTH, SUMS),
    steps=(
        Step(
            GRADIENT,
            lambda weights, z, layers: _product(weights, z, layers),
            Text(
                "Each layer multiplies by its weight and by the slope of sigmoid, σ'(z) = σ(z)(1 − σ(z)), "
                "which is at most 1/4.",
                "每一层都乘以该层的权重和 Sigmoid 的导数 σ'(z) = σ(z)(1 − σ(z))，后者最大为 1/4。",
            ),
        ),
    ),
    conventions=(PATH, FROM_ONE),
    sample=_sample_chain,
    example={"weights": [1, 2, -1], "z": [0, 1, 2]},
    oracle=_measured,
    measures=Text(
        "difference quotients of the engine's chain of neurons, extrapolated to step 0",
        "引擎运行整条神经元链，差商外推到步长 0",
    ),
    source=Text(
        "slides, vanishing gradient; nndl 4.6.2; Nielsen 2015, chapter 5",
        "课件，梯度消失；nndl 4.6.2；Nielsen 2015，第 5 章",
    ),
    holds=(
        Condition(
            lambda layers, sums: layers == sums,
            Text(
                "every layer has a weight and a weighted sum: there are {layers} weights and {sums} values of z.",
                "每层有一个权重和一个净输入：这里有 {layers} 个权重、{sums} 个净输入。",
            ),
        ),
        Condition(
            lambda weights, z, layers: (
                layers <= LARGEST and all(abs(value) <= LARGEST for value in (*weights.values, *z.values))
            ),
            Text(
                f"a chain has at most {LARGEST} layers here, and its numbers are between -{LARGEST} and {LARGEST}.",
                f"这里的链最多 {LARGEST} 层，各数须在 -{LARGEST} 与 {LARGEST} 之间。",
            ),
        ),
    ),
    mistakes=(
        _wrong(
            "slopes-forgotten",
            Text(
                "only the weights were multiplied: the slopes of sigmoid are missing", "只乘了权重：漏了 Sigmoid 的导数"
            ),
            lambda weights, layers: multiplied(lambda l: weights[l], layers),  # noqa: E741
        ),
        _wrong(
            "weights-forgotten",
            Text("only the slopes were multiplied: the weights are missing", "只乘了导数：漏了权重"),
            lambda z, layers: multiplied(lambda l: _slope(z[l]), layers),  # noqa: E741
        ),
        _wrong(
            "activations-multiplied",
            Text("the activations were taken instead of their slopes", "用了活性值，而不是导数"),
            lambda weights, z, layers: multiplied(lambda l: weights[l] / (1 + exp(-z[l])), layers),  # noqa: E741
        ),
        _wrong(
            "slopes-all-1-4",
            Text(
                "1/4 was taken for every slope: it is that large only at z = 0",
                "每个导数都取了 1/4：只有 z = 0 处才有这么大",
            ),
            lambda weights, layers: multiplied(lambda l: weights[l] / 4, layers),  # noqa: E741
            lambda z: any(at != 0 for at in z.values),
        ),
        _wrong(
            "added-not-multiplied",
            Text("the layers' factors were added, not multiplied", "把各层的因子相加，而不是相乘"),
            lambda weights, z, layers: total(lambda l: weights[l] * _slope(z[l]), 1, layers),  # noqa: E741
            lambda layers: layers > 1,
        ),
    ),
)

# --------------------------------------------------------------------------------------------- the bound

WEIGHT = Symbol(
    "weight", ("w", "w", "w"), Text("largest size of a weight", "权重绝对值的上界"),
    word="weight", domain=Numbers(Fraction(0), Fraction(LARGEST + 1)),
)  # fmt: skip
LENGTH = Symbol("layers", ("L", "L", "L"), Text("layers", "层数"), word="layers")
BOUND = replace(
    GRADIENT, letters=("B", "B", "B"), meaning=Text("largest size of the gradient", "梯度绝对值的上界"),
    domain=Numbers(Fraction(0)),
)  # fmt: skip
LARGEST_GRADIENT = replace(
    GRADIENT_OF_PATH,
    slug="vanishing-gradient.bound",
    title=Text("Largest gradient of a chain of sigmoids", "Sigmoid 神经元链梯度的上界"),
    asks=Text(
        "How large can the gradient along one path be, if no weight is larger than w in size?",
        "若权重的绝对值都不超过 w，沿一条路径的梯度最大是多少？",
    ),
    symbols=(WEIGHT, LENGTH),
    steps=(
        Step(
            BOUND,
            lambda weight, layers: power(weight / 4, _at_most(layers, LARGEST)),
            Text(
                "No slope of sigmoid is above 1/4, so every layer multiplies by {weight}/4 at most.",
                "Sigmoid 的导数不超过 1/4，因此每一层至多乘以 {weight}/4。",
            ),
        ),
    ),
    conventions=(PATH,),
    sample=lambda random: {
        "weight": Fraction(random.randint(1, 12), random.choice([1, 2])),
        # Now and then a chain is longer than the conditions allow.
        "layers": random.randint(1, 6) + LARGEST * (random.random() < 0.03),
    },
    example={"weight": 1, "layers": 10},
    oracle=_measured_bound,
    measures=Text(
        "sigmoid was tried all along for its steepest place, and a chain was run there",
        "沿 Sigmoid 逐点找出最陡处，再在该处运行整条链",
    ),
    holds=(
        Condition(
            lambda layers: layers <= LARGEST,
            Text(
                f"`layers` (={{layers}}) is at most {LARGEST} here.", f"这里 `layers`（={{layers}}）最大为 {LARGEST}。"
            ),
        ),
    ),
    mistakes=(
        _wrong(
            "slope-taken-as-1",
            Text("the slope of sigmoid was taken as 1: it is at most 1/4", "把 Sigmoid 的导数当成了 1：它最大为 1/4"),
            lambda weight, layers: power(weight, layers),
        ),
        _wrong(
            "weights-forgotten",
            Text("the weights were forgotten", "忘记了权重"),
            lambda layers: power(Fraction(1, 4), layers),
            lambda weight: weight != 1,
        ),
        _wrong(
            "added-not-multiplied",
            Text("the layers' factors were added, not multiplied", "把各层的因子相加，而不是相乘"),
            lambda weight, layers: weight / 4 * layers,
            lambda layers: layers > 1,
        ),
        _wrong(
            "slope-taken-as-1-2",
            Text("1/2 is sigmoid at 0; its slope there is 1/4", "1/2 是 Sigmoid 在 0 处的值；该处的导数是 1/4"),
            lambda weight, layers: power(weight / 2, layers),
        ),
    ),
)

VANISHING = Symbol(
    "gradient", ("vanishes", "vanishes", "vanishes"), Text("whether the bound shrinks to 0", "上界是否趋于 0"),
    domain=Choices(("yes", "no"), flag=True),
)  # fmt: skip
VANISHES = replace(
    LARGEST_GRADIENT,
    slug="vanishing-gradient.vanishes",
    title=Text("Whether the gradient must vanish", "梯度是否必然消失"),
    asks=Text(
        "Must the gradient shrink to 0 as layers are added, if no weight is larger than w in size?",
        "若权重的绝对值都不超过 w，随层数增加梯度是否必然趋于 0？",
    ),
    kind="truth",
    symbols=(WEIGHT,),
    steps=(
        Step(
            VANISHING,
            lambda weight: equal(math.floor(weight / 4), 0),
            Text(
                "The bound (w/4)^L shrinks exactly where w/4 is below 1, that is, where its whole part is 0.",
                "上界 (w/4)^L 趋于 0，当且仅当 w/4 小于 1，即其整数部分为 0。",
            ),
        ),
    ),
    sample=lambda random: {"weight": Fraction(random.randint(0, 24), random.choice([2, 3, 4]))},
    example={"weight": 2},
    oracle=_measured_vanishing,
    measures=Text(
        "sigmoid was tried all along for its largest slope, and what a layer passes on was compared with 1",
        "沿 Sigmoid 逐点找出最大的导数，再看一层传下去的是否小于 1",
    ),
    holds=(),
    mistakes=(
        _wrong(
            "threshold-1",
            Text(
                "only weights below 1 were taken to make it vanish: the slope of at most 1/4 helps, up to 4",
                "以为权重小于 1 才会消失：导数最大只有 1/4，因此权重小于 4 就会消失",
            ),
            lambda weight: equal(math.floor(weight), 0),
            lambda weight: 1 <= weight < 4,
        ),
        _wrong(
            "always",
            Text(
                "not every chain of sigmoids vanishes: with weights of 4 and more its factors can be 1 and more",
                "并非所有 Sigmoid 链的梯度都会消失：权重达到 4 时，各层的因子可以达到 1",
            ),
            lambda weight: equal(weight, weight),
            lambda weight: weight >= 4,
        ),
    ),
)

TOPIC = Topic(
    slug="vanishing-gradient",
    place=8,
    title=Text("Vanishing gradient", "梯度消失"),
    idea=Text(
        "On its way back through a chain of layers the gradient is multiplied by a weight and a slope in each of them. "
        "The slope of sigmoid is at most 1/4, so after some layers little is left.",
        "梯度沿层间的链传回时，每经过一层就乘以一个权重和一个导数。Sigmoid 的导数最大为 1/4，几层之后梯度就所剩无几。",
    ),
    quantities=(GRADIENT_OF_PATH, LARGEST_GRADIENT, VANISHES, SLOPE),
)
