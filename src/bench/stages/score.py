"""Completions in, scores and the result out; done again at will, with other options, without asking a model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby, islice
from typing import Any, NamedTuple

from bench.jsonl import Line, parse_line, to_line
from bench.protocols import Benchmark, Outcome, Row
from bench.reading import final
from bench.records import Completion, Execution, RunResult, Score, StoredSample, from_json
from bench.runs import RunFolder
from bench.spending import Prices
from bench.stages import Workspace
from bench.stages.accounting import Tally, accounting, remarks
from bench.stages.against import against_full, remarks_on_full
from bench.stopwatch import Stopwatch

CHUNK = 64  # rows that a scoring process takes at a time

Chunk = list[tuple[bytes, list[bytes], list[bytes]]]
"""Lines of samples.jsonl, each with the lines of its completions and executions: cheaper to hand to a process than what
they say."""


class Scored(NamedTuple):
    """What a scoring process gives back for a chunk: the lines of scores.jsonl, the numbers, and the counts."""

    lines: str
    rows: list[Row]
    tally: Tally


def score(work: Workspace) -> RunResult:
    """Write scores.jsonl and result.json from samples.jsonl and completions.jsonl."""
    folder, tally, watch = work.folder, Tally(), Stopwatch()
    work.progress.start("score", total=folder.count_samples(), done=0)
    try:
        with folder.writing_scores() as write:
            rows = _rows(work, write, tally)
            tables = work.benchmark.aggregate(rows, partial=folder.partial, expected=folder.expected)
    finally:
        work.progress.end()
    work.took("score", folder.count_samples(), watch.read())
    against = against_full(folder, tables)
    result = RunResult(
        benchmark=work.benchmark.name,
        setting=folder.setting,
        model=folder.name,
        tasks={name: task | tally.happened.get(name, {}) for name, task in tables["tasks"].items()},
        categories=tables["categories"],
        overall=tables["overall"],
        failures=dict(sorted(tally.failures.items())),
        tokens=tally.tokens,
        seconds=folder.seconds,
        partial=folder.partial,
        notes=(
            *tables.get("remarks", ()),
            *remarks(tally),
            *folder.notes,
            *remarks_on_full(folder, against),
            *filter(None, [folder.stopped]),
        ),
        spec=folder.spec,
        accounting=_accounting(folder, tally),
        tags=folder.tags,
        against=against,
    )
    folder.write_result(result)
    return result


def _accounting(folder: RunFolder, tally: Tally) -> Mapping[str, Any]:
    prices = Prices(**folder.prices) if folder.prices else None
    share = folder.spec.observed.get("cached_share")
    return accounting(tally, seconds=folder.seconds, prices=prices, share=share)


def _rows(work: Workspace, write: Callable[[str], object], tally: Tally) -> Iterator[Row]:
    """Every sample with its scores, in the order of the samples; each score is written as it passes."""
    judge = partial(_score_chunk, work.benchmark, work.folder.spec.scoring)
    for scored in work.map_chunks(judge, _chunks(work)):
        write(scored.lines)
        tally.merge(scored.tally)
        for row in scored.rows:
            work.progress.advance()
            yield row


def _chunks(work: Workspace) -> Iterator[tuple[bool, Chunk]]:
    """Rows of one task, at most CHUNK of them, with whether scoring them is heavy."""
    for task, group in groupby(work.folder.sample_lines(), key=lambda line: line.data["task"]):
        while chunk := [_lines(work, line) for line in islice(group, CHUNK)]:
            yield work.benchmark.heavy(task), chunk


def _lines(work: Workspace, line: Line) -> tuple[bytes, list[bytes], list[bytes]]:
    sample_id = line.data["id"]
    return line.raw, work.log.lines_of(sample_id), work.executions.lines_of(sample_id)


def _score_chunk(benchmark: Benchmark, scoring: Mapping[str, Any], chunk: Chunk) -> Scored:
    lines, rows, tally = [], [], Tally()
    for raw, answers, runs in chunk:
        stored = from_json(StoredSample, parse_line(raw))
        completions = [from_json(Completion, parse_line(answer)) for answer in answers]
        executions = [from_json(Execution, parse_line(run)) for run in runs]
        scores = benchmark.score(stored.sample(benchmark.name), final(completions, stored.steps), scoring, executions)
        lines += [to_line(found) for found in scores]
        rows.append(_row(stored, completions, scores))
        tally.add(stored.task, completions, scores)
    return Scored("".join(lines), rows, tally)


def _row(stored: StoredSample, completions: Sequence[Completion], scores: Sequence[Score]) -> Row:
    return Row(
        sample_id=stored.id,
        task=stored.task,
        metadata=stored.metadata,
        cluster=stored.cluster,
        outcomes=tuple(Outcome(s.value, s.also, s.raised, s.verdict, s.detail) for s in scores),
        answered=any(completion.error is None for completion in completions),
    )
