"""Boxes of whole numbers: where in them a quantity has a stated value, decided by bounds and then point by point."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from heapq import heappop, heappush
from itertools import count, product
from time import monotonic
from typing import Any

from cnnmath.core.enclosure import Interval, Unclear, enclosure
from cnnmath.core.judge import TOLERANCE
from cnnmath.core.lines import symbols_of
from cnnmath.core.pose import LARGEST, pose
from cnnmath.core.solve import holds, same, value_of
from cnnmath.errors import GivenError
from cnnmath.expression import Expression, Family, Name
from cnnmath.model import Entries, Problem, Quantity, Value, applied

HORIZON = 10**300
"""What "and so on" is decided up to; all arithmetic on the way is exact and finite."""
BUDGET = 20_000
"""Boxes looked at before a search gives up, and says how far it came."""
SECONDS = 2.0
"""The same for formulas that are slow."""
NEAREST_BUDGET = 3_000

FAULTS = (ArithmeticError, LookupError, TypeError, ValueError)
"""What a formula or a condition raises where it has no value."""


@dataclass(frozen=True, slots=True, order=True)
class Run:
    """Whole numbers from `first` to `last`, both in."""

    first: int
    last: int

    @property
    def endless(self) -> bool:
        """Whether every larger number is in as well."""
        return self.last >= HORIZON

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return self.last - self.first + 1


Box = tuple[Run, ...]
Point = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A given that is asked for: a whole number from `minimum` on, or the place of one of some `options`."""

    word: str
    minimum: int = 1
    options: tuple[Any, ...] = ()

    @property
    def run(self) -> Run:
        """Every value that it can have."""
        return Run(0, len(self.options) - 1) if self.options else Run(self.minimum, HORIZON)

    def value(self, at: int) -> Any:
        """Return the value that is typed for it."""
        return self.options[at] if self.options else at


def typed_values(unknowns: tuple[Unknown, ...], point: Point) -> dict[str, Any]:
    """Return a point as givens by word; a word that stands twice gets height and width."""
    given: dict[str, Any] = {}
    for unknown, at in zip(unknowns, point, strict=True):
        value = unknown.value(at)
        given[unknown.word] = (given[unknown.word], value) if unknown.word in given else value
    return given


@dataclass(frozen=True)
class Space:
    """The values that some unknowns can have, and how the formulas of a quantity run on boxes of them.

    problem: posed with stand-ins for the unknowns. owners: the unknown that each symbol is, by its place.
    varying: every symbol that depends on an unknown. steps: each step's formula as a tree, None where bounds
    cannot be had: the unknown is a choice, or decides more than its own symbol (padding=same).
    conditional: whether the conditions of the quantity count.
    """

    problem: Problem
    stated: Value
    unknowns: tuple[Unknown, ...]
    owners: Mapping[str, int]
    varying: frozenset[str]
    names: Mapping[str, Any]
    steps: tuple[tuple[str, Any], ...] | None
    conditional: bool = True

    @property
    def box(self) -> Box:
        """Every value of every unknown."""
        return tuple(unknown.run for unknown in self.unknowns)

    @property
    def targets(self) -> tuple[Any, ...]:
        """The stated value, part by part."""
        return self.stated if isinstance(self.stated, tuple) else (self.stated,)

    def posed(self, point: Point) -> Problem:
        """Return the problem with a point's values of the unknowns."""
        return pose(self.problem.quantity, {**self.problem.given, **typed_values(self.unknowns, point)})

    def value(self, point: Point) -> Value | None:
        """Return the exact result at a point, None where there is none or a condition does not hold."""
        try:
            problem = self.posed(point)
            if self.conditional and not holds(problem):
                return None
            return value_of(problem.quantity, problem.quantity.steps, problem.values)
        except (GivenError, *FAULTS):
            return None

    def bounds(self, box: Box) -> tuple[tuple[Interval | bool, ...] | None, bool | None]:
        """Return bounds of the result's parts, None where there are none, and whether the conditions hold."""
        if self.steps is None:
            return None, None
        values: dict[str, Any] = dict(self.problem.values)
        for name, owner in self.owners.items():
            values[name] = Interval(box[owner].first, box[owner].last)
        for name, shown in self.names.items():
            if isinstance(shown, Name):
                values[shown.name] = values[name]
        for name, tree in self.steps:
            try:
                values[name] = enclosure(tree, values)
            except Unclear:
                values.pop(name, None)
        parts = tuple(values.get(name) for name in self.problem.quantity.answers)
        known = tuple(part for part in parts if isinstance(part, (Interval, bool)))
        return known if len(known) == len(parts) else None, self._holds(values)

    def _holds(self, values: Mapping[str, Any]) -> bool | None:
        """Tell whether the conditions hold all over a box: yes, nowhere (False), or unknown (None)."""
        certain = True
        for condition in self.problem.quantity.holds if self.conditional else ():
            try:
                if not applied(condition.holds, values):
                    return False
            except (Unclear, *FAULTS):
                certain = False
        return True if certain else None

    def decided(self, box: Box) -> bool | None:
        """Tell whether all of a box has the stated value (True), or nothing of it (False)."""
        parts, conditions = self.bounds(box)
        if conditions is False:
            return False
        if parts is None or not _exact(self.targets):
            return None
        inside = [_within(target, part) for target, part in zip(self.targets, parts, strict=True)]
        if not all(inside):
            return False
        return True if conditions and all(isinstance(part, bool) or part.point for part in parts) else None


def _exact(targets: tuple[Any, ...]) -> bool:
    return all(isinstance(target, (int, Fraction)) for target in targets)


def _within(target: Any, part: Interval | bool) -> bool:
    return target is part if isinstance(part, bool) else bool(part.low <= target <= part.high)


STAND_INS = ((1009, 2003), (1013, 2011))
"""Two numbers for each unknown: what changes from the first to the second depends on it."""


def space(quantity: Quantity, given: Mapping[str, Any], stated: Value, unknowns: tuple[Unknown, ...]) -> Space:
    """Return the space of the unknowns; GivenError where the other givens cannot be used."""
    choices = any(unknown.options for unknown in unknowns)
    pairs = [(0, 1) if unknown.options else numbers for unknown, numbers in zip(unknowns, STAND_INS)]
    problem, other = (
        pose(quantity, {**given, **typed_values(unknowns, tuple(pair[turn] for pair in pairs))}) for turn in (0, 1)
    )
    seen = {symbol.name: (problem.values[symbol.name], other.values[symbol.name]) for symbol in quantity.symbols}
    varying = frozenset(name for name, (one, two) in seen.items() if one != two)
    owners = {} if choices else {name: pairs.index(seen[name]) for name in varying if seen[name] in pairs}
    names = symbols_of(quantity, problem.values)
    steps = None if choices or len(owners) < len(varying) else _trees(quantity, names)
    values = _uneven(quantity, given, unknowns) or problem.values if len(owners) < len(varying) else problem.values
    return Space(Problem(quantity, dict(given), values), stated, unknowns, owners, varying, names, steps)


def _uneven(quantity: Quantity, given: Mapping[str, Any], unknowns: tuple[Unknown, ...]) -> Mapping[str, Any] | None:
    """Return values at even stand-ins: where padding=same hangs on an unknown, its two sides are not the same there."""
    if any(unknown.options for unknown in unknowns):
        return None
    try:
        return pose(quantity, {**given, **typed_values(unknowns, tuple(one + 1 for one, _ in STAND_INS))}).values
    except GivenError:
        return None


def _trees(quantity: Quantity, names: Mapping[str, Any]) -> tuple[tuple[str, Any], ...] | None:
    """Return the formula of every step as a tree over the names, None where one cannot be written so."""
    known = dict(names)
    found = []
    for step in quantity.steps:
        name = step.symbol.name
        try:
            tree = applied(step.formula, known)
        except FAULTS:
            return None
        found.append((name, tree))
        array = isinstance(step.symbol.domain, Entries)
        known[name] = Family(name) if array else Name(name) if isinstance(tree, Expression) else tree
    return tuple(found)


# ------------------------------------------------------------------------------------------------ searches


def solutions(space: Space, box: Box) -> tuple[tuple[Box, ...], int | None]:
    """Return the boxes of all solutions, and None; or those found and up to where nothing is missing.

    Boxes that the bounds do not decide are halved, endless ones at the double of where they start.
    """
    found: list[Box] = []
    waiting, started, beyond = [box], monotonic(), False
    for looked in count():
        if not waiting:
            break
        here = waiting.pop()
        if looked >= BUDGET or (looked % 64 == 63 and monotonic() - started > SECONDS):
            return joined(found), here[0].first - 1
        decided = space.decided(here)
        if decided is False:
            continue
        if any(run.first > LARGEST and not (decided and run.endless) for run in here):
            beyond = True  # nothing so large can be given
        elif decided:
            found.append(here)
        elif halves := _halves(here):
            waiting += reversed(halves)
        else:
            value = space.value(_corner(here))
            if value is not None and same(value, space.stated, TOLERANCE):
                found.append(here)
    return joined(found), LARGEST if beyond else None


def nearest(space: Space, box: Box, side: int) -> tuple[Point | None, bool]:
    """Return where the result comes nearest to the stated one, and whether that is certain.

    side: -1 for results below it, 1 above it, 0 on any side (of shapes, and of what has no order).
    A best-first search: the box that may hold the nearest is opened first.
    """
    turn = count()
    waiting: list[tuple[Any, ...]] = [(0, _corner(box), next(turn), box, False)]
    for _ in range(NEAREST_BUDGET):
        if not waiting:
            return None, True
        _, corner, _, here, final = heappop(waiting)
        if final:
            return corner, True
        for half in _halves(here) or (here,):
            point = all(run.size == 1 for run in half)
            parts, conditions = space.bounds(half)
            if conditions is False or half[0].first > LARGEST:
                continue
            if point:
                value = space.value(_corner(half))
                parts = None if value is None else tuple(map(_number, value if isinstance(value, tuple) else (value,)))
                if parts is None:
                    continue
            away = 0 if parts is None else _distance(space.targets, parts, side)
            if away is not None:
                heappush(waiting, (away, _corner(half), next(turn), half, point))
    return None, False


def _number(value: Any) -> Any:
    return value if isinstance(value, bool) else Interval(value, value)


def _distance(targets: tuple[Any, ...], parts: tuple[Any, ...], side: int) -> Any:
    """Return the least that parts within these bounds differ from the targets, None where all lie on the other side."""
    if any(isinstance(part, bool) for part in parts):
        return 1
    if side < 0:
        return None if parts[0].low >= targets[0] else max(0, targets[0] - parts[0].high)
    if side > 0:
        return None if parts[0].high <= targets[0] else max(0, parts[0].low - targets[0])
    return sum(max(0, part.low - target, target - part.high) for target, part in zip(targets, parts, strict=True))


def _corner(box: Box) -> Point:
    return tuple(run.first for run in box)


def _halves(box: Box) -> tuple[Box, ...]:
    """Return the box cut in two across its widest run, an endless one only where there is no other; nothing for a point."""
    ends = [at for at, run in enumerate(box) if run.endless]
    wide = [at for at, run in enumerate(box) if run.size > 1 and not run.endless]
    if wide:
        cut = max(wide, key=lambda at: box[at].size)
        middle = (box[cut].first + box[cut].last) // 2
    elif ends:
        cut = min(ends, key=lambda at: box[at].first)
        middle = max(2 * box[cut].first - 1, box[cut].first)
    else:
        return ()
    parts = Run(box[cut].first, middle), Run(middle + 1, box[cut].last)
    return tuple((*box[:cut], part, *box[cut + 1 :]) for part in parts)


def joined(boxes: list[Box]) -> tuple[Box, ...]:
    """Return the same points in fewer boxes: those that differ along one axis and touch are made one.

    >>> joined([(Run(1, 1),), (Run(2, 3),), (Run(5, 5),)])
    ((Run(first=1, last=3),), (Run(first=5, last=5),))
    """
    found = list(boxes)
    for axis in range(len(found[0]) if found else 0):
        found.sort(key=lambda box: (*box[:axis], *box[axis + 1 :], box[axis]))
        kept: list[Box] = []
        for box in found:
            last = kept[-1] if kept else None
            others = (*box[:axis], *box[axis + 1 :])
            if last and (*last[:axis], *last[axis + 1 :]) == others and last[axis].last + 1 == box[axis].first:
                kept[-1] = (*box[:axis], Run(last[axis].first, box[axis].last), *box[axis + 1 :])
            else:
                kept.append(box)
        found = kept
    return tuple(sorted(found))


def points(box: Box) -> Iterator[Point]:
    """Yield every point of a box that has an end."""
    return product(*(range(run.first, run.last + 1) for run in box))
