"""A session: the questions of a set are asked one after the other, and each answer is judged at once."""

from collections.abc import Callable, Iterable, Mapping

from cnnmath.errors import Place
from cnnmath.jobs.check import hints_of, worked
from cnnmath.jobs.check.marking import Marking, carry
from cnnmath.model import Value
from cnnmath.rendering.blocks import Block, Verdict, Words
from cnnmath.rendering.sheet import amount, asked
from cnnmath.rendering.verdict import told
from cnnmath.sheets import Answer, Graded, ProblemSet, Question, Sheet
from cnnmath.text import Language, Text

HINTS = ("?", "？")

Say = Callable[[Iterable[Block], Mapping[str, str]], None]
"""Shows some blocks; the letters are those of the formulas in them."""
Read = Callable[[str], str | None]
"""Shows a prompt and returns the line that is typed; None where no more will come."""


def session(problems: ProblemSet, language: Language, say: Say, read: Read) -> Graded:
    """Ask every question and return the marks; what is not reached is not answered.

    An empty line leaves a question out; `?` asks for a hint, and again for the next one. What cannot be read may be
    typed again.
    """
    marking = Marking(problems)
    own: dict[str, Value] = {}
    answers: list[Answer] = []
    say((Words(_HOW.said(language), quiet=True), *(Verdict(False, one.said(language)) for one in problems.faults)), {})
    for number, question in enumerate(problems.questions, 1):
        say(_asked(question, f"{number}/{len(problems.questions)}", language), {})
        answer = _answered(question, marking, own, language, say, read)
        if answer is None:
            break
        answers += [answer] if answer.value else []
    return marking.graded(Sheet("", "", tuple(answers)))


def _answered(
    question: Question, marking: Marking, own: dict[str, Value], language: Language, say: Say, read: Read
) -> Answer | None:
    """Return the answer that was typed, empty where the question is left out; None where no more will come."""
    hints = iter(hints_of(question, language))
    while True:
        typed = read(f"{question.id or _ANSWER.said(language)}> ")
        if typed is None:
            return None
        answer = Answer(question.id, typed.strip(), Place(""))
        if answer.value in HINTS:
            say(next(hints, (Words(_NO_MORE.said(language)),)), worked(question, language).letters)
            continue
        mark = marking.marked(question, answer, own)
        if mark.outcome == "missing":
            return answer
        say(told(mark, language), {})
        if mark.outcome != "not-read":
            carry(mark, own)
            return answer


def _asked(question: Question, place: str, language: Language) -> tuple[Block, ...]:
    points = _POINTS if question.points != 1 else _POINT
    head = f"{place} · {points.said(language, points=amount(question.points))}"
    return (Words(""), Words(head, quiet=True), *asked(question, language))


_ANSWER = Text("answer", "答案")
_POINT, _POINTS = Text("1 point", "1 分"), Text("{points} points", "{points} 分")
_HOW = Text(
    "Type an answer and Enter. An empty line leaves the question out, ? gives a hint, Ctrl-D ends.",
    "输入答案后按回车。空行跳过此题，? 显示提示，Ctrl-D 结束。",
)
_NO_MORE = Text("There is no further hint.", "没有更多提示了。")
