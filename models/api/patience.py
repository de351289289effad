"""How long is waited before something is tried again: longer each time, and never by all at the same moment."""

from __future__ import annotations

import random

BASE = 0.5
"""Seconds before the first repetition, at most."""
MOST = 30.0
"""Seconds before any repetition, at most."""
AWAY = 1.0
"""Seconds for which a server is left alone after it could not be reached for the first time."""


def retry_seconds(times: int) -> float:
    """Before a failed request is sent for the so-manieth time again: anything up to an exponential bound."""
    return random.random() * _doubled(BASE, times)  # noqa: S311 - jitter is no secret


def crowded_seconds(times: int) -> float:
    """For which a server is left alone that refused for the so-manieth time in a row and did not say for how long."""
    return (0.5 + random.random() / 2) * _doubled(2 * BASE, times)  # noqa: S311


def away_seconds(times: int) -> float:
    """For which a server is left alone that could not be reached so many times in a row."""
    return _doubled(AWAY, times)


def _doubled(first: float, times: int) -> float:
    return min(MOST, first * 2.0 ** min(times - 1, 60))
