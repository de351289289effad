"""Who a container belongs to, so that what a killed process left behind can be told from what another one is using."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Owner:
    """A process, told apart from every other that had or will have its number.

    Attributes:
        boot: of the machine, and of the process's own name space of process numbers.
        pid: its number there.
        ticks: when it started, in the kernel's clock ticks since boot.
    """

    boot: str
    pid: int
    ticks: str

    def __str__(self) -> str:
        return f"{self.boot}:{self.pid}:{self.ticks}"

    @classmethod
    def parse(cls, text: str) -> Owner | None:
        """The owner that `str` wrote; None for anything else."""
        parts = text.rsplit(":", 2)
        return cls(parts[0], int(parts[1]), parts[2]) if len(parts) == 3 and parts[1].isdigit() else None


def this_process() -> Owner:
    """The owner of what this process starts."""
    return Owner(boot(), os.getpid(), _ticks(os.getpid()) or "0")


def is_dead(owner: Owner) -> bool:
    """Whether the owner is known to be gone; False for a process elsewhere, which cannot be seen from here."""
    if owner.boot != boot():
        return False
    if not PROC.joinpath("self").exists():
        return not _answers(owner.pid)
    return _ticks(owner.pid) != owner.ticks


@cache
def boot() -> str:
    """This start of this machine, and the name space that process numbers are counted in."""
    try:
        start = PROC.joinpath("sys/kernel/random/boot_id").read_text().strip()
        return f"{start}/{PROC.joinpath('self/ns/pid').readlink()}".replace(":", "")
    except OSError:
        return os.uname().nodename


def _ticks(pid: int) -> str | None:
    """When a living process started; None where there is none, or only its remains."""
    try:
        state, *fields = PROC.joinpath(str(pid), "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if state in {"Z", "X"} else fields[18]


def _answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
