"""Formulas as people type them: `floor((N-K+2P)/S)+1`, `Σ_{k=1..K} w_k·x_{t−k+1}`, `\\frac{N}{2}`, `[[1, x], [x, 1]]`.

The tree is what was typed: nothing is folded, reordered or melted away. What can be read in two ways is
refused rather than guessed.
"""

from collections.abc import Callable, Collection, Mapping
from fractions import Fraction

from cnnmath.expression import (
    Add,
    Call,
    Ceiling,
    Divide,
    Equal,
    Expression,
    Floor,
    Indexed,
    Literal,
    Name,
    Negative,
    Power,
    Product,
    Series,
    Sum,
    Tree,
    plain,
    walk,
)
from cnnmath.reading.cursor import ARGUMENTS, BUILT_IN, EQUALS, INDICES, NONE, Cursor
from cnnmath.reading.latex import Kind, Token
from cnnmath.reading.tokens import CLOSING, PLAIN, SUPERSCRIPTS, Marks
from cnnmath.text import Text

__all__ = ["BUILT_IN", "read_formula", "read_tree"]

_SERIES: Mapping[str, type[Series]] = {"sum": Sum, "Σ": Sum, "prod": Product, "Π": Product}
_OPENING = ("(", "[", "{", "⌊", "⌈", "√", "frac")


def read_formula(
    text: str,
    symbols: Collection[str],
    *,
    families: Mapping[str, int] = NONE,
    functions: Mapping[str, int] = NONE,
    allow_equation: bool = False,
) -> Expression:
    """Return the tree of what a person typed over `symbols`; FormulaError says what is wrong, and where.

    `families` tells how many indices each takes, and `functions` how many arguments. Names in the tree are
    the letters as declared. A leading `O =` or `y_t =` is dropped; with `allow_equation` it is the left side
    of the `Equal` that is returned.

    >>> read_formula("2N", ["N"])
    Multiply(factors=(Literal(value=2), Name(name='N')))
    >>> read_formula("O = x_t", ["t"], families={"x": 1})
    Indexed(family='x', indices=(Name(name='t'),))
    """
    return _Grammar(text, symbols, families, functions).formula(allow_equation)


def read_tree(
    text: str,
    symbols: Collection[str],
    *,
    families: Mapping[str, int] = NONE,
    functions: Mapping[str, int] = NONE,
    marks: Marks = PLAIN,
    lists: bool = False,
) -> tuple[Tree, Mapping[int, Fraction]]:
    """Return the tree of an answer, with lists in brackets and matrices where `lists` says so.

    With it comes what the last digit counts of every decimal in it, by the id of its node in the tree.

    >>> read_tree("(2+1, 3)", [], lists=True)[0]
    (Add(terms=(Literal(value=2), Literal(value=1))), Literal(value=3))
    """
    grammar = _Grammar(text, symbols, families, functions, marks)
    return grammar.answer(lists), grammar.units


class _Grammar(Cursor):
    """One method for each level of the grammar, loosest first; each leaves the token after what it read."""

    # ------------------------------------------------------------------------------------------ grammar

    def formula(self, allow_equation: bool) -> Expression:
        left = self.beginning()
        right = self.addition()
        if self.token.kind is not Kind.END:
            self._out_of_place()
        return Equal(left, right) if allow_equation and left else right

    def answer(self, lists: bool) -> Tree:
        """Read a formula, or where `lists` says so what stands in brackets with commas, or with commas alone."""
        if len(self.tokens) == 1 or not self._take("="):
            self.beginning()
        tree: Tree = self.item() if lists else self.addition()
        if lists and self.token.text == ",":
            rest = [tree]
            while self._take(","):
                rest.append(self.item())
            tree = tuple(rest)
        if self.token.kind is not Kind.END:
            self._out_of_place()
        return tree

    def beginning(self) -> Expression | None:
        if len(self.tokens) == 1:
            self._fail(_EMPTY)
        return self.definition()

    def item(self) -> Tree:
        """Read one of a list: a formula, a list in brackets, a matrix."""
        if self.token.text == r"\begin":
            return self.matrix()
        if not self._lists():
            return self.addition()
        closing = CLOSING[self._taken().text]
        parts = [self._nested(self.item)]
        while self._take(","):
            parts.append(self._nested(self.item))
        self._expect(closing)
        # A matrix of LaTeX comes in brackets of its own.
        return (
            parts[0]
            if len(parts) == 1 and isinstance(parts[0], tuple) and closing == "]" and self._was_matrix()
            else tuple(parts)
        )

    def matrix(self) -> Tree:
        r"""Read \begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}, row by row."""
        self._expect(r"\begin")
        rows: list[Tree] = []
        row: list[Tree] = [self._nested(self.addition)]
        while not self._take(r"\end"):
            if self._take("&"):
                row.append(self._nested(self.addition))
            elif self._take(r"\\"):
                rows.append(tuple(row))
                row = [] if self.token.text == r"\end" else [self._nested(self.addition)]
            else:
                self._out_of_place()
        return (*rows, tuple(row)) if row else tuple(rows)

    def _was_matrix(self) -> bool:
        return self.at >= 2 and self.tokens[self.at - 2].text == r"\end"

    def _lists(self) -> bool:
        """Tell whether the bracket that is next holds a list: it is square, or has a comma, and nothing is behind it."""
        if self.token.text not in ("(", "["):
            return False
        inside = list(self._depths(self.at + 1))
        after = self.tokens[self.at + len(inside) + 2]
        commas = any(token.text == "," and not depth for _, token, depth in inside)
        return (self.token.text == "[" or commas) and (after.kind is Kind.END or after.text in (",", ")", "]"))

    def definition(self) -> Expression | None:
        """Read a leading `O =`, `O_h =` or `y_t =`, if there is one."""
        outside = [place for place, token, depth in self._depths(0) if token.text == "=" and not depth]
        if not outside:
            return None
        first, second = self.tokens[:2]
        name = self.spelled.get(first.text, first.text)
        left: Expression | None = None
        if name in self.families:
            left = self.atom()
        elif first.kind in (Kind.WORD, Kind.NAME):
            own = f"_{second.text}" if second.kind is Kind.SUBSCRIPT else ""
            left, self.at = Name(name + own), 2 if own else 1
        if left is None or self.at != outside[0]:
            self._fail(EQUALS, self.tokens[outside[0]])
        self._expect("=")
        return left

    def addition(self) -> Expression:
        terms = [self.product(negative=self._take("-"))]
        while self.token.text in ("+", "-"):
            subtracted = self._taken().text == "-"
            term = self.product()
            terms.append(self._made(Negative(term)) if subtracted else term)
        return self._made(Add(tuple(terms))) if len(terms) > 1 else terms[0]

    def product(self, negative: bool = False) -> Expression:
        """Read factors and divisors. A minus in front is of the whole product, but of what is before a //."""
        factors = [self.signed()]
        divided = False
        while True:
            if self._take("*"):
                factors.append(self.signed())
                divided = False
            elif self._take("/"):
                factors = [self._made(Divide(self._multiplied(factors), self.signed()))]
                divided = True
            elif self._take("//"):
                above, negative = self._multiplied(factors, negative), False
                factors = [self._made(Floor(self._made(Divide(above, self.signed()))))]
                divided = True
            elif self._begins():
                if divided:
                    self._fail(_TWO_READINGS)
                factors.append(self.power())
            else:
                return self._multiplied(factors, negative)

    def _begins(self) -> bool:
        """Tell whether a factor without its sign is next; between bars, the next bar closes."""
        text = self.token.text
        return (
            self.token.kind in (Kind.WORD, Kind.NAME)
            or text in _SERIES
            or (text in _OPENING and (text not in "[{" or "\\" in self.text))
            or (text == "|" and not self.bars)
        )

    def signed(self) -> Expression:
        if self._take("-"):
            return self._made(Negative(self._nested(self.signed)))
        return self._nested(self.signed) if self._take("+") else self.power()

    def power(self) -> Expression:
        raised = self.atom()
        if self.token.kind is Kind.SUPERSCRIPT:
            raised = self._made(Power(raised, Literal(int(self._taken().text.translate(SUPERSCRIPTS)))))
        elif self._take("^"):
            raised = self._made(Power(raised, self.exponent()))
        percent = self.token
        if not self._take("%"):
            return raised
        if self._begins() or self.token.kind is Kind.NUMBER:
            self._fail(_PERCENT, percent)
        return self._made(Divide(raised, Literal(100)))

    def exponent(self) -> Expression:
        return self.bracketed("}") if self._take("{") else self._nested(self.signed)

    def atom(self) -> Expression:
        if self.token.kind is Kind.WORD:
            self._split()
        token = self._taken()
        match token.kind, token.text:
            case Kind.NUMBER, digits:
                return self.number(digits)
            case Kind.NAME, _:
                return self.named(token)
            case _, "(":
                return self.bracketed(")")
            case _, "[":
                return self.squared(token)
            case _, "{" if "\\" in self.text:
                return self.bracketed("}")
            case _, "|":
                return self.absolute()
            case _, "frac":
                return self._made(Divide(self.argument(), self.argument()))
            case _, "⌊":
                return self._made(Floor(self.bracketed("⌋")))
            case _, "⌈":
                return self._made(Ceiling(self.bracketed("⌉")))
            case _, "√":
                return self._made(
                    Call("sqrt", (self.argument() if self.token.text == "{" else self._nested(self.atom),))
                )
        if token.text not in _SERIES:
            self.at -= 1
            self._missing()
        return self.series(token)

    def number(self, digits: str) -> Expression:
        literal = Literal(plain(Fraction(digits)))
        mantissa, _, exponent = digits.lower().partition("e")
        if mantissa.partition(".")[2] or exponent:
            self.kept.append(literal)
            self.units[id(literal)] = Fraction(10) ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
        return literal

    def absolute(self) -> Expression:
        self.bars += 1
        inside = self._nested(self.addition)
        self.bars -= 1
        self._expect("|")
        return self._made(Call("abs", (inside,)))

    def argument(self) -> Expression:
        r"""Read what a command of LaTeX takes: a group in braces, else one digit or one letter, as in \frac12."""
        if self._take("{"):
            return self.bracketed("}")
        token = self.token
        if token.kind in (Kind.NUMBER, Kind.WORD) and len(token.text) > 1 and token.text not in self.spelled:
            first, rest = token.text[0], token.text[1:]
            self.tokens[self.at : self.at + 1] = [
                token._replace(text=first),
                token._replace(text=rest, column=token.column + 1),
            ]
        return self._nested(self.atom)

    def squared(self, opening: Token) -> Expression:
        """Read square brackets, unless rounding down is what they may mean: [7/2]."""
        inside = self.bracketed("]")
        if any(isinstance(node, (Divide, Power, Call)) for node in walk(inside)):
            self._fail(_SQUARE, opening)
        return inside

    def bracketed(self, closing: str) -> Expression:
        bars, self.bars = self.bars, 0
        inside = self._nested(self.addition)
        self.bars = bars
        self._expect(closing)
        return inside

    def listed(self, closing: str) -> list[Expression]:
        if self._take(closing):
            return []
        parts = [self._nested(self.addition)]
        while self._take(","):
            parts.append(self._nested(self.addition))
        self._expect(closing)
        return parts

    # -------------------------------------------------------------------------------------------- names

    def named(self, token: Token) -> Expression:
        """Read what begins with a name: a sum, a function of arguments, an entry of a family, a symbol."""
        name, after = token.text, self.token
        if name in _SERIES:
            return self.series(token)
        if name in self.functions and after.text == "(":
            return self.call(token)
        if name in self.families and (after.kind is Kind.SUBSCRIPT or after.text in ("[", "_")):
            return self.entry(token)
        if name in self.families and name not in self.symbols:
            self._count(token, INDICES, self.families[name], 0)
        if name in self.functions and name not in self.symbols:
            self._fail(
                Text(f"`{name}` needs brackets: write {name}(…).", f"`{name}` 需要括号：请写 {name}(…)。"), token
            )
        return self.symbol(token)

    def symbol(self, token: Token) -> Expression:
        if token.text not in self.symbols and token.text not in self.bound:
            self._unknown(token, 0)
        self._use(token)
        return Name(token.text)

    def call(self, token: Token) -> Expression:
        self._expect("(")
        arguments = self.listed(")")
        self._count(token, ARGUMENTS, self.functions[token.text], len(arguments))
        match token.text:
            case "floor":
                return self._made(Floor(arguments[0]))
            case "ceil":
                return self._made(Ceiling(arguments[0]))
        return self._made(Call(token.text, tuple(arguments)))

    def entry(self, token: Token) -> Expression:
        """Read the indices of a family: x_t, w_uv, w_12, x_{i-u+1, j}, x[i, j] or x[i][j]."""
        self._use(token)
        count = self.families[token.text]
        indices: list[Expression] = []
        if self.token.kind is Kind.SUBSCRIPT:
            indices = self.glyphs(self._taken(), count)
        elif self._take("_"):
            self._expect("{")
            only, closing = self.tokens[self.at : self.at + 2]
            if count > 1 and only.text.isalnum() and closing.text == "}":  # w_{uv}, as in LaTeX
                self.at += 2
                indices = self.glyphs(only, count)
            else:
                indices = self.listed("}")
        while len(indices) < count and self._take("["):
            indices += self.listed("]")
        self._count(token, INDICES, count, len(indices))
        return self._made(Indexed(token.text, tuple(indices)))

    def glyphs(self, token: Token, count: int) -> list[Expression]:
        """Read a subscript without brackets, one letter or digit for each index; x_12 with one index is 12."""
        if count == 1 and token.text.isdecimal():
            return [Literal(int(token.text))]
        pieces = self._pieces(token)
        return [Literal(int(one.text)) if one.kind is Kind.NUMBER else self.symbol(one) for one in pieces]

    def series(self, token: Token) -> Expression:
        """Read a sum from behind its sign: sum(body, k, 1, K), or Σ_{k=1..K} body, or Σ_{k=1}^{K} body; or a product."""
        kind = _SERIES[token.text]
        if self._take("("):
            commas = [place for place, one, depth in self._depths(self.at) if one.text == "," and not depth]
            if len(commas) != 3:
                self._fail(_SUM, token)
            index = self.index(commas[0] + 1, ",")
            body = self._within(index, self.addition)
            self._expect(",")
            self.at += 2
            lower = self._nested(self.addition)
            self._expect(",")
            return self._made(kind(body, index, lower, self.bracketed(")")))
        above = self.exponent() if self._take("^") else None
        if not (self._take("_") and self._take("{")):
            self._fail(_SUM, token)
        index = self.index(self.at, "=")
        self.at += 2
        lower = self._nested(self.addition)
        if above is None and self._take(".."):
            upper = self.bracketed("}")
        elif self._take("}") and (above or self._take("^")):
            upper = above or self.exponent()
        else:
            self._fail(_SUM, token)
        return self._made(kind(self._within(index, self.product), index, lower, upper))

    def index(self, place: int, after: str) -> str:
        """Return the index of a sum, a new name with the sign `after` behind it, wherever it stands."""
        token, following = self.tokens[place : place + 2]
        if token.kind not in (Kind.WORD, Kind.NAME) or following.text != after:
            self._fail(_SUM, token)
        # An index may hide a symbol of the same letter, as d over channels hides the dilation.
        if token.text in self.families or token.text in self.functions or token.text in self.bound:
            self._fail(_TAKEN.filled(name=token.text), token)
        self._use(token)
        return token.text

    def _within(self, index: str, read: Callable[[], Expression]) -> Expression:
        self.bound.append(index)
        body = self._nested(read)
        self.bound.pop()
        return body


# --------------------------------------------------------------------------------------------- messages

_EMPTY = Text("there is no formula: write one, such as (a + b)/2.", "没有公式：请写一个，例如 (a + b)/2。")
_TAKEN = Text(
    "`{name}` has a meaning already: take another letter for the index of the sum.",
    "`{name}` 已有含义：求和的下标请换一个字母。",
)
_TWO_READINGS = Text(
    "a division and then a product without its sign can be read in two ways: write a/(b*c) or (a/b)*c.",
    "除法之后省略乘号有两种读法：请写 a/(b*c) 或 (a/b)*c。",
)
_SUM = Text(
    "a sum is written sum(x[k], k, 1, K) or Σ_{k=1..K} x_k.", "求和请写成 sum(x[k], k, 1, K) 或 Σ_{k=1..K} x_k。"
)
_SQUARE = Text(
    "square brackets may mean rounding down or brackets alone: write floor(…) or (…).",
    "方括号可能表示向下取整，也可能只是括号：请写 floor(…) 或 (…)。",
)
_PERCENT = Text(
    "`%` is per cent: for the remainder of a division write N - S*floor(N/S).",
    "`%` 表示百分号：除法的余数请写 N - S*floor(N/S)。",
)
