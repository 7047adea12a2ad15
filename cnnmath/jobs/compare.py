"""Compare: are two typed answers the same? The verdict says on what grounds, or where they differ."""

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from cnnmath.core.arrangement import arrangements, right_in_part
from cnnmath.core.equivalence import SIGNS, Condition, Domain, equivalent
from cnnmath.errors import CnnmathError, GivenError
from cnnmath.expression import Expression, Literal, Tree
from cnnmath.grid import Grid
from cnnmath.model import Case, Kind, Mistake, Right, Rounded, Undecided, Verdict, Wrong
from cnnmath.reading.answers import Typed, read_answer, read_list
from cnnmath.reading.formulas import read_formula
from cnnmath.reading.spelling import READ_AS, shown
from cnnmath.rendering.blocks import Page
from cnnmath.rendering.comparison import comparison_page, comparison_record
from cnnmath.rendering.markdown import markdown
from cnnmath.rendering.record import json_text
from cnnmath.rendering.terminal import terminal
from cnnmath.text import Language, Text
from cnnmath.tolerance import EXACT, Tolerance


@dataclass(frozen=True)
class Comparison:
    """Two answers as they were read, and the verdict on the first beside the second."""

    student: Typed
    key: Typed
    verdict: Verdict
    tolerance: Tolerance = EXACT

    @property
    def code(self) -> int:
        """The exit code: 0 right, 1 wrong, 3 undecided."""
        return 0 if isinstance(self.verdict, Right) else 1 if isinstance(self.verdict, Wrong) else 3

    def page(self, language: Language) -> Page:
        """Return the page that says so."""
        mine, right = ((one.tree, one.value) for one in (self.student, self.key))
        return comparison_page(mine, right, self.verdict, self.tolerance, language)

    def terminal(self, language: Language, width: int = 80, *, colour: bool = False, ascii: bool = False) -> str:
        """Return the page for a terminal of `width` columns."""
        return terminal(self.page(language), width, colour=colour, ascii=ascii)

    def written(self, format: str, language: Language) -> str:
        """Return the page in a format other than the terminal's: markdown or json."""
        return json_text(self.record()) + "\n" if format == "json" else markdown(self.page(language))

    def record(self) -> dict[str, Any]:
        """Return what `--format json` writes."""
        mine, right = ((one.text, one.tree, one.value) for one in (self.student, self.key))
        return comparison_record(mine, right, self.verdict)


def compare(
    student: str,
    key: str,
    *,
    symbols: Collection[str] = (),
    real: Collection[str] = (),
    where: Sequence[str] = (),
    kind: Kind | None = None,
    tolerance: Tolerance = EXACT,
) -> Verdict:
    """Return the verdict on what a student typed beside the key; CnnmathError where either cannot be read.

    symbols: those of the question, whole numbers from 1; real: those among them that are not.
    where: conditions under which the two are to agree, such as "N + 2P >= K".
    kind: what the question asks for; without it the key tells.

    >>> compare("floor((N-K+2P)/S) + 1", "⌈(N-K+2P+1)/S⌉", symbols="NKPS").grounds
    'proved'
    >>> compare("2.4M", "2,400,000").grounds
    'proved'
    >>> compare("28x28x3", "(28, 28, 32)").witness
    ((2,),)
    """
    return compared(student, key, symbols=symbols, real=real, where=where, kind=kind, tolerance=tolerance).verdict


def compared(
    student: str,
    key: str,
    *,
    symbols: Collection[str] = (),
    real: Collection[str] = (),
    where: Sequence[str] = (),
    kind: Kind | None = None,
    tolerance: Tolerance = EXACT,
) -> Comparison:
    """Return both answers as they were read, with the verdict: see `compare`."""
    names = list(dict.fromkeys([*symbols, *real]))
    kind = kind or kind_of(key, names)
    domain = Domain(frozenset(real), tuple(_condition(text, names) for text in where))
    right = read_answer(kind, key, symbols=names)
    try:
        mine = read_answer(kind, student, symbols=names)
    except CnnmathError as error:
        mine = _listed(student, names, right, error)
    return Comparison(mine, right, _verdict(mine, right, domain, tolerance), tolerance)


def kind_of(key: str, symbols: Collection[str] = ()) -> Kind:
    """Return what a key is: rows, sizes, a formula of the symbols, or a number.

    >>> [kind_of("[[1, 2], [3, 4]]"), kind_of("28x28"), kind_of("(3, 1/2)"), kind_of("1,000"), kind_of("N/2", "N")]
    ['array', 'shape', 'shape', 'number', 'formula']
    """
    plain = key.translate(READ_AS).strip()
    if ";" in plain or r"\begin" in plain or re.match(r"[\[(]\s*[\[(].*[\])]\s*[\])]$", plain, re.DOTALL):
        return (
            "array"
            if r"\begin" in plain or plain[:1] == "[" or ";" in plain
            else "shape"
            if "," in plain
            else "formula"
        )
    sizes = r"\(?\s*\d+(\s*[xX]\s*\d+)+\s*\)?"
    if ("x" not in symbols and re.fullmatch(sizes, plain)) or _is_list(plain):
        return "shape"
    return "formula" if symbols else "number"


def _is_list(text: str) -> bool:
    """Tell whether brackets hold the whole of a text and a comma stands in them, in no other brackets."""
    opening = re.match(r"\$?\s*(\\left)?\s*[\[(]", text)
    if not opening or not re.search(r"[\])]\s*\$?$", text):
        return False
    depth, commas = 0, False
    for place, character in enumerate(text):
        depth += character in "[({"
        commas |= character == "," and depth == 1
        depth -= character in "])}"
        if not depth and place >= opening.end() and text[place + 1 :].strip("$ "):
            return False
    return commas


def _listed(text: str, symbols: Collection[str], right: Typed, refused: CnnmathError) -> Typed:
    """Read a list where one number was asked for, so that it is wrong and not unreadable."""
    bracketed = text.translate(READ_AS).lstrip("$ ").startswith(("(", "[", r"\left", r"\begin"))
    if bracketed and not isinstance(right.tree, tuple) and not isinstance(right.value, (bool, str, Grid)):
        with suppress(CnnmathError):
            found = read_list(text, symbols)
            if isinstance(found.tree, tuple):
                return found
    raise refused


# ---------------------------------------------------------------------------------------------- verdicts


@dataclass(frozen=True, slots=True)
class _Part:
    """One number or formula of an answer."""

    value: Any
    tree: Expression


def _verdict(mine: Typed, right: Typed, domain: Domain, tolerance: Tolerance) -> Verdict:
    stated, wanted = _parts(mine), _parts(right)
    answer: Any = right.value if right.value is not None else right.tree
    arranged = _arranged(mine.value, right.value)
    if _shape(stated) != _shape(wanted):
        return Wrong(answer, arranged, together=len(arranged) > 1)
    verdicts = [
        (place, _of_part(one, other, domain, tolerance))
        for (place, one), (_, other) in zip(_leaves(stated), _leaves(wanted), strict=True)
    ]
    wrong = [(place, verdict) for place, verdict in verdicts if isinstance(verdict, Wrong)]
    if wrong:
        cells = tuple(place for place, _ in wrong if place)
        return Wrong(answer, arranged, cells, wrong[0][1].case, together=len(arranged) > 1)
    undecided = next((verdict for _, verdict in verdicts if isinstance(verdict, Undecided)), None)
    if undecided:
        return undecided
    found = [verdict for _, verdict in verdicts if isinstance(verdict, Right)]
    weakest = max(found, key=lambda one: ("proved", "exhausted", "sampled").index(one.grounds))
    return Right(answer, weakest.grounds, cases=weakest.cases, gaps=any(one.gaps for one in found))


def _arranged(stated: Any, right: Any) -> tuple[Mistake, ...]:
    """Return what was done to a shape or a map that is right in another arrangement."""
    known = isinstance(right, Grid) or (isinstance(right, tuple) and all(isinstance(size, int) for size in right))
    if not known or stated == right:
        return ()
    found = next((slips for slips, value in arrangements(right) if stated == value), ())
    both = isinstance(stated, tuple) and isinstance(right, tuple)
    return found or (right_in_part(stated, right) if both else ())


def _of_part(mine: _Part, right: _Part, domain: Domain, tolerance: Tolerance) -> Verdict:
    if mine.value is None or right.value is None:
        return equivalent(mine.tree, right.tree, domain)
    if isinstance(mine.value, (bool, str)) or isinstance(right.value, (bool, str)):
        same = mine.value is right.value or (isinstance(mine.value, str) and mine.value == right.value)
        return Right(right.value, "proved") if same else Wrong(right.value, ())
    if tolerance.accepts(mine.value, right.value):
        inexact = isinstance(mine.value, float) or isinstance(right.value, float)
        return Right(right.value, "sampled" if inexact else "proved")
    return Wrong(right.value, (), case=Case({}, mine.value, right.value))


def _parts(typed: Typed) -> Any:
    """Return the numbers and formulas of an answer, listed as the answer lists them."""
    if isinstance(typed.value, Grid):
        return _rows(list(typed.value.values), typed.value.shape)
    return _paired(typed.value, typed.tree)


def _rows(values: list[Any], shape: tuple[int, ...]) -> Any:
    if not shape:
        return _paired(values[0], None)
    size = len(values) // shape[0]
    return tuple(_rows(values[at * size : (at + 1) * size], shape[1:]) for at in range(shape[0]))


def _paired(value: Any, tree: Tree | None) -> Any:
    if isinstance(tree, tuple):
        values = value if isinstance(value, tuple) else (None,) * len(tree)
        return tuple(map(_paired, values, tree))
    if isinstance(value, tuple):
        return tuple(_paired(part, None) for part in value)
    if tree is None:
        tree = Literal(value.value if isinstance(value, Rounded) else value)
    return _Part(value, tree)


def _shape(parts: Any) -> Any:
    return [_shape(part) for part in parts] if isinstance(parts, tuple) else 0


def _leaves(parts: Any, place: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], _Part]]:
    if isinstance(parts, tuple):
        for at, part in enumerate(parts):
            yield from _leaves(part, (*place, at))
    else:
        yield place, parts


def _condition(text: str, symbols: Collection[str]) -> Condition:
    found = re.split(r"(>=|<=|!=|==|[≥≤≠><=])", text[:4096], maxsplit=1)
    if len(found) != 3:
        raise GivenError(
            Text(
                f"`{shown(text)}` is no condition: write N + 2P >= K.", f"`{shown(text)}` 不是条件：请写 N + 2P >= K。"
            )
        )
    left, right = (read_formula(side, symbols) for side in (found[0], found[2]))
    return Condition(left, SIGNS[found[1]], right)
