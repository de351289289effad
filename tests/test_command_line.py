"""Would catch a command whose options, exit codes, files or last lines are not what scripts were promised."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from helpers import bench, make_data, result_of, run_folder, sample_row, write_lines

from bench.benchmarks.longbench.averages import AVERAGES
from bench.runs import COMPLETIONS, SAMPLES, SCORES


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return make_data(tmp_path / "data")


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_run_leaves_its_files_and_names_its_folder_last(data: Path, tmp_path: Path) -> None:
    done = bench("run", "longbench", "--model", "lexical", "--data", data, "--out", tmp_path / "runs")
    assert done.returncode == 0, done.stderr
    folder = run_folder(done)
    assert folder.parent == tmp_path / "runs" / "longbench" / "lexical"
    assert {path.name for path in folder.iterdir()} >= {
        *("run.json", SAMPLES, COMPLETIONS, SCORES, "result.json", "log.txt")
    }
    assert "qasper" in done.stdout
    assert "trec" in done.stdout
    stored = lines(folder / SAMPLES)
    assert [row["id"] for row in stored[:2]] == ["qasper/id0", "qasper/id1"]
    assert stored[0]["cluster"] == stored[1]["cluster"] != stored[2]["cluster"]
    assert result_of(done)["tasks"]["qasper"]["cluster"] == "document"
    assert str(stored[0]["head"]).startswith("Read this.\nDocument 0.")
    assert [row["sample_id"] for row in lines(folder / SCORES)] == [row["id"] for row in stored]


def test_the_three_spellings_of_the_command_are_one() -> None:
    versions = [
        subprocess.run([*spelling, "--version"], capture_output=True, text=True, check=True).stdout
        for spelling in (
            [sys.executable, "-m", "bench"],
            [str(Path(sys.executable).parent / "bench")],
            [str(Path(sys.executable).parent / "longcode-bench")],
        )
    ]
    assert len(set(versions)) == 1


def test_json_goes_to_stdout_whole_and_nothing_else_does(data: Path, tmp_path: Path) -> None:
    done = bench("run", "longbench", "--model", "lexical", "--data", data, "--out", tmp_path, "--json")
    shown = json.loads(done.stdout)
    assert shown["run"] == str(run_folder(done))
    assert shown["tasks"]["qasper"]["n"] == 6
    assert shown["spec"]["generation"]["data"]["prompts"]["official"] is False


def test_csv_has_a_line_for_every_task_and_average(data: Path, tmp_path: Path) -> None:
    done = bench("run", "longbench", "--model", "lexical", "--data", data, "--out", tmp_path, "--csv")
    table = list(csv.DictReader(io.StringIO(done.stdout)))
    assert {row["name"] for row in table if row["kind"] == "task"} == {"qasper", "trec"}
    assert {row["name"] for row in table if row["kind"] == "overall"} == {average.name for average in AVERAGES}
    assert all(row["score"] == "" for row in table if row["kind"] == "overall")


def test_several_benchmarks_run_with_one_model(data: Path, tmp_path: Path) -> None:
    make_data(data, suffix="_e")
    done = bench("run", "longbench", "longbench-e", "--model", "lexical", "--data", data, "--out", tmp_path / "runs")
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["longbench", "longbench-e"]
    assert result_of(done)["tasks"]["qasper"]["buckets"]["0-4k"]["n"] == 6


def test_nothing_starts_where_the_last_of_several_benchmarks_cannot(data: Path, tmp_path: Path) -> None:
    done = bench("run", "longbench", "longbench-e", "--model", "lexical", "--data", data, "--out", tmp_path / "runs")
    assert done.returncode == 2
    assert "holds no <data set>_e.jsonl" in done.stderr
    assert not (tmp_path / "runs").exists()


def test_limit_and_sample_mark_the_result_partial_and_leave_no_average(data: Path, tmp_path: Path) -> None:
    done = bench("run", "longbench", "--model", "lexical", "--data", data, "--limit", 2, "--out", tmp_path / "runs")
    result = result_of(done)
    assert result["partial"] == "--limit 2"
    assert result["tasks"]["trec"]["n"] == 2
    assert all(entry["score"] is None for entry in result["overall"].values())
    chosen = []
    for out in ("a", "b"):
        options = ("--sample", 5, "--seed", 3, "--out", tmp_path / out)
        done = bench("run", "longbench", "--model", "lexical", "--data", data, *options)
        chosen.append([row["id"] for row in lines(run_folder(done) / SAMPLES)])
    assert chosen[0] == chosen[1]
    assert len(chosen[0]) == 5


def test_a_sample_of_samples_does_not_depend_on_the_order_of_the_file(tmp_path: Path) -> None:
    rows = [sample_row("qasper", number) for number in range(30)]
    chosen = []
    for name, order in (("forwards", rows), ("backwards", rows[::-1])):
        folder = make_data(tmp_path / name, tasks=())
        write_lines(folder / "qasper.jsonl", order)
        options = ("--data", folder, "--sample", 7, "--out", tmp_path / f"out-{name}")
        done = bench("run", "longbench", "--model", "lexical", *options)
        chosen.append({row["id"] for row in lines(run_folder(done) / SAMPLES)})
    assert chosen[0] == chosen[1]


def test_stages_can_be_done_one_after_the_other(data: Path, tmp_path: Path) -> None:
    common = ("run", "longbench", "--model", "lexical", "--data", data, "--out", tmp_path)
    first = bench(*common, "--stages", "generate")
    assert not (run_folder(first) / "result.json").exists()
    second = bench(*common, "--stages", "score")
    assert run_folder(second) == run_folder(first)
    assert second.returncode == 0
    assert "going on with" in second.stderr


def test_scoring_alone_says_that_there_is_nothing_to_score(data: Path, tmp_path: Path) -> None:
    done = bench("run", "longbench", "--model", "lexical", "--data", data, "--out", tmp_path, "--stages", "score")
    assert done.returncode == 3
    assert "12 samples are not judged and count 0: 12 no completion" in done.stderr


def test_failed_samples_end_with_3_and_are_asked_again(data: Path, tmp_path: Path) -> None:
    answers = write_lines(
        tmp_path / "answers" / "a.jsonl", [{"id": f"qasper/id{i}", "text": f"red{i}"} for i in range(6)]
    )
    model = f"replay/{answers.parent}"
    done = bench("run", "longbench", "--model", model, "--data", data, "--out", tmp_path / "runs")
    assert done.returncode == 3
    result = result_of(done)
    assert result["failures"] == {"not_in_replay": 6}
    trec = result["tasks"]["trec"]
    assert (trec["score"], trec["not_judged"], trec["score_judged"], trec["official_denominator"]) == (0.0, 6, None, 0)
    assert result["tasks"]["qasper"]["score"] == pytest.approx(100)
    again = bench("run", "longbench", "--model", model, "--data", data, "--out", tmp_path / "runs")
    assert "6 failed completions are asked again" in again.stderr
    assert run_folder(again) == run_folder(done)


def test_a_run_replays_itself_to_the_same_scores(data: Path, tmp_path: Path) -> None:
    first = bench("run", "longbench", "--model", "lexical", "--data", data, "--out", tmp_path)
    again = bench("run", "longbench", "--model", f"replay/{run_folder(first)}", "--data", data, "--out", tmp_path)
    assert again.returncode == 0
    assert result_of(again)["tasks"] == result_of(first)["tasks"]


def test_new_starts_anew_and_a_finished_run_is_left_alone(data: Path, tmp_path: Path) -> None:
    common = ("run", "longbench", "--model", "lexical", "--data", data, "--out", tmp_path)
    folders = {run_folder(bench(*common)) for _ in range(2)} | {run_folder(bench(*common, "--new"))}
    assert len(folders) == 3


def test_a_named_folder_goes_on_and_refuses_another_generation(data: Path, tmp_path: Path) -> None:
    common = ("run", "longbench", "--model", "lexical", "--data", data, "--run-dir", tmp_path / "mine")
    assert bench(*common).returncode == 0
    assert bench(*common).returncode == 0
    refused = bench(*common, "--limit", 1)
    assert refused.returncode == 2
    assert "was made with another generation: data.limit is null there and 1 here" in refused.stderr
    assert len(lines(tmp_path / "mine" / COMPLETIONS)) == 12


def test_scoring_a_run_again_replaces_its_scores_alone(data: Path, tmp_path: Path) -> None:
    done = bench("run", "longbench", "--model", "lexical", "--data", data, "--out", tmp_path)
    before = (run_folder(done) / COMPLETIONS).read_bytes()
    again = bench("score", "longbench", run_folder(done), "--edit-similarity", "indel")
    assert again.returncode == 0, again.stderr
    assert result_of(again)["spec"]["scoring"]["edit_similarity"] == "indel"
    assert (run_folder(done) / COMPLETIONS).read_bytes() == before
    wrong = bench("score", "longbench-e", run_folder(done))
    assert wrong.returncode == 2
    assert "is a run of longbench" in wrong.stderr


def test_show_tells_why_a_sample_scored_nothing(data: Path, tmp_path: Path) -> None:
    answers = [
        {"id": f"{task}/id{i}", "text": "blue" if i else f"red{i}"} for task in ("qasper", "trec") for i in range(6)
    ]
    model = f"replay/{write_lines(tmp_path / 'answers' / 'a.jsonl', answers).parent}"
    folder = run_folder(bench("run", "longbench", "--model", model, "--data", data, "--out", tmp_path / "runs"))
    shown = bench("show", folder, "--failed", "--task", "qasper")
    assert shown.returncode == 0
    assert "qasper/id1" in shown.stdout
    assert "qasper/id0" not in shown.stdout
    assert "why" in shown.stdout
    asjson = [json.loads(line) for line in bench("show", folder, "--json", "--limit", 100).stdout.splitlines()]
    assert len(asjson) == 12
    assert asjson[0]["completion"]["text"] == "red0"
    unknown = bench("show", folder, "--task", "qaspr")
    assert unknown.returncode == 2
    assert "did you mean qasper?" in unknown.stderr


def test_show_sends_no_escape_sequences_of_a_model_to_the_terminal(data: Path, tmp_path: Path) -> None:
    answers = [
        {"id": f"{task}/id{i}", "text": "\x1b]0;owned\x07\u202e"} for task in ("qasper", "trec") for i in range(6)
    ]
    model = f"replay/{write_lines(tmp_path / 'answers' / 'a.jsonl', answers).parent}"
    folder = run_folder(bench("run", "longbench", "--model", model, "--data", data, "--out", tmp_path / "runs"))
    shown = bench("show", folder).stdout
    assert "\x1b]0" not in shown
    assert "\u202e" not in shown
    assert r"\x1b]0;owned" in shown


def test_export_writes_the_authors_files(data: Path, tmp_path: Path) -> None:
    folder = run_folder(bench("run", "longbench", "--model", "lexical", "--data", data, "--out", tmp_path / "runs"))
    done = bench("export", folder, "--format", "official", "--out", tmp_path / "export")
    assert done.returncode == 0, done.stderr
    rows = lines(tmp_path / "export" / "pred" / "lexical" / "trec.jsonl")
    assert list(rows[0]) == ["pred", "answers", "all_classes", "length"]
    assert [row["length"] for row in rows] == [30 + i for i in range(6)]
    scored = bench("score", "longbench", tmp_path / "export" / "pred" / "lexical", "--out", tmp_path / "again")
    first = json.loads((folder / "result.json").read_text())
    assert [result_of(scored)["tasks"][t]["score"] for t in ("qasper", "trec")] == [
        first["tasks"][t]["score"] for t in ("qasper", "trec")
    ]
    joined = bench("export", folder, "--format", "jsonl", "--out", tmp_path / "export")
    assert len(lines(Path(joined.stdout.strip()))) == 12


def test_list_and_doctor_end_with_0_and_name_what_there_is(tmp_path: Path) -> None:
    listed = json.loads(bench("list", "--json").stdout)
    assert len(listed["benchmarks"]["longbench"]) == 21
    assert listed["benchmarks"]["longbench-e"][0]["task"] == "qasper"
    assert "lexical" in listed["models"]
    doctor = bench("doctor", "--json", env={"PATH": str(tmp_path)})
    assert doctor.returncode == 0
    found = {finding["part"]: finding for finding in json.loads(doctor.stdout)}
    assert {"Docker", "vLLM", "Java", "tokenizers", "LongBench data"} <= set(found)
    assert found["Docker"]["found"] is False
    assert "install Docker" in found["Docker"]["remedy"]
    assert bench("doctor").returncode == 0


def test_make_samples_makes_data_that_a_run_takes(tmp_path: Path) -> None:
    made = bench("make-samples", "--words", 300, "--count", 1, "--out", tmp_path / "data", "--tasks", "qasper,lsht")
    assert made.returncode == 0, made.stderr
    done = bench("run", "longbench", "--model", "lexical", "--data", tmp_path / "data", "--out", tmp_path / "runs")
    assert done.returncode == 0, done.stderr
    assert set(result_of(done)["tasks"]) == {"qasper", "lsht"}
    assert any("prompts are not the authors'" in note for note in result_of(done)["notes"])
    assert bench("make-samples", "--words", 300, "--out", tmp_path / "data").returncode == 2


def test_the_sample_data_gives_every_task_and_every_average(tmp_path: Path) -> None:
    done = bench("run", "longbench", "--model", "lexical", "--data", "sample", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    result = result_of(done)
    assert len(result["tasks"]) == 21
    assert all(entry["score"] is not None for entry in result["overall"].values())
    assert all(entry["ci95"][0] < entry["ci95"][1] for entry in result["tasks"].values())
    assert any("sample data" in note for note in result["notes"])
    assert "English" in done.stdout


def test_longbench_e_on_sample_data_fills_its_buckets(tmp_path: Path) -> None:
    done = bench("run", "longbench", "--variant", "e", "--model", "lexical", "--data", "sample", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    result = result_of(done)
    assert list(result["overall"]) == ["mean_13", "0-4k", "4-8k", "8k+", "mean_4_qa"]
    assert all(entry["score"] is not None for entry in result["overall"].values())


def test_an_interrupt_ends_with_130_and_goes_on(data: Path, tmp_path: Path) -> None:
    slow = make_data(tmp_path / "slow", rows=400)
    command = ["run", "longbench", "--model", "lexical", "--data", str(slow), "--out", str(tmp_path / "runs")]
    process = subprocess.Popen([sys.executable, "-m", "bench", *command], stderr=subprocess.PIPE, text=True)
    completions = None
    while completions is None and process.poll() is None:
        completions = next((tmp_path / "runs").glob(f"*/*/*/{COMPLETIONS}"), None)
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "Traceback" not in said
    done = bench(*command)
    assert done.returncode == 0
    assert len({row["sample_id"] for row in lines(run_folder(done) / COMPLETIONS)}) == 800


@pytest.mark.parametrize("command", ["list", "doctor --json"])
def test_a_reader_that_goes_away_is_no_error(command: str) -> None:
    shell = f"set -o pipefail; {sys.executable} -m bench {command} | (exec 0<&-; sleep 1)"
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_brackets_and_escapes_in_a_name_are_shown_as_they_are(data: Path, tmp_path: Path) -> None:
    name = "org/[bold]model[/] :smile: \x1b]0;owned\x07"
    done = bench("run", "longbench", "--model", "lexical", "--name", name, "--data", data, "--out", tmp_path / "runs")
    assert done.returncode == 0, done.stderr
    assert r"org/[bold]model[/] :smile: \x1b]0;owned\x07" in done.stdout
    assert "\x1b]0" not in done.stdout
