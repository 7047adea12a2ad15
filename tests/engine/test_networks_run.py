"""Two whole networks run forward: every shape is the published one, every value is PyTorch's.

Each network is written once over a set of operations, so that the engine and PyTorch run the same wiring.
"""

from types import SimpleNamespace

import numpy as np
import pytest

from cnnmath import engine


def lenet(ops, x, weights):
    """LeNet-5 with tanh (LeCun et al., 1998), mean pooling without weights."""
    w = iter(weights)
    yield "input", x
    for name in ("C1", "C3"):
        x = ops.tanh(ops.conv(x, next(w), next(w)))
        yield name, x
        x = ops.mean_pool(x, 2)
        yield f"{name} pooled", x
    x = x.reshape(len(x), -1)
    yield "flat", x
    x = ops.tanh(ops.dense(x, next(w), next(w)))
    yield "C5", x
    x = ops.tanh(ops.dense(x, next(w), next(w)))
    yield "F6", x
    yield "output", ops.softmax(ops.dense(x, next(w), next(w)), -1)


def residual(ops, x, weights):
    """A stem, a basic block, a bottleneck block with a projection, and a classifier (He et al., 2016)."""
    w = iter(weights)

    def conv_norm(x, stride=1, padding=0):
        x = ops.conv(x, next(w), stride=stride, padding=padding)
        return ops.batch_norm(x, next(w), next(w), next(w), next(w))

    yield "input", x
    x = ops.relu(conv_norm(x, padding=1))
    yield "stem", x
    x = ops.max_pool(x, 3, stride=2, padding=1)
    yield "pooled", x

    branch = ops.relu(conv_norm(x, padding=1))
    yield "basic 1", branch
    branch = conv_norm(branch, padding=1)
    yield "basic 2", branch
    x = ops.relu(x + branch)
    yield "basic", x

    branch = ops.relu(conv_norm(x))
    yield "reduced", branch
    branch = ops.relu(conv_norm(branch, stride=2, padding=1))
    yield "middle", branch
    branch = conv_norm(branch)
    yield "expanded", branch
    shortcut = conv_norm(x, stride=2)
    yield "projected", shortcut
    x = ops.relu(shortcut + branch)
    yield "bottleneck", x

    x = ops.global_mean_pool(x)
    yield "mean", x
    yield "output", ops.softmax(ops.dense(x, next(w), next(w)), -1)


def affine(rng, *shape):
    """Weights and bias, scaled so that the values neither vanish nor blow up."""
    return [rng.normal(size=shape) / np.sqrt(np.prod(shape[1:])), rng.normal(size=shape[0]) / 10]


def normed(rng, *shape):
    """Weights of a convolution, then mean, variance, gamma and beta of its batch norm."""
    filters = shape[0]
    weights, mean = affine(rng, *shape)
    return [weights, mean, rng.uniform(0.5, 2, filters), *rng.normal(1, 0.1, (2, filters))]


def lenet_problem():
    rng = np.random.default_rng(1998)
    shapes = [(6, 1, 5, 5), (16, 6, 5, 5), (120, 400), (84, 120), (10, 84)]
    return rng.normal(size=(2, 1, 32, 32)), [w for shape in shapes for w in affine(rng, *shape)]


def residual_problem():
    rng = np.random.default_rng(2016)
    x = rng.normal(size=(2, 3, 32, 32))
    shapes = [
        (16, 3, 3, 3),
        (16, 16, 3, 3),
        (16, 16, 3, 3),
        (8, 16, 1, 1),
        (8, 8, 3, 3),
        (32, 8, 1, 1),
        (32, 16, 1, 1),
    ]
    return x, [w for shape in shapes for w in normed(rng, *shape)] + affine(rng, 10, 32)


NETWORKS = {
    "LeNet-5": (
        lenet,
        lenet_problem,
        {
            "input": (1, 32, 32),
            "C1": (6, 28, 28),
            "C1 pooled": (6, 14, 14),
            "C3": (16, 10, 10),
            "C3 pooled": (16, 5, 5),
            "flat": (400,),
            "C5": (120,),
            "F6": (84,),
            "output": (10,),
        },
    ),
    "mini-ResNet": (
        residual,
        residual_problem,
        {
            "input": (3, 32, 32),
            "stem": (16, 32, 32),
            "pooled": (16, 16, 16),
            "basic 1": (16, 16, 16),
            "basic 2": (16, 16, 16),
            "basic": (16, 16, 16),
            "reduced": (8, 16, 16),
            "middle": (8, 8, 8),
            "expanded": (32, 8, 8),
            "projected": (32, 8, 8),
            "bottleneck": (32, 8, 8),
            "mean": (32,),
            "output": (10,),
        },
    ),
}

ENGINE = SimpleNamespace(**{name: getattr(engine, name) for name in engine.__all__}, conv=engine.correlate)


@pytest.fixture
def pytorch():
    torch = pytest.importorskip("torch")
    F = torch.nn.functional
    return SimpleNamespace(
        tensor=torch.tensor,
        conv=F.conv2d,
        dense=F.linear,
        tanh=torch.tanh,
        relu=F.relu,
        softmax=F.softmax,
        mean_pool=F.avg_pool2d,
        max_pool=F.max_pool2d,
        batch_norm=F.batch_norm,
        global_mean_pool=lambda x: F.adaptive_avg_pool2d(x, 1).flatten(1),
    )


@pytest.mark.parametrize("name", NETWORKS)
def test_shapes(name):
    network, problem, shapes = NETWORKS[name]
    x, weights = problem()
    stages = dict(network(ENGINE, x, weights))
    assert {stage: y.shape for stage, y in stages.items()} == {s: (2, *shape) for s, shape in shapes.items()}
    np.testing.assert_allclose(stages["output"].sum(axis=1), 1)


@pytest.mark.parametrize("name", NETWORKS)
def test_values_are_those_of_pytorch(name, pytorch):
    network, problem, _ = NETWORKS[name]
    x, weights = problem()
    ours = dict(network(ENGINE, x, weights))
    theirs = dict(network(pytorch, pytorch.tensor(x), [pytorch.tensor(w) for w in weights]))
    assert ours.keys() == theirs.keys()
    for stage, y in ours.items():
        np.testing.assert_allclose(y, theirs[stage].numpy(), rtol=1e-9, atol=1e-12, err_msg=stage)


def test_float32_all_the_way():
    x, weights = lenet_problem()
    stages = lenet(ENGINE, x.astype(np.float32), [w.astype(np.float32) for w in weights])
    assert {y.dtype for _, y in stages} == {np.dtype(np.float32)}
