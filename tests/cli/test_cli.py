"""The command line: exit codes, one line for every bad input, languages, widths, and what is imported when."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

import cnnmath
from cnnmath.cli import run
from cnnmath.topics import quantities, topic_slugs

ROOT = Path(cnnmath.__file__).resolve().parents[1]
VARIABLES = "CNNMATH_LANG LANGUAGE LC_ALL LC_MESSAGES LANG COLUMNS NO_COLOR TERM PYTHONIOENCODING".split()


@pytest.fixture(autouse=True)
def neutral(monkeypatch):
    """Nothing of the person's terminal reaches a test."""
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)


def ran(capsys, *arguments):
    """Run a command here and return its exit code and what it printed on both streams."""
    code = run(list(arguments))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def started(*arguments, **environment):
    """Run a command in a process of its own."""
    kept = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    return subprocess.run(
        [sys.executable, "-m", "cnnmath", *arguments],
        cwd=ROOT, env={**kept, **environment}, capture_output=True, timeout=60,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------- bad inputs


def whole(word, value, minimum=1):
    return (
        f"`{word}` must be a whole number of at least {minimum}, not {value}.",
        f"`{word}` 必须是不小于 {minimum} 的整数，不能是 {value}。",
    )


def at(value):
    return (
        f"--at is row,column counted from 0, such as 1,0, not {value}.",
        f"--at 是 行,列，从 0 计，例如 1,0，不能是 {value}。",
    )


def seed(value):
    return f"--seed is a whole number from 0, not {value}.", f"--seed 是不小于 0 的整数，不能是 {value}。"


SIZE = ["output-size", "input=28", "kernel=5"]
BAD = [
    (
        ["outputsize"],
        "there is no topic `outputsize`: did you mean `output-size`? `cnnmath explain` lists them all.",
        "没有主题 `outputsize`：是否想查 `output-size`？`cnnmath explain` 列出全部主题。",
    ),
    (
        ["Conv"],
        "there is no topic `Conv`: did you mean `conv`? `cnnmath explain` lists them all.",
        "没有主题 `Conv`：是否想查 `conv`？`cnnmath explain` 列出全部主题。",
    ),
    (
        ["qqqq"],
        "there is no topic `qqqq`. `cnnmath explain` lists them all.",
        "没有主题 `qqqq`。`cnnmath explain` 列出全部主题。",
    ),
    ([*SIZE[:2], "kernel=five"], *whole("kernel", "five")),
    ([*SIZE, "stride=0"], *whole("stride", 0)),
    ([*SIZE, "stride=-1"], *whole("stride", -1)),
    ([*SIZE, "padding=-1"], *whole("padding", -1, 0)),
    (
        ["output-size", "input=3", "kernel=5"],
        "the kernel spans 5 values and the padded input has fewer (input 3, padding 0 and 0): "
        "pad more or use a smaller kernel.",
        "卷积核跨越 5 个值，而填充后的输入不足（输入 3，填充 0 与 0）：请增加填充或减小卷积核。",
    ),
    (
        ["conv", "input=1 2; 3 4", "kernel=1; 1; 1"],
        "the kernel spans 3 rows, more than the padded input has: pad more or use a smaller kernel.",
        "卷积核跨越 3 行，超过了填充后输入的行数：请增加填充或减小卷积核。",
    ),
    (
        ["conv", "input=1 2; 3", "kernel=1 1"],
        "`input` is ragged: row 1 has 2 values and row 2 has 1.",
        "`input` 各行长度不同：第 1 行有 2 个值，第 2 行有 1 个。",
    ),
    (
        ["conv", "input=1 x", "kernel=1 1"],
        "`input` has `x` in row 1, column 2, which is not a number.",
        "`input` 第 1 行第 2 列的 `x` 不是数。",
    ),
    (
        ["conv", "input=a b", "kernel=1 1"],
        "`input` cannot be read from `a b`: write a number (28), sizes (28x28), rows (1 0 1; 0 1 0) or a file name.",
        "`input` 无法从 `a b` 读出：请写一个数（28）、大小（28x28）、若干行（1 0 1; 0 1 0）或文件名。",
    ),
    (
        ["conv", "input=[[[[1]]]]", "kernel=1 1"],
        "`input` has more than 3 axes, and no quantity takes more than height × width × channels: "
        "give one image at a time.",
        "`input` 超过 3 个维度，而最多只能是 高 × 宽 × 通道：请一次给出一幅图像。",
    ),
    (
        ["conv", "input=none.csv", "kernel=1 1"],
        "none.csv: there is no such file.",
        "none.csv: 没有这个文件。",
    ),
    (
        [*SIZE, "input=3"],
        "`input` is given twice.",
        "`input` 给出了两次。",
    ),
    (
        ["conv", "extra"],
        "`extra` is not a given: write name=value, for example input=28.",
        "`extra` 不是已知量：请写成 名字=值，例如 input=28。",
    ),
    (
        ["channels.parameters", "kernal=5"],
        "`channels.parameters` has no given `kernal`: did you mean `kernel`? "
        "It takes kernel, channels, filters, groups, bias.",
        "`channels.parameters` 没有名为 `kernal` 的已知量：是否想写 `kernel`？"
        "可用的有 kernel, channels, filters, groups, bias。",
    ),
    (
        [*SIZE, "paddding=1"],
        "`output-size` has no given `paddding`: did you mean `padding`? "
        "It takes input, kernel, padding, stride, dilation, rounding.",
        "`output-size` 没有名为 `paddding` 的已知量：是否想写 `padding`？"
        "可用的有 input, kernel, padding, stride, dilation, rounding。",
    ),
    (
        ["output-size", "kernel=5"],
        "`output-size` needs `input` (input size). Example: output-size input=28 kernel=5 stride=2 padding=1",
        "`output-size` 需要 `input`（输入大小）。示例：output-size input=28 kernel=5 stride=2 padding=1",
    ),
    (
        [*SIZE, "padding=sane"],
        "`padding` is a number, 1x2, top,bottom,left,right or one of valid, same, same-tf, full, not sane: "
        "did you mean same?",
        "`padding` 可以是一个数、1x2、上,下,左,右，或 valid, same, same-tf, full 之一，不能是 sane：是否想写 same？",
    ),
    (["conv", "--at", "x"], *at("x")),
    (["conv", "--at", "1,,0"], *at("1,,0")),
    (["conv", "--at=-1,0"], *at("-1,0")),
    (
        ["conv", "--at", "9,9"],
        "the output is 3x3 and has no cell 9,9: --at counts from 0, up to 2,2.",
        "输出大小为 3x3，没有单元 9,9：--at 从 0 计，最大为 2,2。",
    ),
    (
        [*SIZE, "--at", "0"],
        "`output-size` has one value and no cells: leave --at out.",
        "`output-size` 只有一个值，没有单元：请去掉 --at。",
    ),
    (["conv", "--seed", "x"], *seed("x")),
    (["conv", "--seed=-1"], *seed("-1")),
    (["conv", "--seed", "²"], *seed("²")),
    (["conv", "--seed", "9" * 19], *seed("9" * 19)),
    (
        [*SIZE, "--seed", "1"],
        "a seed draws all the givens: leave them out, or the seed.",
        "种子会抽取全部已知量：请去掉已知量或种子。",
    ),
    (
        ["conv", "--format", "pdf"],
        "--format is one of terminal, markdown, latex, json, not pdf.",
        "--format 只能是 terminal, markdown, latex, json 之一，不能是 pdf。",
    ),
    (
        ["--format", "pdf"],
        "--format is one of terminal, markdown, latex, json, not pdf.",
        "--format 只能是 terminal, markdown, latex, json 之一，不能是 pdf。",
    ),
    (
        ["conv", "--notation", "tensorflow"],
        "--notation is one of slides, cs231n, pytorch, not tensorflow.",
        "--notation 只能是 slides, cs231n, pytorch 之一，不能是 tensorflow。",
    ),
    (
        ["conv", "--brief", "--full"],
        "choose --brief or --full, not both.",
        "--brief 与 --full 只能选一个。",
    ),
    (
        ["conv", "--sed", "1"],
        "there is no option `--sed`: did you mean `--seed`? `cnnmath --help` helps.",
        "没有选项 `--sed`：是否想用 `--seed`？`cnnmath --help` 列出全部用法。",
    ),
    (
        ["conv", "--zzz"],
        "there is no option `--zzz`. `cnnmath --help` helps.",
        "没有选项 `--zzz`。`cnnmath --help` 列出全部用法。",
    ),
]


@pytest.mark.parametrize(("arguments", "en", "zh"), BAD, ids=[" ".join(row[0])[:44] for row in BAD])
def test_a_bad_input_is_one_line_in_the_persons_language(capsys, monkeypatch, arguments, en, zh):
    monkeypatch.chdir(ROOT)
    assert ran(capsys, "explain", *arguments, "--lang", "en") == (2, "", f"cnnmath: {en}\n")
    assert ran(capsys, "explain", *arguments, "--lang=zh") == (2, "", f"cnnmath: {zh}\n")
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert ran(capsys, "explain", *arguments) == (2, "", f"cnnmath: {zh}\n")


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "--lang is en or zh, not fr."),
        ({"LANG": "zh_CN.UTF-8"}, "--lang 只能是 en 或 zh，不能是 fr。"),
    ],
)
def test_a_language_that_is_not_spoken(capsys, monkeypatch, environment, said):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ran(capsys, "explain", "conv", "--lang", "fr") == (2, "", f"cnnmath: {said}\n")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.csv", b"", "the file is empty."),
        ("latin.csv", b"1,2\n3,\xff", "this is not UTF-8 text: save the file as UTF-8."),
        ("word.csv", b"1,2\n3,x", "`x` is not a number (value 2 of the row)."),
        ("ragged.csv", b"1,2\n3", "this row has 1 values and row 1 has 2."),
        ("deep.json", b"[[[[1]]]]", "`input` has 4 axes, and no quantity takes more than"),
        ("cut.npy", b"\x93NUMPY\x01\x00", "this is not a .npy file of numbers, or it is cut short."),
        ("not.toml", b"= 1", "this is not TOML."),
    ],
)
def test_a_bad_file_is_one_line_that_begins_with_its_place(capsys, tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content)
    code, out, err = ran(capsys, "explain", "conv", f"input={path}", "kernel=1 1")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"cnnmath: {path}:")
    assert said in err


def test_a_file_that_may_not_be_read_is_one_line(capsys, tmp_path, monkeypatch):
    def refuse(self):
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "a.csv"
    path.write_text("1,2")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert ran(capsys, "explain", "conv", f"input={path}", "kernel=1 1") == (
        2, "", f"cnnmath: {path}: the file may not be read.\n",
    )  # fmt: skip


HOSTILE = [
    ["\x1b[31mred"],
    ["conv", "input=\x1b]0;title\x07", "kernel=1"],
    ["conv", "\x1b[2J=1"],
    ["conv", "input=\x1b[2J.csv", "kernel=1"],
    ["conv", "--at", "\x1b[2J"],
    ["conv", "--seed", "1\x08\x7f"],
    ["conv", "--format", "\x9b31m"],
    ["conv", "--notation", "a\nb\rc"],
    ["conv", "--lang", "\u202eab"],
    ["conv\u2028\u2066"],
    ["conv", "padding=\x00", "input=1", "kernel=1"],
    ["conv", "--\x1b[31mx"],
]


@pytest.mark.parametrize("arguments", HOSTILE, ids=[ascii(" ".join(row)) for row in HOSTILE])
def test_control_characters_are_never_printed_raw(capsys, arguments):
    code, out, err = ran(capsys, "explain", *arguments)
    assert (code, out) == (2, "")
    assert err.endswith("\n")
    assert err[:-1].isprintable()


@pytest.mark.parametrize("arguments", [["y" * 10**5], ["conv", "x" * 10**5], ["conv", "input=" + "z " * 10**5]])
def test_a_very_long_text_is_not_repeated(capsys, arguments):
    code, _, err = ran(capsys, "explain", *arguments)
    assert code == 2
    assert len(err) < 300


# ------------------------------------------------------------------------------------------ good inputs


def test_without_a_command_there_is_help(capsys):
    code, out, err = ran(capsys)
    assert (code, err) == (0, "")
    assert out.startswith("Usage: cnnmath ")
    assert "explain" in out


def test_the_version_is_the_packages(capsys):
    assert ran(capsys, "--version") == (0, f"cnnmath {cnnmath.__version__}\n", "")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("slug", quantities())
def test_no_line_is_wider_than_the_terminal(capsys, monkeypatch, slug, columns, lang):
    """But commands, which are never broken: a shell could not run them."""
    monkeypatch.setenv("COLUMNS", str(columns))
    code, out, err = ran(capsys, "explain", slug, "--lang", lang)
    assert (code, err) == (0, "")
    lines = [line for line in out.splitlines() if not line.startswith("   cnnmath explain ")]
    assert [line for line in lines if cell_len(line) > columns] == []
    assert "\x1b" not in out


def test_a_wider_terminal_is_used(capsys, monkeypatch):
    narrow = ran(capsys, "explain", "conv")[1]
    monkeypatch.setenv("COLUMNS", "120")
    assert (
        max(map(cell_len, ran(capsys, "explain", "conv")[1].splitlines()))
        > 80
        >= max(map(cell_len, narrow.splitlines()))
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("format", ["terminal", "markdown", "latex", "json"])
def test_the_topics_are_listed(capsys, format, lang):
    code, out, err = ran(capsys, "explain", "--format", format, "--lang", lang)
    assert (code, err) == (0, "")
    if format == "json":
        assert [topic["topic"] for topic in json.loads(out)]
    for slug in quantities():
        assert slug in out.replace("\\", "")


def test_a_seed_gives_the_same_page_again_and_names_itself(capsys):
    first = ran(capsys, "explain", "conv", "--seed", "7")
    assert first == ran(capsys, "explain", "conv", "--seed", "7")
    assert first[0] == 0
    assert "cnnmath explain conv --seed 7\n" in first[1]
    assert first != ran(capsys, "explain", "conv", "--seed", "8")


@pytest.mark.parametrize("cell", ["1,0", "(1, 0)", "[1,0]", "1，0"])
def test_a_cell_is_read_as_people_write_it(capsys, cell):
    assert "y_43 = 2\n" in ran(capsys, "explain", "conv", "--at", cell)[1]


def test_a_file_and_the_same_rows_give_the_same_page(capsys, tmp_path):
    path = tmp_path / "k.csv"
    path.write_text("1,0\n0,1\n")
    code, rows, _ = ran(capsys, "explain", "conv", "input=1 2 3; 4 5 6", "kernel=1 0; 0 1")
    assert code == 0
    named = rows.replace('kernel="1 0; 0 1"', f"kernel={path}")  # what came from a file is reproduced from it
    assert ran(capsys, "explain", "conv", "input=1 2 3; 4 5 6", f"kernel={path}") == (0, named, "")


@pytest.mark.parametrize(
    "variables",
    [
        {"LANG": "zh_CN.UTF-8"},
        {"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"},
        {"CNNMATH_LANG": "zh", "LANG": "en_US.UTF-8"},
        {"CNNMATH_LANG": "zh", "LC_ALL": "C"},
    ],
)
def test_the_locale_chooses_chinese(capsys, monkeypatch, variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert ran(capsys, "explain", "conv")[1].startswith("二维卷积\n")
    assert ran(capsys, "explain", "conv", "--lang", "en")[1].startswith("Two-dimensional convolution\n")


@pytest.mark.parametrize(
    "variables",
    [{}, {"LANG": "de_DE.UTF-8"}, {"LANG": "C"}, {"CNNMATH_LANG": "en", "LANG": "zh_CN.UTF-8"}],
)
def test_every_other_locale_is_english(capsys, monkeypatch, variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert ran(capsys, "explain", "conv")[1].startswith("Two-dimensional convolution\n")
    assert ran(capsys, "explain", "conv", "--lang", "zh")[1].startswith("二维卷积\n")


@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_a_terminal_is_coloured_unless_it_says_otherwise(capsys, monkeypatch, variables, coloured):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda self: True)
    out = ran(capsys, "explain", "conv")[1]
    assert ("\x1b[" in out) is coloured
    assert "Two-dimensional convolution" in out


# ------------------------------------------------------------------------------------------- processes

WATCHED = ("sympy", "numpy", "rich")
WATCH = f"""
import sys
from cnnmath.cli import run
try:
    code = run(sys.argv[1:])
except SystemExit as end:
    code = end.code or 0
print(code, *[name for name in {WATCHED} if name in sys.modules], file=sys.stderr)
"""


def watched(*arguments, **environment):
    """Return the exit code, the heavy modules that a command imported, and what it printed."""
    kept = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    ended = subprocess.run(
        [sys.executable, "-c", WATCH, *arguments],
        cwd=ROOT, env={**kept, **environment, "PYTHONIOENCODING": "utf-8"}, capture_output=True, text=True,
        encoding="utf-8", timeout=60,
    )  # fmt: skip
    code, *modules = ended.stderr.split()
    return int(code), set(modules), ended.stdout


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_import_nothing_heavy(option):
    code, modules, out = watched(option)
    assert (code, modules) == (0, set())
    assert "cnnmath" in out


@pytest.mark.parametrize(
    ("words", "at", "completed"),
    [
        ("cnnmath ex", "1", ["explain"]),
        ("cnnmath explain c", "2", [slug for slug in topic_slugs() if slug.startswith("c")]),
    ],
)
def test_completion_imports_nothing_heavy(words, at, completed):
    code, modules, out = watched(_CNNMATH_COMPLETE="complete_bash", COMP_WORDS=words, COMP_CWORD=at)
    assert (code, modules) == (0, set())
    assert out.split() == completed


def test_explaining_imports_no_sympy():
    code, modules, out = watched("explain", "output-size")
    assert code == 0
    assert "sympy" not in modules
    assert "N' = 13 values" in out


@pytest.mark.parametrize("arguments", [["explain", "qqqq"], ["explain", "conv", "--format", "pdf"], ["--zzz"]])
def test_a_bad_input_ends_a_process_with_2_and_no_traceback(arguments):
    ended = started(*arguments)
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert ended.stderr.startswith(b"cnnmath: ")
    assert ended.stderr.count(b"\n") == 1


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_ascii_terminal_gets_seven_bits(lang):
    ended = started("explain", "conv", "--lang", lang, PYTHONIOENCODING="ascii")
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout.isascii()
    assert ended.stdout.startswith(b"Two-dimensional convolution\n")
    assert b"??" not in ended.stdout
    assert b"\x1b" not in ended.stdout


def test_a_reader_that_has_gone_leaves_no_traceback():
    reads, writes = os.pipe()
    os.close(reads)
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "cnnmath", "explain", "conv", "--full"],
            cwd=ROOT, stdout=writes, stderr=subprocess.PIPE, timeout=60,
        )  # fmt: skip
    finally:
        os.close(writes)
    assert ended.stderr == b""


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
def test_head_may_close_the_pipe():
    ended = subprocess.run(
        ["sh", "-c", f"'{sys.executable}' -m cnnmath explain conv --full --lang en | head -1"],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (ended.stdout, ended.stderr) == ("Two-dimensional convolution\n", "")
