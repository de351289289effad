"""What a reader must know of a result before comparing it, one line each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bench.records import RunResult
from bench.spending import money

HAPPENED = {
    "cut_in_thought": "ran out of new tokens inside a thought",
    "truncated": "are to prompts that were cut to the model's input",
}


def marks(result: RunResult) -> Iterator[str]:
    """Everything that keeps these numbers from being compared without a second thought."""
    reasons: dict[str, list[str]] = {}
    for name, entry in result.overall.items():
        if entry["score"] is None:
            reasons.setdefault(entry["reason"], []).append(name)
    for reason, names in reasons.items():
        yield f"not computed: {', '.join(names)} ({_shortened(reason)})"
    for name, task in result.tasks.items():
        if "part_of" not in task:
            yield from _task_marks(name, task)
    if any(task["metric"] == "code_sim_score" for task in result.tasks.values()):
        yield f"edit similarity of the code tasks: {result.spec.scoring.get('edit_similarity', 'not known')}"
    yield from _happened(result)
    yield from _costs(result)
    yield from result.notes


def _costs(result: RunResult) -> Iterator[str]:
    """What the answers took, where the model said so, and how the run was tagged."""
    tokens = {name: count for name, count in result.tokens.items() if count is not None}
    if (tokens or result.accounting.get("requests")) and result.seconds is not None:
        yield "; ".join(_spent(result, tokens))
    if result.tags:
        yield "tags: " + ", ".join(f"{name}={value}" for name, value in result.tags.items())


def _spent(result: RunResult, tokens: Mapping[str, int]) -> Iterator[str]:
    counts = result.accounting
    requests, retries = counts.get("requests"), counts.get("retries")
    tried = f" by {requests:,} requests" if requests is not None else ""
    tried += f" ({retries:,} retries)" if retries else ""
    yield f"answered in {result.seconds:,.0f} s{tried}"
    if tokens:
        yield "tokens: " + ", ".join(f"{count:,} {name}" for name, count in tokens.items())
    if counts.get("tokens_per_second"):
        yield f"{counts['tokens_per_second']:,.0f} tokens out a second"
    if counts.get("cached_share") is not None:
        yield f"{100 * counts['cached_share']:.0f} % of the input came from the prefix cache"
    if counts.get("cost"):
        yield money(counts["cost"]["total"])


def _task_marks(name: str, task: Mapping[str, Any]) -> Iterator[str]:
    if task["raised"]["rows"]:
        yield f"{name}: the authors' code raises on {task['raised']['rows']} rows: {', '.join(task['raised']['first'])}"
    if "compensated" in task and task["official_score"] is not None and task["official_denominator"] != task["n"]:
        yield f"{name}: {task['official_score']:.2f} by the authors' rule, over {task['official_denominator']} rows"
    if task.get("official_reason"):
        yield f"{name}: no official score: {task['official_reason']}"


def _happened(result: RunResult) -> Iterator[str]:
    """How many answers something happened to that a score does not show."""
    for key, what in HAPPENED.items():
        counts = {name: task[key] for name, task in result.tasks.items() if task.get(key)}
        if counts:
            named = ", ".join(f"{name} {count:,}" for name, count in counts.items())
            yield f"{sum(counts.values()):,} answers {what}: {_shortened(named)}"


def _shortened(reason: str, most: int = 160) -> str:
    return reason if len(reason) <= most else f"{reason[:most].rsplit(', ', 1)[0]}, ..."
