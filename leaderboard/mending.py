"""A result.json that anybody may have written, made into one that can be read without a second thought.

Numbers that are none (NaN, infinity, texts) become None with a reason; what an earlier version did not write gets the
value that stands for "not known".
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

from bench.errors import RunFolderError
from bench.records import SCHEMA_VERSION, RunResult

NOT_A_NUMBER = "is not a number in result.json"
ABSENT = "is not in result.json"

Entry = dict[str, Any]
_ENTRY: Mapping[str, Any] = {"score": None, "stderr": None, "ci95": None, "reason": None}
_TASK: Mapping[str, Any] = {
    **_ENTRY,
    "n": None,
    "not_judged": 0,
    "metric": "",
    "category": "",
    "language": "",
    "also": {},
    "raised": {"rows": 0, "first": []},
    "official_score": None,
    "official_denominator": None,
    "buckets": {},
    "verdicts": {},
    "statuses": {},
}
_NUMBERS, _COUNTS = ("score", "stderr", "official_score"), ("n", "not_judged", "official_denominator")
_NESTED = ("also", "raised", "buckets", "verdicts", "statuses", "pass@k", "classifications")


def mended(result: RunResult) -> tuple[RunResult, list[str]]:
    """The result with every number sound, and what had to be mended, one line each.

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
        language: _entries(found, _ENTRY, f"category {language}/", problems)
        for language, found in result.categories.items()
    }
    sound = dataclasses.replace(
        result,
        tasks=_entries(result.tasks, _TASK, "task ", problems),
        categories=categories,
        overall=_entries(result.overall, _ENTRY, "average ", problems),
        tokens={name: number(count) for name, count in result.tokens.items()},
        seconds=number(result.seconds),
        notes=tuple(map(str, result.notes)),
    )
    return sound, problems


def number(value: object) -> Any:
    """The number, or None where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value


def _whole(value: object) -> int | None:
    found = number(value)
    return int(found) if found is not None and found == int(found) else None


def _demand_mappings(result: RunResult) -> None:
    named = ("tasks", "categories", "overall", "failures", "tokens", "accounting", "tags", "against")
    wrong = [name for name in named if not isinstance(getattr(result, name), Mapping)]
    notes: Any = result.notes
    wrong += [] if isinstance(notes, tuple) else ["notes"]
    if not wrong:
        wrong = [f"categories.{name}" for name, found in result.categories.items() if not isinstance(found, Mapping)]
    if wrong:
        raise RunFolderError(f"result.json: is damaged ({', '.join(wrong)}); score the run again")


def _entries(
    found: Mapping[str, Any], defaults: Mapping[str, Any], where: str, problems: list[str]
) -> dict[str, Entry]:
    return {name: _entry(entry, defaults, f"{where}{name}", problems) for name, entry in found.items()}


def _entry(entry: object, defaults: Mapping[str, Any], where: str, problems: list[str]) -> Entry:
    if not isinstance(entry, Mapping):
        problems.append(f"{where} {NOT_A_NUMBER}")
        return {**defaults, "reason": NOT_A_NUMBER}
    made: Entry = {**defaults, **{name: _sound(value) for name, value in entry.items()}}
    for name in _NESTED:
        if name in made and not isinstance(made[name], Mapping):
            made[name] = defaults.get(name, {})
    made |= {name: number(made[name]) for name in _NUMBERS if name in made}
    made |= {name: _whole(made[name]) for name in _COUNTS if name in made}
    made["ci95"] = _interval(made["ci95"])
    if made["score"] is None and not made["reason"]:
        made["reason"] = _why_absent(entry, where, problems)
    return made


def _why_absent(entry: Mapping[str, Any], where: str, problems: list[str]) -> str:
    if entry.get("n") == 0:
        return "no samples"
    reason = NOT_A_NUMBER if entry.get("score") is not None else ABSENT
    problems.append(f"{where}: its score {reason}")
    return reason


def _sound(value: Any) -> Any:
    """The value with every float in it that is not finite made None."""
    if isinstance(value, Mapping):
        return {name: _sound(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_sound(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _interval(value: object) -> list[float] | None:
    if not isinstance(value, list | tuple) or len(value) != 2:
        return None
    low, high = (number(end) for end in value)
    return None if low is None or high is None else [low, high]
