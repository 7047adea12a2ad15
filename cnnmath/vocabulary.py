"""The symbols that topics share: one word, one letter per notation, one meaning each.

Letters stand in the order slides, CS231n, PyTorch. The slides have no letter for padding, stride and
dilation, so the ones of their textbook (nndl, chapter 5) are used, with a capital S for the stride.
"""

from dataclasses import replace
from typing import Any

from cnnmath.expression import maximum
from cnnmath.model import Choices, Convention, Entries, Integers, Numbers, Symbol
from cnnmath.text import Text

PIXELS = Text("values", "个值")
NO_UNIT = Text("", "")

# ----------------------------------------------------------------------------------- sizes, one axis

INPUT = Symbol("input", ("N", "W", "L_in"), Text("input size", "输入大小"), word="input", unit=PIXELS)
KERNEL = Symbol("kernel", ("K", "F", "kernel_size"), Text("kernel size", "卷积核大小"), word="kernel")
STRIDE = Symbol("stride", ("S", "S", "stride"), Text("stride", "步幅"), word="stride", default=1)
DILATION = Symbol(
    "dilation", ("d", "d", "dilation"), Text("dilation", "膨胀率"), word="dilation", default=1, quiet=True
)
PADDING = Symbol(
    "padding", ("p", "P", "padding"), Text("zeros added on each side", "每一侧补零的个数"),
    word="padding", domain=Integers(0), default=0,
)  # fmt: skip
PADDING_BEFORE = replace(
    PADDING, name="padding_before", letters=("p_1", "P_1", "padding_1"), side="before", ties=(PADDING,),
    meaning=Text("zeros added before", "前侧补零的个数"),
)  # fmt: skip
PADDING_AFTER = replace(
    PADDING, name="padding_after", letters=("p_2", "P_2", "padding_2"), side="after", ties=(PADDING,),
    meaning=Text("zeros added after", "后侧补零的个数"),
)  # fmt: skip

# ---------------------------------------------------------------------------------- sizes, two axes

INPUT_HEIGHT = Symbol("input_height", ("M", "H", "H_in"), Text("input height", "输入高度"), word="input")
INPUT_WIDTH = Symbol("input_width", ("N", "W", "W_in"), Text("input width", "输入宽度"), word="input", axis=1)
KERNEL_HEIGHT = Symbol(
    "kernel_height", ("U", "F_h", "kernel_size[0]"), Text("kernel height", "卷积核高度"), word="kernel"
)
KERNEL_WIDTH = Symbol(
    "kernel_width", ("V", "F_w", "kernel_size[1]"), Text("kernel width", "卷积核宽度"), word="kernel", axis=1
)
STRIDE_HEIGHT = replace(
    STRIDE, name="stride_height", letters=("S_h", "S_h", "stride[0]"), ties=(STRIDE,),
    meaning=Text("stride down", "纵向步幅"),
)  # fmt: skip
STRIDE_WIDTH = replace(
    STRIDE, name="stride_width", letters=("S_w", "S_w", "stride[1]"), ties=(STRIDE,), axis=1,
    meaning=Text("stride across", "横向步幅"),
)  # fmt: skip
DILATION_HEIGHT = replace(
    DILATION, name="dilation_height", letters=("d_h", "d_h", "dilation[0]"), ties=(DILATION,),
    meaning=Text("dilation down", "纵向膨胀率"),
)  # fmt: skip
DILATION_WIDTH = replace(
    DILATION, name="dilation_width", letters=("d_w", "d_w", "dilation[1]"), ties=(DILATION,), axis=1,
    meaning=Text("dilation across", "横向膨胀率"),
)  # fmt: skip
PADDING_HEIGHT = replace(
    PADDING, name="padding_height", letters=("p_h", "P_h", "padding[0]"),
    meaning=Text("rows of zeros on top and at the bottom, each", "上下每侧补零的行数"),
)  # fmt: skip
PADDING_WIDTH = replace(
    PADDING, name="padding_width", letters=("p_w", "P_w", "padding[1]"), axis=1,
    meaning=Text("columns of zeros left and right, each", "左右每侧补零的列数"),
)  # fmt: skip
PADDING_TOP = replace(
    PADDING_BEFORE, name="padding_top", letters=("p_t", "P_t", "padding_t"), ties=(PADDING, PADDING_HEIGHT),
    meaning=Text("rows of zeros on top", "上侧补零的行数"),
)  # fmt: skip
PADDING_BOTTOM = replace(
    PADDING_AFTER, name="padding_bottom", letters=("p_b", "P_b", "padding_b"), ties=(PADDING, PADDING_HEIGHT),
    meaning=Text("rows of zeros at the bottom", "下侧补零的行数"),
)  # fmt: skip
PADDING_LEFT = replace(
    PADDING_BEFORE, name="padding_left", letters=("p_l", "P_l", "padding_l"), axis=1, ties=(PADDING, PADDING_WIDTH),
    meaning=Text("columns of zeros on the left", "左侧补零的列数"),
)  # fmt: skip
PADDING_RIGHT = replace(
    PADDING_AFTER, name="padding_right", letters=("p_r", "P_r", "padding_r"), axis=1, ties=(PADDING, PADDING_WIDTH),
    meaning=Text("columns of zeros on the right", "右侧补零的列数"),
)  # fmt: skip
STRIDES = (STRIDE_HEIGHT, STRIDE_WIDTH)
PADDINGS = (PADDING_TOP, PADDING_BOTTOM, PADDING_LEFT, PADDING_RIGHT)
DILATIONS = (DILATION_HEIGHT, DILATION_WIDTH)

# -------------------------------------------------------------------------------------- depth, counts

CHANNELS = Symbol("channels", ("D", "D", "C_in"), Text("input channels (depth)", "输入通道数（深度）"), word="channels")
FILTERS = Symbol("filters", ("P", "K", "C_out"), Text("number of filters", "滤波器个数"), word="filters")
GROUPS = Symbol(
    "groups", ("G", "G", "groups"), Text("groups of channels", "通道分组数"), word="groups", default=1, quiet=True
)
BIAS = Symbol(
    "bias", ("b", "b", "bias"), Text("whether filters have a bias", "滤波器是否带偏置"),
    word="bias", domain=Choices(("yes", "no"), flag=True), default=True,
)  # fmt: skip

# ---------------------------------------------------------------------------------------- real values

IMAGE = Symbol("input", ("x", "x", "x"), Text("input", "输入"), word="input", domain=Entries(2))
WEIGHTS = Symbol("kernel", ("w", "w", "w"), Text("kernel", "卷积核"), word="kernel", domain=Entries(2))
IMAGE_HEIGHT = replace(INPUT_HEIGHT, word="", size_of=("input", 0))
IMAGE_WIDTH = replace(INPUT_WIDTH, word="", size_of=("input", 1))
WEIGHTS_HEIGHT = replace(KERNEL_HEIGHT, word="", size_of=("kernel", 0))
WEIGHTS_WIDTH = replace(KERNEL_WIDTH, word="", size_of=("kernel", 1))
OFFSET = Symbol("bias", ("w_b", "b", "b"), Text("bias", "偏置"), word="bias", domain=Numbers(), default=0)


def quiet(*symbols: Symbol) -> tuple[Symbol, ...]:
    """Return the symbols, each left out of the formula while it has its default."""
    return tuple(replace(symbol, quiet=True) for symbol in symbols)


# --------------------------------------------------------------------------- what padding words stand for


def span(kernel: Any, dilation: Any) -> Any:
    """Return how many values a dilated kernel spans from its first to its last (nndl 5.5.2)."""
    return dilation * (kernel - 1) + 1


def same_total(kernel: Any, dilation: Any) -> Any:
    """Return the zeros, both sides together, that keep the size at stride 1: the span less one."""
    return dilation * (kernel - 1)


def same_tf_total(input: Any, kernel: Any, stride: Any, dilation: Any, output: Any) -> Any:
    """Return the zeros, both sides together, of TensorFlow's SAME, whose output is ceil(input / stride)."""
    return maximum((output - 1) * stride + span(kernel, dilation) - input, 0)


PADDING_WORDS = ("valid", "same", "same-tf", "full")

# -------------------------------------------------------------------------------------- conventions

FLIPPED = Convention("convolution", Text("convolution, with the kernel flipped", "采用卷积（翻转卷积核）"))
NOT_FLIPPED = Convention(
    "cross-correlation", Text("cross-correlation, with the kernel as it is", "采用互相关（不翻转卷积核）")
)
FLOOR = Convention("floor", Text("sizes are rounded down (floor)", "大小向下取整（floor）"))
CEIL = Convention(
    "ceil",
    Text(
        "sizes are rounded up (ceil), and the last window starts inside the input or its left padding",
        "大小向上取整（ceil），且最后一个窗口的起点须在输入或其左侧填充之内",
    ),
)
PER_SIDE = Convention("padding-per-side", Text("padding is counted per side", "填充按每侧计"))
DILATION_FROM_ONE = Convention("dilation-from-1", Text("dilation 1 means no gaps", "膨胀率 1 表示无间隔"))
DILATION_FROM_ZERO = Convention(
    "dilation-from-0", Text("dilation 0 means no gaps (CS231n)", "膨胀率 0 表示无间隔（CS231n）")
)
BIAS_COUNTED = Convention("bias-counted", Text("biases are counted", "计入偏置"))
BIAS_NOT_COUNTED = Convention("bias-not-counted", Text("biases are not counted", "不计偏置"))
BIAS_PER_FILTER = Convention("bias-per-filter", Text("one bias per filter", "每个滤波器一个偏置"))
MACS = Convention("mac", Text("1 MAC = one multiplication and one addition = 2 FLOPs",
                              "1 MAC = 一次乘法加一次加法 = 2 次浮点运算（FLOPs）"))  # fmt: skip
FROM_ONE = Convention("indices-from-1", Text("in the sums indices count from 1", "求和式中下标从 1 开始"))
CELLS_FROM_ZERO = Convention("cells-from-0", Text("cells of the map count from 0", "特征图元素的下标从 0 开始"))
PADDING_NOTES = {
    "valid": Convention("padding-valid", Text("padding=valid: no zeros", "padding=valid：不补零")),
    "same": Convention(
        "padding-same",
        Text(
            "padding=same: the kernel's span less one zeros in all, half on each side, an odd one at the end "
            "(with a stride this is not TensorFlow's SAME)",
            "padding=same：补零总数为卷积核的跨度减一，两侧各半，多出的一个补在末侧（步幅大于 1 时与 TensorFlow 的 SAME 不同）",
        ),
    ),
    "same-tf": Convention(
        "padding-same-tf",
        Text(
            "padding=same-tf: as many zeros as TensorFlow's SAME takes, an odd one at the end",
            "padding=same-tf：补零个数与 TensorFlow 的 SAME 相同，多出的一个补在末侧",
        ),
    ),
    "full": Convention(
        "padding-full",
        Text(
            "padding=full: the kernel's span less one zeros on each side",
            "padding=full：每侧补零的个数为卷积核的跨度减一",
        ),
    ),
}
"""What is said where the padding was given as one of `PADDING_WORDS`."""
HWC = Convention("height-width-channels", Text("shapes are height × width × channels", "形状为 高 × 宽 × 通道"))
DENSE = Convention("padding-counted", Text("products with padding zeros are counted", "与填充零的乘积也计入"))
