"""The processes of vLLM's engine: what they write, which signals reach them, and what ends them with this one."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import wait

from bench.models import vllm_watch


class Guardian:
    """Looks after this process's children, those that there are when it is made.

    Another process ends them when this one is killed: vLLM's would stay, and keep the GPU's memory.

    Args:
        died: called once, in a thread, when a child has ended before this was dismissed.
    """

    def __init__(self, died: Callable[[], object]) -> None:
        children = multiprocessing.active_children()
        command = [sys.executable, vllm_watch.__file__, vllm_watch.KILL, *(str(child.pid) for child in children)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603 - our own
        self._dismissed = False
        ends = [child.sentinel for child in children]
        if ends:
            threading.Thread(target=self._watch, args=(ends, died), daemon=True).start()

    def dismiss(self) -> None:
        """The children have ended, or need no guardian any more."""
        self._dismissed = True
        self._process.kill()
        self._process.wait()
        assert self._process.stdin is not None
        self._process.stdin.close()

    def _watch(self, ends: list[int], died: Callable[[], object]) -> None:
        wait(ends)
        if not self._dismissed:
            died()


@contextmanager
def stdout_to_stderr() -> Iterator[None]:
    """What is written to stdout meanwhile goes to stderr; processes started meanwhile keep it so."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)


@contextmanager
def ctrl_c_spares_children() -> Iterator[None]:
    """Processes started meanwhile never see Ctrl-C, which a terminal sends to every process of its group.

    The engine's processes end at SIGINT, whatever they are at; then nothing in flight could be finished. A blocked
    signal stays blocked in children. In this process another thread takes it, so that Ctrl-C still stops the loading.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    resource_tracker.ensure_running()  # by itself it would unblock the signal again in the middle
    over = threading.Event()
    taker = threading.Thread(target=over.wait, daemon=True)
    taker.start()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        over.set()
