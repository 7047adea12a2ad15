"""The 1×1 convolution is a dense layer over the channels at every pixel, and when a reduction pays: proved on symbols."""

from itertools import product

import numpy as np
import pytest
import sympy

from cnnmath.core.judge import judge
from cnnmath.core.pose import pose
from cnnmath.core.solve import solve
from cnnmath.core.symbolic import formula_of, steps_of
from cnnmath.engine import correlate, dense
from cnnmath.errors import GivenError
from cnnmath.model import Claim, Right, Wrong
from cnnmath.topics import quantity

SIZES = list(product((1, 2, 3), (1, 2, 4), (1, 2, 3), (1, 2, 3)))


def symbols(name, *shape):
    return np.array(sympy.symarray(name, shape), dtype=object)


def one_by_one(x, w, bias=None):
    """Correlate x (height, width, channels) with kernels of 1×1 whose weights are the rows of w."""
    maps = correlate(np.moveaxis(x, 2, 0), w[:, :, np.newaxis, np.newaxis], bias)
    return np.moveaxis(maps, 0, 2)


@pytest.mark.parametrize(("height", "width", "channels", "filters"), SIZES)
def test_a_1x1_convolution_is_a_dense_layer_at_every_pixel(height, width, channels, filters):
    x, w, b = symbols("x", height, width, channels), symbols("w", filters, channels), symbols("b", filters)
    convolved = one_by_one(x, w, b)
    assert convolved.shape == (height, width, filters)  # height and width are unchanged
    for i, j in np.ndindex(height, width):
        pixel = dense(x[i, j], w, b)
        assert all(sympy.expand(mine - other) == 0 for mine, other in zip(convolved[i, j], pixel, strict=True))


@pytest.mark.parametrize(("height", "width", "channels", "filters"), [(2, 3, 3, 2), (3, 1, 1, 4), (1, 1, 4, 1)])
def test_the_sum_of_the_page_is_the_engines_polynomial(height, width, channels, filters):
    x, w = symbols("x", height, width, channels), symbols("w", filters, channels)
    given = {"input": np.ones(x.shape, dtype=int).tolist(), "kernel": np.ones(w.shape, dtype=int).tolist()}
    problem = pose(quantity("bottleneck.pixel"), given)
    sum_ = steps_of(problem.quantity, problem.values)["output"]
    assert isinstance(sum_, sympy.Sum)
    named = {symbol.name: symbol for symbol in sum_.free_symbols}
    for (row, column, number), polynomial in np.ndenumerate(one_by_one(x, w)):
        at = {named["r"]: row, named["c"]: column, named["m"]: number, named["D"]: channels}
        stated = sum_.subs(at).doit()
        stated = stated.replace(
            lambda node: isinstance(node, sympy.Indexed),
            lambda node: (w if str(node.base) == "w" else x)[tuple(int(index) - 1 for index in node.indices)],
        )
        assert sympy.expand(stated - polynomial) == 0


def test_solving_for_the_reduced_channels_gives_the_formula_of_break_even():
    """SymPy solves the inequality of the two costs; the largest whole number below its bound is the page's answer."""
    M, N, D, P, U, V, R = sympy.symbols("M N D P U V R", positive=True, integer=True)
    both, direct = formula_of(quantity("bottleneck")), formula_of(quantity("bottleneck.direct"))
    assert sympy.expand(both - (M * N * R * D + M * N * P * U * V * R)) == 0
    assert sympy.expand(direct - M * N * P * U * V * D) == 0
    condition = sympy.solve(both < direct, R)
    assert isinstance(condition, sympy.StrictLessThan)
    assert condition.lhs == R
    bound = condition.rhs
    assert sympy.simplify(bound - D * P * U * V / (D + P * U * V)) == 0
    formula = formula_of(quantity("bottleneck.break-even"))
    (rounded,) = formula.atoms(sympy.ceiling)
    assert sympy.simplify(formula - (rounded - 1)) == 0
    assert sympy.simplify(rounded.args[0] - bound) == 0


def test_the_ratio_does_not_depend_on_the_map():
    ratio = sympy.simplify(formula_of(quantity("bottleneck.ratio")))
    assert {symbol.name for symbol in ratio.free_symbols} == set("DPRUV")


def test_the_numbers_of_the_slides():
    given = {"input": (28, 28, 192), "kernel": 5, "filters": 32}
    solution = solve(pose(quantity("bottleneck"), {**given, "reduced": 16}))
    assert (solution.steps["first"], solution.steps["second"]) == (2_408_448, 10_035_200)
    assert solution.answer == solution.check.measured == 12_443_648
    assert solve(pose(quantity("bottleneck.direct"), given)).answer == 120_422_400


@pytest.mark.parametrize(
    ("kernel", "channels", "filters", "most"),
    [
        (5, 192, 32, 154),
        (3, 256, 256, 230),
        (1, 4, 4, 1),  # R = 2 takes as many: 2·(4 + 4) = 4·4
        (1, 6, 3, 1),  # and here 2·(6 + 3) = 6·3
        ((2, 1), 12, 2, 2),  # 3·(12 + 4) = 12·4
    ],
)
def test_break_even_is_strict(kernel, channels, filters, most):
    solution = solve(
        pose(quantity("bottleneck.break-even"), {"kernel": kernel, "channels": channels, "filters": filters})
    )
    assert solution.answer == solution.check.measured == most
    height, width = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    area = filters * height * width
    assert most * (channels + area) < channels * area <= (most + 1) * (channels + area)
    verdict = judge(Claim(solution.problem, most + 1), solution)
    assert isinstance(verdict, Wrong)
    assert "first-that-saves-nothing" in [mistake.slug for mistake in verdict.mistakes]


@pytest.mark.parametrize(("kernel", "channels", "filters"), [(1, 2, 2), (5, 1, 8), (1, 9, 1)])
def test_where_no_reduction_saves_the_page_says_so(kernel, channels, filters):
    problem = pose(quantity("bottleneck.break-even"), {"kernel": kernel, "channels": channels, "filters": filters})
    with pytest.raises(GivenError, match="one reduced channel already takes"):
        solve(problem)


def test_parameters_with_and_without_biases():
    given = {"kernel": 3, "channels": 256, "reduced": 64, "filters": 256}
    solution = solve(pose(quantity("bottleneck.parameters"), given))
    assert solution.answer == solution.check.measured == 164_160
    verdict = judge(Claim(solution.problem, 163_840), solution)
    assert isinstance(verdict, Right)
    assert verdict.convention is not None
    assert verdict.convention.slug == "bias-not-counted"
