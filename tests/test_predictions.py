"""Would catch prediction files that are misread: real folders hold doubled, unfinished, renamed, empty and NaN rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench.benchmarks.longbench import LONGBENCH as V1
from bench.benchmarks.longbench import LONGBENCH_E as E
from bench.benchmarks.longbench.averages import bucket_of
from bench.benchmarks.longbench.predictions import Predictions, task_of
from bench.benchmarks.longbench.tasks import TASKS
from bench.errors import DataError, UserError


def row(pred: object = "Paris", **other: Any) -> dict[str, Any]:
    return {"pred": pred, "answers": ["Paris"], "all_classes": None, "length": 100, **other}


def write(path: Path, rows: list[dict[str, Any]], end: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(item) + "\n" for item in rows) + end)
    return path


def find(path: Path, *, dedupe: bool = False) -> Predictions:
    return V1.predictions(path, dedupe=dedupe)


def preds(found: Predictions) -> list[str]:
    return [completion.text for _, completions in found.rows() for completion in completions]


@pytest.mark.parametrize(
    ("name", "task"),
    [
        ("hotpotqa.jsonl", "hotpotqa"),
        ("hotpotqa_full.jsonl", "hotpotqa"),
        ("hotpotqa_e.jsonl", "hotpotqa"),
        ("multifieldqa_en-7b.jsonl", "multifieldqa_en"),
        ("passage_retrieval_zh.final.jsonl", "passage_retrieval_zh"),
        ("repobench-p_4k.jsonl", "repobench-p"),
        ("2wikimqa.jsonl", "2wikimqa"),
        ("hotpotqafull.jsonl", None),
        ("lccx.jsonl", None),
        ("result.jsonl", None),
    ],
)
def test_a_file_name_stands_for_its_task_with_or_without_a_suffix(name: str, task: str | None) -> None:
    assert task_of(name, TASKS) == task


def test_rows_get_ids_by_their_place_and_keep_what_scoring_needs(tmp_path: Path) -> None:
    write(tmp_path / "trec.jsonl", [row("Food"), row("Date", all_classes=["Food", "Date"])])
    samples = [sample for sample, _ in find(tmp_path).rows()]
    assert [sample.id for sample in samples] == ["trec/0", "trec/1"]
    assert samples[1].metadata == {"length": 100, "all_classes": ["Food", "Date"]}
    assert samples[0].cluster != samples[1].cluster


def test_an_unfinished_last_line_is_passed_over_and_reported(tmp_path: Path) -> None:
    write(tmp_path / "qasper.jsonl", [row("a"), row("b")], end='{"pred": "c", "answ')
    found = find(tmp_path)
    assert preds(found) == ["a", "b"]
    assert any("unfinished" in line for line in found.remarks())


def test_a_broken_line_in_the_middle_is_an_error_with_its_place(tmp_path: Path) -> None:
    write(tmp_path / "qasper.jsonl", [row("a")], end="{oops\n" + json.dumps(row("b")) + "\n")
    with pytest.raises(DataError, match=r"qasper\.jsonl:2: not valid JSON"):
        find(tmp_path)


@pytest.mark.parametrize("key", ["pred", "answers", "all_classes"])
def test_a_missing_key_is_an_error_with_its_place(tmp_path: Path, key: str) -> None:
    broken = row()
    del broken[key]
    write(tmp_path / "qasper.jsonl", [row(), broken])
    with pytest.raises(DataError, match=rf"qasper\.jsonl:2: the key '{key}' is missing; a row needs"):
        find(tmp_path)


def test_one_string_in_place_of_a_list_of_answers_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "qasper.jsonl", [row(answers="Paris")])
    with pytest.raises(DataError, match="'answers' is not a list of strings"):
        find(tmp_path)


@pytest.mark.parametrize("pred", [None, float("nan"), 3, ["a"]])
def test_a_prediction_that_is_no_string_is_a_recorded_failure(tmp_path: Path, pred: object) -> None:
    write(tmp_path / "qasper.jsonl", [row(pred), row("b")])
    first, second = (completion for _, completions in find(tmp_path).rows() for completion in completions)
    assert first.error is not None
    assert first.error.startswith("bad_prediction: pred is ")
    assert second.text == "b"


def test_bare_nan_in_length_and_classes_is_nothing(tmp_path: Path) -> None:
    write(tmp_path / "qasper.jsonl", [row(length=float("nan"), all_classes=float("nan"))])
    sample = next(find(tmp_path).rows())[0]
    assert sample.length is None
    assert sample.metadata == {"length": None, "all_classes": None}


def test_rows_of_a_resumed_run_are_reported_and_removed_on_request(tmp_path: Path) -> None:
    rows = [row(str(i)) for i in range(10)]
    write(tmp_path / "qasper.jsonl", rows + rows[:4])
    found = find(tmp_path)
    assert len(preds(found)) == 14
    assert any("4 rows stand in it twice" in line for line in found.remarks())
    assert preds(find(tmp_path, dedupe=True)) == [str(i) for i in range(10)]


def test_rows_that_the_published_data_repeats_itself_are_left_alone(tmp_path: Path) -> None:
    rows = [row(str(i)) for i in range(149)]
    write(tmp_path / "multifieldqa_en.jsonl", [*rows, rows[0]])  # 150 rows, as published
    found = find(tmp_path, dedupe=True)
    assert len(preds(found)) == 150
    assert not any("twice" in line for line in found.remarks())


def test_rows_with_ids_are_the_same_when_their_ids_are(tmp_path: Path) -> None:
    write(tmp_path / "qasper.jsonl", [row("a", _id="1"), row("b", _id="2"), row("c", _id="1")])
    assert preds(find(tmp_path, dedupe=True)) == ["a", "b"]
    assert [sample.id for sample, _ in find(tmp_path).rows()] == ["qasper/1", "qasper/2", "qasper/1~2"]


@pytest.mark.parametrize("length", [4696.0, 7999.5])
def test_a_length_that_is_no_whole_number_still_has_its_bucket(tmp_path: Path, length: float) -> None:
    write(tmp_path / "qasper.jsonl", [row(length=length)])
    sample = next(E.predictions(tmp_path, dedupe=False).rows())[0]
    assert sample.metadata["length"] == length
    assert bucket_of(length) == "4-8k"


def test_unknown_files_and_missing_data_sets_are_named(tmp_path: Path) -> None:
    write(tmp_path / "qasper.jsonl", [row()])
    write(tmp_path / "squad.jsonl", [row()])
    (tmp_path / "result.json").write_text("{}")
    remarks = "\n".join(find(tmp_path).remarks())
    assert "squad.jsonl: belongs to no task" in remarks
    assert "result.json" not in remarks
    assert "no predictions for narrativeqa" in remarks
    assert "qasper.jsonl: 1 rows, the published data set has 200" in remarks


def test_two_files_for_one_task_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "qasper.jsonl", [row()])
    write(tmp_path / "qasper_full.jsonl", [row()])
    with pytest.raises(UserError, match=r"qasper\.jsonl and qasper_full\.jsonl are both qasper; move one"):
        find(tmp_path)


def test_a_folder_of_models_names_them(tmp_path: Path) -> None:
    write(tmp_path / "pred" / "vicuna" / "qasper.jsonl", [row()])
    with pytest.raises(UserError, match="holds the folders vicuna; name one of them"):
        find(tmp_path / "pred")


def test_an_empty_folder_says_what_belongs_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no prediction files of longbench"):
        find(tmp_path)


def test_length_buckets_need_lengths(tmp_path: Path) -> None:
    broken = row()
    del broken["length"]
    write(tmp_path / "qasper.jsonl", [row(), broken])
    with pytest.raises(DataError, match=r"qasper\.jsonl:2: no 'length', which the buckets need"):
        E.predictions(tmp_path, dedupe=False)


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "qasper.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(row("a")).encode() + b"\r\n" + json.dumps(row("b")).encode())
    assert preds(find(tmp_path)) == ["a", "b"]
