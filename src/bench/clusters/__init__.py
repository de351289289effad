"""Where a run's work is done: on this machine, or on the many of a Ray cluster. Nothing else knows of Ray."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

from bench.clusters.executor import Executor, Here
from bench.errors import UserError

__all__ = ["Executor", "Here", "load_executor"]

INSTALL = "--cluster: Ray is not installed; pip install 'longcode-bench[ray]', the same version as on the cluster"


def load_executor(cluster: str | None, say: Callable[[str], None] = lambda _: None) -> Executor:
    """What `--cluster` names; without it this machine.

    Args:
        cluster: `auto` for the cluster that this machine belongs to, or an address, `10.0.0.1:6379` or
            `ray://10.0.0.1:10001`.
        say: told in a line of machines that come and go.

    Raises:
        UserError: Ray is not installed, no cluster answers, or a machine of it is not equal to this one.
    """
    if cluster is None:
        return Here()
    if find_spec("ray") is None:
        raise UserError(INSTALL)
    from bench.clusters.on_ray import OnRay

    return OnRay(cluster, say)
