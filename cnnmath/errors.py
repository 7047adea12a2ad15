"""What is said when something cannot be read or run: one clear line, in both languages, with the way out."""

from dataclasses import dataclass
from unicodedata import combining, east_asian_width

from cnnmath.text import Language, Text


class CnnmathError(Exception):
    """A sentence for the reader who can mend it. `str()` is the English one."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message

    def said(self, language: Language) -> str:
        """Return the sentence in `language`."""
        return self.message.said(language)


class GivenError(CnnmathError):
    """A given, a topic's name or an option that a student or a teacher typed cannot be used."""


class TooManySides(GivenError):
    """A given has more sides than the quantity has room for; a quantity with more axes may take it."""


class UnknownGiven(TooManySides):
    """A given has a name that the quantity does not know; a wider one may."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stands; lines and columns count from 1."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)


class FileError(CnnmathError):
    """A file that an author or a student wrote cannot be read; the message opens with its place."""

    def __init__(self, place: Place, message: Text) -> None:
        super().__init__(Text(f"{place}: {message.en}", f"{place}: {message.zh}"))
        self.place = place


class FormulaError(CnnmathError):
    """A formula that a person typed cannot be read; the message says in which column, and after what."""

    def __init__(self, text: str, column: int, problem: Text) -> None:
        before = " ".join(_visible(text[: column - 1]).split())
        before = before if len(before) <= 24 else "…" + before[-23:]
        en = f"column {column}, after `{before}`" if before else f"column {column}"
        zh = f"第 {column} 列，在 `{before}` 之后" if before else f"第 {column} 列"
        super().__init__(Text(f"{en}: {problem.en}", f"{zh}：{problem.zh}"))
        self.text = text
        self.column = column

    @property
    def caret(self) -> str:
        """The formula, and under it a caret at the column; of a long one, what stands around it.

        >>> print(FormulaError("（N − M)", 6, Text("no M", "没有 M")).caret)
        （N − M)
              ^
        """
        start, stop = max(self.column - 41, 0), self.column + 35
        cut, rest = "…" if start else "", "…" if stop < len(self.text) else ""
        before, after = _visible(self.text[start : self.column - 1]), _visible(self.text[self.column - 1 : stop])
        return f"{cut}{before}{after}{rest}\n{' ' * _columns(cut + before)}^"


def _visible(text: str) -> str:
    """Return `text` without anything that moves or hides what stands beside it on a screen."""
    return "".join(character if character.isprintable() else " " if character.isspace() else "�" for character in text)


def _columns(text: str) -> int:
    """Return how many columns of a terminal `text` takes: Chinese and full-width characters take two."""
    return sum(0 if combining(one) else 2 if east_asian_width(one) in "WF" else 1 for one in text)
