"""Breaking a long formula into lines where a reader would: outside brackets first, never inside a token."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from cnnmath.rendering.boxes import width


class _Token(NamedTuple):
    """What is never broken, and how deep inside the formula the break before it lies."""

    text: str
    rank: int
    width: int


# One alternative per group: opening and closing brackets, then where a line may break, best first: after
# a comma, before = + −, before · and /. Never inside 3/4 or 1.5·10⁻⁷, which are one number.
_UNICODE = re.compile(r"([({\[⌊⌈])|([)}\]⌋⌉])|,(?= )()|( [=+−] )|(·(?!10[⁻⁰¹²³⁴-⁹])|(?<!\d)/|/(?!\d))")
_EQUATES = 1  # the rank of = + − outside all brackets
_ASCII = re.compile(r"([({\[])|([)}\]])|,(?= )()|( [=+-] )|(\*|(?<!\d)/|/(?!\d))")


def _tokens(line: str, ascii: bool) -> Iterator[_Token]:
    """Yield the pieces of a line, each with the sign before it."""
    depth = braces = start = rank = 0
    for match in (_ASCII if ascii else _UNICODE).finditer(line):
        opened, closed, comma, _, _ = match.groups()
        if opened:
            depth, braces = depth + 1, braces + (opened == "{")
        elif closed:
            depth, braces = depth - 1, braces - (closed == "}")
        elif not braces:  # subscripts stay whole
            at = match.end() if comma is not None else match.start()
            if at > start:
                yield _Token(line[start:at], rank, width(line[start:at]))
            start, rank = at, 3 * depth + (match.lastindex or 0) - 3
    yield _Token(line[start:], rank, width(line[start:]))


def broken(line: str, most: int, ascii: bool) -> list[str]:
    """Return a line in several, indented under what follows the first = where the width allows it."""
    tokens = list(_tokens(line, ascii))
    sides = list(_split(tokens, lambda token: token.rank == _EQUATES and token.text.startswith(" =")))
    hanging = sum(token.width for token in sides[0]) + len(" = ") if len(sides) > 1 else 2
    lines = _Lines(most, 0)
    for indent in (hanging, 2, 0) if hanging <= most // 2 else (2, 0):
        lines = _Lines(most, indent)
        lines.place([token for side in sides[:2] for token in side])
        for side in sides[2:]:  # a chain of equations reads best with one = on each line
            lines.turn(side[0])
            lines.place(side)
        if max(lines.widths) <= most:
            break
    return lines.texts


def _split(tokens: Sequence[_Token], begins: Callable[[_Token], bool]) -> Iterator[Sequence[_Token]]:
    """Cut tokens before each one that begins a piece."""
    cuts = [place for place, token in enumerate(tokens) if place and begins(token)]
    for start, end in zip([0, *cuts], [*cuts, len(tokens)], strict=True):
        yield tokens[start:end]


class _Lines:
    """Lines that fill up from the left; all but the first are indented."""

    def __init__(self, most: int, indent: int) -> None:
        self.most = most
        self.indent = indent
        self.texts = [""]
        self.widths = [0]

    def place(self, tokens: Sequence[_Token]) -> None:
        """Put tokens on this line, else whole on the next, else break them where they are least deep."""
        columns = sum(token.width for token in tokens)
        # The space before an operator falls away at the beginning of a line.
        alone = columns - tokens[0].text.startswith(" ")
        if self.widths[-1] + (columns if self._begun else alone) <= self.most:
            self._append(tokens)
        elif len(tokens) > 1 and self._indent(tokens[0]) + alone > self.most:
            outermost = min(token.rank for token in tokens[1:])
            for group in _split(tokens, lambda token: token.rank == outermost):
                self.place(group)
        else:
            self.turn(tokens[0])
            self._append(tokens)

    def turn(self, first: _Token) -> None:
        """Begin the line on which `first` will stand."""
        if self._begun:
            self.texts.append(" " * self._indent(first))
            self.widths.append(self._indent(first))

    @property
    def _begun(self) -> bool:
        return bool(self.texts[-1].strip())

    def _indent(self, first: _Token) -> int:
        # An equals sign stands under the first one, not under what follows it.
        return max(self.indent - 2, 0) if first.text.startswith(" =") else self.indent

    def _append(self, tokens: Sequence[_Token]) -> None:
        text = "".join(token.text for token in tokens)
        self.texts[-1] += text if self._begun else text.lstrip(" ")
        self.widths[-1] = width(self.texts[-1])
