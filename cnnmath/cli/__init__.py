"""The command line. `main` is the script's entry; commands import what they need when they run."""

import sys

from cnnmath.cli.app import app
from cnnmath.cli.screen import complain, language, prepare


def main() -> None:
    """Run the command line and exit: 0 all right, 1 something wrong, 2 bad input, 3 undecided."""
    sys.exit(run())


def run(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code; whatever goes wrong is one line on standard error."""
    prepare()
    from cnnmath.errors import CnnmathError

    try:
        code = app(args=arguments, prog_name="cnnmath", standalone_mode=False)
    except CnnmathError as error:
        return complain(error.said(language(arguments)))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our pipe has gone: nothing is left to say
        return 0
    except Exception as error:
        if hasattr(error, "format_message"):  # a usage error of Typer's
            return complain(usage(error, language(arguments)))
        raise
    return code if isinstance(code, int) else 0


def usage(error: Exception, lang: str) -> str:
    """Return what is said of a command that was typed wrongly."""
    option = getattr(error, "option_name", None)
    if option is not None and getattr(error, "possibilities", "none") != "none":
        near = (getattr(error, "possibilities", None) or [""])[0]
        if lang == "zh":
            return f"没有选项 `{option}`" + (f"：是否想用 `{near}`？" if near else "。") + "`cnnmath --help` 列出全部。"
        return (
            f"there is no option `{option}`"
            + (f": did you mean `{near}`?" if near else ".")
            + " `cnnmath --help` helps."
        )
    message: str = error.format_message()  # type: ignore[attr-defined]
    return message
