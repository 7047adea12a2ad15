"""The sums are proved against the engine: on arrays of SymPy symbols both are the same polynomial in every cell."""

from itertools import product

import numpy as np
import pytest
import sympy

from cnnmath.core.pose import pose
from cnnmath.core.symbolic import steps_of
from cnnmath.engine import convolve, correlate
from cnnmath.topics import quantity

INPUTS = range(1, 7)
KERNELS = range(1, 4)
STRIDES = (1, 2, 3)
PADDINGS = (0, 1, 2)


def ones(*shape):
    return np.ones(shape, dtype=int).tolist()


def expanded_once(slug, kernel_height, kernel_width):
    """Write the book's Sum out for one kernel size: pairs of kernel index and input index, in r and c.

    The Sum itself, with its symbolic bounds U and V, is built from the topic and expanded by SymPy.
    """
    problem = pose(
        quantity(slug),
        {"input": ones(9, 9), "kernel": ones(kernel_height, kernel_width), "stride": 2, "padding": 1},
    )
    sum_ = steps_of(problem.quantity, problem.values)["output"]
    assert isinstance(sum_, sympy.Sum)
    named = {symbol.name: symbol for symbol in sum_.free_symbols}
    assert {named["U"], named["V"]} <= {bound for limit in (sum_, sum_.function) for bound in limit.free_symbols}
    terms = sum_.subs({named["U"]: kernel_height, named["V"]: kernel_width}).doit()
    terms = terms.args if isinstance(terms, sympy.Add) else (terms,)
    pairs = []
    for term in terms:
        weight, entry = sorted(term.args, key=lambda factor: str(factor.base))
        assert (str(weight.base), str(entry.base)) == ("w", "x̃")
        pairs.append((weight.indices, entry.indices))
    symbols = (sympy.Symbol("S", integer=True, positive=True), *(sympy.Symbol(name, integer=True) for name in "rc"))
    at = sympy.lambdify(symbols, [entry for _, entry in pairs])
    return [tuple(map(int, weight)) for weight, _ in pairs], at


def monomials(polynomial):
    """Return the monomials of an engine output as a set of (weight, input) index pairs."""
    terms = sympy.Add.make_args(sympy.expand(polynomial))
    found = set()
    for term in terms:
        if term == 0:
            continue
        parts = {str(factor)[0]: factor for factor in sympy.Mul.make_args(term)}
        assert set(parts) == {"w", "x"}, term
        found.add(tuple(tuple(map(int, str(parts[letter]).split("_")[1:])) for letter in "wx"))
    assert len(found) == len([term for term in terms if term != 0])
    return found


def symbol_array(letter, *shape):
    array = np.empty(shape, dtype=object)
    for place in np.ndindex(*shape):
        array[place] = sympy.Symbol("_".join([letter, *(str(at + 1) for at in place)]))
    return array


@pytest.mark.parametrize(("slug", "engine"), [("conv", convolve), ("cross-correlation", correlate)])
@pytest.mark.parametrize("kernel", list(product(KERNELS, KERNELS)), ids=str)
def test_the_double_sum_is_the_engines_polynomial(slug, engine, kernel):
    weights, at = expanded_once(slug, *kernel)
    kernel_symbols = symbol_array("w", *kernel)
    proved = 0
    for height, width, stride, padding in product(INPUTS, INPUTS, STRIDES, PADDINGS):
        if height + 2 * padding < kernel[0] or width + 2 * padding < kernel[1]:
            continue
        output = engine(symbol_array("x", height, width), kernel_symbols, stride=stride, padding=padding)
        for (row, column), polynomial in np.ndenumerate(output):
            reads = [(int(i) - padding, int(j) - padding) for i, j in at(stride, row, column)]
            stated = {
                (weight, read)
                for weight, read in zip(weights, reads, strict=True)
                if 1 <= read[0] <= height and 1 <= read[1] <= width
            }
            assert monomials(polynomial) == stated
            proved += 1
    assert proved > 1000


@pytest.mark.parametrize("length", range(1, 7))
@pytest.mark.parametrize("taps", KERNELS)
def test_the_single_sum_is_the_engines_polynomial(length, taps):
    x, w = symbol_array("x", length), symbol_array("w", taps)
    for stride, padding in product(STRIDES, PADDINGS):
        if length + 2 * padding < taps:
            continue
        problem = pose(
            quantity("conv1d"),
            {"input": ones(length), "kernel": ones(taps), "stride": stride, "padding": padding},
        )
        sum_ = steps_of(problem.quantity, problem.values)["value"]
        named = {symbol.name: symbol for symbol in sum_.free_symbols}
        padded = [0] * padding + list(x) + [0] * padding
        for place, polynomial in enumerate(convolve(x, w, stride=stride, padding=padding)):
            values = {named["K"]: taps, named["r"]: place, **({named["S"]: stride} if "S" in named else {})}
            stated = (
                sum_.subs(values)
                .doit()
                .replace(
                    lambda node: isinstance(node, sympy.Indexed),
                    lambda node, padded=padded: (w if str(node.base) == "w" else padded)[int(node.indices[0]) - 1],
                )
            )
            assert sympy.expand(stated - polynomial) == 0


def test_convolution_is_correlation_with_the_rotated_kernel():
    x, w = symbol_array("x", 5, 4), symbol_array("w", 3, 2)
    difference = convolve(x, w, padding=1) - correlate(x, w[::-1, ::-1], padding=1)
    assert all(sympy.expand(entry) == 0 for entry in difference.ravel())


def test_the_triple_sum_is_the_engines_polynomial():
    shape, kernel = (3, 4, 2), (2, 3, 2)
    x, w = symbol_array("x", *shape), symbol_array("w", *kernel)
    problem = pose(quantity("channels"), {"input": ones(*shape), "kernel": ones(*kernel), "bias": 1})
    sum_ = steps_of(problem.quantity, problem.values)["weighted"]
    named = {symbol.name: symbol for symbol in sum_.free_symbols}
    b = sympy.Symbol("b")
    output = convolve(np.moveaxis(x, 2, 0), np.moveaxis(w, 2, 0)[np.newaxis], np.array([b]))[0]
    sizes = dict(zip("UVD", kernel, strict=True))
    for (row, column), polynomial in np.ndenumerate(output):
        values = {named[letter]: size for letter, size in sizes.items()}
        stated = sum_.subs({**values, named["r"]: row, named["c"]: column, named["w_b"]: b}).doit()
        stated = stated.replace(
            lambda node: isinstance(node, sympy.Indexed),
            lambda node: (w if str(node.base) == "w" else x)[tuple(int(index) - 1 for index in node.indices)],
        )
        assert sympy.expand(stated - polynomial) == 0
