"""How values are written: numbers, shapes, arrays and truths, the same in every format."""

from fractions import Fraction
from typing import Any

from cnnmath.expression import plain
from cnnmath.grid import Grid
from cnnmath.model import Rounded, Value
from cnnmath.text import Language, Text

YES, NO = Text("yes", "是"), Text("no", "否")


def shown(value: Value, language: Language) -> str:
    """Return a value for people: thousands separated, fractions exact with a decimal beside them.

    >>> shown(2408448, "en"), shown(Fraction(27, 2), "en"), shown((28, 28, 32), "en")
    ('2,408,448', '27/2 = 13.5', '28×28×32')
    """
    if isinstance(value, bool):
        return (YES if value else NO).said(language)
    if isinstance(value, tuple):
        return "×".join(map(str, value))
    if isinstance(value, Grid):
        return bracketed(value.nested)
    if isinstance(value, Rounded):
        return shown(plain(value.value), language)
    if isinstance(value, int):
        return f"{value:,}" if abs(value) >= 10_000 else str(value)
    if isinstance(value, Fraction):
        decimal = value.numerator / value.denominator
        return f"{value} {'=' if Fraction(repr(decimal)) == value else '≈'} {decimal:.6g}"
    if isinstance(value, float):
        return f"{value:.6g}"
    return value


def entry(value: Any) -> str:
    """Return one value of an array, as short as can be.

    >>> entry(Fraction(1, 3)), entry(0.0900305731)
    ('1/3', '0.0900306')
    """
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def bracketed(nested: Any) -> str:
    """Return nested tuples as a list of rows.

    >>> bracketed(((4, 3), (2, 4)))
    '[[4, 3], [2, 4]]'
    """
    if isinstance(nested, tuple):
        return "[" + ", ".join(bracketed(item) for item in nested) + "]"
    return entry(nested)


def short(grid: Grid, most: int) -> str:
    """Return an array in about `most` characters: whole, or its shape and how it begins.

    >>> short(Grid.of([[1, 2], [3, 4]]), 40), short(Grid.of(list(range(40))), 20)
    ('[[1, 2], [3, 4]]', '40: [0, 1, 2, 3, …')
    """
    text = bracketed(grid.nested)
    if len(text) <= most:
        return text
    shape = "×".join(map(str, grid.shape))
    kept = text[: most - len(shape) - 3]
    return f"{shape}: {kept[: kept.rfind(' ')] or kept} …"


def short_value(value: Value) -> str:
    """Return a value on at most about one line."""
    return short(value, 60) if isinstance(value, Grid) else shown(value, "en")


def plain_value(value: Value) -> Any:
    """Return a value for JSON: an int, a "p/q" string, a number, a truth or a list, row by row.

    >>> plain_value(Fraction(27, 2)), plain_value(Grid.of([[1, 2]]))
    ('27/2', [[1, 2]])
    """
    if isinstance(value, Grid):
        return _listed(value.nested)
    if isinstance(value, tuple):
        return list(value)
    return _listed(value)


def _listed(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_listed(item) for item in value]
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, float) and value - value != 0:
        return str(value)
    return value
