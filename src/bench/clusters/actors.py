"""What is common to the actors that a model uses on a cluster."""

from __future__ import annotations

from typing import Any


class Gone(Exception):
    """An actor, or its machine, is no more."""


def told(reference: Any) -> Any:
    """What an actor answers.

    Raises:
        Gone: it does not, whatever Ray calls the reason.
    """
    import ray

    from bench.clusters.connecting import one_line

    try:
        return ray.get(reference)
    except ray.exceptions.RayError as error:
        raise Gone(one_line(error)) from error
