"""The book: one file per topic. `shelf()` walks this folder, so a new file is a new topic and no other edit."""

from difflib import get_close_matches
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules

from cnnmath.errors import GivenError
from cnnmath.model import Quantity, Topic
from cnnmath.text import Text


@lru_cache(maxsize=1)
def shelf() -> tuple[Topic, ...]:
    """Return every topic in the order of the book.

    ValueError names two quantities that share a slug: a fault in a topic file, never a reader's.
    """
    names = (module.name for module in iter_modules(__path__))
    topics = sorted(
        (import_module(f"{__name__}.{name}").TOPIC for name in names), key=lambda topic: (topic.place, topic.slug)
    )
    slugs = [quantity.slug for topic in topics for quantity in topic.quantities]
    twice = sorted({slug for slug in slugs if slugs.count(slug) > 1})
    if twice:
        raise ValueError(f"two quantities share the slug {', '.join(twice)}")
    return tuple(topics)


def topic_slugs() -> tuple[str, ...]:
    """Return the slugs of the topics, from the names of the files alone: nothing is imported."""
    return tuple(sorted(module.name.replace("_", "-") for module in iter_modules(__path__)))


def quantities() -> dict[str, Quantity]:
    """Return every quantity of the shelf by its slug."""
    return {quantity.slug: quantity for topic in shelf() for quantity in topic.quantities}


def quantity(slug: str) -> Quantity:
    """Return the quantity called `slug`; GivenError suggests the name that was meant."""
    known = quantities()
    if slug in known:
        return known[slug]
    shown = slug if len(slug) <= 40 else slug[:39] + "…"
    near = _named(slug.lower()) or get_close_matches(slug.lower(), known, 1, 0.6)
    raise GivenError(
        Text(
            f"there is no topic `{shown}`"
            + (f": did you mean `{near[0]}`?" if near else ".")
            + " `cnnmath explain` lists them all.",
            f"没有主题 `{shown}`"
            + (f"：是否想查 `{near[0]}`？" if near else "。")
            + "`cnnmath explain` 列出全部主题。",
        )
    )


def _named(words: str) -> list[str]:
    """Return what the words are part of: a slug, else the shortest title, in either language."""
    if words in quantities():
        return [words]
    titles = [(topic.title, topic.slug) for topic in shelf()]
    titles += [(one.title, one.slug) for one in quantities().values()]
    found = [(len(title.en), slug) for title, slug in titles if words in title.en.lower() or words in title.zh]
    return [min(found)[1]] if found and words.strip() else []


def topic_of(quantity: Quantity) -> Topic:
    """Return the topic that teaches `quantity`."""
    return next(topic for topic in shelf() if topic.slug == quantity.topic)
