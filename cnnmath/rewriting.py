"""What can be done to a formula as it is written: walked, evaluated, filled with numbers, worked out step by step."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, TypeGuard

from cnnmath.expression import (
    Add,
    Call,
    Ceiling,
    Divide,
    Expression,
    Floor,
    Indexed,
    Largest,
    Literal,
    Multiply,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Series,
    Sum,
    children,
    exp,
    plain,
    power,
    rebuilt,
)


def replaced(node: Expression, values: Mapping[str, Expression]) -> Expression:
    """Put `values` in the places of the names, and leave everything else exactly as written.

    >>> n, k = Name("n"), Name("k")
    >>> replaced(n - k + 1, {"n": Literal(5)}) == Literal(5) - k + 1
    True
    """
    if isinstance(node, Name):
        return values.get(node.name, node)
    if isinstance(node, Series):
        values = {name: value for name, value in values.items() if name != node.index}
    return rebuilt(node, tuple(replaced(part, values) for part in children(node)))


def free(node: Expression) -> set[str]:
    """Return the names that `node` leaves open: of symbols, families and functions, not of the indices of its sums.

    >>> sorted(free(Sum(Name("k") * Name("n"), "k", Literal(1), Name("K"))))
    ['K', 'n']
    """
    inside = {name for part in children(node) for name in free(part)}
    match node:
        case Name(name) | Indexed(name, _) | Call(name, _):
            return inside | {name}
        case Series(body, index, lower, upper):
            return (free(body) - {index}) | free(lower) | free(upper)
    return inside


MOST_STEPS = 200_000
"""How many nodes one evaluation visits at most."""


def evaluate(node: Expression, values: Mapping[str, Any], steps: Iterator[int] | None = None) -> Number:
    """Return the exact value of `node`: `values` holds numbers, grids and functions, by name.

    steps: yields something for each node that may be visited, where evaluations share what they may cost.

    KeyError names what has no value, IndexError an entry that a grid has not; ArithmeticError where there is no
    value at all, or where finding it takes too long.

    >>> evaluate(Floor(Divide(Name("n") - 1, Literal(2))), {"n": 28})
    13
    """
    exact: Number = plain(_value(node, values, iter(range(MOST_STEPS)) if steps is None else steps))
    return exact


def _value(node: Expression, values: Mapping[str, Any], steps: Iterator[int]) -> Any:
    if next(steps, None) is None:
        raise OverflowError("this takes too many steps")
    match node:
        case Literal(value):
            return value
        case Name(name):
            return values[name]
        case Series(body, index, _, _):
            lower, upper = (_whole(_value(bound, values, steps)) for bound in (node.lower, node.upper))
            bodies = (_value(body, {**values, index: at}, steps) for at in range(lower, upper + 1))
            return _FOLDS[type(node)](bodies)
        case Indexed(family, indices):
            return values[family][tuple(_whole(_value(index, values, steps)) for index in indices)]
    parts = [_value(part, values, steps) for part in children(node)]
    match node:
        case Add():
            return sum(parts[1:], parts[0])
        case Multiply():
            return math.prod(parts[1:], start=parts[0])
        case Negative():
            return -parts[0]
        case Divide():
            return Fraction(parts[0]) / parts[1] if isinstance(parts[0], int) else parts[0] / parts[1]
        case Floor():
            return math.floor(parts[0])
        case Ceiling():
            return math.ceil(parts[0])
        case Power():
            return power(parts[0], parts[1])
        case Call(function, _):
            if function in FUNCTIONS:
                return FUNCTIONS[function](*parts)
            # What is called may divide, and 1/2 of two ints would be a float.
            return values[function](*(Fraction(part) if isinstance(part, int) else part for part in parts))
    raise TypeError(f"{type(node).__name__} is not arithmetic")


def _whole(value: Any) -> int:
    if value != int(value):
        raise IndexError(f"{value} is not a whole number")
    return int(value)


def root(value: Number) -> Number:
    """Return the square root: exact where it is rational, else a float; ValueError below 0.

    >>> root(Fraction(9, 4))
    Fraction(3, 2)
    """
    if isinstance(value, float) or value < 0:
        return math.sqrt(value)
    exact = Fraction(value)
    up, down = math.isqrt(exact.numerator), math.isqrt(exact.denominator)
    return Fraction(up, down) if up * up == exact.numerator and down * down == exact.denominator else math.sqrt(exact)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {"abs": abs, "sqrt": root, "max": max, "min": min, "exp": exp}
_FOLDS: Mapping[type[Series], Callable[[Iterator[Any]], Any]] = {
    Sum: lambda parts: sum(parts, Fraction(0)),
    Product: lambda parts: math.prod(parts, start=Fraction(1)),
    Largest: max,
}


def stages(node: Expression) -> list[Expression]:
    """Return the arithmetic of numbers worked out from the inside: the tree, then simpler ones, then the value.

    >>> [len(stage.terms) for stage in stages(Literal(2) * Name("x") + 1)[:1] if isinstance(stage, Add)]
    [2]
    >>> tree = Add((Multiply((Literal(2), Literal(3))), Literal(4)))
    >>> stages(tree)[1:] == [Add((Literal(6), Literal(4))), Literal(10)]
    True
    """
    found = [node]
    while not _is_number(found[-1]):
        simpler = _worked_out(found[-1])
        if simpler == found[-1]:
            break
        found.append(simpler)
    return found


def _worked_out(node: Expression) -> Expression:
    """Do the innermost operations, those on numbers alone."""
    parts = children(node)
    if _is_number(node) or isinstance(node, Indexed):
        return node
    if parts and all(_is_number(part) for part in parts):
        return Literal(evaluate(node, {}))
    return rebuilt(node, tuple(_worked_out(part) for part in parts))


def _is_number(node: Expression) -> bool:
    """Tell whether nothing is left to work out: a number, or minus one."""
    return isinstance(node, Literal) or (isinstance(node, Negative) and isinstance(node.operand, Literal))


def expanded(node: Expression, values: Mapping[str, Number]) -> Expression:
    """Write every sum, product and maximum out term by term, every subscript as a number; other names stay.

    >>> from cnnmath.expression import Family, total
    >>> w = Family("w")
    >>> expanded(total(lambda k: w[k], 1, Name("K")), {"K": 2}) == w[1] + w[2]
    True
    """
    match node:
        case Series(body, index, lower, upper):
            numbers = range(int(evaluate(lower, values)), int(evaluate(upper, values)) + 1)
            return _together(node, [expanded(replaced(body, {index: Literal(at)}), values) for at in numbers])
        case Add(terms):
            return _flat(expanded(term, values) for term in terms)
        case Indexed(family, indices):
            return Indexed(family, tuple(Literal(plain(evaluate(index, values))) for index in indices))
    return rebuilt(node, tuple(expanded(part, values) for part in children(node)))


def _together(node: Series, parts: list[Expression]) -> Expression:
    """Return the written-out parts of a series as one sum, product or maximum, those inside them opened."""
    if isinstance(node, Largest):
        opened = [one for part in parts for one in (part.arguments if _is_largest(part) else (part,))]
        return Call("max", tuple(opened)) if len(opened) > 1 else opened[0]
    if isinstance(node, Product):
        return Multiply(tuple(parts)) if len(parts) > 1 else parts[0] if parts else Literal(1)
    return _flat(parts)


def _is_largest(node: Expression) -> TypeGuard[Call]:
    return isinstance(node, Call) and node.function == "max"


def terms(node: Expression, values: Mapping[str, Number]) -> int:
    """Return how many terms `node` has once it is written out, without writing it out.

    >>> from cnnmath.expression import Family, totals
    >>> w = Family("w")
    >>> terms(totals(lambda u, v: w[u, v], Name("U"), Name("V")) + 1, {"U": 3, "V": 2})
    7
    """
    if isinstance(node, Series):
        try:
            count = int(evaluate(node.upper, values)) - int(evaluate(node.lower, values)) + 1
        except KeyError:  # a bound that is itself computed
            count = 1
        return max(count, 0) * terms(node.body, values)
    parts = [terms(part, values) for part in children(node)] if not isinstance(node, Indexed) else []
    return sum(parts) if isinstance(node, (Add, Call)) else max(parts, default=1)


def _flat(terms: Iterable[Expression]) -> Expression:
    """Return the sum of the terms, sums among them opened."""
    parts = tuple(part for term in terms for part in (term.terms if isinstance(term, Add) else (term,)))
    return Add(parts) if len(parts) > 1 else parts[0] if parts else Literal(0)
