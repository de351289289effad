"""From scores to the tables of result.json."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.benchmarks.averaging import Table, Whole, mean_per_cent, named, per_cent, plain
from bench.benchmarks.gathering import TextRows
from bench.benchmarks.longbench.v2.groups import GROUPS, OVERALL, Group, groups_of
from bench.protocols import Row
from bench.statistics import Estimate, clustered_mean

METRIC = "accuracy"
NAMED_ROWS = 5  # ids of rows on which the authors' code stops that result.json names
OFFICIAL = frozenset({"official", "compensated"})
DOMAIN, SUB_DOMAIN = "domain", "sub_domain"


@dataclass(slots=True, kw_only=True)
class GroupRows(TextRows):
    """The numbers of one group of questions, gathered row by row."""

    details: dict[str, list[float]] = field(default_factory=dict)  # what result.py counts, by name
    raised: dict[str, str] = field(default_factory=dict)  # by id, the exception on which result.py stops

    def add(self, row: Row) -> None:
        """Take one sample with all its attempts."""
        TextRows.add(self, row)  # `super()` knows no class that slots have made anew
        for outcome in row.outcomes:
            for name in OFFICIAL & outcome.detail.keys():
                self.details.setdefault(name, []).append(outcome.detail[name])
            if outcome.raised is not None:
                self.raised[row.sample_id] = outcome.raised

    def estimate(self) -> Estimate:
        """The mean with its interval."""
        return clustered_mean(self.values, self.clusters)


def aggregate(rows: Iterable[Row], *, partial: str | None, expected: Mapping[str, int] | None) -> Table:
    """`tasks`, `categories` and `overall` of result.json; see `Benchmark.aggregate`."""
    groups: dict[str, GroupRows] = {}
    domains: dict[str, dict[str, GroupRows]] = {DOMAIN: {}, SUB_DOMAIN: {}}
    for row in rows:
        for name in groups_of(row.metadata):
            groups.setdefault(name, GroupRows()).add(row)
        for kind, name in _domains(row.metadata):
            domains[kind].setdefault(name, GroupRows()).add(row)
    present = {name: groups[name] for name in GROUPS if name in groups}
    estimates = {name: found.estimate() for name, found in present.items()}
    counts = {name: len(found.values) for name, found in present.items()}
    stopped = groups[OVERALL].raised if OVERALL in groups else {}
    tasks = {name: _group(GROUPS[name], found, estimates[name], stopped) for name, found in present.items()}
    for name, entry in tasks.items():
        if expected is not None and partial is None:
            entry["missing"] = max(0, expected[name] - counts[name])
    whole = Whole(partial=partial, expected=expected, counts=counts)
    return {
        "tasks": tasks,
        "categories": {kind: _categories(found) for kind, found in domains.items()},
        "overall": {"all": named(plain("all", [OVERALL]), estimates, whole)},
    }


def _domains(metadata: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """A sub-domain stands behind its domain: two of them are called Academic."""
    domain, sub_domain = metadata.get(DOMAIN), metadata.get(SUB_DOMAIN)
    if isinstance(domain, str):
        yield DOMAIN, domain
        if isinstance(sub_domain, str):
            yield SUB_DOMAIN, f"{domain}: {sub_domain}"


def _group(group: Group, rows: GroupRows, estimate: Estimate, stopped: Mapping[str, str]) -> Table:
    """One entry of `tasks`, per cent.

    Args:
        stopped: rows of the whole file on which the authors' result.py stops: then it gives no number at all.
    """
    official, compensated = (rows.details.get(name, []) for name in ("official", "compensated"))
    return {
        **rows.table(estimate),
        "official_score": None if stopped else mean_per_cent(official),
        "official_denominator": len(official),
        **({"official_reason": _stopped(stopped)} if stopped else {}),
        "compensated": mean_per_cent(compensated) if len(compensated) == len(official) else None,
        "raised": {"rows": len(rows.raised), "first": list(rows.raised)[:NAMED_ROWS]},
        "metric": METRIC,
        "category": group.category,
        "language": "en",
        **({} if group.name == OVERALL else {"part_of": OVERALL}),
    }


def _stopped(raised: Mapping[str, str]) -> str:
    first, problem = next(iter(raised.items()))
    return f"the authors' result.py stops on {len(raised)} rows, the first {first} ({problem})"


def _categories(found: Mapping[str, GroupRows]) -> Table:
    return {
        name: {**per_cent(rows.estimate()), "n": len(rows.values), "reason": None}
        for name, rows in sorted(found.items())
    }
