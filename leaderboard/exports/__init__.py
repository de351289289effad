"""The leaderboard for other programs: long CSV, JSON, and tables for a README, a paper and a model card."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from types import MappingProxyType

from bench.leaderboard.board import Board

# option -> module with a function `render(board) -> str`
FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "csv": "bench.leaderboard.exports.long_csv",
        "json": "bench.leaderboard.exports.whole_json",
        "latex": "bench.leaderboard.exports.latex",
        "markdown": "bench.leaderboard.exports.markdown",
    }
)


def render(board: Board, name: str) -> str:
    """The leaderboard in one of the formats."""
    made: Callable[[Board], str] = importlib.import_module(FORMATS[name]).render
    return made(board)
