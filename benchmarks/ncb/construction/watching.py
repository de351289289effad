"""Trials in, observations out: what the log holds is not run again, and what is run is on disk at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from bench.benchmarks.ncb.construction.logs import ObservationLog
from bench.progress import Progress
from bench.records import Ended, Observation, Trial
from bench.sandbox.jobs import trial_sha256
from bench.sandbox.observing import Observer

Seen = dict[str, list[Observation]]
"""Observations by problem."""


@dataclass(slots=True)
class Watch:
    """A sandbox that is started when the first trial has to be run.

    Attributes:
        failed: trials that the sandbox failed at, so far.
    """

    make: Callable[[], Observer]
    log: ObservationLog
    progress: Progress
    failed: int = 0
    _observer: Observer | None = None
    _spec: dict[str, Any] = field(default_factory=dict)

    def observer(self) -> Observer:
        """The sandbox, found out to be usable.

        Raises:
            SandboxError: code cannot be run here.
        """
        if self._observer is None:
            made = self.make()
            made.check()
            self._observer, self._spec = made, dict(made.spec)
            for note in getattr(made, "notes", ()):  # what was risked where nothing isolates
                self.progress.say(note)
        return self._observer

    @property
    def spec(self) -> dict[str, Any]:
        """Of the sandbox; empty where none was needed."""
        return self._spec

    def observe(self, trials: Iterable[Trial], stage: str) -> Seen:
        """What came of every trial, by problem, in the order of the trials."""
        trials = list(trials)
        if not trials:
            return {}
        identity = self.observer().identity
        keyed = {(one.sample_id, one.variant, trial_sha256(one, identity)): one for one in trials}
        left = [one for key, one in keyed.items() if key not in self.log]
        if left:
            self._run(left, stage, len(keyed))
        seen: Seen = {}
        for key in keyed:
            seen.setdefault(key[0], []).append(self.log[key])
        return seen

    def _run(self, left: Sequence[Trial], stage: str, total: int) -> None:
        self.progress.start(stage, total=total, done=total - len(left))
        try:
            with self.log.appending() as appender, closing(_observed(self.observer(), left)) as observations:
                for found in observations:
                    lost = found.ended == Ended.SANDBOX_ERROR
                    self.failed += lost
                    appender.add(found)
                    self.progress.advance(failed=lost, verdict=None if lost else found.ended)
        finally:
            self.progress.end()

    def close(self) -> None:
        """Let go of the sandbox."""
        if self._observer is not None:
            self._observer.close()
            self._observer = None


def _observed(observer: Observer, trials: Sequence[Trial]) -> Any:
    yield from observer.observe(trials)
