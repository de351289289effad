"""Processes of this machine in place of containers: no isolation at all; for tests of the runners, and on request."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from bench.sandbox.session import Broken, Ending, TooLong, TooLoud

CHUNK = 1 << 16
KEPT = 1 << 16  # bytes of output that are kept


class LocalChannel:
    """A runner started as a plain process in a folder of its own; a `Channel`.

    Raises:
        Broken: the command cannot be started.
    """

    def __init__(self, command: Sequence[str], *, output_mb: int = 16, env: Mapping[str, str] | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="bench-unsafe-", ignore_cleanup_errors=True)
        self._most, self._written, self._kept = output_mb << 20, 0, bytearray()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - this is what it is for
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=self._folder.name,
                env={**os.environ, **(env or {})},
                start_new_session=True,
                bufsize=0,
            )
        except OSError as error:
            self._folder.cleanup()
            raise Broken(f"{command[0]} cannot be started: {error}") from None
        assert self._process.stdin
        assert self._process.stdout
        assert self._process.stderr
        self._stdin, self._stdout, self._stderr = self._process.stdin, self._process.stdout, self._process.stderr
        self._open = [self._stdout, self._stderr]

    def send(self, data: bytes, deadline: float) -> None:
        """Hand bytes over; see `Channel`."""
        os.set_blocking(self._stdin.fileno(), False)
        view = memoryview(data)
        while view:
            _, ready, _ = select.select([], [self._stdin], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TooLong
            try:
                view = view[os.write(self._stdin.fileno(), view[:CHUNK]) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                return

    def read(self, deadline: float) -> bytes:
        """The next bytes of the runner's channel; see `Channel`."""
        while self._stdout in self._open:
            ready, _, _ = select.select(self._open, [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TooLong
            for stream in ready:
                data = os.read(stream.fileno(), CHUNK)
                if not data:
                    self._open.remove(stream)
                elif stream is self._stdout:
                    return data
                else:
                    self._take(data)
        return b""

    def _take(self, data: bytes) -> None:
        self._written += len(data)
        self._kept += data[: max(0, KEPT - len(self._kept))]
        if self._written > self._most:
            raise TooLoud

    def ending(self, deadline: float) -> Ending:
        """Wait until the process has ended; see `Channel`."""
        try:
            return Ending(self._process.wait(max(0.0, deadline - time.monotonic())))
        except subprocess.TimeoutExpired:
            raise TooLong from None

    def output(self) -> str:
        """What was written on standard error."""
        return self._kept.decode("utf-8", "replace")

    def destroy(self) -> None:
        """Kill the process and its group, and remove its folder."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for stream in (self._stdin, self._stdout, self._stderr):
            stream.close()
        self._folder.cleanup()
