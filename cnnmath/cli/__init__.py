"""The command line. `main` is the script's entry; commands import what they need when they run."""

import sys

from cnnmath.cli.app import app
from cnnmath.cli.screen import complain, language, leave, prepare, write
from cnnmath.errors import CnnmathError, FormulaError
from cnnmath.text import Text


def main() -> None:
    """Run the command line and exit: 0 all right, 1 something wrong, 2 bad input, 3 undecided."""
    sys.exit(run())


def run(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code; whatever goes wrong is one line on standard error."""
    prepare()
    lang = language(arguments)
    try:
        outcome = app(args=arguments, prog_name="cnnmath", standalone_mode=False)
        page, code = outcome if isinstance(outcome, tuple) else (outcome, 0)
        if isinstance(page, str):
            write(page)
            return int(code)
    except CnnmathError as error:
        return complain(error.message, lang, error.caret if isinstance(error, FormulaError) else "")
    except BrokenPipeError:
        leave()
        return 0
    except OSError as error:
        leave()
        reason = error.strerror or str(error)
        return complain(Text(f"the page cannot be written: {reason}.", f"无法写出页面：{reason}。"), lang)
    except (MemoryError, RecursionError):
        return complain(Text("this is more than fits into memory: use smaller sizes.", "超出内存：请减小尺寸。"), lang)
    except Exception as error:
        if type(error).__name__ == "Abort":  # Typer's name for Ctrl-C
            return 130
        if not hasattr(error, "format_message"):
            raise
        return complain(usage(error), lang)
    return outcome if isinstance(outcome, int) else 0


def usage(error: Exception) -> Text:
    """Return what is said of a command that Typer could not read."""
    option = getattr(error, "option_name", None)
    if option is None:
        message = error.format_message()  # type: ignore[attr-defined]
        return Text(f"{message} `cnnmath --help` helps.", f"命令写法有误：{message} `cnnmath --help` 列出全部用法。")
    if not hasattr(error, "possibilities"):
        return Text(f"option `{option}` needs a value.", f"选项 `{option}` 需要一个值。")
    near = next(iter(error.possibilities or ()), "")
    return Text(
        f"there is no option `{option}`" + (f": did you mean `{near}`?" if near else ".") + " `cnnmath --help` helps.",
        f"没有选项 `{option}`" + (f"：是否想用 `{near}`？" if near else "。") + "`cnnmath --help` 列出全部用法。",
    )
