"""How many requests a server gets at a time: more while its latency holds, half when it says that it is too much."""

from __future__ import annotations

import math

HOLDS = 1.5
"""Latency holds where a round takes at most this many times what the one before took."""
_GENTLE = 8  # after the first sign of too much the limit grows by this part of itself, and no longer doubles


class Limit:
    """The limit of one server.

    Growing goes by rounds of as many answers as the limit allows at a time: doubling at first, so that a ceiling of
    128 is three rounds away from 16.

    Args:
        start: requests at a time to begin with.
        ceiling: at most so many, ever.
    """

    def __init__(self, start: int, ceiling: int) -> None:
        self.now = start
        self._ceiling = ceiling
        self._steep = True
        self._before: float | None = None
        self._start_round(-math.inf)

    def answered(self, began: float, ended: float) -> None:
        """An answer came; it counts where its request went out under the limit of now."""
        if began < self._since:
            return
        self._count += 1
        self._seconds += ended - began
        if self._count >= self.now:
            self._end_round(self._seconds / self._count, ended)

    def refused(self, began: float, ended: float) -> None:
        """The server had too much to do: half, once for all the requests that were under way together."""
        if began < self._since_cut:
            return
        self.now = max(1, self.now // 2)
        self._steep, self._before = False, None
        self._since_cut = ended
        self._start_round(ended)

    _since_cut = -math.inf

    def _end_round(self, latency: float, ended: float) -> None:
        holds = self._before is None or latency <= HOLDS * self._before
        self._before = latency
        self._steep = self._steep and holds
        if holds and self.now < self._ceiling:
            step = self.now if self._steep else max(1, self.now // _GENTLE)
            self.now = min(self._ceiling, self.now + step)
        self._start_round(ended)

    def _start_round(self, moment: float) -> None:
        self._since, self._count, self._seconds = moment, 0, 0.0
