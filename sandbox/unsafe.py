"""Processes of this machine in place of containers: whatever the code does, it does to this machine."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bench.errors import SandboxError
from bench.home import home
from bench.records import Execution, Job, Observation, Trial
from bench.sandbox.compiling import WarmCompiler
from bench.sandbox.contained import sources_sha256
from bench.sandbox.context import context_sha256
from bench.sandbox.languages import LANGUAGES, Language
from bench.sandbox.layers import Layer
from bench.sandbox.local import LocalChannel
from bench.sandbox.running import JOBS, Desk, run_jobs
from bench.sandbox.session import Broken, Channel
from bench.sandbox.trials import observe_trials
from bench.workers import cores

RISK = (
    "code that nobody trusts ran on this machine without any isolation (--sandbox unsafe-local): it could read and "
    "change whatever its user can, and no limit but the wall time was held"
)
JARS = ("junit-platform-console-standalone.jar", "jsoup.jar", "lombok.jar")
SYSTEM_JARS = Path("/usr/share/java")
BUILD_PATIENCE = 300  # seconds
TRIAL_ENVIRONMENT: Mapping[str, str] = MappingProxyType({"PYTHONHASHSEED": "0", "PYTHONPATH": ""})
"""Of a trial in Python, as in the image; a job's runner reads neither."""


class Unsafe:
    """Plain processes of this interpreter and this machine's JDK; a `Sandbox` and an `Observer` by its shape alone.

    Args:
        workers: jobs at once; by default one a core.
        languages: how jobs become papers.
    """

    def __init__(
        self, name: str = "unsafe-local", *, workers: int | None = None, languages: Mapping[str, Language] = LANGUAGES
    ) -> None:
        self._name, self._workers, self.languages = name, workers or cores(), languages
        self._image = Path(str(files("bench.sandbox"))) / "image"

    def use(self, layer: Layer) -> None:
        """Nothing is added here: what a set of problems needs has to be installed on this machine."""

    @property
    def spec(self) -> Mapping[str, Any]:
        """See `Sandbox`."""
        return {"name": self._name, "isolation": "none", "python": sys.version.split()[0], "held": {}}

    @property
    def identity(self) -> str:
        """This interpreter and these sources; what else is installed here is not known."""
        return f"{self._name}+{sys.version.split()[0]}+{context_sha256()[:16]}+{sources_sha256()[:16]}"

    @property
    def notes(self) -> Sequence[str]:
        """What was risked."""
        return (RISK,)

    def check(self) -> None:
        """See `Sandbox`. Whether Java runs is found out when it is needed.

        Raises:
            SandboxError: the Python runner is not there.
        """
        if not (self._image / "python" / "runner.py").is_file():
            raise SandboxError("the Python runner is missing: install longcode-bench again")

    def run(self, jobs: Iterable[Job]) -> Iterator[Execution]:
        """See `Sandbox`."""
        return run_jobs(self, jobs, self._workers)

    @contextmanager
    def desk(self, workers: int) -> Iterator[Desk[Job, Execution]]:
        """A desk at which jobs are handed in one by one."""
        with closing(Desk(JOBS, self, workers)) as desk:
            yield desk

    def observe(self, trials: Iterable[Trial]) -> Iterator[Observation]:
        """See `Observer`. Without libfaketime on this machine, rounds with another clock are left out."""
        return observe_trials(self, trials, self._workers)

    def start(self, work: Job | Trial) -> Channel:
        """A runner as a plain process."""
        return LocalChannel(self._command(work), output_mb=work.limits.output_mb, env=TRIAL_ENVIRONMENT)

    def _command(self, work: Job | Trial) -> list[str]:
        is_trial = isinstance(work, Trial)
        if work.language == "python":
            options, name = (["-s", "-P", "-B"], "trial.py") if is_trial else (["-I", "-B"], "runner.py")
            return [sys.executable, *options, str(self._image / "python" / name)]
        if work.language == "java":
            return [str(self._java / ("java-trial" if is_trial else "java-runner"))]
        return list(self.languages[work.language].command(work))

    @cached_property
    def compiler(self) -> WarmCompiler:
        """A Java compiler of this machine."""
        return WarmCompiler(lambda: LocalChannel([str(self._java / "java-compiler")]))

    @cached_property
    def _java(self) -> Path:
        """The Java runner, built once for these sources."""
        folder = home() / f"java-{context_sha256()[:12]}"
        if not (folder / "java-compiler").exists():
            _build_java(self._image / "java" / "build.sh", folder)
        return folder

    def is_stale(self, channel: Channel) -> bool:  # noqa: ARG002 - the seam's arguments
        """A process waits as long as it takes."""
        return False

    def recovers(self) -> bool:
        """What cannot be started here will not be startable in a second either."""
        return False

    def close(self) -> None:
        """End the compiler."""
        if (compiler := self.__dict__.pop("compiler", None)) is not None:
            compiler.close()


def _build_java(script: Path, folder: Path) -> None:
    jars = [SYSTEM_JARS / name for name in JARS]
    absent = [str(jar) for jar in jars if not jar.is_file()]
    if absent or shutil.which("javac") is None:
        lacking = ", ".join([*absent, *([] if shutil.which("javac") else ["javac"])])
        raise Broken(
            f"Java cannot be run here without {lacking}: Debian has openjdk-17-jdk-headless, junit5, "
            "libjsoup-java and liblombok-java"
        )
    command = ["sh", str(script), str(folder), *map(str, jars)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=BUILD_PATIENCE, check=False)  # noqa: S603
    if done.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        raise Broken(f"the Java runner cannot be built: {done.stderr[-300:]}")
