"""The two append-only files of a work folder: what models answered, and what the sandbox saw.

Both are found again by a hash of all that determined them, so every stage can be done again without asking twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.jsonl import parse_line, to_line
from bench.record_log import Key, RecordLog
from bench.records import Completion, Ended, Observation, Prompt, from_plain, to_plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a model answered to one prompt.

    Attributes:
        sample_id: `<template>/<problem>`, and what tells a template's prompts about one problem apart.
        prompt_sha256: of the prompt, the sampling and the model.
        model: its name.
        tokens_in, tokens_out: where somebody counted.
        error: why there is no answer; it is asked for again.
    """

    sample_id: str
    attempt: int
    prompt_sha256: str
    model: str
    text: str = ""
    finish_reason: str | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    seconds: float | None = None
    error: str | None = None

    @property
    def key(self) -> Key:
        """What makes it unique in its file."""
        return (self.sample_id, self.attempt, self.prompt_sha256)


def prompt_sha256(prompt: Prompt, model: Mapping[str, Any]) -> str:
    """Of all that determines a completion.

    Args:
        model: its spec.
    """
    sampling = prompt.sampling
    asked = {
        "text": prompt.text,
        "attempt": prompt.attempt,
        "max_tokens": prompt.max_tokens,
        "sampling": [sampling.temperature, sampling.top_p, sampling.seed],
        "model": dict(model),
    }
    canonical = json.dumps(asked, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def answer_of(completion: Completion, sha256: str, model: str) -> Answer:
    """The line that a completion becomes."""
    return Answer(
        sample_id=completion.sample_id,
        attempt=completion.attempt,
        prompt_sha256=sha256,
        model=model,
        text=completion.text,
        finish_reason=completion.finish_reason,
        tokens_in=completion.usage.input_tokens,
        tokens_out=completion.usage.output_tokens,
        seconds=completion.seconds,
        error=completion.error,
    )


class AnswerLog(RecordLog[Answer]):
    """completions.jsonl; an answer that failed is asked for again."""

    kind = Answer

    @staticmethod
    def failed(record: Answer) -> bool:
        """Whether there is no answer."""
        return record.error is not None


class ObservationLog(RecordLog[Observation]):
    """observations.jsonl; what the sandbox failed at is done again."""

    kind = Observation

    @staticmethod
    def failed(record: Observation) -> bool:
        """Whether the sandbox failed, and not the code."""
        return record.ended == Ended.SANDBOX_ERROR

    @staticmethod
    def line(record: Observation) -> str:
        """The record with the records in it."""
        return to_line(to_plain(record))

    def __getitem__(self, key: Key) -> Observation:
        return from_plain(Observation, parse_line(self._read(key)))

    def of(self, sample_id: str) -> list[Observation]:
        """Every observation of one problem, in the order of their keys."""
        return [from_plain(Observation, parse_line(raw)) for raw in self.lines_of(sample_id)]
