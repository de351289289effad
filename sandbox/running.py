"""Jobs in, executions out: runners are started ahead while others work, and what the sandbox breaks is done again."""

from __future__ import annotations

import random
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
    """One execution for each job, in any order, as they land; jobs are pulled through a bounded window."""
    started = in_threads(partial(_prepared, place), jobs, STARTERS)
    return in_threads(partial(_executed, place), started, workers)


def _prepared(place: Place, job: Job) -> _Started:
    """Never raises: one job that cannot be prepared must not take the others with it."""
    try:
        sha256 = job_sha256(job, place.identity)
    except OSError as error:
        reason = f"its input files cannot be read: {error}"
        return _Started(job, "", done=without_container(job, Verdict.SANDBOX_ERROR, reason, ""))
    try:
        return _start(place, job, sha256)
    except Broken as broken:
        return _Started(job, sha256, broken=str(broken))
    except Exception as error:  # noqa: BLE001 - whatever a stranger's source makes of our own rewriting
        reason = f"its paper cannot be made: {type(error).__name__}: {error}"
        return _Started(job, sha256, done=without_container(job, Verdict.SANDBOX_ERROR, reason, sha256))


def _start(place: Place, job: Job, sha256: str) -> _Started:
    if not job.files:
        return _Started(job, sha256, done=without_container(job, Verdict.NO_CODE, "no code in the answer", sha256))
    paper = place.languages[job.language].paper(job, random.SystemRandom(), place.compiler)
    if isinstance(paper, Refused):
        return _Started(job, sha256, done=refused(job, paper, sha256))
    return _Started(job, sha256, paper=paper, channel=place.start(job))


def _executed(place: Place, started: _Started) -> Execution:
    broken = ""
    for _ in range(TRIES):
        if started.done is not None:
            return started.done
        try:
            return _session(place, started)
        except Broken as error:
            broken = str(error)
        if not place.recovers():
            break
        started = _prepared(place, started.job)
    return without_container(started.job, Verdict.SANDBOX_ERROR, broken, started.sha256)


def _session(place: Place, started: _Started) -> Execution:
    if started.channel is None or started.paper is None:
        raise Broken(started.broken or "no container")
    channel = started.channel
    if place.is_stale(channel):
        channel.destroy()
        channel = place.start(started.job)
    return run_session(channel, started.job, started.paper, started.sha256)
