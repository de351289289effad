"""The lines of the shards' files as those of one run, streamed: a run may hold gigabytes of answers."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import closing
from operator import itemgetter
from pathlib import Path
from typing import Any

from bench.errors import DataError, RunFolderError
from bench.jsonl import replace_file, to_line, to_record, writing
from bench.merging.shards import ShardRun
from bench.progress import Progress
from bench.record_log import RecordLog
from bench.records import PlacedSample
from bench.runs import COMPLETIONS, EXECUTIONS, SAMPLES, RunFolder

LOGS: tuple[tuple[str, Callable[[RunFolder], RecordLog[Any]]], ...] = (
    (COMPLETIONS, RunFolder.completions),
    (EXECUTIONS, RunFolder.executions),
)


def write_samples(shards: Sequence[ShardRun], to: Path) -> None:
    """samples.jsonl in the order of the data, each line as a run that was never cut has it.

    Raises:
        DataError: a line is damaged.
        RunFolderError: the shards do not make up a whole.
    """
    replace_file(to / SAMPLES, _in_order(shards))


def _in_order(shards: Sequence[ShardRun]) -> Iterator[str]:
    every = heapq.merge(*map(_placed, shards), key=itemgetter(0))
    for wanted, (position, data, shard) in enumerate(every):
        if position != wanted:
            problem = f"its sample {data['id']} has position {position}, where {wanted} comes next"
            remedy = "these shards were not cut alike: run them again with one version over the same data"
            raise RunFolderError(f"{shard.path / SAMPLES}: {problem}; {remedy}")
        del data["position"]
        yield to_line(data)


def _placed(shard: ShardRun) -> Iterator[tuple[int, dict[str, Any], ShardRun]]:
    """Position and content of each line, as plain data: what a later version may have added stays."""
    path = shard.path / SAMPLES
    for line in shard.folder.sample_lines():
        position = to_record(PlacedSample, line, path).position
        if type(position) is not int:
            raise DataError("its position is no number", path=path, line=line.number, remedy="restore it from a copy")
        yield position, line.data, shard


def copy_logs(shards: Sequence[ShardRun], to: Path, progress: Progress) -> None:
    """completions.jsonl and executions.jsonl: those of one shard after the other, as they landed there.

    Raises:
        DataError: a line is damaged, a key stands in a shard twice, or is of no sample of it.
    """
    progress.start("merge", total=len(shards), done=0)
    try:
        for shard in shards:
            ids = {line.data["id"] for line in shard.folder.sample_lines()}
            for name, open_log in LOGS:
                if (shard.path / name).is_file():
                    _append(open_log(shard.folder), ids, to / name)
            progress.advance()
    finally:
        progress.end()


def _append(log: RecordLog[Any], ids: Container[str], path: Path) -> None:
    """The whole lines of a log; what a kill left of its last one is left out."""
    with closing(log), writing(path), path.open("ab") as stream:
        stranger = next((sample_id for sample_id in log.sample_ids() if sample_id not in ids), None)
        if stranger is not None:
            problem = f"holds a record of {stranger}, which is not in {SAMPLES} beside it"
            raise DataError(problem, path=log.path, remedy="restore the folder from a copy")
        stream.writelines(raw if raw.endswith(b"\n") else raw + b"\n" for raw in log.lines())
