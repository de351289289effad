"""The seam of trials: what building problems asks of a sandbox, besides running jobs.

A job is judged without the process being told what is right, see `exam`. A trial runs the tests as they are written and
believes what the process reports: its solution and its tests come from one author, who gains nothing by a lie. The
containers and their limits are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from bench.records import Observation, Trial


class Observer(Protocol):
    """A place where trials are run; `Contained` and `Unsafe` are."""

    @property
    def spec(self) -> Mapping[str, Any]:
        """See `Sandbox.spec`."""

    @property
    def identity(self) -> str:
        """What an observation depends on besides the trial: the image; part of `Observation.trial_sha256`."""

    def check(self) -> None:
        """Find out before the first trial whether code can be run here at all.

        Raises:
            SandboxError: it cannot; the text says what to install or to do.
        """

    def observe(self, trials: Iterable[Trial]) -> Iterator[Observation]:
        """Run every trial, one observation each, in any order, as they land; never raises for what the code did.

        Trials are pulled lazily through a bounded window. What is not the code's fault becomes `sandbox_error`.
        """

    def close(self) -> None:
        """Let go of everything that is still there."""
