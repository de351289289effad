"""Sentences from tables: patterns with slots, word lists, and pools of names that are all different.

A table file in `tables/` holds `[words]` (slot -> words, which may have slots themselves; "1..28" stands for the whole
range), `[pools.<kind>]` (name parts whose combinations are the names that facts are about) and the task's own tables
of scenes, facts, entries. `{slot}` in a pattern is filled from the bound values or else from the words, `{Slot}` the
same with a capital.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from bench.benchmarks.longbench.sample.draw import Draw

_SLOT = re.compile(r"\{(\w+)\}")
_RANGE = re.compile(r"(\d+)\.\.(\d+)")
_GOLDEN = 0.618  # a step of this part of a pool keeps neighbouring names from looking alike

Bound = Mapping[str, str]
Table = Mapping[str, Any]
NOTHING: Bound = {}


@dataclass(frozen=True, slots=True)
class Pool:
    """All combinations of name parts, each at a number of its own.

    In a reserved pool the first half is for what is asked, the second half (`extra`) for distractors: a distractor
    can never have the name of something asked.
    """

    join: str
    parts: tuple[tuple[str, ...], ...]
    reserved: bool = False

    @property
    def size(self) -> int:
        """How many names there are before they come again."""
        return math.prod(map(len, self.parts)) // (2 if self.reserved else 1)

    def name(self, number: int, *, extra: bool = False) -> str:
        """Name `number`; different for every number below the pool's size."""
        start = int(self.size * _GOLDEN)
        stride = next(step for step in range(start, start + self.size) if math.gcd(step, self.size) == 1)
        place = number * stride % self.size + (self.size if extra else 0)
        chosen = []
        for part in self.parts:
            place, index = divmod(place, len(part))
            chosen.append(part[index])
        return self.join.join(chosen)


class Grammar:
    """The tables of one file, with the common names of its language."""

    def __init__(self, tables: Table, common: Mapping[str, Sequence[str]]) -> None:
        own = tables.get("words", {})
        self.tables = tables
        self.pools = {kind: _pool(table) for kind, table in tables.get("pools", {}).items()}
        self._words = {slot: _expanded(words) for slot, words in {**common, **own}.items()}
        self._cut: dict[str, list[str]] = {}

    def word(self, slot: str, draw: Draw, bound: Bound = NOTHING) -> str:
        """The bound value of a slot, else one of its words, filled."""
        if slot in bound:
            return bound[slot]
        if slot in self._words:
            return self.fill(draw.pick(self._words[slot]), draw, bound)
        return _capital(self.word(slot[0].lower() + slot[1:], draw, bound))

    @property
    def slots(self) -> Collection[str]:
        """The slots that have words."""
        return self._words.keys()

    def words(self, slot: str) -> Sequence[str]:
        """All words of a slot."""
        return self._words[slot]

    def fill(self, pattern: str, draw: Draw, bound: Bound = NOTHING) -> str:
        """The pattern with every slot filled; a slot that is not bound is drawn anew at each place."""
        cut = self._cut.get(pattern)
        if cut is None:
            cut = self._cut[pattern] = _SLOT.split(pattern)
        if len(cut) == 1:
            return pattern
        out = cut.copy()
        out[1::2] = [self.word(slot, draw, bound) for slot in cut[1::2]]
        return "".join(out)

    def line(self, patterns: Sequence[str], draw: Draw, bound: Bound = NOTHING) -> str:
        """One of the patterns, filled."""
        return self.fill(draw.pick(patterns), draw, bound)

    def bind(self, slots: Sequence[str], draw: Draw, bound: Bound = NOTHING) -> dict[str, str]:
        """One value for each slot, to be used in several sentences."""
        return {**bound, **{slot: self.word(slot, draw) for slot in slots}}

    def scene(self, scene: Table, draw: Draw) -> list[str]:
        """The sentences of one paragraph of filler."""
        bound = self.bind(scene["bind"], draw)
        then = draw.several(scene["then"], draw.between(3, 5))
        return [self.line(scene["first"], draw, bound), *(self.fill(pattern, draw, bound) for pattern in then)]


@cache
def grammar(name: str, language: str = "english") -> Grammar:
    """The grammar in `tables/<name>.toml`, with the names in `tables/<language>.toml`."""
    return Grammar(_read(name), _read(language)["words"])


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("tables", f"{name}.toml").read_text(encoding="utf-8"))


def _pool(table: Table) -> Pool:
    return Pool(table["join"], tuple(map(tuple, table["parts"])), table.get("reserved", False))


def _expanded(words: Sequence[str]) -> list[str]:
    found = _RANGE.fullmatch(words[0])
    return [str(number) for number in range(int(found[1]), int(found[2]) + 1)] if found else list(words)


def _capital(text: str) -> str:
    """The text with its first letter as a capital, even behind a quotation mark."""
    start = 1 if text.startswith('"') else 0
    return text[:start] + text[start : start + 1].upper() + text[start + 1 :]
