"""Sends a report nested deeper than any parser goes."""

import sys

runner = sys.modules["__main__"]

import os
import struct


def send(self, message):
    body = b'{"loaded":true}' if "loaded" in message else b"[" * 1_000_000
    os.write(self._out, struct.pack(">I", len(body)))
    while body:
        body = body[os.write(self._out, body) :]


runner.Wire.send = send
