"""The model behind `--model openai/<name>`: its options, its checks, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from bench.errors import ModelError, UserError
from bench.models import tokens
from bench.models.api.clients import Clients
from bench.models.api.counters import PrefixCaches
from bench.models.api.discovery import discover
from bench.models.api.groups import grouped
from bench.models.api.limits import Limit
from bench.models.api.loop import in_loop
from bench.models.api.replicas import CEILING, START, Replica, Replicas
from bench.models.api.servers import client_package, servers
from bench.models.api.session import Habits, Session, Terms
from bench.models.placing import Cluster
from bench.models.preparing import Preparer
from bench.models.rendering import Rendering
from bench.records import Completion, Prompt, Truncation

_SPARE = 4  # a quarter more than can be in flight waits, so that an answer's place is taken at once


class OpenAI:
    """A model behind one HTTP server or several alike.

    Args:
        model: the name that the servers know it by.
        base_url: up to and with `/v1`, or several; without it OPENAI_BASE_URL or OpenAI itself.
        concurrency: requests in flight at most, over all servers; without it as many as they bear, up to 128 each.
        timeout: seconds that one request may take, from its first byte to the last of the answer.
        retries: further tries after a failed connection, a timeout, 408, 409, 425, 429, 5xx or a reply without an
            answer.
        max_model_len: the context window in tokens; by default what the servers say, or else the tokenizer's folder.
        cluster: machines that prepare prompts.
        key: opens the servers, in place of OPENAI_API_KEY.
        rendering: as `Rendering` has them.

    Attributes:
        said: what is worth saying before the first prompt; complete once `check` has returned.

    Raises:
        UserError: an argument is out of range, or a URL is none.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str | Sequence[str] | None = None,
        concurrency: int | None = None,
        timeout: float = 600.0,
        retries: int = 6,
        max_model_len: int | None = None,
        cluster: Cluster | None = None,
        key: str | None = None,
        **rendering: Any,
    ) -> None:
        self.name = f"openai/{model}"
        self.said: list[str] = []
        self._model = model
        self._rendering = Rendering(**rendering)
        self._cluster = cluster
        self._servers = servers(base_url, key)
        self._concurrency = None if concurrency is None else _at_least(1, concurrency, "--concurrency")
        self._timeout = timeout
        self._retries = _at_least(0, retries, "--retries")
        self._window = None if max_model_len is None else _at_least(1, max_model_len, "--max-model-len")
        if timeout <= 0:
            raise UserError(f"--timeout must be above 0, not {timeout}")
        self._notes: list[str] = []
        self._guessed: list[str] = []
        self._served_by: set[str] = set()
        self._habits = Habits(self._tell)
        self._preparer: Preparer | None = None
        self._caches = PrefixCaches(self._servers)

    @property
    def spec(self) -> Mapping[str, Any]:
        """The model's name and what prompts go through before they are sent; never where the servers are."""
        prepared = {} if self._preparer is None else self._preparer.spec
        return MappingProxyType({"backend": "openai", "model": self._model, **prepared})

    @property
    def notes(self) -> list[str]:
        """What the reader of a result must know about how prompts were sent; complete when generation ends."""
        further = self._habits.cut_further
        counted = [f"{further} prompts were refused as too long by the server and cut further"] if further else []
        return [*self._notes, *counted, *(self._preparer.notes if self._preparer else ())]

    @property
    def observed(self) -> Mapping[str, Any]:
        """The first prompt, names that replies gave the model other than its own, what servers say of their caches."""
        seen = dict(self._preparer.observed) if self._preparer else {}
        found = {"served_by": sorted(self._served_by), "cached_share": self._caches.share}
        return seen | {name: value for name, value in found.items() if value or value == 0.0}

    def check(self, truncation: Truncation | None = None) -> None:
        """See that there are client, key and servers that have the model, and a tokenizer where one is needed.

        Raises:
            ModelError: one of these is missing.
        """
        client_package()
        away = self._away()
        if self._preparer is None:
            self._preparer = self.preparer()
        self.said = [*away, *self._guessed, *self._preparer.check(truncation)]

    def preparer(self) -> Preparer:
        """What prompts go through, made of what the servers that are there say of the model; nothing is generated.

        Raises:
            ModelError: a key is missing or refused, or a server has no such model.
        """
        said = {discover(server, self._model) for server in self._servers}
        tokenizer = self._tokenizer()
        window = self._window or min((window for window in said if window is not None), default=None)
        if window is None and tokenizer is not None and tokenizer.window is not None:
            window = tokenizer.window
            self._guessed = [f"no server says its context window: taken to be the tokenizer's, {window:,} tokens"]
        return Preparer(self._rendering, tokenizer, window=window, render=False, cluster=self._cluster)

    def generate(self, prompts: Iterable[Prompt]) -> Iterator[Completion]:
        """Completions as they land.

        Raises:
            ModelError: there is no key or no client package.
        """
        if self._preparer is None:
            self._preparer = Preparer(self._rendering, None, window=self._window, render=False)
        replicas = self._replicas()
        session = Session(self._terms(self._preparer), self._habits, replicas)
        groups = grouped(self._preparer.prepare(prompts))
        self._caches.begin()
        try:
            for completions in in_loop(session.answer, groups, window=_window(replicas), close=session.close):
                yield from completions
        finally:
            self._caches.end()

    def close(self) -> None:
        """End the processes that prepare prompts; connections end with each `generate`."""
        if self._preparer is not None:
            self._preparer.close()

    def _away(self) -> list[str]:
        """Replicas that are not there now, in words; the run does without them until they are.

        Raises:
            ModelError: none of them is there, or a key is missing.
        """
        away = []
        for server in self._servers:
            server.key()
            try:
                server.check()
            except ModelError as error:
                away.append(error)
        if len(away) == len(self._servers):
            raise away[0]
        return [f"a replica is away: {error}" for error in away]

    def _tokenizer(self) -> tokens.Tokenizer | None:
        """The one that is named; else OpenAI's by its model's name, or the server's."""
        if self._rendering.tokenizer is not None:
            return tokens.load_tokenizer(self._rendering.tokenizer)
        if self._rendering.truncate_by == "chars":
            return None
        urls = [server.url for server in self._servers if not server.is_openai]
        key = self._servers[0].key()
        return tokens.tiktoken_tokenizer(self._model) or tokens.server_tokenizer(urls, self._model, key)

    def _terms(self, preparer: Preparer) -> Terms:
        return Terms(
            model=self._model,
            rendering=self._rendering,
            timeout=self._timeout,
            retries=self._retries,
            shrink=preparer.shrink,
            tell=self._tell,
            saw=self._saw,
        )

    def _replicas(self) -> Replicas:
        """The servers, each with its part of the requests that may be in flight."""
        count = len(self._servers)
        made = [
            Replica(server, Clients(server), _limit(self._concurrency, number, count))
            for number, server in enumerate(self._servers)
        ]
        return Replicas(made, self._concurrency or count * CEILING, self._retries)

    def _tell(self, note: str) -> None:
        if note not in self._notes:
            self._notes.append(note)

    def _saw(self, model: str) -> None:
        self._served_by.add(model)
        if len(self._served_by) > 1:
            self._tell("replies named several models: see served_by in run.json")


def _limit(concurrency: int | None, number: int, count: int) -> Limit:
    if concurrency is None:
        return Limit(START, CEILING)
    share = concurrency // count + (number < concurrency % count)
    return Limit(max(1, share), max(1, share))


def _window(replicas: Replicas) -> Callable[[], int]:
    """How many groups of prompts may be pulled: what can be in flight and some that wait."""

    def window() -> int:
        in_flight = replicas.window
        return in_flight + max(2, in_flight // _SPARE)

    return window


def _at_least(lowest: int, value: int, option: str) -> int:
    if value < lowest:
        raise UserError(f"{option} must be at least {lowest}, not {value}")
    return value
