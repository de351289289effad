"""The Java compiler: one warm process in a container of its own, where no solution is ever run."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from bench.records import Json
from bench.sandbox.exam import Contradiction
from bench.sandbox.languages import Compiled
from bench.sandbox.session import Broken, Channel, TooLong, TooLoud
from bench.sandbox.wire import Unpacker, pack

PATIENCE = 60.0  # seconds for one compilation
RENEWED = 1800.0  # seconds after which a compiler is started anew
LIFE = 3600.0  # seconds after which its container ends itself
TRIES = 2


class WarmCompiler:
    """A `Compiler` that keeps one process running and hands it one job after the other.

    Args:
        start: starts the process.
    """

    def __init__(self, start: Callable[[], Channel], patience: float = PATIENCE) -> None:
        self._start, self._patience = start, patience
        self._channel: Channel | None = None
        self._born = 0.0
        self._lock = threading.Lock()

    def compile(self, sources: Mapping[str, str], main: str) -> Compiled:
        """Compile; a source that the compiler dies of, or never ends with, does not compile.

        Raises:
            Broken: the compiler cannot be started, or answers what is no answer.
        """
        message = pack({"sources": dict(sources), "main": main})
        with self._lock:
            for _ in range(TRIES):
                try:
                    answer = self._ask(message)
                except TooLong:
                    self._end()
                    return Compiled({}, f"the compiler took more than {self._patience:g} s")
                if answer is not None:
                    return _compiled(answer)
                self._end()
        return Compiled({}, "the compiler died of it")

    def _ask(self, message: bytes) -> Json | None:
        """The answer; None where the process ended without one."""
        if self._channel is None or time.monotonic() - self._born > RENEWED:
            self._end()
            self._channel, self._born = self._start(), time.monotonic()
        deadline, unpacker = time.monotonic() + self._patience, Unpacker(most=_MOST)
        try:
            self._channel.send(message, deadline)
            while data := self._channel.read(deadline):
                for answer in unpacker.feed(data):
                    return answer
            self._channel.ending(deadline)  # a daemon that is gone is no death of the compiler's
        except (Contradiction, TooLoud):
            self._end()
            raise Broken("the compiler's answer is no answer") from None
        return None

    def _end(self) -> None:
        if self._channel is not None:
            self._channel.destroy()
        self._channel = None

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()


_MOST = 64 << 20  # bytes of an answer: class files of a source of megabytes


def _compiled(answer: Mapping[str, Any]) -> Compiled:
    if isinstance(error := answer.get("error"), str):
        return Compiled({}, error)
    return Compiled({name: base64.b64decode(content) for name, content in answer["classes"].items()})
