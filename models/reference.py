"""`reference`: the benchmark's own solutions as a model, which is how one finds out what can be reached at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from bench.errors import ModelError
from bench.models.plain import Plain
from bench.records import Completion, Prompt


class Reference(Plain):
    """A replay that the benchmark itself supplies: it is handed the answers when a benchmark is loaded."""

    name = "reference"

    def __init__(self) -> None:
        self.spec: Mapping[str, Any] = {"backend": "reference"}
        self._answer: Callable[[str], str | None] = _nothing

    def answers_from(self, answer: Callable[[str], str | None]) -> None:
        """Take the answers: a function of the sample's id, None where there is no solution."""
        self._answer = answer

    def generate(self, prompts: Iterable[Prompt]) -> Iterator[Completion]:
        """The solution of every prompt's problem.

        Raises:
            ModelError: there is none; this benchmark has no solutions.
        """
        for prompt in prompts:
            text = self._answer(prompt.sample_id)
            if text is None:
                raise ModelError(f"{prompt.sample_id} has no reference solution; --model reference is for ncb")
            yield Completion(
                sample_id=prompt.sample_id, attempt=prompt.attempt, step=prompt.step, text=text, finish_reason="stop"
            )


def _nothing(_: str) -> None:
    return None
