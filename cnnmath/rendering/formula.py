"""Formula trees as text: on one line, laid out as on a blackboard, and as LaTeX.

Nothing is evaluated or reordered. One fold walks the tree, and `Level` alone decides about parentheses;
the three forms differ only in how they set a fraction, a sum, a bracket.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from fractions import Fraction
from math import isinf
from typing import Generic, TypeVar

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
    Number,
    Power,
    Product,
    Series,
)
from cnnmath.rendering.boxes import Box, beside, fenced, fraction, stacked, width
from cnnmath.rendering.breaking import broken
from cnnmath.rendering.letters import in_ascii, in_latex, parted

Letters = Mapping[str, str]


def linear(node: Expression, letters: Letters, *, ascii: bool = False) -> str:
    """Return the formula on one line; with `ascii` in 7-bit characters only, whatever the letters are.

    >>> n, k, p, s = map(Name, "nkps")
    >>> linear(Floor((n - k + 2 * p) / s) + 1, {"n": "N", "k": "K"})
    '⌊(N − K + 2p)/s⌋ + 1'
    >>> linear(Floor((n - k + 2 * p) / s) + 1, {"n": "N", "k": "K"}, ascii=True)
    'floor((N - K + 2p)/s) + 1'
    """
    return _Linear(letters, ascii).fold(node)[0]


def boxed(node: Expression, letters: Letters, *, ascii: bool = False) -> Box:
    """Return the formula in two dimensions: stacked fractions, big sums, tall brackets.

    >>> boxed(1 + Divide(Name("n"), Literal(2)), {}).rows
    ('     n ', '1 + ───', '     2 ')
    """
    return _Boxed(letters, ascii).fold(node)[0]


def latex(node: Expression, letters: Letters) -> str:
    r"""Return the formula in LaTeX's math mode.

    >>> print(latex(Divide(Name("n") - 1, Name("stride_height")), {"stride_height": "S_h"}))
    \frac{n - 1}{S_{h}}
    """
    return _Latex(letters).fold(node)[0]


def fitted(node: Expression, letters: Letters, width: int, *, ascii: bool = False) -> list[str]:
    """Return lines of at most `width` columns: the boxed formula if it fits, else the broken linear one.

    Lines end before =, + and −, then before ·, then inside brackets: as far out as possible. Only a
    token that is too wide by itself sticks out. Lines have no trailing spaces.
    """
    box = boxed(node, letters, ascii=ascii)
    if box.width <= width:
        return [row.rstrip() for row in box.rows]
    return broken(linear(node, letters, ascii=ascii), width, ascii)


# ------------------------------------------------------------------------------------------- precedence


class Level(IntEnum):
    """How tightly a printed formula holds together, loosest first.

    A place in a formula asks for a least level; what holds together less gets parentheses.
    """

    EQUATION = 0  # a = b
    ADDITION = 1  # a + b
    SIGNED = 2  # −a: may begin a sum, but not follow another operator
    SERIES = 3  # Σ a: takes in everything to its right, so it may end a product, but not begin one
    QUOTIENT = 4  # a/b: never beside · or another / without parentheses, because readers disagree
    PRODUCT = 5  # a·b
    POWER = 6  # a²
    ATOM = 7


EQUATION, ADDITION, SIGNED, SERIES, QUOTIENT, PRODUCT, POWER, ATOM = Level

T = TypeVar("T", str, Box)


class _Form(ABC, Generic[T]):
    """The fold, and what a form of print adds to it. `T` is what a printed part is."""

    minus = "−"
    dot = "·"
    comma = ", "

    def __init__(self, letters: Letters, tight: bool = False) -> None:
        """Print with `letters`; `tight` leaves out spaces around + and =, as in subscripts."""
        self.letters = letters
        self.tight = tight

    @abstractmethod
    def text(self, text: str) -> T:
        """Return a part that is this text."""

    @abstractmethod
    def row(self, parts: Iterable[T]) -> T:
        """Set parts side by side."""

    @abstractmethod
    def leaf(self, node: Expression) -> tuple[T, Level]:
        """Print a number, a name or an entry of a family."""

    @abstractmethod
    def fenced(self, bracket: str, inner: T) -> T:
        """Put ( ), ⌊ ⌋ or ⌈ ⌉ around a part, by the opening one."""

    @abstractmethod
    def quotient(self, numerator: Expression, denominator: Expression) -> tuple[T, Level]:
        """Print a quotient."""

    @abstractmethod
    def power(self, base: Expression, exponent: Expression) -> tuple[T, Level]:
        """Print a power."""

    @abstractmethod
    def call(self, function: str, arguments: tuple[Expression, ...]) -> tuple[T, Level]:
        """Print a function of arguments."""

    @abstractmethod
    def series(self, node: Series) -> T:
        """Print the sign and the bounds of a sum, product or maximum, up to where its body begins."""

    def fold(self, node: Expression) -> tuple[T, Level]:
        """Print `node` and tell how tightly the result holds together."""
        match node:
            case Equal(left, right):
                sides = (self.at(left, EQUATION), self.text(self.spaced("=")), self.at(right, EQUATION))
                return self.row(sides), EQUATION
            case Add(terms):
                return self.row(self._terms(terms)), ADDITION
            case Negative(operand):
                return self.negated(self.at(operand, SERIES)), SIGNED
            case Multiply(factors):
                return self._product(factors)
            case Divide(numerator, denominator):
                return self.quotient(numerator, denominator)
            case Power(base, exponent):
                return self.power(base, exponent)
            case Floor(operand):
                return self.fenced("⌊", self.at(operand, EQUATION)), ATOM
            case Ceiling(operand):
                return self.fenced("⌈", self.at(operand, EQUATION)), ATOM
            case Call(function, arguments):
                return self.call(function, arguments)
            case Series():
                return self.row((self.series(node), self.at(node.body, SERIES))), SERIES
        return self.leaf(node)

    def at(self, node: Expression, least: Level) -> T:
        """Print `node` for a place that asks for at least this level."""
        part, level = self.fold(node)
        return part if level >= least else self.fenced("(", part)

    def spaced(self, operator: str) -> str:
        """Return + − or = with the space around it."""
        return operator if self.tight else f" {operator} "

    def negated(self, part: T) -> T:
        """Put a minus sign before a part."""
        return self.row((self.text(self.minus), part))

    def times(self, left: Expression, right: Expression, parts: Sequence[T]) -> str:
        """Return the sign between two neighbours of a product whose printed factors are `parts`."""
        return self.dot

    def letter(self, name: str) -> str:
        """Return the letter of a name as it is printed; a bound index is its own."""
        return self.letters.get(name, name)

    def glyph(self, node: Expression) -> bool:
        """Tell whether `node` is one digit or one letter."""
        match node:
            case Literal(value):
                return isinstance(value, int) and 0 <= value <= 9
            case Name(name):
                return width(self.letter(name)) == 1
        return False

    def listed(self, arguments: Iterable[Expression]) -> T:
        """Return arguments in parentheses."""
        separated = _between((self.at(argument, EQUATION) for argument in arguments), self.text(self.comma))
        return self.fenced("(", self.row(separated or [self.text("")]))

    def _terms(self, terms: Sequence[Expression]) -> Iterator[T]:
        yield self.at(terms[0], ADDITION)
        for term in terms[1:]:
            # A minus of the tree becomes the operator; a negative number keeps its own: a + (−3).
            subtracted = isinstance(term, Negative)
            yield self.text(self.spaced(self.minus if subtracted else "+"))
            yield self.at(term.operand if isinstance(term, Negative) else term, SERIES)

    def _product(self, factors: Sequence[Expression]) -> tuple[T, Level]:
        *others, last = factors
        open_end = isinstance(last, Series)
        parts = [self.at(factor, POWER if place else PRODUCT) for place, factor in enumerate(others)]
        parts.append(self.at(last, SERIES if open_end else POWER))
        printed = [parts[0]]
        for place, part in enumerate(parts[1:]):
            left, right = factors[place], factors[place + 1]
            if place or not self._coefficient(left, right):
                printed.append(self.text(self.times(left, right, parts)))
            printed.append(part)
        return self.row(printed), SERIES if open_end else PRODUCT

    def _coefficient(self, left: Expression, right: Expression) -> bool:
        """Tell whether two factors are written as in 2p."""
        whole = isinstance(left, Literal) and isinstance(left.value, int) and left.value >= 0
        return whole and isinstance(right, Name) and self.glyph(right)


def _between(parts: Iterable[T], separator: T) -> list[T]:
    return [item for part in parts for item in (separator, part)][1:]


# --------------------------------------------------------------------------------------------- one line

_CLOSING = {"(": ")", "⌊": "⌋", "⌈": "⌉"}
_WORDS = {"(": "", "⌊": "floor", "⌈": "ceil"}
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class _Text(_Form[str]):
    """What the forms have in common that print to one string."""

    infinity = "∞"

    def text(self, text: str) -> str:
        return text

    def row(self, parts: Iterable[str]) -> str:
        return "".join(parts)

    def leaf(self, node: Expression) -> tuple[str, Level]:
        match node:
            case Literal(value):
                return self._number(value)
            case Name(name):
                return self.subscripted(name, ()), ATOM
            case Indexed(family, indices):
                return self.subscripted(family, indices), ATOM
        raise TypeError(f"{type(node).__name__} cannot be printed")

    def quotient(self, numerator: Expression, denominator: Expression) -> tuple[str, Level]:
        return f"{self.at(numerator, PRODUCT)}/{self.at(denominator, POWER)}", QUOTIENT

    @abstractmethod
    def subscripted(self, name: str, indices: tuple[Expression, ...]) -> str:
        """Print the letter of a name with its subscripts."""

    @abstractmethod
    def scientific(self, digits: str, power: int) -> tuple[str, Level]:
        """Print digits times a power of ten."""

    def _number(self, value: Number) -> tuple[str, Level]:
        if value < 0:
            return self.minus + self._number(-value)[0], SIGNED
        if isinstance(value, Fraction) and value.denominator != 1:
            return self.quotient(Literal(value.numerator), Literal(value.denominator))
        if not isinstance(value, float):
            return str(value), ATOM
        if isinf(value):
            return self.infinity, ATOM
        # Adding 0.0 turns the float −0.0, which is not negative, into 0.
        digits, exponent, power = f"{value + 0.0:.6g}".partition("e")
        return self.scientific(digits, int(power)) if exponent else (digits, ATOM)


class _Linear(_Text):
    def __init__(self, letters: Letters, ascii: bool = False, tight: bool = False) -> None:
        super().__init__(letters, tight)
        self.ascii = ascii
        if ascii:
            self.minus, self.dot, self.infinity = "-", "*", "inf"
        self.inner: _Linear = self if tight else _Linear(letters, ascii, tight=True)

    def fenced(self, bracket: str, inner: str) -> str:
        if self.ascii:
            return f"{_WORDS[bracket]}({inner})"
        return f"{bracket}{inner}{_CLOSING[bracket]}"

    def power(self, base: Expression, exponent: Expression) -> tuple[str, Level]:
        return self.at(base, ATOM) + self.raised(exponent), POWER

    def call(self, function: str, arguments: tuple[Expression, ...]) -> tuple[str, Level]:
        return self.letter(function) + self.listed(arguments), ATOM

    def series(self, node: Series) -> str:
        return f"{self.sign(node)}_{{{self.start(node)}..{self.end(node)}}} "

    def subscripted(self, name: str, indices: tuple[Expression, ...]) -> str:
        if not indices:
            return self.letter(name)
        base, own, tail = parted(self.letter(name))
        printed = [self.inner.at(index, EQUATION) for index in indices]
        if not own and all(map(self.glyph, indices)):
            return f"{base}{tail}_{''.join(printed)}"
        # A letter with a subscript of its own takes the indices behind it: w_b and k give w_{b, k}.
        return f"{base}{tail}_{{{', '.join([own, *printed] if own else printed)}}}"

    def scientific(self, digits: str, power: int) -> tuple[str, Level]:
        if self.ascii:
            return f"{digits}e{power:+03}", ATOM
        return f"{digits}·10{str(power).translate(_SUPERSCRIPTS)}", PRODUCT

    def letter(self, name: str) -> str:
        letter = super().letter(name)
        return in_ascii(letter, name) if self.ascii else letter

    def raised(self, exponent: Expression) -> str:
        """Return an exponent with what raises it."""
        if not self.ascii and isinstance(exponent, Literal) and isinstance(exponent.value, int):
            return str(exponent.value).translate(_SUPERSCRIPTS)
        return f"^{self.inner.at(exponent, ATOM)}"

    def sign(self, node: Series) -> str:
        """Return the sign of a series."""
        if isinstance(node, Largest):
            return "max"
        if isinstance(node, Product):
            return "prod" if self.ascii else "Π"
        return "sum" if self.ascii else "Σ"

    def start(self, node: Series) -> str:
        """Return where a series starts, as in u=1."""
        return f"{self.letter(node.index)}={self.inner.at(node.lower, ADDITION)}"

    def end(self, node: Series) -> str:
        """Return where a series ends."""
        return self.inner.at(node.upper, EQUATION)


# --------------------------------------------------------------------------------------- two dimensions


class _Boxed(_Form[Box]):
    def __init__(self, letters: Letters, ascii: bool = False) -> None:
        super().__init__(letters)
        self.ascii = ascii
        self.line = _Linear(letters, ascii)
        self.minus, self.dot = self.line.minus, self.line.dot

    def text(self, text: str) -> Box:
        return Box((text,))

    def row(self, parts: Iterable[Box]) -> Box:
        return beside(list(parts))

    def leaf(self, node: Expression) -> tuple[Box, Level]:
        text, level = self.line.leaf(node)
        return Box((text,)), level

    def fenced(self, bracket: str, inner: Box) -> Box:
        if self.ascii:
            return beside([Box((_WORDS[bracket],)), fenced(inner, "(", ")", ascii=True)])
        return fenced(inner, bracket, _CLOSING[bracket])

    def quotient(self, numerator: Expression, denominator: Expression) -> tuple[Box, Level]:
        above, below = self.at(numerator, EQUATION), self.at(denominator, EQUATION)
        return fraction(above, below, "-" if self.ascii else "─"), POWER

    def power(self, base: Expression, exponent: Expression) -> tuple[Box, Level]:
        below = self.at(base, ATOM)
        # The exponent stands on the first row of a tall base.
        return beside([below, Box((self.line.raised(exponent),), below.baseline)]), POWER

    def call(self, function: str, arguments: tuple[Expression, ...]) -> tuple[Box, Level]:
        return beside([Box((self.letter(function),)), self.listed(arguments)]), ATOM

    def series(self, node: Series) -> Box:
        parts = (Box((text,)) for text in (self.line.end(node), self.line.sign(node), self.line.start(node)))
        return beside([stacked(*parts), Box((" ",))])

    def negated(self, part: Box) -> Box:
        # Without the space a minus would run into the rule of a fraction.
        return beside([Box((f"{self.minus} " if part.tall else self.minus,)), part])

    def letter(self, name: str) -> str:
        return self.line.letter(name)

    def times(self, left: Expression, right: Expression, parts: Sequence[Box]) -> str:
        return f" {self.dot} " if any(part.tall for part in parts) else self.dot


# ------------------------------------------------------------------------------------------------ LaTeX

_FENCES = {"(": ("(", ")"), "⌊": (r"\lfloor ", r" \rfloor"), "⌈": (r"\lceil ", r" \rceil")}
_OPERATORS = {"max", "min", "exp", "log", "ln", "sin", "cos", "tan", "sinh", "cosh", "tanh"}


class _Latex(_Text):
    minus = "-"
    dot = r" \cdot "
    infinity = r"\infty"

    def __init__(self, letters: Letters, tight: bool = False) -> None:
        super().__init__(letters, tight)
        self.inner: _Latex = self if tight else _Latex(letters, tight=True)

    def fenced(self, bracket: str, inner: str) -> str:
        left, right = _FENCES[bracket]
        if any(tall in inner for tall in (r"\frac", r"\sum", r"\prod")):
            return rf"\left{left.strip()} {inner} \right{right.strip()}"
        return f"{left}{inner}{right}"

    def quotient(self, numerator: Expression, denominator: Expression) -> tuple[str, Level]:
        if self.tight:  # a stacked fraction in a subscript would be too small to read
            return super().quotient(numerator, denominator)
        return rf"\frac{{{self.at(numerator, EQUATION)}}}{{{self.at(denominator, EQUATION)}}}", POWER

    def power(self, base: Expression, exponent: Expression) -> tuple[str, Level]:
        return f"{self.at(base, ATOM)}^{{{self.inner.at(exponent, EQUATION)}}}", POWER

    def call(self, function: str, arguments: tuple[Expression, ...]) -> tuple[str, Level]:
        name = self.letter(function)
        if name == "exp" and len(arguments) == 1:
            return f"e^{{{self.inner.at(arguments[0], EQUATION)}}}", POWER
        head = rf"\{name}" if name in _OPERATORS else in_latex(name, r"\operatorname")
        return head + self.listed(arguments), ATOM

    def series(self, node: Series) -> str:
        index, lower = self.subscripted(node.index, ()), self.inner.at(node.lower, ADDITION)
        upper = self.inner.at(node.upper, EQUATION)
        if isinstance(node, Largest):
            return rf"\max_{{{lower} \le {index} \le {upper}}} "
        sign = r"\prod" if isinstance(node, Product) else r"\sum"
        return f"{sign}_{{{index}={lower}}}^{{{upper}}} "

    def subscripted(self, name: str, indices: tuple[Expression, ...]) -> str:
        base, own, tail = parted(self.letter(name))
        subscripts = [self.inner.at(index, EQUATION) for index in indices]
        separator = "" if not own and all(map(self.glyph, indices)) else r",\,"
        if own:
            subscripts.insert(0, in_latex(own))
        below = f"_{{{separator.join(subscripts)}}}" if subscripts else ""
        return f"{in_latex(base)}{tail}{below}"

    def scientific(self, digits: str, power: int) -> tuple[str, Level]:
        return rf"{digits} \cdot 10^{{{power}}}", PRODUCT

    def times(self, left: Expression, right: Expression, parts: Sequence[str]) -> str:
        return r"\, " if isinstance(left, Indexed) and isinstance(right, Indexed) else self.dot
