"""The generated parts of README.md: real runs with their real output.

python -m tests.documents writes them anew; --check only says whether they are current.
"""

import re
import shlex
import sys
from pathlib import Path

from cnnmath.jobs.explain import Explanation, solution_of
from cnnmath.reading.givens import read_pairs

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"


def ran(command: str) -> str:
    """Return a command and what it prints, as a README shows it."""
    _, verb, slug, *givens = shlex.split(command)
    assert verb == "explain"
    page = Explanation(solution_of(slug, read_pairs(givens))).terminal(80)
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
