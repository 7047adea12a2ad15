"""Check: one answer, a sheet of them, a class. Each answer is read, judged, and its mistake is named."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby
from typing import Any

from cnnmath.errors import CnnmathError, FileError, GivenError, Place
from cnnmath.jobs.check.marking import Marking
from cnnmath.jobs.check.questions import accepted, problem_set
from cnnmath.jobs.explain import solution_of
from cnnmath.model import Solution
from cnnmath.reading.problems import set_path
from cnnmath.reading.sheets import files_of, read_sheets
from cnnmath.reading.spelling import shown
from cnnmath.rendering.blocks import Block, Page, Section
from cnnmath.rendering.grades import class_page, grades_record
from cnnmath.rendering.hint import hint
from cnnmath.rendering.markdown import markdown
from cnnmath.rendering.page import Detail, page
from cnnmath.rendering.record import json_text
from cnnmath.rendering.sheet import HINT, UNREAD, answer_page, marks_page, sheet_page, unread
from cnnmath.rendering.terminal import terminal
from cnnmath.sheets import Answer, Graded, Mark, ProblemSet, Question, Sheet
from cnnmath.text import LANGUAGES, Language, Text
from cnnmath.topics import topic_of

__all__ = ["Checked", "Help", "check"]


@dataclass(frozen=True, slots=True)
class Help:
    """What is shown beside the marks of answers that are not right: hints, worked solutions, the right answers."""

    hint: bool = False
    explain: bool = False
    key: bool = False

    @property
    def offered(self) -> bool:
        """Whether anything is, so that nobody need be told how to ask for it."""
        return self.hint or self.explain


@dataclass(frozen=True, repr=False)
class Checked:
    """What came of some answers, with the language and the help that they are shown with. `print` it.

    single: whether it is one answer to one question. talked: whether all but the marks was said in a session.
    faults: files of which nothing could be read.
    """

    graded: tuple[Graded, ...]
    language: Language = "en"
    help: Help = Help()
    single: bool = False
    talked: bool = False
    faults: tuple[CnnmathError, ...] = ()

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Every mark, sheet by sheet."""
        return tuple(mark for graded in self.graded for mark in graded.marks)

    @property
    def points(self) -> Fraction:
        """The points of all answers together."""
        return sum((graded.points for graded in self.graded), Fraction())

    @property
    def code(self) -> int:
        """The exit code: unreadable before wrong before undecided before all right."""
        codes = {graded.code for graded in self.graded} | ({2} if self.faults else set())
        return next((code for code in (2, 1, 3) if code in codes), 0)

    def pages(self, language: Language | None = None) -> Iterator[Page]:
        """Yield the pages: of the answer, of each sheet, or of each class; then the solutions that are asked for."""
        language = language or self.language
        if self.single:
            mark = self.marks[0]
            hints = hints_of(mark.question, language) if self.help.hint else ()
            asked = worked(mark.question, language)
            yield answer_page(mark, asked, hints, key=self.help.key, helped=self.help.offered)
        else:
            yield from self._sheets(language)
            if self.help.hint:
                yield from (hint_page(question, language) for question in self._missed)
        if self.help.explain:
            detail: Detail = "normal" if self.single else "brief"
            yield from (worked(question, language, detail) for question in self._missed)

    def _sheets(self, language: Language) -> Iterator[Page]:
        for _, together in groupby(self.graded, key=lambda graded: id(graded.problems)):
            class_ = list(together)
            if self.talked:
                yield marks_page(class_[0], language)
            elif len(class_) > 1:
                yield class_page(class_, language, key=self.help.key)
            else:
                yield sheet_page(class_[0], language, key=self.help.key, helped=self.help.offered)
        if self.faults:
            section = Section(1, FILES.said(language), unread(self.faults, language))
            yield Page(UNREAD.said(language), "", (section,), (), {}, language)

    @property
    def _missed(self) -> tuple[Question, ...]:
        """The questions that somebody has not answered right; the only one of a single answer."""
        missed = (mark.question for mark in self.marks if self.single or mark.outcome != "right" or mark.carried)
        return tuple({question.id: question for question in missed}.values())

    def terminal(self, width: int = 80, *, colour: bool = False, ascii: bool = False) -> str:
        """Return the pages for a terminal of `width` columns; ASCII pages are in English."""
        pages = self.pages("en" if ascii else None)
        return "\n".join(terminal(one, width, colour=colour, ascii=ascii) for one in pages)

    def markdown(self) -> str:
        """Return the pages in Markdown."""
        return "\n".join(markdown(one) for one in self.pages())

    def record(self) -> dict[str, Any]:
        """Return what `--format json` writes, as a dictionary."""
        return grades_record(self.graded, self.faults, key=self.help.key or self.help.explain)

    def written(self, format: str) -> str:
        """Return the pages in a format other than the terminal's: markdown or json."""
        return json_text(self.record()) + "\n" if format == "json" else self.markdown()

    def __str__(self) -> str:
        return self.terminal()

    def __repr__(self) -> str:
        said = ", ".join(mark.outcome for mark in self.marks[:6]) + (", …" if len(self.marks) > 6 else "")
        return f"<checked: {said}>"

    def _repr_markdown_(self) -> str:
        return self.markdown()


def check(
    *asked: str,
    answer: Any = None,
    problems: str = "",
    at: Sequence[int] | int | None = None,
    accept: Sequence[str] = (),
    lang: Language = "en",
    hint: bool = False,
    explain: bool = False,
    key: bool = False,
    **given: Any,
) -> Checked:
    """Check one answer to a quantity's question, or files of answers.

    asked: a quantity with its givens and `answer`; or files of answers (.toml .json .csv .md .txt) or folders of them.
    problems: the set that the answers are to, where the files do not name it. accept: conventions that count.
    hint, explain, key: show hints, the worked solutions, the right answers. CnnmathError where nothing can be checked.

    >>> check("output-size", answer="12", input=28, kernel=5, stride=2, padding=1)
    <checked: wrong>
    """
    if lang not in LANGUAGES:
        raise GivenError(Text(f"`lang` is one of en, zh, not {lang}.", f"`lang` 只能是 en、zh 之一，不能是 {lang}。"))
    shown_with = Help(hint, explain, key)
    if answer is None:
        return check_files(asked, problems, accept, lang, shown_with)
    if len(asked) != 1:
        raise GivenError(Text("one answer is to one quantity: name it.", "一个答案对应一个量：请写出它的名字。"))
    value = list(answer) if isinstance(answer, tuple) else answer
    return check_answer(one_question(asked[0], given, at, accept), value, lang, shown_with)


def check_files(paths: Sequence[str], problems: str, accept: Sequence[str], language: Language, help: Help) -> Checked:
    """Mark every sheet of some files and folders; `problems` is the set, whatever the files name."""
    graded, faults = _files(paths, problems, accepted(accept))
    return Checked(graded, language, help, faults=faults)


def check_answer(problems: ProblemSet, answer: Any, language: Language, help: Help) -> Checked:
    """Mark the answer to a set of one question."""
    sheet = Sheet("", "", (Answer(problems.questions[0].id, answer, Place("")),))
    return Checked((Marking(problems).graded(sheet),), language, help, single=True)


def one_question(
    slug: str, given: Mapping[str, Any], at: Sequence[int] | int | None = None, accept: Sequence[str] = ()
) -> ProblemSet:
    """Return a set of one question: a quantity with its givens, or with its own example."""
    solution = solution_of(slug, given, at=at)
    asked = solution.problem.quantity
    cell = None if at is None else solution.cell
    one = Question("", asked, solution.problem.given, Place(""), solution, accept=accepted(accept), at=cell)
    return ProblemSet("", asked.title, (one,))


def worked(question: Question, language: Language, detail: Detail = "normal") -> Page:
    """Return the page of the key, with the question's id; of a formula the page of its quantity's example."""
    solution = _solution(question)
    made = page(solution, topic_of(solution.problem.quantity), language, question.notation, detail)
    return replace(made, title=f"{question.id} · {made.title}") if question.id else made


def hints_of(question: Question, language: Language) -> tuple[tuple[Block, ...], ...]:
    """Return the hints for a question, each telling more than the one before."""
    return hint(question, _solution(question), worked(question, language))


def hint_page(question: Question, language: Language) -> Page:
    """Return all the hints for a question as a page."""
    blocks = tuple(block for told in hints_of(question, language) for block in told)
    made = worked(question, language, "brief")
    return replace(made, sections=(Section(1, HINT.said(language), blocks),))


def _solution(question: Question) -> Solution:
    return question.solution or solution_of(question.quantity.slug, {})


def _files(
    paths: Sequence[str], problems: str, accept: Sequence[str]
) -> tuple[tuple[Graded, ...], tuple[CnnmathError, ...]]:
    """Mark every sheet of some files and folders."""
    faults: list[CnnmathError] = []
    markings: dict[str, Marking] = {}

    def marking(name: str, beside: str) -> Marking:
        if not problems and not name:
            raise GivenError(_NO_SET)
        path = set_path(problems) if problems else set_path(name, beside)
        if path not in markings:
            markings[path] = Marking(problem_set(path, problems or name, accept))
        return markings[path]

    def ids(name: str, beside: str) -> list[str]:
        try:
            return [question.id for question in marking(name, beside).problems.questions]
        except CnnmathError:
            return []

    graded: list[Graded] = []
    for path in paths:
        files, others = files_of(path)
        faults += others
        for file in files:
            try:
                sheets = read_sheets(file, ids)
            except CnnmathError as error:
                faults.append(error)
                continue
            for sheet in sheets:
                try:
                    graded.append(marking(sheet.problems, file).graded(sheet))
                except FileError as error:
                    faults.append(error)
                    break
                except CnnmathError as error:
                    faults.append(FileError(Place(shown(file, 255)), error.message))
                    break
    order = {id(one.problems): at for at, one in reversed(list(enumerate(graded)))}
    return tuple(sorted(graded, key=lambda one: order[id(one.problems)])), tuple(faults)


FILES = Text("Files", "文件")
_NO_SET = Text(
    'the answers do not say to which problem set they are: write problems = "nndl-5" into the file, or use --problems.',
    '答案没有说明属于哪个题集：请在文件中写 problems = "nndl-5"，或使用 --problems。',
)
