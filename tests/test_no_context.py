"""Would catch a run without documents that shows a model some of one, or that asks tasks whose document is the task."""

from __future__ import annotations

from pathlib import Path

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
