"""The machines of a cluster that run code: opened when they come, dropped when they fail, looked at again later."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from bench.clusters.connecting import Connection, Node, Say, on, one_line
from bench.clusters.host import Host, Opened
from bench.errors import SandboxError
from bench.sandbox.contained import PER_CORE
from bench.sandbox.layers import Layer

RESOURCE = "docker"
PLAIN = "unsafe-local"  # the sandbox that runs one job a core
AHEAD = 4  # jobs that wait at a machine beyond those at work: their containers start meanwhile
SPARE = 2  # threads of an actor beyond those with jobs, for being opened and put to rest
OPENING = 300.0  # seconds in which every machine must have tried its limits
AGAIN = 10.0  # seconds after which a machine that failed is looked at again
CLOSING = 20.0  # seconds in which machines remove their containers
POLL = 1.0
NO_MACHINE = (
    "no machine of the cluster has the resource docker; start Ray where a Docker daemon runs with "
    "`ray start --resources '{\"docker\": 1}'`"
)
ONE_IMAGE = "copy one image to all with `bench sandbox save` and `bench sandbox load`"


@dataclass(frozen=True, slots=True, eq=False)
class Machine:
    """A machine with an actor; `opened` is what its sandbox says, or Ray's reference to that."""

    node: Node
    actor: Any
    room: int
    opened: Any


@dataclass(slots=True)
class Machines:
    """Those with the resource `docker`.

    Attributes:
        identity: that every machine's sandbox must have; empty until the first has told its own.
        opening: by node, those that try their limits.
        ready: by node, those that take jobs.
        later: by node, the moment before which it is not looked at again.
        told: by node, what was last said of it.
    """

    connection: Connection
    name: str
    layer: Layer | None
    say: Say
    identity: str = ""
    opening: dict[str, Machine] = field(default_factory=dict)
    ready: dict[str, Machine] = field(default_factory=dict)
    later: dict[str, float] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)

    def open_all(self) -> None:
        """Open those that are there, and wait for them.

        Raises:
            SandboxError: there is none, or not all of them can run code, and in one image.
        """
        self.connection.wait()
        deadline = time.monotonic() + OPENING
        self._open_new()
        while self.opening and time.monotonic() < deadline:
            for _, problem in self._hear(POLL):
                raise SandboxError(problem)
        if not self.ready:
            raise SandboxError(NO_MACHINE)

    def rooms(self) -> Mapping[str, int]:
        """Jobs that each machine takes at a time; machines that joined or may work again are opened meanwhile."""
        self._open_new()
        for machine, problem in self._hear(0):
            self._refuse(machine, problem)
        alive = {node.id for node in self.connection.usable()}
        return {node_id: machine.room for node_id, machine in self.ready.items() if node_id in alive}

    def _open_new(self) -> None:
        now = time.monotonic()
        for node in self.connection.usable():
            known = node.id in self.opening or node.id in self.ready or self.later.get(node.id, 0) > now
            if node.resources.get(RESOURCE) and not known:
                self.opening[node.id] = self._started(node)

    def _started(self, node: Node) -> Machine:
        import ray

        workers = max(node.cpus, 1) * (1 if self.name == PLAIN else PER_CORE)
        room = workers + AHEAD
        make = ray.remote(num_cpus=0, max_restarts=0, max_task_retries=0, max_concurrency=room + SPARE)(Host)
        actor = make.options(scheduling_strategy=on(node.id)).remote(self.name, self.layer, workers)
        return Machine(node, actor, room, actor.open.remote())

    def _hear(self, wait: float) -> Iterator[tuple[Machine, str]]:
        """Those that were opened in vain, and why; the others are ready from now on."""
        import ray

        if not self.opening:
            return
        waiting = {machine.opened: machine for machine in self.opening.values()}
        for ref in ray.wait(list(waiting), num_returns=len(waiting), timeout=wait)[0]:
            machine = self.opening.pop(waiting[ref].node.id)
            try:
                problem = self._greet(machine, ray.get(ref))
            except ray.exceptions.RayTaskError as error:
                problem = f"the node {machine.node.address}: {one_line(error)}"
            except ray.exceptions.RayError as error:  # it has gone, and is no problem of the others
                self._refuse(machine, f"the node {machine.node.address} was lost: {one_line(error)}")
                continue
            if problem is not None:
                yield machine, problem

    def _greet(self, machine: Machine, opened: Opened) -> str | None:
        self.identity = self.identity or opened.identity
        if opened.identity != self.identity:
            return (
                f"the node {machine.node.address} has another sandbox than the others ({opened.identity}, not "
                f"{self.identity}); {ONE_IMAGE}"
            )
        self.ready[machine.node.id] = Machine(machine.node, machine.actor, machine.room, opened)
        self.told.pop(machine.node.id, None)
        return None

    def _refuse(self, machine: Machine, problem: str) -> None:
        """Leave a machine alone for a while, and say why where it is new."""
        node_id = machine.node.id
        self.later[node_id] = time.monotonic() + AGAIN
        if self.told.get(node_id) != problem:
            self.told[node_id] = problem
            self.say(problem)
        kill(machine.actor)

    def drop(self, machine: Machine, reason: str) -> None:
        """Give a machine no more work until it was looked at again."""
        if self.ready.get(machine.node.id) is machine:
            del self.ready[machine.node.id]
            self._refuse(machine, f"the node {machine.node.address} was lost ({reason}); its work is done elsewhere")

    def rest(self) -> None:
        """Have every container removed."""
        self._all(lambda actor: actor.rest.remote())

    def close(self) -> None:
        """End the actors."""
        self._all(lambda actor: actor.close.remote())
        for machine in (*self.ready.values(), *self.opening.values()):
            kill(machine.actor)
        self.ready.clear()
        self.opening.clear()

    def _all(self, ask: Callable[[Any], Any]) -> None:
        import ray

        if self.ready and ray.is_initialized():
            asked = [ask(machine.actor) for machine in self.ready.values()]
            ray.wait(asked, num_returns=len(asked), timeout=CLOSING)


def kill(actor: Any) -> None:
    """End an actor at once; its containers end with it, and the next one removes them."""
    import ray

    with suppress(Exception):  # it is gone already, or the cluster is
        ray.kill(actor)
