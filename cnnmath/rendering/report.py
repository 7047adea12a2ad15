"""The errata report: what came of every claim of a text, as a page and as a record."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from cnnmath.claims import OUTCOMES, Finding, Outcome, Report
from cnnmath.errors import CnnmathError
from cnnmath.expression import Equal, Expression, Literal, Name, plain
from cnnmath.grid import Grid
from cnnmath.model import Case, Grounds, Rounded, Symbol, Value
from cnnmath.rendering.blocks import Block, Facts, Matrices, Page, Section, Verdict, Words
from cnnmath.rendering.formula import linear
from cnnmath.rendering.page import left_side, letters_of
from cnnmath.rendering.picture import Matrix
from cnnmath.rendering.record import words
from cnnmath.rendering.values import entry, plain_value, short, shown
from cnnmath.text import Language, Text

MOST_CELLS = 6
"""Cells that a fix names one by one."""
MOST_OF_A_MAP = 60

NAMES: Mapping[Outcome, Text] = {
    "right": Text("right", "正确"),
    "wrong": Text("wrong", "错误"),
    "right-under-convention": Text("right under another convention", "在另一约定下正确"),
    "undecided": Text("undecided", "无法判定"),
    "not-checkable": Text("not checkable", "无法由程序检验"),
}
GROUNDS: Mapping[Grounds, Text] = {
    "proved": Text("proved", "已证明"),
    "exhausted": Text("every case tried", "穷举所有情形"),
    "sampled": Text(
        "the same as the formula and the engine in {cases} drawn cases", "在抽取的 {cases} 个情形中与公式和引擎一致"
    ),
    "measured": Text("formula and engine agree", "公式与引擎一致"),
    "formula": Text("by the formula alone", "仅由公式得出"),
}


def report_page(report: Report, language: Language) -> Page:
    """Compose the report of one file: what is not right first, each with its derivation and its fix."""
    fields = report.deck.fields
    title = _text(fields.get("title")) or Text(report.deck.file, report.deck.file)
    told = [_SUMMARY.said(language, all=len(report.findings), counts=_counts(report, language))]
    if fields.get("source"):
        told.insert(0, _SOURCE.said(language, source=(_text(fields["source"]) or Text("", "")).said(language)))
    sections = [
        Section(0, _heading(one, language), tuple(_blocks(one, report, language)))
        for outcome in ("wrong", "undecided", "right-under-convention")
        for one in report.findings
        if one.outcome == outcome
    ]
    for outcome in ("right", "not-checkable"):
        rows = tuple(_row(one, language) for one in report.findings if one.outcome == outcome)
        if rows:
            sections.append(Section(0, _capital(NAMES[outcome].said(language)), (Facts(rows),)))
    if report.faults:
        faults = tuple(Verdict(False, fault.said(language)) for fault in report.faults)
        sections.append(Section(0, _UNREAD.said(language), faults))
    numbered = tuple(Section(number, one.title, one.blocks) for number, one in enumerate(sections, 1))
    return Page(title.said(language), ("" if language == "zh" else " ").join(told), numbered, (), {}, language)


_SOURCE = Text("Source: {source}.", "出处：{source}。")
_SUMMARY = Text("{all} claims: {counts}.", "共 {all} 条论断：{counts}。")
_UNREAD = Text("Could not be read", "无法读取")
_STATED = Text("The text states {stated}; right is {right}.", "原文写的是 {stated}；正确的是 {right}。")
_STATED_MAP = Text(
    "The text states this map; {count} of its {all} values are wrong.", "原文给出此图；{all} 个值中有 {count} 个错误。"
)
_AS = Text(" (as transcribed)", "（据转录文本）")
_SIZE = Text("The text states a map of {stated}; right is {right}.", "原文给出的图为 {stated}；正确的是 {right}。")
_MISTAKE = Text("What happened: {says}.", "原因：{says}。")
_CASE = Text("At {values} it gives {stated}; {right} is right.", "当 {values} 时，它给出 {stated}；正确的是 {right}。")
_CASE_HERE = Text("It gives {stated}; {right} is right.", "它给出 {stated}；正确的是 {right}。")
_NOTHING = Text("no value (it asks for an entry that there is not)", "无值（用到了不存在的元素）")
_FIX = Text("Fix: write {right}.", "修改：写成 {right}。")
_FIX_CELLS = Text("Fix: {cells}; cells are [row, column] from 0.", "修改：{cells}；单元为从 0 计的 [行, 列]。")
_FIX_CELL = Text("write {right} for {stated} at {at}", "将 {at} 处的 {stated} 改为 {right}")
_FIX_CONVENTION = Text(
    "Fix: state the convention ({convention}); `--accept {slug}` reads the text so.",
    "修改：注明约定（{convention}）；用 `--accept {slug}` 可按此约定阅读。",
)
_UNDER = Text(
    "Right with this convention: {convention}. As the page has it, right is {right}.",
    "在此约定下正确：{convention}。按本页的约定，正确的是 {right}。",
)
_UNDER_FORMULA = Text("Right with this convention: {convention}.", "在此约定下正确：{convention}。")


def _heading(one: Finding, language: Language) -> str:
    return f"{_capital(NAMES[one.outcome].said(language))} · {one.entry.id} · {place(one)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def place(one: Finding) -> str:
    """Return where a claim stands: in the text it is about, else in its file."""
    stated = one.entry.fields.get("place")
    return stated if isinstance(stated, str) else str(one.entry.at)


def _counts(report: Report, language: Language) -> str:
    counts = [(outcome, report.counted(outcome)) for outcome in OUTCOMES]
    said = [f"{count} {NAMES[outcome].said(language)}" for outcome, count in counts if count]
    if report.faults:
        said.append(_FAULTS.said(language, count=len(report.faults)))
    return (", " if language == "en" else "，").join(said) or "0"


_FAULTS = Text("{count} could not be read", "{count} 条无法读取")


def _says(one: Finding, language: Language) -> str:
    said = _text(one.entry.fields.get("says"))
    if said is not None:
        return said.said(language)
    return _claimed(one, language)


def _claimed(one: Finding, language: Language) -> str:
    """Return the claim as it is typed: its formula, and what is stated."""
    formula = one.entry.fields.get("formula")
    typed = ", ".join(formula) if isinstance(formula, list) else formula
    stated = "" if one.stated is None or isinstance(one.stated, tuple) else _said(one, language)
    parts = [part for part in (typed, stated) if part]
    said = " = ".join(parts) or _said(one, language)
    return f"{one.quantity.title.said(language)}: {said}" if one.quantity else said


def _said(one: Finding, language: Language) -> str:
    """Return what the text states, in its own words where it is a rounded number."""
    raw = one.entry.fields.get("stated", one.entry.fields.get("result"))
    if isinstance(one.stated, Rounded):
        return str(raw)
    return _value(one.stated, one, language)


def _value(value: Any, one: Finding, language: Language) -> str:
    if isinstance(value, tuple) and value and isinstance(value[0], Expression):
        return ", ".join(linear(tree, one.letters) for tree in value)
    if isinstance(value, Grid):
        return short(value, MOST_OF_A_MAP)
    return "" if value is None else shown(value, language)


def _blocks(one: Finding, report: Report, language: Language) -> Iterator[Block]:
    transcribed = _AS.said(language) if report.deck.fields.get("transcribed") and one.outcome == "wrong" else ""
    yield Words(_says(one, language) + transcribed)
    if one.outcome == "wrong":
        yield from _wrong(one, language)
        yield from (Words(line) for line in derivation(one, language))
    elif one.outcome == "right-under-convention" and one.convention is not None:
        texts = {"convention": one.convention.text.said(language), "right": _value(one.computed, one, language)}
        yield Verdict(None, (_UNDER_FORMULA if _is_formula(one) else _UNDER).said(language, **texts))
    else:
        yield Verdict(None, one.reason.said(language) if one.reason else "")
    mended = fix(one)
    if mended is not None:
        yield Words(mended.said(language))


def _is_formula(one: Finding) -> bool:
    return isinstance(one.stated, tuple) and bool(one.stated) and isinstance(one.stated[0], Expression)


def _wrong(one: Finding, language: Language) -> Iterator[Block]:
    reason = _reason(one)
    if isinstance(one.stated, Grid) and isinstance(one.computed, Grid):
        yield Verdict(False, reason.said(language))
        marked = frozenset(one.cells)
        yield Matrices(
            (
                Matrix(_TEXT_SAYS.said(language), one.stated, marked),
                Matrix(_RIGHT.said(language), one.computed, marked),
            )
        )
        return
    yield Verdict(False, reason.said(language))


_TEXT_SAYS = Text("stated, wrong values in [ ]", "原文，方括号内为错误的值")
_RIGHT = Text("right", "正确")


def _reason(one: Finding) -> Text:
    """Return why a claim is wrong, in both languages."""
    return Text(_why(one, "en"), _why(one, "zh"))


def _why(one: Finding, language: Language) -> str:
    mistakes = "".join(" " + _MISTAKE.said(language, says=says.said(language)) for says in one.mistakes[:3])
    if one.case is not None:
        return _at(one.case, one, language) + mistakes
    if isinstance(one.stated, Grid) and isinstance(one.computed, Grid):
        if one.stated.shape != one.computed.shape:
            sizes = {"stated": shown(one.stated.shape, language), "right": shown(one.computed.shape, language)}
            return _SIZE.said(language, **sizes) + mistakes
        return _STATED_MAP.said(language, count=len(one.cells), all=len(one.stated.values)) + mistakes
    right = _value(one.computed, one, language)
    return _STATED.said(language, stated=_said(one, language), right=right) + mistakes


def _at(case: Case, one: Finding, language: Language) -> str:
    values = ", ".join(f"{one.letters.get(name, name)} = {value}" for name, value in case.values.items())
    stated = _NOTHING.said(language) if case.stated is None else _plainly(case.stated, language)
    told = {"values": values, "stated": stated, "right": _plainly(case.answer, language)}
    return (_CASE if values else _CASE_HERE).said(language, **told)


def _plainly(value: Value, language: Language) -> str:
    if isinstance(value, tuple):
        return "(" + ", ".join(str(plain(part)) for part in value) + ")"
    return str(value) if isinstance(value, (int, Fraction)) else shown(value, language)


def fix(one: Finding) -> Text | None:
    """Return the smallest change that makes the text right, or None where there is nothing to change."""
    if one.outcome == "right-under-convention" and one.convention is not None:
        return _FIX_CONVENTION.filled(convention=one.convention.text, slug=one.convention.slug)
    if one.outcome != "wrong":
        return None
    if one.fix is not None:
        return _FIX.filled(right=_formula(one.fix, one))
    if _is_formula(one) and isinstance(one.computed, tuple):
        return _FIX.filled(right=_formula(one.computed, one))
    if isinstance(one.stated, Grid) and isinstance(one.computed, Grid) and 0 < len(one.cells) <= MOST_CELLS:
        changes = [_change(one.stated, one.computed, cell) for cell in one.cells]
        return _FIX_CELLS.filled(
            cells=Text(", ".join(text.en for text in changes), "，".join(text.zh for text in changes))
        )
    right = one.computed
    return _FIX.filled(right=Text(_value(right, one, "en"), _value(right, one, "zh")))


def _change(stated: Grid, right: Grid, cell: tuple[int, ...]) -> Text:
    at = f"[{', '.join(map(str, cell))}]"
    return _FIX_CELL.filled(right=entry(right.at(cell)), stated=entry(stated.at(cell)), at=at)


def _formula(trees: Any, one: Finding) -> str:
    written = ", ".join(linear(tree, one.letters) for tree in trees)
    if one.quantity is None:
        return written
    symbols: dict[str, Symbol] = {step.symbol.name: step.symbol for step in one.quantity.steps}
    names = [one.letters.get(name, name) for name in one.quantity.answers if name in symbols]
    return f"{', '.join(names)} = {written}"


def derivation(one: Finding, language: Language) -> Iterator[str]:
    """Yield the lines that lead to the right value, in the first wrong cell of a map."""
    solution = one.solution
    if solution is None or not isinstance(one.computed, (int, Fraction, float, tuple)):
        return
    letters = letters_of(solution, "slides")
    for line in solution.lines:
        value: Expression = (
            Literal(line.value) if isinstance(line.value, (int, Fraction, float)) else Name(str(line.value))
        )
        sides = [left_side(line), line.formula, line.substituted, value]
        kept = [side for at, side in enumerate(sides) if at == 0 or side != sides[at - 1]]
        written = [linear(side, letters) for side in kept]
        yield " = ".join(dict.fromkeys(written)) if not isinstance(line.formula, Equal) else written[1]


def _row(one: Finding, language: Language) -> tuple[str, str, str]:
    if one.outcome == "not-checkable":
        return one.entry.id, one.reason.said(language) if one.reason else "", ""
    grounds = GROUNDS[one.grounds].said(language, cases=one.cases) if one.grounds else ""
    if one.convention is not None:
        grounds += f" ({one.convention.text.said(language)})" if language == "en" else f"（{one.convention.text.zh}）"
    return one.entry.id, _says(one, language), grounds


def _text(value: Any) -> Text | None:
    if isinstance(value, str):
        return Text(value, value)
    return Text(value["en"], value["zh"]) if isinstance(value, dict) else None


# ------------------------------------------------------------------------------------------------ JSON


def report_record(reports: Sequence[Report]) -> dict[str, Any]:
    """Return what `verify --format json` writes: every claim, and a summary."""
    claims = [_claim(one, report) for report in reports for one in report.findings]
    faults = [fault for report in reports for fault in report.faults]
    counts = {outcome: sum(report.counted(outcome) for report in reports) for outcome in OUTCOMES}
    return {"claims": claims, "summary": {"claims": len(claims), **counts, "unreadable": _faults(faults)}}


def _faults(faults: Iterable[CnnmathError]) -> list[dict[str, Any]]:
    return [{"place": str(getattr(fault, "place", "")), "reason": words(fault.message)} for fault in faults]


def _claim(one: Finding, report: Report) -> dict[str, Any]:
    mended = fix(one)
    why = _reason(one) if one.outcome == "wrong" else one.reason
    return {
        "id": one.entry.id,
        "file": report.deck.file,
        "line": one.entry.at.line,
        "place": place(one),
        "quantity": one.quantity.slug if one.quantity else None,
        "verdict": one.outcome,
        "grounds": one.grounds,
        "convention": one.convention.slug if one.convention else None,
        "stated": _plain(one.stated, one) if not isinstance(one.stated, Rounded) else _said(one, "en"),
        "computed": _plain(one.computed, one),
        "cells": [list(cell) for cell in one.cells],
        "reason": words(why) if why else None,
        "fix": words(mended) if mended else None,
    }


def _plain(value: Any, one: Finding) -> Any:
    if value is None:
        return None
    if isinstance(value, tuple) and value and isinstance(value[0], Expression):
        written = [linear(tree, one.letters) for tree in value]
        return written if len(written) > 1 else written[0]
    return plain_value(value)
