"""What a model does on a real Ray cluster of several nodes on this machine: prompts prepared, vLLM's servers placed.

These would catch: a prompt prepared otherwise there than here, a prompt lost or answered twice when a machine dies, a
server that stays behind when its machine or the run ends, a key that the client does not send.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import need_ray
from helpers import bench, run_folder
from made_cluster import MadeCluster, made_cluster
from made_tokenizers import tokenizer_folder
from standing_vllm import alive, servers, wait_for, write_package

from bench.runs import COMPLETIONS

TESTS = Path(__file__).resolve().parent
PLACES = [TESTS, TESTS.parent / "scripts", TESTS.parent / "src"]
TWO: dict[str, Any] = {"num_cpus": 2}
"""A node with room for one server of two cores; the head has one."""


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which servers leave their names."""
    return tmp_path_factory.mktemp("standing")


@pytest.fixture(scope="module")
def environment(standing: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    need_ray()
    package = write_package(tmp_path_factory.mktemp("package"))
    path = os.pathsep.join(map(str, [package, *PLACES]))
    return {
        **os.environ,
        "PYTHONPATH": path,
        "STANDING": str(standing),
        "RAY_USAGE_STATS_ENABLED": "0",
    }


@pytest.fixture(scope="module")
def cluster(environment: dict[str, str]) -> Iterator[MadeCluster]:
    with made_cluster(environment) as made:
        yield made


class Nodes:
    """Further nodes of the cluster; those that live end with the test."""

    def __init__(self, cluster: MadeCluster) -> None:
        self._cluster = cluster
        self._living: list[int] = []

    def add(self) -> int:
        self._living.append(self._cluster.add(**TWO))
        return self._living[-1]

    def kill(self, number: int) -> None:
        self._living.remove(number)
        self._cluster.kill(number)

    def close(self) -> None:
        for number in list(self._living):
            self.kill(number)


@pytest.fixture
def nodes(cluster: MadeCluster) -> Iterator[Nodes]:
    made = Nodes(cluster)
    yield made
    made.close()


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a real tokenizer; nobody loads its weights."""
    folder = tokenizer_folder(tmp_path_factory.mktemp("model") / "tiny")
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


PREPARED = """
import json, sys
from preparing_helpers import preparer, prompt, questions
from bench.clusters.on_ray import OnRay
from bench.models import preparing
from bench.models.tokens import load_tokenizer

preparing._ALONE = 0
said = []
executor = OnRay(sys.argv[1], said.append)
tokenizer = load_tokenizer(sys.argv[2])
asked = [prompt(), *questions(60), prompt(chat=False)]
alone = [preparer(tokenizer)._ready().prepare(one) for one in asked]
spread = preparer(tokenizer, cluster=executor.cluster)
cutters = spread._started(spread._ready())
with cutters._changed:
    assert cutters._changed.wait_for(lambda: not cutters._loading, 240)
print(cutters.workers, flush=True)
found = []
for one in spread.prepare(asked):
    found.append(one)
    if len(found) == 20:
        print("half", flush=True)
        sys.stdin.readline()
spread.close()
executor.close()
print("> " + json.dumps([found == alone, cutters._able, said]), flush=True)
"""


def test_prompts_are_prepared_there_as_here_while_a_machine_dies(
    cluster: MadeCluster, nodes: Nodes, model: Path, environment: dict[str, str]
) -> None:
    lost = nodes.add()
    command = [sys.executable, "-c", PREPARED, cluster.address, str(model)]
    with subprocess.Popen(command, env=environment, stdin=-1, stdout=-1, text=True) as done:
        assert done.stdin
        assert done.stdout
        assert done.stdout.readline() == "3\n"
        assert done.stdout.readline() == "half\n"
        nodes.kill(lost)
        nodes.add()
        done.stdin.write("on\n")
        done.stdin.flush()
        (told,) = [line for line in done.stdout if line.startswith("> ")]  # Ray says something of the lost node
    equal, able, said = json.loads(told[2:])
    assert equal
    assert able >= 1
    assert said == []
    assert done.returncode == 0


def completions(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / COMPLETIONS).read_text().splitlines()]


def test_a_server_comes_back_and_a_machine_dies_and_every_sample_is_answered_once(
    cluster: MadeCluster,
    nodes: Nodes,
    model: Path,
    environment: dict[str, str],
    standing: Path,
    tmp_path: Path,
) -> None:
    lost, _ = nodes.add(), nodes.add()
    options = (
        "run",
        "longbench",
        "--data",
        "sample",
        "--tasks",
        "qasper,trec",
        "--stages",
        "generate",
        "--concurrency",
        4,
    )
    placed = ("--model", f"vllm/{model}", "--replicas", 2, "--tensor-parallel-size", 2, "--cluster", cluster.address)
    command = [sys.executable, "-m", "bench", *map(str, [*options, *placed, "--out", tmp_path / "spread"])]
    with subprocess.Popen(command, env=environment, stdout=-1, stderr=-1, text=True) as running:
        assert wait_for(lambda: len(servers(standing)) == 2 or running.poll() is not None)
        first = servers(standing)
        assert wait_for(
            lambda: any(log.read_text() for log in tmp_path.rglob(COMPLETIONS)) or running.poll() is not None
        )
        assert all(map(alive, first))
        os.kill(first[0], signal.SIGKILL)
        assert wait_for(lambda: len(servers(standing)) == 3)
        nodes.kill(lost)
        assert wait_for(lambda: sum(map(alive, servers(standing))) == 1)
        (standing / "go").touch()
        printed, said = running.communicate(timeout=300)
    assert running.returncode == 0, said
    assert "raylet" not in printed
    assert "another one is started in its place" in said
    assert wait_for(lambda: not any(map(alive, servers(standing))))
    spread = Path(said.strip().splitlines()[-1])
    alone = run_folder(
        bench(*options, "--model", f"vllm/{model}", "--serve", "--out", tmp_path / "one", env=environment)
    )
    found, expected = completions(spread), completions(alone)
    assert set(Counter(one["sample_id"] for one in found).values()) == {1}
    assert {one["sample_id"]: one["text"] for one in found} == {one["sample_id"]: one["text"] for one in expected}
    assert all(one["error"] is None for one in found)
    specs = [json.loads((folder / "run.json").read_text())["generation"] for folder in (spread, alone)]
    assert specs[0] == specs[1]


def test_more_replicas_than_there_is_room_for_are_refused(
    cluster: MadeCluster, nodes: Nodes, model: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    nodes.add()
    placed = ("--model", f"vllm/{model}", "--replicas", 2, "--tensor-parallel-size", 2, "--cluster", cluster.address)
    done = bench("run", "longbench", "--data", "sample", *placed, "--out", tmp_path, env=environment)
    assert done.returncode == 2
    assert "--replicas 2: the cluster has room for 1 servers of 2 CPU each, on one machine" in done.stderr
