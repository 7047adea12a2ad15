"""What pages are made of: a few kinds of blocks, in one language, before any format."""

from collections.abc import Mapping
from dataclasses import dataclass

from cnnmath.expression import Expression
from cnnmath.rendering.picture import Matrix
from cnnmath.text import Language


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph; `quiet` for what is said in passing."""

    text: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Rows of (label, value, remark)."""

    rows: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula set on lines of its own, and what is said below it."""

    node: Expression
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Matrices:
    """Arrays side by side, each with a caption."""

    items: tuple[Matrix, ...]


@dataclass(frozen=True, slots=True)
class Strip:
    """Rows of cells of equal width, each with a label: windows along one side."""

    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether something agrees: said in words and with a sign."""

    agrees: bool | None
    text: str


@dataclass(frozen=True, slots=True)
class Command:
    """A line that can be typed."""

    text: str


Block = Words | Facts | Formula | Matrices | Strip | Verdict | Command


@dataclass(frozen=True, slots=True)
class Section:
    """One of the ten parts."""

    number: int
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A worked solution in one language and notation, ready to be written down in any format."""

    title: str
    idea: str
    sections: tuple[Section, ...]
    see_also: tuple[tuple[str, str], ...]
    letters: Mapping[str, str]
    language: Language
