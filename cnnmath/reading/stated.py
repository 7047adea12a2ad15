"""What a text states as a result, as TOML has it: a number, a list, a truth, or text that is read as an answer is."""

from decimal import Decimal
from fractions import Fraction
from typing import Any, NoReturn

from cnnmath.errors import GivenError
from cnnmath.expression import plain
from cnnmath.model import Kind
from cnnmath.reading.answers import read_answer
from cnnmath.reading.rows import grid
from cnnmath.reading.spelling import MOST_DIGITS, MOST_EXPONENT, shown
from cnnmath.text import Text


def read_stated(kind: Kind, value: Any) -> Any:
    """Return a stated result as the kind of value that a quantity has; CnnmathError where it cannot be one.

    A decimal, and a number with a scale such as Million, stands for all that rounds to it: `Rounded`.
    """
    if isinstance(value, Decimal):
        value = str(value)
    if isinstance(value, str):
        found = read_answer(kind, value).value
        return (found,) if kind == "shape" and not isinstance(found, tuple) else found
    fits = {
        "truth": isinstance(value, bool),
        "array": isinstance(value, list),
        "shape": isinstance(value, list)
        and all(isinstance(part, int) and not isinstance(part, bool) for part in value),
        "number": isinstance(value, int) and not isinstance(value, bool),
    }
    if not fits.get(kind, False):
        _refuse(_WANTED.get(kind, _WANTED["number"]))
    if kind == "shape":
        return tuple(value)
    return grid("result", exact(value)) if kind == "array" else value


_WANTED = {
    "number": Text("the result must be a number.", "结果必须是一个数。"),
    "shape": Text("the result must be sizes such as 28x28.", "结果必须是 28x28 这样的大小。"),
    "array": Text("the result must be rows of numbers, such as 4 3; 2 4.", "结果必须是若干行数，例如 4 3; 2 4。"),
    "truth": Text("the result must be yes or no.", "结果必须是 yes 或 no。"),
}


def exact(value: Any) -> Any:
    """Return a value of TOML with its decimals as exact numbers, lists included; GivenError for what is no number."""
    if isinstance(value, list):
        return [exact(part) for part in value]
    if isinstance(value, Decimal):
        if not value.is_finite() or abs(value.adjusted()) > MOST_EXPONENT or len(value.as_tuple().digits) > MOST_DIGITS:
            _refuse(
                Text(
                    f"`{shown(str(value))}` is not a number that can be used.", f"`{shown(str(value))}` 不是可用的数。"
                )
            )
        return plain(Fraction(value))
    if isinstance(value, bool) or not isinstance(value, int):
        _refuse(Text(f"`{shown(str(value))}` is not a number.", f"`{shown(str(value))}` 不是数。"))
    if abs(value) >= 10**MOST_DIGITS:
        _refuse(Text("the number is too long.", "该数过长。"))
    return value


def _refuse(message: Text) -> NoReturn:
    raise GivenError(message)
