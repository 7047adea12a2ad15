"""A sheet as it is found in a file: what each field says, where it stands, and why some cannot be read."""

from itertools import islice
from pathlib import Path
from typing import Any

from cnnmath.errors import CnnmathError, FileError, Place
from cnnmath.reading.spelling import shown
from cnnmath.reading.tables import places, read_toml
from cnnmath.sheets import Answer, Sheet
from cnnmath.text import Text

MOST_PEOPLE = 2_000
MOST_ANSWERS = 2_000
"""Answers that one person may give."""

KNOWN = {"problems": "problems", "题集": "problems", "name": "name", "姓名": "name", "名字": "name"}
"""What a file says of itself beside answers, by what it is called there."""

TOO_MANY = Text(f"there are more than {MOST_ANSWERS:,} answers.", f"答案超过 {MOST_ANSWERS:,} 个。")
TOO_MANY_PEOPLE = Text(f"there are more than {MOST_PEOPLE:,} people.", f"人数超过 {MOST_PEOPLE:,}。")


class Entered:
    """The fields of a sheet, entered one by one."""

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
            said = without_place(error)
            self.refused[name] = Text(
                said.en + (f" Put the answer in quotes: {advice}" if quoted else ""),
                said.zh + (f"请给答案加引号：{advice}" if quoted else ""),
            )

    def sheet(self, path: str) -> Sheet:
        """Return the sheet that the fields are; without a name it is called like its file."""
        texts = {"problems": "", "name": ""}
        faults = list(self.faults)
        fields = dict(self.fields)
        for name in texts:
            value, place = fields.pop(name, ""), self.where.get(name, Place(self.file))
            if name in self.refused:
                faults.append(FileError(place, self.refused[name]))
            elif isinstance(value, str):
                texts[name] = value.strip()
            else:
                faults.append(FileError(place, Text(f"`{name}` must be a text.", f"`{name}` 须为文本。")))
        if len(fields) > MOST_ANSWERS:
            faults.append(FileError(Place(self.file), TOO_MANY))
        answers = (
            Answer(id, value, self.where.get(id, Place(self.file)), self.refused.get(id))
            for id, value in islice(fields.items(), MOST_ANSWERS)
        )
        return Sheet(texts["name"] or Path(path).stem, path, tuple(answers), texts["problems"], tuple(faults))


def without_place(error: FileError) -> Text:
    """Return what is said of an answer, without the place, which the answer has itself."""
    return Text(*(said.removeprefix(f"{error.place}: ") for said in (error.message.en, error.message.zh)))
