"""Two answers side by side: how each was read, whether they are the same, on what grounds or where they differ."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from cnnmath.expression import Expression, Tree, plain
from cnnmath.grid import Grid
from cnnmath.model import Case, Grounds, Right, Rounded, Verdict, Wrong
from cnnmath.rendering.blocks import Block, Facts, Page, Section, Words
from cnnmath.rendering.blocks import Verdict as Said
from cnnmath.rendering.formula import linear
from cnnmath.rendering.values import bracketed, shown
from cnnmath.text import Language, Text
from cnnmath.tolerance import Tolerance

LONGEST_NUMBER = 10**40


def comparison_page(
    stated: tuple[Tree | None, Any],
    right: tuple[Tree | None, Any],
    verdict: Verdict,
    tolerance: Tolerance,
    language: Language,
) -> Page:
    """Compose the page of a comparison; each answer comes as its tree and its value."""
    read = (
        (_MINE.said(language), read_as(*stated, language), ""),
        (_KEY.said(language), read_as(*right, language), ""),
        (_RULE.said(language), tolerance.says.said(language), ""),
    )
    sections = (
        Section(1, _READ.said(language), (Facts(read),)),
        Section(2, _VERDICT.said(language), tuple(_told(verdict, language))),
    )
    return Page(_TITLE.said(language), "", sections, (), {}, language)


def read_as(tree: Tree | None, value: Any, language: Language) -> str:
    """Return an answer as it was understood: the formula, the exact number, the sizes, the rows.

    >>> from cnnmath.expression import Floor, Name
    >>> read_as(Floor(Name("N") / 2), None, "en")
    '⌊N/2⌋'
    """
    if isinstance(tree, tuple):
        values = value if isinstance(value, tuple) else (None,) * len(tree)
        return "(" + ", ".join(read_as(part, one, language) for part, one in zip(tree, values)) + ")"
    if isinstance(tree, Expression) and (value is None or not _is_number(tree)):
        return linear(tree, {})
    if isinstance(value, Rounded):
        return number(value.value, language)
    if isinstance(value, Grid):
        return bracketed(Grid(value.shape, tuple(_plain(part) for part in value.values)).nested)
    return number(value, language)


def number(value: Any, language: Language) -> str:
    """Return a number that may be too long to be written out."""
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        exact = Fraction(value)
        if max(abs(exact.numerator), exact.denominator) > LONGEST_NUMBER:
            return f"{'-' if exact < 0 else ''}…"
    return shown(plain(value), language)


def comparison_record(
    stated: tuple[str, Tree | None, Any], right: tuple[str, Tree | None, Any], verdict: Verdict
) -> dict[str, Any]:
    """Return what `--format json` writes."""
    found: dict[str, Any] = {
        "student": {"typed": stated[0], "read_as": read_as(stated[1], stated[2], "en")},
        "key": {"typed": right[0], "read_as": read_as(right[1], right[2], "en")},
    }
    match verdict:
        case Right(_, grounds, _, cases, gaps):
            found |= {"verdict": "right", "grounds": grounds, "cases": cases, "where_both_are_defined": gaps}
        case Wrong(_, _, cells, case):
            found |= {"verdict": "wrong", "cells": [list(cell) for cell in cells]}
            found["mistakes"] = [
                {"slug": one.slug, "says": {"en": one.says.en, "zh": one.says.zh}} for one in verdict.mistakes
            ]
            if case is not None:
                values = {name: _json(value) for name, value in case.values.items()}
                found["witness"] = {"values": values, "student": _json(case.stated), "key": _json(case.answer)}
        case _:
            found |= {"verdict": "undecided", "reason": {"en": verdict.reason.en, "zh": verdict.reason.zh}}
    return found


def _told(verdict: Verdict, language: Language) -> Iterator[Block]:
    match verdict:
        case Right(_, grounds, _, cases, gaps):
            said = _GROUNDS[grounds].said(language, cases=cases)
            yield Said(True, (_SAME_WHERE if gaps else _SAME).said(language, grounds=said))
        case Wrong(_, _, cells, case):
            yield Said(False, _DIFFERENT.said(language))
            if verdict.mistakes:
                yield Facts(tuple(("–", mistake.says.said(language), "") for mistake in verdict.mistakes))
            if cells:
                listed = ", ".join("[" + ", ".join(map(str, cell)) + "]" for cell in cells[:8])
                yield Words(_CELLS.said(language, cells=listed + (", …" if len(cells) > 8 else "")))
            if case is not None:
                yield Words(_at(case, language))
            elif not cells:
                yield Words(_SHAPES.said(language))
        case _:
            yield Said(None, _UNDECIDED.said(language, reason=verdict.reason))


def _at(case: Case, language: Language) -> str:
    values = ", ".join(f"{name} = {number(value, language)}" for name, value in case.values.items())
    told = {"stated": number(_plain(case.stated), language), "right": number(_plain(case.answer), language)}
    return (_CASE if values else _VALUES).said(language, values=values, **told)


def _plain(value: Any) -> Any:
    return plain(value.value) if isinstance(value, Rounded) else value


def _json(value: Any) -> Any:
    exact = _plain(value)
    return f"{exact.numerator}/{exact.denominator}" if isinstance(exact, Fraction) else exact


def _is_number(tree: Expression) -> bool:
    return linear(tree, {}).isdigit()


_TITLE = Text("Two answers compared", "两个答案的比较")
_READ, _VERDICT = Text("Read as", "读作"), Text("Verdict", "判定")
_MINE, _KEY, _RULE = Text("answer", "答案"), Text("key", "参考答案"), Text("compared", "比较方式")
_SAME = Text("They are the same: {grounds}.", "两者相同：{grounds}。")
_SAME_WHERE = Text(
    "They are the same wherever both have a value: {grounds}.", "在两者都有值之处，两者相同：{grounds}。"
)
_GROUNDS: Mapping[Grounds, Text] = {
    "proved": Text("proved", "已证明"),
    "exhausted": Text("shown for each of {cases} classes of remainders", "对 {cases} 类余数逐一验证"),
    "sampled": Text("at each of {cases} points that were tried", "在试过的 {cases} 组取值处都相同"),
}
_DIFFERENT = Text("They are not the same.", "两者不相同。")
_CELLS = Text("They differ at {cells}, counted from 0.", "不同之处：{cells}，从 0 计。")
_SHAPES = Text("They do not have as many numbers, in as many rows.", "两者的数的个数或排列不同。")
_CASE = Text(
    "At {values} the answer gives {stated}, the key {right}.", "当 {values} 时，答案得 {stated}，参考答案得 {right}。"
)
_VALUES = Text("The answer is {stated}, the key {right}.", "答案是 {stated}，参考答案是 {right}。")
_UNDECIDED = Text("This cannot be decided: {reason}.", "无法判定：{reason}。")
