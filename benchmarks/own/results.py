"""From scores to the tables of result.json, for a data set of one's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bench.benchmarks.averaging import Table, Whole, named, plain
from bench.benchmarks.gathering import TextRows
from bench.benchmarks.own.card import Card, OwnTask
from bench.protocols import Row
from bench.statistics import Estimate, clustered_mean


def aggregate(card: Card, rows: Iterable[Row], *, partial: str | None, expected: Mapping[str, int] | None) -> Table:
    """`tasks`, `categories` and `overall` of result.json; see `Benchmark.aggregate`."""
    gathered: dict[str, TextRows] = {}
    for row in rows:
        gathered.setdefault(row.task, TextRows()).add(row)
    present = {name: gathered[name] for name in card.tasks if name in gathered}
    estimates = {name: clustered_mean(found.values, found.clusters) for name, found in present.items()}
    counts = {name: len(found.values) for name, found in present.items()}
    whole = Whole(partial=partial, expected=expected, counts=counts)
    return {
        "tasks": {name: _task(card.tasks[name], found, estimates[name]) for name, found in present.items()},
        "categories": _categories(card, estimates, whole),
        "overall": {"mean": named(plain("mean", card.tasks), estimates, whole)},
    }


def _task(task: OwnTask, rows: TextRows, estimate: Estimate) -> Table:
    """One entry of `tasks`, per cent."""
    return {
        **rows.table(estimate),
        "raised": {"rows": 0, "first": []},
        "metric": task.metric,
        "category": task.category,
        "language": task.language,
    }


def _categories(card: Card, estimates: Mapping[str, Estimate], whole: Whole) -> Table:
    """The mean of the tasks of each category, by language."""
    groups: dict[str, dict[str, list[str]]] = {}
    for task in card.tasks.values():
        groups.setdefault(task.language, {}).setdefault(task.category, []).append(task.name)
    return {
        language: {category: named(plain(category, tasks), estimates, whole) for category, tasks in found.items()}
        for language, found in groups.items()
    }
