"""Invert: the result is stated and a given is asked for. The whole answer, not a search that stops somewhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import Any, Literal

from cnnmath.core.boxes import Box, Point, Run, Space, Unknown, nearest, points, solutions, space, typed_values
from cnnmath.core.pose import LARGEST, pose
from cnnmath.core.solve import solve
from cnnmath.errors import GivenError
from cnnmath.model import Check, Choices, Entries, Integers, Problem, Quantity, Value
from cnnmath.text import Text

SMALL = 12
"""Up to where the values of two unknowns are tried."""
MOST_LISTED = 400
MOST_RUN = 60
"""Solutions that are run on the engine, of a longer list or a condition those at its ends."""
BEYOND_THE_EDGE = 3


@dataclass(frozen=True, slots=True)
class Trial:
    """Values of the unknowns, by word, and what the formula and the engine give for them."""

    values: Mapping[str, Any]
    answer: Value | None
    check: Check


@dataclass(frozen=True)
class Inverse:
    """An inverse problem worked out.

    space: the problem, posed with stand-ins for the unknowns. boxes: the solutions, a run of numbers per unknown.
    up_to: how far was looked where larger values could not be decided, else None.
    trials: solutions that were run on the engine. nearest: where there is no solution, those that come
    nearest, from below and from above; `ends` tells on which of these sides there is nothing at all.
    refused: where a condition stands in the way, a value that would do, and what is said of it.
    """

    space: Space
    boxes: tuple[Box, ...]
    up_to: int | None = None
    trials: tuple[Trial, ...] = ()
    nearest: tuple[Trial, ...] = ()
    ends: tuple[bool, bool] = (False, False)
    refused: tuple[Mapping[str, Any], Text] | None = None

    @property
    def problem(self) -> Problem:
        """The problem; its values of the unknowns are stand-ins."""
        return self.space.problem

    @property
    def words(self) -> tuple[str, ...]:
        """The givens that are asked for, each once."""
        return tuple(dict.fromkeys(unknown.word for unknown in self.space.unknowns))

    @property
    def paired(self) -> bool:
        """Whether one given is asked for, and its height and width differ."""
        return len(self.space.unknowns) > len(self.words)

    @property
    def kind(self) -> Literal["finite", "condition", "none", "family"]:
        """What the solutions are: some values, a condition, none, or pairs of two unknowns."""
        if not self.boxes:
            return "none"
        if len(self.words) > 1:
            return "family"
        return "condition" if sum(map(_size, self.boxes)) > MOST_LISTED else "finite"

    @property
    def complete(self) -> bool:
        """Whether these are all the solutions."""
        return self.up_to is None and len(self.words) == 1

    @property
    def solutions(self) -> tuple[Any, ...]:
        """The solutions: values, (height, width), or a value for each of two unknowns; of a condition its ranges.

        A range is (first, last), and its last is None where it has no end.
        """
        if self.kind == "condition":
            ranges = [tuple(limits(run) for run in box) for box in self.boxes]
            return tuple(box if self.paired else box[0] for box in ranges)
        found = [tuple(typed_values(self.space.unknowns, point).values()) for point in _points(self.boxes)]
        return tuple(values if len(values) > 1 else values[0] for values in found)


def limits(run: Run) -> tuple[int, int | None]:
    """Return the first and the last number of a run, None where it has no end."""
    return run.first, None if run.endless else run.last


def invert(quantity: Quantity, given: Mapping[str, Any], stated: Value, words: tuple[str, ...]) -> Inverse:
    """Return what the unknown `words` must be, so that the quantity with these givens has the `stated` value.

    One unknown is solved for completely: the same number on every side, and where that has no solution, height
    and width apart. Two give a family over small values. GivenError says what cannot be solved for.
    """
    unknowns = tuple(_unknown(quantity, word) for word in words)
    whole = space(quantity, given, stated, unknowns)
    if len(unknowns) > 1:
        return _tried(Inverse(whole, solutions(whole, tuple(map(_small, unknowns)))[0]))
    boxes, up_to = solutions(whole, whole.box)
    if not boxes and up_to is None and _two_sided(quantity, words[0]):
        apart = space(quantity, given, stated, unknowns * 2)
        pairs, pairs_up_to = solutions(apart, apart.box)
        if pairs:
            return _tried(Inverse(apart, pairs, pairs_up_to))
    return _tried(Inverse(whole, boxes, up_to))


def missing(quantity: Quantity, given: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the givens that have no value: not typed, without a default, and decided by nothing else."""
    words = dict.fromkeys(
        symbol.word
        for symbol in quantity.symbols
        if symbol.word and symbol.default is None and not symbol.same_as and symbol.word not in given
    )
    size = given.get("input")
    if "channels" in words and isinstance(size, tuple):  # 28x28x192 has them
        split = pose(quantity, {**given, **_stand_ins(quantity, words), "channels": size[-1]}).given
        if split.get("input") != size:
            del words["channels"]
    return tuple(words)


def _stand_ins(quantity: Quantity, words: Iterable[str]) -> dict[str, Any]:
    return {word: _unknown(quantity, word).value(1) for word in words}


def _unknown(quantity: Quantity, word: str) -> Unknown:
    """Return the unknown that a word is; GivenError where it is no whole number and no choice."""
    domain = next(symbol.domain for symbol in quantity.symbols if symbol.word == word)
    match domain:
        case Integers(minimum):
            return Unknown(word, minimum)
        case Choices(options, flag):
            return Unknown(word, 0, (True, False) if flag else options)
    what = Text("an array", "数组") if isinstance(domain, Entries) else Text("any real number", "任意实数")
    raise GivenError(
        Text(
            f"`{word}` of `{quantity.slug}` is {what.en}, and only whole numbers and choices can be solved for: give it.",
            f"`{quantity.slug}` 的 `{word}` 是{what.zh}，而只能求整数或选项：请给出它的值。",
        )
    )


def _small(unknown: Unknown) -> Run:
    return unknown.run if unknown.options else Run(unknown.minimum, SMALL)


def _two_sided(quantity: Quantity, word: str) -> bool:
    return sorted(symbol.axis for symbol in quantity.symbols if symbol.word == word) == [0, 1]


def _size(box: Box) -> int:
    return prod(run.size for run in box)


def _points(boxes: Iterable[Box]) -> list[Point]:
    return sorted(point for box in boxes for point in points(box))


# --------------------------------------------------------------------------------------------- running


def _tried(inverse: Inverse) -> Inverse:
    """Run the solutions on the engine, or find out why there are none."""
    if inverse.boxes:
        return replace(inverse, trials=tuple(_trial(inverse.space, point) for point in _chosen(inverse.boxes)))
    if len(inverse.words) > 1:
        return inverse
    close, ends = _nearest(inverse.space) if inverse.up_to is None else ((), (False, False))
    return replace(inverse, nearest=close, ends=ends, refused=_refused(inverse.space))


def _chosen(boxes: tuple[Box, ...]) -> list[Point]:
    """Return the solutions to run: all, or those at both ends of every box and a few beyond its beginning."""
    if sum(map(_size, boxes)) <= MOST_RUN:
        return _points(boxes)
    found: dict[Point, None] = {}
    for box in boxes:
        firsts = tuple(run.first for run in box)
        for along, run in enumerate(box):
            at = {*range(run.first, run.first + BEYOND_THE_EDGE), *(() if run.endless else (run.last,))}
            found.update(
                {(*firsts[:along], one, *firsts[along + 1 :]): None for one in at if one <= min(run.last, LARGEST)}
            )
    return sorted(found)[:MOST_RUN]


def _trial(space: Space, point: Point) -> Trial:
    values = typed_values(space.unknowns, point)
    try:
        solution = solve(space.posed(point))
    except GivenError as error:  # the formula gives the result, and the page of it would be too large
        return Trial(values, space.value(point), Check(None, None, error.message))
    return Trial(values, solution.answer, solution.check)


def _nearest(space: Space) -> tuple[tuple[Trial, ...], tuple[bool, bool]]:
    """Return the problems that come nearest, and whether there is nothing below, nothing above."""
    if space.problem.quantity.kind != "number":
        point, _ = nearest(space, space.box, 0)
        return ((_trial(space, point),) if point else ()), (False, False)
    below, above = (nearest(space, space.box, side) for side in (-1, 1))
    found = tuple(_trial(space, point) for point, _ in (below, above) if point)
    return found, (below == (None, True), above == (None, True))


def _refused(free: Space) -> tuple[Mapping[str, Any], Text] | None:
    """Return a value that would do if no condition stood in its way, and what is said of it."""
    free = replace(free, conditional=False)
    boxes, _ = solutions(free, free.box)
    if not boxes:
        return None
    point = tuple(run.first for run in boxes[0])
    try:
        solve(free.posed(point))
    except GivenError as error:
        return typed_values(free.unknowns, point), error.message
    return None
