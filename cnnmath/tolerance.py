"""How far a stated number may be from the right one: the question says so, and nothing else does."""

from dataclasses import dataclass
from fractions import Fraction
from math import isclose
from typing import Literal

from cnnmath.expression import Number
from cnnmath.model import Rounded
from cnnmath.text import Text

Rule = Literal["exact", "as-written", "relative", "absolute", "figures", "decimals"]


@dataclass(frozen=True, slots=True)
class Tolerance:
    """The rule of a question, and its amount: a fraction, a distance, or how many digits.

    exact: the very number. as-written: the right one rounds to what is written, 2.4M or 3.14; a half goes either way.
    relative: |stated - right| ≤ amount·|right|. absolute: |stated - right| ≤ amount. Both include their bound.
    figures, decimals: it is the right one rounded half up to so many significant figures or decimal places;
    strict: written with just so many digits. both: of decimals, the stated number is rounded as well.
    """

    rule: Rule = "exact"
    amount: Fraction = Fraction(0)
    strict: bool = False
    both: bool = False

    def accepts(self, stated: Number | Rounded, right: Number | Rounded) -> bool:
        """Tell whether `stated` is near enough to `right`.

        >>> Tolerance("as-written").accepts(Rounded(Fraction(24, 10), Fraction(1, 10)), Fraction(239, 100))
        True
        >>> Tolerance("figures", Fraction(3)).accepts(Fraction(106, 1000), Fraction(1055, 10000))
        True
        """
        mine, other = _exact(stated), _exact(right)
        apart = abs(Fraction(mine) - Fraction(other))
        if self.rule == "as-written" and isinstance(stated, Rounded):
            return abs(Fraction(other) - stated.value) <= stated.unit / 2 or mine == other
        if self.rule == "relative":
            return apart <= self.amount * abs(Fraction(other))
        if self.rule == "absolute":
            return apart <= self.amount
        if self.rule in ("figures", "decimals"):
            unit = _unit_of(Fraction(other), self)
            rounded = _half_up(Fraction(mine), unit) if self.both else Fraction(mine)
            return rounded == _half_up(Fraction(other), unit) and (not self.strict or _written(stated, self))
        if isinstance(mine, float) or isinstance(other, float):
            return isclose(mine, other, rel_tol=1e-9, abs_tol=1e-12)
        return mine == other

    @property
    def says(self) -> Text:
        """The rule in words."""
        amount = str(self.amount)
        return _SAID[self.rule].filled(amount=amount)


EXACT = Tolerance("exact")
AS_WRITTEN = Tolerance("as-written")

_SAID = {
    "exact": Text("exactly", "须完全相等"),
    "as-written": Text("rounded as it is written", "按所写的位数四舍五入"),
    "relative": Text("within {amount} of the right value, relatively", "相对误差不超过 {amount}"),
    "absolute": Text("within {amount} of the right value", "绝对误差不超过 {amount}"),
    "figures": Text("to {amount} significant figures", "保留 {amount} 位有效数字"),
    "decimals": Text("to {amount} decimal places", "保留 {amount} 位小数"),
}


def _exact(value: Number | Rounded) -> Number:
    return value.value if isinstance(value, Rounded) else value


def _unit_of(right: Fraction, tolerance: Tolerance) -> Fraction:
    """Return what the last digit counts that the rule asks for."""
    if tolerance.rule == "decimals" or not right:
        return Fraction(10) ** -int(tolerance.amount)
    whole = abs(right)
    power = len(str(whole.numerator)) - len(str(whole.denominator))
    if Fraction(10) ** power > whole:
        power -= 1
    return Fraction(10) ** (power + 1 - int(tolerance.amount))


def _half_up(value: Fraction, unit: Fraction) -> Fraction:
    """Return `value` to the nearest multiple of `unit`, a half away from 0."""
    steps = abs(value) / unit + Fraction(1, 2)
    return (1 if value >= 0 else -1) * (steps.numerator // steps.denominator) * unit


def _written(stated: Number | Rounded, tolerance: Tolerance) -> bool:
    """Tell whether a number was written with as many digits as the rule asks for; zeros that end a whole one may count."""
    digits = int(tolerance.amount)
    if tolerance.rule == "decimals":
        unit = stated.unit if isinstance(stated, Rounded) else Fraction(1)
        return unit == Fraction(10) ** -digits
    if isinstance(stated, Rounded):
        return len(str(abs(stated.value) / stated.unit)) == digits
    if Fraction(stated).denominator != 1:
        return False
    written = str(abs(int(stated)))
    return len(written.rstrip("0") or "0") <= digits <= len(written)
