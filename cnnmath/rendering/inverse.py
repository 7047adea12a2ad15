"""The page of an inverse problem: a result is stated and a given is asked for; and of a stated result that is checked."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cnnmath.core.boxes import Run, joined
from cnnmath.core.diagnose import reasons
from cnnmath.core.invert import Inverse, Trial, limits
from cnnmath.core.lines import conventions_of, formulas, stands_for
from cnnmath.core.pose import typed
from cnnmath.expression import Equal, Expression, Indexed, Name, plain, walk
from cnnmath.expression import Literal as Number
from cnnmath.grid import Grid
from cnnmath.model import (
    Choices,
    Entries,
    Notation,
    Problem,
    Quantity,
    Right,
    Solution,
    Undecided,
    Value,
    Wrong,
    parameters,
)
from cnnmath.model import Verdict as Judgement
from cnnmath.rendering.blocks import Block, Command, Facts, Formula, Page, Section, Verdict, Words
from cnnmath.rendering.formula import latex, linear
from cnnmath.rendering.page import TITLES
from cnnmath.rendering.record import words as both
from cnnmath.rendering.solutions import (
    AND,
    answer_said,
    any_said,
    boxes_said,
    family_said,
    remarks,
    solutions_said,
    stated_said,
    values_said,
    why,
)
from cnnmath.rendering.values import plain_value, shown
from cnnmath.rewriting import evaluate, replaced
from cnnmath.text import Language, Text

_ASKED = Text("For which {words} is {result}?", "{words} 取何值时，{result}？")
_ASKED_TRUTH = Text("For which {words} is the answer “{result}”?", "{words} 取何值时，答案为“{result}”？")
_CONVENTIONS = Text("Conventions: {said}.", "约定：{said}。")
_SEMICOLON = Text("; ", "；")


def inverse_page(inverse: Inverse, language: Language, notation: Notation = "slides") -> Page:
    """Compose the page of an inverse problem."""
    quantity, letters = inverse.problem.quantity, letters_in(inverse.problem.quantity, notation)
    asked = (_ASKED_TRUTH if quantity.kind == "truth" else _ASKED).said(
        language, words=AND.said(language).join(inverse.words), result=stated_said(inverse, language, letters)
    )
    parts: Mapping[int, Sequence[Block]] = {
        1: [Words(asked)],
        2: list(_given(inverse, language, letters)),
        3: list(_formulas(inverse, language, letters)),
        7: list(_result(inverse, language, letters)),
        8: list(_checks(inverse, language)),
        10: [Command(command(inverse, notation, language))],
    }
    sections = (Section(number, TITLES[number].said(language), tuple(blocks)) for number, blocks in parts.items())
    return Page(
        quantity.title.said(language), "", tuple(part for part in sections if part.blocks), (), letters, language
    )


def letters_in(quantity: Quantity, notation: Notation) -> dict[str, str]:
    """Return the letter of every symbol of a quantity in `notation`."""
    symbols = [*quantity.symbols, *(tie for symbol in quantity.symbols for tie in symbol.ties)]
    symbols += [*(symbol for symbol, _ in quantity.cells), *(step.symbol for step in quantity.steps)]
    return {symbol.name: symbol.letter(notation) for symbol in symbols}


def _given(inverse: Inverse, language: Language, letters: Mapping[str, str]) -> Iterator[Block]:
    yield Facts((*_given_rows(inverse, language, letters), *_stated_rows(inverse, language, letters)))
    stated = (
        convention.text.said(language)
        for convention in conventions_of(inverse.problem)
        if not inverse.space.varying.intersection(parameters(convention.applies))
    )
    said = _SEMICOLON.said(language).join(stated)
    if said:
        yield Words(_CONVENTIONS.said(language, said=said))


def _given_rows(inverse: Inverse, language: Language, letters: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    quantity, values, written = inverse.problem.quantity, inverse.problem.values, set[str]()
    for given in quantity.symbols:
        symbol, value, varies = (
            stands_for(quantity, given, values),
            values[given.name],
            given.name in inverse.space.varying,
        )
        if symbol.name in written or (given.quiet and value == given.default and not varies):
            continue
        written.add(symbol.name)
        label = symbol.word if isinstance(symbol.domain, Choices) else letters[symbol.name]
        told = "×".join(map(str, value.shape)) if isinstance(value, Grid) else shown(value, language)
        yield label, "?" if varies else told, symbol.meaning.said(language)


def _stated_rows(inverse: Inverse, language: Language, letters: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    quantity = inverse.problem.quantity
    if quantity.kind == "truth":
        yield "output", shown(inverse.space.stated, language), quantity.asks.said(language)
        return
    meanings = {step.symbol.name: step.symbol.meaning.said(language) for step in quantity.steps}
    for name, part in zip(quantity.answers, inverse.space.targets, strict=True):
        yield letters[name], shown(part, language), meanings[name]


# ----------------------------------------------------------------------------------------- the formula


def _formulas(inverse: Inverse, language: Language, letters: Mapping[str, str]) -> Iterator[Formula]:
    meanings = {step.symbol.name: step.symbol.meaning.said(language) for step in inverse.problem.quantity.steps}
    for left, right, option in equations(inverse):
        helper = f"{letters[left.name]}: {meanings[left.name]}" if isinstance(left, Name) else ""
        yield Formula(Equal(left, right) if left else right, option or helper)


def equations(inverse: Inverse) -> list[tuple[Expression | None, Expression, str]]:
    """Return both sides of each equation, numbers put in for all but the unknowns; for a choice, with each option.

    The left side is what is stated, or a symbol on the way; a statement such as D = 3 has none.
    """
    space = inverse.space
    if len(space.unknowns) > 1 or not space.unknowns[0].options:
        return [(*sides, "") for sides in _equations(inverse, space.problem, space.varying)]
    return [
        (*sides, f"{inverse.words[0]}={typed(option)}")
        for at, option in enumerate(space.unknowns[0].options)
        for sides in _equations(inverse, space.posed((at,)), frozenset())
    ]


def _equations(
    inverse: Inverse, problem: Problem, varying: frozenset[str]
) -> list[tuple[Expression | None, Expression]]:
    quantity = problem.quantity
    numbers: dict[str, Expression] = {}
    for symbol in quantity.symbols:
        value = problem.values[symbol.name]
        if symbol.name not in varying and not isinstance(symbol.domain, (Choices, Entries)):
            numbers[symbol.name] = numbers[stands_for(quantity, symbol, problem.values).name] = Number(plain(value))
    stated: dict[str, Any] = dict(zip(quantity.answers, inverse.space.targets, strict=True))
    answers: list[tuple[Expression | None, Expression]] = []
    helpers: list[tuple[Expression | None, Expression]] = []
    for step, formula in formulas(quantity, quantity.steps, problem.values):
        name, filled = step.symbol.name, replaced(formula, numbers)
        if name in stated and isinstance(stated[name], bool):
            answers.append((None, filled))
        elif name in stated:
            numbers[name] = Number(stated[name])
            answers.append((numbers[name], filled))
        elif any(isinstance(node, (Name, Indexed)) for node in walk(filled)):
            helpers.append((Name(name), filled))
        else:
            numbers[name] = Number(evaluate(filled, {}))
    return answers + helpers


# ------------------------------------------------------------------------------------ result and check

_MEASURED = Text("Run on the engine with {at}: {value}.", "引擎以 {at} 运行：{value}。")
_EACH = Text("Run on the engine with {at}: {value} each time.", "引擎分别以 {at} 运行：结果都是 {value}。")
_PAIRS = Text(
    "Run on the engine with each of the {count} pairs: {value} each time.",
    "引擎对全部 {count} 组值分别运行：结果都是 {value}。",
)
_DIFFERS = Text(
    "The engine measured {value} with {at}: the two disagree. This is a fault of cnnmath; please report it.",
    "引擎以 {at} 运行测得 {value}：两者不一致。这是 cnnmath 的错误，请报告。",
)
_NOT_RUN = Text("With {at}: {note}", "{at}：{note}")
_THEN = Text(", ", "、")


def _result(inverse: Inverse, language: Language, letters: Mapping[str, str]) -> Iterator[Block]:
    if inverse.kind == "none":
        yield from (Words(text) for text in why(inverse, language, letters))
    elif inverse.kind == "family":
        rows, remark = family_said(inverse, language)
        yield Facts(rows)
        yield Words(remark, quiet=True)
    else:
        whatever = any_said(inverse, language)
        yield Words(solutions_said(inverse, language))
        yield from [Words(whatever)] if whatever else []
        yield from [Words(remark, quiet=True)] if (remark := remarks(inverse, language)) else []


def _checks(inverse: Inverse, language: Language) -> Iterator[Verdict]:
    quantity = inverse.problem.quantity
    groups: dict[tuple[bool | None, Value | None, str], list[Trial]] = {}
    for trial in (*inverse.trials, *inverse.nearest):
        note = "" if trial.check.agrees else trial.check.note.said(language)
        groups.setdefault((trial.check.agrees, trial.check.measured, note), []).append(trial)
    for (agrees, measured, note), trials in groups.items():
        at = _together(inverse, trials, language)
        if measured is None:
            yield Verdict(None, _NOT_RUN.said(language, at=at, note=note))
            continue
        several = _PAIRS if len(inverse.words) > 1 else _EACH
        text = _DIFFERS if not agrees else several if len(trials) > 1 else _MEASURED
        yield Verdict(
            agrees, text.said(language, at=at, count=len(trials), value=answer_said(quantity, measured, language))
        )


def _together(inverse: Inverse, trials: Sequence[Trial], language: Language) -> str:
    """Return the values of several trials as one: `stride = 24 … 26`."""
    if len(trials) == 1 or len(inverse.words) > 1:
        return "; ".join(values_said(trial.values) for trial in trials)
    word, options = inverse.words[0], inverse.space.unknowns[0].options
    values = [trial.values[word] for trial in trials]
    if options:
        return f"{word} = {_THEN.said(language).join(map(typed, values))}"
    points = (value if isinstance(value, tuple) else (value,) for value in values)
    return boxes_said(inverse, joined([tuple(Run(part, part) for part in point) for point in points]), language, _THEN)


# ---------------------------------------------------------------------------------- what gives it again


def command(inverse: Inverse, notation: Notation = "slides", language: Language = "en") -> str:
    """Return the command that gives this page again."""
    asked = [shlex.quote(f"{word}=?") for word in inverse.words]
    return _command(inverse.problem, inverse.space.stated, asked, notation, language)


def _command(problem: Problem, stated: Value, asked: Sequence[str], notation: Notation, language: Language) -> str:
    parts = [f"cnnmath solve {problem.quantity.slug}"]
    for word, value in problem.given.items():
        file = problem.files.get(word)
        parts.append(f"{word}={typed(value)}" if file is None else shlex.quote(f"{word}={file}"))
    quantity = problem.quantity
    result = "output" if "output" not in quantity.words else quantity.answers[0].replace("_", "-")
    parts += [f"{result}={typed(stated)}", *asked]
    parts += [f"--notation {notation}"] if notation != "slides" else []
    return " ".join(parts + (["--lang zh"] if language == "zh" else []))


def inverse_record(inverse: Inverse, notation: Notation = "slides") -> dict[str, Any]:
    """Return the JSON record of an inverse problem; a range is [first, last], its last null where it has no end.

    values: the solutions one by one, of a condition none. ranges: the same as runs of numbers, one per unknown.
    """
    quantity, letters = inverse.problem.quantity, letters_in(inverse.problem.quantity, notation)
    left, right, _ = equations(inverse)[0]
    side = Equal(left, right) if left else right
    numbers = not any(unknown.options for unknown in inverse.space.unknowns)
    reasons = list(zip(why(inverse, "en", letters), why(inverse, "zh", letters))) if inverse.kind == "none" else []
    return {
        "topic": quantity.topic,
        "quantity": quantity.slug,
        "title": both(quantity.title),
        "given": {word: _plain(value) for word, value in inverse.problem.given.items()},
        "stated": plain_value(inverse.space.stated),
        "unknown": list(inverse.words),
        "formula": linear(side, letters),
        "latex": latex(side, letters),
        "solutions": {
            "kind": inverse.kind,
            "values": [] if inverse.kind == "condition" else [_plain(value) for value in inverse.solutions],
            "ranges": [[list(limits(run)) for run in box] for box in inverse.boxes] if numbers else [],
            "complete": inverse.complete,
            "up_to": inverse.up_to,
            "why": [{"en": en, "zh": zh} for en, zh in reasons],
        },
        "checked": [_trial_record(trial) for trial in inverse.trials],
        "nearest": [_trial_record(trial) for trial in inverse.nearest],
        "reproduce": command(inverse, notation),
    }


def _plain(value: Any) -> Any:
    return value if isinstance(value, (bool, int)) else plain_value(value)


def _trial_record(trial: Trial) -> dict[str, Any]:
    return {
        "values": {word: _plain(value) for word, value in trial.values.items()},
        "value": None if trial.answer is None else plain_value(trial.answer),
        "measured": None if trial.check.measured is None else plain_value(trial.check.measured),
        "agrees": trial.check.agrees,
        "note": both(trial.check.note),
    }


# ------------------------------------------------------------------------------------- a checked result

_RIGHT = Text("{stated} is right.", "{stated} 正确。")
_RIGHT_UNDER = Text(
    "{stated} is right under another convention ({convention}); here it is {answer}.",
    "{stated} 在另一约定下（{convention}）正确；此处应为 {answer}。",
)
_WRONG = Text("{stated} is wrong: it is {answer}.", "{stated} 不正确：应为 {answer}。")
_UNDECIDED = Text("{stated} was not decided: {reason}.", "{stated} 未能判定：{reason}。")
_SLIP = Text("Perhaps {says}.", "可能{says}。")


def checked_page(
    page: Page, solution: Solution, stated: Value, verdict: Judgement, notation: Notation, language: Language
) -> Page:
    """Return the page of a solution with what is to be said of a stated result, and the command that gives it again."""
    quantity = solution.problem.quantity
    told = {
        "stated": answer_said(quantity, stated, language),
        "answer": answer_said(quantity, solution.answer, language),
    }
    blocks: list[Block]
    if isinstance(verdict, Right) and verdict.convention is None:
        blocks = [Verdict(True, _RIGHT.said(language, **told))]
    elif isinstance(verdict, Right) and verdict.convention is not None:
        blocks = [Verdict(True, _RIGHT_UNDER.said(language, **told, convention=verdict.convention.text))]
    elif isinstance(verdict, Undecided):
        blocks = [Verdict(None, _UNDECIDED.said(language, **told, reason=verdict.reason))]
    else:
        blocks = [Verdict(False, _WRONG.said(language, **told))]
        causes = reasons(verdict) if isinstance(verdict, Wrong) else ()
        blocks += [Words(_SLIP.said(language, says=says)) for says in causes]
    again = Command(_command(solution.problem, stated, (), notation, language))
    added = ((8, tuple(blocks)), (10, (again,)))
    sections = (*page.sections, *(Section(number, TITLES[number].said(language), part) for number, part in added))
    return replace(page, sections=sections)
