"""Would catch a number that differs from the authors' result.py on a file of answers, and a file that we cannot score.

Among them are the files on which theirs stops.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from helpers import bench, result_of, run_folder, write_lines
from v2_helpers import real, row, write_data

GROUPS = ("overall", "easy", "hard", "short", "medium", "long")
EXAONE = "predictions_exaone-3.5-instruct.jsonl"


def answer(number: int, letter: str | None = "A", **other: Any) -> dict[str, Any]:
    """A row as pred.py writes it; the right letter of row `n` is the n-th."""
    asked = row(number)
    response = "I do not know." if letter is None else f"The correct answer is ({letter})."
    said = {"response": response, "pred": letter, "judge": letter == asked["answer"]}
    return {**asked, "context": asked["context"][:10], **said, **other}


def without(number: int, *keys: str) -> dict[str, Any]:
    return {key: value for key, value in answer(number).items() if key not in keys}


def score(path: Path, out: Path, *more: object) -> tuple[dict[str, Any], str]:
    done = bench("score", "longbench", path, "--variant", "v2", "--out", out / "runs", *more)
    assert done.returncode in {0, 3}, done.stderr
    return result_of(done), done.stderr


def by_the_authors(result_py: Path, file: Path, folder: Path, *, compensated: bool = False) -> list[float] | None:
    """What their script prints for one file; None where it stops."""
    (folder / "results").mkdir(parents=True)
    shutil.copy(file, folder / "results" / "model.jsonl")
    text = result_py.read_text().replace("compensated = False", f"compensated = {compensated}")
    (folder / "result.py").write_text(text)
    done = subprocess.run([sys.executable, "result.py"], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    return [float(cell) for cell in (folder / "result.txt").read_text().splitlines()[1].split("\t")[1:]]


def officials(result: dict[str, Any], key: str = "official_score") -> list[float]:
    return [round(result["tasks"][group][key], 1) for group in GROUPS]


def test_the_real_file_scores_as_its_authors_count_and_misses_one_question(shared: Path, tmp_path: Path) -> None:
    result, said = score(real(shared, EXAONE), tmp_path)
    assert officials(result) == [29.5, 31.8, 28.1, 37.2, 27.1, 21.3]
    assert officials(result, "score") == officials(result)
    assert result["tasks"]["overall"]["official_denominator"] == 502
    assert [result["tasks"][group]["missing"] for group in GROUPS] == [1, 0, 1, 0, 1, 0]
    assert result["overall"]["all"] == {
        "score": None,
        "stderr": None,
        "ci95": None,
        "reason": "overall has 502 of 503 rows",
        "groups": [["overall"]],
    }
    assert "502 of 503 questions, 1 missing; --data PATH says which" in said
    assert result["model"] == "predictions_exaone-3.5-instruct"
    assert len(result["categories"]["domain"]) == 6
    assert len(result["categories"]["sub_domain"]) == 20


def test_the_data_say_which_question_is_missing(shared: Path, tmp_path: Path) -> None:
    meta = real(shared, "longbench_v2_meta_503.jsonl")
    _, said = score(real(shared, EXAONE), tmp_path, "--data", meta)
    assert f"{EXAONE}: 1 of 503 questions missing: 66ec48f2821e116aacb1ca3f" in said


@pytest.mark.parametrize("compensated", [False, True])
def test_the_real_file_scores_as_the_authors_script_prints(
    shared: Path, authors_result_v2: Path, tmp_path: Path, *, compensated: bool
) -> None:
    file = real(shared, EXAONE)
    result, _ = score(file, tmp_path)
    theirs = by_the_authors(authors_result_v2, file, tmp_path / "theirs", compensated=compensated)
    assert officials(result, "compensated" if compensated else "official_score") == theirs


ROWS = [answer(n, letter) for n, letter in enumerate(["A", "B", "C", None, "A", "A", None, "D"])]
FILES: dict[str, tuple[Sequence[dict[str, Any]], str]] = {
    "whole": (ROWS, ""),
    "doubled": ([*ROWS, ROWS[1]], "1 rows have an _id that stood before"),
    "judge of one's own": ([*ROWS[:7], answer(7, judge=True)], "judge is not what the authors' patterns find"),
    "odd difficulty": ([answer(0, difficulty="Easy"), *ROWS[1:]], ""),
    "no long questions": ([item for item in ROWS if item["length"] != "long"], "result.py stops: no question is long"),
    "no judge": ([without(0, "judge"), *ROWS[1:]], "result.py stops: 1 rows have no 'judge'"),
    "no difficulty": ([without(0, "difficulty"), *ROWS[1:]], "result.py stops: 1 rows have no 'difficulty'"),
    "no length": ([without(0, "length"), *ROWS[1:]], "result.py stops: 1 rows have no 'length'"),
    "judge is not a number": ([answer(0, judge=float("nan")), *ROWS[1:]], ""),
    "judge is null": ([answer(0, judge=None), *ROWS[1:]], ""),
    "letters alone": ([without(n, "response") for n in range(8)], ""),
    "a response that is null": ([answer(0, response=None), *ROWS[1:]], ""),
}


STOPPING = {"no judge", "no difficulty", "no length", "judge is null", "judge is not a number"}
"""Those on which their script stops at a row; that of a group without questions it reads to the end."""


def written(rows: Sequence[dict[str, Any]], path: Path, *, array: bool) -> Path:
    if not array:
        return write_lines(path, list(rows))
    path.write_text(json.dumps(rows))
    return path


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_scored_whatever_theirs_does(tmp_path: Path, name: str) -> None:
    rows, remark = FILES[name]
    result, said = score(written(rows, tmp_path / "m.jsonl", array=False), tmp_path)
    overall = result["tasks"]["overall"]
    assert remark in said
    assert overall["n"] == len(rows)
    assert overall["score"] is not None
    stops = name in STOPPING
    assert (overall["official_score"] is None) is stops
    if stops:
        assert "result.py stops on 1 rows, the first v2/id0" in result["tasks"]["easy"]["official_reason"]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("array", [False, True])
def test_every_file_equals_the_authors_where_theirs_does_not_stop(
    authors_result_v2: Path, tmp_path: Path, name: str, *, array: bool
) -> None:
    file = written(FILES[name][0], tmp_path / "m.jsonl", array=array)
    result, said = score(file, tmp_path)
    theirs = by_the_authors(authors_result_v2, file, tmp_path / "theirs")
    if theirs is not None:
        assert officials(result) == theirs
    else:
        assert "ZeroDivision" in said or result["tasks"]["overall"]["official_score"] is None


def test_null_letters_are_answers_that_name_none(tmp_path: Path) -> None:
    result, _ = score(write_lines(tmp_path / "m.jsonl", ROWS), tmp_path)
    overall = result["tasks"]["overall"]
    assert overall["score"] == overall["official_score"] == 100 * 5 / 8
    assert overall["compensated"] == 100 * 5.5 / 8
    assert overall["not_judged"] == 0


def test_doubled_rows_are_counted_as_theirs_unless_removed(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "m.jsonl", [*ROWS, *ROWS[:2]])
    assert score(file, tmp_path)[0]["tasks"]["overall"]["n"] == 10
    result, said = score(file, tmp_path / "again", "--dedupe")
    assert result["tasks"]["overall"]["n"] == 8
    assert "2 rows have an _id that stood before, as a resumed run writes them (removed)" in said


def test_an_unfinished_last_row_is_passed_over(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "m.jsonl", ROWS)
    for text in (file.read_text() + '{"_id": "id9", "resp', json.dumps(ROWS)[:-60]):
        file.write_text(text)
        result, said = score(file, tmp_path)
        assert "the last row is unfinished, passed over" in said
        assert "result.py stops at the unfinished row" in said
        assert result["tasks"]["overall"]["n"] == (8 if text.startswith("{") else 7)


def test_a_response_that_is_no_text_is_a_failure_and_counts_once(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "m.jsonl", [answer(0, response=None), *ROWS[1:]])
    done = bench("score", "longbench-v2", file, "--out", tmp_path / "runs")
    assert done.returncode == 3
    assert "1 samples are not judged and count 0: 1 bad_response" in done.stderr
    assert [result_of(done)["tasks"][group]["not_judged"] for group in GROUPS] == [1, 1, 0, 1, 0, 0]


def test_the_data_fill_in_what_rows_do_not_say(tmp_path: Path) -> None:
    data = write_data(tmp_path / "data", [row(n) for n in range(8)])
    rows = [{"_id": item["_id"], "response": item["response"]} for item in ROWS]
    result, said = score(write_lines(tmp_path / "m.jsonl", rows), tmp_path, "--data", data)
    assert result["tasks"]["overall"]["score"] == 100 * 5 / 8
    assert result["tasks"]["easy"]["n"] == 4
    assert "result.py stops: 8 rows have no 'judge'" in said
    assert "missing" not in said


@pytest.mark.parametrize(
    ("stem", "name", "setting"),
    [
        ("glm", "glm", "zero-shot"),
        ("glm_cot", "glm", "cot"),
        ("glm_no_context", "glm", "no-context"),
        ("glm_rag_4", "glm", "rag-4"),
        ("my_rag_model", "my_rag_model", "zero-shot"),
    ],
)
def test_the_file_name_says_the_model_and_the_setting(tmp_path: Path, stem: str, name: str, setting: str) -> None:
    result, _ = score(write_lines(tmp_path / f"{stem}.jsonl", ROWS), tmp_path)
    assert (result["model"], result["setting"]) == (name, setting)


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        (without(1, "_id"), "m.jsonl:2: the key '_id' is missing"),
        (without(1, "answer"), "m.jsonl:2: 'answer' is None"),
        (without(1, "response", "pred"), "m.jsonl:2: neither 'response' nor 'pred' is there"),
        ([1], "m.jsonl:2: not a JSON object"),
    ],
)
def test_a_row_that_cannot_be_scored_is_named(tmp_path: Path, broken: Any, problem: str) -> None:
    done = bench("score", "longbench-v2", write_lines(tmp_path / "m.jsonl", [ROWS[0], broken, ROWS[2]]))
    assert done.returncode == 2
    assert problem in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_folder_of_several_files_asks_which(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_lines(tmp_path / "results" / f"{name}.jsonl", ROWS)
    done = bench("score", "longbench-v2", tmp_path / "results")
    assert done.returncode == 2
    assert "holds a.jsonl, b.jsonl; name one of them" in done.stderr
    (tmp_path / "results" / "b.jsonl").unlink()
    assert score(tmp_path / "results", tmp_path)[0]["model"] == "a"


def test_what_is_scored_can_be_exported_and_scored_again(tmp_path: Path) -> None:
    done = bench("score", "longbench-v2", write_lines(tmp_path / "m_cot.jsonl", ROWS), "--out", tmp_path / "runs")
    assert bench("export", run_folder(done), "--format", "official", "--out", tmp_path / "out").returncode == 0
    again, _ = score(tmp_path / "out" / "results" / "m_cot.jsonl", tmp_path / "again")
    assert again["tasks"] == result_of(done)["tasks"]
