"""Reading arrays of any number type, and exact arithmetic on them.

An array is one of three kinds. Inexact (float, complex): NumPy's own arithmetic. Integer: the exact
result or nothing, so a result that could leave int64 is computed on Python integers. Object (Fraction,
SymPy, Counted): the elements' own arithmetic.
"""

from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnmath.engine.errors import EngineError

_INT64_MAX = 2**63 - 1


def numbers(given: npt.ArrayLike, name: str) -> npt.NDArray[Any]:
    """Read an array or nested lists of numbers; bool becomes int64, an array of any other dtype keeps it.

    Raises EngineError, naming the argument `name`, for ragged lists and for what is no number.
    """
    try:
        array = np.asarray(given)
    except ValueError as error:
        raise EngineError(f"`{name}` must be rectangular: its nested lists differ in length") from error
    if array.dtype.kind == "b":
        return array.astype(np.int64)
    if array.dtype.kind not in "iufcO":
        raise EngineError(f"`{name}` must hold numbers, not {array.dtype}")
    if array is not given and array.dtype.kind == "f" and (np.abs(array) >= 2.0**63).any():
        # NumPy reads the integers [2**63, 1] as float64, which would silently round them.
        unread = np.asarray(given, dtype=object)
        if all(isinstance(value, int) for value in unread.flat):
            return unread
    return array


def floats(given: npt.ArrayLike, name: str) -> npt.NDArray[Any]:
    """Read real numbers as floats: a float dtype is kept, every other one becomes float64."""
    array = numbers(given, name)
    if array.dtype.kind == "f":
        return array
    try:
        return array.astype(np.float64, casting="safe" if array.dtype.kind == "c" else "unsafe")
    except TypeError as error:
        raise EngineError(f"`{name}` must hold real numbers that can become floats") from error


def operands(*arrays: npt.NDArray[Any], terms: int) -> tuple[npt.NDArray[Any], ...]:
    """Cast (x, w) or (x, w, bias) to the one dtype that holds a sum of `terms` products x w, plus a bias.

    Integers become int64 where |x| |w| terms + |bias| proves that no overflow can happen, else Python
    integers (object). A lone float bias takes the precision of x and w.
    """
    kinds = {array.dtype.kind for array in arrays}
    dtype: npt.DTypeLike
    if "O" in kinds:
        dtype = object
    elif kinds <= {"i", "u"}:
        x, w, *bias = (_peak(array) for array in arrays)
        dtype = np.int64 if x * w * terms + sum(bias) <= _INT64_MAX else object
    else:
        dtype = np.result_type(*(array if array.ndim else array.item() for array in arrays))
    return tuple(array.astype(dtype, copy=False) for array in arrays)


def mean(array: npt.NDArray[Any], axis: tuple[int, ...], count: int | npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Sum over the axes, divided by `count`; integers give exact Fractions in an object array."""
    if array.dtype.kind in "fc":
        return np.asarray(np.add.reduce(array, axis=axis) / np.asarray(count).astype(array.dtype))
    total = np.add.reduce(array.astype(object, copy=False), axis=axis)
    return np.asarray(_quotients(total, np.asarray(count).astype(object)), dtype=object)


def _peak(array: npt.NDArray[Any]) -> int:
    """The largest absolute value, as a Python integer: abs(int64.min) does not fit an int64."""
    return max(abs(int(array.max())), abs(int(array.min()))) if array.size else 0


def _quotient(total: Any, count: int) -> Any:
    return Fraction(int(total), count) if isinstance(total, (int, np.integer)) else total / count


_quotients = np.frompyfunc(_quotient, 2, 1)
