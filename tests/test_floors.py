"""Imports point down: a module imports only from lower floors or from its own package."""

import ast
from pathlib import Path

import pytest

import cnnmath

FLOORS = {
    "text": 0,
    "engine": 0,
    "errors": 1,
    "expression": 1,
    "grid": 2,
    "rewriting": 2,
    "model": 3,
    "tolerance": 4,
    "claims": 5,
    "sheets": 5,
    "vocabulary": 5,
    "core": 6,
    "reading": 6,
    "topics": 7,
    "rendering": 7,
    "jobs": 8,
    "cli": 9,
    "__init__": 10,
    "__main__": 10,
}
ROOT = Path(cnnmath.__file__).parent
MODULES = sorted(path for path in ROOT.rglob("*.py") if "exercises" not in path.parts)


def imported(path):
    """Yield every module name that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part_of(path):
    first = path.relative_to(ROOT).parts[0]
    return first.removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_from_below(path):
    mine = part_of(path)
    for name in imported(path):
        parts = name.split(".")
        if parts[0] == "cnnmath" and len(parts) > 1 and parts[1] in FLOORS:
            other = parts[1]
            assert other == mine or FLOORS[other] < FLOORS[mine], f"{mine} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_sympy_is_imported_in_one_place_and_the_terminal_in_two(path):
    names = {name.split(".")[0] for name in imported(path)}
    inside = path.relative_to(ROOT).as_posix()
    assert "sympy" not in names or inside == "core/symbolic.py"
    assert "typer" not in names or inside in ("cli/app.py", "cli/options.py")
    assert "rich" not in names or inside == "rendering/terminal.py"
    assert "torch" not in names


def test_topics_and_oracles_reach_the_engine_only_from_its_front_door():
    for path in MODULES:
        if part_of(path) == "topics":
            assert not [name for name in imported(path) if name.startswith("cnnmath.engine.") and name.count(".") > 2]


def test_typed_text_is_never_run():
    """No module calls what would run text as code."""
    forbidden = {"eval", "exec", "compile", "sympify", "parse_expr", "parse_latex", "literal_eval", "loads_pickle"}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                allowed = name == "compile" and isinstance(node.func, ast.Attribute)  # re.compile
                assert name not in forbidden or allowed, f"{path.name}:{node.lineno}"
