"""Two formulas are told apart by a point, or shown to be the same; what is proved is true at every point."""

import timeit
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnmath.core.equivalence import equivalent
from cnnmath.core.normal import exhausted, proved
from cnnmath.expression import (
    Add,
    Call,
    Ceiling,
    Divide,
    Expression,
    Floor,
    Literal,
    Multiply,
    Name,
    Negative,
    Power,
    Sum,
)
from cnnmath.model import Case, Right, Undecided, Wrong
from cnnmath.reading.formulas import read_formula
from cnnmath.rewriting import evaluate

SYMBOLS = ["N", "K", "P", "S", "D", "U", "V", "C", "F", "a", "b", "c", "k", "n", "x", "y"]


def tree(text):
    return read_formula(text, SYMBOLS)


PROVED = [
    ("ceil((N-K+2P+1)/S)", "floor((N-K+2P)/S) + 1"),
    ("-floor(-N/S)", "ceil(N/S)"),
    ("floor((N+S-1)/S)", "floor((N-1)/S) + 1"),
    ("floor((N+S-1)/S)", "ceil(N/S)"),
    ("floor(floor(N/2)/2)", "floor(N/4)"),
    ("floor(floor(N/S)/K)", "floor(N/(S K))"),
    ("max(N-K, K-N)", "|N-K|"),
    ("min(N, K) + max(N, K)", "N + K"),
    ("floor((N+2P-D(K-1)-1)/S + 1)", "floor((N+2P-D(K-1)-1)/S) + 1"),
    ("(D U V + 1) P", "P D U V + P"),
    ("K + (K-1)(D-1)", "D(K-1) + 1"),
    ("1/(1 - 1/x)", "x/(x-1)"),
    ("(1/3)^x", "3^-x"),
    ("(a b)^c", "a^c b^c"),
    ("4·2^n", "2^(n+2)"),
    ("sum(k^2, k, 1, n)", "n(n+1)(2n+1)/6"),
    ("sum((k+1)^2, k, 0, n-1)", "sum(k^2, k, 1, n)"),
    ("sum(sum(1, a, 1, V), b, 1, U)", "U V"),
    ("floor((2N)/(2S))", "floor(N/S)"),
    ("floor(1/(S+1))", "0"),
]


@pytest.mark.parametrize(("left", "right"), PROVED)
def test_identities_are_proved(left, right):
    verdict = equivalent(tree(left), tree(right))
    assert isinstance(verdict, Right)
    assert verdict.grounds == "proved"


@pytest.mark.parametrize(
    ("left", "right", "cases"),
    [("floor(N/2) + floor((N+1)/2)", "N", 2), ("floor(N/3) + floor((N+1)/3) + floor((N+2)/3)", "N", 3)],
)
def test_identities_of_remainders_are_exhausted(left, right, cases):
    verdict = equivalent(tree(left), tree(right))
    assert isinstance(verdict, Right)
    assert (verdict.grounds, verdict.cases) == ("exhausted", cases)


NEAR_MISSES = [
    ("floor(N/S) + 1", "ceil(N/S)"),
    ("floor(N/S) + floor(K/S)", "floor((N+K)/S)"),
    ("(N-K+2P)/S + 1", "floor((N-K+2P)/S) + 1"),
    ("ceil((N-K+2P)/S) + 1", "floor((N-K+2P)/S) + 1"),
    ("floor((N-K+P)/S) + 1", "floor((N-K+2P)/S) + 1"),
    ("floor((N-K+2P)/(S+1))", "floor((N-K+2P)/S) + 1"),
    ("floor((N-K)/S) + floor(2P/S) + 1", "floor((N-K+2P)/S) + 1"),
    ("2 floor(N/2)", "N"),
    ("floor(K/2)", "(K-1)/2"),
    ("P D U V", "P D U V + P"),
    ("P D U V + 1", "P D U V + P"),
    ("(-2)^n", "2^n"),
    ("sum(k, k, 1, n)", "n^2/2"),
    ("0.333333333333333 x", "x/3"),
    ("floor((N-K+2P)/S) + 1 + 1e-300", "floor((N-K+2P)/S) + 1"),
]


@pytest.mark.parametrize(("left", "right"), NEAR_MISSES)
def test_near_misses_are_refuted_by_values_that_can_be_tried(left, right):
    verdict = equivalent(tree(left), tree(right))
    assert isinstance(verdict, Wrong)
    assert isinstance(verdict.case, Case)
    stated, answer = (evaluate(tree(text), verdict.case.values) for text in (left, right))
    assert (stated, answer) == (verdict.case.stated, verdict.case.answer)
    assert stated != answer


def test_what_has_a_value_nowhere_is_not_right():
    verdict = equivalent(tree("N + (N-N)/(K-K)"), tree("N"))
    assert isinstance(verdict, Undecided)
    assert verdict.reason.en == "there are no values at which both formulas are defined"
    assert verdict.reason.zh == "没有找到使两个公式都有定义的取值"


def test_the_same_where_both_have_a_value_is_said_to_be_so():
    verdict = equivalent(tree("(N^2-K^2)/(N-K)"), tree("N+K"))
    assert isinstance(verdict, Right)
    assert verdict.gaps
    assert not equivalent(tree("K+N"), tree("N+K")).gaps


@pytest.mark.parametrize(
    "text",
    ["sum(k, k, 1, N^9)", "9^9^9^9", "((((N^99)^99)^99)^99)", "sum(sum(k b, k, 1, 10^6), b, 1, 10^6)", "N^(10^100)"],
)
def test_a_formula_that_takes_too_long_costs_little_and_is_never_wrong_for_it(text):
    verdicts = []
    taken = timeit.timeit(lambda: verdicts.append(equivalent(tree(text), tree("N"))), number=1)
    assert taken < 2
    assert not isinstance(verdicts[0], Right)


# ------------------------------------------------------------------------------------------------- laws

NUMBERS = st.integers(-4, 9).map(lambda value: Literal(value) if value >= 0 else Negative(Literal(-value)))
NAMES = st.sampled_from([Name("N"), Name("K"), Name("S")])


def larger(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    pairs = st.tuples(parts, parts)
    return st.one_of(
        pairs.map(Add),
        pairs.map(Multiply),
        pairs.map(lambda pair: Divide(*pair)),
        parts.map(Floor),
        parts.map(Ceiling),
        parts.map(Negative),
        pairs.map(lambda pair: Floor(Divide(*pair))),
        st.tuples(parts, st.integers(0, 3)).map(lambda pair: Power(pair[0], Literal(pair[1]))),
        pairs.map(lambda pair: Call("max", pair)),
        parts.map(lambda part: Call("abs", (part,))),
        parts.map(lambda part: Sum(Add((part, Name("i"))), "i", Literal(1), Name("N"))),
    )


TREES = st.recursive(st.one_of(NUMBERS, NAMES), larger, max_leaves=6)
POINTS = [{"N": n, "K": k, "S": s} for n in range(1, 8) for k in (1, 2, 5) for s in (1, 2, 3)]


def values(node):
    for point in POINTS:
        try:
            yield evaluate(node, point)
        except (ArithmeticError, ValueError):
            yield None


@settings(max_examples=400, deadline=None)
@given(TREES, TREES)
def test_what_is_proved_holds_at_every_point(left, right):
    if proved(left, right) or exhausted(left, right):
        for mine, other in zip(values(left), values(right), strict=True):
            assert mine is None or other is None or mine == other


@settings(max_examples=200, deadline=None)
@given(TREES, st.integers(1, 3))
def test_a_floor_moves_whole_numbers_and_ceilings_are_floors(inside, whole):
    moved = Floor(Add((inside, Literal(whole))))
    for node, other in (
        (moved, Add((Floor(inside), Literal(whole)))),
        (Ceiling(inside), Negative(Floor(Negative(inside)))),
    ):
        verdict = equivalent(node, other)
        assert not isinstance(verdict, Wrong)


@settings(max_examples=200, deadline=None)
@given(TREES)
def test_a_formula_is_itself_and_not_itself_plus_one(node):
    assert not isinstance(equivalent(node, node), Wrong)
    assert not isinstance(equivalent(Add((node, Literal(Fraction(1, 7)))), node), Right)
