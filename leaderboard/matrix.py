"""Every two runs of a table on the samples that they share, as rows and columns of differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.leaderboard.board import Pair, Row, Table

CLEAR = 0.05  # a p-value below it, after Holm's correction, is marked


@dataclass(frozen=True, slots=True, kw_only=True)
class Versus:
    """One field: how much the row's run scores above the column's.

    Attributes:
        strength: of the colour, from -1 to 1: the difference by the largest of the table.
    """

    other: Row
    difference: float | None
    low: float | None
    high: float | None
    p_value: float | None
    reason: str | None
    strength: float

    @property
    def clear(self) -> bool:
        """Whether the difference is more than chance would bring."""
        return self.p_value is not None and self.p_value < CLEAR

    @property
    def sentence(self) -> str:
        """The key of the words that say it."""
        if not self.difference:
            return "pairs.equal"
        return "pairs.more" if self.difference > 0 else "pairs.less"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """The rows that take part, each with its field against every one of them; None against itself."""

    rows: Sequence[Row]
    fields: Sequence[Sequence[Versus | None]]


def shown_matrix(table: Table) -> Matrix | None:
    """The matrix; None where no two runs could be held against each other."""
    if all(pair.difference is None for pair in table.pairs):
        return None
    by_pair = {(pair.first, pair.second): pair for pair in table.pairs}
    named = {key for pair in table.pairs for key in (pair.first, pair.second)}
    rows = sorted((row for row in table.rows if row.key in named), key=lambda row: _score(row, table), reverse=True)
    largest = max(abs(pair.difference) for pair in table.pairs if pair.difference is not None) or 1.0
    return Matrix(rows=rows, fields=[[_versus(row, other, by_pair, largest) for other in rows] for row in rows])


def _score(row: Row, table: Table) -> float:
    cell = row.cells.get(table.headline)
    return -1.0 if cell is None or cell.score is None else cell.score


def _versus(row: Row, other: Row, pairs: Mapping[tuple[str, str], Pair], largest: float) -> Versus | None:
    """Second less first where the row is the pair's second, turned round where it is the first."""
    straight, turned = pairs.get((other.key, row.key)), pairs.get((row.key, other.key))
    pair = straight or turned
    if row.key == other.key or pair is None:
        return None
    sign = 1 if straight else -1
    ends = (pair.low, pair.high) if straight else (_negative(pair.high), _negative(pair.low))
    difference = None if pair.difference is None else sign * pair.difference
    return Versus(
        other=other,
        difference=difference,
        low=ends[0],
        high=ends[1],
        p_value=pair.p_value,
        reason=pair.reason,
        strength=0.0 if difference is None else difference / largest,
    )


def _negative(value: float | None) -> float | None:
    return None if value is None else -value
