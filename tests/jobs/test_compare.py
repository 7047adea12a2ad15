"""`cnnmath compare`: two typed answers, how they were read, and whether they are the same."""

import json
from fractions import Fraction

import pytest

import cnnmath
from cnnmath.cli import run
from cnnmath.errors import CnnmathError
from cnnmath.jobs.compare import compare, compared
from cnnmath.model import Case, Right, Rounded, Undecided, Wrong
from cnnmath.tolerance import Tolerance

GRADES: list[tuple[str, str, str, dict]] = [
    ("right", "1,000.0", "1000", {}),
    ("right", "2.4M", "2,400,000", {}),
    ("wrong", "2.4M", "2,396,000", {}),
    ("right", "2.4M", "2,396,000", {"tolerance": Tolerance("as-written")}),
    ("wrong", "2.39M", "2,396,000", {"tolerance": Tolerance("as-written")}),
    ("wrong", "25,557,031", "25,557,032", {}),
    ("right", "25,557,031", "25,557,032", {"tolerance": Tolerance("relative", Fraction(1, 1000))}),
    ("right", "0.106", "0.1055", {"tolerance": Tolerance("figures", Fraction(3))}),
    ("wrong", "0.1060", "0.1055", {"tolerance": Tolerance("figures", Fraction(3), strict=True)}),
    ("right", "1.3", "1.27", {"tolerance": Tolerance("decimals", Fraction(1), strict=True)}),
    ("wrong", "1.30", "1.27", {"tolerance": Tolerance("decimals", Fraction(1), strict=True)}),
    ("right", "50%", "0.5", {}),
    ("wrong", "50", "50%", {}),
    ("right", "28x28x32", "(28, 28, 32)", {}),
    ("wrong", "32x28x28", "(28, 28, 32)", {}),
    ("wrong", "28x28", "(28, 28, 32)", {}),
    ("wrong", "25088", "28x28x32", {}),
    ("wrong", "(28, 28, 32)", "25088", {}),
    ("right", "1 2; 3 4", "[[1, 2], [3, 4]]", {}),
    ("wrong", "1 3; 2 4", "[[1, 2], [3, 4]]", {}),
    ("right", r"\begin{pmatrix}x+x&2\\2&x^2\end{pmatrix}", "[[2x, 2], [2, x*x]]", {"symbols": ["x"]}),
    ("right", "1 + 2floor(x) + ceil(-x)", "1 + floor(x)", {"symbols": "x", "real": "x"}),
    ("wrong", "floor(x) + 1", "ceil(x)", {"symbols": "x", "real": "x"}),
    ("right", "floor((N-K)/S) + 1", "ceil((N-K+1)/S)", {"symbols": "NKS", "where": ["N >= K"]}),
    ("right", "N - K", "|N - K|", {"symbols": "NK", "where": ["N ≥ K"]}),
    ("wrong", "N - K", "|N - K|", {"symbols": "NK"}),
    ("right", "yes", "对", {"kind": "truth"}),
    ("undecided", "N + (N-N)/(K-K)", "N", {"symbols": "NK"}),
]


@pytest.mark.parametrize(("grade", "student", "key", "options"), GRADES)
def test_verdicts(grade, student, key, options):
    verdict = compare(student, key, **options)
    assert {"right": Right, "wrong": Wrong, "undecided": Undecided}[grade] is type(verdict)


def test_a_wrong_answer_comes_with_what_differs():
    assert compare("28x28x3", "28x28x32").witness == ((2,),)
    assert compare("1 2; 3 5", "1 2; 3 4").witness == ((1, 1),)
    assert compare("N/S", "N//S", symbols="NS").case == Case({"N": 1, "S": 2}, Fraction(1, 2), 0)


@pytest.mark.parametrize(
    ("student", "key", "slugs"),
    [
        ("32x28x28", "28x28x32", ["channels-first"]),
        ("(1, 28, 28, 32)", "28x28x32", ["batch-added"]),
        ("1x32x28x28", "28x28x32", ["batch-added", "channels-first"]),
        ("14x28x6", "28x14x6", ["sides-swapped"]),
        ("28x28", "28x28x32", ["channels-left-out"]),
        ("28x28x3", "28x28x32", ["channels-wrong"]),
        ("1 3; 2 4", "1 2; 3 4", ["map-transposed"]),
        ("4 3; 2 1", "1 2; 3 4", ["map-turned"]),
        ("1 2; 3 5", "1 2; 3 4", []),
        ("25088", "28x28x32", []),
    ],
)
def test_shapes_and_maps_in_another_arrangement_are_told(student, key, slugs):
    verdict = compare(student, key)
    assert isinstance(verdict, Wrong)
    assert [mistake.slug for mistake in verdict.mistakes] == slugs


def test_both_are_echoed_as_they_were_read():
    found = compared("2.4M", "2,396,000")
    assert found.student.value == Rounded(Fraction(2_400_000), Fraction(100_000))
    assert found.record()["student"] == {"typed": "2.4M", "read_as": "2,400,000"}


def test_it_is_public():
    assert cnnmath.compare("2", "4/2").grounds == "proved"


@pytest.mark.parametrize(
    ("options", "en", "zh"),
    [
        ({"where": ["N"]}, "`N` is no condition: write N + 2P >= K.", "`N` 不是条件：请写 N + 2P >= K。"),
        (
            {"where": ["N > M"]},
            "column 2: there is no symbol `M` here. The symbols are N, K.",
            "第 2 列：这里没有符号 `M`。可用的符号：N、K。",
        ),
    ],
)
def test_a_condition_that_cannot_be_read(options, en, zh):
    with pytest.raises(CnnmathError) as refused:
        compare("N", "N", symbols="NK", **options)
    assert refused.value.message.en == en
    assert refused.value.message.zh == zh


# --------------------------------------------------------------------------------------------- the shell

SAME = """\
Two answers compared

 1 Read as
   answer    ⌊(N − K + 2P)/S⌋ + 1
   key       ⌈(N − K + 2P + 1)/S⌉
   compared  exactly

 2 Verdict
   ✓ They are the same: proved.
"""
DIFFERENT = """\
两个答案的比较

 1 读作
   答案      ⌊N/S⌋ + 1
   参考答案  ⌈N/S⌉
   比较方式  须完全相等

 2 判定
   ✗ 两者不相同。
   当 N = 1, S = 1 时，答案得 2，参考答案得 1。
"""
CASES = [
    ((r"$\left\lfloor\frac{N-K+2P}{S}\right\rfloor+1$", "⌈(N-K+2P+1)/S⌉", "--symbols", "N,K,P,S"), 0, SAME),
    (("floor(N/S)+1", "ceil(N/S)", "--symbols", "N，S", "--lang", "zh"), 1, DIFFERENT),
]


@pytest.mark.parametrize(("arguments", "code", "page"), CASES)
def test_the_page(capsys, monkeypatch, arguments, code, page):
    monkeypatch.setenv("COLUMNS", "80")
    language = () if "--lang" in arguments else ("--lang", "en")
    assert run(["compare", *arguments, *language]) == code
    assert capsys.readouterr().out == page


def test_json(capsys):
    assert run(["compare", "N/S", "N//S", "--symbols", "N,S", "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["verdict"] == "wrong"
    assert found["witness"] == {"values": {"N": 1, "S": 2}, "student": "1/2", "key": 0}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("N - К", "N", "--symbols", "N,K"), "cnnmath: column 5, after `N -`: `К` is CYRILLIC CAPITAL LETTER KA; did you mean `K`?\n  N - К\n      ^\n"),
        (("1", "1", "--tolerance", "some"),
         "cnnmath: --tolerance is one of exact, as-written, relative=0.01, absolute=0.5, figures=3, decimals=2, not some.\n"),
        (("1", "1", "--format", "latex"), "cnnmath: --format is one of terminal, markdown, json, not latex.\n"),
    ],
)  # fmt: skip
def test_refusals(capsys, arguments, said):
    assert run(["compare", *arguments, "--lang", "en"]) == 2
    assert capsys.readouterr().err == said


def test_undecided_has_its_own_code(capsys):
    assert run(["compare", "N + 0/(N-N)", "N", "--symbols", "N", "--lang", "en"]) == 3
    said = " ".join(capsys.readouterr().out.split())
    assert "This cannot be decided: there are no values at which both formulas are defined." in said


@pytest.mark.parametrize(
    ("rule", "code"), [("relative=0.1", 0), ("absolute=1", 0), ("figures=1", 1), ("decimals=0", 1), ("exact", 1)]
)
def test_rules(rule, code):
    assert run(["compare", "24", "25", "--tolerance", rule]) == code
