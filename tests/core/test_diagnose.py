"""Diagnoses: which mistakes give a stated value, alone, together, or by a factor."""

from dataclasses import replace
from fractions import Fraction

import pytest

from cnnmath.core.arrangement import arrangements, right_in_part
from cnnmath.core.diagnose import (
    FACTORS,
    MOST_TOLD,
    MOST_WORK,
    Diagnosis,
    diagnosed,
    specificity,
)
from cnnmath.core.pose import pose
from cnnmath.core.solve import same, solve
from cnnmath.grid import Grid
from cnnmath.model import Mistake, Rounded
from cnnmath.text import Text
from cnnmath.topics import quantity


def diagnosis(slug, stated, **given):
    solution = solve(pose(quantity(slug), {word.replace("_", "-"): value for word, value in given.items()}))
    assert not same(stated, solution.answer)
    return diagnosed(stated, solution, same)


def slugs(found):
    return [mistake.slug for mistake in found.mistakes]


LAYER = {"input": (28, 28, 192), "kernel": 5, "padding": 2, "filters": 32}


def test_a_single_mistake_is_named_alone():
    found = diagnosis("operations", 28 * 28 * 16, input=(28, 28, 192), kernel=1, filters=16)
    assert slugs(found) == ["channels-forgotten"]
    assert (found.together, found.factor, found.unclear) == (False, None, False)


def test_all_mistakes_that_give_the_value_are_named_the_most_specific_first():
    found = diagnosis("output-size", 28, input=28, kernel=4, padding=2)
    assert {"plus-one-forgotten"} <= set(slugs(found))
    keys = [specificity(mistake) for mistake in found.mistakes]
    assert keys == sorted(keys)


def test_a_mistake_that_fewer_problems_allow_is_more_specific():
    anywhere = Mistake("anywhere", Text("a", "甲"), ())
    with_bias = Mistake("with-bias", Text("b", "乙"), (), lambda bias: bias)
    with_both = Mistake("with-both", Text("c", "丙"), (), lambda bias, filters: bias and filters > 1)
    assert sorted((anywhere, with_bias, with_both), key=specificity) == [with_both, with_bias, anywhere]


def test_two_mistakes_at_once_only_where_no_single_one_gives_the_value():
    found = diagnosis("operations", 28 * 28, input=(28, 28, 192), kernel=1, filters=16)
    assert slugs(found) == ["channels-forgotten", "filters-forgotten"]
    assert found.together


def test_where_several_pairs_give_the_value_none_is_told():
    solution = solve(pose(quantity("channels.parameters"), {"kernel": 5, "channels": 3, "filters": 100}))
    twice = [replace(slip, source=replace(slip.source, slug="again")) for slip in solution.mistakes]
    assert diagnosed(2501, solution, same).together
    assert diagnosed(2501, replace(solution, slips=(*solution.slips, *twice)), same) == Diagnosis()


def test_a_stated_rounding_is_diagnosed_too():
    rounded = Rounded(Fraction(12_500), Fraction(100))
    assert slugs(diagnosis("operations", rounded, input=(28, 28, 192), kernel=1, filters=16)) == ["channels-forgotten"]


def test_a_mistake_under_another_convention():
    """One weight for each kernel of the reduction and no biases: 16 + 25·16·32."""
    found = diagnosis("bottleneck.parameters", 16 + 25 * 16 * 32, kernel=5, channels=192, reduced=16, filters=32)
    assert slugs(found) == ["bias-not-counted", "channels-forgotten"]
    assert found.together
    assert found.mistakes[0].says == Text(
        "another convention was followed: biases are not counted", "采用了另一种约定：不计偏置"
    )


def test_more_than_three_are_unclear():
    one = Mistake("one", Text("a", "甲"), ())
    assert Diagnosis((one,) * MOST_TOLD).told == (one,) * MOST_TOLD
    assert Diagnosis((one,) * (MOST_TOLD + 1)).unclear
    assert Diagnosis((one,) * (MOST_TOLD + 1)).told == ()


@pytest.mark.parametrize("factor", FACTORS)
def test_a_factor_is_the_last_resort(factor):
    solution = solve(pose(quantity("pooling.dense-weights-saved"), {"input": (28, 28, 6), "kernel": 2, "units": 7}))
    bare = replace(solution, slips=())
    assert diagnosed(solution.answer * factor, bare, same) == Diagnosis(factor=factor)


def test_every_factor_has_its_inverse():
    assert {1 / factor for factor in FACTORS} == set(FACTORS)


def test_nothing_is_said_of_a_number_that_nothing_gives():
    assert diagnosis("channels.parameters", 7777, kernel=5, channels=3, filters=100) == Diagnosis()


@pytest.mark.parametrize(
    ("stated", "named"),
    [
        ((32, 28, 20), ["channels-first"]),
        ((20, 28, 32), ["sides-swapped"]),
        ((1, 28, 20, 32), ["batch-added"]),
        ((1, 32, 28, 20), ["batch-added", "channels-first"]),
        ((28, 32, 20), ["other-order"]),
        ((28, 20), ["channels-left-out"]),
        ((28, 20, 7), ["channels-wrong"]),
        ((30, 21, 32), ["sides-wrong"]),
        ((27, 20, 31), []),
    ],
)
def test_slips_of_a_shape(stated, named):
    assert slugs(diagnosis("channels.maps", stated, **{**LAYER, "input": (28, 20, 192)})) == named


@pytest.mark.parametrize(
    ("stated", "named"),
    [
        ((1, 13, 14), ["batch-added"]),
        ((13, 14, 1), ["channel-added"]),
        ((1, 1, 13, 14), ["batch-added", "channel-added"]),
    ],
)
def test_slips_of_a_flat_shape(stated, named):
    assert slugs(diagnosis("output-size.shape", stated, input=(28, 28), kernel=(3, 2), stride=2)) == named


def test_a_size_of_1_that_is_left_out():
    assert slugs(diagnosis("lenet.shape", (120,), layer="c5")) == ["one-left-out"]
    assert slugs(diagnosis("lenet.shape", (1, 120), layer="c5")) == ["one-left-out"]


def test_subscripts_are_no_sizes():
    assert slugs(diagnosis("conv.first", (1, 3, 5), kernel=(3, 5))) == []


IMAGE = [[1, 0, 2, 1], [0, 3, 1, 0], [2, 1, 0, 5]]


@pytest.mark.parametrize(
    ("turn", "named"),
    [
        (lambda rows: [list(column) for column in zip(*rows)], "map-transposed"),
        (lambda rows: [row[::-1] for row in rows[::-1]], "map-turned"),
        (lambda rows: rows[::-1], "map-upside-down"),
        (lambda rows: [row[::-1] for row in rows], "map-mirrored"),
    ],
)
def test_slips_of_a_map(turn, named):
    given = {"input": IMAGE, "kernel": [[1, 2], [0, -1]]}
    solution = solve(pose(quantity("conv"), given))
    rows = [list(row) for row in solution.answer.nested]
    assert slugs(diagnosed(Grid.of(turn(rows)), solution, same)) == [named]


def test_one_wrong_cell_is_no_mistake():
    solution = solve(pose(quantity("conv"), {"input": IMAGE, "kernel": [[1, 2], [0, -1]]}))
    first, *rest = solution.answer.values
    assert diagnosed(Grid(solution.answer.shape, (first + 1, *rest)), solution, same) == Diagnosis()


def test_a_sequence_backwards():
    found = diagnosis("conv1d", Grid.of([0, 1, 1, 2, -1]), input=[1, 1, 2, -1, 1, -2, 1], kernel=[-1, 0, 1])
    assert slugs(found) == ["backwards"]


def test_two_mistakes_in_a_small_map_but_not_in_a_large_one():
    def both(size):
        image = [[(3 * row + column * column) % 7 for column in range(size)] for row in range(size)]
        given = {"input": image, "kernel": [[1, 2], [0, -1]], "stride": 2, "padding": 1}
        solution = solve(pose(quantity("conv"), given))
        upside_down = {**given, "padding": 0, "kernel": [[0, -1], [1, 2]]}
        return diagnosed(solve(pose(quantity("conv"), upside_down)).answer, solution, same)

    small = both(4)
    assert small.together
    assert slugs(small) == ["padding-forgotten", "flipped-once"]
    assert both(60) == Diagnosis()
    assert MOST_WORK < 30 * 30 * 5 * 24


def test_the_words_of_generic_slips_stand_in_both_languages():
    maps = Grid.of([[1, 2], [3, 4]]), Grid.of([1, 2])
    ways = [way for answer in ((3, 4, 5), (3, 4), *maps) for way in arrangements(answer)]
    named = {slip for slips, _ in ways for slip in slips} | set(right_in_part((3, 4, 6), (3, 4, 5)))
    assert len({slip.slug for slip in named}) == len(named) >= 11
    for slip in named:
        assert slip.says.en
        assert any("\u4e00" <= letter <= "\u9fff" for letter in slip.says.zh)
