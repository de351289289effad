"""The Java runner and compiler as plain processes of this machine, for tests."""

from __future__ import annotations

import base64
import random
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from bench.records import Execution, Job, Json, Limits
from bench.sandbox.java_exam import paper
from bench.sandbox.languages import Compiled, Refused
from bench.sandbox.local import LocalChannel
from bench.sandbox.session import run_session
from bench.sandbox.wire import Unpacker, pack

SOURCES = Path(__file__).resolve().parents[1] / "sandbox" / "image" / "java"
SECONDS = 60.0


class LocalCompiler:
    """A compiler in a process of its own; a `Compiler`."""

    def __init__(self, prefix: Path) -> None:
        self._channel = LocalChannel([str(prefix / "java-compiler")])
        self._unpacker = Unpacker()
        self.asked = 0

    def compile(self, sources: Mapping[str, str], main: str) -> Compiled:
        self.asked += 1
        deadline = time.monotonic() + SECONDS
        self._channel.send(pack({"sources": dict(sources), "main": main}), deadline)
        message = self._hear(deadline)
        classes = {name: base64.b64decode(text) for name, text in message.get("classes", {}).items()}
        return Compiled(classes, message.get("error"))

    def _hear(self, deadline: float) -> Json:
        while True:
            for message in self._unpacker.feed(b""):
                return message
            data = self._channel.read(deadline)
            assert data, self._channel.output()
            self._unpacker.add(data)

    def close(self) -> None:
        self._channel.destroy()


def build(prefix: Path, *jars: Path) -> Path:
    """Build runner and compiler below a folder, as the image does."""
    subprocess.run([str(SOURCES / "build.sh"), str(prefix), *map(str, jars)], check=True, capture_output=True)
    return prefix


def java_job(files: Mapping[str, str], tests: str, *, name: str = "Test_java_1", seconds: float = 20.0) -> Job:
    limits = Limits(wall_seconds=seconds)
    return Job(
        sample_id=f"java_en/{name}",
        extractor="robust",
        language="java",
        name=name,
        files=files,
        tests=tests,
        limits=limits,
    )


def run_local(prefix: Path, compiler: LocalCompiler, job: Job, seed: int) -> Execution | Refused:
    """What a sandbox does with a job, without the container."""
    found = paper(job, random.Random(seed), compiler)
    if isinstance(found, Refused):
        return found
    channel = LocalChannel([str(prefix / "java-runner")], output_mb=job.limits.output_mb)
    return run_session(channel, job, found)
