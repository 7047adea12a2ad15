"""Write a derivation down: each step as a formula, written out, and with the numbers in their places."""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from cnnmath.expression import Expression, Family, Indexed, Literal, Name, children, plain, rebuilt, walk
from cnnmath.grid import Grid
from cnnmath.model import Choices, Convention, Entries, Line, Problem, Quantity, Solution, Step, Symbol, applied
from cnnmath.rewriting import expanded
from cnnmath.vocabulary import PADDING_NOTES


def stands_for(quantity: Quantity, symbol: Symbol, values: Mapping[str, Any]) -> Symbol:
    """Return the symbol that is written for `symbol`: one for several, where they are tied and equal."""
    for tie in symbol.ties:
        if len({values[other.name] for other in quantity.symbols if tie in other.ties}) == 1:
            return tie
    return symbol


def symbols_of(quantity: Quantity, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what formulas are called with to print them: names and families, quiet defaults as numbers."""
    names: dict[str, Any] = {symbol.name: Name(symbol.name) for symbol, _ in quantity.cells}
    for symbol in quantity.symbols:
        value = values[symbol.name]
        if isinstance(symbol.domain, Choices):
            names[symbol.name] = value
        elif isinstance(symbol.domain, Entries):
            names[symbol.name] = Family(symbol.name)
        elif symbol.quiet and value == symbol.default:
            names[symbol.name] = value
        else:
            names[symbol.name] = Name(stands_for(quantity, symbol, values).name)
    return names


def formulas(quantity: Quantity, steps: Iterable[Step], values: Mapping[str, Any]) -> list[tuple[Step, Expression]]:
    """Return each step that says something with its formula as a tree; one that only renames is left out."""
    names = symbols_of(quantity, values)
    stated: list[tuple[Step, Expression]] = []
    for step in steps:
        formula = applied(step.formula, names)
        if _renames(formula, step, quantity):
            names[step.symbol.name] = formula
            continue
        stated.append((step, _as_node(formula)))
        if isinstance(step.symbol.domain, Entries):
            names[step.symbol.name] = Family(step.symbol.name)
        elif step.index:
            names[step.symbol.name] = Indexed(step.symbol.name, tuple(_as_node(names[name]) for name in step.index))
        else:
            names[step.symbol.name] = Name(step.symbol.name)
    return stated


def _renames(formula: Any, step: Step, quantity: Quantity) -> bool:
    """Tell whether a step says nothing: another name for a symbol, or the entry of an earlier step itself."""
    if isinstance(formula, Indexed):
        return formula.family in {earlier.symbol.name for earlier in quantity.steps if earlier.index}
    alias = isinstance(formula, (Name, Family, int, Fraction, float, str))
    return alias and step.symbol.name not in quantity.answers


def conventions_of(problem: Problem) -> tuple[Convention, ...]:
    """Return the conventions in force: the quantity's that apply here, and what a padding word stands for."""
    stated = tuple(one for one in problem.quantity.conventions if applied(one.applies, problem.values))
    word = problem.given.get("padding")
    return (*stated, PADDING_NOTES[word]) if isinstance(word, str) and word in PADDING_NOTES else stated


def shown_symbols(solution: Solution) -> list[Symbol]:
    """Return the symbols that the lines of a solution show, each once, in the order they appear."""
    quantity = solution.problem.quantity
    known = {symbol.name: symbol for symbol, _ in quantity.cells}
    for symbol in quantity.symbols:
        known.update({one.name: one for one in (symbol, *symbol.ties)})
    known.update({line.step.symbol.name: line.step.symbol for line in solution.lines})
    named = dict.fromkeys(name for line in solution.lines for name in (*_named(line.formula), line.step.symbol.name))
    return [known[name] for name in named if name in known]


def _named(formula: Expression) -> Iterable[str]:
    for node in walk(formula):
        if isinstance(node, Name):
            yield node.name
        elif isinstance(node, Indexed):
            yield node.family


def _as_node(value: Any) -> Expression:
    return value if isinstance(value, Expression) else Literal(value)


def lines(problem: Problem, values: Mapping[str, Any]) -> Iterator[Line]:
    """Yield the lines of a derivation, given the value of every symbol."""
    quantity = problem.quantity
    numbers = {name: value for name, value in values.items() if isinstance(value, (Fraction, int, float))}
    for symbol in quantity.symbols:
        if symbol.name in numbers:
            numbers.setdefault(stands_for(quantity, symbol, problem.values).name, numbers[symbol.name])
    grids = {name: value for name, value in values.items() if isinstance(value, Grid)}
    stated = formulas(quantity, quantity.steps, problem.values)
    for step, formula in stated:
        value = values[step.symbol.name]
        open_sums = expanded(formula, numbers)
        yield Line(step, formula, open_sums, _with_numbers(open_sums, numbers, grids, values), plain(value))


def _with_numbers(
    node: Expression, numbers: Mapping[str, Any], grids: Mapping[str, Grid], values: Mapping[str, Any]
) -> Expression:
    """Put the numbers in the places of the names and the entries, everything else as written."""
    if isinstance(node, Name) and node.name in numbers:
        return Literal(plain(numbers[node.name]))
    if isinstance(node, Indexed):
        if node.family in grids:
            return Literal(grids[node.family][tuple(_number(index) for index in node.indices)])
        if node.family in values:
            return Literal(plain(values[node.family]))
    return rebuilt(node, tuple(_with_numbers(part, numbers, grids, values) for part in children(node)))


def _number(node: Expression) -> int:
    assert isinstance(node, Literal)
    return int(node.value)
