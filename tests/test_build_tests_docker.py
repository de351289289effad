"""`bench build-tests` with the real sandbox, on the sample requests.

It would catch a mishap that is published, a published set whose own solutions do not pass, and a build that ends
otherwise when it was killed on its way.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from helpers import bench, result_of

from bench.benchmarks.ncb.tasks import TASKS
from bench.protocols import Sandbox

COMMAND = ("build-tests", "sample", "--model", "reference", "--translate", "--argue", "--decisions", "sample", "--out")
STAGES = ("1-screened", "2-drafted", "3-verified", "4-measured", "5-repaired", "6-aligned", "questions")
PATIENCE = 500.0  # seconds that a build may take on a busy machine


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def built(docker_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample requests as a set, with the decisions of a reviewer that was made up."""
    folder = tmp_path_factory.mktemp("build") / "own-problems"
    done = bench(*COMMAND, folder, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    return folder


def test_every_mishap_of_the_scripted_model_is_marked(built: Path) -> None:
    marks = defaultdict(set)
    for row in rows(built / "5-repaired.jsonl"):
        for finding in (one for test in row["verified"]["tests"] for one in test["findings"]):
            marks[row["id"]].add((finding["test"], finding["mark"]))
    assert marks == {
        "parking_fee": {("test_two_hours", "fails")},
        "shelf_labels": {("TestSortLabels::test_result_is_a_tuple", "vacuous")},
        "meter_readings": {("test_readings_of_this_year", "clock")},
        "seat_plan": {("frontSeatsAreTakenFirst", "duplicate")},
        "retry_plan": {("aPlanCanBeMade", "vacuous"), ("isQuickForManyRetries", "clock")},
        "word_tally": {("textsAreMadeSmall", "hidden_name")},
    }


def test_more_tests_are_asked_for_until_the_target_is_reached(built: Path) -> None:
    found = {row["id"]: row for row in rows(built / "5-repaired.jsonl")}
    assert found["seat_plan"]["added"]
    assert found["seat_plan"]["measured"]["branch_coverage"] >= 90
    assert {row["stopped"] for row in found.values()} == {"target"}
    [proposal] = found["parking_fee"]["proposals"]
    assert (proposal["expected"], proposal["observed"]) == ("450", "600")
    assert set(proposal["arguments"]) == {"test", "solution"}


def test_what_was_decided_is_what_is_published(built: Path) -> None:
    english = {row["_id"]: row for row in rows(built / "ncb_python_en.jsonl")}
    assert set(english["parking_fee"]) == {
        *("_id", "prompt", "problem", "testcases", "setup_code", "reference_solution", "classification"),
    }
    whole = english["parking_fee"]["testcases"] + english["parking_fee"]["prompt"]
    assert "parking_fee(120) == 600" in whole
    for name in TASKS:
        text = (built / TASKS[name].file).read_text(encoding="utf-8")
        assert len(text.splitlines()) == 3
        for left_out in ("of_this_year", "frontSeatsAreTakenFirst", "aPlanCanBeMade", "isQuick", "textsAreMadeSmall"):
            assert left_out not in text
    chinese = {row["_id"]: row for row in rows(built / "ncb_python_zh.jsonl")}
    assert chinese["parking_fee"]["testcases"] == english["parking_fee"]["testcases"]


def test_the_test_that_a_prompt_shows_is_not_among_the_hidden_ones(built: Path) -> None:
    for row in rows(built / "provenance.jsonl"):
        assert row["tests"]["demo"] not in row["tests"]["hidden"]
        assert row["tests"]["hidden"]
        assert row["canary"] in (built / "card.toml").read_text(encoding="utf-8")


def test_its_own_solutions_pass_at_100_per_cent(built: Path, tmp_path: Path) -> None:
    done = bench("run", built, "--model", "reference", "--out", tmp_path, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    result = result_of(done)
    assert result["spec"]["generation"]["benchmark"] == "own-problems"
    assert {name: task["score"] for name, task in result["tasks"].items()} == dict.fromkeys(TASKS, 100)
    assert all(task["statuses"] == {"valid": 3} for task in result["tasks"].values())


def test_killed_while_tests_run_the_same_command_ends_the_same(built: Path, tmp_path: Path) -> None:
    folder = tmp_path / "own-problems"
    seen = _half_way(built, folder)
    observations = folder / "observations.jsonl"
    process = subprocess.Popen([sys.executable, "-m", "bench", *COMMAND, str(folder)], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        if observations.read_bytes().count(b"\n") >= seen + 8:
            break
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    before = observations.read_bytes()
    done = bench(*COMMAND, folder, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    assert observations.read_bytes().startswith(before[: before.rfind(b"\n") + 1])
    assert len(rows(observations)) == len(rows(built / "observations.jsonl"))
    for name in STAGES:
        mine, whole = rows(folder / f"{name}.jsonl"), rows(built / f"{name}.jsonl")
        assert _timeless(mine) == _timeless(whole), name
    for task in TASKS.values():
        assert (folder / task.file).read_bytes() == (built / task.file).read_bytes()


def _half_way(built: Path, folder: Path) -> int:
    """A build of which a half is seen, and nothing is told of it yet; how many observations that is."""
    folder.mkdir()
    for name in ("build.json", "requests.jsonl", "completions.jsonl", "1-screened.jsonl", "2-drafted.jsonl"):
        shutil.copyfile(built / name, folder / name)
    lines = (built / "observations.jsonl").read_bytes().splitlines(keepends=True)
    half = lines[: len(lines) // 2]
    (folder / "observations.jsonl").write_bytes(b"".join(half))
    return len(half)


def _timeless(value: Any) -> Any:
    """Without how long things took."""
    if isinstance(value, dict):
        return {key: _timeless(one) for key, one in value.items() if key != "seconds"}
    return [_timeless(one) for one in value] if isinstance(value, list) else value
