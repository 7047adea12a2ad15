"""The JSON record of a worked solution: stable keys, words in both languages whatever the page's."""

import json
from typing import Any

from cnnmath.core.lines import conventions_of
from cnnmath.core.pose import typed
from cnnmath.expression import Equal
from cnnmath.grid import Grid
from cnnmath.model import Alternative, Mistake, Notation, Solution, Topic
from cnnmath.rendering.formula import latex, linear
from cnnmath.rendering.page import left_side, letters_of, reproduce
from cnnmath.rendering.values import plain_value, shown
from cnnmath.text import Text


def record(solution: Solution, notation: Notation = "slides") -> dict[str, Any]:
    """Return the record of a solution, with the keys that README lists.

    value: an int, a "p/q" string, a number, a truth or a list, row by row. given: by word, as typed values.
    steps: one per line of the derivation, in the cell that `cell` names (from 0) where the value is a map. mistakes: those that give another value here.
    """
    quantity, letters = solution.problem.quantity, letters_of(solution, notation)
    sides = [Equal(left_side(line), line.formula) for line in solution.lines]
    return {
        "topic": quantity.topic,
        "quantity": quantity.slug,
        "title": words(quantity.title),
        "given": {word: _given(value) for word, value in solution.problem.given.items()},
        "conventions": [
            {"slug": convention.slug, "text": words(convention.text)} for convention in conventions_of(solution.problem)
        ],
        "value": plain_value(solution.answer),
        "kind": quantity.kind,
        "unit": words(quantity.unit),
        "cell": list(solution.cell),
        "formula": linear(sides[-1], letters),
        "latex": latex(sides[-1], letters),
        "steps": [
            {
                "symbol": letters[line.step.symbol.name],
                "formula": linear(side, letters),
                "latex": latex(side, letters),
                "substituted": linear(line.substituted, letters),
                "value": plain_value(line.value),
                "why": words(_filled(line.step.why, solution)),
            }
            for line, side in zip(solution.lines, sides, strict=True)
        ],
        "checks": [
            {
                "witness": "engine",
                "measured": None if solution.check.measured is None else plain_value(solution.check.measured),
                "agrees": solution.check.agrees,
                "note": words(solution.check.note),
            }
        ],
        "alternatives": [
            {"convention": slip.source.convention.slug, "value": _value(slip.value)}
            for slip in solution.alternatives
            if isinstance(slip.source, Alternative)
        ],
        "mistakes": [
            {"slug": slip.source.slug, "says": words(slip.source.says), "value": _value(slip.value)}
            for slip in solution.mistakes
            if isinstance(slip.source, Mistake)
        ],
        "reproduce": reproduce(solution, notation),
    }


def topic_record(topic: Topic) -> dict[str, Any]:
    """Return what the list of topics says of one of them."""
    return {
        "topic": topic.slug,
        "title": words(topic.title),
        "idea": words(topic.idea),
        "quantities": [
            {
                "quantity": quantity.slug,
                "title": words(quantity.title),
                "kind": quantity.kind,
                "givens": list(quantity.words),
            }
            for quantity in topic.quantities
        ],
    }


def json_text(data: Any) -> str:
    """Return JSON with real Chinese characters and no NaN."""
    return json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False)


def words(text: Text) -> dict[str, str]:
    """Return a text as `{en, zh}`."""
    return {"en": text.en, "zh": text.zh}


def _value(value: Any) -> Any:
    return None if value is None else plain_value(value)


def _given(value: Any) -> Any:
    if isinstance(value, (bool, int)):
        return value
    return plain_value(value) if isinstance(value, (Grid, tuple)) else typed(value)


def _filled(why: Text, solution: Solution) -> Text:
    values = {**solution.problem.values, **solution.steps}
    return Text(
        why.said("en", **{name: shown(value, "en") for name, value in values.items()}),
        why.said("zh", **{name: shown(value, "zh") for name, value in values.items()}),
    )
