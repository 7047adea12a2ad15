"""`cnnmath check` from a shell: what it takes, exit codes, and sessions through a pipe."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import cnnmath
from cnnmath.cli import run

ROOT = Path(cnnmath.__file__).resolve().parents[1]
VARIABLES = "CNNMATH_LANG LANGUAGE LC_ALL LC_MESSAGES LANG COLUMNS NO_COLOR TERM PYTHONIOENCODING".split()
ANSWER = ("check", "output-size", "input=28", "kernel=5", "stride=2", "padding=1", "--answer")
SHEET = "exercises/answers/nndl-5.toml"


@pytest.fixture(autouse=True)
def neutral(monkeypatch):
    """Nothing of the person's terminal reaches a test."""
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)


def ran(capsys, *arguments, typed=""):
    """Run a command here and return its exit code and what it printed on both streams."""
    before, sys.stdin = sys.stdin, io.StringIO(typed)
    try:
        code = run(list(arguments))
    finally:
        sys.stdin = before
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((*ANSWER, "13"), 0),
        ((*ANSWER, "12"), 1),
        ((*ANSWER, "-3"), 1),
        ((*ANSWER, "12 ("), 2),
        ((*ANSWER, ""), 1),
        (("check", "conv", "--at", "1,2", "--answer", "3"), 0),
        (("check", "motivation", "--answer", "78400"), 1),
        (("check", "motivation", "--answer", "78400", "--accept", "bias-not-counted"), 0),
        (("check", SHEET), 2),
        (("check",), 0),
    ],
)
def test_codes(capsys, arguments, code):
    assert ran(capsys, *arguments)[0] == code


REFUSED = {
    "a quantity that there is not": (
        ("check", "outputsize", "--answer", "3"),
        "there is no topic `outputsize`: did you mean `output-size`? `cnnmath explain` lists them all.",
        "没有主题 `outputsize`：是否想查 `output-size`？`cnnmath explain` 列出全部主题。",
    ),
    "an answer to nothing": (
        ("check", "--answer", "3"),
        "--answer needs a quantity and its givens: output-size input=28 kernel=5 --answer 24.",
        "--answer 需要一个量及其已知量：output-size input=28 kernel=5 --answer 24。",
    ),
    "a set and a quantity": (
        ("check", "conv", "--problems", "lenet"),
        "--problems goes with files of answers: leave it or the quantity out.",
        "--problems 与答案文件一起使用：请去掉它或去掉量。",
    ),
    "no given": (
        ("check", "output-size", "28", "--answer", "3"),
        "`28` is not a given: write name=value, for example input=28.",
        "`28` 不是已知量：请写成 名字=值，例如 input=28。",
    ),
    "a given with the name of an option": (
        ("check", "output-size", "input=28", "kernel=5", "key=1", "--answer", "3"),
        "`output-size` has no given `key`. It takes input, kernel, padding, stride, dilation, rounding.",
        "`output-size` 没有名为 `key` 的已知量。可用的有 input, kernel, padding, stride, dilation, rounding。",
    ),
    "a cell of a set": (
        ("check", "--problems", "lenet", "--at", "1,0"),
        "--at goes with one quantity.",
        "--at 与单个量一起使用。",
    ),
    "a format": (
        (*ANSWER, "3", "--format", "html"),
        "--format is one of terminal, markdown, json, not html.",
        "--format 只能是 terminal, markdown, json 之一，不能是 html。",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_used_is_one_line(capsys, name):
    arguments, en, zh = REFUSED[name]
    assert ran(capsys, *arguments) == (2, "", f"cnnmath: {en}\n")
    assert ran(capsys, *arguments, "--lang", "zh") == (2, "", f"cnnmath: {zh}\n")


def test_a_set_that_there_is_not(capsys):
    code, out, err = ran(capsys, "check", "--problems", "nosuch")
    assert (code, out) == (2, "")
    assert err.startswith("cnnmath: there is no problem set `nosuch`: name a .toml file, or one of lenet, nndl-5, ")


def test_a_file_that_there_is_not(capsys):
    code, out, _ = ran(capsys, "check", "nosuch.toml")
    assert code == 2
    assert "✗ nosuch.toml: there is no such file." in out


def test_json(capsys):
    code, out, _ = ran(capsys, *ANSWER, "12", "--format", "json")
    [mark] = json.loads(out)["sheets"][0]["marks"]
    assert (code, mark["verdict"], mark["value"], mark["mistakes"][0]["slug"]) == (1, "wrong", 12, "padding-forgotten")
    assert "key" not in mark
    keyed = json.loads(ran(capsys, *ANSWER, "12", "--format", "json", "--key")[1])
    assert keyed["sheets"][0]["marks"][0]["key"] == 13


def test_the_list_of_sets(capsys):
    code, out, _ = ran(capsys, "check", "--format", "json")
    assert code == 0
    assert {"lenet", "nndl-5"} <= {one["problems"] for one in json.loads(out)}
    assert "lenet                  LeNet-5" in ran(capsys, "check")[1]


SESSION = """   Type an answer and Enter. An empty line leaves the question out, ? gives a
   hint, Ctrl-D ends.

   1/9 · 1 point
   How many values does the feature map have along this side?
   input=28 kernel=5
q1> 24
   ✓ Right (formula and engine agree).

   2/9 · 1 point
   How many values does the feature map have along this side?
   input=28 kernel=5 stride=2 padding=1
q2> 12
   ✗ Wrong.
   12, for one of these reasons:
   –  the padding was forgotten
   –  the + 1 for the first place was forgotten

   3/9 · 1 point
   How many values does the feature map have along this side?
   input=32 kernel=3 dilation=2
q3>
Output sizes
1 of 12 points: 1 right, 1 wrong, 7 not answered.
""".replace("q3>\n", "q3> \n")


def test_a_session_through_a_pipe(capsys):
    code, out, _ = ran(capsys, "check", "--problems", "output-sizes", typed="24\n12\n")
    assert code == 1
    assert out.startswith(SESSION)


def test_a_session_over_one_question(capsys):
    code, out, _ = ran(capsys, "check", "output-size", "input=28", "kernel=5", "--lang", "zh", typed="24\n")
    assert code == 0
    assert "答案> 24\n   ✓ 正确（公式与引擎一致）。" in out


def test_a_set_may_be_named_or_be_a_file(capsys):
    for name in ("output-sizes", "exercises/output-sizes.toml"):
        assert "q1> 24\n   ✓ Right" in ran(capsys, "check", name, typed="24\n")[1]


def test_a_session_leaves_standard_output_to_json(capsys):
    code, out, err = ran(capsys, "check", "--problems", "output-sizes", "--format", "json", typed="24\n")
    assert json.loads(out)["summary"]["right"] == 1
    assert "q1> 24" in err
    assert code == 1


def test_a_long_line_is_one_answer(capsys):
    out = ran(capsys, "check", "--problems", "output-sizes", typed="9" * 300_000 + "\n24\n")[1]
    assert out.count("q1> ") == 2


def test_bytes_that_are_no_text_do_not_end_a_session():
    kept = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    done = subprocess.run(
        [sys.executable, "-m", "cnnmath", "check", "--problems", "output-sizes"],
        cwd=ROOT, env={**kept, "PYTHONUTF8": "1"}, input=b"\xff\xfe24\n24\n", capture_output=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
