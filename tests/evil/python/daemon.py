"""Leaves a daemon behind, in a session of its own, that would go on for an hour."""

import os
import signal
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in range(1, 65):
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                continue
        for number in range(1024):
            try:
                os.close(number)
            except OSError:
                continue
        time.sleep(3600)
    os._exit(0)
