"""Claims in files: decks in TOML, and comments that an author put into Markdown or LaTeX.

Each claim is read by itself, so that one that cannot be read leaves the others as they are. Nothing is judged here:
a claim is its fields, each with the place where it stands.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn

from cnnmath.claims import Deck, Entry
from cnnmath.errors import CnnmathError, FileError, Place
from cnnmath.reading.files import file_bytes
from cnnmath.reading.spelling import shown
from cnnmath.reading.tables import LONGEST, WORDS, Layout, decoded, read_tables, too_many
from cnnmath.text import Text

MOST_CLAIMS = 5_000
COMMENTED = (".md", ".markdown", ".tex")

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
    return _comments(path, data) if commented else read_tables(path, data, DECK)


DECK = Layout(
    kind="claims",
    table="claims",
    top={
        "kind": (str,), "title": WORDS, "source": WORDS, "notation": (str,), "letters": (dict,), "accept": (list,),
        "assume": (list,), "transcribed": (bool,),
    },
    fields={
        "id": (str,), "place": (str,), "says": WORDS, "quantity": (str,), "given": (dict,), "where": (dict,),
        "stated": (str, int, Decimal, list, bool), "formula": (str, list), "letters": (dict,), "at": (list, int),
        "assume": (list,), "not_checkable": WORDS,
    },
    this=Text("this claim", "这条论断"),
    many=Text("claims", "论断"),
    most=MOST_CLAIMS,
)  # fmt: skip


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
            text = decoded(file, line, at)
        except FileError as error:
            faults.append(error)
            continue
        marks = list(islice((_TEX if tex else _COMMENT).finditer(text), MOST_CLAIMS + 1))
        for found, following in zip(marks, [*marks[1:], None]):
            place = Place(file, at, found.start() + 1)
            body = text[found.end() : following.start() if following else found.end() + LONGEST + 1]
            try:
                while not (tex or following or "-->" in body) and number < len(lines) and len(body) < LONGEST:
                    body += "\n" + decoded(file, lines[number], number + 1)
                    number += 1
                if not tex and "-->" not in body:
                    _bad(place, Text("the comment is never closed: add -->.", "注释没有闭合：请加上 -->。"))
                entries.append(_comment(body if tex else body.partition("-->")[0], place, len(entries) + 1))
            except FileError as error:
                faults.append(error)
            if len(entries) + len(faults) > MOST_CLAIMS:
                faults.append(FileError(Place(file, at), too_many(DECK)))
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
