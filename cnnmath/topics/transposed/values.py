"""The values of a transposed convolution of a sequence: copies of the kernel that are added where they meet."""

from collections.abc import Callable
from dataclasses import replace
from math import floor
from random import Random
from typing import Any

import numpy as np

from cnnmath.engine import transposed
from cnnmath.expression import minimum, padded, total
from cnnmath.model import Alternative, Condition, Integers, Mistake, Quantity, Step, Symbol
from cnnmath.text import Text
from cnnmath.topics.conv1d import LENGTH, PLACE, SEQUENCE, TAP_COUNT, TAPS
from cnnmath.topics.conv1d import OUTPUT as VALUE
from cnnmath.topics.output_size import OUTPUT
from cnnmath.topics.transposed.sizes import EXTRA, OF_THE_CONVOLUTION, SLIPS, TRANSPOSED, Side, size
from cnnmath.vocabulary import (
    CELLS_FROM_ZERO,
    FLIPPED,
    FROM_ONE,
    NO_UNIT,
    NOT_FLIPPED,
    PADDING_AFTER,
    PADDING_BEFORE,
    STRIDE,
    quiet,
)

REACH = Symbol(
    "reach", ("z", "z", "z"), Text("zeros on each side of the kernel", "卷积核两侧补零的个数"), domain=Integers(0)
)
AROUND = replace(
    TAPS,
    name="around",
    word="",
    letters=("w̃", "w̃", "w̃"),
    meaning=Text("kernel with zeros around it", "两侧补零的卷积核"),
)
PUT = replace(VALUE, name="value")
T = Symbol("t", ("t", "t", "t"), Text("place in the output, from 1", "输出中的位置，从 1 开始"))


def _of_values(ask: Callable[[Side], Any]) -> Callable[..., Any]:
    return lambda length, taps, padding_before, padding_after, stride, output_padding: ask(
        Side(length, taps, padding_before, padding_after, stride, output_padding)
    )


def _copies(input: Any, around: Any, t: Any, reach: Any, length: Any, stride: Any, padding_before: Any) -> Any:
    return total(lambda n: input[n] * around[t - stride * (n - 1) + padding_before + reach], 1, length)


def _flipped_copies(
    input: Any, around: Any, t: Any, reach: Any, length: Any, taps: Any, stride: Any, padding_before: Any
) -> Any:
    return total(lambda n: input[n] * around[taps + 1 - t + stride * (n - 1) - padding_before + reach], 1, length)


def _last_copy(input: Any, around: Any, t: Any, reach: Any, length: Any, stride: Any, padding_before: Any) -> Any:
    n = minimum(length, floor((t + padding_before - 1) / stride) + 1)
    return input[n] * around[t - stride * (n - 1) + padding_before + reach]


def _sample_values(random: Random) -> dict[str, Any]:
    stride = random.choice([1, 1, 2, 2, 3])
    return {
        "input": [random.randint(-2, 3) for _ in range(random.randint(1, 5))],
        "kernel": [random.randint(-2, 3) for _ in range(random.randint(1, 4))],
        "stride": stride,
        "padding": random.choice([0, 0, 1, (1, 0)]),
        "output-padding": random.choice([0, random.randrange(stride)]),
    }


def _slip_of_values(slug: str, copies: Callable[..., Any]) -> Mistake:
    """Return the slip of a size with the values that go with it, within zeros enough for a larger stride."""
    slip = SLIPS[slug]
    reach = Step(REACH, lambda stride, length, output_padding: (stride + 1) * (length - 1) + output_padding)
    return Mistake(
        slug,
        slip.says,
        (reach, Step(OUTPUT, _of_values(slip.rule)), Step(PUT, copies)),
        _of_values(slip.applies),
    )


VALUES = Quantity(
    slug="transposed.values",
    title=Text("Values of a transposed convolution", "转置卷积的值"),
    asks=Text("What sequence does the transposed convolution give?", "转置卷积得到怎样的序列？"),
    kind="array",
    unit=NO_UNIT,
    symbols=(SEQUENCE, TAPS, *quiet(PADDING_BEFORE, PADDING_AFTER, STRIDE), EXTRA, LENGTH, TAP_COUNT),
    steps=(
        Step(
            REACH,
            lambda stride, length, output_padding: stride * (length - 1) + output_padding,
            Text(
                "So far is the last copy of the kernel from the first, and the output padding more: {reach} zeros on each "
                "side make room for every copy.",
                "最后一份卷积核与第一份的距离，再加输出填充：两侧各补 {reach} 个零，就容得下每一份。",
            ),
        ),
        Step(
            AROUND,
            lambda kernel, reach: padded(kernel, (reach, reach)),
            Text("Beyond its ends the kernel counts as zeros.", "卷积核两端之外按零计。"),
        ),
        Step(OUTPUT, _of_values(size), Text("The output has this many values.", "输出共有这么多个值。")),
        Step(
            T,
            lambda place: place + 1,
            Text("Counted from 1 this is value {t} of the output.", "从 1 数起，这是输出的第 {t} 个值。"),
        ),
        Step(
            PUT,
            _copies,
            Text(
                "Every input value writes its multiple of the kernel, one stride after the copy before; where copies meet "
                "they are added.",
                "每个输入值写出自己那一倍的卷积核，比前一份靠后一个步幅；重叠之处相加。",
            ),
            ("t",),
        ),
    ),
    cells=((PLACE, "output"),),
    conventions=(OF_THE_CONVOLUTION, NOT_FLIPPED, FROM_ONE, CELLS_FROM_ZERO),
    sample=_sample_values,
    example={"input": [1, 2, 3], "kernel": [1, 0, -1], "stride": 2},
    oracle=lambda input, kernel, stride, padding_before, padding_after, output_padding: transposed(
        np.asarray(input),
        np.asarray(kernel),
        stride=stride,
        padding=((padding_before, padding_after),),
        output_padding=output_padding,
    ),
    measures=Text("the engine's transposed convolution of the same sequences", "引擎对同样的序列做转置卷积"),
    source=Text("nndl 5.5.1; Dumoulin & Visin 2016, chapter 4", "nndl 5.5.1；Dumoulin & Visin 2016，第 4 章"),
    holds=(
        Condition(
            lambda output_padding, stride: output_padding < stride,
            Text(
                "`output-padding` (={output_padding}) must be smaller than the stride (={stride}): for a longer output use "
                "a longer input.",
                "`output-padding`（={output_padding}）必须小于步幅（={stride}）：若要更长的输出，请用更长的输入。",
            ),
        ),
        TRANSPOSED.holds[1],
    ),
    alternatives=(Alternative(FLIPPED, (Step(PUT, _flipped_copies),), lambda taps: taps > 1),),
    mistakes=(
        Mistake(
            "copies-overwritten",
            Text(
                "where copies of the kernel meet only the last was kept, and they were not added",
                "卷积核重叠之处只保留了最后一份，没有相加",
            ),
            (Step(PUT, _last_copy),),
            lambda taps, stride, length: taps > stride and length > 1,
        ),
        _slip_of_values(
            "stride-forgotten",
            lambda input, around, t, reach, length, padding_before: _copies(
                input, around, t, reach, length, 1, padding_before
            ),
        ),
        _slip_of_values(
            "stride-zeros",
            lambda input, around, t, reach, length, stride, padding_before: _copies(
                input, around, t, reach, length, stride + 1, padding_before
            ),
        ),
        _slip_of_values(
            "padding-forgotten",
            lambda input, around, t, reach, length, stride: _copies(input, around, t, reach, length, stride, 0),
        ),
        _slip_of_values("output-padding-forgotten", _copies),
    ),
)
