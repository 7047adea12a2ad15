"""Structure: the typical network [conv × m, pool × b] × n, dense × f, and where its parameters are."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import floor
from random import Random
from typing import Any

from cnnmath.engine import TooLarge, correlate, dense, max_pool, zeros
from cnnmath.expression import power
from cnnmath.model import (
    Alternative,
    Condition,
    Convention,
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
from cnnmath.topics.output_size import COLUMNS, ROWS
from cnnmath.vocabulary import (
    BIAS_COUNTED,
    BIAS_NOT_COUNTED,
    CHANNELS,
    FILTERS,
    HWC,
    INPUT_HEIGHT,
    INPUT_WIDTH,
    KERNEL,
)

MOST_LAYERS = 200
MOST_WEIGHTS = 20_000_000

CONVOLUTIONS = Symbol(
    "convolutions", ("m", "m", "m"), Text("convolutions in each block", "每块的卷积层数"), word="convolutions"
)
BLOCKS = Symbol("blocks", ("n", "n", "n"), Text("blocks", "块数"), word="blocks")
POOLS = Symbol(
    "pools", ("b", "b", "b"), Text("2×2 poolings at the end of each block", "每块末尾 2×2 汇聚的层数"),
    word="pools", domain=Integers(0), default=1,
)  # fmt: skip
DENSE = Symbol("dense", ("f", "f", "f"), Text("dense layers", "全连接层数"), word="dense", default=1)
UNITS = Symbol("units", ("Q", "Q", "Q"), Text("neurons of each dense layer", "每个全连接层的神经元数"), word="units")

MAPS = Symbol("maps", ("P'", "K'", "C'"), Text("last feature maps", "最后的特征图数"))
FLAT = Symbol("flat", ("F_1", "V", "V"), Text("values given to the first dense layer", "送入首个全连接层的值"))
IN_CONVOLUTIONS = Symbol(
    "in_convolutions", ("W_c", "W_c", "W_c"), Text("parameters of the convolutions", "卷积层的参数量")
)
IN_DENSE = Symbol("in_dense", ("W_d", "W_d", "W_d"), Text("parameters of the dense layers", "全连接层的参数量"))
IN_ALL = Symbol("in_all", ("W_a", "W_a", "W_a"), Text("parameters of the network", "网络的参数量"))
SHARE = Symbol("share", ("share",) * 3, Text("share of the dense layers", "全连接层所占的比例"), domain=Numbers())

SAME = Convention("same-size-blocks", Text("convolutions keep height and width (stride 1, same padding); a pooling is 2×2 with stride 2",
                                           "卷积不改变高与宽（步幅 1，same 填充）；汇聚为 2×2、步幅 2"))  # fmt: skip
EQUAL = Convention("equal-layers", Text("every convolution has the same kernels and filters, every dense layer the same neurons",
                                        "各卷积层的卷积核与滤波器个数相同，各全连接层的神经元数相同"))  # fmt: skip

MAP = (
    Step(
        ROWS,
        # Rounding down once is rounding down at every pooling: floor(floor(a/2)/2) = floor(a/4).
        lambda input_height, pools, blocks: floor(input_height / power(2, pools * blocks)),
        Text("Every pooling halves the rows and rounds down.", "每次汇聚使行数减半并向下取整。"),
    ),
    Step(
        COLUMNS,
        lambda input_width, pools, blocks: floor(input_width / power(2, pools * blocks)),
        Text("Every pooling halves the columns and rounds down.", "每次汇聚使列数减半并向下取整。"),
    ),
)
FLATTEN = Step(
    FLAT,
    lambda rows, columns, filters: rows * columns * filters,
    Text("The last {filters} maps are laid out in one row.", "最后的 {filters} 张特征图排成一行。"),
)
IN_CONVOLUTIONS_STEP = Step(
    IN_CONVOLUTIONS,
    lambda kernel, channels, filters, convolutions, blocks: (
        (kernel * kernel * channels + 1) * filters
        + (convolutions * blocks - 1) * ((kernel * kernel * filters + 1) * filters)
    ),
    Text(
        "The first convolution reads {channels} channels, each of the others {filters}; one bias per filter.",
        "首个卷积层读取 {channels} 个通道，其余各层读取 {filters} 个；每个滤波器一个偏置。",
    ),
)
IN_DENSE_STEP = Step(
    IN_DENSE,
    lambda flat, units, dense: (flat + 1) * units + (dense - 1) * ((units + 1) * units),
    Text(
        "Each of {units} neurons has a weight for every value before it, and a bias.",
        "{units} 个神经元各对前一层的每个值有一个权重，另有一个偏置。",
    ),
)
IN_ALL_STEP = Step(
    IN_ALL,
    lambda in_convolutions, in_dense: in_convolutions + in_dense,
    Text("Poolings have none.", "汇聚层没有参数。"),
)


_SMALLEST = {"input_height": 1, "input_width": 1, "channels": 1, "pools": 0, "dense": 0}
"""What is built where a quantity does not depend on it."""


def _layers(values: Given) -> tuple[tuple[int, ...], int, int]:
    """Build and run the network on zeros: the last map's shape, and the sizes of its real weights and biases.

    One channel runs for all of a layer: they have the same height and width.
    """
    if values["convolutions"] * values["blocks"] + values["dense"] > MOST_LAYERS:
        raise TooLarge("the network has too many layers to build them one by one")
    kernel, depth, counted = values["kernel"], values["channels"], 0
    image = zeros(values["input_height"], values["input_width"])
    for _ in range(values["blocks"]):
        for _ in range(values["convolutions"]):
            weights, biases = zeros(values["filters"], depth, kernel, kernel), zeros(values["filters"])
            counted, depth = _room(counted + weights.size + biases.size), len(weights)
            image = correlate(image, weights[0, 0], padding="same")
        for _ in range(values["pools"]):
            image = max_pool(image, 2)
    row, in_dense = zeros(depth, *image.shape).reshape(-1), 0
    for _ in range(values["dense"]):
        weights, biases = zeros(values["units"], row.size), zeros(values["units"])
        in_dense, row = _room(in_dense + weights.size + biases.size), dense(row, weights, biases)
    return (*image.shape, depth), counted, in_dense


def _room(weights: int) -> int:
    if weights > MOST_WEIGHTS:
        raise TooLarge("the network has too many weights to build them all")
    return weights


def _flat(values: Given) -> int:
    shape, _, _ = _layers({**_SMALLEST, **values})
    return zeros(*shape).size


def _sample(random: Random) -> dict[str, Any]:
    return {
        "input": (random.randint(4, 17), random.randint(4, 17), random.randint(1, 3)),
        "kernel": random.choice([1, 3, 5]),
        "filters": random.randint(1, 5),
        "convolutions": random.randint(1, 3),
        "blocks": random.randint(1, 2),
        "pools": random.choice([0, 1, 1]),
    }


def _flat_input(given: Given) -> dict[str, Any]:
    """Return givens whose input is height and width alone: channels do not matter."""
    return {**given, "input": given["input"][:2]}


def _deep(random: Random) -> dict[str, Any]:
    return {**_sample(random), "dense": random.randint(1, 3), "units": random.randint(1, 6)}


_EVERY = (INPUT_HEIGHT, INPUT_WIDTH, CHANNELS, KERNEL, FILTERS, CONVOLUTIONS, BLOCKS, POOLS)
_WITHOUT_CHANNELS = tuple(symbol for symbol in _EVERY if symbol is not CHANNELS)
_ONE_POOL = Mistake(
    "one-block-pooled",
    Text("only one block's pooling was counted", "只算了一块的汇聚"),
    (
        replace(MAP[0], formula=lambda input_height, pools: floor(input_height / power(2, pools))),
        replace(MAP[1], formula=lambda input_width, pools: floor(input_width / power(2, pools))),
    ),
    lambda pools, blocks: pools > 0 and blocks > 1,
)


def _shrunk(size: Any, kernel: Any, convolutions: Any, pools: Any, blocks: Any) -> Any:
    """Return what is left of a side where the convolutions are not padded."""
    for _ in range(int(blocks)):
        size = floor((size - convolutions * (kernel - 1)) / power(2, pools))
    return size


_UNPADDED = Mistake(
    "padding-forgotten",
    Text("the convolutions were not padded", "卷积没有填充"),
    (
        replace(
            MAP[0],
            formula=lambda input_height, kernel, convolutions, pools, blocks: _shrunk(
                input_height, kernel, convolutions, pools, blocks
            ),
        ),
        replace(
            MAP[1],
            formula=lambda input_width, kernel, convolutions, pools, blocks: _shrunk(
                input_width, kernel, convolutions, pools, blocks
            ),
        ),
    ),
    lambda kernel: kernel > 1,
)
_FITS = Condition(
    lambda rows, columns: rows >= 1 and columns >= 1,
    Text("after all poolings nothing is left of the input: pool less or take a larger input.",
         "经过全部汇聚后输入已无剩余：请减少汇聚或增大输入。"),
)  # fmt: skip
_SOURCE = Text("slides, the classical network; nndl 5.3 and figure 5.9", "课件，经典卷积神经网络；nndl 5.3 与图 5.9")
_RUN = Text(
    "the layers were built and run on zeros, and their real weights and biases counted",
    "建立各层并以零输入运行，数出真实的权重与偏置",
)
_EXAMPLE = {"input": (32, 32, 3), "kernel": 3, "filters": 16, "convolutions": 2, "blocks": 2}
_DEEP = {**_EXAMPLE, "dense": 2, "units": 64}

SHAPE = Quantity(
    slug="structure",
    title=Text("Last feature map of a typical network", "典型网络的最后一张特征图"),
    asks=Text("How large is what the convolutions and poolings leave?", "经过各卷积与汇聚之后，特征图有多大？"),
    kind="shape",
    unit=Text("height × width × channels", "高 × 宽 × 通道"),
    symbols=_EVERY,
    steps=(
        *MAP,
        Step(MAPS, lambda filters: filters, Text("There are as many maps as filters.", "特征图与滤波器一样多。")),
    ),
    answer=("rows", "columns", "maps"),
    conventions=(SAME, EQUAL, HWC),
    sample=_sample,
    example=_EXAMPLE,
    oracle=lambda values: _layers({**_SMALLEST, **values})[0],
    measures=Text("the layers ran on zeros", "各层以零输入实际运行"),
    source=_SOURCE,
    holds=(_FITS,),
    mistakes=(
        _ONE_POOL,
        _UNPADDED,
        Mistake(
            "input-channels-kept",
            Text(
                "the maps are as many as the filters, not as the input's channels",
                "特征图数等于滤波器个数，而不是输入通道数",
            ),
            (Step(MAPS, lambda channels: channels),),
            lambda channels, filters: channels != filters,
        ),
    ),
)

VALUES = replace(
    SHAPE,
    slug="structure.flatten",
    title=Text("Values given to the first dense layer", "送入首个全连接层的值的个数"),
    asks=Text("How many values does the first dense layer read?", "首个全连接层读取多少个值？"),
    kind="number",
    unit=Text("values", "个值"),
    symbols=_WITHOUT_CHANNELS,
    steps=(*MAP, FLATTEN),
    answer=(),
    sample=lambda random: _flat_input(_sample(random)),
    example=_flat_input(_EXAMPLE),
    conventions=(SAME, EQUAL),
    oracle=_flat,
    mistakes=(
        _ONE_POOL,
        _UNPADDED,
        Mistake(
            "maps-forgotten",
            Text("only one of the maps was counted", "只算了一张特征图"),
            (replace(FLATTEN, formula=lambda rows, columns: rows * columns),),
            lambda filters: filters > 1,
        ),
    ),
)


def _parameters(
    name: str, title: Text, asks: Text, steps: tuple[Step, ...], oracle: Callable[[Any], Any], **changes: Any
) -> Quantity:
    return replace(
        VALUES,
        slug=f"structure.{name}",
        title=title,
        asks=asks,
        unit=Text("parameters", "个参数"),
        steps=steps,
        conventions=(BIAS_COUNTED, SAME, EQUAL),
        oracle=lambda values: oracle(_layers({**_SMALLEST, **values})),
        measures=_RUN,
        **changes,
    )


_FIRST_ONLY = Mistake(
    "input-channels-everywhere",
    Text("every convolution was given the input's channels", "把每个卷积层的输入通道数都当作网络输入的通道数"),
    (
        replace(
            IN_CONVOLUTIONS_STEP,
            formula=lambda kernel, channels, filters, convolutions, blocks: (
                convolutions * blocks * (kernel * kernel * channels + 1) * filters
            ),
        ),
    ),
    lambda channels, filters, convolutions, blocks: channels != filters and convolutions * blocks > 1,
)
_ONE_BLOCK = Mistake(
    "one-block-counted",
    Text("only one block was counted", "只算了一个块"),
    (
        replace(
            IN_CONVOLUTIONS_STEP,
            formula=lambda kernel, channels, filters, convolutions: (
                (kernel * kernel * channels + 1) * filters
                + (convolutions - 1) * ((kernel * kernel * filters + 1) * filters)
            ),
        ),
    ),
    lambda blocks: blocks > 1,
)
_ONE_DENSE = Mistake(
    "one-dense-counted",
    Text("only the first dense layer was counted", "只算了首个全连接层"),
    (replace(IN_DENSE_STEP, formula=lambda flat, units: (flat + 1) * units),),
    lambda dense: dense > 1,
)
_NO_BIAS_CONVOLUTIONS = replace(
    IN_CONVOLUTIONS_STEP,
    formula=lambda kernel, channels, filters, convolutions, blocks: (
        kernel * kernel * channels * filters + (convolutions * blocks - 1) * (kernel * kernel * filters * filters)
    ),
)
_NO_BIAS_DENSE = replace(IN_DENSE_STEP, formula=lambda flat, units, dense: flat * units + (dense - 1) * (units * units))


def _measured_share(values: Given) -> Fraction:
    _, in_convolutions, in_dense = _layers(values)
    return Fraction(in_dense, in_convolutions + in_dense)


IN_CONVOLUTIONS_QUANTITY = _parameters(
    "convolution-parameters",
    Text("Parameters of the convolutions", "卷积层的参数量"),
    Text("How many parameters do the convolutions have together?", "各卷积层共有多少个参数？"),
    (IN_CONVOLUTIONS_STEP,),
    lambda found: found[1],
    symbols=(KERNEL, CHANNELS, FILTERS, CONVOLUTIONS, BLOCKS),
    holds=(),
    sample=lambda random: (
        {word: value for word, value in _sample(random).items() if word not in ("input", "pools")}
        | {"channels": random.randint(1, 4)}
    ),
    example={"kernel": 3, "channels": 3, "filters": 16, "convolutions": 2, "blocks": 2},
    alternatives=(Alternative(BIAS_NOT_COUNTED, (_NO_BIAS_CONVOLUTIONS,)),),
    mistakes=(_FIRST_ONLY, _ONE_BLOCK),
)
IN_DENSE_QUANTITY = _parameters(
    "dense-parameters",
    Text("Parameters of the dense layers", "全连接层的参数量"),
    Text("How many parameters do the dense layers have together?", "各全连接层共有多少个参数？"),
    (*MAP, FLATTEN, IN_DENSE_STEP),
    lambda found: found[2],
    symbols=(*_WITHOUT_CHANNELS, DENSE, UNITS),
    sample=lambda random: _flat_input(_deep(random)),
    example=_flat_input(_DEEP),
    alternatives=(Alternative(BIAS_NOT_COUNTED, (_NO_BIAS_DENSE,)),),
    mistakes=(*VALUES.mistakes, _ONE_DENSE),
)
IN_ALL_QUANTITY = _parameters(
    "parameters",
    Text("Parameters of a typical network", "典型网络的参数量"),
    Text("How many parameters does the network have?", "该网络共有多少个参数？"),
    (IN_CONVOLUTIONS_STEP, *MAP, FLATTEN, IN_DENSE_STEP, IN_ALL_STEP),
    lambda found: found[1] + found[2],
    symbols=(*_EVERY, DENSE, UNITS),
    sample=_deep,
    example=_DEEP,
    alternatives=(Alternative(BIAS_NOT_COUNTED, (_NO_BIAS_CONVOLUTIONS, _NO_BIAS_DENSE)),),
    mistakes=(_ONE_POOL, _FIRST_ONLY, _ONE_BLOCK, _ONE_DENSE),
)
SHARE_QUANTITY = replace(
    IN_ALL_QUANTITY,
    slug="structure.dense-share",
    title=Text("Share of the dense layers", "全连接层参数所占的比例"),
    asks=Text("What share of the parameters do the dense layers have?", "全连接层的参数占全部参数的多大比例？"),
    unit=Text("of all parameters", "（占全部参数）"),
    steps=(
        *IN_ALL_QUANTITY.steps,
        Step(SHARE, lambda in_dense, in_all: in_dense / in_all, Text("A part of the whole.", "部分与全体之比。")),
    ),
    oracle=_measured_share,
    alternatives=(),
    mistakes=(
        _ONE_POOL,
        _FIRST_ONLY,
        Mistake(
            "compared-with-the-rest",
            Text(
                "the dense layers were compared with the convolutions, not with the whole",
                "与卷积层相比，而不是与全体相比",
            ),
            (Step(SHARE, lambda in_dense, in_convolutions: in_dense / in_convolutions),),
        ),
    ),
)


TOPIC = Topic(
    slug="structure",
    place=120,
    title=Text("Structure of a network", "网络的整体结构"),
    idea=Text(
        "Blocks of convolutions and poolings make maps small and many; dense layers read what is left, and often hold "
        "most of the parameters.",
        "由卷积与汇聚组成的块使特征图变小、变多；全连接层读取余下的值，并往往占有大部分参数。",
    ),
    quantities=(SHAPE, VALUES, IN_CONVOLUTIONS_QUANTITY, IN_DENSE_QUANTITY, IN_ALL_QUANTITY, SHARE_QUANTITY),
)
