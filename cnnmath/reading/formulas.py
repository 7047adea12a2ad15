"""Formulas as people type them: `floor((N-K+2P)/S)+1`, `Σ_{k=1..K} w_k·x_{t−k+1}`, `sum(w[k]*x[t-k+1], k, 1, K)`.

The tree is what was typed: nothing is folded, reordered or melted away. What can be read in two ways is
refused rather than guessed.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from difflib import get_close_matches
from fractions import Fraction
from types import MappingProxyType
from typing import NoReturn, TypeVar
from unicodedata import name as character_name
from unicodedata import normalize

from cnnmath.errors import FormulaError
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
    Multiply,
    Name,
    Negative,
    Power,
    Product,
    Series,
    Sum,
    children,
    plain,
)
from cnnmath.reading.tokens import (
    CHARACTERS,
    CLOSING,
    DEEPEST,
    MOST_SYMBOLS,
    MOST_TOKENS,
    SUPERSCRIPTS,
    Kind,
    Token,
    tokens,
    too_much,
)
from cnnmath.text import Text

NONE: Mapping[str, int] = MappingProxyType({})
BUILT_IN = {"floor": 1, "ceil": 1, "abs": 1, "exp": 1, "sqrt": 1, "max": None, "min": None, "sum": 4, "prod": 4}
"""Functions that every formula may use, with how many arguments they take; None is two or more."""
_SERIES: Mapping[str, type[Series]] = {"sum": Sum, "Σ": Sum, "prod": Product, "Π": Product}

T = TypeVar("T")


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

    >>> read_formula("2(N-K)", ["N", "K"]) == Multiply((Literal(2), Add((Name("N"), Negative(Name("K"))))))
    True
    >>> read_formula("O = x_t", ["t"], families={"x": 1})
    Indexed(family='x', indices=(Name(name='t'),))
    """
    return _Parser(text, symbols, families, functions).formula(allow_equation)


class _Parser:
    """One method for each level of the grammar, loosest first; each leaves the token after what it read."""

    def __init__(
        self, text: str, symbols: Collection[str], families: Mapping[str, int], functions: Mapping[str, int]
    ) -> None:
        self.text = text
        self.symbols = list(dict.fromkeys(symbols))
        self.families = families
        self.functions = BUILT_IN | dict(functions)
        self.spelled = _spellings([*self.functions, *families, *symbols])
        self.bound: list[str] = []
        self.used: set[str] = set()
        self.depth = 0
        self.heights: dict[int, tuple[Expression, int]] = {}
        self.tokens = tokens(text, self.spelled)
        self.at = 0

    # ------------------------------------------------------------------------------------------ grammar

    def formula(self, allow_equation: bool) -> Expression:
        if len(self.tokens) == 1:
            self._fail(_EMPTY)
        left = self.definition()
        right = self.addition()
        if self.token.kind is not Kind.END:
            self._out_of_place()
        return Equal(left, right) if allow_equation and left else right

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
            self._fail(_EQUALS, self.tokens[outside[0]])
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
            elif self.token.kind in (Kind.WORD, Kind.NAME) or self.token.text in ("(", "⌊", "⌈", "√", *_SERIES):
                if divided:
                    self._fail(_TWO_READINGS)
                factors.append(self.power())
            else:
                return self._multiplied(factors, negative)

    def signed(self) -> Expression:
        if self._take("-"):
            return self._made(Negative(self._nested(self.signed)))
        return self._nested(self.signed) if self._take("+") else self.power()

    def power(self) -> Expression:
        base = self.atom()
        if self.token.kind is Kind.SUPERSCRIPT:
            return self._made(Power(base, Literal(int(self._taken().text.translate(SUPERSCRIPTS)))))
        return self._made(Power(base, self.exponent())) if self._take("^") else base

    def exponent(self) -> Expression:
        return self.bracketed("}") if self._take("{") else self._nested(self.signed)

    def atom(self) -> Expression:
        if self.token.kind is Kind.WORD:
            self._split()
        token = self._taken()
        match token.kind, token.text:
            case Kind.NUMBER, digits:
                return Literal(plain(Fraction(digits)))
            case Kind.NAME, _:
                return self.named(token)
            case _, "(":
                return self.bracketed(")")
            case _, "⌊":
                return self._made(Floor(self.bracketed("⌋")))
            case _, "⌈":
                return self._made(Ceiling(self.bracketed("⌉")))
            case _, "√":
                return self._made(Call("sqrt", (self._nested(self.atom),)))
        if token.text not in _SERIES:
            self.at -= 1
            self._missing()
        return self.series(token)

    def bracketed(self, closing: str) -> Expression:
        inside = self._nested(self.addition)
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
            self._count(token, _INDICES, self.families[name], 0)
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
        self._count(token, _ARGUMENTS, self.functions[token.text], len(arguments))
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
        self._count(token, _INDICES, count, len(indices))
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
        if not (self._take("_") and self._take("{")):
            self._fail(_SUM, token)
        index = self.index(self.at, "=")
        self.at += 2
        lower = self._nested(self.addition)
        if self._take(".."):
            upper = self.bracketed("}")
        elif self._take("}") and self._take("^"):
            upper = self.exponent()
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

    # ------------------------------------------------------------------------------------------ letters

    def _split(self) -> None:
        """Put names in the place of a run of letters: PDUV is P, D, U and V."""
        column = self.token.column
        self.tokens[self.at : self.at + 1] = self._pieces(self.token)
        if len(self.tokens) > MOST_TOKENS + 1:
            too_much(self.text, column, MOST_TOKENS, "numbers, names and signs", "个数、名称和符号")

    def _pieces(self, token: Token) -> list[Token]:
        """Return the names in a run of letters, the longest first at each place; each digit is by itself."""
        pieces: list[Token] = []
        run, at = token.text, 0
        while at < len(run):
            found = [name for name in (*self.spelled, *self.bound) if run.startswith(name, at)]
            # A function ends the run: its brackets follow.
            found = [name for name in found if name not in self.functions or at + len(name) == len(run)]
            if not found and not run[at].isdecimal():
                self._unknown(token, at)
            longest = max(found, key=len, default=run[at])
            kind = Kind.NAME if found else Kind.NUMBER
            pieces.append(Token(kind, self.spelled.get(longest, longest), token.column + at))
            at += len(longest)
        return pieces

    def _unknown(self, token: Token, at: int) -> NoReturn:
        """Refuse a name: one letter of a run if the other letters are known, else the whole run."""
        run = token.text
        known = {name.casefold(): name for name in (*self.functions, *self.bound, *self.families, *self.symbols)}
        if all(letter.casefold() in known for letter in run[:at] + run[at + 1 :]):
            token = Token(token.kind, run[at], token.column + at)
        shown = token.text if len(token.text) <= 24 else token.text[:23] + "…"
        near = [shown.casefold()] if shown.casefold() in known else get_close_matches(shown.casefold(), known, 1)
        meant = (
            Text(f"; did you mean `{known[near[0]]}`?", f"；是否想写 `{known[near[0]]}`？") if near else Text(".", "。")
        )
        kind, names = Text("symbol", "符号"), [*self.symbols, *self.families, *self.bound]
        if len(shown) > 1 and self.text[token.column - 1 + len(token.text) :].lstrip().startswith(("(", "（")):
            kind, names = Text("function", "函数"), [*self.functions]
        listed = Text(", ".join(names) or "none", "、".join(names) or "无")
        self._fail(_UNKNOWN.filled(kind=kind, name=shown, meant=meant, listed=listed), token)

    # ------------------------------------------------------------------------------------------- tokens

    @property
    def token(self) -> Token:
        """The token that is read next."""
        return self.tokens[self.at]

    def _taken(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def _take(self, sign: str) -> bool:
        found = self.token.text == sign
        self.at += found
        return found

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            self._out_of_place()

    def _depths(self, start: int) -> Iterator[tuple[int, Token, int]]:
        """Yield each token from `start` to the end of its brackets, with its place and how deep it stands."""
        depth = 0
        for place, token in enumerate(self.tokens[start:], start):
            depth -= token.text in CLOSING.values()
            if depth < 0:
                return
            yield place, token, depth
            depth += token.text in CLOSING

    # ------------------------------------------------------------------------------------------ budgets

    def _nested(self, read: Callable[[], T]) -> T:
        """Read something that stands inside something else."""
        self.depth += 1
        self._shallow(self.depth)
        part = read()
        self.depth -= 1
        return part

    def _made(self, node: Expression) -> Expression:
        """Measure a node: a/b/c/... needs no brackets to be a deep tree. A node that is kept keeps its id."""
        below = (self.heights[id(part)][1] if id(part) in self.heights else 1 for part in children(node))
        height = 1 + max(below, default=0)
        self._shallow(height)
        self.heights[id(node)] = node, height
        return node

    def _multiplied(self, factors: list[Expression], negative: bool = False) -> Expression:
        product = self._made(Multiply(tuple(factors))) if len(factors) > 1 else factors[0]
        return self._made(Negative(product)) if negative else product

    def _shallow(self, depth: int) -> None:
        if depth > DEEPEST:
            too_much(self.text, self.token.column, DEEPEST, "parts inside one another", "层嵌套")

    def _use(self, token: Token) -> None:
        self.used.add(token.text)
        if len(self.used) > MOST_SYMBOLS:
            too_much(self.text, token.column, MOST_SYMBOLS, "different symbols", "个不同的符号")

    # ------------------------------------------------------------------------------------------- errors

    def _fail(self, problem: Text, token: Token | None = None) -> NoReturn:
        raise FormulaError(self.text, (token or self.token).column, problem)

    def _count(self, token: Token, what: Text, wanted: int | None, given: int) -> None:
        """Refuse a wrong number of arguments or indices."""
        if given != wanted and (wanted is not None or given < 2):
            inside = ", ".join("…" * (2 if wanted is None else wanted))
            form = token.text + (f"[{inside}]" if what is _INDICES else f"({inside})")
            self._fail(_COUNT.filled(name=token.text, what=what, given=given, form=form), token)

    def _missing(self) -> NoReturn:
        """Refuse what stands where a number, a letter or a bracket should."""
        kind, text, _ = self.token
        if text in ("[", "{"):
            self._out_of_place()
        self._fail(_MISSING_AT_END if kind is Kind.END else _MISSING.filled(sign=text))

    def _out_of_place(self) -> NoReturn:
        """Refuse what stands behind a number, a letter or a bracket, and may not."""
        kind, text, _ = self.token
        families = Text(", ".join(self.families) or "none", "、".join(self.families) or "无")
        hint = _HINTS.get(text) or _HINTS.get(kind) or _OUT_OF_PLACE
        self._fail(hint.filled(sign=text, families=families))


# --------------------------------------------------------------------------------------------- spelling


def _spellings(names: Collection[str]) -> dict[str, str]:
    """Return the names under the ways they are typed: as declared, and as `linear` prints them in ASCII.

    >>> _spellings(["x̃", "σ"])
    {'x~': 'x̃', 'sigma': 'σ', 'x̃': 'x̃', 'σ': 'σ'}
    """
    plain = {name: name.translate(CHARACTERS) for name in names}
    ascii = {"".join(map(_ascii, normalize("NFD", spelled))): name for name, spelled in plain.items()}
    return ascii | {spelled: name for name, spelled in plain.items()}


def _ascii(character: str) -> str:
    greek = re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (\w+)", character_name(character, ""))
    if greek:
        word = greek[2].lower().replace("lamda", "lambda")
        return word.capitalize() if greek[1] == "CAPITAL" else word
    return "~" if character == "\u0303" else character


# --------------------------------------------------------------------------------------------- messages

_INDICES, _ARGUMENTS = Text("indices", "下标"), Text("arguments", "参数")
_EMPTY = Text("there is no formula: write one, such as (a + b)/2.", "没有公式：请写一个，例如 (a + b)/2。")
_UNKNOWN = Text(
    "there is no {kind} `{name}` here{meant} The {kind}s are {listed}.",
    "这里没有{kind} `{name}`{meant}可用的{kind}：{listed}。",
)
_COUNT = Text(
    "the number of {what} of `{name}` is {given}: write {form}.", "`{name}` 的{what}有 {given} 个：请写 {form}。"
)
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
_EQUALS = Text("one `=` may stand, after a name: O = …", "`=` 只能有一个，写在一个名称之后：O = …")
_MISSING = Text("a number, a letter or a bracket is missing before `{sign}`.", "`{sign}` 之前缺少数、字母或括号。")
_MISSING_AT_END = Text("a number, a letter or a bracket is missing at the end.", "末尾缺少数、字母或括号。")
_OUT_OF_PLACE = Text("`{sign}` is out of place here: use brackets.", "`{sign}` 不能出现在这里：请使用括号。")
_SUBSCRIPT = Text(
    "only families of values have subscripts; here: {families}.", "只有数组才有下标；这里的数组：{families}。"
)
_HINTS: Mapping[str, Text] = {
    "=": _EQUALS,
    "_": _SUBSCRIPT,
    Kind.SUBSCRIPT: _SUBSCRIPT,
    ",": Text(
        "a comma may stand only between indices or arguments: write 1000 for 1,000 and 0.5 for 0,5.",
        "逗号只能用在下标或参数之间：1,000 请写 1000，0,5 请写 0.5。",
    ),
    "[": Text("square brackets are for indices, as in x[t]: write ( ).", "方括号只用于下标，如 x[t]：请写 ( )。"),
    "{": Text("braces are for subscripts and exponents: write ( ).", "花括号只用于下标和指数：请写 ( )。"),
    Kind.NUMBER: Text(
        "a number may not follow directly: write * or ^ before it, and 1000 without a space.",
        "数不能直接跟在后面：请在前面写 * 或 ^；1000 中间不留空格。",
    ),
}
