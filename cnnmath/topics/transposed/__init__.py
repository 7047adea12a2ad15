"""Transposed convolution: the convolution run backwards, from the small map to the large one."""

from cnnmath.model import Topic
from cnnmath.text import Text
from cnnmath.topics.transposed.sizes import MAP, TRANSPOSED
from cnnmath.topics.transposed.values import VALUES

TOPIC = Topic(
    slug="transposed",
    place=65,
    title=Text("Transposed convolution", "转置卷积"),
    idea=Text(
        "A convolution gathers many values into one; its transpose spreads one value over many. Each input value "
        "writes a copy of the kernel, and copies that meet are added.",
        "卷积把许多值汇成一个，它的转置则把一个值散布到许多位置：每个输入值写出一份卷积核，重叠之处相加。",
    ),
    quantities=(TRANSPOSED, MAP, VALUES),
)
