"""Laws in words, tried on drawn cases: one that fails is false, one that never fails is held to be true."""

import re
from collections.abc import Mapping
from random import Random
from typing import Any

from cnnmath.errors import CnnmathError
from cnnmath.reading.formulas import read_formula
from cnnmath.rewriting import evaluate

from .arrays import shape
from .question import Asked, Unsupported
from .shelf import Shelf

TRIED = 12
_TERM = r"(?:rot180\(\w+\)|rot180 of \w+|\w+)"
_SIDE = re.compile(
    rf"(?P<left>{_TERM}) (?:(?P<padding>wide|narrow|full|valid)[- ])?(?P<mode>(?:cross[- ])?correlated|convolved) with (?P<right>{_TERM})"
)


def law(shelf: Shelf, asked: Asked) -> bool:
    """Tell whether an equation between convolutions of any two images holds."""
    text = str(asked.given.take("law", "claim"))
    sides = [_SIDE.fullmatch(part.strip(" .")) for part in text.split(" equals ")]
    if len(sides) != 2 or not all(sides):
        raise Unsupported("laws", f"{text[:60]!r} is not read")
    random = Random("laws")
    names = {one for side in sides if side for one in re.findall(r"\w+", _names(side))}
    for _ in range(TRIED):
        images = {}
        for extra, name in enumerate(sorted(names)):
            height, width = 2 + extra, 2 + extra + random.randint(0, 1)
            images[name] = [[random.randint(-3, 5) for _ in range(width)] for _ in range(height)]
        left, right = (_value(shelf, side, images) for side in sides if side)
        if left != right:
            return False
    return True


def _names(side: re.Match[str]) -> str:
    return re.sub(r"rot180(?: of)?", " ", f"{side['left']} {side['right']}")


def _value(shelf: Shelf, side: re.Match[str], images: Mapping[str, Any]) -> Any:
    first, second = (_term(shelf, side[name], images) for name in ("left", "right"))
    wide = side["padding"] in ("wide", "full")
    slug = "conv" if side["mode"] == "convolved" else "cross-correlation"
    if not wide and any(one > other for one, other in zip(shape(first), shape(second))):
        raise Unsupported("laws", "a kernel that is larger than the image, without padding")
    return shelf.value(slug, input=second, kernel=first, padding="full" if wide else "valid")


def _term(shelf: Shelf, text: str, images: Mapping[str, Any]) -> Any:
    match = re.fullmatch(r"rot180(?:\((\w+)\)| of (\w+))", text)
    if not match:
        return images[text]
    return shelf.value("cross-correlation.rot180", kernel=images[match[1] or match[2]])


_KEEPS = re.compile(
    r"padding (?P<padding>.+?) with stride (?P<stride>\d+) (?:keeps|preserves) the (?:spatial )?size for (?:every|all|any) (?P<which>odd |even )?(?P<letter>\w)"
)


def keeps(shelf: Shelf, asked: Asked) -> bool:
    """Tell whether a padding, as a formula of the kernel, keeps every size."""
    text = str(asked.given.take("claim"))
    match = _KEEPS.fullmatch(text.strip(" ."))
    if not match:
        raise Unsupported("laws", f"{text[:60]!r} is not read")
    try:
        formula = read_formula(match["padding"], [match["letter"]])
    except CnnmathError as error:
        raise Unsupported("laws", str(error)) from None
    kernels = [kernel for kernel in range(1, 10) if (match["which"] or "").strip() in ("", ("even", "odd")[kernel % 2])]
    for kernel in kernels:
        padding = evaluate(formula, {match["letter"]: kernel})
        for size in (9, 10, 20, 21):
            if not isinstance(padding, int):
                return False
            if (
                shelf.value("output-size", input=size, kernel=kernel, padding=padding, stride=int(match["stride"]))
                != size
            ):
                return False
    return True
