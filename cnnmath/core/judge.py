"""Judge a claim about a problem: right and on what grounds, wrong and by which mistakes, or undecided and why."""

from cnnmath.core.solve import measured_under, same
from cnnmath.grid import Grid
from cnnmath.model import Alternative, Claim, Grounds, Mistake, Right, Solution, Undecided, Value, Verdict, Wrong
from cnnmath.text import Text

TOLERANCE = 2e-6
"""How far a stated float may be off, relatively: pages show six significant digits."""


def judge(claim: Claim, solution: Solution) -> Verdict:
    """Return the verdict on a stated value, beside the problem's worked `solution`."""
    if solution.check.agrees is False:
        return Undecided(
            Text(
                "the formula and the engine disagree here: this is a fault of cnnmath, not of the answer",
                "公式与引擎在此不一致：这是 cnnmath 的错误，而不是答案的错误",
            )
        )
    grounds: Grounds = "measured" if solution.check.agrees else "formula"
    if same(claim.stated, solution.answer, TOLERANCE):
        return Right(solution.answer, grounds)
    if not solution.slips_tried:
        return Undecided(
            Text(
                "this is not the answer, and the map is too large to try other conventions",
                "这不是答案，但特征图过大，无法尝试其他约定",
            )
        )
    matching = [
        slip.source for slip in solution.slips if slip.value is not None and same(claim.stated, slip.value, TOLERANCE)
    ]
    for source in matching:
        if isinstance(source, Alternative):
            run = same(claim.stated, _measured(source, solution), TOLERANCE)
            return Right(solution.answer, "measured" if run else "formula", source.convention)
    mistakes = tuple(source for source in matching if isinstance(source, Mistake))
    return Wrong(solution.answer, mistakes, _differing(claim.stated, solution.answer))


def _measured(source: Alternative, solution: Solution) -> Value:
    """Return what the engine gives under another convention, in the cell that is asked for; "" where it is not run."""
    measured = measured_under(source, solution.problem)
    if isinstance(measured, Grid) and not isinstance(solution.answer, Grid):
        return measured.at(solution.cell)
    return "" if measured is None else measured


def _differing(stated: Value, answer: Value) -> tuple[tuple[int, ...], ...]:
    """Return the cells, counted from 0, in which two maps of the same shape differ."""
    if not (isinstance(stated, Grid) and isinstance(answer, Grid) and stated.shape == answer.shape):
        return ()
    return tuple(cell for cell in answer.places if not same(stated.at(cell), answer.at(cell), TOLERANCE))
