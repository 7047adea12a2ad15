"""Solving for a given: complete answers, checked by running, and clear words where there is none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cnnmath
from cnnmath.errors import GivenError

UP_TO = 60


def members(solutions):
    """Return the whole numbers up to UP_TO that solutions name: numbers, and ranges (from, to or None)."""
    found = set()
    for one in solutions:
        low, high = one if isinstance(one, tuple) else (one, one)
        found |= set(range(low, min(UP_TO, UP_TO if high is None else high) + 1))
    return {number for number in found if number <= UP_TO}


def gives(slug, output, **values):
    try:
        return cnnmath.solve(slug, **values).answer == output
    except GivenError:
        return False


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["input", "kernel", "stride", "padding"]), st.integers(1, 14), st.integers(8, 30), st.integers(1, 5)
)
def test_the_solutions_are_those_that_trying_finds(unknown, output, size, kernel):
    values = {"input": size, "kernel": kernel, "stride": 2, "padding": 1}
    found = cnnmath.solve("output-size", **{**values, unknown: "?", "output": output}).solutions
    start = 0 if unknown == "padding" else 1
    tried = {at for at in range(start, UP_TO + 1) if gives("output-size", output, **{**values, unknown: at})}
    assert members(found) == tried


def test_a_condition_a_set_and_none():
    assert cnnmath.solve("output-size", input=28, kernel=5, output=1, stride="?").solutions == ((24, None),)
    assert cnnmath.solve("output-size", input=28, stride=2, padding=1, output=13).solutions == (5, 6)
    assert cnnmath.solve("output-size", input=28, kernel=4, output=28, padding="?").solutions == ()
    assert cnnmath.solve("channels.parameters", kernel=5, channels=3, output=7600).solutions == (100,)
    assert cnnmath.solve("operations", input="28x28x192", kernel=1, operations=2408448).solutions == (16,)


def test_two_unknowns_give_a_family_that_says_it_is_not_complete():
    page = str(cnnmath.solve("output-size", stride=2, output=3))
    assert "input = 5   kernel = 1" in page
    assert "Only numbers up to 12 were tried: there may be more." in page


def test_the_page_in_both_languages():
    solved = cnnmath.solve("output-size", input=28, kernel=5, output=1, stride="?")
    assert "stride ≥ 24" in str(solved)
    assert "✓ Run on the engine with stride = 24 … 26: 1 each time." in str(solved)
    chinese = str(cnnmath.solve("output-size", input=28, kernel=5, output=1, stride="?", lang="zh"))
    assert "stride ≥ 24" in chinese
    assert "✓ 引擎分别以 stride = 24 … 26 运行：结果都是 1。" in chinese


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (
            {"input": 28, "kernel": 5, "output": 13},
            "`output` is stated and nothing is left to find: mark what you ask for",
        ),
        ({"output": "abc", "kernel": 3}, "`output` must be a number, not abc."),
    ],
)
def test_what_cannot_be_solved_is_said(values, words):
    with pytest.raises(GivenError) as refused:
        cnnmath.solve("output-size", **values)
    assert str(refused.value).startswith(words)
