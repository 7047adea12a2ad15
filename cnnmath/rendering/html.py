"""A page in HTML for notebooks: tables and LaTeX formulas, everything typed by people escaped."""

from collections.abc import Iterator
from html import escape

from cnnmath.rendering.blocks import Block, Command, Facts, Formula, Matrices, Page, Strip, Verdict, Words
from cnnmath.rendering.formula import latex
from cnnmath.rendering.picture import Matrix
from cnnmath.rendering.values import entry


def html(page: Page) -> str:
    """Return the page as an HTML fragment; formulas are left to the notebook's MathJax."""
    return "\n".join(_lines(page))


def _lines(page: Page) -> Iterator[str]:
    yield f'<article lang="{page.language}"><h2>{escape(page.title)}</h2>'
    if page.idea:
        yield f"<p><em>{escape(page.idea)}</em></p>"
    for section in page.sections:
        yield f"<h3>{section.number}. {escape(section.title)}</h3>"
        for block in section.blocks:
            yield _block(block, page)
    yield "</article>"


def _block(block: Block, page: Page) -> str:
    match block:
        case Words(text, quiet):
            return f"<p><small>{escape(text)}</small></p>" if quiet else f"<p>{escape(text)}</p>"
        case Facts(rows):
            body = "".join(
                f'<tr><th scope="row">{escape(label)}</th><td>{escape(value)}</td><td>{escape(remark)}</td></tr>'
                for label, value, remark in rows
            )
            return f"<table>{body}</table>"
        case Formula(node, remark):
            return f"$${escape(latex(node, page.letters))}$$" + (
                f"<p><small>{escape(remark)}</small></p>" if remark else ""
            )
        case Matrices(items):
            return "".join(_matrix(item) for item in items)
        case Strip(rows):
            return "<pre>" + "\n".join(f"{escape(label)}  {' '.join(cells)}" for label, cells in rows) + "</pre>"
        case Verdict(agrees, text):
            return f"<p>{ {True: '✓', False: '✗', None: '–'}[agrees] } {escape(text)}</p>"
        case Command(text):
            return f"<pre>{escape(text)}</pre>"


def _matrix(matrix: Matrix) -> str:
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td><mark><strong>{entry(value)}</strong></mark></td>"
            if matrix.is_marked(at, column)
            else f"<td>{entry(value)}</td>"
            for column, value in enumerate(row)
        )
        + "</tr>"
        for at, row in enumerate(matrix.rows)
    )
    return f"<table><caption>{escape(matrix.caption)}</caption>{rows}</table>"
