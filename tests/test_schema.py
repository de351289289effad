"""Would catch a change after which the run folders of a released version can no longer be read or scored."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from bench.pipeline import score_run
from bench.progress import Silent
from bench.records import SCHEMA_VERSION
from bench.registry import find_benchmark
from bench.runs import RunFolder

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION + 1))
def test_a_run_of_every_schema_is_read_and_scored_to_the_same_values(version: int, tmp_path: Path) -> None:
    path = tmp_path / "run"
    shutil.copytree(FIXTURES / f"run-schema-{version}", path)
    folder = RunFolder.open(path)
    before = {(score.sample_id, score.attempt): score.value for score in folder.scores()}
    stated = json.loads((path / "result.json").read_text())
    assert folder.result().tasks == stated["tasks"]
    outcome = score_run(folder, find_benchmark(folder.benchmark), {}, Silent())
    assert {(score.sample_id, score.attempt): score.value for score in folder.scores()} == before
    assert outcome.result is not None
    assert {name: task["score"] for name, task in outcome.result.tasks.items()} == {
        name: task["score"] for name, task in stated["tasks"].items()
    }
