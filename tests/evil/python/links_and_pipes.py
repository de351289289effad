"""Leaves links to the secrets of others, pipes and sockets where files are expected."""

import os
import socket

for number, target in enumerate(("/etc/passwd", "/etc/shadow", "/proc/1/environ", "/dev/zero", "..", "/")):
    os.symlink(target, f"link{number}")
for name in ("report", "result.json", "output.txt"):
    os.mkfifo(name)
socket.socket(socket.AF_UNIX).bind("socket")
