"""In Python: what explain, solve, judge and ask return, and how it shows in a notebook."""

from fractions import Fraction

import numpy as np
import pytest

import cnnmath
from cnnmath.errors import CnnmathError, GivenError
from cnnmath.grid import Grid
from cnnmath.model import Right, Wrong
from cnnmath.topics import quantities

SLUGS = list(quantities())


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_explanation_prints_and_shows_in_a_notebook(slug, lang):
    page = cnnmath.explain(slug, lang=lang)
    title = quantities()[slug].title.said(lang)
    assert str(page) == page.terminal(80)
    assert str(page).startswith(title + "\n")
    assert page._repr_markdown_() == page.markdown()
    assert page._repr_markdown_().startswith("# ")
    assert page._repr_html_().startswith(f'<article lang="{lang}"><h2>')
    assert page._repr_html_().endswith("</article>")
    formulas = page._repr_latex_()
    assert formulas.startswith("$$\\begin{gathered}\n")
    assert formulas.endswith("\n\\end{gathered}$$")
    assert not any("\u4e00" <= character <= "\u9fff" for character in formulas)


@pytest.mark.parametrize(
    ("slug", "text", "value"),
    [
        ("output-size", {"input": "28", "kernel": "5", "stride": "2"}, {"input": 28, "kernel": 5, "stride": 2}),
        ("output-size.shape", {"input": "28x30", "kernel": "3x5"}, {"input": (28, 30), "kernel": (3, 5)}),
        ("conv", {"input": "1 2; 3 4", "kernel": "1 0"}, {"input": [[1, 2], [3, 4]], "kernel": [[1, 0]]}),
        ("conv", {"input": "1 2; 3 4", "kernel": "1 0"}, {"input": np.array([[1, 2], [3, 4]]), "kernel": ((1, 0),)}),
        ("channels.parameters", {"kernel": "3", "channels": "3", "filters": "2", "bias": "no"},
         {"kernel": 3, "channels": 3, "filters": 2, "bias": False}),
    ],
)  # fmt: skip
def test_givens_are_text_as_on_the_command_line_or_values(slug, text, value):
    assert str(cnnmath.explain(slug, **text)) == str(cnnmath.explain(slug, **value))


@pytest.mark.parametrize(
    ("slug", "given", "answered"),
    [
        ("output-size", {"input": 28, "kernel": (3, 5)}, "output-size.shape"),
        ("output-size", {"input": (28, 28, 3), "kernel": 5, "filters": 2}, "channels.maps"),
        ("conv", {"input": [[[1, 2]]], "kernel": [[[1, 2]]]}, "channels"),
    ],
)
def test_more_sides_are_answered_by_the_wider_quantity(slug, given, answered):
    assert cnnmath.explain(slug, **given).solution.problem.quantity.slug == answered


def test_answers_are_plain_values():
    assert cnnmath.solve("output-size", input=28, kernel=5, stride=2, padding=1).answer == 13
    assert cnnmath.solve("output-size.shape", input=(28, 28), kernel=(3, 5)).answer == (26, 24)
    assert cnnmath.solve("conv", input=[[1, 2]], kernel=[[0.5]]).answer == Grid((1, 2), (Fraction(1, 2), 1))
    assert isinstance(cnnmath.solve("activation.sigmoid", z=1).answer, float)


def test_the_cell_and_the_detail_are_those_asked_for():
    assert cnnmath.explain("conv", at=(1, 2)).solution.cell == (1, 2)
    assert "y_45 = " in str(cnnmath.explain("conv", at=(1, 2)))
    full, normal, brief = (str(cnnmath.explain("conv", detail=detail)) for detail in ("full", "normal", "brief"))
    assert len(full) > len(normal) > len(brief)
    assert brief == str(cnnmath.solve("conv"))


def test_a_seed_draws_what_ask_draws():
    assert cnnmath.explain("conv", seed=3).solution.problem == cnnmath.ask("conv", 3)
    with pytest.raises(GivenError) as refused:
        cnnmath.explain("conv", seed=3, kernel=[[1]])
    assert refused.value.said("zh") == "种子会抽取全部已知量：请去掉已知量或种子。"


def test_what_is_stated_is_judged():
    given = {"input": [[1, 2], [3, 4]], "kernel": [[1, 0], [0, 0]]}
    assert cnnmath.judge("conv", [[4]], **given) == Right(Grid((1, 1), (4,)), "measured")
    assert cnnmath.judge("conv", np.array([[4]]), **given) == Right(Grid((1, 1), (4,)), "measured")
    assert cnnmath.judge("conv", [[9]], **given) == Wrong(Grid((1, 1), (4,)), (), ((0, 0),))
    assert cnnmath.judge("output-size.shape", (26, 24), input=(28, 28), kernel=(3, 5)).answer == (26, 24)
    verdict = cnnmath.judge("output-size.shape", (24, 26), input=(28, 28), kernel=(3, 5))
    assert [mistake.slug for mistake in verdict.mistakes] == ["sides-swapped"]


@pytest.mark.parametrize("call", [cnnmath.explain, cnnmath.solve, cnnmath.ask, cnnmath.formula])
def test_an_unknown_name_is_a_sentence(call):
    with pytest.raises(CnnmathError, match=r"there is no topic `conf`: did you mean `conv`\?"):
        call("conf")
