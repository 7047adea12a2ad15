"""Answers and problem sets in files: every format, and nothing of a bad one is lost."""

import json
import time
from contextlib import suppress

import pytest

from cnnmath.errors import CnnmathError
from cnnmath.reading.problems import read_problems, set_names, set_path
from cnnmath.reading.sheets import files_of, read_sheets

IDS = ("q1", "q2", "q3")


def written(folder, name, text):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return str(path)


def sheets(folder, name, text):
    return read_sheets(written(folder, name, text), lambda *_: IDS)


def sheet(folder, name, text):
    [one] = sheets(folder, name, text)
    return one


def values(one):
    return {answer.id: answer.value for answer in one.answers}


def refused(one):
    """Return what is said of each answer that could not be read, with its line and column."""
    return {
        answer.id: (answer.place.line, answer.place.column, answer.refused.en, answer.refused.zh)
        for answer in one.answers
        if answer.refused
    }


def refusal(folder, name, text):
    with pytest.raises(CnnmathError) as caught:
        sheets(folder, name, text)
    folder = str(folder)
    return caught.value.message.en.replace(folder + "/", ""), caught.value.message.zh.replace(folder + "/", "")


# ------------------------------------------------------------------------------------------------ formats


def test_toml(tmp_path):
    text = 'kind = "answers"\nproblems = "lenet"\nname = "Ann"\nq1 = "24"\nq2 = 3.50\nq3 = [1, 2]\n'
    one = sheet(tmp_path, "a.toml", text)
    assert (one.name, one.problems, one.faults) == ("Ann", "lenet", ())
    assert {id: str(value) for id, value in values(one).items()} == {"q1": "24", "q2": "3.50", "q3": "[1, 2]"}
    assert [(answer.place.line, answer.place.column) for answer in one.answers] == [(4, 1), (5, 1), (6, 1)]


def test_toml_with_a_table_of_answers(tmp_path):
    one = sheet(tmp_path, "a.toml", 'problems = "lenet"\n[answers]\nq1 = 24\n')
    assert (one.name, values(one)) == ("a", {"q1": 24})


def test_json_flat_and_nested(tmp_path):
    nested = sheet(tmp_path, "a.json", '{"problems": "lenet", "name": "Ann", "answers": {\n "q1": 24, "q2": null}}')
    flat = sheet(tmp_path, "b.json", '{"problems": "lenet", "name": "Ann", "q1": 24, "q2": null}')
    assert values(nested) == values(flat) == {"q1": 24, "q2": None}
    assert (nested.name, flat.problems) == ("Ann", "lenet")
    assert str(nested.answers[0].place).endswith("a.json:2:2")


def test_a_list_in_json_is_a_class(tmp_path):
    found = sheets(tmp_path, "a.json", '[{"name": "Ann", "q1": 1}, {"q1": 2}]')
    assert [(one.name, values(one)) for one in found] == [("Ann", {"q1": 1}), ("a 2", {"q1": 2})]


def test_csv_of_two_columns(tmp_path):
    one = sheet(tmp_path, "a.csv", 'question,answer\nproblems,lenet\nq1,24\nq2,"(3, 4)"\n')
    assert (one.problems, values(one)) == ("lenet", {"q1": "24", "q2": "(3, 4)"})
    one = sheet(tmp_path, "b.csv", "problems,lenet\nname,Ann\nq1,24\n")
    assert (one.problems, one.name, values(one)) == ("lenet", "Ann", {"q1": "24"})


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_of_a_class(tmp_path, mark):
    text = "student no.,name,q1,q2\n7,Ann,24,13\n8,Bo,25,\n".replace(",", mark)
    found = sheets(tmp_path, "a.csv", text)
    assert [(one.name, values(one)) for one in found] == [
        ("Ann", {"q1": "24", "q2": "13"}),
        ("Bo", {"q1": "25", "q2": ""}),
    ]


def test_csv_of_a_class_with_one_question(tmp_path):
    assert [one.name for one in sheets(tmp_path, "a.csv", "姓名,q1\n韩雪,24\n李雷,25\n")] == ["韩雪", "李雷"]


def test_markdown(tmp_path):
    text = """# Homework
name: Li Lei
problems: lenet

- q1: 24
- **q2**: `13`
q3：
  4 3
  2 4

Some words: these are no answer.
"""
    one = sheet(tmp_path, "a.md", text)
    assert (one.name, one.problems) == ("Li Lei", "lenet")
    assert values(one) == {"q1": "24", "q2": "13", "q3": "4 3\n2 4"}


def test_text_with_a_fence(tmp_path):
    assert values(sheet(tmp_path, "a.txt", "q1:\n```\n1 2\n3 4\n```\nq2 = 5\n")) == {"q1": "1 2\n3 4", "q2": "5"}


def test_windows_line_ends_and_a_mark_at_the_beginning(tmp_path):
    for name in ("a.toml", "a.txt"):
        assert values(sheet(tmp_path, name, b"\xef\xbb\xbfq1 = 24\r\nq2 = 13\r\n")) in (
            {"q1": 24, "q2": 13},
            {"q1": "24", "q2": "13"},
        )


# ------------------------------------------------------------------------------------- nothing is lost


def test_one_bad_line_of_toml_leaves_the_others(tmp_path):
    text = 'q1 = 24\nq2 = 28x28\nq3 = "open\nq4 = [1,\n 2]\n'
    one = sheet(tmp_path, "a.toml", text)
    assert values(one) == {"q1": 24, "q2": "28x28", "q3": '"open', "q4": [1, 2]}
    assert refused(one) == {
        "q2": (
            2, 8,
            'this is not TOML: Expected newline or end of document after a statement. '
            'Put the answer in quotes: q2 = "28x28"',
            "这不是 TOML：Expected newline or end of document after a statement。"
            '请给答案加引号：q2 = "28x28"',
        ),
        "q3": (3, 1, "this is not TOML: Unterminated string.", "这不是 TOML：Unterminated string。"),
    }  # fmt: skip


def test_what_is_answered_twice_does_not_count(tmp_path):
    said = ("it is answered twice, in lines 1 and 2.", "回答了两次：第 1 行与第 2 行。")
    assert refused(sheet(tmp_path, "a.toml", "q1 = 1\nq1 = 2\n"))["q1"][2:] == said
    assert refused(sheet(tmp_path, "a.md", "q1: 1\nq1: 2\n"))["q1"][2:] == said
    assert refused(sheet(tmp_path, "a.csv", "q1,1\nq1,2\n"))["q1"][2:] == said
    assert refused(sheet(tmp_path, "a.json", '{"q1": 1, "q1": 2}'))["q1"][2:] == (
        "it is answered twice.",
        "回答了两次。",
    )


def test_a_line_in_another_encoding_leaves_the_others(tmp_path):
    said = (1, 7, "this is not UTF-8 text: save the file as UTF-8.", "这不是 UTF-8 文本：请以 UTF-8 保存。")
    for name in ("a.toml", "a.md"):
        one = sheet(tmp_path, name, b'q1 = "\xff"\nq2 = 13\n')
        assert refused(one) == {"q1": said}
        assert str(values(one)["q2"]) == "13"
    [one] = sheets(tmp_path, "a.csv", b"q1,24\nq2,\xd6\xd0\n")
    assert values(one) == {"q1": "24"}
    assert [str(fault).rpartition("/")[2] for fault in one.faults] == [
        "a.csv:2:4: this is not UTF-8 text: save the file as UTF-8."
    ]


def test_rows_with_too_many_cells(tmp_path):
    one = sheet(tmp_path, "a.csv", "q1,28,28\nq2,13\n")
    assert refused(one)["q1"][2:] == (
        "the row has more than a question and its answer: put an answer with commas in quotes.",
        "该行除题号与答案外还有内容：含逗号的答案请加引号。",
    )
    ann, bo = sheets(tmp_path, "b.csv", "name,q1,q2\nAnn,28,28,28\nBo,1,2\n")
    assert refused(ann)["q1"] == (2, 2, *refused(ann)["q2"][2:])
    assert refused(ann)["q1"][2:] == (
        "the row has 4 cells and the first has 3: put answers with commas in quotes.",
        "该行有 4 个单元格，而首行有 3 个：含逗号的答案请加引号。",
    )
    assert values(bo) == {"q1": "1", "q2": "2"}


REFUSED = {
    "a.json": (
        '{"q1": "24"', "a.json:1:12: this is not JSON: Expecting ',' delimiter.",
        "a.json:1:12: 这不是 JSON：Expecting ',' delimiter。",
    ),
    "b.json": ("[" * 100_000, "b.json: the file is nested too deeply.", "b.json: 文件嵌套过深。"),
    "c.json": (
        "[1, 2]", 'c.json: answers in JSON are an object: {"problems": "…", "answers": {"q1": "24"}}.',
        'c.json: JSON 答案须为一个对象：{"problems": "…", "answers": {"q1": "24"}}。',
    ),
    "d.toml": ("", "d.toml: the file is empty.", "d.toml: 文件是空的。"),
    "e.toml": (
        'kind = "claims"\n', 'e.toml:1:1: a file of answers begins with kind = "answers".',
        'e.toml:1:1: 答案文件须以 kind = "answers" 开头。',
    ),
    "f.toml": (
        "no answers\n", "f.toml:1:4: this is not TOML: Expected '=' after a key in a key/value pair.",
        "f.toml:1:4: 这不是 TOML：Expected '=' after a key in a key/value pair。",
    ),
    "g.txt": (
        "I did not do it.\n", "g.txt: no line of it is an answer such as `q1: 24`.", "g.txt: 没有 `q1: 24` 这样的答案行。",
    ),
    "h.csv": (
        "姓名,q1\n韩,24\n".encode("utf-16"), "h.csv:1:1: this is UTF-16: save the file as UTF-8.",
        "h.csv:1:1: 这是 UTF-16：请以 UTF-8 保存。",
    ),
    "i.csv": (
        "姓名,q1".encode("gbk"), "i.csv:1:1: this is not UTF-8 text: save the file as UTF-8.",
        "i.csv:1:1: 这不是 UTF-8 文本：请以 UTF-8 保存。",
    ),
    "j.docx": (
        "PK", "j.docx: answers are read from .toml .json .csv .md .markdown .txt files.",
        "j.docx: 答案从 .toml .json .csv .md .markdown .txt 文件读取。",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_at_all(tmp_path, name):
    text, en, zh = REFUSED[name]
    assert refusal(tmp_path, name, text) == (en, zh)


def test_large_files_are_refused_before_they_are_read(tmp_path):
    assert refusal(tmp_path, "a.json", b" " * 5_000_000 + b"1")[0] == "a.json: answers are at most 4 MiB."


def test_nothing_takes_long(tmp_path):
    start = time.perf_counter()
    hostile = {
        "a.toml": "a" + ".a" * 200_000 + " = 1\nq1 = 24\n",
        "b.toml": "q1 = " + "[" * 50_000 + "\nq2 = 24\n",
        "c.json": json.dumps({f"q{number}": "9" * 1000 for number in range(3_000)}),
        "d.md": "q1: 24\n" + " x" * 500_000,
        "e.csv": "name,q1\n" + "Ann,1\n" * 100_000,
        "f.json": '{"q1": ' + "9" * 100_000 + "}",
        "g.txt": "*" * 1_000_000,
    }
    for name, text in hostile.items():
        with suppress(CnnmathError):
            sheets(tmp_path, name, text)
    assert time.perf_counter() - start < 20


def test_too_many_people_and_answers_are_said(tmp_path):
    people = sheets(tmp_path, "a.csv", "name,q1\n" + "Ann,1\n" * 2_001)
    assert len(people) == 2_000
    assert str(people[0].faults[0]).endswith("a.csv:2002: there are more than 2,000 people.")
    one = sheet(tmp_path, "a.json", json.dumps({f"x{number}": 1 for number in range(2_001)}))
    assert len(one.answers) == 2_000
    assert str(one.faults[0]).endswith("a.json: there are more than 2,000 answers.")


def test_a_folder(tmp_path):
    written(tmp_path, "b.toml", "q1 = 1\n")
    written(tmp_path, "a.md", "q1: 1\n")
    written(tmp_path, "set.toml", 'kind = "problems"\n')
    written(tmp_path, "c.docx", "PK")
    written(tmp_path, ".hidden.md", "q1: 1\n")
    files, faults = files_of(str(tmp_path))
    assert [file.rpartition("/")[2] for file in files] == ["a.md", "b.toml"]
    assert [str(fault).rpartition("/")[2] for fault in faults] == [
        "c.docx: answers are read from .toml .json .csv .md .markdown .txt files."
    ]


def test_an_empty_folder(tmp_path):
    assert [fault.message.en.partition(": ")[2] for fault in files_of(str(tmp_path))[1]] == [
        "there are no answers in this folder."
    ]


# ------------------------------------------------------------------------------------------ problem sets


def test_the_sets_that_are_shipped():
    assert set(set_names()) >= {"lenet", "nndl-5", "output-sizes", "parameters-operations", "slides-homework"}
    assert "slides" not in set_names()


def test_a_set_is_found_beside_its_answers(tmp_path):
    mine = written(tmp_path, "lenet.toml", 'kind = "problems"\n')
    assert set_path("lenet", str(tmp_path / "answers.toml")) == mine
    assert set_path("lenet") == "exercises/lenet.toml"
    assert set_path("lenet.toml", str(tmp_path / "answers.toml")) == mine


def test_a_file_of_answers_that_is_called_like_its_set_is_not_the_set(tmp_path):
    answers = written(tmp_path, "lenet.toml", 'kind = "answers"\nproblems = "lenet"\n')
    assert set_path("lenet", answers) == "exercises/lenet.toml"


def test_an_unknown_set():
    with pytest.raises(CnnmathError) as caught:
        set_path("nosuch")
    listed = ", ".join(set_names())
    assert caught.value.message.en == f"there is no problem set `nosuch`: name a .toml file, or one of {listed}."
    assert caught.value.message.zh == f"没有题集 `nosuch`：请给出 .toml 文件，或写 {listed} 之一。"


def test_a_question_that_cannot_be_read_leaves_the_others(tmp_path):
    text = """kind = "problems"
[[question]]
id = "q1"
quantity = "conv"
poins = 2
[[question]]
id = "q2"
quantity = 3
[[question]]
id = "q3"
quantity = "conv"
[[question]]
id = "q3"
[[question]]
id = # nothing
"""
    deck = read_problems(written(tmp_path, "set.toml", text))
    assert [entry.id for entry in deck.entries] == ["q3"]
    assert [str(fault).rpartition("/")[2] for fault in deck.faults] == [
        "set.toml:5:1: field `poins`: there is no such field: did you mean `points`?",
        'set.toml:8:1: field `quantity`: this must be "text".',
        "set.toml:13:1: field `id`: `q3` is the id of line 9 too.",
        "set.toml:15:6: this is not TOML: Invalid value.",
    ]


def test_too_many_questions(tmp_path):
    text = 'kind = "problems"\n' + "".join(f'[[question]]\nid = "q{number}"\n' for number in range(501))
    deck = read_problems(written(tmp_path, "set.toml", text))
    assert (len(deck.entries), deck.faults[0].message.zh.partition(": ")[2]) == (500, "题目超过 500 条。")
