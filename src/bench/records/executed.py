"""What the sandbox is given, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """What running a job came to."""

    PASSED = "passed"
    FAILED = "failed"
    COMPILE_ERROR = "compile_error"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    NO_CODE = "no_code"
    TAMPERED = "tampered"
    SANDBOX_ERROR = "sandbox_error"  # not the code's fault: done again, never judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one job may use.

    Attributes:
        wall_seconds: from the moment the code arrives to the end of the process.
        cpu_seconds: of each process.
        memory_mb: of the whole container, swap included.
        pids: processes and threads.
        disk_mb: of its writable folder, which lies in memory.
        inodes: files in that folder.
        output_mb: on standard output and error together; more ends the job.
    """

    wall_seconds: float = 60.0
    cpu_seconds: int = 60
    memory_mb: int = 2048
    pids: int = 256
    disk_mb: int = 256
    inodes: int = 65_536
    output_mb: int = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What the sandbox runs: one solution and the tests it has to pass.

    Attributes:
        extractor: who took the code out of the answer, `official` or `robust`; or what else is run, `reference`,
            `trivial`.
        language: a key of `bench.sandbox.LANGUAGES`.
        name: of the solution: the module (Python) or the test class (Java).
        files: the solution's source files by their name; empty where there is no code.
        tests: the source text of the test file.
        inputs: a folder whose content the code finds in its working folder; None where it needs none.
        expected_seconds: a guess, by which long jobs are started first; it changes no verdict.
    """

    sample_id: str
    attempt: int = 0
    extractor: str
    language: str
    name: str
    files: Mapping[str, str]
    tests: str
    inputs: str | None = None
    limits: Limits = field(default_factory=Limits)
    expected_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """What came of a job, unique by (sample_id, attempt, extractor).

    Attributes:
        passed, total: tests.
        tests: each test's outcome by its name.
        reason: why it did not pass, in one line.
        output: what the code printed and how its tests failed; capped.
        seconds: from the moment the code arrived to the end of the process.
        job_sha256: of all that determines the verdict; an execution of the same hash need not be done again.
    """

    sample_id: str
    attempt: int = 0
    extractor: str
    verdict: str
    passed: int = 0
    total: int = 0
    tests: Mapping[str, str] = field(default_factory=dict)
    reason: str | None = None
    output: str = ""
    seconds: float | None = None
    job_sha256: str = ""

    @property
    def key(self) -> tuple[str, int, str]:
        """What makes this execution unique in its run."""
        return (self.sample_id, self.attempt, self.extractor)
