"""What a layer has to keep: values, and the bytes that they take."""

from dataclasses import replace
from typing import Any

from cnnmath.engine import EngineError, correlate, zeros
from cnnmath.model import Alternative, Condition, Convention, Given, Mistake, Quantity, Step, Symbol
from cnnmath.text import Text
from cnnmath.topics.operations.counts import FILTERS_FORGOTTEN, INPUT_SIZE, MACS_QUANTITY, OUTPUTS, OUTPUTS_STEP
from cnnmath.topics.output_size import MAP_STEPS, engine_options
from cnnmath.vocabulary import CHANNELS, INPUT_HEIGHT, INPUT_WIDTH

BYTES = Symbol("bytes", ("B", "B", "itemsize"), Text("bytes per value", "每个值的字节数"), word="bytes", default=4)
COUNT = Symbol("count", ("n", "n", "numel"), Text("number of values", "值的个数"))
MEMORY = Symbol("memory", ("mem", "mem", "nbytes"), Text("bytes", "字节数"))
_TYPES = {1: "i1", 2: "f2", 4: "f4", 8: "f8"}
_COUNT = Step(
    COUNT,
    lambda input_height, input_width, channels: input_height * input_width * channels,
    Text("Each channel has a value at every place.", "每个通道在每个位置上各有一个值。"),
)
_MEMORY_WHY = Text("Each of the {count} values takes {bytes} bytes.", "{count} 个值各占 {bytes} 个字节。")


def _of_1024(unit: str, power: int) -> Alternative:
    """Return the convention that a unit is a power of 1024: what is stated in it has that many more bytes than it says."""
    meant = f"{unit[0]}i{unit[1]}"
    return Alternative(
        Convention(
            f"{unit.lower()}-is-{meant.lower()}",
            Text(
                f"{unit} is written for {meant}, powers of 1024 and not of 1000",
                f"{unit} 写的是 {meant}，按 1024 而不是 1000 的幂",
            ),
        ),
        (Step(MEMORY, lambda count, bytes: count * bytes * 1000**power / 1024**power),),
        lambda memory: memory >= 1024**power,
    )


def _held(input_height: int, input_width: int, channels: int, bytes: int) -> int:
    """Build the array and ask how many bytes it takes."""
    if bytes not in _TYPES:
        raise EngineError(f"no number takes {bytes} bytes")
    return int(zeros(channels, input_height, input_width).astype(_TYPES[bytes]).nbytes)


MEMORY_QUANTITY = Quantity(
    slug="operations.memory",
    title=Text("Memory of a feature map or of weights", "特征图或权重占用的内存"),
    asks=Text("How many bytes does an array of this size take?", "这样大小的数组占多少字节？"),
    kind="number",
    unit=Text("bytes", "字节"),
    symbols=(INPUT_HEIGHT, INPUT_WIDTH, replace(CHANNELS, default=1, meaning=Text("channels", "通道数")), BYTES),
    steps=(_COUNT, Step(MEMORY, lambda count, bytes: count * bytes, _MEMORY_WHY)),
    conventions=(),
    sample=lambda random: {
        "input": (random.randint(1, 40), random.randint(1, 40), random.randint(1, 8)),
        "bytes": random.choice([1, 2, 4, 4, 4, 8]),
    },
    example={"input": (112, 112, 128)},
    oracle=_held,
    measures=Text("the array was built and its bytes counted", "实际构造数组后数出的字节数"),
    source=Text("CS231n, computational considerations: values × 4 bytes", "CS231n，计算上的考虑：值的个数 × 4 字节"),
    holds=(
        Condition(
            lambda bytes: bytes in _TYPES,
            Text(
                "no number takes {bytes} bytes: use bytes=4 (float32), 8, 2 or 1.",
                "没有占 {bytes} 个字节的数：请用 bytes=4（float32）、8、2 或 1。",
            ),
        ),
    ),
    alternatives=(_of_1024("KB", 1), _of_1024("MB", 2), _of_1024("GB", 3)),
    mistakes=(
        Mistake(
            "bytes-forgotten",
            Text("that is the number of values: each takes several bytes", "那是值的个数：每个值占多个字节"),
            (Step(MEMORY, lambda count: count),),
            lambda bytes: bytes > 1,
        ),
        Mistake(
            "bits-counted",
            Text("those are bits: a byte has eight", "那是位数：一个字节有八位"),
            (Step(MEMORY, lambda count, bytes: 8 * count * bytes),),
        ),
        Mistake(
            "channels-forgotten",
            Text("only one channel was counted", "只算了一个通道"),
            (Step(COUNT, lambda input_height, input_width: input_height * input_width),),
            lambda channels: channels > 1,
        ),
    ),
)

ACTIVATIONS_COUNT = Convention(
    "space-is-activations",
    Text("the space of a layer is the values that it gives", "一层的空间指它输出的值的个数"),
)
WEIGHTS_COUNT = Convention(
    "space-is-weights",
    Text("the space of a layer is its weights, biases aside", "一层的空间指它的权重个数，不计偏置"),
)


def _kernels(values: Given) -> Any:
    """Build the weights of all the filters and see that they run."""
    kernel, groups = (values["kernel_height"], values["kernel_width"]), values["groups"]
    weights = zeros(values["filters"], values["channels"] // groups, *kernel)
    correlate(zeros(values["channels"], *kernel), weights, groups=groups)
    return weights


def _given_off(values: Given) -> int:
    """Run a kernel over one channel, count the values, and take them once for each filter."""
    image, weights = zeros(values["input_height"], values["input_width"]), _kernels(values)
    return int(correlate(image, weights[0, 0], **engine_options(values)).size) * len(weights)


SPACE = replace(
    MACS_QUANTITY,
    slug="operations.space",
    title=Text("Space complexity of a layer", "一层的空间复杂度"),
    asks=Text("How many values does the layer give, and so has to be kept?", "该层输出、因而需要保存多少个值？"),
    unit=Text("values", "个值"),
    steps=(*MAP_STEPS, OUTPUTS_STEP),
    conventions=(ACTIVATIONS_COUNT,),
    oracle=_given_off,
    measures=Text(
        "the engine ran one filter and its values were counted, once for each filter",
        "引擎运行一个滤波器并数出其输出值，再按滤波器个数计",
    ),
    source=Text("nndl exercise 5-3", "nndl 习题 5-3"),
    example={"input": (100, 100, 256), "kernel": 3, "padding": 1, "filters": 256},
    alternatives=(
        Alternative(
            WEIGHTS_COUNT,
            (
                Step(
                    OUTPUTS,
                    lambda filters, kernel_height, kernel_width, channels, groups: (
                        filters * kernel_height * kernel_width * (channels / groups)
                    ),
                ),
            ),
            oracle=lambda values: int(_kernels(values).size),
        ),
    ),
    mistakes=(
        FILTERS_FORGOTTEN,
        INPUT_SIZE,
        Mistake(
            "depth-kept",
            Text(
                "the output was given the input's channels, not one per filter",
                "输出通道数写成了输入的通道数，而不是每个滤波器一个",
            ),
            (Step(OUTPUTS, lambda rows, columns, channels: rows * columns * channels),),
            lambda channels, filters: channels != filters,
        ),
    ),
)
