"""The numbers of one task, gathered row by row as scores pass by."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from bench.benchmarks.averaging import Table, mean_per_cent, per_cent
from bench.protocols import Row
from bench.statistics import Estimate


@dataclass(slots=True, kw_only=True)
class TextRows:
    """The rows of a task whose answers are texts."""

    values: list[float] = field(default_factory=list)  # per sample, 0 where it is not judged
    judged: list[float] = field(default_factory=list)
    clusters: list[str] = field(default_factory=list)
    also: dict[str, list[float]] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Take one sample with all its attempts."""
        values = [outcome.value for outcome in row.outcomes]
        judged = [value for value in values if value is not None]
        mean = math.fsum(judged) / len(values) if values else 0.0
        self.values.append(mean)
        self.clusters.append(row.cluster)
        if len(judged) == len(values):
            self.judged.append(mean)
        for outcome in row.outcomes:
            for name, value in outcome.also.items():
                self.also.setdefault(name, []).append(value)

    @property
    def clustered(self) -> bool:
        """Whether any two rows share a document."""
        return len(set(self.clusters)) < len(self.clusters)

    def table(self, estimate: Estimate) -> Table:
        """What an entry of `tasks` says of any text task, per cent."""
        return {
            **per_cent(estimate),
            "n": len(self.values),
            "not_judged": len(self.values) - len(self.judged),
            "score_judged": mean_per_cent(self.judged),
            "also": {name: mean_per_cent(values) for name, values in sorted(self.also.items())},
            "cluster": "document" if self.clustered else "row",
        }
