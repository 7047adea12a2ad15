"""What people type is read as the tree that they mean, or refused at its column, and never costs more than it may."""

import math
import timeit
from fractions import Fraction
from time import perf_counter
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cnnmath.errors import FormulaError
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
    Power,
    Sum,
    children,
)
from cnnmath.reading.formulas import read_formula
from cnnmath.reading.tokens import DEEPEST, MOST_TOKENS
from cnnmath.rendering.formula import boxed, latex, linear

SYMBOLS = ["N", "K", "P", "S", "D", "U", "V", "t", "i", "j", "M'", "H_in", "Cin", "kernel_size[0]", "z̃", "σ"]
FAMILIES = {"x": 1, "w": 2, "X": 3, "x̃": 2, "y": 1}
FUNCTIONS = {"f": 1, "F": 1, "tanh": 1, "pair": 2, "leaky_relu": 1}
N, K, P, S, D, U, V, T, ROW, COLUMN = map(Name, ["N", "K", "P", "S", "D", "U", "V", "t", "i", "j"])
X, W = Family("x"), Family("w")
ONE, TWO, THREE = map(Literal, [1, 2, 3])


def read(text: str, **options: Any) -> Expression:
    return read_formula(text, SYMBOLS, families=FAMILIES, functions=FUNCTIONS, **options)


# ------------------------------------------------------------------------------------------------ trees

TREES: list[tuple[str, Expression]] = [
    ("7", Literal(7)),
    ("007", Literal(7)),
    ("0.5", Literal(Fraction(1, 2))),
    (".25", Literal(Fraction(1, 4))),
    ("2.", TWO),
    ("2.0", TWO),
    ("1e-3", Literal(Fraction(1, 1000))),
    ("2.5E2", Literal(250)),
    ("N", N),
    ("(N)", N),
    ("N - K", Add((N, Negative(K)))),
    ("N + 0", Add((N, Literal(0)))),
    ("1*N", Multiply((ONE, N))),
    ("N/1", Divide(N, ONE)),
    ("28 - 5", Add((Literal(28), Negative(Literal(5))))),
    ("N-K+2P", Add((N, Negative(K), Multiply((TWO, P))))),
    ("N-(K+P)", Add((N, Negative(Add((K, P)))))),
    ("(N+K)+P", Add((Add((N, K)), P))),
    ("P*D*U*V", Multiply((P, D, U, V))),
    ("N*K/P", Divide(Multiply((N, K)), P)),
    ("N/K*P", Multiply((Divide(N, K), P))),
    ("N/K/P", Divide(Divide(N, K), P)),
    ("N/K*PS", Multiply((Divide(N, K), P, S))),
    ("2P/S", Divide(Multiply((TWO, P)), S)),
    ("-N", Negative(N)),
    ("-N*K", Negative(Multiply((N, K)))),
    ("-N+K", Add((Negative(N), K))),
    ("N*-K", Multiply((N, Negative(K)))),
    ("N--K", Add((N, Negative(Negative(K))))),
    ("+N", N),
    ("-N^2", Negative(Power(N, TWO))),
    ("(-N)^2", Power(Negative(N), TWO)),
    ("2^3^2", Power(TWO, Power(THREE, TWO))),
    ("2**-N**2", Power(TWO, Negative(Power(N, TWO)))),
    ("N^{K+1}", Power(N, Add((K, ONE)))),
    ("2N^2", Multiply((TWO, Power(N, TWO)))),
    ("N²", Power(N, TWO)),
    ("N⁻¹²", Power(N, Literal(-12))),
    ("N//S", Floor(Divide(N, S))),
    ("N*K//S", Floor(Divide(Multiply((N, K)), S))),
    ("-N//S", Floor(Divide(Negative(N), S))),
    ("1-N//S", Add((ONE, Negative(Floor(Divide(N, S)))))),
    ("⌊N⌋⌈K⌉", Multiply((Floor(N), Ceiling(K)))),
    ("ceil(N)", Ceiling(N)),
    ("√2", Call("sqrt", (TWO,))),
    ("√(N+1)K", Multiply((Call("sqrt", (Add((N, ONE)),)), K))),
    ("max(N, K, 0)", Call("max", (N, K, Literal(0)))),
    ("f(N)", Call("f", (N,))),
    ("2F(N-K)", Multiply((TWO, Call("F", (Add((N, Negative(K))),))))),
    ("N(K)", Multiply((N, K))),
    ("x_t", X[T]),
    ("x[t]", X[T]),
    ("x_{t}", X[T]),
    ("x_12", X[12]),
    ("x_{2t}", X[Multiply((TWO, T))]),
    ("x_{iS}", X[Multiply((ROW, S))]),
    ("w_12", W[1, 2]),
    ("w_1j", W[1, COLUMN]),
    ("w_ij", W[ROW, COLUMN]),
    ("w_{ij}", W[ROW, COLUMN]),
    ("w_{i, j}", W[ROW, COLUMN]),
    ("w[i][j]", W[ROW, COLUMN]),
    ("x[t-2+1]", X[Add((T, Negative(TWO), ONE))]),
    ("X[i-U+1, j-V+1, D]", Indexed("X", (Add((ROW, Negative(U), ONE)), Add((COLUMN, Negative(V), ONE)), D))),
    ("x_t²", Power(X[T], TWO)),
    ("x[x[t]]", X[X[T]]),
    ("sum(k, k, 1, K)", Sum(Name("k"), "k", ONE, K)),
    ("Σ_{k=1..3} k + 1", Add((Sum(Name("k"), "k", ONE, THREE), ONE))),
    ("2 Σ_{k=1..3} k·N", Multiply((TWO, Sum(Multiply((Name("k"), N)), "k", ONE, THREE)))),
    ("O = N", N),
    ("O_h = N", N),
    ("y_t = N", N),
    ("out = N", N),
    ("H_in = N", N),
]  # fmt: skip


@pytest.mark.parametrize(("text", "tree"), TREES, ids=[text for text, _ in TREES])
def test_the_tree_is_what_was_typed(text, tree):
    assert read(text) == tree


SAME: list[tuple[str, str]] = [
    ("floor((N-K+2P)/S)+1", "⌊(N − K + 2P)/S⌋ + 1"),
    ("⌊(N−K+2P)/S⌋ + 1", "⌊(N − K + 2P)/S⌋ + 1"),
    ("(N - K + 2*P) // S + 1", "⌊(N − K + 2P)/S⌋ + 1"),
    ("⌈ (N–K+2×P)÷S ⌉+1", "⌈(N − K + 2P)/S⌉ + 1"),
    ("（N）＋１２", "N + 12"),
    ("max（N，K）", "max(N, K)"),
    ("x［t－１］", "x_{t−1}"),
    ("x【t】", "x_t"),
    ("２＾N", "2^N"),
    ("PDUV+P", "P·D·U·V + P"),
    ("P·D∙U⋅V + P", "P·D·U·V + P"),
    ("PD UV", "P·D·U·V"),
    ("CinK", "Cin·K"),
    ("2H_inCin", "2·H_in·Cin"),
    ("KH_in", "K·H_in"),
    ("2M'", "2·M'"),
    ("2M′", "2·M'"),
    ("Nkernel_size[0]", "N·kernel_size[0]"),
    ("z~ + σ", "z̃ + σ"),
    ("2z̃", "2z̃"),
    ("sigma^2", "σ²"),
    ("x~_ij", "x̃_ij"),
    ("x̃_{i-1, j}", "x̃_{i−1, j}"),
    ("Nfloor(K/2)", "N·⌊K/2⌋"),
    ("tanh(N)^2", "tanh(N)²"),
    ("leaky_relu(N)", "leaky_relu(N)"),
    ("pair(N, K)", "pair(N, K)"),
    ("exp(-N) + abs(K) + sqrt(P)", "exp(−N) + abs(K) + sqrt(P)"),
    ("1/(1+exp(-N))", "1/(1 + exp(−N))"),
    ("sum(w[1,k]*x[t-k+1], k, 1, K)", "Σ_{k=1..K} w_1k·x_{t−k+1}"),
    ("Σ(w[1,k]*x[t-k+1], k, 1, K)", "Σ_{k=1..K} w_1k·x_{t−k+1}"),
    ("∑_{k=1..K} w_1k x_{t-k+1}", "Σ_{k=1..K} w_1k·x_{t−k+1}"),
    ("Σ_{k=1}^{K} w_1k x_{t-k+1}", "Σ_{k=1..K} w_1k·x_{t−k+1}"),
    ("sum_{k=1}^K k", "Σ_{k=1..K} k"),
    ("sum_{k=1…K} k", "Σ_{k=1..K} k"),
    ("sum(sum(w[u,v]*x̃[i-u+1,j-v+1], v, 1, V), u, 1, U)", "Σ_{u=1..U} Σ_{v=1..V} w_uv·x̃_{i−u+1, j−v+1}"),
    ("Σ_{u=1..U} Σ_{v=1..V} w_uv·x̃_{i−u+1,j−v+1}", "Σ_{u=1..U} Σ_{v=1..V} w_uv·x̃_{i−u+1, j−v+1}"),
    ("Σ_{u=1..2} u + Σ_{u=1..3} u", "Σ_{u=1..2} u + Σ_{u=1..3} u"),
    ("sum(nn, n, 1, 3)", "Σ_{n=1..3} n·n"),
    ("(Σ_{k=1..3} k)²", "(Σ_{k=1..3} k)²"),
    ("sum(k, k, 1, 3)/3", "(Σ_{k=1..3} k)/3"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "printed"), SAME, ids=[text for text, _ in SAME])
def test_spellings_of_one_formula(text, printed):
    assert linear(read(text), {}) == printed
    assert read(printed) == read(text)
    assert read(linear(read(text), {}, ascii=True)) == read(text)


def test_an_equation_is_returned_where_it_is_asked_for():
    assert read("O = N", allow_equation=True) == Equal(Name("O"), N)
    assert read("O_h = N", allow_equation=True) == Equal(Name("O_h"), N)
    assert read("y_{t+1} = N", allow_equation=True) == Equal(Indexed("y", (Add((T, ONE)),)), N)
    assert read("sigma = N", allow_equation=True) == Equal(Name("σ"), N)
    assert read("N", allow_equation=True) == N


def test_the_longest_name_wins_and_a_function_ends_a_run_of_letters():
    assert read_formula("p_12", ["p_1", "p_12"]) == Name("p_12")
    assert read_formula("expx", ["e", "x", "p"]) == Multiply(tuple(map(Name, "expx")))
    assert read_formula("xexp(x)", ["e", "x", "p"]) == Multiply((Name("x"), Call("exp", (Name("x"),))))
    assert read_formula("lambda+Delta", ["λ", "Δ"]) == Add((Name("λ"), Name("Δ")))


def test_brackets_beside_one_another_are_not_deep():
    assert read("+".join(["(N)"] * 100)) == Add((N,) * 100)


def test_a_long_sum_and_a_long_product_are_flat():
    terms = (MOST_TOKENS + 1) // 2
    added, multiplied = read("+".join("N" * terms)), read("*".join("N" * terms))
    assert added == Add((N,) * terms)
    assert multiplied == Multiply((N,) * terms)


# ----------------------------------------------------------------------------------------------- errors

SYMBOLS_EN, SYMBOLS_ZH = "The symbols are N, K, P, S, w.", "可用的符号：N、K、P、S、w。"
FUNCTIONS_EN = "The functions are floor, ceil, abs, exp, sqrt, max, min, sum, prod, f."
FUNCTIONS_ZH = "可用的函数：floor、ceil、abs、exp、sqrt、max、min、sum、prod、f。"
SIGNS_EN = "means nothing in a formula: use letters, numbers, + - * / ^ and brackets."
SIGNS_ZH = "在公式中没有意义：请使用字母、数、+ - * / ^ 和括号。"
SUM_EN = "a sum is written sum(x[k], k, 1, K) or Σ_{k=1..K} x_k."
SUM_ZH = "求和请写成 sum(x[k], k, 1, K) 或 Σ_{k=1..K} x_k。"
READINGS_EN = "a division and then a product without its sign can be read in two ways: write a/(b*c) or (a/b)*c."
READINGS_ZH = "除法之后省略乘号有两种读法：请写 a/(b*c) 或 (a/b)*c。"
NUMBER_EN = "a number may not follow directly: write * or ^ before it, and 1000 without a space."
NUMBER_ZH = "数不能直接跟在后面：请在前面写 * 或 ^；1000 中间不留空格。"
COMMA_EN = "a comma may stand only between indices or arguments: write 1000 for 1,000 and 0.5 for 0,5."
COMMA_ZH = "逗号只能用在下标或参数之间：1,000 请写 1000，0,5 请写 0.5。"
EMPTY_EN, EMPTY_ZH = "there is no formula: write one, such as (a + b)/2.", "没有公式：请写一个，例如 (a + b)/2。"
EQUALS_EN, EQUALS_ZH = "one `=` may stand, after a name: O = …", "`=` 只能有一个，写在一个名称之后：O = …"
SUBSCRIPT_EN, SUBSCRIPT_ZH = "only families of values have subscripts; here: w.", "只有数组才有下标；这里的数组：w。"
END_EN, END_ZH = "a number, a letter or a bracket is missing at the end.", "末尾缺少数、字母或括号。"


def missing(sign: str) -> tuple[str, str]:
    return f"a number, a letter or a bracket is missing before `{sign}`.", f"`{sign}` 之前缺少数、字母或括号。"


def invisible(called: str) -> tuple[str, str]:
    return f"there is an invisible character, {called}: delete it.", f"有不可见的字符 {called}：请删去。"


def unknown(name: str, meant: str = "") -> tuple[str, str]:
    en, zh = (f"; did you mean `{meant}`?", f"；是否想写 `{meant}`？") if meant else (".", "。")
    return f"there is no symbol `{name}` here{en} {SYMBOLS_EN}", f"这里没有符号 `{name}`{zh}{SYMBOLS_ZH}"


# Each row: what was typed, the column, what was understood before it, and the words.
BAD: list[tuple[str, int, str, tuple[str, str]]] = [
    ("", 1, "", (EMPTY_EN, EMPTY_ZH)),
    (" \t", 1, "", (EMPTY_EN, EMPTY_ZH)),
    ("n", 1, "", unknown("n", "N")),
    ("N - kP", 5, "N -", unknown("k", "K")),
    ("Nn", 2, "N", unknown("n", "N")),
    ("NX", 2, "N", unknown("X")),
    ("N + kernel", 5, "N +", unknown("kernel")),
    ("a" * 40, 1, "", unknown("a" * 23 + "…")),
    ("w[k, 1]", 3, "w[", unknown("k", "K")),
    ("w_kK", 3, "w_", unknown("k", "K")),
    ("sum(w[1,k], k, 1, 3) + k", 24, "sum(w[1,k], k, 1, 3) +", unknown("k", "K")),
    (
        "tanh(N)", 1, "",
        (f"there is no function `tanh` here. {FUNCTIONS_EN}", f"这里没有函数 `tanh`。{FUNCTIONS_ZH}"),
    ),
    (
        "2flor(N)", 2, "2",
        (
            f"there is no function `flor` here; did you mean `floor`? {FUNCTIONS_EN}",
            f"这里没有函数 `flor`；是否想写 `floor`？{FUNCTIONS_ZH}",
        ),
    ),
    ("floor N", 1, "", ("`floor` needs brackets: write floor(…).", "`floor` 需要括号：请写 floor(…)。")),
    ("f", 1, "", ("`f` needs brackets: write f(…).", "`f` 需要括号：请写 f(…)。")),
    (
        "floor(N, 2)", 1, "",
        ("the number of arguments of `floor` is 2: write floor(…).", "`floor` 的参数有 2 个：请写 floor(…)。"),
    ),
    ("f()", 1, "", ("the number of arguments of `f` is 0: write f(…).", "`f` 的参数有 0 个：请写 f(…)。")),
    ("max()", 1, "", ("the number of arguments of `max` is 0: write max(…, …).", "`max` 的参数有 0 个：请写 max(…, …)。")),
    ("w", 1, "", ("the number of indices of `w` is 0: write w[…, …].", "`w` 的下标有 0 个：请写 w[…, …]。")),
    ("w_N", 1, "", ("the number of indices of `w` is 1: write w[…, …].", "`w` 的下标有 1 个：请写 w[…, …]。")),
    ("w[N,K,P]", 1, "", ("the number of indices of `w` is 3: write w[…, …].", "`w` 的下标有 3 个：请写 w[…, …]。")),
    ("N_1", 3, "N_", (SUBSCRIPT_EN, SUBSCRIPT_ZH)),
    ("N_{1}", 2, "N", (SUBSCRIPT_EN, SUBSCRIPT_ZH)),
    (
        "N[1]", 2, "N",
        ("square brackets are for indices, as in x[t]: write ( ).", "方括号只用于下标，如 x[t]：请写 ( )。"),
    ),
    (
        "N[K]/2", 2, "N",
        ("square brackets are for indices, as in x[t]: write ( ).", "方括号只用于下标，如 x[t]：请写 ( )。"),
    ),
    (
        "{N}", 1, "",
        ("braces are for subscripts and exponents: write ( ).", "花括号只用于下标和指数：请写 ( )。"),
    ),
    ("N - К", 5, "N -", ("`К` is CYRILLIC CAPITAL LETTER KA; did you mean `K`?", "`К` 是 CYRILLIC CAPITAL LETTER KA；是否想写 `K`？")),
    ("Ν", 1, "", ("`Ν` is GREEK CAPITAL LETTER NU; did you mean `N`?", "`Ν` 是 GREEK CAPITAL LETTER NU；是否想写 `N`？")),
    (
        "Ｎ", 1, "",
        ("`Ｎ` is FULLWIDTH LATIN CAPITAL LETTER N; did you mean `N`?", "`Ｎ` 是 FULLWIDTH LATIN CAPITAL LETTER N；是否想写 `N`？"),
    ),
    (
        "𝑁", 1, "",
        ("`𝑁` is MATHEMATICAL ITALIC CAPITAL N; did you mean `N`?", "`𝑁` 是 MATHEMATICAL ITALIC CAPITAL N；是否想写 `N`？"),
    ),
    ("N + α", 5, "N +", (f"`α` (GREEK SMALL LETTER ALPHA) {SIGNS_EN}", f"`α` (GREEK SMALL LETTER ALPHA) {SIGNS_ZH}")),
    ("٣", 1, "", (f"`٣` (ARABIC-INDIC DIGIT THREE) {SIGNS_EN}", f"`٣` (ARABIC-INDIC DIGIT THREE) {SIGNS_ZH}")),
    (
        "N %2", 3, "N",
        (
            "`%` is per cent: for the remainder of a division write N - S*floor(N/S).",
            "`%` 表示百分号：除法的余数请写 N - S*floor(N/S)。",
        ),
    ),
    ("N!", 2, "N", (f"`!` {SIGNS_EN}", f"`!` {SIGNS_ZH}")),
    ("N.K", 2, "N", (f"`.` {SIGNS_EN}", f"`.` {SIGNS_ZH}")),
    ("N\u200b+1", 2, "N", invisible("U+200B ZERO WIDTH SPACE")),
    ("N\u202e+1", 2, "N", invisible("U+202E RIGHT-TO-LEFT OVERRIDE")),
    ("\x00", 1, "", invisible("U+0000 control character")),
    ("N\u0301", 2, "N", invisible("U+0301 COMBINING ACUTE ACCENT")),
    ("\ud800", 1, "", invisible("U+D800 control character")),
    ("((N-K)/S", 1, "", ("`(` is never closed: add `)`.", "`(` 没有闭合：请加上 `)`。")),
    ("N + ⌊K/2", 5, "N +", ("`⌊` is never closed: add `⌋`.", "`⌊` 没有闭合：请加上 `⌋`。")),
    ("(N]", 3, "(N", ("`]` cannot close the `(` of column 1: write `)`.", "`]` 不能与第 1 列的 `(` 配对：请写 `)`。")),
    ("⌊N⌉", 3, "⌊N", ("`⌉` cannot close the `⌊` of column 1: write `⌋`.", "`⌉` 不能与第 1 列的 `⌊` 配对：请写 `⌋`。")),
    ("N-K)/S", 4, "N-K", ("`)` closes nothing: delete it.", "`)` 没有对应的左括号：请删去。")),
    ("N+ ", 3, "N+", (END_EN, END_ZH)),
    ("()", 2, "(", missing(")")),
    ("N*/K", 3, "N*", missing("/")),
    ("*N", 1, "", missing("*")),
    ("max(,N)", 5, "max(", missing(",")),
    ("N***K", 4, "N**", missing("*")),
    ("1,000", 2, "1", (COMMA_EN, COMMA_ZH)),
    ("1 000", 3, "1", (NUMBER_EN, NUMBER_ZH)),
    ("1.2.3", 4, "1.2", (NUMBER_EN, NUMBER_ZH)),
    ("N2", 2, "N", (NUMBER_EN, NUMBER_ZH)),
    ("1/2N", 4, "1/2", (READINGS_EN, READINGS_ZH)),
    ("N//K(S)", 5, "N//K", (READINGS_EN, READINGS_ZH)),
    ("N²^3", 3, "N²", ("`^` is out of place here: use brackets.", "`^` 不能出现在这里：请使用括号。")),
    ("O = N = K", 7, "O = N", (EQUALS_EN, EQUALS_ZH)),
    ("N + K = 3", 7, "N + K", (EQUALS_EN, EQUALS_ZH)),
    ("= N", 1, "", (EQUALS_EN, EQUALS_ZH)),
    ("O =", 4, "O =", (END_EN, END_ZH)),
    ("(N = 1)", 4, "(N", (EQUALS_EN, EQUALS_ZH)),
    ("sum(K)", 1, "", (SUM_EN, SUM_ZH)),
    ("1+Σ N", 3, "1+", (SUM_EN, SUM_ZH)),
    ("sum(N, 2, 1, 3)", 8, "sum(N,", (SUM_EN, SUM_ZH)),
    ("Σ_{k} k", 4, "Σ_{", (SUM_EN, SUM_ZH)),
    ("Σ_{k=1} k", 1, "", (SUM_EN, SUM_ZH)),
    ("Σ_{k=1, 2} k", 1, "", (SUM_EN, SUM_ZH)),
    (
        "sum(f, f, 1, 3)", 8, "sum(f,",
        (
            "`f` has a meaning already: take another letter for the index of the sum.",
            "`f` 已有含义：求和的下标请换一个字母。",
        ),
    ),
    (
        "Σ_{k=1..2} Σ_{k=1..3} k", 15, "Σ_{k=1..2} Σ_{",
        (
            "`k` has a meaning already: take another letter for the index of the sum.",
            "`k` 已有含义：求和的下标请换一个字母。",
        ),
    ),
    ("Σ_{k=1..k} k", 9, "Σ_{k=1..", unknown("k", "K")),
    ("1e999", 1, "", ("`e999` is too large: an exponent goes up to 400.", "`e999` 太大：指数最大为 400。")),
    (
        "__import__('os')", 1, "",
        (f"`_` {SIGNS_EN}", f"`_` {SIGNS_ZH}"),
    ),
    (
        "2" * 401, 1, "",
        ("there are more than 400 digits in a number: write a shorter formula.", "超过 400 位数字：请写得短些。"),
    ),
    (
        "+".join("N" * 751), 1501, "…" + "+N" * 11 + "+",
        (
            "there are more than 1,500 numbers, names and signs: write a shorter formula.",
            "超过 1,500 个数、名称和符号：请写得短些。",
        ),
    ),
    (
        "N" * 1501, 1, "",
        (
            "there are more than 1,500 numbers, names and signs: write a shorter formula.",
            "超过 1,500 个数、名称和符号：请写得短些。",
        ),
    ),
    (
        "(" * 61, 61, "…" + "(" * 23,
        (
            "there are more than 60 brackets inside one another: write a shorter formula.",
            "超过 60 层括号：请写得短些。",
        ),
    ),
    (
        "-" * 62 + "N", 63, "…" + "-" * 23,
        ("there are more than 60 parts inside one another: write a shorter formula.", "超过 60 层嵌套：请写得短些。"),
    ),
    (
        " " * 4097, 4097, "",
        ("there are more than 4,096 characters: write a shorter formula.", "超过 4,096 个字符：请写得短些。"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "column", "before", "words"), BAD, ids=[repr(row[0][:20]) for row in BAD])
def test_bad_formulas_are_refused_where_they_are_bad(text, column, before, words):
    with pytest.raises(FormulaError) as refused:
        read_formula(text, ["N", "K", "P", "S"], families={"w": 2}, functions={"f": 1})
    after = (f", after `{before}`", f"，在 `{before}` 之后") if before else ("", "")
    assert refused.value.message.en == f"column {column}{after[0]}: {words[0]}"
    assert refused.value.message.zh == f"第 {column} 列{after[1]}：{words[1]}"
    assert (refused.value.text, refused.value.column) == (text, column)


def test_too_many_symbols_are_refused():
    letters = "abcdefghijklm"
    read_formula("+".join(letters[:12]), letters)
    with pytest.raises(FormulaError, match=r"column 25, .*more than 12 different symbols"):
        read_formula("+".join(letters), letters)
    with pytest.raises(FormulaError, match=r"column 28, .*more than 12 different symbols"):
        read_formula("+".join(letters[:12]) + "+Σ_{z=1..2} 1", letters)


@pytest.mark.parametrize(
    ("text", "caret"),
    [
        ("N + n", "N + n\n    ^"),
        ("（N－n）", "（N－n）\n     ^"),
        ("⌊N⌋ 高", "⌊N⌋ 高\n    ^"),
        ("N\u202e+1", "N�+1\n ^"),
        ("N +", "N +\n   ^"),
        ("N\n+\tn", "N + n\n    ^"),
        ("N+" * 60 + "n", "…" + "N+" * 20 + "n\n" + " " * 41 + "^"),
        ("n" + "+N" * 60, "n" + "+N" * 17 + "+…\n^"),
    ],
)
def test_the_caret_stands_under_the_column(text, caret):
    with pytest.raises(FormulaError) as refused:
        read_formula(text, ["N"])
    assert refused.value.caret == caret


# --------------------------------------------------------------------------------------- there and back


def value(node: Expression, values: dict[str, Fraction]) -> Fraction:
    """Work a tree out; an entry of a family is some number made of its indices."""
    match node:
        case Literal(number):
            return Fraction(number)
        case Name(name):
            return values[name]
        case Sum(body, index, lower, upper):
            first, last = (math.floor(value(end, values)) for end in (lower, upper))
            return sum(
                (value(body, values | {index: Fraction(k)}) for k in range(first, min(last, first + 3) + 1)),
                Fraction(0),
            )
    parts = [value(part, values) for part in children(node)]
    match node:
        case Add():
            return sum(parts, Fraction(0))
        case Negative():
            return -parts[0]
        case Multiply():
            return math.prod(parts)
        case Divide():
            return parts[0] / parts[1]
        case Power():
            return parts[0] ** int(parts[1])
        case Floor():
            return Fraction(math.floor(parts[0]))
        case Ceiling():
            return Fraction(math.ceil(parts[0]))
        case Call("max", _):
            return max(parts)
        case Call("abs", _):
            return abs(parts[0])
    assert isinstance(node, (Indexed, Call))
    return sum((part * 7**place for place, part in enumerate(parts, 1)), Fraction(len(parts)))


def result(node: Expression, values: dict[str, Fraction]) -> Fraction | str:
    try:
        return value(node, values)
    except ZeroDivisionError:
        return "undefined"


NAMES = ["N", "K", "M'", "H_in", "kernel_size[0]", "z̃", "σ"]
LITERALS = st.builds(Literal, st.integers(-99, 99) | st.fractions(-9, 9, max_denominator=9))


def trees(depth: int, bound: str = "") -> st.SearchStrategy[Expression]:
    names = st.sampled_from([*NAMES, *bound]).map(Name)
    if not depth:
        return LITERALS | names
    part = trees(depth - 1, bound)
    some = st.lists(part, min_size=2, max_size=3).map(tuple)
    pair = st.tuples(part, part)
    index = "kuvg"[len(bound)]
    return st.one_of(
        LITERALS,
        names,
        st.builds(Add, some),
        st.builds(Multiply, some),
        st.builds(Negative, part),
        st.builds(Divide, part, part),
        st.builds(Power, part, st.builds(Literal, st.integers(-2, 3))),
        st.builds(Floor, part),
        st.builds(Ceiling, part),
        st.builds(Call, st.just("max"), some),
        st.builds(Call, st.just("abs"), part.map(lambda one: (one,))),
        st.builds(Call, st.just("pair"), pair),
        st.builds(Indexed, st.just("x"), part.map(lambda one: (one,))),
        st.builds(Indexed, st.sampled_from(["w", "x̃"]), pair),
        st.builds(Sum, trees(depth - 1, bound + index), st.just(index), st.builds(Literal, st.integers(-1, 1)), part),
    )


@given(trees(3), st.booleans(), st.lists(st.integers(-5, 30), min_size=len(NAMES), max_size=len(NAMES)))
@example(Power(Divide(ONE, N), Literal(-1)), True, [3] * len(NAMES))
@example(Multiply((Literal(Fraction(-1, 3)), Literal(2), Sum(Name("k"), "k", Literal(-1), N))), False, [3] * len(NAMES))
@settings(max_examples=400, deadline=None)
def test_what_is_printed_is_read_back(tree, ascii, numbers):
    values = dict(zip(NAMES, map(Fraction, numbers)))
    back = read(linear(tree, {}, ascii=ascii))
    assert result(back, values) == result(tree, values)
    assert read(linear(back, {}, ascii=ascii)) == back


# ------------------------------------------------------------------------------------------ hostile text

ALPHABET = [*"NKPSkxw_^{}[]()⌊⌋⌈⌉+-*/=,.12e·²√Σ  σ", "floor(", "max(", "sum(", "Σ_{k=1..", "_{", "//", "x_", "w_"]


def attempt(text: str, **options: Any) -> Expression | FormulaError:
    try:
        return read(text, **options)
    except FormulaError as refused:
        return refused


@given(st.text() | st.lists(st.sampled_from(ALPHABET), max_size=30).map("".join))
@settings(max_examples=1500, deadline=None)
def test_no_text_raises_anything_else(text):
    start = perf_counter()
    answer = attempt(text, allow_equation=True)
    assert perf_counter() - start < 0.5
    if isinstance(answer, FormulaError):
        assert 1 <= answer.column <= len(text) + 1
        assert answer.caret.count("\n") == 1
        assert answer.message.en.isprintable()


HOSTILE = [
    "(" * 100_000,
    "(" * 4000,
    "(" * 50 + "1" + ")" * 50,
    "-" * 100_000,
    "-" * 1499 + "1",
    "+" * 1499 + "1",
    "√" * 1499 + "1",
    "9^9^9^9",
    "9**9**9**9",
    "^".join("9" * 700),
    "9" * 10_000_000,
    "N" * 4096,
    "a" * 4096,
    "__import__('os').system('true')",
    "(lambda: 0)()",
    "N.__class__",
    "x_" * 1400,
    "x_{" * 700 + "1" + "}" * 700,
    "x[" * 50 + "1" + "]" * 50,
    "floor(" * 600 + "1" + ")" * 600,
    "floor(-(1+2*" * 50 + "1" + "))" * 50,
    "sum(" * 50 + "1" + ", k, 1, 2)" * 50,
    "Σ_{k=1..2}" * 150 + "k",
    "1e1000000000",
    "1e-1000000000",
    "1e" + "9" * 4000,
    "x_" + "9" * 4000,
    "N" + "⁹" * 4000,
    "+".join(["1"] * 200_000),
    "+".join(["1"] * 750),
    "/".join(["1"] * 750),
    "//".join(["1"] * 750),
    "*".join(["1"] * 750),
    "N²" * 700,
    "{" * 3000,
    "=" * 1400,
    "," * 1400,
    "max(" + ",".join("N" * 700) + ")",
    "\x00" * 4000,
    "\u202e" * 4000,
    "\ud800",
    " " * 4096,
    "N" + " " * 4095,
    "1" + "\n" * 4000 + "N",
]


@pytest.mark.parametrize("text", HOSTILE, ids=[repr(text[:20]) for text in HOSTILE])
def test_hostile_text_costs_nothing(text):
    answer = attempt(text)
    if isinstance(answer, FormulaError):
        assert len(answer.message.en) < 500
        assert len(answer.caret) < 300
    else:
        assert height(answer) <= DEEPEST
    assert min(timeit.repeat(lambda: attempt(text), number=1, repeat=3)) < 0.05


def height(node: Expression) -> int:
    return 1 + max(map(height, children(node)), default=0)


DEEPER = [
    ("floor(1+2*", "1", ")"),
    ("-(1/2)^(", "1", ")"),
    ("1/(1+", "1", ")"),
    ("x[2t-", "1", "]"),
    ("max(1, -", "1", ")"),
    ("√(", "1", ")"),
    ("-", "1", ""),
    ("2^", "1", ""),
    ("(", "1", ")"),
    ("1+(", "1", ")"),
]


@pytest.mark.parametrize(("opening", "inside", "closing"), DEEPER)
def test_the_deepest_tree_can_be_printed(opening, inside, closing):
    """Whatever walks a tree may recurse: the deepest one that is read stays far below Python's limit."""
    deepest, refused = Expression(), 0
    for times in range(1, 80):
        answer = attempt(opening * times + inside + closing * times)
        if isinstance(answer, FormulaError):
            refused = times
            break
        deepest = answer
    assert 9 < refused <= DEEPEST + 2
    for ascii in (False, True):
        assert linear(deepest, {}, ascii=ascii)
    assert latex(deepest, {})
    assert boxed(deepest, {}).rows
