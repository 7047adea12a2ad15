"""What went wrong: the mistakes that give a stated value, most specific first.

Tried in this order, and the first that finds anything ends the search: single mistakes of the quantity; slips of
any shape or map (channels first, turned); two mistakes at once; a mistake under another convention; what is right
and what is wrong in a shape; and last, for a number, a factor.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from math import prod

from cnnmath.core.arrangement import arrangements, right_in_part
from cnnmath.core.lines import formulas
from cnnmath.core.solve import value_of
from cnnmath.expression import plain
from cnnmath.grid import Grid
from cnnmath.model import Alternative, Mistake, Problem, Rounded, Solution, Value, Wrong, parameters
from cnnmath.rewriting import terms
from cnnmath.text import Text

MOST_TOLD = 3
"""Where more mistakes than these give the value, the cause is unclear."""
MOST_WORK = 40_000
"""Products that trying two mistakes at once, and mistakes under other conventions, may take in all: about 0.1 s."""
WORK_PER_TRY = 20
"""What the steps of a try cost beside its products."""

FACTORS = tuple(
    factor
    for larger in (Fraction(2), Fraction(8), Fraction(4), Fraction(10**3), Fraction(2**10), Fraction(10**6),
                   Fraction(2**20), Fraction(2**20, 10**6))
    for factor in (larger, 1 / larger)
)  # fmt: skip
"""How far off a number may be by its unit alone: MAC and FLOP, bit and byte, bytes per value, k, Ki, M, Mi."""

Alike = Callable[[Value, Value], bool]
"""Tells whether a stated value, the first, stands for another."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What gives a stated value: each of the mistakes alone, or, where `together`, only all of them at once.

    factor: the stated number is the right one times this; only where no mistake gives it.
    """

    mistakes: tuple[Mistake, ...] = ()
    together: bool = False
    factor: Fraction | None = None

    @property
    def unclear(self) -> bool:
        """Whether so many mistakes give the value that none should be told."""
        return len(self.mistakes) > MOST_TOLD

    @property
    def told(self) -> tuple[Mistake, ...]:
        """The mistakes to tell: all that match, or none where the cause is unclear."""
        return () if self.unclear else self.mistakes


def diagnosed(stated: Value, solution: Solution, alike: Alike) -> Diagnosis:
    """Return what gives a wrong `stated` value, beside the problem's worked `solution`.

    Where several pairs of mistakes give it, by chance all but one, none is told.
    """
    single = [slip.source for slip in solution.mistakes if slip.value is not None and alike(stated, slip.value)]
    if single:
        return Diagnosis(tuple(sorted((one for one in single if isinstance(one, Mistake)), key=specificity)))
    sizes = not solution.problem.quantity.subscripts
    ways = arrangements(solution.answer) if sizes else iter(())
    arranged = next((slips for slips, value in ways if alike(stated, value)), ())
    if arranged:
        return Diagnosis(arranged, together=len(arranged) > 1)
    for search in (_pairs, _elsewhere):
        pairs = list(search(stated, solution, alike))
        if len(pairs) == 1:
            return Diagnosis(pairs[0], together=True)
        if pairs:
            break
    partly = right_in_part(stated, solution.answer)
    if partly:
        return Diagnosis(partly)
    return Diagnosis(factor=_factor(stated, solution.answer, alike))


def reasons(verdict: Wrong) -> tuple[Text, ...]:
    """Return what to say of a wrong value: each mistake that gives it, or both that do together, or the factor.

    Nothing where the cause is unclear.
    """
    if len(verdict.mistakes) > MOST_TOLD:
        return ()
    told = tuple(mistake.says for mistake in verdict.mistakes)
    if verdict.together:
        return (Text(", and ".join(says.en for says in told), "，并且".join(says.zh for says in told)),)
    return told if verdict.factor is None else (_FACTOR,)


_FACTOR = Text(
    "it is off by a factor that units make: FLOPs for MACs, bytes for bits, k for Ki, or the like",
    "只差一个由单位造成的倍数：例如 FLOP 与 MAC、字节与比特、k 与 Ki",
)


def specificity(mistake: Mistake) -> tuple[int, int]:
    """Return what orders mistakes, the most specific first; ties keep the order of the topic.

    The more symbols decide whether a mistake can be made at all, the narrower it is; then the fewer steps it changes.
    """
    return -len(parameters(mistake.applies)), len(mistake.steps)


# --------------------------------------------------------------------------------------- two at once


def _pairs(stated: Value, solution: Solution, alike: Alike) -> Iterator[tuple[Mistake, ...]]:
    """Yield the pairs of mistakes that give the value when both are made, and change nothing in common."""
    made = sorted((slip.source for slip in solution.slips if isinstance(slip.source, Mistake)), key=specificity)
    for pair in _within_budget(list(combinations(made, 2)), solution):
        if _give(pair, stated, solution, alike):
            yield pair


def _elsewhere(stated: Value, solution: Solution, alike: Alike) -> Iterator[tuple[Mistake, ...]]:
    """Yield the mistakes that give the value under another convention, with the convention."""
    made = sorted((slip.source for slip in solution.slips if isinstance(slip.source, Mistake)), key=specificity)
    others = [_as_mistake(slip.source) for slip in solution.alternatives if isinstance(slip.source, Alternative)]
    for pair in _within_budget(list(product(others, made)), solution):
        if _give(pair, stated, solution, alike):
            yield pair


def _as_mistake(other: Alternative) -> Mistake:
    text = other.convention.text
    says = Text(f"another convention was followed: {text.en}", f"采用了另一种约定：{text.zh}")
    return Mistake(other.convention.slug, says, other.steps, other.applies)


def _within_budget(pairs: list[tuple[Mistake, Mistake]], solution: Solution) -> list[tuple[Mistake, Mistake]]:
    """Return the pairs that change different steps, or none of them where trying all takes too long."""
    apart = [pair for pair in pairs if not _changed(pair[0]) & _changed(pair[1])]
    extents = (solution.steps[extent] for _, extent in solution.problem.quantity.cells)
    cells = prod(extent for extent in extents if isinstance(extent, int))
    return apart if cells * _work(solution.problem) * len(apart) <= MOST_WORK else []


def _changed(mistake: Mistake) -> set[str]:
    return {step.symbol.name for step in mistake.steps}


def _work(problem: Problem) -> int:
    """Return about how much one cell, or one number, takes to work out, in products."""
    numbers = {name: value for name, value in problem.values.items() if isinstance(value, (int, Fraction))}
    written = formulas(problem.quantity, problem.quantity.steps, problem.values)
    return max((terms(formula, numbers) for _, formula in written), default=1) + WORK_PER_TRY


def _give(pair: Sequence[Mistake], stated: Value, solution: Solution, alike: Alike) -> bool:
    quantity = solution.problem.quantity
    steps = quantity.with_steps(step for mistake in pair for step in mistake.steps)
    try:
        value = value_of(quantity, steps, solution.problem.values)
        if isinstance(value, Grid) and not isinstance(solution.answer, Grid):
            value = value.at(solution.cell)
    except (ArithmeticError, LookupError, ValueError):
        return False
    return value != solution.answer and alike(stated, value)


def _factor(stated: Value, answer: Value, alike: Alike) -> Fraction | None:
    """Return the first factor that makes a number of the right one."""
    if isinstance(stated, (bool, str, tuple, Grid)) or isinstance(answer, (bool, str, tuple, Grid, Rounded)):
        return None
    if isinstance(answer, float) or not answer:
        return None
    return next((factor for factor in FACTORS if alike(stated, plain(answer * factor))), None)
