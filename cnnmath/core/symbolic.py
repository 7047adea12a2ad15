"""Formulas as SymPy objects: the only module of the core that imports SymPy, on first use."""

from collections.abc import Mapping, Sequence
from typing import Any

import sympy
from sympy.concrete.expr_with_limits import ExprWithLimits

from cnnmath.core.lines import formulas
from cnnmath.expression import (
    Add,
    Call,
    Ceiling,
    Divide,
    Equal,
    Expression,
    Floor,
    Indexed,
    Largest,
    Literal,
    Multiply,
    Name,
    Negative,
    Power,
    Product,
    Series,
    plain,
)
from cnnmath.model import Choices, Entries, Integers, Quantity, Symbol

_FUNCTIONS = {"max": sympy.Max, "min": sympy.Min, "exp": sympy.exp, "abs": sympy.Abs, "sqrt": sympy.sqrt}


class Maximum(ExprWithLimits):  # type: ignore[misc]
    """The largest value of an expression over its limits, unevaluated as SymPy's own Sum is; `doit` writes it out."""

    def doit(self, **hints: Any) -> Any:
        """Return Max over every index where the limits are numbers, else the same maximum."""
        found = self.function
        for index, lower, upper in self.limits:
            if not (lower.is_Integer and upper.is_Integer):
                return self
            found = sympy.Max(*(found.subs(index, at) for at in range(int(lower), int(upper) + 1)))
        return found.doit(**hints)


def formula_of(quantity: Quantity) -> Any:
    """Return the answer's formula in SymPy, in the slides' letters; a tuple where the answer is a shape.

    Sums stay unevaluated (`Sum`) over indexed symbols with symbolic bounds; earlier steps are put in.
    """
    answers = steps_of(quantity)
    found = tuple(answers[name] for name in quantity.answers)
    return found if quantity.kind == "shape" else found[0]


def steps_of(quantity: Quantity, values: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return every step's formula in SymPy, by symbol, in terms of the givens alone.

    values: what decides which quiet defaults melt away; without them every symbol is shown.
    """
    shown = _all_shown(quantity) if values is None else values
    symbols = {one.name: _symbol(one) for symbol in quantity.symbols for one in (symbol, *symbol.ties)}
    symbols |= {symbol.name: sympy.Symbol(symbol.letters[0], integer=True) for symbol, _ in quantity.cells}
    stated = formulas(quantity, quantity.steps, shown)
    families = {step.symbol.name: sympy.IndexedBase(step.symbol.letters[0]) for step in quantity.steps if step.index}
    done: dict[str, Any] = {}
    for step, formula in stated:
        if isinstance(step.symbol.domain, Entries):
            symbols[step.symbol.name] = sympy.IndexedBase(step.symbol.letters[0])
            continue
        value = to_sympy(formula, {**families, **symbols, **done})
        done[step.symbol.name] = value
    return done


def identical(
    quantity: Quantity, formula: Sequence[Expression], fixed: Mapping[str, Any], where: Mapping[str, Expression]
) -> bool:
    """Tell whether typed trees are the quantity's own formula, identically in the symbols that are left free.

    fixed: symbols with a value. where: givens, by word, that are formulas themselves.
    False means that no proof was found.
    """
    done = steps_of(quantity, {**_all_shown(quantity), **fixed})
    symbols = {one.name: _symbol(one) for symbol in quantity.symbols for one in (symbol, *symbol.ties)}
    cells = {symbol.name: sympy.Symbol(symbol.letters[0], integer=True) for symbol, _ in quantity.cells}
    values = {}
    for symbol in quantity.symbols:
        for one in (symbol, *symbol.ties):
            if symbol.word in where:
                values[_symbol(one)] = to_sympy(where[symbol.word], {**symbols, **cells})
            elif symbol.name in fixed and not isinstance(symbol.domain, (Choices, Entries)):
                values[_symbol(one)] = to_sympy(Literal(plain(fixed[symbol.name])), {})
    known = {**symbols, **cells, **done}
    pairs = zip((to_sympy(tree, known) for tree in formula), (done[name] for name in quantity.answers), strict=True)
    return all(_vanishes(mine.subs(values) - right.subs(values)) for mine, right in pairs)


MOST_OPERATIONS = 80


def _vanishes(difference: Any) -> bool:
    plain = _renamed(sympy.expand(_renamed(difference)))
    if plain == 0:
        return True
    summed = plain.has(ExprWithLimits) or plain.count_ops() > MOST_OPERATIONS
    return not summed and sympy.simplify(plain) == 0


def _renamed(expression: Any) -> Any:
    """Name the indices of every sum by their place, in the order of their bounds: what they are called is no matter."""

    def named(series: Any) -> Any:
        limits = sorted(series.limits, key=lambda limit: (str(limit[1]), str(limit[2])))
        body = series.function
        fresh = [sympy.Symbol(f"_{place}", integer=True) for place in range(len(limits))]
        body = body.subs({limit[0]: index for limit, index in zip(limits, fresh)}, simultaneous=True)
        bounds = [(index, *limit[1:]) for limit, index in zip(limits, fresh)]
        return series.func(sympy.expand(body), *bounds)

    return expression.replace(lambda part: isinstance(part, ExprWithLimits), named)


class _Unlike:
    """Equal to nothing, so that no default melts away; the same object everywhere, so that ties hold."""


def _all_shown(quantity: Quantity) -> dict[str, Any]:
    unlike = _Unlike()
    return {
        symbol.name: symbol.default if isinstance(symbol.domain, Choices) else unlike for symbol in quantity.symbols
    }


def _symbol(symbol: Symbol) -> Any:
    if isinstance(symbol.domain, Entries):
        return sympy.IndexedBase(symbol.letters[0])
    if isinstance(symbol.domain, Integers):
        return sympy.Symbol(
            symbol.letters[0],
            integer=True,
            **({"positive": True} if symbol.domain.minimum > 0 else {"nonnegative": True}),
        )
    return sympy.Symbol(symbol.letters[0], real=True)


def to_sympy(node: Expression, symbols: Mapping[str, Any]) -> Any:
    """Return the tree as a SymPy expression over `symbols`; a name that they lack becomes an integer symbol."""
    match node:
        case Literal(value):
            return sympy.nsimplify(value, rational=True) if not isinstance(value, int) else sympy.Integer(value)
        case Name(name):
            return symbols.get(name, sympy.Symbol(name, integer=True))
        case Indexed(family, indices):
            base = symbols.get(family, sympy.IndexedBase(family))
            return base[tuple(to_sympy(index, symbols) for index in indices)] if hasattr(base, "shape") else base
        case Add(terms):
            return sympy.Add(*(to_sympy(term, symbols) for term in terms))
        case Multiply(factors):
            return sympy.Mul(*(to_sympy(factor, symbols) for factor in factors))
        case Negative(operand):
            return -to_sympy(operand, symbols)
        case Divide(numerator, denominator):
            return to_sympy(numerator, symbols) / to_sympy(denominator, symbols)
        case Power(base, exponent):
            return to_sympy(base, symbols) ** to_sympy(exponent, symbols)
        case Floor(operand):
            return sympy.floor(to_sympy(operand, symbols))
        case Ceiling(operand):
            return sympy.ceiling(to_sympy(operand, symbols))
        case Equal(left, right):
            return sympy.Eq(to_sympy(left, symbols), to_sympy(right, symbols))
        case Call(function, arguments):
            return _FUNCTIONS[function](*(to_sympy(argument, symbols) for argument in arguments))
        case Series(body, index, lower, upper):
            bound = sympy.Symbol(index, integer=True)
            inner = {**symbols, index: bound}
            kind = Maximum if isinstance(node, Largest) else sympy.Product if isinstance(node, Product) else sympy.Sum
            return kind(to_sympy(body, inner), (bound, to_sympy(lower, symbols), to_sympy(upper, symbols)))
    raise TypeError(f"{type(node).__name__} has no SymPy form")
