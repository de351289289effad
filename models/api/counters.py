"""What servers count of their prefix caches, where their replies do not say: vLLM's `/metrics`.

vLLM puts cached tokens into its replies only with `--enable-prompt-tokens-details`, and counts them always.
"""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Sequence
from typing import NamedTuple, Self

from bench.models.api.servers import Server

_SECONDS = 2.0
_COUNTER = re.compile(r"^vllm:(?:gpu_)?prefix_cache_(queries|hits)(?:_total)?(?:\{[^}\n]*\})? (\S+)$", re.MULTILINE)


class Counts(NamedTuple):
    """Input tokens that were looked up in a prefix cache, and those that were found."""

    queries: float = 0.0
    hits: float = 0.0

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The sums over a server's engines; None where it does not count them."""
        found = [(name, float(value)) for name, value in _COUNTER.findall(text)]
        sums = {name: sum(value for other, value in found if other == name) for name in ("queries", "hits")}
        return cls(**sums) if found else None


class PrefixCaches:
    """The caches of some servers over a run; requests of others at the same time are counted too."""

    def __init__(self, servers: Sequence[Server]) -> None:
        self._servers = [server for server in servers if not server.is_openai]
        self._before: dict[str, Counts] = {}
        self._queries = self._hits = 0.0

    def begin(self) -> None:
        """Remember where the counters stand."""
        self._before = self._read()

    def end(self) -> None:
        """Count what came since; a server that was restarted meanwhile is left out."""
        for url, now in self._read().items():
            before = self._before.get(url)
            if before is not None and now.queries >= before.queries and now.hits >= before.hits:
                self._queries += now.queries - before.queries
                self._hits += now.hits - before.hits

    @property
    def share(self) -> float | None:
        """Of the input tokens, in [0, 1]; None where no server counts."""
        return self._hits / self._queries if self._queries else None

    def _read(self) -> dict[str, Counts]:
        read = {server.url: _counts(server) for server in self._servers}
        return {url: counts for url, counts in read.items() if counts is not None}


def _counts(server: Server) -> Counts | None:
    url = server.url.removesuffix("/v1") + "/metrics"
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as response:  # noqa: S310 - the address was checked when the model was made
            return Counts.read(response.read().decode())
    except (OSError, ValueError):
        return None
