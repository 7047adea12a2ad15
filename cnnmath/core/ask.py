"""Ask: draw a problem of a quantity, the same one for the same seed everywhere."""

from random import Random

from cnnmath.core.pose import pose
from cnnmath.core.solve import holds
from cnnmath.model import Problem, Quantity

TRIES = 200


def ask(quantity: Quantity, seed: int) -> Problem:
    """Return the problem that `seed` draws; its givens satisfy every condition of the quantity."""
    random = Random(f"{quantity.slug} {seed}")
    for _ in range(TRIES):
        problem = pose(quantity, quantity.sample(random), seed)
        if holds(problem):
            return problem
    raise AssertionError(f"the sampler of {quantity.slug} found no givens that satisfy its conditions")
