"""Small Python trials, and a runner that says whatever a test wants it to say."""

from __future__ import annotations

import sys
from typing import Any

from bench.records import Limits, Observation, Round, TestRun, Trial
from bench.sandbox.languages import LANGUAGES, Language, TrialSheet
from bench.sandbox.observing import Observer
from bench.sandbox.unsafe import Unsafe

LIMITS = Limits(wall_seconds=60, cpu_seconds=30, memory_mb=512, pids=64, disk_mb=32, inodes=2_000, output_mb=2)
ALONE = Round(name="alone", alone=True)
WRITTEN = Round(name="written")


def trial(solution: str, tests: str, *rounds: Round, **other: Any) -> Trial:
    """A trial of one module, `solution`."""
    asked: dict[str, Any] = {"limits": LIMITS, "test_seconds": 20.0, **other}
    return Trial(
        sample_id="s/1",
        variant="reference",
        language="python",
        name="solution",
        files={"solution.py": solution},
        tests=f"from solution import *\n{tests}",
        rounds=rounds or (ALONE,),
        **asked,
    )


def observe(asked: Trial, observer: Observer | None = None) -> Observation:
    """What comes of one trial; on this machine where nothing else is said."""
    (seen,) = (observer or Unsafe()).observe([asked])
    return seen


def outcomes(seen: Observation, name: str = "alone") -> dict[str, str]:
    """Of the tests of a round."""
    return {run.test: run.outcome for run in seen.runs if run.round == name}


def run_of(seen: Observation, test: str, name: str = "alone") -> TestRun:
    """A test in a round."""
    (run,) = (run for run in seen.runs if (run.test, run.round) == (test, name))
    return run


LIAR = """
import json, os, struct, sys
def hear():
    sys.stdin.buffer.read(struct.unpack(">I", sys.stdin.buffer.read(4))[0])
def say(message):
    raw(json.dumps(message).encode())
def raw(body):
    os.write(1, struct.pack(">I", len(body)) + body)
def run(**said):
    say({"run": {"round": "alone", "test": "test_a", "outcome": "passed", **said}})
hear()
say({"loaded": True})
hear()
run()
"""


def lying(program: str) -> Unsafe:
    """A place whose runner says that a test has passed, and goes on with this program."""
    language = Language((), LANGUAGES["python"].paper, (sys.executable, "-c", LIAR + program), _nothing)
    return Unsafe(languages={"liar": language})


def _nothing(*_: object) -> TrialSheet:
    return TrialSheet({}, {})
