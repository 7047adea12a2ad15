"""Answers in files: TOML, JSON, CSV (one person or a class), and Markdown or plain text with `q1: …` lines.

Every answer is read by itself, so that one that cannot be read leaves the others as they are. What an answer means
is not looked at here.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from itertools import accumulate, islice
from pathlib import Path
from typing import Any, NoReturn

from cnnmath.errors import CnnmathError, FileError, Place
from cnnmath.reading.entered import KNOWN, MOST_PEOPLE, TOO_MANY_PEOPLE, Entered, without_place
from cnnmath.reading.files import DEEPEST_TEXT, file_bytes
from cnnmath.reading.problems import is_set
from cnnmath.reading.register import Ids, read_csv
from cnnmath.reading.spelling import MOST_DIGITS, shown
from cnnmath.reading.tables import decoded
from cnnmath.sheets import Sheet
from cnnmath.text import Text

ENDINGS = (".toml", ".json", ".csv", ".md", ".markdown", ".txt")
MOST_FILES = 2_000
LARGEST = 4 * 2**20


def files_of(path: str) -> tuple[list[str], list[CnnmathError]]:
    """Return the files of answers at `path`, a file or a folder, and what is in the folder besides."""
    folder = Path(path)
    try:
        if not folder.is_dir():
            return [path], []
        entries = islice(folder.rglob("*"), 10 * MOST_FILES)
        inside = sorted(islice((one for one in entries if _is_visible(one, folder)), MOST_FILES + 1))
    except (OSError, ValueError):
        return [path], []
    files = [one for one in inside if one.suffix.lower() in ENDINGS and not (one.suffix == ".toml" and is_set(one))]
    others = [one for one in inside if one.suffix.lower() not in ENDINGS]
    listed = " ".join(ENDINGS)
    faults: list[CnnmathError] = [
        FileError(
            Place(shown(str(one), 255)),
            Text(f"answers are read from {listed} files.", f"答案从 {listed} 文件读取。"),
        )
        for one in others
    ]
    if len(inside) > MOST_FILES:
        message = Text(f"the folder has more than {MOST_FILES:,} files.", f"文件夹中的文件超过 {MOST_FILES:,} 个。")
        faults.append(FileError(Place(shown(path, 255)), message))
    elif not files:
        message = Text("there are no answers in this folder.", "该文件夹中没有答案文件。")
        faults.append(FileError(Place(shown(path, 255)), message))
    return [str(one) for one in files[:MOST_FILES]], faults


def _is_visible(path: Path, folder: Path) -> bool:
    return path.is_file() and not any(part.startswith((".", "__")) for part in path.relative_to(folder).parts)


def read_sheets(path: str, ids: Ids) -> list[Sheet]:
    """Return the sheets of a file, one for each person; FileError where nothing of it can be read."""
    ending = Path(path).suffix.lower()
    file = shown(path, 255)
    if ending not in ENDINGS:
        listed = " ".join(ENDINGS)
        _refuse(Place(file), Text(f"answers are read from {listed} files.", f"答案从 {listed} 文件读取。"))
    data = file_bytes(path)
    if len(data) > LARGEST:
        _refuse(Place(file), Text("answers are at most 4 MiB.", "答案文件最大 4 MiB。"))
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        _refuse(Place(file, 1, 1), Text("this is UTF-16: save the file as UTF-8.", "这是 UTF-16：请以 UTF-8 保存。"))
    if ending == ".json":
        return _json(path, file, data)
    if ending == ".csv":
        return read_csv(path, file, data, ids)
    return [_toml(path, file, data) if ending == ".toml" else _lines(path, file, data)]


# ------------------------------------------------------------------------------------------------ TOML

_ASSIGNED = re.compile(rb"""\s*(?:"[^"\n]*"|'[^'\n]*'|[A-Za-z0-9_.-]+)\s*=""")


def _toml(path: str, file: str, data: bytes) -> Sheet:
    lines = data.split(b"\n")
    entered = Entered(file)
    try:
        entered.add(lines, 1)
    except FileError:
        statements = list(_statements(lines))
        if not statements:
            raise
        entered = Entered(file)
        for start, stop in statements:
            entered.add_alone(lines[start:stop], start + 1)
    kind = entered.fields.pop("kind", "answers")
    if kind != "answers":
        _refuse(
            entered.where.get("kind", Place(file)),
            Text('a file of answers begins with kind = "answers".', '答案文件须以 kind = "answers" 开头。'),
        )
    inner = entered.fields.pop("answers", {})
    entered.fields |= inner if isinstance(inner, dict) else {"answers": inner}
    return entered.sheet(path)


def _statements(lines: list[bytes]) -> Iterator[tuple[int, int]]:
    """Yield the first and last line of each `key = …`; a table's header is passed over."""
    starts = [at for at, line in enumerate(lines) if _ASSIGNED.match(line)]
    for start, stop in zip(starts, [*starts[1:], len(lines)]):
        while stop > start + 1 and (not lines[stop - 1].strip() or lines[stop - 1].lstrip()[:1] in (b"[", b"#")):
            stop -= 1
        yield start, stop


# ------------------------------------------------------------------------------------------------ JSON


class _Pairs(dict[str, Any]):
    """A JSON object that remembers which of its names stood there twice."""

    twice: tuple[str, ...] = ()


def _pairs(items: list[tuple[str, Any]]) -> _Pairs:
    found = _Pairs(items)
    if len(found) < len(items):
        found.twice = tuple(name for at, (name, _) in enumerate(items) if name in dict(items[:at]))
    return found


def _json(path: str, file: str, data: bytes) -> list[Sheet]:
    text = "\n".join(decoded(file, line, number) for number, line in enumerate(data.split(b"\n"), 1))
    bare = re.sub(r'"(?:[^"\\\n]|\\.)*"', "", text)
    depth = max(accumulate(1 if bracket in "[{" else -1 for bracket in re.findall(r"[\[\]{}]", bare)), default=0)
    if depth > DEEPEST_TEXT:
        _refuse(Place(file), Text("the file is nested too deeply.", "文件嵌套过深。"))
    try:
        found = json.loads(
            text, parse_float=_decimal, parse_int=_decimal, parse_constant=Decimal, object_pairs_hook=_pairs
        )
    except json.JSONDecodeError as error:
        reason = shown(error.msg, 80)
        _refuse(
            Place(file, error.lineno, error.colno), Text(f"this is not JSON: {reason}.", f"这不是 JSON：{reason}。")
        )
    people = found if isinstance(found, list) and found and all(isinstance(one, dict) for one in found) else [found]
    if len(people) > MOST_PEOPLE:
        _refuse(Place(file), TOO_MANY_PEOPLE)
    sheets = []
    at = 0
    for number, one in enumerate(people, 1):
        if not isinstance(one, _Pairs):
            _refuse(
                Place(file),
                Text(
                    'answers in JSON are an object: {"problems": "…", "answers": {"q1": "24"}}.',
                    'JSON 答案须为一个对象：{"problems": "…", "answers": {"q1": "24"}}。',
                ),
            )
        inner = one.get("answers")
        entered = Entered(file)
        entered.fields = {**one, **inner} if isinstance(inner, _Pairs) else dict(one)
        if isinstance(inner, _Pairs):
            del entered.fields["answers"]
        entered.fields.pop("kind", None)
        twice = one.twice + (inner.twice if isinstance(inner, _Pairs) else ())
        entered.refused = dict.fromkeys(twice, Text("it is answered twice.", "回答了两次。"))
        entered.where, at = _keys(file, text, entered.fields, at)
        sheet = entered.sheet(path)
        sheets.append(sheet if len(people) == 1 or "name" in one else replace(sheet, name=f"{sheet.name} {number}"))
    return sheets


def _decimal(text: str) -> int | Decimal:
    """Return a number of JSON as it is written; one that is too long stays a decimal, and is refused as an answer."""
    if len(text) <= MOST_DIGITS and text.lstrip("-").isdigit():
        return int(text)
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")


def _keys(file: str, text: str, fields: dict[str, Any], start: int) -> tuple[dict[str, Place], int]:
    """Find where the names of an object stand, from `start` on, and where they end."""
    where: dict[str, Place] = {}
    last = start
    for name in fields:
        found = re.compile(re.escape(json.dumps(name, ensure_ascii=False)) + r"\s*:").search(text, start)
        if found:
            line = text.count("\n", 0, found.start()) + 1
            where[name] = Place(file, line, found.start() - text.rfind("\n", 0, found.start()))
            last = max(last, found.end())
    return where, last


# ------------------------------------------------------------------------------------ Markdown and text

_LINE = re.compile(
    r"\s{0,3}(?:[-*+>]\s+|\d+[.)]\s+)?(?:[*_`]{0,3})([^\W_][\w.-]{0,39})(?:[*_`]{0,3})\s*[:：=](?:[*_`]{2,3}(?=\s))?(.*)"
)


def _lines(path: str, file: str, data: bytes) -> Sheet:
    """Read `q1: 24` lines; an answer goes on in lines that are indented, or that follow where its own line has none."""
    entered = Entered(file)
    name, open = "", False
    for number, raw in enumerate(data.split(b"\n"), 1):
        try:
            line, refused = decoded(file, raw, number), None
        except FileError as error:
            line, refused = raw.decode("utf-8", "replace").rstrip("\r"), error
        found = _LINE.fullmatch(line)
        if found:
            name = KNOWN.get(found[1], found[1])
            entered.put(name, _bare(found[2]), Place(file, number, found.start(1) + 1))
            open = not entered.fields[name]
        elif name and line.strip() and (open or line[:1] in (" ", "\t")):
            entered.fields[name] = f"{entered.fields[name]}\n{_bare(line)}".strip("\n")
        elif not line.strip():
            name = name if open and not entered.fields.get(name) else ""
        if refused and (found or name):
            entered.refused[name] = without_place(refused)
            entered.where[name] = refused.place
        elif refused:
            entered.faults.append(refused)
    if not entered.fields and not entered.faults:
        _refuse(Place(file), Text("no line of it is an answer such as `q1: 24`.", "没有 `q1: 24` 这样的答案行。"))
    return entered.sheet(path)


def _bare(text: str) -> str:
    """Return a text of Markdown without the backticks or asterisks around it; a fence is nothing."""
    text = text.strip()
    if text.startswith(("```", "~~~")) and not (len(text) > 6 and text.endswith(text[:3])):
        return ""
    for mark in ("```", "`", "**"):
        if len(text) > 2 * len(mark) and text.startswith(mark) and text.endswith(mark):
            return text[len(mark) : -len(mark)].strip()
    return text


def _refuse(place: Place, message: Text) -> NoReturn:
    raise FileError(place, message)
