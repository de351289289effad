"""What a run is, and its tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSpec:
    """What a run is.

    Attributes:
        generation: all that determines completions; two runs are the same run when theirs are equal.
        scoring: score version and the options of scoring, with the versions of the packages that take part.
        observed: what the first prompt came to, seen while the run was made: `first_prompt` as it was sent (head and
            tail), `first_tokens` its first eight token ids, `served_by` names that replies carried, `cached_share` of
            the input tokens where the server says so of itself alone. It tells no runs apart.
    """

    generation: Mapping[str, Any]
    scoring: Mapping[str, Any]
    observed: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """`result.json`: what the leaderboard reads. Scores, errors and intervals are per cent, unrounded.

    Attributes:
        tasks: by name, see docs/results.md.
        categories: mean of the tasks of each category, by language.
        overall: named averages, each with `score` (None where it cannot be had) and `reason`.
        failures: how many samples were not judged, by reason.
        tokens: sums as the model reported them, None where it did not.
        seconds: wall time of generation, over all starts.
        accounting: `requests`, `retries`, `tokens_per_second` (out), `cached_share` of the input tokens in [0, 1],
            `from_cache` answers that nobody was asked for, `prices` in USD for a million tokens, and `cost` in USD;
            None where it cannot be known.
        tags: `--tag` by name.
        against: of a run without documents, the full run that it is compared with (`run`, `setting`), and for `tasks`
            and `overall` by name `full` and `delta`, per cent; empty else.
        partial: why this is not the whole benchmark.
        notes: what a reader must know of how it was made.
    """

    schema_version: int = SCHEMA_VERSION
    benchmark: str
    setting: str
    model: str
    tasks: Mapping[str, Any]
    categories: Mapping[str, Any]
    overall: Mapping[str, Any]
    failures: Mapping[str, int]
    tokens: Mapping[str, int | None]
    seconds: float | None
    partial: str | None
    notes: tuple[str, ...]
    spec: RunSpec
    accounting: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    against: Mapping[str, Any] = field(default_factory=dict)

    @property
    def not_judged(self) -> int:
        """Samples that count 0 because nothing could be judged; a task that is `part_of` another is counted there."""
        return sum(task["not_judged"] for task in self.tasks.values() if "part_of" not in task)
