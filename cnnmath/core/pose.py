"""Pose a problem: check the givens of a quantity, fill in defaults, sizes and named paddings."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from fractions import Fraction
from operator import index
from typing import Any, NoReturn

from cnnmath.errors import GivenError, TooManySides, UnknownGiven
from cnnmath.expression import plain
from cnnmath.grid import Grid
from cnnmath.model import Choices, Entries, Integers, Numbers, Problem, Quantity, Symbol
from cnnmath.text import Text
from cnnmath.vocabulary import PADDING_WORDS, same_tf_total, same_total

LARGEST = 10**12
LARGEST_ENTRY = 10**100
LONGEST_LIST = 256
"""So many layers at most: even their product is a number that can be printed."""


def pose(quantity: Quantity, given: Mapping[str, Any], seed: int | None = None) -> Problem:
    """Return the problem that `given` (word -> int, Fraction, tuple of ints, rows or choice) poses.

    Without any givens the quantity's own example is posed. GivenError says what is wrong with a given.
    """
    given = dict(given or quantity.example)
    _known(quantity, given)
    given = _split_depth(quantity, given)
    values: dict[str, Any] = {}
    for word, value in given.items():
        fellows = [symbol for symbol in quantity.symbols if symbol.word == word]
        if not fellows:
            raise UnknownGiven(_unknown(quantity, word))
        if word != "padding" or not isinstance(value, str):
            values.update(_values(quantity, fellows, word, value))
        if isinstance(fellows[0].domain, Entries):
            given[word] = values[fellows[0].name]
    for symbol in quantity.symbols:
        if symbol.size_of is not None and symbol.size_of[0] in values:
            values[symbol.name] = values[symbol.size_of[0]].shape[symbol.size_of[1]]
        elif symbol.name not in values and symbol.same_as in values:
            like = values[symbol.same_as]
            filled = symbol.default is not None and isinstance(like, Grid)
            values[symbol.name] = Grid(like.shape, (symbol.default,) * len(like.values)) if filled else like
        elif symbol.name not in values and symbol.default is not None:
            values[symbol.name] = symbol.default
        _as_long(symbol, values)
    _complete(quantity, values, given)
    if isinstance(given.get("padding"), str):
        values.update(_named_padding(quantity, given["padding"], values))
    return Problem(quantity, given, values, seed)


def _as_long(symbol: Symbol, values: Mapping[str, Any]) -> None:
    """Refuse a list that has not one value for each of the list that it goes with."""
    mine, other = values.get(symbol.name), values.get(symbol.same_as)
    if isinstance(mine, Grid) and isinstance(other, Grid) and mine.shape != other.shape:
        lengths = len(mine.values), len(other.values)
        _refuse(
            Text(
                f"`{symbol.word}` has length {lengths[0]} and `{symbol.same_as}` {lengths[1]}: give one value for each, "
                f"{symbol.default} where there is nothing to say.",
                f"`{symbol.word}` 有 {lengths[0]} 个值，而 `{symbol.same_as}` 有 {lengths[1]} 个：请一一对应，"
                f"没有说明的写 {symbol.default}。",
            )
        )


def _known(quantity: Quantity, given: Mapping[str, Any]) -> None:
    for word in given:
        if word not in quantity.words and not (word == "input" and "channels" in quantity.words):
            raise UnknownGiven(_unknown(quantity, word))


def _unknown(quantity: Quantity, word: str) -> Text:
    near = get_close_matches(word, quantity.words, 1)
    words = ", ".join(quantity.words)
    return Text(
        f"`{quantity.slug}` has no given `{word}`"
        + (f": did you mean `{near[0]}`?" if near else ".")
        + f" It takes {words}.",
        f"`{quantity.slug}` 没有名为 `{word}` 的已知量"
        + (f"：是否想写 `{near[0]}`？" if near else "。")
        + f"可用的有 {words}。",
    )


def _split_depth(quantity: Quantity, given: dict[str, Any]) -> dict[str, Any]:
    """Take the channels out of `28x28x192` where the quantity asks for channels."""
    size = given.get("input")
    channels = next((symbol for symbol in quantity.symbols if symbol.name == "channels"), None)
    if channels is None or not channels.word or not isinstance(size, tuple):
        return given
    sides = sum(symbol.word == "input" for symbol in quantity.symbols)
    if len(size) != sides + 1 and not (sides == 0 and len(size) == 3):
        return given
    depth = size[-1]
    stated = given.get("channels", depth)
    if stated != depth:
        _refuse(
            Text(
                f"`input` has {depth} channels and `channels` says {stated}: give one of them.",
                f"`input` 有 {depth} 个通道，而 `channels` 写的是 {stated}：请只给出其中一个。",
            )
        )
    rest = {**given, "input": size[:-1] if sides != 1 else size[0], "channels": depth}
    if sides == 0:
        del rest["input"]
    return rest


def _values(quantity: Quantity, fellows: list[Symbol], word: str, value: Any) -> dict[str, Any]:
    domain = fellows[0].domain
    if isinstance(domain, Entries):
        return {fellows[0].name: _entries(quantity, word, domain, value)}
    if isinstance(domain, Choices):
        return {fellows[0].name: _choice(quantity, word, domain, value)}
    if isinstance(domain, Numbers):
        return {fellows[0].name: _number(quantity, word, domain, value)}
    return _sides(quantity, fellows, word, value)


def _sides(quantity: Quantity, fellows: list[Symbol], word: str, value: Any) -> dict[str, Any]:
    parts = tuple(map(_plain_integer, value if isinstance(value, (tuple, list)) else (value,)))
    axes = sorted({symbol.axis for symbol in fellows})
    minimum = fellows[0].domain.minimum if isinstance(fellows[0].domain, Integers) else 1
    for part in parts:
        if isinstance(part, bool) or not isinstance(part, int) or not minimum <= part <= LARGEST:
            raise GivenError(_not_whole(word, part, minimum))
    if len(parts) > max(3, len(fellows)):
        _refuse(
            Text(
                f"`{word}` has {len(parts)} sizes, more than any quantity takes: write height × width × channels at most.",
                f"`{word}` 有 {len(parts)} 个大小，超出任何量所能接受的个数：最多写 高 × 宽 × 通道。",
            )
        )
    if len(parts) == 1:
        return {symbol.name: parts[0] for symbol in fellows}
    if len(parts) == len(fellows):  # one for each symbol: 3x5, or top, bottom, left, right
        return {symbol.name: part for symbol, part in zip(fellows, parts, strict=True)}
    if len(parts) == len(axes):
        return {symbol.name: parts[axes.index(symbol.axis)] for symbol in fellows}
    raise TooManySides(_wrong_sides(quantity, word, "x".join(map(str, parts)), len(axes)))


def _plain_integer(value: Any) -> Any:
    """Return an integer of any kind, NumPy's too, as an int."""
    return value if isinstance(value, bool) or not hasattr(value, "__index__") else index(value)


def _described(value: Any) -> Text:
    """Return what is said of a value that cannot be used."""
    if isinstance(value, (Grid, list)) or hasattr(value, "shape"):
        return Text("rows of values", "若干行数值")
    if isinstance(value, int) and abs(value) > LARGEST_ENTRY:
        return Text("a number with more than 100 digits", "超过 100 位的数")
    shown = str(value)
    shown = shown if len(shown) <= 40 else shown[:39] + "…"
    return Text(shown, shown)


def _not_whole(word: str, value: Any, minimum: int) -> Text:
    said = _described(value)
    if isinstance(value, int) and not isinstance(value, bool) and value > LARGEST:
        return Text(
            f"`{word}` must be at most {LARGEST:,}, not {said.en}.", f"`{word}` 最大为 {LARGEST:,}，不能是 {said.zh}。"
        )
    sizes = isinstance(value, Grid)
    return Text(
        f"`{word}` must be a whole number of at least {minimum}"
        + (", or sizes such as 28x28," if sizes else ",")
        + f" not {said.en}.",
        f"`{word}` 必须是不小于 {minimum} 的整数"
        + ("，或 28x28 这样的大小" if sizes else "")
        + f"，不能是{said.zh if sizes else ' ' + said.zh}。",
    )


def _wrong_sides(quantity: Quantity, word: str, value: str, axes: int) -> Text:
    example = {
        "input": {1: "28", 2: "28x28", 3: "28x28x3"}[axes],
        "kernel": {1: "5", 2: "3x5", 3: "3x5"}[axes],
        "padding": {1: "1 or padding=left,right", 2: "1, padding=1x2 or padding=top,bottom,left,right"}.get(axes, "1"),
    }.get(word, "2" if axes == 1 else "2x1")
    return Text(
        f"`{word}` of `{quantity.slug}` has {axes} side{'s' if axes > 1 else ''}, and {value} has another "
        f"number: write it like {word}={example}.",
        f"`{quantity.slug}` 的 `{word}` 有 {axes} 个边长，而 {value} 的个数不同：请写成 {word}={example}。",
    )


def _entries(quantity: Quantity, word: str, domain: Entries, value: Any) -> Grid:
    if domain.minimum is not None and isinstance(value, int) and not isinstance(value, bool):
        value = [value]
    if domain.minimum is not None and isinstance(value, tuple) and word != "kernel":
        value = list(value)  # read as sizes; 3x3 is no list of kernels
    example = {1: '"1 0 1"', 2: '"1 0 1; 0 1 0; 1 0 1"', 3: "[[[1,2],[3,4]],[[5,6],[7,8]]]"}[domain.axes]
    sizes = isinstance(value, tuple) and all(isinstance(part, int) for part in value)
    one = isinstance(value, (int, Fraction)) and not isinstance(value, bool) and domain.axes == 2 and word == "kernel"
    if sizes or (not isinstance(value, (Grid, list, tuple)) and not hasattr(value, "tolist")):
        _refuse(
            Text(
                f"`{word}` of `{quantity.slug}` needs its values, not only a size: write {word}={example} "
                "or name a file (.csv .npy .json .toml)" + (f"; one value is [[{value}]]." if one else "."),
                f"`{quantity.slug}` 的 `{word}` 需要具体数值，而不只是大小：请写 {word}={example}"
                "，或给出文件名（.csv .npy .json .toml）" + (f"；单个值写作 [[{value}]]。" if one else "。"),
            )
        )
    grid = grid_of(word, value)
    if domain.minimum is not None:
        if len(grid.values) > LONGEST_LIST:
            _refuse(
                Text(
                    f"`{word}` has more than {LONGEST_LIST} values: give a shorter list.",
                    f"`{word}` 超过 {LONGEST_LIST} 个值：请给出较短的列表。",
                )
            )
        for entry in grid.values:
            if not isinstance(entry, int) or not domain.minimum <= entry <= LARGEST:
                raise GivenError(_not_whole(word, entry, domain.minimum))
    if len(grid.shape) > 3:
        _refuse(
            Text(
                f"`{word}` has {len(grid.shape)} axes, and no quantity takes more than height × width × channels: "
                "give one image at a time.",
                f"`{word}` 有 {len(grid.shape)} 个维度，而最多只能是 高 × 宽 × 通道：请一次给出一幅图像。",
            )
        )
    if len(grid.shape) == 1 and domain.axes == 2:
        grid = Grid((1, *grid.shape), grid.values)
    if len(grid.shape) == 2 and grid.shape[0] == 1 and domain.axes == 1:
        grid = Grid(grid.shape[1:], grid.values)
    if len(grid.shape) == domain.axes - 1 and domain.axes == 3:
        grid = Grid((*grid.shape, 1), grid.values)
    if len(grid.shape) != domain.axes:
        error = TooManySides if len(grid.shape) > domain.axes else GivenError
        shape = "x".join(map(str, grid.shape))
        raise error(
            Text(
                f"`{word}` of `{quantity.slug}` has {domain.axes} axes, and this one is {shape}: "
                f"write it like {word}={example}.",
                f"`{quantity.slug}` 的 `{word}` 有 {domain.axes} 个维度，而这里是 {shape}：请写成 {word}={example}。",
            )
        )
    return grid


def grid_of(word: str, value: Any) -> Grid:
    """Return rows of numbers as an exact grid; GivenError says what is wrong with them."""
    try:
        grid = value if isinstance(value, Grid) else Grid.of(value)
    except ValueError:
        _refuse(
            Text(
                f"the rows of `{word}` have different lengths: every row needs the same number of values.",
                f"`{word}` 各行的长度不同：每一行的数值个数必须相同。",
            )
        )
    if not grid.values:
        raise GivenError(Text(f"`{word}` has no values.", f"`{word}` 没有任何数值。"))
    return Grid(grid.shape, tuple(_exact(word, entry) for entry in grid.values))


def _exact(word: str, entry: Any) -> int | Fraction:
    if hasattr(entry, "item"):
        entry = entry.item()
    if isinstance(entry, bool):
        return int(entry)
    if isinstance(entry, float) and entry - entry == 0:
        entry = Fraction(repr(entry))
    if isinstance(entry, (int, Fraction)):
        if max(abs(entry.numerator), entry.denominator) > LARGEST_ENTRY:
            _refuse(
                Text(
                    f"`{word}` holds a number with more than 100 digits: use smaller ones.",
                    f"`{word}` 中有超过 100 位的数：请用较小的数。",
                )
            )
        exact: int | Fraction = plain(entry)
        return exact
    raise GivenError(Text(f"`{word}` holds {entry!r}, which is not a number.", f"`{word}` 中的 {entry!r} 不是数值。"))


def _choice(quantity: Quantity, word: str, domain: Choices, value: Any) -> str | bool:
    if domain.flag and value in (0, 1) and not isinstance(value, (Grid, str)):
        return bool(value)
    if isinstance(value, str) and value in domain.options:
        return value == domain.options[0] if domain.flag else value
    options = ", ".join(domain.options)
    near = get_close_matches(str(value), domain.options, 1) if isinstance(value, str) else []
    said = _described(value)
    raise GivenError(
        Text(
            f"`{word}` of `{quantity.slug}` is one of {options}, not {said.en}"
            + (f": did you mean {near[0]}?" if near else "."),
            f"`{quantity.slug}` 的 `{word}` 只能是 {options} 之一，不能是 {said.zh}"
            + (f"：是否想写 {near[0]}？" if near else "。"),
        )
    )


def _refuse(message: Text) -> NoReturn:
    raise GivenError(message)


def _number(quantity: Quantity, word: str, domain: Numbers, value: Any) -> Any:
    if isinstance(value, (tuple, list, Grid, str, bool)):
        _refuse(Text(f"`{word}` of `{quantity.slug}` is one number.", f"`{quantity.slug}` 的 `{word}` 是一个数。"))
    number = _exact(word, value)
    if domain.minimum is not None and number < domain.minimum:
        _refuse(
            Text(
                f"`{word}` must be at least {domain.minimum}, not {number}.",
                f"`{word}` 不能小于 {domain.minimum}，这里是 {number}。",
            )
        )
    if domain.below is not None and number >= domain.below:
        _refuse(
            Text(
                f"`{word}` must be below {domain.below}, not {number}.",
                f"`{word}` 必须小于 {domain.below}，这里是 {number}。",
            )
        )
    return number


def _complete(quantity: Quantity, values: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    missing = [
        symbol for symbol in quantity.symbols if symbol.name not in values and symbol.size_of is None and symbol.word
    ]
    if missing and missing[0].word != "padding":
        first = missing[0]
        example = " ".join(f"{word}={typed(value)}" for word, value in quantity.example.items())
        _refuse(
            Text(
                f"`{quantity.slug}` needs `{first.word}` ({first.meaning.en}). Example: {quantity.slug} {example}",
                f"`{quantity.slug}` 需要 `{first.word}`（{first.meaning.zh}）。示例：{quantity.slug} {example}",
            )
        )


def _named_padding(quantity: Quantity, name: str, values: Mapping[str, Any]) -> dict[str, int]:
    """Return the zeros on each side that a word such as `same` stands for."""
    sides = [symbol for symbol in quantity.symbols if symbol.word == "padding"]
    if name not in PADDING_WORDS:
        words = ", ".join(PADDING_WORDS)
        near = get_close_matches(name, PADDING_WORDS, 1)
        _refuse(
            Text(
                f"`padding` is a number, 1x2, top,bottom,left,right or one of {words}, not {name}"
                + (f": did you mean {near[0]}?" if near else "."),
                f"`padding` 可以是一个数、1x2、上,下,左,右，或 {words} 之一，不能是 {name}"
                + (f"：是否想写 {near[0]}？" if near else "。"),
            )
        )
    resolved: dict[str, int] = {}
    for symbol in sides:
        kernel, dilation = _along(quantity, "kernel", symbol, values), _along(quantity, "dilation", symbol, values)
        stride, size = _along(quantity, "stride", symbol, values), _along(quantity, "input", symbol, values)
        total = 0
        if name == "full":
            total = 2 * same_total(kernel, dilation)
        elif name == "same":
            total = same_total(kernel, dilation)
        elif name == "same-tf":
            total = same_tf_total(size, kernel, stride, dilation, -(-size // stride))
        if symbol.side is None and total % 2:
            _refuse(
                Text(
                    f"padding={name} needs {total} zeros in all here, which is odd: it cannot be the same on both sides.",
                    f"padding={name} 在此共需补 {total} 个零，为奇数：两侧不可能相等。",
                )
            )
        resolved[symbol.name] = total // 2 if symbol.side != "after" else total - total // 2
    return resolved


def _along(quantity: Quantity, word: str, side: Symbol, values: Mapping[str, Any]) -> int:
    """Return the stride (kernel, dilation, input) along the axis of a padding symbol, 1 where there is none."""
    for symbol in quantity.symbols:
        owner = symbol.size_of[0] if symbol.size_of else symbol.word
        axis = symbol.size_of[1] if symbol.size_of else symbol.axis
        if owner == word and axis == side.axis and not isinstance(symbol.domain, Entries):
            return int(values[symbol.name])
    return 1


def typed(value: Any) -> str:
    """Return a given as a person would type it.

    >>> typed((28, 28)), typed(Grid.of([[1, 0], [0, 1]])), typed(Grid.of([[3]])), typed(True)
    ('28x28', '"1 0; 0 1"', '[[3]]', 'yes')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple) and all(isinstance(part, int) for part in value):
        return ("," if len(value) == 4 else "x").join(map(str, value))
    if isinstance(value, Grid):
        if len(value.values) == 1:
            return _bracketed(value.nested)
        value = value.nested
    if isinstance(value, (list, tuple)):
        return f'"{_rows(value)}"'
    return str(value)


def _rows(nested: Iterable[Any]) -> str:
    rows = [row if isinstance(row, (list, tuple)) else None for row in nested]
    if any(row is not None and any(isinstance(item, (list, tuple)) for item in row) for row in rows):
        return "[" + ",".join(_bracketed(row) for row in nested) + "]"
    if rows and rows[0] is not None:
        return "; ".join(" ".join(map(str, row)) for row in nested)
    return " ".join(map(str, nested))


def _bracketed(nested: Any) -> str:
    if isinstance(nested, (list, tuple)):
        return "[" + ",".join(_bracketed(item) for item in nested) + "]"
    return str(nested)
