"""Judge a claim about a problem: right and on what grounds, wrong and by which mistakes, or undecided and why."""

from cnnmath.core.diagnose import diagnosed
from cnnmath.core.solve import measured_under, same
from cnnmath.grid import Grid
from cnnmath.model import Alternative, Claim, Grounds, Right, Rounded, Solution, Undecided, Value, Verdict, Wrong
from cnnmath.text import Text
from cnnmath.tolerance import AS_WRITTEN, Tolerance

TOLERANCE = 2e-6
"""How far a stated float may be off, relatively: pages show six significant digits."""


def judge(claim: Claim, solution: Solution, tolerance: Tolerance = AS_WRITTEN) -> Verdict:
    """Return the verdict on a stated value, beside the problem's worked `solution`.

    tolerance: the question's; without one a stated decimal is right when the answer rounds to it.
    """
    if solution.check.agrees is False:
        return Undecided(
            Text(
                "the formula and the engine disagree here: this is a fault of cnnmath, not of the answer",
                "公式与引擎在此不一致：这是 cnnmath 的错误，而不是答案的错误",
            )
        )

    def alike(stated: Value, value: Value) -> bool:
        return near(stated, value, tolerance)

    grounds: Grounds = "measured" if solution.check.agrees else "formula"
    if alike(claim.stated, solution.answer):
        return Right(solution.answer, grounds)
    if not solution.slips_tried:
        return Undecided(
            Text(
                "this is not the answer, and the map is too large to try other conventions",
                "这不是答案，但特征图过大，无法尝试其他约定",
            )
        )
    for slip in solution.alternatives:
        if isinstance(slip.source, Alternative) and slip.value is not None and alike(claim.stated, slip.value):
            run = alike(claim.stated, _measured(slip.source, solution))
            return Right(solution.answer, "measured" if run else "formula", slip.source.convention)
    found = diagnosed(claim.stated, solution, alike)
    cells = _differing(claim.stated, solution.answer, tolerance)
    return Wrong(solution.answer, found.mistakes, cells, together=found.together, factor=found.factor)


def near(stated: Value, right: Value, tolerance: Tolerance) -> bool:
    """Tell whether a stated value is right enough: number by number, and in the same shape."""
    if tolerance == AS_WRITTEN:
        return same(stated, right, TOLERANCE)
    if isinstance(stated, Grid) and isinstance(right, Grid):
        pairs = zip(stated.values, right.values, strict=stated.shape == right.shape)
        return stated.shape == right.shape and all(near(mine, other, tolerance) for mine, other in pairs)
    if any(isinstance(value, (bool, str, tuple, Grid)) for value in (stated, right)):
        return same(stated, right, TOLERANCE)
    if isinstance(right, float) and tolerance.rule == "exact":
        return same(stated.value if isinstance(stated, Rounded) else stated, right, TOLERANCE)
    return tolerance.accepts(stated, right)  # type: ignore[arg-type]


def _measured(source: Alternative, solution: Solution) -> Value:
    """Return what the engine gives under another convention, in the cell that is asked for; "" where it is not run."""
    measured = measured_under(source, solution.problem)
    if isinstance(measured, Grid) and not isinstance(solution.answer, Grid):
        return measured.at(solution.cell)
    return "" if measured is None else measured


def _differing(stated: Value, answer: Value, tolerance: Tolerance) -> tuple[tuple[int, ...], ...]:
    """Return the cells, counted from 0, in which two maps of the same shape differ."""
    if not (isinstance(stated, Grid) and isinstance(answer, Grid) and stated.shape == answer.shape):
        return ()
    return tuple(cell for cell in answer.places if not near(stated.at(cell), answer.at(cell), tolerance))
