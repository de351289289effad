"""The seam between a run and the machines on which its work is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

from bench.models.placing import Cluster
from bench.protocols import Sandbox
from bench.sandbox import load_sandbox
from bench.workers import map_chunks

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")


class Executor(Protocol):
    """Where the work of a run is done; a run's records are written by the process that asked for it."""

    @property
    def cluster(self) -> Cluster | None:
        """What models may use of it; None where there is this machine alone."""

    def sandbox(self, name: str) -> Sandbox:
        """Where code is run; `name` is that of `--sandbox`."""

    def map_chunks(self, work: Callable[[Chunk], Result], chunks: Iterable[tuple[bool, Chunk]]) -> Iterator[Result]:
        """See `bench.workers.map_chunks`."""

    def close(self) -> None:
        """Let go of the cluster."""


class Here:
    """This machine."""

    cluster: Cluster | None = None

    def sandbox(self, name: str) -> Sandbox:
        """The local one."""
        return load_sandbox(name)

    def map_chunks(self, work: Callable[[Chunk], Result], chunks: Iterable[tuple[bool, Chunk]]) -> Iterator[Result]:
        """By processes of this machine."""
        return map_chunks(work, chunks)

    def close(self) -> None:
        """Nothing to let go of."""
