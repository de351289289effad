"""The fakes behind the two seams: verdicts and observations made by a function, for the tests of whatever runs code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bench.errors import SandboxError
from bench.records import Ended, Execution, Job, Observation, Trial, Verdict
from bench.sandbox.jobs import job_sha256, trial_sha256


class FakeSandbox:
    """Judges at once, without running anything.

    Args:
        judge: the verdict of a job.
        usable: whether `check` finds it so.
        identity: stands for the image.
    """

    def __init__(
        self, judge: Callable[[Job], str] = lambda _: Verdict.PASSED, *, usable: bool = True, identity: str = "fake"
    ) -> None:
        self.spec: Mapping[str, Any] = {"backend": "fake"}
        self.notes: Sequence[str] = ()
        self.identity = identity
        self.ran: list[Job] = []
        self.closed = False
        self._judge, self._usable = judge, usable

    def check(self) -> None:
        """Usable or not, as asked for."""
        if not self._usable:
            raise SandboxError("fake: asked to be unusable; ask for another")

    def run(self, jobs: Iterable[Job]) -> Iterator[Execution]:
        """One after the other; `ran` lists them."""
        for job in jobs:
            self.ran.append(job)
            verdict = self._judge(job) if job.files else Verdict.NO_CODE
            key = {"sample_id": job.sample_id, "attempt": job.attempt, "extractor": job.extractor}
            yield Execution(**key, verdict=verdict, job_sha256=job_sha256(job, self.identity))  # type: ignore[arg-type]

    def close(self) -> None:
        """Remember that it was."""
        self.closed = True


def nothing_seen(trial: Trial) -> Observation:
    """An observation without a test in it."""
    return Observation(sample_id=trial.sample_id, variant=trial.variant, ended=Ended.WHOLE)


class FakeObserver:
    """Sees at once what it is told to see.

    Args:
        see: the observation of a trial; its hash is put in here.
        identity: stands for the image.
    """

    def __init__(self, see: Callable[[Trial], Observation] = nothing_seen, *, identity: str = "fake") -> None:
        self.spec: Mapping[str, Any] = {"backend": "fake"}
        self.identity = identity
        self.seen: list[Trial] = []
        self.closed = False
        self._see = see

    def check(self) -> None:
        """Always usable."""

    def observe(self, trials: Iterable[Trial]) -> Iterator[Observation]:
        """One after the other; `seen` lists them."""
        for trial in trials:
            self.seen.append(trial)
            yield replace(self._see(trial), trial_sha256=trial_sha256(trial, self.identity))

    def close(self) -> None:
        """Remember that it was."""
        self.closed = True
