"""A result.json that anybody may have written, made into one that can be read without a second thought.

Numbers that are none (NaN, infinity, texts) become None with a reason; what an earlier version did not write gets the
value that stands for "not known".
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from bench.errors import RunFolderError
from bench.records import SCHEMA_VERSION, RunResult, RunSpec

NOT_A_NUMBER = "is not a number in result.json"
ABSENT = "is not in result.json"

Entry = dict[str, Any]


def number(value: object) -> Any:
    """The number, or None where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value


def _whole(value: object) -> int | None:
    found = number(value)
    return int(found) if found is not None and found == int(found) else None


def _count(value: object) -> int:
    return _whole(value) or 0


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _reason(value: object) -> str | None:
    return _text(value) or None


def _interval(value: object) -> list[float] | None:
    if not isinstance(value, list | tuple) or len(value) != 2:
        return None
    low, high = (number(end) for end in value)
    return None if low is None or high is None else [low, high]


def _mapped(mend: Callable[[object], Any]) -> Callable[[object], dict[str, Any]]:
    """Of a mapping each value mended, those left out of which nothing remains; of anything else nothing."""

    def mended_mapping(value: object) -> dict[str, Any]:
        pairs = ((name, mend(inner)) for name, inner in value.items()) if isinstance(value, Mapping) else ()
        return {name: inner for name, inner in pairs if inner is not None}

    return mended_mapping


def _raised(value: object) -> Entry:
    found = value if isinstance(value, Mapping) else {}
    first = found.get("first")
    return {
        "rows": _count(found.get("rows")),
        "first": [str(name) for name in first] if isinstance(first, list) else [],
    }


def _bucket(value: object) -> Entry | None:
    if not isinstance(value, Mapping):
        return None
    return {"score": number(value.get("score")), "n": _whole(value.get("n"))}


def _groups(value: object) -> list[list[str]]:
    groups = value if isinstance(value, list) else []
    sound = all(isinstance(group, list) and group and all(isinstance(t, str) for t in group) for group in groups)
    return groups if sound else []


Fields = Mapping[str, Callable[[object], Any]]
ENTRY: Fields = MappingProxyType(
    {"score": number, "stderr": number, "ci95": _interval, "n": _whole, "reason": _reason, "groups": _groups}
)
"""What an average or a category holds, and how each field is made sound."""
TASK: Fields = MappingProxyType(
    {
        **ENTRY,
        "not_judged": _count,
        "official_score": number,
        "official_denominator": _whole,
        "official_reason": _reason,
        "metric": _text,
        "category": _text,
        "language": _text,
        "programming_language": _text,
        "also": _mapped(number),
        "verdicts": _mapped(_whole),
        "statuses": _mapped(_whole),
        "buckets": _mapped(_bucket),
        "raised": _raised,
        "truncated": _count,
        "cut_in_thought": _count,
        "cut_by_length": _count,
    }
)
"""What a task holds."""
ALWAYS = frozenset({"score", "stderr", "ci95", "reason"})
ALWAYS_OF_A_TASK = ALWAYS | {
    *("n", "not_judged", "official_score", "official_denominator"),
    *("metric", "category", "language", "also", "raised"),
}
"""Fields that an entry has after mending, whether it had them before or not."""


def mended(result: RunResult) -> tuple[RunResult, list[str]]:
    """The result with every field sound, and what had to be mended, one line each.

    Raises:
        RunFolderError: it is of a newer version, or no result at all.
    """
    version: Any = result.schema_version
    if not isinstance(version, int) or version > SCHEMA_VERSION:
        problem = f"schema_version {version} is not known here (up to {SCHEMA_VERSION})"
        raise RunFolderError(f"result.json: {problem}; install a newer longcode-bench to read it")
    _demand_mappings(result)
    problems: list[str] = []
    categories = {
        language: _entries(found, ENTRY, ALWAYS, f"category {language}/", problems)
        for language, found in result.categories.items()
    }
    sound = dataclasses.replace(
        result,
        tasks=_entries(result.tasks, TASK, ALWAYS_OF_A_TASK, "task ", problems),
        categories=categories,
        overall=_entries(result.overall, ENTRY, ALWAYS, "average ", problems),
        tokens={name: number(count) for name, count in result.tokens.items()},
        seconds=number(result.seconds),
        accounting={name: _amount(value) for name, value in result.accounting.items()},
        notes=tuple(map(str, result.notes)),
        partial=_reason(result.partial),
    )
    return sound, problems


def _amount(value: object) -> Any:
    return _mapped(number)(value) or None if isinstance(value, Mapping) else number(value)


def _demand_mappings(result: RunResult) -> None:
    named = ("tasks", "categories", "overall", "failures", "tokens", "accounting", "tags", "against")
    wrong = [name for name in named if not isinstance(getattr(result, name), Mapping)]
    wrong += [] if type(result.spec) is RunSpec and isinstance(result.spec.scoring, Mapping) else ["spec"]
    wrong += [] if type(result.notes) is tuple else ["notes"]
    wrong += [
        f"categories.{name}"
        for name, found in (() if "categories" in wrong else result.categories.items())
        if not isinstance(found, Mapping)
    ]
    if wrong:
        raise RunFolderError(f"result.json: is damaged ({', '.join(wrong)}); score the run again")


def _entries(
    found: Mapping[str, Any], fields: Fields, always: frozenset[str], where: str, problems: list[str]
) -> dict[str, Entry]:
    made = {}
    for name, entry in found.items():
        held = entry if isinstance(entry, Mapping) else {"score": entry}
        sound = {key: mend(held.get(key)) for key, mend in fields.items() if key in held or key in always}
        if sound["score"] is None and sound["reason"] is None:
            sound["reason"] = _why_absent(held, f"{where}{name}", problems)
        made[name] = {**held, **sound}
    return made


def _why_absent(entry: Mapping[str, Any], where: str, problems: list[str]) -> str:
    if entry.get("n") == 0:
        return "no samples"
    reason = NOT_A_NUMBER if entry.get("score") is not None else ABSENT
    problems.append(f"{where}: its score {reason}")
    return reason
