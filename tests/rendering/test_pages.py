"""Pages in every format: snapshots of the most read ones, and what holds for the whole shelf.

After an intended change, write the snapshots anew and look at what changed:

    CNNMATH_SNAPSHOTS=write python -m pytest tests/rendering/test_pages.py
"""

import json
import os
import re
import shlex
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from functools import cache
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from cnnmath.core.ask import ask
from cnnmath.core.solve import solve
from cnnmath.grid import Grid
from cnnmath.jobs.explain import Explanation, explain, solution_of
from cnnmath.model import NOTATIONS
from cnnmath.reading.givens import read_pairs
from cnnmath.rendering import latex, markdown
from cnnmath.rendering.blocks import Command, Facts, Matrices, Page, Section, Strip, Verdict, Words
from cnnmath.rendering.html import html
from cnnmath.rendering.page import reproduce
from cnnmath.rendering.picture import Matrix
from cnnmath.rendering.plain import seven_bit
from cnnmath.rendering.terminal import terminal
from cnnmath.text import LANGUAGES
from cnnmath.topics import quantities

SNAPSHOTS = Path(__file__).parent / "snapshots"
README = Path(__file__).resolve().parents[2] / "README.md"
SLUGS = list(quantities())

# --------------------------------------------------------------------------------------------- snapshots

PAGES = "conv conv1d channels output-size activation.softmax channels.parameters operations stride".split()
VARIANTS = {
    **{f"{slug}.{lang}": (slug, {"lang": lang}, 80) for slug in PAGES for lang in LANGUAGES},
    "conv.en.120": ("conv", {}, 120),
    "conv.en.ascii": ("conv", {}, "ascii"),
    "output-size.en.ascii": ("output-size", {}, "ascii"),
    "conv.en.brief": ("conv", {"detail": "brief"}, 80),
    "conv.zh.brief": ("conv", {"detail": "brief", "lang": "zh"}, 80),
    "conv.en.full": ("conv", {"detail": "full"}, 80),
    "conv.en.cs231n": ("conv", {"notation": "cs231n"}, 80),
    "conv.en.pytorch": ("conv", {"notation": "pytorch"}, 80),
    "output-size.en.cs231n": ("output-size", {"notation": "cs231n"}, 80),
    "output-size.en.pytorch": ("output-size", {"notation": "pytorch"}, 80),
    **{
        f"{slug}.en.{name}": (slug, {}, name)
        for slug in ("conv", "output-size")
        for name in ("markdown", "latex", "json")
    },
    "conv.zh.markdown": ("conv", {"lang": "zh"}, "markdown"),
    "conv.zh.latex": ("conv", {"lang": "zh"}, "latex"),
}
"""Each page by the name of its file: quantity, how it is asked for, and a width or a format."""


def drawn(slug, asked, form):
    page = explain(slug, **asked)
    if form == "ascii":
        return page.terminal(80, ascii=True)
    return page.terminal(form) if isinstance(form, int) else page.written(form)


@pytest.mark.parametrize("name", VARIANTS)
def test_the_page_is_the_one_that_was_looked_at(name):
    text, file = drawn(*VARIANTS[name]), SNAPSHOTS / f"{name}.txt"
    if os.environ.get("CNNMATH_SNAPSHOTS") == "write":
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    assert text == file.read_text(encoding="utf-8"), (
        "if this is meant: CNNMATH_SNAPSHOTS=write (see the top of this file)"
    )


def test_no_snapshot_is_left_over():
    assert {file.name for file in SNAPSHOTS.iterdir()} == {f"{name}.txt" for name in VARIANTS}


# -------------------------------------------------------------------------------------------- the whole shelf

every_quantity = pytest.mark.parametrize("slug", SLUGS)


@cache
def solutions(slug):
    """Return the example and two drawn problems of a quantity, worked out."""
    quantity = quantities()[slug]
    return (explain(slug).solution, *(solve(ask(quantity, seed)) for seed in (1, 2)))


@cache
def pages(slug, detail="normal"):
    """Return the example in each language and two notations, and the drawn problems in the third."""
    example, *drawn = solutions(slug)
    return (
        *(Explanation(example, language, notation, detail) for language in LANGUAGES for notation in NOTATIONS[:2]),
        *(Explanation(solution, language, NOTATIONS[2], detail) for solution, language in zip(drawn, LANGUAGES)),
    )


def drawn_everywhere(page):
    """Return a page in every format by its name."""
    return {
        "terminal": page.terminal(80),
        "markdown": page.markdown(),
        "latex": page.latex(),
        "html": page._repr_html_(),
        "json": page.json(),
    }


ESCAPES = {"terminal": str, "markdown": markdown.escaped, "latex": latex.escaped, "html": escape, "json": str}


@every_quantity
@pytest.mark.parametrize("detail", ["brief", "normal"])
def test_every_page_can_be_drawn_in_every_format(slug, detail):
    for page in pages(slug, detail):
        for name, text in drawn_everywhere(page).items():
            title = quantities()[slug].title.said(page.language)
            assert ESCAPES[name](title) in text
            assert not re.search(r"\b(?:Text|Grid|Fraction|Name|Literal|Symbol)\(", text)


@every_quantity
def test_a_full_page_leaves_nothing_out(slug):
    full, normal = (drawn_everywhere(Explanation(solutions(slug)[0], detail=detail)) for detail in ("full", "normal"))
    assert all(len(full[name]) >= len(normal[name]) for name in full)


@every_quantity
def test_a_page_has_its_ten_parts_and_a_brief_one_three(slug):
    for page in pages(slug):
        numbers = [section.number for section in page.page.sections]
        assert numbers == sorted(numbers)
        assert {1, 2, 3, 4, 7, 8, 10} <= set(numbers) <= set(range(1, 11))
    for page in pages(slug, "brief"):
        assert [section.number for section in page.page.sections] == [3, 4, 7]


@every_quantity
def test_ascii_pages_are_seven_bit_and_nothing_is_lost(slug):
    """A character that has no spelling would show as a question mark of its own."""
    for page in pages(slug):
        text = page.terminal(80, ascii=True)
        assert text.isascii()
        assert not re.search(r"(?<![\w)])\?", text)


@every_quantity
def test_no_page_is_wider_than_its_terminal_but_for_formulas_and_commands(slug):
    for page in pages(slug):
        for line in page.terminal(60).splitlines():
            assert cell_len(line) <= 60 or re.match(r" +(cnnmath explain |.*[=+])", line), line


@every_quantity
def test_colour_changes_nothing_but_colour(slug):
    page = Explanation(solutions(slug)[0])
    coloured = page.terminal(80, colour=True)
    assert "\x1b[" in coloured
    bare = "\n".join(line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", coloured).split("\n"))
    assert bare == page.terminal(80)


@every_quantity
def test_the_command_of_a_page_asks_for_the_same_again(slug):
    for solution in solutions(slug)[1:]:
        assert reproduce(solution) == f"cnnmath explain {slug} --seed {solution.problem.seed}"
        problem = replace(solution.problem, seed=None)
        if any(isinstance(value, Grid) and len(value.values) == 1 for value in problem.given.values()):
            continue  # a lone value is spelled like a number
        _, _, again, *words = shlex.split(reproduce(replace(solution, problem=problem)))
        posed = solution_of(again, read_pairs(words)).problem
        assert posed.quantity is problem.quantity
        assert posed.values == problem.values


@pytest.mark.parametrize(
    ("slug", "asked", "command"),
    [
        ("conv", {}, "cnnmath explain conv"),
        ("conv", {"at": (1, 2)}, "cnnmath explain conv --at 1,2"),
        ("conv", {"notation": "pytorch", "seed": 4}, "cnnmath explain conv --seed 4 --notation pytorch"),
        ("output-size", {"input": 7, "kernel": 3}, "cnnmath explain output-size input=7 kernel=3"),
        ("output-size", {"input": 28, "kernel": 5, "stride": 2, "padding": 1}, "cnnmath explain output-size"),
        ("output-size.shape", {"input": (7, 8), "kernel": 3, "padding": (0, 1, 2, 0)},
         "cnnmath explain output-size.shape input=7x8 kernel=3 padding=0,1,2,0"),
        ("conv", {"input": [[1, 2]], "kernel": [[0.5, -1]]}, 'cnnmath explain conv input="1 2" kernel="1/2 -1"'),
        ("channels.parameters", {"kernel": 3, "channels": 2, "filters": 4, "bias": False},
         "cnnmath explain channels.parameters kernel=3 channels=2 filters=4 bias=no"),
    ],
)  # fmt: skip
def test_the_command_is_typed_as_a_person_would(slug, asked, command):
    assert reproduce(explain(slug, **asked).solution, asked.get("notation", "slides")) == command


# ------------------------------------------------------------------------------------------------- JSON


def documented():
    """Return the keys of README's table on JSON, and those it names inside of them."""
    text = README.read_text(encoding="utf-8")
    table = text[text.index("\n## JSON") : text.index("\nExit codes")]
    rows = [line.split("|")[1:3] for line in table.splitlines() if line.startswith("| `")]
    keys = [key for cell, _ in rows for key in re.findall(r"`(\w+)`", cell)]
    inner = {
        re.findall(r"`(\w+)`", cell)[0]: set(re.findall(r"\w+", names[1]))
        for cell, says in rows
        if (names := re.search(r"`{([\w, ]+)}`", says))
    }
    return keys, inner


def test_the_readme_names_no_key_twice():
    keys, inner = documented()
    assert len(keys) == len(set(keys)) > 10
    assert set(inner) == {"conventions", "steps", "checks", "alternatives", "mistakes"}


def all_words(data):
    """Yield every object that holds words."""
    if isinstance(data, dict):
        if {"en", "zh"} & set(data):
            yield data
        for value in data.values():
            yield from all_words(value)
    if isinstance(data, list):
        for value in data:
            yield from all_words(value)


@every_quantity
def test_json_has_exactly_the_documented_keys(slug):
    keys, inner = documented()
    for page in pages(slug):
        record = json.loads(page.json())
        assert record == page.record()
        assert set(record) == set(keys)
        for key, names in inner.items():
            assert all(set(item) == names for item in record[key]), key
        for text in all_words(record):
            assert set(text) == {"en", "zh"}
            assert all(isinstance(words, str) for words in text.values())
        assert all(set(record[key]) == {"en", "zh"} for key in ("title", "unit"))


@every_quantity
def test_json_does_not_depend_on_the_language(slug):
    assert len({Explanation(solutions(slug)[0], language).json() for language in LANGUAGES}) == 1


@every_quantity
def test_json_holds_no_float_where_answers_are_exact(slug):
    if quantities()[slug].exact:
        for solution in solutions(slug):
            text = Explanation(solution).json()
            assert not [value for value in floats(json.loads(text)) if value]


def floats(data):
    if isinstance(data, float):
        yield data
    children = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    for child in children:
        yield from floats(child)


# -------------------------------------------------------------------------------------------- LaTeX, Markdown, HTML


def balanced(text):
    depth = 0
    for brace in re.findall(r"(?<!\\)(?:\\\\)*([{}])", text):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def prose(text):
    """Return a LaTeX page without its mathematics and tables."""
    text = re.sub(r"\\\[.*?\\\]|\\begin{tabular}.*?\\end{tabular}|\$[^$]*\$", "", text, flags=re.DOTALL)
    return "\n".join(line for line in text.splitlines() if not line.startswith("%"))


@every_quantity
def test_latex_is_balanced_and_holds_no_raw_special_character(slug):
    for page in pages(slug):
        text = page.latex()
        assert balanced(text)
        assert re.findall(r"\\begin{(\w+)}", text) or "\\[" in text
        for environment in set(re.findall(r"\\(?:begin|end){(\w+)}", text)):
            assert text.count(f"\\begin{{{environment}}}") == text.count(f"\\end{{{environment}}}")
        assert text.count("\\[\n") == text.count("\n\\]")
        assert text.count("\\left") == text.count("\\right")
        assert not re.findall(r"(?<!\\)[_^&#%$~<>]", prose(text))
        if page.language == "en":
            assert {character for character in text if not character.isascii()} <= set("…")


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=0x2FF)))
def test_latex_escapes_every_special_character(text):
    escaped = latex.escaped(text)
    assert balanced(escaped)
    plain = re.sub(r"\\text\w+{}|\\[{}$&#_%]|\$[^$]*\$", "", escaped)
    assert not set(plain) & set("\\{}$&#_%^~")


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_markdown_escapes_and_nothing_else(text):
    escaped = markdown.escaped(text)
    assert re.sub(r"\\([\\`*_{}\[\]<>#|$~])", r"\1", escaped) == text
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_{}\[\]<>#|$~]", escaped)


@every_quantity
def test_markdown_fences_and_dollars_come_in_pairs(slug):
    for page in pages(slug):
        text = page.markdown()
        assert text.count("$$") % 2 == 0
        assert text.count("```") % 2 == 0
        assert text.startswith(f"# {markdown.escaped(quantities()[slug].title.said(page.language))}\n")


@every_quantity
def test_html_is_well_formed(slug):
    for page in pages(slug):
        tree = ElementTree.fromstring(page._repr_html_())
        assert tree.tag == "article"
        assert tree.get("lang") == page.language


# --------------------------------------------------------------------------------------------- hostile words

HOSTILE = [
    "[bold red]loud[/bold red]",
    "[link=https://evil.example]click[/link] [/]",
    "<script>alert(1)</script> & <img src=x onerror=y>",
    "\\input{/etc/passwd} $x_1^2$ 50% #1 & ~",
    "*strong* _em_ `code` [a](javascript:b) | cell | ![](x)",
    ":smile: {name} %s",
    "' onclick='x' \" onload=\"y",
]


def hostile_page(text):
    """Return a page on which `text` stands wherever words can stand."""
    blocks = (
        Words(text),
        Words(text, quiet=True),
        Facts(((text, text, text),)),
        Matrices((Matrix(text, Grid((1, 2), (1, 2)), frozenset({(0, 1)})),)),
        Strip(((text, ("■", "·")),)),
        Verdict(True, text),
        Command(text),
    )
    return Page(text, text, (Section(1, text, blocks),), ((text, text),), {}, "en")


class Elements(HTMLParser):
    """Notes every element and attribute of a fragment."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.text = set(), set(), ""

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attributes}

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("colour", [False, True])
def test_a_terminal_shows_words_and_obeys_none(text, colour):
    shown = re.sub(r"\x1b\[[0-9;]*m", "", terminal(hostile_page(text), 400, colour=colour))
    assert shown.count(text) == 14
    assert "\x1b]8" not in terminal(hostile_page(text), 400, colour=colour)


@pytest.mark.parametrize("text", HOSTILE)
def test_html_shows_words_and_obeys_none(text):
    elements = Elements()
    elements.feed(html(hostile_page(text)))
    allowed = {"article", "h2", "h3", "p", "em", "small", "strong", "mark", "table", "caption", "tr", "th", "td", "pre"}
    assert elements.tags <= allowed
    assert elements.attributes <= {"lang", "scope"}
    assert elements.text.count(text) == 12


@pytest.mark.parametrize("text", HOSTILE)
def test_latex_shows_words_and_obeys_none(text):
    written = latex.latex(hostile_page(text))
    assert balanced(written)
    assert "\\input" not in written
    assert not re.search(r"(?<!\\)[#~^]", prose(written))


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_shows_words_and_obeys_none(text):
    written = markdown.markdown(hostile_page(text))
    outside = re.sub(r"```text\n.*?\n```|(`+)[^`].*?\1(?!`)", "", written, flags=re.DOTALL)
    assert not re.search(r"(?<!\\)(?:<script|<img|\]\()", outside)


@pytest.mark.parametrize(
    ("text", "spelled"),
    [("28×28 ≤ x̃", "28x28 <= x"), ("⌊N/2⌋ − 1", "floor(N/2) - 1"), ("✓ naïve", "ok naive"), ("公式", "??")],
)
def test_seven_bit_spelling(text, spelled):
    assert seven_bit(text) == spelled
