"""Judge a typed formula: does it give the quantity for every value of its symbols?

The formula is held against both witnesses, the quantity's own formula and the engine, on many drawn problems;
where all agree SymPy is asked for a proof. One case that differs refutes it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from random import Random
from typing import Any

from cnnmath.core.lines import formulas
from cnnmath.core.normal import proved
from cnnmath.core.pose import pose
from cnnmath.core.solve import holds, same, states, value_of
from cnnmath.errors import GivenError
from cnnmath.expression import Expression, Literal, Name, plain
from cnnmath.grid import Grid
from cnnmath.model import (
    Case,
    Choices,
    Entries,
    FormulaClaim,
    Integers,
    Problem,
    Quantity,
    Right,
    Step,
    Symbol,
    Undecided,
    Value,
    Verdict,
    Wrong,
)
from cnnmath.rewriting import evaluate, free, replaced
from cnnmath.text import Text

CASES = 40
TRIES = 2_000
CELLS = 6
MOST_STEPS = 600_000
"""How many nodes working out one formula visits, in all cases together."""
LARGEST_FREE = 6
"""Up to here a free whole number is drawn."""

_NO_CASE = Text("no values were found at which its conditions hold", "没有找到满足其条件的取值")
_TOO_LONG = Text("the formula takes too long to work out", "该公式的计算量过大")
_FAULT = Text(
    "the formula and the engine disagree here: this is a fault of cnnmath, not of the text",
    "公式与引擎在此不一致：这是 cnnmath 的错误，而不是原文的错误",
)

Answers = Sequence[Value | None]
"""What a formula gives in each state of a case; None where it gives nothing."""


@dataclass(frozen=True)
class Drawn:
    """A problem at which formulas are compared: the symbols' values in some cells, and what is true in each."""

    problem: Problem
    states: tuple[Mapping[str, Any], ...]
    truth: tuple[Value, ...]
    measured: bool | None
    """Whether the engine agrees; None where it was not run."""

    def under(self, steps: Iterable[Step]) -> Answers:
        """Return what the quantity would be with other steps: a mistake's, or another convention's."""
        quantity = self.problem.quantity
        try:
            value = value_of(quantity, quantity.with_steps(steps), self.problem.values)
        except (ArithmeticError, IndexError, KeyError, ValueError):
            return [None] * len(self.states)
        if not isinstance(value, Grid):
            return [value]
        cells = [state["cell"] for state in self.states]
        return [value.at(cell) if _inside(cell, value.shape) else None for cell in cells]

    def stated(self, formula: Sequence[Expression], steps: Iterator[int] | None = None) -> Answers:
        """Return what typed trees give; OverflowError where that takes too long, or more than is left of `steps`."""
        return [_evaluated(formula, state, steps) for state in self.states]


def judge_formula(claim: FormulaClaim) -> Verdict:
    """Return the verdict on a formula: proved or sampled, wrong with a case, or undecided."""
    cases = draw(claim)
    if not cases:
        return Undecided(_NO_CASE)
    if any(case.measured is False for case in cases):
        return Undecided(_FAULT)
    quantity, assumed = claim.quantity, claim.assumed
    answer = whole(quantity, cases[0].problem)
    steps = iter(range(MOST_STEPS))
    try:
        stated = [case.stated(claim.formula, steps) for case in cases]
    except OverflowError:
        return Undecided(_TOO_LONG)

    def agrees(truth: Callable[[Drawn], Answers]) -> bool:
        return all(_alike(mine, truth(case)) for mine, case in zip(stated, cases, strict=True))

    truth: Callable[[Drawn], Answers] = (lambda case: case.under(assumed.steps)) if assumed else lambda case: case.truth
    if agrees(truth):
        return Right(answer, "proved" if not assumed and _proved(claim, cases) else "sampled", cases=len(cases))
    others = [one for one in quantity.alternatives if one is not assumed]
    for other in others:
        if agrees(_under(other.steps)):
            return Right(answer, "sampled", other.convention, len(cases))
    mistakes = tuple(one for one in quantity.mistakes if agrees(_under(one.steps)))
    return Wrong(answer, mistakes, case=_witness(claim, cases, stated, truth))


def agree(formula: Sequence[Expression], cases: Iterable[Drawn], truth: Callable[[Drawn], Answers]) -> bool:
    """Tell whether typed trees give what `truth` says in every case."""
    try:
        return all(_alike(case.stated(formula), truth(case)) for case in cases)
    except OverflowError:
        return False


def draw(claim: FormulaClaim) -> list[Drawn]:
    """Draw the cases that a formula is tried on, the same ones every time."""
    random = Random(f"{claim.quantity.slug} formula")
    named = mentioned(claim)
    tries = (_drawn(claim, named, random) for _ in range(TRIES))
    return list(islice((case for case in tries if case is not None), CASES if _is_open(claim, named) else 1))


def mentioned(claim: FormulaClaim) -> set[str]:
    """Return the names that the claim speaks of, in its formula or in what depends on others."""
    return {name for tree in (*claim.formula, *claim.where.values()) for name in free(tree)}


def whole(quantity: Quantity, problem: Problem) -> tuple[Expression, ...]:
    """Return the right formula for each answer; the steps of a count are put together, those of a map are not."""
    done: dict[str, Expression] = {}
    for step, formula in formulas(quantity, quantity.steps, problem.values):
        done[step.symbol.name] = formula if quantity.cells else replaced(formula, done)
    return tuple(done[name] for name in quantity.answers if name in done)


def _sized(quantity: Quantity, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arrays of which only the size is fixed: `kernel = 3` in a formula with three weights."""
    return {
        word: value for word, value in given.items() if _is_array(quantity, word) and isinstance(value, (int, tuple))
    }


def _drawn(claim: FormulaClaim, named: set[str], random: Random) -> Drawn | None:
    """Draw one case, or nothing where the draw breaks a condition of the claim or of the quantity."""
    quantity = claim.quantity
    sample = quantity.sample(random)
    numbers = {name: random.randint(0, LARGEST_FREE) for name in sorted(named)}
    sizes = _sized(quantity, claim.given)
    if any(
        Grid.of(sample[word]).shape != (size if isinstance(size, tuple) else (size,)) for word, size in sizes.items()
    ):
        return None
    fixed = {word: value for word, value in claim.given.items() if word not in sizes}
    try:
        problem = _posed(quantity, sample, fixed, named)
        for word, tree in claim.where.items():
            known = _with_ties(quantity, problem.values, named)
            value = plain(evaluate(tree, {**numbers, **known}))
            problem = pose(quantity, {**problem.given, word: value})
        if not holds(problem):
            return None
    except (GivenError, ArithmeticError, KeyError, TypeError):
        return None
    found, measured = states(problem, CELLS)
    truth = tuple(_truth(quantity, state) for state in found)
    if any(value is None for value in truth) or _ties_differ(quantity, problem.values, named):
        return None
    shown = tuple({**numbers, **_with_ties(quantity, state, named), **_callable(quantity, state)} for state in found)
    agrees = None if measured is None else _alike(_measured(measured, found), truth)
    return Drawn(problem, shown, tuple(value for value in truth if value is not None), agrees)


def _posed(quantity: Quantity, sample: Mapping[str, Any], fixed: Mapping[str, Any], named: set[str]) -> Problem:
    """Pose a drawn problem: what the claim fixes, what it speaks of, and only then what must be given besides.

    (A fixed `28x28x192` gives the channels too; drawing them as well would contradict it.)
    """
    spoken = {word: value for word, value in sample.items() if _spoken(quantity, word, named)}
    if fixed:
        try:
            return pose(quantity, {**spoken, **fixed})
        except GivenError:
            pass
    needed = {word: value for word, value in sample.items() if _needed(quantity, word)}
    return pose(quantity, {**needed, **spoken, **fixed})


def _is_open(claim: FormulaClaim, named: set[str]) -> bool:
    """Tell whether anything is left to draw."""
    sizes = _sized(claim.quantity, claim.given)
    spoken = any(_spoken(claim.quantity, word, named) for word in claim.quantity.words if word not in claim.given)
    if spoken or sizes or claim.where or not claim.given:
        return True
    try:
        pose(claim.quantity, claim.given)
    except GivenError:
        return True
    return False


def _spoken(quantity: Quantity, word: str, named: set[str]) -> bool:
    names = {one.name for symbol in quantity.symbols if symbol.word == word for one in (symbol, *symbol.ties)}
    return bool(names & named)


def _needed(quantity: Quantity, word: str) -> bool:
    fellows = [symbol for symbol in quantity.symbols if symbol.word == word]
    return not fellows or any(symbol.default is None and not symbol.same_as for symbol in fellows)


def _tied(quantity: Quantity, values: Mapping[str, Any]) -> Iterator[tuple[Symbol, set[Any]]]:
    for tie in {tie.name: tie for symbol in quantity.symbols for tie in symbol.ties}.values():
        yield tie, {values[symbol.name] for symbol in quantity.symbols if tie in symbol.ties}


def _with_ties(quantity: Quantity, values: Mapping[str, Any], named: set[str]) -> dict[str, Any]:
    ties = {tie.name: next(iter(found)) for tie, found in _tied(quantity, values) if tie.name in named}
    own = {symbol.name for symbol in quantity.symbols}
    return {**values, **{name: value for name, value in ties.items() if name not in own}}


def _ties_differ(quantity: Quantity, values: Mapping[str, Any], named: set[str]) -> bool:
    return any(len(found) > 1 for tie, found in _tied(quantity, values) if tie.name in named)


@dataclass(frozen=True)
class _Here:
    """A step with subscripts, such as z_ij, in the one cell that is looked at."""

    at: tuple[Any, ...]
    value: Any

    def __getitem__(self, indices: tuple[Any, ...]) -> Any:
        if indices != self.at:
            raise IndexError(f"only {self.at} is known here")
        return self.value


def _callable(quantity: Quantity, state: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a formula subscripts or calls besides arrays: the steps of the cell, and functions."""
    here = {
        step.symbol.name: _Here(tuple(state[name] for name in step.index), state[step.symbol.name])
        for step in quantity.steps
        if step.index and not isinstance(state[step.symbol.name], Grid)
    }
    choices = [(symbol, symbol.domain) for symbol in quantity.symbols if isinstance(symbol.domain, Choices)]
    called = {
        symbol.name: _called(domain.function, state[symbol.name]) for symbol, domain in choices if domain.function
    }
    return {**here, **called}


def _called(function: Callable[[Any, str], Any], name: str) -> Callable[[Any], Any]:
    return lambda number: function(number, name)


def _truth(quantity: Quantity, state: Mapping[str, Any]) -> Value | None:
    answers = tuple(plain(state[name]) for name in quantity.answers)
    return answers if quantity.kind == "shape" else answers[0]


def _measured(measured: Value, found: Sequence[Mapping[str, Any]]) -> Answers:
    if not isinstance(measured, Grid):
        return [measured]
    return [measured.at(state["cell"]) if _inside(state["cell"], measured.shape) else None for state in found]


def _inside(cell: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    return len(cell) == len(shape) and all(at < extent for at, extent in zip(cell, shape))


def _evaluated(formula: Sequence[Expression], state: Mapping[str, Any], steps: Iterator[int] | None) -> Value | None:
    try:
        values = tuple(evaluate(tree, state, steps) for tree in formula)
    except OverflowError:
        raise
    except (ArithmeticError, IndexError, KeyError, TypeError, ValueError):
        return None
    return values if len(values) > 1 else values[0]  # type: ignore[return-value]


def _alike(stated: Answers, truth: Answers) -> bool:
    return all(
        mine is not None and other is not None and same(mine, other) for mine, other in zip(stated, truth, strict=True)
    )


def _under(steps: Iterable[Step]) -> Callable[[Drawn], Answers]:
    return lambda case: case.under(steps)


def _witness(
    claim: FormulaClaim, cases: Sequence[Drawn], stated: Sequence[Answers], truth: Callable[[Drawn], Answers]
) -> Case | None:
    """Return the plainest case in which the formula gives something else: small numbers, no entries if possible."""
    named = mentioned(claim)
    found: list[tuple[Any, int, Case]] = []
    for case, given in zip(cases, stated, strict=True):
        for state, mine, other in zip(case.states, given, truth(case), strict=True):
            if other is not None and (mine is None or not same(mine, other)):
                values = {name: plain(state[name]) for name in sorted(named) if _is_number(state.get(name))}
                found.append((sum(map(abs, values.values())), len(found), Case(values, mine, other)))
    return min(found)[2] if found else None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, Fraction)) and not isinstance(value, bool)


def _proved(claim: FormulaClaim, cases: Sequence[Drawn]) -> bool:
    """Tell whether a normal form or SymPy shows that the formula is the quantity's own, for all values of the symbols."""
    quantity, named = claim.quantity, mentioned(claim)
    spoken = {symbol.name for symbol in quantity.symbols for one in (symbol, *symbol.ties) if one.name in named}
    chosen = [symbol for symbol in quantity.symbols if isinstance(symbol.domain, Choices) and symbol.name in spoken]
    arrays = [word for word in claim.given if _is_array(quantity, word)]
    if chosen or arrays or quantity.kind == "truth":
        return False
    values = cases[0].problem.values
    fixed = {
        symbol.name: values[symbol.name]
        for symbol in quantity.symbols
        if symbol.word not in claim.where
        and (symbol.word in claim.given or symbol.name not in spoken)
        and all(case.problem.values[symbol.name] == values[symbol.name] for case in cases)
        and not isinstance(symbol.domain, Entries)
    }
    if _has_form(claim, cases[0].problem, fixed, named):
        return True
    from cnnmath.core.symbolic import identical

    try:
        return identical(quantity, claim.formula, fixed, claim.where)
    except (ArithmeticError, KeyError, LookupError, TypeError, ValueError, NotImplementedError):
        return False


def _has_form(claim: FormulaClaim, problem: Problem, fixed: Mapping[str, Any], named: set[str]) -> bool:
    """Tell whether the formula has the normal form of the quantity's own."""
    if claim.quantity.cells:
        return False
    symbols = [one for symbol in claim.quantity.symbols for one in (*symbol.ties, symbol)]
    values: dict[str, Expression] = {
        symbol.name: Name(tie.name) for symbol in claim.quantity.symbols for tie in symbol.ties if tie.name in named
    }
    values |= {name: Literal(value) for name, value in fixed.items() if _is_number(value)}
    values |= {one.name: claim.where[one.word] for one in symbols if one.word in claim.where}
    whole_numbers = {one.name: one.domain.minimum for one in symbols if isinstance(one.domain, Integers)}
    from_zero = {name for name, least in whole_numbers.items() if least < 1}
    real = {name for name in named if name not in whole_numbers}
    return all(
        proved(replaced(mine, values), replaced(right, values), real, from_zero)
        for mine, right in zip(claim.formula, whole(claim.quantity, problem), strict=True)
    )


def _is_array(quantity: Quantity, word: str) -> bool:
    return any(symbol.word == word and isinstance(symbol.domain, Entries) for symbol in quantity.symbols)
