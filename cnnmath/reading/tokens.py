"""Tokens: the characters of a typed formula, in the pieces that its grammar knows.

The text is untrusted. Every budget of reading a formula stands here, and each is looked at before the work
that it bounds. Characters are whitelisted: anything else is refused by its name and its column.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NoReturn
from unicodedata import combining, name, normalize

from cnnmath.errors import FormulaError
from cnnmath.reading.latex import Kind, Token, untexed
from cnnmath.reading.spelling import READ_AS
from cnnmath.text import Text

LONGEST = 4096
MOST_TOKENS = 1500
MOST_DIGITS = 400
MOST_EXPONENT = 400
MOST_SYMBOLS = 12
DEEPEST = 60
"""Of brackets, signs and exponents inside one another, and of the tree: code that walks it may recurse."""

CHARACTERS = READ_AS | str.maketrans(
    {
        "×": "*", "✕": "*", "·": "*", "∙": "*", "⋅": "*", "∗": "*", "＊": "*", "÷": "/", "＋": "+", "＾": "^",
        "＿": "_", "｛": "{", "｝": "}", "′": "'", "∑": "Σ", "∏": "Π", "—": "-", "‐": "-", "％": "%", "｜": "|",
        "∣": "|", "。": ".", "ｘ": "x", "Ｘ": "x",
    }
)  # fmt: skip
"""Each character that is read as another, one for one, so that columns stay what they are."""

CLOSING = {"(": ")", "[": "]", "{": "}", "⌊": "⌋", "⌈": "⌉", r"\begin": r"\end"}
SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_SAME = {"**": "^", "…": ".."}
_LOOK_ALIKES = dict(
    zip(
        "АВЕЅІЈКМНОРСТУХаеорсухѕіјΑΒΕΖΗΙΚΜΝΟΡΤΥΧνορυχ",
        "ABESIJKMHOPCTYXaeopcyxsijABEZHIKMNOPTYXvopux",
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Marks:
    """What the kind of an answer makes of a comma and an x.

    thousands: 1,000 and 1 000 are one number. times: an x between numbers is a product.
    sizes: an x and any sign of a product part the sizes of a shape, as commas do.
    """

    thousands: bool = False
    times: bool = False
    sizes: bool = False


PLAIN = Marks()


def tokens(text: str, names: Mapping[str, str], marks: Marks = PLAIN) -> list[Token]:
    """Return the tokens of a formula, the last of kind END; brackets among them are balanced.

    `names` are the declared ones, each under the ways it is typed. LaTeX is recognised by its backslashes.

    >>> [token.text for token in tokens("2H_in·x_{t-1}", {"H_in": "H_in", "x": "x"})]
    ['2', 'H_in', '*', 'x', '_', '{', 't', '-', '1', '}', '']
    >>> [token.text for token in tokens(r"\\frac{28}{2} + 1{,}000", {}, Marks(thousands=True))]
    ['frac', '{', '28', '}', '{', '2', '}', '+', '1000', '']
    """
    if len(text) > LONGEST:
        too_much(text, LONGEST + 1, LONGEST, "characters", "个字符")
    plain = text.translate(CHARACTERS)
    pattern = _pattern(frozenset(names), marks.thousands)
    found: list[Token] = []
    at = 0
    while at < len(plain):
        match = pattern.match(plain, at)
        if match is None:
            _refuse(text, at + 1)
        if match.lastgroup:
            found.append(_token(Kind(match.lastgroup), match[match.lastgroup], match.start(match.lastgroup) + 1, names))
            _measure(text, found)
        at = match.end()
    found = untexed(text, found, names)
    _balance(text, found)
    return [*_marked(found, names, marks), Token(Kind.END, "", len(text.rstrip()) + 1)]


def _token(kind: Kind, read: str, column: int, names: Mapping[str, str]) -> Token:
    match kind:
        case Kind.NAME:
            return Token(kind, names[read], column)
        case Kind.NUMBER:
            return Token(kind, _BETWEEN_THOUSANDS.sub("", read), column)
        case Kind.SUBSCRIPT:
            return Token(kind, read.lstrip("_").translate(SUBSCRIPTS), column + read.count("_"))
    return Token(kind, _SAME.get(read, read), column)


def _marked(found: Sequence[Token], names: Collection[str], marks: Marks) -> list[Token]:
    """Return the tokens with each x, times and percent turned into the sign that it stands for."""
    marked: list[Token] = []
    depths = list(_depths(found))
    outside = min(depths[1:-1] or depths or [0])
    listed = any(token.text == "," for token, depth in zip(found, depths) if depth == outside)
    for token, depth, before, after in zip(found, depths, [None, *found], [*found[1:], None]):
        alone = token.kind is Kind.WORD and token.text in ("x", "X", "by") and token.text not in names
        if marks.sizes and (alone or (token.text == "*" and depth == outside and not listed)):
            token = Token(Kind.SIGN, ",", token.column)
        elif alone and marks.times and before and after and _ends(before) and _starts(after) and before.text != "0":
            token = Token(Kind.SIGN, "*", token.column)
        elif token.text == "percent" and "percent" not in names:
            token = Token(Kind.SIGN, "%", token.column)
        marked.append(token)
    return marked


def _depths(found: Sequence[Token]) -> Iterator[int]:
    """Yield how many brackets each token stands in; a bracket stands outside of its own."""
    depth = 0
    for token in found:
        depth -= token.text in CLOSING.values()
        yield depth
        depth += token.text in CLOSING


def _ends(token: Token) -> bool:
    return token.kind in (Kind.NUMBER, Kind.SUPERSCRIPT) or token.text == ")"


def _starts(token: Token) -> bool:
    return token.kind is Kind.NUMBER or token.text == "("


def too_much(text: str, column: int, most: int, en: str, zh: str) -> NoReturn:
    """Refuse what is over a budget."""
    problem = Text(f"there are more than {most:,} {en}: write a shorter formula.", f"超过 {most:,} {zh}：请写得短些。")
    raise FormulaError(text, column, problem)


_BETWEEN_THOUSANDS = re.compile(r"[ ,{}\\!_]")
_THOUSANDS = r"[0-9]{1,3}(?P<between>,\\! ?|,|\{,\}|\\,| |_)[0-9]{3}(?:(?P=between)[0-9]{3})*(?![0-9])(?:\.[0-9]*)?|"


@cache
def _pattern(names: frozenset[str], thousands: bool) -> re.Pattern[str]:
    """Return what one token looks like, or spaces; letters beyond ASCII are those of the names."""
    others = "".join(sorted(set("".join(names)) - set(map(chr, range(128))) - set(map(chr, SUBSCRIPTS))))
    letter = f"[A-Za-z{re.escape(others)}]"
    compound = [
        one for one in sorted(names, key=lambda name: (-len(name), name)) if not re.fullmatch(f"{letter}+", one)
    ]
    whole = "|".join(map(re.escape, compound)) or "(?!)"
    large = _THOUSANDS if thousands else ""
    return re.compile(
        rf"(?P<name>{whole})"
        rf"|(?P<number>(?:{large}[0-9]+(?:\.(?!\.)[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
        rf"|(?P<word>(?:(?!{whole}){letter})+'*)"
        rf"|(?P<subscript>_(?:{letter}|[0-9])+|[₀₁₂₃₄₅₆₇₈₉]+)"
        r"|(?P<superscript>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
        r"|(?P<command>\\(?:[A-Za-z]+|[^A-Za-z]))"
        r"|(?P<sign>\*\*|//|\.\.|…|_(?=[ \t]*[\\{])|[-+*/^()\[\]{},=⌊⌋⌈⌉√ΣΠ|%&$])"
        r"|[ \t\r\n]+"
    )


def _measure(text: str, found: Sequence[Token]) -> None:
    """Hold the last token, and their number, against the budgets."""
    kind, read, column = found[-1]
    if len(found) > MOST_TOKENS:
        too_much(text, column, MOST_TOKENS, "numbers, names and signs", "个数、名称和符号")
    if kind is not Kind.WORD and sum(character.isdigit() for character in read) > MOST_DIGITS:
        too_much(text, column, MOST_DIGITS, "digits in a number", "位数字")
    exponent = read.lower().partition("e")[2].lstrip("+-0") if kind is Kind.NUMBER else ""
    if len(exponent) > 3 or int(exponent or 0) > MOST_EXPONENT:
        problem = Text(
            f"`e{exponent[:8]}` is too large: an exponent goes up to {MOST_EXPONENT}.",
            f"`e{exponent[:8]}` 太大：指数最大为 {MOST_EXPONENT}。",
        )
        raise FormulaError(text, column, problem)


def _balance(text: str, found: Sequence[Token]) -> None:
    """Refuse the first bracket without its partner."""
    opened: list[Token] = []
    for token in found:
        sign = token.text
        if sign in CLOSING:
            opened.append(token)
            if len(opened) > DEEPEST:
                too_much(text, token.column, DEEPEST, "brackets inside one another", "层括号")
        elif sign in CLOSING.values():
            if not opened:
                raise FormulaError(
                    text,
                    token.column,
                    Text(f"`{sign}` closes nothing: delete it.", f"`{sign}` 没有对应的左括号：请删去。"),
                )
            last = opened.pop()
            if CLOSING[last.text] != sign:
                problem = Text(
                    f"`{sign}` cannot close the `{last.text}` of column {last.column}: write `{CLOSING[last.text]}`.",
                    f"`{sign}` 不能与第 {last.column} 列的 `{last.text}` 配对：请写 `{CLOSING[last.text]}`。",
                )
                raise FormulaError(text, token.column, problem)
    if opened:
        sign, closing = opened[-1].text, CLOSING[opened[-1].text]
        problem = Text(f"`{sign}` is never closed: add `{closing}`.", f"`{sign}` 没有闭合：请加上 `{closing}`。")
        raise FormulaError(text, opened[-1].column, problem)


def _refuse(text: str, column: int) -> NoReturn:
    """Refuse a character by its name; an invisible one and a look-alike say so."""
    character = text[column - 1]
    called = name(character, "control character")
    like = _LOOK_ALIKES.get(character) or normalize("NFKC", character)
    if not character.isprintable() or combining(character):
        called = f"U+{ord(character):04X} {called}"
        problem = Text(f"there is an invisible character, {called}: delete it.", f"有不可见的字符 {called}：请删去。")
    elif not character.isascii() and like.isascii() and like.isalpha():
        problem = Text(
            f"`{character}` is {called}; did you mean `{like}`?", f"`{character}` 是 {called}；是否想写 `{like}`？"
        )
    else:
        shown = f"`{character}`" if character.isascii() else f"`{character}` ({called})"
        problem = Text(
            f"{shown} means nothing in a formula: use letters, numbers, + - * / ^ and brackets.",
            f"{shown} 在公式中没有意义：请使用字母、数、+ - * / ^ 和括号。",
        )
    raise FormulaError(text, column, problem)
