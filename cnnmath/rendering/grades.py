"""What a teacher sees of a class, and what a program sees of any marks: tables, mistakes with their counts, records."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any
from unicodedata import east_asian_width

from cnnmath.core.pose import typed
from cnnmath.errors import CnnmathError, FileError
from cnnmath.expression import Expression, plain
from cnnmath.grid import Grid
from cnnmath.model import Mistake, Rounded
from cnnmath.reading.spelling import shown as harmless
from cnnmath.rendering.blocks import Block, Facts, Page, Section, Strip, Words
from cnnmath.rendering.record import words
from cnnmath.rendering.sheet import KEY, UNREAD, amount, unread
from cnnmath.rendering.values import plain_value
from cnnmath.rendering.verdict import OUTCOMES, key_text, stated_text
from cnnmath.sheets import Graded, Mark, ProblemSet, Question
from cnnmath.text import Language, Text

ROOM = 56
"""Columns of the table's cells; more questions go into a further table."""
LONGEST_NAME = 16
LONGEST_PATH = 40
MOST_NAMES = 6
MOST_CAUSES = 8
"""What can have happened at a question, the most frequent first; the rest is counted."""


def class_page(class_: Sequence[Graded], language: Language, *, key: bool = False) -> Page:
    """Compose the report of a class on one set: a table of points, and how each question came out."""
    problems, names = class_[0].problems, _names(class_)
    total = sum((graded.points for graded in class_), Fraction())
    mean = total / len(class_)
    told = _CLASS.said(language, people=len(class_), mean=f"{float(mean):.3g}", points=amount(problems.points))
    sections = [(_POINTS.said(language), tuple(_tables(class_, names, language)))]
    sections.append((_QUESTIONS.said(language), tuple(_questions(class_, names, language))))
    if key:
        rows = tuple((one.id, key_text(one, language), "") for one in problems.questions)
        sections.append((KEY.said(language), (Facts(rows),)))
    faults = [*problems.faults, *(fault for graded in class_ for fault in graded.faults)]
    faults += [_not_read(mark, name) for graded, name in zip(class_, names) for mark in graded.marks if mark.reason]
    if faults:
        sections.append((UNREAD.said(language), unread(faults, language)))
    numbered = tuple(Section(number, *section) for number, section in enumerate(sections, 1))
    return Page(problems.title.said(language), told, numbered, (), {}, language)


def _not_read(mark: Mark, name: str) -> FileError:
    """Return what is said of an answer that could not be read or judged: whose it is, to what, and where."""
    reason = mark.reason or Text("", "")
    said = Text(f"{name}, {mark.question.id}: {reason.en}", f"{name}，{mark.question.id}：{reason.zh}")
    return FileError(mark.place or mark.question.place, said)


def _tables(class_: Sequence[Graded], names: Sequence[str], language: Language) -> Iterator[Block]:
    """Yield tables of people by questions, as many questions in each as fit."""
    head = [_TOTAL.said(language), *(question.id for question in class_[0].problems.questions)]
    body = [[amount(graded.points), *(_cell(mark) for mark in graded.marks)] for graded in class_]
    starred = [any(row[at].endswith("*") for row in body) for at in range(len(head))]
    table = [[_hung(cell, star) for cell, star in zip(row, starred)] for row in [head, *body]]
    widths = [max(_columns(row[at]) for row in table) for at in range(len(head))]
    start = 1
    while start < len(head):
        stop, used = start, widths[0]
        while stop < len(head) and (stop == start or used + widths[stop] + 1 <= ROOM):
            used += widths[stop] + 1
            stop += 1
        places = [0, *range(start, stop)]
        yield Strip(
            tuple((name, tuple(_set(row[at], widths[at]) for at in places)) for name, row in zip(["", *names], table))
        )
        yield Words("")
        start = stop
    yield Words(_LEGEND.said(language), quiet=True)


def _hung(cell: str, starred: bool) -> str:
    """Return a cell so that its digits stand below those of cells with a star."""
    return cell if cell.endswith("*") or not starred else cell + " "


def _cell(mark: Mark) -> str:
    sign = {"missing": "–", "not-read": "?", "undecided": "?"}.get(mark.outcome, amount(mark.points))
    return sign + "*" if mark.carried else sign


def _names(class_: Sequence[Graded]) -> list[str]:
    """Return the names of the people; where some are called the same, with their files."""
    counts = Counter(graded.sheet.name for graded in class_)
    return [
        harmless(graded.sheet.name, LONGEST_NAME)
        if counts[graded.sheet.name] == 1
        else harmless(f"{graded.sheet.name} ({graded.sheet.file})", LONGEST_PATH)
        for graded in class_
    ]


def _columns(text: str) -> int:
    return sum(2 if east_asian_width(one) in "WF" else 1 for one in text)


def _set(text: str, width: int) -> str:
    return " " * (width - _columns(text)) + text


def _questions(class_: Sequence[Graded], names: Sequence[str], language: Language) -> Iterator[Block]:
    rows: list[tuple[str, str, str]] = []
    for at, question in enumerate(class_[0].problems.questions):
        marks = [(graded.marks[at], name) for graded, name in zip(class_, names)]
        counts = Counter(mark.outcome for mark, _ in marks)
        said = [f"{counts[outcome]} {name.said(language)}" for outcome, name in OUTCOMES.items() if counts[outcome]]
        counted = _COUNTED.said(
            language, title=question.quantity.title, counts=(", " if language == "en" else "，").join(said)
        )
        rows.append((question.id, counted, ""))
        causes = _causes(marks, language)
        rows += ((f"{len(who)}×", what, _people(who)) for what, who in causes[:MOST_CAUSES])
        if len(causes) > MOST_CAUSES:
            rows.append(("…", _MORE.said(language, count=len(causes) - MOST_CAUSES), ""))
    yield Facts(tuple(rows))


def _causes(marks: Sequence[tuple[Mark, str]], language: Language) -> list[tuple[str, list[str]]]:
    """Return what happened where an answer is not right, and to whom, the most frequent first."""
    found: dict[str, list[str]] = {}
    for mark, name in marks:
        for cause in _cause(mark, language):
            found.setdefault(cause, []).append(name)
    return sorted(found.items(), key=lambda item: -len(item[1]))


def _cause(mark: Mark, language: Language) -> Iterator[str]:
    if mark.carried:
        yield _CARRIED.said(language)
    elif mark.outcome == "wrong" and mark.mistakes:
        yield from (mistake.says.said(language) for mistake in mark.mistakes)
    elif mark.outcome == "wrong":
        yield _OTHER.said(language, value=stated_text(mark, language))
    elif mark.outcome == "right-under-convention" and mark.convention:
        yield mark.convention.text.said(language)
    elif mark.outcome == "not-read":
        yield _UNREADABLE.said(language, typed=mark.typed)


def _people(names: Sequence[str]) -> str:
    return ", ".join(names[:MOST_NAMES]) + (", …" if len(names) > MOST_NAMES else "")


_CLASS = Text(
    "{people} people; on average {mean} of {points} points.", "{people} 人；平均 {mean} 分，满分 {points} 分。"
)
_POINTS = Text("Points", "得分")
_QUESTIONS = Text("Questions", "各题情况")
_COUNTED = Text("{title}: {counts}", "{title}：{counts}")
_TOTAL = Text("sum", "总分")
_LEGEND = Text(
    "– not answered; ? not read or undecided; * right with the person's own earlier answer.",
    "– 未作答；? 无法读取或无法判定；* 按本人前面的答案计算正确。",
)
_MORE = Text("and {count} other things", "另有 {count} 种情况")
_CARRIED = Text("right with an earlier answer that is wrong", "按前面错误的答案计算正确")
_OTHER = Text("{value}, no usual mistake", "{value}，不是常见错误")
_UNREADABLE = Text("`{typed}`, not read", "`{typed}`，无法读取")


# ------------------------------------------------------------------------------------------------ JSON


def grades_record(graded: Sequence[Graded], faults: Iterable[CnnmathError], *, key: bool = False) -> dict[str, Any]:
    """Return what `check --format json` writes: every mark, how each question came out, and a summary."""
    sets = {id(one.problems): one.problems for one in graded}
    unreadable = [*faults, *(fault for one in sets.values() for fault in one.faults)]
    unreadable += [fault for one in graded for fault in one.faults]
    marks = [mark for one in graded for mark in one.marks]
    counts = Counter(mark.outcome for mark in marks)
    return {
        "sheets": [_sheet(one, key) for one in graded],
        "questions": [
            _question(question, [one.marks[at] for one in graded if one.problems is problems], problems)
            for problems in sets.values()
            for at, question in enumerate(problems.questions)
        ],
        "summary": {
            "sheets": len(graded),
            "answers": len(marks),
            **{outcome: counts[outcome] for outcome in OUTCOMES},
            "unreadable": [_fault(fault) for fault in unreadable],
        },
    }


def _sheet(graded: Graded, key: bool) -> dict[str, Any]:
    return {
        "name": graded.sheet.name,
        "file": graded.sheet.file,
        "problems": graded.problems.name,
        "points": plain_value(plain(graded.points)),
        "of": plain_value(plain(graded.problems.points)),
        "marks": [_mark(mark, key) for mark in graded.marks],
    }


def _mark(mark: Mark, key: bool) -> dict[str, Any]:
    question = mark.question
    told: dict[str, Any] = {
        "id": question.id,
        "quantity": question.quantity.slug,
        "given": {word: value if isinstance(value, int) else typed(value) for word, value in question.given.items()},
        "verdict": mark.outcome,
        "points": plain_value(plain(mark.points)),
        "of": plain_value(plain(question.points)),
        "typed": mark.typed,
        "value": _plain(mark),
        "grounds": mark.grounds,
        "convention": mark.convention.slug if mark.convention else None,
        "mistakes": [_mistake(mistake) for mistake in mark.mistakes],
        "parts": list(mark.parts) if mark.parts else None,
        "cells": [list(cell) for cell in mark.cells],
        "carried": list(mark.carried),
        "reason": words(mark.reason) if mark.reason else None,
        "place": str(mark.place) if mark.place else "",
    }
    if key:
        told["key"] = _key(question)
    return told


def _fault(fault: CnnmathError) -> dict[str, Any]:
    return {"place": str(getattr(fault, "place", "")), "reason": words(fault.message)}


def _mistake(mistake: Mistake) -> dict[str, Any]:
    return {"slug": mistake.slug, "says": words(mistake.says)}


def _question(question: Question, marks: Sequence[Mark], problems: ProblemSet) -> dict[str, Any]:
    known = {mistake.slug: mistake for mark in marks for mistake in mark.mistakes}
    made = Counter(mistake.slug for mark in marks for mistake in mark.mistakes)
    return {
        "problems": problems.name,
        "id": question.id,
        "quantity": question.quantity.slug,
        "answers": len(marks),
        "right": sum(mark.outcome == "right" for mark in marks),
        "mistakes": [{**_mistake(known[slug]), "count": count} for slug, count in made.most_common()],
    }


def _key(question: Question) -> Any:
    if question.solution is None:
        return None
    answer = question.solution.answer
    if question.at is not None and isinstance(answer, Grid):
        answer = answer.at(question.at)
    return plain_value(answer)


def _plain(mark: Mark) -> Any:
    stated = mark.stated
    if stated is None:
        return None
    if isinstance(stated, Rounded):
        return plain_value(plain(stated.value))
    if isinstance(stated, tuple) and stated and isinstance(stated[0], Expression):
        return stated_text(mark, "en")
    if isinstance(stated, tuple):
        parts: tuple[Any, ...] = stated
        return [plain_value(plain(part.value) if isinstance(part, Rounded) else part) for part in parts]
    if isinstance(stated, Grid):
        parts = tuple(plain(part.value) if isinstance(part, Rounded) else part for part in stated.values)
        return plain_value(Grid(stated.shape, parts))
    return plain_value(stated)


# ---------------------------------------------------------------------------------------- problem sets


def sets_page(sets: Sequence[ProblemSet], language: Language) -> Page:
    """Compose the list of the problem sets that come with cnnmath."""
    rows = tuple(
        (one.name, one.title.said(language), _COUNT.said(language, count=len(one.questions), points=amount(one.points)))
        for one in sets
    )
    return Page(
        _SETS.said(language),
        _HOW.said(language),
        (Section(1, _NAMES.said(language), (Facts(rows),)),),
        (),
        {},
        language,
    )


def sets_record(sets: Sequence[ProblemSet]) -> list[dict[str, Any]]:
    """Return what is listed of the problem sets, for a program."""
    return [
        {
            "problems": one.name,
            "title": words(one.title),
            "questions": [
                {"id": question.id, "quantity": question.quantity.slug, "points": plain_value(plain(question.points))}
                for question in one.questions
            ],
        }
        for one in sets
    ]


_SETS = Text("Problem sets", "题集")
_NAMES = Text("Shipped with cnnmath", "随 cnnmath 提供")
_COUNT = Text("{count} questions, {points} points", "{count} 题，{points} 分")
_HOW = Text(
    "`cnnmath check --problems NAME` asks the questions one by one; `cnnmath check answers.toml` marks a file of answers; "
    "`cnnmath check output-size input=28 kernel=5 --answer 24` checks one answer.",
    "`cnnmath check --problems 名字` 逐题提问；`cnnmath check answers.toml` 批改答案文件；"
    "`cnnmath check output-size input=28 kernel=5 --answer 24` 检查一个答案。",
)
