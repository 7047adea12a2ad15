"""A conversation on the terminal: what is said is written, and what is typed is read, line by line."""

import sys
from collections.abc import Iterable, Mapping

from cnnmath.cli.screen import coloured, visible, width
from cnnmath.rendering.blocks import Block
from cnnmath.rendering.sheet import spoken
from cnnmath.text import Language

LONGEST = 100_000
"""Characters of a line that are read."""


class Conversation:
    """Talks on standard output, or, with `aside`, on standard error, where standard output is for the result."""

    def __init__(self, language: Language, ascii: bool, *, aside: bool = False) -> None:
        self.language, self.ascii, self.aside = language, ascii, aside
        if hasattr(sys.stdin, "reconfigure"):
            sys.stdin.reconfigure(errors="replace")

    def say(self, blocks: Iterable[Block], letters: Mapping[str, str]) -> None:
        """Write some blocks, as a page has them."""
        self._write(
            spoken(blocks, self.language, letters, width(), colour=coloured() and not self.aside, ascii=self.ascii)
        )

    def read(self, prompt: str) -> str | None:
        """Show a prompt and return the line that is typed; None where no more will come.

        What comes through a pipe is shown behind its prompt, so that the transcript reads like a conversation.
        """
        self._write(prompt)
        line = "" if sys.stdin is None else sys.stdin.readline(LONGEST)
        while line and len(line) >= LONGEST and not line.endswith("\n"):
            rest = sys.stdin.readline(LONGEST)
            if rest.endswith("\n") or not rest:
                break
        typed = line.rstrip("\r\n")
        if not line or not sys.stdin.isatty():
            self._write((visible(typed[:200]) if line else "") + "\n")
        return typed if line else None

    def _write(self, text: str) -> None:
        stream = sys.stderr if self.aside else sys.stdout
        if stream is not None:
            stream.write(text)
            stream.flush()
