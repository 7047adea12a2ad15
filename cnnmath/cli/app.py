"""The commands and their options. Nothing heavy is imported until a command runs."""

from collections.abc import Sequence
from typing import Annotated

import typer

from cnnmath.cli.screen import CHINESE, SIGNS, coloured, language, shortened, shows, stated_language, width
from cnnmath.errors import GivenError
from cnnmath.text import Text

FORMATS = ("terminal", "markdown", "latex", "json")
CHINESE_HELP = language() == "zh"


def _said(en: str, zh: str) -> str:
    return zh if CHINESE_HELP else en


app = typer.Typer(
    name="cnnmath",
    help=_said(
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
        typer.Option("--version", callback=_version, is_eager=True, help=_said("Show the version.", "显示版本。")),
    ] = False,
) -> None:
    """Take the options that stand before a command; without a command, help."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command(help=_said("Explain a topic by a worked solution.", "用一道完整解答讲解一个主题。"))
def explain(
    topic: Annotated[
        str,
        typer.Argument(
            help=_said("A topic or quantity; without one, they are listed.", "主题或量的名字；不写则列出全部。"),
            autocompletion=_topics,
        ),
    ] = "",
    given: Annotated[
        list[str] | None,
        typer.Argument(
            help=_said(
                "Givens: input=28 kernel=5 stride=2, or values: kernel='1 0 1; 0 1 0; 1 0 1'.",
                "已知量：input=28 kernel=5 stride=2，或具体数值：kernel='1 0 1; 0 1 0; 1 0 1'。",
            )
        ),
    ] = None,
    at: Annotated[
        str,
        typer.Option(
            help=_said("The cell of the map to work out: row,column from 0.", "要计算的单元：行,列，从 0 计。")
        ),
    ] = "",
    seed: Annotated[str, typer.Option(help=_said("Draw the givens from this seed.", "用这个种子抽取已知量。"))] = "",
    brief: Annotated[
        bool, typer.Option("--brief", help=_said("Formula, substitution and result only.", "只显示公式、代入与结果。"))
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", help=_said("Every term and every cell.", "显示每一项、每个单元。"))
    ] = False,
    lang: Annotated[str, typer.Option(help=_said("en or zh; by default the locale's.", "en 或 zh；默认随系统。"))] = "",
    notation: Annotated[str, typer.Option(help="slides | cs231n | pytorch")] = "slides",
    format: Annotated[str, typer.Option(help=" | ".join(FORMATS))] = "terminal",
    ascii: Annotated[
        bool, typer.Option("--ascii", help=_said("7-bit characters only.", "只用 7 位 ASCII 字符。"))
    ] = False,
) -> str:
    """Return the page of a quantity, or the list of topics."""
    from cnnmath.jobs.explain import Explanation, listed, solution_of
    from cnnmath.model import NOTATIONS
    from cnnmath.reading.givens import read_pairs

    tongue = stated_language(lang)
    _one_of("--format", format, FORMATS)
    _one_of("--notation", notation, NOTATIONS)
    if brief and full:
        raise GivenError(Text("choose --brief or --full, not both.", "--brief 与 --full 只能选一个。"))
    plain = ascii or not shows(SIGNS)
    if tongue == "zh" and (plain or not shows(CHINESE)) and format == "terminal":
        tongue = "en"
    if not topic:
        return listed(tongue, format, width(), coloured(), plain)
    solution = solution_of(topic, read_pairs(given or []), _number("--seed", seed), _cell(at))
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
    help=_said(
        "Work out a quantity; with output=…, solve for the given that is left out or marked ?.",
        "计算一个量；给出 output=… 时，求出未给出或标为 ? 的已知量。",
    )
)
def solve(
    quantity: Annotated[
        str,
        typer.Argument(
            help=_said("A quantity, such as output-size.", "量的名字，例如 output-size。"), autocompletion=_topics
        ),
    ],
    given: Annotated[
        list[str] | None,
        typer.Argument(
            help=_said(
                "Givens, the result and what is asked: input=28 kernel=5 output=13 'stride=?'.",
                "已知量、结果与所求：input=28 kernel=5 output=13 'stride=?'。",
            )
        ),
    ] = None,
    at: Annotated[
        str,
        typer.Option(
            help=_said("The cell of the map to work out: row,column from 0.", "要计算的单元：行,列，从 0 计。")
        ),
    ] = "",
    lang: Annotated[str, typer.Option(help=_said("en or zh; by default the locale's.", "en 或 zh；默认随系统。"))] = "",
    notation: Annotated[str, typer.Option(help="slides | cs231n | pytorch")] = "slides",
    format: Annotated[str, typer.Option(help=" | ".join(FORMATS))] = "terminal",
    ascii: Annotated[
        bool, typer.Option("--ascii", help=_said("7-bit characters only.", "只用 7 位 ASCII 字符。"))
    ] = False,
) -> str:
    """Return the brief page of a quantity, or of what gives a stated result."""
    from cnnmath.jobs.solve import solved_for
    from cnnmath.model import NOTATIONS
    from cnnmath.reading.givens import read_pairs

    tongue = stated_language(lang)
    _one_of("--format", format, FORMATS)
    _one_of("--notation", notation, NOTATIONS)
    plain = ascii or not shows(SIGNS)
    if tongue == "zh" and (plain or not shows(CHINESE)) and format == "terminal":
        tongue = "en"
    letters = next(name for name in NOTATIONS if name == notation)
    page = solved_for(quantity, read_pairs(given or []), _cell(at), tongue, letters)
    if format == "terminal":
        return page.terminal(width(), colour=coloured(), ascii=plain)
    return page.written(format)


@app.command(
    help=_said(
        "Verify the numbers, grids and formulas of a text: the errata report of the course slides, or of files.",
        "检验文本中的数、数表与公式：给出课件或所列文件的勘误报告。",
    )
)
def verify(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            help=_said(
                "Decks of claims (.toml), or texts with claims in comments (.md, .tex).",
                "论断文件（.toml），或在注释中写有论断的文本（.md、.tex）。",
            )
        ),
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            help=_said(
                "A convention to read the text under, such as cross-correlation.",
                "按此约定阅读文本，例如 cross-correlation。",
            )
        ),
    ] = None,
    lang: Annotated[str, typer.Option(help=_said("en or zh; by default the locale's.", "en 或 zh；默认随系统。"))] = "",
    format: Annotated[str, typer.Option(help="terminal | markdown | json")] = "terminal",
    ascii: Annotated[
        bool, typer.Option("--ascii", help=_said("7-bit characters only.", "只用 7 位 ASCII 字符。"))
    ] = False,
) -> tuple[str, int]:
    """Return the errata report, and the exit code that it stands for."""
    from cnnmath.jobs.verify import exit_code, written
    from cnnmath.jobs.verify import verify as verified

    tongue = stated_language(lang)
    _one_of("--format", format, ("terminal", "markdown", "json"))
    plain = ascii or not shows(SIGNS)
    if tongue == "zh" and (plain or not shows(CHINESE)) and format == "terminal":
        tongue = "en"
    slugs = [slug.strip() for option in accept or () for slug in option.split(",")]
    reports = verified(*(files or ()), accept=slugs)
    page = written(reports, format, tongue, width(), colour=coloured(), ascii=plain)
    return page, exit_code(reports)


@app.command(
    help=_said(
        "Check answers: one, a sheet, a class; without a file, the questions are asked one by one.",
        "检查答案：一个答案、一份作业、一个班级；不给文件时逐题提问。",
    )
)
def check(
    asked: Annotated[
        list[str] | None,
        typer.Argument(
            help=_said(
                "A quantity with its givens (output-size input=28 kernel=5), or files of answers and folders of them "
                "(.toml .json .csv .md .txt).",
                "一个量及其已知量（output-size input=28 kernel=5），或答案文件、文件夹（.toml .json .csv .md .txt）。",
            ),
            autocompletion=_topics,
        ),
    ] = None,
    answer: Annotated[
        str | None, typer.Option(help=_said("The answer to the quantity's question.", "该量的答案。"))
    ] = None,
    problems: Annotated[
        str,
        typer.Option(
            help=_said(
                "The problem set: a name or a .toml file; alone, its questions are asked.",
                "题集：名字或 .toml 文件；单独使用时逐题提问。",
            )
        ),
    ] = "",
    at: Annotated[
        str,
        typer.Option(help=_said("The cell that is answered: row,column from 0.", "所回答的单元：行,列，从 0 计。")),
    ] = "",
    accept: Annotated[
        list[str] | None,
        typer.Option(
            help=_said("A convention that counts, such as cross-correlation.", "认可的约定，例如 cross-correlation。")
        ),
    ] = None,
    hint: Annotated[
        bool, typer.Option("--hint", help=_said("The formula and the first step.", "公式与第一步。"))
    ] = False,
    explain: Annotated[bool, typer.Option("--explain", help=_said("The worked solution.", "完整解答。"))] = False,
    key: Annotated[bool, typer.Option("--key", help=_said("The right answers.", "参考答案。"))] = False,
    lang: Annotated[str, typer.Option(help=_said("en or zh; by default the locale's.", "en 或 zh；默认随系统。"))] = "",
    format: Annotated[str, typer.Option(help="terminal | markdown | json")] = "terminal",
    ascii: Annotated[
        bool, typer.Option("--ascii", help=_said("7-bit characters only.", "只用 7 位 ASCII 字符。"))
    ] = False,
) -> tuple[str, int]:
    """Return the marks, and the exit code that they stand for."""
    from cnnmath.cli.conversation import Conversation
    from cnnmath.jobs.check import Help
    from cnnmath.jobs.check.asked import checked, sets

    tongue = stated_language(lang)
    _one_of("--format", format, ("terminal", "markdown", "json"))
    plain = ascii or not shows(SIGNS)
    if tongue == "zh" and (plain or not shows(CHINESE)) and format == "terminal":
        tongue = "en"
    if not asked and not problems and answer is None:
        return sets(tongue, format, width(), coloured(), plain), 0
    slugs = [slug.strip() for option in accept or () for slug in option.split(",")]
    talk = Conversation(tongue, plain, aside=format != "terminal")
    found = checked(
        asked or [], answer, problems, _cell(at), slugs, tongue, Help(hint, explain, key), talk.say, talk.read
    )
    if format == "terminal":
        return found.terminal(width(), colour=coloured(), ascii=plain), found.code
    return found.written(format), found.code


def _one_of(option: str, stated: str, options: Sequence[str]) -> None:
    if stated not in options:
        words = ", ".join(options)
        raise GivenError(
            Text(
                f"{option} is one of {words}, not {shortened(stated)}.",
                f"{option} 只能是 {words} 之一，不能是 {shortened(stated)}。",
            )
        )


def _number(option: str, stated: str) -> int | None:
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


def _cell(stated: str) -> tuple[int, ...] | None:
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
