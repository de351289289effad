"""Several servers of one model on a cluster: where there is room, and each started again where it dies."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bench.clusters.actors import Gone
from bench.clusters.connecting import Say
from bench.clusters.relays import Place, Relays
from bench.errors import ModelError

LIVES = 5
"""Servers that a replica may use up; one that dies so often dies of something that another start does not mend."""
ROOM = 300.0
"""Seconds to wait for room on the cluster while no server is ready."""
POLL = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A server that is ready.

    Attributes:
        place: where it listens, seen from this machine.
        version: of its vLLM.
    """

    place: Place
    version: str


class Seat(Protocol):
    """Room for a server on a machine of the cluster, asked for when it is made."""

    def placed(self, seconds: float) -> bool:
        """Whether there is room, or will be within these seconds.

        Raises:
            Gone: its machine died.
            ModelError: the machine cannot run such a server.
        """

    def start(self) -> Started:
        """Start the server and wait until it is ready.

        Raises:
            Gone: its machine died.
            ModelError: it does not start; the end of its log is in the text.
        """

    def ended(self) -> str:
        """Wait for the server's end; its last words.

        Raises:
            Gone: its machine died.
        """

    def close(self) -> None:
        """End the server, and give the room back."""


class NoRoom(ModelError):
    """There was no place for a server."""


class Servers:
    """Servers alike, each behind a port of this machine; see `bench.models.placing.Serving`.

    A replica whose server dies gets another one, where the cluster has room; requests go to the others meanwhile.

    Args:
        replicas: how many.
        seat: asks the cluster for room for one.
        key: what the servers ask for.
        say: told in a line of a server that died.

    Raises:
        ModelError: there is no room, or one does not start.
    """

    def __init__(self, replicas: int, seat: Callable[[], Seat], key: str, say: Say) -> None:
        self.key: str | None = key
        self._count, self._seat, self._say = replicas, seat, say
        self._relays = Relays(replicas)
        self.urls = self._relays.urls
        self._changed = threading.Condition()
        self._seats: dict[int, Seat] = {}
        self._ready: set[int] = set()
        self._given_up: dict[int, str] = {}
        self._version: str | None = None
        self._last_ready = time.monotonic()
        self._begun = self._closed = False
        self._threads = [threading.Thread(target=self._keep, args=(number,), daemon=True) for number in range(replicas)]
        try:
            self._wait_for_all()
        except BaseException:
            self.close()
            raise

    @property
    def failure(self) -> str | None:
        """Why no server can answer any more."""
        with self._changed:
            if len(self._given_up) < self._count:
                return None
            return f"no vLLM server is left of {self._count}: {list(self._given_up.values())[-1]}"

    def close(self) -> None:
        """End the servers, side by side."""
        with self._changed:
            self._closed = True
            closing = [threading.Thread(target=seat.close) for seat in self._seats.values()]
        for thread in closing:
            thread.start()
        for thread in [*closing, *(thread for thread in self._threads if thread.ident)]:
            thread.join()
        self._relays.close()

    def _wait_for_all(self) -> None:
        for thread in self._threads:
            thread.start()
        with self._changed:
            self._changed.wait_for(lambda: len(self._ready) == self._count or self._given_up)
            if self._given_up:
                raise ModelError(next(iter(self._given_up.values())))
            self._begun = True

    def _keep(self, number: int) -> None:
        """A replica's life: one server after the other."""
        why = "it could not be looked after"
        try:
            for left in reversed(range(LIVES)):
                why, mends = self._outlived(number)
                if self._closed or not (self._begun and mends and left):
                    break
                self._say(f"server {number + 1} of {self._count}: {why}; another one is started in its place")
        finally:  # whatever happens, nobody waits for it
            self._give_up(number, why)

    def _outlived(self, number: int) -> tuple[str, bool]:
        """One server's life, what it died of, and whether another one may fare better."""
        try:
            return self._live(number), True
        except NoRoom as error:
            return str(error), False
        except (Gone, ModelError) as error:
            return str(error), True

    def _live(self, number: int) -> str:
        """One server from the first to the last; its last words."""
        with self._changed:
            if self._closed:
                raise Gone("no server is wanted any more")
            seat = self._seats[number] = self._seat()
        try:
            self._wait_for_room(seat)
            self._lead(number, seat.start())
            return seat.ended()
        finally:
            self._leave(number)
            seat.close()

    def _wait_for_room(self, seat: Seat) -> None:
        """As long as it takes while another server is ready; the requests go there."""
        began = time.monotonic()
        while not seat.placed(POLL):
            if self._closed:
                raise Gone("no server is wanted any more")
            if not self._ready and time.monotonic() - max(began, self._last_ready) > ROOM:
                raise NoRoom(f"the cluster had no room for a vLLM server in {ROOM:g} s; see `ray status`")

    def _lead(self, number: int, started: Started) -> None:
        """Let requests go to it.

        Raises:
            ModelError: it is another vLLM than the others: its answers may be others.
        """
        with self._changed:
            version = self._version = self._version or started.version
        if started.version != version:
            raise ModelError(
                f"the node {started.place[0]} has vLLM {started.version}, others have {version}; install the same"
            )
        self._relays.lead(number, started.place)
        with self._changed:
            self._ready.add(number)
            self._changed.notify_all()

    def _leave(self, number: int) -> None:
        self._relays.lead(number, None)
        with self._changed:
            if number in self._ready:
                self._ready.remove(number)
                self._last_ready = time.monotonic()

    def _give_up(self, number: int, why: str) -> None:
        with self._changed:
            self._given_up[number] = why
            self._changed.notify_all()
            nobody = len(self._given_up) == self._count
        if nobody:
            self._relays.give_up()
