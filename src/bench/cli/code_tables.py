"""Tables of benchmarks whose answers are run: pass@k, what running came to, and which problems can be solved here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from bench.cli.cells import NOTHING, interval, new_table, number
from bench.records import RunResult, Verdict

SHOWN = {
    Verdict.PASSED: "passed",
    Verdict.FAILED: "failed",
    Verdict.COMPILE_ERROR: "compile",
    Verdict.TIMEOUT: "timeout",
    Verdict.OUT_OF_MEMORY: "memory",
    Verdict.NO_CODE: "no code",
    Verdict.TAMPERED: "tampered",
    Verdict.SANDBOX_ERROR: "sandbox",
}
CANNOT_PASS = ("needs input files", "needs library", "reference fails")
ALWAYS = frozenset({Verdict.PASSED, Verdict.FAILED, Verdict.TAMPERED})


def code_tables(result: RunResult) -> Iterator[Table]:
    """The tables of one result, in the order of reading."""
    yield _passes(result)
    yield _verdicts(result)


def is_code(result: RunResult) -> bool:
    """Whether answers were run."""
    return any("verdicts" in task for task in result.tasks.values())


def _passes(result: RunResult) -> Table:
    """One line a task: the headline, the same on what can be solved here, and what a better extractor finds."""
    ks = sorted({int(k) for task in result.tasks.values() for k in task["pass@k"]} - {1})
    table = new_table("task", "pass@1", "95 % interval", "n", *[f"pass@{k}" for k in ks], "valid", "official", "robust")
    for name, task in result.tasks.items():
        table.add_row(
            name,
            Text(number(task["score"]), "bold"),
            interval(task),
            _n(task),
            *[number(task["pass@k"].get(str(k))) for k in ks],
            _of(task["pass@k_valid"].get("1"), task["statuses"].get("valid", 0)),
            _of(task["official_score"], task["official_denominator"]),
            number(task["also"].get("robust")),
        )
    return table


def _of(score: float | None, n: int) -> str:
    return NOTHING if score is None else f"{score:.2f} of {n}"


def _n(task: Mapping[str, Any]) -> str:
    """How many, with what keeps the number from being compared without a second thought."""
    hopeless = sum(task["statuses"].get(name, 0) for name in CANNOT_PASS)
    badges = {"not judged": task["not_judged"], "cannot pass": hopeless}
    marked = ", ".join(f"{count} {name}" for name, count in badges.items() if count)
    return f"{task['n']} ({marked})" if marked else str(task["n"])


def _verdicts(result: RunResult) -> Table:
    """What running came to; columns that are empty everywhere are left out."""
    counts = {name: task["verdicts"] for name, task in result.tasks.items()}
    shown = [verdict for verdict in SHOWN if verdict in ALWAYS or any(found.get(verdict) for found in counts.values())]
    table = new_table("verdicts", *[SHOWN[verdict] for verdict in shown])
    for name, found in counts.items():
        table.add_row(name, *[str(found.get(verdict, 0)) for verdict in shown])
    return table
