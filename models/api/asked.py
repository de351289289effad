"""One request as it goes on: what it asks for now, and what has been done to get an answer."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.models import thinking
from bench.models.api.bodies import Endpoint
from bench.models.api.faults import Fault
from bench.models.api.groups import Group
from bench.models.api.replies import Choice, Reply
from bench.models.rendering import Prepared
from bench.records import Completion, Prompt, Usage


@dataclass(slots=True)
class Asked:
    """A prompt on its way.

    Attributes:
        prepared: as it is sent now.
        choices: answers that are asked for at once.
        endpoint: where it goes.
        requests: sent so far.
        retries: how many of them repeated one that had failed.
        shrunk: it was cut again, after a server said that it is too long.
        moved: it went to the other endpoint than it was meant for.
        begun: when it was first sent, by the performance counter.
        no_endpoint: the HTTP status by which a server said that it has no raw completions.
    """

    prepared: Prepared
    choices: int
    endpoint: Endpoint = Endpoint.CHAT
    requests: int = 0
    retries: int = 0
    shrunk: bool = False
    moved: bool = False
    begun: float | None = None
    no_endpoint: int | None = None

    def counts(self, place: int) -> dict[str, Any]:
        """What its completions carry; the requests stand with the first alone."""
        return {
            "seconds": None if self.begun is None else time.perf_counter() - self.begun,
            "requests": 0 if place else self.requests,
            "retries": 0 if place else self.retries,
            "truncated_tokens": self.prepared.truncated_tokens,
            "remarks": self.prepared.remarks,
        }


def answered(asked: Asked, reply: Reply, prompts: Sequence[Prompt], mode: str) -> list[Completion]:
    """The completions of as many of the prompts as there are choices.

    The request and all its tokens are counted with the first of them and 0 with the others, so that sums are right.
    """
    usage, found = _counted(reply.usage, asked.prepared), []
    for place, (prompt, choice) in enumerate(zip(prompts, reply.choices, strict=False)):
        fields = _answer(choice, mode, opened=asked.prepared.opens_thought)
        counted = _nothing_more(usage) if place else usage
        found.append(_completion(prompt, usage=counted, **fields, **asked.counts(place)))
    return found


def failed(asked: Asked, fault: Fault, prompts: Sequence[Prompt]) -> list[Completion]:
    """The completions of prompts that no answer came for."""
    return [_completion(prompt, error=str(fault), **asked.counts(place)) for place, prompt in enumerate(prompts)]


def unsent(group: Group) -> list[Completion]:
    """The completions of prompts that cannot be sent at all."""
    prepared = group.prepared
    fields: dict[str, Any] = {
        "error": prepared.error,
        "truncated_tokens": prepared.truncated_tokens,
        "remarks": prepared.remarks,
    }
    return [_completion(prompt, requests=0, retries=0, **fields) for prompt in group.prompts]


def _completion(prompt: Prompt, **fields: Any) -> Completion:
    return Completion(sample_id=prompt.sample_id, attempt=prompt.attempt, step=prompt.step, **fields)


def _answer(choice: Choice, mode: str, *, opened: bool) -> dict[str, Any]:
    """What the server calls reasoning is the thought; without that it is looked for in the text."""
    text, thought = choice.text, choice.thought
    if thought is None:
        text, thought = thinking.split(text, mode, opened=opened)
    return {"text": text, "thought": thought, "finish_reason": choice.finish_reason}


def _counted(usage: Usage, prepared: Prepared) -> Usage:
    if usage.input_tokens is None:
        return dataclasses.replace(usage, input_tokens=prepared.input_tokens)
    return usage


def _nothing_more(usage: Usage) -> Usage:
    counts = dataclasses.asdict(usage)
    return Usage(**{name: None if count is None else 0 for name, count in counts.items()})
