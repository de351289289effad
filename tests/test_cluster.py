"""Would catch a sample that is lost, doubled or judged otherwise because machines of a cluster die, differ or join.

Every test drives a real Ray cluster of several nodes on this machine; `make test-cluster` makes the environment for it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from conftest import need_ray
from helpers import bench, run_folder
from made_cluster import DOCKER, MadeCluster, made_cluster

from bench.protocols import Sandbox
from bench.runs import EXECUTIONS, SCORES

SOURCE = Path(__file__).resolve().parents[1] / "src"
FULL = bool(os.environ.get("BENCH_CLUSTER_FULL"))  # all 280 real solutions, and all of phi-2's rows
SUBSET = 4  # real solutions of each task, without it
MIDDLE = 400 if FULL else 16  # executions of all, when a node dies: three for each solution
PLAIN = ("--sandbox", "unsafe-local", "--languages", "python")
"""Code that is run without containers, where these are not the point."""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Of the nodes and of the commands: this checkout, and verdicts of no earlier run."""
    need_ray()
    cache = str(tmp_path_factory.mktemp("cache"))
    return {**os.environ, "PYTHONPATH": str(SOURCE), "XDG_CACHE_HOME": cache, "RAY_USAGE_STATS_ENABLED": "0"}


@pytest.fixture(scope="module")
def cluster(environment: dict[str, str]) -> Iterator[MadeCluster]:
    """A head; every test adds the nodes that it needs and takes them away again."""
    with made_cluster(environment) as made:
        yield made


@pytest.fixture
def node(cluster: MadeCluster) -> Iterator[Callable[..., int]]:
    """Adds nodes that end with the test."""
    living: list[int] = []

    def add(**options: Any) -> int:
        living.append(cluster.add(**{**DOCKER, **options}))
        return living[-1]

    yield add
    for number in living:
        cluster.kill(number)


class Started:
    """A command that runs while the test does something to the cluster."""

    def __init__(self, *arguments: object, env: dict[str, str], out: Path) -> None:
        self._out = out
        command = [sys.executable, "-m", "bench", *map(str, arguments), "--out", str(out)]
        self.process = subprocess.Popen(command, env=env, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)

    def wait_for_lines(self, count: int) -> None:
        """Until so many executions have landed."""
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline and self.process.poll() is None:
            if sum(log.read_bytes().count(b"\n") for log in self._out.rglob(EXECUTIONS)) >= count:
                return
            time.sleep(0.05)
        pytest.fail(f"nothing was executed: {self.finished()[1]}")

    def lose(self, end: Callable[[], None]) -> None:
        """Something ends while the command runs."""
        assert self.process.poll() is None
        end()
        assert self.process.poll() is None

    def finished(self) -> tuple[int, str]:
        """The exit code and what was said on stderr."""
        try:
            _, said = self.process.communicate(timeout=540)
        finally:
            self.process.kill()
        return self.process.returncode, said

    def folder(self) -> Path:
        """The run, once it ended well."""
        code, said = self.finished()
        assert code == 0, said
        return Path(said.strip().splitlines()[-1])


class Found(NamedTuple):
    """Of an execution, what is no matter of time."""

    verdict: str
    job_sha256: str
    passed: int | None
    total: int | None


def executions(folder: Path) -> dict[tuple[str, str], Found]:
    """By sample and extractor; none stands there twice."""
    rows = [json.loads(line) for line in (folder / EXECUTIONS).read_text().splitlines()]
    found = {(row["sample_id"], row["extractor"]): Found(*(row[field] for field in Found._fields)) for row in rows}
    assert len(found) == len(rows)
    return found


def assert_equal(spread: Path, alone: Path) -> None:
    """The same jobs, verdicts and scores; where a solution that solves nothing ran out of time, the machine was busy.

    That one is no answer: it tells whether the tests find anything, and it may be ended by the wall limit or by itself.
    """
    ours, theirs = executions(spread), executions(alone)
    assert {key: one.job_sha256 for key, one in ours.items()} == {key: one.job_sha256 for key, one in theirs.items()}
    differ = {key for key in ours if ours[key] != theirs[key]}
    assert {key: (ours[key], theirs[key]) for key in differ if not may_time_out(key, ours, theirs)} == {}
    assert values(spread) == values(alone)


def may_time_out(key: tuple[str, str], *runs: dict[tuple[str, str], Found]) -> bool:
    return key[1] == "trivial" and "timeout" in {run[key].verdict for run in runs}


def values(folder: Path) -> list[tuple[str, float]]:
    """Every sample's score in the order of the samples."""
    rows = [json.loads(line) for line in (folder / SCORES).read_text().splitlines()]
    return [(row["sample_id"], row["value"]) for row in rows]


def once_more(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """The environment of a second run, that recalls nothing of the first."""
    return {**environment, "XDG_CACHE_HOME": str(tmp_path / "cache")}


def some_solutions(ncb: Path, folder: Path) -> Path:
    """Real solutions: the first of each task, or all."""
    kept = folder / "reference"
    kept.mkdir()
    for path in (ncb / "responses" / "reference").iterdir():
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        (kept / path.name).write_text("".join(lines if FULL else lines[:SUBSET]), encoding="utf-8")
    return kept


@pytest.mark.timeout(3000 if FULL else 600)
def test_real_solutions_have_the_verdicts_of_one_machine_though_a_node_dies(
    docker_sandbox: Sandbox,
    ncb: Path,
    cluster: MadeCluster,
    node: Callable[..., int],
    environment: dict[str, str],
    tmp_path: Path,
) -> None:
    solutions = some_solutions(ncb, tmp_path)
    command = ["score", "ncb", solutions, "--data", ncb / "problems"]
    first = cluster.add(**DOCKER)
    node()
    run = Started(*command, "--cluster", cluster.address, env=environment, out=tmp_path / "runs")
    run.wait_for_lines(MIDDLE)
    run.lose(lambda: cluster.kill(first))
    spread = run.folder()
    alone = bench(*command, "--out", tmp_path / "alone", env=once_more(environment, tmp_path), timeout=1800)
    assert_equal(spread, run_folder(alone))
    assert len(values(spread)) == (280 if FULL else 4 * SUBSET)


def test_the_sample_solutions_do_though_a_node_dies_and_another_joins(
    cluster: MadeCluster, node: Callable[..., int], environment: dict[str, str], tmp_path: Path
) -> None:
    command = ["run", "ncb", "--model", "reference", "--data", "sample", *PLAIN]
    first = cluster.add(**DOCKER)
    auto = {**environment, "RAY_ADDRESS": cluster.address}
    run = Started(*command, "--cluster", "auto", env=auto, out=tmp_path / "runs")
    run.wait_for_lines(3)
    node()
    run.lose(lambda: cluster.kill(first))  # from here on only the node that joined can do anything
    spread = run.folder()
    alone = bench(*command, "--out", tmp_path / "alone", env=once_more(environment, tmp_path), timeout=600)
    assert_equal(spread, run_folder(alone))


def test_a_driver_interrupted_or_killed_and_started_again_loses_and_doubles_nothing(
    cluster: MadeCluster, node: Callable[..., int], environment: dict[str, str], tmp_path: Path
) -> None:
    node()
    node()
    command = ["run", "ncb", "--model", "reference", "--data", "sample", *PLAIN, "--cluster", cluster.address]
    run = Started(*command, env=environment, out=tmp_path / "runs")
    run.wait_for_lines(5)
    run.process.send_signal(signal.SIGINT)
    assert run.finished()[0] == 130
    (log,) = (tmp_path / "runs").rglob(EXECUTIONS)
    run = Started(*command, env=environment, out=tmp_path / "runs")
    run.wait_for_lines(log.read_bytes().count(b"\n") + 1)
    run.process.send_signal(signal.SIGKILL)
    run.process.communicate()
    assert run.process.returncode == -signal.SIGKILL
    again = Started(*command, env=environment, out=tmp_path / "runs").folder()
    assert again == log.parent
    assert len(executions(again)) == 48
    assert {found.verdict for (_, kind), found in executions(again).items() if kind == "official"} == {"passed"}


def test_scores_are_byte_for_byte_those_of_one_machine_though_a_node_dies(
    shared: Path, cluster: MadeCluster, node: Callable[..., int], environment: dict[str, str], tmp_path: Path
) -> None:
    rows = shared / "data" / "longbench" / "predictions" / "phi-2"
    first = cluster.add(num_cpus=1)
    node(num_cpus=1)
    run = Started("score", "longbench", rows, "--cluster", cluster.address, env=environment, out=tmp_path / "runs")
    wait_for_scores(run, tmp_path / "runs")
    run.lose(lambda: cluster.kill(first))
    spread = run.folder()
    alone = bench("score", "longbench", rows, "--out", tmp_path / "alone", env=environment, timeout=600)
    assert (spread / SCORES).read_bytes() == (run_folder(alone) / SCORES).read_bytes()


def wait_for_scores(run: Started, out: Path) -> None:
    """Until some scores were written, to the file that will be renamed at the end."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and run.process.poll() is None:
        if any(path.stat().st_size for path in out.rglob(f"{SCORES}*")):
            return
        time.sleep(0.02)
    pytest.fail(f"nothing was scored: {run.finished()[1]}")


def test_a_node_with_other_sources_is_named_and_refused(
    cluster: MadeCluster, node: Callable[..., int], environment: dict[str, str], tmp_path: Path
) -> None:
    other = tmp_path / "src"
    shutil.copytree(SOURCE / "bench", other / "bench", ignore=shutil.ignore_patterns("__pycache__"))
    (other / "bench" / "versions.py").write_text((SOURCE / "bench" / "versions.py").read_text() + "\n")
    node(env_vars={"PYTHONPATH": str(other)})
    refused = Started(
        "run", "longbench", "--model", "lexical", "--data", "sample", "--cluster", cluster.address,
        env=environment, out=tmp_path / "runs",
    )  # fmt: skip
    code, said = refused.finished()
    assert code == 2
    assert "cannot take part: its files of longcode-bench are others" in said.splitlines()[-1]
    assert not list(tmp_path.rglob("completions.jsonl"))


def test_a_node_with_another_sandbox_is_named_and_refused(
    cluster: MadeCluster, node: Callable[..., int], environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "from bench.sandbox.unsafe import Unsafe\nUnsafe.identity = property(lambda self: 'another')\n"
    )
    node()
    node(env_vars={"PYTHONPATH": f"{tmp_path}:{SOURCE}"})
    command = ["run", "ncb", "--model", "reference", "--data", "sample", *PLAIN, "--cluster", cluster.address]
    code, said = Started(*command, env=environment, out=tmp_path / "runs").finished()
    assert code == 2
    assert "has another sandbox than the others" in said.splitlines()[-1]
    assert "bench sandbox load" in said.splitlines()[-1]


def test_without_a_machine_for_code_one_line_says_how_to_start_one(
    cluster: MadeCluster, environment: dict[str, str], tmp_path: Path
) -> None:
    command = ["run", "ncb", "--model", "reference", "--data", "sample", "--cluster", cluster.address]
    code, said = Started(*command, env=environment, out=tmp_path / "runs").finished()
    assert code == 2
    assert "ray start --resources" in said.splitlines()[-1]


def test_a_machine_without_a_daemon_is_named_with_what_to_install(
    cluster: MadeCluster, node: Callable[..., int], environment: dict[str, str], tmp_path: Path
) -> None:
    node(env_vars={"DOCKER_HOST": f"unix://{tmp_path}/nothing.sock"})
    command = ["run", "ncb", "--model", "reference", "--data", "sample", "--cluster", cluster.address]
    code, said = Started(*command, env=environment, out=tmp_path / "runs").finished()
    assert code == 2
    assert re.search(r"bench: the node \d+\.\d+\.\d+\.\d+: .*install Docker Engine", said.splitlines()[-1])


def test_input_files_reach_a_machine_that_does_not_have_them(
    cluster: MadeCluster, node: Callable[..., int], environment: dict[str, str], tmp_path: Path
) -> None:
    node(env_vars={"PYTHONPATH": str(SOURCE), "BENCH_HOME": str(tmp_path / "there")})
    inputs = tmp_path / "inputs"
    (inputs / "deep").mkdir(parents=True)
    (inputs / "deep" / "numbers.txt").write_text("40 2\n")
    done = subprocess.run(
        [sys.executable, "-c", ONE_JOB, cluster.address, str(inputs)],
        env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    here, there, verdict = done.stdout.split()
    assert (here, verdict) == (there, "passed")
    assert [path.read_text() for path in (tmp_path / "there").rglob("numbers.txt")] == ["40 2\n"]


ONE_JOB = """
import sys
from contextlib import closing
from bench.clusters import load_executor
from bench.records import Job
from bench.sandbox.jobs import job_sha256

solution = "def total():\\n    return sum(map(int, open('deep/numbers.txt').read().split()))\\n"
tests = "from solution import *\\n\\n\\ndef test_total():\\n    assert total() == 42\\n"
job = Job(sample_id="python_en/1", extractor="official", language="python", name="solution",
          files={"solution.py": solution}, tests=tests, inputs=sys.argv[2])
with closing(load_executor(sys.argv[1])) as executor, closing(executor.sandbox("unsafe-local")) as sandbox:
    (found,) = sandbox.run([job])
    print(job_sha256(job, sandbox.identity), found.job_sha256, found.verdict)
"""
