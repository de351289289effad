"""One job in one process: hand over the solution, then the tests, take the report, and see how the process ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from types import MappingProxyType
from typing import Protocol, TypeVar

from bench.records import Execution, Job, Json, Limits, Verdict
from bench.sandbox.exam import Contradiction, Judgement, Paper, judge
from bench.sandbox.wire import Unpacker, pack

OUTPUT = 20_000  # characters of a job's output that its execution keeps, half from the start and half from the end
REASON = 400  # characters of a reason
CPU_LIMIT = frozenset({128 + 24, 128 + 9, -24, -9})  # exit codes of SIGXCPU, and of the SIGKILL that follows it

Found = TypeVar("Found")


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


class Stop(Enum):
    """What kept a process from saying all that it should have said."""

    WALL = "wall"
    PROCESSOR = "processor"
    MEMORY = "memory"
    OUTPUT = "output"
    EXIT = "exit"
    CONTRADICTION = "contradiction"


@dataclass(frozen=True, slots=True)
class Stopped:
    """A conversation that did not come to its end, and why, in one line."""

    stop: Stop
    reason: str


@dataclass(slots=True)
class Talk:
    """One conversation, with its clock.

    Attributes:
        most: bytes that a runner may say in all; None where its caller hears no more than a few messages.
    """

    channel: Channel
    deadline: float
    unpacker: Unpacker = field(default_factory=Unpacker)
    most: int | None = None
    heard: int = 0

    def say(self, message: Json) -> None:
        """Hand a message over."""
        self.channel.send(pack(message), self.deadline)

    def hear(self) -> Json | None:
        """The next message; None when there will be none."""
        while True:
            for message in self.unpacker.feed(b""):
                return message
            data = self.channel.read(self.deadline)
            if not data:
                return None
            self._count(data)
            self.unpacker.add(data)

    def _count(self, data: bytes) -> None:
        self.heard += len(data)
        if self.most is not None and self.heard > self.most:
            raise TooLoud

    def ended_early(self, when: str) -> Stopped:
        """The process ended without saying what it should have; a limit, or the daemon, may have cut it short."""
        ending = self.channel.ending(self.deadline)
        if ending.out_of_memory:
            return Stopped(Stop.MEMORY, "used more memory than the limit")
        if ending.code in CPU_LIMIT:
            return Stopped(Stop.PROCESSOR, "used more processor time than the limit")
        if self.unpacker.pending:
            raise Contradiction("something that is no message on the runner's channel")
        return Stopped(Stop.EXIT, f"ended with exit code {ending.code} {when}")

    def end(self) -> None:
        """After the last message: nothing more may be said, and the process ends well.

        Raises:
            Contradiction: it does not.
        """
        if self.hear() is not None:
            raise Contradiction("a second report")
        ending = self.channel.ending(self.deadline)
        if ending.code != 0:
            raise Contradiction(f"reported, and then ended with exit code {ending.code}")


def converse(talk: Talk, limits: Limits, conduct: Callable[[Talk], Found | Stopped]) -> Found | Stopped:
    """Hold a conversation under these limits. The channel is destroyed, whatever happens.

    Raises:
        Broken: the sandbox failed.
    """
    try:
        return conduct(talk)
    except TooLong:
        return Stopped(Stop.WALL, f"still running after {limits.wall_seconds:g} s")
    except TooLoud:
        return Stopped(Stop.OUTPUT, f"wrote more than {limits.output_mb} MB of output")
    except Contradiction as contradiction:
        return Stopped(Stop.CONTRADICTION, str(contradiction))
    finally:
        talk.channel.destroy()


VERDICTS: Mapping[Stop, Verdict] = MappingProxyType(
    {
        Stop.WALL: Verdict.TIMEOUT,
        Stop.PROCESSOR: Verdict.TIMEOUT,
        Stop.MEMORY: Verdict.OUT_OF_MEMORY,
        Stop.OUTPUT: Verdict.FAILED,
        Stop.EXIT: Verdict.FAILED,
        Stop.CONTRADICTION: Verdict.TAMPERED,
    }
)


def run_session(channel: Channel, job: Job, paper: Paper, job_sha256: str = "") -> Execution:
    """Run one job in a fresh runner. The channel is destroyed, whatever happens.

    Raises:
        Broken: the sandbox failed.
    """
    began = time.monotonic()
    talk = Talk(channel, began + job.limits.wall_seconds)
    found = converse(talk, job.limits, partial(_examine, paper))
    if isinstance(found, Stopped):
        found = Judgement(VERDICTS[found.stop], {}, found.reason)
    return execution(job, found, len(paper.key.tests), channel.output(), time.monotonic() - began, job_sha256)


def _examine(paper: Paper, talk: Talk) -> Judgement | Stopped:
    talk.say(paper.solution)
    loaded = talk.hear()
    if loaded is None:
        return talk.ended_early("before it was loaded")
    if "failed" in loaded:
        return Judgement(Verdict.FAILED, {}, f"cannot be loaded: {loaded['failed']}"[:REASON])
    talk.say(paper.tests)
    message = talk.hear()
    if message is None:
        return talk.ended_early("before its tests were done")
    judgement = judge(paper.key, message)
    talk.end()
    return judgement


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
        reason=None if found.reason is None else shortened(found.reason, REASON),
        output=shortened(output, OUTPUT),
        seconds=seconds,
        job_sha256=job_sha256,
    )


def shortened(text: str, most: int) -> str:
    """A text without its middle, where it is longer."""
    return text if len(text) <= most else f"{text[: most // 2]} ... {text[-most // 2 :]}"
