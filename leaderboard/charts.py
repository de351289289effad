"""The charts of one table, as Vega-Lite specifications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.leaderboard.board import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One chart.

    Attributes:
        name: a key of words under `chart`.
        about: what it is of, where a table has several of the kind: kind of word and name.
        picked: whether it is drawn of the rows that the reader picks, not of all.
    """

    name: str
    spec: dict[str, Any]
    about: tuple[str, str] | None = None
    picked: bool = False
    wide: bool = False


def charts(table: Table) -> Sequence[Chart]:
    """Every chart that the table has data for."""
    return ()
