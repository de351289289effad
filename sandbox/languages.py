"""The languages that jobs are written in: how a job becomes a paper, and which runner of the image takes it."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from bench.records import Job, Json, Trial, Verdict
from bench.sandbox.exam import Paper
from bench.sandbox.inputs import inputs_of


@dataclass(frozen=True, slots=True)
class Compiled:
    """What the compiler made.

    Attributes:
        classes: class files by their name, `Solver.class` or `Solver$Inner.class`; empty when it failed.
        error: what the compiler said; None when it worked.
    """

    classes: Mapping[str, bytes]
    error: str | None = None


class Compiler(Protocol):
    """A Java compiler that runs no code of a solution."""

    def compile(self, sources: Mapping[str, str], main: str) -> Compiled:
        """Compile `main`, and of the other sources whatever it needs, as `javac Main.java` does in a folder of them.

        Raises:
            Broken: the compiler itself failed, not the source.
        """


@dataclass(frozen=True, slots=True)
class Refused:
    """A job that ends before anything is run."""

    verdict: Verdict
    reason: str
    output: str = ""


@dataclass(frozen=True, slots=True)
class TrialSheet:
    """The messages of a trial: its solution, and its tests without the rounds, which are the same in all languages."""

    solution: Json
    tests: Json


@dataclass(frozen=True, slots=True)
class Language:
    """One line of the table.

    Attributes:
        runner: the command in the image for jobs.
        paper: makes what a runner is handed; `random` draws where the right choices stand.
        trial_runner: the command in the image for trials.
        trial_sheet: makes what that one is handed, its two messages.
    """

    runner: tuple[str, ...]
    paper: Callable[[Job, random.Random, Compiler], Paper | Refused]
    trial_runner: tuple[str, ...] = ()
    trial_sheet: Callable[[Trial, Compiler], TrialSheet | Refused] | None = None

    def command(self, work: Job | Trial) -> tuple[str, ...]:
        """Of the runner that takes this work."""
        return self.trial_runner if isinstance(work, Trial) else self.runner


def _python(job: Job, rng: random.Random, compiler: Compiler) -> Paper | Refused:  # noqa: ARG001 - the seam's arguments
    from bench.sandbox.python_exam import paper

    return paper(job, rng)


def _java(job: Job, rng: random.Random, compiler: Compiler) -> Paper | Refused:
    from bench.sandbox.java_exam import paper

    return paper(job, rng, compiler)


def _python_trial(trial: Trial, compiler: Compiler) -> TrialSheet | Refused:  # noqa: ARG001 - the seam's arguments
    solution = {"name": trial.name, "files": dict(trial.files), "inputs": inputs_of(trial.inputs)}
    coverage = any(one.coverage for one in trial.rounds)
    return TrialSheet({**solution, "coverage": coverage}, {"tests": trial.tests, "file": f"test_{trial.name}.py"})


def _java_trial(trial: Trial, compiler: Compiler) -> TrialSheet | Refused:
    from bench.sandbox.java_exam import trial_sheet

    return trial_sheet(trial, compiler)


LANGUAGES: Mapping[str, Language] = MappingProxyType(
    {
        "python": Language(
            ("/opt/bench/python-runner",),
            _python,
            ("/opt/bench/python-trial",),
            _python_trial,
        ),
        "java": Language(("/opt/bench/java-runner",), _java, ("/opt/bench/java-trial",), _java_trial),
    }
)
COMPILER = ("/opt/bench/java-compiler",)
"""The command of the image that answers `{"sources": {name: text}, "main": name}` with `{"classes": {name: base64}}` or
`{"error": text}`, one message after the other, until its standard input ends."""
