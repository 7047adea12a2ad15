"""Claims: what stands in a deck, posed as problems and formulas of the shelf."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from cnnmath.claims import Deck, Entry
from cnnmath.core.pose import pose
from cnnmath.errors import CnnmathError, FileError, FormulaError, GivenError, TooManySides
from cnnmath.expression import Call, Expression, Indexed, Name, Series, children, rebuilt
from cnnmath.grid import Grid
from cnnmath.model import (
    NOTATIONS,
    Alternative,
    Choices,
    Claim,
    Entries,
    FormulaClaim,
    Notation,
    Quantity,
    Value,
)
from cnnmath.reading.formulas import BUILT_IN, read_formula
from cnnmath.reading.givens import read_given
from cnnmath.reading.spelling import shown
from cnnmath.reading.stated import exact, read_stated
from cnnmath.text import Text
from cnnmath.topics import quantities, quantity


@dataclass(frozen=True)
class Sum:
    """A calculation with numbers alone, and what it is said to give."""

    formula: Expression
    stated: Value


@dataclass(frozen=True)
class Posed:
    """A claim ready to be judged: some of a value, a formula and a calculation; or why no program can check it.

    assumed: the convention that the text uses, where it is not the quantity's own. at: the cell meant, from 0.
    letters: by the names of symbols, as the text has them.
    """

    entry: Entry
    notation: Notation = "slides"
    value: Claim | None = None
    formula: FormulaClaim | None = None
    sum: Sum | None = None
    assumed: Alternative | None = None
    at: tuple[int, ...] | None = None
    letters: Mapping[str, str] = field(default_factory=dict)
    not_checkable: Text | None = None


def posed(entry: Entry, deck: Deck) -> Posed:
    """Pose a claim; FileError names the field that cannot be used, and its place."""
    fields = {**{name: deck.fields[name] for name in _INHERITED if name in deck.fields}, **entry.fields}
    notation = _notation(entry, fields.get("notation", "slides"))
    if "not_checkable" in fields:
        return Posed(entry, notation, not_checkable=words(fields["not_checkable"]))
    stated = fields.get("stated", fields.get("result"))
    if stated is None and "formula" not in fields:
        entry.refuse("stated", Text("a claim states a value or a formula.", "论断须陈述一个值或一个公式。"))
    if "quantity" not in fields:
        return _sum(entry, fields, notation)
    with _Field(entry, "quantity"):
        asked = quantity(fields["quantity"])
    assumed = _assumed(entry, asked, fields.get("assume", []))
    formula = fields.get("formula")
    given = _given(entry, asked, fields.get("given", {}))
    at = _cell(entry, asked, fields.get("at"))
    if "result" in fields:
        stated, formula = _value_or_formula(asked, given, fields["result"])
    shelf = Letters.of(asked, notation, {**deck.fields.get("letters", {}), **fields.get("letters", {})}, entry)
    value = None
    if stated is not None:
        with _Field(entry, "stated" if "stated" in fields else "result"):
            result = read_stated("number" if at is not None else asked.kind, stated)
        with _Field(entry, "given"):
            if isinstance(result, Grid) and len(result.shape) == 1 and len(asked.cells) == 2:
                result = Grid((1, *result.shape), result.values)  # one row, as a given of one row is read
            value = Claim(_problem(asked, given), result, str(entry.at))
    claimed = None
    if formula is not None:
        where = fields.get("where", {})
        extra = _extra(where.values())
        texts = formula if isinstance(formula, list) else [formula]
        if len(texts) != len(asked.answers):
            count = len(asked.answers)
            entry.refuse(
                "formula",
                Text(
                    f"`{asked.slug}` has {count} results: write a list of {count} formulas."
                    if count > 1
                    else f"`{asked.slug}` has one result: write one formula.",
                    f"`{asked.slug}` 有 {count} 个结果：请写 {count} 个公式的列表。",
                ),
            )
        trees = tuple(shelf.read(entry, "formula", text, extra) for text in texts)
        depends = {_word(entry, asked, word): shelf.read(entry, "where", text, extra) for word, text in where.items()}
        claimed = FormulaClaim(asked, trees, given, depends, assumed)
    letters = dict(_lettered(asked, notation))
    letters |= {name: letter for letter, name in shelf.names.items()}
    return Posed(entry, notation, value, claimed, assumed=assumed, at=at, letters=letters)


_INHERITED = ("notation", "assume")


class _Field:
    """Turns what is said of a value into what is said of a field of a file, with its place."""

    def __init__(self, entry: Entry, name: str) -> None:
        self.entry, self.name = entry, name

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if isinstance(error, CnnmathError) and not isinstance(error, FileError):
            self.entry.refuse(self.name, error.message)


def words(value: Any) -> Text:
    """Return the words of a file in both languages; one text stands for both."""
    return Text(value, value) if isinstance(value, str) else Text(value["en"], value["zh"])


def _notation(entry: Entry, stated: Any) -> Notation:
    found = next((notation for notation in NOTATIONS if notation == stated), None)
    if found is None:
        listed = ", ".join(NOTATIONS)
        entry.refuse("notation", Text(f"this is one of {listed}.", f"只能是 {listed} 之一。"))
    return found


def _sum(entry: Entry, fields: Mapping[str, Any], notation: Notation) -> Posed:
    if "formula" not in fields or "stated" not in fields or isinstance(fields["formula"], list):
        entry.refuse(
            "quantity",
            Text("a claim without a quantity needs a formula and what it gives.", "没有量的论断需要一个公式及其结果。"),
        )
    with _Field(entry, "formula"):
        formula = read_formula(fields["formula"], [])
    with _Field(entry, "stated"):
        stated = read_stated("number", fields["stated"])
    return Posed(entry, notation, sum=Sum(formula, stated))


def _assumed(entry: Entry, asked: Quantity, slugs: Iterable[Any]) -> Alternative | None:
    """Return the alternative of the quantity that the text assumes; a convention of other quantities is passed over."""
    for slug in slugs:
        known = convention_slugs()
        if slug not in known:
            near = get_close_matches(str(slug), known, 1)
            entry.refuse(
                "assume",
                Text(
                    f"there is no convention `{shown(str(slug))}`" + (f": did you mean `{near[0]}`?" if near else "."),
                    f"没有约定 `{shown(str(slug))}`" + (f"：是否想写 `{near[0]}`？" if near else "。"),
                ),
            )
        for one in asked.alternatives:
            if one.convention.slug == slug:
                return one
    return None


def convention_slugs() -> list[str]:
    """Return the slugs of the conventions that claims may be read under."""
    found = {one.convention.slug for asked in quantities().values() for one in asked.alternatives}
    found |= {one.slug for asked in quantities().values() for one in asked.conventions}
    return sorted(found)


def _given(entry: Entry, asked: Quantity, given: Mapping[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for name, value in given.items():
        word = _word(entry, asked, name)
        with _Field(entry, f"given.{name}" if f"given.{name}" in entry.places else "given"):
            read[word] = _read(word, value)
    return read


def _read(word: str, value: Any) -> Any:
    if isinstance(value, str):
        return read_given(word, value)
    if isinstance(value, (list, Decimal)):
        return exact(value)
    if isinstance(value, (bool, int)):
        return value
    raise GivenError(Text("a given is a number, a text or a list.", "已知量是数、文本或列表。"))


def _word(entry: Entry, asked: Quantity, name: str) -> str:
    return name.replace("_", "-")


def _problem(asked: Quantity, given: Mapping[str, Any]) -> Any:
    """Pose a problem; a given with more sides than the quantity has poses the wider one."""
    if not given and any(symbol.default is None and not symbol.same_as and symbol.word for symbol in asked.symbols):
        missing = next(symbol for symbol in asked.symbols if symbol.default is None and symbol.word)
        raise GivenError(
            Text(
                f"`{asked.slug}` needs `{missing.word}` ({missing.meaning.en}).",
                f"`{asked.slug}` 需要 `{missing.word}`（{missing.meaning.zh}）。",
            )
        )
    try:
        return pose(asked, given)
    except TooManySides:
        if not asked.wider:
            raise
        return pose(quantity(asked.wider), given)


def _cell(entry: Entry, asked: Quantity, at: Any) -> tuple[int, ...] | None:
    if at is None:
        return None
    cell = tuple(at) if isinstance(at, list) else (at,)
    if asked.kind != "array" or not all(isinstance(part, int) and part >= 0 for part in cell):
        entry.refuse(
            "at", Text("a cell is [row, column] of a map, counted from 0.", "单元为特征图的 [行, 列]，从 0 计。")
        )
    return cell


def _value_or_formula(asked: Quantity, given: Mapping[str, Any], text: str) -> tuple[Any, Any]:
    """Tell what a comment states: a value where it can be read as one, else a formula."""
    try:
        read_stated(asked.kind, text)
    except CnnmathError:
        return None, [part.strip() for part in text.split(";")] if asked.kind == "shape" else text
    return text, None


_LETTER = re.compile(r"[A-Za-z]")


def _extra(where: Iterable[Any]) -> list[str]:
    text = re.sub("|".join(BUILT_IN), " ", " ".join(str(part) for part in where))
    return sorted(set(_LETTER.findall(text)))


@dataclass(frozen=True)
class Letters:
    """What letters stand for in the formulas about a quantity: names of symbols, how many indices or arguments."""

    names: Mapping[str, str]
    families: Mapping[str, int]
    functions: Mapping[str, int]

    @staticmethod
    def of(asked: Quantity, notation: Notation, own: Mapping[str, Any], entry: Entry) -> "Letters":
        """Return the letters of a notation, and those that the text declares itself; the answer has none."""
        names: dict[str, str] = {}
        known = dict(_symbols(asked))
        for letter, meant in own.items():
            if not isinstance(meant, str) or not re.fullmatch(r"[^\W\d]\w{0,20}'?", letter):
                entry.refuse("letters", Text('letters are written { i = "input" }.', '字母写作 { i = "input" }。'))
            if meant.replace("-", "_") in known:
                names[letter] = meant.replace("-", "_")
        for name, letter in _lettered(asked, notation):
            if name not in names.values():
                names.setdefault(letter, name)
        names = {letter: name for letter, name in names.items() if name not in asked.answers}
        families = {letter: known[name] for letter, name in names.items() if known[name] > 0}
        functions = {letter: 1 for letter, name in names.items() if known[name] < 0}
        return Letters(names, families, functions)

    def read(self, entry: Entry, name: str, text: Any, extra: Iterable[str] = ()) -> Expression:
        """Return the tree of a typed formula over the symbols' names; FileError says where it cannot be read."""
        scalars = [letter for letter in self.names if letter not in self.families and letter not in self.functions]
        free = [letter for letter in extra if letter not in self.names]
        if not isinstance(text, str):
            entry.refuse(name, Text("a formula is a text.", "公式须为文本。"))
        try:
            tree = read_formula(text, [*scalars, *free], families=self.families, functions=self.functions)
        except FormulaError as error:
            entry.refuse(name, error.message)
        return self.named(tree)

    def named(self, node: Expression, bound: frozenset[str] = frozenset()) -> Expression:
        """Put names in the places of letters; the index of a sum hides a symbol of the same letter."""
        inside = bound | {node.index} if isinstance(node, Series) else bound
        parts = children(node)
        new = tuple(self.named(part, bound if place else inside) for place, part in enumerate(parts))
        node = rebuilt(node, new)
        match node:
            case Name(letter) if letter not in bound:
                return Name(self.names.get(letter, letter))
            case Indexed(letter, indices):
                return Indexed(self.names.get(letter, letter), indices)
            case Call(letter, arguments):
                return Call(self.names.get(letter, letter), arguments)
        return node


def _symbols(asked: Quantity) -> Iterator[tuple[str, int]]:
    """Yield each name of a quantity with the number of its indices; -1 for a function, 0 for a number."""
    for symbol in asked.symbols:
        for one in (*symbol.ties, symbol):
            called = isinstance(one.domain, Choices) and one.domain.function is not None
            yield one.name, one.domain.axes if isinstance(one.domain, Entries) else -1 if called else 0
    for step in asked.steps:
        axes = step.symbol.domain.axes if isinstance(step.symbol.domain, Entries) else len(step.index)
        yield step.symbol.name, axes
    yield from ((symbol.name, 0) for symbol, _ in asked.cells)


def _lettered(asked: Quantity, notation: Notation) -> Iterator[tuple[str, str]]:
    for symbol in asked.symbols:
        yield from ((one.name, one.letter(notation)) for one in (symbol, *symbol.ties))
    yield from ((step.symbol.name, step.symbol.letter(notation)) for step in asked.steps)
    yield from ((symbol.name, symbol.letter(notation)) for symbol, _ in asked.cells)
