"""One row of LongBench, scored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.benchmarks.longbench.tasks import Task
from bench.benchmarks.scoring import score_texts
from bench.evaluators import Judgement, judge
from bench.records import Completion, Sample, Score


def score_sample(
    task: Task, sample: Sample, completions: Sequence[Completion], options: Mapping[str, Any]
) -> list[Score]:
    """The score of each attempt; a sample without any completion gets one that is not judged."""

    def judged(text: str) -> Judgement:
        classes, similarity = sample.metadata.get("all_classes"), options.get("edit_similarity", "difflib")
        return judge(task.metric, text, sample.targets, classes, edit_similarity=similarity)

    return score_texts(task, sample, completions, judged)
