"""The Java runner and compiler as plain processes of this machine, for tests."""

from __future__ import annotations

import atexit
import base64
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from conftest import absent

from bench.records import Execution, Job, Json, Limits
from bench.sandbox.java_exam import paper
from bench.sandbox.languages import Compiled, Refused
from bench.sandbox.local import LocalChannel
from bench.sandbox.session import run_session
from bench.sandbox.wire import Unpacker, pack

SOURCES = Path(__file__).resolve().parents[1] / "sandbox" / "image" / "java"
JARS = Path("/usr/share/java")
SECONDS = 60.0


class LocalCompiler:
    """A compiler in a process of its own; a `Compiler`."""

    def __init__(self, prefix: Path) -> None:
        self._channel = LocalChannel([str(prefix / "java-compiler")])
        self._unpacker = Unpacker()
        self.asked: list[Mapping[str, str]] = []

    def compile(self, sources: Mapping[str, str], main: str) -> Compiled:
        self.asked.append(sources)
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


@cache
def built() -> Path:
    """The commands, built once for all tests."""
    if shutil.which("javac") is None or not (JARS / "junit-platform-console-standalone.jar").exists():
        absent("java", "NOT TESTED: no JDK 17 or no JUnit here: install openjdk-17-jdk-headless junit5 libjsoup-java")
    folder = tempfile.mkdtemp(prefix="bench-java-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    names = ("junit-platform-console-standalone.jar", "jsoup.jar", "lombok.jar")
    return build(Path(folder), *(JARS / name for name in names if (JARS / name).exists()))


def compilers() -> Iterator[LocalCompiler]:
    """One compiler, closed when it is no longer needed; the body of a fixture."""
    compiler = LocalCompiler(built())
    yield compiler
    compiler.close()


def java_job(files: Mapping[str, str], tests: str, *, name: str = "Test_java_1", seconds: float = 20.0) -> Job:
    return Job(
        sample_id=f"java_en/{name}",
        extractor="robust",
        language="java",
        name=name,
        files=files,
        tests=tests,
        limits=Limits(wall_seconds=seconds),
    )


def run_local(prefix: Path, compiler: LocalCompiler, job: Job, seed: int) -> Execution | Refused:
    """What a sandbox does with a job, without the container."""
    found = paper(job, random.Random(seed), compiler)
    if isinstance(found, Refused):
        return found
    channel = LocalChannel([str(prefix / "java-runner")], output_mb=job.limits.output_mb)
    return run_session(channel, job, found)
