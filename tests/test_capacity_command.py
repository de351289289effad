"""Would catch a plan that does not give back the run that it was made from, and options that change nothing.

And a folder of an older version that ends in a traceback.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from helpers import bench, make_data, run_folder

from bench.capacity import Setup, calibrated, simulate
from bench.jsonl import to_line
from bench.records import Completion, Execution, StoredSample, Usage
from bench.runs import RunFolder


def plans(*arguments: object) -> list[dict[str, Any]]:
    done = bench("capacity", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def stage(plan: dict[str, Any], name: str) -> dict[str, Any]:
    return next(found for found in plan["stages"] if found["name"] == name)


def folder_of(path: Path, *, stages: dict[str, Any], attempts: int = 1) -> RunFolder:
    """A run of ten samples, each answered and executed."""
    folder = RunFolder.create(path, name="m", benchmark="ncb", setting="zero-shot", generation={"attempts": attempts})
    rows = [(f"python_en/{n}", 0.5 + 0.1 * n) for n in range(10)]
    folder.write_samples(
        StoredSample(id=name, task="python_en", language="python", targets=(), length=None, cluster=name, metadata={})
        for name, _ in rows
    )
    answers = [
        Completion(
            sample_id=name,
            text="x",
            seconds=0.2 + 0.05 * n,
            usage=Usage(input_tokens=1000 + 300 * (n % 4), output_tokens=10 + 20 * n),
        )
        for n, (name, _) in enumerate(rows)
    ]
    done = [Execution(sample_id=name, extractor="official", verdict="passed", seconds=taken) for name, taken in rows]
    gate = [Execution(sample_id=rows[0][0], extractor="trivial", verdict="failed", seconds=500.0)]
    (path / "completions.jsonl").write_text("".join(map(to_line, answers)))
    (path / "executions.jsonl").write_text("".join(map(to_line, [*done, *gate])))
    folder.keep(stages=stages)
    return folder


STAGES: dict[str, dict[str, Any]] = {
    "generate": {"seconds": 3.0, "pieces": 10, "busy_seconds": None, "cores": 2},
    "execute": {"seconds": 4.0, "pieces": 10, "busy_seconds": None, "cores": 2},
    "score": {"seconds": 1.0, "pieces": 10, "busy_seconds": 1.0, "cores": 2},
}


@pytest.mark.parametrize("busy", [None, 3.0, 100.0])
def test_the_forecast_of_the_run_itself_is_what_the_run_took(tmp_path: Path, busy: float | None) -> None:
    stages = {**STAGES, "execute": {**STAGES["execute"], "busy_seconds": busy}}
    load, machines = calibrated(folder_of(tmp_path / "run", stages=stages))
    found = {stage.name: stage.seconds for stage in simulate(load, machines).stages}
    assert found["execute"] == pytest.approx(4.0, rel=0.02)
    assert found["generate"] == pytest.approx(3.0, rel=0.1)  # in another order
    assert load.executions["python"].count == 10
    assert sum(cpu for cpu, _ in load.executions["python"].seconds) <= 8.0 * 1.01


def test_what_the_machine_did_not_compute_the_programs_waited(tmp_path: Path) -> None:
    stages = {**STAGES, "execute": {**STAGES["execute"], "busy_seconds": 2.0}}
    load, _ = calibrated(folder_of(tmp_path / "run", stages=stages))
    cpu, waiting = (sum(part) for part in zip(*load.executions["python"].seconds, strict=True))
    assert 0.99 * 2.0 <= cpu <= 1.01 * 2.0 / 0.95  # what is left unexplained is shared out
    assert waiting > cpu


def test_cores_that_were_idle_for_a_moment_are_no_sign_of_waiting(tmp_path: Path) -> None:
    stages = {**STAGES, "execute": {**STAGES["execute"], "busy_seconds": 7.8}}
    load, _ = calibrated(folder_of(tmp_path / "run", stages=stages))
    cpu, waiting = (sum(part) for part in zip(*load.executions["python"].seconds, strict=True))
    assert cpu <= 8.0 * 1.01
    assert cpu >= 7.8 * 0.99
    assert waiting == 0.0


def test_a_run_on_a_cluster_was_done_by_the_machines_that_its_folder_names(tmp_path: Path) -> None:
    stages = {**STAGES, "execute": {**STAGES["execute"], "busy_seconds": 0.1}}
    folder = folder_of(tmp_path / "run", stages=stages)
    folder.keep_sandbox({"name": "docker", "nodes": [{"address": "10.0.0.1"}, {"address": "10.0.0.2"}]})
    load, machines = calibrated(folder)
    assert machines.hosts.count == 2
    cpu, waiting = (sum(part) for part in zip(*load.executions["python"].seconds, strict=True))
    assert cpu > 1.0
    assert waiting == 0.0


def test_jobs_at_a_time_of_the_run_can_be_told(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "run", stages=STAGES)
    alone, _ = calibrated(folder, Setup(jobs=1))
    together, _ = calibrated(folder)
    total = [sum(map(sum, load.executions["python"].seconds)) for load in (alone, together)]
    assert total[0] == pytest.approx(4.0, rel=0.02)
    assert total[1] > total[0]


def test_a_run_of_an_older_version_is_named_with_a_remedy(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "run", stages={})
    done = bench("capacity", folder.path)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "run.json" in done.stderr
    assert "older version" in done.stderr


def test_a_sweep_has_a_row_for_each_value(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "run", stages=STAGES)
    found = plans(folder.path, "--samples", 1000, "--attempts", 3, "--sweep", "hosts=1,10")
    assert [plan["plan"] for plan in found] == [{"hosts": 1}, {"hosts": 10}]
    assert [stage(plan, "execute")["pieces"] for plan in found] == [3000, 3000]
    assert [stage(plan, "generate")["pieces"] for plan in found] == [3000, 3000]
    assert stage(found[0], "execute")["seconds"] / stage(found[1], "execute")["seconds"] == pytest.approx(10, rel=0.05)
    assert stage(found[0], "score")["pieces"] == -(-1000 // 64)


def test_numbers_alone_make_a_plan() -> None:
    (plan,) = plans("--executions", 100, "--cpu-seconds", 2, "--cores", 4, "--hosts", 5, "--price-host", 36)
    assert plan["seconds"] == pytest.approx(10.0, rel=0.05)
    assert plan["cost"] == pytest.approx(plan["seconds"] * 5 * 36 / 3600)
    (plan,) = plans("--samples", 10, "--tokens-in", 1000, "--tokens-out", 1, "--prefill", 500, "--in-flight", 1)
    assert stage(plan, "generate")["seconds"] == pytest.approx(20.0, rel=0.2)


def test_a_table_shows_each_plan_and_a_sentence_about_it() -> None:
    done = bench("capacity", "--executions", 200, "--cpu-seconds", 1, "--sweep", "hosts=1,1000", "--price-host", 1)
    assert done.returncode == 0
    assert "hosts 1,000 " in done.stdout
    assert "cores are" in done.stdout
    assert "hosts 1,000: execute takes" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--executions", 5), "--cpu-seconds"),
        (("--sweep", "host=1"), "did you mean hosts"),
        (("--sweep", "hosts=1,many"), "hosts=1,10,100"),
        (("--decode", "8"), "1=0.01"),
        (("--executions", 5, "--cpu-seconds", 1, "--cores", -1), "--cores"),
    ],
)
def test_a_mistake_is_one_line_that_names_it(arguments: tuple[object, ...], named: str) -> None:
    done = bench("capacity", *arguments)
    assert done.returncode == 2
    assert named in done.stderr
    assert "Traceback" not in done.stderr


def test_a_run_says_how_long_its_stages_took_over_all_starts(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data")
    done = bench("run", "longbench", "--model", "lexical", "--data", data, "--out", tmp_path / "runs")
    folder = run_folder(done)
    first = RunFolder.open(folder).stages
    assert set(first) == {"generate", "score"}
    assert first["generate"]["pieces"] == first["score"]["pieces"] == 12
    assert bench("score", "longbench", folder).returncode == 0
    again = RunFolder.open(folder).stages
    assert again["score"]["pieces"] == 24
    assert again["score"]["seconds"] > first["score"]["seconds"]
    done = bench("capacity", folder, "--samples", 100)
    assert done.returncode == 0, done.stderr
    assert "the run counted no tokens" in done.stderr
