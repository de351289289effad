"""Values that a literal may be exchanged for, drawn so that nobody can tell from them which one it was.

The values that look like a given one (the same text with another character in one place) are shuffled with the run's
secret and cut into cells. The choices of a value are its cell: the same for every member of it, so a cell tells nothing
about which member stood in the test.
"""

from __future__ import annotations

import itertools
import random
import re
import string
from collections.abc import Sequence
from typing import Any, TypeVar

Value = TypeVar("Value", int, float, str)
Item = TypeVar("Item")
CELL = 5  # values of a cell, at most
WIDE = 9  # where more than one may hold
WORD = re.compile(r"[A-Za-z]{4,}|[\u3400-\u9fff]{3,}")
FIGURES = 3  # significant figures of a number that may be exchanged: later ones drown in rounding
SYMBOLS = "!#$%&*+-./:;<=>?@^_~"
CLASSES = (string.digits, string.ascii_lowercase, string.ascii_uppercase)
BLOCK = 16  # neighbours in Unicode that a character without a class of its own is exchanged for
PREFERRED = 4  # how much likelier a digit is exchanged than a letter: what word a letter belongs to can be guessed


class Chooser:
    """Draws choices for one run. Equal values get equal choices, or those of two questions would meet in the answer."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._cells: dict[tuple[str, str, str], list[str]] = {}
        self._seeds: dict[str, int] = {}

    def of(self, value: Value, *, step: float = 0.0) -> tuple[Value, ...]:
        """The cell of a value, itself included; empty where there is none.

        Args:
            step: two numbers of the cell differ by more.
        """
        kind: type[Any] = type(value)
        text = repr(value) if kind is float else str(value)
        places = _string_places(text) if kind is str else _number_places(text)
        for place, alphabet in self._order(text, places):
            cell = [kind(text[:place] + other + text[place + 1 :]) for other in self._cell(text, place, alphabet)]
            if len(cell) > 1 and value in cell and (kind is str or _apart(cell, step)):
                return tuple(cell)
        return ()

    def unlike(self, text: str) -> tuple[str, ...]:
        """A text with one letter within a word exchanged: a program hardly ever writes two of them by chance."""
        places = [(found.start() + 1, found.end() - 1) for found in WORD.finditer(text)]
        inner = [(place, _plain(text[place]) or _neighbours(text[place])) for a, b in places for place in range(a, b)]
        for place, alphabet in self._order(text, [one for one in inner if one[1]]):
            return tuple(text[:place] + other + text[place + 1 :] for other in self._cell(text, place, alphabet, WIDE))
        return ()

    def mixed(self, text: str, items: Sequence[Item]) -> list[Item]:
        """The items in an order drawn once for this text."""
        return self._drawn(text).sample(items, len(items))

    def _drawn(self, text: str) -> random.Random:
        if text not in self._seeds:
            self._seeds[text] = self._rng.getrandbits(32)
        return random.Random(self._seeds[text])  # noqa: S311 - seeded by the run's secret

    def _order(self, text: str, places: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
        """The places in the order in which they are tried; for one text always the same."""
        rng = self._drawn(text)
        weights = {place: PREFERRED if len(alphabet) <= 10 else 1 for place, alphabet in places}
        return sorted(places, key=lambda one: rng.random() ** (1 / weights[one[0]]), reverse=True)

    def _cell(self, text: str, place: int, alphabet: str, size: int = CELL) -> list[str]:
        """The characters that stand together with this one."""
        key = (text[:place], text[place + 1 :], alphabet)
        if key not in self._cells:
            self._cells[key] = self._rng.sample(alphabet, len(alphabet))
        shuffled = self._cells[key]
        count = -(-len(shuffled) // size)  # so many cells, as equal as can be
        at = shuffled.index(text[place]) % count
        return shuffled[at::count]


def _string_places(text: str) -> list[tuple[int, str]]:
    """The places of a text where a character may be exchanged, each with the characters that may stand there."""
    for alphabet_of in (_plain, _symbol, _neighbours):
        found = [(place, alphabet) for place, one in enumerate(text) if (alphabet := alphabet_of(one))]
        if found:
            return found
    return []


def _plain(one: str) -> str:
    return next((alphabet for alphabet in CLASSES if one in alphabet), "")


def _symbol(one: str) -> str:
    return SYMBOLS if one in SYMBOLS else ""


def _neighbours(one: str) -> str:
    """Printable characters beyond ASCII keep their neighbourhood."""
    first = ord(one) - ord(one) % BLOCK
    block = "".join(chr(code) for code in range(first, first + BLOCK))
    return block if ord(one) > 0x2FF and block.isprintable() else ""


def _number_places(text: str) -> list[tuple[int, str]]:
    """The first significant figures of a number but for the zeros that end it, with the digits that may stand there."""
    mantissa = text.partition("e")[0]
    whole, _, fraction = mantissa.partition(".")
    if not whole.isdigit():
        return []
    if not fraction.strip("0"):
        return _whole_places(whole)
    first = next((at for at, one in enumerate(mantissa) if one not in "0."), 0)
    digits = [at for at in range(first, len(mantissa)) if mantissa[at] != "."][:FIGURES]
    return [(at, string.digits if at < len(mantissa) - 1 and at > first else "123456789") for at in digits]


def _whole_places(whole: str) -> list[tuple[int, str]]:
    if len(whole) == 1:
        return [(0, string.digits)]
    last = len(whole.rstrip("0")) - 1
    return [(at, string.digits if 0 < at < last else "123456789") for at in range(last + 1)][:FIGURES]


def _apart(cell: Sequence[float], step: float) -> bool:
    ordered = sorted(cell)
    return all(later - sooner > step for sooner, later in itertools.pairwise(ordered))
