"""Rectangles of text that line up on a baseline: what tall formulas are set with."""

from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import combining


def width(text: str) -> int:
    """Return how many columns `text` takes; a combining mark sits on the letter before it.

    >>> width("x̃ + 1")
    5
    """
    return len(text) if text.isascii() else sum(not combining(character) for character in text)


@dataclass(frozen=True, slots=True)
class Box:
    """Rows of the same width; what stands beside the box meets it on row `baseline`."""

    rows: tuple[str, ...]
    baseline: int = 0

    @property
    def width(self) -> int:
        """How many columns the box takes."""
        return width(self.rows[0])

    @property
    def tall(self) -> bool:
        """Whether the box has more than one row."""
        return len(self.rows) > 1


def beside(boxes: Sequence[Box]) -> Box:
    """Set boxes side by side, on one baseline.

    >>> beside([Box(("a", "─", "b"), 1), Box((" + 1",))]).rows
    ('a    ', '─ + 1', 'b    ')
    """
    above = max(box.baseline for box in boxes)
    below = max(len(box.rows) - box.baseline for box in boxes)
    columns = []
    for box in boxes:
        blank = (" " * box.width,)
        over = above - box.baseline
        under = below + box.baseline - len(box.rows)
        columns.append(blank * over + box.rows + blank * under)
    return Box(tuple(map("".join, zip(*columns, strict=True))), above)


def stacked(above: Box, middle: Box, below: Box) -> Box:
    """Set boxes one above the other, centred; the middle one gives the baseline.

    >>> stacked(Box(("U",)), Box(("Σ",)), Box(("u=1",))).rows
    (' U ', ' Σ ', 'u=1')
    """
    boxes = (above, middle, below)
    widest = max(box.width for box in boxes)
    rows: list[str] = []
    for box in boxes:
        left = (widest - box.width) // 2
        right = widest - box.width - left
        rows.extend(" " * left + row + " " * right for row in box.rows)
    return Box(tuple(rows), len(above.rows) + middle.baseline)


def fraction(numerator: Box, denominator: Box, stroke: str = "─") -> Box:
    """Set a numerator over a denominator.

    The rule is never so short that it looks like a minus sign, and it reaches beyond a part that is tall
    itself, so that the rules of nested fractions differ.

    >>> fraction(Box(("1",)), Box(("N",))).rows
    (' 1 ', '───', ' N ')
    """
    parts = (numerator, denominator)
    rule = max(3, *(part.width + 2 * part.tall for part in parts))
    return stacked(numerator, Box((stroke * rule,)), denominator)


# The pieces of a tall bracket: top, middle, bottom.
_TALL = {
    "(": ("⎛", "⎜", "⎝"),
    ")": ("⎞", "⎟", "⎠"),
    "⌊": ("⎢", "⎢", "⎣"),
    "⌋": ("⎥", "⎥", "⎦"),
    "⌈": ("⎡", "⎢", "⎢"),
    "⌉": ("⎤", "⎥", "⎥"),
}
_TALL_ASCII = {"(": ("/", "|", "\\"), ")": ("\\", "|", "/")}


def fenced(inner: Box, left: str, right: str, *, ascii: bool = False) -> Box:
    """Put brackets around a box, as tall as it is; a tall one gets air inside.

    >>> fenced(Box(("a", "─", "b"), 1), "⌊", "⌋").rows
    ('⎢ a ⎥', '⎢ ─ ⎥', '⎣ b ⎦')
    """
    if not inner.tall:
        return beside([Box((left,)), inner, Box((right,))])
    air = Box((" ",))
    return beside([_bracket(left, inner, ascii), air, inner, air, _bracket(right, inner, ascii)])


def _bracket(bracket: str, beside: Box, ascii: bool) -> Box:
    top, middle, bottom = (_TALL_ASCII if ascii else _TALL)[bracket]
    return Box((top, *[middle] * (len(beside.rows) - 2), bottom), beside.baseline)
