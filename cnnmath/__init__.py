"""cnnmath: the mathematics of convolutional networks, stated as formulas and checked by running it.

>>> import cnnmath
>>> cnnmath.solve("output-size", input=28, kernel=5, stride=2, padding=1).answer
13
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOME = {
    "CnnmathError": "errors",
    "ask": "jobs.explain",
    "check": "jobs.check",
    "compare": "jobs.compare",
    "explain": "jobs.explain",
    "formula": "jobs.explain",
    "judge": "jobs.explain",
    "shelf": "topics",
    "solve": "jobs.solve",
    "verify": "jobs.verify",
}
__all__ = [
    "CnnmathError",
    "__version__",
    "ask",
    "check",
    "compare",
    "explain",
    "formula",
    "judge",
    "shelf",
    "solve",
    "verify",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that `import cnnmath` stays light."""
    if name in _HOME:
        return getattr(import_module(f"cnnmath.{_HOME[name]}"), name)
    raise AttributeError(f"module 'cnnmath' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
