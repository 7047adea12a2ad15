"""A normal form for typed formulas: fractions of polynomials over symbols, floors, powers and other atoms.

Two formulas with the same form are the same wherever both are defined: that is a proof. Symbols are whole numbers
from 1 unless they are said to be real. A floor of whole numbers, floor(A/B), is divided out as far as it goes, a
floor inside a floor is opened, and one of a negative is turned around:

    floor((q·B + R)/B) = q + floor(R/B)
    floor((floor(X) + c)/B) = floor((X + c)/B)
    floor(-R/B) = -floor((R - 1)/B) - 1         for whole R and B, B > 0
    ceil(X) = -floor(-X)

Sums of polynomials are summed by Faulhaber's formula where they cannot be empty.
(Graham, Knuth, Patashnik, Concrete Mathematics, sections 3.2, 3.5 and 6.5.)
"""

from collections.abc import Collection, Mapping
from fractions import Fraction
from functools import reduce
from itertools import product
from math import lcm

from cnnmath.core.polynomials import (
    MOST_TERMS,
    ONE,
    UNIT,
    Monomial,
    NoForm,
    Polynomial,
    Ratio,
    clean,
    constant,
    constant_ratio,
    factors,
    integral,
    number,
    over,
    plus,
    power_sums,
    product_of,
    raised,
    scaled,
    sum_of,
    times,
    without,
)
from cnnmath.expression import (
    Add,
    Call,
    Ceiling,
    Divide,
    Expression,
    Floor,
    Indexed,
    Literal,
    Multiply,
    Name,
    Negative,
    Power,
    Product,
    Series,
    Sum,
)

MOST_WRITTEN_OUT = 60
MOST_ATOMS = 40
MOST_RESIDUES = 250


def proved(left: Expression, right: Expression, real: Collection[str] = (), from_zero: Collection[str] = ()) -> bool:
    """Tell whether both formulas have one normal form; False means that no proof was found.

    real: symbols that need not be whole numbers. from_zero: whole ones that may be 0.

    >>> N, S = Name("N"), Name("S")
    >>> proved(Ceiling(Divide(N, S)), Floor(Divide(N - 1, S)) + 1)
    True
    >>> proved(Ceiling(Divide(N, S)), Floor(Divide(N, S)) + 1)
    False
    """
    forms = Forms(real, from_zero=from_zero)
    try:
        return forms.same(forms.of(left), forms.of(right))
    except NoForm:
        return False


def exhausted(left: Expression, right: Expression, real: Collection[str] = ()) -> int:
    """Return the number of cases in which both are the same for every residue of their symbols; 0 without a proof.

    It works where floors divide by numbers only: each symbol is written L·m + r, for every r up to L.

    >>> N = Name("N")
    >>> exhausted(Floor(Divide(N, Literal(2))) + Floor(Divide(N + 1, Literal(2))), N)
    2
    """
    if real:
        return 0
    forms = Forms(())
    try:
        forms.of(left), forms.of(right)
        period, names = forms.periods()
        if not names or period ** len(names) > MOST_RESIDUES:
            return 0
        cases = list(product(range(1, period + 1), repeat=len(names)))
        for residues in cases:
            forms = Forms((), {name: (period, residue) for name, residue in zip(names, residues, strict=True)})
            if not forms.same(forms.of(left), forms.of(right)):
                return 0
    except NoForm:
        return 0
    return len(cases)


class Forms:
    """The symbols and atoms that the forms of some formulas share, each a variable with a number.

    split: symbols that are period·m + residue, of a new whole number m from 0.
    """

    def __init__(
        self,
        real: Collection[str],
        split: Mapping[str, tuple[int, int]] | None = None,
        from_zero: Collection[str] = (),
    ) -> None:
        self.real = real
        self.from_zero = from_zero
        self.split = split or {}
        self.bound: dict[str, Ratio] = {}
        self.variables: list[str | tuple[str, tuple[Ratio, ...]]] = []

    # ------------------------------------------------------------------------------------------- formulas

    def of(self, node: Expression) -> Ratio:
        """Return the form of a formula; NoForm where there is none."""
        match node:
            case Literal(value) if not isinstance(value, float):
                return number(Fraction(value))
            case Name(name):
                return self._symbol(name)
            case Negative(inside):
                return scaled(self.of(inside), Fraction(-1))
            case Add(terms):
                return reduce(sum_of, map(self.of, terms))
            case Multiply(factors):
                return reduce(times, map(self.of, factors))
            case Divide(above, below):
                return over(self.of(above), self.of(below))
            case Power(base, exponent):
                return self._power(self.of(base), self.of(exponent))
            case Floor(inside):
                return self._floor(self.of(inside))
            case Ceiling(inside):
                return scaled(self._floor(scaled(self.of(inside), Fraction(-1))), Fraction(-1))
            case Call(function, arguments):
                return self._call(function, [self.of(part) for part in arguments])
            case Indexed(family, indices):
                return self._atom(f"{family}[]", *map(self.of, indices))
            case Series():
                return self._series(node)
        raise NoForm

    def same(self, left: Ratio, right: Ratio) -> bool:
        """Tell whether two forms are one fraction."""
        return not plus(product_of(left[0], right[1]), product_of(right[0], left[1]), Fraction(-1))

    def periods(self) -> tuple[int, list[str]]:
        """Return the least common multiple of what floors divide by, and the symbols in them."""
        period, names = 1, set[str]()
        for variable in self.variables:
            if isinstance(variable, tuple):
                kind, (ratio, *_) = variable
                below = constant(ratio[1])
                if kind != "floor" or below is None or any(_atoms(part, self.variables) for part in ratio):
                    raise NoForm
                period = lcm(period, int(below))
                names |= {str(self.variables[at]) for monomial in ratio[0] for at, _ in monomial}
        return period, sorted(names)

    # ---------------------------------------------------------------------------------------------- atoms

    def _symbol(self, name: str) -> Ratio:
        if name in self.bound:
            return self.bound[name]
        if name in self.split:
            period, residue = self.split[name]
            return sum_of(scaled(self._variable(name), Fraction(period)), number(Fraction(residue)))
        return self._variable(name)

    def _variable(self, variable: str | tuple[str, tuple[Ratio, ...]]) -> Ratio:
        for at, known in enumerate(self.variables):
            if self._alike(known, variable):
                return {((at, 1),): Fraction(1)}, UNIT
        if len(self.variables) >= MOST_ATOMS:
            raise NoForm
        self.variables.append(variable)
        return {((len(self.variables) - 1, 1),): Fraction(1)}, UNIT

    def _alike(self, known: str | tuple[str, tuple[Ratio, ...]], other: str | tuple[str, tuple[Ratio, ...]]) -> bool:
        if isinstance(known, str) or isinstance(other, str):
            return known == other
        return known[0] == other[0] and len(known[1]) == len(other[1]) and all(map(self.same, known[1], other[1]))

    def _atom(self, kind: str, *arguments: Ratio) -> Ratio:
        return self._variable((kind, arguments))

    def _whole(self, monomial: Monomial) -> bool:
        """Tell whether a product of variables is a whole number."""
        for at, _ in monomial:
            variable = self.variables[at]
            if variable in self.real if isinstance(variable, str) else variable[0] != "floor":
                return False
        return True

    def _least(self, rising: Polynomial) -> Fraction:
        """Return the least that a polynomial is that rises with each of its symbols."""
        return sum(
            (
                value
                for monomial, value in rising.items()
                if not any(self.variables[at] in self.from_zero for at, _ in monomial)
            ),
            Fraction(0),
        )

    def _call(self, function: str, arguments: list[Ratio]) -> Ratio:
        match function:
            case "max" | "min":
                sign = Fraction(1 if function == "max" else -1)
                found = arguments[0]
                for other in arguments[1:]:
                    apart = self._absolute(sum_of(found, scaled(other, Fraction(-1))))
                    found = scaled(sum_of(sum_of(found, other), scaled(apart, sign)), Fraction(1, 2))
                return found
            case "abs":
                return self._absolute(arguments[0])
        return self._atom(function, *arguments)

    def _absolute(self, inside: Ratio) -> Ratio:
        """|c·X| is |c|·|X|, with X of one sign."""
        above, below = inside
        if not above:
            return inside
        if constant(below) is None:
            return self._atom("abs", inside)
        lead = above[max(above)]
        scale = abs(lead / below[ONE])
        plain = {monomial: value / lead for monomial, value in above.items()}
        if len(plain) == 1 and all(
            isinstance(self.variables[at], str) and self.variables[at] not in self.real for at, _ in max(plain)
        ):
            return scaled((plain, UNIT), scale)
        return scaled(self._atom("abs", (plain, UNIT)), scale)

    def _power(self, base: Ratio, exponent: Ratio) -> Ratio:
        whole = constant_ratio(exponent)
        if whole is not None and whole.denominator == 1:
            return raised(base, int(whole))
        if self.real or constant(exponent[1]) is None:
            raise NoForm
        # base^(c + k·m) is base^c · (base^m)^k, and a product is raised factor by factor.
        found = number(Fraction(1))
        for factor, often in [*factors(base[0]), *((one, -n) for one, n in factors(base[1]))]:
            for monomial, value in exponent[0].items():
                count = value / exponent[1][ONE] * often
                if count.denominator != 1:
                    raise NoForm
                atom = (
                    (factor, UNIT)
                    if monomial == ONE
                    else self._atom("power", (factor, UNIT), ({monomial: Fraction(1)}, UNIT))
                )
                found = times(found, raised(atom, int(count)))
        return found

    # --------------------------------------------------------------------------------------------- floors

    def _floor(self, inside: Ratio) -> Ratio:
        above, below = integral(self._opened(inside))
        whole = all(map(self._whole, (*above, *below)))
        out: Polynomial = {}
        if whole and all(value > 0 for value in below.values()):
            above, out = self._divided(above, below)
            sign = Fraction(1)
            if above and max(above) != ONE and above[max(above)] < 0:
                # floor(-R/B) = -floor((R - 1)/B) - 1
                sign, out = Fraction(-1), plus(out, UNIT, Fraction(-1))
                above = plus({key: -value for key, value in above.items()}, UNIT, Fraction(-1))
                above, more = self._divided(above, below)
                out = plus(out, more, Fraction(-1))
            smallest = self._least(below)
            if not above or (list(above) == [ONE] and 0 <= above[ONE] < smallest):
                return out, UNIT
            if list(above) == [ONE] and -smallest <= above[ONE] < 0:
                return plus(out, UNIT, -sign), UNIT
            return sum_of((out, UNIT), scaled(self._atom("floor", integral((above, below))), sign))
        if constant(below) is not None:
            out = {key: Fraction(value // below[ONE]) for key, value in above.items() if self._whole(key)}
            above = plus(above, product_of(out, below), Fraction(-1))
            if not above:
                return clean(out), UNIT
        return sum_of((clean(out), UNIT), self._atom("floor", (above, below)))

    def _opened(self, inside: Ratio) -> Ratio:
        """floor((floor(X) + c)/B) is floor((X + c)/B) for whole c and B, B > 0."""
        above, below = integral(inside)
        for _ in range(8):
            if not all(map(self._whole, (*above, *below))) or not all(value > 0 for value in below.values()):
                break
            floors = [key for key in above if any(isinstance(self.variables[at], tuple) for at, _ in key)]
            if len(floors) != 1 or len(floors[0]) != 1 or floors[0][0][1] != 1 or above[floors[0]] != 1:
                break
            opened = self.variables[floors[0][0][0]]
            assert isinstance(opened, tuple)
            rest = plus(above, {floors[0]: Fraction(1)}, Fraction(-1))
            top, bottom = sum_of(opened[1][0], (rest, UNIT))
            above, below = integral((top, product_of(bottom, below)))
        return above, below

    def _divided(self, above: Polynomial, below: Polynomial) -> tuple[Polynomial, Polynomial]:
        """Return what is left of `above`, and the whole quotient that was taken out."""
        lead = max(below)
        out: Polynomial = {}
        for _ in range(MOST_TERMS):
            for monomial, value in above.items():
                rest = without(monomial, lead)
                quotient = value // below[lead] if rest is not None else 0
                if rest is not None and quotient:
                    taken = {rest: Fraction(quotient)}
                    above, out = plus(above, product_of(taken, below), Fraction(-1)), plus(out, taken)
                    break
            else:
                return above, out
        raise NoForm

    # ----------------------------------------------------------------------------------------------- sums

    def _series(self, node: Series) -> Ratio:
        lower, upper = self.of(node.lower), self.of(node.upper)
        first, last = constant_ratio(lower), constant_ratio(upper)
        if first is not None and last is not None:
            return self._written_out(node, first, last)
        if not isinstance(node, Sum) or constant(lower[1]) is None or constant(upper[1]) is None or self.real:
            raise NoForm
        terms = sum_of(sum_of(upper, scaled(lower, Fraction(-1))), number(Fraction(1)))
        linear = all(sum(power for _, power in monomial) <= 1 for monomial in terms[0])
        rising = all(value >= 0 for monomial, value in terms[0].items() if monomial)
        symbols = all(isinstance(self.variables[at], str) for monomial in terms[0] for at, _ in monomial)
        if not (linear and rising and symbols and self._least(terms[0]) >= 0) or self.split:
            raise NoForm  # it may be empty, and is then 0
        return self._faulhaber(node, lower, upper)

    def _written_out(self, node: Series, first: Fraction, last: Fraction) -> Ratio:
        if (
            not isinstance(node, (Sum, Product))
            or {first.denominator, last.denominator} != {1}
            or last - first > MOST_WRITTEN_OUT
        ):
            raise NoForm
        bodies = [self._with(node.index, number(Fraction(at)), node.body) for at in range(int(first), int(last) + 1)]
        if isinstance(node, Sum):
            return reduce(sum_of, [number(Fraction(0)), *bodies])
        return reduce(times, [number(Fraction(1)), *bodies])

    def _with(self, index: str, value: Ratio, body: Expression) -> Ratio:
        hidden = self.bound.get(index)
        self.bound[index] = value
        found = self.of(body)
        del self.bound[index]
        if hidden is not None:
            self.bound[index] = hidden
        return found

    def _faulhaber(self, node: Series, lower: Ratio, upper: Ratio) -> Ratio:
        index = self._variable(("index", (number(Fraction(len(self.variables))),)))
        at = next(iter(index[0]))[0][0]
        above, below = self._with(node.index, index, node.body)
        inside = {
            place
            for variable in self.variables
            if isinstance(variable, tuple)
            for one in variable[1]
            for part in one
            for monomial in part
            for place, _ in monomial
        }
        if at in inside or any(place == at for monomial in below for place, _ in monomial):
            raise NoForm
        before = sum_of(lower, number(Fraction(-1)))
        found = number(Fraction(0))
        for monomial, value in above.items():
            power = dict(monomial).get(at, 0)
            rest = tuple(one for one in monomial if one[0] != at)
            terms = sum_of(power_sums(upper, power), scaled(power_sums(before, power), Fraction(-1)))
            found = sum_of(found, times(({rest: value}, UNIT), terms))
        return over(found, (below, UNIT))


def _atoms(one: Polynomial, variables: list[str | tuple[str, tuple[Ratio, ...]]]) -> bool:
    return any(isinstance(variables[at], tuple) for monomial in one for at, _ in monomial)
