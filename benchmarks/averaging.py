"""Means of tasks as result.json states them: per cent, with an interval, null with a reason where rows are missing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.statistics import EMPTY, Estimate, average

Table = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Average:
    """A named average: the mean over groups of the mean over each group's tasks."""

    name: str
    groups: tuple[tuple[str, ...], ...]

    @property
    def tasks(self) -> tuple[str, ...]:
        """Every task that takes part."""
        return tuple(task for group in self.groups for task in group)


def plain(name: str, tasks: Iterable[str]) -> Average:
    """The plain mean over tasks."""
    return Average(name=name, groups=tuple((task,) for task in tasks))


def evaluate(wanted: Average, estimates: Mapping[str, Estimate]) -> Estimate:
    """The average with its interval; every task of it must be in `estimates`."""
    return average([average([estimates[task] for task in group]) for group in wanted.groups])


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """Why an average over tasks must not be computed: it is never taken over a part of its tasks or rows."""

    partial: str | None
    expected: Mapping[str, int] | None
    counts: Mapping[str, int]

    def missing(self, wanted: Average, estimates: Mapping[str, Estimate], what: str = "") -> str | None:
        """The reason; None when everything is there."""
        if self.partial is not None:
            return f"partial: {self.partial}"
        absent = [task for task in wanted.tasks if estimates.get(task, EMPTY).mean is None]
        if absent:
            return f"no {what}{', '.join(absent)}"
        short = [task for task in wanted.tasks if self.expected and self.counts[task] != self.expected[task]]
        if short and self.expected:
            return ", ".join(f"{task} has {self.counts[task]} of {self.expected[task]} rows" for task in short)
        return None


def named(wanted: Average, estimates: Mapping[str, Estimate], whole: Whole, rows: str = "") -> Table:
    """An average as a table, or null with the reason.

    Args:
        rows: which rows of its tasks the estimates are over; without, all, and `groups` says what the average is.
    """
    reason = whole.missing(wanted, estimates, f"{rows} in " if rows else "")
    groups = {} if rows else {"groups": [list(group) for group in wanted.groups]}
    return {**per_cent(EMPTY if reason else evaluate(wanted, estimates)), "reason": reason, **groups}


def per_cent(estimate: Estimate) -> Table:
    """`score`, `stderr` and `ci95`, per cent."""
    interval = None if estimate.low is None or estimate.high is None else [100 * estimate.low, 100 * estimate.high]
    return {"score": times_100(estimate.mean), "stderr": times_100(estimate.stderr), "ci95": interval}


def mean_per_cent(values: Sequence[float]) -> float | None:
    """The mean of values in [0, 1], per cent; None where there are none."""
    return times_100(math.fsum(values) / len(values)) if values else None


def times_100(value: float | None) -> float | None:
    """Per cent."""
    return None if value is None else 100 * value
