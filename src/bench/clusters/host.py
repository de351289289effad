"""What runs on a machine of the cluster that runs code: an actor with a sandbox."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Any

from bench.clusters.parcels import Parcel, unpacked
from bench.records import Execution, Job, Verdict
from bench.sandbox import load_sandbox
from bench.sandbox.layers import Layer


@dataclass(frozen=True, slots=True)
class Opened:
    """What a sandbox says of itself once it is known to work, see `bench.protocols.Sandbox`."""

    identity: str
    spec: Mapping[str, Any]
    notes: Sequence[str]


class Host:
    """The actor; its methods are called from several threads.

    Args:
        name: of the sandbox.
        layer: see `Contained.use`.
        workers: jobs at work at a time.
    """

    def __init__(self, name: str, layer: Layer | None, workers: int) -> None:
        self._name, self._layer, self._workers = name, layer, workers
        self._sandbox = self._load()
        self._lock, self._stack = threading.Lock(), ExitStack()
        self._desk: Any = None

    def _load(self) -> Any:
        sandbox: Any = load_sandbox(self._name)
        if self._layer is not None:
            sandbox.use(self._layer)
        return sandbox

    def open(self) -> Opened:
        """Find out whether code can be run here.

        Raises:
            SandboxError: it cannot.
        """
        self._sandbox.check()
        return Opened(self._sandbox.identity, self._sandbox.spec, tuple(self._sandbox.notes))

    def run(self, job: Job, parcel: Parcel | None) -> Execution:
        """Run a job.

        Raises:
            SandboxError: no code can be run here any more; its verdict is for another host to find.
        """
        job = dataclasses.replace(job, inputs=unpacked(parcel))
        execution: Execution = self._open_desk().record(job)
        if execution.verdict == Verdict.SANDBOX_ERROR:
            with closing(self._load()) as fresh:
                fresh.check()
        return execution

    def _open_desk(self) -> Any:
        with self._lock:
            if self._desk is None:
                self._desk = self._stack.enter_context(self._sandbox.desk(self._workers))
            return self._desk

    def rest(self) -> None:
        """Remove every container, also of what is still at work: nobody waits for it."""
        with self._lock:
            self._desk = None
            self._stack.close()

    def close(self) -> None:
        """Let go of everything."""
        self.rest()
        self._sandbox.close()
