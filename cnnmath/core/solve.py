"""Solve a problem twice: by its formulas, line by line, and by measuring on the engine."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import isclose, prod
from typing import Any

from cnnmath.core.lines import formulas, lines
from cnnmath.engine import EngineError, TooLarge
from cnnmath.errors import GivenError
from cnnmath.expression import Number, plain
from cnnmath.grid import Grid
from cnnmath.model import (
    Alternative,
    Check,
    Entries,
    Integers,
    Line,
    Mistake,
    Problem,
    Quantity,
    Rounded,
    Slip,
    Solution,
    Step,
    Value,
    applied,
    parameters,
)
from cnnmath.rewriting import terms
from cnnmath.text import Text

WORK = 150_000
"""Products and steps that a page asks the formula for at most; larger maps are worked out in some cells only."""
MOST_CELLS = 1_000_000
MOST_PRODUCTS = 4_096
STEPS_PER_CELL = 20
"""What the other steps of a cell cost, in products."""


def solve(problem: Problem, cell: Sequence[int] | int | None = None) -> Solution:
    """Return the worked solution; for an array `cell` (from 0) is the one whose lines are shown.

    GivenError says which condition of the quantity the givens break.
    """
    quantity = problem.quantity
    _within_reason(problem)
    scalars, per_cell = _split(quantity, quantity.steps)
    values = _computed(scalars, _numbers(problem.values))
    broken = _broken(quantity, values)
    if broken is not None:
        raise GivenError(broken)
    extents = tuple(int(values[extent]) for _, extent in quantity.cells)
    _room_for("map", "特征图", prod(extents))
    focus = _focus(quantity, extents, cell)
    measured, note = _measure(problem)
    if quantity.cells:
        at = _computed(per_cell, {**values, **_index(quantity, focus)})
        answer, note = _map(problem, per_cell, values, extents, measured, note)
    else:
        at = values
        answer = _answer(quantity, values)
    agrees = None if measured is None else same(answer, measured)
    known: tuple[Alternative | Mistake, ...] = (*quantity.alternatives, *quantity.mistakes)
    sources = [source for source in known if applied(source.applies, values)]
    affordable = not sources or prod(extents, start=1) * _cost(problem) * len(sources) <= 4 * WORK
    return Solution(
        problem,
        tuple(lines(problem, at)),
        answer,
        Check(measured, agrees, note),
        tuple(_slip(source, problem) for source in sources) if affordable else (),
        focus,
        {name: plain(value) for name, value in at.items()},
        affordable,
    )


def lines_at(solution: Solution, cell: Sequence[int]) -> tuple[tuple[Line, ...], dict[str, Value]]:
    """Return the lines and the values of every symbol in another cell of a solved map."""
    problem = solution.problem
    scalars, per_cell = _split(problem.quantity, problem.quantity.steps)
    values = _computed(scalars, _numbers(problem.values))
    at = _computed(per_cell, {**values, **_index(problem.quantity, cell)})
    return tuple(lines(problem, at)), {name: plain(value) for name, value in at.items()}


def states(problem: Problem, most: int) -> tuple[list[dict[str, Any]], Value | None]:
    """Return the value of every symbol, in at most `most` cells spread over a map, and what the engine measures.

    Numbers are Fractions; for a map each state also has its `cell`.
    """
    quantity = problem.quantity
    scalars, per_cell = _split(quantity, quantity.steps)
    values = _computed(scalars, _numbers(problem.values))
    measured, _ = _measure(problem)
    if not quantity.cells:
        return [values], measured
    extents = tuple(int(values[extent]) for _, extent in quantity.cells)
    places = list(product(*map(range, extents)))
    chosen = places[:: -(-len(places) // most)]
    return [{**_computed(per_cell, {**values, **_index(quantity, at)}), "cell": at} for at in chosen], measured


def value_of(quantity: Quantity, steps: Iterable[Step], values: Mapping[str, Any]) -> Value:
    """Return the answer that `steps` give for the values of the symbols: exact, without any page."""
    scalars, per_cell = _split(quantity, tuple(steps))
    known = _computed(scalars, _numbers(values))
    if not quantity.cells:
        return _answer(quantity, known)
    extents = tuple(int(known[extent]) for _, extent in quantity.cells)
    if min(extents) < 1 or prod(extents) > MOST_CELLS:
        raise OverflowError("no such map can be worked out")
    return Grid(extents, tuple(_cell(quantity, per_cell, known, at) for at in product(*map(range, extents))))


def in_cell(solution: Solution) -> Solution:
    """Return the solution of the cell that a map was worked out in, as if it alone were asked for."""
    at, answer = solution.cell, solution.answer
    if not isinstance(answer, Grid):
        return solution
    measured = solution.check.measured
    slips = tuple(
        replace(slip, value=slip.value.at(at))
        for slip in solution.slips
        if isinstance(slip.value, Grid) and all(place < extent for place, extent in zip(at, slip.value.shape))
    )
    check = replace(solution.check, measured=measured.at(at) if isinstance(measured, Grid) else measured)
    return replace(solution, answer=answer.at(at), check=check, slips=slips)


def same(left: Value, right: Value, tolerance: float = 1e-9) -> bool:
    """Tell whether two values are the same: exactly, or within a relative tolerance where exp made floats."""
    if isinstance(left, Grid) and isinstance(right, Grid):
        return left.shape == right.shape and all(
            same(mine, other, tolerance) for mine, other in zip(left.values, right.values, strict=True)
        )
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, Rounded):
        return isinstance(right, (int, Fraction, float)) and left.covers(right)
    if isinstance(left, float) or isinstance(right, float):
        numbers = isinstance(left, (int, Fraction, float)) and isinstance(right, (int, Fraction, float))
        return numbers and isclose(left, right, rel_tol=tolerance, abs_tol=1e-12)  # type: ignore[arg-type]
    return left == right


def _within_reason(problem: Problem) -> None:
    """Refuse arrays and kernels that a page could not work out, before anything is made of them."""
    symbols, values = problem.quantity.symbols, problem.values
    count = _products(problem)
    if count > MOST_PRODUCTS:
        raise GivenError(
            Text(
                f"one value takes {count:,} products, more than a page can show: use a smaller kernel.",
                f"每个值需要 {count:,} 次乘法，超出一页所能显示的范围：请用更小的卷积核。",
            )
        )
    for array in symbols:
        if isinstance(array.domain, Entries) and array.word == "input":
            sides = [
                extent + sum(values[pad.name] for pad in symbols if pad.word == "padding" and pad.axis == axis)
                for axis, extent in enumerate(values[array.name].shape)
            ]
            _room_for("padded input", "填充后的输入", prod(sides))


def _room_for(what: str, what_zh: str, count: int) -> None:
    if count > MOST_CELLS:
        raise GivenError(
            Text(
                f"the {what} would have {count:,} values, more than this page can work out: use smaller sizes.",
                f"{what_zh}将有 {count:,} 个值，超出本页可计算的范围：请减小尺寸。",
            )
        )


def _numbers(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values with ints as Fractions, so that `/` in a formula is exact."""
    return {
        name: Fraction(value) if isinstance(value, int) and not isinstance(value, bool) else value
        for name, value in values.items()
    }


def _split(quantity: Quantity, steps: tuple[Step, ...]) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """Part the steps that are done once from those that are done again in every cell."""
    moving = {symbol.name for symbol, _ in quantity.cells}
    per_cell = []
    for step in steps:
        if moving.intersection(parameters(step.formula)):
            moving.add(step.symbol.name)
            per_cell.append(step)
    return tuple(step for step in steps if step not in per_cell), tuple(per_cell)


def _computed(steps: Iterable[Step], values: Mapping[str, Any]) -> dict[str, Any]:
    known = dict(values)
    for step in steps:
        value = applied(step.formula, known)
        known[step.symbol.name] = Fraction(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return known


def _answer(quantity: Quantity, values: Mapping[str, Any]) -> Value:
    answers = tuple(plain(values[name]) for name in quantity.answers)
    return answers if quantity.kind == "shape" else answers[0]


def _index(quantity: Quantity, cell: Sequence[int]) -> dict[str, Any]:
    return {symbol.name: Fraction(at) for (symbol, _), at in zip(quantity.cells, cell, strict=True)}


def _cell(quantity: Quantity, steps: Iterable[Step], values: Mapping[str, Any], cell: Sequence[int]) -> Number:
    value: Number = plain(_computed(steps, {**values, **_index(quantity, cell)})[quantity.answers[0]])
    return value


def _focus(quantity: Quantity, extents: tuple[int, ...], cell: Sequence[int] | int | None) -> tuple[int, ...]:
    if not quantity.cells:
        if cell is not None:
            raise GivenError(
                Text(
                    f"`{quantity.slug}` has one value and no cells: leave --at out.",
                    f"`{quantity.slug}` 只有一个值，没有单元：请去掉 --at。",
                )
            )
        return ()
    if cell is None:
        return (0,) * len(extents)
    cell = (cell,) if isinstance(cell, int) else cell
    shape = "x".join(map(str, extents))
    last = ",".join(str(extent - 1) for extent in extents)
    if len(cell) != len(extents) or any(
        not (isinstance(at, int) and 0 <= at < extent) for at, extent in zip(cell, extents, strict=True)
    ):
        there = ",".join(map(str, cell))
        raise GivenError(
            Text(
                f"the output is {shape} and has no cell {there}: --at counts from 0, up to {last}.",
                f"输出大小为 {shape}，没有单元 {there}：--at 从 0 计，最大为 {last}。",
            )
        )
    return tuple(cell)


def holds(problem: Problem) -> bool:
    """Tell whether the givens satisfy every condition of the quantity."""
    scalars, _ = _split(problem.quantity, problem.quantity.steps)
    return _broken(problem.quantity, _computed(scalars, _numbers(problem.values))) is None


def _broken(quantity: Quantity, values: Mapping[str, Any]) -> Text | None:
    """Return what is said of the first condition that the values break."""
    for condition in quantity.holds:
        if not applied(condition.holds, values):
            return condition.otherwise.filled(**{name: plain(value) for name, value in values.items()})
    return None


# ------------------------------------------------------------------------------------------ the engine


def _measure(problem: Problem) -> tuple[Value | None, Text]:
    """Return what the engine measures, and how it was measured or why it was not."""
    quantity = problem.quantity
    try:
        return as_value(applied(quantity.oracle, problem.values)), quantity.measures
    except TooLarge as error:
        return None, Text(
            f"too large to run, so the formula stands alone: {error}.", "规模过大，引擎未运行，只有公式的结果。"
        )
    except EngineError as error:
        return None, Text(f"not run, so the formula stands alone: {error}.", "引擎未能运行，只有公式的结果。")


def measured_under(other: Alternative, problem: Problem) -> Value | None:
    """Return what the engine measures under another convention; None where it cannot be run so."""
    if other.oracle is None:
        return None
    try:
        return as_value(applied(other.oracle, problem.values))
    except EngineError:
        return None


def as_value(measured: Any) -> Value:
    """Return what an oracle measured as a value: arrays as grids, NumPy numbers as Python's."""
    if isinstance(measured, tuple):
        return tuple(int(part) for part in measured)
    if getattr(measured, "ndim", 0):
        entries = measured.ravel().tolist()
        return Grid(measured.shape, tuple(map(plain, entries)) if measured.dtype == object else tuple(entries))
    if isinstance(measured, str):
        return measured
    value: Value = plain(_python(measured))
    return value


def _python(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _map(
    problem: Problem,
    steps: tuple[Step, ...],
    values: Mapping[str, Any],
    extents: tuple[int, ...],
    measured: Value | None,
    note: Text,
) -> tuple[Value, Text]:
    """Return the whole map by the formula, or, where that is too much, the engine's, compared in some cells."""
    quantity = problem.quantity
    cells = prod(extents)
    affordable = max(1, WORK // _cost(problem))
    if cells <= affordable or not isinstance(measured, Grid) or measured.shape != extents:
        _room_for("map", "特征图", cells * MOST_CELLS // (20 * affordable))
        every = tuple(_cell(quantity, steps, values, at) for at in product(*map(range, extents)))
        return Grid(extents, every), note
    entries = list(measured.values)
    chosen = sorted({*range(0, cells, -(-cells // affordable)), cells - 1})
    for place in chosen:
        entries[place] = _cell(quantity, steps, values, _unravel(place, extents))
    return Grid(extents, tuple(entries)), Text(
        f"{note.en}; the formula was worked out in {len(chosen):,} of the {cells:,} cells",
        f"{note.zh}；公式只在 {cells:,} 个元素中的 {len(chosen):,} 个上算出",
    )


def _cost(problem: Problem) -> int:
    """Return about how much work one cell is."""
    return _products(problem) + STEPS_PER_CELL


def _products(problem: Problem) -> int:
    """Return about how many products, or values compared, one cell takes: what its sums have, written out."""
    numbers = {name: value for name, value in problem.values.items() if isinstance(value, (int, Fraction))}
    stated = formulas(problem.quantity, problem.quantity.steps, problem.values)
    return max((terms(formula, numbers) for _, formula in stated), default=1)


def _unravel(place: int, extents: tuple[int, ...]) -> tuple[int, ...]:
    at = []
    for extent in reversed(extents):
        place, index = divmod(place, extent)
        at.append(index)
    return tuple(reversed(at))


def _slip(source: Alternative | Mistake, problem: Problem) -> Slip:
    """Run an alternative or a mistake; its value is None where it breaks down or gives nothing possible."""
    quantity = problem.quantity
    try:
        value = value_of(quantity, quantity.with_steps(source.steps), problem.values)
    except (ArithmeticError, IndexError, KeyError, ValueError):
        return Slip(source, None)
    return Slip(source, value if _possible(quantity, value) else None)


def _possible(quantity: Quantity, value: Value) -> bool:
    """Tell whether an answer could be meant seriously: no negative count, no size below 1."""
    answers = {step.symbol.name: step.symbol for step in quantity.steps}
    parts = value if isinstance(value, tuple) else (value,)
    if isinstance(value, Grid) or len(parts) != len(quantity.answers):
        return True
    domains = [answers[name].domain for name in quantity.answers]
    return all(
        not isinstance(domain, Integers) or not isinstance(part, (int, Fraction, float)) or part >= domain.minimum
        for domain, part in zip(domains, parts, strict=True)
    )
