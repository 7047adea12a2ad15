"""Givens as people type them: `input=28x28`, `padding=1,2,1,2`, `kernel=1 0 1; 0 1 0`, `input=image.csv`."""

import re
from collections.abc import Sequence
from fractions import Fraction

from cnnmath.errors import GivenError
from cnnmath.grid import Grid
from cnnmath.reading.files import ENDINGS, read_array_file
from cnnmath.reading.rows import rows
from cnnmath.reading.spelling import file_name, number, shown, spelled
from cnnmath.text import Text

SIZE_WORDS = ("stride", "padding", "dilation")
MOST_PAIRS = 64
LONGEST = 1_000_000
MOST_SIDES = 8

_SIZES = re.compile(rf"\d{{1,60}}(?:\s*[xX*]\s*\d{{1,60}}){{1,{MOST_SIDES - 1}}}", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}", re.ASCII)
_SEPARATED = re.compile(r"[,;()\[\]]")
_DIGIT = re.compile(r"[0-9]")
_LIKE_A_NUMBER = re.compile(r"[-+.\d/eE]+|.*\s.*", re.ASCII | re.DOTALL)
_TRUTHS = {"yes": True, "true": True, "是": True, "no": False, "false": False, "否": False}


def read_pairs(arguments: Sequence[str]) -> dict[str, str]:
    """Return `name=value` arguments by name; GivenError says which one is not a given."""
    if len(arguments) > MOST_PAIRS:
        raise GivenError(Text(f"there are more than {MOST_PAIRS} givens.", f"已知量超过 {MOST_PAIRS} 个。"))
    pairs: dict[str, str] = {}
    for argument in arguments:
        name, *rest = re.split("[=＝]", argument, maxsplit=1)
        name = name.strip()
        if not rest or not _NAME.fullmatch(name):
            raise GivenError(
                Text(
                    f"`{shown(argument)}` is not a given: write name=value, for example input=28.",
                    f"`{shown(argument)}` 不是已知量：请写成 名字=值，例如 input=28。",
                )
            )
        if name in pairs:
            raise GivenError(Text(f"`{name}` is given twice.", f"`{name}` 给出了两次。"))
        pairs[name] = _bounded(name, rest[0])
    return pairs


def read_given(word: str, text: str, *, files: bool = True) -> int | Fraction | tuple[int, ...] | Grid | str | bool:
    """Return what `text` says for the given `word`: a number, sizes, rows, a word, or a file's values.

    A comma list is sizes for stride, padding and dilation, and one row of values for everything else.
    """
    text = _bounded(word, text)
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = _bounded(word, text[1:-1])
    if word == "bias" and text.lower() in _TRUTHS:
        return _TRUTHS[text.lower()]
    if files and text.lower().endswith(ENDINGS):
        return read_array_file(file_name(word, text), word)
    plain = spelled(word, text)
    value = number(plain)
    if value is not None:
        return value
    if _SIZES.fullmatch(plain):
        return _sizes(re.split("[xX*]", plain))
    if _WORD.fullmatch(plain):
        return plain.lower()
    if _SEPARATED.search(plain) or (_DIGIT.search(plain) and _LIKE_A_NUMBER.fullmatch(plain)):
        values = rows(word, plain)
        return _sides(values) if word in SIZE_WORDS else values
    raise GivenError(
        Text(
            f"`{word}` cannot be read from `{shown(text)}`: write a number (28), sizes (28x28), rows (1 0 1; 0 1 0) or a "
            "file name.",
            f"`{word}` 无法从 `{shown(text)}` 读出：请写一个数（28）、大小（28x28）、若干行（1 0 1; 0 1 0）或文件名。",
        )
    )


def _bounded(word: str, value: str) -> str:
    """Return `value` without the spaces around it, once its length is known to be within what is read."""
    if len(value) > LONGEST:
        raise GivenError(
            Text(
                f"`{word}` is longer than {LONGEST:,} characters: put the values into a file.",
                f"`{word}` 超过 {LONGEST:,} 个字符：请把数值放进文件。",
            )
        )
    if not value.strip():
        raise GivenError(Text(f"`{word}` has no value: write {word}=…", f"`{word}` 没有值：请写 {word}=…"))
    return value.strip()


def _sides(values: Grid) -> Grid | tuple[int, ...]:
    """Return a short list of whole numbers as sizes; anything else stays rows, and `pose` says that it is."""
    sides = tuple(part for part in values.values if isinstance(part, int))
    short = len(values.shape) == 1 and len(sides) == len(values.values) <= MOST_SIDES
    return sides if short else values


def _sizes(parts: list[str]) -> tuple[int, ...]:
    return tuple(int(part) for part in parts)
