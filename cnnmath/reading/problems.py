"""Problem sets in TOML: the questions of a file, each with its fields and where they stand; and the sets that are shipped."""

from decimal import Decimal
from pathlib import Path

from cnnmath.claims import Deck
from cnnmath.errors import FileError, GivenError, Place
from cnnmath.reading.files import file_bytes
from cnnmath.reading.shipped import FOLDER, exercise_root
from cnnmath.reading.spelling import shown
from cnnmath.reading.tables import WORDS, Layout, read_tables
from cnnmath.text import Text

MOST_QUESTIONS = 500
PROBLEMS = Layout(
    kind="problems",
    table="question",
    top={
        "kind": (str,), "title": WORDS, "source": WORDS, "notation": (str,), "letters": (dict,), "accept": (list,),
        "tolerance": (dict, str),
    },
    fields={
        "id": (str,), "quantity": (str,), "given": (dict,), "points": (int, Decimal), "ask": WORDS, "at": (list, int),
        "tolerance": (dict, str), "accept": (list,), "letters": (dict,), "notation": (str,), "formula": (bool,),
    },
    this=Text("this question", "这道题"),
    many=Text("questions", "题目"),
    most=MOST_QUESTIONS,
)  # fmt: skip


def read_problems(path: str) -> Deck:
    """Return the questions of a file as they stand there; FileError where nothing of it can be read."""
    if Path(path).suffix.lower() != ".toml":
        message = Text("problem sets are read from .toml files.", "题集从 .toml 文件读取。")
        raise FileError(Place(shown(path, 255)), message)
    return read_tables(path, file_bytes(path), PROBLEMS)


def set_names() -> tuple[str, ...]:
    """Return the names of the sets that come with cnnmath."""
    return tuple(sorted(file.stem for file in exercise_root().glob("*.toml") if is_set(file)))


def is_set(file: Path) -> bool:
    """Tell whether a file begins like a problem set."""
    try:
        with file.open("rb") as opened:
            return any(line.split() == [b"kind", b"=", b'"problems"'] for line in opened.read(4_000).split(b"\n"))
    except OSError:
        return False


def set_path(name: str, beside: str = "") -> str:
    """Return the file of a set that is named: one beside the file that names it, one at hand, or a shipped one."""
    typed = Path(name)
    for folder in dict.fromkeys((Path(beside).parent if beside else Path(), Path())):
        for path in (folder / typed, folder / f"{name}.toml"):
            if path.suffix == ".toml" and _is_file(path) and (path.name == typed.name or is_set(path)):
                return str(path)
    if name in set_names():
        return f"{FOLDER}/{name}.toml"
    if typed.suffix == ".toml":
        return str(Path(beside).parent / typed) if beside and typed.parts[:1] != (FOLDER,) else name
    listed, said = ", ".join(set_names()), shown(name)
    raise GivenError(
        Text(
            f"there is no problem set `{said}`: name a .toml file, or one of {listed}.",
            f"没有题集 `{said}`：请给出 .toml 文件，或写 {listed} 之一。",
        )
    )


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
