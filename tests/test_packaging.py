"""The wheel holds what it must, and runs outside the tree; so do a checkout and an editable install."""

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from cnnmath.reading.files import read_array_file
from cnnmath.reading.shipped import exercise_root

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_the_package_and_the_exercises(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "cnnmath").rglob("*.py")}
    exercises = {f"cnnmath/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / "exercises").rglob("*.*")}
    assert modules <= names
    assert exercises
    assert exercises <= names
    assert not [name for name in names if name.startswith(("tests", "cli.py", "exercises"))]


def test_the_wheels_script_runs_outside_the_tree(wheel, tmp_path):
    """Installed without its dependencies beside those of this environment, the console script finds everything."""
    home = tmp_path / "environment"
    venv.create(home, with_pip=False, system_site_packages=False)
    site = (
        next((home / "lib").glob("python*")) / "site-packages"
        if (home / "lib").exists()
        else home / "Lib/site-packages"
    )
    zipfile.ZipFile(wheel).extractall(site)
    others = [entry for entry in sys.path if entry.endswith(("site-packages", "dist-packages"))]
    (site / "others.pth").write_text("\n".join(others))
    python = next(path for path in (home / "bin/python", home / "Scripts/python.exe") if path.exists())
    entry = "import sys; from cnnmath.cli import main; sys.argv[0] = 'cnnmath'; main()"
    ran = subprocess.run(
        [python, "-I", "-c", entry, "explain", "conv", "input=exercises/slides/image.csv", "kernel=1 0; 0 1", "--brief"],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert "y_22 = 2" in ran.stdout
    where = subprocess.run(
        [python, "-I", "-c", "from cnnmath.reading.shipped import exercise_root; print(exercise_root())"],
        cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert Path(where.stdout.strip()).is_relative_to(site)


def test_the_bare_checkout_runs(tmp_path):
    ran = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), "explain", "output-size", "--brief"],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert "N' = 13 values" in ran.stdout


def test_the_module_runs():
    ran = subprocess.run([sys.executable, "-m", "cnnmath", "--version"], capture_output=True, text=True, cwd=ROOT)
    assert ran.stdout.startswith("cnnmath 0.")


def test_the_versions_agree():
    import tomllib

    import cnnmath

    assert tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"] == cnnmath.__version__


def test_exercises_are_found_from_anywhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert (exercise_root() / "slides" / "image.csv").is_file()
    assert read_array_file("exercises/slides/kernel.csv", "kernel").nested == ((1, 0, 1), (0, 1, 0), (1, 0, 1))
