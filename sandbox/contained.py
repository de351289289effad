"""The sandbox that isolates: one hardened container for each job or trial, started ahead and used once."""

from __future__ import annotations

import atexit
import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from bench.errors import SandboxError
from bench.records import Execution, Job, Limits, Observation, Trial
from bench.sandbox.attached import ContainerChannel
from bench.sandbox.compiling import LIFE, WarmCompiler
from bench.sandbox.containers import Containers, sweep
from bench.sandbox.context import tag
from bench.sandbox.engine import Api, asking, connect, found
from bench.sandbox.hardening import CORES, ONE_CORE, WAITING, life
from bench.sandbox.languages import COMPILER, LANGUAGES, Compiler, Language
from bench.sandbox.layers import Layer, missing_layer
from bench.sandbox.running import JOBS, Desk, Place, Record, Work, run_jobs
from bench.sandbox.selftest import Finding, examine, remembered
from bench.sandbox.session import Broken, Channel
from bench.sandbox.trials import observe_trials

PER_CORE = 3  # workers for each of the daemon's cores: some jobs sleep, and some containers are just being taken down
PATIENCE = 10.0  # seconds that a daemon which went away may take to come back
COMPILER_LIMITS = Limits(cpu_seconds=int(LIFE), memory_mb=2048, output_mb=64)


@dataclass(frozen=True, slots=True)
class _Open:
    """An engine that answers, with an image whose limits hold."""

    api: Api
    image: str
    info: Mapping[str, Any]
    findings: tuple[Finding, ...]


class Contained:
    """Containers of Docker or of Podman; a `Sandbox` and an `Observer`.

    Args:
        engine: a key of `ENGINES`.
        workers: jobs at once; by default three for each of the daemon's cores.
        languages: how jobs become papers.
    """

    layer: Layer | None = None

    def __init__(
        self, engine: str = "docker", *, workers: int | None = None, languages: Mapping[str, Language] = LANGUAGES
    ) -> None:
        self._engine, self._workers, self._languages = engine, workers, languages
        self._lock = threading.Lock()
        self._opened: _Open | None = None

    def use(self, layer: Layer) -> None:
        """Run everything in the image with this layer; before anything else is asked of it."""
        self.layer = layer

    @property
    def _tag(self) -> str:
        return tag() if self.layer is None else self.layer.tag

    @property
    def spec(self) -> Mapping[str, Any]:
        """See `Sandbox`."""
        opened = self._open()
        return {
            "name": self._engine,
            "engine": opened.info.get("ServerVersion"),
            "image": self._tag,
            "image_id": opened.image,
            "kernel": opened.info.get("KernelVersion"),
            "cgroup": opened.info.get("CgroupVersion", "1"),
            "held": {finding.limit: finding.held for finding in opened.findings},
        }

    @cached_property
    def identity(self) -> str:
        """The image, and the code on this side that makes papers and judges them."""
        return f"{self._open().image}+{sources_sha256()[:16]}"

    @property
    def notes(self) -> Sequence[str]:
        """See `Sandbox`."""
        return ()

    def check(self) -> None:
        """Connect, look at the image, sweep what a killed process left, and try every limit.

        Raises:
            SandboxError: no daemon, no image, an image of other files, or a limit that does not hold.
        """
        self._open()

    def _open(self) -> _Open:
        with self._lock:
            if self._opened is None:
                self._opened = _opened(self._engine, self.layer, self._tag)
                atexit.register(self.close)
        return self._opened

    def run(self, jobs: Iterable[Job]) -> Iterator[Execution]:
        """See `Sandbox`."""
        return self._all(run_jobs, jobs)

    def observe(self, trials: Iterable[Trial]) -> Iterator[Observation]:
        """See `Observer`."""
        return self._all(observe_trials, trials)

    def _all(
        self, run: Callable[[Place, Iterable[Work], int], Iterator[Record]], works: Iterable[Work]
    ) -> Iterator[Record]:
        with self._place() as place:
            yield from run(place, works, self._workers or self._open().info.get("NCPU", 1) * PER_CORE)

    @contextmanager
    def desk(self, workers: int) -> Iterator[Desk[Job, Execution]]:
        """A desk at which jobs are handed in one by one; their containers are removed when it is left."""
        with self._place() as place, closing(Desk(JOBS, place, workers)) as desk:
            yield desk

    @contextmanager
    def _place(self) -> Iterator[Place]:
        opened = self._open()
        containers = Containers(opened.api, opened.image)
        try:
            yield _Place(containers, self._compiler, self._languages, self.identity, opened.api)
        finally:
            containers.close()

    @cached_property
    def _own(self) -> Containers:
        opened = self._open()
        return Containers(opened.api, opened.image)

    @cached_property
    def _compiler(self) -> WarmCompiler:
        return WarmCompiler(lambda: self._own.start(COMPILER, COMPILER_LIMITS, life=LIFE, cores=CORES["java"]))

    def close(self) -> None:
        """Remove the compiler's container and let go of the daemon."""
        atexit.unregister(self.close)
        with self._lock:
            opened, self._opened = self._opened, None
        if opened is None:
            return
        for name in ("_compiler", "_own"):
            if (part := self.__dict__.pop(name, None)) is not None:
                part.close()
        opened.api.close()


def _opened(engine: str, layer: Layer | None, name: str) -> _Open:
    api = connect(engine)
    try:
        with asking("asking the daemon"):
            info = api.info()
        sweep(api)
        if problem := missing_layer(api, layer):
            raise SandboxError(problem)
        image = (found(api, name) or {})["Id"]
        findings = remembered(image, str(info.get("ID")), lambda: findings_of(api, image))
        _refuse_what_leaks(findings)
    except Broken as broken:
        api.close()
        raise SandboxError(f"the {engine} daemon fails: {broken}") from None
    except SandboxError:
        api.close()
        raise
    return _Open(api, image, info, findings)


def findings_of(api: Api, image: str) -> tuple[Finding, ...]:
    """The self-test in an image.

    Raises:
        Broken: the daemon failed.
    """
    containers = Containers(api, image)
    try:
        return examine(containers)
    finally:
        containers.close()


def _refuse_what_leaks(findings: Sequence[Finding]) -> None:
    if leaks := [f"{finding.limit} ({finding.detail})" for finding in findings if not finding.held]:
        raise SandboxError(
            f"these limits do not hold here: {', '.join(leaks)}; `bench sandbox check` shows all. Use another machine "
            "or engine, or accept the risk with `--sandbox unsafe-local`"
        )


@cache
def sources_sha256() -> str:
    """Of this package's own Python files: a paper made otherwise may be judged otherwise."""
    whole = hashlib.sha256()
    for entry in sorted(files("bench.sandbox").iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".py"):
            whole.update(entry.name.encode() + b"\0" + entry.read_bytes())
    return whole.hexdigest()


class _Place:
    """Where the runners of one run are started."""

    def __init__(
        self,
        containers: Containers,
        compiler: Compiler,
        languages: Mapping[str, Language],
        identity: str,
        api: Api,
    ) -> None:
        self._containers, self.compiler, self.languages, self.identity = containers, compiler, languages, identity
        self._api = api
        self._recovering, self._gone = threading.Lock(), False

    def start(self, work: Job | Trial) -> Channel:
        """A runner for this work."""
        cores = CORES.get(work.language, ONE_CORE)
        runner = self.languages[work.language].command(work)
        return self._containers.start(runner, work.limits, life=life(work.limits), cores=cores)

    def is_stale(self, channel: Channel) -> bool:
        """Whether it may end itself before its job does."""
        return isinstance(channel, ContainerChannel) and channel.age > WAITING

    def recovers(self) -> bool:
        """Wait a little for a daemon that went away; the first that waits in vain does so for all."""
        with self._recovering:
            deadline = time.monotonic() + PATIENCE
            while not self._gone:
                if self._answers():
                    return True
                self._gone = time.monotonic() > deadline
                time.sleep(0.2)
        return False

    def _answers(self) -> bool:
        try:
            with asking("asking the daemon"):
                self._api.ping()
        except Broken:
            return False
        return True
