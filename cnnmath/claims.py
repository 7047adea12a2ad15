"""Verifying: the nouns. A claim as it stands in a file, a deck of them, and what came of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn, get_args

from cnnmath.errors import CnnmathError, FileError, Place
from cnnmath.expression import Expression
from cnnmath.model import Answer, Case, Convention, Grounds, Quantity, Solution, Value
from cnnmath.text import Text


@dataclass(frozen=True)
class Entry:
    """One claim as it stands in a file: its fields, and where each of them is."""

    id: str
    fields: Mapping[str, Any]
    at: Place
    places: Mapping[str, Place] = field(default_factory=dict)

    def refuse(self, name: str, message: Text) -> NoReturn:
        """Refuse the field called `name`: FileError with its place."""
        known = Text(f"field `{name}`: {message.en}", f"字段 `{name}`：{message.zh}")
        raise FileError(self.places.get(name, self.at), known)


@dataclass(frozen=True)
class Deck:
    """The claims of one file. faults: what could not be read, each with its place.

    fields: what stands before the first claim: title, source, notation, letters, accept, transcribed.
    """

    file: str
    fields: Mapping[str, Any]
    entries: tuple[Entry, ...]
    faults: tuple[CnnmathError, ...]


Outcome = Literal["right", "wrong", "right-under-convention", "undecided", "not-checkable"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


@dataclass(frozen=True)
class Finding:
    """What came of one claim.

    stated: the value as the text has it, or the formula, one tree for each result, over `letters`.
    computed: what is right, a value or formulas. cells: the wrong ones of a map, from 0. case: values at which a
    formula fails. fix: the smallest change that makes a formula right. solution: the derivation of a value.
    """

    entry: Entry
    outcome: Outcome
    quantity: Quantity | None = None
    stated: Value | tuple[Expression, ...] | None = None
    letters: Mapping[str, str] = field(default_factory=dict)
    grounds: Grounds | None = None
    convention: Convention | None = None
    computed: Answer | None = None
    cells: tuple[tuple[int, ...], ...] = ()
    mistakes: tuple[Text, ...] = ()
    case: Case | None = None
    cases: int = 0
    reason: Text | None = None
    fix: tuple[Expression, ...] | None = None
    solution: Solution | None = None


@dataclass(frozen=True)
class Report:
    """The findings of one file, in its order, and what could not be read."""

    deck: Deck
    findings: tuple[Finding, ...]
    faults: tuple[CnnmathError, ...]

    def counted(self, outcome: Outcome) -> int:
        """Return how many claims came out so."""
        return sum(finding.outcome == outcome for finding in self.findings)

    @property
    def code(self) -> int:
        """The exit code: 2 where something could not be read, 1 where something is wrong, 3 where it is undecided."""
        if self.faults:
            return 2
        return 1 if self.counted("wrong") else 3 if self.counted("undecided") else 0
