"""What the page is told of one attempt at one sample: short enough to be loaded, and saying where it was cut."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

LIMIT = 20_000
"""Characters of one text that the page is given; of a longer one its head and its tail."""
MOST = 200  # entries of one list: targets, tests, metadata
CLASS = 48  # characters of a reason that many samples may share

Text = str | list[Any]
"""A text, or `[head, characters left out, tail]`."""


_encode = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode


def encoded(data: object) -> str:
    """JSON in ASCII. NaN and infinities, which a foreign hand may have written into a run, become their names."""
    try:
        return _encode(data)
    except ValueError:
        return _encode(_finite(data))


def _finite(data: object) -> object:
    if isinstance(data, float) and not math.isfinite(data):
        return str(data)
    if isinstance(data, Mapping):
        return {name: _finite(value) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [_finite(item) for item in data]
    return data


def cut(text: str) -> Text:
    """The text, cut in the middle where it is longer than LIMIT."""
    if len(text) <= LIMIT:
        return text
    half = LIMIT // 2
    return [text[:half], len(text) - 2 * half, text[-half:]]


def detail(item: Mapping[str, Any]) -> dict[str, Any]:
    """What is shown of an item of `scored_samples`; names that a run chose stand in pairs, never as keys."""
    sample, score = item["sample"], item["score"]
    return {
        "id": sample["id"],
        "attempt": score["attempt"],
        "language": sample["language"],
        "length": sample["length"],
        "head": cut(sample["head"]),
        "tail": cut(sample["tail"]),
        "targets": [cut(text) for text in sample["targets"][:MOST]],
        "metadata": _pairs({key: value for key, value in sample["metadata"].items() if not _said(key, value, sample)}),
        "answer": _answer(item["completion"]),
        "steps": [_answer(step) for step in item["steps"][:MOST]],
        "extracted": cut(score["answer"]),
        "value": score["value"],
        "also": _pairs(score["also"]),
        "reason": cut(score["reason"] or ""),
        "raised": cut(score["raised"] or ""),
        "verdict": score["verdict"],
        "detail": _pairs(score["detail"]),
        "runs": [_run(run) for run in item["executions"][:MOST]],
    }


def _said(key: str, value: Any, sample: Mapping[str, Any]) -> bool:
    return key in {"length", "language"} and value == sample[key]


def _answer(completion: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if completion is None:
        return None
    return {
        "text": cut(completion["text"]),
        "thought": cut(completion["thought"] or ""),
        "error": cut(completion["error"] or ""),
        "finish": completion["finish_reason"],
        "usage": [pair for pair in completion["usage"].items() if pair[1] is not None],
        "seconds": completion["seconds"],
        "truncated": completion["truncated_tokens"],
        "remarks": [cut(text) for text in completion["remarks"][:MOST]],
    }


def _run(run: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "extractor": run["extractor"],
        "verdict": run["verdict"],
        "passed": run["passed"],
        "total": run["total"],
        "tests": _pairs(run["tests"]),
        "reason": cut(run["reason"] or ""),
        "output": cut(run["output"]),
        "seconds": run["seconds"],
    }


def _pairs(table: Mapping[str, Any]) -> list[tuple[Text, Any]]:
    """Entries that say something; whatever is neither a number nor a text as JSON."""
    said = [(name, value) for name, value in table.items() if value not in (None, "", [], {})]
    return [(cut(name), _plain(value)) for name, value in said[:MOST]]


def _plain(value: Any) -> Any:
    if isinstance(value, bool | int | float):
        return value
    return cut(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def content(sample: Mapping[str, Any]) -> int:
    """Equal where two samples ask for the same: rows of predictions made elsewhere are numbered in any order."""
    told = json.dumps([sample["targets"], sample["length"]])
    return int.from_bytes(hashlib.sha256(told.encode()).digest()[:4])


def reason_class(score: Mapping[str, Any]) -> str:
    """What samples without a point have in common, so that they can be listed together; empty where there is nothing.

    A verdict where code ran, else the start of the reason with its numbers left out.
    """
    if score["verdict"] is not None:
        return str(score["verdict"])
    start = re.split(r"[:;,]", score["reason"] or "", maxsplit=1)[0].strip()
    return re.sub(r"\d+", "#", start)[:CLASS]


def families(classes: Iterable[str], most: int = 40) -> Sequence[str]:
    """The classes that are listed by name, the most frequent first; the first one is the empty one."""
    counts: dict[str, int] = {}
    for name in classes:
        counts[name] = counts.get(name, 0) + 1
    counts.pop("", None)
    return ["", *sorted(counts, key=lambda name: (-counts[name], name))[:most]]
