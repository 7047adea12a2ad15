"""The misconceptions that textbooks, exercises and their answers show, each with figures that were met somewhere.

A wrong formula is named as a mistake; where it is another convention's, the answer is right and that is said.
"""

from fractions import Fraction

import numpy as np
import pytest

from cnnmath.core.judge import judge
from cnnmath.core.pose import pose
from cnnmath.core.solve import solve
from cnnmath.engine import convolve, correlate
from cnnmath.grid import Grid
from cnnmath.model import Claim, Right, Wrong
from cnnmath.reading.stated import read_stated
from cnnmath.topics import quantity


def verdict(slug, stated, **given):
    asked = quantity(slug)
    problem = pose(asked, {word.replace("_", "-"): value for word, value in given.items()})
    if isinstance(stated, str):
        stated = read_stated(asked.kind, stated)
    if isinstance(stated, list):
        stated = Grid.of(stated)
    return judge(Claim(problem, stated), solve(problem))


def exact(*numbers):
    return [Fraction(number) for number in numbers]


def case(misconception, slug, stated, answer, named, **given):
    return pytest.param(slug, stated, answer, named, given, id=f"{misconception} {slug} {named} {stated}")


RGB = {"kernel": 5, "channels": 3, "filters": 100}
BOTTLENECK = {"kernel": 3, "channels": 256, "reduced": 64, "filters": 256}
WIDE = {"input": (100, 100, 256), "kernel": 3, "padding": 1, "filters": 256}
INCEPTION = {"input": (28, 28, 192), "kernel": 1, "filters": 16}
SEQUENCE = {"input": [3, 2, 1, 7, 1, 2, 5, 4], "kernel": exact("1/2", "3/4", "1", "1/4"), "stride": 2}
FOUR = {"input": [[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]], "kernel": 2, "stride": 1}
NNDL = {"input": [1, 1, 2, -1, 1, -2, 1], "kernel": [-1, 0, 1]}

WRONG = [
    # M01 the input channels are ignored
    case("M01", "channels.parameters", 2600, 7600, "channels-forgotten", **RGB),
    case("M01", "channels.parameters", 416, 3216, "channels-forgotten", kernel=5, channels=8, filters=16),
    # M02 one bias for a whole layer
    case("M02", "lenet", 48_001, 48_120, "one-bias-per-layer", layer="c5"),
    case("M02", "lenet", 10_081, 10_164, "one-bias-per-layer", layer="f6"),
    case("M02", "lenet", 841, 850, "one-bias-per-layer", layer="output", head="softmax"),
    case("M02", "motivation", 48_001, 48_120, "one-bias-per-layer", inputs=400, units=120),
    case("M02", "motivation", 10_081, 10_164, "one-bias-per-layer", inputs=120, units=84),
    case("M02", "motivation", 841, 850, "one-bias-per-layer", inputs=84, units=10),
    case("M02", "channels.parameters", 7501, 7600, "one-bias-per-layer", **RGB),
    # M03 biases in one place and not in another
    case("M03", "bottleneck.parameters", 164_096, 164_160, "bias-of-the-reduction-forgotten", **BOTTLENECK),
    case("M03", "bottleneck.parameters", 163_904, 164_160, "bias-of-the-second-forgotten", **BOTTLENECK),
    # M04 the factor between MAC and FLOP
    case("M04", "operations.flops", 1_204_224, 4_816_896, "macs-halved", **INCEPTION),
    case("M04", "operations.flops", 2_408_448, 4_816_896, "macs-not-doubled", **INCEPTION),
    case("M04", "operations", 4_816_896, 2_408_448, "flops-counted", **INCEPTION),
    # M06 ceil alone
    case("M06", "pooling.size", 3, 2, "ceil-alone", input=9, kernel=2, stride=5, rounding="ceil"),
    # M07 floor, + 1, or a size that was thought to stay
    case("M07", "output-size", 7, 8, "plus-one-forgotten", input=12, kernel=5),
    case("M07", "output-size.shape", (2, 2), (3, 3), "plus-one-forgotten", input=(5, 5), kernel=3),
    case("M07", "output-size", "4.5", 4, "rounding-forgotten", input=10, kernel=3, stride=2),
    case("M07", "output-size", 27, 25, "size-kept", input=27, kernel=5, padding=1),
    case("M07", "pooling.shape", (14, 14, 512), (4, 4, 512), "size-kept", input=(14, 14, 512), kernel=5, stride=3),
    # M08 the size of a transposed convolution
    case("M08", "transposed", 12, 14, "dilation-forgotten", input=10, kernel=3, dilation=2),
    case("M08", "transposed", 129, 128, "stride-on-all", input=64, kernel=5, stride=2, padding=2, output_padding=1),
    case("M08", "transposed", 32, 128, "convolution-formula", input=64, kernel=5, stride=2, padding=2, output_padding=1),
    # M11 dilations 1, 2, 4 taken for 1, 2, 3
    case("M11", "receptive-field", 13, 15, "dilation-linear", kernel=[3, 3, 3], dilation=[1, 2, 4]),
    # M12 receptive fields multiplied by the number of blocks
    case("M12", "receptive-field.stacked", 3072, 3070, "kernels-added", layers=3, kernel=1024),
    # M13 the current stride, or no pooling window; dilation left out
    case("M13", "receptive-field", 13, 14, "pools-left-out", kernel=[5, 2, 5], stride=[1, 2, 1]),
    case("M13", "receptive-field", 15, 14, "own-stride-too", kernel=[5, 2, 5], stride=[1, 2, 1]),
    case("M13", "receptive-field", 7, 15, "dilation-forgotten", kernel=[3, 3, 3], dilation=[1, 2, 4]),
    # M16 four bytes per value lost
    case("M16", "operations.memory", 102_760_448, 411_041_792, "bytes-forgotten", input=(25088, 4096)),
    case("M16", "operations.memory", "98 MiB", 411_041_792, "bytes-forgotten", input=(25088, 4096)),
    # M18 the total padding in a formula that takes each side's, and the reverse
    case("M18", "output-size", 10, 8, "padding-doubled", input=8, kernel=3, padding=1),
    case("M18", "output-size.shape", (10, 10), (8, 8), "padding-doubled", input=(8, 8), kernel=3, padding=1),
    case("M18", "padding", 4, 2, "all-on-each-side", kernel=5),
    case("M18", "padding.total", 2, 4, "one-side-only", kernel=5),
    # M19 half of an even kernel on each side
    case("M19", "output-size", 28, 29, "size-kept", input=28, kernel=4, padding=2),
    case("M19", "padding.total", 4, 3, "whole-kernel", kernel=4),
    # M20 zeros forgotten at the border
    case("M20", "conv1d", [1] * 5, exact("3/4", 1, 1, 1, "3/4"), "edges-repeated",
         input=[1] * 5, kernel=exact("1/4", "1/2", "1/4"), padding="same"),
    # M23 a loop up to length / stride
    case("M23", "conv1d", [7, 9], [7, 9, 8], "last-window-lost", **SEQUENCE),
    case("M23", "cross-correlation", [[5]], [[5, 9], [3, -1]], "last-window-lost",
         input=[[1, 2, 3, 4], [0, 4, 1, 6], [2, 1, 0, 5], [7, 1, 3, -1]], kernel=[[1, 0], [0, 1]], stride=2),
    # M24 the windows of another set
    case("M24", "pooling.shape", (4, 2, 1), (3, 3, 1), "row-by-row", input=(4, 4, 1), kernel=2, stride=1),
    case("M24", "pooling", [[1, 4], [6, 8], [3, 1], [2, 4]], [[6, 7, 8], [6, 7, 8], [3, 3, 4]], "row-by-row", **FOUR),
    # M27 the maps that C3 reads
    case("M27", "lenet.connections", 41_600, 241_600, "channels-forgotten", layer="c3", c3="full"),
    case("M27", "lenet", 2416, 1516, "c3-in-full", layer="c3"),
    # M30 as many output channels as the input has
    case("M30", "channels.maps", (30, 30, 3), (30, 30, 1), "depth-kept", input=(32, 32, 3), kernel=5, padding=1, filters=1),
    # M31 the + 1 below the line
    case("M31", "output-size", 2, 5, "stride-plus-one", input=7, kernel=3),
    case("M31", "output-size.shape", (2, 2), (5, 5), "stride-plus-one", input=(7, 7), kernel=3),
    case("M31", "channels.maps", (2, 2, 9), (5, 5, 9), "stride-plus-one", input=(7, 7, 3), kernel=3, filters=9),
    case("M31", "pooling.size", 8, 14, "stride-plus-one", input=28, kernel=2),
    # M34 weights that are shared counted at every position
    case("M34", "motivation.weights-shared", 78_643_200, 4800, "sharing-ignored", units=128 * 128 * 64, kernel=75, filters=64),
]  # fmt: skip


@pytest.mark.parametrize(("slug", "stated", "answer", "named", "given"), WRONG)
def test_a_misconception_is_wrong_and_named(slug, stated, answer, named, given):
    found = verdict(slug, stated, **given)
    assert isinstance(found, Wrong)
    assert found.answer == (Grid.of(answer) if isinstance(answer, list) else answer)
    assert named in [mistake.slug for mistake in found.mistakes]
    assert not found.together
    assert len(found.mistakes) <= 2


RIGHT_ELSEWHERE = [
    case("M03", "channels.parameters", 589_824, 590_080, "bias-not-counted", kernel=3, channels=256, filters=256),
    case("M03", "bottleneck.parameters", 163_840, 164_160, "bias-not-counted", **BOTTLENECK),
    case("M04", "operations.flops", 4_829_440, 4_816_896, "flops-with-bias", **INCEPTION),
    case("M06", "pooling.size", 7, 6, "ceil", input=13, kernel=2, stride=2),
    case("M10", "output-size", 4, 6, "dilation-from-0", input=10, kernel=3, dilation=2),
    case("M10", "output-size.shape", (4, 4), (6, 6), "dilation-from-0", input=(10, 10), kernel=3, dilation=2),
    case(
        "M10",
        "channels.maps",
        (4, 4, 7),
        (6, 6, 7),
        "dilation-from-0",
        input=(10, 10, 3),
        kernel=3,
        dilation=2,
        filters=7,
    ),
    case("M10", "receptive-field", 21, 15, "dilation-from-0", kernel=[3, 3, 3], dilation=[1, 2, 4]),
    case("M16", "operations.memory", "392 MB", 411_041_792, "mb-is-mib", input=(25088, 4096)),
    case("M16", "operations.memory", "6272 KB", 6_422_528, "kb-is-kib", input=(112, 112, 128)),
    case("M16", "operations.memory", "784 KB", 802_816, "kb-is-kib", input=(56, 56, 256), bytes=1),
    case("M21", "conv1d", [1, -2, -1, -1, 0], [-1, 2, 1, 1, 0], "cross-correlation", **NNDL),
    case("M41", "operations.space", 589_824, 2_560_000, "space-is-weights", **WIDE),
]


@pytest.mark.parametrize(("slug", "stated", "answer", "named", "given"), RIGHT_ELSEWHERE)
def test_what_another_convention_gives_is_right_and_said_so(slug, stated, answer, named, given):
    found = verdict(slug, stated, **given)
    assert isinstance(found, Right)
    assert found.convention is not None
    assert found.convention.slug == named
    assert found.answer == (Grid.of(answer) if isinstance(answer, list) else answer)


def test_memory_in_units_of_1024_is_right_without_any_convention():
    assert verdict("operations.memory", "392 MiB", input=(25088, 4096)) == Right(411_041_792, "formula")
    assert verdict("operations.memory", "6272 KiB", input=(112, 112, 128)) == Right(6_422_528, "measured")


def test_m22_wide_cross_correlation_does_not_commute_and_convolution_does():
    image, kernel = np.array([[1, 0, 2], [-1, 3, 1], [0, 2, 5]]), np.array([[1, 2], [3, 4]])
    around = ((2, 2), (2, 2))
    exchanged = correlate(kernel, image, padding=around)
    assert not np.array_equal(exchanged, correlate(image, kernel, padding=1))
    assert np.array_equal(exchanged, correlate(image, kernel, padding=1)[::-1, ::-1])
    assert np.array_equal(convolve(kernel, image, padding=around), convolve(image, kernel, padding=1))
    found = verdict(
        "cross-correlation", exchanged.tolist(), input=image.tolist(), kernel=kernel.tolist(), padding="full"
    )
    assert isinstance(found, Wrong)
    assert [mistake.slug for mistake in found.mistakes] == ["operands-exchanged"]


def test_two_misconceptions_at_once_are_both_named():
    """M01 and M02: (25 + 0)·100 + 1."""
    found = verdict("channels.parameters", 2501, **RGB)
    assert isinstance(found, Wrong)
    assert {mistake.slug for mistake in found.mistakes} == {"channels-forgotten", "one-bias-per-layer"}
    assert found.together


def test_a_misconception_without_the_biases_is_told_with_the_convention():
    """M01 where biases are not counted: 25·100."""
    found = verdict("channels.parameters", 2500, **RGB)
    assert isinstance(found, Wrong)
    assert [mistake.slug for mistake in found.mistakes] == ["bias-not-counted", "channels-forgotten"]
    assert found.together


def test_a_rounded_misconception_is_named_too():
    found = verdict("channels.parameters", "2.6K", **RGB)
    assert isinstance(found, Wrong)
    assert [mistake.slug for mistake in found.mistakes] == ["channels-forgotten"]
