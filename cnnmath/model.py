"""The nouns: what a topic, a quantity, a problem and a judgement are. Frozen data with derived properties only."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from inspect import signature
from random import Random
from typing import Any, Literal

from cnnmath.expression import Expression, Number
from cnnmath.grid import Grid
from cnnmath.text import Text

Notation = Literal["slides", "cs231n", "pytorch"]
NOTATIONS: tuple[Notation, ...] = ("slides", "cs231n", "pytorch")
Kind = Literal["number", "shape", "array", "formula", "choice", "truth"]
Axis = Literal[0, 1, 2]
HEIGHT, WIDTH, DEPTH = 0, 1, 2


# ---------------------------------------------------------------------------------------------- values


@dataclass(frozen=True, slots=True)
class Rounded:
    """A decimal as it is printed, such as 2.4 million: it stands for all that rounds to it.

    unit: what its last digit counts (100,000 for 2.4 million).
    """

    value: Fraction
    unit: Fraction

    def covers(self, exact: Number) -> bool:
        """Tell whether `exact` rounds to it; a half may go either way."""
        return abs(Fraction(exact) - self.value) <= self.unit / 2


Value = Number | Rounded | Grid | bool | str | tuple[int, ...]
Given = Mapping[str, Any]


# ------------------------------------------------------------------------------------------ vocabulary


@dataclass(frozen=True, slots=True)
class Integers:
    """Whole numbers from `minimum` on."""

    minimum: int = 1


@dataclass(frozen=True, slots=True)
class Numbers:
    """Exact rational numbers, from `minimum` on where there is one."""

    minimum: Fraction | None = None
    below: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Entries:
    """Arrays of exact numbers with this many axes; of whole numbers from `minimum` on where there is one."""

    axes: int
    minimum: int | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """One of some words; `flag` says that they are yes and no, and that the value is a truth.

    function: what a word does to a number, where the words name functions, so that f(z) can be typed.
    """

    options: tuple[str, ...]
    flag: bool = False
    function: Callable[[Any, str], Any] | None = None


Domain = Integers | Numbers | Entries | Choices


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol of a formula: the given that people type for it, its letters, its meaning.

    name: what the formula's code calls it (`kernel_height`).
    word: the given that sets it (`kernel`); with `axis` it takes that part of `3x5`, with `side` that
        side of the padding. "" for a result or an index, which nobody types.
    letters: one letter per notation, in the order of `NOTATIONS`, as plain text (`K`, `H_in`, `kernel_size`).
    size_of: (array symbol, axis) where the value is the extent of an array that was given.
    default: the value where nothing is typed; None where it must be given.
    same_as: the symbol, listed before this one, whose value it takes where nothing is typed (a pool's stride);
        with a default as well it is an array as long as that one, filled with the default (a stride per layer).
    quiet: left out of the formula while it has its default.
    ties: symbols that stand for this one and its fellows while all are equal, the widest first (one letter
        for all four sides of the padding, one for top and bottom).
    """

    name: str
    letters: tuple[str, str, str]
    meaning: Text
    word: str = ""
    axis: Axis = 0
    side: Literal["before", "after", None] = None
    domain: Domain = Integers()
    unit: Text | None = None
    size_of: tuple[str, Axis] | None = None
    default: Any = None
    same_as: str = ""
    quiet: bool = False
    ties: "tuple[Symbol, ...]" = ()

    def letter(self, notation: Notation) -> str:
        """Return the letter in `notation`."""
        return self.letters[NOTATIONS.index(notation)]


# --------------------------------------------------------------------------------------------- topics


@cache
def parameters(function: Callable[..., Any]) -> tuple[str, ...]:
    """Return the names that `function` asks for: the symbols that it depends on."""
    return tuple(signature(function).parameters)


def applied(function: Callable[..., Any], values: Mapping[str, Any]) -> Any:
    """Call `function` with the values of the symbols that it names; one called `values` is all of them.

    LookupError names a symbol that is not known: a fault in a topic file.
    """
    try:
        return function(*(values if name == "values" else values[name] for name in parameters(function)))
    except KeyError as error:
        if error.args[0] not in parameters(function):
            raise
        raise LookupError(f"a formula asks for {error}, and only {', '.join(values)} are known") from None


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a derivation: a symbol, the formula that makes it, and why it holds.

    The formula's parameters are the names of givens, of earlier steps, or of the cell's index.
    `index` names the steps that subscript the symbol when it is printed (y with i and j).
    `why` may hold `{name}` placeholders of those symbols; a mistake's step needs none.
    """

    symbol: Symbol
    formula: Callable[..., Any]
    why: Text = Text("", "")
    index: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold for the quantity to mean anything, and what is said where it does not."""

    holds: Callable[..., bool]
    otherwise: Text


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Convention:
    """A choice that textbooks and programs make differently; where it `applies` it is said aloud."""

    slug: str
    text: Text
    applies: Callable[..., bool] = _always


@dataclass(frozen=True, slots=True)
class Alternative:
    """The same quantity under another convention: right there, and said to be so.

    oracle: measures it on the engine under that convention; without one the formula stands alone.
    """

    convention: Convention
    steps: tuple[Step, ...]
    applies: Callable[..., bool] = _always
    oracle: Callable[..., Any] | None = None


@dataclass(frozen=True, slots=True)
class Mistake:
    """What people write instead of some steps. It can be run; `applies` tells where it can be made."""

    slug: str
    says: Text
    steps: tuple[Step, ...]
    applies: Callable[..., bool] = _always


@dataclass(frozen=True, slots=True)
class Quantity:
    """Something that a question can ask for, with all that is known about it.

    slug: permanent; the first quantity of a topic has the topic's.
    symbols: the givens. steps: the derivation; its last symbol is the answer, or those named in `answer`.
    cells: for an array, (index symbol, name of its extent) per axis; indices count from 0.
    holds: conditions. conventions: what is in force. alternatives, mistakes: other ways to go.
    sample(random): draws givens, by word, where the conditions hold (rarely not: then it is drawn again).
    example: the givens of the page without givens. oracle: measures the answer on the engine;
        it is called with the symbols it names (or, if it names `values`, with all), numbers as ints.
    exact: whether answers are exact numbers always, or floats where exp makes them.
    subscripts: whether a shape's numbers are subscripts, (3, 3), and not sizes, 3×3.
    wider: the quantity that takes the same question with more axes.
    source: where the formula stands.
    """

    slug: str
    title: Text
    asks: Text
    kind: Kind
    unit: Text
    symbols: tuple[Symbol, ...]
    steps: tuple[Step, ...]
    conventions: tuple[Convention, ...]
    sample: Callable[[Random], dict[str, Any]]
    example: Mapping[str, Any]
    oracle: Callable[..., Any]
    measures: Text
    source: Text
    holds: tuple[Condition, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    cells: tuple[tuple[Symbol, str], ...] = ()
    answer: tuple[str, ...] = ()
    exact: bool = True
    subscripts: bool = False
    wider: str = ""

    @property
    def answers(self) -> tuple[str, ...]:
        """The names of the steps that are the answer."""
        return self.answer or (self.steps[-1].symbol.name,)

    @property
    def words(self) -> tuple[str, ...]:
        """The givens that a person may type, each once, in order."""
        return tuple(dict.fromkeys(symbol.word for symbol in self.symbols if symbol.word))

    @property
    def topic(self) -> str:
        """The slug of the topic that it belongs to."""
        return self.slug.partition(".")[0]

    def with_steps(self, steps: Iterable[Step]) -> tuple[Step, ...]:
        """Return the derivation with the steps of the same symbols replaced."""
        replaced = {step.symbol.name: step for step in steps}
        return tuple(replaced.get(step.symbol.name, step) for step in self.steps)


@dataclass(frozen=True, slots=True)
class Topic:
    """One file of the shelf: an idea and the quantities that it teaches; `place` orders the book."""

    slug: str
    place: int
    title: Text
    idea: Text
    quantities: tuple[Quantity, ...]


# ---------------------------------------------------------------------------------- problems, solutions


@dataclass(frozen=True)
class Problem:
    """A quantity with its givens: `given` by word; `values` by symbol, defaults and sizes filled in.

    seed: what drew the givens. files: the files, by word, that array givens were read from.
    """

    quantity: Quantity
    given: Mapping[str, Any]
    values: Mapping[str, Any]
    seed: int | None = None
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """A step at work: its formula, its sums written out, the numbers in place, and the value."""

    step: Step
    formula: Expression
    expanded: Expression
    substituted: Expression
    value: Value


@dataclass(frozen=True, slots=True)
class Check:
    """What the engine measured beside what the formula says; `agrees` is None where nothing was measured."""

    measured: Value | None
    agrees: bool | None
    note: Text


@dataclass(frozen=True, slots=True)
class Slip:
    """A mistake or an alternative at work: the value that it gives here, None where it breaks down."""

    source: Mistake | Alternative
    value: Value | None


@dataclass(frozen=True)
class Solution:
    """A problem worked out. For an array `cell` is the cell in focus, counted from 0, and `lines` are its.

    steps: the value of every symbol. slips_tried: False where the map was too large to try mistakes on.
    """

    problem: Problem
    lines: tuple[Line, ...]
    answer: Value
    check: Check
    slips: tuple[Slip, ...]
    cell: tuple[int, ...] = ()
    steps: Mapping[str, Value] = field(default_factory=dict)
    slips_tried: bool = True

    @property
    def mistakes(self) -> Iterator[Slip]:
        """The mistakes that can be made here and give something else than the answer."""
        return (
            slip
            for slip in self.slips
            if isinstance(slip.source, Mistake) and slip.value is not None and slip.value != self.answer
        )

    @property
    def alternatives(self) -> Iterator[Slip]:
        """The same question under other conventions."""
        return (slip for slip in self.slips if isinstance(slip.source, Alternative))


# ------------------------------------------------------------------------------------------ judgements


Grounds = Literal["proved", "exhausted", "sampled", "measured", "formula"]
"""Why a claim is right; "formula": one witness only, because the problem was too large to run."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody states about a problem: a student's answer or a textbook's sentence."""

    problem: Problem
    stated: Value
    source: str = ""


@dataclass(frozen=True)
class FormulaClaim:
    """That a typed formula gives a quantity, whatever its free symbols are.

    formula: one tree for each of the quantity's answers, over the names of its symbols.
    given: the givens that are fixed throughout, by word.
    where: givens that depend on others, by word; a name that is no symbol's is any whole number from 0.
    assumed: the convention that the text uses, where it is not the quantity's own.
    """

    quantity: Quantity
    formula: tuple[Expression, ...]
    given: Mapping[str, Any] = field(default_factory=dict)
    where: Mapping[str, Expression] = field(default_factory=dict)
    assumed: Alternative | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """Values of the free symbols, by name, at which a formula is told from the right one, and what both give."""

    values: Mapping[str, Value]
    stated: Value | None
    answer: Value


Answer = Value | tuple[Expression, ...]
"""What is right: a value, or for a formula the quantity's own, one tree for each of its answers."""


@dataclass(frozen=True, slots=True)
class Right:
    """The claim is right, on these grounds; under another convention than the page's where one is named.

    gaps: for two formulas, that one of them has no value at some points: they are the same where both have one.
    """

    answer: Answer
    grounds: Grounds
    convention: Convention | None = None
    cases: int = 0
    gaps: bool = False


@dataclass(frozen=True, slots=True)
class Wrong:
    """The claim is wrong: the right answer, every mistake that gives the stated one, the cells that differ.

    case: for a formula, values at which it gives something else.
    together: the mistakes give the stated value only when made together.
    factor: the stated number is the right one times this; tried only when nothing else matches.
    """

    answer: Answer
    mistakes: tuple[Mistake, ...]
    witness: tuple[tuple[int, ...], ...] = ()
    case: Case | None = None
    together: bool = False
    factor: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Undecided:
    """Nothing can be said, and why."""

    reason: Text


Verdict = Right | Wrong | Undecided
