"""Asking a model: every answer is on disk before the next, and no prompt is asked twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from bench.benchmarks.ncb.construction.logs import Answer, AnswerLog, answer_of, prompt_sha256
from bench.progress import Progress
from bench.protocols import Model
from bench.records import Kind, Parts, Prompt, Sampling

MAX_NEW_TOKENS = 4096
LATER_TEMPERATURE = 0.8
"""Of every attempt after the first, which is asked at temperature 0."""

Answers = Mapping[tuple[str, int], Answer]
"""By the prompt's sample id and attempt."""


@dataclass(slots=True)
class Asked:
    """A model that is loaded when the first prompt goes out, and not where every answer is known.

    Attributes:
        name: as the user wrote it.
        identity: all that tells it from another model; by it answers are found again.
        make: loads it.
    """

    name: str
    identity: Mapping[str, Any]
    make: Callable[[], Model]
    _loaded: Model | None = None

    def model(self) -> Model:
        """The model, found out to be usable.

        Raises:
            UserError: it cannot be loaded.
        """
        if self._loaded is None:
            made = self.make()
            made.check(None)
            self._loaded = made
        return self._loaded

    def close(self) -> None:
        """Let go of it."""
        if self._loaded is not None:
            self._loaded.close()
            self._loaded = None


def prompt(sample_id: str, text: str, language: str, attempt: int = 0) -> Prompt:
    """A prompt; the first attempt is greedy, later ones are drawn with their number as the seed."""
    sampling = Sampling() if attempt == 0 else Sampling(temperature=LATER_TEMPERATURE, seed=attempt)
    return Prompt(
        sample_id=sample_id,
        attempt=attempt,
        text=text,
        parts=Parts(question=text),
        kind=Kind.CODE,
        language=language,
        max_tokens=MAX_NEW_TOKENS,
        sampling=sampling,
    )


def interview(asked: Asked, prompts: Sequence[Prompt], log: AnswerLog, progress: Progress, stage: str) -> Answers:
    """An answer to every prompt, from the log where it is known; one with `error` where the model failed.

    Raises:
        UserError: the model cannot be used at all.
    """
    keys = {(one.sample_id, one.attempt): _key(one, asked) for one in prompts}
    left = [one for one in prompts if keys[one.sample_id, one.attempt] not in log]
    if left:
        _ask(asked, left, log, _Watched(progress, stage, len(prompts), len(prompts) - len(left)))
    return {which: log[key] for which, key in keys.items()}


def _key(one: Prompt, asked: Asked) -> tuple[str, int, str]:
    return (one.sample_id, one.attempt, prompt_sha256(one, asked.identity))


@dataclass(frozen=True, slots=True)
class _Watched:
    progress: Progress
    stage: str
    total: int
    done: int

    def each(self, answers: Iterator[Any]) -> Iterator[Any]:
        self.progress.start(self.stage, total=self.total, done=self.done)
        try:
            for answer in answers:
                yield answer
                self.progress.advance(failed=answer.error is not None)
        finally:
            self.progress.end()


def _ask(asked: Asked, left: Sequence[Prompt], log: AnswerLog, watched: _Watched) -> None:
    hashes = {(one.sample_id, one.attempt): _key(one, asked)[2] for one in left}
    model = asked.model()
    with log.appending() as appender, closing(_generator(model, left)) as answers:
        for completion in watched.each(answers):
            sha256 = hashes.pop((completion.sample_id, completion.attempt))
            appender.add(answer_of(completion, sha256, asked.name))


def _generator(model: Model, left: Sequence[Prompt]) -> Any:
    yield from model.generate(iter(left))
