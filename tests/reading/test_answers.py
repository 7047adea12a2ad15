"""What people type as an answer is read by the kind of the question, or refused in words that help; and it costs little."""

import gc
import tracemalloc
from contextlib import suppress
from fractions import Fraction
from unicodedata import category

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnmath.errors import CnnmathError, FormulaError
from cnnmath.expression import Add, Divide, Floor, Literal, Multiply, Name, Negative
from cnnmath.grid import Grid
from cnnmath.model import Rounded
from cnnmath.reading.answers import read_answer, read_list
from cnnmath.rendering.formula import linear


def rounded(value, unit):
    return Rounded(Fraction(value), Fraction(unit))


NUMBERS = [
    ("24", 24),
    ("-7", -7),
    ("2.4M", rounded(2_400_000, 100_000)),
    ("2.4 M", rounded(2_400_000, 100_000)),
    ("12.4 Million Ops", rounded(12_400_000, 100_000)),
    ("1.2e7", rounded(12_000_000, 1_000_000)),
    ("12,443,648", 12_443_648),
    ("12 443 648", 12_443_648),
    ("12，443，648", 12_443_648),
    (r"12{,}443{,}648", 12_443_648),
    (r"11,\! 111,\! 111", 11_111_111),
    ("12443648 MACs", 12_443_648),
    ("1/3", Fraction(1, 3)),
    (r"\frac{1}{3}", Fraction(1, 3)),
    (r"$\dfrac13$", Fraction(1, 3)),
    ("33 %", rounded("0.33", "0.01")),
    (r"4.2\%", rounded("0.042", "0.001")),
    ("28 percent", rounded("0.28", "0.01")),
    ("10% + .2", Fraction(3, 10)),
    ("31.0 KiB", rounded(31744, "102.4")),
    ("32 MB", rounded(32_000_000, 1_000_000)),
    ("3 x 10^8", 300_000_000),
    ("9.90 x 10¹", rounded(99, "0.1")),
    ("28x28x32", 25_088),
    ("２８", 28),
    ("约 12.4M", rounded(12_400_000, 100_000)),
    ("1.2万", rounded(12_000, 1000)),
    ("13。", 13),
    ("4.", 4),
    ("O = 13", 13),
    (r"\boxed{13}", 13),
    ("(28-5+2*1)//2 + 1", 13),
    ("⌊(28−5+2×1)/2⌋+1", 13),
    ("√16", 4),
    ("|3-5|", 2),
    ("2^-1", Fraction(1, 2)),
    ("=13", 13),
    ("N' = 13", 13),
    ("25_557_032", 25_557_032),
]


@pytest.mark.parametrize(("text", "value"), NUMBERS, ids=[text for text, _ in NUMBERS])
def test_numbers(text, value):
    found = read_answer("number", text).value
    assert found == value
    assert type(found) is type(value)


SHAPES = [
    "28x28x32",
    "(28, 28, 32)",
    "28×28×32",
    "[28,28,32]",
    "28 X 28 X 32",
    "（２８，２８，３２）",
    "28*28*32",
    "32@28x28",
    "28, 28, 32",
    "28 x (27+1) x 32",
    "28 by 28 by 32",
    "28ｘ28ｘ32",
]


@pytest.mark.parametrize("text", SHAPES)
def test_shapes(text):
    assert read_answer("shape", text).value == (28, 28, 32)


ARRAYS = [
    "[[4,3,4],[2,4,3]]", "4 3 4; 2 4 3", "4 3 4\n2 4 3", "[4 3 4; 2 4 3]", "[4 3 4\n2 4 3]", "[[4 3 4]\n [2 4 3]]", "((4,3,4),(2,4,3))", "[[2+2,3,4],[2,8/2,3]]",
    r"\begin{pmatrix} 4 & 3 & 4 \\ 2 & 4 & 3 \end{pmatrix}", r"\left[\begin{array}{ccc}4&3&4\\2&4&3\\\end{array}\right]",
]  # fmt: skip


@pytest.mark.parametrize("text", ARRAYS)
def test_arrays(text):
    assert read_answer("array", text).value == Grid((2, 3), (4, 3, 4, 2, 4, 3))


def test_decimals_in_an_array_stand_for_what_rounds_to_them():
    for text in ("[[0.33, 1], [2.50, 4]]", "0.33 1; 2.50 4", r"\begin{matrix}0.33&1\\2.50&4\end{matrix}"):
        assert read_answer("array", text).value == Grid((2, 2), (rounded("0.33", "0.01"), 1, rounded("2.5", "0.01"), 4))


FLOORED = Add(
    (Floor(Divide(Add((Name("N"), Negative(Name("K")), Multiply((Literal(2), Name("P"))))), Name("S"))), Literal(1))
)


@pytest.mark.parametrize(
    "text",
    [
        "floor((N-K+2P)/S)+1", "⌊(N−K+2P)/S⌋+1", "(N-K+2*P)//S + 1", r"$\left\lfloor\frac{N-K+2P}{S}\right\rfloor+1$",
        r"\lfloor (N-K+2P)/S \rfloor + 1", r"\operatorname{floor}\left(\frac{N-K+2P}{S}\right)+1", "O = ⌊(N-K+2·P)÷S⌋ + 1",
        "floor（（N－K＋2P）／S）＋1", "math.floor((N-K+2*P)/S) + 1", "N' = ⌊(N−K+2P)/S⌋+1",
    ],
)  # fmt: skip
def test_one_formula_in_many_spellings(text):
    assert read_answer("formula", text, symbols=["N", "K", "P", "S"]).tree == FLOORED


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("P·D·U·V+P", "P·D·U·V + P"),
        ("PDUV + P", "P·D·U·V + P"),
        ("K²CF + F", "K²·C·F + F"),
        (r"\sum_{u=1}^{U} w_u", "Σ_{u=1..U} w_u"),
        (r"\sum^{U}_{u=1} w_u", "Σ_{u=1..U} w_u"),
        (r"\frac12 U", "(1/2)·U"),
        ("C_{in} C₁", "C_in·C_1"),
        (r"\alpha + \mathrm{max}(U, V)", "α + max(U, V)"),
    ],
)
def test_what_is_read_is_what_was_meant(text, read):
    symbols = ["P", "D", "U", "V", "K", "C", "F", "C_in", "C_1", "α"]
    tree = read_answer("formula", text, symbols=symbols, families={"w": 1}).tree
    assert linear(tree, {}) == read


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", True),
        ("True", True),
        ("对", True),
        ("正确。", True),
        ("no", False),
        ("F", False),
        ("错", False),
        ("错误", False),
    ],
)
def test_truths(text, value):
    assert read_answer("truth", text).value is value


def test_lists_of_anything():
    assert read_list("(1, [2, 3])").value == (1, (2, 3))


REFUSED = [
    ("number", "frog", "column 1: there is no symbol `frog` here: write a number, such as 13, 1/3, 12,443,648 or 2.4 Million.",
     "第 1 列：这里没有符号 `frog`：请写一个数，例如 13、1/3、12,443,648 或 2.4 Million。"),
    ("number", "5 mA", "column 3, after `5`: there is no symbol `mA` here: write a number, such as 13, 1/3, 12,443,648 or 2.4 Million.",
     "第 3 列，在 `5` 之后：这里没有符号 `mA`：请写一个数，例如 13、1/3、12,443,648 或 2.4 Million。"),
    ("number", "1/0", "`1/0` has no value: it divides by zero.", "`1/0` 没有值：除数为零。"),
    ("number", "9**9**9**9", "`9**9**9**9` is too large to be worked out.", "`9**9**9**9` 太大，无法计算。"),
    ("number", "(-1)**0.5", "`(-1)**0.5` has no real value.", "`(-1)**0.5` 没有实数值。"),
    ("number", "1,00,0", "column 2, after `1`: a comma may stand only between indices or arguments: write 1000 for 1,000 and 0.5 for 0,5.",
     "第 2 列，在 `1` 之后：逗号只能用在下标或参数之间：1,000 请写 1000，0,5 请写 0.5。"),
    ("number", "$1,000", "column 1: `$` opens mathematics and is closed at the end: write $…$, and an amount without it.",
     "第 1 列：`$` 用来括住公式，须在末尾闭合：请写 $…$；金额不要写 $。"),
    ("number", r"\frog 2", r"column 1: the command `\frog` is not known here: \frac, \lfloor, \lceil, \cdot, \times, \sum and \sqrt are.",
     r"第 1 列：这里不认识命令 `\frog`：可用 \frac、\lfloor、\lceil、\cdot、\times、\sum 与 \sqrt。"),
    ("number", r"\begin{tabular}1\end{tabular}", r"column 1: only matrices are read here: write \begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}.",
     r"第 1 列：这里只能读矩阵：请写 \begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}。"),
    ("number", "[7/2]", "column 1: square brackets may mean rounding down or brackets alone: write floor(…) or (…).",
     "第 1 列：方括号可能表示向下取整，也可能只是括号：请写 floor(…) 或 (…)。"),
    ("truth", "maybe", "`maybe` is neither yes nor no: write yes, no, true or false.", "`maybe` 既不是“是”也不是“否”：请写 是、否、对 或 错。"),
    ("choice", "relu!", "`relu!` is not one word.", "`relu!` 不是一个词。"),
    ("array", "[[1,2],[3,[4]]]", "`answer` is ragged: its lists are not all equally deep and long.", None),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "en", "zh"), REFUSED, ids=[text for _, text, _, _ in REFUSED])
def test_what_cannot_be_read_is_refused_in_words(kind, text, en, zh):
    with pytest.raises(CnnmathError) as refused:
        read_answer(kind, text)
    assert refused.value.message.en == en
    assert zh is None or refused.value.message.zh == zh


def test_a_caret_stands_under_the_place():
    with pytest.raises(FormulaError) as refused:
        read_answer("formula", "N - К + 2P", symbols=["N", "K", "P"])
    assert refused.value.caret == "N - К + 2P\n    ^"
    assert refused.value.message.en == "column 5, after `N -`: `К` is CYRILLIC CAPITAL LETTER KA; did you mean `K`?"


# --------------------------------------------------------------------------------------------- untrusted

PIECES = st.sampled_from(
    [*"0123456789NKPSx+-*/^()[]{},;=|%$&_ .\\⌊⌋⌈⌉²₁√Σ×·（，。\n\t\x1b\u202e", r"\frac", r"\begin{pmatrix}", r"\end{pmatrix}",
     "floor(", "sum(", "max(", "1e999", "**", "//", "million", "KiB", "K", "\\left", "\\right", "__import__", "e5"]
)  # fmt: skip
TYPED = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=25).map("".join))
KINDS = ["number", "shape", "array", "formula", "truth", "choice"]


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(KINDS), TYPED)
def test_anything_typed_is_read_or_refused_in_short_harmless_words(kind, text):
    try:
        read_answer(kind, text, symbols=["N", "K", "P", "S"] if kind == "formula" else ())
    except CnnmathError as error:
        for message in (error.message.en, error.message.zh):
            assert len(message) <= 500
            assert not any(category(character) in ("Cc", "Cf", "Cs") for character in message)


def test_a_hundred_thousand_answers_leave_nothing_behind():
    def read(numbers):
        for number in numbers:
            for kind, text in (
                ("number", f"{number}.5K"),
                ("formula", f"N/{number} + K"),
                ("shape", f"{number}x3"),
                ("number", f"{number}$"),
            ):
                with suppress(CnnmathError):
                    read_answer(kind, text, symbols=["N", "K"] if kind == "formula" else ())

    read(range(1, 500))
    gc.collect()
    tracemalloc.start()
    read(range(500, 700))
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    read(range(700, 25_000))
    tracemalloc.start()
    read(range(25_000, 25_200))
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert after - before < 200_000
