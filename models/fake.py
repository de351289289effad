"""The fake behind the model seam: fixed answers for the tests of whatever calls a model."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from bench.models.plain import Plain
from bench.records import Completion, Prompt


class Fake(Plain):
    """Answers at once, or after a delay, or not at all.

    Args:
        answer: the text for every prompt, or a function of the prompt.
        delay: seconds before each answer.
        failing: sample ids whose completions carry an error.
    """

    def __init__(
        self, answer: str | Callable[[Prompt], str] = "", *, delay: float = 0.0, failing: Collection[str] = ()
    ) -> None:
        self.name = "fake"
        self.spec: Mapping[str, Any] = {"backend": "fake"}
        self.notes: list[str] = []
        self.asked: list[tuple[str, int, int]] = []
        self._answer = answer
        self._delay = delay
        self._failing = failing

    def generate(self, prompts: Iterable[Prompt]) -> Iterator[Completion]:
        """One after the other; `asked` lists the keys of the prompts pulled so far."""
        for prompt in prompts:
            self.asked.append((prompt.sample_id, prompt.attempt, prompt.step))
            time.sleep(self._delay)
            key: dict[str, Any] = {"sample_id": prompt.sample_id, "attempt": prompt.attempt, "step": prompt.step}
            if prompt.sample_id in self._failing:
                yield Completion(**key, error="fake: asked to fail")
            else:
                text = self._answer if isinstance(self._answer, str) else self._answer(prompt)
                yield Completion(**key, text=text, finish_reason="stop")
