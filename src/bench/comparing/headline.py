"""The one number that a comparison is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.comparing.pairing import Paired

HEADLINES = ("all", "mean_13", "mean", "en", "zh", "mean_16_en", "mean_21", "mean_8_qa", "mean_4_qa")
"""Averages; the first that two runs share is their headline, then any other that a benchmark has."""
SHARED, CHOSEN = "shared tasks", "chosen tasks"
"""The plain mean over the tasks that both hold, where they share no average, and over those that were asked for."""

Groups = Sequence[Sequence[str]]


def choose(averages: Mapping[str, Groups], paired: Mapping[str, Paired]) -> tuple[str, Groups]:
    """The headline's name and its groups of tasks.

    Args:
        averages: that both runs hold whole.
        paired: the tasks that they share.
    """
    for name in (*HEADLINES, *averages):
        if name in averages:
            return name, averages[name]
    return SHARED, plain(paired)


def plain(paired: Mapping[str, Paired]) -> Groups:
    """The plain mean; a task that is part of another one here counts there."""
    return [(name,) for name, task in paired.items() if task.part_of not in paired]
