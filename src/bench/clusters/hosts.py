"""Code is run on the machines of a cluster that have the resource `docker`: an actor on each holds a sandbox.

An actor holds nothing that would be missed. When it, its machine or its container engine fails, what it had under way
is done elsewhere, and the machine is looked at again a little later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from bench.clusters.connecting import Connection, Say, one_line
from bench.clusters.dispatch import Lost, dispatch
from bench.clusters.machines import Machine, Machines
from bench.clusters.parcels import Parcels
from bench.clusters.tickets import cancel, wait
from bench.records import Execution, Job, Verdict
from bench.sandbox.jobs import job_sha256, without_container
from bench.sandbox.layers import Layer


class Hosts:
    """A `Sandbox` that is spread over machines.

    Args:
        connection: to the cluster.
        name: of the sandbox on each machine.
        say: told of machines that come and go.
    """

    layer: Layer | None = None

    def __init__(self, connection: Connection, name: str, say: Say) -> None:
        self._connection, self._name, self._say = connection, name, say

    def use(self, layer: Layer) -> None:
        """Run everything in the image with this layer; before anything else is asked of it."""
        self.layer = layer

    @cached_property
    def _machines(self) -> Machines:
        machines = Machines(self._connection, self._name, self.layer, self._say)
        try:
            machines.open_all()
        except BaseException:
            machines.close()
            raise
        return machines

    @cached_property
    def spec(self) -> Mapping[str, Any]:
        """See `Sandbox`: what the first machine says, and of every machine what is its own."""
        machines = sorted(self._machines.ready.values(), key=lambda machine: machine.node.address)
        first = machines[0].opened.spec
        return {**first, "nodes": [{"address": machine.node.address, **_own(machine, first)} for machine in machines]}

    @cached_property
    def identity(self) -> str:
        """See `Sandbox`: that of every machine."""
        return self._machines.identity

    @cached_property
    def notes(self) -> Sequence[str]:
        """See `Sandbox`."""
        return tuple(dict.fromkeys(note for machine in self._machines.ready.values() for note in machine.opened.notes))

    def check(self) -> None:
        """Open a sandbox on every machine with the resource that is there.

        Raises:
            SandboxError: there is none, one cannot run code, or two would run it in different images.
        """
        for told in ("identity", "spec", "notes"):  # as they are now: machines come and go
            getattr(self, told)

    def run(self, jobs: Iterable[Job]) -> Iterator[Execution]:
        """See `Sandbox`."""
        try:
            yield from dispatch(_Fleet(self._machines), jobs, self._failed)
        finally:
            self._machines.rest()

    def _failed(self, job: Job, reason: str) -> Execution:
        return without_container(job, Verdict.SANDBOX_ERROR, reason, job_sha256(job, self.identity))

    def close(self) -> None:
        """End the actors."""
        if "_machines" in self.__dict__:
            self._machines.close()


def _own(machine: Machine, first: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in machine.opened.spec.items() if value != first.get(name)}


class _Fleet:
    """The machines as `dispatch` sees them; a ticket is Ray's reference to an execution."""

    def __init__(self, machines: Machines) -> None:
        self._machines, self._parcels = machines, Parcels()
        self._at: dict[Any, Machine] = {}

    def places(self) -> Mapping[str, int]:
        return self._machines.rooms()

    def submit(self, place: str, work: Job) -> Any:
        machine = self._machines.ready[place]
        ticket = machine.actor.run.remote(work, self._parcels.of(work.inputs))
        self._at[ticket] = machine
        return ticket

    def wait(self, tickets: Sequence[Any], seconds: float) -> Sequence[Any]:
        return wait(tickets, seconds)

    def take(self, ticket: Any) -> Execution:
        import ray

        machine = self._at.pop(ticket)
        try:
            execution: Execution = ray.get(ticket)
        except ray.exceptions.TaskCancelledError as error:
            raise Lost("it was cancelled") from error
        except ray.exceptions.RayError as error:
            self._machines.drop(machine, one_line(error))
            raise Lost(f"the node {machine.node.address} was lost: {one_line(error)}") from None
        return execution

    def cancel(self, ticket: Any) -> None:
        cancel(ticket)
