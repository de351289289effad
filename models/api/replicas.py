"""Which server gets the next request, and when: the one with the most room among those that are well."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.models.api.faults import Fault
from bench.models.api.limits import Limit
from bench.models.api.patience import away_seconds, crowded_seconds
from bench.models.api.servers import Server

START, CEILING = 16, 128
"""Requests at a time for each server where nobody says how many."""
MOST = 1000
"""Connections that the client holds at most."""
_SICK = 3
"""Failures in a row after which others are asked rather than this one."""


@dataclass(slots=True)
class Replica:
    """One of the servers, and how it has fared.

    Attributes:
        client: of the official package.
        free_at: the moment (of the loop's clock) before which it gets nothing: it asked for that, or is away.
        well_at: the moment before which it is left alone if another can be asked.
        unreachable: times in a row that no connection came about, counted once for requests under way together.
        crowded: refusals for want of room in a row, counted alike.
        failures: other failures in a row.
    """

    server: Server
    client: Any
    limit: Limit
    in_flight: int = 0
    free_at: float = -math.inf
    well_at: float = -math.inf
    unreachable: int = 0
    crowded: int = 0
    failures: int = 0
    _since: float = field(default=-math.inf)

    @property
    def well(self) -> bool:
        """Whether it answers, as far as is known."""
        return not self.unreachable and self.failures < _SICK

    def room(self, *, probing: bool) -> int:
        """Requests that it can get now: one alone where it has to show first that it is there."""
        return (1 if probing or self.unreachable else self.limit.now) - self.in_flight

    def answered(self, began: float, now: float) -> None:
        """It gave an answer."""
        self.unreachable = self.crowded = self.failures = 0
        self.limit.answered(began, now)

    def failed(self, fault: Fault, began: float, now: float) -> None:
        """It did not; requests under way together that fail together count as one failure."""
        if fault.crowded:
            self.limit.refused(began, now)
        if fault.pause is not None:
            self.free_at = max(self.free_at, now + fault.pause)
        if fault.passing and began >= self._since:
            self._since = now
            self._step_back(fault, now)

    def _step_back(self, fault: Fault, now: float) -> None:
        if fault.unreachable:
            self.unreachable += 1
            self.free_at = max(self.free_at, now + away_seconds(self.unreachable))
        elif fault.crowded and fault.status is not None:
            self.crowded += 1
            self.free_at = max(self.free_at, now if fault.pause is not None else now + crowded_seconds(self.crowded))
        else:
            self.failures += 1
            self.well_at = now + away_seconds(self.failures)


class Replicas:
    """All the servers of a run, in the thread of one event loop.

    Args:
        ceiling: requests at a time over all of them.
        patience: times in a row that a server may be unreachable until it is given up.
    """

    def __init__(self, all_of_them: Sequence[Replica], ceiling: int, patience: int) -> None:
        self._all = tuple(all_of_them)
        self._ceiling = ceiling
        self._patience = patience
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._alarm: asyncio.TimerHandle | None = None
        self._end: Fault | None = None

    def __iter__(self) -> Iterator[Replica]:
        return iter(self._all)

    @property
    def window(self) -> int:
        """Requests at a time now; any thread may ask."""
        return min(self._ceiling, sum(replica.limit.now for replica in self._all))

    @property
    def given_up(self) -> bool:
        """Whether no server could be reached for longer than there is patience."""
        return all(replica.unreachable > self._patience for replica in self._all)

    def end(self, fault: Fault) -> None:
        """Send nothing more: who waits, and whoever comes, gets this fault."""
        self._end = fault
        self._wake(len(self._waiting))

    async def take(self) -> Replica:
        """The next server, as soon as one has room; to be given back by `give`.

        Raises:
            Fault: nothing is sent any more.
        """
        while self._end is None:
            chosen = self._best()
            if chosen is not None:
                chosen.in_flight += 1
                return chosen
            waiter = asyncio.get_running_loop().create_future()
            self._waiting.append(waiter)
            self._set_alarm()
            await waiter
        raise self._end

    def give(self, replica: Replica) -> None:
        """One request less is with it."""
        replica.in_flight -= 1
        self._wake_some()

    def _best(self) -> Replica | None:
        """The one with the most room; one that fails is left to others and probed, unless there are none."""
        if sum(replica.in_flight for replica in self._all) >= self._ceiling:
            return None
        now = asyncio.get_running_loop().time()
        others = any(replica.well for replica in self._all)
        rooms = [
            (replica.room(probing=others and not replica.well), replica)
            for replica in self._all
            if replica.free_at <= now and (replica.well or not others or replica.well_at <= now)
        ]
        room, best = max(rooms, key=lambda pair: pair[0], default=(0, None))
        return best if room > 0 else None

    def _wake_some(self) -> None:
        """Let as many look again as may find room."""
        self._wake(max(1, sum(max(0, replica.room(probing=False)) for replica in self._all)))

    def _wake(self, most: int) -> None:
        while self._waiting and most:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                most -= 1

    def _set_alarm(self) -> None:
        """Look again when the first of the servers that are left alone is free."""
        loop = asyncio.get_running_loop()
        moments = [moment for r in self._all for moment in (r.free_at, r.well_at) if moment > loop.time()]
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = loop.call_at(min(moments), self._ring) if moments else None

    def _ring(self) -> None:
        self._alarm = None
        self._wake_some()
        if self._waiting:
            self._set_alarm()
