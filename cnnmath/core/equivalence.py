"""Tell whether two typed formulas are the same: refute first, then prove, and say on what grounds.

They are compared exactly, at whole numbers from 1 for a symbol unless it is real: on a full grid of small values,
where strides divide and where they do not, and at larger ones. A point where either has no value is no evidence.
What no point refutes is proved by its normal form, or exhausted by residues, or is right on the sample alone.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import islice, product
from math import isclose
from operator import eq, ge, gt, le, lt, ne
from random import Random
from typing import Any

from cnnmath.core.normal import exhausted, proved
from cnnmath.expression import Expression, Name, Number, plain, walk
from cnnmath.model import Case, Right, Undecided, Verdict, Wrong
from cnnmath.rewriting import FUNCTIONS, evaluate, free
from cnnmath.text import Text

ENOUGH = 24
"""Fewer points than these say nothing."""

MOST_STEPS = 300_000
"""How many nodes all the evaluations of one comparison visit."""

_SMALL = (1, 2, 3, 4)
_FRACTIONS = (Fraction(1, 2), Fraction(-3, 2), Fraction(2), Fraction(7, 3), Fraction(-1, 3), Fraction(5), Fraction(0))
_STRATA = (4, 9, 30, 97, 300, 1000)
_LARGER = 600
_MOST_GRID = 256

SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    ">=": ge, "≥": ge, "<=": le, "≤": le, "!=": ne, "≠": ne, "==": eq, ">": gt, "<": lt, "=": eq,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Condition:
    """That one formula is as large as another, or larger: where two formulas are to agree."""

    left: Expression
    sign: Callable[[Any, Any], bool]
    right: Expression

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Tell whether it holds at some values of the symbols; where a side has none it does not."""
        try:
            return self.sign(evaluate(self.left, values), evaluate(self.right, values))
        except (ArithmeticError, KeyError, ValueError):
            return False


@dataclass(frozen=True, slots=True)
class Domain:
    """Where two formulas are to agree: symbols are whole numbers from 1 but for the `real` ones, and conditions hold."""

    real: frozenset[str] = frozenset()
    conditions: tuple[Condition, ...] = ()

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Tell whether every condition holds."""
        return all(condition.holds(values) for condition in self.conditions)


ANYWHERE = Domain()


def equivalent(stated: Expression, right: Expression, domain: Domain = ANYWHERE) -> Verdict:
    """Return the verdict on `stated` beside `right`: wrong with the values at which they differ.

    >>> from cnnmath.reading.formulas import read_formula
    >>> left, right = read_formula("⌊N/S⌋ + 1", ["N", "S"]), read_formula("⌈N/S⌉", ["N", "S"])
    >>> equivalent(left, right).case
    Case(values={'N': 1, 'S': 1}, stated=2, answer=1)
    """
    names = _symbols(right, stated)
    bounds = [side for condition in domain.conditions for side in (condition.left, condition.right)]
    points = _points(tuple(_symbols(right, stated, *bounds)), domain)
    steps = iter(range(MOST_STEPS))
    usable, too_long, at = 0, 0, 0
    inexact = gaps = False
    for at, values in enumerate(points):
        if at == ENOUGH and usable and not inexact and (found := _shown(stated, right, domain.real, gaps)):
            return found
        try:
            mine, other = _value(stated, values, steps), _value(right, values, steps)
        except OverflowError:
            too_long += 1
            continue
        if mine is None or other is None:
            gaps = True
            continue
        usable += 1
        inexact |= isinstance(mine, float) or isinstance(other, float)
        if not _same(mine, other):
            known = {name: plain(values[name]) for name in names}
            return Wrong((right,), (), case=Case(known, plain(mine), plain(other)))
    if usable and at < ENOUGH and not inexact and (found := _shown(stated, right, domain.real, gaps)):
        return found
    if too_long > usable:
        return Undecided(_TOO_LONG)
    if not usable:
        return Undecided(_UNDEFINED)
    if usable < min(ENOUGH, len(points)):
        return Undecided(_FEW.filled(usable=usable))
    return Right((right,), "sampled" if names else "proved", cases=usable, gaps=gaps)


def _shown(stated: Expression, right: Expression, real: Collection[str], gaps: bool) -> Right | None:
    """Return the verdict of a proof, where one is found."""
    if stated == right or proved(stated, right, real):
        return Right((right,), "proved", gaps=gaps)
    cases = exhausted(stated, right, real)
    return Right((right,), "exhausted", cases=cases, gaps=gaps) if cases else None


def _value(node: Expression, values: Mapping[str, Any], steps: Iterator[int]) -> Number | None:
    try:
        return evaluate(node, values, steps)
    except OverflowError:
        raise
    except (ArithmeticError, IndexError, KeyError, TypeError, ValueError):
        return None


def _same(mine: Number, other: Number) -> bool:
    if isinstance(mine, float) or isinstance(other, float):
        return isclose(mine, other, rel_tol=1e-9, abs_tol=1e-12)
    return mine == other


def _symbols(*trees: Expression) -> list[str]:
    """Return the symbols of some formulas, in the order in which they stand there."""
    known = {name for tree in trees for name in free(tree)} - set(FUNCTIONS)
    named = (node.name for tree in trees for node in walk(tree) if isinstance(node, Name))
    return list(dict.fromkeys(name for name in named if name in known))


@lru_cache(maxsize=128)
def _points(names: tuple[str, ...], domain: Domain) -> tuple[Mapping[str, Number], ...]:
    """Return values of the symbols: a grid of small ones, the smallest first, then larger ones of mixed sizes.

    Symbols of one size tell most formulas apart; a floor inside a floor needs large ones over small ones, and
    what rounds at a multiple needs multiples and their neighbours.
    """
    if not names:
        return ({},)
    random = Random(" ".join(names))
    choices: list[tuple[Number, ...]] = [_FRACTIONS if name in domain.real else _SMALL for name in names]
    grid: Iterable[tuple[Number, ...]] = product(*choices)
    if 4 ** len(names) > _MOST_GRID or any(name in domain.real for name in names):
        first = [tuple(choice[0] for choice in choices)]
        grid = first + [tuple(random.choice(choice) for choice in choices) for _ in range(_MOST_GRID)]
    small: list[Mapping[str, Number]] = [dict(zip(names, point, strict=True)) for point in grid]
    random.shuffle(small)
    drawn = (_drawn(names, domain.real, at, random) for at in range(20 * _LARGER))
    larger = islice((point for point in drawn if domain.holds(point)), _LARGER)
    return (*sorted((point for point in small if domain.holds(point)), key=_size), *sorted(larger, key=_size))


def _size(point: Mapping[str, Number]) -> float:
    return sum(abs(float(value)) for value in point.values())


def _drawn(names: Sequence[str], real: Collection[str], at: int, random: Random) -> Mapping[str, Number]:
    """Draw a point of one of five sorts: of one size, of mixed sizes, one symbol apart from small ones, multiples."""
    one, alone = _STRATA[at // 5 % len(_STRATA)], random.choice(names)
    values: dict[str, Number] = {}
    for name in random.sample(names, len(names)):
        sorts = (one, random.choice(_STRATA), random.choice(_STRATA), one if name == alone else _SMALL[-1], one)
        limit = sorts[at % 5]
        values[name] = random.randint(1, limit)
        if name in real:
            values[name] = Fraction(random.randint(-limit, limit), random.randint(1, 9))
        elif at % 5 == 4 and len(values) > 1:
            other = values[random.choice(list(values))]
            values[name] = max(1, int(other) * random.randint(1, 6) + random.randint(-1, 1))
    return values


_UNDEFINED = Text("there are no values at which both formulas are defined", "没有找到使两个公式都有定义的取值")
_TOO_LONG = Text(
    "working them out takes too long at most of the values that were tried", "在试过的多数取值处计算量过大"
)
_FEW = Text(
    "both formulas are defined at only {usable} of the values that were tried: too few to judge",
    "在试过的取值中只有 {usable} 组使两个公式都有定义，不足以判断",
)
