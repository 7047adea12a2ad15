"""Givens as people type them: `input=28x28`, `padding=1,2,1,2`, `kernel=1 0 1; 0 1 0`, `input=image.csv`."""

import re
from collections.abc import Sequence
from fractions import Fraction

from cnnmath.errors import GivenError
from cnnmath.grid import Grid
from cnnmath.reading.files import ENDINGS, read_array_file
from cnnmath.reading.rows import rows
from cnnmath.reading.spelling import number, spelled
from cnnmath.text import Text

SIZE_WORDS = ("stride", "padding", "dilation")
MOST_PAIRS = 64
LONGEST = 1_000_000

_SIZES = re.compile(r"\d{1,18}(?:\s*[xX*]\s*\d{1,18})+", re.ASCII)
_LIST = re.compile(r"[(\[]?\s*(\d{1,18}(?:\s*,\s*\d{1,18})*)\s*,?\s*[)\]]?", re.ASCII)
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}", re.ASCII)
_ROWS = re.compile(r"[-+.\d/eE\s,;()\[\]]+", re.ASCII)
_TRUTHS = {"yes": True, "true": True, "是": True, "no": False, "false": False, "否": False}


def read_pairs(arguments: Sequence[str]) -> dict[str, str]:
    """Return `name=value` arguments by name; GivenError says which one is not a given."""
    if len(arguments) > MOST_PAIRS:
        raise GivenError(Text(f"there are more than {MOST_PAIRS} givens.", f"已知量超过 {MOST_PAIRS} 个。"))
    pairs: dict[str, str] = {}
    for argument in arguments:
        name, sign, value = argument.replace("＝", "=", 1).partition("=")
        name = name.strip()
        shown = argument if len(argument) <= 40 else argument[:39] + "…"
        if not sign or not _WORD.fullmatch(name):
            raise GivenError(
                Text(
                    f"`{shown}` is not a given: write name=value, for example input=28.",
                    f"`{shown}` 不是已知量：请写成 名字=值，例如 input=28。",
                )
            )
        if not value.strip():
            raise GivenError(Text(f"`{name}` has no value: write {name}=…", f"`{name}` 没有值：请写 {name}=…"))
        if name in pairs:
            raise GivenError(Text(f"`{name}` is given twice.", f"`{name}` 给出了两次。"))
        if len(value) > LONGEST:
            raise GivenError(
                Text(
                    f"`{name}` is longer than {LONGEST:,} characters: put the values into a file.",
                    f"`{name}` 超过 {LONGEST:,} 个字符：请把数值放进文件。",
                )
            )
        pairs[name] = value
    return pairs


def read_given(word: str, text: str, *, files: bool = True) -> int | Fraction | tuple[int, ...] | Grid | str | bool:
    """Return what `text` says for the given `word`: a number, sizes, rows, a word, or a file's values.

    A comma list is sizes for stride, padding and dilation, and one row of values for everything else.
    """
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1].strip()
    if word == "bias" and text.lower() in _TRUTHS:
        return _TRUTHS[text.lower()]
    if files and text.lower().endswith(ENDINGS):
        return read_array_file(text, word)
    plain = spelled(word, text)
    value = number(plain)
    if value is not None:
        return value
    if _SIZES.fullmatch(plain):
        return _sizes(re.split("[xX*]", plain))
    if word in SIZE_WORDS and (match := _LIST.fullmatch(plain)):
        return _sizes(match[1].split(","))
    if _WORD.fullmatch(plain):
        return plain.lower()
    if any(character.isdigit() for character in plain) and (
        _ROWS.fullmatch(plain) or any(character in "[;, \n" for character in plain)
    ):
        return rows(word, plain)
    shown = text if len(text) <= 40 else text[:39] + "…"
    raise GivenError(
        Text(
            f"`{word}` cannot be read from `{shown}`: write a number (28), sizes (28x28), rows (1 0 1; 0 1 0) or a "
            "file name.",
            f"`{word}` 无法从 `{shown}` 读出：请写一个数（28）、大小（28x28）、若干行（1 0 1; 0 1 0）或文件名。",
        )
    )


def _sizes(parts: list[str]) -> tuple[int, ...]:
    return tuple(int(part) for part in parts)
