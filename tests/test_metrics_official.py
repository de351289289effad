"""Every row of the golden files. Would catch any difference from the authors' scorer that real answers show."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.benchmarks.longbench.tasks import TASKS, Task
from bench.evaluators import METRICS, EditSimilarity, Judgement, judge

MODELS = ["phi-2", "longlora-16k"]
EDITS: dict[EditSimilarity, str] = {"difflib": "difflib", "indel": "levenshtein"}


def read_lines(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def verdict(task: Task, row: dict[str, Any], edit: EditSimilarity) -> Judgement:
    prediction = row["pred"].lstrip("\n").split("\n")[0] if task.first_line else row["pred"]
    return judge(task.metric, prediction, row["answers"], row["all_classes"], edit_similarity=edit)


def tasks_of(folder: Path) -> Iterator[tuple[Task, list[dict[str, Any]]]]:
    for path in sorted(folder.glob("*.jsonl")):
        yield TASKS[path.stem], read_lines(path)


@pytest.fixture(scope="module", params=MODELS)
def model(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def verdicts(longbench: Path, model: str) -> dict[EditSimilarity, dict[str, list[Judgement]]]:
    return {
        edit: {
            task.name: [verdict(task, row, edit) for row in rows]
            for task, rows in tasks_of(longbench / "predictions" / model)
        }
        for edit in EDITS
    }


Verdicts = dict[EditSimilarity, dict[str, list[Judgement]]]


@pytest.mark.parametrize("edit", EDITS)
def test_every_row_has_the_authors_value(longbench: Path, model: str, verdicts: Verdicts, edit: EditSimilarity) -> None:
    golden = json.loads((longbench / "golden" / f"{model}.json").read_text(encoding="utf-8"))["rows"]
    assert verdicts[edit].keys() == golden.keys()
    different = [
        (name, number, judgement.value, expected)
        for name, judgements in verdicts[edit].items()
        for number, (judgement, expected) in enumerate(
            zip(judgements, golden[name].get("scores") or golden[name][EDITS[edit]], strict=True)
        )
        if judgement.value is None or abs(judgement.value - expected) > 1e-9
    ]
    assert different == []


def test_the_published_result_is_one_of_the_two_edit_similarities(
    longbench: Path, model: str, verdicts: Verdicts
) -> None:
    published = json.loads((longbench / "predictions" / model / "result.json").read_text(encoding="utf-8"))
    ours = {edit: {name: per_cent(rows) for name, rows in tasks.items()} for edit, tasks in verdicts.items()}
    assert {name: published[name] for name in ours["difflib"]} in list(ours.values())


def per_cent(judgements: list[Judgement]) -> float:
    return round(100 * sum(judgement.value or 0.0 for judgement in judgements) / len(judgements), 2)


def test_a_zero_always_has_a_reason_and_nothing_else_has(verdicts: Verdicts) -> None:
    judgements = [judgement for rows in verdicts["difflib"].values() for judgement in rows]
    assert all((judgement.reason is not None) == (not judgement.value) for judgement in judgements)


def test_every_other_value_lies_between_nought_and_one(verdicts: Verdicts) -> None:
    others = [other for rows in verdicts["difflib"].values() for row in rows for other in row.also.values()]
    assert others
    assert all(0 <= other <= 1 for other in others)


def test_code_carries_both_edit_similarities(verdicts: Verdicts) -> None:
    for name in ("lcc", "repobench-p"):
        for by_difflib, by_indel in zip(verdicts["difflib"][name], verdicts["indel"][name], strict=True):
            assert by_difflib.also == by_indel.also == {"edit_difflib": by_difflib.value, "edit_indel": by_indel.value}


def test_awkward_inputs_have_the_authors_value(longbench: Path) -> None:
    cases = read_lines(longbench / "golden" / "metric_edge_cases.jsonl")
    assert len(cases) >= 600
    assert {case["metric"] for case in cases} == METRICS.keys()
    different = [
        case
        for case in cases
        if abs(
            METRICS[case["metric"]](case["prediction"], case["reference"], case.get("all_classes") or [])
            - case["score"]
        )
        > 1e-9
    ]
    assert different == []
