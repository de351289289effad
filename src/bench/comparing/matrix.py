"""Every two of many runs, fast: standard errors and Student's t in place of resamples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from bench.comparing.headline import choose
from bench.comparing.pairing import Incomparable, Paired, pair, shared_averages
from bench.comparing.values import RunValues
from bench.statistics import Clustered, combined, holm, in_clusters
from bench.statistics.intervals import t_interval, t_test


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedDifference:
    """Two runs on the samples that they share.

    Attributes:
        first, second: places in the sequence of runs.
        difference: second less first, per cent, with its 95 % interval; None where they cannot be compared, and
            `reason` says why.
        p_value: two-sided, after Holm's correction over all pairs.
        average: what it is over; `shared tasks` where they have no average in common.
    """

    first: int
    second: int
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    average: str | None = None
    reason: str | None = None


def pairwise(
    runs: Sequence[RunValues], average: str | None = None, *, different_prompts: bool = False
) -> tuple[PairedDifference, ...]:
    """Each two runs once, in the order of the sequence; nothing is raised for runs that cannot be compared.

    Interval and p-value are those of a cluster-robust t-test: `bench compare` resamples instead, which takes longer and
    differs little with as many clusters as benchmarks have.

    Args:
        average: a name of `overall`, `en`; None for the first that two runs have in common, or their shared tasks.
        different_prompts: compare runs although they were asked otherwise.
    """
    pairs = list(combinations(range(len(runs)), 2))
    found = [_pair(runs, *places, average, different_prompts=different_prompts) for places in pairs]
    corrected = holm([pair.p_value for pair in found])
    return tuple(replace(pair, p_value=p) for pair, p in zip(found, corrected, strict=True))


def _pair(
    runs: Sequence[RunValues], first: int, second: int, average: str | None, *, different_prompts: bool
) -> PairedDifference:
    try:
        name, mean = _difference(runs[first], runs[second], average, different_prompts=different_prompts)
    except Incomparable as refusal:
        return PairedDifference(first=first, second=second, reason=refusal.reason)
    low, high = t_interval(mean)
    return PairedDifference(
        first=first,
        second=second,
        difference=100 * mean.mean,
        low=100 * low,
        high=100 * high,
        p_value=t_test(mean),
        average=name,
    )


def _difference(a: RunValues, b: RunValues, average: str | None, *, different_prompts: bool) -> tuple[str, Clustered]:
    paired = pair(a, b, different_prompts=different_prompts)
    averages = shared_averages(a, b, paired)
    if average is not None and average not in averages:
        raise Incomparable(f"they do not both hold all of {average}", "compare them by another average")
    name, groups = (average, averages[average]) if average is not None else choose(averages, paired)
    return name, _mean(groups, paired)


def _mean(groups: Sequence[Sequence[str]], paired: Mapping[str, Paired]) -> Clustered:
    return combined([combined([_task(paired[task]) for task in group]) for group in groups])


def _task(task: Paired) -> Clustered:
    return in_clusters(task.b - task.a, task.clusters)
