"""What a job is made of, hashed, and executions that take no container."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from bench.records import Execution, Job, Trial, Verdict, to_json, to_plain
from bench.sandbox.exam import Judgement
from bench.sandbox.inputs import inputs_of
from bench.sandbox.languages import Refused
from bench.sandbox.session import execution


def job_sha256(job: Job, identity: str) -> str:
    """Of all that determines a verdict: two jobs with one hash need not both be run.

    Args:
        identity: of the sandbox.
    """
    return _hash(json.dumps(_content(job, identity), sort_keys=True))


def trial_sha256(trial: Trial, identity: str) -> str:
    """The same for a trial: of all that determines what is seen."""
    rounds = {
        "rounds": to_plain(trial.rounds),
        "test_seconds": trial.test_seconds,
        "slow_seconds": trial.slow_seconds,
    }
    return _hash(json.dumps({**_content(trial, identity), **rounds}, sort_keys=True))


def _content(work: Job | Trial, identity: str) -> dict[str, Any]:
    return {
        "language": work.language,
        "name": work.name,
        "files": dict(work.files),
        "tests": work.tests,
        "inputs": _hashes(inputs_of(work.inputs)),
        "limits": to_json(work.limits),
        "identity": identity,
    }


def _hashes(inputs: Mapping[str, str]) -> dict[str, str]:
    return {name: _hash(content) for name, content in inputs.items()}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def without_container(job: Job, verdict: Verdict, reason: str, sha256: str, output: str = "") -> Execution:
    """The execution of a job that was never started."""
    return execution(job, Judgement(verdict, {}, reason), 0, output, None, sha256)


def refused(job: Job, answer: Refused, sha256: str) -> Execution:
    """The execution of a job that ended before anything was run."""
    return without_container(job, answer.verdict, answer.reason, sha256, answer.output)
