"""Mend a wrong formula: the one small change that makes it right, where there is one."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from cnnmath.core.identity import agree, draw, mentioned
from cnnmath.expression import (
    Add,
    Ceiling,
    Divide,
    Expression,
    Floor,
    Indexed,
    Literal,
    Multiply,
    Name,
    Negative,
    Series,
    children,
    rebuilt,
)
from cnnmath.model import FormulaClaim

MOST_TRIED = 4_000

Kind = Callable[[Expression, Sequence[str]], Iterator[Expression]]


def mended(claim: FormulaClaim, names: Sequence[str]) -> tuple[Expression, ...] | None:
    """Return the claim's formula with one change that makes it right in every case, or None.

    names: the symbols that may stand where another one does.
    """
    cases = draw(claim)
    steps = claim.assumed.steps if claim.assumed else None
    for candidate in islice(_either(claim.formula, names), MOST_TRIED):
        if agree(candidate, cases, lambda case: case.truth if steps is None else case.under(steps)):
            return candidate
    return None


def swappable(claim: FormulaClaim) -> list[str]:
    """Return the symbols that may be put into the claim's formula: those it names, and the quantity's numbers."""
    named = mentioned(claim)
    own = [symbol.name for symbol in claim.quantity.symbols if not symbol.quiet or symbol.name in named]
    return list(dict.fromkeys([*sorted(named), *own]))


def _either(formula: Sequence[Expression], names: Sequence[str]) -> Iterator[tuple[Expression, ...]]:
    for place, tree in enumerate(formula):
        for changed in _changed(tree, names):
            yield (*formula[:place], changed, *formula[place + 1 :])


def _changed(node: Expression, names: Sequence[str]) -> Iterator[Expression]:
    """Yield `node` with one small change, the plainest first: a sign, a number, a symbol, then a part more or less."""
    for kind in (_signs, _numbers, _symbols, _parts):
        yield from _anywhere(node, kind, names)
    yield Add((*_terms(node), Literal(1)))
    yield Add((*_terms(node), Negative(Literal(1))))
    for name in names:
        yield Add((*_terms(node), Name(name)))
        yield Add((*_terms(node), Negative(Name(name))))
        yield Multiply((*_factors(node), Name(name)))
        yield Divide(node, Name(name))


def _anywhere(node: Expression, kind: Kind, names: Sequence[str]) -> Iterator[Expression]:
    yield from kind(node, names)
    parts = children(node)
    for place, part in enumerate(parts):
        for changed in _anywhere(part, kind, names):
            yield rebuilt(node, (*parts[:place], changed, *parts[place + 1 :]))


def _signs(node: Expression, names: Sequence[str]) -> Iterator[Expression]:
    match node:
        case Add(terms):
            for place, term in enumerate(terms):
                turned = term.operand if isinstance(term, Negative) else Negative(term)
                yield Add((*terms[:place], turned, *terms[place + 1 :]))
        case Floor(operand):
            yield Ceiling(operand)
        case Ceiling(operand):
            yield Floor(operand)


def _numbers(node: Expression, names: Sequence[str]) -> Iterator[Expression]:
    match node:
        case Literal(value):
            yield from (Literal(value + change) for change in (1, -1, 2, -2) if value + change >= 0)
            for digits in _other_digits(value):
                yield Literal(digits)
        case Name() | Indexed():
            yield Multiply((Literal(2), node))


def _other_digits(value: object) -> Iterator[int]:
    """Yield the numbers that differ from `value` in one digit."""
    if not isinstance(value, int) or value < 10:
        return
    text = str(value)
    for place, digit in enumerate(text):
        for other in "0123456789":
            if other != digit:
                yield int(text[:place] + other + text[place + 1 :])


def _symbols(node: Expression, names: Sequence[str]) -> Iterator[Expression]:
    if isinstance(node, Name):
        yield from (Name(name) for name in names if name != node.name)


def _parts(node: Expression, names: Sequence[str]) -> Iterator[Expression]:
    match node:
        case Add(terms) if len(terms) > 1:
            for place in range(len(terms)):
                rest = (*terms[:place], *terms[place + 1 :])
                yield rest[0] if len(rest) == 1 else Add(rest)
        case Multiply(factors):
            for place in range(len(factors)):
                rest = (*factors[:place], *factors[place + 1 :])
                yield rest[0] if len(rest) == 1 else Multiply(rest)
        case Floor(operand) | Ceiling(operand):
            yield operand
        case Divide():
            yield Floor(node)
    if isinstance(node, (Name, Multiply, Divide)):
        for name in names:
            yield Multiply((*_factors(node), Name(name)))
    if not isinstance(node, (Literal, Series, Add)):
        yield Add((node, Literal(1)))
        yield Add((node, Negative(Literal(1))))
    if isinstance(node, Add):
        yield Add((*node.terms, Literal(1)))
        yield Add((*node.terms, Negative(Literal(1))))
        for name in names:
            yield Add((*node.terms, Name(name)))
            yield Add((*node.terms, Negative(Name(name))))


def _terms(node: Expression) -> tuple[Expression, ...]:
    return node.terms if isinstance(node, Add) else (node,)


def _factors(node: Expression) -> tuple[Expression, ...]:
    return node.factors if isinstance(node, Multiply) else (node,)
