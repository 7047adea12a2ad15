"""The options that commands share: their types, and how what was typed for them is read."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from cnnmath.cli.screen import CHINESE, SIGNS, language, shortened, shows, stated_language
from cnnmath.errors import GivenError
from cnnmath.text import Language, Text

if TYPE_CHECKING:
    from cnnmath.tolerance import Tolerance

FORMATS = ("terminal", "markdown", "latex", "json")
REPORT_FORMATS = ("terminal", "markdown", "json")
CHINESE_HELP = language() == "zh"


def said(en: str, zh: str) -> str:
    """Return a help text in the language of the locale: Typer asks for it before any option is read."""
    return zh if CHINESE_HELP else en


Lang = Annotated[str, typer.Option(help=said("en or zh; by default the locale's.", "en 或 zh；默认随系统。"))]
Ascii = Annotated[bool, typer.Option("--ascii", help=said("7-bit characters only.", "只用 7 位 ASCII 字符。"))]
NotationOption = Annotated[str, typer.Option(help="slides | cs231n | pytorch")]
PageFormat = Annotated[str, typer.Option(help=" | ".join(FORMATS))]
ReportFormat = Annotated[str, typer.Option(help=" | ".join(REPORT_FORMATS))]
At = Annotated[
    str,
    typer.Option(help=said("The cell of the map to work out: row,column from 0.", "要计算的单元：行,列，从 0 计。")),
]


def shown_in(lang: str, format: str, formats: Sequence[str], ascii: bool) -> tuple[Language, bool]:
    """Return the language that a page is shown in, and whether it is in 7-bit characters; refuse an unknown format."""
    tongue = stated_language(lang)
    one_of("--format", format, formats)
    plain = ascii or not shows(SIGNS)
    if tongue == "zh" and (plain or not shows(CHINESE)) and format == "terminal":
        tongue = "en"
    return tongue, plain


def parted(options: Sequence[str] | None) -> list[str]:
    """Return the parts of options that take several words with commas between them."""
    return [part.strip() for option in options or () for part in option.replace("，", ",").split(",") if part.strip()]


def tolerance_of(stated: str) -> "Tolerance":
    """Return the rule that `relative=0.01`, `figures=3` or `exact` names."""
    from fractions import Fraction

    from cnnmath.tolerance import Tolerance

    rule, _, amount = stated.partition("=")
    number = amount.strip()
    if rule in ("exact", "as-written") and not amount:
        return Tolerance("exact" if rule == "exact" else "as-written")
    plain = number.isascii() and len(number) < 20 and number.replace(".", "", 1).isdigit()
    if plain and rule in ("relative", "absolute"):
        return Tolerance("relative" if rule == "relative" else "absolute", Fraction(number))
    if plain and rule in ("figures", "decimals") and number.isdigit() and int(number) <= 30:
        return Tolerance("figures" if rule == "figures" else "decimals", Fraction(number))
    known = "exact, as-written, relative=0.01, absolute=0.5, figures=3, decimals=2"
    raise GivenError(
        Text(
            f"--tolerance is one of {known}, not {shortened(stated)}.",
            f"--tolerance 只能是 {known} 之一，不能是 {shortened(stated)}。",
        )
    )


def one_of(option: str, stated: str, options: Sequence[str]) -> None:
    if stated not in options:
        words = ", ".join(options)
        raise GivenError(
            Text(
                f"{option} is one of {words}, not {shortened(stated)}.",
                f"{option} 只能是 {words} 之一，不能是 {shortened(stated)}。",
            )
        )


def whole(option: str, stated: str) -> int | None:
    if not stated:
        return None
    if not stated.isascii() or not stated.isdigit() or len(stated) > 18:
        raise GivenError(
            Text(
                f"{option} is a whole number from 0, not {shortened(stated)}.",
                f"{option} 是不小于 0 的整数，不能是 {shortened(stated)}。",
            )
        )
    return int(stated)


def cell(stated: str) -> tuple[int, ...] | None:
    if not stated:
        return None
    parts = stated.replace("，", ",").strip("()[] ").split(",")
    if not all(part.strip().isascii() and part.strip().isdigit() and len(part) < 10 for part in parts):
        raise GivenError(
            Text(
                f"--at is row,column counted from 0, such as 1,0, not {shortened(stated)}.",
                f"--at 是 行,列，从 0 计，例如 1,0，不能是 {shortened(stated)}。",
            )
        )
    return tuple(int(part) for part in parts)
