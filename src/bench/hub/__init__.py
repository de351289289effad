"""The published data: cards that say where they lie and what they are, and the verified copy on this machine."""

from __future__ import annotations

from collections.abc import Callable

from bench.errors import UserError

HUB = "hub"
"""What `--data` says for the published data."""
WAYS_OUT = (
    "use --data sample, or --data PATH with files that you have, or bring them with bench download {card} --from PATH"
)


def find_data(card: str | None, data: str, *, unpinned: bool, say: Callable[[str], None]) -> str:
    """The path of the data that `--data` names: itself, or for `hub` the verified copy, fetched where it is not here.

    Args:
        card: the benchmark's card; None where it has none.
        unpinned: take a copy that is not the published one, where one was installed so.
        say: told how much is fetched before it is.

    Raises:
        UserError: the benchmark has no card.
        CannotFetchError: they cannot be had.
        DataError: what came is not the published data.
    """
    if data != HUB:
        return data
    if card is None:
        raise UserError("--data hub: nobody publishes the data of this benchmark; name them with --data PATH")
    from bench.hub.cache import Store
    from bench.hub.cards import find_card
    from bench.hub.failures import CannotFetchError
    from bench.hub.fetching import complete, fetch

    found = find_card(card)
    store = Store(found)
    try:
        if unpinned and Store(found, unpinned=True).files:
            store = complete(found, say=say)
        elif store.lacking():
            store = fetch(found, say=say)
    except CannotFetchError as error:
        what = f"--data hub: {error.what or found.name}"
        raise CannotFetchError(error.why, what=what, remedy=WAYS_OUT.format(card=found.name)) from error
    return str(store.folder)
