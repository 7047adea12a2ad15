"""The words of every error: they quote the names and values and say the way out."""

import numpy as np
import pytest
import sympy

from cnnmath.engine import (
    EngineError,
    TooLarge,
    batch_norm,
    batch_statistics,
    convolve,
    correlate,
    dense,
    global_mean_pool,
    max_pool,
    mean_pool,
    relu,
    sigmoid,
)


def ones(*shape):
    return np.ones(shape)


IMAGE, KERNEL = ones(3, 5, 5), ones(4, 3, 3, 3)

CASES = [
    (
        lambda: correlate(IMAGE, ones(4, 3, 7, 3)),
        "the kernel covers 7 rows but the padded input has 5: pad more or use a smaller kernel",
    ),
    (
        lambda: correlate(IMAGE, KERNEL, dilation=(1, 3), padding=(0, (1, 0))),
        "the kernel covers 7 columns but the padded input has 6: pad more or use a smaller kernel",
    ),
    (
        lambda: correlate([1, 2], [1, 2, 3]),
        "the kernel covers 3 samples but the padded input has 2: pad more or use a smaller kernel",
    ),
    (lambda: correlate(IMAGE, KERNEL, groups=2), "`groups` (=2) must divide the input channels (=3)"),
    (
        lambda: correlate(IMAGE, ones(4, 1, 3, 3), groups=3),
        "`groups` (=3) must divide the filters (=4)",
    ),
    (
        lambda: correlate(IMAGE, ones(4, 2, 3, 3)),
        (
            "`w` (of shape (4, 2, 3, 3)) takes 2 channels in each of 1 groups but `x` has 3 channels: "
            "make axis 1 of `w` 3"
        ),
    ),
    (
        lambda: correlate(IMAGE, KERNEL, groups=0),
        "`groups` (=0) must be made of integers that are at least 1",
    ),
    (
        lambda: correlate(ones(5, 5), KERNEL),
        "`x` (of shape (5, 5)) must have 3 or 4 axes for `w` of shape (4, 3, 3, 3)",
    ),
    (
        lambda: correlate(IMAGE, ones(3, 3)),
        "`x` (of shape (3, 5, 5)) must have 2 axes for `w` of shape (3, 3)",
    ),
    (
        lambda: convolve(IMAGE, ones(1, 1, 1, 1, 1)),
        "`w` (of shape (1, 1, 1, 1, 1)) must have 1, 2, 3 or 4 axes",
    ),
    (
        lambda: correlate(IMAGE, ones(4, 3, 0, 3)),
        "`w` (of shape (4, 3, 0, 3)) has no taps: every axis must be at least 1",
    ),
    (
        lambda: correlate(IMAGE, KERNEL, ones(3)),
        "`bias` (of shape (3,)) must be one value per filter, shape (4,)",
    ),
    (lambda: correlate([1], [1], [1]), "`bias` (of shape (1,)) must be a single number"),
    (
        lambda: correlate(IMAGE, KERNEL, stride=0),
        "`stride` (=0) must be made of integers that are at least 1",
    ),
    (
        lambda: correlate(IMAGE, KERNEL, stride=True),
        "`stride` (=True) must be made of integers that are at least 1",
    ),
    (
        lambda: correlate(IMAGE, KERNEL, stride=(1, 1.5)),
        "`stride` (=(1, 1.5)) must be made of integers that are at least 1",
    ),
    (
        lambda: correlate(IMAGE, KERNEL, dilation=(1, 1, 1)),
        "`dilation` (=(1, 1, 1)) must be one integer or a tuple of 2",
    ),
    (
        lambda: correlate(IMAGE, KERNEL, padding=-1),
        "`padding` (=-1) must be made of integers that are at least 0",
    ),
    (
        lambda: correlate(IMAGE, KERNEL, padding=(1, (0, 1, 2))),
        "`padding` (=(0, 1, 2)) must be one integer or a tuple of 2",
    ),
    (
        lambda: correlate([1], [1], padding=(1, 2)),
        (
            "`padding` (=(1, 2)) must have one entry for each of the 1 spatial axes, "
            "an integer or a pair (before, after)"
        ),
    ),
    (
        lambda: correlate(IMAGE, KERNEL, padding="SAME"),
        "`padding` (='SAME') must be 'valid', 'same', 'same-tf', 'full' or made of integers",
    ),
    (lambda: correlate([[1, 2], [3]], [1]), "`x` must be rectangular: its nested lists differ in length"),
    (lambda: correlate(["a"], [1]), "`x` must hold numbers, not <U1"),
    (lambda: relu(np.array(["2020"], "M8[Y]")), "`x` must hold numbers, not datetime64[Y]"),
    (lambda: sigmoid([sympy.Symbol("x")]), "`x` must hold real numbers that can become floats"),
    (lambda: sigmoid([1j]), "`x` must hold real numbers that can become floats"),
    (
        lambda: max_pool(IMAGE, 6),
        "the kernel covers 6 rows but the padded input has 5: pad more or use a smaller kernel",
    ),
    (
        lambda: max_pool(IMAGE, (1, 2, 3)),
        "`window` (=(1, 2, 3)) must span 1 or 2 axes of `x` (of shape (3, 5, 5))",
    ),
    (
        lambda: max_pool(ones(4), (2, 2)),
        "`window` (=(2, 2)) must span 1 or 2 axes of `x` (of shape (4,))",
    ),
    (lambda: max_pool(1, 2), "`window` (=2) must span 1 or 2 axes of `x` (of shape ())"),
    (
        lambda: mean_pool(IMAGE, 2, padding=2),
        "with `padding` (=2) some window holds nothing but padding: pad less or use a larger window",
    ),
    (
        lambda: global_mean_pool(ones(3)),
        "`x` (of shape (3,)) must end in rows and columns, both at least 1",
    ),
    (
        lambda: dense(ones(5), ones(2, 4)),
        "the last axis of `x` (of shape (5,)) must be the inputs of `w` (=4)",
    ),
    (
        lambda: dense(ones(5), ones(5)),
        "`w` (of shape (5,)) must have the shape (outputs, inputs), both at least 1",
    ),
    (lambda: dense(ones(4), ones(2, 4), ones(4)), "`bias` (of shape (4,)) must have the shape (2,)"),
    (
        lambda: batch_norm(ones(3, 4), ones(3), ones(3)),
        "`axis` (=-3) must be one of the 2 axes of `x` (of shape (3, 4))",
    ),
    (
        lambda: batch_norm(IMAGE, ones(3), ones(3), ones(2)),
        "`gamma` (of shape (2,)) must have the shape (3,)",
    ),
    (lambda: batch_statistics(ones(2, 0, 0)), "`x` (of shape (2, 0, 0)) has no values to take the mean of"),
]


@pytest.mark.parametrize(("call", "words"), CASES, ids=[words[:60] for _, words in CASES])
def test_words(call, words):
    with pytest.raises(EngineError) as caught:
        call()
    assert str(caught.value) == words


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: correlate([1], [1], padding=10**9),
            "the output would have 2000000001 values, more than the 134217728 this engine runs",
        ),
        (
            lambda: correlate(ones(1, 2048, 2048), ones(1, 1, 7, 7)),
            "the buffer of windows would have 204318436 values, more than the 134217728 this engine runs",
        ),
        (
            lambda: correlate([1], [1], padding=10**9, stride=10**6),
            "the padded input would have 2000000001 values, more than the 134217728 this engine runs",
        ),
        (
            lambda: max_pool([1], 10**9, padding=10**9, stride=10**9),
            "the padded input would have 2000000001 values, more than the 134217728 this engine runs",
        ),
        (
            lambda: dense(np.ones((2**20, 1)), np.ones((2**10, 1))),
            "the output would have 1073741824 values, more than the 134217728 this engine runs",
        ),
    ],
)
def test_nothing_too_large_is_allocated(call, words):
    with pytest.raises(TooLarge) as caught:
        call()
    assert str(caught.value) == words
