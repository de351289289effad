"""The stages of a run, each a function of the run folder that the stage before has written."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import Self

from bench.protocols import Benchmark, Progress
from bench.record_log import CompletionLog, ExecutionLog
from bench.runs import RunFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """What every stage works on: one benchmark in one locked folder. Leaving it closes the folder and its logs."""

    benchmark: Benchmark
    folder: RunFolder
    log: CompletionLog
    executions: ExecutionLog
    progress: Progress
    stack: ExitStack

    @classmethod
    def open(cls, benchmark: Benchmark, folder: RunFolder, progress: Progress) -> Self:
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
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()

    def say(self, line: str) -> None:
        """Tell the user, and keep it in the run's log."""
        self.progress.say(line)
        self.folder.log(line)
