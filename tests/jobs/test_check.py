"""Checking: marks, mistakes, partial credit, errors carried forward, problem sets, and what people see.

After an intended change, write the snapshots anew and look at what changed:

    CNNMATH_SNAPSHOTS=write python -m pytest tests/jobs/test_check.py
"""

import json
import os
import re
from fractions import Fraction
from pathlib import Path

import pytest

import cnnmath
from cnnmath.errors import CnnmathError, Place
from cnnmath.grid import Grid
from cnnmath.jobs.check.marking import may_carry
from cnnmath.jobs.check.questions import key_of, problem_set
from cnnmath.jobs.check.session import session
from cnnmath.model import Rounded
from cnnmath.reading.problems import set_names
from cnnmath.rendering.blocks import Formula, Verdict, Words
from cnnmath.rendering.sheet import amount
from cnnmath.rendering.verdict import key_text
from cnnmath.sheets import Sheet
from cnnmath.text import LANGUAGES

SNAPSHOTS = Path(__file__).parent / "snapshots"
SIZE = {"input": 28, "kernel": 5, "stride": 2, "padding": 1}


def one(slug, answer, **given):
    """Return the mark of one answer."""
    return cnnmath.check(slug, answer=answer, **given).marks[0]


def files(folder, problems, **answers):
    """Write a problem set and answers to it, and return what came of them."""
    (folder / "set.toml").write_text('kind = "problems"\n' + problems, encoding="utf-8")
    path = folder / "answers.json"
    path.write_text(json.dumps({"problems": "set", "answers": answers}), encoding="utf-8")
    return cnnmath.check(str(path))


def marks(folder, problems, **answers):
    checked = files(folder, problems, **answers)
    assert not [str(fault) for fault in checked.faults]
    assert not [str(fault) for graded in checked.graded for fault in (*graded.faults, *graded.problems.faults)]
    return {mark.question.id: mark for mark in checked.marks}


def question(id, quantity, given, **fields):
    lines = [f'id = "{id}"', f'quantity = "{quantity}"', f"given = {given}"]
    return "\n".join(["[[question]]", *lines, *(f"{name} = {value}" for name, value in fields.items()), ""])


def said(page, language="en"):
    """Return the words of a page, without its layout."""
    return " ".join(page.split())


# ---------------------------------------------------------------------------------------------- one answer


def test_a_right_answer_has_its_grounds():
    mark = one("output-size", "13", **SIZE)
    assert (mark.outcome, mark.grounds, mark.points) == ("right", "measured", 1)


def test_a_mistake_is_named():
    mark = one("channels.parameters", "2600", kernel=5, channels=3, filters=100)
    assert (mark.outcome, [mistake.slug for mistake in mark.mistakes]) == ("wrong", ["channels-forgotten"])


def test_another_convention_counts_where_it_is_accepted():
    given = {"kernel": 3, "channels": 64, "filters": 64}
    assert one("channels.parameters", 36_864, **given).outcome == "right-under-convention"
    mark = one("channels.parameters", 36_864, **given, accept=["bias-not-counted"])
    assert (mark.outcome, mark.convention.slug, mark.points) == ("right", "bias-not-counted", 1)


@pytest.mark.parametrize(
    ("slug", "answer", "outcome"),
    [
        ("output-size", 13, "right"),
        ("output-size", "１３", "right"),
        ("output-size", Fraction(27, 2), "wrong"),
        ("output-size", True, "not-read"),
        ("output-size", float("nan"), "not-read"),
        ("output-size", "", "missing"),
        ("output-size.shape", (13, 13), "wrong"),
        ("channels.agree", True, "right"),
        ("channels.agree", "no", "wrong"),
        ("conv", [[4, 3, 4], [2, 4, 3], [2, 3, 4]], "right"),
        ("activation.softmax", "0.09 0.245 0.665", "right"),
        ("activation.softmax", "[0.09, 0.24, 0.67]", "right"),
        ("activation.softmax", "0.09 0.25 0.67", "wrong"),
        ("pooling.kept", "25 %", "right"),
        ("operations", "2.4 Million", "right"),
        ("operations", "2.39 Million", "wrong"),
    ],
)
def test_kinds_of_answers(slug, answer, outcome):
    assert one(slug, answer).outcome == outcome


def test_a_cell_of_a_map():
    assert one("conv", 3, at=(1, 2)).outcome == "right"
    assert one("conv", 4, at=(1, 2)).outcome == "wrong"
    with pytest.raises(CnnmathError) as caught:
        one("conv", 3, at=(9, 9))
    assert caught.value.message.en == "the output is 3x3 and has no cell 9,9: --at counts from 0, up to 2,2."


PAGES = {
    "right": (("output-size", "13"), "✓ Right (formula and engine agree).", "✓ 正确（公式与引擎一致）。"),
    "one mistake": (
        ("output-size", "26"),
        "✗ Wrong. 26: the stride was forgotten.",
        "✗ 错误。 26：忘记了步幅。",
    ),
    "two mistakes": (
        ("output-size", "12"),
        "✗ Wrong. 12, for one of these reasons: – the padding was forgotten – the + 1 for the first place was "
        "forgotten",
        "✗ 错误。 12，原因是以下之一： – 忘记了填充 – 忘记了首个位置对应的 + 1",
    ),
    "no mistake": (("output-size", "99"), "✗ Wrong. 4 Going on", "✗ 错误。 4 下一步"),
    "numbers of a shape": (
        ("channels.maps", "28x28x31"),
        "✗ Wrong. 2 of 3 numbers are right; wrong: 31 (number 3).",
        "✗ 错误。3 个数中有 2 个正确；错误的是 31（第 3 个）。",
    ),
    "another number of sides": (
        ("channels.maps", "28x28"),
        "✗ Wrong. The right shape has another number of sides than 2.",
        "✗ 错误。正确的形状不是 2 个数。",
    ),
    "cells of a map": (
        ("conv", "4 3 4; 2 4 3; 2 3 5"),
        "✗ Wrong. 8 of 9 cells are right. your answer, wrong values in [ ] 4 3 4 2 4 3 2 3 [5]",
        "✗ 错误。9 个单元中有 8 个正确。 你的答案，方括号内为错误的值 4 3 4 2 4 3 2 3 [5]",
    ),
    "another size": (
        ("conv", "9 9"),
        "✗ Wrong. The right map has another size than 1×2.",
        "✗ 错误。正确的结果大小不是 1×2。",
    ),
    "another convention": (
        ("motivation", "78400"),
        "– Right under another convention (biases are not counted), which is not this question's. 4 Going on --hint "
        "shows the formula and the first step; --explain shows the whole solution. --accept bias-not-counted lets this "
        "convention count.",
        "– 在另一约定下正确（不计偏置），但本题不采用该约定。 4 下一步 --hint 显示公式与第一步；--explain 显示完整解答。 "
        "--accept bias-not-counted 可认可该约定。",
    ),
    "not read": (
        ("output-size", "28 - ("),
        "– Not read: column 6, after `28 -`: `(` is never closed: add `)`. 28 - ( ^",
        "– 无法读取：第 6 列，在 `28 -` 之后：`(` 没有闭合：请加上 `)`。 28 - ( ^",
    ),
    "read otherwise": (("operations", "2.4M"), "2.4M, read as about 2,400,000", "2.4M，读作 约 2,400,000"),
}


@pytest.mark.parametrize("name", PAGES)
def test_the_words_of_a_page(name):
    (slug, answer), en, zh = PAGES[name]
    for language, words in (("en", en), ("zh", zh)):
        page = said(cnnmath.check(slug, answer=answer, lang=language).terminal(300))
        assert words in page


def test_no_page_tells_the_answer_before_it_is_asked_for():
    for slug, answer, key in (
        ("output-size", "26", "13"),
        ("operations", "1", "2,408,448"),
        ("conv.first", "9x9", "3×3"),
    ):
        for language in LANGUAGES:
            plain = cnnmath.check(slug, answer=answer, lang=language)
            hinted = cnnmath.check(slug, answer=answer, lang=language, hint=True)
            keyed = cnnmath.check(slug, answer=answer, lang=language, key=True)
            explained = cnnmath.check(slug, answer=answer, lang=language, explain=True)
            if slug == "conv.first":
                continue
            assert key not in plain.terminal(300)
            assert key not in hinted.terminal(300)
            assert key in keyed.terminal(300)
            assert key in explained.terminal(300)


def test_hints_never_hold_the_answer():
    """Of every question that is shipped: no block of a hint is the key."""
    from cnnmath.jobs.check import hints_of

    for name in set_names():
        for asked in problem_set(name).questions:
            blocks = [block for told in hints_of(asked, "en") for block in told]
            assert blocks
            assert all(isinstance(block, (Formula, Words)) for block in blocks) or asked.formula
            key = re.compile(rf"(?<![\d.,]){re.escape(key_text(asked, 'en'))}(?![\d.,])")
            assert asked.formula or not [
                block for block in blocks if isinstance(block, Words) and key.search(block.text)
            ]


def test_what_cannot_be_asked():
    for asked, options, en in (
        (("nosuch",), {"answer": 3}, "there is no topic `nosuch`. `cnnmath explain` lists them all."),
        (("conv", "conv"), {"answer": 3}, "one answer is to one quantity: name it."),
        (("conv",), {"answer": 3, "lang": "fr"}, "`lang` is one of en, zh, not fr."),
        (("output-size",), {"answer": 3, "strde": 2}, "`output-size` has no given `strde`: did you mean `stride`? "),
    ):
        with pytest.raises(CnnmathError) as caught:
            cnnmath.check(*asked, **options)
        assert caught.value.message.en.startswith(en)


# --------------------------------------------------------------------------------- points, and what is carried


def test_partial_credit_is_exact(tmp_path):
    found = marks(
        tmp_path,
        question("q1", "conv", "{}", points=3)
        + question("q2", "channels.maps", '{ input = "28x28x3", kernel = 5, filters = 6 }'),
        q1=[[4, 3, 4], [2, 4, 3], [2, 3, 5]],
        q2="24x24x3",
    )
    assert (found["q1"].points, found["q1"].parts, found["q1"].cells) == (Fraction(8, 3), (8, 9), ((2, 2),))
    assert (found["q2"].points, found["q2"].parts, found["q2"].cells) == (Fraction(2, 3), (2, 3), ((2,),))


CHAIN = (
    question("q1", "output-size", "{ input = 28, kernel = 5 }")
    + question("q2", "pooling.shape", '{ input = "{q1}x{q1}x6", kernel = 2 }', points=2)
    + question("q3", "channels.parameters", '{ kernel = "{q2.height}x{q2.width}", channels = "{q2.channels}", filters = 10 }')
)  # fmt: skip


def test_an_error_is_carried_forward(tmp_path):
    found = marks(tmp_path, CHAIN, q1=23, q2="11x11x6", q3=7270)
    assert [found[id].outcome for id in ("q1", "q2", "q3")] == ["wrong", "right", "right"]
    assert (found["q2"].points, found["q2"].carried) == (2, ("q1",))
    assert (found["q3"].points, found["q3"].carried) == (1, ("q2",))


def test_the_key_comes_before_what_is_carried(tmp_path):
    found = marks(tmp_path, CHAIN, q1=23, q2="12x12x6", q3=8650)
    assert [found[id].carried for id in ("q1", "q2", "q3")] == [(), (), ()]
    assert [found[id].outcome for id in ("q1", "q2", "q3")] == ["wrong", "right", "right"]


def test_a_right_answer_carries_nothing(tmp_path):
    assert marks(tmp_path, CHAIN, q1=24, q2="11x11x6")["q2"].outcome == "wrong"


def test_a_missing_answer_carries_nothing(tmp_path):
    found = marks(tmp_path, CHAIN, q2="12x12x6")
    assert (found["q1"].outcome, found["q2"].outcome) == ("missing", "right")


def test_what_is_carried_is_said(tmp_path):
    checked = files(tmp_path, CHAIN, q1=23, q2="11x11x6", q3=1)
    assert "✓ right with your own q1, 2 of 2" in checked.terminal(120)
    assert checked.record()["sheets"][0]["marks"][1]["carried"] == ["q1"]


@pytest.mark.parametrize(
    ("stated", "key", "carries"),
    [
        (23, 24, True),
        (24, 24, False),
        (24_000, 24, True),
        (24_001, 24, False),
        (1, 1000, True),
        (1, 1001, False),
        (0, 24, False),
        (-24, 24, False),
        (Fraction(47, 2), 24, False),
        (True, 24, False),
        (Rounded(Fraction(23), Fraction(1)), 24, False),
        ((23, 24), (24, 24), True),
        ((23, 24, 3), (24, 24), False),
        ((23, 0), (24, 24), False),
        (24, (24,), False),
        (Grid.of([[1]]), 24, False),
        (None, 24, False),
    ],
)
def test_what_may_be_carried(stated, key, carries):
    assert may_carry(stated, key) is carries


def test_an_answer_that_collapses_to_one_is_not_carried(tmp_path):
    problems = question("q1", "output-size", "{ input = 28, kernel = 5 }") + question(
        "q2", "output-size", '{ input = "{q1}", kernel = 5 }'
    )
    assert marks(tmp_path, problems, q1=5, q2=1)["q2"].outcome == "wrong"
    assert marks(tmp_path, problems, q1=6, q2=2)["q2"].carried == ("q1",)


def test_an_answer_that_makes_the_next_question_impossible_is_not_carried(tmp_path):
    problems = question("q1", "output-size", "{ input = 28, kernel = 5 }") + question(
        "q2", "output-size", '{ input = "{q1}", kernel = 5 }'
    )
    assert marks(tmp_path, problems, q1=3, q2=20)["q2"].outcome == "right"
    assert marks(tmp_path, problems, q1=3, q2=7)["q2"].outcome == "wrong"


@pytest.mark.parametrize(
    ("tolerance", "answer", "outcome"),
    [
        ('"exact"', "2.4 Million", "wrong"),
        ('"as-written"', "2.4 Million", "right"),
        ('{ relative = "0.01" }', "2,400,000", "right"),
        ('{ relative = "0.001" }', "2,400,000", "wrong"),
        ("{ absolute = 10 }", "2408450", "right"),
        ("{ figures = 3 }", "2,410,000", "right"),
        ("{ figures = 3 }", "2,400,000", "wrong"),
    ],
)
def test_tolerances(tmp_path, tolerance, answer, outcome):
    problems = question("q1", "operations", '{ input = "28x28x192", kernel = 1, filters = 16 }', tolerance=tolerance)
    assert marks(tmp_path, problems, q1=answer)["q1"].outcome == outcome


FORMULA = question(
    "q1", "output-size", "{ dilation = 1 }", formula="true", letters='{ M = "input", P = "padding" }'
)  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("floor((M - K + 2P)/S) + 1", "right"),
        (r"\left\lfloor\frac{M-K+2P}{S}\right\rfloor+1", "right"),
        ("⌊(M−K+2P+S)/S⌋", "right"),
        ("(M - K + 2P)/S + 1", "wrong"),
        ("floor((X - K)/S) + 1", "not-read"),
    ],
)
def test_formulas(tmp_path, answer, outcome):
    assert marks(tmp_path, FORMULA, q1=answer)["q1"].outcome == outcome


def test_a_wrong_formula_is_shown_where_it_fails(tmp_path):
    checked = files(tmp_path, FORMULA, q1="floor((M-K+2P)/S)")
    [mark] = checked.marks
    assert mark.case.stated + 1 == mark.case.answer
    assert [mistake.slug for mistake in mark.mistakes] == ["plus-one-forgotten"]
    assert "it gives" in checked.terminal()


def test_formulas_of_a_shape(tmp_path):
    problems = question("q1", "output-size.shape", "{ stride = 1, dilation = 1, padding = 0 }", formula="true")
    assert marks(tmp_path, problems, q1="(M - U + 1, N - V + 1)")["q1"].outcome == "right"
    assert marks(tmp_path, problems, q1=["M - U + 1", "N - V + 1"])["q1"].outcome == "right"
    mark = marks(tmp_path, problems, q1="M - U + 1")["q1"]
    assert mark.reason.en == "this question has 2 results: write (…, …), one formula for each."
    assert mark.reason.zh == "本题有 2 个结果：请写 (…, …)，每个结果一个公式。"


# ------------------------------------------------------------------------------------------------ problem sets

KEYS = {
    "nndl-5": {
        "q1": (-1, 2, 1, 1, 0), "q2": ((0, -2, -1), (2, 2, 4), (-1, 0, 0)), "q3": (-1, 1, 0),
        "q4": (-1, -1, 2, 1, 2, 0, -3), "q5": (2, 2, 2, 2), "q7": 9, "q9": 5_898_240_000, "q10": 1_638_400_000,
        "q11": Fraction(18, 5), "q12": 163_840, "q13": 4, "q14": 7, "q15": 7,
    },
    "lenet": {
        "c1": (28, 28, 6), "c1-parameters": 156, "s2": (14, 14, 6), "c3": (10, 10, 16), "c3-parameters": 1_516,
        "s4": (5, 5, 16), "c5-parameters": 48_120, "f6-parameters": 10_164, "all-parameters": 60_000,
    },
    "slides-homework": {
        "map": ((4, 3, 4), (2, 4, 3), (2, 3, 4)), "one-cell": 3, "stride-2": ((4, 4), (2, 4)), "padded-size": (5, 5),
        "colour": False, "ops-1x1": 2_408_448, "ops-5x5": 10_035_200, "ops-both": 12_443_648,
        "pooling": Fraction(1, 4),
    },
    "output-sizes": {
        "q1": 24, "q2": 13, "q3": 28, "q4": 3, "q5": (32, 32, 16), "q6": (16, 16, 16), "q7": 3, "q8": 16,
    },
    "parameters-operations": {
        "q1": 7_600, "q2": 36_864, "q3": 4_672, "q4": 48_120, "q5": 2_408_448, "q6": 4_816_896, "q7": 0, "q8": 69_632,
    },
}  # fmt: skip
"""Published figures, by set and question."""


@pytest.mark.parametrize("name", set_names())
def test_every_shipped_question_is_solved_and_measured(name):
    found = problem_set(name)
    assert not [str(fault) for fault in found.faults]
    for asked in found.questions:
        key = key_of(asked)
        assert asked.formula or key.check.agrees is not False
        assert asked.ask is None or (asked.ask.en != asked.ask.zh and asked.ask.en.isascii() is not asked.ask.zh)
    keys = {asked.id: key_of(asked).answer for asked in found.questions if not asked.formula}
    plain = {id: key.nested if isinstance(key, Grid) else key for id, key in keys.items()}
    assert name not in KEYS or plain == KEYS[name]


BAD_QUESTIONS = {
    "no id": ('quantity = "conv"', "field `id`: a question needs an id of letters, digits and hyphens, such as q1."),
    "a strange id": (
        'id = "a b"\nquantity = "conv"', "field `id`: a question needs an id of letters, digits and hyphens, such as q1."
    ),
    "no quantity": ('id = "a"', "field `quantity`: a question needs a quantity."),
    "an unknown quantity": (
        'id = "a"\nquantity = "con"',
        "field `quantity`: there is no topic `con`: did you mean `conv`? `cnnmath explain` lists them all.",
    ),
    "givens that do not fit": (
        'id = "a"\nquantity = "output-size"\ngiven = { input = 3, kernel = 5 }',
        "field `given`: ",
    ),
    "a reference to nothing": (
        'id = "a"\nquantity = "output-size"\ngiven = { input = "{q9}", kernel = 5 }',
        "field `given.input`: there is no question `q9` with a value before this one.",
    ),
    "a reference that cannot be read": (
        'id = "a"\nquantity = "output-size"\ngiven = { input = "{q 9}", kernel = 5 }',
        "field `given.input`: write {q1} for the answer to q1, or {q1.height}, .width, .channels, .values.",
    ),
    "points": ('id = "a"\nquantity = "conv"\npoints = -1', "field `points`: points are from 0 to 1,000."),
    "a tolerance": (
        'id = "a"\nquantity = "conv"\ntolerance = { figures = 0 }',
        'field `tolerance`: a tolerance is "exact", { relative = "0.01" }, { absolute = "0.5" }, { decimals = 2 } or '
        "{ figures = 3 }.",
    ),
    "a cell": (
        'id = "a"\nquantity = "output-size"\nat = [0]', "field `at`: a cell is [row, column] of a map, counted from 0."
    ),
    "letters": (
        'id = "a"\nquantity = "output-size"\nformula = true\nletters = { M = 3 }',
        'field `letters`: letters are written { i = "input" }.',
    ),
    "a notation": ('id = "a"\nquantity = "conv"\nnotation = "x"', "field `notation`: this is one of slides, cs231n, pytorch."),
    "a convention": ('id = "a"\nquantity = "conv"\naccept = ["x"]', "field `accept`: there is no convention `x`."),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_QUESTIONS)
def test_a_bad_question_is_listed_and_the_rest_is_asked(tmp_path, name):
    lines, en = BAD_QUESTIONS[name]
    checked = files(
        tmp_path, f"[[question]]\n{lines}\n" + question("q1", "output-size", "{ input = 28, kernel = 5 }"), q1=24
    )
    [graded] = checked.graded
    assert [mark.outcome for mark in graded.marks] == ["right"]
    [fault] = graded.problems.faults
    assert fault.message.en.rpartition("/")[2].partition(": ")[2].startswith(en)
    assert checked.code == 2


# ---------------------------------------------------------------------------------------------- sheets, a class


def test_a_sheet_of_every_kind_of_trouble(tmp_path):
    (tmp_path / "a.toml").write_text('problems = "output-sizes"\nQ1 = 24\nq2 = true\nq3 = 28x28\nq99 = 1\n', "utf-8")
    checked = cnnmath.check(str(tmp_path / "a.toml"))
    [graded] = checked.graded
    assert [mark.outcome for mark in graded.marks][:4] == ["right", "not-read", "not-read", "missing"]
    assert [fault.message.en.rpartition("/")[2] for fault in graded.faults] == [
        "a.toml:5:1: there is no question `q99` in output-sizes: did you mean `q9`?"
    ]
    assert [fault.message.zh.rpartition("/")[2] for fault in graded.faults] == [
        "a.toml:5:1: output-sizes 中没有题目 `q99`：是否想写 `q9`？"
    ]
    assert checked.code == 2
    assert "a.toml:4:8" in checked.terminal(300)


def test_answers_that_name_no_set(tmp_path):
    (tmp_path / "a.toml").write_text("q1 = 24\n", "utf-8")
    [fault] = cnnmath.check(str(tmp_path / "a.toml")).faults
    assert fault.message.en.endswith(
        'the answers do not say to which problem set they are: write problems = "nndl-5" into the file, or use --problems.'
    )
    assert fault.message.zh.endswith('答案没有说明属于哪个题集：请在文件中写 problems = "nndl-5"，或使用 --problems。')
    assert cnnmath.check(str(tmp_path / "a.toml"), problems="output-sizes").marks[0].outcome == "right"


def test_one_bad_file_leaves_the_others(tmp_path):
    (tmp_path / "a.json").write_text("{", "utf-8")
    (tmp_path / "b.md").write_text("problems: output-sizes\nq1: 24\n", "utf-8")
    (tmp_path / "c.md").write_text("problems: nosuch\nq1: 24\n", "utf-8")
    checked = cnnmath.check(str(tmp_path))
    assert [graded.sheet.name for graded in checked.graded] == ["b"]
    assert len(checked.faults) == 2


def test_a_convention_can_be_accepted_for_a_whole_sheet():
    path = "exercises/answers/nndl-5.toml"
    assert cnnmath.check(path).marks[0].outcome == "right-under-convention"
    assert cnnmath.check(path, accept=["cross-correlation"]).marks[0].points == 2
    with pytest.raises(CnnmathError) as caught:
        cnnmath.check(path, accept=["cross-corelation"])
    assert caught.value.message.en == "there is no convention `cross-corelation`: did you mean `cross-correlation`?"
    assert caught.value.message.zh == "没有约定 `cross-corelation`：是否想写 `cross-correlation`？"


def test_what_is_carried_is_never_run_on_the_engine(tmp_path):
    """An answer a thousand times too large makes a layer that nobody could run."""
    problems = question("q1", "output-size", "{ input = 504, kernel = 5 }") + question(
        "q2", "operations", '{ input = "{q1}x{q1}x256", kernel = 3, filters = 512, padding = 1 }'
    )
    found = marks(tmp_path, problems, q1=500_000, q2=500_000**2 * 9 * 256 * 512)
    assert found["q2"].carried == ("q1",)
    assert found["q2"].grounds == "formula"


def test_a_class_is_counted():
    record = cnnmath.check("exercises/answers/lenet-class.csv", problems="lenet").record()
    points = {sheet["name"]: sheet["points"] for sheet in record["sheets"]}
    assert points == {"Han Meimei": 11, "Li Lei": "22/3", "韩雪": "20/3", "Tom": 7, "Ann": "28/3"}
    counted = {asked["id"]: {one["slug"]: one["count"] for one in asked["mistakes"]} for asked in record["questions"]}
    assert counted["f6-parameters"] == {"one-bias-per-layer": 2}
    assert record["summary"]["sheets"] == 5


def test_a_large_class_is_summed_up(tmp_path):
    rows = "".join(f"P{number},{100 + number}\n" for number in range(30))
    (tmp_path / "a.csv").write_text("name,q1\n" + rows, "utf-8")
    page = said(cnnmath.check(str(tmp_path / "a.csv"), problems="output-sizes").terminal(120))
    assert "30 people; on average 0 of 12 points." in page
    assert "1× 100, no usual mistake P0" in page
    assert "… and 22 other things" in page


def test_people_with_the_same_name_are_told_apart(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.md").write_text("problems: output-sizes\nname: Ann\nq1: 24\n", "utf-8")
    page = cnnmath.check(str(tmp_path)).terminal(200)
    assert "Ann (" in page


def test_codes(tmp_path):
    problems = question("q1", "output-size", "{ input = 28, kernel = 5 }")
    assert files(tmp_path, problems, q1=24).code == 0
    assert files(tmp_path, problems, q1=23).code == 1
    assert files(tmp_path, problems).code == 1
    assert files(tmp_path, problems, q1="?").code == 2
    assert files(tmp_path, problems, q1=24, q2=3).code == 2


def test_nothing_typed_reaches_a_terminal_or_markdown_as_it_is(tmp_path):
    hostile = "\x1b[31m[/red]<script>`x`|\u202e"
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"problems": "output-sizes", "name": hostile, "q1": hostile, hostile: 1}), "utf-8")
    checked = cnnmath.check(str(path))
    for text in (checked.terminal(), checked.markdown(), cnnmath.check(str(path), str(path)).markdown()):
        assert "\x1b" not in text
        assert "\u202e" not in text
    assert "<script>" not in re.sub("(`+).*?\\1", "", checked.markdown())


def test_equal_answers_are_judged_once(monkeypatch):
    from cnnmath.jobs.check import marking

    problems = problem_set("lenet")
    judged = []
    monkeypatch.setattr(marking, "judge", lambda claim, *_: judged.append(claim) or marking.Undecided(None))
    one_marking = marking.Marking(problems)
    answer = marking.Answer("c1-parameters", 150, Place("a"))
    for name in ("Ann", "Bo"):
        one_marking.graded(Sheet(name, "", (answer,)))
    assert len(judged) == 1


# --------------------------------------------------------------------------------------------------- sessions


def talk(name, *lines):
    """Hold a session and return what was said, prompts among it, and the marks."""
    typed, heard = list(lines), []

    def read(prompt):
        heard.append(prompt)
        return typed.pop(0) if typed else None

    graded = session(problem_set(name), "en", lambda blocks, _: heard.extend(map(str, blocks)), read)
    return heard, graded


def test_a_session_asks_in_turn_and_judges_at_once():
    heard, graded = talk("output-sizes", "24", "", "28")
    assert [mark.outcome for mark in graded.marks][:4] == ["right", "missing", "right", "missing"]
    assert (
        heard.index("q1> ") < heard.index(str(Verdict(True, "Right (formula and engine agree)."))) < heard.index("q2> ")
    )
    assert heard[-1] == "q4> "


def test_a_session_asks_again_for_what_cannot_be_read():
    heard, graded = talk("output-sizes", "24 (", "24")
    assert heard.count("q1> ") == 2
    assert graded.marks[0].outcome == "right"


def test_hints_in_a_session_cost_nothing_and_come_one_by_one():
    heard, graded = talk("output-sizes", "?", "？", "?", "24")
    assert heard.count("q1> ") == 4
    assert graded.marks[0].points == 1
    assert str(Words("There is no further hint.")) in heard


def test_a_session_carries_errors_forward():
    _, graded = talk("lenet", "27x27x6", "", "13x13x6")
    assert graded.marks[2].carried == ("c1",)


# -------------------------------------------------------------------------------------------------- snapshots

SHEET, CLASS = "exercises/answers/nndl-5.toml", "exercises/answers/lenet-class.csv"
VARIANTS = {
    "answer": ({"answer": "12", **SIZE}, ("output-size",)),
    "answer.hint": ({"answer": "12", "hint": True, **SIZE}, ("output-size",)),
    "answer.map": ({"answer": "4 3 4; 2 4 3; 2 3 5"}, ("conv",)),
    "sheet": ({}, (SHEET,)),
    "sheet.hint": ({"hint": True}, (SHEET,)),
    "sheet.key": ({"key": True}, (SHEET,)),
    "class": ({"problems": "lenet"}, (CLASS,)),
    "class.key": ({"problems": "lenet", "key": True}, (CLASS,)),
}
FORMS = {
    **{f"{name}.{lang}": (name, lang, 80) for name in VARIANTS for lang in LANGUAGES},
    "sheet.en.120": ("sheet", "en", 120),
    "class.en.120": ("class", "en", 120),
    "sheet.en.ascii": ("sheet", "en", "ascii"),
    "sheet.en.markdown": ("sheet", "en", "markdown"),
    "class.zh.markdown": ("class", "zh", "markdown"),
    "sheet.json": ("sheet", "en", "json"),
    "class.json": ("class", "en", "json"),
}


@pytest.mark.parametrize("name", FORMS)
def test_the_page_is_the_one_that_was_looked_at(name):
    variant, lang, form = FORMS[name]
    options, asked = VARIANTS[variant]
    checked = cnnmath.check(*asked, lang=lang, **options)
    if isinstance(form, int):
        text = checked.terminal(form)
    else:
        text = checked.terminal(80, ascii=True) if form == "ascii" else checked.written(form)
    file = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("CNNMATH_SNAPSHOTS") == "write":
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    assert text == file.read_text(encoding="utf-8"), (
        "if this is meant: CNNMATH_SNAPSHOTS=write (see the top of this file)"
    )


def test_no_snapshot_is_left_over():
    assert {file.name for file in SNAPSHOTS.iterdir()} == {f"{name}.txt" for name in FORMS}


def test_amounts():
    assert [amount(Fraction(*parts)) for parts in ((0, 1), (1, 3), (7, 3), (4, 2))] == ["0", "1/3", "2 1/3", "2"]
