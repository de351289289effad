"""What a limit looks like from inside: run in a container as a program, it tries to get past each one.

It stands alone: it is handed to the container's Python as text. It prints one JSON object, {limit: [held, detail]}.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

MB = 1 << 20
Found = tuple[bool, str]

DISK_MB, INODES, PIDS, SHM_MB = (int(argument) for argument in sys.argv[1:5])
NEW_USER_NAMESPACE = 0x10000000


def network() -> Found:
    """No interface but its own, and no way out."""
    names = sorted(path.name for path in Path("/sys/class/net").iterdir())
    try:
        socket.create_connection(("192.0.2.1", 80), timeout=2).close()
    except OSError as error:
        return names == ["lo"], f"interfaces {', '.join(names)}; connecting: {error.strerror or error}"
    return False, "a connection went out"


def dns() -> Found:
    """No name is resolved."""
    try:
        socket.getaddrinfo("example.org", 80)
    except OSError as error:
        return True, str(error.strerror or error)
    return False, "a name was resolved"


def root_read_only() -> Found:
    """The root file system is mounted read-only."""
    return bool(os.statvfs("/").f_flag & os.ST_RDONLY), "the mount's own flags"


def disk() -> Found:
    """The working folder takes no more than it should."""
    return _fill("/work/probe", DISK_MB)


def shared_memory() -> Found:
    """Nor does shared memory."""
    return _fill("/dev/shm/probe", SHM_MB)  # noqa: S108 - the container's own


def _fill(path: str, most: int) -> Found:
    written = 0
    try:
        with open(path, "wb", buffering=0) as file:  # noqa: PTH123
            while written <= most:
                file.write(b"x" * MB)
                written += 1
    except OSError as error:
        return _is_full(error) and written <= most, f"{written} MB, then {errno.errorcode[error.errno or 0]}"
    finally:
        Path(path).unlink(missing_ok=True)
    return False, f"{written} MB were written"


def _is_full(error: OSError) -> bool:
    """Any other error would mean that the folder is no good at all, or that a file's own limit came first."""
    return error.errno == errno.ENOSPC


def inodes() -> Found:
    """The working folder takes no more files than it should."""
    made = 0
    try:
        for made in range(INODES + 1):
            Path(f"/work/{made}").touch()
    except OSError as error:
        return _is_full(error), f"{made} files, then {errno.errorcode[error.errno or 0]}"
    finally:
        for number in range(made + 1):
            Path(f"/work/{number}").unlink(missing_ok=True)
    return False, f"{made} files were made"


def no_execution() -> Found:
    """What is written there cannot be run."""
    path = Path("/work/program")
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    try:
        subprocess.run([str(path)], check=False)  # noqa: S603
    except OSError as error:
        return True, errno.errorcode[error.errno or 0]
    return False, "a program was run"


def processes() -> Found:
    """No more processes than it should have."""
    children: list[int] = []
    try:
        while len(children) <= PIDS:
            if (child := os.fork()) == 0:
                time.sleep(30)
                os._exit(0)
            children.append(child)
    except OSError as error:
        return True, f"{len(children)}, then {errno.errorcode[error.errno or 0]}"
    finally:
        for child in children:
            os.kill(child, 9)
            os.waitpid(child, 0)
    return False, f"{len(children)} processes were started"


def user() -> Found:
    """Nobody, in no group that matters."""
    who = (os.getuid(), os.geteuid(), os.getgid(), *os.getgroups())
    return set(who) == {65534}, f"ids {', '.join(map(str, sorted(set(who))))}"


def capabilities() -> Found:
    """None, and none to be had."""
    sets = {name: _status(name) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")}
    return all(int(value, 16) == 0 for value in sets.values()), f"bounding set {sets['CapBnd']}"


def no_new_privileges() -> Found:
    """No program can raise them."""
    return _status("NoNewPrivs") == "1", f"NoNewPrivs {_status('NoNewPrivs')}"


def seccomp() -> Found:
    """System calls are filtered: no name space of its own."""
    refused = ctypes.CDLL(None, use_errno=True).unshare(NEW_USER_NAMESPACE) != 0
    return refused and _status(
        "Seccomp"
    ) == "2", f"mode {_status('Seccomp')}, unshare {'refused' if refused else 'worked'}"


def kernel_settings() -> Found:
    """Nothing under /proc/sys and /sys can be written."""
    for path in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/sys/kernel/uevent_helper"):
        try:
            os.close(os.open(path, os.O_WRONLY))
        except OSError:
            continue
        return False, f"{path} can be written"
    return True, "refused"


def processor_time() -> Found:
    """A process has a limit, and cannot raise it."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    return hard != resource.RLIM_INFINITY, f"{hard} s a process"


def core_files() -> Found:
    """A crash leaves no file."""
    return resource.getrlimit(resource.RLIMIT_CORE) == (0, 0), "none"


def _status(name: str) -> str:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next((line.split()[1] for line in lines if line.startswith(f"{name}:")), "unknown")


PROBES: tuple[Callable[[], Found], ...] = (
    network,
    dns,
    root_read_only,
    disk,
    inodes,
    shared_memory,
    no_execution,
    processes,
    user,
    capabilities,
    no_new_privileges,
    seccomp,
    kernel_settings,
    processor_time,
    core_files,
)


def main() -> None:
    """Try everything."""
    found = {probe.__name__.replace("_", " "): probe() for probe in PROBES}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
