"""Verifying: the decks come out as they should, every small change to a true claim is caught, bad files harm nobody."""

import json
import re
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

import cnnmath
from cnnmath.claims import Deck
from cnnmath.errors import CnnmathError, GivenError, Place
from cnnmath.jobs.claims import posed
from cnnmath.jobs.verify import exit_code, finding, verify, written
from cnnmath.reading.shipped import exercise_root

SLIDES = "exercises/slides.toml"
DUMOULIN = "exercises/dumoulin-visin.toml"
CS231N = "exercises/cs231n.toml"


def outcomes(file, **options):
    [report] = verify(file, **options)
    assert not report.faults, [str(fault) for fault in report.faults]
    return {finding.entry.id: finding.outcome for finding in report.findings}


def having(found, outcome):
    return {name for name, came in found.items() if came == outcome}


def claims_file(folder, text, name="claims.toml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def only(folder, claim):
    """Return the finding of one claim, written as the lines of its table."""
    [report] = verify(claims_file(folder, f'kind = "claims"\n[[claims]]\nid = "one"\n{claim}\n'))
    assert not report.faults, [str(fault) for fault in report.faults]
    return report.findings[0]


# ---------------------------------------------------------------------------------------- the decks


def test_the_errata_of_the_slides():
    found = outcomes(SLIDES)
    assert having(found, "wrong") == {
        "shared-connections",
        "padded-image",
        "padded-map",
        "padded-map-of-first-image",
    }
    assert having(found, "right-under-convention") == {"curve-found", "curve-absent"}
    assert not having(found, "undecided")


def test_the_slides_read_as_cross_correlation():
    found = outcomes(SLIDES, accept=["cross-correlation"])
    assert not having(found, "right-under-convention")
    assert len(having(found, "wrong")) == 4


def test_the_guide_to_convolution_arithmetic_has_one_erratum():
    found = outcomes(DUMOULIN)
    assert having(found, "wrong") == {"figure-transposed-odd-input"}
    assert all(found[f"relationship-{number}"] == "right" for number in range(1, 16))


def test_the_errata_of_the_cs231n_notes():
    found = outcomes(CS231N)
    assert having(found, "wrong") == {"three-maps-memory", "vgg-activations", "vgg-bytes"}
    assert having(found, "right-under-convention") == {"dilation-span"}


def test_a_wrong_cell_is_named_from_0():
    [report] = verify(SLIDES)
    cells = {one.entry.id: one.cells for one in report.findings if one.cells}
    assert cells["padded-image"] == ((4, 2),)
    assert cells["padded-map"] == ((2, 2), (3, 1))


def corrected(one):
    """Return the fields of a claim with what the report says is right put in."""
    fields = dict(one.entry.fields)
    if one.entry.fields.get("formula") is not None:
        record = json.loads(written(verify(SLIDES), "json", "en"))
        stated = next(claim for claim in record["claims"] if claim["id"] == one.entry.id)
        fields["formula"] = ascii_formula(stated["fix"]["en"].partition("= ")[2].rstrip("."))
    else:
        fields["stated"] = [list(row) for row in one.computed.nested]
    return fields


def ascii_formula(text):
    return text.replace("·", "*").replace("−", "-")


def test_the_slides_with_every_error_corrected_have_none():
    [report] = verify(SLIDES)
    for one in report.findings:
        if one.outcome == "wrong":
            entry = one.entry.__class__(one.entry.id, corrected(one), Place("corrected"))
            assert finding(posed(entry, report.deck)).outcome == "right", one.entry.id
        elif one.outcome == "right-under-convention":
            assert finding(posed(one.entry, report.deck), [one.convention.slug]).outcome == "right"
        else:
            assert one.outcome in ("right", "not-checkable")


# --------------------------------------------------------------------------------------- mutations


def changed_numbers(value):
    """Yield a stated value with one digit changed."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, (int, Decimal)):
        yield value + 1
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from ([*value[:place], other, *value[place + 1 :]] for other in changed_numbers(part))
    else:
        for match in re.finditer(r"\d", value):
            other = str((int(match[0]) + 1) % 10)
            yield value[: match.start()] + other + value[match.end() :]


def changed_formulas(text):
    """Yield a formula with one sign, digit, bound, index or factor changed."""
    for match in re.finditer(r"[+-]", text):
        yield text[: match.start()] + ("-" if match[0] == "+" else "+") + text[match.end() :]
    for match in re.finditer(r"\d", text):
        yield text[: match.start()] + str(int(match[0]) + 1) + text[match.end() :]
    for match in re.finditer(r", ([A-Z])\)", text):
        yield text[: match.start(1)] + match[1] + "-1" + text[match.end(1) :]
    yield f"2*({text})"
    yield f"({text}) + 1"


@pytest.mark.parametrize("file", [SLIDES, DUMOULIN, CS231N])
def test_a_changed_claim_is_caught(file):
    """A digit, an index bound, a sign or a factor: whatever is changed in a true claim, it is no longer right."""
    [report] = verify(file)
    missed, tried = [], 0
    for one in report.findings:
        if one.outcome != "right":
            continue
        for name, change in (("stated", changed_numbers), ("formula", changed_formulas)):
            value = one.entry.fields.get(name)
            if value is None:
                continue
            rounded = not isinstance(one.entry.fields.get("stated"), int)
            if name == "formula" and one.quantity is None and rounded:
                continue  # a small change may round to the same
            for other in several(change, value):
                entry = one.entry.__class__(one.entry.id, {**one.entry.fields, name: other}, one.entry.at)
                tried += 1
                try:
                    outcome = finding(posed(entry, report.deck)).outcome
                except CnnmathError:  # what cannot be read any more is not called right
                    continue
                if outcome == "right" and not harmless(value, other):
                    missed.append((one.entry.id, name, other))
    assert tried > 60
    assert not missed


def several(change, value):
    if change is changed_formulas and isinstance(value, list):
        for place, part in enumerate(value):
            yield from ([*value[:place], other, *value[place + 1 :]] for other in changed_formulas(part))
        return
    yield from list(change(value))[:24]


def harmless(value, other):
    """Tell whether a change changes nothing: the sign of a zero, or of the first term."""
    if not isinstance(value, str):
        return value == other
    return re.sub(r"[+-] ?0\b", "+0", value).lstrip("+") == re.sub(r"[+-] ?0\b", "+0", str(other)).lstrip("+")


# -------------------------------------------------------------------------------- kinds of claims


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        ('quantity = "output-size"\ngiven = {input = 28, kernel = 5}\nstated = 24', "right"),
        ('quantity = "output-size"\ngiven = {input = 28, kernel = 5}\nstated = 23', "wrong"),
        ('quantity = "output-size"\ngiven = {input = 27, kernel = 4, stride = 2}\nstated = 13', "right-under-convention"),
        ('quantity = "operations"\ngiven = {input = "28x28x192", kernel = 1, filters = 16}\nstated = "2.4M"', "right"),
        ('quantity = "operations"\ngiven = {input = "28x28x192", kernel = 1, filters = 16}\nstated = "2.5M"', "wrong"),
        ('quantity = "output-size"\nformula = "floor((N - K + 2p)/S) + 1"', "right"),
        ('quantity = "output-size"\nformula = "ceil((N - K + 2p + 1)/S)"', "right"),
        ('quantity = "output-size"\nformula = "floor((N - K + p)/S) + 1"', "wrong"),
        ('quantity = "output-size"\nletters = {W = "input", F = "kernel"}\nformula = "W - F + 1"', "right"),
        ('quantity = "output-size"\nwhere = {kernel = "2*n + 1", padding = "n"}\nformula = "N"', "right"),
        ('quantity = "output-size"\nwhere = {kernel = "2*n + 2", padding = "n"}\nformula = "N"', "wrong"),
        ('quantity = "channels.parameters"\nformula = "P*D*U*V"', "right-under-convention"),
        ('quantity = "channels.parameters"\nassume = ["bias-not-counted"]\nformula = "P*D*U*V"', "right"),
        ('quantity = "channels.agree"\ngiven = {channels = 3, kernel-channels = 1}\nstated = true', "wrong"),
        ('formula = "2^10"\nstated = 1024', "right"),
        ('formula = "1/3 + 1/6"\nstated = "1/2"', "right"),
        ('formula = "2/3"\nstated = 0.67', "right"),
        ('formula = "2/3"\nstated = 0.66', "wrong"),
        ('formula = "1/0"\nstated = 1', "undecided"),
        ('formula = "sum(k, k, 1, 10^9)"\nstated = 1', "undecided"),
        ('not_checkable = "an opinion"', "not-checkable"),
    ],
)  # fmt: skip
def test_kinds_of_claims(tmp_path, claim, outcome):
    assert only(tmp_path, claim).outcome == outcome


def test_a_wrong_formula_is_told_by_a_case_and_mended_by_one_change(tmp_path):
    [report] = verify(
        claims_file(
            tmp_path, 'kind = "claims"\n[[claims]]\nquantity = "output-size"\nformula = "floor((N-K+p)/S) + 1"\n'
        )
    )
    [claim] = json.loads(written([report], "json", "en"))["claims"]
    assert claim["verdict"] == "wrong"
    assert claim["fix"]["en"] == "Fix: write N' = ⌊(N − K + 2p)/S⌋ + 1."
    assert re.fullmatch(
        r"At N = \d+, K = \d+, p = \d, S = \d it gives \d+; \d+ is right\. "
        r"What happened: the padding was added once, not on both sides\.",
        claim["reason"]["en"],
    )


def test_comments_in_a_text(tmp_path):
    text = """# Chapter
The map is 13 wide.<!-- cnnmath: output-size input=28 kernel=5 stride=2 padding=1 = 13 -->
So is <!-- cnnmath: id=wrong output-size input=28 kernel=5 = 13 --> this, and
<!-- cnnmath: output-size
     = floor((N - K + 2p)/S) + 1 -->
```
<!-- cnnmath: shown as an example -->
```
<!-- cnnmath: conv input="1 2; 3 4" kernel="1 0; 0 1" at=0,0 assume=cross-correlation = 5 -->
"""
    path = claims_file(tmp_path, text.replace("id=wrong output-size", "output-size id=wrong"), "chapter.md")
    [report] = verify(path)
    assert [(one.outcome, one.entry.at.line, one.entry.at.column) for one in report.findings] == [
        ("right", 2, 20), ("wrong", 3, 7), ("right", 4, 1), ("right", 9, 1),
    ]  # fmt: skip
    assert report.findings[1].entry.id == "wrong"
    assert exit_code([report]) == 1


def test_comments_in_latex(tmp_path):
    path = claims_file(tmp_path, "50\\% of it\n$24$ % cnnmath: output-size input=28 kernel=5 = 24\n", "chapter.tex")
    [report] = verify(path)
    assert [(one.outcome, str(one.entry.at)) for one in report.findings] == [("right", f"{path}:2:6")]


# ------------------------------------------------------------------------------------------ bad input

GOOD = '[[claims]]\nid = "good"\nquantity = "output-size"\ngiven = { input = 28, kernel = 5 }\nstated = 24\n'


@pytest.mark.parametrize(
    ("bad", "line", "column", "words"),
    [
        ('quantity = "output-sise"\nstated = 1', 4, 1,
         "field `quantity`: there is no topic `output-sise`: did you mean `output-size`? `cnnmath explain` lists them all."),
        ('quantity = "output-size"\ngiven = { input = 28 }\nstated = 1', 5, 1,
         "field `given`: `output-size` needs `kernel` (kernel size). Example: output-size input=28 kernel=5 stride=2 padding=1"),
        ('quantity = "conv"\ngiven = { input = [[1, 2], [3]], kernel = [[1]] }\nstated = [[1]]', 5, 1,
         "field `given`: the rows of `input` have different lengths: every row needs the same number of values."),
        ('quantity = "output-size"\nformula = "floor((N - K)/S + 1"', 5, 1,
         "field `formula`: column 6, after `floor`: `(` is never closed: add `)`."),
        ('quantity = "output-size"\nformula = "N - Q"', 5, 1,
         "field `formula`: column 5, after `N -`: there is no symbol `Q` here."),
        ('quantity = "output-size"\nstatet = 3', 5, 1, "field `statet`: there is no such field: did you mean `stated`?"),
        ('quantity = 3\nstated = 3', 4, 1, 'field `quantity`: this must be "text".'),
        ('quantity = "output-size"', 3, 1, "field `stated`: a claim states a value or a formula."),
        ('quantity = "output-size"\ngiven = { input = 28, kernel = 5 }\nstated = "many"', 6, 1,
         "field `stated`: column 1: there is no symbol `many` here: write a number, such as 13, 1/3, 12,443,648 or "
         "2.4 Million."),
        ('quantity = "conv"\nassume = ["cross-corelation"]\nstated = 1', 5, 1,
         "field `assume`: there is no convention `cross-corelation`: did you mean `cross-correlation`?"),
        ('quantity = "output-size', 4, 1, "this is not TOML:"),
        ('formula = "2 + 2"', 3, 1, "field `quantity`: a claim without a quantity needs a formula and what it gives."),
    ],
)  # fmt: skip
def test_a_bad_claim_is_named_and_the_others_are_judged(tmp_path, bad, line, column, words):
    path = claims_file(tmp_path, f'kind = "claims"\n[[claims]]\nid = "bad"\n{bad}\n{GOOD}')
    [report] = verify(path)
    [fault] = report.faults
    where = re.match(rf"{re.escape(path)}:(\d+)(?::(\d+))?: ", str(fault))
    assert where, str(fault)
    assert str(fault)[where.end() :].startswith(words), str(fault)
    assert (int(where[1]), int(where[2] or 1)) in ((line, column), (2, 1)), str(fault)
    assert [one.outcome for one in report.findings] == ["right"]
    assert exit_code([report]) == 2


def test_ten_megabytes_of_one_line(tmp_path):
    path = claims_file(tmp_path, f'kind = "claims"\n[[claims]]\nid = "{"x" * 10_000_000}"\n{GOOD}')
    [report] = verify(path)
    assert [str(fault) for fault in report.faults] == [f"{path}:2: this claim is longer than 200,000 bytes."]
    assert [one.outcome for one in report.findings] == ["right"]


@pytest.mark.parametrize("name", ["long.md", "long.tex"])
def test_ten_megabytes_of_one_line_of_text(tmp_path, name):
    claim = "<!-- cnnmath: " if name.endswith(".md") else "% cnnmath: "
    [report] = verify(claims_file(tmp_path, claim * 800_000, name))
    assert report.faults
    assert not report.findings


def test_what_is_not_utf8_is_named_with_its_place(tmp_path):
    path = tmp_path / "claims.toml"
    path.write_bytes(b'kind = "claims"\n[[claims]]\nid = "b\xff"\n' + GOOD.encode())
    [report] = verify(str(path))
    assert [str(fault) for fault in report.faults] == [f"{path}:3:8: this is not UTF-8 text: save the file as UTF-8."]
    assert len(report.findings) == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("claims.txt", "", "claims are read from .toml files, and from comments in .md and .tex files."),
        ("claims.toml", "", "the file is empty."),
        ("claims.toml", 'title = "x"\n', 'field `kind`: a file of claims begins with kind = "claims".'),
        ("claims.md", "<!-- cnnmath: output-size -->", "a claim is written `cnnmath: quantity name=value … = result`"),
        ("claims.md", "<!-- cnnmath: output-size input=28 kernel=5 = 24", "the comment is never closed: add -->."),
    ],
)
def test_files_that_cannot_be_read(tmp_path, name, content, words):
    [report] = verify(claims_file(tmp_path, content, name))
    assert words in str(report.faults[0])
    assert exit_code([report]) == 2


def test_a_missing_file_leaves_the_others(tmp_path):
    path = claims_file(tmp_path, 'kind = "claims"\n' + GOOD)
    missing, good = verify(str(tmp_path / "none.toml"), path)
    assert str(missing.faults[0]).endswith("none.toml: there is no such file.")
    assert [one.outcome for one in good.findings] == ["right"]


def test_an_unknown_convention_is_refused():
    with pytest.raises(GivenError, match=r"there is no convention `upside-down`; there are .*cross-correlation"):
        verify(accept=["upside-down"])


def test_hostile_formulas_are_text(tmp_path):
    for text in ("__import__('os')", "9^9^9^9", "x" * 5000, "(" * 1000, "eval(1)"):
        claim = f'[[claims]]\nquantity = "output-size"\nformula = {json.dumps(text)}\n'
        [report] = verify(claims_file(tmp_path, f'kind = "claims"\n{claim}{GOOD}'))
        assert [one.outcome for one in report.findings][-1] == "right"


# ------------------------------------------------------------------------------------------- formats


def test_the_record_has_the_keys_that_readers_rely_on():
    record = json.loads(written(verify(SLIDES), "json", "zh"))
    assert set(record) == {"claims", "summary"}
    keys = {"id", "place", "verdict", "grounds", "convention", "stated", "computed", "cells", "reason", "fix"}
    for claim in record["claims"]:
        assert keys <= set(claim)
        assert claim["verdict"] in {"right", "wrong", "right-under-convention", "undecided", "not-checkable"}
        assert claim["reason"] is None or set(claim["reason"]) == {"en", "zh"}
    assert record["summary"]["claims"] == len(record["claims"])
    padded = next(claim for claim in record["claims"] if claim["id"] == "padded-map")
    assert padded["cells"] == [[2, 2], [3, 1]]
    assert padded["computed"][2][2] == 5


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("format", ["terminal", "markdown"])
def test_reports_can_be_written(language, format):
    text = written(verify(SLIDES), format, language)
    assert "padded-map" in text
    assert ("Fix: write" in text) == (language == "en")
    assert ("修改：" in text) == (language == "zh")
    if format == "terminal":
        assert max(map(len, text.splitlines())) <= 80


def test_every_shipped_deck_can_be_read():
    paths = Path(exercise_root()).glob("*.toml")
    decks = [path for path in paths if tomllib.loads(path.read_text(encoding="utf-8"))["kind"] == "claims"]
    assert len(decks) >= 3
    for path in decks:
        [report] = verify(str(path))
        assert not report.faults
    assert isinstance(report.deck, Deck)
    assert cnnmath.__version__
