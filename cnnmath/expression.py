"""Mathematics as it is written: a small tree that keeps the textbook's order of terms.

A formula is an ordinary function. Called with `Fraction`s it gives the exact value; called with `Name`s
it gives this tree. Nothing here simplifies: only a literal 0 or 1 that the *code* of a formula meets
(a given left at its default) melts away, so `(28 - 5 + 2·2)/1 + 1` keeps every number in its place.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from inspect import signature
from itertools import product
from typing import Any

Number = int | Fraction | float


@dataclass(frozen=True, slots=True)
class Expression:
    """Any node of the tree. Ordinary operators on nodes build larger ones."""

    def __add__(self, other: object) -> "Expression":
        return _add(self, _node(other))

    def __radd__(self, other: object) -> "Expression":
        return _add(_node(other), self)

    def __sub__(self, other: object) -> "Expression":
        return _add(self, _negate(_node(other)))

    def __rsub__(self, other: object) -> "Expression":
        return _add(_node(other), _negate(self))

    def __mul__(self, other: object) -> "Expression":
        return _multiply(self, _node(other))

    def __rmul__(self, other: object) -> "Expression":
        return _multiply(_node(other), self)

    def __truediv__(self, other: object) -> "Expression":
        return _divide(self, _node(other))

    def __rtruediv__(self, other: object) -> "Expression":
        return _divide(_node(other), self)

    def __pow__(self, other: object) -> "Expression":
        return Power(self, _node(other))

    def __neg__(self) -> "Expression":
        return _negate(self)

    def __floor__(self) -> "Expression":
        return Floor(self) if _divides(self) else self

    def __ceil__(self) -> "Expression":
        return Ceiling(self) if _divides(self) else self


@dataclass(frozen=True, slots=True)
class Literal(Expression):
    """A number as written."""

    value: Number


@dataclass(frozen=True, slots=True)
class Name(Expression):
    """A scalar symbol, by the name that it has in formulas (`kernel`), not by its letter."""

    name: str


@dataclass(frozen=True, slots=True)
class Indexed(Expression):
    """One entry of a family, such as x with indices (i - u + 1, j - v + 1)."""

    family: str
    indices: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Add(Expression):
    """A sum of at least two terms, in the order written."""

    terms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Negative(Expression):
    """Minus the operand."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Multiply(Expression):
    """A product of at least two factors, in the order written."""

    factors: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Divide(Expression):
    """A quotient."""

    numerator: Expression
    denominator: Expression


@dataclass(frozen=True, slots=True)
class Power(Expression):
    """Base to the exponent."""

    base: Expression
    exponent: Expression


@dataclass(frozen=True, slots=True)
class Floor(Expression):
    """The largest integer not above the operand."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Ceiling(Expression):
    """The smallest integer not below the operand."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Call(Expression):
    """A named function of its arguments: max, min, exp, tanh, f ..."""

    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Series(Expression):
    """The body taken for index = lower, ..., upper, and put together: added, multiplied, compared."""

    body: Expression
    index: str
    lower: Expression
    upper: Expression


@dataclass(frozen=True, slots=True)
class Sum(Series):
    """The body added up for every index."""


@dataclass(frozen=True, slots=True)
class Product(Series):
    """The body multiplied for every index."""


@dataclass(frozen=True, slots=True)
class Largest(Series):
    """The largest that the body is for any index."""


@dataclass(frozen=True, slots=True)
class Equal(Expression):
    """The statement that both sides are the same."""

    left: Expression
    right: Expression


Tree = Expression | tuple["Tree", ...]
"""A typed answer: a formula, or a list of answers, as a shape and the rows of a matrix are."""


@dataclass(frozen=True, slots=True)
class Family:
    """A named array in a formula; subscripting it gives `Indexed`."""

    name: str

    def __getitem__(self, indices: object) -> Indexed:
        several = indices if isinstance(indices, tuple) else (indices,)
        return Indexed(self.name, tuple(_node(index) for index in several))


def padded(array: Any, *sides: tuple[Any, Any]) -> Any:
    """Return `array` with (before, after) zeros along its first axes, or the formula that says so."""
    if not isinstance(array, Family):
        return array.padded(*sides)
    borders = [border for side in sides for border in side]
    if all(not isinstance(border, Expression) and border == 0 for border in borders):
        return array
    return Call("pad", (Name(array.name), *map(_node, borders if len(set(borders)) > 1 else borders[:1])))


def total(body: Callable[[Any], Any], lower: Any, upper: Any) -> Any:
    """Add `body(index)` for index = lower, ..., upper; the index is called what `body` calls it.

    >>> total(lambda k: k * k, 1, 3)
    14
    """
    if not isinstance(lower, Expression) and not isinstance(upper, Expression):
        return sum(body(index) for index in range(int(lower), int(upper) + 1))
    index = next(iter(signature(body).parameters))
    return Sum(_node(body(Name(index))), index, _node(lower), _node(upper))


def totals(body: Callable[..., Any], *ends: Any) -> Any:
    """Add `body(u, v, ...)` for every index from 1 to its end: sums in sums, the first index outermost.

    >>> totals(lambda u, v: 10 * u + v, 2, 2)
    66
    """
    return _series(Sum, sum, body, ends)


def multiplied(body: Callable[..., Any], *ends: Any) -> Any:
    """Multiply `body(u, v, ...)` for every index from 1 to its end.

    >>> multiplied(lambda k: k, 4)
    24
    """
    return _series(Product, math.prod, body, ends)


def largest(body: Callable[..., Any], *ends: Any) -> Any:
    """Return the largest `body(u, v, ...)` for every index from 1 to its end.

    >>> largest(lambda u, v: u * v, 2, 3)
    6
    """
    return _series(Largest, max, body, ends)


def _series(kind: type[Series], fold: Callable[[Any], Any], body: Callable[..., Any], ends: tuple[Any, ...]) -> Any:
    if not any(isinstance(end, Expression) for end in ends):
        return fold(body(*indices) for indices in product(*(range(1, int(end) + 1) for end in ends)))
    names = tuple(signature(body).parameters)
    node = _node(body(*map(Name, names)))
    for name, end in zip(reversed(names), reversed(ends), strict=True):
        node = kind(node, name, Literal(1), _node(end))
    return node


def maximum(*arguments: Any) -> Any:
    """Return the largest argument, or the formula that says so."""
    return _call("max", max, arguments)


def minimum(*arguments: Any) -> Any:
    """Return the smallest argument, or the formula that says so."""
    return _call("min", min, arguments)


def exp(argument: Any) -> Any:
    """Return e to the argument: exact at 0, a float elsewhere, or the formula that says so.

    A float that is too large becomes infinity, as the engine's does.
    """
    if isinstance(argument, Expression):
        return Call("exp", (argument,))
    if argument == 0:
        return Fraction(1)
    try:
        return math.exp(argument)
    except OverflowError:
        return math.inf


MOST_BITS = 20_000
"""How long a power may be, written in binary."""


def power(base: Any, exponent: Any) -> Any:
    """Return base to the exponent: exact where the exponent is whole, a float elsewhere, or the formula that says so.

    OverflowError where the result would be longer than a page can use.

    >>> power(Fraction(1, 4), 3)
    Fraction(1, 64)
    """
    if isinstance(base, Expression) or isinstance(exponent, Expression):
        return Power(_node(base), _node(exponent))
    whole = Fraction(exponent)
    if whole.denominator != 1:
        if base < 0:
            raise ValueError("a root of a negative number")
        return float(base) ** float(exponent)
    if isinstance(base, float):
        return base ** int(whole)
    exact = Fraction(base)
    if max(abs(exact.numerator), exact.denominator).bit_length() * abs(whole) > MOST_BITS and abs(exact) != 1:
        raise OverflowError("the power is too long")
    return plain(exact ** int(whole))


def equal(left: Any, right: Any) -> Any:
    """Tell whether both sides are the same, or return the formula that says so."""
    if isinstance(left, Expression) or isinstance(right, Expression):
        return Equal(_node(left), _node(right))
    return left == right


def children(node: Expression) -> tuple[Expression, ...]:
    """Return the nodes directly below `node`, in the order written."""
    match node:
        case Add(parts) | Multiply(parts) | Call(_, parts) | Indexed(_, parts):
            return parts
        case Negative(part) | Floor(part) | Ceiling(part):
            return (part,)
        case Divide(first, second) | Power(first, second) | Equal(first, second):
            return (first, second)
        case Series(body, _, lower, upper):
            return (body, lower, upper)
    return ()


def rebuilt(node: Expression, parts: tuple[Expression, ...]) -> Expression:
    """Return `node` with the nodes below it replaced, and nothing melted away."""
    match node:
        case Add():
            return Add(parts)
        case Multiply():
            return Multiply(parts)
        case Call(function, _):
            return Call(function, parts)
        case Indexed(family, _):
            return Indexed(family, parts)
        case Series(_, index, _, _):
            return type(node)(parts[0], index, parts[1], parts[2])
        case Literal() | Name():
            return node
    return type(node)(*parts)


def walk(node: Expression) -> Iterator[Expression]:
    """Yield `node` and every node below it."""
    yield node
    for part in children(node):
        yield from walk(part)


def plain(value: Any) -> Any:
    """Return a whole Fraction as an int, and anything else as it is."""
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value


def _node(value: object) -> Expression:
    if isinstance(value, Expression):
        return value
    if isinstance(value, (int, Fraction, float)) and not isinstance(value, bool):
        return Literal(plain(value))
    raise TypeError(f"{value!r} is neither a number nor an expression")


def _call(name: str, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    if any(isinstance(argument, Expression) for argument in arguments):
        return Call(name, tuple(_node(argument) for argument in arguments))
    return function(arguments)


def _is(node: Expression, value: int) -> bool:
    return isinstance(node, Literal) and node.value == value


def _integer(node: Expression) -> int | None:
    """Return the integer that a last term such as `1` or `-1` stands for."""
    match node:
        case Literal(value) if isinstance(value, int):
            return value
        case Negative(Literal(value)) if isinstance(value, int):
            return -value
    return None


def _add(left: Expression, right: Expression) -> Expression:
    if _is(left, 0):
        return right
    if _is(right, 0):
        return left
    terms = left.terms if isinstance(left, Add) else (left,)
    last, more = _integer(terms[-1]), _integer(right)
    if last is not None and more is not None:
        if len(terms) == 1:
            return Literal(last + more)
        shorter = terms[:-1] if len(terms) > 2 else ()
        front = Add(shorter) if shorter else terms[0]
        constant = last + more
        return front if constant == 0 else _add(front, _signed(constant))
    return Add(terms + (right.terms if isinstance(right, Add) else (right,)))


def _signed(value: int) -> Expression:
    return Negative(Literal(-value)) if value < 0 else Literal(value)


def _negate(node: Expression) -> Expression:
    match node:
        case Negative(operand):
            return operand
        case Literal(0):
            return node
    return Negative(node)


def _multiply(left: Expression, right: Expression) -> Expression:
    if _is(left, 0) or _is(right, 0):
        return Literal(0)
    if _is(left, 1):
        return right
    if _is(right, 1):
        return left
    if isinstance(left, Literal) and isinstance(right, Literal):
        return Literal(left.value * right.value)
    factors = left.factors if isinstance(left, Multiply) else (left,)
    return Multiply(factors + (right.factors if isinstance(right, Multiply) else (right,)))


def _divide(left: Expression, right: Expression) -> Expression:
    return left if _is(right, 1) else Divide(left, right)


def _divides(node: Expression) -> bool:
    """Tell whether rounding can change anything: only a quotient leaves the integers."""
    return any(isinstance(part, (Divide, Call)) for part in walk(node))
