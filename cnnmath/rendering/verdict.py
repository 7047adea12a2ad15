"""The verdict on an answer in words: what is right, what is wrong and why, without telling the right answer."""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from cnnmath.expression import Expression, plain
from cnnmath.grid import Grid
from cnnmath.model import Case, Rounded, Value
from cnnmath.rendering.blocks import Block, Command, Facts, Matrices, Verdict, Words
from cnnmath.rendering.formula import linear
from cnnmath.rendering.picture import Matrix
from cnnmath.rendering.report import GROUNDS
from cnnmath.rendering.values import short, shown
from cnnmath.sheets import Mark, Outcome, Question
from cnnmath.text import Language, Text

MOST_MISTAKES = 3
MOST_OF_A_MAP = 60
MOST_OF_A_SENTENCE = 30
LONGEST_NUMBER = 10**40
OUTCOMES: Mapping[Outcome, Text] = {
    "right": Text("right", "正确"),
    "wrong": Text("wrong", "错误"),
    "right-under-convention": Text("right under another convention", "在另一约定下正确"),
    "undecided": Text("undecided", "无法判定"),
    "not-read": Text("not read", "无法读取"),
    "missing": Text("not answered", "未作答"),
}
SIGNS: Mapping[Outcome, bool | None] = {"right": True, "wrong": False}


def told(mark: Mark, language: Language) -> Iterator[Block]:
    """Yield the verdict on an answer and its reasons, without the right answer."""
    yield Verdict(SIGNS.get(mark.outcome), _verdict(mark, language))
    if mark.caret:
        yield from (Command(line) for line in mark.caret.split("\n"))
    if mark.outcome != "wrong":
        return
    if mark.case is not None:
        yield Words(_case(mark.case, mark.question, language))
    if isinstance(mark.stated, Grid) and mark.cells:
        caption = _CELLS.said(language)
        if len(mark.stated.shape) < 3:
            yield Matrices((Matrix(caption, plainly(mark.stated), frozenset(mark.cells)),))
    if 1 < len(mark.mistakes) <= MOST_MISTAKES:
        made = _TOGETHER if mark.together else _EACH
        yield Words(made.said(language, value=_own(mark, language)))
        yield Facts(tuple(("–", mistake.says.said(language), "") for mistake in mark.mistakes))
    elif len(mark.mistakes) > MOST_MISTAKES:
        yield Words(_UNCLEAR.said(language, count=len(mark.mistakes)))
    elif mark.mistakes:
        yield Words(_ONE.said(language, value=_own(mark, language), says=mark.mistakes[0].says))
    elif mark.factor is not None:
        yield Words(_FACTOR.said(language))


def _own(mark: Mark, language: Language) -> str:
    """Return the answer, short enough for a sentence."""
    said = stated_text(mark, language)
    return said if len(said) <= MOST_OF_A_SENTENCE else _THIS.said(language)


def _verdict(mark: Mark, language: Language) -> str:
    said = OUTCOMES[mark.outcome].said(language)
    said = said[:1].upper() + said[1:]
    stop = "." if language == "en" else "。"
    if mark.carried:
        return _CARRIED.said(language, questions=JOINED[language].join(mark.carried))
    match mark.outcome:
        case "right":
            grounds = GROUNDS[mark.grounds].said(language, cases=mark.cases) if mark.grounds else ""
            if mark.convention is not None:
                return _ACCEPTED.said(language, convention=mark.convention.text, grounds=grounds)
            return _RIGHT.said(language, grounds=grounds)
        case "right-under-convention":
            assert mark.convention is not None
            return _OTHERWISE.said(language, convention=mark.convention.text)
        case "wrong":
            return said + stop + _in_part(mark, language)
        case "missing":
            return said + stop
    reason = mark.reason.said(language) if mark.reason else ""
    return f"{said}: {reason}" if language == "en" else f"{said}：{reason}"


def _in_part(mark: Mark, language: Language) -> str:
    """Return which numbers of a shape or a map are right, or that the map has another size."""
    space = " " if language == "en" else ""
    if isinstance(mark.stated, Grid):
        if mark.parts is None:
            return space + _OTHER_SIZE.said(language, shape="×".join(map(str, mark.stated.shape)))
        return space + _PARTS.said(language, right=mark.parts[0], all=mark.parts[1])
    if mark.parts is not None and isinstance(mark.stated, tuple):
        wrong = JOINED[language].join(_NUMBER.said(language, value=mark.stated[at], at=at + 1) for (at,) in mark.cells)
        return space + _NUMBERS.said(language, right=mark.parts[0], all=mark.parts[1], wrong=wrong)
    if isinstance(mark.stated, tuple) and mark.case is None:
        return space + _OTHER_COUNT.said(language, count=len(mark.stated))
    return ""


def _case(case: Case, question: Question, language: Language) -> str:
    letters = _letters(question)
    values = ", ".join(f"{letters.get(name, name)} = {value}" for name, value in case.values.items())
    stated = _NOTHING.said(language) if case.stated is None else _plainly(case.stated, language)
    told = {"values": values, "stated": stated, "right": _plainly(case.answer, language)}
    return (_CASE if values else _CASE_HERE).said(language, **told)


def plainly(grid: Grid) -> Grid:
    """Return rows with their decimals as they are written, for printing."""
    parts: tuple[Any, ...] = tuple(_decimal(part) if isinstance(part, Rounded) else part for part in grid.values)
    return Grid(grid.shape, parts)


def _decimal(number: Rounded) -> str:
    places = max(0, len(str(number.unit.denominator)) - 1)
    return f"{float(number.value):.{places}f}" if places < 16 else str(number.value)


def _plainly(value: Value, language: Language) -> str:
    if isinstance(value, tuple):
        return "(" + ", ".join(str(plain(part)) for part in value) + ")"
    return str(value) if isinstance(value, (int, Fraction)) else shown(value, language)


def stated_text(mark: Mark, language: Language) -> str:
    """Return an answer as it was understood."""
    stated = mark.stated
    if isinstance(stated, tuple) and stated and isinstance(stated[0], Expression):
        return _formula(stated, mark.question)
    return "" if stated is None else _value(stated, language)


def _formula(trees: Iterable[Any], question: Question) -> str:
    letters = _letters(question)
    return ", ".join(linear(tree, letters) for tree in trees)


def _letters(question: Question) -> dict[str, str]:
    """Return the letters of a question's formulas by the names of what they stand for: its own before the notation's."""
    symbols = question.quantity.symbols
    letters = {tie.name: tie.letter(question.notation) for one in symbols for tie in one.ties}
    letters |= {symbol.name: symbol.letter(question.notation) for symbol in symbols}
    return letters | {name.replace("-", "_"): letter for letter, name in question.letters.items()}


def _value(value: Any, language: Language) -> str:
    if isinstance(value, Grid):
        return short(plainly(value), MOST_OF_A_MAP)
    if isinstance(value, tuple):
        return "×".join(_value(part, language) for part in value)
    exact = value.value if isinstance(value, Rounded) else value
    if isinstance(exact, (int, Fraction)) and max(abs(exact.numerator), exact.denominator) >= LONGEST_NUMBER:
        return _LONG.said(language)
    if isinstance(value, Rounded):
        whole = value.value.denominator == 1
        said = shown(int(value.value), language) if whole else f"{float(value.value):.12g}"
        return _ROUNDED.said(language, value=said)
    return shown(value, language)


def key_text(question: Question, language: Language) -> str:
    """Return the right answer in words."""
    if question.solution is None:
        return _formula(question.right, question)
    answer = question.solution.answer
    if question.at is not None and isinstance(answer, Grid):
        answer = answer.at(question.at)
    return _value(answer, language)


JOINED: Mapping[Language, str] = {"en": ", ", "zh": "、"}
_RIGHT = Text("Right ({grounds}).", "正确（{grounds}）。")
_ACCEPTED = Text(
    "Right with a convention that counts here ({convention}; {grounds}).",
    "在本题认可的约定下正确（{convention}；{grounds}）。",
)
_OTHERWISE = Text(
    "Right under another convention ({convention}), which is not this question's.",
    "在另一约定下正确（{convention}），但本题不采用该约定。",
)
_CARRIED = Text(
    "Right with your own answer to {questions}: full points.", "按你自己对 {questions} 的答案计算是正确的：得满分。"
)
_PARTS = Text("{right} of {all} cells are right.", "{all} 个单元中有 {right} 个正确。")
_NUMBERS = Text(
    "{right} of {all} numbers are right; wrong: {wrong}.", "{all} 个数中有 {right} 个正确；错误的是 {wrong}。"
)
_NUMBER = Text("{value} (number {at})", "{value}（第 {at} 个）")
_OTHER_SIZE = Text("The right map has another size than {shape}.", "正确的结果大小不是 {shape}。")
_OTHER_COUNT = Text("The right shape has another number of sides than {count}.", "正确的形状不是 {count} 个数。")
_CELLS = Text("your answer, wrong values in [ ]", "你的答案，方括号内为错误的值")
_ONE = Text("{value}: {says}.", "{value}：{says}。")
_EACH = Text("{value}, for one of these reasons:", "{value}，原因是以下之一：")
_TOGETHER = Text("{value}, for these reasons together:", "{value}，由以下原因共同造成：")
_THIS = Text("Your answer", "你的答案")
_FACTOR = Text(
    "It is off by a factor of units alone: FLOPs for MACs, bytes for bits, k for Ki, or the like.",
    "只差一个单位换算的倍数：例如 FLOP 与 MAC、字节与比特、k 与 Ki。",
)
_UNCLEAR = Text(
    "The cause is unclear: {count} of the usual mistakes give this.", "原因不明：有 {count} 种常见错误都会得到它。"
)
_CASE = Text("At {values} it gives {stated}; {right} is right.", "当 {values} 时，它给出 {stated}；正确的是 {right}。")
_CASE_HERE = Text("It gives {stated}; {right} is right.", "它给出 {stated}；正确的是 {right}。")
_NOTHING = Text("no value", "无值")
_LONG = Text("a number of more than 40 digits", "超过 40 位的数")
_ROUNDED = Text("about {value}", "约 {value}")
