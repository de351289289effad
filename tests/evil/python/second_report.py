"""Sends the right report twice."""

import sys

runner = sys.modules["__main__"]

kept = runner.Wire.send


def send(self, message):
    kept(self, message)
    kept(self, message)


runner.Wire.send = send
