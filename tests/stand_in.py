"""A language for tests of the sandbox alone: a job is a program, which passes by ending well."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from bench.records import Job, Limits
from bench.sandbox.exam import AnswerKey, Paper
from bench.sandbox.languages import Compiler, Language, Refused

RUNNER = """
import json, os, struct, sys
control = os.dup(1)
os.dup2(2, 1)
def hear():
    head = sys.stdin.buffer.read(4)
    if len(head) < 4: sys.exit(0)
    return json.loads(sys.stdin.buffer.read(struct.unpack(">I", head)[0]))
def say(message):
    body = json.dumps(message).encode()
    os.write(control, struct.pack(">I", len(body)) + body)
program = hear()["program"]
say({"loaded": True})
hear()
exec(program, {"control": control})
say({"tests": {"test": "passed"}, "answers": {}, "messages": {}})
"""


def paper(job: Job, rng: random.Random, compiler: Compiler) -> Paper | Refused:
    """The program, and a key that holds one test without questions."""
    return Paper(solution={"program": job.files["program.py"]}, tests={}, key=AnswerKey(tests=("test",)))


LANGUAGES: Mapping[str, Language] = {"stand-in": Language(("/usr/bin/python3", "-I", "-c", RUNNER), paper)}


def job(program: str = "", name: str = "s/1", *, limits: Limits | None = None, **other: Any) -> Job:
    """A job that runs a program."""
    return Job(
        sample_id=name,
        extractor="official",
        language="stand-in",
        name="program",
        tests="",
        files={"program.py": program},
        limits=limits or Limits(wall_seconds=20, memory_mb=256, pids=64, disk_mb=16, inodes=500, output_mb=1),
        **other,
    )
