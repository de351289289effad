"""The seams: what a model, a sandbox, a metric and a benchmark must do. Iterators in, iterators out; nothing async."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from bench.records import Completion, Prompt

Metric = Callable[[str, str, Sequence[str]], float]
"""A metric takes the prediction, one reference and the task's class names, and gives a value in [0, 1]."""


class Model(Protocol):
    """Anything that answers prompts."""

    @property
    def name(self) -> str:
        """What tables call it."""

    @property
    def spec(self) -> Mapping[str, Any]:
        """All about the model that determines its completions: it is hashed into the run's `generation`."""

    def check(self) -> None:
        """Find out before the first prompt whether the model can be used at all.

        Raises:
            ModelError: it cannot; the text says what to do.
        """

    def generate(self, prompts: Iterable[Prompt]) -> Iterator[Completion]:
        """Answer every prompt, one completion each, in any order, as they land.

        Prompts are pulled lazily through a bounded window and never sorted or gathered: a prompt may be megabytes.
        A prompt that cannot be answered becomes a completion with `error` set; nothing is raised for it.
        """
