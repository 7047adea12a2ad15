"""Verify: judge the claims of a text, one by one, and say what its errata are."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from cnnmath.claims import Deck, Finding, Outcome, Report
from cnnmath.core.diagnose import reasons
from cnnmath.core.identity import judge_formula
from cnnmath.core.judge import judge
from cnnmath.core.mending import mended, swappable
from cnnmath.core.solve import in_cell, lines_at, measured_under, same, solve
from cnnmath.errors import CnnmathError, FileError, GivenError
from cnnmath.grid import Grid
from cnnmath.jobs.claims import Posed, Sum, convention_slugs, posed
from cnnmath.model import (
    Check,
    Claim,
    FormulaClaim,
    Right,
    Solution,
    Verdict,
    Wrong,
)
from cnnmath.reading.claims import read_claims
from cnnmath.reading.spelling import shown
from cnnmath.rendering.markdown import markdown
from cnnmath.rendering.record import json_text
from cnnmath.rendering.report import report_page, report_record
from cnnmath.rendering.terminal import terminal
from cnnmath.rewriting import evaluate
from cnnmath.text import Language, Text
from cnnmath.topics import quantities

SLIDES = "exercises/slides.toml"


def verify(*files: str, accept: Sequence[str] = ()) -> tuple[Report, ...]:
    """Judge every claim of some files, or of the course slides that come with cnnmath.

    accept: slugs of conventions under which the text is read. CnnmathError where a convention is unknown.

    >>> [report.counted("undecided") for report in verify()]
    [0]
    """
    for slug in accept:
        if slug not in convention_slugs():
            known = sorted({one.convention.slug for asked in quantities().values() for one in asked.alternatives})
            listed, said = ", ".join(known), shown(slug)
            raise GivenError(
                Text(f"there is no convention `{said}`; there are {listed}.", f"没有约定 `{said}`；可用的有 {listed}。")
            )
    return tuple(_report(file, tuple(accept)) for file in files or (SLIDES,))


def _report(file: str, accept: tuple[str, ...]) -> Report:
    try:
        deck = read_claims(file)
    except CnnmathError as error:
        return Report(Deck(file, {}, (), ()), (), (error,))
    findings: list[Finding] = []
    faults = list(deck.faults)
    accepted = (*accept, *(slug for slug in deck.fields.get("accept", ()) if isinstance(slug, str)))
    for entry in deck.entries:
        try:
            findings.append(finding(posed(entry, deck), accepted))
        except CnnmathError as error:
            faults.append(error if isinstance(error, FileError) else FileError(entry.at, error.message))
    return Report(deck, tuple(findings), tuple(faults))


def finding(claim: Posed, accept: Sequence[str] = ()) -> Finding:
    """Judge one claim: its calculation, its value and its formula, and return the worst of what comes out."""
    if claim.not_checkable is not None:
        return Finding(claim.entry, "not-checkable", reason=claim.not_checkable)
    found = list(_findings(claim, accept))
    return max(found, key=lambda one: _SEVERITY.index(one.outcome))


_SEVERITY: tuple[Outcome, ...] = ("right", "not-checkable", "right-under-convention", "undecided", "wrong")


def _findings(claim: Posed, accept: Sequence[str]) -> Iterator[Finding]:
    if claim.value is not None:
        yield _of_value(claim, claim.value, accept)
    if claim.formula is not None:
        yield _of_formula(claim, claim.formula, accept)
    if claim.sum is not None:
        yield _of_sum(claim, claim.sum)


def _of_formula(claim: Posed, stated: FormulaClaim, accept: Sequence[str]) -> Finding:
    verdict = judge_formula(stated)
    found = _found(claim, verdict, accept)
    fix = mended(stated, swappable(stated)) if isinstance(verdict, Wrong) else None
    return replace(found, quantity=stated.quantity, stated=stated.formula, letters=claim.letters, fix=fix)


def _of_value(claim: Posed, stated: Claim, accept: Sequence[str]) -> Finding:
    solution = solve(stated.problem)
    if claim.assumed is not None:
        solution = _assuming(solution, claim)
    if claim.at is not None:
        solution = _in_cell(solution, claim.at, claim)
    found = _found(claim, judge(stated, solution), accept)
    quantity = stated.problem.quantity
    return replace(found, quantity=quantity, stated=stated.stated, letters=claim.letters, solution=solution)


def _assuming(solution: Solution, claim: Posed) -> Solution:
    """Return the solution as it is under the convention that the text assumes, measured there too where it can be."""
    slip = next((one for one in solution.alternatives if one.source is claim.assumed), None)
    if slip is None or slip.value is None or claim.assumed is None:
        return solution
    measured = measured_under(claim.assumed, solution.problem)
    agrees = None if measured is None else same(slip.value, measured)
    check = Check(measured, agrees, solution.check.note)
    return replace(
        solution, answer=slip.value, check=check, slips=tuple(one for one in solution.slips if one is not slip)
    )


def _in_cell(solution: Solution, at: tuple[int, ...], claim: Posed) -> Solution:
    """Return the solution of one cell of a map."""
    answer = solution.answer
    if not isinstance(answer, Grid) or not _inside(at, answer.shape):
        shape = "×".join(map(str, answer.shape)) if isinstance(answer, Grid) else ""
        claim.entry.refuse("at", Text(f"the map is {shape} and has no such cell.", f"特征图为 {shape}，没有这个单元。"))
    lines, steps = lines_at(solution, at)
    return in_cell(replace(solution, lines=lines, steps=steps, cell=at))


def _inside(cell: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    return len(cell) == len(shape) and all(at < extent for at, extent in zip(cell, shape))


def _of_sum(claim: Posed, stated: Sum) -> Finding:
    try:
        value = evaluate(stated.formula, {})
    except (ArithmeticError, ValueError):
        return Finding(claim.entry, "undecided", stated=stated.stated, reason=_NO_VALUE)
    right = same(stated.stated, value)
    return Finding(
        claim.entry,
        "right" if right else "wrong",
        stated=stated.stated,
        grounds="proved" if right else None,
        computed=value,
    )


_NO_VALUE = Text("the calculation has no value, or takes too long", "该算式没有值，或计算量过大")


def _found(claim: Posed, verdict: Verdict, accept: Sequence[str]) -> Finding:
    match verdict:
        case Right(answer, grounds, convention, cases):
            accepted = convention is None or convention.slug in accept
            outcome: Outcome = "right" if accepted else "right-under-convention"
            return Finding(claim.entry, outcome, grounds=grounds, convention=convention, computed=answer, cases=cases)
        case Wrong(answer, _, cells, case):
            return Finding(claim.entry, "wrong", computed=answer, cells=cells, mistakes=reasons(verdict), case=case)
    return Finding(claim.entry, "undecided", reason=verdict.reason)


def written(
    reports: Sequence[Report],
    format: str,
    language: Language,
    width: int = 80,
    *,
    colour: bool = False,
    ascii: bool = False,
) -> str:
    """Return the reports in a format: terminal, markdown or json."""
    if format == "json":
        return json_text(report_record(reports)) + "\n"
    pages = [report_page(report, language) for report in reports]
    if format == "markdown":
        return "\n".join(markdown(page) for page in pages)
    return "\n".join(terminal(page, width, colour=colour, ascii=ascii) for page in pages)


def exit_code(reports: Iterable[Report]) -> int:
    """Return the exit code of several reports: unreadable before wrong before undecided before all right."""
    codes = {report.code for report in reports}
    return next((code for code in (2, 1, 3) if code in codes), 0)
