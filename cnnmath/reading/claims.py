"""Claims in files: decks in TOML, and comments that an author put into Markdown or LaTeX.

Each claim is read by itself, so that one that cannot be read leaves the others as they are. Nothing is judged here:
a claim is its fields, each with the place where it stands.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn

from cnnmath.claims import Deck, Entry
from cnnmath.errors import CnnmathError, FileError, Place
from cnnmath.reading.files import file_bytes
from cnnmath.reading.spelling import shown
from cnnmath.text import Text

LONGEST = 200_000
"""Bytes that one claim may have."""
MOST_CLAIMS = 5_000
COMMENTED = (".md", ".markdown", ".tex")

_TOO_MANY = Text(f"there are more than {MOST_CLAIMS:,} claims.", f"论断超过 {MOST_CLAIMS:,} 条。")

_HEADER = re.compile(rb"\s*\[\[\s*claims\s*\]\]\s*(?:#.*)?", re.ASCII)
_KEY = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*=""", re.ASCII)
_INNER = re.compile(r"[{,]\s*([A-Za-z0-9_-]+)\s*=", re.ASCII)
_TABLE = re.compile(r"\s*\[\s*claims\s*\.\s*([A-Za-z0-9_-]+)\s*\]", re.ASCII)
_COMMENT = re.compile(r"<!--[ \t]*cnnmath:")
_TEX = re.compile(r"(?:(?<!\\)|(?<=\\\\))%[ \t]*cnnmath:")
_FENCE = re.compile(r"[ \t]{0,3}(```|~~~)")
_WORD = re.compile(r"""(?:[^\s"']|"[^"]*"|'[^']*')+""")


def read_claims(path: str) -> Deck:
    """Return the claims of a file; FileError where nothing of it can be read."""
    commented = Path(path).suffix.lower() in COMMENTED
    if not commented and Path(path).suffix.lower() != ".toml":
        raise FileError(
            Place(shown(path, 255)),
            Text(
                "claims are read from .toml files, and from comments in .md and .tex files.",
                "论断从 .toml 文件读取，或从 .md 和 .tex 文件的注释读取。",
            ),
        )
    data = file_bytes(path)
    return _comments(path, data) if commented else _deck(path, data)


# ------------------------------------------------------------------------------------------------ decks

_TEXT = (str, dict)
DECK_FIELDS: Mapping[str, tuple[type, ...]] = {
    "kind": (str,), "title": _TEXT, "source": _TEXT, "notation": (str,), "letters": (dict,), "accept": (list,),
    "assume": (list,), "transcribed": (bool,),
}  # fmt: skip
FIELDS: Mapping[str, tuple[type, ...]] = {
    "id": (str,), "place": (str,), "says": _TEXT, "quantity": (str,), "given": (dict,), "where": (dict,),
    "stated": (str, int, Decimal, list, bool), "formula": (str, list), "letters": (dict,), "at": (list, int),
    "assume": (list,), "not_checkable": _TEXT,
}  # fmt: skip


def _deck(path: str, data: bytes) -> Deck:
    faults: list[CnnmathError] = []
    lines = data.split(b"\n")
    starts = [at for at, line in enumerate(lines) if line.lstrip()[:2] == b"[[" and _HEADER.fullmatch(line.rstrip())]
    entries: list[Entry] = []
    seen: dict[str, int] = {}
    first = starts[0] if starts else len(lines)
    try:
        top = _block(path, lines[:first], 1)
        _checked(top, DECK_FIELDS)
        _is_deck(top)
    except FileError as error:
        if not starts:
            raise
        faults.append(error)
        top = Entry("", {}, Place(shown(path, 255)))
    for number, (start, stop) in enumerate(zip(starts, [*starts[1:], len(lines)]), 1):
        if number > MOST_CLAIMS:
            faults.append(FileError(Place(shown(path, 255), start + 1), _TOO_MANY))
            break
        try:
            entry = _block(path, lines[start:stop], start + 1, number)
            _checked(entry, FIELDS)
            if entry.id in seen:
                line = seen[entry.id]
                entry.refuse(
                    "id",
                    Text(
                        f"`{shown(entry.id)}` is the id of line {line} too.",
                        f"`{shown(entry.id)}` 与第 {line} 行的 id 相同。",
                    ),
                )
            seen[entry.id] = start + 1
            entries.append(entry)
        except FileError as error:
            faults.append(error)
    return Deck(path, top.fields, tuple(entries), tuple(faults))


def _is_deck(top: Entry) -> None:
    kind = top.fields.get("kind")
    if kind != "claims":
        top.refuse("kind", Text('a file of claims begins with kind = "claims".', '论断文件须以 kind = "claims" 开头。'))


def _block(path: str, lines: list[bytes], first: int, number: int = 0) -> Entry:
    """Read one claim, or what stands before the first; its fields are found again in its lines."""
    file = shown(path, 255)
    if sum(map(len, lines)) > LONGEST:
        message = Text(f"this claim is longer than {LONGEST:,} bytes.", f"这条论断超过 {LONGEST:,} 字节。")
        raise FileError(Place(file, first), message)
    text = "\n".join(_decoded(file, line, first + at) for at, line in enumerate(lines))
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        at = re.search(r"line (\d+), column (\d+)", str(error))
        line, column = map(int, at.groups()) if at else (len(lines) if "end of document" in str(error) else 1, 1)
        reason = shown(re.sub(r" \(at .*\)", "", str(error)), 80)
        message = Text(f"this is not TOML: {reason}.", f"这不是 TOML：{reason}。")
        raise FileError(Place(file, first + line - 1, column), message) from None
    fields = data.get("claims", [{}])[0] if number else data
    name = fields.get("id") if isinstance(fields.get("id"), str) else f"claim-{number}"
    return Entry(name or f"claim-{number}", fields, Place(file, first), _places(file, text, first))


def _decoded(file: str, line: bytes, number: int) -> str:
    try:
        return line.decode("utf-8").removeprefix("\ufeff").rstrip("\r")
    except UnicodeDecodeError as error:
        column = len(line[: error.start].decode("utf-8")) + 1
        message = Text("this is not UTF-8 text: save the file as UTF-8.", "这不是 UTF-8 文本：请以 UTF-8 保存。")
        raise FileError(Place(file, number, column), message) from None


def _places(file: str, text: str, first: int) -> dict[str, Place]:
    """Return where each field of a claim begins: `given` and, inside it, `given.kernel`."""
    places: dict[str, Place] = {}
    table = ""
    for number, line in enumerate(text.split("\n"), first):
        opened, key = _TABLE.match(line), _KEY.match(line)
        if opened:
            table = opened[1] + "."
            places.setdefault(opened[1], Place(file, number, opened.start(1) + 1))
        elif key:
            name = key[key.lastindex or 0]
            places.setdefault(table + name, Place(file, number, key.start(key.lastindex or 0) + 1))
            brace = line.find("{", key.end())
            for inner in _INNER.finditer(line, brace) if brace >= 0 else ():
                places.setdefault(f"{table}{name}.{inner[1]}", Place(file, number, inner.start(1) + 1))
    return places


def _checked(entry: Entry, known: Mapping[str, tuple[type, ...]]) -> None:
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
        if isinstance(value, dict) and known[name] == _TEXT and (set(value) != {"en", "zh"} or not _all_text(value)):
            entry.refuse(
                name, Text("words are a text, or { en = …, zh = … }.", "文字写成一段文本，或 { en = …, zh = … }。")
            )


def _all_text(value: Mapping[str, Any]) -> bool:
    return all(isinstance(part, str) for part in value.values())


_TYPES: Mapping[type, str] = {
    str: '"text"', dict: "{ … }", list: "[ … ]", int: "1", Decimal: "1.5", bool: "true"
}  # fmt: skip


# ------------------------------------------------------------------------------------------- comments


def _comments(path: str, data: bytes) -> Deck:
    """Find the claims in the comments of a text: `<!-- cnnmath: output-size input=28 kernel=5 = 24 -->`."""
    file = shown(path, 255)
    entries: list[Entry] = []
    faults: list[CnnmathError] = []
    tex = Path(path).suffix.lower() == ".tex"
    fence = ""
    lines = data.split(b"\n")
    number = 0
    while number < len(lines):
        line, at = lines[number], number + 1
        number += 1
        opened = None if tex else _FENCE.match(line[:8].decode("ascii", "replace"))
        if opened and fence in ("", opened[1]):
            fence = "" if fence else opened[1]
        if fence or b"cnnmath:" not in line:
            continue
        try:
            text = _decoded(file, line, at)
        except FileError as error:
            faults.append(error)
            continue
        marks = list(islice((_TEX if tex else _COMMENT).finditer(text), MOST_CLAIMS + 1))
        for found, following in zip(marks, [*marks[1:], None]):
            place = Place(file, at, found.start() + 1)
            body = text[found.end() : following.start() if following else found.end() + LONGEST + 1]
            try:
                while not (tex or following or "-->" in body) and number < len(lines) and len(body) < LONGEST:
                    body += "\n" + _decoded(file, lines[number], number + 1)
                    number += 1
                if not tex and "-->" not in body:
                    _bad(place, Text("the comment is never closed: add -->.", "注释没有闭合：请加上 -->。"))
                entries.append(_comment(body if tex else body.partition("-->")[0], place, len(entries) + 1))
            except FileError as error:
                faults.append(error)
            if len(entries) + len(faults) > MOST_CLAIMS:
                faults.append(FileError(Place(file, at), _TOO_MANY))
                return Deck(path, {}, tuple(entries), tuple(faults))
    return Deck(path, {}, tuple(entries), tuple(faults))


_OWN = ("id", "at", "assume", "notation")
_FORM = Text(
    "a claim is written `cnnmath: quantity name=value … = result`, for example "
    "`cnnmath: output-size input=28 kernel=5 = 24`.",
    "论断写作 `cnnmath: 量 名字=值 … = 结果`，例如 `cnnmath: output-size input=28 kernel=5 = 24`。",
)


def _comment(body: str, place: Place, number: int) -> Entry:
    if len(body) > LONGEST:
        _bad(place, Text(f"this claim is longer than {LONGEST:,} bytes.", f"这条论断超过 {LONGEST:,} 字节。"))
    words = list(_words(body))
    equals = [at for at, word in enumerate(words) if word[0] == "="]
    if not words or not equals or equals[0] == 0 or equals[0] == len(words) - 1:
        _bad(place, _FORM)
    result = body[words[equals[0]][1] + 1 :].strip()
    given: dict[str, str] = {}
    fields: dict[str, Any] = {"quantity": words[0][0], "given": given, "result": result}
    for word, _ in words[1 : equals[0]]:
        name, equal, value = word.partition("=")
        if not equal or not value:
            _bad(place, _FORM)
        if name in given or name in fields:
            _bad(place, Text(f"`{shown(name)}` is given twice.", f"`{shown(name)}` 给出了两次。"))
        (fields if name in _OWN else given)[name] = value.strip("\"'")
    if "assume" in fields:
        fields["assume"] = fields["assume"].split(",")
    if "at" in fields:
        cell = fields["at"].split(",")
        if not all(part.strip().isdecimal() and len(part) < 10 for part in cell):
            _bad(place, Text("at=row,column counts from 0, such as at=1,0.", "at=行,列 从 0 计，例如 at=1,0。"))
        fields["at"] = [int(part) for part in cell]
    return Entry(fields.pop("id", f"line-{place.line}" if number else ""), fields, place)


def _words(body: str) -> Iterator[tuple[str, int]]:
    yield from ((match[0], match.start()) for match in _WORD.finditer(body))


def _bad(place: Place, message: Text) -> NoReturn:
    raise FileError(place, message)
