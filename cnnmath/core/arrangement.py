"""Shapes and maps in another arrangement: channels first, a batch of 1, sides swapped, rows turned."""

from collections.abc import Callable, Iterator
from itertools import permutations, product
from typing import Any

from cnnmath.grid import Grid
from cnnmath.model import Mistake, Value
from cnnmath.text import Text


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


def arrangements(answer: Value) -> Iterator[tuple[tuple[Mistake, ...], Value]]:
    """Yield what a shape or a map is when it is written down in another arrangement, the likeliest first."""
    ways: Iterator[tuple[tuple[Mistake, ...], Value]] = iter(())
    if isinstance(answer, tuple) and len(answer) > 1:
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


def right_in_part(stated: Value, answer: Value) -> tuple[Mistake, ...]:
    """Return what is right about a wrong shape with channels."""
    if not (isinstance(stated, tuple) and isinstance(answer, tuple) and len(stated) == len(answer) == DEPTH):
        return ()
    if stated[:2] == answer[:2]:
        return (CHANNELS_WRONG,)
    return (SIDES_WRONG,) if stated[2] == answer[2] else ()
