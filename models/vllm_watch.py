"""A guardian for vLLM's processes: ends them when stdin closes.

    python vllm_watch.py COMMAND...           runs a command, and ends it with all that it started
    python vllm_watch.py --apart COMMAND...   the same, by a guardian that is no child of the process that starts this
    python vllm_watch.py --kill PID...        ends processes that run already

Stdin is a pipe from `bench`: it closes when `bench` closes it and also when `bench` is killed, so that nothing is
left behind holding a GPU. It is run as a file and imports nothing but the standard library.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

PATIENCE = 20.0
"""Seconds for processes to end by themselves."""
KILL = "--kill"
APART = "--apart"


def main(command: list[str]) -> None:
    """Run the command in this process's group, which `bench` has made a session of its own; never returns alive."""
    signal.signal(signal.SIGTERM, _stay)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - the command line of bench itself
    threading.Thread(target=_end_with_stdin, args=(child,), daemon=True).start()
    child.wait()
    _kill_group()


def apart(command: list[str]) -> None:
    """Start the guardian one process further away, with the same stdin.

    Ray kills the children of a worker that it ends, and theirs live on: a guardian killed so could guard no longer.
    """
    signal.signal(signal.SIGTERM, _stay)
    subprocess.run([sys.executable, __file__, *command], check=False)  # noqa: S603 - the command line of bench itself


def kill(pids: list[int]) -> None:
    """End these processes once stdin is closed; another has started them, so their end can only be looked for."""
    _wait_for_stdin()
    _send(pids, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while _send(pids, 0) and time.monotonic() < deadline:
        time.sleep(0.1)
    _send(pids, signal.SIGKILL)


def _send(pids: list[int], number: int) -> bool:
    """Whether any of them is still there to get it."""
    there = False
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
            there = True
    return there


def _stay(*_: object) -> None:
    """The group is told to end and this process is part of it; a signal ignored would be ignored by the server too."""


def _end_with_stdin(child: subprocess.Popen[bytes]) -> None:
    _wait_for_stdin()
    os.killpg(0, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)
    _kill_group()


def _wait_for_stdin() -> None:
    while os.read(0, 1):
        pass


def _kill_group() -> None:
    """The server's own processes may have outlived it; this one goes with them."""
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    if sys.argv[1] == KILL:
        kill([int(pid) for pid in sys.argv[2:]])
    elif sys.argv[1] == APART:
        apart(sys.argv[2:])
    else:
        main(sys.argv[1:])
