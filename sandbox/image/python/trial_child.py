"""What happens in the process that runs tests: their outcomes, what failures show, and what was touched."""

from __future__ import annotations

import random
import re
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, SupportsIndex

import pytest

if TYPE_CHECKING:
    from bench.sandbox.image.python.trial_parent import Say
    from bench.sandbox.image.python.trial_reach import Reach
    from bench.sandbox.image.python.trial_shown import Compared, Source, failure
else:
    from python.trial_shown import Compared, Source, failure

Json = dict[str, Any]
WORST = ("error", "failed", "skipped", "passed")
"""The outcomes of a test; what has several phases or parameters has the first of these that it had."""
REACHING = frozenset(
    {
        *("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.sendto"),
        *("urllib.Request", "http.client.connect", "ftplib.connect", "smtplib.connect"),
    }
)
"""Audit events of code that wants a network."""
HERE = ("127.", "localhost", "::1", "0.0.0.0")  # noqa: S104 - addresses of this machine, which need none
SEEDED = re.compile(r"^[^\s#].*\bseed\(", re.MULTILINE)
"""A line of a module that is run on import and seeds a generator."""
GENERATORS = ("numpy.random", "torch")


class Noticed:
    """What the running test was seen to do. There is one of these in a process."""

    kinds: set[str] = set()  # noqa: RUF012 - read and written by functions that replace the standard library's
    seeded = False

    @classmethod
    def watch(cls) -> None:
        """Replace `time.sleep` and `random.seed` by functions that note; before anything imports them by name.

        This sleep waits by a lock: libfaketime 0.9.10 breaks the system call that Python's own makes.
        """
        seed = random.seed

        def sleep(seconds: float | SupportsIndex, /) -> None:
            cls.kinds.add("sleep")
            if float(seconds) < 0:
                raise ValueError("sleep length must be non-negative")
            lock = threading.Lock()
            lock.acquire()
            lock.acquire(timeout=float(seconds))

        def noting_seed(*arguments: Any, **named: Any) -> None:
            cls.seeded = cls.seeded or any(one is not None for one in (*arguments, *named.values()))
            seed(*arguments, **named)

        time.sleep, random.seed = sleep, noting_seed

    @classmethod
    def audit(cls, event: str, arguments: tuple[Any, ...]) -> None:
        """An audit hook."""
        if event in REACHING and _is_elsewhere(event, arguments):
            cls.kinds.add("network")

    @classmethod
    def begin(cls) -> None:
        """Forget."""
        cls.kinds.clear()
        cls.seeded, cls.drawn = False, random.getstate()

    @classmethod
    def touched(cls) -> list[str]:
        """What was noted since `begin`."""
        drew = random.getstate() != cls.drawn and not cls.seeded
        return sorted(cls.kinds | ({"random"} if drew else set()))

    drawn: object = None


def _is_elsewhere(event: str, arguments: tuple[Any, ...]) -> bool:
    """Whether an address is none of this machine's own."""
    place = arguments[-1] if event in {"socket.connect", "socket.sendto"} else arguments[0]
    host = place[0] if isinstance(place, tuple) and place else place
    if event in {"socket.connect", "socket.sendto"} and not isinstance(place, tuple):
        return False  # a socket of the file system
    return not str(host).removeprefix("http://").removeprefix("https://").startswith(HERE)


class Child:
    """Runs tests by pytest's own protocol and tells what came of each.

    Args:
        tests: items by the name of their test; several where it has parameters.
        path: of the test file.
        texts: of that file and of all modules beside it.
    """

    def __init__(
        self,
        config: pytest.Config,
        tests: Mapping[str, Sequence[pytest.Item]],
        path: Path,
        texts: Iterable[str],
        reach: Reach | None,
    ) -> None:
        self._tests, self._reach = tests, reach
        self._phases = Phases(Source(path))
        self._state = random.getstate() if any(SEEDED.search(text) for text in texts) else None
        config.pluginmanager.register(self._phases)

    def run(self, names: Sequence[str], say: Say, *, coverage: bool) -> None:
        """Run these tests in this process, one after the other, and say what came of each as it ends."""
        if self._reach is not None and not coverage:
            self._reach.stop()
        sys.addaudithook(Noticed.audit)
        _draw_from(self._state)
        for name, following in pairwise([*names, None]):
            assert name is not None
            after = self._tests[following][0] if following else None
            run = {"test": name, **self._one(self._tests[name], after)}
            reached = {"reached": self._reach.reached()} if self._reach is not None and coverage else {}
            say({"run": run, **reached})

    def _one(self, items: Sequence[pytest.Item], after: pytest.Item | None) -> Json:
        self._phases.seen = []
        Noticed.begin()
        began = time.perf_counter()
        for item, following in pairwise([*items, after]):
            assert item is not None
            try:
                item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            except BaseException as error:  # noqa: BLE001 - pytest lets KeyboardInterrupt and its own Exit through
                self._phases.note("error", error)
        seconds = time.perf_counter() - began
        return {**self._phases.worst(), "seconds": round(seconds, 6), "touched": Noticed.touched()}


def _draw_from(state: Any) -> None:
    """What is drawn differs from fork to fork, unless a module has seeded a generator as it was imported.

    By itself Python seeds its own generator anew in every fork, and packages leave theirs alike in all.
    """
    if state is not None:
        random.setstate(state)
        return
    for name in GENERATORS:
        if (module := sys.modules.get(name)) is not None:
            module.seed()


class Phases:
    """A pytest plugin that keeps what became of set-up, call and tear-down."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._compared: Compared | None = None
        self.seen: list[Json] = []

    def note(self, outcome: str, error: BaseException | None = None) -> None:
        """Keep a phase."""
        shown = {} if error is None or outcome == "skipped" else failure(error, self._source, self._compared)
        self.seen.append({"outcome": outcome, **shown})

    def worst(self) -> Json:
        """The phase that counts; a test of which nothing was seen did not pass."""
        return min(self.seen, key=lambda phase: WORST.index(phase["outcome"]), default={"outcome": "error"})

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[Any]) -> Iterator[None]:  # noqa: ARG002
        """One phase has ended."""
        made: Any = yield
        report = made.get_result()
        error = call.excinfo.value if call.excinfo is not None else None
        outcome = _outcome(report, error)
        if outcome != "passed" or report.when == "call":
            self.note(outcome, error)
        self._compared = None

    def pytest_assertrepr_compare(self, op: str, left: object, right: object) -> None:
        """A comparison in an assertion that does not hold, or is shown beside one."""
        self._compared = self._source.compared(op, left, right)


def _outcome(report: Any, error: BaseException | None) -> str:
    if report.skipped or hasattr(report, "wasxfail"):
        return "skipped"
    if not report.failed:
        return "passed"
    return "failed" if error is None or isinstance(error, (AssertionError, pytest.fail.Exception)) else "error"
