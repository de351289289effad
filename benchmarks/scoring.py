"""Answers that are texts, scored: what every benchmark of such answers does alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from bench.evaluators import Judgement
from bench.records import Completion, Sample, Score

BAD_PREDICTION = "bad_prediction"
"""The error of a prediction made elsewhere that is no string."""


class ScoredTask(Protocol):
    """What of a task determines which text is judged."""

    @property
    def first_line(self) -> bool:
        """Only the first line, after leading newlines."""


def score_texts(
    task: ScoredTask, sample: Sample, completions: Sequence[Completion], judge: Callable[[str], Judgement]
) -> list[Score]:
    """The score of each attempt; a sample without any completion gets one that is not judged."""
    if not completions:
        return [Score(sample_id=sample.id, task=sample.task, value=None, reason="no completion")]
    return [_score(task, sample, completion, judge) for completion in completions]


def _score(task: ScoredTask, sample: Sample, completion: Completion, judge: Callable[[str], Judgement]) -> Score:
    if completion.error is not None:
        return _not_judged(sample, completion, completion.error)
    found = judge(first_line(completion.text) if task.first_line else completion.text)
    return Score(
        sample_id=sample.id,
        task=sample.task,
        attempt=completion.attempt,
        value=found.value,
        answer=found.answer,
        also=found.also,
        reason=found.reason,
        raised=found.raised,
    )


def _not_judged(sample: Sample, completion: Completion, error: str) -> Score:
    # The authors' eval.py stops on a prediction that is no string.
    raised = "TypeError: the prediction is no string" if error.startswith(BAD_PREDICTION) else None
    return Score(
        sample_id=sample.id, task=sample.task, attempt=completion.attempt, value=None, reason=error, raised=raised
    )


def first_line(text: str) -> str:
    """What the authors of LongBench score on trec, triviaqa, samsum and lsht: the first line after leading newlines."""
    return text.lstrip("\n").split("\n")[0]
