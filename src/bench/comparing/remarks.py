"""What was left out of a comparison, and what a reader must know of the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bench.comparing.pairing import Paired
from bench.comparing.values import RunValues

Runs = tuple[RunValues, RunValues]
Labels = tuple[str, str]


def remarks(
    runs: Runs,
    labels: Labels,
    paired: Mapping[str, Paired],
    averages: Mapping[str, object],
    *,
    asked: Sequence[str],
    different_prompts: bool,
) -> Iterator[str]:
    """One line each.

    Args:
        asked: tasks that were asked for; what else is left out goes without saying then.
    """
    if not asked:
        yield from _left_out(runs, labels, paired)
        yield from _averages(runs, labels, averages)
    yield from _in_part(runs, paired)
    yield from _not_judged(runs, labels, paired)
    yield from _by_content(paired)
    yield from _documents(runs, paired)
    if different_prompts:
        yield from _asked_otherwise(runs)


def _left_out(runs: Runs, labels: Labels, paired: Mapping[str, Paired]) -> Iterator[str]:
    a, b = (set(run.tasks) for run in runs)
    for label, only, run in ((labels[0], a - b, runs[0]), (labels[1], b - a, runs[1])):
        if only:
            yield f"only {label} has {', '.join(name for name in run.tasks if name in only)}: left out"
    lost = [name for name in runs[0].tasks if name in b and name not in paired]
    if lost:
        yield f"{', '.join(lost)}: left out, no sample is shared or too many cannot be told apart"


def _averages(runs: Runs, labels: Labels, averages: Mapping[str, object]) -> Iterator[str]:
    both = all(run.averages or run.bare for run in runs)
    for run, label in zip(runs, labels, strict=True):
        if both and run.bare and not run.averages:
            again = f"`bench score {run.benchmark} {run.path}`"
            yield f"{label}: was scored by a version that does not say what its averages are over; {again} adds it"
    a, b = (set(run.averages) for run in runs)
    single = [name for run in runs for name in run.averages if name in a ^ b or name not in averages]
    if single:
        yield f"averages that the two do not both hold whole are left out: {', '.join(dict.fromkeys(single))}"


def _in_part(runs: Runs, paired: Mapping[str, Paired]) -> Iterator[str]:
    for name, found in paired.items():
        sizes = [len(run.tasks[name].ids) for run in runs]
        if max(sizes) > len(found.a):
            yield f"{name}: {len(found.a)} shared samples of {sizes[0]} and {sizes[1]}"


def _not_judged(runs: Runs, labels: Labels, paired: Mapping[str, Paired]) -> Iterator[str]:
    for run, label in zip(runs, labels, strict=True):
        count = sum(run.tasks[name].not_judged for name, task in paired.items() if task.part_of not in paired)
        if count:
            yield f"{label}: {count} samples are not judged and count 0"


def _by_content(paired: Mapping[str, Paired]) -> Iterator[str]:
    by_content = [found for found in paired.values() if found.by_content]
    if by_content:
        alike = sum(found.alike for found in by_content)
        also = f"; {alike} look alike and are paired in their order" if alike else ""
        tasks = f"{len(by_content)} tasks" if len(by_content) > 1 else by_content[0].name
        yield f"{tasks}: ids of predictions are row numbers, so samples are paired by references and length{also}"


def _documents(runs: Runs, paired: Mapping[str, Paired]) -> Iterator[str]:
    if not any(run.tasks[name].documented for run in runs for name in paired):
        yield "neither run knows which samples share a document: every row is taken as its own cluster"


def _asked_otherwise(runs: Runs) -> Iterator[str]:
    a, b = runs
    settings = f" (settings {a.setting} and {b.setting})" if a.setting != b.setting else ""
    yield f"prompts may differ{settings}: the difference is one of prompts and models together"
    other = [name for name in a.files if name in b.files and a.files[name] != b.files[name]]
    if other:
        yield f"data files differ ({', '.join(other)}), though targets, lengths and documents of shared samples do not"
