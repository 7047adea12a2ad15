"""The contract of the shelf: every quantity, whoever wrote it, passes these tests. A topic's author adds none."""

import random
import re
import sys
from dataclasses import replace
from inspect import signature
from itertools import combinations
from pathlib import Path
from random import Random

import pytest
from sympy import Indexed

import cnnmath
from cnnmath.core.ask import ask
from cnnmath.core.judge import judge
from cnnmath.core.lines import formulas, shown_symbols, stands_for
from cnnmath.core.pose import pose
from cnnmath.core.solve import holds, measured_under, same, solve, value_of
from cnnmath.core.symbolic import steps_of
from cnnmath.engine import EngineError
from cnnmath.errors import GivenError
from cnnmath.model import NOTATIONS, Claim, Entries, Grid, Right, Undecided, Wrong, applied, parameters
from cnnmath.rewriting import evaluate
from cnnmath.text import Text
from cnnmath.topics import quantities, shelf, topic_slugs

QUANTITIES = list(quantities().values())
SAMPLES = 200
every_quantity = pytest.mark.parametrize("quantity", QUANTITIES, ids=lambda quantity: quantity.slug)
every_mistake = pytest.mark.parametrize(
    ("quantity", "mistake"),
    [(quantity, mistake) for quantity in QUANTITIES for mistake in quantity.mistakes],
    ids=lambda thing: thing.slug,
)


def solutions(quantity, count=SAMPLES):
    return (solve(ask(quantity, seed)) for seed in range(count))


@every_quantity
def test_formula_and_oracle_agree(quantity):
    for solution in solutions(quantity):
        assert solution.check.agrees is True, (dict(solution.problem.given), solution.answer, solution.check)


@every_quantity
def test_the_example_is_solved_and_agrees(quantity):
    assert solve(pose(quantity, {})).check.agrees is True


@every_quantity
def test_exact_quantities_have_no_floats(quantity):
    if not quantity.exact:
        return
    for solution in solutions(quantity, 40):
        for value in (solution.answer, *(slip.value for slip in solution.slips)):
            parts = value.values if isinstance(value, Grid) else value if isinstance(value, tuple) else (value,)
            assert not any(isinstance(part, float) for part in parts), (dict(solution.problem.given), value)


@every_quantity
def test_the_truth_is_judged_right(quantity):
    for solution in solutions(quantity, 30):
        verdict = judge(Claim(solution.problem, solution.answer), solution)
        assert verdict == Right(solution.answer, "measured")


@every_mistake
def test_a_mistake_is_judged_wrong_with_its_own_name(quantity, mistake):
    """Somewhere the mistake gives a value of its own, and there it is named and nothing else is."""
    for solution in solutions(quantity):
        slip = next((slip for slip in solution.mistakes if slip.source is mistake), None)
        if slip is None or slip.value is None or same(slip.value, solution.answer):
            continue
        others = [other.value for other in solution.slips if other is not slip]
        if any(value is not None and same(value, slip.value) for value in others):
            continue
        verdict = judge(Claim(solution.problem, slip.value), solution)
        assert isinstance(verdict, Wrong)
        assert verdict.mistakes == (mistake,)
        assert verdict.answer == solution.answer
        return
    pytest.fail(f"no sample of {quantity.slug} shows the mistake {mistake.slug} alone")


@every_quantity
def test_another_convention_that_can_be_run_agrees_with_the_engine(quantity):
    for solution in solutions(quantity, 60):
        for slip in solution.alternatives:
            if slip.source.oracle is not None:
                assert same(slip.value, measured_under(slip.source, solution.problem))


@every_quantity
def test_some_sample_tells_the_mistakes_apart(quantity):
    """Any two mistakes that can be made together are told apart by some sample."""
    pairs = set(combinations([mistake.slug for mistake in quantity.mistakes], 2))
    together = set()
    for solution in solutions(quantity):
        values = {slip.source.slug: slip.value for slip in solution.mistakes}
        for pair in [pair for pair in pairs if pair[0] in values and pair[1] in values]:
            together.add(pair)
            if not same(values[pair[0]], values[pair[1]]):
                pairs.discard(pair)
    assert not pairs & together


@every_quantity
def test_a_changed_formula_is_caught_by_the_oracle(quantity):
    """The oracle is a witness of its own: every mistaken derivation disagrees with it somewhere."""
    for mistake in quantity.mistakes:
        caught = False
        for solution in solutions(quantity, 80):
            problem = solution.problem
            known = {**problem.values, **solution.steps}
            if applied(mistake.applies, known) and solution.check.measured is not None:
                try:
                    value = value_of(quantity, quantity.with_steps(mistake.steps), problem.values)
                except (ArithmeticError, IndexError):
                    value = None
                caught = caught or value is None or not same(value, solution.check.measured)
        assert caught, mistake.slug


@every_quantity
def test_a_formula_off_by_one_is_caught_by_the_oracle(quantity):
    last = quantity.steps[-1]
    if quantity.kind == "truth":
        return

    def off_by_one(*values):
        return last.formula(*values) + 1

    off_by_one.__signature__ = signature(last.formula)
    solution = solve(ask(quantity, 1))
    changed = value_of(quantity, (*quantity.steps[:-1], replace(last, formula=off_by_one)), solution.problem.values)
    assert not same(changed, solution.check.measured)


def texts(quantity):
    yield from (quantity.title, quantity.asks, quantity.measures, quantity.source)
    yield from (step.why for step in quantity.steps)
    yield from (mistake.says for mistake in quantity.mistakes)
    yield from (convention.text for convention in quantity.conventions)
    yield from (alternative.convention.text for alternative in quantity.alternatives)
    yield from (condition.otherwise for condition in quantity.holds)
    yield from (symbol.meaning for symbol in quantity.symbols if symbol.word)


@every_quantity
def test_words_stand_in_both_languages(quantity):
    for text in texts(quantity):
        assert bool(text.en) == bool(text.zh), text
        assert set(re.findall(r"{(\w+)}", text.en)) == set(re.findall(r"{(\w+)}", text.zh)), text
        assert not re.search("[\u4e00-\u9fff]", text.en), text
        assert not text.zh or text.zh == text.en or re.search("[\u4e00-\u9fff]", text.zh) or len(text.zh) < 40, text
    assert not any(step.why == Text("", "") for step in quantity.steps if step.symbol.name in quantity.answers)


@every_quantity
def test_placeholders_are_symbols(quantity):
    known = {symbol.name for symbol in quantity.symbols} | {step.symbol.name for step in quantity.steps}
    known |= {symbol.name for symbol, _ in quantity.cells}
    for text in (*(step.why for step in quantity.steps), *(condition.otherwise for condition in quantity.holds)):
        assert set(re.findall(r"{(\w+)}", text.en)) <= known


@every_quantity
@pytest.mark.parametrize("notation", NOTATIONS)
def test_letters_are_unique_in_each_notation(quantity, notation):
    """No letter of a formula stands for two things on one page."""
    used = {}
    for solution in solutions(quantity, 10):
        for symbol in shown_symbols(solution):
            other = used.setdefault(symbol.letter(notation), symbol.name)
            assert other == symbol.name or symbol.letter(notation) == symbol.name, (symbol.letter(notation), other)


@every_quantity
def test_symbols_are_all_used_and_all_known(quantity):
    known = [symbol.name for symbol in quantity.symbols] + [symbol.name for symbol, _ in quantity.cells]
    assert len(set(known)) == len(known)
    for step in quantity.steps:
        assert set(parameters(step.formula)) <= set(known), step.symbol.name
        known.append(step.symbol.name)
    for mistake in (*quantity.mistakes, *quantity.alternatives):
        names = {step.symbol.name for step in quantity.steps}
        assert {step.symbol.name for step in mistake.steps} <= names


@every_quantity
def test_asking_is_reproducible(quantity):
    assert ask(quantity, 5).values == ask(quantity, 5).values
    assert any(ask(quantity, 0).values != ask(quantity, seed).values for seed in range(1, 20))


@every_quantity
def test_solving_leaves_the_global_random_alone(quantity):
    state = random.getstate()
    solve(ask(quantity, 3))
    assert random.getstate() == state


def test_slugs_are_unique_and_follow_their_topic():
    assert topic_slugs() == tuple(sorted(topic.slug for topic in shelf()))
    for topic in shelf():
        first, *others = topic.quantities
        assert first.slug == topic.slug
        assert all(re.fullmatch(rf"{topic.slug}\.[a-z0-9-]+", other.slug) for other in others)
    for quantity in QUANTITIES:
        mistakes = [mistake.slug for mistake in quantity.mistakes]
        assert len(set(mistakes)) == len(mistakes)
        assert all(re.fullmatch("[a-z0-9-]+", slug) for slug in mistakes)
        assert not quantity.wider or quantity.wider in quantities()


def test_slugs_are_permanent():
    """Links, files and graded work name these slugs. A new one is added here; none is ever removed."""
    expected = """
        activation activation.leaky-relu activation.relu activation.sigmoid activation.softmax activation.tanh
        channels channels.agree channels.maps channels.parameters
        conv conv.first
        conv1d conv1d.channels conv1d.equal-width conv1d.first conv1d.narrow conv1d.wide
        cross-correlation cross-correlation.rot180 cross-correlation.rotated
        transposed transposed.shape transposed.values
        bottleneck bottleneck.break-even bottleneck.direct bottleneck.parameters bottleneck.pixel bottleneck.ratio
        bottleneck.shape
        lenet lenet.connections lenet.flatten lenet.shape
        motivation motivation.connections-dense motivation.connections-local motivation.connections-shared
        motivation.network motivation.saving motivation.weights-shared
        pooling pooling.dense-weights-saved pooling.kept pooling.parameters pooling.shape pooling.size
        receptive-field receptive-field.layers receptive-field.stacked receptive-field.stride receptive-field.weights
        residual residual.basic-block residual.bottleneck-block residual.derivative residual.identity
        resnet resnet.saving resnet.size
        structure structure.convolution-parameters structure.dense-parameters structure.dense-share structure.flatten
        structure.parameters
        vanishing-gradient vanishing-gradient.bound vanishing-gradient.slope vanishing-gradient.vanishes
        operations operations.additions operations.flops operations.memory operations.multiplications operations.space
        output-size output-size.shape
        padding padding.full padding.same-tf padding.total
        stride stride.unused
    """.split()
    assert set(expected) <= set(quantities())


def test_a_witness_fault_is_never_called_wrong():
    solution = solve(pose(quantities()["output-size"], {}))
    faulty = replace(solution, check=replace(solution.check, agrees=False))
    assert isinstance(judge(Claim(solution.problem, 99), faulty), Undecided)


@every_quantity
def test_conditions_refuse_what_the_engine_refuses(quantity):
    """Change the sizes wildly: where the conditions hold the engine agrees, where they fail it cannot run."""
    dice = Random(1)
    refused = 0
    for _ in range(150):
        given = quantity.sample(dice)
        for word, value in given.items():
            if isinstance(value, int) and not isinstance(value, bool) and dice.random() < 0.4:
                given[word] = dice.randint(0 if word in ("padding", "bias", "z") else 1, 9)
        problem = pose(quantity, given)
        if holds(problem):
            assert solve(problem).check.agrees is True, given
        else:
            refused += 1
            with pytest.raises(GivenError):
                solve(problem)
            with pytest.raises(EngineError):
                applied(quantity.oracle, problem.values)
    assert (
        refused
        or not quantity.holds
        or quantity.slug
        in (
            "activation",
            "activation.softmax",
            "channels",
            "conv1d.channels",
        )
    )


@every_quantity
def test_the_oracle_really_runs_the_engine(quantity):
    """Law 1: an oracle measures. It enters the engine, and no formula of a topic."""
    home = Path(cnnmath.__file__).parent
    entered = set()

    def note(frame, event, _):
        if event == "call" and frame.f_code.co_filename.startswith(str(home)):
            entered.add(Path(frame.f_code.co_filename).relative_to(home).parts[0])

    problem = ask(quantity, 2)
    sys.setprofile(note)
    try:
        applied(quantity.oracle, problem.values)
    finally:
        sys.setprofile(None)
    assert "engine" in entered
    assert not entered & {"expression.py", "rewriting.py", "core", "rendering"}


def numeric(formula, values):
    """Put numbers into a SymPy formula: the scalars, then the entries of arrays in what is written out."""
    scalars = {
        atom: values[atom.name]
        for atom in formula.free_symbols
        if atom.name in values and not isinstance(values[atom.name], Grid)
    }
    written = formula.subs(scalars).doit()
    entries = {atom: values[atom.base.label.name][tuple(map(int, atom.indices))] for atom in written.atoms(Indexed)}
    return written.subs(entries)


@every_quantity
def test_the_sympy_formula_gives_the_answer(quantity):
    """The formula as SymPy sees it, evaluated at a sample's givens, is the answer."""
    if quantity.kind not in ("number", "shape"):
        return
    for seed in range(5):
        problem = ask(quantity, seed)
        steps = steps_of(quantity, problem.values)
        values = {}
        for symbol in quantity.symbols:
            for one in (symbol, *symbol.ties):
                values.setdefault(one.letters[0], problem.values[symbol.name])
            stands = stands_for(quantity, symbol, problem.values)
            values[stands.letters[0]] = problem.values[symbol.name]
        found = tuple(numeric(steps[name], values) for name in quantity.answers)
        answer = solve(problem).answer
        expected = answer if quantity.kind == "shape" else (answer,)
        assert all(abs(value - other) < 1e-9 for value, other in zip(found, expected, strict=True))


@every_quantity
def test_every_symbol_is_used(quantity):
    used = {name for step in quantity.steps for name in parameters(step.formula)}
    used |= {name for condition in quantity.holds for name in parameters(condition.holds)}
    used |= set(parameters(quantity.oracle))
    for mistake in quantity.mistakes:
        used |= {name for step in mistake.steps for name in parameters(step.formula)}
    assert {symbol.name for symbol in quantity.symbols} <= used


@every_quantity
def test_every_line_prints_what_it_computes(quantity):
    """The numbers that stand in a line's places give the line's value."""
    for solution in solutions(quantity, 15):
        for line in solution.lines:
            if isinstance(line.step.symbol.domain, Entries) or isinstance(line.value, bool):
                continue
            value = evaluate(line.substituted, {})
            assert same(value, line.value), (line.step.symbol.name, line.substituted)


@every_quantity
def test_formulas_name_only_known_symbols(quantity):
    problem = pose(quantity, {})
    assert formulas(quantity, quantity.steps, problem.values)
