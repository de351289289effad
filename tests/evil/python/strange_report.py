"""Sends a report of the wrong types."""

import sys

runner = sys.modules["__main__"]

kept = runner.Wire.send


def send(self, message):
    if "tests" in message:
        message = {"tests": {"TestTill::test_total": 1}, "answers": [["q1", "1"]], "messages": 7}
    kept(self, message)


runner.Wire.send = send
