"""Posing a problem: what each spelling of a given means, and the sentence for each that means nothing."""

from fractions import Fraction

import numpy as np
import pytest

from cnnmath.core.pose import LARGEST, pose, typed
from cnnmath.core.solve import solve
from cnnmath.engine import correlate
from cnnmath.errors import GivenError, TooManySides
from cnnmath.grid import Grid
from cnnmath.topics import quantities, quantity

SIDES = ("top", "bottom", "left", "right")


def posed(slug, **given):
    return pose(quantity(slug), given).values


def refused(slug, given, kind=GivenError):
    with pytest.raises(kind) as error:
        pose(quantity(slug), given)
    return error.value.said("en"), error.value.said("zh")


# ------------------------------------------------------------------------------------- good spellings

MAP = {"input": (28, 30), "kernel": (3, 5)}
GOOD = [
    ("output-size", {"input": 28, "kernel": 5}, {"input": 28, "kernel": 5, "stride": 1, "dilation": 1}),
    ("output-size", {"input": 28, "kernel": 5, "padding": 2}, {"padding_before": 2, "padding_after": 2}),
    ("output-size", {"input": 28, "kernel": 5, "padding": (1, 2)}, {"padding_before": 1, "padding_after": 2}),
    ("output-size", {"input": (28,), "kernel": (5,)}, {"input": 28, "kernel": 5}),
    ("output-size.shape", {**MAP, "kernel": 5}, {"kernel_height": 5, "kernel_width": 5}),
    ("output-size.shape", {**MAP, "input": 28}, {"input_height": 28, "input_width": 28}),
    ("output-size.shape", MAP, {"input_height": 28, "input_width": 30, "kernel_height": 3, "kernel_width": 5}),
    ("output-size.shape", {**MAP, "stride": (2, 1)}, {"stride_height": 2, "stride_width": 1}),
    ("output-size.shape", {**MAP, "stride": 3, "dilation": 2}, {"stride_width": 3, "dilation_height": 2}),
    ("output-size.shape", MAP, {f"padding_{side}": 0 for side in SIDES}),
    ("output-size.shape", {**MAP, "padding": 2}, {f"padding_{side}": 2 for side in SIDES}),
    ("output-size.shape", {**MAP, "padding": (1, 2)}, dict(zip([f"padding_{side}" for side in SIDES], (1, 1, 2, 2)))),
    (
        "output-size.shape",
        {**MAP, "padding": (1, 2, 3, 4)},
        dict(zip([f"padding_{side}" for side in SIDES], (1, 2, 3, 4))),
    ),
    ("output-size.shape", {**MAP, "padding": "valid"}, {f"padding_{side}": 0 for side in SIDES}),
    ("channels.maps", {"input": (28, 28, 192), "kernel": 5, "filters": 32}, {"channels": 192, "input_width": 28}),
    (
        "channels.maps",
        {"input": (28, 28, 192), "channels": 192, "kernel": 5, "filters": 32},
        {"channels": 192, "input_height": 28},
    ),
    ("channels.maps", {"input": (8, 9), "channels": 3, "kernel": 5, "filters": 2}, {"channels": 3, "input_width": 9}),
    ("channels.parameters", {"input": (28, 28, 192), "kernel": 5, "filters": 32}, {"channels": 192, "bias": True}),
    ("channels.parameters", {"kernel": 5, "channels": 3, "filters": 2, "bias": False}, {"bias": False}),
    ("channels.parameters", {"kernel": 5, "channels": 3, "filters": 2, "bias": "no"}, {"bias": False}),
    ("output-size", {"input": LARGEST, "kernel": 5}, {"input": LARGEST}),
    ("conv", {"input": [[1, 2], [3, 4]], "kernel": [[1]]}, {"input": Grid((2, 2), (1, 2, 3, 4)), "kernel_width": 1}),
    ("conv", {"input": np.eye(2), "kernel": [1, 0]}, {"input": Grid((2, 2), (1, 0, 0, 1)), "kernel_height": 1}),
    ("conv", {"input": [[0.1, True]], "kernel": [[1]]}, {"input": Grid((1, 2), (Fraction(1, 10), 1))}),
    ("channels", {"input": [[1, 2], [3, 4]], "kernel": [[1]]}, {"input": Grid((2, 2, 1), (1, 2, 3, 4)), "channels": 1}),
    ("conv1d", {"input": [1, 2, 3], "kernel": [[1, 1]]}, {"kernel": Grid((2,), (1, 1))}),
]


@pytest.mark.parametrize(("slug", "given", "expected"), GOOD)
def test_a_good_spelling_gives_every_symbol_its_value(slug, given, expected):
    values = posed(slug, **given)
    assert {name: values[name] for name in expected} == expected


@pytest.mark.parametrize("slug", quantities())
def test_without_givens_the_example_is_posed(slug):
    asked = quantity(slug)
    problem = pose(asked, {})
    assert set(problem.given) <= {*asked.example, "channels"}
    assert {symbol.name for symbol in asked.symbols} <= set(problem.values)


def test_exact_numbers_stay_exact():
    assert posed("activation.relu", z=Fraction(1, 3))["z"] == Fraction(1, 3)
    assert posed("activation.relu", z=0.1)["z"] == Fraction(1, 10)
    assert type(posed("activation.relu", z=2.0)["z"]) is int


# -------------------------------------------------------------------- words for padding, as the engine has them

SHAPES = [((7, 9), (3, 5)), ((8, 8), (2, 4)), ((5, 12), (4, 1)), ((6, 5), (6, 5))]


@pytest.mark.parametrize("word", ["valid", "same", "same-tf", "full"])
@pytest.mark.parametrize("stride", [1, 2, (3, 1)])
@pytest.mark.parametrize(("input", "kernel"), SHAPES)
def test_a_word_for_padding_is_what_the_engine_does_with_it(word, stride, input, kernel):
    image = np.arange(1, input[0] * input[1] + 1).reshape(input)
    weights = np.arange(1, kernel[0] * kernel[1] + 1).reshape(kernel)
    values = posed("output-size.shape", input=input, kernel=kernel, stride=stride, padding=word)
    top, bottom, left, right = (values[f"padding_{side}"] for side in SIDES)
    expected = correlate(image, weights, stride=stride, padding=word)
    written_out = correlate(image, weights, stride=stride, padding=((top, bottom), (left, right)))
    assert np.array_equal(expected, written_out)
    problem = pose(quantity("output-size.shape"), {"input": input, "kernel": kernel, "stride": stride, "padding": word})
    assert solve(problem).answer == expected.shape


@pytest.mark.parametrize("word", ["same", "same-tf", "full"])
@pytest.mark.parametrize(("kernel", "dilation"), [(3, 2), (2, 3), (4, 1)])
def test_a_word_for_padding_counts_the_dilation(word, kernel, dilation):
    problem = pose(quantity("output-size"), {"input": 20, "kernel": kernel, "dilation": dilation, "padding": word})
    assert solve(problem).answer == len(correlate(np.zeros(20), np.zeros(kernel), padding=word, dilation=dilation))


def test_same_keeps_the_size_and_puts_the_odd_zero_behind():
    values = posed("output-size", input=28, kernel=4, padding="same")
    assert (values["padding_before"], values["padding_after"]) == (1, 2)


# ----------------------------------------------------------------------------------- refused spellings


def not_whole(word, value, minimum=1):
    return (
        f"`{word}` must be a whole number of at least {minimum}, not {value}.",
        f"`{word}` 必须是不小于 {minimum} 的整数，不能是 {value}。",
    )


CONV = {"input": [[1, 2], [3, 4]], "kernel": [[1]]}
SIZE = {"input": 28, "kernel": 5}
PADDING_WORDS = (
    "`padding` is a number, 1x2, top,bottom,left,right or one of valid, same, same-tf, full, not {}",
    "`padding` 可以是一个数、1x2、上,下,左,右，或 valid, same, same-tf, full 之一，不能是 {}",
)
NEEDS_VALUES = (
    '`kernel` of `conv` needs its values, not only a size: write kernel="1 0 1; 0 1 0; 1 0 1" '
    "or name a file (.csv .npy .json .toml).",
    '`conv` 的 `kernel` 需要具体数值，而不只是大小：请写 kernel="1 0 1; 0 1 0; 1 0 1"，或给出文件名（.csv .npy .json .toml）。',
)
ONE_VALUE = (NEEDS_VALUES[0][:-1] + "; one value is [[3]].", NEEDS_VALUES[1][:-1] + "；单个值写作 [[3]]。")
BAD = [
    ("output-size", {**SIZE, "stride": 0}, *not_whole("stride", 0)),
    ("output-size", {**SIZE, "stride": -2}, *not_whole("stride", -2)),
    ("output-size", {**SIZE, "kernel": 0}, *not_whole("kernel", 0)),
    ("output-size", {**SIZE, "padding": -1}, *not_whole("padding", -1, 0)),
    ("output-size", {**SIZE, "input": "abc"}, *not_whole("input", "abc")),
    ("output-size", {**SIZE, "stride": True}, *not_whole("stride", True)),
    ("output-size", {**SIZE, "padding": False}, *not_whole("padding", False, 0)),
    ("output-size.shape", {**MAP, "stride": (1, 0)}, *not_whole("stride", 0)),
    ("output-size.shape", {**MAP, "padding": (0, 1, 0, -1)}, *not_whole("padding", -1, 0)),
    (
        "output-size",
        {**SIZE, "input": LARGEST + 1},
        "`input` must be at most 1,000,000,000,000, not 1000000000001.",
        "`input` 最大为 1,000,000,000,000，不能是 1000000000001。",
    ),
    (
        "output-size",
        {**SIZE, "padding": "sane"},
        PADDING_WORDS[0].format("sane: did you mean same?"),
        PADDING_WORDS[1].format("sane：是否想写 same？"),
    ),
    (
        "output-size",
        {**SIZE, "padding": "zeros"},
        PADDING_WORDS[0].format("zeros."),
        PADDING_WORDS[1].format("zeros。"),
    ),
    (
        "output-size",
        {**SIZE, "rounding": "flor"},
        "`rounding` of `output-size` is one of floor, ceil, not flor: did you mean floor?",
        "`output-size` 的 `rounding` 只能是 floor, ceil 之一，不能是 flor：是否想写 floor？",
    ),
    (
        "activation",
        {**CONV, "activation": "swish"},
        "`activation` of `activation` is one of identity, relu, leaky-relu, sigmoid, tanh, not swish.",
        "`activation` 的 `activation` 只能是 identity, relu, leaky-relu, sigmoid, tanh 之一，不能是 swish。",
    ),
    (
        "channels.parameters",
        {"kernel": 5, "channels": 3, "filters": 2, "bias": "maybe"},
        "`bias` of `channels.parameters` is one of yes, no, not maybe.",
        "`channels.parameters` 的 `bias` 只能是 yes, no 之一，不能是 maybe。",
    ),
    (
        "channels.parameters",
        {"kernal": 5},
        "`channels.parameters` has no given `kernal`: did you mean `kernel`? "
        "It takes kernel, channels, filters, groups, bias.",
        "`channels.parameters` 没有名为 `kernal` 的已知量：是否想写 `kernel`？"
        "可用的有 kernel, channels, filters, groups, bias。",
    ),
    (
        "padding",
        {"input": 5},
        "`padding` has no given `input`. It takes kernel, dilation.",
        "`padding` 没有名为 `input` 的已知量。可用的有 kernel, dilation。",
    ),
    (
        "output-size",
        {"input": 28},
        "`output-size` needs `kernel` (kernel size). Example: output-size input=28 kernel=5 stride=2 padding=1",
        "`output-size` 需要 `kernel`（卷积核大小）。示例：output-size input=28 kernel=5 stride=2 padding=1",
    ),
    (
        "channels.maps",
        {"input": (28, 28), "kernel": 5, "filters": 2},
        "`channels.maps` needs `channels` (input channels (depth)). "
        "Example: channels.maps input=28x28x192 kernel=5 padding=2 filters=32",
        "`channels.maps` 需要 `channels`（输入通道数（深度））。示例：channels.maps input=28x28x192 kernel=5 padding=2 filters=32",
    ),
    (
        "channels.maps",
        {"input": (28, 28, 192), "channels": 3, "kernel": 5, "filters": 2},
        "`input` has 192 channels and `channels` says 3: give one of them.",
        "`input` 有 192 个通道，而 `channels` 写的是 3：请只给出其中一个。",
    ),
    (
        "channels.maps",
        {"input": (1, 2, 3, 4), "kernel": 5, "filters": 2},
        "`input` has 4 sizes, more than any quantity takes: write height × width × channels at most.",
        "`input` 有 4 个大小，超出任何量所能接受的个数：最多写 高 × 宽 × 通道。",
    ),
    (
        "output-size.shape",
        {"input": (1, 2, 3), "kernel": 5},
        "`input` of `output-size.shape` has 2 sides, and 1x2x3 has another number: write it like input=28x28.",
        "`output-size.shape` 的 `input` 有 2 个边长，而 1x2x3 的个数不同：请写成 input=28x28。",
    ),
    ("conv", {**CONV, "kernel": 3}, *ONE_VALUE),
    ("conv", {**CONV, "kernel": "same"}, *NEEDS_VALUES),
    ("conv", {**CONV, "kernel": True}, *NEEDS_VALUES),
    (
        "conv",
        {**CONV, "input": [[1, 2], [3]]},
        "the rows of `input` have different lengths: every row needs the same number of values.",
        "`input` 各行的长度不同：每一行的数值个数必须相同。",
    ),
    ("conv", {**CONV, "input": []}, "`input` has no values.", "`input` 没有任何数值。"),
    ("conv", {**CONV, "input": [[]]}, "`input` has no values.", "`input` 没有任何数值。"),
    (
        "conv",
        {**CONV, "input": [[1, "a"]]},
        "`input` holds 'a', which is not a number.",
        "`input` 中的 'a' 不是数值。",
    ),
    (
        "conv",
        {**CONV, "input": [[1, float("nan")]]},
        "`input` holds nan, which is not a number.",
        "`input` 中的 nan 不是数值。",
    ),
    (
        "conv",
        {**CONV, "input": np.zeros((1, 2, 2, 1))},
        "`input` has 4 axes, and no quantity takes more than height × width × channels: give one image at a time.",
        "`input` 有 4 个维度，而最多只能是 高 × 宽 × 通道：请一次给出一幅图像。",
    ),
    (
        "channels",
        {**CONV, "bias": [1, 2]},
        "`bias` of `channels` is one number.",
        "`channels` 的 `bias` 是一个数。",
    ),
    (
        "activation.leaky-relu",
        {"z": 1, "slope": 2},
        "`slope` must be below 1, not 2.",
        "`slope` 必须小于 1，这里是 2。",
    ),
    (
        "activation.leaky-relu",
        {"z": 1, "slope": -1},
        "`slope` must be at least 0, not -1.",
        "`slope` 不能小于 0，这里是 -1。",
    ),
]


@pytest.mark.parametrize(("slug", "given", "en", "zh"), BAD, ids=[f"{row[0]}-{row[2][:38]}" for row in BAD])
def test_a_bad_given_is_refused_in_both_languages(slug, given, en, zh):
    assert refused(slug, given) == (en, zh)


@pytest.mark.parametrize(
    ("slug", "given"),
    [
        ("output-size", {"input": (28, 28), "kernel": 5}),
        ("output-size", {"input": 28, "kernel": (3, 5)}),
        ("output-size.shape", {"input": (28, 28, 3), "kernel": 5}),
        ("conv", {"input": [[[1, 2]]], "kernel": [[1]]}),
    ],
)
def test_more_sides_than_there_is_room_for_ask_for_the_wider_quantity(slug, given):
    assert quantity(slug).wider
    refused(slug, given, TooManySides)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (28, "28"),
        ((28, 28, 192), "28x28x192"),
        ((1, 2, 3, 4), "1,2,3,4"),
        (Fraction(1, 3), "1/3"),
        (True, "yes"),
        (False, "no"),
        ("same-tf", "same-tf"),
        ([1, 0], '"1 0"'),
        ([[1, 0], [Fraction(1, 2), 1]], '"1 0; 1/2 1"'),
        ([[[1], [2]], [[3], [4]]], '"[[[1],[2]],[[3],[4]]]"'),
        (Grid((2, 1), (1, 2)), '"1; 2"'),
    ],
)
def test_a_given_is_typed_as_a_person_would(value, text):
    assert typed(value) == text
