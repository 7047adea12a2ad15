"""Marks as a person sees them: one answer, or a sheet of them. The key is told only where it is asked for."""

import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from cnnmath.core.pose import typed
from cnnmath.errors import CnnmathError
from cnnmath.expression import Expression, plain
from cnnmath.grid import Grid
from cnnmath.model import Case, Grounds, Rounded, Value
from cnnmath.reading.spelling import shown as harmless
from cnnmath.rendering.blocks import Block, Command, Facts, Matrices, Page, Section, Verdict, Words
from cnnmath.rendering.formula import linear
from cnnmath.rendering.picture import Matrix
from cnnmath.rendering.plain import seven_bit
from cnnmath.rendering.report import GROUNDS
from cnnmath.rendering.terminal import terminal
from cnnmath.rendering.values import short, shown
from cnnmath.sheets import Graded, Mark, Outcome, Question
from cnnmath.text import Language, Text

MOST_MISTAKES = 3
MOST_OF_A_MAP = 60
MOST_OF_A_SENTENCE = 30
LONGEST_NUMBER = 10**40

OUTCOMES: Mapping[Outcome, Text] = {
    "right": Text("right", "正确"),
    "wrong": Text("wrong", "错误"),
    "right-under-convention": Text("right under another convention", "在另一约定下正确"),
    "undecided": Text("undecided", "无法判定"),
    "not-read": Text("not read", "无法读取"),
    "missing": Text("not answered", "未作答"),
}
SIGNS: Mapping[Outcome, bool | None] = {"right": True, "wrong": False}
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


# ------------------------------------------------------------------------------------------------ verdicts


def told(mark: Mark, language: Language) -> Iterator[Block]:
    """Yield the verdict on an answer and its reasons, without the right answer."""
    yield Verdict(SIGNS.get(mark.outcome), _verdict(mark, language))
    if mark.caret:
        yield from (Command(line) for line in mark.caret.split("\n"))
    if mark.outcome != "wrong":
        return
    if mark.case is not None:
        yield Words(_case(mark.case, mark.question, language))
    if isinstance(mark.stated, Grid) and mark.cells:
        caption = _CELLS.said(language)
        if len(mark.stated.shape) < 3:
            yield Matrices((Matrix(caption, mark.stated, frozenset(mark.cells)),))
    if mark.mistakes and (mark.together or 1 < len(mark.mistakes) <= MOST_MISTAKES):
        made = _TOGETHER if mark.together else _EACH
        yield Words(made.said(language, value=_own(mark, language)))
        yield Facts(tuple(("–", mistake.says.said(language), "") for mistake in mark.mistakes))
    elif len(mark.mistakes) > MOST_MISTAKES:
        yield Words(_UNCLEAR.said(language, count=len(mark.mistakes)))
    elif mark.mistakes:
        yield Words(_ONE.said(language, value=_own(mark, language), says=mark.mistakes[0].says))
    elif mark.factor is not None:
        yield Words(_FACTOR.said(language))


def _own(mark: Mark, language: Language) -> str:
    """Return the answer, short enough for a sentence."""
    said = stated_text(mark, language)
    return said if len(said) <= MOST_OF_A_SENTENCE else _THIS.said(language)


def _verdict(mark: Mark, language: Language) -> str:
    said = OUTCOMES[mark.outcome].said(language)
    said = said[:1].upper() + said[1:]
    stop = "." if language == "en" else "。"
    if mark.carried:
        return _CARRIED.said(language, questions=_JOINED[language].join(mark.carried))
    match mark.outcome:
        case "right":
            grounds = GROUNDS[mark.grounds].said(language, cases=mark.cases) if mark.grounds else ""
            if mark.convention is not None:
                return _ACCEPTED.said(language, convention=mark.convention.text, grounds=grounds)
            return _RIGHT.said(language, grounds=grounds)
        case "right-under-convention":
            assert mark.convention is not None
            return _OTHERWISE.said(language, convention=mark.convention.text)
        case "wrong":
            return said + stop + _in_part(mark, language)
        case "missing":
            return said + stop
    reason = mark.reason.said(language) if mark.reason else ""
    return f"{said}: {reason}" if language == "en" else f"{said}：{reason}"


def _in_part(mark: Mark, language: Language) -> str:
    """Return which numbers of a shape or a map are right, or that the map has another size."""
    space = " " if language == "en" else ""
    if isinstance(mark.stated, Grid):
        if mark.parts is None:
            return space + _OTHER_SIZE.said(language, shape="×".join(map(str, mark.stated.shape)))
        return space + _PARTS.said(language, right=mark.parts[0], all=mark.parts[1])
    if mark.parts is not None and isinstance(mark.stated, tuple):
        wrong = _JOINED[language].join(_NUMBER.said(language, value=mark.stated[at], at=at + 1) for (at,) in mark.cells)
        return space + _NUMBERS.said(language, right=mark.parts[0], all=mark.parts[1], wrong=wrong)
    if isinstance(mark.stated, tuple) and mark.case is None:
        return space + _OTHER_COUNT.said(language, count=len(mark.stated))
    return ""


def _case(case: Case, question: Question, language: Language) -> str:
    letters = _letters(question)
    values = ", ".join(f"{letters.get(name, name)} = {value}" for name, value in case.values.items())
    stated = _NOTHING.said(language) if case.stated is None else _plainly(case.stated, language)
    told = {"values": values, "stated": stated, "right": _plainly(case.answer, language)}
    return (_CASE if values else _CASE_HERE).said(language, **told)


def _plainly(value: Value, language: Language) -> str:
    if isinstance(value, tuple):
        return "(" + ", ".join(str(plain(part)) for part in value) + ")"
    return str(value) if isinstance(value, (int, Fraction)) else shown(value, language)


def _rows(graded: Graded, language: Language) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (mark.question.id, _echo(mark, language) if mark.typed else "", _mark_in_short(mark, language))
        for mark in graded.marks
    )


def _mark_in_short(mark: Mark, language: Language) -> str:
    sign, said = _SIGNS[SIGNS.get(mark.outcome)], OUTCOMES[mark.outcome].said(language)
    if mark.carried:
        said = _CARRIED_SHORT.said(language, questions=_JOINED[language].join(mark.carried))
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


def stated_text(mark: Mark, language: Language) -> str:
    """Return an answer as it was understood."""
    stated = mark.stated
    if isinstance(stated, tuple) and stated and isinstance(stated[0], Expression):
        return _formula(stated, mark.question)
    return "" if stated is None else _value(stated, language)


def _formula(trees: Iterable[Any], question: Question) -> str:
    letters = _letters(question)
    return ", ".join(linear(tree, letters) for tree in trees)


def _letters(question: Question) -> dict[str, str]:
    """Return the letters of a question's formulas by the names of what they stand for: its own before the notation's."""
    symbols = question.quantity.symbols
    letters = {tie.name: tie.letter(question.notation) for one in symbols for tie in one.ties}
    letters |= {symbol.name: symbol.letter(question.notation) for symbol in symbols}
    return letters | {name.replace("-", "_"): letter for letter, name in question.letters.items()}


def _value(value: Any, language: Language) -> str:
    if isinstance(value, Grid):
        return short(value, MOST_OF_A_MAP)
    if isinstance(value, tuple):
        return "×".join(_value(part, language) for part in value)
    exact = value.value if isinstance(value, Rounded) else value
    if isinstance(exact, (int, Fraction)) and max(abs(exact.numerator), exact.denominator) >= LONGEST_NUMBER:
        return _LONG.said(language)
    if isinstance(value, Rounded):
        whole = value.value.denominator == 1
        said = shown(int(value.value), language) if whole else f"{float(value.value):.12g}"
        return _ROUNDED.said(language, value=said)
    return shown(value, language)


def key_text(question: Question, language: Language) -> str:
    """Return the right answer in words."""
    if question.solution is None:
        return _formula(question.right, question)
    answer = question.solution.answer
    if question.at is not None and isinstance(answer, Grid):
        answer = answer.at(question.at)
    return _value(answer, language)


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


_JOINED: Mapping[Language, str] = {"en": ", ", "zh": "、"}
_SUMMARY = Text("{earned} of {points} points: {counts}.", "得分 {earned} / {points}：{counts}。")
_ONWARD = Text(
    "--hint shows the formula and the first step; --explain shows the whole solution.",
    "--hint 显示公式与第一步；--explain 显示完整解答。",
)
_ACCEPT = Text("--accept {slug} lets this convention count.", "--accept {slug} 可认可该约定。")
_KEY = Text("Key: {value}.", "参考答案：{value}。")
_RIGHT = Text("Right ({grounds}).", "正确（{grounds}）。")
_ACCEPTED = Text(
    "Right with a convention that counts here ({convention}; {grounds}).",
    "在本题认可的约定下正确（{convention}；{grounds}）。",
)
_OTHERWISE = Text(
    "Right under another convention ({convention}), which is not this question's.",
    "在另一约定下正确（{convention}），但本题不采用该约定。",
)
_CARRIED = Text(
    "Right with your own answer to {questions}: full points.", "按你自己对 {questions} 的答案计算是正确的：得满分。"
)
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
_PARTS = Text("{right} of {all} cells are right.", "{all} 个单元中有 {right} 个正确。")
_IN_PART = Text("{right} of {all} right", "{all} 个中对 {right} 个")
_NUMBERS = Text(
    "{right} of {all} numbers are right; wrong: {wrong}.", "{all} 个数中有 {right} 个正确；错误的是 {wrong}。"
)
_NUMBER = Text("{value} (number {at})", "{value}（第 {at} 个）")
_OTHER_SIZE = Text("The right map has another size than {shape}.", "正确的结果大小不是 {shape}。")
_OTHER_COUNT = Text("The right shape has another number of sides than {count}.", "正确的形状不是 {count} 个数。")
_CELLS = Text("your answer, wrong values in [ ]", "你的答案，方括号内为错误的值")
_ONE = Text("How one gets {value}: {says}.", "{value} 是这样得到的：{says}。")
_EACH = Text("How one gets {value}, by one of these:", "{value} 可由以下任一错误得到：")
_TOGETHER = Text("How one gets {value}, by these together:", "{value} 由以下错误共同造成：")
_THIS = Text("this", "这个结果")
_FACTOR = Text(
    "It is off by a factor of units alone: FLOPs for MACs, bytes for bits, k for Ki, or the like.",
    "只差一个单位换算的倍数：例如 FLOP 与 MAC、字节与比特、k 与 Ki。",
)
_UNCLEAR = Text(
    "The cause is unclear: {count} of the usual mistakes give this.", "原因不明：有 {count} 种常见错误都会得到它。"
)
_CASE = Text("At {values} it gives {stated}; {right} is right.", "当 {values} 时，它给出 {stated}；正确的是 {right}。")
_CASE_HERE = Text("It gives {stated}; {right} is right.", "它给出 {stated}；正确的是 {right}。")
_NOTHING = Text("no value", "无值")
_MARK = Text("{sign} {said} · {earned} of {points}", "{sign} {said} · {earned} / {points}")
_READ_AS = Text("{typed}, read as {read}", "{typed}，读作 {read}")
_LONG = Text("a number of more than 40 digits", "超过 40 位的数")
_ROUNDED = Text("about {value}", "约 {value}")
