"""What is read is what was meant: nothing dropped, nothing rounded, nothing that hides, nothing that hangs."""

from fractions import Fraction
from io import BytesIO
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnmath.errors import CnnmathError, FileError, GivenError
from cnnmath.grid import Grid
from cnnmath.reading.files import read_array_file
from cnnmath.reading.givens import LONGEST, read_given, read_pairs
from cnnmath.reading.spelling import shown

SQUARE = Grid.of([[1, 0], [0, 1]])
UNEXPECTED = (
    "`input` has an unexpected `{}` in column {}: write rows like [[1,0],[0,1]] or 1 0; 0 1.",
    "`input` 第 {1} 列出现了意外的 `{0}`：请写成 [[1,0],[0,1]] 或 1 0; 0 1。",
)


def refusal(call, *arguments, error=CnnmathError):
    with pytest.raises(error) as refused:
        call(*arguments)
    return refused.value.said("en"), refused.value.said("zh")


@pytest.mark.parametrize(
    "text",
    [
        "[1 0; 0 1]",
        "[1,0;0,1]",
        "[1,0];[0,1]",
        "[1,0],[0,1]",
        "[1 0]\n[0 1]",
        "[[1 0]\n [0 1]]",
        "1 0;\n0 1\n",
        "1,0,;0,1,",
    ],
)
def test_every_way_to_end_a_row_ends_it(text):
    assert read_given("input", text) == SQUARE


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("[[1,2],[3,4]];[[5,6],[7,8]]", (2, 2, 2)),
        ("[1,2],[3,4];[5,6],[7,8]", (2, 2, 2)),
        ("[[1,2;3,4]]", (1, 2, 2)),
        ("[[1,2]]", (1, 2)),
        ("[[[1]]]", (1, 1, 1)),
        ("1;", (1,)),
    ],
)
def test_rows_of_rows_keep_their_axes(text, shape):
    assert read_given("input", text).shape == shape


@pytest.mark.parametrize(
    ("text", "token", "column"),
    [
        ("1,,2", ",", 3),
        (",1", ",", 1),
        ("1 0;;0 1", ";", 5),
        (";1", ";", 1),
        ("[1)", ")", 3),
        ("(1,2]", "]", 5),
        ("[]", "]", 2),
        ("[[1],[]]", "]", 7),
        ("1 2)", ")", 4),
    ],
)
def test_nothing_is_dropped_in_silence(text, token, column):
    words = tuple(words.format(token, column) for words in UNEXPECTED)
    assert refusal(read_given, "input", text, error=GivenError) == words


@pytest.mark.parametrize(
    ("text", "en", "zh"),
    [
        (
            "[[[1,2],[3,4]],[[5,6],[7]]]",
            "`input` is ragged: row 1, column 1 has 2 values and row 2, column 2 has 1.",
            "`input` 各行长度不同：第 1 行第 1 列有 2 个值，第 2 行第 2 列有 1 个。",
        ),
        ("1; 2 3", "`input` is ragged: row 1 has 1 value and row 2 has 2.", "`input` 各行长度不同：第 1 行有 1 个值，第 2 行有 2 个。"),
        (
            "[1,[2,3]]",
            "`input` is ragged: its lists are not all equally deep and long.",
            "`input` 不整齐：各层列表的长度或深度不同。",
        ),
        (
            "[[[1]]],[[[1]]]",
            "`input` has 4 axes, and no quantity takes more than height × width × channels: give one image at a time.",
            "`input` 有 4 个维度，而最多只能是 高 × 宽 × 通道：请一次给出一幅图像。",
        ),
        (" ", "`input` has no value: write input=…", "`input` 没有值：请写 input=…"),
        ("''", "`input` has no value: write input=…", "`input` 没有值：请写 input=…"),
        (
            "1 " * LONGEST,
            "`input` is longer than 1,000,000 characters: put the values into a file.",
            "`input` 超过 1,000,000 个字符：请把数值放进文件。",
        ),
        (
            "a\u202evsc.csv",
            "`input` has a character that cannot be read, U+202E RIGHT-TO-LEFT OVERRIDE, in column 2.",
            "`input` 第 2 列有无法识别的字符 U+202E RIGHT-TO-LEFT OVERRIDE。",
        ),
        ("\ud800.csv", "`input` has a character that cannot be read, U+D800, in column 1.", "`input` 第 1 列有无法识别的字符 U+D800。"),
    ],
    ids="third-axis one mixed axes blank quoted long bidi surrogate".split(),
)  # fmt: skip
def test_what_cannot_be_read_is_named(text, en, zh):
    assert refusal(read_given, "input", text, error=GivenError) == (en, zh)


@pytest.mark.parametrize(
    ("text", "sides"),
    [("1 2", (1, 2)), ("(1, 1)", (1, 1)), ("[2,1]", (2, 1)), ("-1,2", (-1, 2)), ("2,", (2,)), ("(2)", (2,))],
)
def test_a_short_list_of_whole_numbers_is_sizes_for_words_that_take_sizes(text, sides):
    assert read_given("padding", text) == sides
    assert read_given("input", text) == Grid.of(list(sides))


@pytest.mark.parametrize("text", ["1.5,2", "1 0; 0 1", ",".join("1" * 9)])
def test_other_lists_stay_rows_and_pose_refuses_them(text):
    assert isinstance(read_given("padding", text), Grid)


def test_pairs_keep_the_second_sign_and_names_may_begin_with_a_digit():
    assert read_pairs(["a=b＝c", "2d = 28 "]) == {"a": "b＝c", "2d": "28"}


@pytest.mark.parametrize("argument", ["\x1b[31mred", "two\nlines", "\u202e28", "\ud800"])
def test_a_refusal_is_one_harmless_line(argument):
    for sentence in (*refusal(read_pairs, [argument]), *refusal(read_array_file, argument + ".csv", "input")):
        assert sentence.isprintable()


def test_long_and_hidden_text_is_shown_cut_and_escaped():
    assert shown("a" * 41) == "a" * 39 + "…"
    assert shown("a\tb\u202e") == "a\\tb\\u202e"
    assert shown("图 片") == "图 片"


# ------------------------------------------------------------------------------------------------ files


def npy(array):
    stream = BytesIO()
    np.save(stream, array)
    return stream.getvalue()


EXACT = [
    ("a.json", b"[0.1, 0.12345678901234567890, 1e2]", [Fraction(1, 10), Fraction(1234567890123456789, 10**19), 100]),
    ("a.toml", b"values = [0.1, 1_000.5, 0x10]", [Fraction(1, 10), Fraction(2001, 2), 16]),
    ("double.npy", npy(np.array([0.1, -2.0, 1e22, 5e-324])), [Fraction(1, 10), -2, 10**22, Fraction(5, 10**324)]),
    ("single.npy", npy(np.array([0.1, 3.4e38], dtype=np.float32)), [Fraction(1, 10), 34 * 10**37]),
    ("half.npy", npy(np.array([0.1, 2047], dtype=np.float16)), [Fraction(1, 10), 2047]),
    ("big-endian.npy", npy(np.array([0.1, 3], dtype=">f8")), [Fraction(1, 10), 3]),
    ("unsigned.npy", npy(np.array([2**64 - 1], dtype=np.uint64)), [2**64 - 1]),
    ("truths.npy", npy(np.array([True, False])), [1, 0]),
]


@pytest.mark.parametrize(("name", "content", "values"), EXACT, ids=[name for name, _, _ in EXACT])
def test_numbers_in_files_are_the_decimals_that_are_written(tmp_path, name, content, values):
    (tmp_path / name).write_bytes(content)
    read = read_array_file(str(tmp_path / name), "input")
    assert read == Grid.of(values)
    assert [type(value) for value in read.values] == [type(value) for value in values]


MANY = ("`input` has more than 1,000,000 values.", "`input` 的值超过 1,000,000 个。")
LONG = ("a number in the file is too long.", "文件中的某个数过长。")
NESTED = ("the file is nested too deeply.", "文件嵌套过深。")
NOT_NPY = ("this is not a .npy file of numbers, or it is cut short.", "这不是由数构成的 .npy 文件，或文件不完整。")
NO_VALUES = ("`input` has no values.", "`input` 没有任何数值。")
NOT_REAL = ("the array does not hold real numbers.", "数组中不是实数。")
BAD = [
    ("decimal-comma.csv", b"1,5;2,5", ":1:1", "`1,5` is not a number (value 1 of the row).", "`1,5` 不是数（该行第 1 个）。"),
    ("repeated.csv", b"1,11\n11,x1,x", ":2:4", "`x1` is not a number (value 2 of the row).", "`x1` 不是数（该行第 2 个）。"),
    ("gap.csv", b"1,,2", ":1:3", "value 2 of the row is missing.", "该行缺少第 2 个值。"),
    ("ends.csv", b"1,2,3\n4,5,,\n", ":2:5", "value 3 of the row is missing.", "该行缺少第 3 个值。"),
    ("separator.csv", "1,2\u20283".encode(), ":1:3", "`2\\u20283` is not a number (value 2 of the row).",
     "`2\\u20283` 不是数（该行第 2 个）。"),
    ("mark.csv", b"\xef\xbb\xbf\n", "", "the file is empty.", "文件是空的。"),
    ("after-mark.csv", b"\xef\xbb\xbf1,\xff", ":1:3", "this is not UTF-8 text: save the file as UTF-8.",
     "这不是 UTF-8 文本：请以 UTF-8 保存。"),
    ("many.csv", b"1 " * 1_000_001, "", *MANY),
    ("many.json", b"[" + b"0," * 1_000_000 + b"0]", "", *MANY),
    ("empty.json", b"[[],[]]", "", *NO_VALUES),
    ("tiny.json", b"[1e-400]", "", *LONG),
    ("long.toml", b"values = [" + b"9" * 61 + b"]", "", *LONG),
    ("dotted.toml", b"a" + b".a" * 1_000_000 + b" = 1", "", *NESTED),
    ("single.npy", npy(np.float64(3)), "", "this is a single number: save one to three axes.",
     "这只是一个数：请保存一到三个维度的数组。"),
    ("none.npy", npy(np.zeros((0, 3))), "", *NO_VALUES),
    ("claims.npy", npy(np.zeros(3)).replace(b"(3,), }         ", b"(30000000000,), }"), "", *NOT_NPY),
    ("record.npy", npy(np.array([(1,)], dtype=[("a", "i4")])), "", *NOT_REAL),
    ("a.txt", b"1", "", "arrays are read from .csv, .npy, .json and .toml files.",
     "数组只能从 .csv .npy .json .toml 文件读取。"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "place", "en", "zh"), BAD, ids=[row[0] for row in BAD])
def test_a_file_that_would_be_misread_is_refused_quickly(tmp_path, name, content, place, en, zh):
    path = tmp_path / name
    path.write_bytes(content)
    before = perf_counter()
    assert refusal(read_array_file, str(path), "input", error=FileError) == (
        f"{path}{place}: {en}",
        f"{path}{place}: {zh}",
    )
    assert perf_counter() - before < 5


def test_an_archive_that_calls_itself_npy_is_not_opened(tmp_path):
    with (tmp_path / "a.npy").open("wb") as file:
        np.savez_compressed(file, a=np.zeros(10**6))
    path = str(tmp_path / "a.npy")
    assert refusal(read_array_file, path, "input") == tuple(f"{path}: {words}" for words in NOT_NPY)


@settings(max_examples=150, deadline=2000)
@given(st.text(alphabet="01 ,;[]()\n", max_size=30))
def test_a_grid_holds_every_number_that_was_typed(text):
    try:
        read = read_given("input", text)
    except GivenError:
        return
    if isinstance(read, Grid):
        typed = "".join(character if character.isdigit() else " " for character in text).split()
        assert list(read.values) == [int(number) for number in typed]
        assert 1 <= len(read.shape) <= 3
