"""What the engines in this process have in common: a completion of a prepared prompt."""

from __future__ import annotations

from typing import Any

from bench.models.rendering import Prepared
from bench.records import Completion


def completion(prepared: Prepared, **fields: Any) -> Completion:
    """The completion of a prompt, with what was done to the prompt."""
    prompt = prepared.prompt
    return Completion(
        sample_id=prompt.sample_id,
        attempt=prompt.attempt,
        step=prompt.step,
        truncated_tokens=prepared.truncated_tokens,
        remarks=prepared.remarks,
        **fields,
    )
