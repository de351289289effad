"""The numbers of one task, gathered problem by problem as scores pass by."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.benchmarks.ncb.problems import Status
from bench.benchmarks.ncb.tasks import DOMAINS
from bench.protocols import Outcome, Row
from bench.statistics import Estimate, clustered_mean

NOT_EXECUTED = "not_executed"


@dataclass(slots=True, kw_only=True)
class TaskRows:
    """The numbers of one task, gathered problem by problem."""

    values: list[float] = field(default_factory=list)  # mean over attempts, 0 where one is not judged
    clusters: list[str] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)
    domains: list[str] = field(default_factory=list)
    passes: list[tuple[int, int]] = field(default_factory=list)  # attempts, and those that passed
    judged: list[float] = field(default_factory=list)
    official: list[float] = field(default_factory=list)  # over the answers that the authors do not drop
    robust: list[float] = field(default_factory=list)
    verdicts: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    cut: int = 0
    raised: list[str] = field(default_factory=list)
    trivial: dict[str, list[str]] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Take one problem with all its attempts."""
        values = [0.0 if outcome.value is None else outcome.value for outcome in row.outcomes]
        mean = math.fsum(values) / len(values) if values else 0.0
        self.values.append(mean)
        self.clusters.append(row.cluster)
        self.passes.append((len(values), sum(value == 1.0 for value in values)))
        if all(outcome.value is not None for outcome in row.outcomes):
            self.judged.append(mean)
        counted = [v for v, outcome in zip(values, row.outcomes, strict=True) if outcome.detail.get("answered")]
        if counted:
            self.official.append(math.fsum(counted) / len(counted))
        self._add_problem(row)
        for outcome in row.outcomes:
            self._add_outcome(row.sample_id, outcome)

    def _add_problem(self, row: Row) -> None:
        first = row.outcomes[0].detail if row.outcomes else {}
        self.statuses.append(str(first.get("status", Status.UNKNOWN)))
        label = str(row.metadata.get("classification", ""))
        self.domains.append(DOMAINS.get(label, label))
        if first.get("trivial_tests"):
            self.trivial[row.sample_id] = list(first["trivial_tests"])

    def _add_outcome(self, sample_id: str, outcome: Outcome) -> None:
        self.verdicts[outcome.verdict or NOT_EXECUTED] += 1
        self.robust.append(outcome.also.get("robust", 0.0))
        self.lost += bool(outcome.detail.get("lost_to_format"))
        self.cut += bool(outcome.detail.get("cut"))
        if outcome.raised is not None:
            self.raised.append(sample_id)

    @property
    def domain_places(self) -> dict[str, list[int]]:
        """The places of the problems of each domain."""
        places: dict[str, list[int]] = {}
        for place, domain in enumerate(self.domains):
            places.setdefault(domain, []).append(place)
        return dict(sorted(places.items()))

    @property
    def valid(self) -> list[int]:
        """The places of the problems on which a verdict says something."""
        return [place for place, status in enumerate(self.statuses) if status == Status.VALID]

    def estimate(self, places: Sequence[int] | None = None) -> Estimate:
        """The mean, of all problems or of some."""
        chosen = range(len(self.values)) if places is None else places
        return clustered_mean([self.values[i] for i in chosen], [self.clusters[i] for i in chosen])
