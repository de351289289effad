"""What a container may do: nothing but compute, in memory, for a while. Tables, and the functions that read them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from bench.records import Limits

LABEL, OWNER = "longcode-bench.sandbox", "longcode-bench.owner"
USER = "65534:65534"  # nobody
WORK = "/work"
MB = 1 << 20

ENVIRONMENT: Mapping[str, str] = MappingProxyType(
    {
        "HOME": WORK,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PATH": "/opt/venv/bin:/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
        # One thread: a job has one core, and a pool of threads as wide as the machine only fights over it.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }
)
CORES: Mapping[str, float] = MappingProxyType({"java": 2.0})
"""Cores of a job by its language; the JVM compiles and collects in threads of its own."""
ONE_CORE = 1.0

TMP_MB, TMP_INODES = 64, 20_000
SHM_MB = 16
OPEN_FILES = 4096
WAITING = 300.0  # seconds that a started container may wait for its job
SLACK = 15.0  # seconds more than the wall limit until a container ends itself: this process ends it first, if it lives


def settings(limits: Limits, cores: float) -> dict[str, Any]:
    """The arguments of `create_host_config` for a job."""
    mounted = "rw,noexec,nosuid,nodev,mode=1777"
    return {
        "network_mode": "none",
        "read_only": True,
        "tmpfs": {
            WORK: f"{mounted},size={limits.disk_mb}m,nr_inodes={limits.inodes}",
            "/tmp": f"{mounted},size={TMP_MB}m,nr_inodes={TMP_INODES}",  # noqa: S108 - the container's own
        },
        "shm_size": SHM_MB * MB,
        "ipc_mode": "private",
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges"],
        "mem_limit": limits.memory_mb * MB,
        "memswap_limit": limits.memory_mb * MB,
        "pids_limit": limits.pids,
        "nano_cpus": int(cores * 1e9),
        "ulimits": _ulimits(limits),
        "oom_score_adj": 500,
        "init": True,  # reaps orphans, which would fill the pids limit as zombies
        "log_config": {"Type": "none", "Config": {}},  # the default writes a flood of output to the host's disk
    }


def _ulimits(limits: Limits) -> list[dict[str, Any]]:
    fixed = {"core": 0, "nofile": OPEN_FILES, "fsize": (limits.disk_mb + 1) * MB, "msgqueue": 0}
    processor = {"Name": "cpu", "Soft": limits.cpu_seconds, "Hard": limits.cpu_seconds + 2}
    return [processor, *({"Name": name, "Soft": value, "Hard": value} for name, value in fixed.items())]


def wrapped(command: Sequence[str], seconds: float) -> list[str]:
    """A command with nothing but our environment, that is killed from inside when nobody is left outside to do it."""
    environment = [f"{name}={value}" for name, value in ENVIRONMENT.items()]
    limit = str(math.ceil(seconds))
    return ["/usr/bin/env", "-i", *environment, "/usr/bin/timeout", "-s", "KILL", limit, *command]


def life(limits: Limits) -> float:
    """Seconds after which a job's container ends itself, counted from its start."""
    return WAITING + limits.wall_seconds + SLACK
