"""A benchmark whose answers take two steps, and a model with a window: what the run loop is tested with."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.benchmarks.longbench import LONGBENCH, LongBench
from bench.models.plain import Plain
from bench.protocols import Entry, SampleSet, Selection
from bench.records import Completion, Prompt, Sample, Usage

Answer = str | Mapping[str, Any]
"""The text of a completion, or its fields."""


class TwoStepData:
    """LongBench's samples, each asked twice: the second prompt holds the first answer."""

    def __init__(self, data: SampleSet) -> None:
        self._data = data
        self.entries: Sequence[Entry] = [
            dataclasses.replace(entry, steps=2, max_tokens=2 * entry.max_tokens) for entry in data.entries
        ]
        self.spec: Mapping[str, Any] = data.spec
        self.notes: Sequence[str] = data.notes
        self.expected: Mapping[str, int] | None = None

    def read(self, entry: Entry) -> Sample:
        return self._data.read(entry)

    def prompts(self, sample: Sample, earlier: Sequence[Completion]) -> Sequence[Prompt]:
        (first,) = self._data.prompts(sample, [])
        if not earlier:
            return [first]
        return [first, dataclasses.replace(first, step=1, text=f"{first.text}\n{earlier[0].text}")]

    def reference(self, sample: Sample) -> str | None:  # noqa: ARG002 - the seam's
        return None

    def close(self) -> None:
        self._data.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoSteps(LongBench):
    """LongBench, asked in two steps."""

    def load(self, selection: Selection) -> SampleSet:
        return TwoStepData(LongBench.load(self, selection))


TWO_STEPS = TwoSteps(name="longbench", table=LONGBENCH.table, suffix="", folder="pred")


class Windowed(Plain):
    """Answers the oldest of its `window` prompts whenever the window is full, and drains it at the end.

    Args:
        answer: what it answers, or a function of the prompt that says so.
        failing: keys whose completion carries an error.

    Attributes:
        events: `ask` and `answer` with their keys, in the order in which they happened.
    """

    def __init__(
        self,
        window: int = 4,
        answer: Callable[[Prompt], Answer] | Answer = "red",
        *,
        failing: Collection[tuple[str, int, int]] = (),
        usage: Usage | None = None,
        requests: int | None = 1,
    ) -> None:
        self.name = "windowed"
        self.spec: Mapping[str, Any] = {"backend": "windowed"}
        self.events: list[tuple[str, tuple[str, int, int]]] = []
        self.rounds = 0
        self.answer = answer
        self._window, self._failing = window, failing
        self._usage, self._requests = usage or Usage(), requests

    @property
    def asked(self) -> list[tuple[str, int, int]]:
        """The keys of the prompts pulled, in their order."""
        return [key for what, key in self.events if what == "ask"]

    def generate(self, prompts: Iterable[Prompt]) -> Iterator[Completion]:
        self.rounds += 1
        held: deque[Prompt] = deque()
        for prompt in prompts:
            self.events.append(("ask", (prompt.sample_id, prompt.attempt, prompt.step)))
            held.append(prompt)
            if len(held) == self._window:
                yield self._complete(held.popleft())
        while held:
            yield self._complete(held.popleft())

    def _complete(self, prompt: Prompt) -> Completion:
        key = (prompt.sample_id, prompt.attempt, prompt.step)
        self.events.append(("answer", key))
        common: dict[str, Any] = {"sample_id": key[0], "attempt": key[1], "step": key[2]}
        if key in self._failing:
            return Completion(**common, error="broken: asked to fail")
        answer = self.answer(prompt) if callable(self.answer) else self.answer
        fields = {"text": answer} if isinstance(answer, str) else dict(answer)
        usual = {"finish_reason": "stop", "usage": self._usage, "requests": self._requests}
        return Completion(**common, **(usual | fields))
