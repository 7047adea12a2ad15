"""Rows: `1 0 1; 0 1 0` or `[[1,0,1],[0,1,0]]`, read into nested lists of exact numbers."""

import re
from collections.abc import Callable
from typing import Any, NoReturn

from cnnmath.errors import GivenError
from cnnmath.grid import Grid
from cnnmath.reading.spelling import number
from cnnmath.text import Text

MOST_ENTRIES = 1_000_000
DEEPEST = 3

_TOKEN = re.compile(r"[\[\](){},;]|[^\[\](){},;\s]+")


def rows(word: str, text: str) -> Grid:
    """Return the rows that `text` spells; GivenError says what is wrong, and in which row and column."""
    if any(bracket in text for bracket in "[("):
        return grid(word, _bracketed(word, text))
    lines = [line for line in re.split(r"[;\n\r]", text) if line.strip()]
    table = [line.replace(",", " ").split() for line in lines]
    values = [[_entry(word, cell, at, column) for column, cell in enumerate(row, 1)] for at, row in enumerate(table, 1)]
    return grid(word, values if len(values) > 1 else values[0])


def grid(word: str, values: Any, refuse: Callable[[Text], NoReturn] | None = None) -> Grid:
    """Return nested lists as a grid; ragged ones are refused by row."""
    if not isinstance(values, list):
        values = [values]
    try:
        return Grid.of(values)
    except ValueError:
        (refuse or _refuse)(_ragged(word, values))


def _ragged(word: str, values: list[Any]) -> Text:
    lengths = [len(row) if isinstance(row, list) else 1 for row in values]
    for at, length in enumerate(lengths, 1):
        if length != lengths[0]:
            return Text(
                f"`{word}` is ragged: row 1 has {lengths[0]} values and row {at} has {length}.",
                f"`{word}` 各行长度不同：第 1 行有 {lengths[0]} 个值，第 {at} 行有 {length} 个。",
            )
    return Text(
        f"`{word}` is ragged: its lists are not all equally deep and long.",
        f"`{word}` 不整齐：各层列表的长度或深度不同。",
    )


def _entry(word: str, cell: str, row: int, column: int) -> Any:
    value = number(cell)
    if value is None:
        shown = cell if len(cell) <= 40 else cell[:39] + "…"
        _refuse(
            Text(
                f"`{word}` has `{shown}` in row {row}, column {column}, which is not a number.",
                f"`{word}` 第 {row} 行第 {column} 列的 `{shown}` 不是数。",
            )
        )
    return value


def _bracketed(word: str, text: str) -> Any:
    """Read nested brackets with a stack, so that no depth of them can exhaust anything."""
    stack: list[list[Any]] = []
    done: list[Any] | None = None
    entries = 0
    for match in _TOKEN.finditer(text):
        token, column = match[0], match.start() + 1
        if done is not None:
            _unexpected(word, token, column)
        if token in "[(":
            if len(stack) == DEEPEST:
                _refuse(
                    Text(
                        f"`{word}` has more than {DEEPEST} axes, and no quantity takes more than "
                        "height × width × channels: give one image at a time.",
                        f"`{word}` 超过 {DEEPEST} 个维度，而最多只能是 高 × 宽 × 通道：请一次给出一幅图像。",
                    )
                )
            stack.append([])
        elif token in "])":
            if not stack or not stack[-1]:
                _unexpected(word, token, column)
            closed = stack.pop()
            if stack:
                stack[-1].append(closed)
            else:
                done = closed
        elif token in ",;":
            if not stack or not stack[-1]:
                _unexpected(word, token, column)
        else:
            value = number(token)
            if value is None or not stack:
                _unexpected(word, token, column)
            entries += 1
            if entries > MOST_ENTRIES:
                _refuse(
                    Text(f"`{word}` has more than {MOST_ENTRIES:,} values.", f"`{word}` 的值超过 {MOST_ENTRIES:,} 个。")
                )
            stack[-1].append(value)
    if done is None:
        _refuse(Text(f"`{word}` ends before its last bracket is closed.", f"`{word}` 的括号没有闭合。"))
    return done


def _unexpected(word: str, token: str, column: int) -> NoReturn:
    shown = token if len(token) <= 40 else token[:39] + "…"
    _refuse(
        Text(
            f"`{word}` has an unexpected `{shown}` in column {column}: write rows like [[1,0],[0,1]] or 1 0; 0 1.",
            f"`{word}` 第 {column} 列出现了意外的 `{shown}`：请写成 [[1,0],[0,1]] 或 1 0; 0 1。",
        )
    )


def _refuse(message: Text) -> NoReturn:
    raise GivenError(message)
