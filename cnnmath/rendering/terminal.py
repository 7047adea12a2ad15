"""A page on a terminal, by Rich: as wide as the screen, coloured or plain, in Unicode or in 7-bit ASCII."""

from collections.abc import Iterator
from io import StringIO

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cnnmath.rendering.blocks import (
    Block,
    Command,
    Facts,
    Formula,
    Matrices,
    Page,
    Strip,
    Verdict,
    Words,
)
from cnnmath.rendering.formula import fitted
from cnnmath.rendering.picture import Matrix
from cnnmath.rendering.plain import seven_bit
from cnnmath.rendering.values import entry
from cnnmath.text import Text as Both

INDENT = 3
MOST_ROWS = 12


def terminal(page: Page, width: int = 80, *, colour: bool = False, ascii: bool = False) -> str:
    """Return the page as text for a terminal of `width` columns."""
    return _Writer(page, max(40, width), ascii).written(colour)


class _Writer:
    """Writes the blocks of one page; holds what all of them need to know."""

    def __init__(self, page: Page, width: int, ascii: bool) -> None:
        self.page, self.width, self.ascii = page, width, ascii

    @property
    def room(self) -> int:
        return self.width - INDENT

    def written(self, colour: bool) -> str:
        stream = StringIO()
        console = Console(
            file=stream,
            width=self.width,
            force_terminal=colour,
            color_system="standard" if colour else None,
            highlight=False,
            emoji=False,
            markup=False,
            legacy_windows=False,
        )
        for part in self._parts():
            # A formula or command that is wider than the screen is left to the terminal: never cut, never re-broken.
            console.print(part, soft_wrap=isinstance(part, Text) and part.no_wrap is True)
        text = "".join(line.rstrip() + "\n" for line in stream.getvalue().splitlines())
        return seven_bit(text) if self.ascii else text

    def _parts(self) -> Iterator[RenderableType]:
        yield Text(self.page.title, style="bold underline")
        if self.page.idea:
            yield Text(self.page.idea, style="dim")
        for section in self.page.sections:
            yield Text("")
            yield Text.assemble((f"{section.number:>2} ", "cyan"), (section.title, "bold cyan"))
            for block in section.blocks:
                yield from self._block(block)
        if self.page.see_also:
            yield Text("")
            yield _indented(Text(_SEE_ALSO.said(self.page.language), style="bold"))
            yield _indented(_facts(tuple((slug, title, "") for slug, title in self.page.see_also)))

    def _block(self, block: Block) -> Iterator[RenderableType]:
        match block:
            case Words(text, quiet):
                yield _indented(Text(text, style="dim" if quiet else ""))
            case Facts(rows):
                yield _indented(_facts(rows))
            case Formula(node, remark):
                for line in fitted(node, self.page.letters, self.room, ascii=self.ascii):
                    yield Text(" " * INDENT + line, no_wrap=True)
                if remark:
                    yield _indented(Text(remark, style="dim"), INDENT + 2)
            case Matrices(items):
                yield _indented(self._matrices(items))
            case Strip(rows):
                yield _indented(_strip(rows, self.ascii))
            case Verdict(agrees, text):
                sign, style = {True: ("✓", "green"), False: ("✗", "bold red"), None: ("–", "yellow")}[agrees]
                yield _indented(Text.assemble((sign + " ", style), text))
            case Command(text):
                yield Text(" " * INDENT + text, style="bold", no_wrap=True)

    def _matrices(self, items: tuple[Matrix, ...]) -> RenderableType:
        """Set as many matrices side by side as fit, the others below."""
        lines: list[list[Text]] = []
        line: list[Text] = []
        used = 0
        for matrix in items:
            drawn = self._matrix(matrix)
            wide = max(cell_len(row) for row in drawn.plain.splitlines())
            if line and used + wide > self.room:
                lines.append(line)
                line, used = [], 0
            line.append(drawn)
            used += wide + 4
        lines.append(line)
        return Group(*(_side_by_side(line) for line in lines))

    def _matrix(self, matrix: Matrix) -> Text:
        rows = matrix.rows
        cells = [[entry(value) for value in row] for row in rows]
        height, wide = len(cells), max(len(cell) for row in cells for cell in row) + 2
        most = max(2, min(len(cells[0]), (self.room - 4) // wide))
        columns = _kept(len(cells[0]), most)
        text = Text(matrix.caption, style="dim", end="")
        for at in _kept(height, MOST_ROWS):
            text.append("\n")
            for column in columns:
                if at is None or column is None:
                    text.append("…".center(wide), style="default")
                    continue
                cell = cells[at][column].rjust(wide - 2)
                if matrix.is_marked(at, column):
                    text.append(f"[{cell}]", style="bold cyan not dim")
                else:
                    text.append(f" {cell} ", style="not dim")
        return text


_SEE_ALSO = Both("See also: cnnmath explain …", "另见：cnnmath explain …")


def _indented(block: RenderableType, columns: int = INDENT) -> RenderableType:
    return Padding(block, (0, 0, 0, columns))


def _strip(rows: tuple[tuple[str, tuple[str, ...]], ...], ascii: bool) -> RenderableType:
    table = Table.grid(padding=(0, 2, 0, 0))
    for label, cells in rows:
        table.add_row(label, Text(" ".join(cells).replace("·", "." if ascii else "·"), no_wrap=True))
    return table


def _facts(rows: tuple[tuple[str, str, str], ...]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=max(cell_len(label) for label, _, _ in rows) < 34, overflow="fold")
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    for label, value, remark in rows:
        table.add_row(Text(label, style="bold"), Text(value), Text(remark, style="dim"))
    return table


def _side_by_side(items: list[Text]) -> RenderableType:
    table = Table.grid(padding=(0, 4, 0, 0))
    table.add_row(*items)
    return table


def _kept(count: int, most: int) -> list[int | None]:
    """Return which of `count` rows are shown, None where some are left out."""
    if count <= most:
        return list(range(count))
    return [*range(most - 2), None, count - 1]
