"""How fast typed answers are read and judged, beside Math-Verify and SymPy's simplify, as ratios within one run.

Run with `pytest tests/benchmarks`. No time is asserted: the machine is not ours to judge. A peer that is not
installed is left out. Each answer is distinct, and imports are done before the clock starts.
"""

from time import perf_counter

import pytest

from cnnmath.jobs.compare import compare

pytest.importorskip("pytest_benchmark")

FORMULAS = [
    ("floor((N-K+2*P)/S)+{n}", "floor((N+2*P-K)/S)+{n}"),
    ("floor((N-K+2*P)/S)+{n}", "ceiling((N-K+2*P+1)/S)+{n}-1"),
    ("ceiling((N-K+2*P)/S)+{n}", "floor((N-K+2*P)/S)+{n}"),
    ("P*(N*K+1)+{n}", "P*N*K+P+{n}"),
    ("P*N*K+{n}", "P*N*K+P+{n}"),
    ("{n}*(N-K)*(N+K)", "{n}*N**2-{n}*K**2"),
    ("N/(S*{n})+K/{n}", "(N+K*S)/(S*{n})"),
]
NUMBERS = [("{n}", "{n}"), ("{n}+1", "{n}"), ("{n}/7", "{n}/7"), ("2*{n}", "{n}")]
SYMBOLS = ["N", "K", "P", "S"]


def mixed(count):
    """Pairs of answers, four formulas to one number, no two of them the same."""
    for n in range(count):
        pairs = NUMBERS if n % 5 == 0 else FORMULAS
        stated, right = pairs[n % len(pairs)]
        yield stated.format(n=n + 2), right.format(n=n + 2)


def ours(pairs):
    for stated, right in pairs:
        compare(stated, right, symbols=SYMBOLS)


def judged_by_simplify(pairs):
    sympy = pytest.importorskip("sympy")
    known = {name: sympy.Symbol(name, integer=True, positive=True) for name in SYMBOLS}
    for stated, right in pairs:
        left, other = (sympy.parse_expr(text, {**known}) for text in (stated, right))
        assert (sympy.simplify(left - other) == 0) in (True, False)


def judged_by_math_verify(pairs):
    verifier = pytest.importorskip("math_verify")
    for stated, right in pairs:
        gold, mine = (verifier.parse(f"${_latex(text)}$") for text in (right, stated))
        verifier.verify(gold, mine)


def _latex(text):
    for name, opening, closing in (("floor", r"\lfloor ", r"\rfloor "), ("ceiling", r"\lceil ", r"\rceil ")):
        while name + "(" in text:
            start = text.index(name + "(")
            at, depth = start + len(name) + 1, 1
            while depth:
                depth += {"(": 1, ")": -1}.get(text[at], 0)
                at += 1
            text = text[:start] + opening + text[start + len(name) + 1 : at - 1] + closing + text[at:]
    return text.replace("**", "^").replace("*", r"\cdot ")


def seconds(judge, pairs):
    start = perf_counter()
    judge(pairs)
    return (perf_counter() - start) / len(pairs)


@pytest.fixture(scope="module")
def table(request):
    rows = [f"{'an answer read and judged':<34}{'ms each':>10}{'peer/ours':>12}"]
    yield rows
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print("", *rows, sep="\n")


def test_a_thousand_mixed_answers(benchmark, table):
    pairs = list(mixed(1000))
    ours(pairs[:20])
    mine = seconds(ours, pairs)
    table.append(f"{'cnnmath, 1000 pairs':<34}{mine * 1e3:>10.2f}{1:>12.1f}")
    benchmark.pedantic(ours, (pairs,), rounds=1)


@pytest.mark.parametrize(
    ("peer", "judge"),
    [("sympy.simplify, 112 pairs", judged_by_simplify), ("math-verify, 112 pairs", judged_by_math_verify)],
)
def test_peers(table, peer, judge):
    pairs = list(mixed(1000))[::9]
    judge(pairs[:10])
    ours(pairs[:20])
    mine, theirs = seconds(ours, pairs), seconds(judge, pairs)
    table.append(f"{peer:<34}{theirs * 1e3:>10.2f}{theirs / mine:>12.1f}")
