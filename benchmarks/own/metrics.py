"""How a card's answers are scored: by one of the official metrics, or by a function from a file beside the card."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from bench.benchmarks.own.card import Card, OwnTask
from bench.errors import UserError
from bench.evaluators import METRICS, Judgement, judge
from bench.evaluators.judging import ANSWER_LENGTH
from bench.own_code import function_in, told
from bench.protocols import Metric
from bench.records import Sample


def metric_file(card: Card, task: OwnTask) -> Path | None:
    """The file of a metric of the user's own; None for an official one."""
    return None if task.metric in METRICS else card.path.parent / task.metric.rpartition(":")[0]


def metric_spec(card: Card, task: OwnTask) -> dict[str, Any]:
    """Its name, and the sha256 of the file where it comes from one."""
    file = metric_file(card, task)
    return {"metric": task.metric} | ({"sha256": _file_sha256(file)} if file else {})


def _file_sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def _imported(path: Path, name: str, sha256: str) -> Metric:  # noqa: ARG001 - a changed file is imported anew
    return function_in(path, name)


def load_metric(card: Card, task: OwnTask) -> Metric:
    """The function, imported at its first use.

    Raises:
        UserError: its file cannot be imported or holds no such function.
    """
    file = metric_file(card, task)
    if file is None:
        return METRICS[task.metric]
    try:
        return _imported(file, task.metric.rpartition(":")[2], _file_sha256(file))
    except (UserError, OSError) as error:
        raise UserError(f"{card.path}: the metric of {task.name}: {error}") from error


def judge_text(card: Card, task: OwnTask, sample: Sample, text: str, options: Mapping[str, Any]) -> Judgement:
    """The verdict on one answer: the best over the targets."""
    if task.metric in METRICS:
        classes, similarity = sample.metadata.get("all_classes"), options.get("edit_similarity", "difflib")
        return judge(task.metric, text, sample.targets, classes, edit_similarity=similarity)
    return _own(load_metric(card, task), sample, text)


def _own(metric: Metric, sample: Sample, text: str) -> Judgement:
    """By the user's function: one that raises, or gives no number in [0, 1], leaves the answer not judged."""
    answer, classes = text[:ANSWER_LENGTH], sample.metadata.get("all_classes") or ()
    best = 0.0
    for target in sample.targets:
        try:
            value = metric(text, target, classes)
        except Exception as error:  # noqa: BLE001 - it is somebody's code: it may raise anything
            return Judgement(value=None, answer=answer, reason=f"metric_raised: {told(error)}")
        if not is_share(value):
            return Judgement(value=None, answer=answer, reason=f"metric_value: {value!r} is no number from 0 to 1")
        best = max(best, float(value))
    return Judgement(value=best, answer=answer, reason=None if best else "the metric gave 0 for every target")


def is_share(value: object) -> bool:
    """Whether it is a number from 0 to 1; numpy's are."""
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
    return math.isfinite(number) and 0 <= number <= 1
