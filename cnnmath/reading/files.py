"""Arrays in files: .csv, .npy, .json and .toml, each within a size that is looked at before reading."""

import json
import re
import tomllib
from io import BytesIO
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn

from cnnmath.errors import FileError, Place
from cnnmath.grid import Grid
from cnnmath.reading.rows import DEEPEST, grid
from cnnmath.reading.shipped import found
from cnnmath.reading.spelling import READ_AS, number
from cnnmath.text import Text

ENDINGS = (".csv", ".npy", ".json", ".toml")
LARGEST = 16 * 2**20


def read_array_file(path: str, word: str) -> Grid:
    """Return the array that a file holds; FileError names file, line and column, and the way out.

    .csv: rows of numbers, separated by commas, semicolons or spaces. .npy: one to three axes, no pickle.
    .json, .toml: a nested list, alone or under a key called `word` or `values`. A path that begins with
    `exercises/` and is not here names a file that comes with cnnmath.
    """
    content = _content(path)
    match Path(path).suffix.lower():
        case ".csv":
            return _csv(path, word, _decoded(path, content))
        case ".npy":
            return _npy(path, word, content)
        case ".json":
            return _json(path, word, _decoded(path, content))
    return _toml(path, word, _decoded(path, content))


def _content(path: str) -> bytes:
    file = found(path)
    try:
        if file.is_dir():
            _refuse(path, Text("this is a folder, not a file.", "这是文件夹，不是文件。"))
        if file.exists() and not file.is_file():
            _refuse(path, Text("this is not an ordinary file.", "这不是普通文件。"))
        if file.stat().st_size > LARGEST:
            _refuse(path, Text("the file is larger than 16 MiB.", "文件大于 16 MiB。"))
        content = file.read_bytes()
    except FileNotFoundError:
        _refuse(path, Text("there is no such file.", "没有这个文件。"))
    except PermissionError:
        _refuse(path, Text("the file may not be read.", "没有读取该文件的权限。"))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        _refuse(path, Text(f"the file cannot be read: {reason}.", f"无法读取该文件：{reason}。"))
    if not content.strip():
        _refuse(path, Text("the file is empty.", "文件是空的。"))
    return content


def _decoded(path: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        _refuse(
            path,
            Text("this is not UTF-8 text: save the file as UTF-8.", "这不是 UTF-8 文本：请以 UTF-8 保存。"),
            line,
            column,
        )


def _csv(path: str, word: str, text: str) -> Grid:
    table: list[list[Any]] = []
    first = 0
    for at, line in enumerate(text.translate(READ_AS).splitlines(), 1):
        if not line.strip():
            continue
        cells = re.split(r"[,;\t]", line.strip().rstrip(",;")) if re.search(r"[,;\t]", line) else line.split()
        row = []
        for column, cell in enumerate(cells, 1):
            value = number(cell.strip().strip('"'))
            if value is None:
                shown = cell.strip()[:40]
                message = Text(
                    f"`{shown}` is not a number (value {column} of the row).",
                    f"`{shown}` 不是数（该行第 {column} 个）。",
                )
                _refuse(path, message, at, line.find(cell) + 1)
            row.append(value)
        if table and len(row) != len(table[0]):
            message = Text(
                f"this row has {len(row)} values and row {first} has {len(table[0])}.",
                f"该行有 {len(row)} 个值，而第 {first} 行有 {len(table[0])} 个。",
            )
            _refuse(path, message, at)
        first = first or at
        table.append(row)
    return grid(word, table)


def _npy(path: str, word: str, content: bytes) -> Grid:
    import numpy as np

    try:
        array = np.load(BytesIO(content), allow_pickle=False)
    except Exception:  # NumPy raises many kinds for files that are cut short or made up
        _refuse(
            path,
            Text(
                "this is not a .npy file of numbers, or it is cut short.", "这不是由数构成的 .npy 文件，或文件不完整。"
            ),
        )
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "biuf":
        _refuse(path, Text("the array does not hold real numbers.", "数组中不是实数。"))
    if not 1 <= array.ndim <= DEEPEST:
        _refuse(path, _axes(word, array.ndim))
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        place = ", ".join(str(int(at)) for at in np.argwhere(~np.isfinite(array))[0])
        _refuse(
            path,
            Text(f"the value at [{place}] (from 0) is not a finite number.", f"[{place}]（从 0 计）处的值不是有限数。"),
        )
    return grid(word, array.tolist())


def _json(path: str, word: str, text: str) -> Grid:
    depth = deepest = 0
    for character in text:
        depth += (character in "[{") - (character in "]}")
        deepest = max(deepest, depth)
    if deepest > 20:
        _refuse(path, Text("the file is nested too deeply.", "文件嵌套过深。"))
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        _refuse(path, Text(f"this is not JSON: {error.msg}.", f"这不是 JSON：{error.msg}。"), error.lineno, error.colno)
    except (ValueError, RecursionError):
        _refuse(path, Text("a number in the file is too long.", "文件中的某个数过长。"))
    return _found(path, word, data)


def _toml(path: str, word: str, text: str) -> Grid:
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        at = re.search(r"line (\d+), column (\d+)", str(error))
        message = Text("this is not TOML.", "这不是 TOML。")
        _refuse(path, message, *(map(int, at.groups()) if at else ()))
    return _found(path, word, data)


def _found(path: str, word: str, data: Any) -> Grid:
    values = data.get(word, data.get("values")) if isinstance(data, dict) else data
    if not isinstance(values, list):
        _refuse(
            path,
            Text(
                f"there is no list of numbers called `{word}` or `values`.", f"没有名为 `{word}` 或 `values` 的数表。"
            ),
        )
    if _depth(values) > DEEPEST:
        _refuse(path, _axes(word, _depth(values)))
    _numbers_only(path, values)
    return grid(word, values, lambda message: _refuse(path, message))


def _depth(values: Any) -> int:
    return 1 + max(map(_depth, values), default=0) if isinstance(values, list) else 0


def _numbers_only(path: str, values: Any) -> None:
    for value in values:
        if isinstance(value, list):
            _numbers_only(path, value)
        elif isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
            shown = str(value)[:40]
            _refuse(path, Text(f"`{shown}` is not a number.", f"`{shown}` 不是数。"))


def _axes(word: str, axes: int) -> Text:
    return Text(
        f"`{word}` has {axes} axes, and no quantity takes more than height × width × channels: "
        "give one image at a time.",
        f"`{word}` 有 {axes} 个维度，而最多只能是 高 × 宽 × 通道：请一次给出一幅图像。",
    )


def _refuse(path: str, message: Text, line: int | None = None, column: int | None = None) -> NoReturn:
    raise FileError(Place(path, line, column), message)
