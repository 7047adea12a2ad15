"""Questions of our own in the file's schema: read, answered, and what was published judged."""

import json

import pytest

from tests.acceptance.asked.question import Givens
from tests.acceptance.questions import judged, main, read_questions

CONV = {"type": "conv", "k": 3, "filters": 8, "s": 1, "p": 1}
POOL = {"type": "maxpool", "k": 2}
FLATTEN = {"type": "flatten"}
TEN = {"type": "fc", "units": 10}
DEEP = {"input": [20, 20, 3], "layers": [CONV, {"type": "relu"}, POOL, {**CONV, "filters": 4}, FLATTEN, TEN]}
IMAGE = [[1, 0, 2], [3, 1, 0], [0, 2, 1]]

RIGHT = [
    # topic, given, asks, the right answer
    ("conv1d_value", {"X": [1, 2, 4], "K": [1, -1], "mode": "convolution", "padding": "full"}, "by hand", [1, 1, 2, -4]),
    ("conv1d_value", {"X": [1, 2, 4], "K": [1, -1], "mode": "cross_correlation"}, "by hand", [-1, -2]),
    ("conv1d_value", {"X": [1, 2, 4], "K": "box of length 3 (1/3 each)", "padding": 1, "padding_mode": "replicate"},
     "clamped borders", [1.333, 2.3333, 3.33]),
    ("conv2d_value", {"X": IMAGE, "K": [[1, 0], [0, -1]]}, "the map", [[0, 0], [1, 0]]),
    ("conv2d_value", {"X": IMAGE, "K": [[1, 0], [0, -1]], "entry": [1, 0]}, "one entry", 1),
    ("conv2d_value", {"X": [IMAGE, IMAGE], "K": [[[1, 0], [0, 0]], [[0, 0], [0, 1]]]}, "two channels", [[2, 0], [5, 2]]),
    ("conv2d_value", {"X": IMAGE, "K": [[1, 0], [0, -1]], "cases": [{"stride": 2, "padding": 1}, {"padding": 0}],
                      "mode": "cross_correlation"}, "two outputs", [[[-1, -2], [0, 0]], [[0, 0], [1, 0]]]),
    ("pooling_value", {"X": IMAGE, "kernel": 2, "stride": 1, "kind": "avg"}, "average pooling", [[1.25, 0.75], [1.5, 1]]),
    ("pooling_value", {"X": [[1, 4], [0, 3]], "kernel": 2, "kind": ["max", "avg"]}, "maximum and average", [4, 2]),
    ("output_size", {"input": 30, "kernel": 4, "stride": 3}, "output side", 9),
    ("output_size", {"cases": [[10, 3, 2], [11, 5, 1]], "columns": ["input", "kernel", "stride"]}, "sizes", [4, 7]),
    ("output_size", {"input": "n", "kernel": "k", "padding": "p", "stride": "s"}, "output side", "(n - k + 2*p)/s + 1"),
    ("output_shape", {"input": [8, 8], "kernel": [3, 5], "padding": [0, 1], "stride": [3, 4]}, "output height and width", [2, 2]),
    ("output_shape", {"input": [30, 30, 3], "kernel": 5, "filters": 1, "padding": 2}, "volume", [30, 30, 1]),
    ("output_shape", {"input": [9, 9, 3], "kernel": 2, "filters": 6, "stride": 2, "padding": "same", "layout_answer": "CHW"},
     "SAME, channels first", [6, 5, 5]),
    ("output_shape", {"input": [12, 12, 5], "padding": 3, "op": "pad only"}, "size after padding", [18, 18, 5]),
    ("pooling_shape", {"input": 10, "kernel": 3, "stride": 2, "ceil_mode": True}, "rounded up", 5),
    ("pooling_shape", {"input": [10, 12, 7], "kernel": 2}, "output volume", [5, 6, 7]),
    ("stack", DEEP, "flatten length and total parameters", [400, 4526]),
    ("stack", DEEP, "shape after every layer", [[20, 20, 8], [10, 10, 8], [10, 10, 4], [400], [10]]),
    ("stack", DEEP, "map after the second conv layer", [10, 10, 4]),
    ("stack", DEEP, "parameters of the second conv layer", 292),
    ("stack", DEEP, "parameters of each layer", [224, 292, 4010]),
    ("stack", DEEP, "per layer and in all", {"params": [224, 292, 4010], "total": 4526}),
    ("stack", {"input": [8, 8, 2], "branches": [[CONV], [{**CONV, "filters": 5}]], "combine": "concat channels"},
     "output volume", [8, 8, 13]),
    ("stack", {"input": 50, "layers": "six unpadded 3x3 convolutions"}, "side after six layers", 38),
    ("param_count", {"kernel": [3, 5], "in_channels": 4, "filters": 6}, "parameters", 366),
    ("param_count", {"kernel": 3, "in_channels": 4, "filters": 6, "bias": False, "groups": 2}, "weights", 108),
    ("param_count", {"kernel": "k", "in_channels": "c", "filters": "f"}, "parameters (symbolic)", "f*(k^2*c + 1)"),
    ("param_count", {"layers": [20, 30, 5]}, "parameters of the network", 785),
    ("param_count", {"layers": ["ConvTranspose2d(4, 6, k=2, s=2)", "Linear(7, 3, bias=False)"]}, "parameters", [102, 21]),
    ("param_count", {"layers": [{**CONV, "in_channels": 3}, {"type": "bn"}]},
     "total and trainable", {"total": 256, "trainable": 240}),
    ("param_count", {"input": [6, 6, 2], "kernel": 3, "filters": 4, "weight_sharing": False}, "parameters", 1216),
    ("param_count", {"input": [16, 16, 20], "kernel": 3}, "connections of each neuron", 180),
    ("op_count", {"input": [10, 10, 3], "kernel": 3, "filters": 4, "padding": "same"}, "multiplications", 10800),
    ("op_count", {"input": [10, 10, 3], "kernel": 3, "filters": 4, "padding": 1}, "operations (multiplications and additions)", 21600),
    ("op_count", {"input": [10, 10, 3], "kernel": 3, "filters": 4, "padding": 1, "count": "MACs plus one bias addition per output"},
     "operation count", 11200),
    ("op_count", {"relation": "multiplications vs FLOPs"}, "FLOPs expressed in multiplications", "FLOPs = 2 * multiplications"),
    ("bottleneck", {"A": [CONV], "B": [{"type": "conv", "k": 1, "filters": 2}, CONV], "in_channels": 8, "bias": False},
     "weights of the plain and of the narrow branch", [576, 160]),
    ("fc_vs_conv", {"input": ["W", "H", 3], "output": ["W", "H", "C"], "bias": False}, "dense weights", "3*W^2*H^2*C"),
    ("fc_vs_conv", {"fc": [100, 7], "conv": {"type": "conv", "k": 5, "filters": 7}},
     "weights of the dense layer and of the equivalent convolution", [700, 700]),
    ("fc_vs_conv", {"input": [9, 9, 2], "kernel": 3, "filters": 4}, "parameters with and without sharing", [76, 3724]),
    ("receptive_field", {"layers": [{"k": 3, "s": 2}, {"k": 3, "d": 2}, {"k": 2}]}, "receptive field", 13),
    ("receptive_field", {"layers": [{"k": 3, "s": 2}, {"k": 3, "d": 2}, {"k": 2}]}, "fields after each layer", [3, 11, 13]),
    ("receptive_field", {"layers": [{"k": 3, "s": 2}, {"k": 3, "d": 2}]}, "receptive field, height and width", [11, 11]),
    ("receptive_field", {"blocks": 3, "block_rf": 11}, "receptive field of the stack of blocks", 31),
    ("inverse", {"target_rf": 14, "kernel": 3, "stride": 1}, "number of 3x3 layers to see 14x14", 7),
    ("inverse", {"input": 32, "kernel": 5, "output": 28, "stride": 1}, "which padding gives this", 0),
    ("inverse", {"input": 60, "kernel": 5, "output": 40}, "number of 5x5 layers without padding", 5),
    ("inverse", {"input": "n", "output": "m", "stride": "s", "padding": "p"}, "kernel size (symbolic)", "n + 2p - s(m-1)"),
    ("inverse", {"input": "n", "output": "m", "kernel": "k", "padding": "p"}, "stride (symbolic)", "(n+2p-k)/(m-1)"),
    ("padding_choice", {"kernel": [3, 7, 11], "stride": 1}, "padding that keeps the size", [1, 3, 5]),
    ("padding_choice", {"kernel": "k", "dilation": "d"}, "padding that keeps the size", "d*(k-1)/2"),
    ("padding_choice", {"claim": "padding (k-1)/2 with stride 1 keeps the size for every odd k"}, "true or false", True),
    ("padding_choice", {"input": 10, "kernel": 4, "stride": 3, "padding": "SAME"}, "output, left and right pads",
     {"output": 4, "left": 1, "right": 2}),
    ("dilated", {"kernel": 4, "dilation": [1, 3]}, "effective kernel sizes", [4, 10]),
    ("dilated", {"input": 20, "kernel": 3, "dilation": 1, "dilation_convention": "0 = no gap"}, "output side", 16),
    ("transposed", {"X": [[1, 2]], "K": [[1, 1], [0, 3]], "stride": 2}, "values", [[1, 1, 2, 2], [0, 3, 0, 6]]),
    ("transposed", {"x": [1, 2], "w": [1, 1, 5], "rank": 1}, "values", [1, 3, 7, 10]),
    ("transposed", {"input": "n", "kernel": "k", "stride": "s", "padding": "p"}, "output size", "s(n-1)+k-2p"),
    ("transposed", {"input": 12, "kernel": 4, "stride": 3, "padding": 1}, "is the size restored on the way back?", False),
    ("equivalence", {"law": "W wide-convolved with X equals X wide-convolved with W"}, "is it so", True),
    ("equivalence", {"law": "rot180(W) wide-correlated with X equals rot180(X) wide-correlated with W"}, "is it so", True),
    ("equivalence", {"K1": ["m", "n"], "K2": ["p", "q"]}, "size", ["m+p-1", "n+q-1"]),
    ("equivalence", {"channels": "C", "bias": False}, "weights of one 7x7 and three 3x3 kernels", ["49*C^2", "27*C**2"]),
    ("lenet", {"layer": "C3", "kernel": 5, "maps": 16}, "kernels, parameters, connections", [60, 1516, 151600]),
    ("lenet", {"variant": "C3 fully connected, softmax output"}, "total parameters", 61750),
    ("resnet", {"blocks": [2, 2, 2, 2], "block": "basic"}, "layers", 18),
    ("other", {"op": "conv backward, input", "dY": [[1, 2], [0, 1]], "K": [[1, 3]], "input": [2, 3]}, "gradient",
     [[1, 5, 6], [0, 1, 3]]),
    ("other", {"op": "conv backward, weights", "X": IMAGE, "dY": [[1, 0], [0, 2]]}, "gradient", [[3, 0], [7, 3]]),
    ("other", {"volumes": [[32, 32, 4], [16, 16, 8]], "bytes": 4, "unit": "KiB"}, "memory", 24),
    ("other", {"net": "20x20x1; conv5 2, pool2/2, fc 10, biases", "bytes": 2}, "bytes of all activations (input and output included)",
     2 * (400 + 512 + 128 + 10)),
]  # fmt: skip

UNSUPPORTED = [
    ("conceptual", {"claim": "deeper is better"}, "true or false", True),
    ("stack", {**DEEP, "tweak": 3}, "total parameters", 4526),
    ("stack", {"input": [8, 8, 1], "layers": [{"type": "wavelet"}]}, "output volume", [8, 8, 1]),
    ("stack", DEEP, "how long training takes", 4526),
    ("op_count", {"input": [10, 10, 3], "kernel": 3, "filters": 4, "padding": 1}, "operations", 10800),
    ("op_count", {"input": [10, 10, 3], "kernel": 3, "filters": 4, "padding": 1, "bias": True}, "FLOPs", 21600),
    ("param_count", {"layers": [{**CONV, "in_channels": 3}, {"type": "bn"}]}, "parameters", 240),
    ("param_count", {"in_channels": 3, "filters": 8, "kernel": 3}, "separable parameters", 51),
    ("other", {"volume": [32, 32, 4], "bytes": 4, "unit": "MB"}, "memory", 0.016),
    ("padding_choice", {"kernel": 4, "stride": 1}, "padding that keeps the size", 2),
    ("conv2d_value", {"X": [[[1] * 2] * 2] * 2, "K": [[[1] * 2] * 2] * 2}, "channels first or last", [[8]]),
    ("receptive_field", {"layers": [{"k": 3}, {"k": 3}]}, "how many pixels a unit sees", 25),
    ("output_size", {"input": 30, "kernel": 3}, "receptive field", 28),
    ("output_size", {"input": "unreadable!", "kernel": 3}, "output side", 28),
]

WRONG = [
    # what was published, and what is said of it
    ("param_count", {"kernel": 5, "in_channels": 3, "filters": 10}, "parameters", 760, 260, "the input channels were forgotten"),
    ("stack", {"input": [11, 11, 1], "layers": [{"type": "conv", "k": 3, "filters": 2, "s": 2}, FLATTEN]}, "flatten length",
     50, 32, "the + 1 for the first place was forgotten"),
    ("param_count", {"kernel": "k", "in_channels": "c", "filters": "f"}, "parameters", "f*(k*k*c+1)", "f*(k*k+1)",
     "the input channels were forgotten"),
    ("conv1d_value", {"X": [1, 2, 3, 4, 5, 6, 7, 8], "K": [1, 0, 1, 0], "stride": 2, "mode": "cross_correlation"}, "values",
     [4, 8, 12], [4, 8], "the last value is missing"),
    ("conv1d_value", {"X": [1, 2, 4], "K": [1, -1], "mode": "convolution"}, "values", [1, 2], [-1, -2],
     "right if cross-correlation"),
]  # fmt: skip


def item(topic, given, asks, published, recomputed, agrees, **more):
    return {"id": "T", "topic": topic, "given": given, "asks": asks, "answer": published, "recomputed": recomputed,
            "agrees": agrees, **more}  # fmt: skip


@pytest.fixture
def result(tmp_path):
    """Judge one question, as it comes out of a file."""

    def judge(*parts, **more):
        path = tmp_path / "questions.json"
        path.write_text(json.dumps([item(*parts, **more)]), encoding="utf-8")
        return judged(read_questions(str(path))[0])

    return judge


@pytest.mark.parametrize(("topic", "given", "asks", "answer"), RIGHT)
def test_a_question_is_answered(result, topic, given, asks, answer):
    found = result(topic, given, asks, answer, answer, True)
    assert (found.outcome, found.verdict) == ("right", True), found.line


@pytest.mark.parametrize(("topic", "given", "asks", "answer"), UNSUPPORTED)
def test_what_is_not_understood_is_not_guessed(result, topic, given, asks, answer):
    found = result(topic, given, asks, answer, answer, True)
    assert found.outcome == "unsupported", found.line


@pytest.mark.parametrize(("topic", "given", "asks", "answer", "published", "says"), WRONG)
def test_a_wrong_answer_is_named(result, topic, given, asks, answer, published, says):
    found = result(topic, given, asks, published, answer, False)
    assert (found.outcome, found.verdict) == ("right", False), found.line
    assert any(says in told for told in found.slips), found.line


def test_readers_do_not_see_the_answers(result):
    """Only the shape of the published answer counts: what it says changes nothing of ours."""
    given = {"input": [9, 9, 3], "kernel": 3, "filters": 4}
    assert [
        result("output_shape", given, "volume", stated, stated, True).said for stated in ([7, 7, 4], [1, 2, 3])
    ] == ["[7, 7, 4]"] * 2


def test_several_right_answers_and_rough_ones(result):
    any_of = result(
        "inverse", {"input": 20, "kernel": 5, "stride": 4, "output": 5}, "padding", 1, [1, 2], True, match="any_of"
    )
    assert any_of.line == "T inverse: right: 1 or 2; published answer right"
    rough = result("param_count", {"inputs": 4096, "units": 1000}, "parameters", 4000000, 4097000, True, approx=True)
    assert rough.line == "T param_count: right: 4,097,000; published answer right"
    open_ = result(
        "output_shape", {"input": [9, 9, 3], "kernel": 2, "filters": "unknown", "stride": 2}, "size", None, [4, 4], None
    )
    assert open_.line == "T output_shape: right: [4, 4]; nothing published"


def test_what_cannot_be_read_is_nobodys_mistake(result):
    given = {"input": "n", "kernel": "k"}
    found = result("output_size", given, "output side", "n minus k, plus one!", "n-k+1", True)
    assert (found.outcome, found.verdict) == ("right", None)
    assert (
        found.line
        == "T output_size: right: floor((n - k + 2*0)/1) + 1; published answer undecided: n minus k, plus one!"
    )


def test_a_given_that_nobody_read_is_found():
    given = Givens({"a": 1, "b": {"c": 2, "d": 3}})
    given.inside(given.take("b"), "b").take("c")
    assert given.leftover() == ["given.a", "b.d"]


def test_the_figures_are_printed_last(tmp_path, capsys):
    path = tmp_path / "questions.json"
    size = {"input": 30, "kernel": 4, "stride": 3}
    path.write_text(
        json.dumps(
            [
                item("output_size", size, "output side", 9, 9, True),
                item("output_size", size, "output side", 8, 9, False),
                item("output_size", size, "output side", 8, 9, True),
                item("output_size", size, "output side", 9, 10, True),
                item("conceptual", {"claim": "x"}, "true or false", True, True, True),
                item("output_size", size, "output side", 9, 9, True, ambiguous=True),
            ]
        ),
        encoding="utf-8",
    )
    assert main([str(path)]) == 1
    *lines, last = capsys.readouterr().out.splitlines()
    assert len(lines) == 6
    assert lines[1].startswith("T output_size: right: 9; published answer WRONG: 8 (")
    assert json.loads(last) == {
        "total": 6,
        "right": 3,
        "wrong": 1,
        "unsupported": 2,
        "published_errors_found": 1,
        "false_alarms": 1,
    }


def test_usage(capsys):
    assert main([]) == 2
    assert capsys.readouterr().err == "usage: python -m tests.acceptance.questions PATH\n"
