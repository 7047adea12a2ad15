"""The cursor over the tokens of a typed formula: it moves, splits runs of letters into names, keeps the budgets, refuses."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from difflib import get_close_matches
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType
from typing import NoReturn, TypeVar
from unicodedata import lookup, normalize
from unicodedata import name as character_name

from cnnmath.errors import FormulaError
from cnnmath.expression import Expression, Multiply, Negative, children
from cnnmath.reading.latex import Kind, Token
from cnnmath.reading.tokens import (
    CHARACTERS,
    CLOSING,
    DEEPEST,
    MOST_SYMBOLS,
    MOST_TOKENS,
    PLAIN,
    Marks,
    tokens,
    too_much,
)
from cnnmath.text import Text

NONE: Mapping[str, int] = MappingProxyType({})
BUILT_IN = {
    "floor": 1, "ceil": 1, "abs": 1, "exp": 1, "sqrt": 1, "max": None, "min": None, "sum": 4, "prod": 4
}  # fmt: skip
"""Functions that every formula may use, with how many arguments they take; None is one or more."""

_ALIASES = {"ceiling": "ceil"} | {
    f"{module}.{name}": name for module in ("math", "np") for name in ("floor", "ceil", "sqrt", "exp")
}

T = TypeVar("T")


class Cursor:
    """Where the reading of a formula stands: the token that is next, the names that are known, what was used."""

    def __init__(
        self,
        text: str,
        symbols: Collection[str],
        families: Mapping[str, int] = NONE,
        functions: Mapping[str, int] = NONE,
        marks: Marks = PLAIN,
    ) -> None:
        self.text = text
        self.symbols = list(dict.fromkeys(symbols))
        self.families = families
        self.functions = BUILT_IN | dict(functions)
        self.spelled = {**_ALIASES, **_spellings((*self.functions, *families, *symbols))}
        self.bound: list[str] = []
        self.used: set[str] = set()
        self.depth = 0
        self.bars = 0
        self.heights: dict[int, tuple[Expression, int]] = {}
        self.units: dict[int, Fraction] = {}
        self.kept: list[Expression] = []
        self.tokens = tokens(text, self.spelled, marks)
        self.at = 0

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
            found = [
                name for name in found if self.spelled.get(name) not in self.functions or at + len(name) == len(run)
            ]
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
        elif not names:
            self._fail(_NUMBERS_ONLY.filled(name=shown), token)
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
        if given != wanted and (wanted is not None or given < 1):
            inside = ", ".join("…" * (2 if wanted is None else wanted))
            form = token.text + (f"[{inside}]" if what is INDICES else f"({inside})")
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


@lru_cache(maxsize=256)
def _spellings(names: tuple[str, ...]) -> Mapping[str, str]:
    r"""Return the names under the ways they are typed: as declared, in ASCII as `linear` prints them, and in LaTeX.

    >>> _spellings(("x̃", "σ"))
    {'x~': 'x̃', 'sigma': 'σ', 'x̃': 'x̃', 'σ': 'σ'}
    >>> sorted(_spellings(("C_1", "alpha")))
    ['C_1', 'C_{1}', 'C_{\\mathrm{1}}', 'C_{\\text{1}}', 'C₁', 'alpha', 'α']
    """
    plain = {name: name.translate(CHARACTERS) for name in names}
    ascii = {"".join(map(_ascii, normalize("NFD", spelled))): name for name, spelled in plain.items()}
    others = {other: name for name, spelled in plain.items() for other in _other_ways(spelled)}
    return others | ascii | {spelled: name for name, spelled in plain.items()}


def _other_ways(name: str) -> Iterator[str]:
    letter, below, subscript = name.partition("_")
    if below and subscript.isalnum():
        yield from (
            f"{letter}_{{{subscript}}}",
            rf"{letter}_{{\mathrm{{{subscript}}}}}",
            rf"{letter}_{{\text{{{subscript}}}}}",
        )
    if below and subscript.isdecimal():
        yield letter + subscript.translate(_BELOW)
    size = "SMALL" if name.islower() else "CAPITAL"
    with suppress(KeyError):
        if name.isalpha() and name.isascii():
            yield lookup(f"GREEK {size} LETTER {name.upper().replace('LAMBDA', 'LAMDA')}")


_BELOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def _ascii(character: str) -> str:
    greek = re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (\w+)", character_name(character, ""))
    if greek:
        word = greek[2].lower().replace("lamda", "lambda")
        return word.capitalize() if greek[1] == "CAPITAL" else word
    return "~" if character == "\u0303" else character


# --------------------------------------------------------------------------------------------- messages

INDICES, ARGUMENTS = Text("indices", "下标"), Text("arguments", "参数")
_UNKNOWN = Text(
    "there is no {kind} `{name}` here{meant} The {kind}s are {listed}.",
    "这里没有{kind} `{name}`{meant}可用的{kind}：{listed}。",
)
_NUMBERS_ONLY = Text(
    "there is no symbol `{name}` here: write a number, such as 13, 1/3, 12,443,648 or 2.4 Million.",
    "这里没有符号 `{name}`：请写一个数，例如 13、1/3、12,443,648 或 2.4 Million。",
)
_COUNT = Text(
    "the number of {what} of `{name}` is {given}: write {form}.", "`{name}` 的{what}有 {given} 个：请写 {form}。"
)
EQUALS = Text("one `=` may stand, after a name: O = …", "`=` 只能有一个，写在一个名称之后：O = …")
_MISSING = Text("a number, a letter or a bracket is missing before `{sign}`.", "`{sign}` 之前缺少数、字母或括号。")
_MISSING_AT_END = Text("a number, a letter or a bracket is missing at the end.", "末尾缺少数、字母或括号。")
_OUT_OF_PLACE = Text("`{sign}` is out of place here: use brackets.", "`{sign}` 不能出现在这里：请使用括号。")
_SUBSCRIPT = Text(
    "only families of values have subscripts; here: {families}.", "只有数组才有下标；这里的数组：{families}。"
)
_HINTS: Mapping[str, Text] = {
    "=": EQUALS,
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
