"""The page of a worked solution: ten parts, each made of a few kinds of blocks. Formats only write them down."""

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from cnnmath.core.lines import conventions_of, shown_symbols, stands_for
from cnnmath.core.pose import pose, typed
from cnnmath.expression import Add, Ceiling, Equal, Expression, Floor, Indexed, Name, walk
from cnnmath.expression import Literal as Number
from cnnmath.grid import Grid
from cnnmath.model import (
    Alternative,
    Choices,
    Entries,
    Line,
    Mistake,
    Notation,
    Problem,
    Slip,
    Solution,
    Topic,
    Value,
    parameters,
)
from cnnmath.rendering.blocks import Block, Command, Facts, Formula, Matrices, Page, Section, Strip, Verdict, Words
from cnnmath.rendering.formula import linear
from cnnmath.rendering.picture import Matrix, window, windows_along
from cnnmath.rendering.values import entry, short, shown
from cnnmath.rewriting import stages
from cnnmath.text import Language, Text

Detail = Literal["brief", "normal", "full"]
MOST_TERMS = 12
MOST_CELLS = 400
MOST_STAGES = 3
MOST_OF_A_MAP = 34


@dataclass(frozen=True, slots=True)
class Cell:
    """Another cell of a map: its last line, and the values of every symbol there."""

    line: Line
    values: Mapping[str, Value]


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
    others: Sequence[Cell] = (),
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
        10: lambda *_: _reproduce(solution, notation, language, detail),
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
    conventions = conventions_of(solution.problem)
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
    for line in _from_the_answer(solution):
        yield Formula(_stated(line, line.formula), line.step.why.said(language, **values))
    named = {one.name for symbol in solution.problem.quantity.symbols for one in (symbol, *symbol.ties)}
    helpers = [symbol for symbol in shown_symbols(solution) if symbol.name not in named]
    if helpers:
        said = (f"{letters[symbol.name]}: {symbol.meaning.said(language)}" for symbol in helpers)
        yield Words(_list(said, language), quiet=True)
    yield Words(_SOURCE.said(language) + solution.problem.quantity.source.said(language), quiet=True)


_SOURCE = Text("Source: ", "出处：")


def _from_the_answer(solution: Solution) -> list[Line]:
    """Order the lines so that each symbol is explained right after it was used, beginning with the answer."""
    waiting = {line.step.symbol.name: line for line in solution.lines}
    names = [name for name in solution.problem.quantity.answers if name in waiting]
    queue = [waiting.pop(name) for name in names or [solution.lines[-1].step.symbol.name]]
    ordered: list[Line] = []
    while queue or waiting:
        line = queue.pop(0) if queue else waiting.pop(next(iter(waiting)))
        ordered.append(line)
        queue += [waiting.pop(name) for name in parameters(line.step.formula) if name in waiting]
    return ordered


def _stated(line: Line, *sides: Expression) -> Expression:
    """Return the line's symbol = the sides; a statement such as D = 3 stands for itself."""
    return _chain(*sides) if isinstance(line.formula, Equal) else _chain(left_side(line), *sides)


def _substitution(
    solution: Solution, language: Language, letters: Mapping[str, str], detail: Detail, others: Sequence[Cell]
) -> Iterator[Block]:
    most = MOST_TERMS if detail != "full" else 10**9
    for line in solution.lines:
        if not isinstance(line.step.symbol.domain, Entries):
            yield _substituted(line, solution.steps, most)
    for cell in others:
        line = cell.line
        yield Formula(_chain(_at(line, cell.values), line.substituted, _result_node(line)))
    if isinstance(solution.answer, Grid) and 0 < len(others) < len(solution.answer.values) - 1:
        counts = {"shown": len(others) + 1, "all": len(solution.answer.values)}
        yield Words(_FIRST_CELLS.said(language, **counts), quiet=True)


_FIRST_CELLS = Text("The first {shown} of {all} values.", "前 {shown} 个值，共 {all} 个。")


def _substituted(line: Line, values: Mapping[str, Value], most: int) -> Formula:
    sides: list[Expression] = [] if isinstance(line.formula, Equal) else [_at(line, values)]
    if line.expanded != line.formula and any(isinstance(node, Indexed) for node in walk(line.formula)):
        sides.append(_shortened(line.expanded, most))
    if line.substituted != line.formula or len(sides) < 2:
        sides.append(_shortened(line.substituted, most))
    return Formula(_chain(*sides))


def _at(line: Line, values: Mapping[str, Value]) -> Expression:
    """Return the symbol with the numbers of its cell: y with indices 3 and 4."""
    indices = tuple(Number(_whole(values[name])) for name in line.step.index)
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
        sides = list(written.values())[-MOST_STAGES:] or [_result_node(line)]
        decimals = "; ".join(shown(value, language) for value in dict.fromkeys(_fractions(line)))
        yield Formula(_chain(_at(line, solution.steps), *sides), decimals)


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
    strip = windows_along(solution, language)
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
        yield Formula(_chain(_at(last, solution.steps), _result_node(last)), _CELL.said(language, at=at, shape=extent))
        marked = frozenset({solution.cell})
        yield Matrices(Matrix(f"{name}: {shape}", answer, marked).parted(language))
    elif quantity.kind == "truth":
        yield Words(shown(answer, language))
    else:
        yield Words(_with_unit(solution, language, letters))
    for slip in solution.alternatives:
        yield Words(_under(slip, solution, language))


_LENGTH = Text("{count} values", "{count} 个值")
_CELL = Text("the value [{at}] of {shape}, counted from 0; all of them:", "即 {shape} 中从 0 计的 [{at}]；全部结果：")


def _with_unit(solution: Solution, language: Language, letters: Mapping[str, str]) -> str:
    """Return `N' = 13 values`, `28×28×32 height × width × channels` or `(i, j) = (3, 3)`."""
    quantity, value = solution.problem.quantity, _said(solution.answer, solution, language)
    unit = quantity.unit.said(language)
    if solution.answer == 1 and language == "en":
        unit = unit.removesuffix("s")
    names = [letters[name] for name in quantity.answers]
    if quantity.subscripts:
        return f"({', '.join(names)}) = {value}"
    name = f"{names[0]} = " if len(names) == 1 and names[0] != unit else ""
    return f"{name}{value} {unit}".rstrip()


def _said(value: Value, solution: Solution, language: Language) -> str:
    """Return a value as an answer to this problem: subscripts in brackets, sizes with crosses."""
    if solution.problem.quantity.subscripts and isinstance(value, tuple):
        return f"({', '.join(map(str, value))})"
    return shown(value, language)


_SAME_UNDER = Text(
    "Under another convention ({convention}): the same here.", "在另一约定下（{convention}）：此处结果相同。"
)
_OTHER_UNDER = Text("Under another convention ({convention}): {value}.", "在另一约定下（{convention}）：{value}。")


def _under(slip: Slip, solution: Solution, language: Language) -> str:
    assert isinstance(slip.source, Alternative)
    convention = slip.source.convention.text.said(language)
    if slip.value is None or slip.value == solution.answer:
        return _SAME_UNDER.said(language, convention=convention)
    return _OTHER_UNDER.said(language, convention=convention, value=_said(slip.value, solution, language))


_AGREES = Text("The formula and the engine agree ({note}): {value}.", "公式与引擎一致（{note}）：{value}。")
_ALL_AGREE = Text("in all {count} values", "全部 {count} 个值")
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
    value = _said(check.measured, solution, language)
    if isinstance(check.measured, Grid) and len(check.measured.values) > 1 and check.agrees:
        value = _ALL_AGREE.said(language, count=f"{len(check.measured.values):,}")
    text = _AGREES if check.agrees else _DIFFERS
    yield Verdict(check.agrees, text.said(language, note=note, value=value))


def _mistakes(solution: Solution, language: Language, letters: Mapping[str, str]) -> Iterator[Block]:
    rows = tuple(
        (_wrong(slip.value, solution, language), slip.source.says.said(language), "")
        for slip in solution.mistakes
        if isinstance(slip.source, Mistake) and slip.value is not None
    )
    if rows:
        yield Words((_FIND_MAP if isinstance(solution.answer, Grid) else _FIND).said(language), quiet=True)
        yield Facts(rows)
    elif not solution.slips_tried:
        yield Words(_TOO_LARGE.said(language))
    elif solution.problem.quantity.mistakes:
        yield Words(_NONE_SHOWS.said(language))


def _wrong(value: Value, solution: Solution, language: Language) -> str:
    """Return a mistaken value; of a large map its shape, or what it has where it differs."""
    if not isinstance(value, Grid):
        return _said(value, solution, language)
    whole = short(value, MOST_OF_A_MAP)
    if "…" not in whole:
        return whole
    assert isinstance(solution.answer, Grid)
    if value.shape != solution.answer.shape:
        return _MAP.said(language, shape="×".join(map(str, value.shape)))
    places = [place for place in value.places if value.at(place) != solution.answer.at(place)]
    place = solution.cell if solution.cell in places else places[0]
    at = ", ".join(map(str, place))
    return _HERE.said(language, value=entry(value.at(place)), at=at)


_MAP = Text("a map of {shape}", "{shape} 的特征图")
_HERE = Text("{value} at [{at}]", "[{at}] 处为 {value}")
_FIND_MAP = Text("If this is your result, that is what happened:", "如果你得到的是左边的结果，原因如右：")
_TOO_LARGE = Text(
    "The map is too large to work the usual mistakes out as well.", "特征图过大，未再计算常见错误的结果。"
)
_NONE_SHOWS = Text(
    "With these numbers none of the usual mistakes changes the value: try others, for example with --seed 1.",
    "用这些数时，常见错误都不会改变结果：换一组数试试，例如 --seed 1。",
)

_FIND = Text("If this is your number, that is what happened:", "如果你得到的是左边的数，原因如右：")


def _reproduce(solution: Solution, notation: Notation, language: Language, detail: Detail) -> Iterator[Block]:
    options = [reproduce(solution, notation)]
    options += ["--lang zh"] if language == "zh" else []
    options += ["--full"] if detail == "full" else []
    yield Command(" ".join(options))


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
