"""Operations: what a convolutional layer takes in work, and in room."""

from cnnmath.model import Topic
from cnnmath.text import Text
from cnnmath.topics.operations.counts import ADDITIONS, FLOPS, MACS_QUANTITY, MULTIPLICATIONS
from cnnmath.topics.operations.space import MEMORY_QUANTITY, SPACE

TOPIC = Topic(
    slug="operations",
    place=80,
    title=Text("Operations", "运算次数"),
    idea=Text(
        "Every value of every feature map costs one multiplication for each kernel value and input channel. "
        "Count the values, count the products.",
        "每张特征图的每个值，都要为每个输入通道上卷积核的每个值付出一次乘法。数出输出值的个数和每个值的乘积数即可。",
    ),
    quantities=(MACS_QUANTITY, MULTIPLICATIONS, ADDITIONS, FLOPS, MEMORY_QUANTITY, SPACE),
)
