"""Padding: how many zeros keep the size, and what the words same, full and SAME stand for."""

from dataclasses import replace
from itertools import product
from math import ceil
from random import Random
from typing import Any

from cnnmath.engine import EngineError, TooLarge, correlate, ones, zeros
from cnnmath.grid import Grid
from cnnmath.model import Condition, Integers, Mistake, Quantity, Step, Symbol, Topic
from cnnmath.text import Text
from cnnmath.topics.output_size import SPAN, SPAN_STEP
from cnnmath.vocabulary import DILATION, INPUT, KERNEL, PADDING, STRIDE, same_tf_total, same_total, span

ZEROS = Text("zeros", "个零")
SIDE = replace(PADDING, word="", unit=ZEROS)
TOTAL = Symbol(
    "total",
    ("P'", "P'", "total"),
    Text("zeros on both sides together", "两侧补零的总数"),
    domain=Integers(0),
    unit=ZEROS,
)
OUTPUT = Symbol("output", ("N'", "W_2", "L_out"), Text("output size", "输出大小"))

SAYS_EDGES_REPEATED = Text(
    "the values at the edge were repeated, as if the input went on: padding is zeros",
    "在边缘处重复了边上的值，仿佛输入还在延续：填充的应是零",
)

MOST_SEARCHED = 1_000_000
"""Products of one run beyond which the search for a padding, run after run, is not tried."""


def edges_repeated(input: Grid, *sides: tuple[Any, Any]) -> Grid:
    """Return the input with its edge values repeated (before, after) along its first axes, where zeros belong."""
    lengths = [int(before) + extent + int(after) for (before, after), extent in zip(sides, input.shape)]
    around = [int(before) for before, _ in sides]
    shape = (*lengths, *input.shape[len(sides) :])
    return Grid(shape, tuple(input.at(_nearest(cell, around, input.shape)) for cell in product(*map(range, shape))))


def _nearest(cell: tuple[int, ...], around: list[int], shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the place of the input that is nearest to a cell of the padded one."""
    before = (*around, *(0 for _ in shape[len(around) :]))
    return tuple(min(max(at - zeros, 0), extent - 1) for at, zeros, extent in zip(cell, before, shape))


def _search(input: int, kernel: int, dilation: int, stride: int, wanted: int, step: int = 1) -> int:
    """Try 0, 1, 2 ... zeros in all (an even number with `step` 2) until the engine's output is as wanted."""
    reach = dilation * (kernel - 1) + 1
    if (input + reach) * reach > MOST_SEARCHED:
        raise TooLarge("the search by running would take too long")
    taps = zeros(kernel)
    for added in range(0, reach + stride + 1, step):
        before = added // 2
        if input + added >= reach:
            size = correlate(
                zeros(input), taps, stride=stride, padding=((before, added - before),), dilation=dilation
            ).shape[0]
            if size == wanted:
                return added
    raise EngineError("no number of zeros gives this size")


def _sample(random: Random) -> dict[str, Any]:
    return {"kernel": random.randint(1, 11), "dilation": random.choice([1, 1, 2, 3])}


def _sample_tf(random: Random) -> dict[str, Any]:
    return {
        "input": random.randint(4, 32),
        "kernel": random.randint(1, 7),
        "stride": random.randint(1, 4),
        "dilation": random.choice([1, 1, 2]),
    }


_MEASURES = Text(
    "the engine was run with 0, 1, 2 … zeros until the size was right",
    "引擎依次以 0, 1, 2 … 个零运行，直到大小符合",
)
_NO_DILATION = (Step(SPAN, lambda kernel: kernel),)

SAME_SIDE = Quantity(
    slug="padding",
    title=Text("Padding that keeps the size", "保持大小不变的填充"),
    asks=Text(
        "How many zeros on each side keep the size, at stride 1?", "步幅为 1 时，每侧补多少个零才能保持大小不变？"
    ),
    kind="number",
    unit=ZEROS,
    symbols=(KERNEL, DILATION),
    steps=(
        SPAN_STEP,
        Step(
            SIDE,
            lambda span: (span - 1) / 2,
            Text(
                "Without padding the output is {span} − 1 shorter than the input; half of that is added back on each side.",
                "不填充时，输出比输入短 {span} − 1；每侧各补回其中一半。",
            ),
        ),
    ),
    conventions=(),
    sample=_sample,
    example={"kernel": 5},
    oracle=lambda kernel, dilation: _search(20, kernel, dilation, 1, 20, step=2) // 2,
    measures=_MEASURES,
    source=Text("nndl 5.1.2 and exercise 5-7; CS231n: P = (F − 1)/2", "nndl 5.1.2 与习题 5-7；CS231n：P = (F − 1)/2"),
    holds=(
        Condition(
            lambda span: (span - 1) % 2 == 0,
            Text(
                "a kernel that spans {span} values, an even number, has no equal padding on both sides that keeps the size: "
                "ask `padding.total` and put one zero more on one side.",
                "卷积核跨越 {span} 个值，为偶数，两侧无法补同样多的零来保持大小：请查 `padding.total`，并在一侧多补一个零。",
            ),
        ),
    ),
    mistakes=(
        Mistake(
            "all-on-each-side",
            Text("all the zeros were put on each side", "把全部的零都补在了每一侧"),
            (Step(SIDE, lambda span: span - 1),),
            lambda kernel: kernel > 1,
        ),
        Mistake(
            "half-the-kernel",
            Text(
                "half of the span plus one was taken, not half of the span less one (the span: the kernel, dilation counted)",
                "取了跨度加一的一半，而不是跨度减一的一半（跨度：计入膨胀的卷积核大小）",
            ),
            (Step(SIDE, lambda span: (span + 1) / 2),),
        ),
        Mistake(
            "dilation-forgotten",
            Text("the dilation was forgotten", "忘记了膨胀"),
            _NO_DILATION,
            lambda kernel, dilation: dilation > 1 and kernel > 1,
        ),
    ),
)

SAME_TOTAL = Quantity(
    slug="padding.total",
    title=Text("Zeros in all that keep the size", "保持大小不变所需的零的总数"),
    asks=Text(
        "How many zeros on both sides together keep the size, at stride 1?",
        "步幅为 1 时，两侧共补多少个零才能保持大小不变？",
    ),
    kind="number",
    unit=ZEROS,
    symbols=(KERNEL, DILATION),
    steps=(
        Step(
            TOTAL,
            same_total,
            Text(
                "As many as the output is shorter than the input without padding. An odd number is split with one zero more at the end.",
                "等于不填充时输出比输入短的个数。若为奇数，则末侧多补一个零。",
            ),
        ),
    ),
    conventions=(),
    sample=_sample,
    example={"kernel": 4},
    oracle=lambda kernel, dilation: _search(20, kernel, dilation, 1, 20),
    measures=_MEASURES,
    source=Text("Dumoulin & Visin 2016, relationship 3; d2l 7.3", "Dumoulin & Visin 2016，关系式 3；d2l 7.3"),
    mistakes=(
        Mistake(
            "whole-kernel",
            Text(
                "the whole span of the kernel was taken, one zero too many (half of an even span on each side gives the same)",
                "取了卷积核的整个跨度，多了一个零（跨度为偶数时，每侧补其一半也会如此）",
            ),
            (Step(TOTAL, span),),
        ),
        Mistake(
            "one-side-only",
            Text("the zeros of one side only were counted", "只算了一侧的零"),
            (Step(TOTAL, lambda kernel, dilation: dilation * (kernel - 1) / 2),),
            lambda kernel, dilation: dilation * (kernel - 1) % 2 == 0 and kernel > 1,
        ),
        Mistake(
            "dilation-forgotten",
            Text("the dilation was forgotten", "忘记了膨胀"),
            (Step(TOTAL, lambda kernel: kernel - 1),),
            lambda kernel, dilation: dilation > 1 and kernel > 1,
        ),
    ),
)

SAME_TF = Quantity(
    slug="padding.same-tf",
    title=Text("Zeros in all of TensorFlow's SAME", "TensorFlow 的 SAME 所补的零的总数"),
    asks=Text("How many zeros does SAME add on both sides together?", "SAME 在两侧共补多少个零？"),
    kind="number",
    unit=ZEROS,
    symbols=(INPUT, KERNEL, STRIDE, DILATION),
    steps=(
        Step(
            OUTPUT,
            lambda input, stride: ceil(input / stride),
            Text("SAME promises this size.", "SAME 保证输出为这个大小。"),
        ),
        Step(
            TOTAL,
            lambda input, kernel, stride, dilation, output: same_tf_total(input, kernel, stride, dilation, output),
            Text(
                "The zeros that the last of the {output} windows needs beyond the input, never less than 0; an odd one goes to the end.",
                "{output} 个窗口中最后一个超出输入之外、需要补零的个数，且不小于 0；为奇数时多出的一个补在末侧。",
            ),
        ),
    ),
    conventions=(),
    sample=_sample_tf,
    example={"input": 28, "kernel": 5, "stride": 2},
    oracle=lambda input, kernel, stride, dilation: _search(input, kernel, dilation, stride, -(-input // stride)),
    measures=_MEASURES,
    source=Text("TensorFlow, tf.nn.convolution, padding SAME", "TensorFlow，tf.nn.convolution 的 SAME 填充"),
    mistakes=(
        Mistake(
            "stride-forgotten",
            Text("the zeros of stride 1 were taken", "按步幅 1 计算了补零"),
            (Step(TOTAL, same_total),),
            lambda stride: stride > 1,
        ),
        Mistake(
            "size-rounded-down",
            Text("the output size was rounded down, not up", "输出大小向下取整，而不是向上取整"),
            (Step(OUTPUT, lambda input, stride: input // stride),),
            lambda input, stride: input % stride > 0 and input > stride,
        ),
    ),
)

FULL = Quantity(
    slug="padding.full",
    title=Text("Padding of a wide convolution", "宽卷积的填充"),
    asks=Text(
        "How many zeros on each side let every overlap of kernel and input count?",
        "每侧补多少个零，才能使卷积核与输入的每种重叠都计入？",
    ),
    kind="number",
    unit=ZEROS,
    symbols=(KERNEL, DILATION),
    steps=(
        SPAN_STEP,
        Step(
            SIDE,
            lambda span: span - 1,
            Text(
                "The kernel may hang over by all but one of its {span} values.",
                "卷积核的 {span} 个值中最多可有 {span} − 1 个伸出边界。",
            ),
        ),
    ),
    conventions=(),
    sample=_sample,
    example={"kernel": 3},
    oracle=lambda kernel, dilation: _hangs_over(kernel, dilation),
    measures=Text(
        "zeros were added until the engine's first output no longer reached the input",
        "不断补零，直到引擎的首个输出不再触及输入",
    ),
    source=Text("nndl 5.1.2; Dumoulin & Visin 2016, relationship 4", "nndl 5.1.2；Dumoulin & Visin 2016，关系式 4"),
    mistakes=(
        Mistake(
            "whole-kernel",
            Text(
                "the whole kernel was taken: the first window would hold zeros only", "取了整个卷积核：首个窗口将全是零"
            ),
            (Step(SIDE, lambda span: span),),
        ),
        Mistake(
            "half-of-it",
            Text("that is the padding that keeps the size", "那是保持大小不变的填充"),
            (Step(SIDE, lambda span: (span - 1) / 2),),
            lambda kernel: kernel > 1,
        ),
        Mistake(
            "dilation-forgotten",
            Text("the dilation was forgotten", "忘记了膨胀"),
            _NO_DILATION,
            lambda kernel, dilation: dilation > 1 and kernel > 1,
        ),
    ),
)


def _hangs_over(kernel: int, dilation: int) -> int:
    """Find the most zeros in front with which the first output still reads a value of the input."""
    reach = dilation * (kernel - 1) + 1
    if reach * reach > MOST_SEARCHED // 4:
        raise TooLarge("the search by running would take too long")
    reading = [
        added
        for added in range(reach + 2)
        if correlate(ones(1), ones(kernel), padding=((added, reach),), dilation=dilation)[0] > 0
    ]
    return max(reading)


TOPIC = Topic(
    slug="padding",
    place=70,
    title=Text("Padding", "填充"),
    idea=Text(
        "Without padding every layer shrinks the map at its border. Zeros around the input let the kernel stop at the edge "
        "as well.",
        "不填充时，每一层都会使特征图在边缘处缩小。在输入四周补零，卷积核就能停在边缘上。",
    ),
    quantities=(SAME_SIDE, SAME_TOTAL, SAME_TF, FULL),
)
