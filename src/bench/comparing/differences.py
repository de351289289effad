"""B less A by task and by average, each with its interval, its p-value and what it could have shown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bench.comparing.headline import Groups
from bench.comparing.pairing import Paired, pair, shared_averages
from bench.comparing.records import Difference
from bench.statistics import Estimate, average, clustered_difference, detectable, holm, sign_flip

if TYPE_CHECKING:
    from bench.comparing.values import Floats, RunValues

CHANGED = 1e-9  # a value that moves by less has not changed


def task_differences(paired: Mapping[str, Paired], estimates: Mapping[str, Estimate]) -> tuple[Difference, ...]:
    """Each shared task, with Holm's correction over all of them."""
    found = [_difference("task", name, [(name,)], paired, estimates) for name in paired]
    corrected = holm([difference.p_value for difference in found])
    return tuple(replace(difference, p_holm=p) for difference, p in zip(found, corrected, strict=True))


def average_difference(
    name: str, groups: Groups, paired: Mapping[str, Paired], estimates: Mapping[str, Estimate]
) -> Difference:
    """An average over tasks that are all shared: the mean over groups of the mean over each group's tasks."""
    return _difference("overall", name, groups, paired, estimates)


def intervals(a: RunValues, b: RunValues) -> dict[str, dict[str, list[float]]]:
    """The 95 % intervals of B less A, per cent, for `tasks` and `overall` that both hold whole.

    Raises:
        Incomparable: the runs must not be compared; other prompts are no hindrance here.
    """
    paired = {name: found for name, found in pair(a, b, different_prompts=True).items() if found.whole}
    estimates = {name: estimate(found) for name, found in paired.items()}
    averages = shared_averages(a, b, paired)
    overall = {name: average_over(groups, estimates) for name, groups in averages.items()}
    return {"tasks": _ends(estimates), "overall": _ends(overall)}


def _ends(estimates: Mapping[str, Estimate]) -> dict[str, list[float]]:
    return {
        name: [100 * found.low, 100 * found.high]
        for name, found in estimates.items()
        if found.low is not None and found.high is not None
    }


def average_over(groups: Groups, estimates: Mapping[str, Estimate]) -> Estimate:
    """The mean over groups of the mean over each group's tasks."""
    return average([average([estimates[task] for task in group]) for group in groups])


def estimate(paired: Paired) -> Estimate:
    """The mean difference of a task, in [-1, 1], with its resamples."""
    return clustered_difference(paired.b - paired.a, paired.clusters)


def _difference(
    kind: str, name: str, groups: Groups, paired: Mapping[str, Paired], estimates: Mapping[str, Estimate]
) -> Difference:
    found = average_over(groups, estimates)
    tasks = [paired[task] for group in groups for task in group]
    assert found.found is not None
    assert found.low is not None
    assert found.high is not None
    a = _mean(groups, {task.name: task.a for task in tasks})
    b = _mean(groups, {task.name: task.b for task in tasks})
    return Difference(
        kind=kind,
        name=name,
        n=sum(len(task.a) for task in tasks),
        clusters=len(found.found.names),
        a=a,
        b=b,
        difference=b - a,
        stderr=_per_cent(found.stderr),
        low=100 * found.low,
        high=100 * found.high,
        p_value=sign_flip(found.found.shares),
        p_holm=None,
        better=sum(int((task.b - task.a > CHANGED).sum()) for task in tasks),
        worse=sum(int((task.a - task.b > CHANGED).sum()) for task in tasks),
        detectable=_per_cent(detectable(found.stderr)),
    )


def _mean(groups: Groups, values: Mapping[str, Floats]) -> float:
    """As result.json computes it, so that a whole average is the same number."""
    return 100 * _plain([_plain([_plain(values[task]) for task in group]) for group in groups])


def _plain(values: Sequence[float] | Floats) -> float:
    return math.fsum(values) / len(values)


def _per_cent(value: float | None) -> float | None:
    return None if value is None else 100 * value
