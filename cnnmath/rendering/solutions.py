"""The answer to an inverse problem in words: its solutions, or that there are none and why."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from cnnmath.core.boxes import Box, Run, joined
from cnnmath.core.invert import SMALL, Inverse
from cnnmath.core.pose import LARGEST, typed
from cnnmath.model import Quantity, Value
from cnnmath.rendering.values import shown
from cnnmath.text import Language, Text

MOST_NAMED = 24
"""Solutions, or ranges of them, that one line names."""
MOST_OPENED = 36

AND = Text(" and ", " 与 ")
OR = Text(" or ", " 或 ")
_COMMA = Text(", ", "、")
_ANY = Text("Any {word} will do: the result does not depend on it.", "任何 {word} 都可以：结果与它无关。")
_EVERY_SIDE = Text("The same number on every side.", "各边取同一个数。")
_APART = Text("Height × width; no single number for both gives it.", "高 × 宽；两个方向取同一个数时无解。")
_NO_OTHERS = Text("There are no others.", "没有其他解。")
_UP_TO = Text(
    "This is all up to {up_to}; larger numbers were not decided.", "这是 {up_to} 以内的全部解；更大的数未作判断。"
)
_NONE = Text("No {word} gives {result}.", "没有任何 {word} 能使 {result}。")
_NONE_TRUTH = Text("No {word} makes the answer “{result}”.", "没有任何 {word} 能使答案为“{result}”。")
_NONE_UP_TO = Text(
    "No {word} up to {up_to} gives {result}; larger numbers were not decided.",
    "{up_to} 以内没有 {word} 能使 {result}；更大的数未作判断。",
)
_NONE_AT_ALL = Text(
    "No {word} up to {up_to}, the largest number that can be given, gives {result}.",
    "在可输入的最大数 {up_to} 以内，没有 {word} 能使 {result}。",
)
_BETWEEN = Text(
    "{low} gives {less} and {high} gives {more}; no result lies between them.",
    "{low} 得到 {less}，{high} 得到 {more}，其间没有别的结果。",
)
_MOST = Text("The largest result is {value}, with {at}.", "最大的结果是 {value}（{at}）。")
_LEAST = Text("The smallest result is {value}, with {at}.", "最小的结果是 {value}（{at}）。")
_NEAREST = Text("The nearest result is {value}, with {at}.", "最接近的结果是 {value}（{at}）。")
_ALWAYS = Text("It is always “{value}”.", "答案总是“{value}”。")
_REFUSED = Text("{at} would give it, but {reason}", "{at} 虽能得到它，但{reason}")
_FAMILY = Text("Only numbers up to {most} were tried: there may be more.", "只试了 {most} 以内的数：可能还有其他解。")
_NO_PAIR = Text(
    "No {words} up to {most} give {result}; larger ones were not tried.",
    "{most} 以内的 {words} 都不能使 {result}；更大的数未尝试。",
)


def solutions_said(inverse: Inverse, language: Language) -> str:
    """Return the solutions of one unknown: `kernel = 5 or 6`, `stride ≥ 24`, `kernel = 3×5 or 5×3`."""
    return boxes_said(inverse, inverse.boxes, language)


def boxes_said(inverse: Inverse, boxes: Sequence[Box], language: Language, last: Text = OR) -> str:
    """Return values of one unknown in words; `last` stands before the last of them."""
    word, options = inverse.words[0], inverse.space.unknowns[0].options
    beyond: list[str] = []
    if inverse.paired:
        equal = ["×".join(map(_part, box)) for box in _opened(boxes)]
    elif options:
        equal = [typed(options[at]) for (run,) in boxes for at in range(run.first, run.last + 1)]
    else:
        equal = [_range(part) for (run,) in boxes if not run.endless for part in _pieces(run)]
        beyond = [f"{word} ≥ {run.first}" for (run,) in boxes if run.endless]
    if len(equal) > MOST_NAMED:
        equal = [*equal[: MOST_NAMED // 2], "…", *equal[-2:]]
    told = [f"{word} = {_listed(equal, language, last)}"] if equal else []
    return last.said(language).join([*told, *beyond])


def _opened(boxes: Sequence[Box]) -> list[Box]:
    """Return boxes of pairs point by point where these are few."""
    few = all(run.size < MOST_OPENED for box in boxes for run in box)
    points = (
        [point for box in boxes for point in product(*(range(run.first, run.last + 1) for run in box))] if few else []
    )
    return (
        [(Run(high, high), Run(wide, wide)) for high, wide in points] if 0 < len(points) <= MOST_NAMED else list(boxes)
    )


def _pieces(run: Run) -> list[Run]:
    """Return two neighbours as single numbers: `5 or 6` and not `5 … 6`."""
    return [Run(run.first, run.first), Run(run.last, run.last)] if run.size == 2 else [run]


def _range(run: Run) -> str:
    if run.endless:
        return f"≥ {run.first}"
    return str(run.first) if run.size == 1 else f"{run.first} … {run.last}"


def _part(run: Run) -> str:
    return _range(run) if run.size == 1 else f"({_range(run)})"


def _listed(items: Sequence[str], language: Language, last: Text) -> str:
    front = _COMMA.said(language).join(items[:-1])
    return last.said(language).join([front, items[-1]] if front else items)


def any_said(inverse: Inverse, language: Language) -> str | None:
    """Return that every number is a solution, where it is so."""
    if inverse.paired or inverse.boxes != (inverse.space.box,) or inverse.space.unknowns[0].options:
        return None
    return _ANY.said(language, word=inverse.words[0])


def remarks(inverse: Inverse, language: Language) -> str:
    """Return what is to be known of the solutions of one unknown: on which sides, and whether these are all."""
    symbols = [symbol for symbol in inverse.problem.quantity.symbols if symbol.word == inverse.words[0]]
    said = []
    if inverse.paired:
        said.append(_APART.said(language))
    elif len(symbols) > 1:
        said.append(_EVERY_SIDE.said(language))
    if inverse.up_to is not None:
        said.append(_UP_TO.said(language, up_to=f"{inverse.up_to:,}"))
    elif inverse.boxes != (inverse.space.box,):
        said.append(_NO_OTHERS.said(language))
    return (" " if language == "en" else "").join(said)


def family_said(inverse: Inverse, language: Language) -> tuple[tuple[tuple[str, str, str], ...], str]:
    """Return a row for each value of the first unknown, with what the second can be; and how far it was looked."""
    (one, two), beside = inverse.space.unknowns, dict[int, list[Box]]()
    for first, second in inverse.boxes:
        for at in range(first.first, first.last + 1):
            beside.setdefault(at, []).append((second,))
    rows = []
    for at, boxes in sorted(beside.items()):
        runs = [part for (run,) in joined(boxes) for part in _pieces(run)]
        places = (typed(two.options[place]) for run in runs for place in range(run.first, run.last + 1))
        values = list(places) if two.options else [_range(run) for run in runs]
        rows.append((f"{one.word} = {typed(one.value(at))}", f"{two.word} = {_listed(values, language, OR)}", ""))
    return tuple(rows), _FAMILY.said(language, most=SMALL)


def values_said(values: Mapping[str, Any]) -> str:
    """Return values of the unknowns.

    >>> values_said({"kernel": (3, 5), "padding": 1})
    'kernel = 3×5, padding = 1'
    """
    return ", ".join(
        f"{word} = {'×'.join(map(str, value)) if isinstance(value, tuple) else typed(value)}"
        for word, value in values.items()
    )


def answer_said(quantity: Quantity, value: Value, language: Language) -> str:
    """Return a value as an answer: subscripts in brackets, sizes with crosses."""
    if quantity.subscripts and isinstance(value, tuple):
        return f"({', '.join(map(str, value))})"
    return shown(value, language)


def stated_said(inverse: Inverse, language: Language, letters: Mapping[str, str]) -> str:
    """Return what is stated: `N' = 13`, `M'×N' = 12×10`, `(i, j) = (3, 3)`, or `yes`."""
    quantity = inverse.problem.quantity
    value, names = answer_said(quantity, inverse.space.stated, language), [letters[name] for name in quantity.answers]
    if quantity.kind == "truth":
        return value
    return f"({', '.join(names)}) = {value}" if quantity.subscripts else f"{'×'.join(names)} = {value}"


def why(inverse: Inverse, language: Language, letters: Mapping[str, str]) -> Iterator[str]:
    """Say that there is no solution, and why."""
    quantity, result = inverse.problem.quantity, stated_said(inverse, language, letters)
    if len(inverse.words) > 1:
        yield _NO_PAIR.said(language, words=AND.said(language).join(inverse.words), most=SMALL, result=result)
        return
    none = _NONE_TRUTH if quantity.kind == "truth" else _NONE
    if inverse.up_to is not None:
        none = _NONE_AT_ALL if inverse.up_to == LARGEST else _NONE_UP_TO
    yield none.said(language, word=inverse.words[0], result=result, up_to=f"{inverse.up_to or 0:,}")
    if inverse.refused is not None:
        at, reason = inverse.refused
        yield _REFUSED.said(language, at=values_said(at), reason=reason)
    tried = [
        {"at": values_said(trial.values), "value": answer_said(quantity, trial.answer, language)}
        for trial in inverse.nearest
        if trial.answer is not None
    ]
    if quantity.kind == "truth" and tried:
        yield _ALWAYS.said(language, **tried[0])
    elif len(tried) == 2:
        low, high = tried
        yield _BETWEEN.said(language, low=low["at"], less=low["value"], high=high["at"], more=high["value"])
    elif tried:
        yield (_MOST if inverse.ends[1] else _LEAST if inverse.ends[0] else _NEAREST).said(language, **tried[0])
