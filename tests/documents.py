"""The generated parts of README.md: real runs with their real output.

python -m tests.documents writes them anew; --check only says whether they are current.
"""

import io
import os
import re
import shlex
import sys
from contextlib import redirect_stdout
from pathlib import Path
from unittest import mock

from cnnmath.cli import run

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"


def ran(command: str) -> str:
    """Return a command and what it prints, as a README shows it."""
    printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
    with mock.patch.dict(os.environ, {"COLUMNS": "80", "NO_COLOR": "1"}), redirect_stdout(printed):
        run([*shlex.split(command)[1:], "--lang", "en"])
    printed.flush()
    page = printed.buffer.getvalue().decode("utf-8")  # type: ignore[attr-defined]
    return f"```console\n$ {command}\n{page}```\n"


def current(text: str) -> str:
    """Return the README with every generated part made anew."""
    return re.sub(
        r"(<!-- run: (.+?) -->\n).*?(<!-- end -->)",
        lambda match: match[1] + ran(match[2]) + match[3],
        text,
        flags=re.DOTALL,
    )


def main() -> int:
    """Write the README anew, or with --check tell whether it is current."""
    text = README.read_text(encoding="utf-8")
    if "--check" in sys.argv:
        if text != current(text):
            print("README.md is not current: run python -m tests.documents")
            return 1
        return 0
    README.write_text(current(text), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
