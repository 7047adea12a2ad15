"""Comparing: our value with the file's own, and what was published with our value."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from cnnmath.core.equivalence import equivalent
from cnnmath.errors import CnnmathError
from cnnmath.expression import Ceiling, Expression, Floor, Literal, children, rebuilt
from cnnmath.model import Right, Rounded, Undecided
from cnnmath.reading.answers import read_answer
from cnnmath.reading.formulas import read_formula
from cnnmath.rewriting import free
from cnnmath.tolerance import AS_WRITTEN, EXACT, Tolerance

APPROXIMATE = Tolerance("relative", Fraction(5, 100))


class Unreadable(Exception):
    """A stated answer that cannot be compared with ours: that is nobody's mistake."""


@dataclass(frozen=True)
class AnyOf:
    """Several values that are all right."""

    values: tuple[Any, ...]


@dataclass(frozen=True)
class Ratio:
    """An equation between two counts, such as `FLOPs = 2*MACs`."""

    left: str
    factor: Fraction
    right: str

    def __str__(self) -> str:
        return f"{self.left} = {self.factor}*{self.right}"


def agrees(value: Any, stated: Any, approximate: bool = False) -> bool:
    """Tell whether a stated answer says what our value is; `approximate` is within some per cent."""
    match value, stated:
        case AnyOf(values), list():
            return len(stated) == len(values) and all(any(agrees(one, part) for one in values) for part in stated)
        case AnyOf(values), _:
            return any(agrees(one, stated, approximate) for one in values)
        case dict(), dict():
            return all(name in value and agrees(value[name], part, approximate) for name, part in stated.items())
        case list(), list():
            return len(value) == len(stated) and all(
                agrees(mine, part, approximate) for mine, part in zip(value, stated)
            )
        case (bool(), _) | (_, bool()):
            return stated is value
        case _, str():
            return _says(value, stated)
        case ((int() | float() | Fraction()), (int() | float())):
            return _near(value, stated, approximate)
    return False


def contains(value: Any, stated: Any) -> bool:
    """Tell whether our report, whose keys are our own, has everything that is stated."""
    if isinstance(stated, dict) and isinstance(value, dict):
        found = list(_parts(value))
        return all(any(agrees(one, part) for one in found) for part in stated.values())
    return agrees(value, stated)


def _parts(value: Any) -> Iterator[Any]:
    yield value
    if isinstance(value, dict):
        for part in value.values():
            yield from _parts(part)


def _near(value: int | float | Fraction, stated: int | float, approximate: bool) -> bool:
    """Compare exactly, or as a decimal that the exact value rounds to, or within some per cent."""
    if isinstance(stated, int):
        return (APPROXIMATE if approximate else EXACT).accepts(stated, value)
    written = Fraction(repr(stated))
    if EXACT.accepts(stated, value) or (approximate and APPROXIMATE.accepts(written, value)):
        return True
    digits = len(repr(stated).partition(".")[2]) if "e" not in repr(stated) else 0
    return digits > 0 and AS_WRITTEN.accepts(Rounded(written, Fraction(1, 10**digits)), value)


# -------------------------------------------------------------------------------------------- formulas


def _says(value: Any, stated: str) -> bool:
    match value:
        case bool() | dict():
            raise Unreadable(stated)
        case Ratio():
            return _same_ratio(value, stated)
        case str():
            return value.lower().split() == stated.lower().split()
        case list():
            parts = _parts_of(stated)
            return len(parts) == len(value) and all(map(_same_formula, value, parts))
    return _same_formula(value, stated)


def _parts_of(stated: str) -> list[str]:
    """Return the sizes of a shape as it is written: 2 x (2h+1) x w, 28x28x32, (28, 28, 32)."""
    parts = re.split(r"\s+[x×]\s+", stated)
    if len(parts) == 1 and re.fullmatch(r"\s*\d+(?:\s*[x×]\s*\d+)+\s*", stated):
        parts = re.split(r"[x×]", stated)
    if len(parts) == 1 and re.fullmatch(r"\s*[(\[][^()\[\]]*[)\]]\s*", stated):
        parts = stated.strip(" ()[]").split(",")
    return [part.strip() for part in parts]


def _same_formula(value: Any, stated: str) -> bool:
    """Tell whether what is typed, a formula or a number in any spelling, is ours.

    A formula is ours everywhere, or wherever every division comes out even.
    """
    mine = value if isinstance(value, Expression) else Literal(value)
    letters = sorted((free(mine) | set(re.findall(r"[A-Za-z]\w*", stated))) - {"floor", "ceil"})
    try:
        if not isinstance(value, Expression):
            typed = read_answer("number", stated).value
            if typed is not None:
                return AS_WRITTEN.accepts(typed, value)
        theirs = read_formula(stated, letters)
    except CnnmathError as error:
        raise Unreadable(f"{stated!r}: {error}") from None
    verdicts = [equivalent(theirs, one) for one in (mine, even(mine))]
    if any(isinstance(one, Right) for one in verdicts):
        return True
    if any(isinstance(one, Undecided) for one in verdicts):
        raise Unreadable(f"{stated!r} is not decided")
    return False


def even(node: Expression) -> Expression:
    """Return a formula as it is where every division comes out even: without rounding."""
    if isinstance(node, (Floor, Ceiling)):
        return even(node.operand)
    return rebuilt(node, tuple(map(even, children(node))))


_EQUATION = re.compile(r"\s*([A-Za-z]+)\s*=\s*(?:([\d.]+)\s*[*·×]?\s*)?([A-Za-z]+)(?:\s*/\s*([\d.]+))?\s*", re.ASCII)


def _same_ratio(value: Ratio, stated: str) -> bool:
    match = _EQUATION.fullmatch(stated)
    if not match:
        raise Unreadable(stated)
    factor = Fraction(match[2] or 1) / Fraction(match[4] or 1)
    names = [one.lower().rstrip("s") for one in (match[1], match[3])]
    own = [value.left.lower().rstrip("s"), value.right.lower().rstrip("s")]
    return (names == own and factor == value.factor) or (names == own[::-1] and factor * value.factor == 1)
