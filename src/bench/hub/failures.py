"""Why a file could not be fetched, in words; what to do about it is added where that is known."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from bench.errors import UserError
from bench.jsonl import reason


class CannotFetchError(UserError):
    """A file that could not be fetched.

    Args:
        why: in words, without a full stop.
        what: the file and where it should come from.
        remedy: what to do about it.
    """

    def __init__(self, why: str, *, what: str = "", remedy: str = "") -> None:
        self.why, self.what = why, what
        super().__init__("; ".join(part for part in (f"{what}: {why}" if what else why, remedy) if part))


OFFLINE = "HF_HUB_OFFLINE is set, and it is not on this machine"
_YES = frozenset({"1", "ON", "YES", "TRUE"})  # as the client reads it

ANSWERS: Mapping[int, str] = MappingProxyType(
    {
        401: "the server answers 401: it wants an access token (of the Hugging Face hub: in HF_TOKEN), or there is no "
        "such repository",
        403: "the server answers 403: access has to be granted first (Hugging Face hub: on the repository's page, "
        "to the account whose token is in HF_TOKEN)",
        404: "the server answers 404: there is no such file",
        429: "the server answers 429: too many requests, wait a while",
    }
)


def answered(status: int) -> str:
    """What a status other than success means."""
    return ANSWERS.get(status, f"the server answers {status}")


def hub_failure(error: BaseException, revision: str) -> str:
    """What the hub's client means by an exception; it wraps one in another.

    Its classes are known by name: they moved between modules, and their bases changed, from version to version.
    """
    names: Mapping[str, Callable[[], str]] = {
        "GatedRepoError": lambda: ANSWERS[403],
        "RevisionNotFoundError": lambda: f"there is no revision {revision}",
        "RemoteEntryNotFoundError": lambda: f"there is no such file at revision {revision}",
        "OfflineModeIsEnabled": lambda: OFFLINE,
    }
    chain = list(_chain(error))
    for link in chain:
        for kind in type(link).__mro__:
            if kind.__name__ in names:
                return names[kind.__name__]()
    status = next(filter(None, map(_status, chain)), None)
    if status is not None:
        return answered(status)
    return next(filter(None, map(_system, chain)), None) or _last(chain)


def offline() -> bool:
    """Whether the hub's client was told to stay offline; other addresses are not asked then either."""
    return any(os.environ.get(name, "").upper() in _YES for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _status(error: BaseException) -> int | None:
    status = getattr(getattr(error, "response", None), "status_code", None)
    return status if isinstance(status, int) else None


def _system(error: BaseException) -> str | None:
    """What the operating system said, where it is about the disk."""
    full = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES}
    return reason(error) if full and isinstance(error, OSError) else None


def _last(chain: list[BaseException]) -> str:
    """The innermost cause, in its own words."""
    if any("Consistency check failed" in str(link) for link in chain):
        return "what came is shorter than it should be"
    endpoint = os.environ.get("HF_ENDPOINT")
    whom = f" by way of HF_ENDPOINT={endpoint}" if endpoint else ""
    words = " ".join(str(chain[-1]).split())[:160] or type(chain[-1]).__name__
    return f"no connection{whom} ({words})"
