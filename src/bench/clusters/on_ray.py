"""The executor that does a run's work on a Ray cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from bench.clusters.connecting import Connection, Say
from bench.clusters.hosts import Hosts
from bench.clusters.ray_cluster import RayCluster
from bench.clusters.tasks import map_chunks
from bench.models.placing import Cluster
from bench.protocols import Sandbox

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")


class OnRay:
    """The machines of a cluster; this process drives them and alone writes the run.

    Args:
        address: see `bench.clusters.load_executor`.
        say: told in a line what happens to machines.

    Raises:
        UserError: no cluster answers, or a machine of it has another longcode-bench, Python or package.
    """

    def __init__(self, address: str, say: Say = lambda _: None) -> None:
        self._say, self.connection = say, Connection(address, say)
        try:
            self.connection.check()
        except BaseException:
            self.connection.close()
            raise
        self.cluster: Cluster | None = RayCluster(self.connection, say)

    def sandbox(self, name: str) -> Sandbox:
        """One on every machine that was started with the resource `docker`."""
        return Hosts(self.connection, name, self._say)

    def map_chunks(self, work: Callable[[Chunk], Result], chunks: Iterable[tuple[bool, Chunk]]) -> Iterator[Result]:
        """By tasks on every machine that has a core."""
        return map_chunks(self.connection, work, chunks)

    def close(self) -> None:
        """Leave the cluster."""
        self.connection.close()
