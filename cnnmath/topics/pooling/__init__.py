"""Pooling: one number stands for each window of an input, its largest value or its mean."""

from cnnmath.model import Topic
from cnnmath.text import Text
from cnnmath.topics.pooling.maps import POOLING
from cnnmath.topics.pooling.parameters import LEARNED
from cnnmath.topics.pooling.saving import SAVED_WEIGHTS
from cnnmath.topics.pooling.sizes import KEPT_SHARE, SHAPE, SIZE

TOPIC = Topic(
    slug="pooling",
    place=82,
    title=Text("Pooling", "汇聚"),
    idea=Text(
        "One number stands for each window, so the map gets smaller: whether a pattern is there matters more than exactly "
        "where.",
        "每个窗口只保留一个数，特征图因此变小：某种模式是否出现，比它的确切位置更重要。",
    ),
    quantities=(POOLING, SIZE, SHAPE, LEARNED, KEPT_SHARE, SAVED_WEIGHTS),
)
