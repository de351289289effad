"""Published figures as rows: tables of facts with source and date, no ranks, no intervals.

`published/<benchmark>.toml`: `columns` are keys of columns; each of `rows` has a number for each of them, or a text
that says why there is none (`-`: the source prints none). `computed` are averages that the source does not print, as
nested lists of tasks: the mean over groups of the mean over each group's tasks. `tasks` says what filters go by.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from typing import Any

from bench.leaderboard.board import Badge, Cell, Column, Row
from bench.leaderboard.cells import LANGUAGE_OF

COMPUTED = "computed from the rounded published task scores"
NOT_PRINTED = "not published"
_DASH = "-"
_ENDING = ".toml"


def published_benchmarks() -> list[str]:
    """The benchmarks of which there are published figures."""
    places = files("bench.leaderboard").joinpath("published").iterdir()
    return sorted(place.name.removesuffix(_ENDING) for place in places if place.name.endswith(_ENDING))


def published_rows(benchmark: str) -> list[Row]:
    """The published figures of a benchmark; none where there are none at hand."""
    table = _table(benchmark)
    return [] if table is None else _told_apart([_row(table, entry) for entry in table["rows"]])


def _told_apart(rows: Sequence[Row]) -> list[Row]:
    """Two models of one name are told apart by the day of their release."""
    counts = Counter(row.model for row in rows)
    twice = [f" ({row.tags.get('released', row.date)})" if counts[row.model] > 1 else "" for row in rows]
    return [
        replace(row, label=row.model + more, key=row.key + f"-{_plain(more)}" if more else row.key)
        for row, more in zip(rows, twice, strict=True)
    ]


def sources(benchmark: str) -> tuple[str, ...]:
    """Where these figures are from, and what must be known of them, one line each."""
    table = _table(benchmark)
    if table is None:
        return ()
    return (f"{table['source']} ({table['date']}), {table['url']}", *table["notes"])


def published_columns(benchmark: str) -> list[Column]:
    """The columns of these figures, averages first."""
    table = _table(benchmark)
    if table is None:
        return []
    order = ("overall", "category", "task")
    columns = [_column(key, table["tasks"]) for key in _keys(table)]
    return sorted(columns, key=lambda column: order.index(column.kind))


def _keys(table: Mapping[str, Any]) -> Sequence[str]:
    """Of the columns: as printed, what is printed once and stands in two, what is computed."""
    return [*table.get("same", {}), *table["columns"], *table.get("computed", {})]


def _column(key: str, tasks: Mapping[str, Any]) -> Column:
    setting, _, rest = key.rpartition(":")
    kind, _, name = rest.partition("/")
    language = LANGUAGE_OF.get(name, "")
    if kind == "category":
        language, _, name = name.partition("/")
    about = tasks.get(name, {}) if kind == "task" else {}
    category = about.get("category", name if kind == "category" else "")
    return Column(
        key=key,
        kind=kind,
        name=name,
        language=about.get("language", language),
        category=category,
        setting=setting,
        group=about.get("group", about.get("category", "")),
    )


def _table(benchmark: str) -> Mapping[str, Any] | None:
    if benchmark not in published_benchmarks():
        return None
    place = files("bench.leaderboard").joinpath("published", benchmark + _ENDING)
    return tomllib.loads(place.read_text(encoding="utf-8"))


def _row(table: Mapping[str, Any], entry: Mapping[str, Any]) -> Row:
    cells = dict(zip(table["columns"], map(_cell, entry["scores"]), strict=True))
    cells |= {key: _average(groups, cells) for key, groups in table.get("computed", {}).items()}
    cells |= {key: cells[printed] for key, printed in table.get("same", {}).items()}
    settings = dict.fromkeys(key.split(":")[0] for key in table["columns"] if ":" in key)
    return Row(
        key=f"published-{table['benchmark']}-{_plain(entry['model'])}",
        kind="published",
        model=entry["model"],
        label=entry["model"],
        setting=", ".join(settings) or "zero-shot",
        cells=cells,
        badges=tuple(_badges(table)),
        marks=tuple(table["notes"]),
        source=table["source"],
        date=table["date"],
        url=table["url"],
        lengths=_lengths(cells),
        tags=entry.get("about", {}),
    )


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _badges(table: Mapping[str, Any]) -> Iterator[Badge]:
    if table.get("from_figure"):
        yield Badge(name="figure", value="read from a figure")


def _cell(value: float | str) -> Cell:
    if isinstance(value, str):
        return Cell(score=None, reason=NOT_PRINTED if value == _DASH else value)
    return Cell(score=float(value))


def _average(groups: Sequence[Sequence[str]], cells: Mapping[str, Cell]) -> Cell:
    scores = [[cells[f"task/{task}"].score for task in group] for group in groups]
    return Cell(score=_mean([_mean(group) for group in scores]), reason=COMPUTED)


def _mean(values: Sequence[float | None]) -> float:
    known = [value for value in values if value is not None]
    return math.fsum(known) / len(known)


def _lengths(cells: Mapping[str, Cell]) -> Mapping[str, Cell]:
    """Groups by length that are tasks, by setting."""
    named = {key: key.replace("task/", "") for key in cells if key.endswith(("/short", "/medium", "/long"))}
    return {name: cells[key] for key, name in named.items()}
