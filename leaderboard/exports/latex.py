"""Tables for a paper, with the rules of the package booktabs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.leaderboard.board import Board
from bench.leaderboard.exports.narrow import NOTHING, Line, Narrow, narrow

_ESCAPES = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    NOTHING: "--",
    **{char: f"\\{char}" for char in "&%$#_{}"},
}


def render(board: Board) -> str:
    """One table a benchmark; each stands by itself."""
    return "\n".join(line for table in board.tables for line in _table(narrow(table)))


def escaped(text: str) -> str:
    """A text of others as LaTeX prints it."""
    shown = "".join(char if char.isprintable() else " " for char in text)
    return "".join(_ESCAPES.get(char, char) for char in shown)


def _table(table: Narrow) -> Iterator[str]:
    yield r"\begin{table}"
    yield r"\centering"
    yield rf"\caption{{{escaped(table.title)}}}"
    yield rf"\begin{{tabular}}{{rl{'r' * len(table.heads)}}}"
    yield r"\toprule"
    yield _row(["", "model", *map(escaped, table.heads)])
    yield r"\midrule"
    yield from _rows(table.lines)
    yield r"\bottomrule"
    yield r"\end{tabular}"
    yield from (_note(number, note) for number, note in enumerate(table.notes, start=1))
    if table.sources:
        yield rf"\par\footnotesize Published figures: {escaped('; '.join(table.sources))}"
    yield "\\end{table}\n"


def _rows(lines: Sequence[Line]) -> Iterator[str]:
    """A rule stands between runs and published rows."""
    before = False
    for number, line in enumerate(lines):
        if line.published and not before and number:
            yield r"\midrule"
        before = line.published
        yield _row([line.rank, _name(line), *[escaped(cell).replace(" to ", "--") for cell in line.cells]])


def _row(cells: Sequence[str]) -> str:
    return f"{' & '.join(cells)} \\\\"


def _name(line: Line) -> str:
    name = rf"\textit{{{escaped(line.name)}}}" if line.published else escaped(line.name)
    return name + (rf"\textsuperscript{{{','.join(map(str, line.notes))}}}" if line.notes else "")


def _note(number: int, note: str) -> str:
    return rf"\par\footnotesize\textsuperscript{{{number}}} {escaped(note)}"
