"""Stride: where the windows start, and which values at the end no window reads."""

from dataclasses import replace
from random import Random
from typing import Any

from cnnmath.engine import correlate, counting_up
from cnnmath.model import Condition, Integers, Mistake, Quantity, Step, Symbol, Topic
from cnnmath.text import Text
from cnnmath.topics.conv1d import PLACE
from cnnmath.topics.output_size import OUTPUT, SPAN_STEP, places
from cnnmath.vocabulary import DILATION, INPUT, KERNEL, PIXELS, STRIDE

START = Symbol(
    "start", ("s", "s", "s"), Text("start of the window, from 0", "窗口的起点，从 0 开始"), domain=Integers(0)
)
LEFT = Symbol("left", ("R", "R", "R"), Text("values left over", "剩余的值"), domain=Integers(0), unit=PIXELS)

_COUNT = Step(
    OUTPUT,
    lambda input, span, stride: places(input, span, 0, 0, stride),
    Text("The kernel has this many places.", "即卷积核可放的位置数。"),
)


def _starts(input: int, kernel: int, stride: int, dilation: int) -> Any:
    """Run a kernel that copies the first value of its window over the numbers 0, 1, 2 ..."""
    first = (counting_up(kernel) == 0).astype(int)
    return correlate(counting_up(input), first, stride=stride, dilation=dilation)


def _unread(input: int, kernel: int, stride: int, dilation: int) -> int:
    """Run a kernel that copies the last value of its window over the numbers 1, 2, 3 ..."""
    last = (counting_up(kernel) == kernel - 1).astype(int)
    return input - int(correlate(counting_up(input) + 1, last, stride=stride, dilation=dilation)[-1])


def _sample(random: Random) -> dict[str, Any]:
    return {
        "input": random.randint(5, 24),
        "kernel": random.randint(1, 5),
        "stride": random.randint(1, 5),
        "dilation": random.choice([1, 1, 1, 2]),
    }


FITS = Condition(
    lambda input, span: input >= span,
    Text(
        "the kernel spans {span} values and the input has {input}: use a smaller kernel.",
        "卷积核跨越 {span} 个值，输入只有 {input} 个：请减小卷积核。",
    ),
)

STARTS = Quantity(
    slug="stride",
    title=Text("Where the windows start", "各窗口的起点"),
    asks=Text("At which values of the input do the windows start?", "各窗口从输入的哪些位置开始？"),
    kind="array",
    unit=Text("places in the input, from 0", "输入中的位置，从 0 开始"),
    symbols=(INPUT, KERNEL, STRIDE, DILATION),
    steps=(
        SPAN_STEP,
        _COUNT,
        Step(
            START,
            lambda place, stride: stride * place,
            Text("Each window starts one stride after the one before.", "每个窗口比前一个窗口晚一个步幅开始。"),
            ("place",),
        ),
    ),
    cells=((replace(PLACE, letters=("r", "i", "i")), "output"),),
    conventions=(),
    sample=_sample,
    example={"input": 5, "kernel": 3, "stride": 2},
    oracle=_starts,
    measures=Text(
        "the engine ran a kernel that copies the first value of its window over 0, 1, 2 …",
        "引擎用只取窗口首个值的卷积核扫过 0, 1, 2 …",
    ),
    source=Text("slides, the stride of a sliding kernel; nndl 5.1.2", "课件，卷积核滑动的步幅；nndl 5.1.2"),
    holds=(FITS,),
    mistakes=(
        Mistake(
            "stride-forgotten",
            Text("the stride was forgotten: every place was counted", "忘记了步幅：每个位置都计入"),
            (
                Step(OUTPUT, lambda input, span: input - span + 1),
                Step(START, lambda place: place),
            ),
            lambda stride: stride > 1,
        ),
        Mistake(
            "windows-side-by-side",
            Text(
                "the windows were laid side by side: moved by the kernel, not by the stride",
                "窗口被并排放置：按卷积核大小而不是步幅移动",
            ),
            (
                Step(OUTPUT, lambda input, span: input // span),
                Step(START, lambda place, span: span * place),
            ),
            lambda stride, kernel, dilation: stride != dilation * (kernel - 1) + 1,
        ),
        Mistake(
            "gap-of-stride",
            Text(
                "the stride was left between the starts as a gap: moved by stride + 1",
                "把步幅当作起点之间的空隙：按 步幅 + 1 移动",
            ),
            (
                Step(OUTPUT, lambda input, span, stride: (input - span) // (stride + 1) + 1),
                Step(START, lambda place, stride: (stride + 1) * place),
            ),
        ),
    ),
)

UNUSED = Quantity(
    slug="stride.unused",
    title=Text("Values left over at the end", "末尾剩余的值"),
    asks=Text(
        "How many values are left over at the end, after the last window?", "最后一个窗口之后，末尾还剩余多少个值？"
    ),
    kind="number",
    unit=PIXELS,
    symbols=(INPUT, KERNEL, STRIDE, DILATION),
    steps=(
        SPAN_STEP,
        _COUNT,
        Step(
            LEFT,
            lambda input, span, stride, output: input - span - stride * (output - 1),
            Text(
                "The last of the {output} windows ends this far before the end of the input.",
                "{output} 个窗口中的最后一个，结束处距输入末尾还有这么多。",
            ),
        ),
    ),
    conventions=(),
    sample=_sample,
    example={"input": 28, "kernel": 5, "stride": 2},
    oracle=_unread,
    measures=Text(
        "the engine ran a kernel that copies the last value of its window over 1, 2, 3 …",
        "引擎用只取窗口最后一个值的卷积核扫过 1, 2, 3 …",
    ),
    source=Text("Dumoulin & Visin 2016, relationship 6", "Dumoulin & Visin 2016，关系式 6"),
    holds=(FITS,),
    mistakes=(
        Mistake(
            "next-window-lacks",
            Text("that is how many values the next window would lack", "那是再放一个窗口所缺的值的个数"),
            (Step(LEFT, lambda input, span, stride, output: stride * output + span - input),),
        ),
        Mistake(
            "stride-taken-for-window",
            Text(
                "the remainder of input / stride was taken: the window itself was forgotten",
                "取了 输入 / 步幅 的余数：忘记了窗口本身",
            ),
            (Step(LEFT, lambda input, stride: input - stride * (input // stride)),),
            lambda stride: stride > 1,
        ),
    ),
)

TOPIC = Topic(
    slug="stride",
    place=60,
    title=Text("Stride", "步幅"),
    idea=Text(
        "The kernel need not stop at every value. The stride says how far it moves from stop to stop, and each side of the map "
        "shrinks about that many times.",
        "卷积核不必在每个位置停留。步幅是几，就每移动几个位置停一次，边长约缩小为几分之一。",
    ),
    quantities=(STARTS, UNUSED),
)
