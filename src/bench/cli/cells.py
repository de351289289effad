"""The cells that every table is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.table import Table

NOTHING = "–"


def new_table(*columns: str, texts: int = 1) -> Table:
    """A plain table; the first `texts` columns are words, the others are numbers."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, name in enumerate(columns):
        table.add_column(name, justify="left" if number < texts else "right", no_wrap=True)
    return table


def number(value: float | None) -> str:
    """A score to two decimals, as the authors print it."""
    return NOTHING if value is None else f"{value:.2f}"


def interval(entry: Mapping[str, Any]) -> str:
    """`low to high`, or a dash."""
    return NOTHING if entry["ci95"] is None else f"{entry['ci95'][0]:5.2f} to {entry['ci95'][1]:5.2f}"
