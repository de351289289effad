"""Looks for processes that are not its own, and signals them."""

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


import signal

mine = {1, os.getpid(), os.getppid()}
others = [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) not in mine]
escaped += [f"sees process {one}" for one in others]
tried.append("processes")

assert tried
if escaped:
    raise SystemExit(f"not contained: {escaped}")
