"""Small Python jobs run by the real runner, as a process of this machine."""

from __future__ import annotations

import random
import sys
from importlib.resources import files

from bench.records import Execution, Job, Limits
from bench.sandbox.exam import Paper
from bench.sandbox.local import LocalChannel
from bench.sandbox.python_exam import paper
from bench.sandbox.session import run_session

RUNNER = files("bench.sandbox") / "image" / "python" / "runner.py"
LIMITS = Limits(wall_seconds=20, cpu_seconds=10, memory_mb=512, pids=64, disk_mb=32, inodes=2_000, output_mb=8)


def python_job(source: str, tests: str, name: str = "solution", inputs: str | None = None) -> Job:
    """A job of one module."""
    return Job(
        sample_id=name,
        extractor="test",
        language="python",
        name=name,
        files={f"{name}.py": source},
        tests=tests,
        inputs=inputs,
        limits=LIMITS,
    )


def paper_of(job: Job, seed: int = 1) -> Paper:
    """Its paper, which has to be one."""
    made = paper(job, random.Random(seed))
    assert isinstance(made, Paper)
    return made


def run_one(job: Job, seed: int = 1) -> Execution:
    """Run a job as a process of this machine."""
    return run_session(LocalChannel([sys.executable, "-I", str(RUNNER)]), job, paper_of(job, seed))
