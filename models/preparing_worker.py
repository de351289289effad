"""The process that cuts and renders: a fitter and then prompts come in by stdin, prepared prompts go out by stdout.

A program of its own and no `multiprocessing` child: that would import the caller's main program again, which may load a
model there; and when its parent is killed it would stay, while this one reads the end of its input and ends.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys


def main() -> None:
    """Serve until the input ends. Ctrl-C is the parent's affair."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not get between the replies
    try:
        fitter = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that started this one
        reply = None  # ready
        while True:
            pickle.dump(reply, replies, protocol=pickle.HIGHEST_PROTOCOL)
            replies.flush()
            reply = fitter.prepare(pickle.load(sys.stdin.buffer))  # noqa: S301
    except (EOFError, BrokenPipeError):
        return


if __name__ == "__main__":
    main()
