"""Chance that comes out the same everywhere."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """Draws from a seed given as text.

    Only `random.Random.random` is used: it is the one method whose sequence Python promises to keep between versions.
    The package data would change with the interpreter if `choice` or `shuffle` were used.
    """

    def __init__(self, seed: str) -> None:
        self.unit = random.Random(seed).random

    def below(self, limit: int) -> int:
        """A whole number in [0, limit)."""
        return int(self.unit() * limit)

    def between(self, low: int, high: int) -> int:
        """A whole number in [low, high]."""
        return low + int(self.unit() * (high - low + 1))

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices."""
        return choices[int(self.unit() * len(choices))]

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """The things in another order."""
        left = list(things)
        return [left.pop(self.below(len(left))) for _ in range(len(left))]

    def several(self, things: Sequence[T], count: int) -> list[T]:
        """`count` different things, fewer where there are not so many."""
        left = list(things)
        return [left.pop(self.below(len(left))) for _ in range(min(count, len(left)))]
