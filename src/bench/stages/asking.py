"""How prompts are asked: what determines completions (`Asking`), and what does not (`Conduct`)."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bench.errors import UserError
from bench.protocols import Entry
from bench.records import Prompt, Sampling
from bench.spending import Budget, Prices
from bench.stopping import Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How often each sample is asked, how warm, and for how many new tokens.

    Attributes:
        attempts: completions of each sample; each is drawn with a seed of its own.
        temperature: in place of the benchmark's own; None for that.
        top_p: likewise.
        max_new_tokens: of each prompt, in place of the benchmark's own; None for that.
        thinking_tokens: added to each prompt's new tokens; None for none.
    """

    attempts: int = 1
    temperature: float | None = None
    top_p: float | None = None
    max_new_tokens: int | None = None
    thinking_tokens: int | None = None

    def check(self, own_temperature: float = 0.0) -> None:
        """Refuse what cannot be meant.

        Args:
            own_temperature: the benchmark's.

        Raises:
            UserError: several attempts at temperature 0, or a number out of range.
        """
        warm = own_temperature if self.temperature is None else self.temperature
        if self.attempts > 1 and not warm:
            raise UserError(
                f"--attempts {self.attempts}: at temperature 0 all are the same; add --temperature, 0.8 for example"
            )
        if self.top_p is not None and not 0 < self.top_p <= 1:
            raise UserError(f"--top-p must be above 0 and at most 1, not {self.top_p}")
        for option, value in (
            ("--max-new-tokens", self.max_new_tokens),
            ("--thinking-tokens", self.thinking_tokens),
        ):
            if value is not None and value < 1:
                raise UserError(f"{option} must be at least 1, not {value}")

    def of(self, prompt: Prompt, attempt: int) -> Prompt:
        """A prompt of the benchmark as it is asked for one attempt."""
        own = prompt.sampling
        drawn = dataclasses.replace(
            own,
            temperature=own.temperature if self.temperature is None else self.temperature,
            top_p=own.top_p if self.top_p is None else self.top_p,
            seed=own.seed + attempt,
        )
        return dataclasses.replace(
            prompt, attempt=attempt, sampling=drawn, max_tokens=self._new_tokens(prompt.max_tokens, 1)
        )

    def most(self, entry: Entry) -> int:
        """New tokens that one attempt at a sample may take."""
        return self._new_tokens(entry.max_tokens, entry.steps)

    def _new_tokens(self, own: int, steps: int) -> int:
        answer = own if self.max_new_tokens is None else self.max_new_tokens * steps
        return answer + (self.thinking_tokens or 0) * steps

    def generation(self, own_temperature: float) -> dict[str, Any]:
        """What of this determines completions; an option that is not given leaves no key.

        Args:
            own_temperature: the benchmark's.
        """
        sampling = dataclasses.asdict(Sampling(temperature=float(own_temperature)))
        del sampling["min_tokens"]  # a task's own rule, part of the benchmark
        given = {"temperature": self.temperature, "top_p": self.top_p}
        sampling |= {name: float(value) for name, value in given.items() if value is not None}
        more = {"max_new_tokens": self.max_new_tokens, "thinking_tokens": self.thinking_tokens}
        more = {name: value for name, value in more.items() if value is not None}
        return {"attempts": self.attempts, "sampling": sampling, **more}

    def departures(self, prompt: Prompt) -> Iterator[str]:
        """How prompts are asked otherwise than the benchmark asks them, told by its first one."""
        own = prompt.sampling
        if self.temperature not in {None, own.temperature}:
            yield f"temperature {self.temperature:g} in place of the benchmark's own {own.temperature:g}"
        if self.top_p not in {None, own.top_p}:
            yield f"top_p {self.top_p:g} in place of the benchmark's own {own.top_p:g}"
        if self.max_new_tokens is not None:
            yield f"at most {self.max_new_tokens:,} new tokens for every prompt, in place of the benchmark's own limits"
        if self.thinking_tokens is not None:
            yield f"{self.thinking_tokens:,} tokens for thinking were added to every prompt's new tokens"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """How far a run goes, what it costs and what it is called: none of it changes what a model is asked.

    Attributes:
        budget: tokens or money at which it stops; None for no end.
        prices: of tokens; None where they are not known.
        tags: kept with the run and its result.
        cache: the folder of the response cache; None for none.
        allow_cut_thoughts: go on where thinking uses up the new tokens of many answers.
        stop: who may end it between two prompts.
    """

    budget: Budget | None = None
    prices: Prices | None = None
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    cache: Path | None = None
    allow_cut_thoughts: bool = False
    stop: Stop = field(default_factory=Stop)
