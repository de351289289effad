"""Opens connections and listens beyond its own loopback."""

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

for address in ("1.1.1.1", "169.254.169.254", "172.17.0.1", "10.0.0.1", "192.168.0.1"):
    for port in (53, 80, 443, 2375):
        attempt(f"{address}:{port}", lambda a=address, p=port: socket.create_connection((a, p), 0.5).close())


def datagram():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.sendto(b"x", ("1.1.1.1", 53))


attempt("udp", datagram)
attempt("raw", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP).close())
attempt("packet", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close())
attempt("docker", lambda: socket.socket(socket.AF_UNIX).connect("/var/run/docker.sock"))

assert tried
if escaped:
    raise SystemExit(f"not contained: {escaped}")
