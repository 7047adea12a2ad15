"""The exercises that come with cnnmath: inside the wheel, or beside the package in a checkout."""

from os.path import exists
from pathlib import Path

import cnnmath

FOLDER = "exercises"


def exercise_root() -> Path:
    """Return the folder of the shipped exercises: the wheel's copy, else the checkout's."""
    package = Path(cnnmath.__file__).parent
    packaged = package / FOLDER
    return packaged if packaged.is_dir() else package.parent / FOLDER


def found(path: str) -> Path:
    """Return the file at `path`; where there is none, `exercises/...` means the shipped one."""
    here = Path(path)
    shipped = exercise_root().parent / path
    inside = here.parts[:1] == (FOLDER,) and ".." not in here.parts
    return shipped if inside and not exists(here) and exists(shipped) else here
