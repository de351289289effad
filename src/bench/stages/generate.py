"""Prompts in, completions out: every sample that has no completion yet is asked, and each answer is on disk at once."""

from __future__ import annotations

import dataclasses
import time
from collections import Counter
from collections.abc import Iterator, Sequence

from bench.completion_log import CompletionLog
from bench.protocols import Benchmark, Entry, Model, SampleSet
from bench.records import Completion, Prompt, Sample
from bench.stages import Workspace


def generate(work: Workspace, model: Model, samples: SampleSet) -> None:
    """Ask for every completion that is not there, failed ones included."""
    again = work.log.mend()
    if again:
        work.say(f"{again} failed completions are asked again")
    left = _left(samples, work.log)
    if not left:
        return
    work.folder.drop_result()
    work.say(forecast(left))
    work.progress.start("generate", total=len(samples.entries), done=len(samples.entries) - len(left))
    began = time.monotonic()
    try:
        for _ in range(work.benchmark.steps):
            _one_step(work, model, samples)
    finally:
        work.progress.end()
        work.folder.add_seconds(time.monotonic() - began)


def _left(samples: SampleSet, log: CompletionLog) -> list[Entry]:
    return [entry for entry in samples.entries if (entry.id, 0, entry.steps - 1) not in log]


def forecast(left: Sequence[Entry]) -> str:
    """What is left to do, in one line."""
    text, tokens = sum(entry.size for entry in left), sum(entry.max_tokens for entry in left)
    return f"{len(left):,} prompts to answer: {text / 1e6:,.1f} MB of text in, at most {tokens:,} new tokens out"


def _one_step(work: Workspace, model: Model, samples: SampleSet) -> None:
    under_way: dict[str, Sample] = {}
    with work.log.appending() as appender:
        for completion in model.generate(_prompts(samples, work.log, under_way)):
            appender.add(completion)
            if completion.error is not None:
                work.folder.log(f"{completion.sample_id}: {completion.error}")
            value = _running_value(work.benchmark, under_way.pop(completion.sample_id, None), completion)
            work.progress.advance(score=value, failed=completion.error is not None)


def _prompts(samples: SampleSet, log: CompletionLog, under_way: dict[str, Sample]) -> Iterator[Prompt]:
    """Every prompt that has no completion yet; only the one that is handed out is in memory."""
    for entry in in_order(_left(samples, log)):
        sample = samples.read(entry)
        for prompt in samples.prompts(sample, log.of(entry.id)):
            if (prompt.sample_id, prompt.attempt, prompt.step) not in log:
                under_way[sample.id] = dataclasses.replace(sample, input={})
                yield prompt


def in_order(entries: Sequence[Entry]) -> list[Entry]:
    """Tasks in their order; in a task the samples of one document side by side, the longest documents first."""
    tasks = {task: number for number, task in enumerate(dict.fromkeys(entry.task for entry in entries))}
    longest: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        key = (entry.task, entry.document)
        longest[key] = max(longest[key], entry.size)
    return sorted(entries, key=lambda e: (tasks[e.task], -longest[e.task, e.document], e.document, e.offset))


def _running_value(benchmark: Benchmark, sample: Sample | None, completion: Completion) -> float | None:
    if sample is None or completion.step != benchmark.steps - 1:
        return None
    return benchmark.score(sample, [completion], {})[0].value
