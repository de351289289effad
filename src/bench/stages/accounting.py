"""What is counted while answers are scored: tokens, requests, cost, and answers that something happened to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from bench.records import Completion, Execution, Score
from bench.spending import Prices

TOKENS: tuple[str, ...] = ("input", "output", "cached", "thought")

HAPPENED: Mapping[str, Callable[[Completion], bool]] = MappingProxyType(
    {
        "cut_in_thought": lambda done: done.cut_in_thought,
        "cut_by_length": lambda done: done.finish_reason == "length",
        "truncated": lambda done: bool(done.truncated_tokens),
    }
)
"""What `tasks.<task>` counts: answers, an answer in several steps once."""


@dataclass(slots=True)
class Tally:
    """What is counted while rows pass by.

    Attributes:
        failures: samples that were not judged, by reason.
        tokens: sums of what was reported; None where nothing was.
        counts: of completions: `requests` and `retries` where there are any, `answers` with a request of their own,
            those `uncounted` among them, and those `from_cache`.
        cacheable: input tokens of the completions that say how many of them were cached.
        happened: by task, see HAPPENED.
    """

    failures: Counter[str] = field(default_factory=Counter)
    tokens: dict[str, int | None] = field(default_factory=lambda: dict.fromkeys(TOKENS))
    counts: Counter[str] = field(default_factory=Counter)
    cacheable: int = 0
    happened: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, task: str, completions: Sequence[Completion], scores: Sequence[Score]) -> None:
        """Count one sample."""
        for found in scores:
            if found.value is None:
                self.failures[(found.reason or "unknown").split(":")[0]] += 1
        for completion in completions:
            self._add_requests(completion)
            self._add_tokens(completion)
        counts = self.happened.setdefault(task, Counter())
        for name, holds in HAPPENED.items():
            counts[name] += len({completion.attempt for completion in completions if holds(completion)})

    def merge(self, other: Tally) -> None:
        """Count what another process counted."""
        self.failures.update(other.failures)
        self.counts.update(other.counts)
        self.cacheable += other.cacheable
        for name, count in other.tokens.items():
            self._count(name, count)
        for task, counts in other.happened.items():
            self.happened.setdefault(task, Counter()).update(counts)

    def _add_requests(self, completion: Completion) -> None:
        self.counts["from_cache"] += completion.from_cache
        if completion.requests is None or completion.from_cache:
            return
        self.counts["sent"] += 1
        self.counts["requests"] += completion.requests
        self.counts["retries"] += completion.retries or 0
        if completion.requests and completion.error is None:
            self.counts["answers"] += 1
            self.counts["uncounted"] += completion.usage.output_tokens is None

    def _add_tokens(self, completion: Completion) -> None:
        for name in TOKENS:
            self._count(name, getattr(completion.usage, f"{name}_tokens"))
        if completion.usage.cached_tokens is not None:
            self.cacheable += completion.usage.input_tokens or 0

    def _count(self, name: str, count: int | None) -> None:
        if count is not None:
            self.tokens[name] = (self.tokens[name] or 0) + count


def accounting(tally: Tally, *, seconds: float | None, prices: Prices | None, share: float | None) -> dict[str, Any]:
    """`accounting` of result.json.

    Args:
        seconds: wall time of generation.
        share: of cached input tokens as the model itself saw it, where replies do not say.
    """
    sent, output = tally.counts["sent"], tally.tokens["output"]
    own_share = (tally.tokens["cached"] or 0) / tally.cacheable if tally.cacheable else None
    return {
        "requests": tally.counts["requests"] if sent else None,
        "retries": tally.counts["retries"] if sent else None,
        "tokens_per_second": output / seconds if output and seconds else None,
        "cached_share": share if own_share is None else own_share,
        "from_cache": tally.counts["from_cache"],
        "prices": None if prices is None else {"input": prices.input, "output": prices.output},
        "cost": _cost(tally, prices),
    }


def _cost(tally: Tally, prices: Prices | None) -> dict[str, float] | None:
    counted = [tally.tokens[name] for name in ("input", "output")]
    if prices is None or not any(count is not None for count in counted):
        return None
    return prices.cost(counted[0] or 0, counted[1] or 0)


def remarks(tally: Tally) -> Iterator[str]:
    """What a reader must know of these counts."""
    answers, uncounted = tally.counts["answers"], tally.counts["uncounted"]
    if uncounted:
        of = "no answer" if uncounted == answers else f"{answers - uncounted:,} of {answers:,} answers only"
        yield f"the server reported token counts for {of}: tokens, speed and cost are of these"
    if tally.counts["from_cache"]:
        yield f"{tally.counts['from_cache']:,} answers came from the response cache: they took no tokens in this run"


def reasons(completions: Iterable[Completion], executions: Iterable[Execution]) -> dict[str, int]:
    """Of answers and executions that failed, by reason how many."""
    found = Counter((done.error or "").split(":")[0] for done in completions)
    found.update(done.verdict for done in executions)
    return dict(sorted(found.items()))
