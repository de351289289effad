"""The stages of a run, each a function of the run folder that the stage before has written."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Self

from bench.protocols import Benchmark, Progress
from bench.record_log import CompletionLog, ExecutionLog
from bench.records import Completion
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


UNFINISHED = "unfinished"


def final(completions: Sequence[Completion], steps: int = 1) -> list[Completion]:
    """What is scored of each attempt: its last step, or else why that could not be asked."""
    attempts: dict[int, list[Completion]] = {}
    for completion in completions:
        attempts.setdefault(completion.attempt, []).append(completion)
    return [_final(done, steps) for done in attempts.values()]


def _final(done: Sequence[Completion], steps: int) -> Completion:
    last = max(done, key=lambda completion: completion.step)
    failed = next((completion for completion in done if completion.error is not None), None)
    if failed is not None or last.step == steps - 1:
        return failed or last
    return dataclasses.replace(last, text="", error=f"{UNFINISHED}: {len(done)} of {steps} steps are there")
