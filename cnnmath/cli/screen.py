"""What the terminal can show, and the language of the person in front of it."""

import os
import shutil
import sys
from collections.abc import Sequence
from typing import TextIO

from cnnmath.errors import GivenError
from cnnmath.text import LANGUAGES, Language, Text

SIGNS = "×·−…⌊⌋Σ✓─□■x̃"
CHINESE = "公式"


def language(arguments: Sequence[str] | None = None) -> Language:
    """Return the language asked for: --lang, else CNNMATH_LANG, else the locale's, else English."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    for at, word in enumerate(words):
        stated = word.partition("=")[2] if word.startswith("--lang=") else None
        if word == "--lang" and at + 1 < len(words):
            stated = words[at + 1]
        if stated in LANGUAGES:
            return "zh" if stated == "zh" else "en"
    for variable in ("CNNMATH_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return _system_language()


def _system_language() -> Language:
    if sys.platform in ("win32", "darwin"):
        import locale

        name = (locale.getlocale()[0] or "").lower()
        return "zh" if name.startswith(("zh", "chinese")) else "en"
    return "en"


def stated_language(lang: str) -> Language:
    """Return the language that --lang names, or the person's own where it is empty."""
    if lang and lang not in LANGUAGES:
        said = shortened(lang)
        raise GivenError(Text(f"--lang is en or zh, not {said}.", f"--lang 只能是 en 或 zh，不能是 {said}。"))
    return language(["--lang", lang] if lang else None)


def shortened(stated: str) -> str:
    """Return what somebody typed, in at most 40 characters."""
    return stated if len(stated) <= 40 else stated[:39] + "…"


def shows(characters: str, stream: TextIO | None = None) -> bool:
    """Tell whether a stream, standard output where none is named, can encode the characters."""
    try:
        characters.encode(getattr(stream or sys.stdout, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def width() -> int:
    """Return the columns of the terminal, 80 where there is none."""
    return shutil.get_terminal_size((80, 24)).columns if _is_terminal() or "COLUMNS" in os.environ else 80


def coloured() -> bool:
    """Tell whether colours are wanted: on a terminal, unless NO_COLOR or TERM=dumb says otherwise."""
    return _is_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _is_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def prepare() -> None:
    """See that no character that a stream cannot encode ends the program."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def write(text: str) -> None:
    """Write a page to standard output, whole; OSError where it cannot be written."""
    if sys.stdout is not None:
        sys.stdout.write(text)
        sys.stdout.flush()


def leave() -> None:
    """Give up on standard output: its reader has gone, or the disk is full."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def complain(message: Text, lang: Language, caret: str = "") -> int:
    """Say on standard error what went wrong, in one line without control characters, and return exit code 2.

    caret: a second and a third line, what was typed and a mark under the place.
    """
    said = message.said(lang) if shows(message.said(lang), sys.stderr) else message.en
    if sys.stderr is not None:
        print(f"cnnmath: {visible(said)}", file=sys.stderr)
        if shows(caret, sys.stderr):
            for line in caret.splitlines():
                print(f"  {visible(line)}", file=sys.stderr)
    return 2


def visible(text: str) -> str:
    """Return `text` with control, direction and other invisible characters spelled out.

    >>> visible("a" + chr(27) + "[31m")
    'a\\\\x1b[31m'
    """
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )
