"""Would catch a trial that is another thing in a container: a clock that does not reach it, files that stay in /tmp.

Also a limit that ends a trial and is told as something else, and a killed container blamed on the tests.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from trying import ALONE, LIMITS, WRITTEN, observe, outcomes, run_of, trial

from bench.records import Ended, Observation, Round
from bench.sandbox.contained import Contained
from bench.sandbox.engine import connect
from bench.sandbox.hardening import LABEL, OWNER

ADD = "def add(a, b):\n    return a + b\n"


@pytest.fixture(scope="module")
def observer(sandbox_image: str) -> Iterator[Contained]:
    made = Contained("docker")
    yield made
    made.close()


def test_all_rounds_of_a_trial_are_seen_in_one_container(observer: Contained) -> None:
    tests = (
        "import datetime, os, socket\n"
        "def test_right(): assert add(1, 2) == 3\n"
        "def test_wrong(): assert add(1, 2) == 4\n"
        "def test_today(): assert datetime.date.today().year >= 2025\n"
        "def test_leaves():\n    assert not os.path.exists('/tmp/left')\n    open('/tmp/left', 'w').close()\n"
        "def test_reaches(): socket.create_connection(('example.org', 80))\n"
    )
    rounds = (
        replace(ALONE, coverage=True),
        WRITTEN,
        Round(name="again", alone=True),
        Round(name="leap", clock="@2004-02-29 23:59:30 x10"),
    )
    seen = observe(trial(ADD, tests, *rounds), observer)
    right = {
        "test_right": "passed",
        "test_wrong": "failed",
        "test_today": "passed",
        "test_leaves": "passed",
        "test_reaches": "error",
    }
    assert seen.ended == "whole"
    assert outcomes(seen) == outcomes(seen, "written") == outcomes(seen, "again") == right
    assert outcomes(seen, "leap") == {**right, "test_today": "failed"}
    assert run_of(seen, "test_today", "leap").left == "2004"
    assert (run_of(seen, "test_wrong").left, run_of(seen, "test_wrong").right) == ("3", "4")
    assert run_of(seen, "test_reaches").touched == ("network",)
    assert seen.coverage is not None
    assert seen.coverage.tests["test_right"] == ("solution.py:1", "solution.py:2")
    assert seen.coverage.tests["test_today"] == ("solution.py:1",)


def test_memory_that_a_test_wants_in_vain_is_that_tests_error(observer: Contained) -> None:
    tests = "def test_a():\n    held = []\n    while True: held.append(b'x' * (1 << 20))\ndef test_b(): pass\n"
    seen = observe(trial(ADD, tests), observer)
    assert (seen.ended, outcomes(seen)) == (Ended.WHOLE, {"test_a": "error", "test_b": "passed"})


def test_memory_that_the_solution_wants_in_vain_ends_the_trial(observer: Contained) -> None:
    seen = observe(trial("held = []\nwhile True: held.append(b'x' * (1 << 20))", "def test_a(): pass"), observer)
    assert (seen.ended, seen.reason) == ("out_of_memory", "used more memory than the limit")


def test_a_solution_that_never_loads_ends_with_the_wall_limit(observer: Contained) -> None:
    asked = trial("while True: pass", "def test_a(): pass", limits=replace(LIMITS, wall_seconds=2))
    seen = observe(asked, observer)
    assert (seen.ended, seen.reason) == ("timeout", "still running after 2 s")


def test_a_container_that_is_killed_keeps_what_was_seen_before(observer: Contained) -> None:
    tests = "import time\ndef test_a(): pass\ndef test_b(): time.sleep(50)\n"
    seen: list[Observation] = []
    thread = threading.Thread(target=lambda: seen.append(observe(trial(ADD, tests, test_seconds=60.0), observer)))
    thread.start()
    api = connect("docker")
    try:
        _kill_one_that_sleeps(api)
    finally:
        api.close()
    thread.join()
    assert outcomes(seen[0]) == {"test_a": "passed"}
    assert seen[0].ended in {Ended.TIMEOUT, Ended.CRASHED}


def _kill_one_that_sleeps(api: Any) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for container in api.containers(filters={"label": f"{LABEL}=1"}):
            if f":{os.getpid()}:" not in container["Labels"][OWNER]:
                continue
            tasks = api.top(container["Id"])["Processes"]
            if sum("trial.py" in " ".join(task) for task in tasks) >= 2:  # the runner and the fork that sleeps
                time.sleep(1)
                api.kill(container["Id"])
                return
        time.sleep(0.1)
    raise AssertionError("no trial was seen to run")
