"""Rows of LongBench v2's data, looked over before anything is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench.benchmarks.longbench.v2.groups import NAMES
from bench.json_rows import JsonRows
from bench.jsonl import Line

LETTERS = ("A", "B", "C", "D")
CHOICES: Mapping[str, str] = {letter: f"choice_{letter}" for letter in LETTERS}
ABOUT = ("domain", "sub_domain", "difficulty", "length")
"""Keys that say what a question is about, in the authors' order."""
ASKED = ("question", *CHOICES.values())
KEYS = ("_id", *ABOUT, *ASKED, "answer", "context")
RETRIEVED = "retrieved_context"

ALLOWED: Mapping[str, tuple[str, ...]] = {**{key: tuple(names) for key, names in NAMES.items()}, "answer": LETTERS}
REMEDY = f"a row needs LongBench v2's keys {', '.join(KEYS)}, all of them texts"
_RETRIEVED_REMEDY = "each needs content (text) and c_idx (whole number); without them choose another --retriever"


def checked(rows: JsonRows, line: Line, *, retrieved: bool = False) -> Mapping[str, Any]:
    """The row on a line.

    Args:
        retrieved: it has to carry chunks too.

    Raises:
        DataError: a key is missing or holds something else.
    """
    data = line.data
    if not isinstance(data, dict):
        raise rows.error(line, "not a JSON object", REMEDY)
    for key in KEYS:
        if key not in data:
            raise rows.error(line, f"the key {key!r} is missing", REMEDY)
        if not isinstance(data[key], str):
            raise rows.error(line, f"{key!r} is not a text", REMEDY)
    for key, allowed in ALLOWED.items():
        if data[key] not in allowed:
            raise rows.error(line, f"{key!r} is {data[key]!r}", f"it must be one of {', '.join(allowed)}")
    if retrieved and not _is_retrieved(data.get(RETRIEVED)):
        raise rows.error(line, f"{RETRIEVED!r} is not a list of chunks", _RETRIEVED_REMEDY)
    return data


def _is_retrieved(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(item, dict) and isinstance(item.get("content"), str) and isinstance(item.get("c_idx"), int)
        for item in value
    )
