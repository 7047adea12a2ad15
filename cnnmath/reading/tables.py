"""TOML files that are a list of tables: each table is read by itself, so that a bad one leaves the others as they are.

Nothing is made of them here: a table is its fields, each with the place where it stands.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from cnnmath.claims import Deck, Entry
from cnnmath.errors import CnnmathError, FileError, Place
from cnnmath.reading.spelling import shown
from cnnmath.text import Text

LONGEST = 200_000
"""Bytes that one table may have."""

MOST_DOTS = 2_000
"""Dots outside numbers that are read at once."""

_DECIMALS = re.compile(r"\d\.(?=\d)", re.ASCII)

Types = Mapping[str, tuple[type, ...]]
WORDS = (str, dict)
"""The types of a text: one for both languages, or { en, zh }."""


@dataclass(frozen=True)
class Layout:
    """What a kind of file holds: its fields before the first table, and those of every table called `table`."""

    kind: str
    table: str
    top: Types
    fields: Types
    this: Text
    many: Text
    most: int


def read_tables(path: str, data: bytes, layout: Layout) -> Deck:
    """Return the tables of a file, and what could not be read; FileError where nothing of it can be."""
    file = shown(path, 255)
    header = re.compile(rb"\s*\[\[\s*" + layout.table.encode() + rb"\s*\]\]\s*(?:#.*)?", re.ASCII)
    faults: list[CnnmathError] = []
    lines = data.split(b"\n")
    starts = [at for at, line in enumerate(lines) if line.lstrip()[:2] == b"[[" and header.fullmatch(line.rstrip())]
    entries: list[Entry] = []
    seen: dict[str, int] = {}
    first = starts[0] if starts else len(lines)
    try:
        top = _table(file, lines[:first], 1, layout)
        _checked(top, layout.top)
        if top.fields.get("kind") != layout.kind:
            en = f'a file of {layout.many.en} begins with kind = "{layout.kind}".'
            top.refuse("kind", Text(en, f'{layout.many.zh}文件须以 kind = "{layout.kind}" 开头。'))
    except FileError as error:
        if not starts:
            raise
        faults.append(error)
        top = Entry("", {}, Place(file))
    for number, (start, stop) in enumerate(zip(starts, [*starts[1:], len(lines)]), 1):
        if number > layout.most:
            faults.append(FileError(Place(file, start + 1), too_many(layout)))
            break
        try:
            entry = _table(file, lines[start:stop], start + 1, layout, number)
            _checked(entry, layout.fields)
            if entry.id in seen:
                line, said = seen[entry.id], shown(entry.id)
                entry.refuse(
                    "id", Text(f"`{said}` is the id of line {line} too.", f"`{said}` 与第 {line} 行的 id 相同。")
                )
            seen[entry.id] = start + 1
            entries.append(entry)
        except FileError as error:
            faults.append(error)
    return Deck(path, top.fields, tuple(entries), tuple(faults))


def too_many(layout: Layout) -> Text:
    """Return what is said of a file with more tables than are read."""
    return Text(f"there are more than {layout.most:,} {layout.many.en}.", f"{layout.many.zh}超过 {layout.most:,} 条。")


def decoded(file: str, line: bytes, number: int) -> str:
    """Return a line as text; FileError with its place where it is not UTF-8."""
    try:
        return line.decode("utf-8").removeprefix("\ufeff").rstrip("\r")
    except UnicodeDecodeError as error:
        column = len(line[: error.start].decode("utf-8")) + 1
        message = Text("this is not UTF-8 text: save the file as UTF-8.", "这不是 UTF-8 文本：请以 UTF-8 保存。")
        raise FileError(Place(file, number, column), message) from None


def read_toml(file: str, lines: Sequence[bytes], first: int) -> tuple[dict[str, Any], str]:
    """Return what some lines of a TOML file say, decimals exactly as written, and their text; `first` is their number."""
    text = "\n".join(decoded(file, line, first + at) for at, line in enumerate(lines))
    if text.count(".") - len(_DECIMALS.findall(text)) > MOST_DOTS:  # a.a.a.a…: tomllib takes the square of the time
        raise FileError(Place(file, first), Text("the file is nested too deeply.", "文件嵌套过深。"))
    try:
        return tomllib.loads(text, parse_float=Decimal), text
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        at = re.search(r"line (\d+), column (\d+)", str(error))
        line, column = map(int, at.groups()) if at else (len(lines) if "end of document" in str(error) else 1, 1)
        reason = shown(re.sub(r" \(at .*\)", "", str(error)), 80)
        message = Text(f"this is not TOML: {reason}.", f"这不是 TOML：{reason}。")
        raise FileError(Place(file, first + line - 1, column), message) from None


def _table(file: str, lines: Sequence[bytes], first: int, layout: Layout, number: int = 0) -> Entry:
    """Read one table, or what stands before the first; its fields are found again in its lines."""
    if sum(map(len, lines)) > LONGEST:
        message = Text(
            f"{layout.this.en} is longer than {LONGEST:,} bytes.", f"{layout.this.zh}超过 {LONGEST:,} 字节。"
        )
        raise FileError(Place(file, first), message)
    data, text = read_toml(file, lines, first)
    fields = data.get(layout.table, [{}])[0] if number else data
    name = fields.get("id") if isinstance(fields.get("id"), str) else ""
    return Entry(
        name or f"{layout.this.en.split()[-1]}-{number}",
        fields,
        Place(file, first),
        places(file, text, first, layout.table),
    )


_KEY = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*=""", re.ASCII)
_INNER = re.compile(r"[{,]\s*([A-Za-z0-9_-]+)\s*=", re.ASCII)


def places(file: str, text: str, first: int, table: str = "") -> dict[str, Place]:
    """Return where each field of a table begins: `given` and, inside it, `given.kernel`."""
    found: dict[str, Place] = {}
    header = re.compile(rf"\s*\[\s*{table}\s*\.\s*([A-Za-z0-9_-]+)\s*\]", re.ASCII)
    inside = ""
    for number, line in enumerate(text.split("\n"), first):
        opened, key = header.match(line), _KEY.match(line)
        if opened:
            inside = opened[1] + "."
            found.setdefault(opened[1], Place(file, number, opened.start(1) + 1))
        elif key:
            name = key[key.lastindex or 0]
            found.setdefault(inside + name, Place(file, number, key.start(key.lastindex or 0) + 1))
            brace = line.find("{", key.end())
            for inner in _INNER.finditer(line, brace) if brace >= 0 else ():
                found.setdefault(f"{inside}{name}.{inner[1]}", Place(file, number, inner.start(1) + 1))
    return found


def _checked(entry: Entry, known: Types) -> None:
    for name, value in entry.fields.items():
        if name not in known:
            near = get_close_matches(name, known, 1)
            entry.refuse(
                name,
                Text(
                    "there is no such field"
                    + (f": did you mean `{near[0]}`?" if near else f"; there are {', '.join(known)}."),
                    "没有这个字段" + (f"：是否想写 `{near[0]}`？" if near else f"；可用的有 {', '.join(known)}。"),
                ),
            )
        if not isinstance(value, known[name]) or (isinstance(value, bool) and bool not in known[name]):
            wanted = " / ".join(dict.fromkeys(_TYPES[kind] for kind in known[name]))
            entry.refuse(name, Text(f"this must be {wanted}.", f"类型须为 {wanted}。"))
        if isinstance(value, dict) and known[name] == WORDS and not _is_words(value):
            entry.refuse(
                name, Text("words are a text, or { en = …, zh = … }.", "文字写成一段文本，或 { en = …, zh = … }。")
            )


def _is_words(value: Mapping[str, Any]) -> bool:
    return set(value) == {"en", "zh"} and all(isinstance(part, str) for part in value.values())


_TYPES: Mapping[type, str] = {
    str: '"text"', dict: "{ … }", list: "[ … ]", int: "1", Decimal: "1.5", bool: "true"
}  # fmt: skip
