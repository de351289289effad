"""Java tests as a paper: what is compiled, what travels first and what second."""

from __future__ import annotations

import random
import re

from bench.records import Job, Verdict
from bench.sandbox.exam import AnswerKey, Paper
from bench.sandbox.inputs import inputs_of
from bench.sandbox.languages import Compiled, Compiler, Refused
from bench.sandbox.wire import encode

TEST = re.compile(r"@(?:Test|ParameterizedTest|RepeatedTest)\b(?:\([^)]*\))?\s+(?:public\s+)?void\s+(\w+)")


def paper(job: Job, rng: random.Random, compiler: Compiler) -> Paper | Refused:  # noqa: ARG001
    """Compile a solution with its tests."""
    compiled = compiler.compile({**job.files, f"{job.name}.java": job.tests}, job.name)
    if compiled.error is not None:
        return refused(compiled)
    return assembled(job, compiled, AnswerKey(tests=tuple(TEST.findall(job.tests))))


def refused(compiled: Compiled) -> Refused:
    """What the compiler said, its first line first."""
    text = compiled.error or ""
    return Refused(Verdict.COMPILE_ERROR, text.partition("\n")[0], text)


def assembled(job: Job, compiled: Compiled, key: AnswerKey) -> Paper:
    """The two messages: the solution's classes first, those of the tests last."""
    later = {name for name in compiled.classes if re.match(rf"{re.escape(job.name)}[$.]", name)}
    encoded = {name: encode(content) for name, content in compiled.classes.items()}
    return Paper(
        solution={
            "classes": {name: text for name, text in encoded.items() if name not in later},
            "inputs": inputs_of(job.inputs),
        },
        tests={"classes": {name: encoded[name] for name in sorted(later)}, "test_class": job.name},
        key=key,
    )
