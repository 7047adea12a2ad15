"""Solving a problem with two witnesses, within budgets, and judging what is stated about it."""

from dataclasses import replace
from fractions import Fraction
from time import perf_counter

import numpy as np
import pytest

from cnnmath.core.judge import judge
from cnnmath.core.pose import pose
from cnnmath.core.solve import WORK, same, solve
from cnnmath.engine import TooLarge, convolve
from cnnmath.errors import GivenError
from cnnmath.grid import Grid
from cnnmath.model import Claim, Right, Undecided, Wrong
from cnnmath.text import Text
from cnnmath.topics import quantity


def solved(slug, cell=None, **given):
    return solve(pose(quantity(slug), given), cell)


def judged(solution, stated):
    return judge(Claim(solution.problem, stated), solution)


# ------------------------------------------------------------------------------------------------ cells


@pytest.mark.parametrize(
    ("slug", "cell", "en", "zh"),
    [
        (
            "conv",
            (3, 0),
            "the output is 3x3 and has no cell 3,0: --at counts from 0, up to 2,2.",
            "输出大小为 3x3，没有单元 3,0：--at 从 0 计，最大为 2,2。",
        ),
        (
            "conv",
            (0, -1),
            "the output is 3x3 and has no cell 0,-1: --at counts from 0, up to 2,2.",
            "输出大小为 3x3，没有单元 0,-1：--at 从 0 计，最大为 2,2。",
        ),
        (
            "conv",
            (1,),
            "the output is 3x3 and has no cell 1: --at counts from 0, up to 2,2.",
            "输出大小为 3x3，没有单元 1：--at 从 0 计，最大为 2,2。",
        ),
        (
            "stride",
            (2,),
            "the output is 2 and has no cell 2: --at counts from 0, up to 1.",
            "输出大小为 2，没有单元 2：--at 从 0 计，最大为 1。",
        ),
        (
            "output-size",
            (0,),
            "`output-size` has one value and no cells: leave --at out.",
            "`output-size` 只有一个值，没有单元：请去掉 --at。",
        ),
    ],
)
def test_a_cell_outside_the_map_is_refused_in_both_languages(slug, cell, en, zh):
    with pytest.raises(GivenError) as refused:
        solved(slug, cell)
    assert (refused.value.said("en"), refused.value.said("zh")) == (en, zh)


@pytest.mark.parametrize("cell", [(0, 0), (1, 2), (2, 2)])
def test_the_lines_work_out_the_cell_that_is_asked_for(cell):
    solution = solved("conv", cell)
    assert solution.cell == cell
    assert solution.lines[-1].value == solution.answer[cell[0] + 1, cell[1] + 1]


def test_without_a_cell_the_first_is_worked_out():
    assert solved("conv").cell == (0, 0)
    assert solved("output-size").cell == ()


# ----------------------------------------------------------------------------------------------- budgets


@pytest.fixture(scope="module")
def large():
    """A map of more products than the formula is asked for."""
    image = np.arange(300 * 300).reshape(300, 300) % 7
    kernel = np.arange(25).reshape(5, 5) - 12
    before = perf_counter()
    solution = solved("conv", (200, 100), input=image, kernel=kernel)
    return image, kernel, solution, perf_counter() - before


def test_a_large_map_is_worked_out_in_some_cells_and_says_in_how_many(large):
    image, kernel, solution, seconds = large
    assert seconds < 8
    assert solution.check.agrees is True
    cells = 296 * 296
    worked_out = int(solution.check.note.en.split("worked out in ")[1].split(" of")[0].replace(",", ""))
    assert WORK // 25 // 2 < worked_out <= WORK // 25 + 1
    assert solution.check.note.en.endswith(f"; the formula was worked out in {worked_out:,} of the {cells:,} cells")
    assert solution.check.note.zh.endswith(f"；公式只在 {cells:,} 个元素中的 {worked_out:,} 个上算出")
    assert np.array_equal(np.asarray(solution.answer), convolve(image, kernel))
    assert solution.lines[-1].value == convolve(image, kernel)[200, 100]


def test_no_mistakes_are_run_on_a_large_map(large):
    assert large[2].slips == ()


def test_a_large_map_that_the_engine_gets_wrong_is_noticed():
    problem = pose(quantity("conv"), {"input": np.ones((120, 120), int), "kernel": np.ones((5, 5), int)})
    faulty = replace(problem.quantity, oracle=lambda input, kernel: convolve(input, kernel) + 1)
    assert solve(replace(problem, quantity=faulty)).check.agrees is False


@pytest.mark.parametrize(
    ("slug", "given", "answer"),
    [
        ("output-size", {"input": 10**9, "kernel": 5}, 10**9 - 4),
        ("output-size", {"input": 10**9, "kernel": 7, "stride": 3, "padding": 2}, (10**9 - 7 + 4) // 3 + 1),
        ("output-size.shape", {"input": 10**9, "kernel": 5}, (10**9 - 4, 10**9 - 4)),
        ("conv.first", {"kernel": 10**9}, (10**9, 10**9)),
        ("conv1d.first", {"kernel": 10**9}, 10**9),
        ("operations", {"input": (10**9, 10**9, 3), "kernel": 1, "filters": 2}, 6 * 10**18),
        ("output-size", {"input": 10**12, "kernel": 5}, 10**12 - 4),
        ("padding.full", {"kernel": 10**9, "dilation": 3}, 3 * (10**9 - 1)),
        ("conv1d.wide", {"input": 10**9, "kernel": 10**9}, 2 * 10**9 - 1),
        ("padding.total", {"kernel": 10**9}, 10**9 - 1),
        ("channels.parameters", {"kernel": 10**4, "channels": 10**6, "filters": 10**6}, 10**20 + 10**6),
    ],
)
def test_where_the_engine_cannot_run_the_formula_stands_alone(slug, given, answer):
    before = perf_counter()
    solution = solved(slug, **given)
    assert perf_counter() - before < 2
    assert solution.answer == answer
    assert (solution.check.measured, solution.check.agrees) == (None, None)
    assert solution.check.note.en.startswith("too large to run, so the formula stands alone: ")
    assert solution.check.note.zh.startswith("规模过大，引擎未运行，只有公式的结果。")
    assert judged(solution, answer) == Right(answer, "formula")
    stated = (1, 1) if isinstance(answer, tuple) else answer + 2
    assert isinstance(judged(solution, stated), Wrong)


def test_an_engine_that_refuses_leaves_the_formula_alone():
    def refuse():
        raise TooLarge("10**9 values")

    problem = pose(quantity("conv"), {})
    solution = solve(replace(problem, quantity=replace(problem.quantity, oracle=refuse)))
    assert solution.check.agrees is None
    assert solution.check.note.en == "too large to run, so the formula stands alone: 10**9 values."
    assert solution.answer == solve(problem).answer


# --------------------------------------------------------------------------------------------- exactness


def test_fractions_stay_exact_in_both_witnesses():
    third = Fraction(1, 3)
    solution = solved("conv", input=[[third, 0.1], [2, third]], kernel=[[third, 3]])
    assert solution.answer == Grid((2, 1), (third * 3 + Fraction(1, 30), 6 + third * third))
    assert solution.check.measured == solution.answer
    assert solution.check.agrees is True


@pytest.mark.parametrize("size", [10**12, 2**62, 10**40])
def test_large_integers_stay_exact_in_both_witnesses(size):
    solution = solved("conv", input=[[size, 1], [1, size]], kernel=[[1, 0], [0, size]])
    assert solution.answer.values == (size * size + size,)
    assert solution.check.agrees is True


def test_a_whole_answer_is_an_int_and_a_broken_one_a_fraction():
    halves = solved("conv", input=[[1, 2]], kernel=[[Fraction(1, 2)]]).answer.values
    assert halves == (Fraction(1, 2), 1)
    assert [type(value) for value in halves] == [Fraction, int]


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (1, Fraction(1), True),
        (1.0, 1.0 + 1e-12, True),
        (1, 1.0 + 1e-12, True),
        (1.0, 1.0 + 1e-6, False),
        (10**18, 10**18 + 1, False),
        (True, 1, False),
        (True, True, True),
        (Grid((1, 2), (1, 2)), Grid((2,), (1, 2)), False),
        (Grid((1, 2), (1, 2)), Grid((1, 2), (1, 3)), False),
        ((3, 4), (4, 3), False),
    ],
)
def test_when_two_values_are_the_same(left, right, equal):
    assert same(left, right) is equal
    assert same(right, left) is equal


# ---------------------------------------------------------------------------------------------- conditions


@pytest.mark.parametrize(
    ("slug", "given", "en", "zh"),
    [
        (
            "output-size",
            {"input": 3, "kernel": 5},
            "the kernel spans 5 values and the padded input has fewer (input 3, padding 0 and 0): "
            "pad more or use a smaller kernel.",
            "卷积核跨越 5 个值，而填充后的输入不足（输入 3，填充 0 与 0）：请增加填充或减小卷积核。",
        ),
        (
            "conv",
            {"input": [[1, 2], [3, 4]], "kernel": [[1, 1, 1]]},
            "the kernel spans 3 columns, more than the padded input has: pad more or use a smaller kernel.",
            "卷积核跨越 3 列，超过了填充后输入的列数：请增加填充或减小卷积核。",
        ),
        (
            "channels.parameters",
            {"kernel": 5, "channels": 3, "filters": 4, "groups": 2},
            "`groups` (=2) must divide `channels` (=3) and `filters` (=4).",
            "`groups`（=2）必须整除 `channels`（=3）和 `filters`（=4）。",
        ),
    ],
)
def test_a_broken_condition_is_said_in_both_languages(slug, given, en, zh):
    with pytest.raises(GivenError) as refused:
        solved(slug, **given)
    assert (refused.value.said("en"), refused.value.said("zh")) == (en, zh)


def test_the_kernel_may_fill_the_padded_input_and_no_more():
    assert solved("output-size", input=3, kernel=5, padding=1).answer == 1
    with pytest.raises(GivenError):
        solved("output-size", input=3, kernel=6, padding=1)


# --------------------------------------------------------------------------------------------- judgements

SIZE = {"input": 28, "kernel": 5, "stride": 2, "padding": 1}


def test_right_where_both_witnesses_agree():
    assert judged(solved("output-size", **SIZE), 13) == Right(13, "measured")


def test_right_under_another_convention():
    verdict = judged(solved("output-size", **SIZE), 14)
    assert isinstance(verdict, Right)
    assert (verdict.answer, verdict.convention.slug) == (13, "ceil")
    solution = solved("conv", input=[[1, 2], [3, 4]], kernel=[[1, 0], [0, 0]])
    assert solution.answer.values == (4,)
    assert judged(solution, Grid((1, 1), (1,))).convention.slug == "cross-correlation"


def test_wrong_with_every_mistake_that_gives_it():
    verdict = judged(solved("output-size", **SIZE), 12)
    assert [mistake.slug for mistake in verdict.mistakes] == ["padding-forgotten", "plus-one-forgotten"]
    assert (verdict.answer, verdict.witness) == (13, ())


def test_wrong_for_no_known_reason():
    assert judged(solved("output-size", **SIZE), 99) == Wrong(13, ())


def test_wrong_names_the_cells_that_differ_from_0():
    solution = solved("conv")
    values = list(solution.answer.values)
    values[1] += 1
    values[8] -= 1
    verdict = judged(solution, Grid((3, 3), tuple(values)))
    assert verdict == Wrong(solution.answer, (), ((0, 1), (2, 2)))


def test_a_map_of_another_shape_is_wrong_without_cells():
    assert judged(solved("conv"), Grid((1, 1), (4,))) == Wrong(solved("conv").answer, ())


def test_undecided_where_the_witnesses_disagree_whatever_is_stated():
    problem = pose(quantity("output-size"), SIZE)
    solution = solve(replace(problem, quantity=replace(problem.quantity, oracle=lambda input: input)))
    assert (solution.answer, solution.check.measured, solution.check.agrees) == (13, 28, False)
    reason = Text(
        "the formula and the engine disagree here: this is a fault of cnnmath, not of the answer",
        "公式与引擎在此不一致：这是 cnnmath 的错误，而不是答案的错误",
    )
    for stated in (13, 28, 99):
        assert judged(solution, stated) == Undecided(reason)
