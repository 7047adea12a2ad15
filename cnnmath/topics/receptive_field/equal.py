"""Equal layers one behind the other, and what they save beside one large kernel."""

from dataclasses import replace
from fractions import Fraction

from cnnmath.engine import TooLarge, zeros
from cnnmath.expression import power
from cnnmath.model import Mistake, Numbers, Quantity, Step, Symbol
from cnnmath.text import Text
from cnnmath.topics.receptive_field.measuring import width
from cnnmath.topics.receptive_field.stacks import DEPTH, FIELD, FIELD_OF_STACK, INSIDE
from cnnmath.vocabulary import BIAS_NOT_COUNTED, CHANNELS, KERNEL, NO_UNIT, PIXELS

LAYERS = replace(DEPTH, word="layers", size_of=None)
STACK_WEIGHTS = Symbol("stack_weights", ("A", "A", "A"), Text("weights of the stack", "堆叠的权重数"))
ONE_WEIGHTS = Symbol("one_weights", ("B", "B", "B"), Text("weights of one large layer", "一个大卷积层的权重数"))
SHARE = Symbol("share", ("share", "share", "share"), Text("share of the weights", "权重之比"), domain=Numbers())
MOST_LAYERS = 1_000
_STACKED_FIELD = Step(
    FIELD,
    lambda layers, kernel: layers * (kernel - 1) + 1,
    Text(
        "Each layer adds {kernel} − 1 values to the one that is looked at.",
        "每一层都在所看的一个值之外再增加 {kernel} − 1 个值。",
    ),
)


def _measured_stacked(layers: int, kernel: int) -> int:
    if layers > MOST_LAYERS:
        raise TooLarge("so many layers would take too long to run")
    return width([(kernel, 1, 1)] * layers)


STACKED = Quantity(
    slug="receptive-field.stacked",
    title=Text("Receptive field of equal layers", "相同卷积层堆叠的感受野"),
    asks=Text(
        "How many values does one value see through so many equal layers with stride 1?",
        "经过若干个相同的、步幅为 1 的层，一个值看到输入中的多少个值？",
    ),
    kind="number",
    unit=PIXELS,
    symbols=(LAYERS, KERNEL),
    steps=(_STACKED_FIELD,),
    conventions=(INSIDE,),
    sample=lambda random: {"layers": random.randint(1, 6), "kernel": random.randint(2, 7)},
    example={"layers": 3, "kernel": 3},
    oracle=_measured_stacked,
    measures=FIELD_OF_STACK.measures,
    source=Text(
        "Simonyan & Zisserman 2015, section 2.3: two 3×3 layers see 5×5, three 7×7",
        "Simonyan & Zisserman 2015，2.3 节：两层 3×3 看到 5×5，三层看到 7×7",
    ),
    mistakes=(
        Mistake(
            "kernels-added",
            Text("the kernels were added up, without the − 1 of each", "直接把卷积核大小相加，没有逐层减 1"),
            (Step(FIELD, lambda layers, kernel: layers * kernel),),
            lambda layers: layers > 1,
        ),
        Mistake(
            "kernels-multiplied",
            Text("the kernels were multiplied", "把各层的卷积核大小相乘"),
            (Step(FIELD, lambda layers, kernel: power(kernel, layers)),),
            lambda layers: layers > 1,
        ),
        Mistake(
            "first-value-forgotten",
            Text("the value itself, the + 1, was forgotten", "忘记了它本身，即 + 1"),
            (Step(FIELD, lambda layers, kernel: layers * (kernel - 1)),),
        ),
        Mistake(
            "one-layer-only",
            Text("only one layer was counted", "只算了一层"),
            (Step(FIELD, lambda kernel: kernel),),
            lambda layers: layers > 1,
        ),
    ),
)


def _measured_share(layers: int, kernel: int, channels: int) -> Fraction:
    """Build the weights of both, the large kernel as wide as the stack is measured to see, and count them."""
    width = _measured_stacked(layers, kernel)
    stack = sum(zeros(channels, channels, kernel, kernel).size for _ in range(layers))
    return Fraction(stack, zeros(channels, channels, width, width).size)


WEIGHTS = replace(
    STACKED,
    slug="receptive-field.weights",
    title=Text("Weights of a stack beside one large kernel", "小卷积核堆叠与一个大卷积核的权重之比"),
    asks=Text(
        "What share of the weights of one layer that sees as much does the stack have?",
        "与看到同样范围的单个大卷积层相比，堆叠的权重占多大比例？",
    ),
    unit=NO_UNIT,
    symbols=(LAYERS, KERNEL, replace(CHANNELS, meaning=Text("channels, in and out", "输入与输出的通道数"))),
    steps=(
        _STACKED_FIELD,
        Step(
            STACK_WEIGHTS,
            lambda layers, kernel, channels: layers * power(kernel, 2) * power(channels, 2),
            Text(
                "Each layer has a kernel of {channels} channels for each of {channels} channels.",
                "每层有 {channels} 个滤波器，每个有 {channels} 个通道。",
            ),
        ),
        Step(
            ONE_WEIGHTS,
            lambda field, channels: power(field, 2) * power(channels, 2),
            Text(
                "One layer with kernels of {field}×{field} sees as much.",
                "卷积核为 {field}×{field} 的单层看到同样的范围。",
            ),
        ),
        Step(
            SHARE,
            lambda stack_weights, one_weights: stack_weights / one_weights,
            Text(
                "The stack's weights, biases aside, beside those of the one layer.",
                "不计偏置，堆叠的权重数与单层权重数之比。",
            ),
        ),
    ),
    conventions=(BIAS_NOT_COUNTED,),
    sample=lambda random: {
        "layers": random.randint(1, 4),
        "kernel": random.randint(2, 5),
        "channels": random.randint(1, 8),
    },
    example={"layers": 3, "kernel": 3, "channels": 64},
    oracle=_measured_share,
    measures=Text(
        "the arrays of both were built, as wide as NaNs showed that the stack sees, and counted",
        "按 NaN 显示的感受野构建两者的权重数组并计数",
    ),
    source=Text(
        "Simonyan & Zisserman 2015, section 2.3: 27C² beside 49C²", "Simonyan & Zisserman 2015，2.3 节：27C² 与 49C²"
    ),
    mistakes=(
        Mistake(
            "one-layer-only",
            Text("only one layer of the stack was counted", "只算了堆叠中的一层"),
            (Step(STACK_WEIGHTS, lambda kernel, channels: kernel * kernel * channels * channels),),
            lambda layers: layers > 1,
        ),
        Mistake(
            "kernels-added",
            Text("the one kernel was taken as wide as all the small ones together", "把大卷积核取为各小卷积核之和"),
            (Step(FIELD, lambda layers, kernel: layers * kernel),),
            lambda layers: layers > 1,
        ),
        Mistake(
            "sides-not-squared",
            Text("the sides of the kernels were compared, not their areas", "比较了卷积核的边长，而不是面积"),
            (Step(STACK_WEIGHTS, lambda layers, kernel: layers * kernel), Step(ONE_WEIGHTS, lambda field: field)),
        ),
        Mistake(
            "share-saved",
            Text("that is the share that is saved", "这是省下的比例"),
            (Step(SHARE, lambda stack_weights, one_weights: 1 - stack_weights / one_weights),),
            lambda layers: layers > 1,
        ),
    ),
)
