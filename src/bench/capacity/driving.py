"""One driver, or several, and many stations: a loop over events in the order of their time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush, heapreplace
from math import inf

from bench.capacity.records import Driver, Pair
from bench.capacity.stations import Station

PATIENCE = 2.0
"""A piece that takes so many times the mean of those that are done is issued a second time, once no other is left."""

_TIMER = -1


@dataclass(slots=True)
class Driven:
    """What came of driving.

    Attributes:
        took: seconds from handing out to the end, of each piece in their order.
        ends: when a piece was done, in the order of time.
        copies: pieces issued a second time.
    """

    took: list[float]
    ends: list[float] = field(default_factory=list)
    copies: int = 0


@dataclass(slots=True)
class _Piece:
    work: Pair
    begun: float
    places: list[int]


def drive(
    stations: Sequence[Station],
    slots: int,
    pieces: Sequence[Pair],
    driver: Driver,
    *,
    again: Sequence[Pair] | None = None,
) -> Driven:
    """Hand every piece to a station that has room, in their order, until all are done.

    Args:
        slots: pieces at a time, of each station.
        again: what each piece takes where it is issued a second time; None where that is not done.
    """
    run = _Run(stations, slots, pieces, driver, again)
    while run.open:
        run.step()
    return run.driven


class _Rooms:
    """Which stations have room; the one with the least to do is taken first."""

    def __init__(self, stations: int, slots: int) -> None:
        self._slots, self._at_work = slots, [0] * stations
        self._order = [(0, place) for place in range(stations)]  # what a station had to do when it was put here

    def any(self) -> bool:
        """Whether there is room somewhere."""
        while self._order and self._at_work[self._order[0][1]] != self._order[0][0]:
            heappop(self._order)
        return bool(self._order)

    def take(self) -> int:
        """A station that takes a piece more, where there is any."""
        place = self._order[0][1]
        self._change(place, 1)
        return place

    def give(self, place: int) -> None:
        """A piece has left."""
        self._change(place, -1)

    def _change(self, place: int, by: int) -> None:
        self._at_work[place] += by
        if self._at_work[place] < self._slots:
            heappush(self._order, (self._at_work[place], place))


class _Run:
    """The state of the loop."""

    def __init__(
        self,
        stations: Sequence[Station],
        slots: int,
        pieces: Sequence[Pair],
        driver: Driver,
        again: Sequence[Pair] | None,
    ) -> None:
        self.driven, self.open = Driven([0.0] * len(pieces)), len(pieces)
        self._stations, self._pieces, self._again = stations, pieces, again
        self._handed, self._now = 0, 0.0
        self._drivers, self._piece = [0.0] * driver.shards, driver.piece
        heapify(self._drivers)
        self._rooms, self._room_since = _Rooms(len(stations), slots), 0.0
        self._events: list[tuple[float, int, int]] = []  # time, station, which of its plans
        self._plans = [0] * len(stations)
        self._timer = self._sum = 0.0
        self._at_work: dict[int, _Piece] = {}  # in the order in which they began

    def step(self) -> None:
        """Hand out a piece, or let the next thing happen, whichever comes first."""
        at = self._handing_at()
        if self._events and self._events[0][0] <= at:
            self._happen()
        else:
            self._hand_out(at)

    def _handing_at(self) -> float:
        """When the next piece would reach a station."""
        if self._handed == len(self._pieces) or not self._rooms.any():
            return inf
        return max(self._drivers[0], self._room_since) + self._piece

    def _hand_out(self, at: float) -> None:
        number, place = self._handed, self._rooms.take()
        heapreplace(self._drivers, at)
        self._now, self._handed = at, number + 1
        self._at_work[number] = _Piece(self._pieces[number], at, [place])
        self._stations[place].begin(at, number, self._pieces[number])
        self._plan(place)
        if self._handed == len(self._pieces):
            self._copy_slow()

    def _happen(self) -> None:
        time, place, plan = heappop(self._events)
        if place == _TIMER:
            self._now = time
            self._copy_slow()
        elif plan == self._plans[place]:
            self._now = time
            for number in self._stations[place].ended(time):
                self._done(number, place)
            self._plan(place)
            if self._handed == len(self._pieces):
                self._copy_slow()

    def _done(self, number: int, place: int) -> None:
        piece = self._at_work.pop(number)
        if not self._rooms.any():
            self._room_since = self._now
        for other in piece.places:
            self._rooms.give(other)
            if other != place:
                self._stations[other].drop(self._now, number)
                self._plan(other)
        self.open -= 1
        took = self.driven.took[number] = self._now - piece.begun
        self._sum += took
        self.driven.ends.append(self._now)

    def _plan(self, place: int) -> None:
        """Only a station's newest plan counts."""
        self._plans[place] += 1
        if (time := self._stations[place].next()) < inf:
            heappush(self._events, (time, place, self._plans[place]))

    def _copy_slow(self) -> None:
        """Issue what takes long a second time, on another station; the first end counts."""
        if self._again is None or not self.driven.ends:
            return
        overdue = PATIENCE * self._sum / len(self.driven.ends)
        for number, piece in self._at_work.items():
            if len(piece.places) > 1:
                continue
            if piece.begun + overdue > self._now:
                self._look_again(piece.begun + overdue)
                return
            if not self._copied(number, piece, self._again[number]):
                return

    def _look_again(self, time: float) -> None:
        if self._timer <= self._now:
            self._timer = time
            heappush(self._events, (time, _TIMER, 0))

    def _copied(self, number: int, piece: _Piece, work: Pair) -> bool:
        """Whether there was room on another station than its own, which has more to do than an idle one."""
        if not self._rooms.any():
            return False
        place = self._rooms.take()
        if place in piece.places:
            self._rooms.give(place)
            return False
        piece.places.append(place)
        self._stations[place].begin(self._now, number, work)
        self._plan(place)
        self.driven.copies += 1
        return True
