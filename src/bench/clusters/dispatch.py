"""Work to places that may go away at any moment, results back, each once. It knows no Ray.

What a lost place had under way is done again elsewhere, first of all. When nothing is left to hand out and a place has
room, what takes unusually long is begun a second time there; the first result wins, the other is dropped.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heapreplace
from statistics import median
from typing import Generic, Protocol, TypeVar

TRIES = 4  # of one piece of work: one that takes its place down with it must not take all of them
SLOW = 2.0  # times the median of what has ended: what takes longer is begun a second time
RECENT = 1000  # pieces of which that median is made
PATIENCE = 120.0  # seconds without any place after which the rest is given up
POLL = 0.5  # seconds that one wait takes at most: new places are seen after it
NO_PLACE = "no machine was left to do it"

Work = TypeVar("Work")
Result = TypeVar("Result")
Ticket = TypeVar("Ticket", bound=Hashable)
Given_contra = TypeVar("Given_contra", contravariant=True)
Came_co = TypeVar("Came_co", covariant=True)


class Lost(Exception):
    """Work that was handed out has no result, and never will; its text says why."""


class Fleet(Protocol[Given_contra, Ticket, Came_co]):
    """Places at which work is done."""

    def places(self) -> Mapping[str, int]:
        """The places that take work now, each with how many pieces it takes at a time. Asked often, so it is quick."""

    def submit(self, place: str, work: Given_contra) -> Ticket:
        """Hand a piece of work to a place; never raises for a place that has gone."""

    def wait(self, tickets: Sequence[Ticket], seconds: float) -> Sequence[Ticket]:
        """Those that have ended: some as soon as there are any, none when the time is over; it is, without tickets."""

    def take(self, ticket: Ticket) -> Came_co:
        """What came of one that has ended.

        Raises:
            Lost: nothing.
        """

    def cancel(self, ticket: Ticket) -> None:
        """Nobody waits for this any more; it may go on."""


@dataclass(slots=True, eq=False)
class Piece(Generic[Work]):
    """A piece of work.

    Attributes:
        begun: when it was last handed out.
        tries: how often it was lost.
        under_way: at how many places it is now.
        twice: it was begun a second time for taking long.
        done: its result is known.
    """

    work: Work
    begun: float = 0.0
    tries: int = 0
    under_way: int = 0
    twice: bool = False
    done: bool = False


def dispatch(
    fleet: Fleet[Work, Ticket, Result],
    works: Iterable[Work],
    failed: Callable[[Work, str], Result],
    *,
    may_pull: Callable[[], bool] = lambda: True,
    patience: float = PATIENCE,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Result]:
    """One result for each piece of work, in any order, as they land; work is pulled when a place has room for it.

    Closed before its end, it cancels what is under way.

    Args:
        failed: the result of work that was lost too often, or for which no place was left, and why.
        may_pull: whether one more piece may be pulled now.
        patience: seconds without any place after which the rest fails.
        clock: tells the time, seconds.
    """
    run = _Dispatch(fleet, iter(works), failed, may_pull, clock)
    try:
        yield from run.results(patience)
    finally:
        run.close()


@dataclass(slots=True)
class _Dispatch(Generic[Work, Ticket, Result]):
    fleet: Fleet[Work, Ticket, Result]
    works: Iterator[Work]
    failed: Callable[[Work, str], Result]
    may_pull: Callable[[], bool]
    clock: Callable[[], float]
    again: deque[Piece[Work]] = field(default_factory=deque)
    at: dict[Ticket, tuple[str, Piece[Work]]] = field(default_factory=dict)
    busy: Counter[str] = field(default_factory=Counter)
    took: deque[float] = field(default_factory=lambda: deque(maxlen=RECENT))
    more: bool = True

    def results(self, patience: float) -> Iterator[Result]:
        seen = self.clock()
        while True:
            places = self.fleet.places()
            seen = self.clock() if places else seen
            if self.clock() - seen >= patience:
                yield from self._given_up()
                return
            self._hand_out(places)
            if not self._open():
                return
            for ticket in self.fleet.wait(list(self.at), POLL):
                yield from self._ended(ticket)

    def _open(self) -> bool:
        """Whether any piece has no result yet."""
        return self.more or bool(self.again) or any(not piece.done for _, piece in self.at.values())

    def _hand_out(self, places: Mapping[str, int]) -> None:
        """Fill the rooms, the emptiest place first; when nothing is left for that, begin anew what takes long."""
        rooms = [(self.busy[place] - count, place) for place, count in places.items() if count > self.busy[place]]
        heapify(rooms)
        while rooms and rooms[0][0] < 0:
            piece = self._next()
            if piece is None:
                self._begin_anew({place: -room for room, place in rooms})
                return
            room, place = rooms[0]
            self._submit(place, piece)
            heapreplace(rooms, (room + 1, place))

    def _begin_anew(self, rooms: dict[str, int]) -> None:
        for piece, at in self._slow():
            place = next((place for place, room in rooms.items() if room > 0 and place != at), None)
            if place is not None:
                piece.twice = True
                rooms[place] -= 1
                self._submit(place, piece)

    def _next(self) -> Piece[Work] | None:
        if self.again:
            return self.again.popleft()
        if self.more and self.may_pull():
            for work in self.works:
                return Piece(work)
            self.more = False
        return None

    def _slow(self) -> list[tuple[Piece[Work], str]]:
        """What takes long and where it is under way, the oldest first."""
        if not self.took:
            return []
        due = self.clock() - SLOW * median(self.took)
        slow = [
            (piece, place)
            for place, piece in self.at.values()
            if not piece.done and not piece.twice and piece.under_way == 1 and piece.begun <= due
        ]
        return sorted(slow, key=lambda found: found[0].begun)

    def _submit(self, place: str, piece: Piece[Work]) -> None:
        if not piece.under_way:
            piece.begun = self.clock()
        piece.under_way += 1
        self.busy[place] += 1
        self.at[self.fleet.submit(place, piece.work)] = (place, piece)

    def _ended(self, ticket: Ticket) -> Iterator[Result]:
        place, piece = self.at.pop(ticket)
        piece.under_way -= 1
        self.busy[place] -= 1
        try:
            result = self.fleet.take(ticket)
        except Lost as lost:
            yield from self._lost(piece, str(lost))
            return
        if not piece.done:
            piece.done = True
            self.took.append(self.clock() - piece.begun)
            self._cancel(piece)
            yield result

    def _lost(self, piece: Piece[Work], reason: str) -> Iterator[Result]:
        piece.tries += 1
        if piece.done or piece.under_way:
            return
        if piece.tries < TRIES:
            self.again.appendleft(piece)
            return
        piece.done = True
        yield self.failed(piece.work, reason)

    def _cancel(self, piece: Piece[Work]) -> None:
        for ticket, (_, other) in self.at.items():
            if other is piece:
                self.fleet.cancel(ticket)

    def _given_up(self) -> Iterator[Result]:
        """No place is left: nothing that is under way will come back either."""
        under_way = {id(piece): piece for _, piece in self.at.values() if not piece.done}
        for piece in (*under_way.values(), *self.again):
            piece.done = True
            yield self.failed(piece.work, NO_PLACE)
        self.again.clear()
        for work in self.works:
            yield self.failed(work, NO_PLACE)

    def close(self) -> None:
        """Nobody waits for what is under way."""
        for ticket, (_, piece) in self.at.items():
            if not piece.done:
                self.fleet.cancel(ticket)
