"""A number that counts the arithmetic done on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import add, eq, ge, gt, le, lt, mul, ne, sub, truediv
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(slots=True)
class Tally:
    """How many scalar operations were done; a subtraction counts as an addition."""

    multiplications: int = 0
    additions: int = 0
    divisions: int = 0
    comparisons: int = 0


class Counted:
    """A number that adds one to its tally for every +, -, *, / and comparison done on it.

    It mixes with plain numbers, but what two plain numbers do is not counted: to count the zeros of a
    padding, let the kernel be Counted too. There are no roots or powers, and changing sign is free.
    """

    __slots__ = ("tally", "value")

    def __init__(self, value: Any, tally: Tally) -> None:
        self.value = value
        self.tally = tally

    def __repr__(self) -> str:
        return f"Counted({self.value!r})"

    def __neg__(self) -> Counted:
        return Counted(-self.value, self.tally)

    def __add__(self, other: Any) -> Counted:
        self.tally.additions += 1
        return self._result(add, other)

    def __sub__(self, other: Any) -> Counted:
        self.tally.additions += 1
        return self._result(sub, other)

    def __mul__(self, other: Any) -> Counted:
        self.tally.multiplications += 1
        return self._result(mul, other)

    def __truediv__(self, other: Any) -> Counted:
        self.tally.divisions += 1
        return self._result(truediv, other)

    def __radd__(self, other: Any) -> Counted:
        return Counted(other, self.tally) + self

    def __rsub__(self, other: Any) -> Counted:
        return Counted(other, self.tally) - self

    def __rmul__(self, other: Any) -> Counted:
        return Counted(other, self.tally) * self

    def __rtruediv__(self, other: Any) -> Counted:
        return Counted(other, self.tally) / self

    def __lt__(self, other: Any) -> bool:
        return self._compared(lt, other)

    def __le__(self, other: Any) -> bool:
        return self._compared(le, other)

    def __gt__(self, other: Any) -> bool:
        return self._compared(gt, other)

    def __ge__(self, other: Any) -> bool:
        return self._compared(ge, other)

    def __eq__(self, other: object) -> bool:
        return self._compared(eq, other)

    def __ne__(self, other: object) -> bool:
        return self._compared(ne, other)

    def _result(self, operation: Callable[[Any, Any], Any], other: Any) -> Counted:
        return Counted(operation(self.value, _plain(other)), self.tally)

    def _compared(self, operation: Callable[[Any, Any], Any], other: Any) -> bool:
        self.tally.comparisons += 1
        return bool(operation(self.value, _plain(other)))


def counted(array: npt.ArrayLike, tally: Tally) -> npt.NDArray[Any]:
    """The array with every number wrapped in Counted: same shape, dtype object."""
    wrap = np.frompyfunc(lambda value: Counted(value, tally), 1, 1)
    return np.asarray(wrap(np.asarray(array).astype(object)), dtype=object)


def _plain(number: Any) -> Any:
    return number.value if isinstance(number, Counted) else number
