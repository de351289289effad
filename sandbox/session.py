"""One job in one process: hand over the solution, then the tests, take the report, and see how the process ended."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from bench.records import Execution, Job, Json, Verdict
from bench.sandbox.exam import Contradiction, Judgement, Paper, judge
from bench.sandbox.wire import Unpacker, pack

OUTPUT = 20_000  # characters of a job's output that its execution keeps, half from the start and half from the end
REASON = 400  # characters of a reason
CPU_LIMIT = frozenset({128 + 24, 128 + 9, -24, -9})  # exit codes of SIGXCPU, and of the SIGKILL that follows it


@dataclass(frozen=True, slots=True)
class Ending:
    """How a process ended.

    Attributes:
        code: its exit code; 128 + n, or -n, after signal n.
        out_of_memory: whether the memory limit ended it, or a child of it.
    """

    code: int
    out_of_memory: bool = False


class TooLong(Exception):
    """The wall limit is over."""


class TooLoud(Exception):
    """More was written than the limit allows."""


class Broken(Exception):
    """The sandbox failed, not the code: the job is done again."""


class Channel(Protocol):
    """A started runner that waits for its first message."""

    def send(self, data: bytes, deadline: float) -> None:
        """Hand bytes over. A process that no longer listens is no error here: what it reports tells.

        Raises:
            TooLong, TooLoud, Broken.
        """

    def read(self, deadline: float) -> bytes:
        """The next bytes of the runner's channel; empty at its end.

        Args:
            deadline: on the clock of `time.monotonic`.

        Raises:
            TooLong, TooLoud, Broken.
        """

    def ending(self, deadline: float) -> Ending:
        """Wait until the process has ended.

        Raises:
            TooLong, TooLoud, Broken.
        """

    def output(self) -> str:
        """What was written on standard error so far, where a solution's own output goes; capped."""

    def destroy(self) -> None:
        """End everything that still runs, and remove it. Never raises, may be called twice."""


@dataclass(slots=True)
class _Talk:
    """One conversation, with its clock."""

    channel: Channel
    deadline: float
    unpacker: Unpacker

    def say(self, message: Json) -> None:
        self.channel.send(pack(message), self.deadline)

    def hear(self) -> Json | None:
        """The next message; None when there will be none."""
        while True:
            for message in self.unpacker.feed(b""):
                return message
            data = self.channel.read(self.deadline)
            if not data:
                return None
            self.unpacker.add(data)


def run_session(channel: Channel, job: Job, paper: Paper, job_sha256: str = "") -> Execution:
    """Run one job in a fresh runner. The channel is destroyed, whatever happens.

    Raises:
        Broken: the sandbox failed.
    """
    began = time.monotonic()
    talk = _Talk(channel, began + job.limits.wall_seconds, Unpacker())
    try:
        found = _examine(talk, paper)
    except TooLong:
        found = Judgement(Verdict.TIMEOUT, {}, f"still running after {job.limits.wall_seconds:g} s")
    except TooLoud:
        found = Judgement(Verdict.FAILED, {}, f"wrote more than {job.limits.output_mb} MB of output")
    except Contradiction as contradiction:
        found = Judgement(Verdict.TAMPERED, {}, str(contradiction))
    finally:
        channel.destroy()
    return execution(job, found, len(paper.key.tests), channel.output(), time.monotonic() - began, job_sha256)


def _examine(talk: _Talk, paper: Paper) -> Judgement:
    talk.say(paper.solution)
    loaded = talk.hear()
    if loaded is None:
        return _ended_early(talk, "before it was loaded")
    if "failed" in loaded:
        return Judgement(Verdict.FAILED, {}, f"cannot be loaded: {loaded['failed']}"[:REASON])
    talk.say(paper.tests)
    message = talk.hear()
    if message is None:
        return _ended_early(talk, "before its tests were done")
    judgement = judge(paper.key, message)
    if talk.hear() is not None:
        raise Contradiction("a second report")
    ending = talk.channel.ending(talk.deadline)
    if ending.code != 0:
        raise Contradiction(f"reported, and then ended with exit code {ending.code}")
    return judgement


def _ended_early(talk: _Talk, when: str) -> Judgement:
    """The process ended without saying what it should have said; a limit, or the daemon, may have cut it short."""
    ending = talk.channel.ending(talk.deadline)
    if ending.out_of_memory:
        return Judgement(Verdict.OUT_OF_MEMORY, {}, "used more memory than the limit")
    if ending.code in CPU_LIMIT:
        return Judgement(Verdict.TIMEOUT, {}, "used more processor time than the limit")
    if talk.unpacker.pending:
        raise Contradiction("something that is no message on the runner's channel")
    return Judgement(Verdict.FAILED, {}, f"ended with exit code {ending.code} {when}")


def execution(job: Job, found: Judgement, total: int, output: str, seconds: float | None, job_sha256: str) -> Execution:
    """The record of a judgement."""
    outcomes: Mapping[str, str] = found.outcomes
    return Execution(
        sample_id=job.sample_id,
        attempt=job.attempt,
        extractor=job.extractor,
        verdict=found.verdict.value,
        passed=found.passed,
        total=max(total, len(outcomes)),
        tests=dict(outcomes),
        reason=None if found.reason is None else _shortened(found.reason, REASON),
        output=_shortened(output, OUTPUT),
        seconds=seconds,
        job_sha256=job_sha256,
    )


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most // 2]} ... {text[-most // 2 :]}"
