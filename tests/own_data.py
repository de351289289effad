"""Data sets with cards of their own, as tests need them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from helpers import write_lines

CARD = """\
name = "contracts"
data = "contracts.jsonl"
prompt = "{context} Q: {question} A:"
metric = "qa_f1_score"

[tasks.dates]
category = "Lookup"

[tasks.parties]
category = "Lookup"
metric = "metrics.py:exact"
"""
METRICS = """\
def exact(prediction, target, classes):
    return float(prediction == target)
"""


def row(task: str, number: int, **other: Any) -> dict[str, Any]:
    """A line of the data; the question tells the answer."""
    fields = {"context": f"Document {number // 2}.", "question": f"Say word{number}."}
    return {"task": task, "id": str(number), "input": fields, "targets": [f"word{number}"], **other}


ROWS = [row("dates", 0), row("parties", 0), row("dates", 1), row("dates", 2), row("parties", 3)]


def make_card(folder: Path, card: str = CARD, rows: list[dict[str, Any]] | None = None, metrics: str = METRICS) -> Path:
    """The card, its data and its metrics in a folder of their own."""
    folder.mkdir(parents=True, exist_ok=True)
    write_lines(folder / "contracts.jsonl", ROWS if rows is None else rows)
    (folder / "metrics.py").write_text(metrics)
    (folder / "card.toml").write_text(card)
    return folder / "card.toml"
