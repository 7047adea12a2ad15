"""What a text states as a result: `13`, `12,443,648`, `2.4 Million Ops`, `28x28x32`, `75 %`, rows, yes and no."""

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any, NoReturn

from cnnmath.errors import GivenError
from cnnmath.expression import plain
from cnnmath.grid import Grid
from cnnmath.model import Kind, Rounded
from cnnmath.reading.givens import read_given
from cnnmath.reading.rows import grid
from cnnmath.reading.spelling import MOST_DIGITS, MOST_EXPONENT, READ_AS, shown
from cnnmath.text import Text

SCALES = {
    "": 0, "k": 3, "thousand": 3, "千": 3, "万": 4, "m": 6, "million": 6, "millions": 6, "百万": 6, "亿": 8,
    "g": 9, "b": 9, "billion": 9, "billions": 9, "t": 12, "trillion": 12,
}  # fmt: skip
"""Powers of ten by the words and letters that stand for them."""

BINARY = {"ki": 1, "mi": 2, "gi": 3, "ti": 4}
"""Powers of 1024, as in MiB."""

_NUMBER = re.compile(
    r"(?P<about>[≈~～约]|about\s|ca\.\s)?\s*"
    r"(?P<sign>[+-]?)(?P<whole>\d{1,3}(?:,\d{3})+|\d+)?(?:\.(?P<part>\d*))?(?:[eE](?P<exponent>[+-]?\d{1,4}))?"
    r"\s*(?P<scale>%|thousand|millions?|billions?|trillion|百万|[KMGT]i?(?=B\b)|[KMGT](?=FLOP|MAC|OP)|[KMGBT](?![A-Za-z])|千|万|亿)?"
    r"\s*(?P<unit>[A-Za-z\u4e00-\u9fff][A-Za-z \u4e00-\u9fff]{0,30})?\.?",
    re.ASCII | re.IGNORECASE,
)
_SIZES = re.compile(r"\(?\s*\d{1,18}(?:\s*[x*,]\s*\d{1,18})+\s*\)?", re.ASCII | re.IGNORECASE)


def read_stated(kind: Kind, value: Any) -> Any:
    """Return a stated result as the kind of value that a quantity has; GivenError where it cannot be one.

    A decimal, and a number with a scale such as Million, stands for all that rounds to it: `Rounded`.
    """
    if kind == "truth":
        return value if isinstance(value, bool) else _truth(value)
    if kind == "array":
        return _rows(value)
    if kind == "shape":
        return _shape(value)
    if isinstance(value, Decimal):
        value = str(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        _refuse(Text("the result must be a number.", "结果必须是一个数。"))
    return _number(value)


def _number(text: str) -> int | Fraction | Rounded:
    plain_text = text.translate(READ_AS).strip()
    if re.fullmatch(r"[+-]?\d{1,60}/\d{1,60}", plain_text) and int(plain_text.partition("/")[2]):
        fraction: int | Fraction = plain(Fraction(plain_text))
        return fraction
    match = _NUMBER.fullmatch(plain_text) if len(plain_text) <= 200 else None
    if match is None or not (match["whole"] or match["part"]):
        _refuse(
            Text(
                f"`{shown(text)}` is not a number: write 13, 1/3, 12,443,648 or 2.4 Million.",
                f"`{shown(text)}` 不是数：请写 13、1/3、12,443,648 或 2.4 Million。",
            )
        )
    digits = (match["whole"] or "0").replace(",", "") + (match["part"] or "")
    power = int(match["exponent"] or 0)
    if len(digits) > MOST_DIGITS or abs(power) > MOST_EXPONENT:
        _refuse(Text("the number is too long.", "该数过长。"))
    scale = (match["scale"] or "").lower()
    binary = 1024 ** BINARY[scale] if scale in BINARY else 1
    power += -2 if scale == "%" else SCALES.get(scale, 0)
    unit = Fraction(10) ** (power - len(match["part"] or "")) * binary
    value = int(match["sign"] + digits) * unit
    rounded = match["about"] or match["part"] is not None or match["exponent"] or scale
    if not rounded:
        whole: int | Fraction = plain(value)
        return whole
    return Rounded(value, unit)


def _shape(value: Any) -> tuple[int, ...]:
    if isinstance(value, str):
        text = value.translate(READ_AS).strip()
        sizes = [int(part) for part in re.findall(r"\d+", text)] if _SIZES.fullmatch(text) else []
    else:
        sizes = value if isinstance(value, list) else []
    if not sizes or not all(isinstance(part, int) and not isinstance(part, bool) for part in sizes):
        _refuse(Text("the result must be sizes such as 28x28.", "结果必须是 28x28 这样的大小。"))
    return tuple(sizes)


def _rows(value: Any) -> Grid:
    if isinstance(value, str):
        found = read_given("result", value, files=False)
        if isinstance(found, Grid):
            return found
        if isinstance(found, (int, Fraction)) and not isinstance(found, bool):
            return Grid((1,), (found,))
    if not isinstance(value, list):
        _refuse(Text("the result must be rows of numbers, such as 4 3; 2 4.", "结果必须是若干行数，例如 4 3; 2 4。"))
    return grid("result", exact(value))


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


def _truth(value: Any) -> bool:
    found = read_given("bias", value) if isinstance(value, str) else None
    if not isinstance(found, bool):
        _refuse(Text("the result must be yes or no.", "结果必须是 yes 或 no。"))
    return found


def _refuse(message: Text) -> NoReturn:
    raise GivenError(message)
