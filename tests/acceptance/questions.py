"""Questions in the wild: read a file of homework and exam questions, answer them, judge what was published.

    python -m tests.acceptance.questions PATH

prints a line for each question and last one line of JSON. `right` means that our value is the file's `recomputed`;
readers never see that field, only the topic, the givens, what is asked and the shape of the published answer.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cnnmath.expression import Expression
from cnnmath.rendering.formula import linear
from cnnmath.rendering.values import short_value

from .asked.families import answer
from .asked.judging import AnyOf, Ratio, Unreadable, agrees, contains
from .asked.question import Question, Unsupported, fits, read_questions
from .asked.shelf import Shelf


@dataclass(frozen=True)
class Result:
    """What came of a question. right: None where it is not scored; verdict: on the published answer."""

    question: Question
    right: bool | None
    said: str
    verdict: bool | None = None
    """Whether the published answer is right; None where nothing was published or nothing can be said."""
    slips: tuple[str, ...] = ()

    @property
    def outcome(self) -> str:
        """right, wrong or unsupported."""
        return "unsupported" if self.right is None else "right" if self.right else "wrong"

    @property
    def line(self) -> str:
        """The line that is printed."""
        head = f"{self.question.id} {self.question.topic}: {self.outcome}: {self.said}"
        if self.right is None or self.question.published is None:
            return head if self.right is None else f"{head}; nothing published"
        if self.verdict is None:
            return f"{head}; published answer undecided: {written(self.question.published)}"
        if self.verdict:
            return f"{head}; published answer right"
        told = f" ({'; '.join(self.slips)})" if self.slips else ""
        return f"{head}; published answer WRONG: {written(self.question.published)}{told}"


def judged(question: Question) -> Result:
    """Answer a question and judge what was published."""
    if question.ambiguous:
        return Result(question, None, "ambiguous: not scored")
    shelf = Shelf()
    try:
        value = answered(shelf, question)
    except Unsupported as error:
        return Result(question, None, str(error))
    except Exception as error:  # a question that is written in another way than any reader expects
        return Result(question, None, f"not read: {type(error).__name__}: {str(error)[:80]}")
    try:
        right = ours_is_right(value, question)
    except Unreadable as error:
        return Result(question, None, f"{written(value)}; the file's own answer is not read: {error}")
    if question.published is None:
        return Result(question, right, written(value))
    try:
        verdict: bool | None = agrees(value, question.published, question.approximate)
    except Unreadable:
        verdict = None
    if verdict is False and question.any_of and not isinstance(value, AnyOf):
        verdict = None  # another of the right answers, perhaps
    return Result(question, right, written(value), verdict, named(shelf, question) if verdict is False else ())


def ours_is_right(value: Any, question: Question) -> bool:
    """Tell whether our value is the file's own; where nothing was published its keys are ours to choose."""
    if question.any_of and not isinstance(value, AnyOf):
        return any(agrees(value, one) for one in question.recomputed)
    return (contains if question.published is None else agrees)(value, question.recomputed)


def answered(shelf: Shelf, question: Question) -> Any:
    """Return our value; Unsupported where a given was left unread or the value has not the wanted shape."""
    asked = question.posed()
    value = answer(shelf, asked)
    if unread := asked.given.leftover():
        raise Unsupported("givens", f"{', '.join(unread)} not understood")
    if not isinstance(value, (AnyOf, Ratio)) and not fits(value, asked.form):
        raise Unsupported("words", f"{written(value)} has not the shape of the published answer")
    return value


def named(shelf: Shelf, question: Question) -> tuple[str, ...]:
    """Return what is said of the slips that lead to the published answer, when they are made throughout."""
    found: list[str] = []
    for slug, (says, other) in shelf.slips.items():
        try:
            value = answered(Shelf(slug), question)
        except Exception:  # the slip leads nowhere
            continue
        if agrees(value, question.published):
            found.append(f"right if {says.en}" if other else says.en)
    return tuple(found)


def written(value: Any) -> str:
    """Return a value for a line of text."""
    match value:
        case AnyOf(values):
            return " or ".join(map(written, values))
        case Expression():
            return linear(value, {}, ascii=True)
        case dict():
            return "{" + ", ".join(f"{name}: {written(part)}" for name, part in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(written, value)) + "]"
        case str() | Ratio():
            return str(value)
    return short_value(value)


def scored(results: Sequence[Result]) -> dict[str, int]:
    """Return the figures."""
    wrong_answers = [result for result in results if result.right is not None and result.verdict is False]
    return {
        "total": len(results),
        **{name: sum(result.outcome == name for result in results) for name in ("right", "wrong", "unsupported")},
        "published_errors_found": sum(result.question.agrees is False for result in wrong_answers),
        "false_alarms": sum(result.question.agrees is True for result in wrong_answers),
    }


def main(arguments: Sequence[str]) -> int:
    """Judge the questions of a file."""
    if len(arguments) != 1:
        print("usage: python -m tests.acceptance.questions PATH", file=sys.stderr)
        return 2
    results = [judged(question) for question in read_questions(arguments[0])]
    for result in results:
        print(result.line)
    figures = scored(results)
    print(json.dumps(figures))
    return 1 if figures["wrong"] or figures["false_alarms"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
