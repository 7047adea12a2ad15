"""LaTeX: its commands in the tokens of a typed formula, turned into the signs and names that they stand for.

What only moves or sizes things is dropped; a command that is not known is refused, never skipped.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple, NoReturn

from cnnmath.errors import FormulaError
from cnnmath.text import Text


class Kind(StrEnum):
    """What a token is: a word is a run of letters, of any names; a name is one beyond letters, such as H_in or M'.

    A command is one of LaTeX; none is left once they are translated.
    """

    NAME = "name"
    NUMBER = "number"
    WORD = "word"
    SUBSCRIPT = "subscript"
    SUPERSCRIPT = "superscript"
    COMMAND = "command"
    SIGN = "sign"
    END = "end"


class Token(NamedTuple):
    """A piece of a formula and the column where it begins; a subscript is without its underscore."""

    kind: Kind
    text: str
    column: int


_DROPPED = {
    rf"\{name}"
    for name in (
        "left right big Big bigl bigr Bigl Bigr bigg Bigg biggl biggr Biggl Biggr displaystyle textstyle limits "
        "nolimits quad qquad boxed , ; : ! > mathstrut"
    ).split()
} | {"\\ "}
_SIGNS = {
    r"\cdot": "*", r"\times": "*", r"\ast": "*", r"\div": "/", r"\lfloor": "⌊", r"\rfloor": "⌋", r"\lceil": "⌈",
    r"\rceil": "⌉", r"\lvert": "|", r"\rvert": "|", r"\vert": "|", r"\mid": "|", r"\sum": "Σ", r"\prod": "Π",
    r"\sqrt": "√", r"\frac": "frac", r"\dfrac": "frac", r"\tfrac": "frac", r"\cfrac": "frac", r"\%": "%",
    r"\lparen": "(", r"\rparen": ")", r"\lbrack": "[", r"\rbrack": "]", r"\\": r"\\", r"\dots": "..",
    r"\ldots": "..",
}  # fmt: skip
_WORDS = {r"\max": "max", r"\min": "min", r"\exp": "exp", r"\floor": "floor", r"\ceil": "ceil"}
_FONTS = {rf"\{name}" for name in "operatorname mathrm text textrm mathit textit mathbf mathsf".split()}
_MATRICES = {"matrix", "pmatrix", "bmatrix", "Bmatrix", "smallmatrix", "array"}
_DELIMITERS = {r"\(": r"\)", r"\[": r"\]"}


def untexed(text: str, tokens: Sequence[Token], names: Mapping[str, str]) -> list[Token]:
    r"""Return the tokens of `text` without commands; FormulaError where one is not known.

    A matrix becomes the signs `\begin`, `&`, `\\` and `\end`; Greek letters are those of `names`.
    """
    if not ("\\" in text or "$" in text):
        return list(tokens)
    inside = _undelimited(text, list(tokens))
    found: list[Token] = []
    at = 0
    while at < len(inside):
        token = inside[at]
        at += 1
        if token.text == "$":
            _refuse(text, token, _DOLLAR)
        if token.kind is not Kind.COMMAND:
            found.append(token)
        elif token.text in (r"\begin", r"\end"):
            at = _environment(text, inside, at)
            found.append(Token(Kind.SIGN, token.text, token.column))
        elif token.text in _FONTS:
            at = _font(text, inside, at, found)
        elif token.text not in _DROPPED:
            found.append(_translated(text, token, names))
    return found


def _undelimited(text: str, tokens: list[Token]) -> list[Token]:
    r"""Return what stands between a pair of $ or $$, or of \( \) or \[ \]; all of it without them."""
    for _ in range(2):
        if len(tokens) > 1 and tokens[0].text == tokens[-1].text == "$":
            tokens = tokens[1:-1]
    if tokens and tokens[0].text in _DELIMITERS and tokens[-1].text == _DELIMITERS[tokens[0].text]:
        tokens = tokens[1:-1]
    return tokens


def _environment(text: str, tokens: Sequence[Token], at: int) -> int:
    r"""Return the place behind the name of an environment, and behind the columns of an array."""
    begin = tokens[at - 1]
    name = "".join(token.text for token in tokens[at : at + 3])
    if name.strip("{}") not in _MATRICES or not name.startswith("{"):
        _refuse(text, begin, _ENVIRONMENT)
    at += 3
    if begin.text == r"\begin" and name == "{array}" and at < len(tokens) and tokens[at].text == "{":
        while at < len(tokens) and tokens[at].text != "}":
            at += 1
        at += 1
    return at


def _font(text: str, tokens: Sequence[Token], at: int, found: list[Token]) -> int:
    """Put the word in the braces of a font among the tokens found, and return the place behind it."""
    braced = tokens[at : at + 3]
    if [token.text for token in (*braced[:1], *braced[2:])] != ["{", "}"] or braced[1].kind not in (
        Kind.WORD,
        Kind.NAME,
    ):
        _refuse(text, tokens[at - 1], _FONT)
    found.append(braced[1])
    return at + 3


def _translated(text: str, token: Token, names: Mapping[str, str]) -> Token:
    if token.text in _SIGNS:
        return Token(Kind.SIGN, _SIGNS[token.text], token.column)
    if token.text in _WORDS:
        return Token(Kind.WORD, _WORDS[token.text], token.column)
    letter = token.text[1:]
    if letter not in names:
        _refuse(text, token, _UNKNOWN.filled(command=token.text if letter.isprintable() else "\\"))
    return Token(Kind.NAME, names[letter], token.column)


def _refuse(text: str, token: Token, problem: Text) -> NoReturn:
    raise FormulaError(text, token.column, problem)


_DOLLAR = Text(
    "`$` opens mathematics and is closed at the end: write $…$, and an amount without it.",
    "`$` 用来括住公式，须在末尾闭合：请写 $…$；金额不要写 $。",
)
_ENVIRONMENT = Text(
    r"only matrices are read here: write \begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}.",
    r"这里只能读矩阵：请写 \begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}。",
)
_FONT = Text("a font is of one name: write it without the font.", "字体命令中只能有一个名称：请直接写该名称。")
_UNKNOWN = Text(
    r"the command `{command}` is not known here: \frac, \lfloor, \lceil, \cdot, \times, \sum and \sqrt are.",
    r"这里不认识命令 `{command}`：可用 \frac、\lfloor、\lceil、\cdot、\times、\sum 与 \sqrt。",
)
