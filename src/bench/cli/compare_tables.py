"""A comparison as a table for a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from rich.table import Table
from rich.text import Text

from bench.cli.cells import NOTHING, new_table, number
from bench.cli.output import printable
from bench.cli.tables import Screen, console
from bench.comparing import Comparison, Difference

COLUMNS = ("n", "A", "B", "B - A", "95 % interval", "p", "p (Holm)", "up", "down")
DETECTABLE = "detectable"
WIDE = 118  # columns of a terminal that the table needs; a narrower one wraps lines, which loses no digit


def print_comparison(found: Comparison, *, detectable: bool) -> None:
    """Tasks, averages, the sentence, and what a reader must know."""
    screen = Screen(width=max(WIDE, console().width))
    screen.print()
    screen.print(Text(found.benchmark, "bold"), printable(f" · A {found.a} · B {found.b}"), sep="", end="\n\n")
    averages = [found.headline, *(other for other in found.overall if other is not found.headline)]
    screen.print(_table("task", found.tasks, detectable=detectable))
    if found.headline not in found.tasks:
        screen.print(_table("overall", averages, detectable=detectable))
    screen.print(printable(found.sentence), soft_wrap=True, end="\n\n")
    for remark in found.remarks:
        screen.print(Text("• ", "yellow"), printable(remark), sep="", soft_wrap=True)


def _table(name: str, found: list[Difference] | tuple[Difference, ...], *, detectable: bool) -> Table:
    table = new_table(name, *COLUMNS, *([DETECTABLE] if detectable else []))
    for difference in found:
        more = [number(difference.detectable)] if detectable else []
        table.add_row(printable(difference.name), *_cells(difference), *more)
    return table


def _cells(found: Difference) -> list[str | Text]:
    return [
        str(found.n),
        number(found.a),
        number(found.b),
        Text(f"{found.difference:+.2f}", "bold"),
        f"{found.low:.2f} to {found.high:.2f}",
        _p(found.p_value),
        _p(found.p_holm),
        str(found.better),
        str(found.worse),
    ]


def _p(value: float | None) -> str:
    if value is None:
        return NOTHING
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def print_detectable(found: Mapping[str, Mapping[str, float | int | None]]) -> None:
    """What two independent runs could show, by task and average."""
    table = new_table("", "n", "stderr", DETECTABLE)
    for name, entry in found.items():
        n = entry["n"]
        table.add_row(
            printable(name), NOTHING if n is None else str(n), number(entry["stderr"]), number(entry[DETECTABLE])
        )
    screen = console()
    screen.print(table)
    text = "detectable: the smallest true difference, in points, between two runs with errors like these, made on"
    screen.print(f"{text} samples of their own, that is found in four of five cases.", soft_wrap=True)
    screen.print(
        "Two runs over the same samples show smaller ones: compare them with --min-detectable.", soft_wrap=True
    )
