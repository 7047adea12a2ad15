"""Solve: the page without the lesson; with a stated result, the givens that lead to it, or whether it is right."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, cast

from cnnmath.core.invert import Inverse, invert, missing
from cnnmath.core.judge import judge as judged
from cnnmath.core.pose import LARGEST_ENTRY, pose
from cnnmath.core.solve import solve as solved
from cnnmath.errors import GivenError, TooManySides, UnknownGiven
from cnnmath.expression import plain
from cnnmath.grid import Grid
from cnnmath.jobs.explain import Explanation, explain, solution_of
from cnnmath.model import NOTATIONS, Choices, Claim, Integers, Notation, Quantity, Solution, Value, Verdict
from cnnmath.reading.files import names_file
from cnnmath.reading.givens import read_given
from cnnmath.reading.spelling import shown
from cnnmath.rendering.blocks import Page
from cnnmath.rendering.html import html
from cnnmath.rendering.inverse import checked_page, inverse_page, inverse_record
from cnnmath.rendering.latex import latex
from cnnmath.rendering.markdown import markdown
from cnnmath.rendering.page import page
from cnnmath.rendering.record import json_text, record
from cnnmath.rendering.terminal import terminal
from cnnmath.rendering.values import plain_value, short_value
from cnnmath.text import LANGUAGES, Language, Text
from cnnmath.topics import quantity, topic_of

STATED = "output"
"""The name under which the result of any quantity is stated."""
ASKED = ("?", "？")
MOST_UNKNOWNS = 2

_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3}){1,19}", re.ASCII)


class Written(ABC):
    """Something with a page in a language and a notation. `print` it; in a notebook it shows itself."""

    language: Language
    notation: Notation

    @abstractmethod
    def page_in(self, language: Language) -> Page:
        """Return the page, before it is written down in any format."""

    @abstractmethod
    def record(self) -> dict[str, Any]:
        """Return what `--format json` writes, as a dictionary."""

    def terminal(self, width: int = 80, *, colour: bool = False, ascii: bool = False) -> str:
        """Return the page for a terminal of `width` columns; ASCII pages are in English."""
        return terminal(self.page_in("en" if ascii else self.language), width, colour=colour, ascii=ascii)

    def written(self, format: str) -> str:
        """Return the page in a format other than the terminal's: markdown, latex or json."""
        if format == "json":
            return json_text(self.record()) + "\n"
        shown = self.page_in(self.language)
        return markdown(shown) if format == "markdown" else latex(shown)

    def __str__(self) -> str:
        return self.terminal()

    def _repr_markdown_(self) -> str:
        return self.written("markdown")

    def _repr_html_(self) -> str:
        return html(self.page_in(self.language))


@dataclass(frozen=True, repr=False)
class Inversion(Written):
    """The givens that lead to a stated result."""

    inverse: Inverse
    language: Language = "en"
    notation: Notation = "slides"

    @property
    def solutions(self) -> tuple[Any, ...]:
        """The solutions: values, pairs of values, or the ranges (first, last) of a condition."""
        return self.inverse.solutions

    def page_in(self, language: Language) -> Page:
        """Return the page, before it is written down in any format."""
        return inverse_page(self.inverse, language, self.notation)

    def record(self) -> dict[str, Any]:
        """Return what `--format json` writes, as a dictionary."""
        return inverse_record(self.inverse, self.notation)

    def __repr__(self) -> str:
        found = self.inverse
        return f"<{found.kind} of {', '.join(found.words)} of {found.problem.quantity.slug}: {self.solutions}>"


@dataclass(frozen=True, repr=False)
class Checked(Written):
    """A stated result beside the right one."""

    solution: Solution
    stated: Value
    verdict: Verdict
    language: Language = "en"
    notation: Notation = "slides"

    @property
    def answer(self) -> Value:
        """The right answer."""
        return self.solution.answer

    @property
    def solutions(self) -> tuple[Any, ...]:
        """Nothing: no given was asked for."""
        return ()

    def page_in(self, language: Language) -> Page:
        """Return the page, before it is written down in any format."""
        brief = page(self.solution, topic_of(self.solution.problem.quantity), language, self.notation, "brief")
        return checked_page(brief, self.solution, self.stated, self.verdict, self.notation, language)

    def record(self) -> dict[str, Any]:
        """Return what `--format json` writes, as a dictionary."""
        said = {"stated": plain_value(self.stated), "verdict": type(self.verdict).__name__.lower()}
        return {**record(self.solution, self.notation), **said}

    def __repr__(self) -> str:
        return f"<{type(self.verdict).__name__.lower()}: {short_value(self.stated)}, {short_value(self.answer)}>"


def solve(
    slug: str,
    *,
    at: Sequence[int] | int | None = None,
    lang: Language = "en",
    notation: Notation = "slides",
    **given: Any,
) -> Explanation | Inversion | Checked:
    """Work out a quantity: `explain` without the lesson. With a stated result, solve for what is not given.

    output: the result, when it is known; its own name will do (`parameters=7600`). What is then left out, or is
    "?", is solved for.

    >>> solve("channels.parameters", kernel=5, channels=3, filters=100).answer
    7600
    >>> solve("output-size", input=28, stride=2, padding=1, output=13).solutions
    (5, 6)
    >>> solve("output-size", input=28, kernel=5, output=1, stride="?").solutions
    ((24, None),)
    """
    return solved_for(slug, given, at, lang, notation)


def solved_for(
    slug: str,
    given: Mapping[str, Any],
    at: Sequence[int] | int | None = None,
    lang: Language = "en",
    notation: Notation = "slides",
) -> Explanation | Inversion | Checked:
    """Do what `solve` does, with the givens as a mapping, whatever they are called."""
    words = {word.replace("_", "-"): value for word, value in given.items()}
    asked = quantity(slug)
    name = _stated_name(asked, words)
    if name is None:
        _nothing_asked(words)
        return Explanation(solution_of(slug, given, at=at), lang, notation, "brief")
    if at is not None:
        raise GivenError(
            Text("a stated result has no cells: leave --at out.", "已给出结果时没有单元可选：请去掉 --at。")
        )
    if lang not in LANGUAGES or notation not in NOTATIONS:
        explain(slug, lang=lang, notation=notation)  # says so
    found = answered(asked, words, name)
    if isinstance(found, Inverse):
        return Inversion(found, lang, notation)
    solution, stated = found
    return Checked(solution, stated, judged(Claim(solution.problem, stated), solution), lang, notation)


def answered(asked: Quantity, given: Mapping[str, Any], name: str) -> Inverse | tuple[Solution, Value]:
    """Return the inverse problem worked out, or where nothing is left to find the solution and what is stated.

    Where givens do not fit, the wider quantities that take the same question are tried.
    """
    marked = [word for word, value in given.items() if _marked(value)]
    rest = {word: value for word, value in given.items() if word not in marked and word != name}
    values = {word: read_given(word, value) if isinstance(value, str) else value for word, value in rest.items()}
    files = {word: value for word, value in rest.items() if isinstance(value, str) and names_file(value)}
    first: TooManySides | None = None
    while True:
        try:
            found = _answered(asked, values, marked, name, given[name])
            break
        except TooManySides as error:
            first = first or error
            if not asked.wider:
                raise first from None
            asked = quantity(asked.wider)
        except GivenError as error:
            raise first if isinstance(first, UnknownGiven) else error from None
    if isinstance(found, Inverse):
        return replace(found, space=replace(found.space, problem=replace(found.problem, files=files)))
    return replace(found[0], problem=replace(found[0].problem, files=files)), found[1]


def _answered(
    asked: Quantity, values: Mapping[str, Any], marked: Sequence[str], name: str, result: Any
) -> Inverse | tuple[Solution, Value]:
    stated = read_result(asked, name, result)
    for word in (*values, *marked):
        if word not in asked.words and not (word == "input" and "channels" in asked.words):
            pose(asked, {word: 1})  # says that there is no such given
    lacking = missing(asked, values)
    for word in marked:
        if word not in lacking and missing(asked, {}).count(word):
            raise GivenError(
                Text(
                    f"`{word}=?` asks for what the other givens say already: leave it out.",
                    f"`{word}=?` 所求的值已由其他已知量给出：请去掉它。",
                )
            )
    unknowns = tuple(word for word in asked.words if word in lacking or word in marked)
    if len(unknowns) > MOST_UNKNOWNS:
        raise GivenError(
            Text(
                f"{', '.join(unknowns)} are {len(unknowns)} unknowns: give all but two of them.",
                f"{', '.join(unknowns)} 共 {len(unknowns)} 个未知量：最多只能留下两个。",
            )
        )
    if unknowns:
        return invert(asked, values, stated, unknowns)
    defaults = [word for word in asked.words if word not in values and _solvable(asked, word)]
    problem = pose(asked, values)
    if not defaults:
        return solved(problem), stated
    raise GivenError(
        Text(
            f"`{name}` is stated and nothing is left to find: mark what you ask for, such as {defaults[0]}=? "
            f"(possible: {', '.join(defaults)}), or give all of these to have the result checked.",
            f"已给出 `{name}`，但没有要求的量：请标出所求，例如 {defaults[0]}=?（可选：{', '.join(defaults)}），"
            "或给出全部这些量来检验结果。",
        )
    )


def _solvable(asked: Quantity, word: str) -> bool:
    return any(symbol.word == word and isinstance(symbol.domain, (Choices, Integers)) for symbol in asked.symbols)


def _marked(value: Any) -> bool:
    return isinstance(value, str) and value.strip() in ASKED


def _stated_name(asked: Quantity, given: Mapping[str, Any]) -> str | None:
    """Return the name under which the result is stated: `output`, or the answer's own."""
    own = [answer.replace("_", "-") for answer in asked.answers] if asked.kind != "shape" else []
    names = [name for name in dict.fromkeys((STATED, *own)) if name in given and name not in asked.words]
    if len(names) > 1:
        raise GivenError(
            Text(
                f"the result is stated twice, as `{names[0]}` and as `{names[1]}`: state it once.",
                f"结果写了两次（`{names[0]}` 与 `{names[1]}`）：请只写一次。",
            )
        )
    return names[0] if names else None


def _nothing_asked(given: Mapping[str, Any]) -> None:
    for word, value in given.items():
        if _marked(value):
            raise GivenError(
                Text(
                    f"`{word}=?` asks which {word} gives a result: state that result as well, such as output=13.",
                    f"`{word}=?` 问的是哪个 {word} 能得到某个结果：请同时写出结果，例如 output=13。",
                )
            )


# ---------------------------------------------------------------------------------- the stated result


def read_result(asked: Quantity, name: str, value: Any) -> Value:
    """Return a stated result as the kind of value that the quantity has; GivenError where it cannot be one."""
    if asked.kind not in _WANTED:
        raise GivenError(
            Text(
                f"the result of `{asked.slug}` is a map: only numbers, sizes and truths can be solved from.",
                f"`{asked.slug}` 的结果是特征图：只能由数、大小或是否来反求。",
            )
        )
    if _marked(value):
        raise GivenError(
            Text(f"`{name}` is the result: leave it out to have it worked out.", f"`{name}` 是结果：去掉它即可求出。")
        )
    read: Any = _read(asked, value)
    sizes = read if isinstance(read, tuple) else ()
    if (sizes and len(sizes) != len(asked.answers)) or (sizes and asked.kind != "shape"):
        raise TooManySides(_not_so(asked, name, value))
    if asked.kind == "shape" and len(asked.answers) == 2 and isinstance(read, int) and not isinstance(read, bool):
        return (read, read)
    kinds: dict[str, tuple[type, ...]] = {"number": (int, Fraction), "shape": (tuple,), "truth": (bool,)}
    fits = kinds[asked.kind]
    if not isinstance(read, fits) or (isinstance(read, bool) and asked.kind != "truth"):
        raise GivenError(_not_so(asked, name, value))
    result = cast(Value, read)
    numbers: list[Any] = [part for part in sizes or (result,) if isinstance(part, (int, Fraction))]
    if any(abs(part) > LARGEST_ENTRY for part in numbers):
        raise GivenError(
            Text(f"`{name}` has more than 100 digits: state a smaller one.", f"`{name}` 超过 100 位：请写较小的数。")
        )
    return result


def _read(asked: Quantity, value: Any) -> Any:
    if isinstance(value, str):
        if asked.kind == "truth":
            return read_given("bias", value)
        value = value.strip().replace(",", "") if _THOUSANDS.fullmatch(value.strip()) else value
        value = read_given(STATED, value)
    if hasattr(value, "item") and not getattr(value, "ndim", 0):
        value = value.item()
    if isinstance(value, float) and value - value == 0:
        return plain(Fraction(repr(value)))
    if isinstance(value, Grid) and len(value.shape) == 1:
        value = value.values
    if isinstance(value, (list, tuple)) and value and all(type(part) is int for part in value):
        return tuple(value)
    return value


_WANTED = {
    "number": Text("a number", "一个数"),
    "shape": Text("sizes such as {sizes}", "{sizes} 这样的大小"),
    "truth": Text("yes or no", "yes 或 no"),
}


def _not_so(asked: Quantity, name: str, value: Any) -> Text:
    sizes = "x".join(("28", "28", "32")[: len(asked.answers)])
    wanted = _WANTED[asked.kind].filled(sizes=sizes)
    said = shown(value if isinstance(value, str) else str(value)[:60])
    return Text(f"`{name}` must be {wanted.en}, not {said}.", f"`{name}` 必须是{wanted.zh}，不能是 {said}。")
