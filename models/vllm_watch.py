"""A guardian for vLLM's server: runs a command, and ends it with all its processes when stdin closes.

    python vllm_watch.py COMMAND...

Stdin is a pipe from `bench`: it closes when `bench` closes it and also when `bench` is killed, so that no server is
left behind holding a GPU. It is run as a file and imports nothing but the standard library.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

PATIENCE = 20.0
"""Seconds for the server's processes to end by themselves."""


def main(command: list[str]) -> None:
    """Run the command in this process's group, which `bench` has made a session of its own; never returns alive."""
    signal.signal(signal.SIGTERM, _stay)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - the command line of bench itself
    threading.Thread(target=_end_with_stdin, args=(child,), daemon=True).start()
    child.wait()
    _kill_group()


def _stay(*_: object) -> None:
    """The group is told to end and this process is part of it; a signal ignored would be ignored by the server too."""


def _end_with_stdin(child: subprocess.Popen[bytes]) -> None:
    while os.read(0, 1):
        pass
    os.killpg(0, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)
    _kill_group()


def _kill_group() -> None:
    """The server's own processes may have outlived it; this one goes with them."""
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1:])
