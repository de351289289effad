"""The processes in which tests run, as seen from the one that started them."""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

CHUNK = 1 << 16
FIRST = 200  # the lowest number that our own descriptors get, out of the way of those a test opens
Json = dict[str, Any]
Say = Callable[[Json], None]


class Lines:
    """Messages of one line each, out of a pipe."""

    def __init__(self, pipe: int) -> None:
        self._pipe, self._buffer = pipe, bytearray()

    def next(self, deadline: float) -> Json | None:
        """The next message; None at the end, or where none came in time, or where it is none."""
        while b"\n" not in self._buffer:
            data = self._read(deadline)
            if not data:
                return None
            self._buffer += data
        line, _, rest = self._buffer.partition(b"\n")
        self._buffer = rest
        try:
            return dict(json.loads(line))
        except (ValueError, TypeError):
            return None

    def _read(self, deadline: float) -> bytes:
        """The next bytes; none at the end, or at the deadline. Under libfaketime a fast clock shortens `select`."""
        while (left := deadline - time.monotonic()) > 0:
            ready, _, _ = select.select([self._pipe], [], [], left)
            if ready:
                return os.read(self._pipe, CHUNK)
        return b""


def say_on(pipe: int) -> Say:
    """Writes such messages."""

    def say(message: Json) -> None:
        view = memoryview(json.dumps(message).encode() + b"\n")
        while view:
            view = view[os.write(pipe, view) :]

    return say


class Forked:
    """A fork of this process that does some work and says what came of it.

    Args:
        work: takes the function that says something; the fork ends after it.
    """

    def __init__(self, work: Callable[[Say], None]) -> None:
        reading, low = os.pipe()
        writing = fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, FIRST)
        os.close(low)
        self._pid = os.fork()
        if self._pid == 0:
            _as_child(work, reading, writing)
        os.close(writing)
        self._pipe, self._lines = reading, Lines(reading)
        self._status: int | None = None
        self._late = False

    def hear(self, patience: float) -> Json | None:
        """The next message within so many seconds; None where none comes."""
        deadline = time.monotonic() + patience
        said = self._lines.next(deadline)
        self._late = said is None and time.monotonic() >= deadline
        return said

    def verdict(self, patience: float) -> Json:
        """What became of the test of which nothing was heard."""
        if self._late:
            return {"outcome": "timeout", "message": f"still running after {patience:g} s", "seconds": patience}
        return {"outcome": "error", "message": f"the test ended the process: {_ended(self._killed())}"}

    def _killed(self) -> int:
        """Its exit code, which a process that has ended keeps; one that only closed its pipe ends now."""
        if self._status is None:
            for kill in (os.killpg, os.kill):
                with suppress(ProcessLookupError, PermissionError):
                    kill(self._pid, signal.SIGKILL)
            self._status = os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
        return self._status

    def end(self) -> None:
        """Kill what is left of it and of its children."""
        self._killed()
        os.close(self._pipe)


def _ended(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"signal {-code}"


def _as_child(work: Callable[[Say], None], reading: int, writing: int) -> None:
    """Do the work in this fresh fork, which never returns to what its parent was doing."""
    try:
        os.close(reading)
        os.setsid()
        os.register_at_fork(after_in_child=lambda: os.close(writing))  # a grandchild must not keep the pipe open
        work(say_on(writing))
    finally:
        os._exit(0)


class Started:
    """This runner once more, in a process that is started anew.

    Args:
        environment: variables that it gets besides ours.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - this very file
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **environment},
            bufsize=0,
        )

    def trial(self, solution: str, asked: Json, pass_on: Say, names: Sequence[str]) -> dict[str, str]:
        """Run a trial in it and pass its tests on; the tests of which it said nothing, and why.

        Args:
            solution: the name of the module, which lies in the working folder already.
        """
        self._say({"name": solution, "files": {}})
        loaded = self._hear()
        left = dict.fromkeys(names, "the process ended early")
        if loaded is None or "failed" in loaded:
            why = "the process ended" if loaded is None else loaded["failed"]
            return dict.fromkeys(names, f"the solution cannot be loaded: {why}")
        self._say(asked)
        while (said := self._hear()) is not None and "done" not in said:
            if "unloadable" in said:
                return dict.fromkeys(names, f"the test file cannot be loaded: {said['unloadable']}")
            left.pop(said["run"]["test"], None)
            pass_on(said)
        return left

    def _say(self, message: Json) -> None:
        body = json.dumps(message).encode()
        assert self._process.stdin
        with suppress(BrokenPipeError):  # what it says, or does not say, tells
            self._process.stdin.write(len(body).to_bytes(4, "big") + body)

    def _hear(self) -> Json | None:
        size = self._exactly(4)
        body = self._exactly(int.from_bytes(size, "big")) if size else b""
        return dict(json.loads(body)) if body else None

    def _exactly(self, size: int) -> bytes:
        assert self._process.stdout
        parts = bytearray()
        while len(parts) < size:
            part = self._process.stdout.read(size - len(parts))
            if not part:
                return b""
            parts += part
        return bytes(parts)

    def end(self) -> None:
        """Kill it where it still runs."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
