"""What is asked of a maker of samples, and what it hands back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench.benchmarks.longbench.sample.draw import Draw
from bench.benchmarks.longbench.sample.grammar import Pool

_SEED_STEP = 104_729  # a prime: another seed starts elsewhere in every pool of names


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One sample to make.

    Attributes:
        row: its place in the file, from 0. Nothing in a sample depends on the number of rows.
        size: length of context and input together, in `unit`s.
        chinese: sizes are in characters, else in words between white space.
        shared: some neighbours ask different questions about one document.
    """

    task: str
    row: int
    size: int
    seed: int = 0
    chinese: bool = False
    shared: bool = False

    @property
    def document(self) -> int:
        """Number of the document: with `shared`, of every three rows the first two have the same one.

        So clusters of one and of two rows occur.
        """
        return self.row * 2 // 3 if self.shared else self.row

    def measure(self, text: str) -> int:
        """Length of a text in this order's unit."""
        return len(text) if self.chinese else len(text.split())

    def row_draw(self) -> Draw:
        """Chance for what belongs to this row alone."""
        return Draw(f"{self.seed}/{self.task}/row/{self.row}")

    def document_draw(self) -> Draw:
        """Chance for what all rows of the document share."""
        return Draw(f"{self.seed}/{self.task}/document/{self.document}")

    def names(self, pool: Pool, count: int, *, extra: bool = False) -> list[str]:
        """`count` names for this document that no other document gets, until the pool is used up."""
        start = self.seed * _SEED_STEP + self.document * count
        return [pool.name(start + number, extra=extra) for number in range(count)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A made sample, before it becomes a row of the official eight keys."""

    context: str
    answers: list[str]
    input: str = ""
    language: str = "en"
    all_classes: list[str] | None = None


Maker = Callable[[Order], Sheet]
