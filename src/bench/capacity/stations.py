"""Where work is done: two kinds of station, each a queueing model that moves from one event to the next.

Both share what they have equally among the pieces at work, so each keeps one clock of the share that every piece has
got so far and a heap of the readings at which pieces are done: an event costs the logarithm of the pieces on a station.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from heapq import heappop, heappush
from math import inf
from typing import Protocol

from bench.capacity.records import Pair, Replicas

_SAME = 1e-6  # seconds or tokens: two ends nearer than this are one event, whatever rounding does to a clock of months


class Station(Protocol):
    """Something that works on several pieces at a time."""

    worked: float
    """Of its capacity, what was used: core-seconds of a host, seconds of a replica."""

    def begin(self, now: float, number: int, work: Pair) -> None:
        """Take a piece in."""

    def drop(self, now: float, number: int) -> None:
        """Forget a piece that is done elsewhere."""

    def next(self) -> float:
        """When something happens here; infinite where nothing will."""

    def ended(self, now: float) -> list[int]:
        """What is done at this time, which is that of `next`."""


class Host:
    """Cores that are shared by the programs that compute; one that waits takes none, and none takes more than one."""

    def __init__(self, cores: float) -> None:
        self.worked = 0.0
        self._cores, self._now, self._share = cores, 0.0, 0.0
        self._computing: list[tuple[float, int, float]] = []  # share at the end, number, seconds of waiting after it
        self._waiting: list[tuple[float, int]] = []  # time of the end, number
        self._at_work: dict[int, bool] = {}  # whether it computes

    def begin(self, now: float, number: int, work: Pair) -> None:
        """Compute first, then wait."""
        self._to(now)
        self._at_work[number] = True
        heappush(self._computing, (self._share + work[0], number, work[1]))

    def drop(self, now: float, number: int) -> None:
        """Forget a program."""
        self._to(now)
        if self._at_work.pop(number):
            self._computing = sorted(entry for entry in self._computing if entry[1] != number)
        else:
            self._waiting = sorted(entry for entry in self._waiting if entry[1] != number)

    def next(self) -> float:
        """The first end of computing or of waiting."""
        soonest = self._waiting[0][0] if self._waiting else inf
        if self._computing:
            soonest = min(soonest, self._now + max(0.0, self._computing[0][0] - self._share) / self._rate())
        return soonest

    def ended(self, now: float) -> list[int]:
        """Programs that have computed and waited."""
        self._to(now)
        done = []
        while self._computing and self._computing[0][0] <= self._share + _SAME:
            _, number, waiting = heappop(self._computing)
            if waiting:
                self._at_work[number] = False
                heappush(self._waiting, (now + waiting, number))
            else:
                done.append(number)
        while self._waiting and self._waiting[0][0] <= now + _SAME:
            done.append(heappop(self._waiting)[1])
        for number in done:
            del self._at_work[number]
        return done

    def _rate(self) -> float:
        """Cores that each program has."""
        return min(1.0, self._cores / len(self._computing))

    def _to(self, now: float) -> None:
        if self._computing:
            share = (now - self._now) * self._rate()
            self._share += share
            self.worked += share * len(self._computing)
        self._now = now


class Replica:
    """A server that batches: each of its steps reads a piece of the first prompt and gives every answer a token."""

    def __init__(self, given: Replicas) -> None:
        self.worked = 0.0
        self._given = given
        self._now = 0.0
        self._share = 0.0  # tokens that each answer got
        self._left = 0.0  # tokens of the first prompt
        self._reading: deque[tuple[int, Pair]] = deque()
        self._writing: list[tuple[float, int]] = []  # tokens at the end, number

    def begin(self, now: float, number: int, work: Pair) -> None:
        """Queue a prompt."""
        self._to(now)
        self._reading.append((number, work))
        if len(self._reading) == 1:
            self._left = work[0]

    def drop(self, now: float, number: int) -> None:
        """A request is issued once: `drive` has no `again` for it."""
        raise NotImplementedError

    def next(self) -> float:
        """The end of the prompt that is read, or the first end of an answer."""
        left = [self._left / self._given.chunk] if self._reading else []
        if self._writing:
            left.append(self._writing[0][0] - self._share)
        return self._now + max(0.0, min(left)) * self._step() if left else inf

    def ended(self, now: float) -> list[int]:
        """Answers that have their last token."""
        self._to(now)
        done = []
        while self._writing and self._writing[0][0] <= self._share + _SAME:
            done.append(heappop(self._writing)[1])
        if self._reading and self._left <= _SAME * self._given.chunk:
            number, work = self._reading.popleft()
            heappush(self._writing, (self._share + work[1], number))
            self._left = self._reading[0][1][0] if self._reading else 0.0
        return done

    def _step(self) -> float:
        """Seconds of one."""
        reading = self._given.chunk / self._given.prefill if self._reading else 0.0
        return reading + seconds_a_token(self._given.decode, len(self._writing))

    def _to(self, now: float) -> None:
        if self._reading or self._writing:
            steps = (now - self._now) / self._step()
            self._share += steps
            self._left -= steps * self._given.chunk if self._reading else 0.0
            self.worked += now - self._now
        self._now = now


def seconds_a_token(decode: Sequence[tuple[float, float]], under_way: int) -> float:
    """For the next token of each of so many answers, see `Replicas.decode`."""
    before = decode[0]
    if under_way <= before[0]:
        return before[1]
    for point in decode[1:]:
        if under_way <= point[0]:
            share = (under_way - before[0]) / (point[0] - before[0])
            return before[1] + share * (point[1] - before[1])
        before = point
    return before[1] * under_way / before[0]
