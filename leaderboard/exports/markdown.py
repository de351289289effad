"""Tables for a README."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bench.leaderboard.board import Board
from bench.leaderboard.exports.narrow import Line, Narrow, narrow

_SPECIAL = re.compile(r"([\\`*_\[\]|~#!])")
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def render(board: Board) -> str:
    """One table a benchmark, with its notes below."""
    return "\n".join(line for table in board.tables for line in _table(narrow(table)))


def escaped(text: str) -> str:
    """A text of others as it stands in a cell: no markup, no HTML, one line, no character that hides."""
    shown = "".join(char if char.isprintable() else " " for char in text)
    return _SPECIAL.sub(r"\\\1", "".join(_HTML.get(char, char) for char in shown))


def _table(table: Narrow) -> Iterator[str]:
    yield f"### {escaped(table.title)}\n"
    yield _row(["", "model", *map(escaped, table.heads)])
    yield _row(["--:", ":--", *["--:"] * len(table.heads)])
    yield from (_row([line.rank, _name(line), *line.cells]) for line in table.lines)
    yield ""
    yield from (f"<sup>{number}</sup> {escaped(note)}  " for number, note in enumerate(table.notes, start=1))
    if table.sources:
        yield f"Published figures: {escaped('; '.join(table.sources))}"
    yield ""


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _name(line: Line) -> str:
    name = f"*{escaped(line.name)}*" if line.published else escaped(line.name)
    return name + (f" <sup>{', '.join(map(str, line.notes))}</sup>" if line.notes else "")
