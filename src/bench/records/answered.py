"""What came back, and what it is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Token counts as the model reported them; None where it did not."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    thought_tokens: int | None = None


FROM_CACHE = "from the response cache"
"""The remark of a completion that nobody was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """What came back for one prompt, unique by (sample_id, attempt, step).

    Attributes:
        text: the answer; empty when `error` is set.
        thought: reasoning kept apart from the answer.
        finish_reason: `stop`, `length` or whatever the server said.
        seconds: from request to answer.
        truncated_tokens: how many tokens the middle truncation took out; None where nobody counted.
        requests: sent for it; 0 where it came with the request of another attempt, None where there are no requests.
        retries: how many of them repeated one that had failed.
        remarks: what was done to this prompt alone that a reader of its answer must know.
        error: why there is no answer, as `<name>: <detail>`; None when there is one.
    """

    sample_id: str
    attempt: int = 0
    step: int = 0
    text: str = ""
    thought: str | None = None
    finish_reason: str | None = None
    usage: Usage = field(default_factory=Usage)
    seconds: float | None = None
    truncated_tokens: int | None = None
    requests: int | None = None
    retries: int | None = None
    remarks: tuple[str, ...] = ()
    error: str | None = None

    @property
    def key(self) -> tuple[str, int, int]:
        """What makes this completion unique in its run."""
        return (self.sample_id, self.attempt, self.step)

    @property
    def from_cache(self) -> bool:
        """Whether it was kept from an earlier run and cost nothing in this one."""
        return FROM_CACHE in self.remarks

    @property
    def cut_in_thought(self) -> bool:
        """Whether the new tokens ran out before the model had stopped thinking, so that there is no answer."""
        return self.finish_reason == "length" and self.thought is not None and not self.text.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The verdict on one attempt at one sample.

    Attributes:
        value: in [0, 1]; None when the attempt was not judged.
        answer: what was extracted from the completion and compared.
        also: other values in [0, 1] by name, `corrected`, `edit_difflib`, ...
        reason: why the value is zero or None.
        raised: the exception that the authors' own scorer raises on this row, whether it swallows it or stops.
        verdict: what running the answer came to, where code was run.
        detail: what else aggregation and a reader need; plain JSON data.
    """

    sample_id: str
    task: str
    attempt: int = 0
    value: float | None
    answer: str = ""
    also: Mapping[str, float] = field(default_factory=dict)
    reason: str | None = None
    raised: str | None = None
    verdict: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
