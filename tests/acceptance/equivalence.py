"""Judge answer pairs from a file: `python -m tests.acceptance.equivalence PATH`.

The file is JSON, {"cases": [{"id", "student", "key", "expected_equal", "kind", ...}]}; the optional fields are symbols,
real_symbols, tolerance, domain.constraints, optional and stress. One line is printed for each disagreement, and
last one line of JSON with the counts.
"""

import json
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

from cnnmath.errors import CnnmathError
from cnnmath.jobs.compare import compare
from cnnmath.model import Right, Wrong
from cnnmath.tolerance import EXACT, Tolerance

COUNTS = ("total", "agree", "false_right", "false_wrong", "undecided", "refused")


def tolerance(stated: dict[str, Any] | None) -> Tolerance:
    """Return the rule of a case."""
    match stated:
        case None:
            return EXACT
        case {"type": "relative" | "absolute" as rule, "value": value}:
            return Tolerance(rule, Fraction(value))
        case {"type": "significant_figures", "digits": digits, **rest}:
            return Tolerance("figures", Fraction(digits), strict=rest.get("exact_digit_count", False))
        case {"type": "decimal_places", "digits": digits, **rest}:
            return Tolerance("decimals", Fraction(digits), strict=rest.get("exact_digit_count", False))
        case {"type": "round_both", "decimals": digits}:
            return Tolerance("decimals", Fraction(digits), both=True)
    raise ValueError(f"unknown tolerance {stated}")


def outcome(case: dict[str, Any]) -> tuple[str, str]:
    """Return what a case comes under, and what is to be said of it."""
    try:
        verdict = compare(
            case["student"],
            case["key"],
            symbols=case.get("symbols", ()),
            real=case.get("real_symbols", ()),
            where=case.get("domain", {}).get("constraints", ()),
            kind=asked(case),
            tolerance=tolerance(case.get("tolerance")),
        )
    except CnnmathError as error:
        return ("agree" if excused(case) else "refused"), error.message.en
    expected = case["expected_equal"]
    if isinstance(verdict, Right):
        return ("agree" if expected else "false_right"), f"right, {verdict.grounds}"
    if isinstance(verdict, Wrong):
        return ("false_wrong" if expected else "agree"), f"wrong, {verdict.case}"
    return ("agree" if excused(case) else "undecided"), verdict.reason.en


def excused(case: dict[str, Any]) -> bool:
    """Tell whether a clear refusal is as good as the verdict."""
    return bool(case.get("optional") or case.get("stress"))


def asked(case: dict[str, Any]) -> Any:
    """Return the kind of the question where the case says it; else the key tells."""
    return {"matrix": "array", "percent": "number" if not case.get("symbols") else None}.get(case["kind"])


def main(path: str) -> int:
    """Judge the cases of the file at `path`; the exit code is 0 if there is no disagreement."""
    counts = dict.fromkeys(COUNTS, 0)
    for case in json.loads(Path(path).read_text(encoding="utf-8"))["cases"]:
        found, said = outcome(case)
        counts["total"] += 1
        counts[found] += 1
        if found != "agree":
            print(f"{case['id']} {found}: {case['student']!r} for {case['key']!r}: {said}"[:300])
    print(json.dumps(counts))
    return int(counts["agree"] != counts["total"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
