"""Exception types as choices: what a test expects to be thrown, among types that have nothing to do with it."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

NOTHING = "BenchExam.Nothing"
"""Stands for "nothing is thrown"."""

_ABOVE: Mapping[str, str] = MappingProxyType(
    {
        "RuntimeException": "Exception",
        "Exception": "Throwable",
        "Error": "Throwable",
        "IllegalArgumentException": "RuntimeException",
        "NumberFormatException": "IllegalArgumentException",
        "IllegalStateException": "RuntimeException",
        "NullPointerException": "RuntimeException",
        "ArithmeticException": "RuntimeException",
        "IndexOutOfBoundsException": "RuntimeException",
        "ArrayIndexOutOfBoundsException": "IndexOutOfBoundsException",
        "StringIndexOutOfBoundsException": "IndexOutOfBoundsException",
        "UnsupportedOperationException": "RuntimeException",
        "ClassCastException": "RuntimeException",
        "NegativeArraySizeException": "RuntimeException",
        "ArrayStoreException": "RuntimeException",
        "SecurityException": "RuntimeException",
        "CloneNotSupportedException": "Exception",
        "InterruptedException": "Exception",
    }
)
"""Types of java.lang, which every source can name, and the type above each."""
_USUAL = (
    "IllegalArgumentException",
    "IllegalStateException",
    "NullPointerException",
    "ArithmeticException",
    "IndexOutOfBoundsException",
    "UnsupportedOperationException",
    "ClassCastException",
)
_FROM_ELSEWHERE = 1  # types of the solution's own that may stand in one question: they may be related


def _is_below(name: str, other: str) -> bool:
    while name in _ABOVE:
        name = _ABOVE[name]
        if name == other:
            return True
    return False


@dataclass(frozen=True, slots=True)
class Exceptions:
    """The types that one test file expects, and what hides them."""

    named: tuple[str, ...]

    @classmethod
    def of(cls, expected: Iterable[str]) -> Exceptions:
        """Of the types that the file names."""
        return cls(tuple(dict.fromkeys(expected)))

    def choices(self, right: str, rng: random.Random) -> list[str]:
        """The types of one question in a secret order. Of several that fit, the most special one counts.

        A type below the right one would take a right answer away: none is among them, nor one that may be.
        """
        known = [name for name in self.named if name in _ABOVE]
        own = [name for name in self.named if name not in _ABOVE]
        hides = _USUAL if known or not own else ()
        candidates = {NOTHING, right, *known, *hides, *(own[:_FROM_ELSEWHERE] if right == NOTHING else ())}
        found = sorted(name for name in candidates if name == right or not _is_below(name, right))
        rng.shuffle(found)
        return found
