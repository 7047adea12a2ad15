"""Any stack of layers: what it sees in all, after each layer, and how far it steps."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np

from cnnmath.expression import multiplied, totals
from cnnmath.model import Alternative, Convention, Entries, Integers, Mistake, Quantity, Step, Symbol
from cnnmath.text import Text
from cnnmath.topics.receptive_field.measuring import seen, width
from cnnmath.vocabulary import DILATION, DILATION_FROM_ONE, DILATION_FROM_ZERO, KERNEL, NO_UNIT, PIXELS, STRIDE

KERNELS = replace(KERNEL, meaning=Text("kernel size of each layer", "各层的卷积核大小"), domain=Entries(1, minimum=1))
STRIDES = replace(
    STRIDE, meaning=Text("stride of each layer", "各层的步幅"), domain=Entries(1, minimum=1), same_as="kernel"
)
DILATIONS = replace(
    DILATION,
    meaning=Text("dilation of each layer", "各层的膨胀率"),
    domain=Entries(1, minimum=1),
    same_as="kernel",
    quiet=False,
)
DEPTH = Symbol("layers", ("L", "L", "L"), Text("number of layers", "层数"), size_of=("kernel", 0))
LAYER = Symbol("layer", ("c", "c", "c"), Text("layer, from 0", "层的序号，从 0 开始"), domain=Integers(0))
NUMBER = Symbol("number", ("n", "n", "n"), Text("layer, from 1", "层的序号，从 1 开始"))
FIELD = Symbol("field", ("R", "R", "R"), Text("receptive field", "感受野"), unit=PIXELS)
JUMP = Symbol("jump", ("J", "J", "J"), Text("stride of the whole stack", "整个堆叠的步幅"), unit=PIXELS)

POOLS_COUNT = Convention(
    "pooling-is-a-layer",
    Text("pooling layers are listed too, by their window and stride", "汇聚层也要列出，写其窗口大小与步幅"),
)
INSIDE = Convention(
    "away-from-the-border",
    Text("along one side, away from the border, where padding plays no part", "沿一条边，且远离边缘（与填充无关）"),
)


def _listed(*columns: Any) -> list[tuple[int, int, int]]:
    """Return the layers, each (kernel, stride, dilation)."""
    return list(zip(*(column.values for column in columns), strict=True))


def _measured_field(kernel: Any, stride: Any, dilation: Any) -> int:
    return width(_listed(kernel, stride, dilation))


def _measured_fields(kernel: Any, stride: Any, dilation: Any, layers: int) -> Any:
    listed = _listed(kernel, stride, dilation)
    return np.array([width(listed[: count + 1]) for count in range(layers)])


def _measured_jump(kernel: Any, stride: Any) -> int:
    layers = [(size, step, 1) for size, step, _ in _listed(kernel, stride, stride)]
    return seen(layers, 1)[0] - seen(layers, 0)[0]


def _before(stride: Any, layer: Any) -> Any:
    """Return how far apart, in the input, the neighbours lie that a layer reads."""
    return multiplied(lambda i: stride[i], layer - 1)


def _gaps(kernel: Any, dilation: Any, layer: Any) -> Any:
    """Return how many such neighbours a layer's kernel reaches beyond its first value."""
    return (kernel[layer] - 1) * dilation[layer]


def _field(
    kernel: Any,
    stride: Any,
    dilation: Any,
    layers: Any,
    gaps: Callable[..., Any] = _gaps,
    before: Callable[..., Any] = _before,
) -> Any:
    return 1 + totals(lambda l: gaps(kernel, dilation, l) * before(stride, l), layers)  # noqa: E741


_WHY = Text(
    "One value to begin with. What layer l reads lies as far apart in the input as the strides of the layers before it "
    "multiply to, and its kernel has K − 1 gaps of d such distances each.",
    "从一个值开始。第 l 层读入的相邻两个值，在输入中的距离是它之前各层步幅之积；它的卷积核有 K − 1 个间隔，每个间隔是 d 倍的这个距离。",
)


def _stack(**other: Callable[..., Any]) -> Callable[..., Any]:
    return lambda kernel, stride, dilation, layers: _field(kernel, stride, dilation, layers, **other)


def _part_of_it(**other: Callable[..., Any]) -> Callable[..., Any]:
    return lambda kernel, stride, dilation, number: _field(kernel, stride, dilation, number, **other)


def _sample(random: Random) -> dict[str, Any]:
    count = random.randint(1, 4)
    given: dict[str, Any] = {"kernel": [random.choice([1, 2, 3, 3, 5, 7]) for _ in range(count)]}
    if random.random() < 0.7:
        given["stride"] = [random.choice([1, 1, 2, 2, 3]) for _ in range(count)]
    if random.random() < 0.5:
        doubled = [2**at for at in range(count)]
        given["dilation"] = random.choice([doubled, [random.choice([1, 1, 2, 3]) for _ in range(count)]])
    return given


def _sample_strides(random: Random) -> dict[str, Any]:
    count = random.randint(2, 4)
    return {
        "kernel": [random.choice([1, 3, 5]) for _ in range(count)],
        "stride": [random.choice([1, 2, 2, 3]) for _ in range(count)],
    }


def _strided(stride: Any, layers: Any) -> bool:
    """Tell whether a stride counts at all: the last layer's own does not."""
    return any(stride[place] > 1 for place in range(1, int(layers)))


def _any_above_one(listed: Any) -> bool:
    return any(value > 1 for value in listed.values)


_Other = dict[str, Callable[..., Any]]
_STRIDES_FORGOTTEN: _Other = {"before": lambda stride, layer: 1}
_OWN_STRIDE_ONLY: _Other = {"before": lambda stride, layer: stride[layer]}
_OWN_STRIDE_TOO: _Other = {"before": lambda stride, layer: _before(stride, layer + 1)}
_FROM_ZERO: _Other = {"gaps": lambda kernel, dilation, layer: (kernel[layer] - 1) * (dilation[layer] + 1)}
_DILATION_FORGOTTEN: _Other = {"gaps": lambda kernel, dilation, layer: kernel[layer] - 1}
_SPREADS = (
    Mistake(
        "strides-forgotten",
        Text("the strides were forgotten", "忘记了步幅"),
        (Step(FIELD, _stack(**_STRIDES_FORGOTTEN)),),
        _strided,
    ),
    Mistake(
        "own-stride-only",
        Text(
            "each layer was spread by its own stride, not by the strides of the layers before it",
            "每一层乘的是自己的步幅，而不是它之前各层的步幅",
        ),
        (Step(FIELD, _stack(**_OWN_STRIDE_ONLY)),),
        lambda stride: _any_above_one(stride),
    ),
    Mistake(
        "own-stride-too",
        Text(
            "the layer's own stride was multiplied in as well: only those before it count",
            "把该层自己的步幅也乘了进去：只应乘它之前各层的步幅",
        ),
        (Step(FIELD, _stack(**_OWN_STRIDE_TOO)),),
        lambda stride: _any_above_one(stride),
    ),
    Mistake(
        "dilation-forgotten",
        Text("the dilation was forgotten", "忘记了膨胀"),
        (Step(FIELD, _stack(**_DILATION_FORGOTTEN)),),
        lambda dilation: _any_above_one(dilation),
    ),
)
_MISTAKES = (
    *_SPREADS,
    Mistake(
        "last-stride-only",
        Text(
            "only the stride of the layer just before was used, not the product of all of them",
            "只乘了前一层的步幅，而不是之前所有步幅之积",
        ),
        (Step(FIELD, _stack(before=lambda stride, layer: stride[layer - 1] if layer > 1 else 1)),),
        lambda stride, layers: layers > 2 and _strided(stride, layers),
    ),
    Mistake(
        "pools-left-out",
        Text(
            "layers whose stride is their kernel (pools) were left out: only their stride was counted",
            "漏掉了步幅等于窗口的层（汇聚层）：只算了它们的步幅",
        ),
        (
            Step(
                FIELD,
                lambda kernel, stride, dilation, layers: _field(
                    kernel,
                    stride,
                    dilation,
                    layers,
                    lambda kernel, dilation, at: 0 if kernel[at] == stride[at] else _gaps(kernel, dilation, at),
                ),
            ),
        ),
        lambda kernel, stride: any(size == step > 1 for size, step in zip(kernel.values, stride.values)),
    ),
    Mistake(
        "kernels-added",
        Text("the kernels were added up, without the − 1 of each", "直接把卷积核大小相加，没有逐层减 1"),
        (Step(FIELD, lambda kernel, layers: totals(lambda at: kernel[at], layers)),),
        lambda layers: layers > 1,
    ),
    Mistake(
        "kernels-multiplied",
        Text("the kernels were multiplied", "把各层的卷积核大小相乘"),
        (Step(FIELD, lambda kernel, layers: multiplied(lambda at: kernel[at], layers)),),
        lambda layers: layers > 1,
    ),
    Mistake(
        "dilation-times-kernel",
        Text("a dilated kernel was taken to span dilation × kernel", "把膨胀后的卷积核当作跨越 膨胀率 × 卷积核大小"),
        (Step(FIELD, _stack(gaps=lambda kernel, dilation, layer: kernel[layer] * dilation[layer] - 1)),),
        lambda dilation: _any_above_one(dilation),
    ),
    Mistake(
        "dilation-linear",
        Text(
            "dilations that double (1, 2, 4 …) were taken to grow by one (1, 2, 3 …)",
            "把成倍增长的膨胀率（1, 2, 4 …）当作逐一增长（1, 2, 3 …）",
        ),
        (Step(FIELD, _stack(gaps=lambda kernel, dilation, layer: (kernel[layer] - 1) * layer)),),
        lambda dilation, layers: layers > 2 and dilation.values == tuple(2**at for at in range(int(layers))),
    ),
)

FIELD_OF_STACK = Quantity(
    slug="receptive-field",
    title=Text("Receptive field of a stack of layers", "多层堆叠的感受野"),
    asks=Text(
        "How many values of the input, along one side, does one value of the last layer see?",
        "最后一层的一个值，沿一条边看到输入中的多少个值？",
    ),
    kind="number",
    unit=PIXELS,
    symbols=(KERNELS, STRIDES, DILATIONS, DEPTH),
    steps=(Step(FIELD, _stack(), _WHY),),
    conventions=(POOLS_COUNT, INSIDE, DILATION_FROM_ONE),
    sample=_sample,
    example={"kernel": [5, 2, 5], "stride": [1, 2, 1]},
    oracle=_measured_field,
    measures=Text(
        "NaNs were run through the layers; those that reach one output show what it sees",
        "让 NaN 流经各层，看哪些会影响同一个输出",
    ),
    source=Text(
        "Araujo, Norris & Sim 2019, Computing receptive fields, the sum over layers; Dumoulin & Visin 2016, section 5.1",
        "Araujo, Norris & Sim 2019，Computing receptive fields，对各层求和；Dumoulin & Visin 2016，5.1 节",
    ),
    alternatives=(
        Alternative(
            DILATION_FROM_ZERO,
            (Step(FIELD, _stack(**_FROM_ZERO)),),
            lambda dilation: _any_above_one(dilation),
        ),
    ),
    mistakes=_MISTAKES,
)

EACH_LAYER = replace(
    FIELD_OF_STACK,
    slug="receptive-field.layers",
    title=Text("Receptive field after each layer", "逐层的感受野"),
    asks=Text(
        "How many values of the input does one value see after the first layer, after the second, and so on?",
        "经过第一层、第二层……之后，一个值各看到输入中的多少个值？",
    ),
    kind="array",
    unit=NO_UNIT,
    steps=(
        Step(NUMBER, lambda layer: layer + 1, Text("Layers are counted from 1 in the sum.", "求和式中层从 1 计。")),
        Step(FIELD, _part_of_it(), _WHY, ("number",)),
    ),
    cells=((LAYER, "layers"),),
    alternatives=(
        replace(FIELD_OF_STACK.alternatives[0], steps=(Step(FIELD, _part_of_it(**_FROM_ZERO), _WHY, ("number",)),)),
    ),
    example={"kernel": [7, 3, 3, 3], "stride": [2, 2, 1, 1]},
    oracle=_measured_fields,
    mistakes=tuple(
        replace(mistake, steps=(Step(FIELD, _part_of_it(**other)),))
        for mistake, other in zip(
            _SPREADS, (_STRIDES_FORGOTTEN, _OWN_STRIDE_ONLY, _OWN_STRIDE_TOO, _DILATION_FORGOTTEN)
        )
    ),
)

JUMP_OF_STACK = replace(
    FIELD_OF_STACK,
    slug="receptive-field.stride",
    title=Text("Stride of a whole stack", "整个堆叠的步幅"),
    asks=Text(
        "How many input values apart do neighbours of the last layer look?",
        "最后一层相邻的两个值，所看的位置在输入中相隔多少个值？",
    ),
    symbols=(KERNELS, STRIDES, DEPTH),
    steps=(
        Step(
            JUMP,
            lambda stride, layers: multiplied(lambda i: stride[i], layers),
            Text(
                "Each layer's step is made of as many steps of the layer before it as its stride says.",
                "每一层的一步，由它之前一层的若干步组成，步数即为步幅。",
            ),
        ),
    ),
    conventions=(POOLS_COUNT,),
    alternatives=(),
    sample=_sample_strides,
    example={"kernel": [7, 3, 3, 3, 3], "stride": [2, 2, 1, 2, 1]},
    oracle=_measured_jump,
    measures=Text(
        "NaNs were run through the layers; where two neighbouring outputs begin to see was compared",
        "让 NaN 流经各层，比较相邻两个输出各从哪里开始看到输入",
    ),
    mistakes=(
        Mistake(
            "strides-added",
            Text("the strides were added, not multiplied", "把步幅相加了，而不是相乘"),
            (Step(JUMP, lambda stride, layers: totals(lambda at: stride[at], layers)),),
        ),
        Mistake(
            "last-stride-left-out",
            Text("the last layer's own stride was left out", "漏掉了最后一层自己的步幅"),
            (Step(JUMP, lambda stride, layers: _before(stride, layers)),),
            lambda stride, layers: stride[layers] > 1,
        ),
        Mistake(
            "last-stride-only",
            Text("only the last layer's stride was taken", "只取了最后一层的步幅"),
            (Step(JUMP, lambda stride, layers: stride[layers]),),
            _strided,
        ),
    ),
)
