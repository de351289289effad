"""Would catch responses scored for the wrong problem, attempts that vanish, bad rows passed over in silence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers import write_lines
from ncb_helpers import PYTHON, make_problems, problem

from bench.benchmarks.ncb import NATURAL_CODE_BENCH as NCB
from bench.benchmarks.ncb.predictions import Predictions, task_of
from bench.errors import DataError, UserError
from bench.records import Completion


@pytest.fixture
def problems(tmp_path: Path) -> Path:
    return make_problems(tmp_path / "problems")


def find(tmp_path: Path, rows: list[Any], *, dedupe: bool = False, name: str = "m_ncb_python_en.jsonl") -> Predictions:
    write_lines(tmp_path / "m" / name, rows)
    return NCB.predictions(tmp_path / "m", dedupe=dedupe, data=str(tmp_path / "problems"))


def answer(number: object, response: object = PYTHON) -> dict[str, object]:
    return {"_id": number, "response": response}


def completions(found: Predictions) -> list[Completion]:
    return [completion for _, attempts in found.rows() for completion in attempts]


def test_responses_become_completions_of_their_problems(tmp_path: Path, problems: Path) -> None:
    found = find(tmp_path, [answer(3, "three"), answer(1, "one"), answer("2", "two")])
    assert [(c.sample_id, c.text) for c in completions(found)] == [
        ("python_en/1", "one"),
        ("python_en/2", "two"),
        ("python_en/3", "three"),
    ]
    stored, _ = next(found.rows())
    assert (stored.cluster, stored.language, stored.targets) == ("python/1", "python", (PYTHON,))
    assert stored.metadata["testcases"] == problem("python_en", 1)["testcases"]
    assert found.expected == {"python_en": 3, "python_zh": 70, "java_en": 70, "java_zh": 70}
    assert set(found.spec) == {"files", "problems", "dedupe"}


def test_several_rows_of_one_problem_are_attempts(tmp_path: Path, problems: Path) -> None:
    found = find(tmp_path, [answer(1, "a"), answer(2), answer(1, "b"), answer(1, "a")])
    attempts = [(c.attempt, c.text) for c in completions(found) if c.sample_id == "python_en/1"]
    assert attempts == [(0, "a"), (1, "b"), (2, "a")]
    assert (
        "m_ncb_python_en.jsonl: 1 rows say what an earlier row of the same problem says (kept as attempts, "
        in "".join(found.remarks())
    )
    deduped = find(tmp_path, [answer(1, "a"), answer(2), answer(1, "b"), answer(1, "a")], dedupe=True)
    assert [(c.attempt, c.text) for c in completions(deduped) if c.sample_id == "python_en/1"] == [(0, "a"), (1, "b")]


def test_unknown_and_missing_problems_are_told(tmp_path: Path, problems: Path) -> None:
    remarks = list(find(tmp_path, [answer(1), answer(99), answer(98)]).remarks())
    assert "m_ncb_python_en.jsonl: 2 responses to unknown problems, passed over: 99, 98" in remarks
    assert "m_ncb_python_en.jsonl: no response to 2 problems: 2, 3" in remarks
    assert "no responses for python_zh, java_en, java_zh" in remarks


def test_an_empty_response_is_an_answer_that_the_authors_drop(tmp_path: Path, problems: Path) -> None:
    found = find(tmp_path, [answer(1, None), answer(2, ""), answer(3)])
    assert [(c.text, c.error) for c in completions(found)][:2] == [("", None), ("", None)]
    assert any("2 responses are empty" in line for line in found.remarks())


@pytest.mark.parametrize("response", [3, ["a"], {"a": 1}, True])
def test_a_response_that_is_no_text_is_a_recorded_failure(tmp_path: Path, problems: Path, response: object) -> None:
    (found,) = completions(find(tmp_path, [answer(1, response)]))
    assert str(found.error).startswith("bad_response: response is ")


def test_a_response_of_five_megabytes_is_read(tmp_path: Path, problems: Path) -> None:
    (found,) = completions(find(tmp_path, [answer(1, "x" * 5_000_000)]))
    assert len(found.text) == 5_000_000


def test_a_single_file_is_enough(tmp_path: Path, problems: Path) -> None:
    path = write_lines(tmp_path / "gpt-4_ncb_java_zh.jsonl", [answer(2, "x")])
    found = NCB.predictions(path, dedupe=False, data=str(problems))
    assert [c.sample_id for c in completions(found)] == ["java_zh/2"]


def test_without_the_problems_nothing_can_be_scored(tmp_path: Path, problems: Path) -> None:
    write_lines(tmp_path / "m" / "m_ncb_python_en.jsonl", [answer(1)])
    with pytest.raises(UserError, match="say with --data where the problems lie"):
        NCB.predictions(tmp_path / "m", dedupe=False)
    (problems / "ncb_python_en.jsonl").unlink()
    with pytest.raises(UserError, match=r"holds no ncb_python_en\.jsonl"):
        NCB.predictions(tmp_path / "m", dedupe=False, data=str(problems))


def test_the_folder_above_is_told_from_the_folder_of_a_model(tmp_path: Path, problems: Path) -> None:
    write_lines(tmp_path / "results" / "m" / "m_ncb_python_en.jsonl", [answer(1)])
    with pytest.raises(UserError, match="holds the folders m; name one of them"):
        NCB.predictions(tmp_path / "results", dedupe=False, data=str(problems))


@pytest.mark.parametrize(
    ("row", "message"),
    [({"_id": 1}, "the key 'response'"), ({"response": ""}, "the key '_id'"), ([1], "not a JSON obj")],
)
def test_a_row_that_is_none_is_named_with_its_line(tmp_path: Path, problems: Path, row: Any, message: str) -> None:
    with pytest.raises(DataError, match=rf"m_ncb_python_en\.jsonl:2: {message}"):
        find(tmp_path, [answer(1), row, answer(2)])


def test_text_that_is_not_utf_8_is_named_with_its_line(tmp_path: Path, problems: Path) -> None:
    path = write_lines(tmp_path / "m_ncb_python_en.jsonl", [answer(1)])
    path.write_bytes(b'{"_id": 2, "response": "\xff"}\n' + path.read_bytes())
    with pytest.raises(DataError, match=":1: not UTF-8"):
        NCB.predictions(path, dedupe=False, data=str(problems))


def test_an_unfinished_last_line_is_told(tmp_path: Path, problems: Path) -> None:
    path = write_lines(tmp_path / "m_ncb_python_en.jsonl", [answer(1)])
    path.write_bytes(path.read_bytes() + b'{"_id": 2, "resp')
    assert any(
        "last line is unfinished" in line for line in NCB.predictions(path, dedupe=False, data=str(problems)).remarks()
    )


def test_other_files_are_passed_over_by_name(tmp_path: Path, problems: Path) -> None:
    write_lines(tmp_path / "m" / "notes.jsonl", [{}])
    write_lines(tmp_path / "m" / "results.jsonl", [{}])  # the authors' own result, which lies there
    found = find(tmp_path, [answer(1)])
    assert found.passed_over == ("notes.jsonl",)
    with pytest.raises(UserError, match="are both python_en"):
        find(tmp_path, [answer(1)], name="copy_ncb_python_en.jsonl")


@pytest.mark.parametrize(
    ("name", "task"),
    [("gpt-4_ncb_java_zh.jsonl", "java_zh"), ("ncb_python_en.jsonl", "python_en"), ("python_fr.jsonl", None)],
)
def test_file_names_name_their_task(name: str, task: str | None) -> None:
    assert task_of(name) == task


def test_exported_rows_are_the_authors_layout(tmp_path: Path, problems: Path) -> None:
    found = find(tmp_path, [answer(1, "text")])
    ((stored, (completion,)),) = found.rows()
    assert str(NCB.official_file("python_en", "m", "zero-shot")) == "results/m/m_ncb_python_en.jsonl"
    assert NCB.official_row(stored.sample("ncb"), completion) == answer(1, "text")
