"""The commands and their options. Nothing heavy is imported until a command runs."""

from typing import Annotated

import typer

from cnnmath.cli.options import (
    FORMATS,
    REPORT_FORMATS,
    Ascii,
    At,
    Lang,
    NotationOption,
    PageFormat,
    ReportFormat,
    cell,
    one_of,
    parted,
    said,
    shown_in,
    tolerance_of,
    whole,
)
from cnnmath.cli.screen import coloured, width
from cnnmath.errors import GivenError
from cnnmath.text import Text

app = typer.Typer(
    name="cnnmath",
    help=said(
        "The mathematics of convolutional networks, checked by running it.", "卷积神经网络的数学，以实际运行来检验。"
    ),
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _topics(incomplete: str) -> list[str]:
    from cnnmath.topics import topic_slugs

    return [slug for slug in topic_slugs() if slug.startswith(incomplete)]


def _version(wanted: bool) -> None:
    if wanted:
        from cnnmath import __version__

        typer.echo(f"cnnmath {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help=said("Show the version.", "显示版本。")),
    ] = False,
) -> None:
    """Take the options that stand before a command; without a command, help."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command(help=said("Explain a topic by a worked solution.", "用一道完整解答讲解一个主题。"))
def explain(
    topic: Annotated[
        str,
        typer.Argument(
            help=said("A topic or quantity; without one, they are listed.", "主题或量的名字；不写则列出全部。"),
            autocompletion=_topics,
        ),
    ] = "",
    given: Annotated[
        list[str] | None,
        typer.Argument(
            help=said(
                "Givens: input=28 kernel=5 stride=2, or values: kernel='1 0 1; 0 1 0; 1 0 1'.",
                "已知量：input=28 kernel=5 stride=2，或具体数值：kernel='1 0 1; 0 1 0; 1 0 1'。",
            )
        ),
    ] = None,
    at: At = "",
    seed: Annotated[str, typer.Option(help=said("Draw the givens from this seed.", "用这个种子抽取已知量。"))] = "",
    brief: Annotated[
        bool, typer.Option("--brief", help=said("Formula, substitution and result only.", "只显示公式、代入与结果。"))
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", help=said("Every term and every cell.", "显示每一项、每个单元。"))
    ] = False,
    lang: Lang = "",
    notation: NotationOption = "slides",
    format: PageFormat = "terminal",
    ascii: Ascii = False,
) -> str:
    """Return the page of a quantity, or the list of topics."""
    from cnnmath.jobs.explain import Explanation, listed, solution_of
    from cnnmath.model import NOTATIONS
    from cnnmath.reading.givens import read_pairs

    tongue, plain = shown_in(lang, format, FORMATS, ascii)
    one_of("--notation", notation, NOTATIONS)
    if brief and full:
        raise GivenError(Text("choose --brief or --full, not both.", "--brief 与 --full 只能选一个。"))
    if not topic:
        return listed(tongue, format, width(), coloured(), plain)
    solution = solution_of(topic, read_pairs(given or []), whole("--seed", seed), cell(at))
    explanation = Explanation(
        solution,
        tongue,
        next(name for name in NOTATIONS if name == notation),
        "brief" if brief else "full" if full else "normal",
    )
    if format == "terminal":
        return explanation.terminal(width(), colour=coloured(), ascii=plain)
    return explanation.written(format)


@app.command(
    help=said(
        "Work out a quantity; with output=…, solve for the given that is left out or marked ?.",
        "计算一个量；给出 output=… 时，求出未给出或标为 ? 的已知量。",
    )
)
def solve(
    quantity: Annotated[
        str,
        typer.Argument(
            help=said("A quantity, such as output-size.", "量的名字，例如 output-size。"), autocompletion=_topics
        ),
    ],
    given: Annotated[
        list[str] | None,
        typer.Argument(
            help=said(
                "Givens, the result and what is asked: input=28 kernel=5 output=13 'stride=?'.",
                "已知量、结果与所求：input=28 kernel=5 output=13 'stride=?'。",
            )
        ),
    ] = None,
    at: At = "",
    lang: Lang = "",
    notation: NotationOption = "slides",
    format: PageFormat = "terminal",
    ascii: Ascii = False,
) -> str:
    """Return the brief page of a quantity, or of what gives a stated result."""
    from cnnmath.jobs.solve import solved_for
    from cnnmath.model import NOTATIONS
    from cnnmath.reading.givens import read_pairs

    tongue, plain = shown_in(lang, format, FORMATS, ascii)
    one_of("--notation", notation, NOTATIONS)
    letters = next(name for name in NOTATIONS if name == notation)
    page = solved_for(quantity, read_pairs(given or []), cell(at), tongue, letters)
    if format == "terminal":
        return page.terminal(width(), colour=coloured(), ascii=plain)
    return page.written(format)


@app.command(
    help=said(
        "Verify the numbers, grids and formulas of a text: the errata report of the course slides, or of files.",
        "检验文本中的数、数表与公式：给出课件或所列文件的勘误报告。",
    )
)
def verify(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            help=said(
                "Decks of claims (.toml), or texts with claims in comments (.md, .tex).",
                "论断文件（.toml），或在注释中写有论断的文本（.md、.tex）。",
            )
        ),
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            help=said(
                "A convention to read the text under, such as cross-correlation.",
                "按此约定阅读文本，例如 cross-correlation。",
            )
        ),
    ] = None,
    lang: Lang = "",
    format: ReportFormat = "terminal",
    ascii: Ascii = False,
) -> tuple[str, int]:
    """Return the errata report, and the exit code that it stands for."""
    from cnnmath.jobs.verify import exit_code, written
    from cnnmath.jobs.verify import verify as verified

    tongue, plain = shown_in(lang, format, REPORT_FORMATS, ascii)
    reports = verified(*(files or ()), accept=parted(accept))
    page = written(reports, format, tongue, width(), colour=coloured(), ascii=plain)
    return page, exit_code(reports)


@app.command(
    help=said(
        "Check answers: one, a sheet, a class; without a file, the questions are asked one by one.",
        "检查答案：一个答案、一份作业、一个班级；不给文件时逐题提问。",
    )
)
def check(
    asked: Annotated[
        list[str] | None,
        typer.Argument(
            help=said(
                "A quantity with its givens (output-size input=28 kernel=5), or files of answers and folders of them "
                "(.toml .json .csv .md .txt).",
                "一个量及其已知量（output-size input=28 kernel=5），或答案文件、文件夹（.toml .json .csv .md .txt）。",
            ),
            autocompletion=_topics,
        ),
    ] = None,
    answer: Annotated[
        str | None, typer.Option(help=said("The answer to the quantity's question.", "该量的答案。"))
    ] = None,
    problems: Annotated[
        str,
        typer.Option(
            help=said(
                "The problem set: a name or a .toml file; alone, its questions are asked.",
                "题集：名字或 .toml 文件；单独使用时逐题提问。",
            )
        ),
    ] = "",
    at: Annotated[
        str,
        typer.Option(help=said("The cell that is answered: row,column from 0.", "所回答的单元：行,列，从 0 计。")),
    ] = "",
    accept: Annotated[
        list[str] | None,
        typer.Option(
            help=said("A convention that counts, such as cross-correlation.", "认可的约定，例如 cross-correlation。")
        ),
    ] = None,
    hint: Annotated[
        bool, typer.Option("--hint", help=said("The formula and the first step.", "公式与第一步。"))
    ] = False,
    explain: Annotated[bool, typer.Option("--explain", help=said("The worked solution.", "完整解答。"))] = False,
    key: Annotated[bool, typer.Option("--key", help=said("The right answers.", "参考答案。"))] = False,
    lang: Lang = "",
    format: ReportFormat = "terminal",
    ascii: Ascii = False,
) -> tuple[str, int]:
    """Return the marks, and the exit code that they stand for."""
    from cnnmath.cli.conversation import Conversation
    from cnnmath.jobs.check import Help
    from cnnmath.jobs.check.asked import checked, sets

    tongue, plain = shown_in(lang, format, REPORT_FORMATS, ascii)
    if not asked and not problems and answer is None:
        return sets(tongue, format, width(), coloured(), plain), 0
    talk = Conversation(tongue, plain, aside=format != "terminal")
    found = checked(
        asked or [], answer, problems, cell(at), parted(accept), tongue, Help(hint, explain, key), talk.say, talk.read
    )
    if format == "terminal":
        return found.terminal(width(), colour=coloured(), ascii=plain), found.code
    return found.written(format), found.code


@app.command(
    help=said(
        "Compare two answers: formulas, numbers, sizes or rows; proved, or with values at which they differ.",
        "比较两个答案：公式、数、大小或若干行；给出证明，或给出两者不同的取值。",
    )
)
def compare(
    answer: Annotated[str, typer.Argument(help=said("An answer.", "一个答案。"))],
    key: Annotated[str, typer.Argument(help=said("What it is compared with.", "与之比较的答案。"))],
    symbols: Annotated[
        str,
        typer.Option(help=said("The symbols, whole numbers from 1: N,K,P,S.", "符号，均为不小于 1 的整数：N,K,P,S。")),
    ] = "",
    real: Annotated[str, typer.Option(help=said("Symbols that need not be whole numbers.", "不必为整数的符号。"))] = "",
    where: Annotated[
        list[str] | None,
        typer.Option(help=said("Where both are to agree: 'N + 2P >= K'.", "要求两者相同的条件：'N + 2P >= K'。")),
    ] = None,
    tolerance: Annotated[
        str,
        typer.Option(
            help="exact | as-written | relative=0.01 | absolute=0.5 | figures=3 | decimals=2",
        ),
    ] = "exact",
    lang: Lang = "",
    format: ReportFormat = "terminal",
    ascii: Ascii = False,
) -> tuple[str, int]:
    """Return the verdict on an answer beside a key, and the exit code that it stands for."""
    from cnnmath.jobs.compare import compared

    tongue, plain = shown_in(lang, format, REPORT_FORMATS, ascii)
    names, others = parted([symbols]), parted([real])
    found = compared(answer, key, symbols=names, real=others, where=where or (), tolerance=tolerance_of(tolerance))
    if format == "terminal":
        return found.terminal(tongue, width(), colour=coloured(), ascii=plain), found.code
    return found.written(format, tongue), found.code
