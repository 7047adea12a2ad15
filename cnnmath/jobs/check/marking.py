"""Marking: an answer is read, judged by the key, and, where it is wrong, by the person's own earlier answers."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from cnnmath.core.identity import judge_formula
from cnnmath.core.judge import judge
from cnnmath.errors import CnnmathError, FileError, FormulaError, GivenError
from cnnmath.expression import Expression
from cnnmath.grid import Grid
from cnnmath.jobs.check.questions import carried_on, key_of, letters_of
from cnnmath.model import Check, Claim, FormulaClaim, Kind, Right, Solution, Undecided, Value, Verdict, Wrong
from cnnmath.reading.answers import read_answer
from cnnmath.reading.rows import DEEPEST
from cnnmath.reading.spelling import shown
from cnnmath.sheets import Answer, Graded, Mark, ProblemSet, Question, Sheet
from cnnmath.text import Text

FARTHEST = 1_000
"""How many times larger or smaller than the key a wrong answer may be that later ones are judged by."""
LONGEST_ECHO = 80
DETAILS = ("date", "class", "course", "student", "id", "note", "email", "日期", "班级", "课程", "学号", "备注", "邮箱")
"""What people write about themselves beside their answers."""

Stated = Value | tuple[Expression, ...]


class Marking:
    """Marks the answers to one set. Equal answers are judged once, whoever gave them."""

    def __init__(self, problems: ProblemSet) -> None:
        self.problems = problems
        self.ids = {question.id.casefold(): question for question in problems.questions}
        self._known: dict[Any, Mark] = {}

    def graded(self, sheet: Sheet) -> Graded:
        """Return the marks of a sheet, one for each question, and what of it could not be read."""
        faults = list(sheet.faults)
        answers: dict[str, Answer] = {}
        for answer in sheet.answers:
            question = self.ids.get(answer.id.casefold())
            if question is None:
                if answer.id.lower() not in DETAILS:
                    faults.append(FileError(answer.place, self._unknown(answer.id)))
            elif question.id in answers:
                answers[question.id] = replace(answer, refused=Text("it is answered twice.", "回答了两次。"))
            else:
                answers[question.id] = answer
        own: dict[str, Value] = {}
        marks = []
        for question in self.problems.questions:
            mark = self.marked(question, answers.get(question.id), own)
            carry(mark, own)
            marks.append(mark)
        return Graded(sheet, self.problems, tuple(marks), tuple(faults))

    def marked(self, question: Question, answer: Answer | None, own: Mapping[str, Value]) -> Mark:
        """Return the mark of one answer. own: the person's other answers to earlier questions, as far as they count."""
        if answer is not None and answer.refused is not None:
            echo = _echo(_text(answer.value))
            return Mark(question, "not-read", typed=echo, reason=answer.refused, place=answer.place)
        if answer is None or answer.value is None or (isinstance(answer.value, str) and not answer.value.strip()):
            return Mark(question, "missing", place=answer.place if answer else None)
        carried = tuple((name, own[name]) for name in question.refers if name in own)
        known = (question.id, type(answer.value), repr(answer.value), carried)
        if known not in self._known:
            self._known[known] = _marked(question, answer.value, dict(carried), self._keys(question))
        return replace(self._known[known], place=answer.place)

    def _keys(self, question: Question) -> dict[str, Value]:
        keys = ((name, key_of(self.ids[name.casefold()])) for name in question.refers)
        return {name: key.answer for name, key in keys if key is not None}

    def _unknown(self, id: str) -> Text:
        ids = [question.id for question in self.problems.questions]
        near = get_close_matches(id, ids, 1)
        said, name = shown(id), shown(self.problems.name)
        return Text(
            f"there is no question `{said}` in {name}" + (f": did you mean `{near[0]}`?" if near else "."),
            f"{name} 中没有题目 `{said}`" + (f"：是否想写 `{near[0]}`？" if near else "。"),
        )


def carry(mark: Mark, own: dict[str, Value]) -> None:
    """Keep an answer that is not the key for the questions that refer to it, where it may be meant seriously."""
    key = key_of(mark.question)
    if key is not None and may_carry(mark.stated, key.answer):
        own[mark.question.id] = mark.stated  # type: ignore[assignment]


def may_carry(stated: Stated | None, key: Value) -> bool:
    """Tell whether later answers may be judged by a wrong one: as many whole numbers, positive, not far from the key."""
    if stated is None or stated == key:
        return False
    mine = stated if isinstance(stated, tuple) else (stated,)
    other = key if isinstance(key, tuple) else (key,)
    return (
        isinstance(stated, tuple) == isinstance(key, tuple)
        and len(mine) == len(other)
        and all(_near(part, right) for part, right in zip(mine, other))
    )


def _near(stated: Any, right: Any) -> bool:
    whole = type(stated) is int and type(right) is int
    return whole and stated > 0 and right > 0 and right <= FARTHEST * stated and stated <= FARTHEST * right


def _marked(question: Question, value: Any, own: Mapping[str, Value], keys: Mapping[str, Value]) -> Mark:
    text = _text(value)
    echo = _echo(text)
    try:
        stated = _formulas(question, value) if question.formula else _understood(question, value, text)
    except FormulaError as error:
        return Mark(question, "not-read", typed=echo, reason=error.message, caret=error.caret)
    except CnnmathError as error:
        return Mark(question, "not-read", typed=echo, reason=error.message)
    mark = replace(_judged(question, stated, key_of(question)), typed=echo)
    if mark.outcome == "right" or not own:
        return mark
    return _carried(mark, own, keys) or mark


def _carried(mark: Mark, own: Mapping[str, Value], keys: Mapping[str, Value]) -> Mark | None:
    """Return the mark with full points where the answer is right by the person's own earlier answers."""
    question, key = mark.question, key_of(mark.question)
    answer = carried_on(question, {**keys, **own})
    if key is None or answer is None or _collapsed(answer, key.answer):
        return None
    other = replace(key, answer=answer, slips=(), check=Check(None, None, Text("", "")))
    again = _judged(question, mark.stated, other)
    return replace(again, typed=mark.typed, carried=tuple(own)) if again.outcome == "right" else None


def _collapsed(answer: Value, key: Value) -> bool:
    """Tell whether an answer has become 0 or 1 where the key is neither: then nearly anything would be right."""
    mine = answer if isinstance(answer, tuple) else (answer,)
    other = key if isinstance(key, tuple) else (key,) * len(mine)
    return any(part in (0, 1) and right not in (0, 1) for part, right in zip(mine, other) if not isinstance(part, Grid))


# ------------------------------------------------------------------------------------------------ reading


def _echo(text: str) -> str:
    """Return what was typed as one harmless line; rows that stood below each other are parted by semicolons."""
    return shown("; ".join(line.strip() for line in text.split("\n")), LONGEST_ECHO)


def _text(value: Any) -> str:
    """Return an answer as a person would type it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(map(_text, value)) + "]"
    return str(value)


def _understood(question: Question, value: Any, text: str) -> Value:
    """Return an answer as the kind of value that the question asks for; CnnmathError where it cannot be one."""
    key = question.solution
    assert key is not None
    asked = key.problem.quantity
    kind: Kind = "number" if question.at is not None else asked.kind
    _plain(value, kind)
    found = read_answer(kind, text).value
    if kind == "shape" and not isinstance(found, tuple):
        raise GivenError(
            Text(
                f"`{shown(text)}` is not a shape: write sizes such as 28x28.",
                f"`{shown(text)}` 不是形状：请写 28x28 这样的大小。",
            )
        )
    if (
        isinstance(found, Grid)
        and len(found.shape) == 1
        and isinstance(key.answer, Grid)
        and len(key.answer.shape) == 2
    ):
        found = Grid((1, *found.shape), found.values)
    result: Value = found
    return result


def _plain(value: Any, kind: Kind) -> None:
    """Refuse what TOML and JSON can hold and an answer cannot be: truths for numbers, dates, tables, deep lists."""
    if isinstance(value, bool) and kind == "truth":
        return
    if isinstance(value, Decimal) and not value.is_finite():
        raise GivenError(Text(f"`{value}` is not a number that can be used.", f"`{value}` 不是可用的数。"))
    if isinstance(value, (bool, dict, date, datetime, time)) or (isinstance(value, list) and not _is_list(value)):
        said = shown(_text(value) if not isinstance(value, dict) else "{ … }")
        raise GivenError(
            Text(
                f"`{said}` is not an answer to this question: write {_WANTED[kind].en}.",
                f"`{said}` 不能作为本题的答案：请写{_WANTED[kind].zh}。",
            )
        )


def _is_list(value: list[Any], depth: int = 1) -> bool:
    return depth <= DEEPEST and all(
        _is_list(part, depth + 1)
        if isinstance(part, list)
        else isinstance(part, (int, str, Decimal)) and not isinstance(part, bool)
        for part in value
    )


_WANTED: Mapping[Kind, Text] = {
    "number": Text("a number", "一个数"),
    "shape": Text("sizes such as 28x28", " 28x28 这样的大小"),
    "array": Text("rows such as 4 3; 2 4", "若干行数，例如 4 3; 2 4"),
    "truth": Text("yes or no", " yes 或 no"),
    "formula": Text("a formula", "一个公式"),
    "choice": Text("one of the words", "其中一个词"),
}


def _formulas(question: Question, value: Any) -> tuple[Expression, ...]:
    """Return the trees of a typed formula, one for each result, over the names of the symbols."""
    letters = letters_of(question)
    scalars = [one for one in letters.names if one not in letters.families and one not in letters.functions]
    declared: dict[str, Any] = {"symbols": scalars, "families": letters.families, "functions": letters.functions}
    count = len(question.quantity.answers)
    _plain(value, "formula")
    if count > 1 and not isinstance(value, list):
        found = read_answer("shape", _text(value), **declared).tree
        trees: list[Any] = list(found) if isinstance(found, tuple) else [found]
    else:
        texts = value if isinstance(value, list) else [value]
        trees = [read_answer("formula", _text(text), **declared).tree for text in texts]
    if len(trees) != count or not all(isinstance(tree, Expression) for tree in trees):
        raise GivenError(
            Text(
                f"this question has {count} results: write ({', '.join('…' * count)}), one formula for each."
                if count > 1
                else "this question has one result: write one formula.",
                f"本题有 {count} 个结果：请写 ({', '.join('…' * count)})，每个结果一个公式。"
                if count > 1
                else "本题只有一个结果：请写一个公式。",
            )
        )
    return tuple(letters.named(tree) for tree in trees if isinstance(tree, Expression))


# ------------------------------------------------------------------------------------------------ judging


def _judged(question: Question, stated: Any, key: Solution | None) -> Mark:
    if question.formula or key is None:
        return _told(question, stated, judge_formula(FormulaClaim(question.quantity, stated, question.given)))
    return _told(question, stated, judge(Claim(key.problem, stated), key, question.tolerance))


def _told(question: Question, stated: Any, verdict: Verdict) -> Mark:
    """Return what a verdict means for the question: its points, and the parts that are right."""
    match verdict:
        case Right(_, grounds, convention, cases):
            counts = convention is None or convention.slug in question.accept
            return Mark(
                question,
                "right" if counts else "right-under-convention",
                question.points if counts else Fraction(),
                stated=stated,
                grounds=grounds,
                cases=cases,
                convention=convention,
            )
        case Wrong(answer, mistakes):
            parts, cells = _parts(stated, answer, verdict.witness)
            earned = question.points * Fraction(*parts) if parts else Fraction()
            return Mark(
                question,
                "wrong",
                earned,
                stated=stated,
                parts=parts,
                cells=cells,
                mistakes=mistakes,
                together=verdict.together,
                factor=verdict.factor,
                case=verdict.case,
            )
        case Undecided(reason):
            return Mark(question, "undecided", stated=stated, reason=reason)


def _parts(
    stated: Any, answer: Any, cells: tuple[tuple[int, ...], ...]
) -> tuple[tuple[int, int] | None, tuple[tuple[int, ...], ...]]:
    """Return how many numbers of a shape or a map are right and how many there are, and which are wrong."""
    if isinstance(stated, Grid) and isinstance(answer, Grid) and stated.shape == answer.shape:
        count = len(answer.values)
        return ((count - len(cells), count), cells) if cells else (None, ())
    numbers = isinstance(answer, tuple) and all(isinstance(part, int) for part in answer)
    if numbers and isinstance(stated, tuple) and len(stated) == len(answer):
        wrong = tuple((at,) for at, (mine, right) in enumerate(zip(stated, answer)) if mine != right)
        return (len(answer) - len(wrong), len(answer)), wrong
    return None, ()
