"""What a run folder knows of each attempt at each sample, put together: for people and for pages that show samples."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing

from bench.records import Completion, Execution, Json, Score, StoredSample, to_json
from bench.runs import RunFolder

UNFINISHED = "unfinished"
OF_AN_ATTEMPT = frozenset({"official", "robust"})
"""Extractors whose executions belong to one attempt; others are of the sample: its own solution, a trivial one."""


def final(completions: Sequence[Completion], steps: int = 1) -> list[Completion]:
    """What is scored of each attempt: its last step, or else why that could not be asked."""
    attempts: dict[int, list[Completion]] = {}
    for completion in completions:
        attempts.setdefault(completion.attempt, []).append(completion)
    return [_final(done, steps) for done in attempts.values()]


def _final(done: Sequence[Completion], steps: int) -> Completion:
    last = max(done, key=lambda completion: completion.step)
    failed = next((completion for completion in done if completion.error is not None), None)
    if failed is not None or last.step == steps - 1:
        return failed or last
    return dataclasses.replace(last, text="", error=f"{UNFINISHED}: {len(done)} of {steps} steps are there")


def scored_samples(folder: RunFolder) -> Iterator[Json]:
    """Each attempt at each sample, with all that is known of it, in the order of the samples; one in memory at a time.

    Yields:
        `sample`, `completion` (what was scored; None where there is none), `steps` (completions before it, where an
        attempt takes several), `executions` (of this attempt's code, and of the sample's own solutions), `score`; each
        as `to_json` writes it.

    Raises:
        RunFolderError: the run is not scored.
    """
    folder.result()  # says what to do where the run is not scored
    scores = folder.scores()
    score = next(scores, None)
    with closing(folder.completions()) as log, closing(folder.executions()) as runs:
        for stored in folder.samples():
            completions, executions = log.of(stored.id), runs.of(stored.id)
            while score is not None and score.sample_id == stored.id:
                yield _item(stored, score, completions, executions)
                score = next(scores, None)


def _item(
    stored: StoredSample, score: Score, completions: Iterable[Completion], executions: Iterable[Execution]
) -> Json:
    own = [completion for completion in completions if completion.attempt == score.attempt]
    scored = next(iter(final(own, stored.steps)), None)
    return {
        "sample": to_json(stored),
        "completion": None if scored is None else to_json(scored),
        "steps": [to_json(step) for step in own if scored is not None and step.step < scored.step],
        "executions": [to_json(run) for run in executions if _is_of(run, score.attempt)],
        "score": to_json(score),
    }


def _is_of(run: Execution, attempt: int) -> bool:
    return run.attempt == attempt or run.extractor not in OF_AN_ATTEMPT
