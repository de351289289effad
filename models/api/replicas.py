"""Which server gets the next request, and when: the one with the most room among those that are well."""

from __future__ import annotations

import asyncio
import math
from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bench.models.api.clients import Clients
from bench.models.api.faults import Fault
from bench.models.api.limits import Limit
from bench.models.api.patience import away_seconds, crowded_seconds
from bench.models.api.servers import Server

START, CEILING = 32, 128
"""Requests at a time for each server where nobody says how many."""
_SICK = 3
"""Failures in a row after which others are asked rather than this one."""
_HOMES = 4096
"""Documents of which is remembered where they are."""


@dataclass(slots=True)
class Replica:
    """One of the servers, and how it has fared.

    Attributes:
        free_at: the moment (of the loop's clock) before which it gets nothing: it asked for that, or is away.
        well_at: the moment before which it is left alone if another can be asked.
        unreachable: times in a row that no connection came about, counted once for requests under way together.
        crowded: refusals for want of room in a row, counted alike.
        failures: other failures in a row.
    """

    server: Server
    clients: Clients
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
        if fault.pause:
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
            self.free_at = max(self.free_at, now if fault.pause else now + crowded_seconds(self.crowded))
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
        self._homes: OrderedDict[int, Replica] = OrderedDict()

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

    async def take(self, document: int, avoid: Replica | None = None) -> Replica | Fault:
        """The next server once one has room, to be given back by `give`; a fault where nothing is sent any more.

        Args:
            document: hash of what prompts may share; the server that had one of them has it in its cache.
            avoid: where this request has just failed; it goes there again only if no other server is well.
        """
        newcomer = avoid is None
        while self._end is None:
            looked = asyncio.get_running_loop().time()
            chosen = None if newcomer and self._waiting else self._best(document, avoid)
            if chosen is not None:
                chosen.in_flight += 1
                self._remember(document, chosen)
                return chosen
            await self._turn(looked, last=newcomer)
            newcomer = False
        return self._end

    async def _turn(self, looked: float, *, last: bool) -> None:
        """Wait until it is worth looking again, behind all others or before them.

        Args:
            looked: the moment before the last look.
        """
        waiter = asyncio.get_running_loop().create_future()
        (self._waiting.append if last else self._waiting.appendleft)(waiter)
        self._set_alarm(looked)
        await waiter

    def give(self, replica: Replica) -> None:
        """One request less is with it."""
        replica.in_flight -= 1
        self._wake_some()

    def _remember(self, document: int, replica: Replica) -> None:
        self._homes[document] = replica
        self._homes.move_to_end(document)
        if len(self._homes) > _HOMES:
            self._homes.popitem(last=False)

    def _best(self, document: int, avoid: Replica | None) -> Replica | None:
        """The one that has the document, else the one with the most room; None where none has any.

        Where all fail, the one to avoid comes last: another one may be back.
        """
        if sum(replica.in_flight for replica in self._all) >= self._ceiling:
            return None
        home, others = self._homes.get(document), any(replica.well for replica in self._all)
        rooms = ((r.room(probing=others and not r.well), r) for r in self._open(avoid))
        able = [(replica is not avoid, replica is home, room, replica) for room, replica in rooms if room > 0]
        return max(able, key=lambda one: one[:3])[3] if able else None

    def _open(self, avoid: Replica | None) -> Iterator[Replica]:
        """Those that may get a request now; where another is well, neither one that fails nor the one to avoid."""
        now = asyncio.get_running_loop().time()
        for replica in self._all:
            others = any(other.well for other in self._all if other is not replica and other is not avoid)
            spared = others and (replica is avoid or not (replica.well or replica.well_at <= now))
            if replica.free_at <= now and not spared:
                yield replica

    def _wake_some(self) -> None:
        """Let as many look again as may find room."""
        self._wake(max(1, sum(max(0, replica.room(probing=False)) for replica in self._all)))

    def _wake(self, most: int) -> None:
        while self._waiting and most:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                most -= 1

    def _set_alarm(self, looked: float) -> None:
        """Look again when the first of the servers that were left alone at that moment is free.

        One that has become free since then counts too, and an alarm that is due is never called off: either would leave
        everybody waiting for ever.
        """
        first = min(
            (moment for r in self._all for moment in (r.free_at, r.well_at) if moment > looked), default=math.inf
        )
        if first == math.inf or (self._alarm is not None and self._alarm.when() <= first):
            return
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = asyncio.get_running_loop().call_at(first, self._ring)

    def _ring(self) -> None:
        self._alarm = None
        self._wake_some()
        if self._waiting:
            self._set_alarm(asyncio.get_running_loop().time())
