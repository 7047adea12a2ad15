"""What pooling saves: the weights of the dense layer behind it."""

from dataclasses import replace
from typing import Any

from cnnmath.engine import dense, zeros
from cnnmath.model import Integers, Mistake, Step, Symbol
from cnnmath.text import Text
from cnnmath.topics.pooling.sizes import SHAPE, pooled_zeros, sample_shape
from cnnmath.topics.pooling.windows import (
    BESIDE,
    DEPTH,
    HALF_AT_MOST,
    SIDE_BY_SIDE,
    SIZES,
    STRIDE_ONE,
    UNPADDED,
    WINDOW_SYMBOLS,
)
from cnnmath.vocabulary import FLOOR, INPUT_HEIGHT, INPUT_WIDTH

UNITS = Symbol(
    "units", ("n", "n", "out_features"), Text("outputs of the dense layer", "全连接层的输出个数"), word="units"
)
BEFORE = Symbol("before", ("B", "B", "B"), Text("values before pooling", "汇聚之前的值的个数"))
AFTER = Symbol("after", ("A", "A", "A"), Text("values after pooling", "汇聚之后的值的个数"))
SAVED = Symbol("saved", ("saved", "saved", "saved"), Text("weights saved", "省下的权重"), domain=Integers(0))

SAVED_WEIGHTS = replace(
    SHAPE,
    slug="pooling.dense-weights-saved",
    title=Text("Weights that pooling saves in the next dense layer", "汇聚为下一个全连接层省下的权重"),
    asks=Text(
        "How many weights fewer does a dense layer have behind the pooling?", "汇聚之后的全连接层少用多少个权重？"
    ),
    kind="number",
    unit=Text("weights", "个权重"),
    symbols=(INPUT_HEIGHT, INPUT_WIDTH, DEPTH, *WINDOW_SYMBOLS, UNITS),
    steps=(
        *SIZES,
        Step(
            BEFORE,
            lambda input_height, input_width, channels: input_height * input_width * channels,
            Text("Without pooling the dense layer reads this many values.", "不汇聚时，全连接层读入这么多个值。"),
        ),
        Step(
            AFTER,
            lambda rows, columns, channels: rows * columns * channels,
            Text("With pooling it reads this many.", "汇聚之后读入这么多个值。"),
        ),
        Step(
            SAVED,
            lambda before, after, units: (before - after) * units,
            Text(
                "Each output of a dense layer has one weight for every value it reads.",
                "全连接层的每个输出，对读入的每个值各有一个权重。",
            ),
        ),
    ),
    answer=(),
    conventions=(SIDE_BY_SIDE, FLOOR, HALF_AT_MOST),
    sample=lambda random: {**sample_shape(random), "units": random.randint(1, 20)},
    example={"input": (28, 28, 6), "kernel": 2, "units": 120},
    oracle=lambda values: sum(
        sign * values["units"] * _weights_of_one_output(volume)
        for sign, volume in zip((1, -1), pooled_zeros(values), strict=True)
    ),
    measures=Text(
        "the engine ran one output of the dense layer before and behind the pooling, and its weights were counted",
        "引擎在汇聚前后各运行全连接层的一个输出，并数出其权重",
    ),
    source=Text(
        "slides, pooling layer: fewer features, so fewer parameters", "课件，汇聚层：降低特征数量，从而减少参数"
    ),
    mistakes=(
        STRIDE_ONE,
        BESIDE,
        UNPADDED,
        Mistake(
            "weights-left",
            Text("those are the weights that are left", "这是剩下的权重"),
            (Step(SAVED, lambda after, units: after * units),),
        ),
        Mistake(
            "one-output-only",
            Text("only one output of the dense layer was counted", "只算了全连接层的一个输出"),
            (Step(SAVED, lambda before, after: before - after),),
            lambda units: units > 1,
        ),
        Mistake(
            "one-channel-only",
            Text("only one channel was counted", "只算了一个通道"),
            (
                Step(BEFORE, lambda input_height, input_width: input_height * input_width),
                Step(AFTER, lambda rows, columns: rows * columns),
            ),
            lambda channels: channels > 1,
        ),
    ),
)


def _weights_of_one_output(volume: Any) -> int:
    """Build the weights that one output of a dense layer has on this volume, see that they run, and count them."""
    flat = volume.reshape(-1)
    weights = zeros(1, flat.size)
    dense(flat, weights)
    return int(weights.size)
