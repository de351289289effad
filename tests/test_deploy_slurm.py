"""The Slurm scripts, tried without Slurm: srun, scontrol and Ray are stand-ins that write down what they are asked.

It would catch workers that start before there is a head or look for it elsewhere, a node that offers to run code and
cannot, a cluster that everybody on the network may use, a run that is not told of the cluster, an exit code that is
lost, and processes or folders that outlive the job.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import REPOSITORY

from bench.cli import run

SLURM = REPOSITORY / "deploy" / "slurm"
SCRIPTS = sorted([*SLURM.glob("*.sbatch"), *(REPOSITORY / "scripts").glob("*slurm*.sh")])
STAND_IN = Path(__file__).with_name("slurm_stand_in.py")
RUN = ("ncb", "--model", "reference")


@dataclass(frozen=True)
class Job:
    """How a script ended, and what the programs wrote down."""

    code: int
    said: str
    record: list[dict[str, Any]]

    def of(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.record if line["event"] == event]

    @property
    def bench(self) -> list[list[str]]:
        return [line["arguments"] for line in self.of("bench")]


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """An environment whose bin holds the stand-ins under all their names."""
    folder = tmp_path / "env" / "bin"
    folder.mkdir(parents=True)
    program = folder / "stand_in"
    program.write_text(f"#!{sys.executable}\n{STAND_IN.read_text()}")
    program.chmod(0o755)
    for name in ("srun", "scontrol", "hostname", "ray", "docker", "bench", "python"):
        (folder / name).symlink_to(program)
    return folder


def submit(programs: Path, script: str, *arguments: str, nodes: str = "n1,n2,n3", **env: str) -> Job:
    """What Slurm does with a script on these nodes."""
    for left in ("head", "record.jsonl"):
        (programs.parent / left).unlink(missing_ok=True)
    told = {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "STAND_IN": str(programs.parent),
        "STAND_IN_NODES": nodes,
        "STAND_IN_JOINED": str(len(nodes.split(","))),
        "BENCH_ENV": str(programs.parent),
        "SLURM_JOB_ID": "4242",
        "SLURM_JOB_NODELIST": "n[1-3]",
        "SLURM_CPUS_ON_NODE": "16",
    }
    done = subprocess.run(
        ["bash", SLURM / script, *arguments],
        env=_only(told | env),
        cwd=programs.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    record = programs.parent / "record.jsonl"
    lines = record.read_text().splitlines() if record.exists() else []
    return Job(done.returncode, done.stdout + done.stderr, [json.loads(line) for line in lines])


def _only(env: Mapping[str, str]) -> dict[str, str]:
    """What is given, and nothing of what the tests themselves run in."""
    return {"HOME": os.environ.get("HOME", "/"), **{name: value for name, value in env.items() if value}}


def option(arguments: list[str], name: str) -> str:
    return arguments[arguments.index(name) + 1]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_every_script_is_one_that_bash_can_read(script: Path) -> None:
    done = subprocess.run(["bash", "-n", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_shellcheck_finds_nothing_to_say(script: Path) -> None:
    program = shutil.which("shellcheck")
    if program is None:
        pytest.skip("NOT TESTED: shellcheck is not installed (Debian: apt-get install shellcheck)")
    done = subprocess.run([program, script], capture_output=True, text=True, check=False)
    assert done.stdout == ""


def test_the_head_is_there_before_a_worker_starts_and_workers_look_for_it_there(programs: Path) -> None:
    job = submit(programs, "bench.sbatch", *RUN)
    head, *workers = job.of("joined")
    assert (head["node"], "--head" in head["arguments"]) == ("n1", True)
    assert sorted(worker["node"] for worker in workers) == ["n2", "n3"]
    address = f"{option(head['arguments'], '--node-ip-address')}:{option(head['arguments'], '--port')}"
    assert {option(worker["arguments"], "--address") for worker in workers} == {address}
    assert {option(worker["arguments"], "--node-ip-address") for worker in workers} == {"192.168.0.2", "192.168.0.3"}


def test_the_run_starts_when_all_nodes_are_there_and_is_told_of_the_cluster(programs: Path) -> None:
    job = submit(programs, "bench.sbatch", *RUN, "--data", "two words")
    address = "192.168.0.1:24242"
    assert job.bench == [["run", *RUN, "--data", "two words", "--sandbox", "docker", "--cluster", address]]
    with run.command.make_context("run", job.bench[0][1:]):
        pass
    (waited,) = job.of("waited")
    assert waited["arguments"] == ["-", address, "3", "300"]
    assert [line["event"] for line in job.record[:5]] == ["joined", "joined", "joined", "waited", "bench"]
    assert job.code == 0


def test_nodes_without_a_daemon_are_asked_to_run_no_code(programs: Path) -> None:
    job = submit(programs, "bench.sbatch", *RUN, STAND_IN_DOCKER="n1,n3")
    offered = {line["node"]: option(line["arguments"], "--resources") for line in job.of("joined")}
    assert offered == {"n1": '{"docker": 1}', "n2": "{}", "n3": '{"docker": 1}'}


def test_nodes_that_run_code_take_the_image_from_the_file(programs: Path) -> None:
    job = submit(programs, "bench.sbatch", *RUN, STAND_IN_DOCKER="n2", BENCH_IMAGE="/shared/image.tar.gz")
    loads = [(line["node"], line["arguments"]) for line in job.of("bench") if line["arguments"][0] == "sandbox"]
    assert loads == [("n2", ["sandbox", "load", "--sandbox", "docker", "/shared/image.tar.gz"])]


def test_code_runs_everywhere_where_no_daemon_is_asked_for(programs: Path) -> None:
    job = submit(programs, "bench.sbatch", *RUN, BENCH_SANDBOX="unsafe-local")
    assert {option(line["arguments"], "--resources") for line in job.of("joined")} == {'{"docker": 1}'}
    assert option(job.bench[0], "--sandbox") == "unsafe-local"


def test_only_this_job_has_the_cluster_s_token(programs: Path) -> None:
    one, other = (submit(programs, "bench.sbatch", *RUN).record for _ in range(2))
    lines = [line["env"] for line in one]
    assert {line["RAY_AUTH_MODE"] for line in lines} == {"token"}
    tokens = {line["RAY_AUTH_TOKEN"] for line in lines}
    assert [len(token) for token in tokens] == [64]
    assert len(tokens | {line["env"]["RAY_AUTH_TOKEN"] for line in other}) == 2


def test_the_network_can_be_chosen_on_nodes_with_several(programs: Path) -> None:
    job = submit(programs, "bench.sbatch", *RUN, BENCH_NETWORK="10.1.")
    addresses = {line["node"]: option(line["arguments"], "--node-ip-address") for line in job.of("joined")}
    assert addresses == {"n1": "10.1.0.1", "n2": "10.1.0.2", "n3": "10.1.0.3"}
    assert option(job.bench[0], "--cluster") == "10.1.0.1:24242"


@pytest.mark.parametrize("code", ["0", "3"])
def test_the_job_ends_as_the_run_ended_and_leaves_nothing(programs: Path, code: str) -> None:
    job = submit(programs, "bench.sbatch", *RUN, STAND_IN_EXIT=code)
    assert job.code == int(code)
    assert sorted(line["node"] for line in job.of("left")) == ["n1", "n2", "n3"]
    folders = [Path(option(line["arguments"], "--temp-dir")) for line in job.of("joined")]
    assert len(set(folders)) == 3
    assert [folder for folder in folders if folder.exists()] == []


def test_a_head_that_does_not_start_ends_the_job_with_its_last_words(programs: Path) -> None:
    job = submit(programs, "bench.sbatch", *RUN, STAND_IN_BROKEN="1")
    assert (job.code, job.bench) == (1, [])
    assert "no room for Ray" in job.said


def test_one_node_is_a_cluster_too(programs: Path) -> None:
    job = submit(programs, "bench.sbatch", *RUN, nodes="n1")
    assert [line["node"] for line in job.of("joined")] == ["n1"]
    assert len(job.bench) == 1


@pytest.mark.parametrize("script", ["bench.sbatch", "shards.sbatch"])
def test_started_by_hand_a_script_says_how_it_is_submitted(programs: Path, script: str) -> None:
    job = submit(programs, script, *RUN, SLURM_JOB_NODELIST="")
    assert (job.code, job.record) == (2, [])
    assert job.said.startswith("usage: sbatch ")


def test_a_task_of_the_array_asks_its_part_in_a_folder_of_its_own(programs: Path) -> None:
    job = submit(programs, "shards.sbatch", *RUN, SLURM_ARRAY_TASK_ID="3", SLURM_ARRAY_TASK_MAX="8")
    assert job.bench == [["run", *RUN, "--shard", "3/8", "--run-dir", "shards/3"]]
    with run.command.make_context("run", job.bench[0][1:]):
        pass


def test_one_task_submitted_again_is_still_one_of_as_many_parts(programs: Path) -> None:
    array = {"SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_MAX": "3", "BENCH_PARTS": "8", "BENCH_SHARDS": "mine"}
    job = submit(programs, "shards.sbatch", *RUN, STAND_IN_EXIT="3", **array)
    assert job.bench == [["run", *RUN, "--shard", "3/8", "--run-dir", "mine/3"]]
    assert job.code == 3
