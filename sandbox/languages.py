"""The languages that jobs are written in: how a job becomes a paper, and which runner of the image takes it."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from bench.records import Job, Verdict
from bench.sandbox.exam import Paper


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
class Language:
    """One line of the table.

    Attributes:
        runner: the command in the image.
        paper: makes what a runner is handed; `random` draws where the right choices stand.
    """

    runner: tuple[str, ...]
    paper: Callable[[Job, random.Random, Compiler], Paper | Refused]


def _python(job: Job, rng: random.Random, compiler: Compiler) -> Paper | Refused:  # noqa: ARG001 - the seam's arguments
    from bench.sandbox.python_exam import paper

    return paper(job, rng)


def _java(job: Job, rng: random.Random, compiler: Compiler) -> Paper | Refused:
    from bench.sandbox.java_exam import paper

    return paper(job, rng, compiler)


LANGUAGES: Mapping[str, Language] = MappingProxyType(
    {
        "python": Language(("/opt/bench/python-runner",), _python),
        "java": Language(("/opt/bench/java-runner",), _java),
    }
)
COMPILER = ("/opt/bench/java-compiler",)
"""The command of the image that answers `{"sources": {name: text}, "main": name}` with `{"classes": {name: base64}}` or
`{"error": text}`, one message after the other, until its standard input ends."""
