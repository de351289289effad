"""The whole comparison of two runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.comparing.differences import average_difference, estimate, task_differences
from bench.comparing.headline import CHOSEN, choose, plain
from bench.comparing.pairing import Incomparable, Paired, pair, shared_averages
from bench.comparing.records import Comparison, Difference
from bench.comparing.remarks import remarks
from bench.comparing.values import RunValues, read_run
from bench.comparing.words import sentence
from bench.errors import UserError, did_you_mean


def compare(a: Path, b: Path, *, tasks: Sequence[str] = (), different_prompts: bool = False) -> Comparison:
    """Run B less run A on the samples that both hold.

    Args:
        a: a run folder.
        b: another one.
        tasks: only these, and no average but their plain mean; all where none is named.
        different_prompts: compare them although they were asked otherwise.

    Raises:
        UserError: one is no scored run, or the two must not be compared; the message says why and what to do.
    """
    runs = read_run(a), read_run(b)
    try:
        shared = pair(*runs, different_prompts=different_prompts)
    except Incomparable as refusal:
        raise UserError(f"{a} and {b}: {refusal}") from None
    paired = _chosen(shared, tasks)
    estimates = {name: estimate(found) for name, found in paired.items()}
    averages = {} if tasks else shared_averages(*runs, paired)
    overall = {name: average_difference(name, groups, paired, estimates) for name, groups in averages.items()}
    found = task_differences(paired, estimates)
    name, groups = (CHOSEN, plain(paired)) if tasks else choose(averages, paired)
    headline = _single(found, tasks) or overall.get(name) or average_difference(name, groups, paired, estimates)
    labels = _labels(*runs)
    return Comparison(
        benchmark=runs[0].benchmark,
        a=labels[0],
        b=labels[1],
        overall=tuple(overall.values()),
        tasks=found,
        headline=headline,
        sentence=sentence(*labels, headline, found),
        remarks=tuple(remarks(runs, labels, paired, averages, asked=tasks, different_prompts=different_prompts)),
    )


def _chosen(shared: dict[str, Paired], tasks: Sequence[str]) -> dict[str, Paired]:
    for name in tasks:
        if name not in shared:
            raise UserError(f"the runs share no task {name!r}{did_you_mean(name, shared)}")
    return {name: found for name, found in shared.items() if not tasks or name in tasks}


def _single(found: Sequence[Difference], tasks: Sequence[str]) -> Difference | None:
    """One task that was asked for is a headline by itself."""
    return found[0] if tasks and len(found) == 1 else None


def _labels(a: RunValues, b: RunValues) -> tuple[str, str]:
    """The models; two runs of one model by what tells them apart."""
    if a.model != b.model:
        return a.model, b.model
    if a.setting != b.setting:
        return f"{a.model} ({a.setting})", f"{b.model} ({b.setting})"
    names = (a.path.resolve().name, b.path.resolve().name)
    return f"{a.model} ({names[0]})", f"{b.model} ({names[1]})"
