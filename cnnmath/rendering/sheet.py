"""Marks as a person sees them: one answer, or a sheet of them. The key is told only where it is asked for."""

import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from cnnmath.core.pose import typed
from cnnmath.errors import CnnmathError
from cnnmath.grid import Grid
from cnnmath.model import Grounds
from cnnmath.reading.spelling import shown as harmless
from cnnmath.rendering.blocks import Block, Facts, Matrices, Page, Section, Verdict, Words
from cnnmath.rendering.picture import Matrix
from cnnmath.rendering.plain import seven_bit
from cnnmath.rendering.terminal import terminal
from cnnmath.rendering.verdict import JOINED, OUTCOMES, SIGNS, key_text, stated_text, told
from cnnmath.sheets import Graded, Mark, Question
from cnnmath.text import Language, Text

_SIGNS = {True: "✓", False: "✗", None: "–"}

ASKED, ANSWER, VERDICT, KEY, HINT, GOING_ON, MARKS, UNREAD = (
    Text("Asked", "所求"),
    Text("Your answer", "你的答案"),
    Text("Verdict", "判定"),
    Text("Key", "参考答案"),
    Text("Hint", "提示"),
    Text("Going on", "下一步"),
    Text("Marks", "得分"),
    Text("Could not be read", "无法读取"),
)


def answer_page(
    mark: Mark,
    worked: Page,
    hints: Iterable[tuple[Block, ...]] = (),
    *,
    key: bool = False,
    helped: bool = False,
) -> Page:
    """Compose the page of a single answer; `worked` is the key's page, of which the question and the givens are shown."""
    parts = {section.number: section.blocks for section in worked.sections}
    language = worked.language
    sections: list[tuple[Text, Iterable[Block]]] = [
        (ASKED, (*parts.get(1, ()), *parts.get(2, ()))),
        (ANSWER, (Words(_echo(mark, language)),)),
        (VERDICT, told(mark, language)),
    ]
    if key:
        sections.append((KEY, (Words(key_text(mark.question, language)),)))
    sections += [(HINT, tuple(block for blocks in hints for block in blocks))]
    onward = [] if helped or mark.outcome in ("right", "undecided") else [_ONWARD.said(language)]
    if mark.outcome == "right-under-convention" and mark.convention:
        onward.append(_ACCEPT.said(language, slug=mark.convention.slug))
    sections.append((GOING_ON, tuple(Words(said, quiet=True) for said in onward)))
    return _page(mark.question.quantity.title.said(language), "", sections, language, worked.letters)


def sheet_page(graded: Graded, language: Language, *, key: bool = False, helped: bool = False) -> Page:
    """Compose the page of a person's sheet: the marks, then every answer that is not right, then what was not read.

    helped: whether hints or solutions follow, so that nobody need be told how to ask for them.
    """
    rows = _rows(graded, language)
    sections: list[tuple[Text, Iterable[Block]]] = [(MARKS, (Facts(rows),))] if rows else []
    for mark in graded.marks:
        if mark.outcome not in ("right", "missing"):
            blocks = [*asked(mark.question, language), *told(mark, language)]
            if key:
                blocks.append(Words(_KEY.said(language, value=key_text(mark.question, language))))
            heading = [mark.question.id, OUTCOMES[mark.outcome].said(language)]
            heading += [str(mark.place)] if mark.outcome == "not-read" and mark.place else []
            sections.append((Text(*(" · ".join(heading),) * 2), blocks))
    faults = (*graded.problems.faults, *graded.faults)
    if faults:
        sections.append((UNREAD, unread(faults, language)))
    if any(mark.outcome not in ("right", "undecided") for mark in graded.marks) and not helped:
        sections.append((GOING_ON, (Words(_ONWARD.said(language), quiet=True),)))
    title = graded.problems.title.said(language)
    name = harmless(graded.sheet.name)
    return _page(f"{title}: {name}" if name else title, summary(graded, language), sections, language)


def marks_page(graded: Graded, language: Language) -> Page:
    """Compose what ends a session: the marks alone, for everything else has been said."""
    rows = _rows(graded, language)
    title = graded.problems.title.said(language)
    return _page(title, summary(graded, language), [(MARKS, (Facts(rows),))] if rows else [], language)


def spoken(
    blocks: Iterable[Block],
    language: Language,
    letters: Mapping[str, str],
    width: int,
    *,
    colour: bool = False,
    ascii: bool = False,
) -> str:
    """Return some blocks for a terminal by themselves, as a session says them, without a title or a heading."""
    page = Page("", "", (Section(1, "", tuple(blocks)),), (), letters, language)
    return terminal(page, width, colour=colour, ascii=ascii).split("\n", 3)[3]


def summary(graded: Graded, language: Language) -> str:
    """Return how many points a sheet got, and how its answers came out."""
    counts = [(outcome, graded.counted(outcome)) for outcome in OUTCOMES]
    said = [f"{count} {OUTCOMES[outcome].said(language)}" for outcome, count in counts if count]
    earned, points = amount(graded.points), amount(graded.problems.points)
    listed = (", " if language == "en" else "，").join(said)
    return _SUMMARY.said(language, earned=earned, points=points, counts=listed)


def unread(faults: Iterable[CnnmathError], language: Language) -> tuple[Block, ...]:
    """Return a line for each thing that could not be read."""
    return tuple(Verdict(False, fault.said(language)) for fault in faults)


def asked(question: Question, language: Language) -> Iterator[Block]:
    """Yield the question: its own words, or the quantity's with the givens."""
    yield Words((question.ask or question.quantity.asks).said(language))
    grids = dict(_grids(question))
    if question.ask is None or grids:
        given = [f"{word}={_given(value, language)}" for word, value in question.given.items() if word not in grids]
        given += [_AT.said(language, at=", ".join(map(str, question.at)))] if question.at is not None else []
        if given and question.ask is None:
            yield Words(" ".join(given), quiet=True)
        if grids:
            matrices = (plane for word, grid in grids.items() for plane in Matrix(word, grid).parted(language))
            yield Matrices(tuple(matrices))


def _grids(question: Question) -> Iterator[tuple[str, Grid]]:
    solution = question.solution
    for word in question.given if solution else ():
        value = solution.problem.given.get(word) if solution else None
        if isinstance(value, Grid):
            yield word, value


def _given(value: Any, language: Language) -> str:
    """Return a given as it is typed; the answer to another question by the question's name."""
    text = typed(value) if not isinstance(value, str) else value
    return text.replace("{", _OF[language][0]).replace("}", _OF[language][1])


_OF: Mapping[Language, tuple[str, str]] = {"en": ("(answer to ", ")"), "zh": ("（题目 ", " 的答案）")}
_AT = Text("at [{at}], from 0", "单元 [{at}]，从 0 计")


def _rows(graded: Graded, language: Language) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (mark.question.id, _echo(mark, language) if mark.typed else "", _mark_in_short(mark, language))
        for mark in graded.marks
    )


def _mark_in_short(mark: Mark, language: Language) -> str:
    sign, said = _SIGNS[SIGNS.get(mark.outcome)], OUTCOMES[mark.outcome].said(language)
    if mark.carried:
        said = _CARRIED_SHORT.said(language, questions=JOINED[language].join(mark.carried))
    elif mark.outcome == "right-under-convention":
        said = _CONVENTION_SHORT.said(language)
    elif mark.grounds is not None:
        said = _RIGHT_SHORT.said(language, grounds=_GROUNDS[mark.grounds].filled(cases=mark.cases))
    elif mark.parts is not None:
        said = _IN_PART.said(language, right=mark.parts[0], all=mark.parts[1])
    return _MARK.said(language, sign=sign, said=said, earned=amount(mark.points), points=amount(mark.question.points))


def _echo(mark: Mark, language: Language) -> str:
    """Return the answer as it was typed and, where that reads otherwise, as it was understood."""
    read = stated_text(mark, language)
    if not read or mark.outcome == "not-read" or _bare(read) == _bare(mark.typed):
        return mark.typed
    return _READ_AS.said(language, typed=mark.typed, read=read)


def _bare(text: str) -> str:
    """Return what a reader takes in: without spaces, brackets and separators, and in plain characters."""
    return re.sub(r"[\s,;\[\]()]|about|约|(=|≈).*", "", seven_bit(text.replace("约", "")))


def amount(points: Fraction) -> str:
    """Return points plainly and exactly.

    >>> amount(Fraction(3)), amount(Fraction(2, 3)), amount(Fraction(5, 2))
    ('3', '2/3', '2 1/2')
    """
    whole, rest = divmod(points, 1)
    return " ".join(str(part) for part in (whole, rest) if part) or "0"


def _page(
    title: str,
    told: str,
    sections: Iterable[tuple[Text, Iterable[Block]]],
    language: Language,
    letters: Mapping[str, str] | None = None,
) -> Page:
    filled = [(heading, tuple(blocks)) for heading, blocks in sections]
    kept = [(heading, blocks) for heading, blocks in filled if blocks]
    numbered = tuple(
        Section(number, heading.said(language), blocks) for number, (heading, blocks) in enumerate(kept, 1)
    )
    return Page(title, told, numbered, (), letters or {}, language)


_SUMMARY = Text("{earned} of {points} points: {counts}.", "得分 {earned} / {points}：{counts}。")
_ONWARD = Text(
    "--hint shows the formula and the first step; --explain shows the whole solution.",
    "--hint 显示公式与第一步；--explain 显示完整解答。",
)
_ACCEPT = Text("--accept {slug} lets this convention count.", "--accept {slug} 可认可该约定。")
_KEY = Text("Key: {value}.", "参考答案：{value}。")
_CONVENTION_SHORT = Text("other convention", "约定不同")
_RIGHT_SHORT = Text("right ({grounds})", "正确（{grounds}）")
_GROUNDS: Mapping[Grounds, Text] = {
    "proved": Text("proved", "已证明"),
    "exhausted": Text("all cases", "穷举"),
    "sampled": Text("{cases} cases", "{cases} 个情形"),
    "measured": Text("measured", "实测"),
    "formula": Text("formula", "公式"),
}
_CARRIED_SHORT = Text("right with your own {questions}", "按你自己的 {questions} 计算正确")
_IN_PART = Text("{right} of {all} right", "{all} 个中对 {right} 个")
_MARK = Text("{sign} {said}, {earned} of {points}", "{sign} {said}，{earned} / {points}")
_READ_AS = Text("{typed}, read as {read}", "{typed}，读作 {read}")
