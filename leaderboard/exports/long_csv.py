"""One line for each number: for spreadsheets and programs that draw their own tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from bench.leaderboard.board import Board, Cell, Column, Row, RunRef, Table

COLUMNS = (
    "benchmark",
    "model",
    "label",
    "setting",
    "kind",
    "name",
    "language",
    "category",
    "score",
    "low",
    "high",
    "n",
    "not_judged",
    "official_score",
    "official_n",
    "rank",
    "reason",
    "row",
    "run",
    "created",
    "state",
    "protocol",
    "source",
    "date",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a text must not begin with: a spreadsheet would compute it."""


def render(board: Board) -> str:
    """Every number of every row, unrounded; `row` is `run` or `published`."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for table in board.tables:
        writer.writerows([_guarded(value) for value in line] for line in _lines(table))
    return stream.getvalue()


def _guarded(value: object) -> object:
    """A text of others as it is safe in a spreadsheet; numbers as they are."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _lines(table: Table) -> Iterator[list[object]]:
    for row in table.rows:
        for column in table.columns:
            if column.key in row.cells:
                yield [table.benchmark, *_line(row, column, row.cells[column.key])]
        if not row.cells:
            yield [table.benchmark, row.model, row.label, row.setting, *[None] * 13, *_made(row, _run_of(row, ""))]


def _line(row: Row, column: Column, cell: Cell) -> list[object]:
    kind, name = column.key.rpartition(":")[2].split("/", 1)
    return [
        *(row.model, row.label, _setting(row, column), kind, name, column.language, column.category),
        *(cell.score, cell.low, cell.high, cell.n, cell.not_judged, cell.official, cell.official_n),
        *(row.ranks.get(column.key), cell.reason),
        *_made(row, _run_of(row, column.setting)),
    ]


def _setting(row: Row, column: Column) -> str:
    """Of a row with several settings the column's."""
    return column.setting if "," in row.setting else row.setting


def _run_of(row: Row, setting: str) -> RunRef | None:
    """The run behind a cell."""
    return row.runs.get(setting) or next(iter(row.runs.values()), None)


def _made(row: Row, run: RunRef | None) -> list[object]:
    which = [None, None, None] if run is None else [run.run_id, run.created, run.state]
    return [row.kind, *which, row.protocol or None, row.source, row.date]
