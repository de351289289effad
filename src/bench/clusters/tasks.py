"""Pure functions over chunks of rows on every machine of a cluster, results in order, memory bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple, TypeVar

from bench.clusters.connecting import Connection, on, one_line
from bench.clusters.dispatch import Lost, dispatch
from bench.clusters.tickets import cancel, wait
from bench.errors import BenchError
from bench.workers import WINDOW

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")

PER_CORE = 2  # chunks at a machine for each of its cores: one at work, one that waits
AHEAD = 4  # chunks under way or waiting for an earlier one, for each core of the cluster; never under WINDOW


class _Done(NamedTuple):
    """What came of a chunk: its number and its result, or what the function raised."""

    number: int
    result: Any
    error: Exception | None


def map_chunks(
    connection: Connection, work: Callable[[Chunk], Result], chunks: Iterable[tuple[bool, Chunk]]
) -> Iterator[Result]:
    """See `bench.workers.map_chunks`; chunks that need something heavy are spread like the others.

    Raises:
        Exception: what `work` raised.
        BenchError: a chunk was lost too often, or no machine is left.
    """
    fleet = _Fleet(connection, work)
    window = max(WINDOW, AHEAD * sum(node.cpus for node in connection.usable()))
    numbered = zip(count(), (chunk for _, chunk in chunks), strict=False)
    done: dict[int, Any] = {}
    for found in dispatch(fleet, numbered, _given_up, may_pull=lambda: fleet.pulled - fleet.given < window):
        if found.error is not None:
            raise found.error
        done[found.number] = found.result
        while fleet.given in done:
            fleet.given += 1
            yield done.pop(fleet.given - 1)


def _given_up(work: tuple[int, Any], reason: str) -> _Done:
    raise BenchError(f"row chunk {work[0] + 1} could not be done on the cluster: {reason}; the same command goes on")


def attempt(work: Callable[[Any], Any], number: int, chunk: Any) -> _Done:
    """What a machine does; an error of the function is a result, unlike one of the machine."""
    try:
        return _Done(number, work(chunk), None)
    except Exception as error:  # noqa: BLE001 - it is raised again by the driver
        return _Done(number, None, error)


class _Fleet:
    """The machines as `dispatch` sees them; a ticket is Ray's reference to what came of a chunk."""

    def __init__(self, connection: Connection, work: Callable[[Any], Any]) -> None:
        import ray

        self._connection, self._work = connection, ray.put(work)
        self._attempt = ray.remote(num_cpus=1, max_retries=0)(attempt)
        self.pulled = self.given = 0

    def places(self) -> Mapping[str, int]:
        return {node.id: node.cpus * PER_CORE for node in self._connection.usable() if node.cpus}

    def submit(self, place: str, work: tuple[int, Any]) -> Any:
        number, chunk = work
        self.pulled = max(self.pulled, number + 1)
        return self._attempt.options(scheduling_strategy=on(place)).remote(self._work, number, chunk)

    def wait(self, tickets: Sequence[Any], seconds: float) -> Sequence[Any]:
        return wait(tickets, seconds)

    def take(self, ticket: Any) -> _Done:
        import ray

        try:
            done: _Done = ray.get(ticket)
        except ray.exceptions.RayError as error:
            raise Lost(one_line(error)) from None
        return done

    def cancel(self, ticket: Any) -> None:
        cancel(ticket)
