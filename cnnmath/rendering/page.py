"""The page of a worked solution: ten parts, each made of a few kinds of blocks. Formats only write them down."""

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Literal

from cnnmath.core.lines import shown_symbols, stands_for
from cnnmath.core.pose import pose, typed
from cnnmath.expression import Add, Ceiling, Equal, Expression, Floor, Indexed, Name, walk
from cnnmath.expression import Literal as Number
from cnnmath.grid import Grid
from cnnmath.model import Alternative, Choices, Entries, Line, Mistake, Notation, Problem, Slip, Solution, Topic, Value
from cnnmath.rendering.blocks import Block, Command, Facts, Formula, Matrices, Page, Section, Strip, Verdict, Words
from cnnmath.rendering.formula import linear
from cnnmath.rendering.picture import Matrix, window, windows_along
from cnnmath.rendering.values import short, shown
from cnnmath.rewriting import stages
from cnnmath.text import Language, Text

Detail = Literal["brief", "normal", "full"]
MOST_TERMS = 12
MOST_CELLS = 400
MOST_STAGES = 3


TITLES = {
    1: Text("Asked", "所求"),
    2: Text("Given", "已知"),
    3: Text("Formula", "公式"),
    4: Text("Substitution", "代入"),
    5: Text("Intermediate results", "中间结果"),
    6: Text("Picture", "图示"),
    7: Text("Result", "结果"),
    8: Text("Check", "检验"),
    9: Text("Common mistakes", "常见错误"),
    10: Text("Reproduce", "重现"),
}
BRIEF = (3, 4, 7)


def page(
    solution: Solution,
    topic: Topic,
    language: Language,
    notation: Notation = "slides",
    detail: Detail = "normal",
    others: Sequence[Solution] = (),
) -> Page:
    """Compose the page of `solution`; with detail "full", `others` are the same problem in its other cells."""
    quantity = solution.problem.quantity
    letters = letters_of(solution, notation)
    writers = {
        1: _asked,
        2: _given,
        3: _formula,
        4: lambda *_: _substitution(solution, language, letters, detail, others),
        5: _intermediate,
        6: _picture,
        7: _result,
        8: _check,
        9: _mistakes,
        10: lambda *_: _reproduce(solution, notation),
    }
    sections = (
        Section(number, TITLES[number].said(language), tuple(writers[number](solution, language, letters)))
        for number in (BRIEF if detail == "brief" else sorted(TITLES))
    )
    return Page(
        quantity.title.said(language),
        "" if detail == "brief" else topic.idea.said(language),
        tuple(section for section in sections if section.blocks),
        ()
        if detail == "brief"
        else tuple((other.slug, other.title.said(language)) for other in topic.quantities if other is not quantity),
        letters,
        language,
    )


_TOPICS = Text("Topics", "主题")
_HOW = Text(
    "Type `cnnmath explain` and one of the names below; add givens such as input=28 kernel=5 to use your own numbers.",
    "输入 `cnnmath explain` 加下面的任一名字；再加上 input=28 kernel=5 之类的已知量，即可换成自己的数。",
)


def contents(topics: Sequence[Topic], language: Language) -> Page:
    """Compose the contents of the book: every topic with its quantities."""
    sections = tuple(
        Section(
            number,
            topic.title.said(language),
            (
                Words(topic.idea.said(language), quiet=True),
                Facts(tuple((quantity.slug, quantity.title.said(language), "") for quantity in topic.quantities)),
            ),
        )
        for number, topic in enumerate(topics, 1)
    )
    return Page(_TOPICS.said(language), _HOW.said(language), sections, (), {}, language)


def letters_of(solution: Solution, notation: Notation) -> dict[str, str]:
    """Return the letter of every symbol of the page in `notation`."""
    quantity = solution.problem.quantity
    symbols = [*quantity.symbols, *(symbol for symbol, _ in quantity.cells), *(step.symbol for step in quantity.steps)]
    symbols += [tie for symbol in quantity.symbols for tie in symbol.ties]
    return {symbol.name: symbol.letter(notation) for symbol in symbols}


def left_side(line: Line) -> Expression:
    """Return what stands left of the line's equals sign: the symbol, with its subscripts where it has some."""
    if line.step.index:
        return Indexed(line.step.symbol.name, tuple(Name(name) for name in line.step.index))
    return Name(line.step.symbol.name)


def _asked(solution: Solution, language: Language, letters: Mapping[str, str]) -> Iterator[Block]:
    yield Words(solution.problem.quantity.asks.said(language))


def _given(solution: Solution, language: Language, letters: Mapping[str, str]) -> Iterator[Block]:
    yield Facts(tuple(_fact_rows(solution, language, letters)))
    grids = tuple(
        Matrix(f"{letters[symbol.name]}: {symbol.meaning.said(language)}", solution.problem.values[symbol.name])
        for symbol in solution.problem.quantity.symbols
        if isinstance(symbol.domain, Entries)
    )
    if grids:
        yield Matrices(tuple(plane for grid in grids for plane in grid.parted(language)))
    conventions = solution.problem.quantity.conventions
    if conventions:
        said = [convention.text.said(language) for convention in conventions]
        yield Words(_CONVENTIONS.said(language) + _list(said, language))


_CONVENTIONS = Text("Conventions: ", "约定：")


def _list(items: Iterable[str], language: Language) -> str:
    return ("; " if language == "en" else "；").join(items) + ("." if language == "en" else "。")


def _fact_rows(solution: Solution, language: Language, letters: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    quantity, values = solution.problem.quantity, solution.problem.values
    written: set[str] = set()
    for given in quantity.symbols:
        symbol, value = stands_for(quantity, given, values), values[given.name]
        if symbol.name in written or (given.quiet and value == given.default):
            continue
        written.add(symbol.name)
        if isinstance(symbol.domain, Entries):
            yield letters[symbol.name], "×".join(map(str, value.shape)), symbol.meaning.said(language)
        elif isinstance(symbol.domain, Choices):
            yield symbol.word, shown(value, language), symbol.meaning.said(language)
        else:
            yield letters[symbol.name], shown(value, language), symbol.meaning.said(language)


def _formula(solution: Solution, language: Language, letters: Mapping[str, str]) -> Iterator[Block]:
    values = {name: shown(value, language) for name, value in {**solution.problem.values, **solution.steps}.items()}
    answers = solution.problem.quantity.answers
    stated = [line for line in solution.lines if line.step.symbol.name in answers]
    behind = [line for line in reversed(solution.lines) if line.step.symbol.name not in answers]
    for line in (*stated, *behind):  # from the answer back to the givens: each symbol is explained after it was used
        yield Formula(Equal(left_side(line), line.formula), line.step.why.said(language, **values))
    named = {one.name for symbol in solution.problem.quantity.symbols for one in (symbol, *symbol.ties)}
    helpers = [symbol for symbol in shown_symbols(solution) if symbol.name not in named]
    if helpers:
        said = (f"{letters[symbol.name]}: {symbol.meaning.said(language)}" for symbol in helpers)
        yield Words(_list(said, language), quiet=True)
    yield Words(_SOURCE.said(language) + solution.problem.quantity.source.said(language), quiet=True)


_SOURCE = Text("Source: ", "出处：")


def _substitution(
    solution: Solution, language: Language, letters: Mapping[str, str], detail: Detail, others: Sequence[Solution]
) -> Iterator[Block]:
    most = MOST_TERMS if detail != "full" else 10**9
    for line in solution.lines:
        if not isinstance(line.step.symbol.domain, Entries):
            yield from _substituted(line, most)
    for other in others:
        for line in other.lines[-1:]:
            yield Formula(_chain(_at(line, other), line.substituted, _result_node(line)))


def _substituted(line: Line, most: int) -> Iterator[Block]:
    sides = [left_side(line)]
    if line.expanded != line.formula and any(isinstance(node, Indexed) for node in walk(line.formula)):
        sides.append(_shortened(line.expanded, most))
    if line.substituted != line.formula or not sides[1:]:
        sides.append(_shortened(line.substituted, most))
    yield Formula(_chain(*sides))


def _at(line: Line, solution: Solution) -> Expression:
    """Return the symbol with the numbers of its cell: y with indices 3 and 4."""
    indices = tuple(Number(_whole(solution.steps[name])) for name in line.step.index)
    return Indexed(line.step.symbol.name, indices) if indices else Name(line.step.symbol.name)


def _whole(value: object) -> int:
    assert isinstance(value, (int, Fraction))
    return int(value)


def _result_node(line: Line) -> Expression:
    return Number(line.value) if isinstance(line.value, (int, Fraction, float)) else Name(str(line.value))


def _chain(*sides: Expression) -> Expression:
    chain = sides[-1]
    for side in reversed(sides[:-1]):
        chain = Equal(side, chain)
    return chain


def _shortened(node: Expression, most: int) -> Expression:
    """Leave out the middle of a long sum."""
    if isinstance(node, Add) and len(node.terms) > most:
        return Add((*node.terms[: most // 2], Name("…"), *node.terms[-2:]))
    return node


def _intermediate(solution: Solution, language: Language, letters: Mapping[str, str]) -> Iterator[Block]:
    for line in solution.lines:
        if isinstance(line.value, (Grid, bool)):
            continue
        worked = [_shortened(stage, MOST_TERMS) for stage in stages(line.substituted)[1:]]
        written: dict[str, Expression] = {linear(stage, letters): stage for stage in worked}
        yield Formula(_chain(left_side(line), *list(written.values())[-MOST_STAGES:] or [_result_node(line)]))
    fractions = [part for line in solution.lines for part in _fractions(line)]
    for value in dict.fromkeys(fractions):
        yield Words(shown(value, language), quiet=True)


def _fractions(line: Line) -> Iterator[Fraction]:
    """Yield the fractions that are rounded on the way, so that their decimals can be shown."""
    if any(isinstance(node, (Floor, Ceiling)) for node in walk(line.substituted)):
        for stage in stages(line.substituted):
            yield from (
                node.operand.value
                for node in walk(stage)
                if isinstance(node, (Floor, Ceiling))
                and isinstance(node.operand, Number)
                and isinstance(node.operand.value, Fraction)
            )


def _picture(solution: Solution, language: Language, letters: Mapping[str, str]) -> Iterator[Block]:
    for matrices in window(solution, letters, language):
        yield Matrices(matrices)
    strip = windows_along(solution.problem, language)
    if strip:
        yield Strip(strip)


def _result(solution: Solution, language: Language, letters: Mapping[str, str]) -> Iterator[Block]:
    quantity, answer = solution.problem.quantity, solution.answer
    if isinstance(answer, Grid):
        last = solution.lines[-1]
        shape = "×".join(map(str, answer.shape))
        extent = shape if len(answer.shape) > 1 else _LENGTH.said(language, count=shape)
        name = letters[last.step.symbol.name]
        at = ", ".join(map(str, solution.cell))
        value = answer[tuple(place + 1 for place in solution.cell)]
        yield Words(_CELL.said(language, name=name, at=at, value=shown(value, language), shape=extent))
        marked = frozenset({solution.cell})
        yield Matrices(Matrix(f"{name}: {shape}", answer, marked).parted(language))
    elif quantity.kind == "truth":
        yield Words(shown(answer, language))
    else:
        unit = quantity.unit.said(language)
        name = letters[quantity.answers[0]] + " = " if len(quantity.answers) == 1 else ""
        yield Words(f"{name}{shown(answer, language)} {unit}".rstrip())
    for slip in solution.alternatives:
        yield Words(_under(slip, solution, language))


_LENGTH = Text("{count} values", "{count} 个值")
_CELL = Text(
    "{name}[{at}] = {value}, in a map of {shape}; here [ ] counts from 0.",
    "{name}[{at}] = {value}，特征图大小为 {shape}；方括号内从 0 计。",
)
_SAME_UNDER = Text(
    "Under another convention ({convention}): the same here.", "在另一约定下（{convention}）：此处结果相同。"
)
_OTHER_UNDER = Text("Under another convention ({convention}): {value}.", "在另一约定下（{convention}）：{value}。")


def _under(slip: Slip, solution: Solution, language: Language) -> str:
    assert isinstance(slip.source, Alternative)
    convention = slip.source.convention.text.said(language)
    if slip.value is None or slip.value == solution.answer:
        return _SAME_UNDER.said(language, convention=convention)
    return _OTHER_UNDER.said(language, convention=convention, value=shown(slip.value, language))


_AGREES = Text("The formula and the engine agree ({note}): {value}.", "公式与引擎一致（{note}）：{value}。")
_DIFFERS = Text(
    "The engine measured {value} ({note}): the two disagree. This is a fault of cnnmath; please report it.",
    "引擎测得 {value}（{note}）：两者不一致。这是 cnnmath 的错误，请报告。",
)


def _check(solution: Solution, language: Language, letters: Mapping[str, str]) -> Iterator[Block]:
    check = solution.check
    note = check.note.said(language)
    if check.measured is None:
        yield Verdict(None, note)
        return
    value = _short(check.measured, language)
    text = _AGREES if check.agrees else _DIFFERS
    yield Verdict(check.agrees, text.said(language, note=note, value=value))


def _short(value: Value, language: Language) -> str:
    """Return a value, or only the shape of a large map."""
    if isinstance(value, Grid) and len(value.values) > 60:
        return "×".join(map(str, value.shape))
    return shown(value, language)


def _mistakes(solution: Solution, language: Language, letters: Mapping[str, str]) -> Iterator[Block]:
    rows = []
    for slip in solution.mistakes:
        if slip.value is not None and slip.value != solution.answer and isinstance(slip.source, Mistake):
            value = short(slip.value, 34) if isinstance(slip.value, Grid) else shown(slip.value, language)
            rows.append((value, slip.source.says.said(language), ""))
    if rows:
        yield Words(_FIND.said(language), quiet=True)
        yield Facts(tuple(rows))
    elif solution.problem.quantity.mistakes:
        yield Words((_NONE_SHOWS if solution.slips else _TOO_LARGE).said(language))


_TOO_LARGE = Text(
    "None was worked out: no usual mistake can be made with these numbers, or the map is too large.",
    "未列出：用这些数不会犯常见错误，或特征图过大。",
)
_NONE_SHOWS = Text(
    "With these numbers none of the usual mistakes changes the value: try others, for example with --seed 1.",
    "用这些数时，常见错误都不会改变结果：换一组数试试，例如 --seed 1。",
)

_FIND = Text("If this is your number, that is what happened:", "如果你得到的是左边的数，原因如右：")


def _reproduce(solution: Solution, notation: Notation) -> Iterator[Block]:
    yield Command(reproduce(solution, notation))


def _typed(problem: Problem, word: str, value: object) -> str:
    """Return a given as a shell takes it; what came from a file is that file."""
    file = problem.files.get(word)
    return f"{word}={typed(value)}" if file is None else shlex.quote(f"{word}={file}")


def reproduce(solution: Solution, notation: Notation = "slides") -> str:
    """Return the command that gives this page again."""
    problem = solution.problem
    words = [f"cnnmath explain {problem.quantity.slug}"]
    if problem.seed is not None:
        words.append(f"--seed {problem.seed}")
    elif problem.given != pose(problem.quantity, {}).given:
        words += [_typed(problem, word, value) for word, value in problem.given.items()]
    if any(solution.cell):
        words.append("--at " + ",".join(map(str, solution.cell)))
    if notation != "slides":
        words.append(f"--notation {notation}")
    return " ".join(words)
