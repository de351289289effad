"""Writes to /proc and /sys."""

import os

tried, escaped = [], []


def attempt(name, function, *arguments):
    """Try; what succeeds is an escape."""
    tried.append(name)
    try:
        function(*arguments)
    except (OSError, ValueError, AttributeError, RuntimeError, ImportError):
        return
    escaped.append(name)


def write(path):
    with open(path, "w") as file:
        file.write("1")


for path in (
    "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/sys/vm/drop_caches", "/proc/sys/kernel/hostname",
    "/sys/kernel/uevent_helper", "/sys/fs/cgroup/cgroup.procs", "/sys/fs/cgroup/memory/memory.limit_in_bytes",
    "/sys/fs/cgroup/memory.max", "/proc/1/mem", "/dev/mem", "/dev/kmsg", "/dev/sda",
):
    attempt(path, write, path)

assert tried
if escaped:
    raise SystemExit(f"not contained: {escaped}")
