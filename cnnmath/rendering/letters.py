"""Letters such as `K`, `x̃`, `w_b` and `kernel_size[0]`: taken apart, in ASCII and in LaTeX."""

import re
from functools import cache
from typing import NamedTuple
from unicodedata import combining, normalize
from unicodedata import name as character_name

from cnnmath.rendering.boxes import width

_TILDE, _HAT, _BAR = "\u0303", "\u0302", "\u0304"
_MARKS_ASCII = {_TILDE: "~", _HAT: "_hat", _BAR: "_bar"}
_MARKS_LATEX = {_TILDE: r"\tilde", _HAT: r"\hat", _BAR: r"\bar"}
_ESCAPES = str.maketrans({character: f"\\{character}" for character in "_%#&$"})


class Parted(NamedTuple):
    """A letter in its parts: `w_b` is w and b, `kernel_size[0]` is one word and its tail."""

    base: str
    subscript: str
    tail: str


@cache
def parted(letter: str) -> Parted:
    """Part a letter from its subscript; an underscore between two words is part of a name."""
    stem, bracket, inside = letter.partition("[")
    base, _, subscript = stem.rpartition("_")
    if base and subscript and 1 in (width(base.rstrip("'")), width(subscript)):
        return Parted(base, subscript, bracket + inside)
    return Parted(stem, "", bracket + inside)


@cache
def in_ascii(letter: str, name: str) -> str:
    """Return a letter in ASCII: a tilde follows it, Greek is spelled out, other marks are dropped.

    A letter that this leaves without ASCII becomes the symbol's name.

    >>> in_ascii("x̃", "padded"), in_ascii("σ", "spread"), in_ascii("层", "layer")
    ('x~', 'sigma', 'layer')
    """
    spelled = "".join(_spelled(character) for character in normalize("NFD", letter.replace("′", "'")))
    if spelled.isascii() and spelled:
        return spelled
    return name if name.isascii() else name.encode("ascii", "ignore").decode() or "symbol"


def _spelled(character: str) -> str:
    if combining(character):
        return _MARKS_ASCII.get(character, "")
    return _greek(character) or character


def _greek(character: str) -> str:
    """Return what a Greek letter is called, or nothing for another character."""
    called = "" if character.isascii() else character_name(character, "")
    if not re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER \w+", called):
        return ""
    word = called.rpartition(" ")[2].lower().replace("lamda", "lambda")
    return word.capitalize() if "CAPITAL" in called else word


@cache
def in_latex(text: str, command: str = r"\mathrm") -> str:
    """Return a letter in LaTeX, or a longer word upright."""
    stem = text.rstrip("'′")
    primes = "'" * (len(text) - len(stem))
    if width(stem) != 1:
        return (stem if stem.isdecimal() else _upright(stem, command)) + primes
    decomposed = normalize("NFD", stem)
    greek = _greek(decomposed[0])
    glyph = f"\\{greek}" if greek else decomposed[0].translate(_ESCAPES)
    for mark in decomposed[1:]:
        if mark in _MARKS_LATEX:
            glyph = f"{_MARKS_LATEX[mark]}{{{glyph}}}"
    return glyph + primes


def _upright(text: str, command: str) -> str:
    return f"{command}{{{text.translate(_ESCAPES)}}}"
