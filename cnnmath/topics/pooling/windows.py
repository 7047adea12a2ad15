"""What every question about pooling shares: the window, how often it fits, and how that goes wrong."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from cnnmath.model import Choices, Condition, Convention, Given, Mistake, Step, Symbol
from cnnmath.text import Text
from cnnmath.topics.output_size import COLUMNS, ROWS, places
from cnnmath.vocabulary import (
    CHANNELS,
    KERNEL,
    KERNEL_HEIGHT,
    KERNEL_WIDTH,
    PADDINGS,
    STRIDE,
    STRIDE_HEIGHT,
    STRIDE_WIDTH,
    quiet,
)

WINDOW = replace(KERNEL, meaning=Text("window size", "窗口大小"))
WINDOW_HEIGHT = replace(KERNEL_HEIGHT, meaning=Text("window height", "窗口高度"))
WINDOW_WIDTH = replace(KERNEL_WIDTH, meaning=Text("window width", "窗口宽度"))
WINDOW_STRIDE = replace(STRIDE, default=None, same_as="kernel")
WINDOW_STRIDES = (
    replace(STRIDE_HEIGHT, default=None, same_as="kernel_height"),
    replace(STRIDE_WIDTH, default=None, same_as="kernel_width"),
)
WINDOW_SYMBOLS = (WINDOW_HEIGHT, WINDOW_WIDTH, *WINDOW_STRIDES, *quiet(*PADDINGS))
DEPTH = replace(CHANNELS, default=1)
POOL = Symbol(
    "pool", ("pool", "pool", "pool"), Text("what is kept of each window", "每个窗口保留什么"),
    word="pool", domain=Choices(("max", "mean")), default="max",
)  # fmt: skip


def any_padding(padding_top: int, padding_bottom: int, padding_left: int, padding_right: int) -> bool:
    """Tell whether there is any padding."""
    return padding_top + padding_bottom + padding_left + padding_right > 0


SIDE_BY_SIDE = Convention(
    "stride-is-window", Text("where no stride is given, it is the window's size", "未给出步幅时，步幅等于窗口大小")
)
HALF_AT_MOST = Convention(
    "padding-half-the-window",
    Text("PyTorch takes no padding of more than half the window", "PyTorch 不接受超过窗口一半的填充"),
    lambda kernel_height, kernel_width, padding_top, padding_bottom, padding_left, padding_right: (
        2 * max(padding_top, padding_bottom) > kernel_height or 2 * max(padding_left, padding_right) > kernel_width
    ),
)


def less_one(input: Any, kernel: Any, before: Any, after: Any, stride: Any) -> Any:
    """Return `places`, the + 1 forgotten."""
    return places(input, kernel, before, after, stride) - 1


def by_one(input: Any, kernel: Any, before: Any, after: Any, stride: Any) -> Any:
    """Return `places`, the stride taken as 1."""
    return places(input, kernel, before, after, 1)


def beside(input: Any, kernel: Any, before: Any, after: Any, stride: Any) -> Any:
    """Return `places`, the stride taken as the window."""
    return places(input, kernel, before, after, kernel)


def below_the_line(input: Any, kernel: Any, before: Any, after: Any, stride: Any) -> Any:
    """Return `places`, the + 1 written below the line."""
    return places(input, kernel, before, after, stride + 1) - 1


def unchanged(input: Any, kernel: Any, before: Any, after: Any, stride: Any) -> Any:
    """Return the size of the input."""
    return input


def unpadded(input: Any, kernel: Any, before: Any, after: Any, stride: Any) -> Any:
    """Return `places`, the padding forgotten."""
    return places(input, kernel, 0, 0, stride)


def sizes(rule: Callable[..., Any]) -> tuple[Step, Step]:
    """Return the steps that count rows and columns by `rule`, which is called as `places` is."""
    return (
        Step(
            ROWS,
            lambda input_height, kernel_height, padding_top, padding_bottom, stride_height: rule(
                input_height, kernel_height, padding_top, padding_bottom, stride_height
            ),
            Text("The window has this many places from top to bottom.", "窗口从上到下可放的位置数。"),
        ),
        Step(
            COLUMNS,
            lambda input_width, kernel_width, padding_left, padding_right, stride_width: rule(
                input_width, kernel_width, padding_left, padding_right, stride_width
            ),
            Text("The window has this many places from left to right.", "窗口从左到右可放的位置数。"),
        ),
    )


SIZES = sizes(places)


def meets_input(input: int, kernel: int, before: int, stride: int, count: int) -> bool:
    """Tell whether the first and the last window both hold a value of the input."""
    return before < kernel and stride * (count - 1) < before + input


FITS = (
    Condition(
        lambda rows, columns: rows >= 1 and columns >= 1,
        Text(
            "the window ({kernel_height}×{kernel_width}) is larger than the padded input: pad more or use a smaller one.",
            "窗口（{kernel_height}×{kernel_width}）大于填充后的输入：请增加填充或减小窗口。",
        ),
    ),
    Condition(
        lambda rows, columns, input_height, input_width, kernel_height, kernel_width, stride_height, stride_width, padding_top, padding_left: (
            meets_input(input_height, kernel_height, padding_top, stride_height, rows)
            and meets_input(input_width, kernel_width, padding_left, stride_width, columns)
        ),
        Text(
            "a window ({kernel_height}×{kernel_width}) would hold nothing but padding: pad less or use a larger one.",
            "有的窗口（{kernel_height}×{kernel_width}）只含填充：请减少填充或增大窗口。",
        ),
    ),
)


def options(values: Given) -> dict[str, Any]:
    """Return the window and how the engine is told to move it."""
    return {
        "window": (values["kernel_height"], values["kernel_width"]),
        "stride": (values["stride_height"], values["stride_width"]),
        "padding": (
            (values["padding_top"], values["padding_bottom"]),
            (values["padding_left"], values["padding_right"]),
        ),
    }


def sample_window(random: Random) -> dict[str, Any]:
    """Draw a window, its padding and perhaps its stride."""
    window = random.choice([2, 2, 3, 3, (1, 2), (3, 2), (2, 3), 1])
    given = {"kernel": window, "padding": random.choice([0, 0, 0, 1, (1, 0), (0, 1, 1, 0)])}
    return given if random.random() < 0.6 else {**given, "stride": random.choice([1, 2, 3, (2, 1)])}


SAYS_STRIDE_ONE = Text(
    "the window moved one value at a time, as a kernel does; without a stride a pool's windows lie side by side",
    "窗口像卷积核那样每次只移动一格；未给出步幅时，汇聚的窗口并排放置",
)
SAYS_BESIDE = Text("the windows were laid side by side, whatever the stride", "不论步幅是多少，都把窗口并排放置")
SAYS_UNPADDED = Text("the padding was forgotten", "忘记了填充")
STRIDE_ONE = Mistake(
    "stride-one", SAYS_STRIDE_ONE, sizes(by_one), lambda stride_height, stride_width: stride_height * stride_width > 1
)
BESIDE = Mistake(
    "side-by-side",
    SAYS_BESIDE,
    sizes(beside),
    lambda kernel_height, kernel_width, stride_height, stride_width: (
        (kernel_height, kernel_width) != (stride_height, stride_width)
    ),
)
UNPADDED = Mistake("padding-forgotten", SAYS_UNPADDED, sizes(unpadded), any_padding)
SAYS_UNCHANGED = Text("the size of the input was left as it is", "输入的大小原样未变")
UNCHANGED = Mistake("size-kept", SAYS_UNCHANGED, sizes(unchanged))
ROW_BY_ROW = Mistake(
    "row-by-row",
    Text(
        "each row was pooled by itself, its windows side by side: a window spans several rows",
        "逐行做汇聚，窗口在行内并排放置：其实一个窗口跨越多行",
    ),
    (Step(ROWS, lambda input_height: input_height), sizes(beside)[1]),
    lambda kernel_height, padding_top, padding_bottom, padding_left, padding_right: (
        kernel_height > 1 and not any_padding(padding_top, padding_bottom, padding_left, padding_right)
    ),
)
