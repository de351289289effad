"""The whole leaderboard as JSON: every field of its records, what is not known as null."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from bench.jsonl import pretty
from bench.leaderboard.board import Board


def render(board: Board) -> str:
    """One object; see `bench.leaderboard.board` for its fields."""
    return pretty(_plain(board))


def _plain(value: object) -> Any:
    if dataclasses.is_dataclass(value):
        return {item.name: _plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, tuple | list) else value
