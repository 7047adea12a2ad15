"""The nouns: a question, what a reader may see of it, and the shape in which its answer is wanted."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cnnmath.expression import Expression, Name
from cnnmath.grid import Grid

Form = Any
"""The shape of the wanted answer: "number", "truth", "text", a tuple of forms, a dict of forms; None: not known."""

UNKNOWN = object()


class Unsupported(Exception):
    """A question that is not answered, with the family that it belongs to and the reason."""

    def __init__(self, family: str, reason: str = "") -> None:
        super().__init__(f"{family}: {reason}" if reason else family)
        self.family = family


@dataclass(frozen=True)
class Question:
    """One item of the file. published: the answer as printed; recomputed: the file's own, never seen by a reader."""

    id: str
    topic: str
    given: Mapping[str, Any]
    asks: str
    published: Any
    recomputed: Any
    agrees: bool | None
    approximate: bool = False
    ambiguous: bool = False
    any_of: bool = False

    def posed(self) -> "Asked":
        """Return what a reader sees."""
        return Asked(self.topic, Givens(self.given), self.asks, form_of(self.published))


class Givens:
    """The givens of a question; it knows which of them nobody has looked at."""

    def __init__(self, values: Mapping[str, Any], owner: str = "given") -> None:
        self.values = dict(values)
        self.owner = owner
        self.unread = dict.fromkeys(self.values)
        self.parts: list[Givens] = []

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def take(self, *names: str, default: Any = None) -> Any:
        """Return the value of the first of the names that is given; all of them count as read."""
        found = [name for name in names if name in self.values]
        for name in found:
            self.unread.pop(name, None)
        if len({repr(self.values[name]) for name in found}) > 1:
            raise Unsupported("givens", f"{' and '.join(found)} say different things")
        return self.values[found[0]] if found else default

    def inside(self, values: Mapping[str, Any], owner: str) -> "Givens":
        """Return givens that stand inside a given, such as a layer's; what is left unread there counts here too."""
        part = Givens(values, owner)
        self.parts.append(part)
        return part

    def leftover(self) -> list[str]:
        """Return the givens that nobody has read."""
        return [f"{self.owner}.{name}" for name in self.unread] + [
            one for part in self.parts for one in part.leftover()
        ]


@dataclass(frozen=True)
class Asked:
    """What a reader sees of a question."""

    topic: str
    given: Givens
    asks: str
    form: Form = None
    words: str = field(init=False)
    """What is asked, in lower case, without asides in brackets and what follows a semicolon."""

    def __post_init__(self) -> None:
        bare = re.sub(r"\([^()]*\)", " ", self.asks)
        object.__setattr__(self, "words", re.sub(r"\s+", " ", bare.partition(";")[0]).strip().lower())

    def says(self, pattern: str) -> bool:
        """Tell whether the question, its asides included, says so."""
        return re.search(pattern, self.asks, re.IGNORECASE) is not None


class Rows(list[Any]):
    """The values of a map: how many there are is part of the answer, so that a published one may have fewer."""


def read_questions(path: str) -> list[Question]:
    """Return the questions of a file."""
    with open(path, encoding="utf-8") as file:
        items = json.load(file)
    return [
        Question(
            item["id"],
            item["topic"],
            item["given"],
            item["asks"],
            item.get("answer"),
            item.get("recomputed"),
            item.get("agrees"),
            bool(item.get("approx")),
            bool(item.get("ambiguous")),
            item.get("match") == "any_of",
        )
        for item in items
    ]


def form_of(answer: Any) -> Form:
    """Return the shape of an answer, and nothing else of it."""
    match answer:
        case None:
            return None
        case bool():
            return "truth"
        case int() | float():
            return "number"
        case str():
            return "text"
        case list():
            return tuple(map(form_of, answer))
        case dict():
            return {name: form_of(part) for name, part in answer.items()}
    raise TypeError(f"{answer!r} is no answer")


def fits(value: Any, form: Form) -> bool:
    """Tell whether a value has the wanted shape; a formula stands for a text."""
    match form:
        case None:
            return True
        case dict():
            return isinstance(value, dict) and all(name in value and fits(value[name], form[name]) for name in form)
        case tuple():
            if isinstance(value, Rows):
                return _depth(value) == _depth(form)
            return isinstance(value, list) and len(value) == len(form) and all(map(fits, value, form))
        case "truth":
            return isinstance(value, bool)
        case "text":
            return not isinstance(value, (bool, dict))
    return not isinstance(value, (bool, list, dict, Expression))


def _depth(value: Any) -> int:
    return 1 + _depth(value[0]) if isinstance(value, (list, tuple)) and value else 0


_LETTER = re.compile(r"([A-Za-z]\w*)(?:\s*\(.*\))?", re.ASCII)


def scalar(value: Any) -> Any:
    """Return a number or a letter of a question: `"s (micro-stride 1/s)"` is the letter s."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and (match := _LETTER.fullmatch(value.strip())):
        return Name(match[1])
    raise Unsupported("givens", f"{str(value)[:60]!r} is neither a number nor a letter")


def listed(value: Any) -> Any:
    """Return grids and tuples as lists, all the way down."""
    if isinstance(value, Grid):
        value = value.nested
    return [listed(part) for part in value] if isinstance(value, (list, tuple)) else value
