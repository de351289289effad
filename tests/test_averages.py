"""Would catch an average over the wrong tasks: the published tables must follow from their own per-task numbers."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from bench.benchmarks.averaging import Average
from bench.benchmarks.longbench.averages import AVERAGES, LANGUAGES, bucket_of, category_tasks
from bench.benchmarks.longbench.tasks import TASKS, TASKS_E, Category

FIXTURES = Path(__file__).parent / "fixtures"
NAMES = {average.name: average for average in AVERAGES}


def _mean(values: list[float]) -> float:
    return math.fsum(values) / len(values)


def _value(average: Average, scores: dict[str, float]) -> float:
    return _mean([_mean([scores[task] for task in group]) for group in average.groups])


@pytest.fixture
def published() -> dict[str, dict[str, dict[str, dict[str, float]]]]:
    return json.loads((FIXTURES / "longbench_v1_published.json").read_text())  # type: ignore[no-any-return]


def test_every_published_overall_follows_from_its_tasks(published: dict[str, dict[str, dict[str, object]]]) -> None:
    assert len(published["tasks"]) == 8
    for model, scores in published["tasks"].items():
        for name, language in (("en", "English"), ("zh", "Chinese")):
            stated = published["averages"][model][language]["Avg"]  # type: ignore[index]
            assert _value(NAMES[name], scores) == pytest.approx(stated, abs=0.1), (model, language)  # type: ignore[arg-type]


def test_every_published_category_follows_from_its_tasks(published: dict[str, dict[str, dict[str, object]]]) -> None:
    for model, scores in published["tasks"].items():
        for language, head in (("en", "English"), ("zh", "Chinese")):
            for category in Category:
                stated = published["averages"][model][head][category.value]  # type: ignore[index]
                tasks = category_tasks(category, LANGUAGES[language])
                assert _mean([scores[task] for task in tasks]) == pytest.approx(stated, abs=0.11)  # type: ignore[misc]


def test_gpt_35_has_the_averages_that_papers_quote(published: dict[str, dict[str, dict[str, float]]]) -> None:
    scores = published["tasks"]["GPT-3.5-Turbo-16k"]
    assert round(_value(NAMES["en"], scores), 1) == 44.0
    assert round(_value(NAMES["zh"], scores), 1) == 44.5
    assert round(_value(NAMES["mean_16_en"], scores), 2) == 43.74


def test_the_table_has_the_published_sizes() -> None:
    assert len(TASKS) == 21
    assert sum(task.rows for task in TASKS.values()) == 4750
    assert len(TASKS_E) == 13
    assert sum(task.rows + task.rows_e for task in TASKS.values()) == 8418
    assert len(NAMES["mean_16_en"].tasks) == 16
    assert {task for task, row in TASKS.items() if not row.chat} == {
        *("trec", "triviaqa", "samsum", "lsht", "lcc", "repobench-p")
    }


@pytest.mark.parametrize(
    ("length", "bucket"), [(0, "0-4k"), (3999, "0-4k"), (4000, "4-8k"), (7999, "4-8k"), (8000, "8k+"), (90000, "8k+")]
)
def test_bucket_borders_are_the_authors(length: int, bucket: str) -> None:
    assert bucket_of(length) == bucket
