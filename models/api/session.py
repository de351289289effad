"""The life of a request: where it goes, what is done when it fails, and the completions that come of it."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.errors import ModelError
from bench.models.api.asked import Asked, answered, failed, unsent
from bench.models.api.bodies import Body, Dialect, Endpoint, chat_body, raw_body
from bench.models.api.faults import Fault
from bench.models.api.groups import Group
from bench.models.api.patience import retry_seconds
from bench.models.api.replicas import Replica, Replicas
from bench.models.api.replies import Reply
from bench.models.api.servers import Server
from bench.models.api.tries import attempt
from bench.models.rendering import Prepared, Rendering
from bench.records import Completion

_DOCUMENT = 4000  # characters by which two prompts are taken to share a document
_NO_ENDPOINT = frozenset({404, 405, 501})
_CUT_FURTHER = "cut further: the server refused it as too long"
_FINAL_IN_A_ROW = 3
"""Refusals of a key or a model, without an answer between them, after which nothing more is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What requests have in common.

    Attributes:
        timeout: seconds for one request, from its first byte to the last of the answer.
        retries: repetitions of a failed one.
        shrink: the same prompt cut further; None where it must not be.
        tell: told what the reader of a result must know.
        saw: told the name that a reply gives the model.
    """

    model: str
    rendering: Rendering
    timeout: float
    retries: int
    shrink: Callable[[Prepared], Prepared | None]
    tell: Callable[[str], None]
    saw: Callable[[str], None]


class Habits:
    """What has been found out about the servers of a run; it outlives the sessions."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self.dialect = Dialect(tell)
        self.raw_works: bool | None = None
        self.templates = True
        self.cut_further = 0


class Session:
    """Answers prompts through some servers; it lives in one event loop."""

    def __init__(self, terms: Terms, habits: Habits, replicas: Replicas) -> None:
        self._terms, self._habits, self._replicas = terms, habits, replicas
        self._refused_in_a_row = 0
        self._cutting = asyncio.Lock()

    async def answer(self, group: Group) -> list[Completion]:
        """A completion for every prompt of the group; nothing is raised for what servers do."""
        if group.prepared.error is not None:
            return unsent(group)
        if len(group.prompts) == 1 or not self._habits.dialect.takes("n"):
            return await self._one_by_one(group, range(len(group.prompts)))
        found = await self._together(group)
        missing = range(len(found), len(group.prompts))
        return found + await self._one_by_one(group, missing)

    async def close(self) -> None:
        """Let go of all connections."""
        for replica in self._replicas:
            await replica.clients.close()

    async def _one_by_one(self, group: Group, places: range) -> list[Completion]:
        """A request for each attempt."""
        answers = await asyncio.gather(*(self._together(group.alone(place)) for place in places))
        return [one for found in answers for one in found]

    async def _together(self, group: Group) -> list[Completion]:
        """One request for all; fewer completions where the server gave fewer answers, and takes no such requests."""
        asked = Asked(group.prepared, len(group.prompts))
        outcome = await self._outcome(asked)
        if isinstance(outcome, Fault):
            self._count(outcome)
            return failed(asked, outcome, group.prompts)
        self._refused_in_a_row = 0
        self._notice(outcome, asked)
        return answered(asked, outcome, group.prompts, self._terms.rendering.thinking)

    def _endpoint(self, prepared: Prepared) -> Endpoint:
        chat = bool(prepared.messages) and self._habits.templates
        return Endpoint.CHAT if chat or self._habits.raw_works is False else Endpoint.RAW

    def _notice(self, reply: Reply, asked: Asked) -> None:
        """What a reply tells about the server."""
        if asked.endpoint is Endpoint.RAW:
            self._habits.raw_works = True
        elif asked.no_endpoint and self._habits.raw_works is None:
            self._habits.raw_works = False
            self._terms.tell(f"raw as chat: the server has no completions endpoint (HTTP {asked.no_endpoint})")
        if len(reply.choices) < asked.choices and self._habits.dialect.takes("n"):
            self._habits.dialect.refuse("n", "the server does not honour n: each attempt is a request of its own")
        if reply.model is not None and reply.model != self._terms.model:
            self._terms.saw(reply.model)

    def _count(self, fault: Fault) -> None:
        """Send nothing more where every request would end like the last few."""
        self._refused_in_a_row = self._refused_in_a_row + 1 if fault.final else 0
        if self._refused_in_a_row == _FINAL_IN_A_ROW:
            self._stop(fault, f"refused {_FINAL_IN_A_ROW} times in a row")
        elif fault.unreachable and self._replicas.given_up:
            self._stop(fault, "no server could be reached")

    def _stop(self, fault: Fault, why: str) -> None:
        detail = f"{fault.detail} (nothing more was sent: {why})"
        self._replicas.end(dataclasses.replace(fault, detail=detail, final=False, unreachable=False))

    async def _outcome(self, asked: Asked) -> Reply | Fault:
        """The reply in the end, or why there is none whatever was tried."""
        document, last = hash(asked.prepared.prompt.text[:_DOCUMENT]), None
        while True:
            replica = await self._replicas.take(document, last)
            if isinstance(replica, Fault):
                return replica
            asked.begun = asked.begun or time.perf_counter()
            try:
                outcome = await self._sent(asked, replica)
            finally:
                self._replicas.give(replica)
            if isinstance(outcome, Reply):
                return outcome
            last = replica
            if not self._may_try_again(asked, outcome):
                times = f" (tried {asked.requests} times)" if asked.retries else ""
                return dataclasses.replace(outcome, detail=outcome.detail + times)
            await self._wait(asked, outcome)

    async def _sent(self, asked: Asked, replica: Replica) -> Reply | Fault:
        """What one server makes of it, changed until the server can take it; each change can be made once."""
        asked.endpoint = asked.endpoint if asked.moved else self._endpoint(asked.prepared)
        while True:
            body = self._body(asked, replica.server)
            asked.requests += 1
            outcome = await attempt(replica, asked.endpoint, body, asked.choices, self._terms.timeout)
            if isinstance(outcome, Reply):
                return outcome
            if not (self._habits.dialect.learn(outcome, body, asked.endpoint) or await self._change(asked, outcome)):
                return outcome

    def _body(self, asked: Asked, server: Server) -> Body:
        terms, make = self._terms, chat_body if asked.endpoint is Endpoint.CHAT else raw_body
        body = make(terms.model, asked.prepared, terms.rendering, extended=not server.is_openai)
        if asked.choices > 1:
            body["n"] = asked.choices
        adapted = self._habits.dialect.adapted(body, asked.endpoint)
        asked.choices = adapted.get("n", 1)
        return adapted

    async def _change(self, asked: Asked, fault: Fault) -> bool:
        """Whether the request was changed so that it may go well now."""
        if fault.name == "context_length":
            return not asked.shrunk and await self._shrink(asked)
        if asked.endpoint is Endpoint.CHAT:
            return fault.no_template and self._go_raw(asked)
        return fault.status in _NO_ENDPOINT and self._go_chat(asked, fault)

    async def _shrink(self, asked: Asked) -> bool:
        """Cut the prompt once more, beside the loop: it may take a tokenizer, or ask a server for its."""
        async with self._cutting:
            smaller = await asyncio.to_thread(self._smaller, asked.prepared)
        if smaller is None:
            return False
        asked.prepared = dataclasses.replace(smaller, remarks=(*smaller.remarks, _CUT_FURTHER))
        asked.shrunk = True
        self._habits.cut_further += 1
        return True

    def _smaller(self, prepared: Prepared) -> Prepared | None:
        try:
            return self._terms.shrink(prepared)
        except ModelError:  # the server that tokenises answers no longer
            return None

    def _go_raw(self, asked: Asked) -> bool:
        """Send a chat prompt as it is to a server without a chat template, and all that follow."""
        if asked.moved or self._habits.raw_works is False:
            return False
        asked.endpoint, asked.moved, self._habits.templates = Endpoint.RAW, True, False
        self._terms.tell("no chat template: chat tasks go raw")
        return True

    def _go_chat(self, asked: Asked, fault: Fault) -> bool:
        """Ask a server without the completions endpoint by chat; others follow only if it answers there.

        An unknown model is a 404 too, and must stay one. A template of the user's own cannot go under the server's.
        """
        if asked.moved or self._habits.raw_works or asked.prepared.rendered is not None:
            return False
        asked.endpoint, asked.moved, asked.no_endpoint = Endpoint.CHAT, True, fault.status
        return True

    def _may_try_again(self, asked: Asked, fault: Fault) -> bool:
        gone = fault.unreachable and self._replicas.given_up
        return fault.passing and asked.retries < self._terms.retries and not gone

    async def _wait(self, asked: Asked, fault: Fault) -> None:
        """Let some time go by before the next try.

        A server that is crowded or away is left alone by all requests alike: this one need not wait besides, and
        another server may have room for it at once.
        """
        asked.retries += 1
        if not (fault.unreachable or (fault.crowded and fault.status is not None)):
            await asyncio.sleep(retry_seconds(asked.retries))
