"""The stages of a run, each a function of the run folder that the stage before has written."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Self

from bench.progress import Progress
from bench.protocols import Benchmark
from bench.record_log import CompletionLog, ExecutionLog
from bench.runs import RunFolder
from bench.workers import MapChunks, cores, map_chunks


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """What every stage works on: one benchmark in one locked folder. Leaving it closes the folder and its logs.

    Attributes:
        map_chunks: where scores are computed.
    """

    benchmark: Benchmark
    folder: RunFolder
    log: CompletionLog
    executions: ExecutionLog
    progress: Progress
    stack: ExitStack
    map_chunks: MapChunks = map_chunks

    @classmethod
    def open(
        cls, benchmark: Benchmark, folder: RunFolder, progress: Progress, map_chunks: MapChunks = map_chunks
    ) -> Self:
        """The workspace of a folder that this process has locked."""
        with ExitStack() as stack:
            stack.callback(folder.close)
            log, executions = folder.completions(), folder.executions()
            stack.callback(log.close)
            stack.callback(executions.close)
            return cls(
                benchmark=benchmark,
                folder=folder,
                log=log,
                executions=executions,
                progress=progress,
                stack=stack.pop_all(),
                map_chunks=map_chunks,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()

    def took(self, stage: str, pieces: int, read: Mapping[str, float | None]) -> None:
        """Add to what a stage took over all starts: a sweep is planned by it.

        Args:
            pieces: that this start did.
            read: of a `Stopwatch`.
        """
        told = dict(self.folder.stages.get(stage, {}))
        summed = {name: _sum(told.get(name, 0.0), value) for name, value in (("pieces", pieces), *read.items())}
        self.folder.keep(stages={**self.folder.stages, stage: {**summed, "cores": cores()}})

    def say(self, line: str) -> None:
        """Tell the user, and keep it in the run's log."""
        self.progress.say(line)
        self.folder.log(line)


def _sum(before: float | None, more: float | None) -> float | None:
    return None if before is None or more is None else before + more
