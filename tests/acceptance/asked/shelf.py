"""The shelf as a reader asks it: values where the givens are numbers, formulas where some are letters.

A shelf may make one slip throughout, a mistake or another convention. Asked the same question again it gives what
somebody who makes that slip would write down, however many quantities stand between the givens and the answer.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import cnnmath
from cnnmath.core.identity import whole
from cnnmath.core.pose import pose
from cnnmath.errors import CnnmathError
from cnnmath.expression import Expression, Literal, plain
from cnnmath.model import Alternative, Entries, Quantity, Solution
from cnnmath.rewriting import replaced
from cnnmath.text import Text
from cnnmath.topics import quantity

from .question import Unsupported, listed

FIRST_STAND_IN = 10_007


class Shelf:
    """Answers quantities. slips: what could go wrong in what was asked so far, by slug."""

    def __init__(self, slip: str = "") -> None:
        self.slip = slip
        self.slips: dict[str, tuple[Text, bool]] = {}
        """What is said of each slip, and whether it is another convention."""

    def value(self, slug: str, /, **given: Any) -> Any:
        """Return the value of a quantity, lists for maps; a formula where a given is one.

        `slug` may have a convention behind a slash: `conv1d/cross-correlation`.
        """
        given = {word.replace("_", "-"): value for word, value in given.items() if value is not None}
        try:
            if any(map(_is_open, given.values())):
                return self._formula(quantity(slug), given)
            return self._number(_solution(slug, _key(given)))
        except CnnmathError as error:
            raise Unsupported(slug, str(error)) from None

    def solution(self, slug: str, /, **given: Any) -> Solution:
        """Return the whole solution, for what else it holds: the padding that a word stands for."""
        try:
            return _solution(slug, _key({word: value for word, value in given.items() if value is not None}))
        except CnnmathError as error:
            raise Unsupported(slug, str(error)) from None

    def inverse(self, slug: str, /, **given: Any) -> tuple[Any, ...]:
        """Return what an unknown, marked "?" or left out, can be; a run without end is refused."""
        try:
            found = cnnmath.solve(slug, **{word: value for word, value in given.items() if value is not None})
        except CnnmathError as error:
            raise Unsupported(slug, str(error)) from None
        if any(isinstance(one, tuple) for one in found.solutions):
            raise Unsupported("inverse", "the solutions are ranges or pairs")
        return tuple(found.solutions)

    def _number(self, solution: Solution) -> Any:
        if solution.check.agrees is False:
            raise Unsupported("fault", f"formula and engine disagree on {solution.problem.quantity.slug}")
        answer = solution.answer
        for slip in solution.slips:
            other = isinstance(slip.source, Alternative)
            name = slip.source.convention.slug if isinstance(slip.source, Alternative) else slip.source.slug
            says = slip.source.convention.text if isinstance(slip.source, Alternative) else slip.source.says
            self.slips.setdefault(name, (says, other))
            if name == self.slip and slip.value is not None:
                answer = slip.value
        return listed(answer)

    def _formula(self, asked: Quantity, given: Mapping[str, Any]) -> Any:
        """Pose the problem with numbers in the places of the letters, and put the letters into its formula."""
        stand_ins: dict[int, Expression] = {}

        def stood(value: Any) -> Any:
            if isinstance(value, (list, tuple)):
                return tuple(map(stood, value))
            if not isinstance(value, Expression):
                return value
            number = next((one for one, tree in stand_ins.items() if tree == value), FIRST_STAND_IN + len(stand_ins))
            stand_ins[number] = value
            return number

        posed = {word: stood(value) for word, value in given.items()}
        if any(isinstance(value, str) for word, value in given.items() if word == "padding"):
            raise Unsupported("formula", "a padding word with letters")
        problem = pose(asked, posed)
        for mistake in asked.mistakes:
            self.slips.setdefault(mistake.slug, (mistake.says, False))
            if mistake.slug == self.slip:
                asked = replace(asked, steps=asked.with_steps(mistake.steps))
        trees = whole(asked, problem)
        names: dict[str, Expression] = {}
        for symbol in asked.symbols:
            value = problem.values[symbol.name]
            if isinstance(symbol.domain, Entries) or not isinstance(value, int):
                continue
            names |= {one.name: stand_ins.get(value, Literal(value)) for one in (*symbol.ties, symbol)}
        found = [replaced(tree, names) for tree in trees]
        if len(found) != len(asked.answers):
            raise Unsupported("formula", f"{asked.slug} has no formula for each of its answers")
        return found if asked.kind == "shape" else found[0]


def _is_open(value: Any) -> bool:
    return isinstance(value, Expression) or (isinstance(value, (list, tuple)) and any(map(_is_open, value)))


def _key(given: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple((word, _frozen(value)) for word, value in given.items())


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, (list, tuple)) else value


@cache
def _solution(slug: str, given: tuple[tuple[str, Any], ...]) -> Solution:
    asked = quantity(slug)
    arrays = {symbol.word for symbol in asked.symbols if isinstance(symbol.domain, Entries)}
    found = cnnmath.solve(slug, **{word: listed(value) if word in arrays else value for word, value in given})
    assert hasattr(found, "solution")
    solution: Solution = found.solution
    return solution


def number(value: Any) -> Any:
    """Return an exact number as an int where it is one."""
    return value if isinstance(value, Expression) else plain(value)
