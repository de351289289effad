"""Ray's references to results as tickets, see `bench.clusters.dispatch.Fleet`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any


def wait(tickets: Sequence[Any], seconds: float) -> Sequence[Any]:
    """Those that have ended."""
    import ray

    if not tickets:
        time.sleep(seconds)
        return []
    ready, _ = ray.wait(list(tickets), num_returns=1, timeout=seconds)
    return list(ready)


def cancel(ticket: Any) -> None:
    """What has not begun does not begin; what is at work goes on."""
    import ray

    with suppress(Exception):  # its machine is gone, or the cluster is
        ray.cancel(ticket)
