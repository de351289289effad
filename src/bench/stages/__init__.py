"""The stages of a run, each a function of the run folder that the stage before has written."""

from __future__ import annotations

from dataclasses import dataclass

from bench.completion_log import CompletionLog
from bench.protocols import Benchmark, Progress
from bench.runs import RunFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """What every stage works on: one benchmark in one locked folder."""

    benchmark: Benchmark
    folder: RunFolder
    log: CompletionLog
    progress: Progress

    def say(self, line: str) -> None:
        """Tell the user, and keep it in the run's log."""
        self.progress.say(line)
        self.folder.log(line)
