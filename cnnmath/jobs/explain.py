"""Explain: solve and draw. A worked solution that prints, and that shows in a notebook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, cast, get_args

from cnnmath.core import ask as asking
from cnnmath.core.judge import judge as judged
from cnnmath.core.pose import grid_of, pose
from cnnmath.core.solve import lines_at
from cnnmath.core.solve import solve as solved
from cnnmath.errors import GivenError, TooManySides, UnknownGiven
from cnnmath.grid import Grid
from cnnmath.model import NOTATIONS, Claim, Notation, Problem, Quantity, Solution, Value, Verdict
from cnnmath.reading.files import names_file
from cnnmath.reading.givens import read_given
from cnnmath.rendering.blocks import Page
from cnnmath.rendering.html import html
from cnnmath.rendering.latex import latex
from cnnmath.rendering.markdown import markdown
from cnnmath.rendering.page import MOST_CELLS, Cell, Detail, contents, page
from cnnmath.rendering.record import json_text, record, topic_record
from cnnmath.rendering.terminal import terminal
from cnnmath.rendering.values import short_value
from cnnmath.text import LANGUAGES, Language, Text
from cnnmath.topics import quantity, shelf, topic_of


@dataclass(frozen=True, repr=False)
class Explanation:
    """A worked solution with the language, notation and detail that it is shown in. `print` it."""

    solution: Solution
    language: Language = "en"
    notation: Notation = "slides"
    detail: Detail = "normal"

    @property
    def answer(self) -> Value:
        """The answer: an int, a Fraction, a float, a tuple of ints, a Grid or a truth."""
        return self.solution.answer

    @property
    def page(self) -> Page:
        """The page, before it is written down in any format."""
        others = _other_cells(self.solution) if self.detail == "full" else ()
        topic = topic_of(self.solution.problem.quantity)
        return page(self.solution, topic, self.language, self.notation, self.detail, others)

    def terminal(self, width: int = 80, *, colour: bool = False, ascii: bool = False) -> str:
        """Return the page for a terminal of `width` columns; ASCII pages are in English."""
        shown = Explanation(self.solution, "en", self.notation, self.detail) if ascii else self
        return terminal(shown.page, width, colour=colour, ascii=ascii)

    def markdown(self) -> str:
        """Return the page in Markdown with LaTeX formulas."""
        return markdown(self.page)

    def latex(self) -> str:
        """Return the page as a LaTeX fragment."""
        return latex(self.page)

    def record(self) -> dict[str, Any]:
        """Return what `--format json` writes, as a dictionary."""
        return record(self.solution, self.notation)

    def json(self) -> str:
        """Return the record as JSON text."""
        return json_text(self.record())

    def written(self, format: str) -> str:
        """Return the page in a format other than the terminal's: markdown, latex or json."""
        if format == "json":
            return self.json() + "\n"
        return self.markdown() if format == "markdown" else self.latex()

    def __str__(self) -> str:
        return self.terminal()

    def __repr__(self) -> str:
        return f"<explanation of {self.solution.problem.quantity.slug}: {short_value(self.answer)}>"

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def _repr_latex_(self) -> str:
        return latex(self.page, formulas_only=True)

    def _repr_html_(self) -> str:
        return html(self.page)


def explain(
    slug: str,
    *,
    seed: int | None = None,
    at: Sequence[int] | int | None = None,
    lang: Language = "en",
    notation: Notation = "slides",
    detail: Detail = "normal",
    **given: Any,
) -> Explanation:
    """Work out a quantity and explain it.

    slug: a topic or a quantity (`conv`, `channels.parameters`). given: by word, as numbers, tuples,
    nested lists, NumPy arrays, or text as on the command line; without any, the topic's own example.
    seed: draw the givens instead. at: the cell of a map, counted from 0.
    GivenError says in one line what cannot be used, and the way out.
    """
    for option, stated, options in (
        ("lang", lang, LANGUAGES),
        ("notation", notation, NOTATIONS),
        ("detail", detail, get_args(Detail)),
    ):
        if stated not in options:
            words = ", ".join(options)
            raise GivenError(
                Text(
                    f"`{option}` is one of {words}, not {stated}.", f"`{option}` 只能是 {words} 之一，不能是 {stated}。"
                )
            )
    return Explanation(solution_of(slug, given, seed, at), lang, notation, detail)


def ask(slug: str, seed: int = 0) -> Problem:
    """Draw a problem; the same seed draws the same one everywhere."""
    return asking.ask(quantity(slug), seed)


def judge(slug: str, stated: Any, **given: Any) -> Verdict:
    """Judge a stated value, or its text: Right with its grounds, Wrong with the mistakes that give it, or Undecided.

    >>> judge("output-size", 12, input=28, kernel=5, stride=2, padding=1).mistakes[0].slug
    'padding-forgotten'
    """
    solution = solution_of(slug, given)
    return judged(Claim(solution.problem, _stated(stated, solution)), solution)


def _stated(stated: Any, solution: Solution) -> Value:
    """Return a stated answer as the kind of value that the quantity has; GivenError where it cannot be one."""
    kind = solution.problem.quantity.kind
    value = read_given("bias" if kind == "truth" else "answer", stated) if isinstance(stated, str) else stated
    if kind == "array":
        return value if isinstance(value, Grid) else grid_of("answer", value)
    if kind == "shape" and isinstance(value, (list, Grid)):
        value = tuple(value.values if isinstance(value, Grid) else value)
    fits: tuple[type, ...] = {"shape": (tuple,), "truth": (bool,)}.get(kind, (int, float, Fraction))
    if not isinstance(value, fits) or (isinstance(value, bool) and kind != "truth"):
        wanted = _WANTED.get(kind, _WANTED["number"])
        raise GivenError(Text(f"the answer must be {wanted.en}.", f"答案必须是{wanted.zh}。"))
    return cast(Value, value)


_WANTED = {
    "number": Text("a number", "一个数"),
    "shape": Text("sizes such as 28x28", "28x28 这样的大小"),
    "truth": Text("yes or no", "yes 或 no"),
}


def formula(slug: str) -> Any:
    """Return the formula of a quantity in SymPy, its steps put together.

    >>> formula("output-size.shape")[0]
    floor((M - d*(U - 1) + 2*p - 1)/S) + 1
    """
    from cnnmath.core.symbolic import formula_of

    return formula_of(quantity(slug))


def listed(language: Language, format: str, width: int, colour: bool, ascii: bool) -> str:
    """Return the contents of the book in any format."""
    book = contents(shelf(), language)
    if format == "json":
        return json_text([topic_record(topic) for topic in shelf()]) + "\n"
    if format == "terminal":
        return terminal(book, width, colour=colour, ascii=ascii)
    return markdown(book) if format == "markdown" else latex(book)


def solution_of(
    slug: str, given: Mapping[str, Any], seed: int | None = None, at: Sequence[int] | int | None = None
) -> Solution:
    """Pose the problem of a quantity, in words or values, and work it out."""
    asked = quantity(slug)
    if seed is not None:
        if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
            raise GivenError(Text("`seed` is a whole number from 0.", "`seed` 是不小于 0 的整数。"))
        if given:
            raise GivenError(
                Text(
                    "a seed draws all the givens: leave them out, or the seed.",
                    "种子会抽取全部已知量：请去掉已知量或种子。",
                )
            )
        return solved(asking.ask(asked, seed), at)
    given = {word.replace("_", "-"): value for word, value in given.items()}
    values = {word: read_given(word, value) if isinstance(value, str) else value for word, value in given.items()}
    files = {word: value for word, value in given.items() if isinstance(value, str) and names_file(value)}
    return solved(replace(_posed(asked, values), files=files), at)


def _posed(asked: Quantity, values: Mapping[str, Any]) -> Problem:
    """Pose the problem; where a given does not fit, try the wider quantities that take the same question."""
    first: TooManySides | None = None
    while True:
        try:
            return pose(asked, values)
        except TooManySides as error:
            first = first or error
            if not asked.wider:
                raise first from None
            asked = quantity(asked.wider)
        except GivenError as error:
            raise first if isinstance(first, UnknownGiven) else error from None


def _other_cells(solution: Solution) -> tuple[Cell, ...]:
    """Work out the last line in the other cells of a map, as far as a page can hold them."""
    if not isinstance(solution.answer, Grid):
        return ()
    places = [place for place in solution.answer.places if place != solution.cell]
    worked = (lines_at(solution, place) for place in places[:MOST_CELLS])
    return tuple(Cell(lines[-1], values) for lines, values in worked)
