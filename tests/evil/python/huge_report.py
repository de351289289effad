"""Sends a report of a gigabyte."""

import sys

runner = sys.modules["__main__"]

import os
import struct


def send(self, message):
    os.write(self._out, struct.pack(">I", 1 << 30))
    for _ in range(1 << 10):
        os.write(self._out, b" " * (1 << 16))


runner.Wire.send = send
