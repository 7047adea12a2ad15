"""What is said when something cannot be read or run: one clear line, in both languages, with the way out."""

from dataclasses import dataclass

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
