"""One answer of LongBench v2, scored as the authors' pred.py judges it and as their result.py counts it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.benchmarks.longbench.v2.extraction import corrected, official
from bench.benchmarks.longbench.v2.groups import NAMES
from bench.benchmarks.longbench.v2.rows import CHOICES
from bench.records import Completion, Sample, Score

STATED = "stated"
"""Metadata of an answer from a file in the authors' layout: what their result.py reads, as it stands there."""
UNANSWERED = 0.25  # result.py, with `compensated`: the chance of a guess
NO_LETTER = "no answer found: neither of the authors' two patterns fits"


def score_sample(sample: Sample, completions: Sequence[Completion]) -> list[Score]:
    """The score of each attempt; a sample without any completion gets one that is not judged."""
    if not completions:
        return [Score(sample_id=sample.id, task=sample.task, value=None, reason="no completion")]
    return [_score(sample, completion) for completion in completions]


def _score(sample: Sample, completion: Completion) -> Score:
    detail, raised = _counted(sample, completion)
    if completion.error is not None:
        return Score(
            sample_id=sample.id,
            task=sample.task,
            attempt=completion.attempt,
            value=None,
            reason=completion.error,
            raised=raised,
            detail=detail,
        )
    letter, read = official(completion.text), corrected(completion.text, _choices(sample.metadata))
    return Score(
        sample_id=sample.id,
        task=sample.task,
        attempt=completion.attempt,
        value=_value(letter, sample),
        answer=letter or "",
        also={"corrected": _value(read, sample)},
        reason=None if letter else NO_LETTER,
        raised=raised,
        detail={**detail, "corrected": read},
    )


def _value(letter: str | None, sample: Sample) -> float:
    return float(letter in sample.targets)


def _choices(metadata: Mapping[str, Any]) -> dict[str, str]:
    return {letter: metadata[key] for letter, key in CHOICES.items() if isinstance(metadata.get(key), str)}


def _counted(sample: Sample, completion: Completion) -> tuple[dict[str, Any], str | None]:
    """What the authors' result.py counts for this row, and the exception on which it stops.

    `official` is the value of the row, `compensated` the same with a quarter where there is no letter; neither where
    their file would not hold the row: pred.py writes none for an empty answer.
    """
    if STATED in sample.metadata:
        return _as_stated(sample.metadata[STATED])
    if completion.error is not None or not completion.text:
        return {}, None
    letter = official(completion.text)
    value = _value(letter, sample)
    return {"official": value, "compensated": value if letter else UNANSWERED}, None


def _as_stated(stated: Mapping[str, Any]) -> tuple[dict[str, Any], str | None]:
    try:
        value = float(int(stated["judge"]))
        _ = [stated[key] for key in NAMES]
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        return {}, f"{type(error).__name__}: {error}"
    if "pred" not in stated:  # needed for the compensated variant alone
        return {"official": value}, None
    return {"official": value, "compensated": UNANSWERED if stated["pred"] is None else value}, None
