"""Spelling: the characters that are read as others, and numbers."""

import re
from fractions import Fraction
from unicodedata import category, name

from cnnmath.errors import GivenError
from cnnmath.text import Text

READ_AS = str.maketrans(
    {
        **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
        "，": ",", "；": ";", "（": "(", "）": ")", "［": "[", "］": "]", "【": "[", "】": "]", "．": ".", "：": ":",
        "＝": "=", "－": "-", "−": "-", "–": "-", "×": "x", "✕": "x", "／": "/", "、": ",", "\u3000": " ",
        "\u00a0": " ", "\u2009": " ", "\u202f": " ",
    }
)  # fmt: skip
"""Full-width and typographic characters, each with the one it is read as. No other is mapped."""

NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?:/\d+)?", re.ASCII)
MOST_DIGITS = 60
MOST_EXPONENT = 100


def shown(text: str, most: int = 40) -> str:
    """Return the first `most` characters of `text` as one harmless line: what cannot be printed is escaped.

    >>> shown("a\\x1b[31m\\n")
    'a\\\\x1b[31m\\\\n'
    """
    cut = text if len(text) <= most else text[: most - 1] + "…"
    return "".join(
        character if _harmless(character) else character.encode("unicode_escape").decode() for character in cut
    )


def spelled(word: str, text: str) -> str:
    """Return `text` in ASCII; GivenError names the first character that has no place there, and its column."""
    plain = text.translate(READ_AS)
    if not (plain.isascii() and plain.isprintable()):
        for column, character in enumerate(plain, 1):
            if not (character.isascii() and (character.isprintable() or character in "\n\r\t")):
                raise GivenError(_out_of_place(word, character, column))
    return plain


def file_name(word: str, text: str) -> str:
    """Return `text` as it is; GivenError names a character that no file's name should hide, such as U+202E."""
    for column, character in enumerate(text, 1):
        if not _harmless(character):
            raise GivenError(_out_of_place(word, character, column))
    return text


def _harmless(character: str) -> bool:
    """Whether a terminal shows it as it is: neither a control character nor one that turns the text around."""
    return character.isprintable() or category(character) == "Zs"


def _out_of_place(word: str, character: str, column: int) -> Text:
    called = f"U+{ord(character):04X} {name(character, '')}".strip()
    return Text(
        f"`{word}` has a character that cannot be read, {called}, in column {column}.",
        f"`{word}` 第 {column} 列有无法识别的字符 {called}。",
    )


def number(text: str) -> int | Fraction | None:
    """Return the exact number that `text` is, or None: 28, -3, 0.5, 1e-3, 1/3.

    Length and exponent are looked at before anything is computed; a zero denominator is no number.
    """
    if len(text) <= MOST_DIGITS and text.isascii() and text.isdigit():
        return int(text)
    if len(text) > 2 * MOST_DIGITS or not NUMBER.fullmatch(text):
        return None
    mantissa, _, below = text.partition("/")
    mantissa, _, exponent = mantissa.lower().partition("e")
    if sum(character.isdigit() for character in mantissa + below) > MOST_DIGITS or len(exponent) > 4:
        return None
    if abs(int(exponent or 0)) > MOST_EXPONENT or (below and (int(below) == 0 or exponent or "." in mantissa)):
        return None
    value = Fraction(text)
    return value.numerator if value.denominator == 1 else value
