"""Bounds of a formula: all that it can be while its symbols vary between two ends, in exact numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from cnnmath.expression import (
    Add,
    Call,
    Ceiling,
    Divide,
    Equal,
    Expression,
    Floor,
    Literal,
    Multiply,
    Name,
    Negative,
    Power,
    children,
)

Exact = int | Fraction
MOST_BITS = 4_000
"""How long a bound may be, written in binary: powers beyond it are not computed."""


class Unclear(Exception):
    """The bounds do not decide what was asked."""


@dataclass(frozen=True, slots=True, eq=False)
class Interval:
    """Every number from `low` to `high`, both in.

    It can be calculated with as a number can. A comparison tells what holds for all of its numbers;
    where it holds for some only it raises Unclear, so that conditions can be run on it as they are.

    >>> Interval(2, 5) - Interval(0, 1), Interval(2, 5) > 1, 7 % Interval(8, 9) == 7
    (Interval(low=1, high=5), True, True)
    """

    low: Exact
    high: Exact

    @property
    def point(self) -> bool:
        """Whether it is one number only."""
        return self.low == self.high

    @property
    def ends(self) -> tuple[Exact, ...]:
        """Its ends, each once."""
        return (self.low,) if self.point else (self.low, self.high)

    def __add__(self, other: Any) -> Interval:
        other = interval(other)
        return Interval(self.low + other.low, self.high + other.high)

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low)

    def __sub__(self, other: Any) -> Interval:
        return self + -interval(other)

    def __rsub__(self, other: Any) -> Interval:
        return interval(other) - self

    def __mul__(self, other: Any) -> Interval:
        return _corners(lambda left, right: left * right, self, interval(other))

    def __truediv__(self, other: Any) -> Interval:
        other = interval(other)
        if other.low <= 0 <= other.high:
            raise Unclear
        return _corners(Fraction, self, other)

    def __rtruediv__(self, other: Any) -> Interval:
        return interval(other) / self

    def __floordiv__(self, other: Any) -> Interval:
        return math.floor(self / other)  # type: ignore[no-any-return]

    def __rfloordiv__(self, other: Any) -> Interval:
        return interval(other) // self

    def __mod__(self, other: Any) -> Interval:
        other = interval(other)
        if other.low <= 0:
            raise Unclear
        if self.point and other.point:
            return Interval(self.low % other.low, self.low % other.low)
        return self if self.low >= 0 and self.high < other.low else Interval(0, other.high)

    def __rmod__(self, other: Any) -> Interval:
        return interval(other) % self

    def __floor__(self) -> Interval:
        return Interval(math.floor(self.low), math.floor(self.high))

    def __ceil__(self) -> Interval:
        return Interval(math.ceil(self.low), math.ceil(self.high))

    def __lt__(self, other: Any) -> bool:
        other = interval(other)
        return _decided(self.high < other.low, self.low >= other.high)

    def __le__(self, other: Any) -> bool:
        other = interval(other)
        return _decided(self.high <= other.low, self.low > other.high)

    def __gt__(self, other: Any) -> bool:
        return not self <= other

    def __ge__(self, other: Any) -> bool:
        return not self < other

    def __eq__(self, other: object) -> bool:
        span = interval(other)
        return _decided(
            self.point and span.point and self.low == span.low, self.high < span.low or self.low > span.high
        )

    def __bool__(self) -> bool:
        return not self == 0  # noqa: SIM201 - two intervals may be neither equal nor unequal

    __hash__ = None  # type: ignore[assignment]
    __radd__, __rmul__ = __add__, __mul__


def interval(value: Any) -> Interval:
    """Return an exact number as an interval; Unclear for anything else, floats too, which are rounded."""
    if isinstance(value, Interval):
        return value
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        return Interval(value, value)
    raise Unclear


def enclosure(node: Any, values: Mapping[str, Any]) -> Interval | bool:
    """Return bounds of a formula's value, or the truth of an equation, over the `values` of its names.

    Every value that the formula takes lies within the bounds; they may be wider where a name stands
    more than once. Unclear where there are no bounds.

    >>> enclosure(Floor(Divide(28 - Name("k"), Literal(2))) + 1, {"k": Interval(3, 7)})
    Interval(low=11, high=13)
    """
    if isinstance(node, bool) or not isinstance(node, Expression):
        return node if isinstance(node, bool) else interval(node)
    match node:
        case Literal(value):
            return interval(value)
        case Name(name):
            return interval(values.get(name))
        case Equal(left, right):
            return bounds(left, values) == bounds(right, values)
    parts = [bounds(part, values) for part in children(node)]
    match node:
        case Add():
            return sum(parts[1:], parts[0])
        case Multiply():
            return math.prod(parts[1:], start=parts[0])
        case Negative():
            return -parts[0]
        case Divide():
            return parts[0] / parts[1]
        case Floor():
            return math.floor(parts[0])
        case Ceiling():
            return math.ceil(parts[0])
        case Power():
            return _power(*parts)
        case Call("max" | "min" as name, _):
            chosen = max if name == "max" else min
            return Interval(chosen(part.low for part in parts), chosen(part.high for part in parts))
    raise Unclear


def bounds(node: Any, values: Mapping[str, Any]) -> Interval:
    """Return the bounds of a formula that is a number."""
    return interval(enclosure(node, values))


def _power(base: Interval, exponent: Interval) -> Interval:
    """Return the bounds of a power of numbers from 0, to a whole exponent from 0: it grows with the base."""
    whole = exponent.low.denominator == exponent.high.denominator == 1
    longest = max(base.high.numerator, base.high.denominator).bit_length() * exponent.high
    if not whole or base.low < 0 or exponent.low < 0 or longest > MOST_BITS:
        raise Unclear
    return _corners(lambda number, times: number ** int(times), base, exponent)


def _corners(operation: Callable[[Exact, Exact], Exact], left: Interval, right: Interval) -> Interval:
    """Return the bounds of an operation that is monotone in each side: they stand at the ends."""
    found = [operation(*ends) for ends in product(left.ends, right.ends)]
    return Interval(min(found), max(found))


def _decided(always: bool, never: bool) -> bool:
    if not (always or never):
        raise Unclear
    return always
