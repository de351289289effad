"""Prompts in, completions out: every sample that has no completion yet is asked, and each answer is on disk at once."""

from __future__ import annotations

import dataclasses
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.protocols import Benchmark, Entry, Model, SampleSet
from bench.record_log import CompletionLog
from bench.records import Completion, Prompt, Sample
from bench.stages import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How often each sample is asked, and how warm.

    Attributes:
        attempts: completions of each sample; each is drawn with a seed of its own.
        temperature: in place of the benchmark's own; None for that.
    """

    attempts: int = 1
    temperature: float | None = None

    def of(self, prompt: Prompt, attempt: int) -> Prompt:
        """A prompt of the benchmark as it is asked for one attempt."""
        sampling = prompt.sampling
        warm = sampling.temperature if self.temperature is None else self.temperature
        drawn = dataclasses.replace(sampling, temperature=warm, seed=sampling.seed + attempt)
        return dataclasses.replace(prompt, attempt=attempt, sampling=drawn)


def generate(work: Workspace, model: Model, samples: SampleSet, asking: Asking) -> None:
    """Ask for every completion that is not there, failed ones included."""
    again = work.log.mend()
    if again:
        work.say(f"{again} failed completions are asked again")
    left = _left(samples, work.log, asking)
    if not left:
        return
    work.folder.drop_result()
    work.say(forecast([entry for entry, _ in left]))
    total = len(samples.entries) * asking.attempts
    work.progress.start("generate", total=total, done=total - len(left))
    began = time.monotonic()
    try:
        for _ in range(work.benchmark.steps):
            _one_step(work, model, samples, asking)
    finally:
        work.progress.end()
        work.folder.add_seconds(time.monotonic() - began)


def _left(samples: SampleSet, log: CompletionLog, asking: Asking) -> list[tuple[Entry, int]]:
    """What is not answered: entries, each with the attempt that is missing."""
    return [
        (entry, attempt)
        for entry in samples.entries
        for attempt in range(asking.attempts)
        if (entry.id, attempt, entry.steps - 1) not in log
    ]


def forecast(left: Sequence[Entry]) -> str:
    """What is left to do, in one line."""
    text, tokens = sum(entry.size for entry in left), sum(entry.max_tokens for entry in left)
    return f"{len(left):,} prompts to answer: {text / 1e6:,.1f} MB of text in, at most {tokens:,} new tokens out"


def _one_step(work: Workspace, model: Model, samples: SampleSet, asking: Asking) -> None:
    under_way: dict[str, Sample] = {}
    with work.log.appending() as appender:
        for completion in model.generate(_prompts(samples, work.log, under_way, asking)):
            appender.add(completion)
            if completion.error is not None:
                work.folder.log(f"{completion.sample_id}: {completion.error}")
            sample = (
                under_way.get(completion.sample_id)
                if asking.attempts > 1
                else under_way.pop(completion.sample_id, None)
            )
            value = _running_value(work.benchmark, sample, completion)
            work.progress.advance(score=value, failed=completion.error is not None)


def _prompts(samples: SampleSet, log: CompletionLog, under_way: dict[str, Sample], asking: Asking) -> Iterator[Prompt]:
    """Every prompt that has no completion yet; only the one that is handed out is in memory."""
    left: dict[Entry, list[int]] = {}
    for entry, attempt in _left(samples, log, asking):
        left.setdefault(entry, []).append(attempt)
    for entry in in_order(list(left)):
        sample = samples.read(entry)
        under_way[sample.id] = dataclasses.replace(sample, input={})
        yield from _of_one(samples, sample, log, left[entry], asking)


def _of_one(
    samples: SampleSet, sample: Sample, log: CompletionLog, attempts: Sequence[int], asking: Asking
) -> Iterator[Prompt]:
    so_far = log.of(sample.id)
    for attempt in attempts:
        earlier = [completion for completion in so_far if completion.attempt == attempt]
        for prompt in samples.prompts(sample, earlier):
            if (prompt.sample_id, attempt, prompt.step) not in log:
                yield asking.of(prompt, attempt)


def in_order(entries: Sequence[Entry]) -> list[Entry]:
    """Tasks in their order; in a task the samples of one document side by side, the longest documents first."""
    tasks = {task: number for number, task in enumerate(dict.fromkeys(entry.task for entry in entries))}
    longest: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        key = (entry.task, entry.document)
        longest[key] = max(longest[key], entry.size)
    return sorted(entries, key=lambda e: (tasks[e.task], -longest[e.task, e.document], e.document, e.offset))


def _running_value(benchmark: Benchmark, sample: Sample | None, completion: Completion) -> float | None:
    if sample is None or benchmark.executes or completion.step != benchmark.steps - 1:
        return None
    return benchmark.score(sample, [completion], {})[0].value
