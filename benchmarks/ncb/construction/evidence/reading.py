"""What reading alone says of a text and the tests that are said to belong to it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Self

from bench.benchmarks.ncb.construction.evidence.hidden import Used, called_names, hidden_in
from bench.benchmarks.ncb.construction.evidence.wording import is_chinese, prose, told_words, words
from bench.benchmarks.ncb.construction.records import Draft

HIDDEN = 0.5
"""Of what speaks for a text, so much is lost where it shows none of the names that the tests call."""
UNREADABLE = 0.3
"""Likeness that a Chinese text has anyway: most of its words cannot stand in a program."""
PRIOR, SPARE = 0.3, 2.0
"""A share that is taken for granted, and by the weight of how many words: a handful of words is no evidence."""
_COMMENT: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {"python": re.compile(r"#[^\n]*"), "java": re.compile(r"(?<!:)//[^\n]*|/\*.*?\*/", re.DOTALL)}
)


@dataclass(frozen=True, slots=True)
class Told:
    """What the tests and the solution of a problem tell of the task.

    Attributes:
        called: names of the solution that the tests use.
        words: with their weights.
    """

    called: Used
    words: Mapping[str, float]

    @classmethod
    def of(cls, draft: Draft) -> Self:
        """Of a problem."""
        called, comment = called_names(draft), _COMMENT[draft.language]
        tests, solution = comment.sub("", draft.tests), comment.sub("", "\n".join(draft.files.values()))
        return cls(called, told_words(list(called), tests, solution))

    def suspicion(self, text: str) -> float:
        """From 0, the text and the tests speak of the same things, to 1, they have nothing in common."""
        likeness = self._likeness(text)
        if is_chinese(prose(text)):
            likeness = UNREADABLE + (1 - UNREADABLE) * likeness
        hidden = len(hidden_in(self.called, text)) / len(self.called) if self.called else 0.0
        return 1 - likeness * (1 - HIDDEN * hidden)

    def overlap(self, text: str) -> float | None:
        """The share of the program's words that stand in the text, by weight; None where it has none."""
        asked = words(prose(text))
        return self._found(text) / sum(self.words.values()) if self.words and asked else None

    def _likeness(self, text: str) -> float:
        """The geometric mean of two shares: of the program's words in the text, and of the text's in the program."""
        asked = words(prose(text))
        there = _smoothed(self._found(text), sum(self.words.values()))
        back = _smoothed(sum(word in self.words for word in asked), len(asked))
        return math.sqrt(there * back)

    def _found(self, text: str) -> float:
        asked = words(prose(text))
        return sum(weight for word, weight in self.words.items() if word in asked)


def _smoothed(part: float, whole: float) -> float:
    return (part + PRIOR * SPARE) / (whole + SPARE)
