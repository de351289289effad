"""Would catch a run of LongBench v2 that asks again what was answered, loses a question or counts one three times."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from helpers import bench, result_of, run_folder
from steps import Windowed
from test_v2_predictions import GROUPS, by_the_authors, officials
from v2_helpers import real, row, write_data

from bench.benchmarks.longbench.v2 import LONGBENCH_V2
from bench.jsonl import read_lines
from bench.library import run
from bench.pipeline import run_benchmark
from bench.places import Place
from bench.protocols import Selection, Setting
from bench.records import Prompt, RunResult
from bench.runs import COMPLETIONS


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_data(tmp_path / "data", [row(number) for number in range(12)])


def right(prompt: Prompt) -> str:
    """Reads the colour off the document, or off its own thought."""
    letter = prompt.parts.context.split("has the colour ")[-1][:1]
    return f"The correct answer is ({letter.upper()})" if prompt.kind == "choice" else f"It has the colour {letter}."


def ran(model: Windowed, data: Path, out: Path, setting: Setting | None = None, **selection: Any) -> RunResult:
    outcome = run_benchmark(
        LONGBENCH_V2.in_setting(setting or Setting()),
        model,
        Selection(data=str(data), **selection),
        Place(run_dir=out),
    )
    assert outcome.result is not None
    return outcome.result


@pytest.mark.parametrize(
    ("options", "setting", "answers"),
    [
        ((), "zero-shot", 81),
        (("--cot",), "cot", 162),
        (("--no-context",), "no-context", 81),
        (("--rag", 4), "rag-4", 81),
    ],
)
def test_the_real_questions_run_in_every_setting(
    shared: Path, tmp_path: Path, options: tuple[object, ...], setting: str, answers: int
) -> None:
    path, prompts = real(shared, "longbench_v2_short_contexts.jsonl"), real(shared, "prompts")
    common = ("--variant", "v2", "--model", "lexical", "--data", path, "--prompts", prompts, "--out", tmp_path)
    done = bench("run", "longbench", *common, *options)
    assert done.returncode == 0, done.stderr
    result = result_of(done)
    assert result["setting"] == setting
    assert result["tasks"]["overall"]["n"] == 81
    assert result["tasks"]["overall"]["not_judged"] == 0
    assert result["overall"]["all"]["reason"] == "overall has 81 of 503 rows"
    assert "81 of the 503 published questions" in done.stdout
    assert len(list(read_lines(run_folder(done) / COMPLETIONS))) == answers


def test_right_answers_score_100_in_every_group_and_setting(tmp_path: Path, data: Path) -> None:
    for number, setting in enumerate((Setting(), Setting(cot=True), Setting(rag=2))):
        result = ran(Windowed(3, right), data, tmp_path / str(number), setting)
        assert {name: task["score"] for name, task in result.tasks.items()} == dict.fromkeys(GROUPS, 100.0)
        assert [task["n"] for task in result.tasks.values()] == [12, 6, 6, 4, 4, 4]


def test_the_second_step_holds_the_first_answer_and_no_document(tmp_path: Path, data: Path) -> None:
    sent: list[Prompt] = []

    def answer(prompt: Prompt) -> str:
        sent.append(prompt)
        return f"  thought about {prompt.sample_id}  " if prompt.step == 0 else "The correct answer is (A)"

    ran(Windowed(3, answer), data, tmp_path / "run", Setting(cot=True))
    second = {prompt.sample_id: prompt.text for prompt in sent if prompt.step == 1}
    assert len(second) == 12
    for name, text in second.items():
        assert f":\n\nthought about {name}\n\n" in text
        assert "Filler" not in text


def test_a_run_stopped_between_the_steps_goes_on_there(tmp_path: Path, data: Path) -> None:
    class Stopping(Windowed):
        def generate(self, prompts: Any) -> Any:
            for number, completion in enumerate(super().generate(prompts)):
                yield completion
                if number == 6:
                    raise KeyboardInterrupt

    first = Stopping(3, right)
    with pytest.raises(KeyboardInterrupt):
        ran(first, data, tmp_path / "run", Setting(cot=True))
    there = {(line.data["sample_id"], line.data["step"]) for line in read_lines(tmp_path / "run" / COMPLETIONS)}
    assert {step for _, step in there} == {0, 1}
    second = Windowed(3, right)
    result = ran(second, data, tmp_path / "run", Setting(cot=True))
    asked_again = {(name, step) for name, _, step in second.asked} & there
    assert asked_again == set()
    assert len(there) + len(second.asked) == 24
    assert result.tasks["overall"]["score"] == 100.0


def test_a_failed_request_is_one_failure_and_drops_out_of_the_authors_rows_alone(tmp_path: Path, data: Path) -> None:
    result = ran(Windowed(3, right, failing={("v2/id3", 0, 0)}), data, tmp_path / "run")
    overall = result.tasks["overall"]
    assert result.not_judged == 1
    assert (overall["n"], overall["not_judged"], overall["official_denominator"]) == (12, 1, 11)
    assert overall["score"] == pytest.approx(100 * 11 / 12)
    assert overall["official_score"] == overall["score_judged"] == 100.0
    assert [result.tasks[name]["not_judged"] for name in GROUPS] == [1, 0, 1, 1, 0, 0]


def test_a_failed_first_step_is_a_failure_too(tmp_path: Path, data: Path) -> None:
    model = Windowed(3, right, failing={("v2/id3", 0, 0)})
    result = ran(model, data, tmp_path / "run", Setting(cot=True))
    assert result.failures == {"broken": 1}
    assert ("v2/id3", 0, 1) not in model.asked


def test_an_empty_answer_counts_0_here_and_is_no_row_of_theirs(tmp_path: Path, data: Path) -> None:
    model = Windowed(3, lambda prompt: "" if prompt.sample_id == "v2/id5" else right(prompt))
    result = ran(model, data, tmp_path / "run")
    overall = result.tasks["overall"]
    assert (overall["not_judged"], overall["official_denominator"], overall["official_score"]) == (0, 11, 100.0)
    assert overall["score"] == pytest.approx(100 * 11 / 12)
    done = bench("export", tmp_path / "run", "--format", "official", "--out", tmp_path / "out")
    assert "1 samples without an answer are left out" in done.stderr
    assert len((tmp_path / "out" / "results" / "windowed.jsonl").read_text().splitlines()) == 11


def test_an_answer_in_another_form_counts_in_corrected_alone(tmp_path: Path, data: Path) -> None:
    result = ran(
        Windowed(3, lambda prompt: right(prompt).replace("The correct answer is", "Answer:")), data, tmp_path / "r"
    )
    overall = result.tasks["overall"]
    assert (overall["score"], overall["compensated"], overall["also"]) == (0.0, 25.0, {"corrected": 100.0})


@pytest.mark.parametrize(
    ("setting", "name"),
    [
        (Setting(), "m"),
        (Setting(cot=True), "m_cot"),
        (Setting(no_context=True), "m_no_context"),
        (Setting(rag=2), "m_rag_2"),
    ],
)
def test_the_export_scores_to_the_same_table_with_the_authors_script(
    authors_result_v2: Path, tmp_path: Path, data: Path, setting: Setting, name: str
) -> None:
    letters = dict(zip((f"v2/id{n}" for n in range(12)), "ABCD BA*DABC", strict=True))
    model = Windowed(3, lambda prompt: f"The correct answer is ({letters[prompt.sample_id]})")
    model.name = "m"
    result = ran(model, data, tmp_path / "run", setting)
    assert bench("export", tmp_path / "run", "--format", "official", "--out", tmp_path).returncode == 0
    file = tmp_path / "results" / f"{name}.jsonl"
    theirs = by_the_authors(authors_result_v2, file, tmp_path / "theirs")
    assert officials({"tasks": result.tasks}) == theirs
    keys = [
        *(key for key in row(0) if key not in {"answer", "context"}),
        "answer",
        "context",
        "response",
        "pred",
        "judge",
    ]
    assert list(json.loads(file.read_text().splitlines()[0])) == keys


def test_several_answers_are_drawn_at_the_temperature_of_the_authors(tmp_path: Path, data: Path) -> None:
    out = tmp_path / "runs"
    options = ("--data", data, "--attempts", 2, "--limit", 1, "--out", out, "--json")
    found = json.loads(bench("run", "longbench-v2", "--model", "lexical", *options).stdout)
    assert found["tasks"]["overall"]["n"] == 1
    refused = bench("run", "longbench-v2", "--model", "lexical", *options, "--temperature", 0)
    assert refused.returncode == 2
    assert "--attempts 2: at temperature 0 all are the same" in refused.stderr


def test_chosen_groups_make_a_partial_result(tmp_path: Path, data: Path) -> None:
    result = ran(Windowed(3, right), data, tmp_path / "run", tasks=("short", "easy"))
    assert result.partial == "--tasks easy,short"
    assert result.overall["all"]["reason"] == "partial: --tasks easy,short"
    assert list(result.tasks) == ["overall", "easy", "short"]
    assert result.tasks["overall"]["n"] == 2


def test_sample_data_are_answered_above_chance_without_weights(tmp_path: Path) -> None:
    settings: list[dict[str, Any]] = [{}, {"cot": True}, {"rag": 4, "chunk": 120}]
    for number, options in enumerate(settings):
        result = run("longbench-v2", model="lexical", data="sample", place=Place(out=tmp_path / str(number)), **options)
        assert result.tasks["overall"]["score"] > 40
        assert list(result.tasks) == list(GROUPS)
        assert result.overall["all"]["score"] == result.tasks["overall"]["score"]


def test_tables_csv_and_show_tell_groups_domains_and_letters(tmp_path: Path) -> None:
    done = bench("run", "longbench-v2", "--model", "lexical", "--data", "sample", "--out", tmp_path)
    for text in ("Difficulty", "compensated", "corrected", "domain", "Many-shot learning", "not LongBench v2"):
        assert text in done.stdout
    lines = bench("show", run_folder(done), "--task", "easy", "--limit", 99, "--json").stdout.splitlines()
    assert {json.loads(line)["sample"]["metadata"]["difficulty"] for line in lines} == {"easy"}
    assert len(lines) == 12
    shown = bench("show", run_folder(done), "--limit", 1)
    assert "The correct answer is (" in shown.stdout
    table = bench("score", "longbench-v2", run_folder(done), "--csv").stdout
    assert ",category,domain/Multi-Document QA," in table
    assert ",task,easy," in table


def test_the_list_has_the_six_groups() -> None:
    found = json.loads(bench("list", "--json").stdout)["benchmarks"]["longbench-v2"]
    assert [(item["task"], item["questions"]) for item in found] == list(
        zip(GROUPS, ["503", "192", "311", "180", "215", "108"], strict=True)
    )


def test_samples_of_any_length_are_made_on_disk_and_run(tmp_path: Path) -> None:
    made = bench("make-samples", "--variant", "v2", "--words", 2000, "--count", 6, "--out", tmp_path / "long")
    assert made.returncode == 0, made.stderr
    done = bench("run", "longbench-v2", "--model", "lexical", "--data", tmp_path / "long", "--out", tmp_path / "runs")
    assert result_of(done)["tasks"]["overall"]["n"] == 6


def test_a_run_at_temperature_zero_is_another_run_than_one_at_the_temperature_of_the_authors(
    tmp_path: Path, data: Path
) -> None:
    common = ("run", "longbench-v2", "--model", "lexical", "--data", data, "--out", tmp_path / "runs")
    plain, cold = bench(*common), bench(*common, "--temperature", 0)
    specs = [json.loads((run_folder(done) / "run.json").read_text()) for done in (plain, cold)]
    assert [spec["generation"]["sampling"]["temperature"] for spec in specs] == [0.1, 0.0]
    assert specs[0]["generation_sha256"] != specs[1]["generation_sha256"]
