"""How large the output of a transposed convolution is: one side, or height and width."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any, NamedTuple

from cnnmath.engine import transposed, zeros
from cnnmath.model import (
    Condition,
    Convention,
    Given,
    Integers,
    Mistake,
    Quantity,
    Step,
    Symbol,
    applied,
)
from cnnmath.text import Text
from cnnmath.topics.output_size import COLUMNS, OUTPUT, ROWS, SHAPE, SPAN_STEP, SPAN_STEPS, both, engine_options, places
from cnnmath.vocabulary import (
    DILATION,
    DILATION_FROM_ONE,
    INPUT,
    KERNEL,
    PADDING_AFTER,
    PADDING_BEFORE,
    PER_SIDE,
    PIXELS,
    STRIDE,
)

EXTRA = Symbol(
    "output_padding", ("a", "a", "output_padding"),
    Text("zeros added at the end of the stretched input", "拉伸后的输入末侧额外补零的个数"),
    word="output-padding", domain=Integers(0), default=0, quiet=True,
)  # fmt: skip
EXTRA_HEIGHT = replace(
    EXTRA, name="output_padding_height", letters=("a_h", "a_h", "output_padding[0]"), ties=(EXTRA,),
    meaning=Text("rows of zeros added at the bottom of the stretched input", "拉伸后的输入底部额外补零的行数"),
)  # fmt: skip
EXTRA_WIDTH = replace(
    EXTRA, name="output_padding_width", letters=("a_w", "a_w", "output_padding[1]"), ties=(EXTRA,), axis=1,
    meaning=Text("columns of zeros added on the right of the stretched input", "拉伸后的输入右侧额外补零的列数"),
)  # fmt: skip
OF_THE_CONVOLUTION = Convention(
    "settings-of-the-convolution",
    Text(
        "stride, padding and dilation are those of the convolution that is transposed: padding shortens the output",
        "步幅、填充与膨胀率均指被转置的那个卷积：填充使输出变短",
    ),
)
SOURCE = Text(
    "Dumoulin & Visin 2016, relationships 8 to 14; PyTorch, ConvTranspose1d",
    "Dumoulin & Visin 2016，关系式 8 至 14；PyTorch，ConvTranspose1d",
)
MEASURES = Text(
    "the engine's transposed convolution ran and the result was counted", "引擎实际运行转置卷积后数出的结果"
)


class Side(NamedTuple):
    """What decides the size along one axis."""

    input: Any
    span: Any
    before: Any
    after: Any
    stride: Any
    extra: Any


def size(side: Side) -> Any:
    """Return how many values a transposed convolution gives along one axis (Dumoulin & Visin, relationship 14)."""
    return side.stride * (side.input - 1) + side.span - both(side.before, side.after) + side.extra


def _of_side(ask: Callable[[Side], Any]) -> Callable[..., Any]:
    """Return `ask` as a function of the symbols of one side."""
    return lambda input, span, padding_before, padding_after, stride, output_padding: ask(
        Side(input, span, padding_before, padding_after, stride, output_padding)
    )


def _of_rows(ask: Callable[[Side], Any]) -> Callable[..., Any]:
    return lambda input_height, span_height, padding_top, padding_bottom, stride_height, output_padding_height: ask(
        Side(input_height, span_height, padding_top, padding_bottom, stride_height, output_padding_height)
    )


def _of_columns(ask: Callable[[Side], Any]) -> Callable[..., Any]:
    return lambda input_width, span_width, padding_left, padding_right, stride_width, output_padding_width: ask(
        Side(input_width, span_width, padding_left, padding_right, stride_width, output_padding_width)
    )


class Slip(NamedTuple):
    """A wrong rule for the size of a side, and where a side lets it be made."""

    says: Text
    rule: Callable[[Side], Any]
    applies: Callable[[Side], bool] = lambda side: True


SLIPS = {
    "convolution-formula": Slip(
        Text(
            "the formula of a convolution was used: a transposed one goes the other way",
            "用了卷积的公式：转置卷积的方向相反",
        ),
        lambda side: places(side.input, side.span, side.before, side.after, side.stride),
    ),
    "restored": Slip(
        Text(
            "it was taken for stride × input, as if the larger size always came back whole",
            "按 步幅 × 输入 计算，以为总能还原成较大的尺寸",
        ),
        lambda side: side.stride * side.input,
    ),
    "stride-on-all": Slip(
        Text("the stride multiplied the kernel and the padding as well", "步幅把卷积核与填充也乘上了"),
        lambda side: side.stride * (side.input - 1 + side.span - both(side.before, side.after)) + side.extra,
        lambda side: bool(side.stride > 1),
    ),
    "stride-forgotten": Slip(
        Text("the stride was forgotten", "忘记了步幅"),
        lambda side: size(side._replace(stride=1)),
        lambda side: bool(side.stride > 1 and side.input > 1),
    ),
    "stride-zeros": Slip(
        Text(
            "as many zeros as the stride were put between the values, one too many",
            "值与值之间补了与步幅一样多的零，多了一个",
        ),
        lambda side: size(side._replace(stride=side.stride + 1)),
        lambda side: bool(side.input > 1),
    ),
    "minus-one-forgotten": Slip(
        Text("the − 1 was forgotten: the stride lies between the values only", "忘记了 − 1：步幅只在相邻两值之间计"),
        lambda side: size(side._replace(input=side.input + 1)),
    ),
    "padding-added": Slip(
        Text("the padding was added: here it is taken away", "把填充加上了：转置卷积中应减去填充"),
        lambda side: size(side._replace(before=-side.before, after=-side.after)),
        lambda side: bool(side.before + side.after > 0),
    ),
    "padding-forgotten": Slip(
        Text("the padding was forgotten", "忘记了填充"),
        lambda side: size(side._replace(before=0, after=0)),
        lambda side: bool(side.before + side.after > 0),
    ),
    "output-padding-forgotten": Slip(
        Text("the output padding was forgotten", "忘记了输出填充"),
        lambda side: size(side._replace(extra=0)),
        lambda side: bool(side.extra > 0),
    ),
}


def _measured_side(
    input: int, kernel: int, padding_before: int, padding_after: int, stride: int, dilation: int, output_padding: int
) -> int:
    return len(
        transposed(
            zeros(input),
            zeros(kernel),
            stride=stride,
            padding=((padding_before, padding_after),),
            dilation=dilation,
            output_padding=output_padding,
        )
    )


def _sample_side(random: Random) -> dict[str, Any]:
    stride, dilation = random.randint(1, 4), random.choice([1, 1, 2, 3])
    return {
        "input": random.randint(2, 20),
        "kernel": random.randint(1, 6),
        "stride": stride,
        "padding": random.choice([0, 0, 1, 2, (0, 1)]),
        "dilation": dilation,
        "output-padding": random.choice([0, random.randrange(max(stride, dilation))]),
    }


TRANSPOSED = Quantity(
    slug="transposed",
    title=Text("Output size of a transposed convolution", "转置卷积的输出大小"),
    asks=Text(
        "How many values does the transposed convolution give along this side?", "转置卷积在这条边上给出多少个值？"
    ),
    kind="number",
    unit=PIXELS,
    symbols=(INPUT, KERNEL, PADDING_BEFORE, PADDING_AFTER, STRIDE, DILATION, EXTRA),
    steps=(
        SPAN_STEP,
        Step(
            OUTPUT,
            _of_side(size),
            Text(
                "Each input value writes the whole kernel, every copy {stride} further on; the padding is cut off "
                "at both ends.",
                "每个输入值写出整个卷积核，相邻两份错开 {stride}；再从两端去掉填充。",
            ),
        ),
    ),
    conventions=(OF_THE_CONVOLUTION, PER_SIDE, DILATION_FROM_ONE),
    sample=_sample_side,
    example={"input": 8, "kernel": 5, "stride": 2, "padding": 2},
    oracle=_measured_side,
    measures=MEASURES,
    source=SOURCE,
    holds=(
        Condition(
            lambda output_padding, stride, dilation: output_padding < max(stride, dilation),
            Text(
                "`output-padding` (={output_padding}) must be smaller than the stride (={stride}) or the dilation "
                "(={dilation}): for a longer output use a longer input.",
                "`output-padding`（={output_padding}）必须小于步幅（={stride}）或膨胀率（={dilation}）：若要更长的输出，"
                "请用更长的输入。",
            ),
        ),
        Condition(
            lambda output: output >= 1,
            Text(
                "the padding ({padding_before} and {padding_after}) cuts away all the output: pad less or use a larger "
                "kernel.",
                "填充（{padding_before} 与 {padding_after}）去掉了全部输出：请减少填充或增大卷积核。",
            ),
        ),
    ),
    mistakes=(
        *(
            Mistake(slug, slip.says, (Step(OUTPUT, _of_side(slip.rule)),), _of_side(slip.applies))
            for slug, slip in SLIPS.items()
        ),
        Mistake(
            "dilation-forgotten",
            Text("the dilation was forgotten", "忘记了膨胀"),
            (replace(SPAN_STEP, formula=lambda kernel: kernel),),
            lambda kernel, dilation: dilation > 1 and kernel > 1,
        ),
    ),
    wider="transposed.shape",
)

# ------------------------------------------------------------------------------------------ two sides


def _both_sides(rule: Callable[[Side], Any]) -> tuple[Step, Step]:
    """Return the steps that count rows and columns by `rule`."""
    return (
        Step(
            ROWS,
            _of_rows(rule),
            Text(
                "Each row of the input writes the whole kernel, every copy {stride_height} rows further down.",
                "输入的每一行写出整个卷积核，相邻两份错开 {stride_height} 行。",
            ),
        ),
        Step(
            COLUMNS,
            _of_columns(rule),
            Text(
                "From left to right the copies lie {stride_width} columns apart.",
                "自左而右，相邻两份错开 {stride_width} 列。",
            ),
        ),
    )


def _slips_of_both(slug: str, slip: Slip) -> Mistake:
    rows, columns = _of_rows(slip.applies), _of_columns(slip.applies)
    return Mistake(
        slug,
        slip.says,
        _both_sides(slip.rule),
        lambda values: bool(applied(rows, values) or applied(columns, values)),
    )


def _measured_map(values: Given) -> tuple[int, ...]:
    """Run the engine on an image of zeros and look at the shape of what comes out."""
    return transposed(
        zeros(values["input_height"], values["input_width"]),
        zeros(values["kernel_height"], values["kernel_width"]),
        output_padding=(values["output_padding_height"], values["output_padding_width"]),
        **engine_options(values),
    ).shape


def _sample_map(random: Random) -> dict[str, Any]:
    stride = random.choice([1, 2, 3, (2, 1), (1, 3)])
    return {
        "input": (random.randint(2, 12), random.randint(2, 12)),
        "kernel": (random.randint(1, 5), random.randint(1, 5)),
        "stride": stride,
        "padding": random.choice([0, 0, 1, (1, 0), (0, 1, 2, 1)]),
        "dilation": random.choice([1, 1, 2]),
        "output-padding": 1 if stride in (2, 3) and random.random() < 0.5 else 0,
    }


MAP = replace(
    SHAPE,
    slug="transposed.shape",
    title=Text("Output height and width of a transposed convolution", "转置卷积输出的高度与宽度"),
    asks=Text("How many rows and columns does the transposed convolution give?", "转置卷积给出多少行、多少列？"),
    symbols=(*SHAPE.symbols, EXTRA_HEIGHT, EXTRA_WIDTH),
    steps=(*SPAN_STEPS, *_both_sides(size)),
    conventions=TRANSPOSED.conventions,
    sample=_sample_map,
    example={"input": (3, 3), "kernel": 3, "stride": 2, "padding": 1, "output-padding": 1},
    oracle=_measured_map,
    measures=Text(
        "the engine's transposed convolution ran and the rows and columns were counted",
        "引擎实际运行转置卷积后数出的行数与列数",
    ),
    source=SOURCE,
    holds=(
        Condition(
            lambda output_padding_height, output_padding_width, stride_height, stride_width, dilation_height, dilation_width: (
                output_padding_height < max(stride_height, dilation_height)
                and output_padding_width < max(stride_width, dilation_width)
            ),
            Text(
                "`output-padding` (={output_padding_height} and {output_padding_width}) must be smaller than the stride or "
                "the dilation of its side: for a larger output use a larger input.",
                "`output-padding`（={output_padding_height} 与 {output_padding_width}）必须小于该边的步幅或膨胀率：若要更大的"
                "输出，请用更大的输入。",
            ),
        ),
        Condition(
            lambda rows, columns: rows >= 1 and columns >= 1,
            Text(
                "the padding cuts away all the output ({rows} rows, {columns} columns are left): pad less or use a larger "
                "kernel.",
                "填充去掉了全部输出（剩 {rows} 行、{columns} 列）：请减少填充或增大卷积核。",
            ),
        ),
    ),
    alternatives=(),
    mistakes=tuple(_slips_of_both(slug, slip) for slug, slip in SLIPS.items()),
    wider="",
)
