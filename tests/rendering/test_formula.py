"""Formulas are printed as a textbook prints them, and mean what the tree means."""

import ast
import math
import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from operator import add, mul, pow, sub, truediv
from time import perf_counter
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cnnmath.expression import (
    Add,
    Call,
    Ceiling,
    Divide,
    Equal,
    Expression,
    Family,
    Floor,
    Indexed,
    Literal,
    Multiply,
    Name,
    Negative,
    Number,
    Power,
    Sum,
    exp,
    maximum,
    minimum,
    padded,
    total,
)
from cnnmath.rendering.boxes import Box, beside, fenced, stacked, width
from cnnmath.rendering.formula import boxed, fitted, latex, linear
from cnnmath.rewriting import expanded

LETTERS = {
    "input": "N",
    "kernel": "K",
    "padding": "p",
    "stride": "S",
    "stride_height": "S_h",
    "input_height": "H_in",
    "kernel_size": "kernel_size[0]",
    "rows": "M'",
    "padded": "x̃",
    "offset": "w_b",
    "padding_top": "padding_t",
    "channels": "D",
    "filters": "P",
    "kernel_height": "U",
    "kernel_width": "V",
    "taps": "K",
    "spread": "σ",
}
N, K, P, S = map(Name, ("input", "kernel", "padding", "stride"))
A, B, C, T, Z = map(Name, "abctz")
U, V, ROW, COLUMN = map(Name, ("kernel_height", "kernel_width", "i", "j"))
W, X, Y, PADDED, OFFSET = map(Family, ("w", "x", "y", "padded", "offset"))
TWO, THREE = Literal(2), Literal(3)

SIZE = math.floor((N - K + 2 * P) / S) + 1
ROUNDED_UP = math.ceil((N - K + 2 * P) / S) + 1
SEQUENCE = total(lambda k: W[k] * X[T - k + 1], 1, Name("taps"))
IMAGE = total(lambda u: total(lambda v: W[u, v] * X[ROW - u + 1, COLUMN - v + 1], 1, V), 1, U)
SIGMOID = 1 / (1 + exp(-Z))

# Each row: what is shown, the tree, on one line, in ASCII, in LaTeX.
TABLE: list[tuple[str, Expression, str, str, str]] = [
    (
        "output size", SIZE,
        "⌊(N − K + 2p)/S⌋ + 1", "floor((N - K + 2p)/S) + 1",
        r"\left\lfloor \frac{N - K + 2p}{S} \right\rfloor + 1",
    ),
    (
        "rounded up", ROUNDED_UP,
        "⌈(N − K + 2p)/S⌉ + 1", "ceil((N - K + 2p)/S) + 1",
        r"\left\lceil \frac{N - K + 2p}{S} \right\rceil + 1",
    ),
    ("floor of one row", Floor(N), "⌊N⌋", "floor(N)", r"\lfloor N \rfloor"),
    (
        "numbers in place", Equal(Name("rows"), Add((Multiply((TWO, TWO)), Negative(Literal(5))))),
        "M' = 2·2 − 5", "M' = 2*2 - 5", r"M' = 2 \cdot 2 - 5",
    ),
    (
        "words", Multiply((TWO, Name("padding_top"), Name("kernel_size"), Name("input_height"), S)),
        "2·padding_t·kernel_size[0]·H_in·S", "2*padding_t*kernel_size[0]*H_in*S",
        r"2 \cdot \mathrm{padding}_{t} \cdot \mathrm{kernel\_size}[0] \cdot H_{\mathrm{in}} \cdot S",
    ),
    (
        "parameters", Name("filters") * Name("channels") * U * V + Name("filters"),
        "P·D·U·V + P", "P*D*U*V + P", r"P \cdot D \cdot U \cdot V + P",
    ),
    ("coefficient", 2 * P * A, "2p·a", "2p*a", r"2p \cdot a"),
    ("coefficient of an entry", THREE * X[1, 1], "3·x_11", "3*x_11", r"3 \cdot x_{11}"),
    ("coefficient of a power", 3 * A**2, "3·a²", "3*a^2", r"3 \cdot a^{2}"),
    ("negative coefficient", Literal(-2) * A, "(−2)·a", "(-2)*a", r"(-2) \cdot a"),
    ("number behind", A * TWO * B, "a·2·b", "a*2*b", r"a \cdot 2 \cdot b"),
    ("negative term", Add((TWO, Literal(-3))), "2 + (−3)", "2 + (-3)", "2 + (-3)"),
    ("negative first", Add((Literal(-3), A)), "−3 + a", "-3 + a", "-3 + a"),
    ("negative factor", Multiply((Literal(-3), Literal(4))), "(−3)·4", "(-3)*4", r"(-3) \cdot 4"),
    ("minus a sum", A - (B + C), "a − (b + c)", "a - (b + c)", "a - (b + c)"),
    ("minus a negative", Add((A, Negative(Literal(-3)))), "a − (−3)", "a - (-3)", "a - (-3)"),
    ("minus a minus", Negative(Negative(A)), "−(−a)", "-(-a)", "-(-a)"),
    ("minus a product", -(A * B), "−a·b", "-a*b", r"-a \cdot b"),
    ("minus as a factor", Multiply((A, Negative(B))), "a·(−b)", "a*(-b)", r"a \cdot (-b)"),
    ("sum of sums", Add((Add((A, B)), Add((B, C)))), "a + b + (b + c)", "a + b + (b + c)", "a + b + (b + c)"),
    ("sum as a factor", A * (B + C), "a·(b + c)", "a*(b + c)", r"a \cdot (b + c)"),
    (
        "product of products", Multiply((Multiply((A, B)), Multiply((B, C)), C)),
        "a·b·(b·c)·c", "a*b*(b*c)*c", r"a \cdot b \cdot (b \cdot c) \cdot c",
    ),
    ("product below", A / (B * C), "a/(b·c)", "a/(b*c)", r"\frac{a}{b \cdot c}"),
    ("coefficient below", A / (2 * P), "a/(2p)", "a/(2p)", r"\frac{a}{2p}"),
    ("product above", (A * B) / C, "a·b/c", "a*b/c", r"\frac{a \cdot b}{c}"),
    ("quotient as a factor", A / B * C, "(a/b)·c", "(a/b)*c", r"\frac{a}{b} \cdot c"),
    (
        "quotient of quotients", (A / B) / (B / C),
        "(a/b)/(b/c)", "(a/b)/(b/c)", r"\frac{\frac{a}{b}}{\frac{b}{c}}",
    ),
    ("minus a quotient", -(A / B), "−a/b", "-a/b", r"-\frac{a}{b}"),
    ("minus above", Divide(Negative(A), B), "(−a)/b", "(-a)/b", r"\frac{-a}{b}"),
    (
        "power", A**2 + B ** Literal(-1) + C**N,
        "a² + b⁻¹ + c^N", "a^2 + b^(-1) + c^N", "a^{2} + b^{-1} + c^{N}",
    ),
    ("power of a minus", Power(Negative(A), TWO), "(−a)²", "(-a)^2", "(-a)^{2}"),
    ("minus a power", Negative(Power(A, TWO)), "−a²", "-a^2", "-a^{2}"),
    ("power of a power", (A**2) ** 3, "(a²)³", "(a^2)^3", "(a^{2})^{3}"),
    ("power of a quotient", (A / B) ** 2, "(a/b)²", "(a/b)^2", r"\left( \frac{a}{b} \right)^{2}"),
    ("long exponent", A ** (N + 1), "a^(N+1)", "a^(N+1)", "a^{N+1}"),
    (
        "fractions", Add((Literal(Fraction(3, 4)), Literal(Fraction(-1, 3)), Literal(Fraction(1, 2)) * A)),
        "3/4 + (−1/3) + (1/2)·a", "3/4 + (-1/3) + (1/2)*a",
        r"\frac{3}{4} + \left( -\frac{1}{3} \right) + \frac{1}{2} \cdot a",
    ),
    (
        "power of a fraction", Literal(Fraction(3, 4)) ** 2,
        "(3/4)²", "(3/4)^2", r"\left( \frac{3}{4} \right)^{2}",
    ),
    (
        "floats", Add((Literal(0.8807970779), Literal(2.0), Literal(-0.0))),
        "0.880797 + 2 + 0", "0.880797 + 2 + 0", "0.880797 + 2 + 0",
    ),
    ("large whole number", Literal(1234567890), "1234567890", "1234567890", "1234567890"),
    ("tiny float", Literal(1.5e-7) * A, "1.5·10⁻⁷·a", "1.5e-07*a", r"1.5 \cdot 10^{-7} \cdot a"),
    (
        "infinity", Add((Literal(math.inf), Literal(-math.inf))),
        "∞ + (−∞)", "inf + (-inf)", r"\infty + (-\infty)",
    ),
    (
        "sequence", SEQUENCE,
        "Σ_{k=1..K} w_k·x_{t−k+1}", "sum_{k=1..K} w_k*x_{t-k+1}", r"\sum_{k=1}^{K} w_{k}\, x_{t-k+1}",
    ),
    (
        "image", Equal(Y[ROW, COLUMN], IMAGE),
        "y_ij = Σ_{u=1..U} Σ_{v=1..V} w_uv·x_{i−u+1, j−v+1}",
        "y_ij = sum_{u=1..U} sum_{v=1..V} w_uv*x_{i-u+1, j-v+1}",
        r"y_{ij} = \sum_{u=1}^{U} \sum_{v=1}^{V} w_{uv}\, x_{i-u+1,\,j-v+1}",
    ),
    (
        "sum of a sum", Add((total(lambda k: X[k] + A, 0, K - 1), B)),
        "Σ_{k=0..K−1} (x_k + a) + b", "sum_{k=0..K-1} (x_k + a) + b", r"\sum_{k=0}^{K-1} (x_{k} + a) + b",
    ),
    (
        "sum first in a product", Multiply((total(lambda k: X[k], 1, K), A)),
        "(Σ_{k=1..K} x_k)·a", "(sum_{k=1..K} x_k)*a", r"\left( \sum_{k=1}^{K} x_{k} \right) \cdot a",
    ),
    (
        "sum last in a quotient", Divide(Multiply((A, total(lambda k: X[k], 1, K))), B),
        "(a·Σ_{k=1..K} x_k)/b", "(a*sum_{k=1..K} x_k)/b", r"\frac{a \cdot \sum_{k=1}^{K} x_{k}}{b}",
    ),
    (
        "subscripts", Add((W[1, 1], W[12, 3], X[12], X[-1], PADDED[ROW, 3], X[K, (N - 1) / 2])),
        "w_11 + w_{12, 3} + x_{12} + x_{−1} + x̃_i3 + x_{K, (N−1)/2}",
        "w_11 + w_{12, 3} + x_{12} + x_{-1} + x~_i3 + x_{K, (N-1)/2}",
        r"w_{11} + w_{12,\,3} + x_{12} + x_{-1} + \tilde{x}_{i3} + x_{K,\,(N-1)/2}",
    ),
    (
        "subscript on subscript", Add((Name("offset"), OFFSET[Name("k")], X[Name("stride_height")])),
        "w_b + w_{b, k} + x_{S_h}", "w_b + w_{b, k} + x_{S_h}", r"w_{b} + w_{b,\,k} + x_{S_{h}}",
    ),
    (
        "sigmoid", Equal(Call("f", (Z,)), SIGMOID),
        "f(z) = 1/(1 + exp(−z))", "f(z) = 1/(1 + exp(-z))", r"f(z) = \frac{1}{1 + e^{-z}}",
    ),
    ("power of exp", exp(Z) ** 2, "exp(z)²", "exp(z)^2", "(e^{z})^{2}"),
    (
        "functions", Add((maximum(0, Z), minimum(A, -B), Call("tanh", (Z,)), Call("hard_tanh", (Z,)))),
        "max(0, z) + min(a, −b) + tanh(z) + hard_tanh(z)", "max(0, z) + min(a, -b) + tanh(z) + hard_tanh(z)",
        r"\max(0, z) + \min(a, -b) + \tanh(z) + \operatorname{hard\_tanh}(z)",
    ),
    (
        "padding", Equal(Name("padded"), padded(X, (P, P))),
        "x̃ = pad(x, p)", "x~ = pad(x, p)", r"\tilde{x} = \operatorname{pad}(x, p)",
    ),
    ("chain", Equal(Equal(A, B), C), "a = b = c", "a = b = c", "a = b = c"),
    ("Greek", Call("spread", (Name("spread"),)), "σ(σ)", "sigma(sigma)", r"\sigma(\sigma)"),
    (
        "letters that ASCII spells out", 2 * Name("spread") + W[Name("padded"), 1],
        "2σ + w_x̃1", "2*sigma + w_{x~, 1}", r"2\sigma + w_{\tilde{x}1}",
    ),
    (
        "unmapped", Name("kernel_height_after") + Name("k"),
        "kernel_height_after + k", "kernel_height_after + k", r"\mathrm{kernel\_height\_after} + k",
    ),
]  # fmt: skip


def cases(table: Sequence[tuple[str, *tuple[Any, ...]]]) -> list[Any]:
    """Return a table's rows for pytest, each under its first entry."""
    return [pytest.param(*row[1:], id=row[0]) for row in table]


@pytest.mark.parametrize(("node", "unicode", "ascii", "tex"), cases(TABLE))
def test_prints_as_a_textbook_does(node: Expression, unicode: str, ascii: str, tex: str) -> None:
    assert linear(node, LETTERS) == unicode
    assert linear(node, LETTERS, ascii=True) == ascii
    assert latex(node, LETTERS) == tex


PICTURES: list[tuple[str, Expression, str, str]] = [
    (
        "output size", Equal(Name("rows"), SIZE),
        """
        |     ⎢ N − K + 2p ⎥
        |M' = ⎢ ────────── ⎥ + 1
        |     ⎣     S      ⎦
        """,
        r"""
        |          / N - K + 2p \
        |M' = floor| ---------- | + 1
        |          \     S      /
        """,
    ),
    (
        "rounded up", ROUNDED_UP,
        """
        |⎡ N − K + 2p ⎤
        |⎢ ────────── ⎥ + 1
        |⎢     S      ⎥
        """,
        r"""
        |    / N - K + 2p \
        |ceil| ---------- | + 1
        |    \     S      /
        """,
    ),
    (
        "double sum", Equal(Y[ROW, COLUMN], IMAGE),
        """
        |        U   V
        |y_ij =  Σ   Σ  w_uv·x_{i−u+1, j−v+1}
        |       u=1 v=1
        """,
        """
        |        U   V
        |y_ij = sum sum w_uv*x_{i-u+1, j-v+1}
        |       u=1 v=1
        """,
    ),
    (
        "sigmoid", SIGMOID,
        """
        |     1
        |───────────
        |1 + exp(−z)
        """,
        """
        |     1
        |-----------
        |1 + exp(-z)
        """,
    ),
    (
        "nested fractions", Power(Divide(Divide(A, B), C), TWO) * SEQUENCE,
        """
        |⎛   a   ⎞²
        |⎜  ───  ⎟
        |⎜   b   ⎟     K
        |⎜ ───── ⎟  ·  Σ  w_k·x_{t−k+1}
        |⎝   c   ⎠    k=1
        """,
        r"""
        |/   a   \^2
        ||  ---  |
        ||   b   |      K
        || ----- |   * sum w_k*x_{t-k+1}
        |\   c   /     k=1
        """,
    ),
    (
        "minus before a rule", Negative(A / B) - A / B,
        """
        |   a     a
        |− ─── − ───
        |   b     b
        """,
        """
        |   a     a
        |- --- - ---
        |   b     b
        """,
    ),
    (
        "sum below", exp(Z)/total(lambda k: exp(X[k]), 1, K),
        """
        |    exp(z)
        |──────────────
        |  K
        |  Σ  exp(x_k)
        | k=1
        """,
        """
        |    exp(z)
        |--------------
        |  K
        | sum exp(x_k)
        | k=1
        """,
    ),
    (
        "sum first in a product", Multiply((total(lambda k: X[k], 1, K), A)),
        """
        |⎛  K      ⎞
        |⎜  Σ  x_k ⎟ · a
        |⎝ k=1     ⎠
        """,
        r"""
        |/  K      \
        || sum x_k | * a
        |\ k=1     /
        """,
    ),
    (
        "tall arguments", maximum(0, A / 2) + A / B * C,
        """
        |   ⎛     a  ⎞    a
        |max⎜ 0, ─── ⎟ + ─── · c
        |   ⎝     2  ⎠    b
        """,
        r"""
        |   /     a  \    a
        |max| 0, --- | + --- * c
        |   \     2  /    b
        """,
    ),
    (
        "fractions that stay on the line", Literal(Fraction(1,3)) * X[(N - 1) / 2] + C ** (A / B),
        """
        |(1/3)·x_{(N−1)/2} + c^(a/b)
        """,
        """
        |(1/3)*x_{(N-1)/2} + c^(a/b)
        """,
    ),
    (
        "marks take no width", PADDED[1]/PADDED[2],
        """
        |x̃_1
        |───
        |x̃_2
        """,
        """
        |x~_1
        |----
        |x~_2
        """,
    ),
    (
        "long bound, tall body", total(lambda k: X[k]/K + 1, 1, (N-1)/2),
        """
        |(N−1)/2 ⎛ x_k     ⎞
        |   Σ    ⎜ ─── + 1 ⎟
        |  k=1   ⎝  K      ⎠
        """,
        r"""
        |(N-1)/2 / x_k     \
        |  sum   | --- + 1 |
        |  k=1   \  K      /
        """,
    ),
]  # fmt: skip


def picture(text: str) -> list[str]:
    """Return the rows of a picture, each begun by a bar that shows where its first column is."""
    return [row.strip().removeprefix("|") for row in text.strip().splitlines()]


def drawn(box: Box) -> list[str]:
    return [row.rstrip() for row in box.rows]


@pytest.mark.parametrize(("node", "unicode", "ascii"), cases(PICTURES))
def test_draws_as_a_textbook_does(node: Expression, unicode: str, ascii: str) -> None:
    assert drawn(boxed(node, LETTERS)) == picture(unicode)
    assert drawn(boxed(node, LETTERS, ascii=True)) == picture(ascii)


def test_baseline_is_the_row_of_the_operators() -> None:
    box = boxed(SIZE, LETTERS)
    assert box.rows[box.baseline].endswith("+ 1")
    assert boxed(IMAGE, LETTERS).baseline == 1
    assert boxed(A + B, LETTERS) == Box(("a + b",), 0)


def test_boxes_line_up() -> None:
    tall = stacked(Box(("ab",)), Box(("x̃",)), Box(("abc",)))
    assert tall == Box(("ab ", " x̃ ", "abc"), 1)
    assert beside([Box(("1",)), tall, Box(("2", "3"), 0)]) == Box((" ab  ", "1 x̃ 2", " abc3"), 1)
    assert fenced(Box(("a", "b"), 0), "(", ")") == Box(("⎛ a ⎞", "⎝ b ⎠"), 0)
    assert width("x̃_ij") == 4


# ------------------------------------------------------------------------------------------------ lines

CELL = Equal(Y[3, 3], expanded(IMAGE, {"kernel_height": 3, "kernel_width": 3, "i": 3, "j": 3}))


def test_what_fits_is_boxed() -> None:
    assert fitted(SIZE, LETTERS, 18) == drawn(boxed(SIZE, LETTERS))
    assert fitted(SIZE, LETTERS, 17) == ["⌊(N − K + 2p)/S⌋", "  + 1"]


def test_long_sums_break_before_operators_under_the_equals_sign() -> None:
    assert fitted(CELL, LETTERS, 56) == [
        "y_33 = w_11·x_33 + w_12·x_32 + w_13·x_31 + w_21·x_23",
        "       + w_22·x_22 + w_23·x_21 + w_31·x_13 + w_32·x_12",
        "       + w_33·x_11",
    ]


def test_each_further_equation_has_its_line() -> None:
    assert fitted(Equal(CELL, Literal(17)), LETTERS, 70, ascii=True) == [
        "y_33 = w_11*x_33 + w_12*x_32 + w_13*x_31 + w_21*x_23 + w_22*x_22",
        "       + w_23*x_21 + w_31*x_13 + w_32*x_12 + w_33*x_11",
        "     = 17",
    ]


def test_lines_break_inside_only_where_they_must() -> None:
    node = Equal(A, B * (Name("alpha") + Name("beta") + Name("gamma")) + C)
    assert fitted(node, {}, 24) == ["a = b·(alpha + beta", "    + gamma) + c"]
    assert fitted(node, {}, 12) == ["a = b·(alpha", "    + beta", "    + gamma)", "    + c"]


def test_every_width_is_kept_and_used() -> None:
    for most in range(15, width(linear(CELL, LETTERS))):
        lines = fitted(CELL, LETTERS, most)
        assert max(map(width, lines)) <= most
        # The next term would not have fitted.
        for line, following in pairwise(lines):
            term = re.match(r" *([+·] \S+|·\S+)", following)
            assert term is not None
            assert width(line) + 1 + width(term[1]) > most or term[1].startswith("·")


def test_lists_break_after_commas() -> None:
    node = Equal(Name("m"), Call("max", tuple(X[1, place] + Z for place in range(1, 7))))
    assert fitted(node, {}, 40) == [
        "m = max(x_11 + z, x_12 + z, x_13 + z,",
        "    x_14 + z, x_15 + z, x_16 + z)",
    ]


def test_numbers_and_subscripts_stay_whole() -> None:
    node = Literal(Fraction(12345, 67891)) * X[ROW - 12, COLUMN - 34] * Literal(2.5e-9)
    assert fitted(node, {}, 10) == ["(12345/67891)", "·x_{i−12, j−34}", "·(2.5·10⁻⁹)"]


def test_long_left_sides_do_not_push_the_right_one_out() -> None:
    node = Equal(Name("n" * 30), sum((Name("m" * 12) for _ in range(3)), start=Literal(0)))
    assert fitted(node, {}, 32) == ["n" * 30, "= " + "m" * 12 + " + " + "m" * 12, "  + " + "m" * 12]


@pytest.mark.parametrize(("height", "most"), [(5, 0.01), (135, 0.5)])
def test_long_sums_are_quick(height: int, most: float) -> None:
    values = {"kernel_height": height, "kernel_width": 15, "i": height, "j": 15}
    node = Equal(Y[height, 15], expanded(IMAGE, values))

    def seconds(print_: Any) -> float:
        start = perf_counter()
        print_()
        return perf_counter() - start

    for print_ in (linear, latex, boxed, lambda node, letters: fitted(node, letters, 80)):
        assert min(seconds(lambda: print_(node, LETTERS)) for _ in range(3)) < most  # noqa: B023


# ------------------------------------------------------------------------------------------- properties

VALUES = {"a": Fraction(3), "b": Fraction(-2, 5), "c": Fraction(7, 4), "input": Fraction(5)}
SCALARS = st.sampled_from(sorted(VALUES)).map(Name)
NUMBERS = st.one_of(st.integers(-12, 12), st.fractions(-3, 3, max_denominator=7)).map(
    lambda value: Literal(value.numerator if value.denominator == 1 else value)
)


def several(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[tuple[Expression, ...]]:
    return st.lists(parts, min_size=2, max_size=4).map(tuple)


def arithmetic(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    """Nodes are built directly: every one of them must print right, not only what operators make."""
    return st.one_of(
        several(parts).map(Add),
        several(parts).map(Multiply),
        st.builds(Divide, parts, parts),
        st.builds(Negative, parts),
        st.builds(Power, parts, st.integers(-2, 3).map(Literal)),
        st.builds(Floor, parts),
        st.builds(Ceiling, parts),
        several(parts).map(lambda arguments: Call("max", arguments)),
    )


ARITHMETIC = st.recursive(SCALARS | NUMBERS, arithmetic, max_leaves=14)

NAMES = st.sampled_from([*LETTERS, "k", "u", "层", "ñ", "learning_rate"])
FLOATS = st.floats(allow_nan=False).map(Literal)
SUBSCRIPTS = st.one_of(
    st.integers(-3, 30).map(Literal),
    NAMES.map(Name),
    st.builds(lambda name, value: Name(name) - value + 1, NAMES, st.integers(2, 9)),
)
ENTRIES = st.builds(Indexed, NAMES, st.lists(SUBSCRIPTS, min_size=1, max_size=3).map(tuple))
TREES = st.recursive(
    st.one_of(NAMES.map(Name), NUMBERS, FLOATS, ENTRIES),
    lambda parts: st.one_of(
        arithmetic(parts),
        st.builds(Power, parts, SUBSCRIPTS),
        st.builds(Sum, parts, st.sampled_from("kuv"), SUBSCRIPTS, SUBSCRIPTS),
        st.builds(Call, st.sampled_from(["max", "exp", "pad", "f", "σ"]), st.tuples(parts)),
        st.builds(Equal, parts, parts),
    ),
    max_leaves=20,
)


@given(TREES)
def test_ascii_is_seven_bit(node: Expression) -> None:
    assert linear(node, LETTERS, ascii=True).isascii()
    assert all(row.isascii() for row in boxed(node, LETTERS, ascii=True).rows)
    assert all(line.isascii() for line in fitted(node, LETTERS, 40, ascii=True))


@given(TREES, st.booleans())
def test_rows_of_a_box_are_equally_wide(node: Expression, ascii: bool) -> None:
    box = boxed(node, LETTERS, ascii=ascii)
    assert {width(row) for row in box.rows} == {box.width}
    assert 0 <= box.baseline < len(box.rows)


@given(TREES)
def test_latex_is_balanced(node: Expression) -> None:
    text = latex(node, LETTERS)
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", text):
        depth += 1 if brace == "{" else -1
        assert depth >= 0
    assert depth == 0
    assert text.count(r"\left") == text.count(r"\right")


def chunks(line: str) -> list[str]:
    """Cut a line wherever it may break, told from the characters around each place."""
    cut, depth = [""], 0
    for place, character in enumerate(line):
        depth += (character == "{") - (character == "}")
        spaced = re.match(r" [=+−-] ", line[place:]) or line[place - 1 : place + 1] == ", "
        if depth == 0 and (spaced or character in "·*/"):
            cut.append("")
        cut[-1] += character
    return cut


@given(TREES, st.integers(40, 90), st.booleans())
@settings(max_examples=300)
def test_lines_are_not_wider_than_asked(node: Expression, most: int, ascii: bool) -> None:
    line = linear(node, LETTERS, ascii=ascii)
    # A fraction or a power of ten is one token of up to three of these pieces.
    assume(max(map(width, chunks(line))) <= most - 20)
    lines = fitted(node, LETTERS, most, ascii=ascii)
    assert max(map(width, lines)) <= most
    assert all(text == text.rstrip() for text in lines)


@given(TREES, st.integers(5, 40), st.booleans())
def test_breaking_loses_nothing(node: Expression, most: int, ascii: bool) -> None:
    line = linear(node, LETTERS, ascii=ascii)
    assume(boxed(node, LETTERS, ascii=ascii).width > most)
    lines = fitted(node, LETTERS, most, ascii=ascii)
    assert "".join("".join(lines).split()) == "".join(line.split())
    assert all(text.strip() for text in lines)


# What the tree says, and what its print says when Python's own grammar reads it.


def worth(node: Expression) -> Number:
    match node:
        case Literal(value):
            return Fraction(value)
        case Name(name):
            return VALUES[name]
        case Add(terms):
            return sum(map(worth, terms), Fraction(0))
        case Multiply(factors):
            return math.prod(map(worth, factors), start=Fraction(1))
        case Divide(numerator, denominator):
            return worth(numerator) / worth(denominator)
        case Negative(operand):
            return -worth(operand)
        case Power(base, exponent):
            return worth(base) ** int(worth(exponent))
        case Floor(operand):
            return Fraction(math.floor(worth(operand)))
        case Ceiling(operand):
            return Fraction(math.ceil(worth(operand)))
        case Call("max", arguments):
            return max(map(worth, arguments))
    raise AssertionError(node)


OPERATORS = {ast.Add: add, ast.Sub: sub, ast.Mult: mul, ast.Div: truediv}


def read(node: ast.expr) -> Any:
    match node:
        case ast.Constant(value=int(value)):
            return Fraction(value)
        case ast.Name(id=letter):
            return VALUES["input" if letter == "N" else letter]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -read(operand)
        case ast.BinOp(op=ast.Pow(), left=left, right=right):
            return pow(read(left), int(read(right)))
        case ast.BinOp(op=operator, left=left, right=right):
            return OPERATORS[type(operator)](read(left), read(right))
        case ast.Call(func=ast.Name(id="max"), args=arguments):
            return max(map(read, arguments))
        case ast.Call(func=ast.Name(id="floor"), args=[operand]):
            return Fraction(math.floor(read(operand)))
        case ast.Call(func=ast.Name(id="ceil"), args=[operand]):
            return Fraction(math.ceil(read(operand)))
        case ast.Call(func=ast.Call(func=ast.Name(id="frac"), args=[numerator]), args=[denominator]):
            return read(numerator) / read(denominator)
    raise AssertionError(ast.dump(node))


def meaning(text: str) -> Any:
    text = re.sub(r"(\d)([A-Za-z])", r"\1*\2", text.replace("^", "**"))
    return read(ast.parse(text, mode="eval").body)


FROM_UNICODE = str.maketrans({"−": "-", "·": "*", "⌊": "floor(", "⌈": "ceil(", "⌋": ")", "⌉": ")"})
FROM_LATEX = {
    r"\left": "", r"\right": "", r"\lfloor": "floor(", r"\rfloor": ")", r"\lceil": "ceil(", r"\rceil": ")",
    r"\cdot": "*", "\\": "", "{": "(", "}": ")", " ": "",
}  # fmt: skip


def from_unicode(text: str) -> str:
    digits = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
    raised = re.sub(f"[{digits}]+", lambda match: f"^({match.group()})", text)
    return raised.translate(str.maketrans(digits, "-0123456789")).translate(FROM_UNICODE)


def from_latex(text: str) -> str:
    for command, plain in FROM_LATEX.items():
        text = text.replace(command, plain)
    return text


@given(ARITHMETIC)
@settings(max_examples=500)
def test_prints_mean_what_the_tree_means(node: Expression) -> None:
    try:
        value = worth(node)
    except ZeroDivisionError:
        assume(False)
    assert meaning(linear(node, LETTERS, ascii=True)) == value
    assert meaning(from_unicode(linear(node, LETTERS))) == value
    assert meaning(from_latex(latex(node, LETTERS))) == value
