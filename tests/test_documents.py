"""README and CONTRIBUTING tell the truth: their commands run, their output is real, their example works."""

import doctest
import re
import shutil
import subprocess
import sys
from pathlib import Path

from typer.main import get_command

import cnnmath
from cnnmath.cli.app import app
from tests import documents

ROOT = documents.ROOT


def test_readme_shows_what_really_comes_out():
    text = documents.README.read_text(encoding="utf-8")
    assert text == documents.current(text), "run python -m tests.documents"
    assert text.index("$ cnnmath explain") < 600


def test_readme_session_in_python():
    assert doctest.testfile(str(documents.README), module_relative=False).failed == 0


def test_ci_runs_the_readmes_commands():
    text = documents.README.read_text(encoding="utf-8")
    commands = re.search(r"## Two commands.*?```sh\n(.*?)```", text, re.DOTALL)[1].strip().splitlines()
    assert len(commands) == 2
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    for command in commands:
        assert command in ci


def test_readme_names_every_option_of_every_command():
    text = documents.README.read_text(encoding="utf-8")
    commands = get_command(app).commands
    assert set(commands) == {"explain", "solve", "verify", "check", "compare"}
    for name, command in commands.items():
        assert f"cnnmath {name}" in text
        for parameter in command.params:
            long = [option for option in parameter.opts if option.startswith("--") and option != "--help"]
            assert not long or any(option in text for option in long), f"{name} {long}"


def test_the_topic_in_contributing_is_a_whole_topic(tmp_path):
    """A copy of the package with the example's one file added teaches it."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    name, code = re.search(r"<!-- topic: (\w+\.py) -->\n```python\n(.*?)```\n<!-- end -->", text, re.DOTALL).groups()
    package = Path(cnnmath.__file__).parent
    shutil.copytree(package, tmp_path / "cnnmath", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "cnnmath" / "topics" / name).write_text(code, encoding="utf-8")
    (tmp_path / "test_shelf.py").write_text(
        (ROOT / "tests" / "test_shelf.py").read_text(encoding="utf-8"), encoding="utf-8"
    )
    environment = {"PYTHONPATH": str(tmp_path), "PATH": "", "PYTHONIOENCODING": "utf-8", "PYTHONHASHSEED": "0"}
    page = subprocess.run(
        [sys.executable, "-m", "cnnmath", "explain", "global-pooling"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert page.returncode == 0, page.stderr
    assert "D' = 512 values" in page.stdout
    contract = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "global-pooling", "test_shelf.py"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert contract.returncode == 0, contract.stdout
    assert " passed" in contract.stdout
