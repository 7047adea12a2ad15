"""A hint: the formula with its source, then the first step, numbers in place. It never holds the answer."""

import re
from dataclasses import replace

from cnnmath.expression import Literal, Name
from cnnmath.model import Solution
from cnnmath.rendering.blocks import Block, Facts, Formula, Page, Words
from cnnmath.rendering.values import shown
from cnnmath.sheets import Question
from cnnmath.text import Text

GIVEN, FORMULA, SUBSTITUTION = 2, 3, 4
"""Parts of a worked solution that a hint is made of."""

_FIRST = Text("The first step:", "第一步：")
_TRY = Text("Try your formula with these numbers: it must give {value}.", "用这些数检验你的公式：结果应为 {value}。")


def hint(question: Question, solution: Solution, worked: Page) -> tuple[tuple[Block, ...], ...]:
    """Return the hints for a question, each telling more than the one before.

    solution, worked: the key and its page; for a formula those of an example, which is what it can be tried on.
    """
    language = worked.language
    blocks = {section.number: section.blocks for section in worked.sections}
    if question.formula:
        value = shown(solution.answer, language)
        given = (_own_letters(block, question) for block in blocks.get(GIVEN, ()) if isinstance(block, Facts))
        return ((*given, Words(_TRY.said(language, value=value))),)
    stated = tuple(_bare(block) for block in blocks.get(FORMULA, ()) if not _tells(block, solution))
    line = next(iter(solution.lines), None)
    told = line is None or isinstance(line.substituted, (Literal, Name)) or solution.problem.quantity.kind == "truth"
    if told or question.refers:
        return (stated,)
    step = next((block for block in blocks.get(SUBSTITUTION, ()) if isinstance(block, Formula)), None)
    return (stated, (Words(_FIRST.said(language)), step)) if step else (stated,)


def _own_letters(block: Facts, question: Question) -> Facts:
    """Return the givens under the letters that the question declares."""
    symbols = [one for symbol in question.quantity.symbols for one in (*symbol.ties, symbol)]
    own = {name.replace("-", "_"): letter for letter, name in question.letters.items()}
    letters = {one.letter(question.notation): own[one.name] for one in symbols if one.name in own}
    return Facts(tuple((letters.get(label, label), value, meaning) for label, value, meaning in block.rows))


def _bare(block: Block) -> Block:
    """Return a formula without the words below it, which may hold numbers of this problem."""
    return replace(block, remark="") if isinstance(block, Formula) else block


def _tells(block: Block, solution: Solution) -> bool:
    """Tell whether words hold the answer, as a source may that is quoted with its own example."""
    key = shown(solution.answer, "en").split(" ")[0]
    return isinstance(block, Words) and re.search(rf"(?<![\d.,/]){re.escape(key)}(?![\d.,/])", block.text) is not None
