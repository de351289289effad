"""Would catch a verdict that is not the authors', a lost or repeated execution, or a daemon that is missed too late."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from helpers import bench, result_of, run_folder

from bench.benchmarks.ncb.tasks import LIMITS
from bench.protocols import Sandbox
from bench.records import Job

NEEDS_LIBRARY = {"python_en/160", "python_zh/160", "java_en/156", "java_zh/156"}
"""Problems whose verdict depends on nltk's data and on fastjson2, which an image may lack."""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {"XDG_CACHE_HOME": str(tmp_path_factory.mktemp("cache"))}


def executions(folder: Path) -> dict[tuple[str, str], dict[str, Any]]:
    rows = [json.loads(line) for line in (folder / "executions.jsonl").read_text().splitlines()]
    found = {(row["sample_id"], row["extractor"]): row for row in rows}
    assert len(found) == len(rows)
    return found


@pytest.fixture(scope="module")
def sample_run(docker_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory, cache: dict[str, str]) -> Any:
    out = tmp_path_factory.mktemp("runs")
    return bench("run", "ncb", "--model", "reference", "--data", "sample", "--out", out, env=cache, timeout=300)


def test_every_sample_problem_is_solved_by_its_own_solution(sample_run: Any) -> None:
    assert sample_run.returncode == 0, sample_run.stderr
    result = result_of(sample_run)
    assert {name: (task["score"], task["n"]) for name, task in result["tasks"].items()} == dict.fromkeys(
        ["python_en", "python_zh", "java_en", "java_zh"], (100.0, 8)
    )
    assert {status for task in result["tasks"].values() for status in task["statuses"]} == {"valid"}
    assert "python_en" in sample_run.stdout


def test_the_run_tells_which_limits_held_where_its_code_was_run(sample_run: Any) -> None:
    header = json.loads((run_folder(sample_run) / "run.json").read_text())
    assert header["sandbox"]["name"] == "docker"
    assert header["sandbox"]["held"]["network"] is True


def test_every_answer_was_run_in_a_container_of_its_own(sample_run: Any) -> None:
    found = executions(run_folder(sample_run))
    assert Counter(extractor for _, extractor in found) == {"official": 32, "reference": 32, "trivial": 32}
    assert all(row["seconds"] for (_, extractor), row in found.items() if extractor == "official")


@pytest.mark.parametrize("model", ["reference", "chatgpt"])
def test_every_verdict_is_the_authors_own(
    docker_sandbox: Sandbox,
    shared: Path,
    tmp_path: Path,
    cache: dict[str, str],
    model: str,
) -> None:
    data = shared / "data" / "ncb"
    responses, problems = data / "responses" / model, data / "problems"
    done = bench("score", "ncb", responses, "--data", problems, "--out", tmp_path, env=cache, timeout=1500)
    assert done.returncode == 0, done.stderr
    golden = json.loads((data / "golden" / f"{model}.json").read_text())
    theirs = {f"{task}/{number}": verdict for task, rows in golden.items() for number, verdict in rows.items()}
    found = executions(run_folder(done))
    ours = {sample_id: row["verdict"] for (sample_id, extractor), row in found.items() if extractor == "official"}
    assert len(ours) == 280
    assert {key for key in theirs if theirs[key] != ours[key]} <= NEEDS_LIBRARY
    assert "26 of 280 problems cannot pass here" in done.stdout.strip().splitlines()[-1]
    if model == "reference":
        passed = Counter(key.split("/")[0] for key, verdict in ours.items() if verdict == "passed")
        assert {name: passed[name] >= least for name, least in least_passed().items()} == dict.fromkeys(passed, True)


def least_passed() -> dict[str, int]:
    return {"python_en": 60, "python_zh": 60, "java_en": 65, "java_zh": 65}


CROWD = """
public class Crowd {
    public static int of(int count) throws Exception {
        var all = new java.util.concurrent.CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            new Thread(() -> { all.countDown(); try { all.await(); } catch (InterruptedException gone) { } }).start();
        }
        all.await();
        return count;
    }
}
"""
MEETS = """
import static org.junit.jupiter.api.Assertions.*;
import org.junit.jupiter.api.Test;
class Test_java_1 { @Test void theyMeet() throws Exception { assertEquals(1000, Crowd.of(1000)); } }
"""


def test_a_thousand_threads_that_live_at_once_are_allowed_as_one_public_problem_asks(docker_sandbox: Sandbox) -> None:
    code: dict[str, Any] = {"language": "java", "name": "Test_java_1", "files": {"Crowd.java": CROWD}, "tests": MEETS}
    job = Job(sample_id="java_en/1", attempt=0, extractor="official", limits=LIMITS["java"], **code)
    (execution,) = docker_sandbox.run([job])
    assert execution.verdict == "passed", execution.reason


def test_a_killed_run_goes_on_and_leaves_no_container(
    docker_sandbox: Sandbox,
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-m", "bench", "run", "ncb", "--model", "reference", "--data", "sample"]
    command += ["--out", str(tmp_path / "runs")]
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for_lines(tmp_path / "runs", 5)
    process.send_signal(signal.SIGKILL)
    process.wait()
    (log,) = (tmp_path / "runs").rglob("executions.jsonl")
    before = len(log.read_bytes().split(b"\n")) - 1
    done = bench(*command[3:], env=environment, timeout=300)
    assert done.returncode == 0, done.stderr
    assert before >= 5
    assert len(executions(run_folder(done))) == 96
    assert run_folder(done) == log.parent
    assert containers_of(process.pid) == []


def wait_for_lines(folder: Path, count: int) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        logs = list(folder.rglob("executions.jsonl"))
        if logs and logs[0].read_bytes().count(b"\n") >= count:
            return
        time.sleep(0.05)
    pytest.fail("nothing was executed")


def containers_of(pid: int) -> list[str]:
    import docker

    found = docker.APIClient(version="auto").containers(all=True, filters={"label": "longcode-bench.sandbox=1"})
    return [item["Id"] for item in found if f":{pid}:" in item["Labels"]["longcode-bench.owner"]]


def test_without_a_daemon_one_line_says_what_to_install_before_any_prompt(tmp_path: Path) -> None:
    gone = {"DOCKER_HOST": f"unix://{tmp_path}/nothing.sock"}
    done = bench("run", "ncb", "--model", "reference", "--data", "sample", "--out", tmp_path / "runs", env=gone)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "install Docker Engine" in done.stderr
    assert not list(tmp_path.rglob("completions.jsonl"))


def test_answers_can_be_made_where_there_is_no_daemon(tmp_path: Path) -> None:
    gone = {"DOCKER_HOST": f"unix://{tmp_path}/nothing.sock"}
    options = ["--data", "sample", "--stages", "generate", "--out", tmp_path / "runs"]
    done = bench("run", "ncb", "--model", "reference", *options, env=gone)
    assert done.returncode == 0, done.stderr
    assert len((run_folder(done) / "completions.jsonl").read_text().splitlines()) == 32
    scored = bench("score", "ncb", run_folder(done), env=gone)
    assert scored.returncode == 2
    assert "install Docker Engine" in scored.stderr


def test_code_run_without_isolation_marks_its_result(tmp_path: Path) -> None:
    options = ["--data", "sample", "--languages", "python", "--natural-languages", "en", "--sandbox", "unsafe-local"]
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = bench("run", "ncb", "--model", "reference", *options, "--out", tmp_path / "runs", env=cache)
    assert done.returncode == 0, done.stderr
    result = result_of(done)
    assert result["tasks"]["python_en"]["score"] == 100.0
    assert any("isolat" in note for note in result["notes"])


def test_a_benchmark_without_solutions_is_not_asked_for_them(tmp_path: Path) -> None:
    done = bench("run", "longbench", "--model", "reference", "--data", "sample", "--out", tmp_path)
    assert done.returncode == 2
    assert "no reference solutions" in done.stderr
