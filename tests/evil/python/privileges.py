"""Tries to become somebody else."""

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


import ctypes

libc = ctypes.CDLL(None, use_errno=True)


def call(name, *arguments):
    if getattr(libc, name)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), name)


for name, arguments in (
    ("setuid", (0,)), ("setgid", (0,)), ("chroot", (b"/",)), ("unshare", (0x10000000,)), ("unshare", (0x00020000,)),
    ("mount", (b"none", b"/tmp", b"tmpfs", 0, None)), ("sethostname", (b"x", 1)),
    ("setns", (3, 0)), ("umount2", (b"/work", 2)), ("swapon", (b"/x", 0)), ("reboot", (0x89ABCDEF,)),
):
    attempt(name, call, name, *arguments)
attempt("shadow", lambda: open("/etc/shadow").close())
attempt("root", lambda: os.chmod("/usr/bin/env", 0o4755))

assert tried
if escaped:
    raise SystemExit(f"not contained: {escaped}")
