"""The operations of a convolutional layer: multiplications, additions, MACs and FLOPs."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from cnnmath.engine import Tally, TooLarge, correlate, counted, ones, zeros
from cnnmath.model import Alternative, Convention, Given, Integers, Mistake, Quantity, Step, Symbol
from cnnmath.text import Text
from cnnmath.topics.channels import GROUPS_DIVIDE
from cnnmath.topics.output_size import FITS, MAP_STEPS, SHAPE, engine_options
from cnnmath.vocabulary import BIAS, CHANNELS, DENSE, FILTERS, GROUPS, MACS, quiet

SMALL = 20_000
"""Up to so many products a layer is counted whole, product by product."""
MOST_COUNTED = 1_000_000

TAPS = Symbol("taps", ("T", "T", "T"), Text("products for one output value", "每个输出值的乘积数"))
OUTPUTS = Symbol("outputs", ("O", "O", "O"), Text("output values", "输出值的个数"))
RESULT = Symbol("operations", ("MACs", "MACs", "MACs"), Text("multiply-accumulates", "乘加次数"))

SYMBOLS = (
    *SHAPE.symbols[:4],
    *(symbol for symbol in quiet(*SHAPE.symbols[4:])),
    CHANNELS,
    FILTERS,
    GROUPS,
)
_TAPS = Step(
    TAPS,
    lambda kernel_height, kernel_width, channels, groups: kernel_height * kernel_width * (channels / groups),
    Text("Each output value takes this many products.", "每个输出值需要这么多次乘法。"),
)
OUTPUTS_STEP = Step(
    OUTPUTS,
    lambda rows, columns, filters: rows * columns * filters,
    Text("The layer gives this many output values.", "该层共有这么多个输出值。"),
)
STEPS = (*MAP_STEPS, OUTPUTS_STEP, _TAPS)


def _counted(values: Given, bias: bool) -> Tally:
    """Run the layer on numbers that count what is done with them.

    A small layer runs whole. Of a large one a single output value is computed on such numbers, and the
    count is taken once for every value of the map that the engine really gives, and for every filter.
    """
    kernel = values["kernel_height"], values["kernel_width"]
    depth, filters = values["channels"] // values["groups"], values["filters"]
    image, options = zeros(values["input_height"], values["input_width"]), engine_options(values)
    cells = correlate(image, zeros(*kernel), **options).size * filters
    tally = Tally()
    if cells * depth * kernel[0] * kernel[1] <= SMALL:
        volume, kernels = ones(values["channels"], *image.shape), ones(filters, depth, *kernel)
        biases = counted(ones(filters), tally) if bias else None
        correlate(counted(volume, tally), counted(kernels, tally), biases, groups=values["groups"], **options)
        return tally
    correlate(zeros(values["channels"], *kernel), zeros(filters, depth, *kernel), groups=values["groups"])
    if depth * kernel[0] * kernel[1] > MOST_COUNTED:
        raise TooLarge("one output value takes more products than can be counted one by one")
    window, weights = counted(ones(depth, *kernel), tally), counted(ones(1, depth, *kernel), tally)
    correlate(window, weights, counted(ones(1), tally) if bias else None)
    return Tally(tally.multiplications * cells, tally.additions * cells)


def _sample(random: Random) -> dict[str, Any]:
    groups = random.choice([1, 1, 3, 2])
    return {
        "input": (random.randint(3, 6), random.randint(3, 6)),
        "kernel": (random.randint(1, 3), random.randint(1, 3)),
        "channels": groups * random.randint(1, 3),
        "filters": groups * random.randint(1, 3),
        "stride": random.choice([1, 1, 2]),
        "padding": random.choice([0, 0, 1]),
        "groups": groups,
    }


def _called(letter: str, meaning: Text) -> Symbol:
    """Return the result's symbol under another name; mistakes of all these quantities replace the same step."""
    return replace(RESULT, letters=(letter, letter, letter), meaning=meaning)


def _wrong(slug: str, says: Text, formula: Callable[..., Any], applies: Callable[..., bool] | None = None) -> Mistake:
    step = (Step(RESULT, formula),)
    return Mistake(slug, says, step) if applies is None else Mistake(slug, says, step, applies)


_CHANNELS_FORGOTTEN = Mistake(
    "channels-forgotten",
    Text("the input channels were forgotten", "忘记了输入通道"),
    (replace(_TAPS, formula=lambda kernel_height, kernel_width: kernel_height * kernel_width),),
    lambda channels, groups: channels > groups,
)
FILTERS_FORGOTTEN = Mistake(
    "filters-forgotten",
    Text("only one filter was counted", "只算了一个滤波器"),
    (replace(OUTPUTS_STEP, formula=lambda rows, columns: rows * columns),),
    lambda filters: filters > 1,
)
_GROUPS_FORGOTTEN = Mistake(
    "groups-forgotten",
    Text("the groups were forgotten", "忘记了分组"),
    (
        replace(
            _TAPS,
            formula=lambda kernel_height, kernel_width, channels: kernel_height * kernel_width * channels,
        ),
    ),
    lambda groups: groups > 1,
)
INPUT_SIZE = Mistake(
    "input-size",
    Text("the input's size was taken instead of the output's", "用了输入的大小，而不是输出的大小"),
    (
        replace(
            OUTPUTS_STEP,
            formula=lambda input_height, input_width, filters: input_height * input_width * filters,
        ),
    ),
    lambda rows, columns, input_height, input_width: rows * columns != input_height * input_width,
)

_SIZES_WRONG = (_CHANNELS_FORGOTTEN, FILTERS_FORGOTTEN, _GROUPS_FORGOTTEN, INPUT_SIZE)

MACS_QUANTITY = Quantity(
    slug="operations",
    title=Text("Multiply-accumulates of a layer", "一层的乘加次数（MAC）"),
    asks=Text("How many multiply-accumulates (MACs) does the layer take?", "该层需要多少次乘加（MAC）？"),
    kind="number",
    unit=Text("MACs", "次 MAC"),
    symbols=SYMBOLS,
    steps=(
        *STEPS,
        Step(
            RESULT,
            lambda outputs, taps: outputs * taps,
            Text("Every output value takes {taps} of them.", "每个输出值需要 {taps} 次。"),
        ),
    ),
    conventions=(MACS, DENSE),
    sample=_sample,
    example={"input": (28, 28, 192), "kernel": 1, "filters": 16},
    oracle=lambda values: _counted(values, bias=False).multiplications,
    measures=Text(
        "the engine ran on numbers that count their own multiplications", "引擎用能记录自身乘法次数的数来运行"
    ),
    source=Text(
        "slides, (28 × 28 × 16) × (1 × 1 × 192) operations; counting rules of torchvision",
        "课件，(28 × 28 × 16) × (1 × 1 × 192) 次运算；torchvision 的计数规则",
    ),
    holds=(GROUPS_DIVIDE, *FITS),
    mistakes=(
        *_SIZES_WRONG,
        _wrong(
            "flops-counted",
            Text(
                "these are FLOPs, a multiplication and an addition each: one MAC is both",
                "这是浮点运算次数，乘法与加法各计一次：一次乘加包含两者",
            ),
            lambda outputs, taps: 2 * outputs * taps,
        ),
    ),
)

MULTIPLICATIONS = replace(
    MACS_QUANTITY,
    slug="operations.multiplications",
    title=Text("Multiplications of a layer", "一层的乘法次数"),
    asks=Text("How many multiplications does the layer take?", "该层需要多少次乘法？"),
    unit=Text("multiplications", "次乘法"),
    steps=(
        *STEPS,
        replace(MACS_QUANTITY.steps[-1], symbol=_called("mults", Text("multiplications", "乘法次数"))),
    ),
    conventions=(DENSE,),
    mistakes=(
        *_SIZES_WRONG,
        _wrong(
            "additions-too",
            Text("the additions were counted too", "把加法也计入了"),
            lambda outputs, taps: 2 * outputs * taps,
        ),
    ),
)

ADDITIONS = replace(
    MACS_QUANTITY,
    slug="operations.additions",
    title=Text("Additions of a layer", "一层的加法次数"),
    asks=Text("How many additions does the layer take?", "该层需要多少次加法？"),
    unit=Text("additions", "次加法"),
    symbols=(*SYMBOLS, BIAS),
    steps=(
        *STEPS,
        Step(
            replace(_called("adds", Text("additions", "加法次数")), domain=Integers(0)),
            lambda outputs, taps, bias: outputs * (taps if bias else taps - 1),
            Text(
                "Adding up {taps} products takes one addition less than there are products; a bias takes one more.",
                "把 {taps} 个乘积相加，加法次数比乘积个数少一；偏置再多一次。",
            ),
        ),
    ),
    conventions=(DENSE,),
    sample=lambda random: {**_sample(random), "bias": random.random() < 0.5},
    example={"input": (28, 28, 192), "kernel": 1, "filters": 16, "bias": False},
    oracle=lambda values: _counted(values, bias=values["bias"]).additions,
    measures=Text("the engine ran on numbers that count their own additions", "引擎用能记录自身加法次数的数来运行"),
    mistakes=(
        *_SIZES_WRONG,
        _wrong(
            "as-many-as-products",
            Text("as many additions as products were counted", "加法次数算成与乘法次数相同"),
            lambda outputs, taps: outputs * taps,
            lambda bias: not bias,
        ),
        _wrong(
            "bias-forgotten",
            Text("the addition of the bias was forgotten", "忘记了加偏置的那次加法"),
            lambda outputs, taps: outputs * (taps - 1),
            lambda bias: bias,
        ),
    ),
)

BIAS_ON_TOP = Convention(
    "flops-with-bias", Text("adding the bias counts as one more FLOP per output", "每个输出因加偏置而多计一次浮点运算")
)
FIRST_FREE = Convention(
    "flops-first-free",
    Text("the running total starts at the first product, which saves one addition", "累加从首个乘积开始，省去一次加法"),
)

FLOPS = replace(
    MACS_QUANTITY,
    slug="operations.flops",
    title=Text("Floating-point operations of a layer", "一层的浮点运算次数（FLOPs）"),
    asks=Text("How many floating-point operations (FLOPs) does the layer take?", "该层需要多少次浮点运算（FLOPs）？"),
    unit=Text("FLOPs", "次浮点运算"),
    steps=(
        *STEPS,
        Step(
            _called("FLOPs", Text("floating-point operations", "浮点运算次数")),
            lambda outputs, taps: 2 * outputs * taps,
            Text(
                "Each MAC is a multiplication and an addition to a running total, which starts at the bias or 0.",
                "每次乘加是一次乘法和一次累加；累加从偏置或 0 开始。",
            ),
        ),
    ),
    oracle=lambda values: (lambda tally: tally.multiplications + tally.additions)(_counted(values, bias=True)),
    measures=Text(
        "the engine ran on numbers that count, the running total starting at a bias",
        "引擎用能记录自身运算次数的数来运行，累加从偏置开始",
    ),
    source=Text(
        "1 MAC = 2 FLOPs: a multiplication and an addition; torch.utils.flop_counter counts so",
        "一次乘加等于两次浮点运算：一次乘法和一次加法；torch.utils.flop_counter 即如此计数",
    ),
    alternatives=(
        Alternative(BIAS_ON_TOP, (Step(RESULT, lambda outputs, taps: outputs * (2 * taps + 1)),)),
        Alternative(FIRST_FREE, (Step(RESULT, lambda outputs, taps: outputs * (2 * taps - 1)),)),
    ),
    mistakes=(
        *_SIZES_WRONG,
        _wrong(
            "macs-not-doubled",
            Text(
                "these are MACs: one MAC is two FLOPs (fvcore and some papers call MACs FLOPs)",
                "这是乘加次数：一次乘加等于两次浮点运算（fvcore 和一些论文把乘加次数称为 FLOPs）",
            ),
            lambda outputs, taps: outputs * taps,
        ),
        _wrong(
            "macs-halved",
            Text(
                "the factor was inverted: one MAC is two FLOPs, not half of one",
                "系数用反了：一次乘加等于两次浮点运算，而不是半次",
            ),
            lambda outputs, taps: outputs * taps / 2,
        ),
    ),
)
