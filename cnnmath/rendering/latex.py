"""A page in LaTeX: a fragment for `article` with amsmath and amssymb (and ctex where the words are Chinese)."""

from collections.abc import Iterator

from cnnmath.rendering import formula
from cnnmath.rendering.blocks import Block, Command, Facts, Formula, Matrices, Page, Strip, Verdict, Words
from cnnmath.rendering.picture import Matrix
from cnnmath.rendering.values import entry


def latex(page: Page, *, formulas_only: bool = False) -> str:
    """Return the page as a LaTeX fragment; with `formulas_only` its displayed formulas alone."""
    if formulas_only:
        nodes = [block.node for section in page.sections for block in section.blocks if isinstance(block, Formula)]
        return (
            "$$\\begin{gathered}\n"
            + " \\\\\n".join(formula.latex(node, page.letters) for node in nodes)
            + "\n\\end{gathered}$$"
        )
    return "\n".join(_lines(page)) + "\n"


def _lines(page: Page) -> Iterator[str]:
    packages = "amsmath and amssymb" if page.language == "en" else "amsmath, amssymb and ctex"
    yield f"% needs the packages {packages}"
    yield rf"\section*{{{escaped(page.title)}}}"
    if page.idea:
        yield escaped(page.idea) + "\n"
    for section in page.sections:
        yield rf"\paragraph{{{section.number}. {escaped(section.title)}}}"
        for block in section.blocks:
            yield _block(block, page) + "\n"


def _block(block: Block, page: Page) -> str:
    match block:
        case Words(text, _):
            return escaped(text)
        case Facts(rows):
            items = "\n".join(
                rf"\item \textbf{{{escaped(label)}}} "
                + r" --- ".join(escaped(part) for part in (value, remark) if part)
                for label, value, remark in rows
            )
            return f"\\begin{{itemize}}\n{items}\n\\end{{itemize}}"
        case Formula(node, remark):
            return f"\\[\n{formula.latex(node, page.letters)}\n\\]" + (f"\n{escaped(remark)}" if remark else "")
        case Matrices(items):
            return "\\[\n" + " \\qquad\n".join(_matrix(item) for item in items) + "\n\\]"
        case Strip(rows):
            body = " \\\\\n".join(
                escaped(label) + " & " + " & ".join(_cell(cell) for cell in cells) for label, cells in rows
            )
            return f"\\begin{{tabular}}{{l*{{{len(rows[0][1])}}}{{c@{{\\,}}}}}}\n{body}\n\\end{{tabular}}"
        case Verdict(agrees, text):
            return {True: r"$\checkmark$ ", False: r"$\times$ ", None: "-- "}[agrees] + escaped(text)
        case Command(text):
            return rf"\texttt{{{escaped(text)}}}"


def _matrix(matrix: Matrix) -> str:
    rows = " \\\\\n".join(
        " & ".join(
            rf"\boxed{{{entry(value)}}}" if matrix.is_marked(at, column) else entry(value)
            for column, value in enumerate(row)
        )
        for at, row in enumerate(matrix.rows)
    )
    columns = len(matrix.rows[0])
    body = f"\\left[\\begin{{array}}{{{'r' * columns}}}\n{rows}\n\\end{{array}}\\right]"
    return f"\\underset{{\\text{{{escaped(matrix.caption)}}}}}{{{body}}}"


def _cell(cell: str) -> str:
    return {"□": r"$\square$", "■": r"$\blacksquare$", "·": r"$\cdot$"}.get(cell, cell)


_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "_": r"\_", "%": r"\%",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "×": r"$\times$", "·": r"$\cdot$", "−": "$-$",
    "≈": r"$\approx$", "≥": r"$\ge$", "≤": r"$\le$", "…": r"\dots{}", "∗": "$*$", "⊗": r"$\otimes$",
    "°": r"$^\circ$", "\u0303": r"\textasciitilde{}", "γ": r"$\gamma$", "α": r"$\alpha$", "→": r"$\to$",
    "<": r"\textless{}", ">": r"\textgreater{}", "σ": r"$\sigma$", "²": "$^{2}$", "∞": r"$\infty$",
}  # fmt: skip


def escaped(text: str) -> str:
    r"""Return `text` with every special character of LaTeX spelled out.

    >>> escaped("50 % of a_b")
    '50 \\% of a\\_b'
    """
    return "".join(_SPECIAL.get(character, character) for character in text)
