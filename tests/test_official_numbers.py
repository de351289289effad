"""Would catch any step between a prediction file and a table that changes the authors' number.

The vectors hold, for every row of real predictions, the value of the authors' own scorer, and the result that their
eval.py prints for each data set.
"""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from helpers import bench, result_of, run_folder

from bench.jsonl import read_lines
from bench.runs import SCORES

SETTINGS = {"difflib": "difflib", "indel": "levenshtein"}
# Which edit similarity the authors of each published result.json had installed.
PUBLISHED = {"phi-2": "indel", "longlora-16k": "difflib"}


def score(longbench: Path, model: str, setting: str, out: Path, *more: object) -> Path:
    options = ("--edit-similarity", setting, "--out", out, *more)
    done = bench("score", "longbench", longbench / "predictions" / model, *options)
    assert done.returncode == 0, done.stderr
    return run_folder(done)


def official(rows: dict[str, Any], setting: str) -> list[float]:
    return rows.get("scores") or rows[SETTINGS[setting]]  # type: ignore[no-any-return]


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("model", PUBLISHED)
def test_no_row_differs_from_the_authors_scorer(longbench: Path, tmp_path: Path, model: str, setting: str) -> None:
    golden = json.loads((longbench / "golden" / f"{model}.json").read_text())["rows"]
    expected = {
        f"{task}/{i}": value for task, rows in golden.items() for i, value in enumerate(official(rows, setting))
    }
    folder = score(longbench, model, setting, tmp_path)
    found = {line.data["sample_id"]: line.data["value"] for line in read_lines(folder / SCORES)}
    assert found.keys() == expected.keys()
    assert len(found) >= 3000
    assert [name for name in expected if abs(found[name] - expected[name]) > 1e-9] == []


@pytest.mark.parametrize(("model", "setting"), PUBLISHED.items())
def test_every_data_set_equals_the_published_result(longbench: Path, tmp_path: Path, model: str, setting: str) -> None:
    published = json.loads((longbench / "predictions" / model / "result.json").read_text())
    tasks = json.loads((score(longbench, model, setting, tmp_path) / "result.json").read_text())["tasks"]
    assert {task: round(entry["official_score"], 2) for task, entry in tasks.items()} == {
        task: published[task] for task in tasks
    }
    assert all(entry["official_score"] == entry["score"] for entry in tasks.values())


def test_a_column_is_the_same_whichever_similarity_was_chosen(longbench: Path, tmp_path: Path) -> None:
    tasks = {}
    for setting in SETTINGS:
        folder = score(longbench, "phi-2", setting, tmp_path / setting)
        tasks[setting] = json.loads((folder / "result.json").read_text())["tasks"]
    for task in ("lcc", "repobench-p"):
        assert tasks["difflib"][task]["also"] == tasks["indel"][task]["also"]
        assert tasks["difflib"][task]["score"] == pytest.approx(tasks["indel"][task]["also"]["edit_difflib"])
        assert tasks["difflib"][task]["score"] != tasks["indel"][task]["score"]


def test_the_length_buckets_equal_the_authors(longbench: Path, tmp_path: Path) -> None:
    golden = json.loads((longbench / "golden" / "phi-2.length_buckets.difflib.json").read_text())
    done = bench("score", "longbench-e", longbench / "predictions" / "phi-2", "--out", tmp_path)
    tasks = result_of(done)["tasks"]
    assert tasks.keys() == golden.keys()
    for task, buckets in golden.items():
        for bucket, value in buckets.items():
            found = tasks[task]["buckets"][bucket]
            if math.isnan(value):
                assert found == {"score": None, "n": 0}
            else:
                assert round(found["score"], 2) == value, (task, bucket)


def test_predictions_under_pred_e_are_scored_by_bucket_unasked(longbench: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pred_e" / "some-model"
    shutil.copytree(longbench / "predictions" / "phi-2", folder)
    done = bench("score", "longbench", folder, "--out", tmp_path / "runs")
    assert "scored as longbench-e" in done.stderr
    assert "buckets" in result_of(done)["tasks"]["hotpotqa"]
    assert run_folder(done).parent.name == "some-model"


@pytest.mark.parametrize("variant", ["v1", "e"])
def test_the_authors_eval_gives_our_result_on_exported_files(
    longbench: Path, oracle: Path, authors_scripts: Path, tmp_path: Path, variant: str
) -> None:
    done = bench("score", "longbench", longbench / "predictions" / "phi-2", "--variant", variant, "--out", tmp_path)
    bench("export", run_folder(done), "--format", "official", "--out", tmp_path / "official")
    python = oracle / "without-levenshtein" / "bin" / "python"
    command = [str(python), str(authors_scripts / "eval.py"), "--model", "phi-2", *["--e"] * (variant == "e")]
    subprocess.run(command, cwd=tmp_path / "official", check=True, capture_output=True)
    file = tmp_path / "official" / ("pred_e" if variant == "e" else "pred") / "phi-2" / "result.json"
    theirs, ours = json.loads(file.read_text()), result_of(done)["tasks"]
    assert theirs.keys() == ours.keys()
    for task, value in theirs.items():
        if variant == "v1":
            assert value == round(ours[task]["official_score"], 2)
        else:
            buckets = {name: entry["score"] for name, entry in ours[task]["buckets"].items()}
            assert {k: v for k, v in value.items() if not math.isnan(v)} == {
                k: round(v, 2) for k, v in buckets.items() if v is not None
            }


def test_an_average_needs_every_task_and_says_which_are_missing(longbench: Path, tmp_path: Path) -> None:
    folder = score(longbench, "longlora-16k", "difflib", tmp_path)
    overall = json.loads((folder / "result.json").read_text())["overall"]
    assert overall["mean_16_en"]["score"] is not None
    assert overall["en"]["score"] is not None
    assert overall["zh"] == {
        "score": None,
        "stderr": None,
        "ci95": None,
        "reason": "no multifieldqa_zh, dureader, vcsum, lsht, passage_retrieval_zh",
        "groups": [
            ["multifieldqa_zh"],
            ["dureader"],
            ["vcsum"],
            ["lsht"],
            ["passage_retrieval_zh"],
            ["lcc", "repobench-p"],
        ],
    }


def test_a_prediction_that_is_no_string_leaves_no_official_score(longbench: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pred" / "broken"
    folder.mkdir(parents=True)
    rows = (longbench / "predictions" / "phi-2" / "qasper.jsonl").read_text().splitlines(keepends=True)
    broken = json.dumps({**json.loads(rows[0]), "pred": None}) + "\n"
    (folder / "qasper.jsonl").write_text("".join([broken, *rows[1:]]))
    done = bench("score", "longbench", folder, "--out", tmp_path / "runs")
    assert done.returncode == 3
    entry = result_of(done)["tasks"]["qasper"]
    assert (entry["n"], entry["not_judged"], entry["official_score"]) == (200, 1, None)
    assert "stops with an exception on 1 rows, the first qasper/0" in entry["official_reason"]
    assert entry["score_judged"] > entry["score"]
