"""A vLLM server as a Ray actor: on a machine that has the GPUs for it, bound to that machine's address."""

from __future__ import annotations

import importlib.util
import math
import threading
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from bench.clusters.actors import Gone, told
from bench.clusters.connecting import Connection, Node
from bench.clusters.serving import Started
from bench.errors import BenchError, ModelError

SIZES = ("tensor_parallel_size", "pipeline_parallel_size", "data_parallel_size")
"""Arguments of vLLM whose product is the number of GPUs of a server."""
CLOSING = 60.0
"""Seconds in which a server must have ended by itself."""


def needed(arguments: Mapping[str, Any], nodes: Sequence[Node]) -> dict[str, int]:
    """What one server takes of a machine, by Ray's names: all its GPUs; where no machine has any, as many cores."""
    size = math.prod(int(arguments.get(name, 1)) for name in SIZES)
    return {"GPU" if any(node.resources.get("GPU") for node in nodes) else "CPU": size}


def check_room(need: Mapping[str, int], nodes: Sequence[Node], replicas: int) -> None:
    """See that so many servers have a place on these machines when nothing else runs there.

    Servers on cores hold them until the model is closed, and scoring comes before: it would wait for ever for a core.

    Raises:
        ModelError: they have not, or would hold every core.
    """
    ((kind, size),) = need.items()
    amounts = [int(node.resources.get(kind, 0)) for node in nodes]
    room = sum(amount // size for amount in amounts)
    if room < replicas:
        raise ModelError(
            f"--replicas {replicas}: the cluster has room for {room} servers of {size} {kind} each, on one machine; "
            f"its machines have {', '.join(map(str, amounts)) or 'none'}; ask for fewer, or add machines"
        )
    if kind == "CPU" and sum(amounts) == replicas * size:
        raise ModelError(
            f"--replicas {replicas}: the servers would hold all {sum(amounts)} cores of the cluster, and scoring needs "
            "one; ask for fewer, or start Ray with a core more"
        )


class RaySeat:
    """See `bench.clusters.serving.Seat`.

    Args:
        need: what the server takes of a machine.
        arguments: vLLM's, by keyword.
        key: what the server asks for.
        folders: those that the arguments name, with the digests of their files.
        connection: to the cluster; tells which machines may take part.
    """

    def __init__(
        self,
        need: Mapping[str, int],
        arguments: Mapping[str, Any],
        key: str,
        folders: Mapping[str, Mapping[str, str]],
        connection: Connection,
    ) -> None:
        import ray

        # Threads: `ended` waits in one of them while `close` is called.
        made = ray.remote(max_restarts=0, max_task_retries=0, max_concurrency=4)(Desk)
        resources = {"num_gpus": need.get("GPU", 0), "num_cpus": need.get("CPU", 0)}
        self._actor = made.options(scheduling_strategy="SPREAD", **resources).remote()
        self._where = self._actor.where.remote()
        self._asked = dict(arguments), key, {name: dict(files) for name, files in folders.items()}
        self._refused = connection.refused
        self._address = ""

    def placed(self, seconds: float) -> bool:
        """See `Seat`."""
        import ray

        ready, _ = ray.wait([self._where], timeout=seconds)
        if ready:
            node, self._address = told(self._where)
            if node in self._refused:
                raise ModelError(self._refused[node])
        return bool(ready)

    def start(self) -> Started:
        """See `Seat`."""
        found = self._told(self._actor.start.remote(self._address, *self._asked))
        if isinstance(found, Started):
            return found
        raise ModelError(f"on the node {self._address}: {found}")

    def ended(self) -> str:
        """See `Seat`."""
        return f"on the node {self._address}: {self._told(self._actor.ended.remote())}"

    def close(self) -> None:
        """See `Seat`."""
        import ray

        ray.wait([self._actor.close.remote()], timeout=CLOSING if self._address else 0)
        ray.kill(self._actor)

    def _told(self, reference: Any) -> Any:
        try:
            return told(reference)
        except Gone as error:
            raise Gone(f"the node {self._address}, or Ray's process there, is gone ({error})") from error


class Desk:
    """What the actor holds."""

    def __init__(self) -> None:
        from bench.models.vllm_serve import Server

        self._server: Server | None = None
        self._over = threading.Event()

    def where(self) -> tuple[str, str]:
        """Ray's name for this machine, and its address."""
        import ray

        return ray.get_runtime_context().get_node_id(), ray.util.get_node_ip_address()

    def start(
        self, address: str, arguments: Mapping[str, Any], key: str, folders: Mapping[str, Mapping[str, str]]
    ) -> Started | str:
        """Start the server; why it cannot be done here."""
        from bench.models.vllm_serve import Server

        try:
            check_node(folders)
            self._server = Server(arguments, host=address, key=key, apart=True)
        except BenchError as error:
            return str(error)
        return Started(place=self._server.place, version=_version())

    def ended(self) -> str:
        """Wait for the server's end; its last words."""
        assert self._server is not None
        while self._server.alive and not self._over.wait(0.5):
            pass
        return f"vLLM's server died: {self._server.tail()} (the whole log: {self._server.log})"

    def close(self) -> None:
        """End the server."""
        self._over.set()
        if self._server is not None:
            self._server.close()


def check_node(folders: Mapping[str, Mapping[str, str]]) -> None:
    """See that this machine has vLLM and the same files.

    Raises:
        ModelError: it has not.
    """
    from bench.models.identity import digests
    from bench.models.vllm import INSTALL

    if importlib.util.find_spec("vllm") is None:
        raise ModelError(INSTALL)
    for name, files in folders.items():
        if not Path(name).is_dir():
            raise ModelError(f"{name} is not there; a folder must lie on every node, or name a hub id")
        if digests(Path(name)) != files:
            raise ModelError(f"{name} has other files than on the machine of the run; copy one to all")


def _version() -> str:
    """Of the package that holds vLLM, whatever its build is called."""
    named = metadata.packages_distributions().get("vllm", ())
    return next((metadata.version(name) for name in named), "of unknown version")
