"""Feed hostile answers from a file: `python -m tests.acceptance.hostile PATH`.

The file is JSON, {"cases": [{"id", "answer_type", "required", "input" or "build"}]}. Each case is compared with the
key of its type, and handed in as a file beside an answer that is right, which must be graded all the same. One line
is printed for each failure, and last one line of JSON with the counts.
"""

import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any
from unicodedata import category

from cnnmath.errors import CnnmathError
from cnnmath.jobs.check import Checked, check
from cnnmath.jobs.compare import compare
from cnnmath.model import Right

SECONDS = 2.0
MEMORY = 256 * 2**20
LONGEST_MESSAGE = 500
KEYS: dict[str, dict[str, Any]] = {
    "number": {"key": "2400000"},
    "formula": {"key": "floor((N-K+2*P)/S)+1", "symbols": ["N", "K", "P", "S"]},
    "shape": {"key": "(28,28,32)"},
    "matrix": {"key": "[[1,2],[3,4]]"},
}
QUESTIONS = """
kind = "problems"
title = { en = "t", zh = "t" }

[[question]]
id = "number"
quantity = "output-size"
given = { input = 28, kernel = 5 }

[[question]]
id = "formula"
quantity = "output-size"
formula = true
letters = { N = "input", K = "kernel", P = "padding", S = "stride" }

[[question]]
id = "matrix"
quantity = "cross-correlation"
given = { input = "1 2; 3 4", kernel = "1" }

[[question]]
id = "shape"
quantity = "output-size.2d"
given = { input = "28x28", kernel = 5 }

[[question]]
id = "last"
quantity = "output-size"
given = { input = 28, kernel = 5 }
"""


def built(case: dict[str, Any], canary: Path) -> Any:
    """Return what a case hands in: a text, bytes, or a value of JSON in a `dict`."""
    build = case.get("build")
    if build is None:
        return case["input"].replace("{CANARY}", str(canary))
    match build:
        case {"repeat": repeat, "times": times}:
            return build.get("prefix", "") + repeat * times + build.get("suffix", "")
        case {"open": opening, "times": times, "middle": middle, "close": closing}:
            return opening * times + middle + closing * times
        case {"join": joint, "template": template, "times": times}:
            return joint.join(template.replace("{i}", str(at)) for at in range(1, times + 1))
        case {"codepoints": points}:
            return "".join(map(chr, points))
        case {"bytes_hex": digits}:
            return bytes.fromhex(digits)
        case {"json_value": value}:
            return {"json": json.dumps({"answer": value}).replace('"answer"', '"{id}"')}
        case {"json_text": text}:
            return {"json": text.replace('"answer"', '"{id}"')}
        case {"json_text_nested": times}:
            return {"json": "[" * times}
        case {"missing": _}:
            return {"json": "{}"}
    raise ValueError(f"unknown build {build}")


def failures(case: dict[str, Any], folder: Path) -> Iterator[str]:
    """Yield what is not as required."""
    canary = folder / "canary"
    handed = built(case, canary)
    start, before = perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if isinstance(handed, str):
        yield from _compared(case, handed)
    yield from _submitted(case, handed, folder)
    taken = perf_counter() - start
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    if taken > SECONDS:
        yield f"took {taken:.1f} s"
    if grown > MEMORY:
        yield f"took {grown / 2**20:.0f} MiB"
    if canary.exists():
        yield "ran the answer"
        canary.unlink()


def _compared(case: dict[str, Any], text: str) -> Iterator[str]:
    try:
        verdict = compare(text, **KEYS[case["answer_type"]])
    except CnnmathError as error:
        for message in (error.message.en, error.message.zh):
            if len(message) > LONGEST_MESSAGE or not _is_clean(message):
                yield f"the message is not one short harmless text: {message[:200]!r}"
        return
    required = case["required"]
    if required == "reject":
        yield f"was read: {verdict}"
    if required == "reject_or_not_equal" and isinstance(verdict, Right):
        yield f"was judged right: {verdict}"


def _submitted(case: dict[str, Any], handed: Any, folder: Path) -> Iterator[str]:
    (folder / "set.toml").write_text(QUESTIONS, encoding="utf-8")
    question = case["answer_type"]
    whole = not isinstance(handed, (bytes, dict))
    if isinstance(handed, bytes):
        file = folder / "answers.md"
        file.write_bytes(handed)
    elif isinstance(handed, dict):
        file = folder / "answers.json"
        file.write_text(handed["json"].replace("{id}", question), encoding="utf-8")
    else:
        file = folder / "answers.json"
        answers = {question: handed, "last": "24"}
        file.write_text(json.dumps({"problems": "set.toml", "answers": answers}), encoding="utf-8")
    (folder / "other.json").write_text(json.dumps({"problems": "set.toml", "last": "24"}), encoding="utf-8")
    found = check(str(file), str(folder / "other.json"), problems=str(folder / "set.toml"))
    file.unlink()
    outcomes = [(mark.question.id, mark.outcome) for mark in found.marks]
    wanted = 2 if whole and len(str(handed)) < 10**5 else 1
    if outcomes.count(("last", "right")) < wanted:
        yield f"the rest was not graded: {outcomes} {[str(one) for one in found.faults][:2]}"
    if (question, "right") in outcomes and case["required"] in ("reject", "reject_or_not_equal"):
        yield "was judged right in a file"
    yield from _printed(found)


def _printed(found: Checked) -> Iterator[str]:
    for text in (found.terminal(80), found.markdown(), found.written("json")):
        if not _is_clean(text.replace("\n", "")):
            yield "prints what a terminal obeys"


def _is_clean(text: str) -> bool:
    return all(category(character) not in ("Cc", "Cf", "Cs") for character in text)


def main(path: str) -> int:
    """Feed the cases of the file at `path`; the exit code is 0 if every one is handled as required."""
    cases = json.loads(Path(path).read_text(encoding="utf-8"))["cases"]
    right = 0
    compare("1", "1")
    for case in cases:
        with TemporaryDirectory() as folder:
            try:
                found = list(failures(case, Path(folder)))
            except Exception as error:
                found = [f"{type(error).__name__}: {error}"]
        right += not found
        for failure in found:
            print(f"{case['id']} {case.get('input', case.get('build'))!r:.120}: {failure}"[:400])
    print(json.dumps({"total": len(cases), "as_required": right}))
    return int(right != len(cases))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
