"""Answers in CSV: question and answer in two columns, or the register of a class, one row for each person."""

import csv
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path

from cnnmath.errors import CnnmathError, FileError, Place
from cnnmath.reading.entered import KNOWN, MOST_ANSWERS, MOST_PEOPLE, TOO_MANY, TOO_MANY_PEOPLE, Entered
from cnnmath.reading.spelling import shown
from cnnmath.reading.tables import decoded
from cnnmath.sheets import Answer, Sheet
from cnnmath.text import Text

Ids = Callable[[str, str], Collection[str]]
"""The ids of the questions of a set, by its name and the file that names it."""

_PERSON = ("name", "student", "person", "id", "学生", "姓名", "学号", "名字")
_HEADS = ("question", "answer", "题目", "题号", "答案")


def read_csv(path: str, file: str, data: bytes, ids: Ids) -> list[Sheet]:
    """Read two columns, question and answer; or a class, one row per person and one column per question."""
    faults: list[CnnmathError] = []
    rows = list(_rows(file, data, faults))
    named = {"problems": "", "name": ""}
    while len(rows) > 1 and len(rows[0][1]) == 2 and rows[0][1][0].lower() in KNOWN:
        word, value = KNOWN[rows[0][1][0].lower()], rows[0][1][1]
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
    entered = Entered(file)
    entered.faults = faults
    for at, cells in rows:
        if at == rows[0][0] and any(cell.lower() in _HEADS for cell in cells):
            continue
        place = Place(file, at, 1)
        name = KNOWN.get(cells[0].lower(), cells[0])
        entered.put(name, cells[1] if len(cells) > 1 else "", place)
        if len(cells) > 2 and any(cells[2:]):
            entered.refused[name] = Text(
                "the row has more than a question and its answer: put an answer with commas in quotes.",
                "该行除题号与答案外还有内容：含逗号的答案请加引号。",
            )
            entered.fields[name] = ",".join(cells[1:])
    sheet = entered.sheet(path)
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
        faults.append(FileError(Place(file, rows[MOST_PEOPLE + 1][0]), TOO_MANY_PEOPLE))
    if len(header) > MOST_ANSWERS:
        faults.append(FileError(Place(file, rows[0][0]), TOO_MANY))
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
