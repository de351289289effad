"""Servers on the machines of a cluster, played by servers of this process, and the ports before them.

What these tests would catch: a request that is lost with a server or answered twice, a run that waits for ever for
servers that will not come, a key or a path that ends in a run folder, replicas that make it another run.
"""

from __future__ import annotations

import json
import socket
import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from api_server import Reply, Request, Script, Server, either, quick, said, serve
from engine_helpers import Letters, model_folder

from bench.clusters import serving
from bench.clusters.actors import Gone
from bench.clusters.connecting import Node
from bench.clusters.relays import AGAIN, Relays
from bench.clusters.seats import check_node, check_room, needed
from bench.clusters.serving import Servers, Started
from bench.errors import ModelError, UserError
from bench.models import load_model, vllm
from bench.models.identity import digests
from bench.records import Kind, Parts, Prompt

pytest.importorskip("openai")
__all__ = ["quick", "serve"]

MODELS: Reply = (200, {"data": [{"id": "model", "max_model_len": 4096}]})


@dataclass
class Cluster:
    """Machines that this process plays: `room` servers at a time, each of which `die` ends."""

    serve: Callable[..., Server]
    script: Script = either
    room: int = 2
    versions: list[str] = field(default_factory=list)
    broken: str | None = None
    seats: list[Seat] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    asked: dict[str, Any] = field(default_factory=dict)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def seat(self) -> Seat:
        self.seats.append(Seat(self))
        return self.seats[-1]

    def serving(self, arguments: Mapping[str, Any], *, replicas: int, folders: Mapping[str, Any]) -> Servers:
        self.asked = {"arguments": dict(arguments), "folders": dict(folders)}
        return Servers(replicas, self.seat, "a key", self.said.append)

    def preparing(self, *_: object) -> Any:
        raise TypeError("this cluster has servers alone")

    def started(self, number: int) -> bool:
        return len(self.seats) > number and self.seats[number].server is not None

    def wait(self, what: Callable[[], object]) -> None:
        with self.changed:
            assert self.changed.wait_for(what, 60)


@dataclass(eq=False)
class Seat:
    cluster: Cluster
    server: Server | None = None
    over: threading.Event = field(default_factory=threading.Event)
    words: str = "vLLM's server died: CUDA error"
    closed: bool = False

    def placed(self, seconds: float) -> bool:
        with self.cluster.changed:
            taken = sum(seat.server is not None and not seat.closed for seat in self.cluster.seats)
            if taken < self.cluster.room:
                return True
            self.cluster.changed.wait(min(seconds, 0.01))
            return False

    def start(self) -> Started:
        if self.cluster.broken is not None:
            raise ModelError(self.cluster.broken)
        self.server = self.cluster.serve(self.cluster.script, models=MODELS)
        version = self.cluster.versions.pop(0) if self.cluster.versions else "0.32.0"
        with self.cluster.changed:
            self.cluster.changed.notify_all()
        return Started(place=("127.0.0.1", self.server.port), version=version)

    def ended(self) -> str:
        self.over.wait()
        if self.words == "gone":
            raise Gone("the node 10.0.0.1 is gone")
        return self.words

    def die(self) -> None:
        assert self.server is not None
        self.server.stop()
        self.over.set()

    def close(self) -> None:
        self.over.set()
        with self.cluster.changed:
            self.closed = True
            self.cluster.changed.notify_all()


@pytest.fixture
def cluster(serve: Callable[..., Server], quick: None) -> Cluster:
    del quick
    return Cluster(serve)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model, with a tokenizer that needs no package."""
    monkeypatch.setattr(vllm, "load_tokenizer", lambda *_, **__: Letters())
    monkeypatch.setattr("bench.models.tokens.load_tokenizer", lambda *_, **__: Letters())
    return model_folder(tmp_path / "tiny")


@pytest.fixture
def loaded(cluster: Cluster, folder: Path) -> Iterator[Callable[..., Any]]:
    models: list[Any] = []

    def load(**options: Any) -> Any:
        models.append(load_model(f"vllm/{folder}", cluster=cluster, replicas=2, **options))
        models[-1].check()
        return models[-1]

    yield load
    for model in models:
        model.close()


def prompts(count: int) -> Iterator[Prompt]:
    for number in range(count):
        fields: dict[str, Any] = {"text": f"text {number}", "parts": Parts(), "kind": Kind.QA, "language": "en"}
        yield Prompt(sample_id=f"s/{number}", max_tokens=8, **fields)


def test_the_replicas_share_the_prompts_and_are_asked_with_the_key(
    cluster: Cluster, loaded: Callable[..., Any]
) -> None:
    both = threading.Barrier(2)

    def script(path: str, request: Request) -> Any:
        if said(request) in {"0", "1"}:
            both.wait(60)
        return either(path, request)

    cluster.script = script
    answers = list(loaded(concurrency=4).generate(prompts(40)))
    assert Counter(one.sample_id for one in answers) == Counter(one.sample_id for one in prompts(40))
    assert all(one.error is None for one in answers)
    servers = [seat.server for seat in cluster.seats]
    assert all(server is not None and server.requests for server in servers)
    assert {key for server in servers if server for _, _, key in server.requests} == {"Bearer a key"}


def test_a_server_that_dies_loses_no_prompt_and_another_one_takes_its_place(
    cluster: Cluster, loaded: Callable[..., Any]
) -> None:
    model = loaded(concurrency=4)
    first = cluster.seats[0]
    answers = []
    for number, answer in enumerate(model.generate(prompts(60))):
        answers.append(answer)
        if number == 10:
            first.die()
            cluster.wait(partial(cluster.started, 2))
    assert Counter(one.sample_id for one in answers) == Counter(one.sample_id for one in prompts(60))
    assert all(one.error is None for one in answers)
    assert cluster.said == [
        "server 1 of 2: vLLM's server died: CUDA error; another one is started in its place"
    ] or cluster.said[0].startswith("server 2 of 2: ")


def test_requests_wait_while_every_server_is_being_replaced(cluster: Cluster, loaded: Callable[..., Any]) -> None:
    model = loaded(concurrency=2)
    cluster.room = 0
    for seat in cluster.seats[:2]:
        seat.die()
    cluster.wait(lambda: len(cluster.seats) == 4)
    answers: list[Any] = []
    asking = threading.Thread(target=lambda: answers.extend(model.generate(prompts(6))))
    asking.start()
    assert not answers
    cluster.room = 2
    asking.join(60)
    assert sorted(one.sample_id for one in answers) == sorted(one.sample_id for one in prompts(6))
    assert all(one.error is None for one in answers)


def test_requests_wait_though_nobody_has_seen_yet_that_the_servers_are_gone(
    cluster: Cluster, loaded: Callable[..., Any]
) -> None:
    model = loaded(concurrency=4, retries=3)
    coming = model.generate(prompts(60))
    answers = [next(coming) for _ in range(5)]
    asking = threading.Thread(target=lambda: answers.extend(coming))
    for seat in cluster.seats[:2]:
        assert seat.server is not None
        seat.server.stop()
    asking.start()
    asking.join(2 * AGAIN)
    assert asking.is_alive()
    for seat in cluster.seats[:2]:
        seat.over.set()
    asking.join(60)
    assert Counter(one.sample_id for one in answers) == Counter(one.sample_id for one in prompts(60))
    assert [one.error for one in answers if one.error] == []


def test_when_no_server_is_left_the_run_ends_in_one_line(
    cluster: Cluster, loaded: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "LIVES", 1)
    model = loaded(concurrency=2, retries=1)
    coming = model.generate(prompts(30))
    answers = [next(coming) for _ in range(5)]
    for seat in cluster.seats:
        seat.die()
    with pytest.raises(ModelError) as caught:
        answers.extend(coming)
    assert str(caught.value) == "no vLLM server is left of 2: vLLM's server died: CUDA error"
    assert all(one.error is None for one in answers)


def test_a_server_that_dies_again_and_again_is_not_started_for_ever(
    cluster: Cluster, loaded: Callable[..., Any]
) -> None:
    model = loaded(concurrency=2)
    for number in range(2 * serving.LIVES):
        cluster.wait(partial(cluster.started, number))
        cluster.seats[number].words = "gone"
        cluster.seats[number].die()
    with pytest.raises(ModelError, match=r"^no vLLM server is left of 2: the node 10\.0\.0\.1 is gone$"):
        list(model.generate(prompts(3)))
    assert len(cluster.seats) == 2 * serving.LIVES


def test_a_server_that_does_not_start_ends_the_others(cluster: Cluster, loaded: Callable[..., Any]) -> None:
    cluster.broken = "on the node 10.0.0.2: vLLM's server did not start: no memory"
    with pytest.raises(ModelError, match=r"^on the node 10\.0\.0\.2: vLLM's server did not start: no memory$"):
        loaded()
    assert all(seat.closed for seat in cluster.seats)


def test_without_room_the_wait_ends(
    cluster: Cluster, loaded: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "ROOM", 0.05)
    cluster.room = 0
    with pytest.raises(ModelError, match=r"^the cluster had no room for a vLLM server in 0\.05 s"):
        loaded()


def test_servers_of_two_versions_are_refused(cluster: Cluster, loaded: Callable[..., Any]) -> None:
    cluster.versions = ["0.31.0", "0.32.0"]
    with pytest.raises(ModelError, match=r"^the node 127\.0\.0\.1 has vLLM 0\.3\d\.0, others have 0\.3\d\.0; install"):
        loaded()


def test_neither_the_cluster_nor_the_number_of_replicas_makes_it_another_run(
    cluster: Cluster, loaded: Callable[..., Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = loaded()
    monkeypatch.setattr("importlib.util.find_spec", lambda *_: object())
    monkeypatch.setattr(
        "bench.models.vllm_serve.Local", lambda arguments: cluster.serving(arguments, replicas=1, folders={})
    )
    cluster.room = 3
    one = load_model(f"vllm/{folder}", serve=True)
    one.check()
    assert many.spec == one.spec
    assert "a key" not in json.dumps(dict(many.spec) | dict(many.observed), default=dict)
    one.close()


def test_every_machine_must_have_the_folders_as_they_are_here(
    cluster: Cluster, loaded: Callable[..., Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded()
    folders = cluster.asked["folders"]
    assert folders == {str(folder): digests(folder)}
    with pytest.raises(ModelError, match="vLLM is not installed"):
        check_node(folders)
    monkeypatch.setattr("importlib.util.find_spec", lambda *_: object())
    check_node(folders)
    (folder / "model.safetensors").write_bytes(b"others")
    with pytest.raises(ModelError, match=r"has other files than on the machine of the run; copy one to all$"):
        check_node(folders)
    with pytest.raises(ModelError, match=r"^/nowhere is not there; a folder must lie on every node, or name a hub id$"):
        check_node({"/nowhere": {}})


def test_replicas_need_a_cluster(folder: Path) -> None:
    with pytest.raises(UserError, match=r"needs --cluster; on one machine take --serve --data-parallel-size 3$"):
        load_model(f"vllm/{folder}", replicas=3).check()


def nodes(*resources: dict[str, float]) -> list[Node]:
    return [Node(f"id{number}", f"10.0.0.{number}", each) for number, each in enumerate(resources)]


def test_a_server_takes_as_many_gpus_as_its_sizes_multiply_to_and_cores_where_there_are_none() -> None:
    sizes = {"tensor_parallel_size": 2, "pipeline_parallel_size": 2, "model": "m"}
    assert needed(sizes, nodes({"CPU": 8}, {"CPU": 8, "GPU": 4})) == {"GPU": 4}
    assert needed(sizes, nodes({"CPU": 8})) == {"CPU": 4}
    assert needed({}, nodes({"CPU": 8})) == {"CPU": 1}


def test_too_many_replicas_are_refused_at_once() -> None:
    machines = nodes({"GPU": 8}, {"GPU": 3}, {"CPU": 8})
    check_room({"GPU": 2}, machines, 5)
    with pytest.raises(ModelError, match=r"has room for 5 servers of 2 GPU each.* its machines have 8, 3, 0; ask for"):
        check_room({"GPU": 2}, machines, 6)


def test_servers_on_cores_leave_one_for_scoring() -> None:
    check_room({"CPU": 2}, nodes({"CPU": 2}, {"CPU": 3}), 2)
    with pytest.raises(ModelError, match=r"^--replicas 2: the servers would hold all 4 cores of the cluster, and scor"):
        check_room({"CPU": 2}, nodes({"CPU": 2}, {"CPU": 2}), 2)


def fetched(url: str) -> str:
    with urllib.request.urlopen(url + "/models", timeout=60) as reply:
        return str(json.load(reply)["data"])


def test_a_port_leads_to_wherever_its_server_is_now(serve: Callable[..., Server]) -> None:
    first, second = (serve(either, models=(200, {"data": number})) for number in (1, 2))
    relays = Relays(2)
    try:
        relays.lead(0, ("127.0.0.1", first.port))
        assert fetched(relays.urls[0]) == "1"
        relays.lead(0, ("127.0.0.1", second.port))
        assert fetched(relays.urls[0]) == "2"
        with pytest.raises((urllib.error.URLError, ConnectionError)):
            fetched(relays.urls[1])
        relays.lead(0, None)
        relays.give_up()
        with pytest.raises((urllib.error.URLError, ConnectionError)):
            fetched(relays.urls[0])
    finally:
        relays.close()


def test_a_server_that_takes_no_connection_is_away_and_is_waited_for_where_it_is_the_only_one(
    serve: Callable[..., Server],
) -> None:
    server, ports, found = serve(either, models=(200, {"data": "there"})), Relays(2), []
    with socket.socket() as closed:
        closed.settimeout(60)
        closed.bind(("127.0.0.1", 0))  # and does not listen
        try:
            ports.lead(0, closed.getsockname())
            ports.lead(1, ("127.0.0.1", server.port))
            with pytest.raises((urllib.error.URLError, ConnectionError)):
                fetched(ports.urls[0])
            ports.lead(1, None)
            waiting = threading.Thread(target=lambda: found.append(fetched(ports.urls[0])))
            waiting.start()
            waiting.join(2 * AGAIN)
            assert not found
            closed.listen()
            connection, _ = closed.accept()
            with connection:
                connection.recv(1 << 16)
                connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n{"data": "again"}')
            waiting.join(60)
            assert found == ["again"]
        finally:
            ports.close()


def test_who_asks_a_server_that_is_cut_off_is_told_at_once(serve: Callable[..., Server]) -> None:
    asked, released = threading.Event(), threading.Event()

    def slow(path: str, request: Request) -> Any:
        asked.set()
        released.wait(60)
        return either(path, request)

    def cut_off() -> None:
        asked.wait(60)
        relays.lead(0, None)

    server, relays = serve(slow), Relays(1)
    try:
        relays.lead(0, ("127.0.0.1", server.port))
        threading.Thread(target=cut_off, daemon=True).start()
        with pytest.raises((urllib.error.URLError, ConnectionError)):
            urllib.request.urlopen(relays.urls[0] + "/completions", b"{}", timeout=60)
    finally:
        released.set()
        relays.close()


def test_large_answers_go_through_unchanged(serve: Callable[..., Server]) -> None:
    page = "0123456789abcdef" * (1 << 18)
    server, relays = serve(either, models=(200, page)), Relays(1)
    try:
        relays.lead(0, ("127.0.0.1", server.port))
        with urllib.request.urlopen(relays.urls[0] + "/models", timeout=60) as reply:
            assert reply.read().decode() == page
    finally:
        relays.close()
