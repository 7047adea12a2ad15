"""One-dimensional convolution: a sequence meets a short kernel."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np

from cnnmath.engine import convolve, correlate, influence, ones, zeros
from cnnmath.expression import padded, total, totals
from cnnmath.model import (
    Alternative,
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
from cnnmath.topics.output_size import OUTPUT as OUTPUT_LENGTH
from cnnmath.topics.output_size import SAYS_LAST_WINDOW_LOST, SPAN_STEP, places, starts_below_quotient
from cnnmath.topics.padding import SAYS_EDGES_REPEATED, edges_repeated
from cnnmath.vocabulary import (
    CELLS_FROM_ZERO,
    CHANNELS,
    DILATION,
    FLIPPED,
    FROM_ONE,
    IMAGE,
    INPUT,
    KERNEL,
    NO_UNIT,
    NOT_FLIPPED,
    PADDING_AFTER,
    PADDING_BEFORE,
    PIXELS,
    STRIDE,
    WEIGHTS,
    quiet,
)

SEQUENCE = replace(IMAGE, domain=Entries(1))
TAPS = replace(WEIGHTS, domain=Entries(1))
LENGTH = replace(INPUT, name="length", word="", size_of=("input", 0), meaning=Text("input length", "输入长度"))
TAP_COUNT = replace(KERNEL, name="taps", word="", size_of=("kernel", 0), meaning=Text("kernel length", "卷积核长度"))
PLACE = Symbol(
    "place", ("r", "r", "r"), Text("place in the output, from 0", "输出中的位置，从 0 开始"), domain=Integers(0)
)
T = Symbol("t", ("t", "t", "t"), Text("place in the padded input, from 1", "填充后输入中的位置，从 1 开始"))
PADDED = replace(
    SEQUENCE, name="padded", word="", letters=("x̃", "x̃", "x̃"), meaning=Text("padded input", "填充后的输入")
)
OUTPUT = Symbol("output", ("y", "y", "y"), Text("output sequence", "输出序列"), domain=Numbers())

_MOVES = (*quiet(PADDING_BEFORE, PADDING_AFTER, STRIDE), DILATION)
_PAD = Step(
    PADDED,
    lambda input, padding_before, padding_after: padded(input, (padding_before, padding_after)),
    Text("Zeros are put around the input first.", "先在输入两端补零。"),
)
_SPAN = replace(
    SPAN_STEP,
    formula=lambda taps, dilation: dilation * (taps - 1) + 1,
    why=Text(
        "Dilation leaves gaps between the kernel's values, so that {taps} values span {span}.",
        "膨胀在卷积核的值之间留出间隔，使 {taps} 个值跨越 {span} 个位置。",
    ),
)
_COUNT = Step(
    OUTPUT_LENGTH,
    lambda length, span, padding_before, padding_after, stride: places(
        length, span, padding_before, padding_after, stride
    ),
    Text("The kernel has this many places.", "即卷积核可放的位置数。"),
)
_END = Step(
    T,
    lambda place, span, stride: span + stride * place,
    Text(
        "The window of this output ends at value {t}, the padding counted; the first one ends where the kernel first fits.",
        "该输出的窗口止于第 {t} 个值（计入填充）；首个窗口止于卷积核刚好放得下之处。",
    ),
)
_SUM = Text(
    "Multiply each kernel value by the input value it meets, the kernel running backwards, and add the products.",
    "卷积核倒序，与所对应的输入值相乘，再把乘积相加。",
)


def _flipped(kernel: Any, padded: Any, t: Any, taps: Any, dilation: Any) -> Any:
    return total(lambda k: kernel[k] * padded[t - dilation * k + dilation], 1, taps)


def _unflipped(kernel: Any, padded: Any, t: Any, taps: Any, dilation: Any, span: Any) -> Any:
    return total(lambda k: kernel[k] * padded[t - span + dilation * k - dilation + 1], 1, taps)


def _flipped_channels(kernel: Any, padded: Any, t: Any, taps: Any, dilation: Any, channels: Any) -> Any:
    return totals(lambda k, c: kernel[k, c] * padded[t - dilation * k + dilation, c], taps, channels)


def _unflipped_channels(kernel: Any, padded: Any, t: Any, taps: Any, dilation: Any, span: Any, channels: Any) -> Any:
    return totals(lambda k, c: kernel[k, c] * padded[t - span + dilation * k - dilation + 1, c], taps, channels)


def _engine_options(values: Given) -> dict[str, Any]:
    return {
        "stride": values["stride"],
        "padding": ((values["padding_before"], values["padding_after"]),),
        "dilation": values["dilation"],
    }


def _measured(values: Given, run: Callable[..., Any] = convolve) -> Any:
    return run(np.asarray(values["input"]), np.asarray(values["kernel"]), **_engine_options(values))


def _measured_channels(values: Given, run: Callable[..., Any] = convolve) -> Any:
    sequence, kernel = np.asarray(values["input"]).T, np.asarray(values["kernel"]).T
    return run(sequence, kernel[np.newaxis], **_engine_options(values))[0]


def _sequence(random: Random, length: int, low: int = -2, high: int = 3) -> list[int]:
    return [random.randint(low, high) for _ in range(length)]


def _moves(random: Random) -> dict[str, Any]:
    return {
        "stride": random.choice([1, 1, 2, 3]),
        "padding": random.choice([0, 0, 1, 2, (1, 0)]),
        "dilation": random.choice([1, 1, 1, 2]),
    }


def _sample(random: Random) -> dict[str, Any]:
    return {
        "input": _sequence(random, random.randint(3, 9)),
        "kernel": _sequence(random, random.randint(1, 4)),
        **_moves(random),
    }


def _sample_channels(random: Random) -> dict[str, Any]:
    depth = random.randint(1, 3)
    return {
        "input": [_sequence(random, depth) for _ in range(random.randint(3, 7))],
        "kernel": [_sequence(random, depth) for _ in range(random.randint(1, 3))],
        **_moves(random),
    }


PADDING_FORGOTTEN = Mistake(
    "padding-forgotten",
    Text("the padding was forgotten: the output is too short", "忘记了填充：输出偏短"),
    (
        Step(PADDED, lambda input: input),
        Step(OUTPUT_LENGTH, lambda length, span, stride: places(length, span, 0, 0, stride)),
    ),
    lambda padding_before, padding_after: padding_before + padding_after > 0,
)
STRIDE_FORGOTTEN = Mistake(
    "stride-forgotten",
    Text("the stride was forgotten: the kernel moved one value at a time", "忘记了步幅：卷积核每次只移动一格"),
    (
        Step(
            OUTPUT_LENGTH,
            lambda length, span, padding_before, padding_after: places(length, span, padding_before, padding_after, 1),
        ),
        Step(T, lambda place, span: span + place),
    ),
    lambda stride: stride > 1,
)
LAST_PLACE_FORGOTTEN = Mistake(
    "last-place-forgotten",
    Text("the last value is missing: the + 1 was forgotten", "少了最后一个值：忘记了 + 1"),
    (
        Step(
            OUTPUT_LENGTH,
            lambda length, span, padding_before, padding_after, stride: (
                places(length, span, padding_before, padding_after, stride) - 1
            ),
        ),
    ),
    lambda output: output > 1,
)
EDGES_REPEATED = Mistake(
    "edges-repeated",
    SAYS_EDGES_REPEATED,
    (
        Step(
            PADDED,
            lambda input, padding_before, padding_after: edges_repeated(input, (padding_before, padding_after)),
        ),
    ),
    lambda padding_before, padding_after: padding_before + padding_after > 0,
)
LAST_WINDOW_LOST = Mistake(
    "last-window-lost",
    SAYS_LAST_WINDOW_LOST,
    (Step(OUTPUT_LENGTH, lambda length, stride: starts_below_quotient(length, stride)),),
    lambda length, stride, taps, dilation, padding_before, padding_after: (
        stride > 1
        and padding_before + padding_after == 0
        and starts_below_quotient(length, stride) < (length - dilation * (taps - 1) - 1) // stride + 1
    ),
)
FITS = Condition(
    lambda output: output >= 1,
    Text(
        "the kernel spans {span} values, more than the padded input has: pad more or use a smaller kernel.",
        "卷积核跨越 {span} 个值，超过了填充后输入的长度：请增加填充或减小卷积核。",
    ),
)

CONV1D = Quantity(
    slug="conv1d",
    title=Text("One-dimensional convolution", "一维卷积"),
    asks=Text("What sequence does the convolution give?", "卷积得到怎样的序列？"),
    kind="array",
    unit=NO_UNIT,
    symbols=(SEQUENCE, TAPS, *_MOVES, LENGTH, TAP_COUNT),
    steps=(_PAD, _SPAN, _COUNT, _END, Step(replace(OUTPUT, name="value"), _flipped, _SUM, ("t",))),
    cells=((PLACE, "output"),),
    conventions=(FLIPPED, FROM_ONE, CELLS_FROM_ZERO),
    sample=_sample,
    example={"input": [1, 1, 2, -1, 1, -2, 1], "kernel": [-1, 0, 1]},
    oracle=lambda values: _measured(values),
    measures=Text("the engine's convolution of the same sequences", "引擎对同样的序列做卷积"),
    source=Text("slides, the one-dimensional sum; nndl 5.4 and figure 5.1", "课件，一维求和式；nndl 5.4 与图 5.1"),
    holds=(FITS,),
    alternatives=(
        Alternative(
            NOT_FLIPPED,
            (Step(replace(OUTPUT, name="value"), _unflipped, _SUM, ("t",)),),
            oracle=lambda values: _measured(values, correlate),
        ),
    ),
    mistakes=(PADDING_FORGOTTEN, EDGES_REPEATED, STRIDE_FORGOTTEN, LAST_PLACE_FORGOTTEN, LAST_WINDOW_LOST),
    wider="conv1d.channels",
)

VECTORS = replace(SEQUENCE, domain=Entries(2))
VECTOR_TAPS = replace(TAPS, domain=Entries(2))
DEPTH = replace(CHANNELS, word="", size_of=("input", 1))
KERNEL_DEPTH = Symbol(
    "kernel_channels", ("D_w", "D_w", "C_w"), Text("channels of the kernel", "卷积核的通道数"), size_of=("kernel", 1)
)

WITH_CHANNELS = replace(
    CONV1D,
    slug="conv1d.channels",
    title=Text("One-dimensional convolution over channels", "多通道的一维卷积"),
    asks=Text(
        "What sequence does the convolution of vectors give?",
        "对向量序列做卷积得到怎样的序列？",
    ),
    symbols=(VECTORS, VECTOR_TAPS, *_MOVES, LENGTH, TAP_COUNT, DEPTH, KERNEL_DEPTH),
    steps=(
        _PAD,
        _SPAN,
        _COUNT,
        _END,
        Step(
            replace(OUTPUT, name="value"),
            _flipped_channels,
            Text(
                "At each place the kernel's vector and the input's vector give a dot product; the dot products are added.",
                "每个位置上卷积核向量与输入向量做点积，再把点积相加。",
            ),
            ("t",),
        ),
    ),
    sample=_sample_channels,
    example={"input": [[1, 0], [2, 1], [0, 3], [1, 1]], "kernel": [[1, 2], [0, -1], [1, 1]]},
    oracle=lambda values: _measured_channels(values),
    source=Text("slides, one-dimensional kernels of depth D", "课件，深度为 D 的一维卷积核"),
    holds=(
        Condition(
            lambda channels, kernel_channels: channels == kernel_channels,
            Text(
                "the input has {channels} channels and the kernel {kernel_channels}: they must be the same.",
                "输入有 {channels} 个通道，卷积核有 {kernel_channels} 个：两者必须相同。",
            ),
        ),
        FITS,
    ),
    alternatives=(
        Alternative(
            NOT_FLIPPED,
            (Step(replace(OUTPUT, name="value"), _unflipped_channels, _SUM, ("t",)),),
            oracle=lambda values: _measured_channels(values, correlate),
        ),
    ),
    mistakes=(
        PADDING_FORGOTTEN,
        EDGES_REPEATED,
        STRIDE_FORGOTTEN,
        LAST_PLACE_FORGOTTEN,
        LAST_WINDOW_LOST,
        Mistake(
            "first-channel-only",
            Text("only the first channel was used", "只用了第一个通道"),
            (
                Step(
                    replace(OUTPUT, name="value"),
                    lambda kernel, padded, t, taps, dilation: total(
                        lambda k: kernel[k, 1] * padded[t - dilation * k + dilation, 1], 1, taps
                    ),
                ),
            ),
            lambda channels: channels > 1,
        ),
    ),
    wider="",
)


def _first(kernel: int) -> int:
    read = np.argwhere(influence(lambda x: convolve(x, ones(kernel)), (kernel + 1,), (0,)))
    return int(read.max()) + 1


FIRST = Quantity(
    slug="conv1d.first",
    title=Text("The first subscript of the convolution", "卷积的起始下标"),
    asks=Text("At which t does the output of the sum start?", "求和式的输出下标 t 从哪里开始？"),
    kind="number",
    unit=NO_UNIT,
    symbols=(KERNEL,),
    steps=(
        Step(
            T,
            lambda kernel: kernel,
            Text(
                "The smallest subscript that the sum reads, for the kernel's last value, must be at least 1.",
                "求和式读取的最小下标（对应卷积核的最后一个值）至少为 1。",
            ),
        ),
    ),
    conventions=(FLIPPED, FROM_ONE),
    sample=lambda random: {"kernel": random.randint(1, 9)},
    example={"kernel": 3},
    oracle=_first,
    measures=Text(
        "a NaN in each input value in turn shows which ones reach the first output",
        "依次把每个输入值设为 NaN，看哪些会影响首个输出",
    ),
    source=Text("slides, below the one-dimensional sum", "课件，一维求和式之下"),
    mistakes=(
        Mistake(
            "starts-at-one",
            Text(
                "the output was started at 1, where the sum would read values before the input",
                "从 1 开始，此时求和式会读到输入之外",
            ),
            (Step(T, lambda: 1),),
            lambda kernel: kernel > 1,
        ),
        Mistake(
            "starts-after-kernel",
            Text("the output was started one value too late", "起始位置晚了一个"),
            (Step(T, lambda kernel: kernel + 1),),
        ),
        Mistake(
            "starts-before-kernel",
            Text(
                "the output was started one value too early, as if subscripts counted from 0",
                "起始位置早了一个，仿佛下标从 0 开始",
            ),
            (Step(T, lambda kernel: kernel - 1),),
            lambda kernel: kernel > 2,
        ),
    ),
)


def _length(padding: Any) -> Any:
    """Return an oracle that convolves N zeros with K zeros under this padding and measures the length."""
    return lambda input, kernel: convolve(zeros(input), zeros(kernel), padding=padding).shape[0]


def _width(
    slug: str,
    title: Text,
    formula: Any,
    why: Text,
    padding: str,
    example: dict[str, int],
    mistakes: tuple[Mistake, ...],
    holds: tuple[Condition, ...] = (),
) -> Quantity:
    return Quantity(
        slug=slug,
        title=title,
        asks=Text("How long is the output sequence?", "输出序列有多长？"),
        kind="number",
        unit=PIXELS,
        symbols=(INPUT, KERNEL),
        steps=(Step(OUTPUT_LENGTH, formula, why),),
        conventions=(),
        sample=lambda random: {"input": random.randint(7, 40), "kernel": random.randint(1, 7)},
        example=example,
        oracle=_length(padding),
        measures=Text("the engine ran it and the result was counted", "引擎实际运行后数出的结果"),
        source=Text("nndl 5.1.2", "nndl 5.1.2"),
        holds=holds,
        mistakes=mistakes,
    )


_NARROW_FOR_WIDE = Mistake(
    "narrow-size",
    Text("this is the narrow size, without padding", "这是不填充时的窄卷积大小"),
    (Step(OUTPUT_LENGTH, lambda input, kernel: input - kernel + 1),),
    lambda kernel: kernel > 1,
)
NARROW = _width(
    "conv1d.narrow",
    Text("Length of a narrow convolution", "窄卷积的长度"),
    lambda input, kernel: input - kernel + 1,
    Text(
        "Without padding the kernel has as many places as the input is longer than the kernel, and one more.",
        "不填充时，卷积核可放的位置数等于输入比卷积核长出的个数再加一。",
    ),
    "valid",
    {"input": 7, "kernel": 3},
    (
        Mistake(
            "plus-one-forgotten",
            Text("the + 1 for the first place was forgotten", "忘记了首个位置对应的 + 1"),
            (Step(OUTPUT_LENGTH, lambda input, kernel: input - kernel),),
        ),
        Mistake(
            "wide-size",
            Text(
                "this is the wide size, with one zero less than the kernel has values on each side",
                "这是宽卷积的大小：两侧补零的个数均为卷积核长度减一",
            ),
            (Step(OUTPUT_LENGTH, lambda input, kernel: input + kernel - 1),),
            lambda kernel: kernel > 1,
        ),
    ),
    (
        Condition(
            lambda input, kernel: input >= kernel,
            Text(
                "the kernel has {kernel} values and the input {input}: use a smaller kernel.",
                "卷积核有 {kernel} 个值，输入只有 {input} 个：请减小卷积核。",
            ),
        ),
    ),
)
WIDE = _width(
    "conv1d.wide",
    Text("Length of a wide convolution", "宽卷积的长度"),
    lambda input, kernel: input + kernel - 1,
    Text(
        "With one zero less than the kernel has values on each side, every overlap counts: "
        "as many as input and kernel have values together, less one.",
        "两侧补零的个数均为卷积核长度减一时，每种重叠都算：个数为输入与卷积核的长度之和减一。",
    ),
    "full",
    {"input": 7, "kernel": 3},
    (
        Mistake(
            "minus-one-forgotten",
            Text("the − 1 was forgotten", "忘记了 − 1"),
            (Step(OUTPUT_LENGTH, lambda input, kernel: input + kernel),),
        ),
        _NARROW_FOR_WIDE,
    ),
)
EQUAL = _width(
    "conv1d.equal-width",
    Text("Length of an equal-width convolution", "等宽卷积的长度"),
    lambda input, kernel: (input + (kernel - 1)) - kernel + 1,
    Text(
        "One zero less in all than the kernel has values makes up for what the kernel takes.",
        "补零的总数为卷积核长度减一，恰好抵消卷积核占去的长度。",
    ),
    "same",
    {"input": 7, "kernel": 3},
    (
        _NARROW_FOR_WIDE,
        Mistake(
            "padded-twice",
            Text("the zeros for both sides together were put on each side", "把两侧共需的零在每一侧都补了一遍"),
            (Step(OUTPUT_LENGTH, lambda input, kernel: input + kernel - 1),),
            lambda kernel: kernel > 1,
        ),
    ),
)

TOPIC = Topic(
    slug="conv1d",
    place=10,
    title=Text("One-dimensional convolution", "一维卷积"),
    idea=Text(
        "A short kernel slides along a sequence; each output is a weighted sum of the values it covers.",
        "一个短的卷积核沿序列滑动；每个输出是它所覆盖的值的加权和。",
    ),
    quantities=(CONV1D, WITH_CHANNELS, FIRST, NARROW, WIDE, EQUAL),
)
