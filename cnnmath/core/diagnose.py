"""What went wrong: the mistakes that give a stated value, most specific first.

Tried in this order, and the first that finds anything ends the search: single mistakes of the quantity; slips of
any shape or map (channels first, turned); two mistakes at once; a mistake under another convention; what is right
and what is wrong in a shape; and last, for a number, a factor.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, permutations, product
from math import prod
from typing import Any

from cnnmath.core.lines import formulas
from cnnmath.core.solve import value_of
from cnnmath.expression import plain
from cnnmath.grid import Grid
from cnnmath.model import Alternative, Mistake, Problem, Rounded, Solution, Value, Wrong, parameters
from cnnmath.rewriting import terms
from cnnmath.text import Text

MOST_TOLD = 3
"""Where more mistakes than these give the value, the cause is unclear."""
MOST_WORK = 40_000
"""Products that trying two mistakes at once, and mistakes under other conventions, may take in all: about 0.1 s."""
WORK_PER_TRY = 20
"""What the steps of a try cost beside its products."""

FACTORS = tuple(
    factor
    for larger in (Fraction(2), Fraction(8), Fraction(4), Fraction(10**3), Fraction(2**10), Fraction(10**6),
                   Fraction(2**20), Fraction(2**20, 10**6))
    for factor in (larger, 1 / larger)
)  # fmt: skip
"""How far off a number may be by its unit alone: MAC and FLOP, bit and byte, bytes per value, k, Ki, M, Mi."""

Alike = Callable[[Value, Value], bool]
"""Tells whether a stated value, the first, stands for another."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What gives a stated value: each of the mistakes alone, or, where `together`, only all of them at once.

    factor: the stated number is the right one times this; only where no mistake gives it.
    """

    mistakes: tuple[Mistake, ...] = ()
    together: bool = False
    factor: Fraction | None = None

    @property
    def unclear(self) -> bool:
        """Whether so many mistakes give the value that none should be told."""
        return len(self.mistakes) > MOST_TOLD

    @property
    def told(self) -> tuple[Mistake, ...]:
        """The mistakes to tell: all that match, or none where the cause is unclear."""
        return () if self.unclear else self.mistakes


def diagnosed(stated: Value, solution: Solution, alike: Alike) -> Diagnosis:
    """Return what gives a wrong `stated` value, beside the problem's worked `solution`.

    Where several pairs of mistakes give it, by chance all but one, none is told.
    """
    single = [slip.source for slip in solution.mistakes if slip.value is not None and alike(stated, slip.value)]
    if single:
        return Diagnosis(tuple(sorted((one for one in single if isinstance(one, Mistake)), key=specificity)))
    arranged = next((slips for slips, value in _arrangements(solution) if alike(stated, value)), ())
    if arranged:
        return Diagnosis(arranged, together=len(arranged) > 1)
    for search in (_pairs, _elsewhere):
        pairs = list(search(stated, solution, alike))
        if len(pairs) == 1:
            return Diagnosis(pairs[0], together=True)
        if pairs:
            break
    partly = _partly(stated, solution.answer)
    if partly:
        return Diagnosis(partly)
    return Diagnosis(factor=_factor(stated, solution.answer, alike))


def reasons(verdict: Wrong) -> tuple[Text, ...]:
    """Return what to say of a wrong value: each mistake that gives it, or both that do together, or the factor.

    Nothing where the cause is unclear.
    """
    if len(verdict.mistakes) > MOST_TOLD:
        return ()
    told = tuple(mistake.says for mistake in verdict.mistakes)
    if verdict.together:
        return (Text(", and ".join(says.en for says in told), "，并且".join(says.zh for says in told)),)
    return told if verdict.factor is None else (_FACTOR,)


_FACTOR = Text(
    "it is off by a factor that units make: FLOPs for MACs, bytes for bits, k for Ki, or the like",
    "只差一个由单位造成的倍数：例如 FLOP 与 MAC、字节与比特、k 与 Ki",
)


def specificity(mistake: Mistake) -> tuple[int, int]:
    """Return what orders mistakes, the most specific first; ties keep the order of the topic.

    The more symbols decide whether a mistake can be made at all, the narrower it is; then the fewer steps it changes.
    """
    return -len(parameters(mistake.applies)), len(mistake.steps)


# --------------------------------------------------------------------------------------- two at once


def _pairs(stated: Value, solution: Solution, alike: Alike) -> Iterator[tuple[Mistake, ...]]:
    """Yield the pairs of mistakes that give the value when both are made, and change nothing in common."""
    made = sorted((slip.source for slip in solution.slips if isinstance(slip.source, Mistake)), key=specificity)
    for pair in _within_budget(list(combinations(made, 2)), solution):
        if _give(pair, stated, solution, alike):
            yield pair


def _elsewhere(stated: Value, solution: Solution, alike: Alike) -> Iterator[tuple[Mistake, ...]]:
    """Yield the mistakes that give the value under another convention, with the convention."""
    made = sorted((slip.source for slip in solution.slips if isinstance(slip.source, Mistake)), key=specificity)
    others = [_as_mistake(slip.source) for slip in solution.alternatives if isinstance(slip.source, Alternative)]
    for pair in _within_budget(list(product(others, made)), solution):
        if _give(pair, stated, solution, alike):
            yield pair


def _as_mistake(other: Alternative) -> Mistake:
    text = other.convention.text
    says = Text(f"another convention was followed: {text.en}", f"采用了另一种约定：{text.zh}")
    return Mistake(other.convention.slug, says, other.steps, other.applies)


def _within_budget(pairs: list[tuple[Mistake, Mistake]], solution: Solution) -> list[tuple[Mistake, Mistake]]:
    """Return the pairs that change different steps, or none of them where trying all takes too long."""
    apart = [pair for pair in pairs if not _changed(pair[0]) & _changed(pair[1])]
    extents = (solution.steps[extent] for _, extent in solution.problem.quantity.cells)
    cells = prod(extent for extent in extents if isinstance(extent, int))
    return apart if cells * _work(solution.problem) * len(apart) <= MOST_WORK else []


def _changed(mistake: Mistake) -> set[str]:
    return {step.symbol.name for step in mistake.steps}


def _work(problem: Problem) -> int:
    """Return about how much one cell, or one number, takes to work out, in products."""
    numbers = {name: value for name, value in problem.values.items() if isinstance(value, (int, Fraction))}
    written = formulas(problem.quantity, problem.quantity.steps, problem.values)
    return max((terms(formula, numbers) for _, formula in written), default=1) + WORK_PER_TRY


def _give(pair: Sequence[Mistake], stated: Value, solution: Solution, alike: Alike) -> bool:
    quantity = solution.problem.quantity
    steps = quantity.with_steps(step for mistake in pair for step in mistake.steps)
    try:
        value = value_of(quantity, steps, solution.problem.values)
        if isinstance(value, Grid) and not isinstance(solution.answer, Grid):
            value = value.at(solution.cell)
    except (ArithmeticError, LookupError, ValueError):
        return False
    return value != solution.answer and alike(stated, value)


# --------------------------------------------------------------------------- any shape, map or number


def _slip(slug: str, en: str, zh: str) -> Mistake:
    return Mistake(slug, Text(en, zh), ())


CHANNELS_FIRST = _slip(
    "channels-first",
    "the channels were put first: here the order is height × width × channels",
    "把通道写在了最前：此处的顺序是 高 × 宽 × 通道",
)
SIDES_SWAPPED = _slip("sides-swapped", "height and width were swapped", "高度与宽度写反了")
BATCH_ADDED = _slip(
    "batch-added",
    "a batch of 1 was put in front: the shape of one example is asked for",
    "在最前多写了批量 1：所问的是单个样本的形状",
)
CHANNEL_ADDED = _slip(
    "channel-added", "one channel was added: height × width are asked for", "多写了通道 1：所问的只是 高 × 宽"
)
ONE_LEFT_OUT = _slip("one-left-out", "a size of 1 was left out: it is written too", "漏掉了大小为 1 的一维：它也要写出")
OTHER_ORDER = _slip("other-order", "the sizes are right, but in another order", "各个大小都对，但顺序不对")
CHANNELS_LEFT_OUT = _slip("channels-left-out", "the channels were left out", "漏写了通道数")
CHANNELS_WRONG = _slip(
    "channels-wrong", "height and width are right, the number of channels is not", "高与宽正确，通道数不正确"
)
SIDES_WRONG = _slip(
    "sides-wrong", "the number of channels is right, height and width are not both", "通道数正确，高与宽不全正确"
)
TRANSPOSED = _slip("map-transposed", "rows and columns of the map were swapped", "特征图的行与列互换了")
TURNED = _slip("map-turned", "the map was turned by 180°", "特征图被旋转了 180°")
UPSIDE_DOWN = _slip("map-upside-down", "the rows of the map stand in the opposite order", "特征图的各行顺序颠倒了")
MIRRORED = _slip("map-mirrored", "the columns of the map stand in the opposite order", "特征图的各列顺序颠倒了")
BACKWARDS = _slip("backwards", "the values stand in the opposite order", "各个值的顺序颠倒了")
DEPTH = 3
"""How many sizes a shape with channels has."""


def _arrangements(solution: Solution) -> Iterator[tuple[tuple[Mistake, ...], Value]]:
    """Yield what the answer is when it is written down in another arrangement, the likeliest first."""
    answer = solution.answer
    ways: Iterator[tuple[tuple[Mistake, ...], Value]] = iter(())
    if isinstance(answer, tuple) and len(answer) > 1 and not solution.problem.quantity.subscripts:
        ways = _shapes(answer)
    elif isinstance(answer, Grid):
        ways = _maps(answer)
    yield from ((slips, value) for slips, value in ways if value != answer)


def _shapes(shape: tuple[int, ...]) -> Iterator[tuple[tuple[Mistake, ...], Value]]:
    height, width, *depth = shape
    yield (SIDES_SWAPPED,), (width, height, *depth)
    if len(shape) == DEPTH:
        yield (CHANNELS_FIRST,), (*depth, height, width)
        yield (BATCH_ADDED, CHANNELS_FIRST), (1, *depth, height, width)
        yield (ONE_LEFT_OUT if depth == [1] else CHANNELS_LEFT_OUT,), (height, width)
    else:
        yield (CHANNEL_ADDED,), (height, width, 1)
        yield (BATCH_ADDED, CHANNEL_ADDED), (1, height, width, 1)
        yield (BATCH_ADDED, CHANNEL_ADDED), (1, 1, height, width)
    yield (BATCH_ADDED,), (1, *shape)
    for left_out in range(len(shape)):
        if shape[left_out] == 1:
            yield (ONE_LEFT_OUT,), (*shape[:left_out], *shape[left_out + 1 :])
    yield (ONE_LEFT_OUT,), tuple(size for size in shape if size != 1)
    for order in permutations(shape):
        yield (OTHER_ORDER,), order


def _maps(answer: Grid) -> Iterator[tuple[tuple[Mistake, ...], Value]]:
    if len(answer.shape) == 1:
        yield (BACKWARDS,), Grid(answer.shape, answer.values[::-1])
        return
    rows, columns, *depth = answer.shape

    def read(slip: Mistake, shape: tuple[int, int], place: Callable[[int, int], tuple[int, int]]) -> Any:
        cells = product(*map(range, (*shape, *depth)))
        return (slip,), Grid((*shape, *depth), tuple(answer.at((*place(*cell[:2]), *cell[2:])) for cell in cells))

    yield read(TRANSPOSED, (columns, rows), lambda row, column: (column, row))
    yield read(TURNED, (rows, columns), lambda row, column: (rows - 1 - row, columns - 1 - column))
    yield read(UPSIDE_DOWN, (rows, columns), lambda row, column: (rows - 1 - row, column))
    yield read(MIRRORED, (rows, columns), lambda row, column: (row, columns - 1 - column))


def _partly(stated: Value, answer: Value) -> tuple[Mistake, ...]:
    """Return what is right about a wrong shape with channels."""
    if not (isinstance(stated, tuple) and isinstance(answer, tuple) and len(stated) == len(answer) == DEPTH):
        return ()
    if stated[:2] == answer[:2]:
        return (CHANNELS_WRONG,)
    return (SIDES_WRONG,) if stated[2] == answer[2] else ()


def _factor(stated: Value, answer: Value, alike: Alike) -> Fraction | None:
    """Return the first factor that makes a number of the right one."""
    if isinstance(stated, (bool, str, tuple, Grid)) or isinstance(answer, (bool, str, tuple, Grid, Rounded)):
        return None
    if isinstance(answer, float) or not answer:
        return None
    return next((factor for factor in FACTORS if alike(stated, plain(answer * factor))), None)
