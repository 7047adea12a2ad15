"""Fractions of polynomials over numbered variables, with exact coefficients, within budgets.

A polynomial maps each monomial, ((variable, power), ...) in order, to its coefficient; a ratio is one over another.
"""

from collections.abc import Mapping
from fractions import Fraction
from math import comb, gcd, lcm

Monomial = tuple[tuple[int, int], ...]
Polynomial = Mapping[Monomial, Fraction]
Ratio = tuple[Polynomial, Polynomial]

MOST_TERMS = 400
MOST_POWER = 40
ONE: Monomial = ()
UNIT: Polynomial = {ONE: Fraction(1)}


class NoForm(Exception):
    """A formula has no normal form here, or it would be too long."""


def number(value: Fraction) -> Ratio:
    return ({ONE: value} if value else {}), UNIT


def clean(one: Polynomial) -> Polynomial:
    return {monomial: value for monomial, value in one.items() if value}


def plus(one: Polynomial, other: Polynomial, times: Fraction = Fraction(1)) -> Polynomial:
    found = dict(one)
    for monomial, value in other.items():
        found[monomial] = found.get(monomial, Fraction(0)) + value * times
        if not found[monomial]:
            del found[monomial]
    return found


def product_of(one: Polynomial, other: Polynomial) -> Polynomial:
    if one is UNIT or other is UNIT:
        return other if one is UNIT else one
    if len(one) * len(other) > MOST_TERMS * 4:
        raise NoForm
    found: dict[Monomial, Fraction] = {}
    for left, value in one.items():
        for right, times in other.items():
            both = _joined(left, right)
            found[both] = found.get(both, Fraction(0)) + value * times
    if len(found) > MOST_TERMS:
        raise NoForm
    return clean(found)


def _joined(left: Monomial, right: Monomial) -> Monomial:
    if not left or not right:
        return left or right
    powers = dict(left)
    for at, power in right:
        powers[at] = powers.get(at, 0) + power
    return tuple(sorted(powers.items()))


def without(monomial: Monomial, divisor: Monomial) -> Monomial | None:
    """Return monomial/divisor, or none where it does not divide."""
    powers = dict(monomial)
    for at, power in divisor:
        if powers.get(at, 0) < power:
            return None
        powers[at] -= power
    return tuple((at, power) for at, power in sorted(powers.items()) if power)


def sum_of(one: Ratio, other: Ratio) -> Ratio:
    (a, b), (c, d) = one, other
    if b == d:
        return plus(a, c), b
    return plus(product_of(a, d), product_of(c, b)), product_of(b, d)


def times(one: Ratio, other: Ratio) -> Ratio:
    return product_of(one[0], other[0]), product_of(one[1], other[1])


def over(one: Ratio, other: Ratio) -> Ratio:
    if not other[0]:
        raise NoForm
    return product_of(one[0], other[1]), product_of(one[1], other[0])


def scaled(one: Ratio, times: Fraction) -> Ratio:
    return {monomial: value * times for monomial, value in one[0].items()} if times else {}, one[1]


def raised(base: Ratio, exponent: int) -> Ratio:
    if abs(exponent) > MOST_POWER and not (len(base[0]) <= 1 and len(base[1]) <= 1 and abs(exponent) <= 400):
        raise NoForm
    found = number(Fraction(1))
    for _ in range(abs(exponent)):
        found = times(found, base)
    return found if exponent >= 0 else over(number(Fraction(1)), found)


def constant(one: Polynomial) -> Fraction | None:
    """Return the number that a polynomial is, or none."""
    if not one:
        return Fraction(0)
    return one[ONE] if len(one) == 1 and ONE in one else None


def constant_ratio(one: Ratio) -> Fraction | None:
    above, below = constant(one[0]), constant(one[1])
    return above / below if above is not None and below else None


def integral(one: Ratio) -> Ratio:
    """Return the fraction with whole coefficients that have no common factor, and those below positive if they can be."""
    above, below = one
    denominators = lcm(*(value.denominator for part in one for value in part.values()))
    common = gcd(*(int(value * denominators) for part in one for value in part.values()))
    scale = Fraction(denominators, common or 1)
    if all(value < 0 for value in below.values()):
        scale = -scale
    return _shorter(
        {key: value * scale for key, value in above.items()}, {key: value * scale for key, value in below.items()}
    )


def _shorter(above: Polynomial, below: Polynomial) -> Ratio:
    """Cancel the variables that divide every term."""
    terms = [dict(monomial) for part in (above, below) for monomial in part]
    shared = {at: min(term.get(at, 0) for term in terms) for at in (terms[0] if above else {})}
    common = tuple(sorted((at, power) for at, power in shared.items() if power))
    if not common:
        return above, below
    cancelled = [
        {without(monomial, common) or ONE: value for monomial, value in part.items()} for part in (above, below)
    ]
    return cancelled[0], cancelled[1]


def factors(one: Polynomial) -> list[tuple[Polynomial, int]]:
    """Return the factors of a monomial, with how often each comes: primes and variables; else the whole, once."""
    if len(one) != 1:
        return [(one, 1)]
    ((monomial, value),) = one.items()
    if value < 0 or max(value.numerator, value.denominator) > 10**6:
        return [(one, 1)]
    primes = [*((p, n) for p, n in _primes(value.numerator)), *((p, -n) for p, n in _primes(value.denominator))]
    found: list[tuple[Polynomial, int]] = [({ONE: Fraction(p)}, n) for p, n in primes]
    return found + [({((at, 1),): Fraction(1)}, power) for at, power in monomial]


def _primes(number: int) -> list[tuple[int, int]]:
    found: dict[int, int] = {}
    divisor = 2
    while number > 1:
        if divisor * divisor > number:
            divisor = number
        while number % divisor == 0:
            found[divisor] = found.get(divisor, 0) + 1
            number //= divisor
        divisor += 1
    return list(found.items())


def power_sums(upper: Ratio, power: int) -> Ratio:
    """Return 1^p + 2^p + ... + n^p as a polynomial in n, by Faulhaber's formula."""
    if power > 12:
        raise NoForm
    numbers = _bernoulli(power)
    found = number(Fraction(0))
    for at, bernoulli in enumerate(numbers):
        term = raised(upper, power + 1 - at)
        found = sum_of(found, scaled(term, Fraction(comb(power + 1, at)) * bernoulli / (power + 1)))
    return found


def _bernoulli(most: int) -> list[Fraction]:
    """Return the Bernoulli numbers up to B_most, with B_1 = +1/2."""
    numbers: list[Fraction] = []
    for m in range(most + 1):
        numbers.append(
            Fraction(1 if m == 0 else 0) - sum((comb(m, k) * numbers[k] / (m - k + 1) for k in range(m)), Fraction(0))
        )
    return [-number if at == 1 else number for at, number in enumerate(numbers)]
