"""Completions in, scores and the result out; done again at will, with other options, without asking a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby, islice, tee
from typing import Any

from bench.protocols import Benchmark, Row
from bench.records import Completion, RunResult, Score, StoredSample
from bench.stages import Session
from bench.workers import map_chunks

CHUNK = 64  # rows that a scoring process takes at a time

Chunk = list[tuple[StoredSample, list[Completion]]]


def score(session: Session) -> RunResult:
    """Write scores.jsonl and result.json from samples.jsonl and completions.jsonl."""
    folder, seen = session.folder, _Seen()
    session.progress.start("score", total=folder.count_samples(), done=0)
    try:
        with folder.writing_scores() as write:
            rows = _rows(session, write, seen)
            tables = session.benchmark.aggregate(rows, partial=folder.partial, expected=folder.expected)
    finally:
        session.progress.end()
    result = RunResult(
        benchmark=session.benchmark.name,
        setting=folder.setting,
        model=folder.name,
        tasks=tables["tasks"],
        categories=tables["categories"],
        overall=tables["overall"],
        failures=dict(sorted(seen.failures.items())),
        tokens=seen.tokens,
        seconds=folder.seconds,
        partial=folder.partial,
        notes=folder.notes,
        spec=folder.spec,
    )
    folder.write_result(result)
    return result


class _Seen:
    """What is counted while rows pass by."""

    def __init__(self) -> None:
        self.failures: Counter[str] = Counter()
        self.tokens: dict[str, int | None] = {"input": None, "output": None, "cached": None, "thought": None}

    def add(self, completions: Sequence[Completion], scores: Sequence[Score]) -> None:
        for found in scores:
            if found.value is None:
                self.failures[(found.reason or "unknown").split(":")[0]] += 1
        for completion in completions:
            for name in self.tokens:
                count = getattr(completion.usage, f"{name}_tokens")
                if count is not None:
                    self.tokens[name] = (self.tokens[name] or 0) + count


def _rows(session: Session, write: Callable[[Score], None], seen: _Seen) -> Iterator[Row]:
    """Every sample with its scores, in the order of the samples; each score is written as it passes."""
    chunks, later = tee(_chunks(session))
    work = partial(_score_chunk, session.benchmark, session.folder.spec.scoring)
    for (_, chunk), scored in zip(later, map_chunks(work, chunks), strict=False):
        for (stored, completions), scores in zip(chunk, scored, strict=True):
            seen.add(completions, scores)
            for found in scores:
                write(found)
            session.progress.advance()
            yield Row(
                sample=stored.sample(session.benchmark.name),
                cluster=stored.cluster,
                scores=tuple(scores),
                answered=any(completion.error is None for completion in completions),
            )


def _chunks(session: Session) -> Iterator[tuple[bool, Chunk]]:
    """Rows of one task, at most CHUNK of them, with whether scoring them is heavy."""
    for task, group in groupby(session.folder.samples(), key=lambda stored: stored.task):
        while chunk := [(stored, session.log.of(stored.id)) for stored in islice(group, CHUNK)]:
            yield session.benchmark.heavy(task), chunk


def _score_chunk(benchmark: Benchmark, scoring: Mapping[str, Any], chunk: Chunk) -> list[list[Score]]:
    return [benchmark.score(stored.sample(benchmark.name), final(done), scoring) for stored, done in chunk]


def final(completions: Sequence[Completion]) -> list[Completion]:
    """The last step of each attempt, which is what is scored."""
    last = {completion.attempt: completion for completion in completions}
    return list(last.values())
