"""What a pooling layer learns: nothing, but for a trainable pool."""

from dataclasses import replace
from typing import Any

from cnnmath.engine import max_pool, mean_pool, ones
from cnnmath.model import Choices, Integers, Mistake, Quantity, Step, Symbol
from cnnmath.text import Text
from cnnmath.topics.pooling.windows import POOL, WINDOW_HEIGHT, WINDOW_WIDTH
from cnnmath.vocabulary import CHANNELS

PARAMETERS = Symbol(
    "parameters", ("params", "params", "params"), Text("number of parameters", "参数量"), domain=Integers(0)
)
LEARNED_POOL = replace(POOL, domain=Choices(("max", "mean", "trainable")))


def _learned(kernel_height: int, kernel_width: int, channels: int, pool: str) -> int:
    """Run the layer with all that it could learn, and count that."""
    volume = ones(channels, kernel_height, kernel_width)
    arrays: tuple[Any, ...] = ()
    if pool == "trainable":
        arrays = weights, biases = ones(channels, 1, 1), ones(channels, 1, 1)
        mean_pool(volume, (kernel_height, kernel_width)) * weights + biases
    else:
        (max_pool if pool == "max" else mean_pool)(volume, (kernel_height, kernel_width))
    return sum(array.size for array in arrays)


LEARNED = Quantity(
    slug="pooling.parameters",
    title=Text("Parameters of a pooling layer", "汇聚层的参数量"),
    asks=Text("How many parameters does the pooling layer learn?", "汇聚层要学习多少个参数？"),
    kind="number",
    unit=Text("parameters", "个参数"),
    symbols=(LEARNED_POOL, WINDOW_HEIGHT, WINDOW_WIDTH, CHANNELS),
    steps=(
        Step(
            PARAMETERS,
            lambda pool, channels: 2 * channels if pool == "trainable" else 0,
            Text(
                "The largest value and the mean are found without any weight; a trainable pool, as in LeNet-5, scales each "
                "map by one weight and adds one bias.",
                "取最大值或求均值都不需要权重；LeNet-5 那样的可训练汇聚，对每张特征图乘一个权重、加一个偏置。",
            ),
        ),
    ),
    conventions=(),
    sample=lambda random: {
        "pool": random.choice(["max", "mean", "trainable"]),
        "kernel": random.choice([2, 3, (2, 3)]),
        "channels": random.randint(1, 16),
    },
    example={"pool": "trainable", "kernel": 2, "channels": 6},
    oracle=_learned,
    measures=Text("the layer was built and run, and what it can learn was counted", "构建并运行该层，数出可学习的值"),
    source=Text("LeCun et al. 1998, layer S2; nndl 5.2.2", "LeCun 等 1998，S2 层；nndl 5.2.2"),
    mistakes=(
        Mistake(
            "as-a-convolution",
            Text("the parameters of a convolution were counted", "按卷积层计算了参数"),
            (
                Step(
                    PARAMETERS,
                    lambda kernel_height, kernel_width, channels: (
                        channels * channels * kernel_height * kernel_width + channels
                    ),
                ),
            ),
        ),
        Mistake(
            "weight-per-value",
            Text("a weight was counted for every value of the window", "窗口的每个值都算了一个权重"),
            (Step(PARAMETERS, lambda kernel_height, kernel_width, channels: channels * kernel_height * kernel_width),),
        ),
        Mistake(
            "trained",
            Text("those are the parameters of LeNet-5's trainable pooling", "这是 LeNet-5 可训练汇聚的参数"),
            (Step(PARAMETERS, lambda channels: 2 * channels),),
            lambda pool: pool != "trainable",
        ),
        Mistake(
            "bias-forgotten",
            Text("the bias of each map was forgotten", "忘记了每张特征图的偏置"),
            (Step(PARAMETERS, lambda channels: channels),),
            lambda pool: pool == "trainable",
        ),
        Mistake(
            "nothing-trained",
            Text("this pooling has a weight and a bias for each map", "这种汇聚的每张特征图都有一个权重和一个偏置"),
            (Step(PARAMETERS, lambda: 0),),
            lambda pool: pool == "trainable",
        ),
    ),
)
