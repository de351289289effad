"""A table that fits a page: some columns, an interval beside the headline, and numbered notes below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bench.leaderboard.board import NO_CELL, Badge, Cell, Column, Row, RunRef, Table

FEW = 8  # task columns that stand beside the averages by themselves
NOTHING = "–"
NAMES = {"en": "English", "zh": "Chinese", "all": "All", "python": "Python", "java": "Java"}
SETTINGS = {"zero-shot": "no CoT", "cot": "CoT"}
SAYS_ALL = frozenset({"imported", "data"})
"""Badges whose value needs no name before it."""
STATES = {
    "partial": "not the whole benchmark ({why}): not ranked",
    "unfinished": "not scored yet",
    "not judged": "some samples are not judged and count 0",
}
"""What a run's state says below the table, where it says anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row.

    Attributes:
        rank: empty where it has none.
        notes: numbers of the notes below, counted from 1.
        cells: as texts, in the order of `Narrow.heads`.
    """

    rank: str
    name: str
    notes: tuple[int, ...]
    cells: tuple[str, ...]
    published: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrow:
    """One benchmark's table, ready to be written down.

    Attributes:
        heads: of the numbers.
        sources: of published rows.
    """

    title: str
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(slots=True)
class _Notes:
    """Notes, each with one number."""

    texts: list[str] = field(default_factory=list)

    def number(self, text: str) -> int:
        if text not in self.texts:
            self.texts.append(text)
        return self.texts.index(text) + 1


def narrow(table: Table) -> Narrow:
    """The averages of a table, and its tasks where they are few; columns without any number are left out."""
    columns = _chosen(table)
    numbers = _Notes()
    lines = tuple(_line(row, columns, table, numbers) for row in table.rows)
    shown = any(row.kind == "published" for row in table.rows)
    return Narrow(
        title=table.benchmark,
        heads=tuple(_heads(columns, table.headline)),
        lines=lines,
        notes=tuple(numbers.texts),
        sources=table.published if shown else (),
    )


def _chosen(table: Table) -> list[Column]:
    """The headline first."""
    held = [column for column in table.columns if _any_score(table, column)]
    tasks = [column for column in held if column.kind == "task"]
    few = len(tasks) <= FEW * max(1, len({column.setting for column in tasks}))
    averages = [column for column in held if column.kind == "overall"]
    chosen = averages + [task for task in tasks if few and not any(_same(table, task, other) for other in averages)]
    return sorted(chosen or tasks, key=lambda column: column.key != table.headline)


def _same(table: Table, one: Column, other: Column) -> bool:
    """Whether two columns hold the same numbers: LongBench v2's average is that of the group of all its questions."""
    scores = [[row.cells.get(column.key, NO_CELL).score for row in table.rows] for column in (one, other)]
    return scores[0] == scores[1]


def _any_score(table: Table, column: Column) -> bool:
    return any(row.cells.get(column.key, NO_CELL).score is not None for row in table.rows)


def _heads(columns: Sequence[Column], headline: str) -> Iterator[str]:
    for column in columns:
        name = NAMES.get(column.name, column.name)
        yield f"{name} ({SETTINGS[column.setting]})" if column.setting in SETTINGS else name
        if column.key == headline:
            yield "95 % interval"


def _line(row: Row, columns: Sequence[Column], table: Table, numbers: _Notes) -> Line:
    return Line(
        rank=str(row.ranks.get(table.headline, "")),
        name=row.label,
        notes=tuple(numbers.number(text) for text in _said(row)),
        cells=tuple(_cells(row, columns, table.headline)),
        published=row.kind == "published",
    )


def _cells(row: Row, columns: Sequence[Column], headline: str) -> Iterator[str]:
    for column in columns:
        cell = row.cells.get(column.key, NO_CELL)
        yield number(cell, published=row.kind == "published")
        if column.key == headline:
            yield NOTHING if cell.low is None or cell.high is None else f"{cell.low:.1f} to {cell.high:.1f}"


def number(cell: Cell, *, published: bool) -> str:
    """A score to two decimals; a published one as its authors print it."""
    if cell.score is None:
        return NOTHING
    few = published and (cell.reason is not None or round(cell.score, 1) == cell.score)
    return f"{cell.score:.1f}" if few else f"{cell.score:.2f}"


def _said(row: Row) -> Iterator[str]:
    """What must be known of a row beside its numbers."""
    if row.kind == "published":
        yield from _published(row)
        return
    yield from dict.fromkeys(STATES[run.state].format(why=_badge(row, "partial")) for run in _doubtful(row))
    if row.unlike:
        yield f"not as the authors asked: {', '.join(map(_fact, row.unlike))}"
    theirs = list(_official(row))
    if theirs:
        yield f"by the authors' own rule: {', '.join(theirs)}"


def _published(row: Row) -> Iterator[str]:
    yield f"published: {row.source}, {row.date}"
    computed = [key.rpartition("/")[2] for key, cell in row.cells.items() if cell.score is not None and cell.reason]
    if computed:
        yield f"{', '.join(computed)}: not printed by the source, computed from its rounded task scores"


def _fact(badge: Badge) -> str:
    return badge.value if badge.name in SAYS_ALL else f"{badge.name.replace('_', ' ')} {badge.value}"


def _doubtful(row: Row) -> list[RunRef]:
    return [run for run in row.runs.values() if run.state in STATES]


def _badge(row: Row, name: str) -> str:
    return next((badge.value for badge in row.badges if badge.name == name), "")


def _official(row: Row) -> Iterator[str]:
    """The authors' numbers of tasks, where they are others."""
    for key, cell in row.cells.items():
        if cell.official is not None and cell.task is not None:
            yield f"{key.rpartition(':')[0]} {cell.task} {cell.official:.2f} over {cell.official_n}".strip()
