"""Which of the things that could be asked are asked: by the keys of the answer, else by the words of the question."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .layers import ORDINALS
from .question import Asked, Form, Unsupported


@dataclass(frozen=True)
class Entry:
    """Something that can be asked.

    words: how a question calls it; keys: how an answer may be keyed besides; value: what it is, in the shape wanted.
    """

    name: str
    words: str
    value: Callable[[Form], Any]
    keys: str = ""


def answered(asked: Asked, entries: Sequence[Entry], default: str = "") -> Any:
    """Return what is asked for, in the shape in which it is wanted."""
    form = asked.form
    if isinstance(form, dict):
        return {key: _by_key(key, entries).value(part) for key, part in form.items()}
    found = _mentioned(asked.words, entries)
    if not found and default and not _ELSEWHERE.search(asked.words):
        found = [entry for entry in entries if entry.name == default]
    if not found:
        raise Unsupported("words", f"{asked.asks[:60]!r} names nothing that is known")
    if len(found) == 1:
        return found[0].value(form)
    if form is None:
        return {entry.name: entry.value(None) for entry in found}
    if isinstance(form, tuple) and len(form) == len(found):
        return [entry.value(part) for entry, part in zip(found, form)]
    named = ", ".join(entry.name for entry in found)
    raise Unsupported("words", f"{asked.asks[:60]!r} names {named}, and the answer has another shape")


_ELSEWHERE = re.compile(
    r"(?<!\w)(?:effective|receptive|fields?|[kmg]flops?|memory|bytes|ram|gradients?|minimum|smallest|per ?cent|share|speed|ratio|factor"
    r"|paddings?(?= (?:that|which|needed|to|for|as|of)|$)|which|why|number of|how many|difference|true|false|does|is)(?!\w)"
)
"""Words that ask for something that is not what the topic's name says."""


def _by_key(key: str, entries: Sequence[Entry]) -> Entry:
    words = key.replace("_", " ").lower()
    for entry in entries:
        if re.fullmatch(entry.words, words) or (entry.keys and re.fullmatch(entry.keys, words)):
            return entry
    raise Unsupported("words", f"an answer called {key[:40]!r}")


def _mentioned(words: str, entries: Sequence[Entry]) -> list[Entry]:
    """Return what the words name, each once, in their order; a longer phrase covers the shorter ones in it."""
    spans = [
        (match.start(), -match.end(), place)
        for place, entry in enumerate(entries)
        for match in re.finditer(rf"(?<!\w)(?:{entry.words})(?!\w)", words)
    ]
    found: list[Entry] = []
    end = 0
    for start, negative_end, place in sorted(spans):
        if start >= end and entries[place] not in found:
            found.append(entries[place])
        end = max(end, -negative_end) if start >= end else end
    return found


def ordinals(words: str) -> list[int]:
    """Return the layers that are named by their places, from 1, and -1 for the last."""
    return [ORDINALS.get(one, -1) for one in re.findall(rf"(?<!\w)({'|'.join(ORDINALS)}|last|final)(?!\w)", words)]
