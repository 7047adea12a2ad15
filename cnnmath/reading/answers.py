"""Answers as people type them, by the kind of the question: `2.4M`, `28x28x32`, `4 3; 2 4`, `⌊N/2⌋`, `yes`.

The question's kind decides what a comma and an x mean. Nothing is guessed: what has two readings is refused.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NoReturn

from cnnmath.errors import CnnmathError, FormulaError, GivenError
from cnnmath.expression import Divide, Expression, Literal, Multiply, Negative, Power, Tree
from cnnmath.grid import Grid
from cnnmath.model import Kind, Rounded
from cnnmath.reading.cursor import NONE
from cnnmath.reading.formulas import read_tree
from cnnmath.reading.rows import grid, rows
from cnnmath.reading.spelling import READ_AS, shown
from cnnmath.reading.tokens import LONGEST, PLAIN, Marks, too_much
from cnnmath.rewriting import evaluate
from cnnmath.text import Text

SCALES = {
    "k": 3, "thousand": 3, "千": 3, "万": 4, "m": 6, "million": 6, "百万": 6, "亿": 8, "g": 9, "b": 9, "billion": 9,
    "十亿": 9, "t": 12, "trillion": 12,
}  # fmt: skip
"""Powers of ten by the words and letters that stand for them."""

BINARY = {"ki": 1, "mi": 2, "gi": 3, "ti": 4}
"""Powers of 1024, as in MiB."""

UNITS = (
    "ops op operations flops? macs? mult-adds multiply-adds multiplications? mults additions? adds? comparisons? params?"
    " parameters? weights? bias(es)? connections? neurons? units? values? pixels? px bytes? B layers? filters? channels?"
    " maps? elements? entries activations? operations? 个参数 参数 个权重 权重 个连接 连接 个神经元 次运算 次乘法 次乘加"
    " 次加法 次 个值 个 字节 像素 层"
)
"""Words behind a number that do not change it. Any other word there is refused: 5 mA is not 5 A."""

_WORDS = "|".join(UNITS.split())
_SCALED = re.compile(
    r"(?P<about>[≈~～约]|about\s|approx\.?\s|ca\.\s)?\s*"
    r"(?P<number>[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)?(?:\.\d*)?(?:[eE][+-]?\d{1,4})?)"
    r"\s*(?P<scale>(?i:thousand|million|billion|trillion)s?|百万|十亿|[KkMGT]i?(?=B\b)|[KkMGT](?=(?i:flop|mac|op|param))"
    r"|[KkMGBT](?![A-Za-z])|千|万|亿)?"
    rf"\s*(?P<unit>(?i:(?<=[KMGTkmgti\s\d])(?:{_WORDS})(?:\s+(?:{_WORDS}))?))?[.。]?",
    re.ASCII,
)
_MAPS = re.compile(r"\s*(\d{1,18})\s*@\s*(\d{1,18})\s*[x*]\s*(\d{1,18})\s*", re.ASCII)
_ENTRIES = re.compile(r"[0-9\s.,;/()\[\]+\-eE]*", re.ASCII)
_TRUTHS = {
    "yes": True, "true": True, "t": True, "是": True, "对": True, "正确": True, "真": True,
    "no": False, "false": False, "f": False, "否": False, "错": False, "错误": False, "假": False, "不对": False,
}  # fmt: skip
_MARKS: Mapping[str, Marks] = {
    "number": Marks(thousands=True, times=True),
    "shape": Marks(sizes=True),
}


@dataclass(frozen=True)
class Typed:
    """An answer as it was typed and as it was read.

    tree: what was read, number by number; None where it is a truth, a word, or rows of plain numbers.
    value: the exact value, with a decimal or a scaled number as `Rounded`; None where symbols leave it open.
    """

    text: str
    tree: Tree | None
    value: Any


def read_answer(
    kind: Kind,
    text: str,
    *,
    symbols: Collection[str] = (),
    families: Mapping[str, int] = NONE,
    functions: Mapping[str, int] = NONE,
) -> Typed:
    """Read an answer to a question of some kind; CnnmathError says what cannot be read, where, and what to write.

    symbols, families and functions are those that the question declares: see `read_formula`.

    >>> read_answer("number", "2.4 Million").value
    Rounded(value=Fraction(2400000, 1), unit=Fraction(100000, 1))
    >>> read_answer("shape", "6@28×28").value
    (28, 28, 6)
    >>> read_answer("number", "3 x 10^8").value
    300000000
    """
    if len(text) > LONGEST and kind != "array":
        too_much(text, LONGEST + 1, LONGEST, "characters", "个字符")
    names = {"families": families, "functions": functions}
    match kind:
        case "truth":
            return Typed(text, None, _truth(text))
        case "choice":
            return Typed(text, None, _word(text))
        case "array":
            return _array(text, symbols, names)
        case "number":
            scaled = None if symbols else _scaled(text)
            if scaled is not None:
                return Typed(text, None, scaled)
        case "shape":
            maps = _MAPS.fullmatch(text.translate(READ_AS))
            if maps:
                return Typed(text, None, (int(maps[2]), int(maps[3]), int(maps[1])))
    marks = PLAIN if symbols and kind != "shape" else _MARKS.get(kind, PLAIN)
    tree, units = read_tree(text, symbols, marks=marks, lists=kind == "shape", **names)
    return Typed(text, tree, None if kind == "formula" else _value(text, tree, units))


def read_list(text: str, symbols: Collection[str] = ()) -> Typed:
    """Read what is a list, whatever the question asks for."""
    tree, units = read_tree(text, symbols, lists=True)
    return Typed(text, tree, _value(text, tree, units))


# ---------------------------------------------------------------------------------------------- values


def _value(text: str, tree: Tree, units: Mapping[int, Fraction]) -> Any:
    """Return the value of a tree without symbols, as decimals are written; None where symbols are left."""
    if isinstance(tree, tuple):
        return tuple(_value(text, part, units) for part in tree)
    try:
        exact = evaluate(tree, {})
    except KeyError:
        return None
    except ZeroDivisionError:
        _refuse(Text(f"`{shown(text)}` has no value: it divides by zero.", f"`{shown(text)}` 没有值：除数为零。"))
    except OverflowError:
        _refuse(Text(f"`{shown(text)}` is too large to be worked out.", f"`{shown(text)}` 太大，无法计算。"))
    except (ArithmeticError, ValueError, IndexError, TypeError):
        _refuse(Text(f"`{shown(text)}` has no real value.", f"`{shown(text)}` 没有实数值。"))
    unit = _unit(tree, units, text.rstrip(" .。").endswith(("%", "％", "percent")))
    return exact if unit is None or isinstance(exact, float) else Rounded(Fraction(exact), unit)


def _unit(tree: Expression, units: Mapping[int, Fraction], percent: bool = False) -> Fraction | None:
    """Return what the last digit of a decimal counts: 0.01 in 3.14, 10^6 in 3.14·10^8; None where it is no decimal."""
    match tree:
        case Literal():
            return units.get(id(tree))
        case Negative(inside):
            return _unit(inside, units)
        case Divide(Literal() | Negative(Literal()) as above, Literal(100)) if percent:
            return (_unit(above, units) or Fraction(1)) / 100
        case Multiply((first, Power(Literal(10), Literal() | Negative(Literal())) as scale)):
            unit = units.get(id(first))
            return None if unit is None else unit * Fraction(evaluate(scale, {}))
    return None


def _scaled(text: str) -> int | Fraction | Rounded | None:
    """Return a number with words behind it, or none: 2.4M, 12.4 Million Ops, 31.0 KiB, 33,554,432 bytes, about 120."""
    plain = text.translate(READ_AS).strip()
    match = _SCALED.fullmatch(plain) if len(plain) <= 200 else None
    if match is None or not any(match[name] for name in ("about", "scale", "unit")):
        return None
    if not any(character.isdigit() for character in match["number"]):
        return None
    tree, units = read_tree(match["number"], [], marks=_MARKS["number"])
    assert isinstance(tree, Expression)
    scale = (match["scale"] or "").lower().removesuffix("s") or ""
    factor = Fraction(1024) ** BINARY[scale] if scale in BINARY else Fraction(10) ** SCALES.get(scale, 0)
    exact = Fraction(evaluate(tree, {})) * factor
    if not scale and not match["about"]:
        return _value(text, tree, units)  # type: ignore[no-any-return]
    return Rounded(exact, (_unit(tree, units) or 1) * factor)


# --------------------------------------------------------------------------------------- other kinds


def _array(text: str, symbols: Collection[str], names: Mapping[str, Any]) -> Typed:
    """Read rows of numbers, however many; or a matrix of formulas, up to the budgets of a formula."""
    plain = text.translate(READ_AS)
    if "\n" in plain and re.fullmatch(r"\s*\[[^\[\]]*\]\s*", plain):
        plain = plain.strip()[1:-1].strip()  # rows of one bracket, each on a line of its own
    if _ENTRIES.fullmatch(plain):
        try:
            return Typed(text, None, _as_written(rows("answer", plain), plain))
        except CnnmathError as error:
            if len(text) > LONGEST or ";" in plain:
                raise
            refused = error
        try:
            return _matrix(text, symbols, names)
        except FormulaError:
            raise refused from None
    return _matrix(text, symbols, names)


def _as_written(found: Grid, text: str) -> Grid:
    """Return rows with every decimal as `Rounded`, so that 0.33 stands for all that rounds to it."""
    if "." not in text:
        return found
    written = re.findall(r"[^\s,;()\[\]]+", text)
    units = [-len(one.partition(".")[2]) if re.fullmatch(r"[+-]?\d*\.\d+", one) else None for one in written]
    pairs = zip(found.values, units, strict=True)
    values = (value if unit is None else Rounded(Fraction(value), Fraction(10) ** unit) for value, unit in pairs)
    return Grid(found.shape, tuple(values))  # type: ignore[arg-type]


def _matrix(text: str, symbols: Collection[str], names: Mapping[str, Any]) -> Typed:
    tree, units = read_tree(text, symbols, lists=True, **names)
    value = _value(text, tree, units)
    if any(part is None for part in _leaves(value)):
        return Typed(text, tree, None)
    listed = _nested(value)
    return Typed(text, tree, grid("answer", listed if isinstance(listed, list) else [listed]))


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple):
        for part in value:
            yield from _leaves(part)
    else:
        yield value


def _nested(value: Any) -> Any:
    return [_nested(part) for part in value] if isinstance(value, tuple) else value


def _truth(text: str) -> bool:
    found = _TRUTHS.get(text.translate(READ_AS).strip().lower().rstrip(".。"))
    if found is None:
        _refuse(
            Text(
                f"`{shown(text)}` is neither yes nor no: write yes, no, true or false.",
                f"`{shown(text)}` 既不是“是”也不是“否”：请写 是、否、对 或 错。",
            )
        )
    return found


def _word(text: str) -> str:
    word = text.translate(READ_AS).strip().lower()
    if not re.fullmatch(r"[a-z][a-z0-9_ -]{0,40}", word):
        _refuse(Text(f"`{shown(text)}` is not one word.", f"`{shown(text)}` 不是一个词。"))
    return word


def _refuse(message: Text) -> NoReturn:
    raise GivenError(message)
