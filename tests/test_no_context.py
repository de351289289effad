"""Would catch a run without documents that shows a model some of one, or that asks tasks whose document is the task."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers import bench, make_data, result_of, run_folder

from bench.benchmarks.longbench import LONGBENCH, LONGBENCH_E, LongBench
from bench.errors import UserError
from bench.protocols import Selection, Setting

NO_CONTEXT = Setting(no_context=True)
QA = ["narrativeqa", "qasper", "multifieldqa_en", "multifieldqa_zh", "hotpotqa", "2wikimqa", "musique", "dureader"]


def test_the_document_is_left_out_and_the_question_and_the_template_stay(tmp_path: Path) -> None:
    data = make_data(tmp_path, tasks=("qasper",))
    samples = LONGBENCH.in_setting(NO_CONTEXT).load(Selection(data=str(data)))
    sample = samples.read(samples.entries[3])
    assert sample.input["context"]
    (prompt,) = samples.prompts(sample, [])
    assert prompt.text == "Read this.\n\nQ: Question 3?\nA:"
    assert prompt.parts.context == ""
    samples.close()
    assert any("no prompt was published" in note for note in samples.notes)


def test_samples_of_one_document_stay_one_cluster(tmp_path: Path) -> None:
    data = make_data(tmp_path, tasks=("qasper",))
    documents = [
        [entry.document for entry in found.load(Selection(data=str(data))).entries]
        for found in (LONGBENCH, LONGBENCH.in_setting(NO_CONTEXT))
    ]
    assert documents[0] == documents[1]


@pytest.mark.parametrize(("benchmark", "tasks"), [(LONGBENCH, QA), (LONGBENCH_E, QA[1:3] + QA[4:6])])
def test_the_qa_tasks_are_asked_and_no_other(benchmark: LongBench, tasks: list[str]) -> None:
    samples = benchmark.in_setting(NO_CONTEXT).load(Selection(data="sample"))
    assert list(dict.fromkeys(entry.task for entry in samples.entries)) == tasks


def test_another_task_is_refused_with_those_that_there_are() -> None:
    asked = LONGBENCH.in_setting(NO_CONTEXT)
    with pytest.raises(UserError, match=r"trec cannot be asked in the setting no-context; .* narrativeqa, qasper"):
        asked.load(Selection(data="sample", tasks=("qasper", "trec")))


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        (Setting(cot=True), "--cot and --rag are of longbench-v2"),
        (Setting(no_context=True, top_k=3), "--top-k changes nothing in the setting no-context"),
    ],
)
def test_what_v1_is_not_asked_is_refused(setting: Setting, said: str) -> None:
    with pytest.raises(UserError, match=said):
        LONGBENCH.in_setting(setting)


def test_the_mean_over_the_qa_tasks_is_there_and_no_other_average(tmp_path: Path) -> None:
    done = bench("run", "longbench", "--model", "lexical", "--data", "sample", "--no-context", "--out", tmp_path)
    result = result_of(done)
    assert result["setting"] == "no-context"
    assert list(result["tasks"]) == QA
    assert [name for name, entry in result["overall"].items() if entry["score"] is not None] == ["mean_8_qa"]
    assert run_folder(done).is_dir()


def run(out: Path, *more: object, data: object = "sample") -> dict[str, Any]:
    """The result of a run of two QA tasks."""
    tasks = () if "--tasks" in more else ("--tasks", "qasper,hotpotqa")
    done = bench("run", "longbench", "--model", "lexical", "--data", data, "--out", out, *tasks, *more)
    assert done.returncode == 0, done.stderr
    return result_of(done) | {"folder": run_folder(done), "shown": done.stdout}


def test_a_run_without_documents_is_compared_with_the_full_one_beside_it(tmp_path: Path) -> None:
    full = run(tmp_path, "--tasks", "qasper,hotpotqa,trec")
    without = run(tmp_path, "--no-context")
    against = without["against"]
    assert (against["run"], against["setting"]) == (full["folder"].name, "zero-shot")
    assert full["against"] == {}
    assert list(against["tasks"]) == ["qasper", "hotpotqa"]
    for name, found in against["tasks"].items():
        assert found["full"] == full["tasks"][name]["score"]
        assert found["delta"] == found["full"] - without["tasks"][name]["score"]
        assert found["delta_ci95"][0] <= found["delta"] <= found["delta_ci95"][1]
    assert "delta is full less this run" in without["shown"]
    assert str(tmp_path) not in (without["folder"] / "result.json").read_text()


def test_longbench_v2_is_compared_in_the_same_way(tmp_path: Path) -> None:
    common = ("run", "longbench-v2", "--model", "lexical", "--data", "sample", "--out", tmp_path)
    full = result_of(bench(*common))
    without = result_of(bench(*common, "--no-context"))
    assert without["against"]["tasks"]["overall"]["full"] == full["tasks"]["overall"]["score"]


def test_a_full_run_that_comes_later_is_found_when_the_run_is_scored_again(tmp_path: Path) -> None:
    without = run(tmp_path, "--no-context")
    assert without["against"] == {}
    assert any("no finished zero-shot run" in note for note in without["notes"])
    run(tmp_path)
    newest = run(tmp_path, "--new")
    moved = tmp_path.rename(tmp_path.with_name("moved"))
    folder = moved / without["folder"].relative_to(tmp_path)
    again = result_of(bench("score", "longbench", folder))
    assert again["against"]["run"] == newest["folder"].name
    assert not any("no finished zero-shot run" in note for note in again["notes"])


@pytest.mark.parametrize(
    "other",
    [
        ("--temperature", "0.5"),
        ("--max-new-tokens", "5"),
        ("--name", "other"),
        ("--limit", "2"),
        ("--sample", "8", "--tasks", "qasper,hotpotqa,trec"),
    ],
)
def test_a_run_that_was_asked_otherwise_is_not_compared_with(other: tuple[str, ...], tmp_path: Path) -> None:
    run(tmp_path, *other)
    sampled = ("--sample", "8") if "--sample" in other else ()
    assert run(tmp_path, "--no-context", *sampled)["against"] == {}


def test_a_run_over_other_data_or_without_a_result_is_not_compared_with(tmp_path: Path) -> None:
    run(tmp_path / "runs", "--tasks", "qasper", data=make_data(tmp_path / "other", tasks=("qasper",)))
    unfinished = run(tmp_path / "runs")
    (unfinished["folder"] / "result.json").unlink()
    damaged = run(tmp_path / "runs", "--new")
    (damaged["folder"] / "run.json").write_text("{")
    assert run(tmp_path / "runs", "--no-context")["against"] == {}


def test_the_forecast_counts_what_is_sent_and_not_the_documents(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data", tasks=("qasper",))
    plain = LONGBENCH.load(Selection(data=str(data)))
    without = LONGBENCH.in_setting(NO_CONTEXT).load(Selection(data=str(data)))
    for entry, bare in zip(plain.entries, without.entries, strict=True):
        context = plain.read(entry).input["context"]
        assert bare.asked_size == entry.asked_size - len(context)
        assert without.read(bare) == plain.read(entry)
    plain.close()
    without.close()
