"""Grids: arrays of exact numbers whose subscripts count from 1, as the book's sums do."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, product
from math import prod
from typing import Any

from cnnmath.expression import Number


@dataclass(frozen=True, slots=True)
class Grid:
    """An array of exact numbers: a sequence, an image (rows, columns) or a volume (rows, columns, depth).

    Subscripts count from 1, as in the book's sums; `grid[i, j, d]` is row i, column j, channel d.
    """

    shape: tuple[int, ...]
    values: tuple[Number, ...]

    @staticmethod
    def of(nested: Any) -> "Grid":
        """Return nested lists (or anything that has `tolist`) of numbers as a grid.

        >>> Grid.of([[1, 2], [3, 4]])[2, 1]
        3
        """
        rows = nested.tolist() if hasattr(nested, "tolist") else nested
        shape: list[int] = []
        level: list[Any] = [rows]
        while level and isinstance(level[0], (list, tuple)):
            size = len(level[0])
            if any(not isinstance(item, (list, tuple)) or len(item) != size for item in level):
                raise ValueError("ragged")
            shape.append(size)
            level = [item for items in level for item in items]
        if any(isinstance(item, (list, tuple)) for item in level):
            raise ValueError("ragged")
        return Grid(tuple(shape), tuple(level))

    def __getitem__(self, indices: Any) -> Number:
        several = indices if isinstance(indices, tuple) else (indices,)
        place = 0
        for index, extent in zip(several, self.shape, strict=True):
            at = int(index)
            if not 1 <= at <= extent:
                raise IndexError(f"index {at} is outside 1..{extent}")
            place = place * extent + at - 1
        return self.values[place]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        """Return a NumPy array: int64 where every value is a small int, else exact objects."""
        import numpy as np

        small = all(isinstance(value, int) and abs(value) < 2**31 for value in self.values)
        array = np.empty(len(self.values), dtype=np.int64 if small else object)
        array[:] = self.values
        return array.reshape(self.shape).astype(dtype) if dtype is not None else array.reshape(self.shape)

    @property
    def nested(self) -> Any:
        """The values as nested tuples, row by row."""
        level: list[Any] = list(self.values)
        for extent in reversed(self.shape[1:]):
            level = [tuple(level[start : start + extent]) for start in range(0, len(level), extent)]
        return tuple(level)

    def at(self, cell: tuple[int, ...]) -> Number:
        """Return the value in a cell that is counted from 0."""
        return self[tuple(place + 1 for place in cell)]

    @property
    def places(self) -> Iterator[tuple[int, ...]]:
        """Every place of the grid, counted from 0, in order."""
        return product(*map(range, self.shape))

    def padded(self, *sides: tuple[int, int]) -> "Grid":
        """Return the grid with (before, after) zeros added along its first axes.

        >>> Grid.of([1, 2]).padded((1, 0)).nested
        (0, 1, 2)
        """
        grid = self
        for axis, (before, after) in enumerate(sides):
            grid = grid._lengthened(axis, int(before), int(after))
        return grid

    def _lengthened(self, axis: int, before: int, after: int) -> "Grid":
        if not before and not after:
            return self
        inner = prod(self.shape[axis + 1 :])
        block = self.shape[axis] * inner
        front, back = (0,) * (before * inner), (0,) * (after * inner)
        blocks = (self.values[start : start + block] for start in range(0, len(self.values), block))
        values = tuple(chain.from_iterable(part for values in blocks for part in (front, values, back)))
        return Grid((*self.shape[:axis], before + self.shape[axis] + after, *self.shape[axis + 1 :]), values)
