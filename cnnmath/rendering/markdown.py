"""A page in Markdown: headings, tables, formulas in LaTeX between dollar signs."""

import re
from collections.abc import Iterator

from cnnmath.rendering.blocks import Block, Command, Facts, Formula, Matrices, Page, Strip, Verdict, Words
from cnnmath.rendering.formula import latex
from cnnmath.rendering.picture import Matrix
from cnnmath.rendering.values import entry


def markdown(page: Page) -> str:
    """Return the page as Markdown, ready for GitHub, MyST and notebooks."""
    return "\n".join(_lines(page)).rstrip() + "\n"


def _lines(page: Page) -> Iterator[str]:
    yield f"# {escaped(page.title)}\n"
    if page.idea:
        yield escaped(page.idea) + "\n"
    for section in page.sections:
        yield f"## {section.number}. {escaped(section.title)}\n"
        for block in section.blocks:
            yield _block(block, page) + "\n"
    if page.see_also:
        yield "\n".join(f"- `cnnmath explain {slug}`: {escaped(title)}" for slug, title in page.see_also)


def _block(block: Block, page: Page) -> str:
    match block:
        case Words(text, _):
            return escaped(text)
        case Facts(rows):
            return "\n".join(
                "- " + " — ".join(part for part in (f"**{escaped(label)}**", escaped(value), escaped(remark)) if part)
                for label, value, remark in rows
            )
        case Formula(node, remark):
            return f"$$\n{latex(node, page.letters)}\n$$" + (f"\n\n{escaped(remark)}" if remark else "")
        case Matrices(items):
            return "\n\n".join(_matrix(item) for item in items)
        case Strip(rows):
            widest = max(len(label) for label, _ in rows)
            return "```text\n" + "\n".join(f"{label:<{widest}}  {' '.join(cells)}" for label, cells in rows) + "\n```"
        case Verdict(agrees, text):
            return {True: "✓ ", False: "✗ ", None: "– "}[agrees] + escaped(text)
        case Command(text):
            fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
            return f"{fence}{text}{fence}"


def _matrix(matrix: Matrix) -> str:
    rows = [
        "| "
        + " | ".join(
            f"**{entry(value)}**" if matrix.is_marked(at, column) else entry(value) for column, value in enumerate(row)
        )
        + " |"
        for at, row in enumerate(matrix.rows)
    ]
    columns = len(matrix.rows[0])
    return "\n".join([escaped(matrix.caption) + "\n", "|" + "  |" * columns, "|" + "--:|" * columns, *rows])


def escaped(text: str) -> str:
    r"""Return `text` with everything that Markdown would read as markup escaped.

    >>> escaped("a*b [0]")
    'a\\*b \\[0\\]'
    """
    return re.sub(r"([\\`*_{}\[\]<>#|$~])", r"\\\1", text)
