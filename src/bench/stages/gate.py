"""The gate: each problem's own solution, and one that solves nothing, tell what can be solved on this machine at all.

Their verdicts depend on the image and the problem alone, so they are kept between runs, a small file each.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

from bench.jsonl import pretty, replace_file
from bench.record_log import Appender, ExecutionLog
from bench.records import Execution, Job, Verdict, from_json, to_json

PASSING = frozenset(
    {(Verdict.SANDBOX_ERROR, "reference"), (Verdict.SANDBOX_ERROR, "trivial"), (Verdict.TIMEOUT, "reference")}
)
"""What may come from a busy machine, and is not kept. A solution that solves nothing may well loop for ever."""


class GateCache:
    """Verdicts by the hash of their job; a damaged file is as good as none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, digest: str) -> Execution | None:
        """What came of a job of this hash."""
        try:
            return from_json(Execution, json.loads(self._path(digest).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError, AttributeError):
            return None

    def keep(self, found: Execution) -> None:
        """Remember what came of a job."""
        if (found.verdict, found.extractor) not in PASSING:
            self._folder.mkdir(parents=True, exist_ok=True)
            replace_file(self._path(found.job_sha256), [pretty(to_json(found))])

    def _path(self, digest: str) -> Path:
        return self._folder / f"{digest}.json"


class Gate:
    """The gate's jobs of one run: each is run once for all samples whose problem it is.

    Args:
        jobs: by their hash; those of one problem in two natural languages have one hash.
        log: the run's executions.
        appender: what adds to them.
    """

    def __init__(
        self, jobs: dict[str, list[Job]], log: ExecutionLog, appender: Appender[Execution], cache: GateCache
    ) -> None:
        self._jobs, self._log, self._appender, self._cache = jobs, log, appender, cache

    def recall(self) -> None:
        """Settle what is known: from this run's own executions, or from another run."""
        here = {found.job_sha256: found for found in self._log}
        for digest in list(self._jobs):
            found = here.get(digest) or self._cache.get(digest)
            if found is not None:
                self.settle(found)

    def settle(self, found: Execution) -> None:
        """Write down a verdict for every problem that it speaks for."""
        jobs = self._jobs.pop(found.job_sha256, [])
        for job in jobs:
            told = dataclasses.replace(found, sample_id=job.sample_id, attempt=job.attempt, extractor=job.extractor)
            if told.key not in self._log:
                self._appender.add(told)
        if jobs:
            self._cache.keep(found)

    def left(self) -> Iterator[tuple[str, Job]]:
        """Hash and job of what is not settled."""
        for digest, jobs in self._jobs.items():
            yield digest, jobs[0]
