"""Asks for names over DNS."""

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


import socket

for name in ("example.com", "host.docker.internal", "gateway.docker.internal", "metadata.google.internal"):
    attempt(name, socket.getaddrinfo, name, 80)

assert tried
if escaped:
    raise SystemExit(f"not contained: {escaped}")
