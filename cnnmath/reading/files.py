"""Arrays in files: .csv, .npy, .json and .toml, each within a size that is looked at before reading."""

import json
import re
import tomllib
import warnings
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from io import BytesIO
from itertools import accumulate
from math import isfinite, prod
from pathlib import Path
from typing import Any, NoReturn

from cnnmath.errors import FileError, Place
from cnnmath.grid import Grid
from cnnmath.reading.rows import DEEPEST, MOST_ENTRIES, grid, too_deep, too_many
from cnnmath.reading.shipped import found
from cnnmath.reading.spelling import MOST_DIGITS, READ_AS, number, shown
from cnnmath.text import Text

ENDINGS = (".csv", ".npy", ".json", ".toml")
LARGEST = 16 * 2**20
DEEPEST_TEXT = 20
MOST_DOTS = 1000

Refuse = Callable[..., NoReturn]

_EXPLICIT = re.compile(r"(?<![\w.])[+-]?[\d_]+\.[\d_]+(?:[eE][+-]?[\d_]+)?(?![\w.])", re.ASCII)
_TOO_LONG = Text("a number in the file is too long.", "文件中的某个数过长。")
_NESTED = Text("the file is nested too deeply.", "文件嵌套过深。")
_NOT_NPY = Text("this is not a .npy file of numbers, or it is cut short.", "这不是由数构成的 .npy 文件，或文件不完整。")


def names_file(text: str) -> bool:
    """Tell whether a given's text is the name of an array file, by its ending."""
    return text.strip().strip("\"'").lower().endswith(ENDINGS)


def read_array_file(path: str, word: str) -> Grid:
    """Return the array that a file holds; FileError names file, line and column, and the way out.

    .csv: rows of numbers, separated by commas, semicolons or spaces. .npy: one to three axes, no pickle.
    .json, .toml: a nested list, alone or under a key called `word` or `values`. A path that begins with
    `exercises/` and is not here names a file that comes with cnnmath.
    """
    refuse = partial(_refuse, path)
    ending = Path(path).suffix.lower()
    if ending not in ENDINGS:
        refuse(
            Text(
                "arrays are read from .csv, .npy, .json and .toml files.", "数组只能从 .csv .npy .json .toml 文件读取。"
            )
        )
    content = file_bytes(path)
    if ending == ".npy":
        return _npy(word, content, refuse)
    text = _decoded(path, content)
    if text.count(",") >= MOST_ENTRIES:
        refuse(too_many(word))
    return {".csv": _csv, ".json": _json, ".toml": _toml}[ending](word, text, refuse)


def file_bytes(path: str) -> bytes:
    """Return the bytes of a file; FileError where it cannot be read, is empty or too large."""
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
        reason = shown(getattr(error, "strerror", None) or str(error))
        _refuse(path, Text(f"the file cannot be read: {reason}.", f"无法读取该文件：{reason}。"))
    if not content.removeprefix(BOM_UTF8).strip():
        _refuse(path, Text("the file is empty.", "文件是空的。"))
    return content


def _decoded(path: str, content: bytes) -> str:
    content = content.removeprefix(BOM_UTF8)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        _refuse(
            path,
            Text("this is not UTF-8 text: save the file as UTF-8.", "这不是 UTF-8 文本：请以 UTF-8 保存。"),
            line,
            column,
        )


def _csv(word: str, text: str, refuse: Refuse) -> Grid:
    table: list[list[Any]] = []
    first = entries = 0
    for at, line in enumerate(re.split(r"\r\n|\r|\n", text.translate(READ_AS)), 1):
        if not line.strip():
            continue
        row = []
        for column, (start, cell) in enumerate(_cells(line.rstrip()), 1):
            value = number(cell.strip('"'))
            if value is None:
                if not cell:
                    refuse(Text(f"value {column} of the row is missing.", f"该行缺少第 {column} 个值。"), at, start)
                message = Text(
                    f"`{shown(cell)}` is not a number (value {column} of the row).",
                    f"`{shown(cell)}` 不是数（该行第 {column} 个）。",
                )
                refuse(message, at, start)
            row.append(value)
        entries += len(row)
        if entries > MOST_ENTRIES:
            refuse(too_many(word))
        if table and len(row) != len(table[0]):
            message = Text(
                f"this row has {len(row)} values and row {first} has {len(table[0])}.",
                f"该行有 {len(row)} 个值，而第 {first} 行有 {len(table[0])} 个。",
            )
            refuse(message, at)
        first = first or at
        table.append(row)
    return grid(word, table, refuse)


def _cells(line: str) -> Iterator[tuple[int, str]]:
    """Yield the column where each cell starts, and the cell; one separator may stand at the end of a line.

    A line with semicolons is separated by them alone, so that `1,5;2,5` is refused and not read as four values.
    """
    mark = next((mark for mark in ";,\t" if mark in line), "")
    if not mark:
        yield from ((match.start() + 1, match[0]) for match in re.finditer(r"\S+", line))
        return
    start = 1
    for cell in line.removesuffix(mark).split(mark):
        yield start + len(cell) - len(cell.lstrip()), cell.strip()
        start += len(cell) + 1


def _npy(word: str, content: bytes, refuse: Refuse) -> Grid:
    """Read the header with NumPy, and the numbers only once it is known that the file holds as many."""
    import numpy as np

    stream = BytesIO(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            newer = np.lib.format.read_magic(stream) != (1, 0)
            header = np.lib.format.read_array_header_2_0 if newer else np.lib.format.read_array_header_1_0
            shape, by_columns, kind = header(stream)
    except Exception:  # NumPy raises many kinds for headers that are cut short or made up
        refuse(_NOT_NPY)
    if kind.hasobject:
        refuse(_NOT_NPY)
    if kind.kind not in "biuf" or kind.itemsize > 8:
        refuse(Text("the array does not hold real numbers.", "数组中不是实数。"))
    if not shape:
        refuse(Text("this is a single number: save one to three axes.", "这只是一个数：请保存一到三个维度的数组。"))
    if len(shape) > DEEPEST:
        refuse(too_deep(word, len(shape)))
    count, start = prod(shape), stream.tell()
    if min(shape) < 0 or count * kind.itemsize > len(content) - start:
        refuse(_NOT_NPY)
    if count > MOST_ENTRIES:
        refuse(too_many(word))
    array = np.frombuffer(content, kind, count, start).reshape(shape, order="F" if by_columns else "C")
    if not np.isfinite(array).all():
        place = ", ".join(str(int(at)) for at in np.argwhere(~np.isfinite(array))[0])
        refuse(
            Text(f"the value at [{place}] (from 0) is not a finite number.", f"[{place}]（从 0 计）处的值不是有限数。")
        )
    if not count:
        return grid(word, [], refuse)
    return Grid(tuple(shape), tuple(_numbers(array.ravel(), kind.kind)))


def _numbers(values: Any, kind: str) -> Iterator[int | Fraction]:
    """Yield the values of a NumPy array; floats are the decimals that they print as, whole ones are ints."""
    if kind != "f":
        yield from map(int, values.tolist())
        return
    small = ((values % 1 == 0) & (abs(values) < 2**11)).tolist()
    for plain, value, printed in zip(small, values.tolist(), values.astype(str).tolist()):
        exact = int(value) if plain else Fraction(printed)
        yield exact.numerator if exact.denominator == 1 else exact


def _json(word: str, text: str, refuse: Refuse) -> Grid:
    steps = (1 if bracket in "[{" else -1 for bracket in re.findall(r"[\[\]{}]", text))
    if max(accumulate(steps), default=0) > DEEPEST_TEXT:
        refuse(_NESTED)
    try:
        data = json.loads(text, parse_int=_exact, parse_float=_exact)
    except json.JSONDecodeError as error:
        refuse(Text(f"this is not JSON: {error.msg}.", f"这不是 JSON：{error.msg}。"), error.lineno, error.colno)
    except ValueError:
        refuse(_TOO_LONG)
    return _found(word, data, refuse)


def _toml(word: str, text: str, refuse: Refuse) -> Grid:
    if text.count(".") - len(_EXPLICIT.findall(text)) > MOST_DOTS:  # a.a.a.a…: tomllib takes the square of the time
        refuse(_NESTED)
    try:
        data = tomllib.loads(text, parse_float=_exact)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        at = re.search(r"line (\d+), column (\d+)", str(error))
        refuse(Text("this is not TOML.", "这不是 TOML。"), *(map(int, at.groups()) if at else ()))
    except ValueError:
        refuse(_TOO_LONG)
    return _found(word, data, refuse)


def _exact(text: str) -> int | Fraction | float:
    """Return the number that JSON or TOML spells, exactly; a float only for nan and infinities, refused later."""
    value = number(text.replace("_", ""))
    if value is not None:
        return value
    if isfinite(float(text)) or text.lstrip("-").isdigit():
        raise ValueError("too long")
    return float(text)


def _found(word: str, data: Any, refuse: Refuse) -> Grid:
    values = data.get(word, data.get("values")) if isinstance(data, dict) else data
    if not isinstance(values, list):
        refuse(
            Text(f"there is no list of numbers called `{word}` or `values`.", f"没有名为 `{word}` 或 `values` 的数表。")
        )
    _numbers_only(values, refuse)
    return grid(word, values, refuse)


def _numbers_only(values: list[Any], refuse: Refuse) -> None:
    for value in values:
        if isinstance(value, list):
            _numbers_only(value, refuse)
        elif isinstance(value, bool) or not isinstance(value, (int, Fraction)):
            text = shown(str(value)[:40])
            refuse(Text(f"`{text}` is not a number.", f"`{text}` 不是数。"))
        elif isinstance(value, int) and abs(value) >= 10**MOST_DIGITS:
            refuse(_TOO_LONG)


def _refuse(path: str, message: Text, line: int | None = None, column: int | None = None) -> NoReturn:
    raise FileError(Place(shown(path, 255), line, column), message)
