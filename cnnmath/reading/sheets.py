"""Answers in files: TOML, JSON, CSV (one person or a class), and Markdown or plain text with `q1: …` lines.

Every answer is read by itself, so that one that cannot be read leaves the others as they are. What an answer means
is not looked at here.
"""

import csv
import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from itertools import accumulate, islice
from pathlib import Path
from typing import Any, NoReturn

from cnnmath.errors import CnnmathError, FileError, Place
from cnnmath.reading.files import DEEPEST_TEXT, file_bytes
from cnnmath.reading.problems import is_set
from cnnmath.reading.spelling import MOST_DIGITS, shown
from cnnmath.reading.tables import decoded, places, read_toml
from cnnmath.sheets import Answer, Sheet
from cnnmath.text import Text

ENDINGS = (".toml", ".json", ".csv", ".md", ".markdown", ".txt")
MOST_FILES = 2_000
LARGEST = 4 * 2**20
MOST_PEOPLE = 2_000
MOST_ANSWERS = 2_000
"""Answers that one person may give."""

Ids = Callable[[str, str], Collection[str]]
"""The ids of the questions of a set, by its name and the file that names it."""

_KNOWN = {"problems": "problems", "题集": "problems", "name": "name", "姓名": "name", "名字": "name"}
"""What a file says of itself beside answers."""

_TOO_MANY = Text(f"there are more than {MOST_ANSWERS:,} answers.", f"答案超过 {MOST_ANSWERS:,} 个。")


def files_of(path: str) -> tuple[list[str], list[CnnmathError]]:
    """Return the files of answers at `path`, a file or a folder, and what is in the folder besides."""
    folder = Path(path)
    try:
        if not folder.is_dir():
            return [path], []
        inside = sorted(islice((one for one in folder.rglob("*") if _is_visible(one, folder)), MOST_FILES + 1))
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
        return _csv(path, file, data, ids)
    return [_toml(path, file, data) if ending == ".toml" else _lines(path, file, data)]


# ------------------------------------------------------------------------------------------------ TOML

_ASSIGNED = re.compile(rb"""\s*(?:"[^"\n]*"|'[^'\n]*'|[A-Za-z0-9_.-]+)\s*=""")
_ANSWERS = re.compile(rb"\s*\[\s*answers\s*\]\s*(?:#.*)?")


def _toml(path: str, file: str, data: bytes) -> Sheet:
    lines = data.split(b"\n")
    entered = _Entered(file)
    try:
        entered.add(lines, 1)
    except FileError:
        statements = list(_statements(lines))
        if not statements:
            raise
        entered = _Entered(file)
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
    return _sheet(path, entered)


class _Entered:
    """The fields of a sheet as they are found in its file, where each stands, and why some could not be read."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.fields: dict[str, Any] = {}
        self.where: dict[str, Place] = {}
        self.refused: dict[str, Text] = {}
        self.faults: list[CnnmathError] = []

    def put(self, name: str, value: Any, place: Place) -> None:
        """Enter an answer; one that has been given before does not count any more."""
        if name in self.fields:
            line = self.where[name].line
            self.refused[name] = Text(
                f"it is answered twice, in lines {line} and {place.line}.",
                f"回答了两次：第 {line} 行与第 {place.line} 行。",
            )
        self.fields[name] = value
        self.where[name] = place

    def add(self, lines: list[bytes], first: int) -> None:
        """Enter what some lines of TOML say; FileError where they are none."""
        found, text = read_toml(self.file, lines, first)
        where = places(self.file, text, first)
        for name, value in found.items():
            self.put(name, value, where.get(name, Place(self.file, first, 1)))

    def add_alone(self, lines: list[bytes], first: int) -> None:
        """Enter a single `key = …`; where it cannot be read, its name is known all the same."""
        try:
            self.add(lines, first)
        except FileError as error:
            name, _, value = b"\n".join(lines).decode("utf-8", "replace").partition("=")
            name, value = name.strip().strip("\"'"), value.strip()
            advice = f'{name} = "{shown(value)}"'
            quoted = value[:1] not in "\"'[{" and "\n" not in value
            self.put(name, value, error.place)
            said = _without_place(error)
            self.refused[name] = Text(
                said.en + (f" Put the answer in quotes: {advice}" if quoted else ""),
                said.zh + (f"请给答案加引号：{advice}" if quoted else ""),
            )


def _statements(lines: list[bytes]) -> Iterator[tuple[int, int]]:
    """Yield the first and last line of each `key = …`; a table's header is passed over."""
    starts = [at for at, line in enumerate(lines) if _ASSIGNED.match(line)]
    for start, stop in zip(starts, [*starts[1:], len(lines)]):
        while stop > start + 1 and (not lines[stop - 1].strip() or lines[stop - 1].lstrip()[:1] in (b"[", b"#")):
            stop -= 1
        yield start, stop


def _sheet(path: str, entered: _Entered) -> Sheet:
    """Return the sheet that the fields of a file are."""
    texts = {"problems": "", "name": ""}
    faults = list(entered.faults)
    fields = dict(entered.fields)
    for name in texts:
        value, place = fields.pop(name, ""), entered.where.get(name, Place(entered.file))
        if name in entered.refused:
            faults.append(FileError(place, entered.refused[name]))
        elif isinstance(value, str):
            texts[name] = value.strip()
        else:
            faults.append(FileError(place, Text(f"`{name}` must be a text.", f"`{name}` 须为文本。")))
    if len(fields) > MOST_ANSWERS:
        faults.append(FileError(Place(entered.file), _TOO_MANY))
    answers = (
        Answer(id, value, entered.where.get(id, Place(entered.file)), entered.refused.get(id))
        for id, value in islice(fields.items(), MOST_ANSWERS)
    )
    return Sheet(texts["name"] or Path(path).stem, path, tuple(answers), texts["problems"], tuple(faults))


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
        _refuse(Place(file), _too_many_people())
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
        entered = _Entered(file)
        entered.fields = {**one, **inner} if isinstance(inner, _Pairs) else dict(one)
        if isinstance(inner, _Pairs):
            del entered.fields["answers"]
        entered.fields.pop("kind", None)
        twice = one.twice + (inner.twice if isinstance(inner, _Pairs) else ())
        entered.refused = dict.fromkeys(twice, Text("it is answered twice.", "回答了两次。"))
        entered.where, at = _keys(file, text, entered.fields, at)
        sheet = _sheet(path, entered)
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


# ------------------------------------------------------------------------------------------------- CSV

_PERSON = ("name", "student", "person", "id", "学生", "姓名", "学号", "名字")
_HEADS = ("question", "answer", "题目", "题号", "答案")


def _csv(path: str, file: str, data: bytes, ids: Ids) -> list[Sheet]:
    """Read two columns, question and answer; or a class, one row per person and one column per question."""
    faults: list[CnnmathError] = []
    rows = list(_rows(file, data, faults))
    named = {"problems": "", "name": ""}
    while len(rows) > 1 and len(rows[0][1]) == 2 and rows[0][1][0].lower() in _KNOWN:
        word, value = _KNOWN[rows[0][1][0].lower()], rows[0][1][1]
        if word == "name" and value in ids(named["problems"], path):
            break
        named[word] = value
        rows.pop(0)
    if not rows:
        raise faults[0] if faults else FileError(Place(file), Text("the file has no answers.", "文件中没有答案。"))
    known = ids(named["problems"], path)
    _, header = rows[0]
    first = next((at for at, cell in enumerate(header) if at and cell in known), 0)
    if header[0] in known or header[0].lower() in _HEADS:
        first = 0
    elif not first and (len(header) > 2 or header[0].lower() in _PERSON):
        first = 1
    if first:
        return list(_class(path, file, rows, first, named["problems"], faults))
    entered = _Entered(file)
    entered.faults = faults
    for at, cells in rows:
        if at == rows[0][0] and any(cell.lower() in _HEADS for cell in cells):
            continue
        place = Place(file, at, 1)
        name = _KNOWN.get(cells[0].lower(), cells[0])
        entered.put(name, cells[1] if len(cells) > 1 else "", place)
        if len(cells) > 2 and any(cells[2:]):
            entered.refused[name] = Text(
                "the row has more than a question and its answer: put an answer with commas in quotes.",
                "该行除题号与答案外还有内容：含逗号的答案请加引号。",
            )
            entered.fields[name] = ",".join(cells[1:])
    sheet = _sheet(path, entered)
    return [replace(sheet, name=named["name"] or sheet.name, problems=named["problems"] or sheet.problems)]


def _rows(file: str, data: bytes, faults: list[CnnmathError]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that have anything, each with the line it begins in; semicolons and tabs separate as well."""
    lines = []
    for number, line in enumerate(data.split(b"\n"), 1):
        try:
            lines.append(decoded(file, line, number))
        except FileError as error:
            faults.append(error)
            lines.append("")
    head = next((line for line in lines if line.strip()), "")
    mark = next((mark for mark in ",\t;" if mark in head), ",")
    csv.field_size_limit(2**24)
    reader = csv.reader(lines, delimiter=mark)
    before = 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield before + 1, [cell.strip() for cell in cells]
            before = reader.line_num
    except csv.Error as error:
        reason = shown(str(error), 80)
        message = Text(f"this is not CSV: {reason}.", f"这不是 CSV：{reason}。")
        faults.append(FileError(Place(file, before + 1, 1), message))


def _class(
    path: str,
    file: str,
    rows: list[tuple[int, list[str]]],
    first: int,
    problems: str,
    faults: list[CnnmathError],
) -> Iterator[Sheet]:
    _, header = rows[0]
    if len(rows) == 1:
        faults.append(FileError(Place(file, rows[0][0]), Text("nobody is in this class.", "表中没有任何人。")))
    if len(rows) - 1 > MOST_PEOPLE:
        faults.append(FileError(Place(file, rows[MOST_PEOPLE + 1][0]), _too_many_people()))
    if len(header) > MOST_ANSWERS:
        faults.append(FileError(Place(file, rows[0][0]), _TOO_MANY))
    named = next((at for at in range(first) if header[at].lower() in ("name", "student", "姓名", "学生")), 0)
    for line, cells in rows[1 : MOST_PEOPLE + 1]:
        own: list[CnnmathError] = list(faults)
        faults = []
        refused = None
        if len(cells) > len(header):
            refused = Text(
                f"the row has {len(cells)} cells and the first has {len(header)}: put answers with commas in quotes.",
                f"该行有 {len(cells)} 个单元格，而首行有 {len(header)} 个：含逗号的答案请加引号。",
            )
        answers = [
            Answer(header[at], cells[at] if at < len(cells) else "", Place(file, line, at + 1), refused)
            for at in range(first, min(len(header), MOST_ANSWERS))
            if header[at]
        ]
        yield Sheet(cells[named] or f"{Path(path).stem}:{line}", path, tuple(answers), problems, tuple(own))
    if faults:
        yield Sheet(Path(path).stem, path, (), problems, tuple(faults))


def _without_place(error: FileError) -> Text:
    """Return what is said of an answer, without the place, which the answer has itself."""
    return Text(*(said.removeprefix(f"{error.place}: ") for said in (error.message.en, error.message.zh)))


def _too_many_people() -> Text:
    return Text(f"there are more than {MOST_PEOPLE:,} people.", f"人数超过 {MOST_PEOPLE:,}。")


# ------------------------------------------------------------------------------------ Markdown and text

_LINE = re.compile(
    r"\s{0,3}(?:[-*+>]\s+|\d+[.)]\s+)?(?:[*_`]{0,3})([^\W_][\w.-]{0,39})(?:[*_`]{0,3})\s*[:：=](?:[*_`]{2,3}(?=\s))?(.*)"
)


def _lines(path: str, file: str, data: bytes) -> Sheet:
    """Read `q1: 24` lines; an answer goes on in lines that are indented, or that follow where its own line has none."""
    entered = _Entered(file)
    name, open = "", False
    for number, raw in enumerate(data.split(b"\n"), 1):
        try:
            line, refused = decoded(file, raw, number), None
        except FileError as error:
            line, refused = raw.decode("utf-8", "replace").rstrip("\r"), error
        found = _LINE.fullmatch(line)
        if found:
            name = _KNOWN.get(found[1], found[1])
            entered.put(name, _bare(found[2]), Place(file, number, found.start(1) + 1))
            open = not entered.fields[name]
        elif name and line.strip() and (open or line[:1] in (" ", "\t")):
            entered.fields[name] = f"{entered.fields[name]}\n{_bare(line)}".strip("\n")
        elif not line.strip():
            name = name if open and not entered.fields.get(name) else ""
        if refused and (found or name):
            entered.refused[name] = _without_place(refused)
            entered.where[name] = refused.place
        elif refused:
            entered.faults.append(refused)
    if not entered.fields and not entered.faults:
        _refuse(Place(file), Text("no line of it is an answer such as `q1: 24`.", "没有 `q1: 24` 这样的答案行。"))
    return _sheet(path, entered)


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
