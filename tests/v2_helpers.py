"""Small data in LongBench v2's format, and where the real ones lie."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from conftest import absent

from bench.benchmarks.longbench.v2.groups import NAMES
from bench.benchmarks.longbench.v2.sample import PROMPTS

LETTERS = "ABCD"


def row(number: int, **other: Any) -> dict[str, Any]:
    """A row with the twelve keys; the right choice says which document it is."""
    answer = LETTERS[number % 4]
    choices = {f"choice_{letter}": f"colour {letter.lower()}" for letter in LETTERS}
    return {
        "_id": f"id{number}",
        "domain": "Single-Document QA" if number % 2 else "Multi-Document QA",
        "sub_domain": "Academic",
        "difficulty": NAMES["difficulty"][number % 2],
        "length": NAMES["length"][number % 3],
        "question": f"Which colour has thing {number}?",
        **choices,
        "answer": answer,
        "context": f"Thing {number} has the colour {answer.lower()}. " + "Filler follows here. " * 30,
        **other,
    }


def write_data(folder: Path, rows: Sequence[Mapping[str, Any]], *, name: str = "data.json") -> Path:
    """A folder with data and prompt texts of our own."""
    (folder / "prompts").mkdir(parents=True, exist_ok=True)
    for stem, text in PROMPTS.items():
        (folder / "prompts" / f"{stem}.txt").write_text(text)
    lines = name.endswith(".jsonl")
    text = "".join(json.dumps(item) + "\n" for item in rows) if lines else json.dumps(rows, indent=1)
    (folder / name).write_text(text)
    return folder


def real(shared: Path, name: str = "") -> Path:
    """The folder with the real questions, or a file in it."""
    path = shared / "data" / "longbench_v2" / name
    if not path.exists():
        absent("questions", f"NOT TESTED: no real questions of LongBench v2 at {path}: nothing can make them")
    return path
