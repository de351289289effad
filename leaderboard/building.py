"""From run folders to a leaderboard."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.errors import UserError, did_you_mean
from bench.leaderboard.board import Board, Column, Row, Table
from bench.leaderboard.cells import columns_and_cells, merged
from bench.leaderboard.found import Run, find_runs
from bench.leaderboard.pairs import pairs_of
from bench.leaderboard.published import published_columns, published_rows, sources
from bench.leaderboard.ranking import headline, in_order, leading, ranked
from bench.leaderboard.rows import rows_of
from bench.runs import RunFolder
from bench.versions import version_of

ORDER = ("longbench", "longbench-e", "longbench-v2", "ncb")
"""Benchmarks in the order of their tables; those of cards follow by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A leaderboard and the runs behind it.

    Attributes:
        runs: by `RunRef.key`, unfinished ones too.
    """

    board: Board
    runs: Mapping[str, Run]

    @property
    def folders(self) -> Mapping[str, RunFolder]:
        """The folders of the runs that are scored, by `RunRef.key`."""
        return {key: run.folder for key, run in self.runs.items() if run.result is not None}


def build_board(paths: Sequence[Path], *, benchmark: str | None = None, published: bool = True) -> Built:
    """Read every run in some folders.

    Args:
        paths: run folders, or folders above them.
        benchmark: only this one.
        published: show published figures beside the runs.

    Raises:
        UserError: a path is not there, there is no run, or none that can be read.
    """
    found, remarks = find_runs(paths)
    if not found:
        raise UserError("; ".join(remarks))
    chosen = [run for run in found if benchmark in {None, run.folder.benchmark}]
    if not chosen and benchmark is not None:
        _refuse(benchmark, found)
    keys = _keys(chosen)
    names = sorted({run.folder.benchmark for run in chosen}, key=_place)
    board = Board(
        tables=tuple(_table(name, keys, published=published) for name in names),
        made=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        version=version_of("longcode-bench"),
        remarks=tuple(remarks),
    )
    return Built(board=board, runs=keys)


def _refuse(benchmark: str, found: Sequence[Run]) -> None:
    known = sorted({run.folder.benchmark for run in found})
    raise UserError(f"no run of {benchmark!r} among the {len(found)} found{did_you_mean(benchmark, known)}")


def _place(benchmark: str) -> tuple[int, str]:
    return (ORDER.index(benchmark) if benchmark in ORDER else len(ORDER), benchmark)


def _keys(runs: Sequence[Run]) -> dict[str, Run]:
    """A short name for each run: its id, with a number behind it where two have the same."""
    keys: dict[str, Run] = {}
    for run in runs:
        plain = re.sub(r"[^A-Za-z0-9_-]", "-", run.run_id) or "run"
        names = (plain if number == 1 else f"{plain}-{number}" for number in range(1, len(runs) + 2))
        keys[next(name for name in names if name not in keys)] = run
    return keys


def _table(benchmark: str, keys: Mapping[str, Run], *, published: bool) -> Table:
    runs = [run for run in keys.values() if run.folder.benchmark == benchmark]
    rows = [*rows_of(runs, keys), *(published_rows(benchmark) if published else ())]
    columns = _columns(benchmark, runs, published=published)
    main, protocol = headline(columns, rows), leading(rows)
    ordered = in_order(ranked(rows, columns, protocol), main.key)
    return Table(
        benchmark=benchmark,
        headline=main.key,
        leading=protocol,
        columns=tuple(columns),
        rows=tuple(ordered),
        lengths=_lengths(rows),
        pairs=pairs_of(ordered, main, keys),
        published=sources(benchmark) if published else (),
    )


def _columns(benchmark: str, runs: Sequence[Run], *, published: bool) -> list[Column]:
    """The columns that any row has a cell for: averages, categories, tasks; each by setting, as runs order them."""
    orders = [[column for column, _ in columns_and_cells(run.result)] for run in runs if run.result is not None]
    orders += [published_columns(benchmark)] if published else []
    known = {column.key: column for order in reversed(orders) for column in order}
    kinds = {kind: merged([c.key for c in order if _kind(c) == kind] for order in orders) for kind in _kinds(orders)}
    return [known[key] for keys in kinds.values() for key in keys]


def _kind(column: Column) -> tuple[int, str]:
    return (("overall", "category", "task").index(column.kind), "" if column.setting == "zero-shot" else column.setting)


def _kinds(orders: Sequence[Sequence[Column]]) -> list[tuple[int, str]]:
    return sorted({_kind(column) for order in orders for column in order})


def _lengths(rows: Sequence[Row]) -> tuple[str, ...]:
    """Names of the groups by length, without the setting in front."""
    return tuple(merged(list(dict.fromkeys(name.rsplit(":", 1)[-1] for name in row.lengths)) for row in rows))
