"""What a command line asks to be checked: one answer, files, or the questions of a set, asked one by one."""

from collections.abc import Sequence
from os.path import exists, sep

from cnnmath.errors import GivenError
from cnnmath.jobs.check import Checked, Help, check_answer, check_files, one_question
from cnnmath.jobs.check.questions import problem_set
from cnnmath.jobs.check.session import Read, Say, session
from cnnmath.reading.givens import read_pairs
from cnnmath.reading.problems import is_set, set_names
from cnnmath.reading.sheets import ENDINGS
from cnnmath.reading.shipped import found
from cnnmath.rendering.grades import sets_page, sets_record
from cnnmath.rendering.markdown import markdown
from cnnmath.rendering.record import json_text
from cnnmath.rendering.terminal import terminal
from cnnmath.text import Language, Text
from cnnmath.topics import quantities


def checked(
    asked: Sequence[str],
    answer: str | None,
    problems: str,
    at: tuple[int, ...] | None,
    accept: Sequence[str],
    language: Language,
    help: Help,
    say: Say,
    read: Read,
) -> Checked:
    """Return what came of the answers: given, in files, or typed one after the other."""
    if not asked and answer is not None:
        raise GivenError(_NO_QUANTITY)
    if not problems and answer is None and len(asked) == 1 and _is_set(asked[0]):
        asked, problems = [], asked[0]
    filed = answer is None and bool(asked) and all(map(_is_file, asked))
    if at is not None and (filed or not asked):
        raise GivenError(_NO_CELL)
    if filed:
        return check_files(asked, problems, accept, language, help)
    if problems and asked:
        raise GivenError(_SET_AND_QUANTITY)
    if answer is not None:
        return check_answer(one_question(asked[0], read_pairs(asked[1:]), at, accept), answer, language, help)
    posed = one_question(asked[0], read_pairs(asked[1:]), at, accept) if asked else problem_set(problems, accept=accept)
    return Checked((session(posed, language, say, read),), language, help, talked=True)


def _is_set(word: str) -> bool:
    """Tell whether a word names a problem set: one that is shipped, or a file."""
    return word in set_names() or (word.endswith(".toml") and is_set(found(word)))


def _is_file(word: str) -> bool:
    """Tell whether a word names a file or a folder, and not a quantity, a set or a given."""
    if "=" in word or word in quantities() or word in set_names():
        return False
    return word.lower().endswith(ENDINGS) or "/" in word or sep in word or exists(word)


def sets(language: Language, format: str, width: int, colour: bool, ascii: bool) -> str:
    """Return the list of the problem sets in any format."""
    found = [problem_set(name) for name in set_names()]
    if format == "json":
        return json_text(sets_record(found)) + "\n"
    page = sets_page(found, language)
    return markdown(page) if format == "markdown" else terminal(page, width, colour=colour, ascii=ascii)


_NO_CELL = Text("--at goes with one quantity.", "--at 与单个量一起使用。")
_SET_AND_QUANTITY = Text(
    "--problems goes with files of answers: leave it or the quantity out.",
    "--problems 与答案文件一起使用：请去掉它或去掉量。",
)
_NO_QUANTITY = Text(
    "--answer needs a quantity and its givens: output-size input=28 kernel=5 --answer 24.",
    "--answer 需要一个量及其已知量：output-size input=28 kernel=5 --answer 24。",
)
