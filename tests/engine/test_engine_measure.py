"""What influences an output, found by running the network."""

import numpy as np
import pytest

from cnnmath.engine import EngineError, correlate, influence, max_pool, relu


def test_one_convolution_sees_its_window():
    mask = influence(lambda x: correlate(x, np.ones((2, 2)), stride=2), (6, 6), (1, 2))
    assert np.argwhere(mask).tolist() == [[2, 4], [2, 5], [3, 4], [3, 5]]


def test_dilation_leaves_holes():
    mask = influence(lambda x: correlate(x, np.ones(3), dilation=2), (7,), (1,))
    assert np.flatnonzero(mask).tolist() == [1, 3, 5]


def test_receptive_field_of_a_stack():
    # 3x3, then a pool of 2 with stride 2, then 3x3: 1 + 2 + 1 + 2 * 2 = 8.
    def stack(x):
        x = relu(correlate(x, np.ones((3, 3))))
        return correlate(max_pool(x, 2), np.ones((3, 3)))

    assert influence(stack, (14, 14), (0, 1)).sum(axis=1).tolist() == [8] * 8 + [0] * 6


def test_groups_do_not_mix_channels_and_zero_weights_count():
    mask = influence(lambda x: correlate(x, np.zeros((2, 1, 3)), groups=2), (2, 5), (1, 0))
    assert mask.tolist() == [[False] * 5, [True] * 3 + [False] * 2]


@pytest.mark.parametrize("cell", [(4,), (-1,), (0, 0)])
def test_cell_must_exist(cell):
    with pytest.raises(EngineError, match="lies outside the output"):
        influence(lambda x: correlate(x, [1.0, 1.0]), (5,), cell)
