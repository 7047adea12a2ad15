"""ResNets: how deep they are, how small their last map is, and what the bottleneck saves."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor
from random import Random
from typing import Any

import numpy as np

from cnnmath.engine import EngineError, TooLarge, correlate, dense, global_mean_pool, max_pool, relu, zeros
from cnnmath.expression import total
from cnnmath.grid import Grid
from cnnmath.model import Choices, Condition, Convention, Entries, Mistake, Numbers, Quantity, Step, Symbol, Topic
from cnnmath.text import Text
from cnnmath.topics.residual import BOTTLENECK, BOTTLENECK_STEPS, RESTORE_FORGOTTEN, WIDE_KERNEL, block_weights
from cnnmath.vocabulary import INPUT, NO_UNIT, PIXELS

# -------------------------------------------------------------------------------------------- the depth

BLOCKS = Symbol(
    "blocks", ("n", "n", "layers"), Text("blocks in each stage", "各阶段的残差块数"), word="blocks", domain=Entries(1)
)
STAGES = Symbol("stages", ("S", "S", "stages"), Text("stages", "阶段数"), size_of=("blocks", 0))
BLOCK = Symbol(
    "block",
    ("block", "block", "block"),
    Text("kind of block: two layers or three", "残差块的种类：两层或三层"),
    word="block",
    domain=Choices(("basic", "bottleneck")),
)
STACKED = Symbol("stacked", ("B", "B", "B"), Text("blocks in all", "残差块总数"))
LAYERS = Symbol("layers", ("L", "L", "depth"), Text("weighted layers", "带权重的层数"))
MOST_BLOCKS = 400
FACTOR = 2**64
"""What each layer multiplies by: more than all the paths through a net can add up to."""


def _depth(blocks: Grid, block: str) -> int:
    """Run a ResNet of one channel whose every weight is a large number b, on a single 1, shortcuts passing it on.

    The output is a polynomial in b; its degree is how many weights the longest way through the net meets.
    """
    if any(count != int(count) or count < 1 for count in blocks.values):
        raise EngineError("a stage cannot hold so many blocks")
    if sum(blocks.values) > MOST_BLOCKS:
        raise TooLarge("so many blocks take too long to run")

    def layer(x: Any, kernel: int) -> Any:
        return correlate(x, np.full((1, 1, kernel, kernel), FACTOR, dtype=object), padding="same")

    y = max_pool(layer(np.ones((1, 1, 1), dtype=object), 7), 3, stride=2, padding=1)
    for _ in range(int(sum(blocks.values))):
        x = y
        for kernel in (3, 3) if block == "basic" else (1, 3, 1):
            y = relu(layer(y, kernel))
        y = relu(y + x)
    found = dense(global_mean_pool(y), np.array([[FACTOR]], dtype=object))[0]
    return (int(found).bit_length() - 1) // 64


def _layers_of(block: str) -> int:
    return 2 if block == "basic" else 3


def _sample_depth(random: Random) -> dict[str, Any]:
    blocks = [random.randint(1, 6) for _ in range(random.choice([1, 2, 3, 4, 4, 4]))]
    if random.random() < 0.1:
        blocks[-1] = 0
    return {"blocks": blocks, "block": random.choice(["basic", "bottleneck"])}


def _wrong(slug: str, says: Text, formula: Callable[..., Any], applies: Callable[..., bool] = lambda: True) -> Mistake:
    return Mistake(slug, says, (Step(LAYERS, formula),), applies)


DEPTH = Quantity(
    slug="resnet",
    title=Text("Depth of a ResNet", "ResNet 的深度"),
    asks=Text("How many weighted layers are there from input to output?", "从输入到输出有多少个带权重的层？"),
    kind="number",
    unit=Text("layers", "层"),
    symbols=(BLOCKS, STAGES, BLOCK),
    steps=(
        Step(
            STACKED,
            lambda blocks, stages: total(lambda k: blocks[k], 1, stages),
            Text("The blocks of all {stages} stages.", "全部 {stages} 个阶段的残差块。"),
        ),
        Step(
            LAYERS,
            lambda stacked, block: 1 + _layers_of(block) * stacked + 1,
            Text(
                "The first convolution, then two layers in each basic block or three in each bottleneck, then the classifier.",
                "首个卷积，再加每个基本块的两层（瓶颈块为三层），最后是分类层。",
            ),
        ),
    ),
    conventions=(
        Convention(
            "shortcuts-not-counted",
            Text(
                "pooling and the 1×1 convolutions on shortcuts are not counted", "不计汇聚层，也不计捷径上的 1×1 卷积"
            ),
        ),
    ),
    sample=_sample_depth,
    example={"blocks": [3, 4, 6, 3], "block": "bottleneck"},
    oracle=_depth,
    measures=Text(
        "the engine ran the net with every weight a large number b; the output's degree in b was read off",
        "引擎以同一个大数 b 作为全部权重运行该网络，再读出输出关于 b 的次数",
    ),
    source=Text("He, Zhang, Ren & Sun 2016, table 1", "He, Zhang, Ren & Sun 2016，表 1"),
    holds=(
        Condition(
            lambda blocks: all(count == int(count) and count >= 1 for count in blocks.values),
            Text(
                "`blocks` counts the blocks of each stage, whole numbers of at least 1: write it like blocks=3,4,6,3.",
                "`blocks` 是各阶段的残差块数，须为不小于 1 的整数：请写成 blocks=3,4,6,3。",
            ),
        ),
    ),
    mistakes=(
        _wrong(
            "one-end-forgotten",
            Text("the first convolution or the classifier was forgotten", "忘记了首个卷积或最后的分类层"),
            lambda stacked, block: _layers_of(block) * stacked + 1,
        ),
        _wrong(
            "both-ends-forgotten",
            Text("only the blocks were counted, not the first and the last layer", "只数了残差块，忘记了首尾两层"),
            lambda stacked, block: _layers_of(block) * stacked,
        ),
        _wrong(
            "shortcuts-counted",
            Text("the 1×1 convolutions on shortcuts between stages were counted", "计入了各阶段之间捷径上的 1×1 卷积"),
            lambda stacked, block, stages: (
                2 + _layers_of(block) * stacked + (stages - 1 if block == "basic" else stages)
            ),
            lambda block, stages: block == "bottleneck" or stages > 1,
        ),
        _wrong(
            "pooling-counted",
            Text(
                "the max pooling and the mean pooling were counted: they have no weights",
                "计入了最大汇聚与平均汇聚：它们没有权重",
            ),
            lambda stacked, block: 2 + _layers_of(block) * stacked + 2,
        ),
        _wrong(
            "other-block",
            Text(
                "the layers of the other kind of block were counted: basic has 2, bottleneck 3",
                "用了另一种残差块的层数：基本块 2 层，瓶颈块 3 层",
            ),
            lambda stacked, block: 2 + (5 - _layers_of(block)) * stacked,
        ),
        _wrong(
            "blocks-counted",
            Text("blocks were counted, not the layers in them", "只数了残差块的个数，而不是其中的层数"),
            lambda stacked: 2 + stacked,
        ),
    ),
)

# ------------------------------------------------------------------------------------------ the last map

ROOM = replace(INPUT, letters=("N", "W", "W_in"), meaning=Text("side of the input", "输入的边长"), default=224)
HALVED = tuple(
    Symbol(f"side_{number}", (f"N_{number}", f"W_{number}", f"W_{number}"), Text(f"side after {en}", f"{zh}之后的边长"), unit=PIXELS)
    for number, (en, zh) in enumerate(
        (
            ("the first convolution", "首个卷积"),
            ("the max pooling", "最大汇聚"),
            ("stage 2", "第 2 阶段"),
            ("stage 3", "第 3 阶段"),
            ("stage 4", "第 4 阶段"),
        ),
        1,
    )
)  # fmt: skip
_WHYS = (
    Text(
        "The 7×7 kernel moves 2 values at a time, with 3 zeros on each side.",
        "7×7 卷积核每次移动 2 个值，每侧补 3 个零。",
    ),
    Text("3×3 windows, 2 values apart, with 1 more on each side.", "3×3 的窗口，步幅为 2，每侧填充 1。"),
    Text(
        "Stage 1 keeps the size; the first block of stage 2 moves 2 values at a time.",
        "第 1 阶段保持大小；第 2 阶段的首个块步幅为 2。",
    ),
    Text("So does the first block of stage 3.", "第 3 阶段的首个块同样如此。"),
    Text("And that of stage 4.", "第 4 阶段的首个块也是如此。"),
)


def _halved(rule: Callable[[Any, int], Any]) -> tuple[Step, ...]:
    """Return the side after each of the five, where `rule` takes the side before and which one it is, from 1."""
    formulas: tuple[Callable[..., Any], ...] = (
        lambda input: rule(input, 1),
        lambda side_1: rule(side_1, 2),
        lambda side_2: rule(side_2, 3),
        lambda side_3: rule(side_3, 4),
        lambda side_4: rule(side_4, 5),
    )
    return tuple(Step(*parts) for parts in zip(HALVED, formulas, _WHYS, strict=True))


def _last_map(input: int) -> int:
    """Run one channel through everything that has a stride, with the paper's kernels."""

    def layer(x: Any, kernel: int, stride: int) -> Any:
        return correlate(x, zeros(1, 1, kernel, kernel), stride=stride, padding=kernel // 2)

    y = max_pool(layer(zeros(1, input, input), 7, 2), 3, stride=2, padding=1)
    for stride in (1, 2, 2, 2):
        y = relu(layer(layer(y, 3, stride), 3, 1) + layer(y, 1, stride))
    return int(y.shape[1])


def _unpadded(side: Any, number: int) -> Any:
    return floor((side - (7 if number == 1 else 3)) / 2) + 1


SIZE = Quantity(
    slug="resnet.size",
    title=Text("Last feature map of a ResNet", "ResNet 的最后一张特征图"),
    asks=Text("How long is the side of the last feature map?", "最后的特征图边长是多少？"),
    kind="number",
    unit=PIXELS,
    symbols=(ROOM,),
    steps=_halved(lambda side, _: ceil(side / 2)),
    conventions=(
        Convention(
            "resnet-stages", Text("four stages, and the first keeps the size", "共四个阶段，其中第一个保持大小不变")
        ),
    ),
    sample=lambda random: {"input": random.choice([32, 64, 224, 256, random.randint(1, 400), random.randint(1, 400)])},
    example={"input": 224},
    oracle=_last_map,
    measures=Text("the engine ran the kernels and strides on zeros", "引擎按各层的卷积核与步幅在全零输入上运行"),
    source=DEPTH.source,
    mistakes=(
        Mistake(
            "one-halving-forgotten",
            Text(
                "one of the five halvings was forgotten, such as that of the max pooling",
                "忘记了五次减半中的一次，例如最大汇聚",
            ),
            _halved(lambda side, number: side if number == 2 else ceil(side / 2))[1:2],
            lambda input: input > 1,
        ),
        Mistake(
            "stages-only",
            Text("the first convolution and the max pooling were forgotten", "忘记了首个卷积与最大汇聚的减半"),
            _halved(lambda side, _: side)[:2],
            lambda input: input > 1,
        ),
        Mistake(
            "every-stage-halved",
            Text(
                "stage 1 was halved too: it starts right after the pooling and keeps the size",
                "第 1 阶段也减半了：它紧接汇聚，保持大小不变",
            ),
            _halved(lambda side, _: ceil(ceil(side / 2) / 2))[2:3],
        ),
        Mistake(
            "rounded-down",
            Text(
                "halves were rounded down: with their padding these layers round up",
                "减半时向下取整：带有填充的这些层向上取整",
            ),
            _halved(lambda side, _: floor(side / 2)),
            lambda input: input % 32 > 0,
        ),
        Mistake(
            "padding-forgotten",
            Text("the padding was forgotten", "忘记了填充"),
            _halved(_unpadded),
        ),
    ),
)

# ------------------------------------------------------------------------------------------- the saving

PLAIN = Symbol("plain", ("W", "W", "W"), Text("parameters of two 3×3 convolutions", "两个 3×3 卷积的参数量"))
RATIO = Symbol("ratio", ("r", "r", "r"), Text("how many times as many", "倍数"), domain=Numbers(Fraction(0)))


def _plain(channels: Any, kernel: Any, bias: Any) -> Any:
    return 2 * (channels * channels * kernel * kernel + (channels if bias else 0))


def _measured_saving(channels: int, reduced: int, bias: bool) -> Fraction:
    plain = block_weights(channels, channels, channels, kernels=(3, 3), bias=bias)
    return Fraction(plain, block_weights(channels, reduced, reduced, channels, kernels=(1, 3, 1), bias=bias))


SAVING = replace(
    BOTTLENECK,
    slug="resnet.saving",
    title=Text("What the bottleneck saves", "瓶颈结构的节省"),
    asks=Text(
        "How many times as many parameters do two 3×3 convolutions on all the channels take as the bottleneck?",
        "在全部通道上的两个 3×3 卷积，其参数量是瓶颈残差块的多少倍？",
    ),
    unit=NO_UNIT,
    steps=(
        Step(
            PLAIN,
            _plain,
            Text(
                "Without a bottleneck both 3×3 convolutions work on all {channels} channels.",
                "不用瓶颈时，两个 3×3 卷积都在全部 {channels} 个通道上工作。",
            ),
        ),
        *BOTTLENECK_STEPS,
        Step(
            RATIO,
            lambda plain, weights: plain / weights,
            Text("Both blocks take the same input and give the same shape.", "两种残差块的输入与输出形状都相同。"),
        ),
    ),
    oracle=_measured_saving,
    measures=Text(
        "both blocks were built and run, and what they learn was counted", "实际构造并运行两种残差块，再数出各自的参数"
    ),
    source=BOTTLENECK.source,
    alternatives=(),
    mistakes=(
        RESTORE_FORGOTTEN,
        WIDE_KERNEL,
        Mistake(
            "upside-down",
            Text("the quotient is upside down", "分子与分母写反了"),
            (Step(RATIO, lambda plain, weights: weights / plain),),
        ),
        Mistake(
            "on-reduced-channels",
            Text("the two 3×3 convolutions were taken on the reduced channels", "两个 3×3 卷积按降维后的通道数计算"),
            (Step(PLAIN, lambda reduced, kernel, bias: _plain(reduced, kernel, bias)),),
            lambda channels, reduced: channels != reduced,
        ),
        Mistake(
            "one-convolution-only",
            Text("only one 3×3 convolution was compared", "只比较了一个 3×3 卷积"),
            (Step(PLAIN, lambda channels, kernel, bias: _plain(channels, kernel, bias) / 2),),
        ),
    ),
)

TOPIC = Topic(
    slug="resnet",
    place=150,
    title=Text("ResNet", "ResNet"),
    idea=Text(
        "Residual blocks can be stacked a hundred deep. The name counts the weighted layers; the maps are halved five times; "
        "1×1 bottlenecks keep the weights few.",
        "残差块可以堆叠上百层。名称中的数字是带权重的层数；特征图减半五次；1×1 瓶颈使参数保持较少。",
    ),
    quantities=(DEPTH, SIZE, SAVING),
)
