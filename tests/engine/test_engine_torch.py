"""The engine against PyTorch's functional operations."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnmath import engine

torch = pytest.importorskip("torch")
F = pytest.importorskip("torch.nn.functional")

few = settings(max_examples=80, deadline=None)
seeds = st.integers(0, 10**6)


def close(actual, expected):
    np.testing.assert_allclose(actual, expected.numpy(), rtol=1e-10, atol=1e-10)


@pytest.mark.filterwarnings("ignore:Using padding=.same.")
@given(st.data(), st.sampled_from([1, 2]), seeds)
@few
def test_convolution(data, rank, seed):
    def axes(low, high):
        return data.draw(st.tuples(*[st.integers(low, high)] * rank))

    kernel, stride, dilation = axes(1, 4), axes(1, 3), axes(1, 2)
    groups, depth, per_group, batch = (data.draw(st.integers(1, 3)) for _ in range(4))
    padding = data.draw(st.sampled_from(["valid", "same", "pairs"]))
    if padding == "same":
        stride = (1,) * rank  # all that PyTorch allows
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(batch, groups * depth, *(9 + n for n in axes(0, 3))))
    w = rng.normal(size=(groups * per_group, depth, *kernel))
    bias = rng.normal(size=groups * per_group)

    padded, theirs = torch.tensor(x), padding
    if padding == "pairs":
        padding = tuple(zip(axes(0, 3), axes(0, 3)))
        padded, theirs = F.pad(padded, [p for pair in reversed(padding) for p in pair]), "valid"
    settings_ = {"stride": stride, "dilation": dilation, "groups": groups}
    conv = {1: F.conv1d, 2: F.conv2d}[rank]
    expected = conv(padded, torch.tensor(w), torch.tensor(bias), padding=theirs, **settings_)
    close(engine.correlate(x, w, bias, padding=padding, **settings_), expected)


@st.composite
def pools(draw, dilated):
    rank = draw(st.sampled_from([1, 2]))
    window = draw(st.tuples(*[st.integers(1, 4)] * rank))
    stride = draw(st.tuples(*[st.integers(1, 4)] * rank))
    padding = tuple(draw(st.integers(0, k // 2)) for k in window)
    dilation = draw(st.tuples(*[st.integers(1, 3 if dilated else 1)] * rank))
    shape = draw(st.tuples(*[st.integers(1, 9)] * rank))
    x = np.random.default_rng(draw(seeds)).normal(size=(2, 3, *shape))
    return x, window, {"stride": stride, "padding": padding}, dilation, draw(st.booleans())


def torch_pool(name, rank, x, *arguments, **named):
    """What PyTorch gives, or None where it refuses because no window fits."""
    try:
        return getattr(F, f"{name}_pool{rank}d")(torch.tensor(x), *arguments, **named)
    except RuntimeError as error:
        if "output size" not in str(error).lower():
            raise
        return None


@given(pools(dilated=True))
@settings(max_examples=200, deadline=None)
def test_max_pool(problem):
    x, window, named, dilation, ceil = problem
    expected = torch_pool("max", len(window), x, window, ceil_mode=ceil, dilation=dilation, **named)
    if expected is None or not torch.isfinite(expected).all():  # -inf: a window without any input
        with pytest.raises(engine.EngineError):
            engine.max_pool(x, window, ceil=ceil, dilation=dilation, **named)
    else:
        close(engine.max_pool(x, window, ceil=ceil, dilation=dilation, **named), expected)


@given(pools(dilated=False), st.booleans())
@settings(max_examples=200, deadline=None)
def test_mean_pool(problem, count):
    x, window, named, _, ceil = problem
    expected = torch_pool("avg", len(window), x, window, ceil_mode=ceil, count_include_pad=count, **named)
    if expected is None:
        with pytest.raises(engine.EngineError):
            engine.mean_pool(x, window, ceil=ceil, count_padding=count, **named)
    else:
        close(engine.mean_pool(x, window, ceil=ceil, count_padding=count, **named), expected)


def test_global_pools():
    x = np.random.default_rng(4).normal(size=(2, 3, 5, 7))
    close(engine.global_max_pool(x), F.adaptive_max_pool2d(torch.tensor(x), 1)[:, :, 0, 0])
    close(engine.global_mean_pool(x), F.adaptive_avg_pool2d(torch.tensor(x), 1)[:, :, 0, 0])


@pytest.mark.parametrize(("shape", "axis"), [((2, 3, 4, 5), -3), ((2, 3, 9), -2), ((6, 3), -1)])
def test_batch_norm(shape, axis):
    rng = np.random.default_rng(5)
    x = rng.normal(3, 2, size=shape)
    gamma, beta, mean = rng.normal(size=(3, 3))
    variance = rng.uniform(0.1, 2, size=3)
    given_ = [torch.tensor(a) for a in (x, mean, variance, gamma, beta)]
    close(engine.batch_norm(x, mean, variance, gamma, beta, axis=axis), F.batch_norm(*given_))
    close(engine.batch_norm(x, mean, variance, axis=axis), F.batch_norm(*given_[:3]))

    trained = F.batch_norm(given_[0], None, None, training=True)
    close(engine.batch_norm(x, *engine.batch_statistics(x, axis), axis=axis), trained)


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "sigmoid", "tanh", "softmax"])
def test_activations(name):
    x = np.concatenate([np.random.default_rng(6).normal(0, 5, size=50), [0, -0.0, 800, -800]])
    theirs = getattr(F, name) if "relu" in name else getattr(torch, name)
    close(getattr(engine, name)(x), theirs(torch.tensor(x), *([-1] if name == "softmax" else [])))


def test_dense():
    rng = np.random.default_rng(7)
    x, w, bias = rng.normal(size=(2, 5, 4)), rng.normal(size=(3, 4)), rng.normal(size=3)
    close(engine.dense(x, w, bias), F.linear(*map(torch.tensor, (x, w, bias))))
