"""Work in, records out: runners are started ahead while others work, and what the sandbox breaks is done again."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from bench.records import Execution, Job, Trial, Verdict
from bench.sandbox.exam import Paper
from bench.sandbox.jobs import job_sha256, refused, without_container
from bench.sandbox.languages import Compiler, Language, Refused
from bench.sandbox.session import Broken, Channel, run_session
from bench.threads import in_threads

TRIES = 3  # of work whose container broke; each in a fresh one, with a fresh paper
STARTERS = 2  # threads that make papers and start runners ahead

Work = TypeVar("Work", bound=Job | Trial)
Sheet = TypeVar("Sheet")
Record = TypeVar("Record")


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

    def start(self, work: Job | Trial) -> Channel:
        """A runner for this work, which warms up while others work.

        Raises:
            Broken: it cannot be started.
        """

    def is_stale(self, channel: Channel) -> bool:
        """Whether a runner has waited too long to be used."""

    def recovers(self) -> bool:
        """After a failure: whether trying again makes sense. It may wait for that."""


@dataclass(frozen=True, slots=True)
class Settled(Generic[Record]):
    """Work whose record is known before anything is run."""

    record: Record


@dataclass(frozen=True, slots=True)
class Kind(Generic[Work, Sheet, Record]):
    """What one kind of work is to the machinery that runs all of them.

    Attributes:
        sha256: of all that determines the record; takes the work and the place's identity. May raise OSError.
        sheet: what is handed to the runner and what it takes to understand its answer; takes the place, the work and
            its hash. May raise Broken.
        hold: hold the conversation with a fresh runner and destroy it; takes the channel, the work, the sheet and the
            hash. May raise Broken.
        failed: the record of work that the sandbox could not do; takes the work, the reason and the hash.
    """

    sha256: Callable[[Work, str], str]
    sheet: Callable[[Place, Work, str], Sheet | Settled[Record]]
    hold: Callable[[Channel, Work, Sheet, str], Record]
    failed: Callable[[Work, str, str], Record]


@dataclass(frozen=True, slots=True)
class _Started(Generic[Work, Sheet, Record]):
    """Work with what became of its first preparations."""

    work: Work
    sha256: str
    sheet: Sheet | None = None
    channel: Channel | None = None
    settled: Settled[Record] | None = None
    broken: str | None = None


def run_jobs(place: Place, jobs: Iterable[Job], workers: int) -> Iterator[Execution]:
    """One execution for each job; see `run_all`."""
    return run_all(JOBS, place, jobs, workers)


def run_all(kind: Kind[Work, Sheet, Record], place: Place, works: Iterable[Work], workers: int) -> Iterator[Record]:
    """One record for each piece of work, in any order, as they land; work is pulled through a bounded window.

    Closed before its end, it destroys what it started.
    """
    run = _Run(place, kind)
    started = in_threads(run.prepared, works, STARTERS)
    try:
        yield from in_threads(run.recorded, started, workers)
    finally:
        run.close()


class Desk(Generic[Work, Record]):
    """The same for work that comes piece by piece, from any number of threads, each of which waits for its record.

    Args:
        workers: pieces at work at a time; for those that wait beyond them a runner is started ahead.
    """

    def __init__(self, kind: Kind[Work, Any, Record], place: Place, workers: int) -> None:
        self._run: _Run[Work, Any, Record] = _Run(place, kind)
        self._starting, self._working = threading.Semaphore(STARTERS), threading.Semaphore(workers)

    def record(self, work: Work) -> Record:
        """The record of a piece of work."""
        with self._starting:
            started = self._run.prepared(work)
        with self._working:
            return self._run.recorded(started)

    def close(self) -> None:
        """Destroy what was started; what is still at work ends without a verdict."""
        self._run.close()


class _Run(Generic[Work, Sheet, Record]):
    """A place, and the runners that were started in it and not yet used up."""

    def __init__(self, place: Place, kind: Kind[Work, Sheet, Record]) -> None:
        self._place, self._kind = place, kind
        self._living: set[Channel] = set()
        self._lock, self._closed = threading.Lock(), False

    def prepared(self, work: Work) -> _Started[Work, Sheet, Record]:
        """Never raises: what cannot be prepared must not take the others with it."""
        try:
            sha256 = self._kind.sha256(work, self._place.identity)
        except OSError as error:
            return self._failed(work, f"its input files cannot be read: {error}", "")
        try:
            return self._prepare(work, sha256)
        except Broken as broken:
            return _Started(work, sha256, broken=str(broken))
        except Exception as error:  # noqa: BLE001 - whatever a stranger's source makes of our own rewriting
            return self._failed(work, f"its paper cannot be made: {type(error).__name__}: {error}", sha256)

    def _failed(self, work: Work, reason: str, sha256: str) -> _Started[Work, Sheet, Record]:
        return _Started(work, sha256, settled=Settled(self._kind.failed(work, reason, sha256)))

    def _prepare(self, work: Work, sha256: str) -> _Started[Work, Sheet, Record]:
        sheet = self._kind.sheet(self._place, work, sha256)
        if isinstance(sheet, Settled):
            return _Started(work, sha256, settled=sheet)
        return _Started(work, sha256, sheet=sheet, channel=self._start(work))

    def _start(self, work: Work) -> Channel:
        """A runner that `close` knows."""
        channel = self._place.start(work)
        with self._lock:
            self._living.add(channel)
            closed = self._closed
        if closed:
            channel.destroy()
            raise Broken("the run was stopped")
        return channel

    def recorded(self, started: _Started[Work, Sheet, Record]) -> Record:
        """The record of work that was prepared; what breaks is done again."""
        broken = ""
        for tried in range(1, TRIES + 1):
            if started.settled is not None:
                return started.settled.record
            try:
                return self._session(started)
            except Broken as error:
                broken = str(error)
            if tried == TRIES or not self._place.recovers():
                break
            started = self.prepared(started.work)
        return self._kind.failed(started.work, broken, started.sha256)

    def _session(self, started: _Started[Work, Sheet, Record]) -> Record:
        if started.channel is None or started.sheet is None:
            raise Broken(started.broken or "no container")
        channel = started.channel
        if self._place.is_stale(channel):
            channel.destroy()
            self._used(channel)
            channel = self._start(started.work)
        try:
            return self._kind.hold(channel, started.work, started.sheet, started.sha256)
        finally:
            self._used(channel)

    def _used(self, channel: Channel) -> None:
        """Forget a runner that was destroyed."""
        with self._lock:
            self._living.discard(channel)

    def close(self) -> None:
        """Destroy the runners that nobody used."""
        with self._lock:
            self._closed, left = True, tuple(self._living)
        for channel in left:
            channel.destroy()


def _paper(place: Place, job: Job, sha256: str) -> Paper | Settled[Execution]:
    if not job.files:
        return Settled(without_container(job, Verdict.NO_CODE, "no code in the answer", sha256))
    paper = place.languages[job.language].paper(job, random.SystemRandom(), place.compiler)
    return Settled(refused(job, paper, sha256)) if isinstance(paper, Refused) else paper


def _not_judged(job: Job, reason: str, sha256: str) -> Execution:
    return without_container(job, Verdict.SANDBOX_ERROR, reason, sha256)


JOBS: Kind[Job, Paper, Execution] = Kind(sha256=job_sha256, sheet=_paper, hold=run_session, failed=_not_judged)
