"""Jobs in, executions out: runners are started ahead while others work, and what the sandbox breaks is done again."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from bench.records import Execution, Job, Verdict
from bench.sandbox.exam import Paper
from bench.sandbox.jobs import job_sha256, refused, without_container
from bench.sandbox.languages import Compiler, Language, Refused
from bench.sandbox.session import Broken, Channel, run_session
from bench.threads import in_threads

TRIES = 3  # of a job whose container broke; each in a fresh one, with a fresh paper
STARTERS = 2  # threads that make papers and start runners ahead


class Place(Protocol):
    """Where runners are started."""

    @property
    def identity(self) -> str:
        """See `Sandbox.identity`."""

    @property
    def languages(self) -> Mapping[str, Language]:
        """The languages that can be run here."""

    @property
    def compiler(self) -> Compiler:
        """For the languages that need one."""

    def start(self, job: Job) -> Channel:
        """A runner for this job, which warms up while others work.

        Raises:
            Broken: it cannot be started.
        """

    def is_stale(self, channel: Channel) -> bool:
        """Whether a runner has waited too long to be used."""

    def recovers(self) -> bool:
        """After a failure: whether trying again makes sense. It may wait for that."""


@dataclass(frozen=True, slots=True)
class _Started:
    """A job with what became of its first preparations."""

    job: Job
    sha256: str
    paper: Paper | None = None
    channel: Channel | None = None
    done: Execution | None = None
    broken: str | None = None


def run_jobs(place: Place, jobs: Iterable[Job], workers: int) -> Iterator[Execution]:
    """One execution for each job, in any order, as they land; jobs are pulled through a bounded window.

    Closed before its end, it destroys what it started.
    """
    run = _Run(place)
    started = in_threads(partial(_prepared, run), jobs, STARTERS)
    try:
        yield from in_threads(partial(_executed, run), started, workers)
    finally:
        run.close()


class _Run:
    """A place, and the runners that were started in it and not yet used up."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._living: set[Channel] = set()
        self._lock, self._closed = threading.Lock(), False

    def start(self, job: Job) -> Channel:
        """A runner that `close` knows."""
        channel = self.place.start(job)
        with self._lock:
            self._living.add(channel)
            closed = self._closed
        if closed:
            channel.destroy()
            raise Broken("the run was stopped")
        return channel

    def used(self, channel: Channel) -> None:
        """Forget a runner that was destroyed."""
        with self._lock:
            self._living.discard(channel)

    def close(self) -> None:
        """Destroy the runners that nobody used."""
        with self._lock:
            self._closed, left = True, tuple(self._living)
        for channel in left:
            channel.destroy()


def _prepared(run: _Run, job: Job) -> _Started:
    """Never raises: one job that cannot be prepared must not take the others with it."""
    try:
        sha256 = job_sha256(job, run.place.identity)
    except OSError as error:
        reason = f"its input files cannot be read: {error}"
        return _Started(job, "", done=without_container(job, Verdict.SANDBOX_ERROR, reason, ""))
    try:
        return _start(run, job, sha256)
    except Broken as broken:
        return _Started(job, sha256, broken=str(broken))
    except Exception as error:  # noqa: BLE001 - whatever a stranger's source makes of our own rewriting
        reason = f"its paper cannot be made: {type(error).__name__}: {error}"
        return _Started(job, sha256, done=without_container(job, Verdict.SANDBOX_ERROR, reason, sha256))


def _start(run: _Run, job: Job, sha256: str) -> _Started:
    if not job.files:
        return _Started(job, sha256, done=without_container(job, Verdict.NO_CODE, "no code in the answer", sha256))
    paper = run.place.languages[job.language].paper(job, random.SystemRandom(), run.place.compiler)
    if isinstance(paper, Refused):
        return _Started(job, sha256, done=refused(job, paper, sha256))
    return _Started(job, sha256, paper=paper, channel=run.start(job))


def _executed(run: _Run, started: _Started) -> Execution:
    broken = ""
    for tried in range(1, TRIES + 1):
        if started.done is not None:
            return started.done
        try:
            return _session(run, started)
        except Broken as error:
            broken = str(error)
        if tried == TRIES or not run.place.recovers():
            break
        started = _prepared(run, started.job)
    return without_container(started.job, Verdict.SANDBOX_ERROR, broken, started.sha256)


def _session(run: _Run, started: _Started) -> Execution:
    if started.channel is None or started.paper is None:
        raise Broken(started.broken or "no container")
    channel = started.channel
    if run.place.is_stale(channel):
        channel.destroy()
        run.used(channel)
        channel = run.start(started.job)
    try:
        return run_session(channel, started.job, started.paper, started.sha256)
    finally:
        run.used(channel)
