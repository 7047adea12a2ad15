"""Which layer of a network the words of a question mean: the third layer, the last conv layer, conv2, after pooling."""

import re
from collections.abc import Sequence

from .layers import NUMBERS, ORDINALS, WINDOWS, Layer
from .question import Unsupported

_KINDS = {
    **dict.fromkeys(("conv", "convs", "convolution", "convolutions", "convolutional", "conv2d"), "conv"),
    **dict.fromkeys(("pool", "pools", "pooling", "maxpool", "avgpool", "poolings"), "pool"),
    **dict.fromkeys(("dense", "linear", "fc", "connected"), "dense"),
}
_AFTER = {**_KINDS, "max": "pool", "average": "pool", "mean": "pool", "flatten": "flatten", "flattening": "flatten",
          "global": "gap", "gap": "gap", "inception": "inception"}  # fmt: skip
_WHICH = rf"{'|'.join(sorted(ORDINALS, key=len, reverse=True))}|last|final"
_KIND = "|".join(sorted(_KINDS, key=len, reverse=True))
_PLACE = re.compile(
    rf"(?<!\w)(?P<which>{_WHICH})(?:\s+(?:strided|dilated|fully|hidden))?"
    rf"(?:[\s-]+(?P<kind>{_KIND})(?:\s+(?:layer|block)s?)?|\s+(?:layer|block)s?)(?!\w)"
)
_NUMBERED = re.compile(r"(?<!\w)(?P<kind>conv|pool|fc|dense|layer)[\s_#]?(?P<number>\d+)(?!\w)")
_WHOLE = re.compile(r"channels (?:first|last)|(?:final|last) (?:feature )?(?:maps?|output|volume|shape|size)")
_COUNTED = re.compile(
    rf"(?<!\w)(?P<count>{'|'.join(NUMBERS)}|\d+) (?:such |identical |stacked |equal |more )*(?:layers|convolutions|convs)(?!\w)"
)


def place_of(words: str, layers: Sequence[Layer]) -> int | None:
    """Return the place, from 1, of the one layer that the words mean; None where they mean the whole network."""
    if len(layers) < 2:
        if any(_number(match["count"]) > 1 for match in _COUNTED.finditer(words)):
            raise Unsupported("words", "several layers, and one is given")
        return None
    words = _WHOLE.sub(" ", words)
    found = [_of_kind(match["which"], match["kind"], layers) for match in _PLACE.finditer(words)]
    words = _PLACE.sub(" here ", words)
    found += _numbered(words, layers)
    words = _NUMBERED.sub(" here ", words)
    if re.search(rf"(?<!\w)(?:{_WHICH}|before)(?!\w)", words):
        raise Unsupported("words", "which layer is meant")
    found += _after(words, layers)
    if len(found) > 1:
        raise Unsupported("words", "several layers are named")
    return found[0] if found else None


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else NUMBERS[text]


def _of_kind(which: str, word: str | None, layers: Sequence[Layer]) -> int:
    kind = _KINDS.get(word or "")
    places = [place for place, one in enumerate(layers, 1) if one.kind != "pass" and kind in (None, one.kind)]
    number = ORDINALS.get(which, -1)
    if not places or number > len(places):
        raise Unsupported("words", f"there is no {which} {word or 'layer'}")
    return places[number - 1 if number > 0 else -1]


def _numbered(words: str, layers: Sequence[Layer]) -> list[int]:
    """Return the layers that are called conv2 or pool1; conv5 may be a 5×5 kernel as well."""
    named = [(match["kind"], int(match["number"])) for match in _NUMBERED.finditer(words)]
    if not named or [number for _, number in named] == [one.kernel for one in layers if one.kind in WINDOWS]:
        return []
    if len(named) > 1:
        raise Unsupported("words", "several layers are named")
    word, number = named[0]
    kind = _KINDS.get(word)
    places = [place for place, one in enumerate(layers, 1) if one.kind != "pass" and kind in (None, one.kind)]
    by_kernel = [place for place in places if kind in WINDOWS and layers[place - 1].kernel == number]
    by_number = places[number - 1 : number] if number else []
    found = {*by_kernel, *by_number}
    if len(found) != 1 or not by_number:
        raise Unsupported("words", f"which layer is {word}{number}")
    return by_number


def _after(words: str, layers: Sequence[Layer]) -> list[int]:
    """Return the layer after which something is asked for, where it is named by its kind alone."""
    words = re.sub(r"\s+", " ", words)
    match = re.search(r"(?<!\w)after (?:the |a |an |all |its |both )*(?P<what>\w+)(?: (?P<next>\w+))?", words)
    if not match or match["what"] in ("each", "every", "layers", "here"):
        return []
    what = match["what"]
    if what in NUMBERS or what.isdecimal():
        kind = _KINDS.get(match["next"] or "")
        windows = [one for one in layers if one.kind in WINDOWS and kind in (None, one.kind)]
        if len(windows) != _number(what) or (kind and windows[-1] is not layers[-1]):
            raise Unsupported("words", f"after {what} {match['next'] or ''}")
        return []
    places = [place for place, one in enumerate(layers, 1) if one.kind == _AFTER.get(what)]
    if len(places) != 1:
        raise Unsupported("words", f"after which {what[:20]}")
    return places
