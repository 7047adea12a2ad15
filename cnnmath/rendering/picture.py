"""Pictures, drawn from the solution alone: the window on the input, and the windows along one side."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import prod

from cnnmath.expression import Add, Call, Expression, Indexed, Literal, Multiply, walk
from cnnmath.grid import Grid
from cnnmath.model import Line, Solution
from cnnmath.text import Language, Text

WIDEST = 30
"""Cells beyond which windows along one side are not drawn."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """A grid of one or two axes with a caption; `marked` are the cells (from 0) to point out."""

    caption: str
    grid: Grid
    marked: frozenset[tuple[int, ...]] = frozenset()

    @property
    def rows(self) -> tuple[tuple[object, ...], ...]:
        """The entries, row by row; a sequence is one row."""
        nested: tuple[tuple[object, ...], ...] = self.grid.nested if len(self.grid.shape) == 2 else (self.grid.nested,)
        return nested

    def is_marked(self, row: int, column: int) -> bool:
        """Tell whether the entry in this row and column is to be pointed out."""
        return ((row, column) if len(self.grid.shape) == 2 else (column,)) in self.marked

    def parted(self, language: Language) -> "tuple[Matrix, ...]":
        """Return the matrix itself, or one for each channel of a volume."""
        if len(self.grid.shape) < 3:
            return (self,)
        height, width, depth = self.grid.shape
        return tuple(
            Matrix(
                _CHANNEL.said(language, caption=self.caption, number=channel + 1),
                Grid((height, width), self.grid.values[channel::depth]),
                frozenset(place[:2] for place in self.marked if place[2] == channel),
            )
            for channel in range(depth)
        )


_CHANNEL = Text("{caption}, channel {number}", "{caption}，通道 {number}")
_WINDOW = Text("{letter}, window in [ ]", "{letter}，方括号内为窗口")
_LAID = Text("{letter} laid on the window", "覆盖在窗口上的 {letter}")
_PRODUCTS = Text("products", "乘积")
_VALUES = Text("values in the window", "窗口中的值")


def window(solution: Solution, letters: Mapping[str, str], language: Language) -> tuple[tuple[Matrix, ...], ...]:
    """Return, for each channel, the input with the window marked, and what is done with the window's values.

    A kernel lies on them and gives products; a pool only takes them as they are. It is drawn from the
    written-out formula itself, so it shows what the formula really reads.
    """
    pairs = next((pairs for line in solution.lines if (pairs := _pairs(line))), None)
    members = next((members for line in solution.lines if (members := _members(line))), None)
    if pairs:
        return _with_kernel(solution, pairs, letters, language)
    return _alone(solution, members, letters, language) if members else ()


def _with_kernel(
    solution: Solution, pairs: list[tuple[Indexed, Indexed]], letters: Mapping[str, str], language: Language
) -> tuple[tuple[Matrix, ...], ...]:
    image, kernel = _array(solution, pairs[0][1]), _array(solution, pairs[0][0])
    if image is None or kernel is None:
        return ()
    entries = {_place(reads): kernel.at(_place(weight)) for weight, reads in pairs}
    shape, places = _block(entries)
    weights = Grid(shape, tuple(entries.get(place, 0) for place in places))
    met = [image.at(place) for place in places]
    products = Grid(shape, tuple(weight * value for weight, value in zip(weights.values, met)))
    captions = (
        _WINDOW.said(language, letter=letters[pairs[0][1].family]),
        _LAID.said(language, letter=letters[pairs[0][0].family]),
        _PRODUCTS.said(language),
    )
    grids = (
        Matrix(captions[0], image, frozenset(entries)),
        Matrix(captions[1], weights),
        Matrix(captions[2], products),
    )
    first, *others = (grid.parted(language) for grid in grids)
    return tuple(
        (marked, replace(laid, caption=captions[1]), replace(product, caption=captions[2]))
        for marked, laid, product in zip(first, *others)
    )


def _alone(
    solution: Solution, members: list[Indexed], letters: Mapping[str, str], language: Language
) -> tuple[tuple[Matrix, ...], ...]:
    image = _array(solution, members[0])
    marked = frozenset(map(_place, members))
    if image is None or len(image.shape) != len(next(iter(marked))):
        return ()
    shape, places = _block(marked)
    inside = Matrix(_VALUES.said(language), Grid(shape, tuple(image.at(place) for place in places)))
    whole = Matrix(_WINDOW.said(language, letter=letters[members[0].family]), image, marked)
    return tuple(
        (plane, replace(part, caption=inside.caption))
        for plane, part in zip(whole.parted(language), inside.parted(language))
    )


def _array(solution: Solution, entry: Indexed) -> Grid | None:
    """Return the array that an entry is of, where its values are known."""
    found = solution.steps.get(entry.family, solution.problem.values.get(entry.family))
    return found if isinstance(found, Grid) else None


def _block(marked: Iterable[tuple[int, ...]]) -> tuple[tuple[int, ...], list[tuple[int, ...]]]:
    """Return the shape that the marked places make, rows and columns between them left out, and all its places."""
    axes = [sorted(set(along)) for along in zip(*marked)]
    shape = tuple(map(len, axes))
    whole = Grid(shape, (0,) * prod(shape))
    return shape, [tuple(axis[at] for axis, at in zip(axes, inside)) for inside in whole.places]


def _pairs(line: Line) -> list[tuple[Indexed, Indexed]]:
    """Return the (kernel value, input value) of every product of a written-out sum."""
    terms = line.expanded.terms if isinstance(line.expanded, Add) else (line.expanded,)
    return [pair for term in terms if (pair := _pair(term)) is not None]


def _pair(term: Expression) -> tuple[Indexed, Indexed] | None:
    match term:
        case Multiply((Indexed() as weight, Indexed() as reads)) if weight.family != reads.family:
            return weight, reads
    return None


def _members(line: Line) -> list[Indexed]:
    """Return the entries of one array, and nothing else, that a maximum compares or a sum adds up."""
    for node in walk(line.expanded):
        match node:
            case Add(parts) | Call("max", parts) if len(parts) > 1:
                entries = [part for part in parts if isinstance(part, Indexed)]
                if len(entries) == len(parts) and len({entry.family for entry in entries}) == 1:
                    return entries
    return []


def _place(entry: Indexed) -> tuple[int, ...]:
    return tuple(int(index.value) - 1 for index in entry.indices if isinstance(index, Literal))


_INPUT = Text("input", "输入")
_NTH = Text("window {number}", "窗口 {number}")


def windows_along(solution: Solution, language: Language) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the input as a row of cells and, below it, the first, second and last window; or nothing.

    How many windows there are is the solution's own count.
    """
    problem, quantity = solution.problem, solution.problem.quantity
    sized = {symbol.word: problem.values[symbol.name] for symbol in quantity.symbols if symbol.side is None}
    size, kernel, count = sized.get("input"), sized.get("kernel"), solution.steps.get("output")
    one_side = sum(symbol.word in ("input", "kernel") for symbol in quantity.symbols) == 2
    if not (one_side and isinstance(size, int) and isinstance(kernel, int) and isinstance(count, int)):
        return ()
    before, after = problem.values.get("padding_before", 0), problem.values.get("padding_after", 0)
    stride, dilation = sized.get("stride", 1), sized.get("dilation", 1)
    room, reach = before + size + after, dilation * (kernel - 1) + 1
    if room > WIDEST or (count - 1) * stride + reach > room:
        return ()
    rows = [(_INPUT.said(language), tuple("0" * before + "□" * size + "0" * after))]
    for number in sorted({0, 1, count - 1} & set(range(count))):
        taps = range(number * stride, number * stride + reach, dilation)
        rows.append((_NTH.said(language, number=number + 1), tuple("■" if at in taps else "·" for at in range(room))))
    return tuple(rows)
