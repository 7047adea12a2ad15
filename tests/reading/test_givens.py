"""Givens as people type them: every spelling that is read, every sentence that refuses one, and no other outcome."""

from fractions import Fraction
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnmath.core.pose import typed
from cnnmath.errors import CnnmathError, FileError
from cnnmath.grid import Grid
from cnnmath.reading.givens import LONGEST, MOST_PAIRS, read_given, read_pairs
from cnnmath.reading.spelling import MOST_DIGITS, MOST_EXPONENT


def grid(*nested):
    return Grid.of(list(nested))


GOOD = [
    # numbers, exact
    ("input", "28", 28),
    ("input", "  28 ", 28),
    ("input", "'28'", 28),
    ("input", '"28"', 28),
    ("z", "-3", -3),
    ("z", "+3", 3),
    ("z", "−3", -3),
    ("z", "2.", 2),
    ("z", ".5", Fraction(1, 2)),
    ("z", "0.1", Fraction(1, 10)),
    ("z", "1e3", 1000),
    ("z", "1E-3", Fraction(1, 1000)),
    ("z", "-1/3", Fraction(-1, 3)),
    ("z", "4/2", 2),
    ("z", "０．５", Fraction(1, 2)),
    ("z", "9" * MOST_DIGITS, 10**MOST_DIGITS - 1),
    ("z", f"1e{MOST_EXPONENT}", 10**MOST_EXPONENT),
    # sizes
    ("input", "28x28", (28, 28)),
    ("input", "28X28", (28, 28)),
    ("input", "28*28", (28, 28)),
    ("input", "28×28×192", (28, 28, 192)),
    ("input", "28 x 28 x 3", (28, 28, 3)),
    ("input", "２８×２８", (28, 28)),
    ("kernel", "3x5", (3, 5)),
    ("stride", "2,1", (2, 1)),
    ("stride", "2x1", (2, 1)),
    ("stride", "(2, 1)", (2, 1)),
    ("stride", "[2,1]", (2, 1)),
    ("dilation", "1,2", (1, 2)),
    ("padding", "1,2,3,4", (1, 2, 3, 4)),
    ("padding", "1，2，3，4", (1, 2, 3, 4)),
    ("padding", "1、2", (1, 2)),
    # words
    ("padding", "same", "same"),
    ("padding", "SAME-TF", "same-tf"),
    ("rounding", "ceil", "ceil"),
    ("bias", "yes", True),
    ("bias", "TRUE", True),
    ("bias", "是", True),
    ("bias", "no", False),
    ("bias", "false", False),
    ("bias", "否", False),
    ("bias", "2", 2),
    ("padding", "no", "no"),  # yes and no are truths for a bias alone
    # rows of values
    ("input", "1 0 1", grid(1, 0, 1)),
    ("input", "1,0,1", grid(1, 0, 1)),  # a comma list is one row, except for stride, padding, dilation
    ("kernel", "1 0 1; 0 1 0", grid([1, 0, 1], [0, 1, 0])),
    ("kernel", "1, 0; 0, 1", grid([1, 0], [0, 1])),
    ("kernel", "1 0\n0 1", grid([1, 0], [0, 1])),
    ("kernel", "1 0\r\n0 1\r\n", grid([1, 0], [0, 1])),
    ("kernel", "1\t0", grid(1, 0)),
    ("kernel", "1 2;", grid(1, 2)),
    ("kernel", "1；2", grid([1], [2])),
    ("kernel", "1/2 .5 -1e-1", grid(Fraction(1, 2), Fraction(1, 2), Fraction(-1, 10))),
    ("kernel", '"1 0; 0 1"', grid([1, 0], [0, 1])),
    ("kernel", "[[1,0],[0,1]]", grid([1, 0], [0, 1])),
    ("kernel", "((1,0),(0,1))", grid([1, 0], [0, 1])),
    ("kernel", "【【1，0】，【0，1】】", grid([1, 0], [0, 1])),
    ("kernel", "[[1 0] [0 1]]", grid([1, 0], [0, 1])),
    ("kernel", "[1]", grid(1)),
    ("kernel", "[1,2,]", grid(1, 2)),
    ("input", "[[[1,2],[3,4]],[[5,6],[7,8]]]", grid([[1, 2], [3, 4]], [[5, 6], [7, 8]])),
]


@pytest.mark.parametrize(("word", "text", "value"), GOOD)
def test_a_good_spelling_is_read(word, text, value):
    read = read_given(word, text, files=False)
    assert read == value
    assert type(read) is type(value)


UNREADABLE = (
    "`input` cannot be read from `{}`: write a number (28), sizes (28x28), rows (1 0 1; 0 1 0) or a file name.",
    "`input` 无法从 `{}` 读出：请写一个数（28）、大小（28x28）、若干行（1 0 1; 0 1 0）或文件名。",
)
BAD = [
    *[(text, UNREADABLE[0].format(text), UNREADABLE[1].format(text)) for text in ("28x", "a b", "10%", "1_000")],
    ("ab " * 30, UNREADABLE[0].format(("ab " * 13) + "…"), UNREADABLE[1].format(("ab " * 13) + "…")),
    (
        "1 2; 3",
        "`input` is ragged: row 1 has 2 values and row 2 has 1.",
        "`input` 各行长度不同：第 1 行有 2 个值，第 2 行有 1 个。",
    ),
    (
        "[[1,2],[3,4],[5]]",
        "`input` is ragged: row 1 has 2 values and row 3 has 1.",
        "`input` 各行长度不同：第 1 行有 2 个值，第 3 行有 1 个。",
    ),
    (
        "[1,[2]]",
        "`input` is ragged: its lists are not all equally deep and long.",
        "`input` 不整齐：各层列表的长度或深度不同。",
    ),
    (
        "1 2; 3 two",
        "`input` has `two` in row 2, column 2, which is not a number.",
        "`input` 第 2 行第 2 列的 `two` 不是数。",
    ),
    (
        "1/0 1",
        "`input` has `1/0` in row 1, column 1, which is not a number.",
        "`input` 第 1 行第 1 列的 `1/0` 不是数。",
    ),
    (
        "1 1e101",
        "`input` has `1e101` in row 1, column 2, which is not a number.",
        "`input` 第 1 行第 2 列的 `1e101` 不是数。",
    ),
    (
        "1 " + "7" * 61,
        f"`input` has `{'7' * 39}…` in row 1, column 2, which is not a number.",
        f"`input` 第 1 行第 2 列的 `{'7' * 39}…` 不是数。",
    ),
    (
        "[[1,2],[3,4",
        "`input` ends before its last bracket is closed.",
        "`input` 的括号没有闭合。",
    ),
    (
        "[1,2]]",
        "`input` has an unexpected `]` in column 6: write rows like [[1,0],[0,1]] or 1 0; 0 1.",
        "`input` 第 6 列出现了意外的 `]`：请写成 [[1,0],[0,1]] 或 1 0; 0 1。",
    ),
    (
        "[1,two]",
        "`input` has an unexpected `two` in column 4: write rows like [[1,0],[0,1]] or 1 0; 0 1.",
        "`input` 第 4 列出现了意外的 `two`：请写成 [[1,0],[0,1]] 或 1 0; 0 1。",
    ),
    (
        "[,1]",
        "`input` has an unexpected `,` in column 2: write rows like [[1,0],[0,1]] or 1 0; 0 1.",
        "`input` 第 2 列出现了意外的 `,`：请写成 [[1,0],[0,1]] 或 1 0; 0 1。",
    ),
    (
        "[[[[1]]]]",
        "`input` has more than 3 axes, and no quantity takes more than height × width × channels: "
        "give one image at a time.",
        "`input` 超过 3 个维度，而最多只能是 高 × 宽 × 通道：请一次给出一幅图像。",
    ),
    (
        "28\x1b[31m",
        "`input` has a character that cannot be read, U+001B, in column 3.",
        "`input` 第 3 列有无法识别的字符 U+001B。",
    ),
    (
        "1\u200b2",
        "`input` has a character that cannot be read, U+200B ZERO WIDTH SPACE, in column 2.",
        "`input` 第 2 列有无法识别的字符 U+200B ZERO WIDTH SPACE。",
    ),
    (
        "٣",
        "`input` has a character that cannot be read, U+0663 ARABIC-INDIC DIGIT THREE, in column 1.",
        "`input` 第 1 列有无法识别的字符 U+0663 ARABIC-INDIC DIGIT THREE。",
    ),
]


@pytest.mark.parametrize(("text", "en", "zh"), BAD, ids=[repr(text)[:24] for text, _, _ in BAD])
def test_a_bad_spelling_is_refused_in_both_languages(text, en, zh):
    with pytest.raises(CnnmathError) as refused:
        read_given("input", text)
    assert (refused.value.said("en"), refused.value.said("zh")) == (en, zh)


@pytest.mark.parametrize("text", ["__import__('os')", "1+1", "2**3", "28;import os", "lambda: 1", "{1}", "1j", "0b1 1"])
def test_nothing_typed_is_run(text):
    with pytest.raises(CnnmathError):
        read_given("input", text)


@pytest.mark.parametrize(
    ("arguments", "pairs"),
    [
        ([], {}),
        (["input=28", "kernel=5"], {"input": "28", "kernel": "5"}),
        (["input＝28"], {"input": "28"}),
        ([" input =28"], {"input": "28"}),
        (["input=a=b"], {"input": "a=b"}),
    ],
)
def test_pairs_are_parted(arguments, pairs):
    assert read_pairs(arguments) == pairs


@pytest.mark.parametrize(
    ("arguments", "en", "zh"),
    [
        (
            ["28"],
            "`28` is not a given: write name=value, for example input=28.",
            "`28` 不是已知量：请写成 名字=值，例如 input=28。",
        ),
        (
            ["=5"],
            "`=5` is not a given: write name=value, for example input=28.",
            "`=5` 不是已知量：请写成 名字=值，例如 input=28。",
        ),
        (
            ["y" * 100],
            f"`{'y' * 39}…` is not a given: write name=value, for example input=28.",
            f"`{'y' * 39}…` 不是已知量：请写成 名字=值，例如 input=28。",
        ),
        (["input="], "`input` has no value: write input=…", "`input` 没有值：请写 input=…"),
        (["input= "], "`input` has no value: write input=…", "`input` 没有值：请写 input=…"),
        (["input=1", "input=2"], "`input` is given twice.", "`input` 给出了两次。"),
        (
            ["input=" + "1" * (LONGEST + 1)],
            "`input` is longer than 1,000,000 characters: put the values into a file.",
            "`input` 超过 1,000,000 个字符：请把数值放进文件。",
        ),
        (["a=1"] * (MOST_PAIRS + 1), "there are more than 64 givens.", "已知量超过 64 个。"),
    ],
    ids="bare nameless long empty blank twice huge many".split(),
)
def test_arguments_that_are_no_pairs_are_refused(arguments, en, zh):
    with pytest.raises(CnnmathError) as refused:
        read_pairs(arguments)
    assert (refused.value.said("en"), refused.value.said("zh")) == (en, zh)


def read_or_refused(word, text):
    """Return the value that a given is read as, or None and the sentence that refuses it."""
    try:
        return read_given(word, text), None
    except CnnmathError as error:
        return None, error


@pytest.mark.parametrize(
    "text",
    ["[" * 300_000, "1 " * 200_000, "1;" * 100_000, "1" * 300_000, "1x" * 100_000, "1e" + "9" * 100_000, "a" * 300_000],
    ids=lambda text: text[:6],
)
@pytest.mark.parametrize("word", ["input", "padding"])
def test_a_very_long_given_is_read_or_refused_quickly(word, text):
    before = perf_counter()
    value, refused = read_or_refused(word, text)
    assert perf_counter() - before < 3
    assert isinstance(value, Grid) if refused is None else len(str(refused)) < 300


def kinds(value):
    return isinstance(value, (int, Fraction, str, Grid)) or (
        isinstance(value, tuple) and all(type(part) is int for part in value)
    )


LIKELY = st.text(alphabet="0123456789 ,;[]()xX*.eE+-/\n\t'\"×－，；同a", max_size=40)
ENDED = st.builds(str.__add__, st.text(max_size=20), st.sampled_from([".csv", ".npy", ".json", ".TOML"]))


@settings(max_examples=200, deadline=2000)
@given(st.sampled_from(["input", "padding", "bias"]), st.one_of(st.text(), LIKELY, ENDED))
def test_any_text_gives_a_value_or_a_sentence(word, text):
    value, refused = read_or_refused(word, text)
    if refused is None:
        assert kinds(value), value
    else:
        assert f"`{word}`" in str(refused) or isinstance(refused, FileError)
        assert refused.said("zh") != refused.said("en")


@settings(max_examples=80, deadline=2000)
@given(st.lists(st.text(max_size=12), max_size=5))
def test_any_arguments_are_pairs_or_refused(arguments):
    try:
        pairs = read_pairs(arguments)
    except CnnmathError:
        return
    assert len(pairs) == len(arguments)
    assert all(value.strip() for value in pairs.values())


NUMBERS = st.one_of(
    st.integers(-(10**20), 10**20), st.fractions(-1000, 1000, max_denominator=1000).filter(lambda n: n.denominator > 1)
)
SIDES = st.integers(1, 10**12)


@st.composite
def grids(draw):
    """Grids of one to three axes. A lone value is left out: as rows it is spelled like a number."""
    shape = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    cells = 1
    for extent in shape:
        cells *= extent
    if cells == 1:
        shape, cells = [*shape[:-1], 2], 2
    return Grid(tuple(shape), tuple(draw(st.lists(NUMBERS, min_size=cells, max_size=cells))))


@settings(deadline=2000)
@given(st.one_of(st.integers(-(10**50), 10**50), st.tuples(SIDES, SIDES), st.tuples(SIDES, SIDES, SIDES)))
def test_what_is_typed_for_numbers_and_sizes_is_read_back(value):
    assert read_given("input", typed(value)) == value
    assert read_given("stride", typed(value)) == value


@settings(deadline=2000)
@given(st.tuples(*[st.integers(0, 10**12)] * 4))
def test_what_is_typed_for_a_padding_is_read_back(value):
    assert read_given("padding", typed(value)) == value


@settings(deadline=2000)
@given(grids())
def test_what_is_typed_for_a_grid_is_read_back(value):
    """One row of two axes reads as a sequence: `pose` gives it the axis back."""
    read = read_given("input", typed(value))
    assert read.values == value.values
    assert read.shape == (value.shape[1:] if len(value.shape) == 2 and value.shape[0] == 1 else value.shape)


@pytest.mark.parametrize("value", [True, False])
def test_what_is_typed_for_a_truth_is_read_back(value):
    assert read_given("bias", typed(value)) is value
