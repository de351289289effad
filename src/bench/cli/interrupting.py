"""Ctrl-C while answers come in: the first finishes what is in flight, the second stops at once."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from bench.stopping import Stop


class Interrupts(Stop):
    """A wish to end that SIGINT utters."""

    @contextmanager
    def listening(self, in_flight: Callable[[], int]) -> Iterator[None]:
        """Hear SIGINT, where this process hears it as Python does by itself and not, for example, ignores it."""
        before = signal.getsignal(signal.SIGINT)
        if threading.current_thread() is not threading.main_thread() or before is not signal.default_int_handler:
            yield
            return

        def heard(number: int, frame: FrameType | None) -> None:
            if self.requested:
                signal.default_int_handler(number, frame)
            self.request()
            _say(f"finishing the {in_flight():,} answers in flight; Ctrl-C again stops at once")

        signal.signal(signal.SIGINT, heard)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


def _say(line: str) -> None:
    """Past Python's own buffers: a signal may come in the middle of writing through them."""
    with suppress(OSError, ValueError):
        os.write(sys.stderr.fileno(), f"\n{line}\n".encode())
