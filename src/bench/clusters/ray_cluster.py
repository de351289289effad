"""What models may use of a Ray cluster."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from functools import partial
from typing import Any

from bench.clusters.connecting import Connection, Say
from bench.clusters.cutters import Cutters, hire_for
from bench.clusters.seats import RaySeat, check_room, needed
from bench.clusters.serving import Servers
from bench.models.fitting import Fitter


class RayCluster:
    """See `bench.models.placing.Cluster`.

    Args:
        connection: to the cluster.
        say: told in a line what happens to machines.
    """

    def __init__(self, connection: Connection, say: Say) -> None:
        self._connection, self._say = connection, say

    def preparing(self, fitter: Fitter) -> Cutters:
        """Workers with this fitter.

        Raises:
            pickle.PicklingError, AttributeError, TypeError: it cannot be sent to them.
        """
        return Cutters(fitter, self._connection.usable, hire_for(fitter), self._say)

    def serving(
        self, arguments: Mapping[str, Any], *, replicas: int, folders: Mapping[str, Mapping[str, str]]
    ) -> Servers:
        """Servers with these arguments; they ask for a key that nobody else knows."""
        nodes = self._connection.usable()
        need = needed(arguments, nodes)
        check_room(need, nodes, replicas)
        key = secrets.token_urlsafe(32)
        return Servers(replicas, partial(RaySeat, need, arguments, key, folders, self._connection), key, self._say)
