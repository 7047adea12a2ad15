"""Rows: `1 0 1; 0 1 0` or `[[1,0,1],[0,1,0]]`, read into nested lists of exact numbers."""

import re
from collections.abc import Callable
from typing import Any, NoReturn

from cnnmath.errors import GivenError
from cnnmath.grid import Grid
from cnnmath.reading.spelling import number, shown
from cnnmath.text import Text

MOST_ENTRIES = 1_000_000
DEEPEST = 3

_TOKEN = re.compile(r"[\[\](),;\n\r]|[^\[\](),;\s]+")
_CLOSING = {"[": "]", "(": ")"}


def rows(word: str, text: str) -> Grid:
    """Return the rows that `text` spells; GivenError says what is wrong, and in which row and column.

    A semicolon ends a row anywhere (`[1 0; 0 1]` too), a new line only outside brackets.

    >>> rows("kernel", "1 0; 0 1") == rows("kernel", "[[1,0],[0,1]]") == rows("kernel", "[1 0; 0 1]")
    True
    """
    return grid(word, _scanned(word, text))


def grid(word: str, values: list[Any], refuse: Callable[[Text], NoReturn] | None = None) -> Grid:
    """Return nested lists of numbers as a grid; too deep, ragged and empty ones are refused, by row."""
    refuse = refuse or _refuse
    shape, level = [len(values)], values
    while any(isinstance(item, list) for item in level):
        lengths = [len(item) if isinstance(item, list) else -1 for item in level]
        odd = next((at for at, length in enumerate(lengths) if length != lengths[0]), 0)
        if odd:
            refuse(_ragged(word, shape, odd, lengths))
        shape.append(lengths[0])
        level = [entry for item in level for entry in item]
    if len(shape) > DEEPEST:
        refuse(too_deep(word, len(shape)))
    if not level:
        refuse(Text(f"`{word}` has no values.", f"`{word}` 没有任何数值。"))
    return Grid(tuple(shape), tuple(level))


def too_deep(word: str, axes: int) -> Text:
    """Return what is said of an array with more axes than any quantity takes."""
    return Text(
        f"`{word}` has {axes} axes, and no quantity takes more than height × width × channels: "
        "give one image at a time.",
        f"`{word}` 有 {axes} 个维度，而最多只能是 高 × 宽 × 通道：请一次给出一幅图像。",
    )


def too_many(word: str) -> Text:
    """Return what is said of an array with more values than are read."""
    return Text(f"`{word}` has more than {MOST_ENTRIES:,} values.", f"`{word}` 的值超过 {MOST_ENTRIES:,} 个。")


def _ragged(word: str, shape: list[int], odd: int, lengths: list[int]) -> Text:
    """Name the first list and the first one of another length; `odd` counts along the axes of `shape`."""
    first, other = lengths[0], lengths[odd]
    if min(first, other) < 0 or len(shape) > 2:
        return Text(
            f"`{word}` is ragged: its lists are not all equally deep and long.",
            f"`{word}` 不整齐：各层列表的长度或深度不同。",
        )
    row, column = divmod(odd, shape[1]) if len(shape) == 2 else (odd, 0)
    en, zh = ("", "") if len(shape) == 1 else (", column {}", "第 {} 列")
    values = "value" if first == 1 else "values"
    return Text(
        f"`{word}` is ragged: row 1{en.format(1)} has {first} {values} and row {row + 1}{en.format(column + 1)} "
        f"has {other}.",
        f"`{word}` 各行长度不同：第 1 行{zh.format(1)}有 {first} 个值，第 {row + 1} 行{zh.format(column + 1)}有 {other} 个。",
    )


def _scanned(word: str, text: str) -> list[Any]:
    """Read rows and brackets with a stack, so that no depth of them can exhaust anything.

    Each level of the stack is the bracket that closes it, and its rows, of which the last still grows.
    """
    stack: list[tuple[str, list[list[Any]]]] = [("", [[]])]
    entries, before = 0, ""
    for match in _TOKEN.finditer(text):
        token, column = match[0], match.start() + 1
        closing, lines = stack[-1]
        if token in _CLOSING:
            if len(stack) > DEEPEST:
                _refuse(
                    Text(
                        f"`{word}` has more than {DEEPEST} axes, and no quantity takes more than "
                        "height × width × channels: give one image at a time.",
                        f"`{word}` 超过 {DEEPEST} 个维度，而最多只能是 高 × 宽 × 通道：请一次给出一幅图像。",
                    )
                )
            stack.append((_CLOSING[token], [[]]))
        elif token == closing and lines[0]:
            stack.pop()
            stack[-1][1][-1].append(_listed(lines))
        elif token in "\n\r":
            if len(stack) == 1 and lines[-1]:
                lines.append([])
            continue
        elif token == ";" and lines[-1]:
            lines.append([])
        elif token in "]),;":
            if token != "," or not lines[-1] or before == ",":
                _unexpected(word, token, column)
        else:
            value = number(token)
            if value is None:
                if len(stack) > 1:
                    _unexpected(word, token, column)
                _refuse(_unreadable(word, token, len(lines), len(lines[-1]) + 1))
            entries += 1
            if entries > MOST_ENTRIES:
                _refuse(too_many(word))
            lines[-1].append(value)
        before = token
    if len(stack) > 1:
        _refuse(Text(f"`{word}` ends before its last bracket is closed.", f"`{word}` 的括号没有闭合。"))
    return _unwrapped(_listed(stack[0][1]))


def _listed(lines: list[list[Any]]) -> list[Any]:
    """Return the rows between two brackets as one list: a single row is the list itself."""
    if len(lines) == 1:
        return lines[0]
    full = [line for line in lines if line]  # only the last can be empty, after a closing semicolon
    return [_unwrapped(line) for line in full] if len(full) > 1 else full[0]


def _unwrapped(line: list[Any]) -> list[Any]:
    """Return the list that is alone in `line`, else the line."""
    return line[0] if len(line) == 1 and isinstance(line[0], list) else line


def _unreadable(word: str, cell: str, row: int, column: int) -> Text:
    return Text(
        f"`{word}` has `{shown(cell)}` in row {row}, column {column}, which is not a number.",
        f"`{word}` 第 {row} 行第 {column} 列的 `{shown(cell)}` 不是数。",
    )


def _unexpected(word: str, token: str, column: int) -> NoReturn:
    _refuse(
        Text(
            f"`{word}` has an unexpected `{shown(token)}` in column {column}: write rows like [[1,0],[0,1]] or 1 0; 0 1.",
            f"`{word}` 第 {column} 列出现了意外的 `{shown(token)}`：请写成 [[1,0],[0,1]] 或 1 0; 0 1。",
        )
    )


def _refuse(message: Text) -> NoReturn:
    raise GivenError(message)
