"""Attempts at one prompt side by side, so that one request can ask for all of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bench.models.rendering import Prepared
from bench.records import Parts, Prompt

MOST_CHOICES = 128
"""Answers that OpenAI's protocol lets one request ask for."""


@dataclass(frozen=True, slots=True)
class Group:
    """Attempts at one prompt.

    Attributes:
        prepared: the first of them, without the parts of its prompt, which a server has no use for.
        prompts: of all, in their order; their texts are one object.
    """

    prepared: Prepared
    prompts: tuple[Prompt, ...]

    def alone(self, place: int) -> Group:
        """One of the attempts as a group of its own."""
        prompt = self.prompts[place]
        return Group(dataclasses.replace(self.prepared, prompt=prompt), (prompt,))


def grouped(prepared: Iterable[Prepared]) -> Iterator[Group]:
    """Neighbours that differ in their attempt alone, together; only the last prompt pulled is held back."""
    waiting: list[Prepared] = []
    for one in prepared:
        if waiting and not (len(waiting) < MOST_CHOICES and _alike(waiting[0], one)):
            yield _group(waiting)
            waiting = []
        waiting.append(_lean(one, waiting))
        if not _may_wait(one):
            yield _group(waiting)
            waiting = []
    if waiting:
        yield _group(waiting)


def _group(waiting: list[Prepared]) -> Group:
    return Group(waiting[0], tuple(one.prompt for one in waiting))


def _may_wait(one: Prepared) -> bool:
    """Whether others like it may follow: an answer at temperature 0 is asked for once."""
    return one.error is None and one.prompt.sampling.temperature > 0


def _alike(first: Prepared, other: Prepared) -> bool:
    return _may_wait(other) and _as_attempt_of(first.prompt, other.prompt) == first.prompt and other.ids == first.ids


def _as_attempt_of(first: Prompt, other: Prompt) -> Prompt:
    """The other prompt with the attempt and the seed of the first, in which attempts may differ."""
    sampling = dataclasses.replace(other.sampling, seed=first.sampling.seed)
    return dataclasses.replace(other, attempt=first.attempt, sampling=sampling, parts=first.parts)


def _lean(one: Prepared, before: list[Prepared]) -> Prepared:
    text = before[0].prompt.text if before else one.prompt.text
    prompt = dataclasses.replace(one.prompt, text=text, parts=Parts())
    return dataclasses.replace(one, prompt=prompt)
