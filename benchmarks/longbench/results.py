"""From scores to the tables of result.json."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bench.benchmarks.averaging import Table, Whole, mean_per_cent, named, plain
from bench.benchmarks.gathering import TextRows
from bench.benchmarks.longbench.averages import (
    AVERAGES,
    BUCKETS,
    LANGUAGES,
    MEAN_4_QA,
    MEAN_13,
    bucket_of,
    category_tasks,
)
from bench.benchmarks.longbench.tasks import Category, Task
from bench.protocols import Row
from bench.statistics import Estimate, clustered_mean

NAMED_ROWS = 5  # ids of rows on which the authors' code raises that result.json names


@dataclass(slots=True, kw_only=True)
class TaskRows(TextRows):
    """The numbers of one task, and what the authors' own code would make of its rows."""

    official: list[float] = field(default_factory=list)  # rows that the authors' files would hold
    buckets: list[str] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)  # ids on which the authors' code raises
    stopped: list[str] = field(default_factory=list)  # ids on which their eval.py would stop altogether

    def add(self, row: Row) -> None:
        """Take one sample with all its attempts."""
        TextRows.add(self, row)
        length = row.metadata.get("length")
        self.buckets.append(bucket_of(length) if isinstance(length, int | float) else "")
        if row.answered:
            self.official.append(self.values[-1])
        for outcome in row.outcomes:
            if outcome.raised is not None:
                self.raised.append(row.sample_id)
                if outcome.value is None:
                    self.stopped.append(row.sample_id)


def aggregate(
    tasks: Mapping[str, Task],
    rows: Iterable[Row],
    *,
    partial: str | None,
    expected: Mapping[str, int] | None,
    has_buckets: bool,
) -> Table:
    """`tasks`, `categories` and `overall` of result.json; see `Benchmark.aggregate`."""
    gathered: dict[str, TaskRows] = {}
    for row in rows:
        gathered.setdefault(row.task, TaskRows()).add(row)
    present = {name: gathered[name] for name in tasks if name in gathered}
    estimates = {name: clustered_mean(found.values, found.clusters) for name, found in present.items()}
    counts = {name: len(found.values) for name, found in present.items()}
    whole = Whole(partial=partial, expected=expected, counts=counts)
    table = {name: _task(tasks[name], present[name], estimates[name], has_buckets=has_buckets) for name in present}
    for name, entry in table.items():
        if expected is not None and partial is None:
            entry["missing"] = max(0, expected[name] - counts[name])
    if has_buckets:
        return {"tasks": table, "categories": {}, "overall": _overall_e(present, estimates, whole)}
    overall = {wanted.name: named(wanted, estimates, whole) for wanted in AVERAGES}
    return {"tasks": table, "categories": _categories(estimates, whole), "overall": overall}


def _task(task: Task, rows: TaskRows, estimate: Estimate, *, has_buckets: bool) -> Table:
    """One entry of `tasks`, per cent."""
    return {
        **rows.table(estimate),
        "official_score": None if rows.stopped else mean_per_cent(rows.official),
        "official_denominator": len(rows.official),
        **({"official_reason": _stopped(rows.stopped)} if rows.stopped else {}),
        "raised": {"rows": len(rows.raised), "first": rows.raised[:NAMED_ROWS]},
        "metric": task.metric,
        "category": task.category.value,
        "language": task.language,
        **({"buckets": _buckets(rows)} if has_buckets else {}),
    }


def _stopped(ids: Sequence[str]) -> str:
    return f"the authors' eval.py stops with an exception on {len(ids)} rows, the first {ids[0]}"


def _buckets(rows: TaskRows) -> Table:
    return {name: _bucket([v for v, b in zip(rows.values, rows.buckets, strict=True) if b == name]) for name in BUCKETS}


def _bucket(values: Sequence[float]) -> Table:
    return {"score": mean_per_cent(values), "n": len(values)}


def _categories(estimates: Mapping[str, Estimate], whole: Whole) -> Table:
    """The category means behind the overall averages, by language."""
    return {
        language: {
            category.value: named(plain(category.value, category_tasks(category, counted)), estimates, whole)
            for category in Category
        }
        for language, counted in LANGUAGES.items()
    }


def _overall_e(rows: Mapping[str, TaskRows], estimates: Mapping[str, Estimate], whole: Whole) -> Table:
    table = {MEAN_13.name: named(MEAN_13, estimates, whole)}
    for bucket in BUCKETS:
        inside = {name: _in_bucket(found, bucket) for name, found in rows.items()}
        table[bucket] = named(MEAN_13, inside, whole, rows=f"rows of {bucket}")
    return {**table, MEAN_4_QA.name: named(MEAN_4_QA, estimates, whole)}


def _in_bucket(rows: TaskRows, bucket: str) -> Estimate:
    chosen = [i for i, name in enumerate(rows.buckets) if name == bucket]
    values, clusters = [rows.values[i] for i in chosen], [rows.clusters[i] for i in chosen]
    return clustered_mean(values, clusters)
