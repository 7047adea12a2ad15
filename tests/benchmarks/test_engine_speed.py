"""How much faster the engine is than SciPy and than nested loops, as ratios within one run.

Run with `pytest tests/benchmarks`. No time is asserted: the machine is not ours to judge.
"""

from time import perf_counter

import numpy as np
import pytest

from cnnmath.engine import correlate

pytest.importorskip("pytest_benchmark")
signal = pytest.importorskip("scipy.signal")

CASES = [(64, 3), (64, 11), (256, 3), (256, 7), (512, 5)]


def nested_loops(x, w):
    rows, columns = len(x) - len(w) + 1, len(x[0]) - len(w[0]) + 1
    y = [[0.0] * columns for _ in range(rows)]
    for r in range(rows):
        for s in range(columns):
            for u in range(len(w)):
                for v in range(len(w[0])):
                    y[r][s] += w[u][v] * x[r + u][s + v]
    return y


def seconds(f, *arguments, repeats):
    """The best of several runs, which other programs on the machine disturb least."""
    times = []
    for _ in range(repeats):
        start = perf_counter()
        f(*arguments)
        times.append(perf_counter() - start)
    return min(times)


@pytest.fixture(scope="module")
def table(request):
    rows = [f"{'correlation of float64':<26}{'engine ms':>11}{'scipy/engine':>15}{'loops/engine':>15}"]
    yield rows
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print("", *rows, sep="\n")


@pytest.mark.parametrize(("size", "taps"), CASES)
def test_correlate(benchmark, table, size, taps):
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(size, size)), rng.normal(size=(taps, taps))
    ours = seconds(correlate, x, w, repeats=10)
    scipy = seconds(signal.correlate2d, x, w, "valid", repeats=10)
    # Loops over all of a large image would take minutes: time the top rows and scale up.
    rows = min(size, taps + 15)
    share = (rows - taps + 1) / (size - taps + 1)
    loops = seconds(nested_loops, x[:rows].tolist(), w.tolist(), repeats=1) / share

    benchmark(correlate, x, w)
    benchmark.extra_info.update(scipy_over_engine=scipy / ours, loops_over_engine=loops / ours)
    name = f"{taps}x{taps} over {size}x{size}"
    table.append(f"{name:<26}{1e3 * ours:>11.2f}{scipy / ours:>15.1f}{loops / ours:>15.0f}")
