"""One row of LongBench, scored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.benchmarks.longbench.predictions import BAD_PREDICTION
from bench.benchmarks.longbench.tasks import Task
from bench.evaluators import judge
from bench.records import Completion, Sample, Score


def score_sample(
    task: Task, sample: Sample, completions: Sequence[Completion], options: Mapping[str, Any]
) -> list[Score]:
    """The score of each attempt; a sample without any completion gets one that is not judged."""
    if not completions:
        return [Score(sample_id=sample.id, task=sample.task, value=None, reason="no completion")]
    return [_score(task, sample, completion, options) for completion in completions]


def _score(task: Task, sample: Sample, completion: Completion, options: Mapping[str, Any]) -> Score:
    if completion.error is not None:
        return _not_judged(sample, completion, completion.error)
    found = judge(
        task.metric,
        first_line(completion.text) if task.first_line else completion.text,
        sample.targets,
        sample.metadata.get("all_classes"),
        edit_similarity=options.get("edit_similarity", "difflib"),
    )
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
    """What the authors score on trec, triviaqa, samsum and lsht: the first line after leading newlines (eval.py)."""
    return text.lstrip("\n").split("\n")[0]
