"""A table as the page shows it: the order of its columns, what stands above them, and each cell's text and bar."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from bench.leaderboard.board import Cell, Column, Row, Table
from bench.leaderboard.marking import number
from bench.pages.wording import visible

KINDS = ("overall", "category", "task")
KINDS_BESIDE = ("overall", "task", "category")  # where two settings stand side by side, as LongBench v2's own table is
ROOM = 20  # columns that are shown at first; kinds of column that go beyond it are shown when asked for
OFFICIAL, NOT_JUDGED = "†", "‡"  # what a number carries where the authors' rule gives another, or samples count 0
NOT_WHOLE = frozenset({"partial", "unfinished"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One column.

    Attributes:
        place: of the column in the table, from 1: its cells have the class `c<place>`.
        above: kind of word and name of the heading that it shares with those beside it.
        label: kind of word and name of its own.
        low, high: ends of the scale of its interval bars, per cent; equal where there is nothing to compare.
    """

    column: Column
    place: int
    above: tuple[str, str]
    label: tuple[str, str]
    headline: bool
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A heading over several columns."""

    label: tuple[str, str]
    places: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One cell.

    Attributes:
        rank: as text, `2=` where rows share it; empty where the row is not ranked.
        bar: left end and width of the interval on the column's scale, per cent; a width of 0 is a point.
        hint: the number in full: interval, samples, what the authors' rule gives.
        run: key of the run whose samples stand behind it; None where there are none to show.
    """

    head: Head
    cell: Cell | None
    rank: str
    bar: tuple[float, float] | None
    hint: str
    run: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row with its cells, in the order of the columns."""

    row: Row
    cells: Sequence[Shown]
    states: Sequence[str]

    @property
    def whole(self) -> bool:
        """Whether every run behind it is finished and over all samples."""
        return NOT_WHOLE.isdisjoint(self.states)

    @property
    def scored(self) -> bool:
        """Whether it has any number."""
        return any(shown.cell is not None and shown.cell.score is not None for shown in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTable:
    """A whole table.

    Attributes:
        key: names its parts on the page.
        kinds: of columns that are shown at first.
    """

    key: str
    table: Table
    heads: Sequence[Head]
    groups: Sequence[Group]
    lines: Sequence[Line]
    kinds: Sequence[str]

    @property
    def choices(self) -> Sequence[Line]:
        """Rows that charts can be drawn of, runs first."""
        return sorted((line for line in self.lines if line.scored), key=lambda line: line.row.kind == "published")

    @property
    def has_official(self) -> bool:
        """Whether the authors' rule gives another number somewhere."""
        return any(differs(cell) for cell in self._cells)

    @property
    def has_unjudged(self) -> bool:
        """Whether samples without a verdict count 0 somewhere."""
        return any(cell.not_judged for cell in self._cells)

    @property
    def _cells(self) -> Iterable[Cell]:
        return (shown.cell for line in self.lines for shown in line.cells if shown.cell)


def show_table(table: Table, place: int, *, drill: bool) -> ShownTable:
    """A table as the page shows it, sorted by its headline."""
    heads = _heads(table)
    rows = sorted(table.rows, key=lambda row: _sort_value(row.cells.get(table.headline)), reverse=True)
    ties = {head.column.key: Counter(row.ranks.get(head.column.key) for row in rows) for head in heads}
    return ShownTable(
        key=f"b{place + 1}",
        table=table,
        heads=heads,
        groups=[Group(label=label, places=[h.place for h in found]) for label, found in _side_by_side(heads)],
        lines=[_line(row, heads, ties, drill=drill) for row in rows],
        kinds=_kinds(table.columns),
    )


def _order_of_kinds(columns: Sequence[Column]) -> Sequence[str]:
    return KINDS_BESIDE if any(column.setting for column in columns) else KINDS


def _kinds(columns: Sequence[Column]) -> Sequence[str]:
    """The first kind always, then each that there is still room for."""
    counts = Counter(column.kind for column in columns)
    kinds = [kind for kind in _order_of_kinds(columns) if counts[kind]]
    shown = set(kinds[:1])
    for kind in kinds[1:]:
        if sum(counts[other] for other in (*shown, kind)) <= ROOM:
            shown.add(kind)
    return [kind for kind in KINDS if kind in shown]


def _side_by_side(heads: Sequence[Head]) -> Iterable[tuple[tuple[str, str], list[Head]]]:
    return ((label, list(found)) for label, found in groupby(heads, key=lambda head: head.above))


def _heads(table: Table) -> list[Head]:
    bases = list(dict.fromkeys(_base(column) for column in table.columns))
    main = next((_base(column) for column in table.columns if column.key == table.headline), "")
    kinds = _order_of_kinds(table.columns)
    ordered = sorted(
        table.columns,
        key=lambda column: (kinds.index(column.kind), _base(column) != main, bases.index(_base(column))),
    )
    scales = {base: _scale(table, base) for base in bases}
    return [_head(column, place, table, scales[_base(column)]) for place, column in enumerate(ordered, 1)]


def _base(column: Column) -> str:
    """The key without the setting: the settings of one number stand side by side and share a scale."""
    return column.key.removeprefix(f"{column.setting}:")


def _head(column: Column, place: int, table: Table, scale: tuple[float, float]) -> Head:
    return Head(
        column=column,
        place=place,
        above=_above(column),
        label=("setting", column.setting) if column.setting else (column.kind, column.name),
        headline=column.key == table.headline,
        low=scale[0],
        high=scale[1],
    )


def _above(column: Column) -> tuple[str, str]:
    if column.setting:
        return column.kind, column.name
    if column.kind == "overall":
        return "above", "averages"
    if column.kind == "category":
        return "categories", column.language or column.group
    return "group", column.group or column.category


def _scale(table: Table, base: str) -> tuple[float, float]:
    """From the lowest to the highest end of any interval in the columns of one number."""
    keys = [column.key for column in table.columns if _base(column) == base]
    cells = [row.cells[key] for row in table.rows for key in keys if key in row.cells]
    ends = [end for cell in cells for end in (cell.low, cell.score, cell.high) if end is not None]
    alone = sum(cell.score is not None for cell in cells) < 2  # then there is nothing to hold its interval against
    return (0.0, 0.0) if alone else (min(ends), max(ends))


def _line(row: Row, heads: Sequence[Head], ties: Mapping[str, Counter[int | None]], *, drill: bool) -> Line:
    return Line(
        row=row,
        cells=[_shown(row, head, ties[head.column.key], drill=drill) for head in heads],
        states=list(dict.fromkeys(run.state for run in row.runs.values() if run.state != "complete")),
    )


def _shown(row: Row, head: Head, ties: Counter[int | None], *, drill: bool) -> Shown:
    cell = row.cells.get(head.column.key)
    return Shown(
        head=head,
        cell=cell,
        rank=_rank(row.ranks.get(head.column.key), ties),
        bar=_bar(cell, head) if cell else None,
        hint=hint(cell) if cell else "",
        run=_run_behind(row, head.column, cell) if drill and cell else None,
    )


def _rank(rank: int | None, ties: Counter[int | None]) -> str:
    if rank is None:
        return ""
    return f"{rank}=" if ties[rank] > 1 else str(rank)


def _bar(cell: Cell, head: Head) -> tuple[float, float] | None:
    span = head.high - head.low
    if cell.score is None or span <= 0:
        return None
    low, high = (cell.score if end is None else end for end in (cell.low, cell.high))
    return round(100 * (low - head.low) / span, 1), round(100 * (high - low) / span, 1)


def differs(cell: Cell) -> bool:
    """Whether the authors' own rule gives another number than ours, as far as the page shows it."""
    return cell.official is not None and cell.score is not None and number(cell.official) != number(cell.score)


def hint(cell: Cell) -> str:
    """The number in full, in figures that need no language: `31.25 [27.10, 35.42], n = 200`."""
    if cell.score is None:
        return visible(cell.reason or "")
    parts = [number(cell.score, 2)]
    if cell.low is not None and cell.high is not None:
        parts[0] += f" [{number(cell.low, 2)}, {number(cell.high, 2)}]"
    if cell.n is not None:
        parts.append(f"n = {cell.n}")
    if cell.not_judged:
        parts.append(f"{NOT_JUDGED} {cell.not_judged}")
    if differs(cell):
        parts.append(
            f"{OFFICIAL} {number(cell.official, 2)}" + (f" (n = {cell.official_n})" if cell.official_n else "")
        )
    return ", ".join(parts)


def _run_behind(row: Row, column: Column, cell: Cell) -> str | None:
    """The key of the run whose samples of one task the number is a mean of."""
    if cell.task is None or cell.score is None:
        return None
    run = row.runs.get(column.setting) or next(iter(row.runs.values()), None)
    return run.key if run else None


def _sort_value(cell: Cell | None) -> float:
    return -math.inf if cell is None or cell.score is None else cell.score
