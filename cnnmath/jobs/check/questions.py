"""Questions: what stands in a problem set, posed and solved. A question may take its givens from earlier answers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from math import prod
from typing import Any

from cnnmath.claims import Deck, Entry
from cnnmath.core.identity import whole
from cnnmath.core.pose import pose, typed
from cnnmath.core.solve import holds, in_cell, value_of
from cnnmath.errors import CnnmathError, FileError, GivenError
from cnnmath.grid import Grid
from cnnmath.jobs.claims import Letters, convention_slugs, words
from cnnmath.jobs.explain import solution_of
from cnnmath.model import NOTATIONS, Notation, Quantity, Solution, Value
from cnnmath.reading.givens import read_given
from cnnmath.reading.problems import read_problems, set_path
from cnnmath.reading.spelling import number, shown
from cnnmath.reading.stated import exact
from cnnmath.sheets import ProblemSet, Question
from cnnmath.text import Text
from cnnmath.tolerance import AS_WRITTEN, EXACT, Rule, Tolerance
from cnnmath.topics import quantity

MOST_POINTS = 1_000
TOLERANCES: tuple[Rule, ...] = ("relative", "absolute", "decimals", "figures")
RESERVED = ("kind", "problems", "name", "answers")

_ID = re.compile(r"[^\W_][\w-]{0,39}")
_REFERENCE = re.compile(r"\{([^\W_][\w-]{0,39})(?:\.(height|width|channels|values))?\}")
_PARTS = ("height", "width", "channels")
_INHERITED = ("notation", "letters", "accept", "tolerance")


def problem_set(path: str, name: str = "", accept: Sequence[str] = ()) -> ProblemSet:
    """Return a set with its keys: one that is shipped, or a file; CnnmathError where nothing of it can be read.

    name: what people call it. accept: conventions that count besides those that its questions accept.
    """
    accepted(accept)
    path, name = set_path(path), name or path
    deck = read_problems(path)
    questions: dict[str, Question] = {}
    faults = list(deck.faults)
    for entry in deck.entries:
        try:
            posed = _question(entry, deck, questions)
            questions[entry.id] = replace(posed, accept=(*posed.accept, *accept))
        except CnnmathError as error:
            faults.append(error if isinstance(error, FileError) else FileError(entry.at, error.message))
    title = words(deck.fields["title"]) if "title" in deck.fields else Text(name, name)
    source = words(deck.fields["source"]) if "source" in deck.fields else None
    return ProblemSet(name, title, tuple(questions.values()), tuple(faults), source)


def solved(question: Question, answers: Mapping[str, Value]) -> Solution:
    """Return the question worked out, with these answers to the questions that it refers to."""
    given = {word: _filled(value, answers) for word, value in question.given.items()}
    return solution_of(question.quantity.slug, given, at=question.at)


def carried_on(question: Question, answers: Mapping[str, Value]) -> Value | None:
    """Return what is right by other answers to the questions that it refers to, or None where nothing is.

    Only the formula is asked: what people type may be too large to run.
    """
    asked = question.solution.problem.quantity if question.solution else question.quantity
    given = {word: _filled(value, answers) for word, value in question.given.items()}
    try:
        problem = pose(asked, {word: _fixed_one(word, value) for word, value in given.items()})
        value = value_of(asked, asked.steps, problem.values) if holds(problem) else None
    except (CnnmathError, ArithmeticError, LookupError, ValueError):
        return None
    if question.at is None or not isinstance(value, Grid):
        return value
    return value.at(question.at) if all(at < extent for at, extent in zip(question.at, value.shape)) else None


def key_of(question: Question) -> Solution | None:
    """Return the key as it is asked for: of the whole map, or of one cell."""
    if question.solution is None or question.at is None:
        return question.solution
    return in_cell(question.solution)


def letters_of(question: Question) -> Letters:
    """Return what the letters of a formula stand for."""
    entry = Entry(question.id, {}, question.place)
    return Letters.of(question.quantity, question.notation, question.letters, entry)


def _question(entry: Entry, deck: Deck, earlier: Mapping[str, Question]) -> Question:
    fields = {**{name: deck.fields[name] for name in _INHERITED if name in deck.fields}, **entry.fields}
    if not _ID.fullmatch(entry.id) or entry.id in RESERVED or "id" not in fields:
        entry.refuse(
            "id",
            Text(
                "a question needs an id of letters, digits and hyphens, such as q1.",
                "题目需要由字母、数字和连字符组成的 id，例如 q1。",
            ),
        )
    if "quantity" not in fields:
        entry.refuse("quantity", Text("a question needs a quantity.", "题目需要给出 quantity。"))
    asked = _or_refuse(entry, "quantity", lambda: quantity(fields["quantity"]))
    given = dict(fields.get("given", {}))
    question = Question(
        entry.id,
        asked,
        {word.replace("_", "-"): value for word, value in given.items()},
        entry.places.get("id", entry.at),
        refers=_references(entry, given, earlier),
        ask=words(fields["ask"]) if "ask" in fields else None,
        points=_points(entry, fields.get("points", 1)),
        tolerance=_tolerance(entry, fields.get("tolerance", "as-written")),
        accept=_or_refuse(entry, "accept", lambda: accepted(fields.get("accept", []))),
        notation=_notation(entry, fields.get("notation", "slides")),
        letters=fields.get("letters", {}),
        at=_cell(entry, asked, fields.get("at")),
        formula=fields.get("formula", False),
    )
    if question.formula:
        letters_of(question)
        given = _or_refuse(entry, "given", lambda: _fixed(question.given))
        return replace(question, given=given, right=whole(asked, pose(asked, {})))
    keys = {name: _value(earlier[name]) for name in question.refers}
    return replace(question, solution=_or_refuse(entry, "given", lambda: solved(question, keys)))


def _value(question: Question) -> Value:
    key = key_of(question)
    assert key is not None
    return key.answer


def _or_refuse(entry: Entry, name: str, made: Any) -> Any:
    """Return what is made of a field; what is said of it is said with its place."""
    try:
        return made()
    except FileError:
        raise
    except CnnmathError as error:
        entry.refuse(name, error.message)


def _references(entry: Entry, given: Mapping[str, Any], earlier: Mapping[str, Question]) -> tuple[str, ...]:
    found: list[str] = []
    for word, value in given.items():
        if not isinstance(value, str) or "{" not in value:
            continue
        field = f"given.{word}" if f"given.{word}" in entry.places else "given"
        names = [match[1] for match in _REFERENCE.finditer(value)]
        if not names or "{" in _REFERENCE.sub("", value):
            message = Text(
                "write {q1} for the answer to q1, or {q1.height}, .width, .channels, .values.",
                "用 {q1} 表示 q1 的答案，或 {q1.height}、.width、.channels、.values。",
            )
            entry.refuse(field, message)
        for name in names:
            if name not in earlier or earlier[name].formula:
                message = Text(
                    f"there is no question `{name}` with a value before this one.",
                    f"此题之前没有带数值的题目 `{name}`。",
                )
                entry.refuse(field, message)
            found.append(name)
    return tuple(dict.fromkeys(found))


def _filled(value: Any, answers: Mapping[str, Value]) -> Any:
    """Return a given with the answers put in the places of `{q1}`, decimals exact."""
    if isinstance(value, str):
        return _REFERENCE.sub(lambda match: typed(_part(answers[match[1]], match[2])).strip('"'), value)
    return exact(value) if isinstance(value, (list, Decimal)) else value


def _part(value: Value, part: str | None) -> Value:
    """Return a size, or what is meant of a shape: one of its sides, or how many values it has."""
    if part is None or not isinstance(value, tuple):
        return value
    if part == "values":
        return prod(value)
    at = _PARTS.index(part)
    return value[at] if at < len(value) else 1


def _fixed(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the givens that are fixed in a formula, read."""
    return {word: _fixed_one(word, value) for word, value in given.items()}


def _fixed_one(word: str, value: Any) -> Any:
    return read_given(word, value) if isinstance(value, str) else _filled(value, {})


def _points(entry: Entry, stated: Any) -> Fraction:
    points = number(str(stated))
    if points is None or not 0 <= points <= MOST_POINTS:
        entry.refuse("points", Text(f"points are from 0 to {MOST_POINTS:,}.", f"分值须在 0 到 {MOST_POINTS:,} 之间。"))
    return Fraction(points)


def _tolerance(entry: Entry, stated: Any) -> Tolerance:
    if stated in ("exact", "as-written"):
        return EXACT if stated == "exact" else AS_WRITTEN
    name, amount = next(iter(stated.items())) if isinstance(stated, dict) and len(stated) == 1 else ("", None)
    rule = next((rule for rule in TOLERANCES if rule == name), None)
    value = None if isinstance(amount, bool) else number(str(amount))
    whole = rule in ("figures", "decimals")
    if rule is None or value is None or value < (rule == "figures") or (whole and value not in range(100)):
        entry.refuse(
            "tolerance",
            Text(
                'a tolerance is "exact", { relative = "0.01" }, { absolute = "0.5" }, { decimals = 2 } or { figures = 3 }.',
                'tolerance 写作 "exact"、{ relative = "0.01" }、{ absolute = "0.5" }、{ decimals = 2 } 或 { figures = 3 }。',
            ),
        )
    return Tolerance(rule, Fraction(value))


def accepted(slugs: Sequence[Any]) -> tuple[str, ...]:
    """Return the slugs of conventions; GivenError names one that there is not."""
    known = convention_slugs()
    for slug in slugs:
        if slug not in known:
            near = get_close_matches(str(slug), known, 1)
            said, meant = shown(str(slug)), near[0] if near else ""
            raise GivenError(
                Text(
                    f"there is no convention `{said}`" + (f": did you mean `{meant}`?" if near else "."),
                    f"没有约定 `{said}`" + (f"：是否想写 `{meant}`？" if near else "。"),
                )
            )
    return tuple(slugs)


def _notation(entry: Entry, stated: str) -> Notation:
    found = next((notation for notation in NOTATIONS if notation == stated), None)
    if found is None:
        listed = ", ".join(NOTATIONS)
        entry.refuse("notation", Text(f"this is one of {listed}.", f"只能是 {listed} 之一。"))
    return found


def _cell(entry: Entry, asked: Quantity, stated: Any) -> tuple[int, ...] | None:
    if stated is None:
        return None
    cell = tuple(stated) if isinstance(stated, list) else (stated,)
    if asked.kind != "array" or not all(isinstance(at, int) and not isinstance(at, bool) and at >= 0 for at in cell):
        entry.refuse(
            "at", Text("a cell is [row, column] of a map, counted from 0.", "单元为特征图的 [行, 列]，从 0 计。")
        )
    return cell
