"""Which rows are ranked, by what, and in what order they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bench.comparing.headline import HEADLINES
from bench.leaderboard.badges import OFFICIAL, OTHER_DATA
from bench.leaderboard.board import NO_CELL, Cell, Column, Row

WHOLE = frozenset({"complete", "not judged"})


def is_whole(row: Row) -> bool:
    """Whether a run went over the whole benchmark."""
    return row.kind == "run" and all(run.state in WHOLE for run in row.runs.values())


def headline(columns: Sequence[Column], rows: Sequence[Row]) -> Column:
    """The average that most runs have, or else most published rows; one without a key where there is no column."""
    averages = [column for column in columns if column.kind == "overall"] or list(columns)
    runs = [row for row in rows if row.kind == "run"] or list(rows)
    return max(averages, key=lambda column: _claim(column, runs), default=_NONE)


_NONE = Column(key="", kind="overall", name="")


def _claim(column: Column, rows: Iterable[Row]) -> tuple[int, int]:
    held = sum(_cell(row, column.key).score is not None for row in rows)
    place = HEADLINES.index(column.name) if column.name in HEADLINES else len(HEADLINES)
    return held, -place


def leading(rows: Sequence[Row]) -> str:
    """The protocol whose rows are ranked: the authors' own, or else the one of most whole runs, ties by its name.

    Runs over other data than the published lead where there are no others.
    """
    counts = Counter(row.protocol for row in rows if is_whole(row))
    if OFFICIAL in counts or not counts:
        return OFFICIAL
    elsewhere = {row.protocol for row in rows if OTHER_DATA & {badge.name for badge in row.unlike}}
    return min(counts, key=lambda protocol: (protocol in elsewhere, -counts[protocol], protocol))


def ranked(rows: Sequence[Row], columns: Sequence[Column], protocol: str) -> list[Row]:
    """The rows with their ranks: in each column 1 and the number of ranked rows whose interval lies wholly above."""
    among = [row for row in rows if is_whole(row) and row.protocol == protocol]
    ranks = {column.key: _ranks(among, column.key) for column in columns}
    return [replace(row, ranks=_of_row(row, ranks)) for row in rows]


def _of_row(row: Row, ranks: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    return {key: found[row.key] for key, found in ranks.items() if row.key in found}


def _ranks(rows: Sequence[Row], key: str) -> Mapping[str, int]:
    ends = {row.key: ends for row in rows if (ends := _ends(_cell(row, key))) is not None}
    return {name: 1 + sum(low > high for low, _ in ends.values()) for name, (_, high) in ends.items()}


def _ends(cell: Cell) -> tuple[float, float] | None:
    """The interval; of a score without one the score itself."""
    if cell.score is None:
        return None
    if cell.low is None or cell.high is None:
        return cell.score, cell.score
    return cell.low, cell.high


def in_order(rows: Iterable[Row], key: str) -> list[Row]:
    """Runs before published rows, each by the headline, the best first; rows without it last, as they came."""
    return sorted(rows, key=lambda row: (row.kind != "run", *_descending(_cell(row, key).score)))


def _descending(score: float | None) -> tuple[bool, float]:
    return (True, 0.0) if score is None else (False, -score)


def _cell(row: Row, key: str) -> Cell:
    return row.cells.get(key, NO_CELL)
