"""The published data: cards that say where it lies and what it is, and the verified copy on this machine."""

from __future__ import annotations

from collections.abc import Callable

from bench.errors import UserError

HUB = "hub"
"""What `--data` says for the published data."""


def find_data(card: str | None, data: str, *, unpinned: bool, say: Callable[[str], None]) -> str:  # noqa: ARG001
    """The path of the data that `--data` names: itself, or for `hub` the verified copy, fetched where it is not here.

    Args:
        card: the benchmark's card; None where it has none.
        unpinned: take a copy that is not the published one, where one was installed so.
        say: told how much is fetched before it is.

    Raises:
        UserError: the benchmark has no card.
        DataError: what is there is not the published data, or it cannot be fetched.
    """
    if data != HUB:
        return data
    raise UserError("--data hub: not there yet")
