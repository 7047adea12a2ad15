"""Receptive field: how much of the input one value of a deep layer sees."""

from cnnmath.model import Topic
from cnnmath.text import Text
from cnnmath.topics.receptive_field.equal import STACKED, WEIGHTS
from cnnmath.topics.receptive_field.stacks import EACH_LAYER, FIELD_OF_STACK, JUMP_OF_STACK

TOPIC = Topic(
    slug="receptive-field",
    place=86,
    title=Text("Receptive field", "感受野"),
    idea=Text(
        "A value of a deep layer is made of values that are themselves made of others. How much of the input it sees grows "
        "with every kernel, and faster behind every stride.",
        "深层的一个值由前一层的若干值算出，而那些值又由更前一层算出。它看到的输入范围随每个卷积核增大，在每个大于 1 的步幅之后增大得更快。",
    ),
    quantities=(FIELD_OF_STACK, EACH_LAYER, JUMP_OF_STACK, STACKED, WEIGHTS),
)
