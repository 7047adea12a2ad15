"""Checking: the nouns. A question with its key, a set of them, a person's answers, and the marks that they got."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from cnnmath.errors import CnnmathError, Place
from cnnmath.expression import Expression
from cnnmath.model import Case, Convention, Grounds, Mistake, Notation, Quantity, Solution, Value
from cnnmath.text import Text
from cnnmath.tolerance import AS_WRITTEN, Tolerance


@dataclass(frozen=True)
class Question:
    """One question, with its key.

    given: by word, as typed; a text may hold `{q1}`, the answer to an earlier question. refers: those questions.
    ask: the question in words, where the quantity's own will not do. accept: slugs of conventions that count.
    formula: whether the answer is a formula; letters: those that the question declares, by what they stand for.
    at: the cell of a map that is asked for, from 0. solution: the key, of the whole map; for a formula it is `right` instead, one tree for each result.
    """

    id: str
    quantity: Quantity
    given: Mapping[str, Any]
    place: Place
    solution: Solution | None = None
    refers: tuple[str, ...] = ()
    ask: Text | None = None
    points: Fraction = Fraction(1)
    tolerance: Tolerance = AS_WRITTEN
    accept: tuple[str, ...] = ()
    notation: Notation = "slides"
    letters: Mapping[str, str] = field(default_factory=dict)
    at: tuple[int, ...] | None = None
    formula: bool = False
    right: tuple[Expression, ...] = ()


@dataclass(frozen=True)
class ProblemSet:
    """The questions of one file, in its order, and what of it could not be read."""

    name: str
    title: Text
    questions: tuple[Question, ...]
    faults: tuple[CnnmathError, ...] = ()
    source: Text | None = None

    @property
    def points(self) -> Fraction:
        """What all its questions are worth together."""
        return sum((question.points for question in self.questions), Fraction())


@dataclass(frozen=True)
class Answer:
    """What stands in a file as the answer to a question: a text, or what TOML and JSON make of it.

    refused: why the file could not be read there; the value is then what stands there, as far as that is known.
    """

    id: str
    value: Any
    place: Place
    refused: Text | None = None


@dataclass(frozen=True)
class Sheet:
    """The answers of one person. problems: the set that the file names. faults: what could not be read."""

    name: str
    file: str
    answers: tuple[Answer, ...]
    problems: str = ""
    faults: tuple[CnnmathError, ...] = ()


Outcome = Literal["right", "wrong", "right-under-convention", "undecided", "not-read", "missing"]


@dataclass(frozen=True)
class Mark:
    """What came of one answer.

    typed: the answer as it was typed. stated: as it was understood; a formula is one tree for each result.
    parts: how many numbers of a shape or a map are right, and how many there are; cells: the wrong ones, from 0.
    mistakes: all that give what was stated, alone or, where `together`, all at once; factor: it is the right number
    times this. case: values at which a formula fails. reason: why nothing can be said,
    and caret: what was typed with a mark under the place. carried: the questions whose answers, wrong as
    they are, make this one right.
    """

    question: Question
    outcome: Outcome
    points: Fraction = Fraction()
    typed: str = ""
    stated: Value | tuple[Expression, ...] | None = None
    grounds: Grounds | None = None
    cases: int = 0
    convention: Convention | None = None
    parts: tuple[int, int] | None = None
    cells: tuple[tuple[int, ...], ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    together: bool = False
    factor: Fraction | None = None
    case: Case | None = None
    reason: Text | None = None
    caret: str = ""
    carried: tuple[str, ...] = ()
    place: Place | None = None


@dataclass(frozen=True)
class Graded:
    """A sheet with its marks, one for each question of the set in its order, and what could not be read."""

    sheet: Sheet
    problems: ProblemSet
    marks: tuple[Mark, ...]
    faults: tuple[CnnmathError, ...] = ()

    @property
    def points(self) -> Fraction:
        """What the answers got together."""
        return sum((mark.points for mark in self.marks), Fraction())

    def counted(self, *outcomes: Outcome) -> int:
        """Return how many answers came out so."""
        return sum(mark.outcome in outcomes for mark in self.marks)

    @property
    def code(self) -> int:
        """The exit code: 2 where something could not be read, 1 where something is not right, 3 where it is undecided."""
        if self.faults or self.problems.faults or self.counted("not-read"):
            return 2
        return (
            1 if self.counted("wrong", "right-under-convention", "missing") else 3 if self.counted("undecided") else 0
        )
