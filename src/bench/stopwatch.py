"""How long something takes by the clock, and how much this machine works meanwhile."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path

_WORKING = (0, 1, 2, 5, 6)
"""Of the fields of /proc/stat's first line: user, nice, system, interrupts."""


class Stopwatch:
    """Runs from when it is made."""

    def __init__(self) -> None:
        self._began, self._busy = time.monotonic(), busy_seconds()

    def read(self) -> Mapping[str, float | None]:
        """`seconds` so far, and `busy_seconds`: what all cores of this machine worked meanwhile, for whomever."""
        now = busy_seconds()
        busy = None if now is None or self._busy is None else now - self._busy
        return {"seconds": time.monotonic() - self._began, "busy_seconds": busy}


def busy_seconds() -> float | None:
    """Core-seconds that this machine has worked since it was started; None where it does not tell."""
    try:
        fields = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:]
        return sum(int(fields[number]) for number in _WORKING) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return None
