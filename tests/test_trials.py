"""Would catch an outcome, a line or a value that is not the test's own, and state that leaks from one test to another.

Also a trial that ends with the first bad test, coverage that is not coverage.py's, a clock that is not another, and a
runner that breaks this process by what it says.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import absent
from trying import ALONE, LIMITS, WRITTEN, lying, observe, outcomes, run_of, trial

from bench.records import Coverage, Ended, Outcome, Round, from_plain, to_plain
from bench.records.tried import Observation
from bench.sandbox.fake import FakeObserver
from bench.sandbox.jobs import trial_sha256

ADD = "def add(a, b):\n    return a + b\n"

OUTCOMES = {
    "def test_one(): assert add(1, 2) == 3": ("passed", ""),
    "def test_one(): assert add(1, 2) == 4": ("failed", "AssertionError"),
    "def test_one(): add(1, 'a')": ("error", "TypeError"),
    "import pytest\ndef test_one():\n    with pytest.raises(ValueError): add(1, 2)": ("failed", "Failed"),
    "import pytest\n@pytest.mark.skip\ndef test_one(): assert False": ("skipped", ""),
    "import pytest\n@pytest.mark.xfail\ndef test_one(): assert False": ("skipped", ""),
    "import pytest\n@pytest.fixture\ndef broken(): raise OSError\ndef test_one(broken): pass": ("error", "OSError"),
    "import sys\ndef test_one(): sys.exit(0)": ("error", "SystemExit"),
    "def test_one(): raise KeyboardInterrupt": ("error", "KeyboardInterrupt"),
    "import os\ndef test_one(): os._exit(0)": ("error", ""),
    "import os\ndef test_one(): os.kill(os.getpid(), 9)": ("error", ""),
    "import os\ndef test_one():\n    os.closerange(0, 1000)\n    while True: pass": ("error", ""),
    "import pytest\n@pytest.mark.parametrize('b', [2, 3])\ndef test_one(b): assert add(1, b) == 3": (
        "failed",
        "AssertionError",
    ),
}


@pytest.mark.parametrize("tests", OUTCOMES)
def test_each_kind_of_end_has_its_outcome_and_the_next_test_is_run(tests: str) -> None:
    seen = observe(trial(ADD, f"{tests}\ndef test_two(): assert add(1, 1) == 2"))
    run = run_of(seen, "test_one")
    assert (run.outcome, run.raised) == OUTCOMES[tests]
    assert run_of(seen, "test_two").outcome == "passed"
    assert seen.ended == "whole"


VALUES = {
    "assert add(1, 2) == 4": ("==", "3", "4"),
    "assert 'x' in add('a', 'b')": ("in", "'x'", "'ab'"),
    "assert add(1, 1) == 2 and add(1, 2) == 5": ("==", "3", "5"),
    "assert not add(1, 2) == 3": ("", None, None),
    "assert add(1, 2) == 4 or add(1, 2) == 5": ("", None, None),
    "assert isinstance(add(1, 2), str)": ("", None, None),
    "raise AssertionError('a == b')": ("", None, None),
    "import unittest; unittest.TestCase().assertEqual(add(1, 2), 4)": ("==", "3", "4"),
    "import unittest; unittest.TestCase().assertGreater(add(1, 2), 4)": (">", "3", "4"),
}


@pytest.mark.parametrize("statement", VALUES)
def test_a_failed_comparison_shows_what_was_compared_as_the_test_writes_it(statement: str) -> None:
    run = run_of(observe(trial(ADD, f"def test_one():\n    {statement}")), "test_one")
    assert (run.operator, run.left, run.right) == VALUES[statement]
    assert (run.outcome, run.line) == ("failed", 3)


def test_a_comparison_that_was_caught_is_not_taken_for_the_one_that_failed() -> None:
    caught = "def test_one():\n    try:\n        assert add(1, 2) == 9\n    except AssertionError:\n        pass\n"
    run = run_of(observe(trial(ADD, f"{caught}    assert add(0, 0), 'zero'")), "test_one")
    assert (run.line, run.operator, run.left, run.message.partition(" ")[0]) == (7, "", None, "zero")


def test_the_line_is_the_last_one_in_the_test_file() -> None:
    helper = "def check(value):\n    assert value == 1\ndef test_one():\n    check(add(1, 1))"
    assert run_of(observe(trial(ADD, helper)), "test_one").line == 3
    raising = "def test_one():\n    fail()"
    assert run_of(observe(trial("def fail():\n    raise KeyError('x')", raising)), "test_one").line == 3


def test_a_value_too_long_to_tell_is_no_literal() -> None:
    run = run_of(observe(trial(ADD, "def test_one():\n    assert add('a' * 99_999, '') == 'a'")), "test_one")
    assert run.left is not None
    assert len(run.left) < 12_000
    assert run.left.endswith("...")


COUNT = "seen = []\ndef count():\n    seen.append(1)\n    return len(seen)\n"
BOTH = "def test_a(): assert count() == 1\ndef test_b(): assert count() == 2\n"


def test_state_stays_within_a_test_that_runs_alone_and_within_a_round_of_all() -> None:
    rounds = (ALONE, WRITTEN, Round(name="turned", order=("test_b", "test_a")), Round(name="again", alone=True))
    seen = observe(trial(COUNT, BOTH, *rounds))
    assert outcomes(seen, "alone") == outcomes(seen, "again") == {"test_a": "passed", "test_b": "failed"}
    assert outcomes(seen, "written") == {"test_a": "passed", "test_b": "passed"}
    assert outcomes(seen, "turned") == {"test_b": "failed", "test_a": "failed"}
    assert [run.test for run in seen.runs if run.round == "turned"] == ["test_b", "test_a"]


def test_the_working_folder_is_put_back_after_each_test(tmp_path: Path) -> None:
    (tmp_path / "given.txt").write_text("given")
    wreck = (
        "import os, pathlib, shutil\nhere = pathlib.Path('.')\n"
        "def test_a():\n    look(); (here / 'new').mkdir(); (here / 'new' / 'file').write_text('x')\n"
        "    (here / 'given.txt').write_text('other'); (here / 'solution.py').unlink()\n"
        "def test_b():\n    look(); shutil.rmtree(here / 'new', ignore_errors=True); os.remove('given.txt')\n"
        "def look():\n    assert sorted(os.listdir()) == ['given.txt', 'solution.py', 'test_solution.py']\n"
        "    assert open('given.txt').read() == 'given'\n"
    )
    rounds = (ALONE, Round(name="turned", order=("test_b",)), Round(name="again", alone=True))
    seen = observe(trial(ADD, wreck, *rounds, inputs=str(tmp_path)))
    assert {run.outcome for run in seen.runs} == {"passed"}
    assert len(seen.runs) == 5


HANG = "def test_a(): pass\ndef test_hang():\n    while True: pass\ndef test_b(): pass\n"


def test_a_test_that_hangs_is_ended_and_what_is_slow_runs_once() -> None:
    seen = observe(trial(ADD, HANG, WRITTEN, ALONE, test_seconds=0.5))
    assert outcomes(seen, "written") == {"test_a": "passed", "test_hang": "timeout", "test_b": "passed"}
    assert outcomes(seen, "alone") == {"test_a": "passed", "test_b": "passed"}


def test_what_ran_before_the_wall_limit_is_kept() -> None:
    tests = "import time\ndef test_a(): pass\ndef test_b(): time.sleep(600)\n"
    seen = observe(trial(ADD, tests, limits=replace(LIMITS, wall_seconds=5), test_seconds=600))
    assert (seen.ended, outcomes(seen)) == (Ended.TIMEOUT, {"test_a": "passed"})
    assert seen.reason == "still running after 5 s"


def test_what_ran_before_the_runner_dies_is_kept() -> None:
    tests = "import os\ndef test_a(): pass\ndef test_b(): os.kill(os.getppid(), 9)\n"
    seen = observe(trial(ADD, tests, limits=replace(LIMITS, cpu_seconds=60)))
    assert outcomes(seen) == {"test_a": "passed"}
    assert seen.ended in {Ended.CRASHED, Ended.TIMEOUT}  # a SIGKILL looks as the end of processor time does


def test_what_cannot_be_loaded_says_why() -> None:
    seen = observe(trial("import nothing_of_this_name", "def test_a(): pass"))
    assert (seen.ended, seen.runs) == (Ended.CANNOT_LOAD, ())
    assert "the solution cannot be loaded: ModuleNotFoundError" in (seen.reason or "")
    seen = observe(trial(ADD, "def test_a(: pass"))
    assert "the test file cannot be loaded: " in (seen.reason or "")
    assert "SyntaxError" in (seen.reason or "")
    seen = observe(trial(ADD, "x = 1"))
    assert (seen.ended, seen.reason) == ("cannot_load", "the test file cannot be loaded: there is no test in it")
    assert observe(replace(trial(ADD, ""), files={})).ended == Ended.CANNOT_LOAD


def test_noise_is_output_and_input_is_empty() -> None:
    noisy = (
        "import os, sys\n"
        "def test_a():\n    print('said'); os.write(1, b'raw'); sys.stdout.close()\n    assert sys.stdin.read() == ''\n"
        "def test_b():\n    os.system('echo from a shell')\n"
    )
    seen = observe(trial(ADD, noisy, ALONE, WRITTEN))
    assert {run.outcome for run in seen.runs} == {"passed"}
    assert {"said", "raw", "from a shell"} <= set(seen.output.replace("raw", "raw\n").split("\n"))


TOUCHED = {
    "import time\ndef test_a(): time.sleep(0.01)": ("sleep",),
    "from time import sleep\ndef test_a(): sleep(0.01)": ("sleep",),
    "import random\ndef test_a(): random.random()": ("random",),
    "import random\ndef test_a(): random.seed(3); random.random()": (),
    "import socket\ndef test_a(): socket.socket().connect_ex(('192.0.2.1', 9))": ("network",),
    "import socket\ndef test_a(): socket.socket().connect_ex(('127.0.0.1', 9))": (),
    "def test_a(): add(1, 2)": (),
}


@pytest.mark.parametrize("tests", TOUCHED)
def test_what_a_test_touches_is_noted(tests: str) -> None:
    patched = tests.replace("socket.socket()", "quick()")
    quick = "\nimport socket\ndef quick():\n    made = socket.socket()\n    made.settimeout(0.05)\n    return made\n"
    assert run_of(observe(trial(ADD + quick, patched)), "test_a").touched == TOUCHED[tests]


def test_what_is_drawn_differs_from_test_to_test_unless_the_module_seeds() -> None:
    solution = "import random\ndef draw():\n    return random.random()\n"
    tests = "def test_a(): assert draw() == 0\ndef test_b(): assert draw() == 0"
    drawn = {run.left for run in observe(trial(solution, tests, ALONE, WRITTEN)).runs}
    assert len(drawn) == 4
    seeded = solution.replace("def", "random.seed(7)\ndef")
    seen = observe(trial(seeded, tests, ALONE, Round(name="again", alone=True)))
    assert len({run.left for run in seen.runs}) == 1


def test_a_repeated_round_is_a_new_process_with_other_hashes_and_a_module_loaded_anew() -> None:
    solution = "import os\nPID = os.getpid()\nNAMES = list({str(n) for n in range(50)})\n"
    tests = "def test_a(): assert (PID, NAMES) == ()"
    rounds = (ALONE, WRITTEN, Round(name="again", alone=True))
    first, second, third = (run.left for run in observe(trial(solution, tests, *rounds)).runs)
    assert first == second != third
    assert first is not None
    assert third is not None
    assert first.partition(",")[2] != third.partition(",")[2]


CLOCK = "import datetime, time\ndef test_a(): assert datetime.date.today().isoformat() == ''\n"


def test_a_round_sees_its_clock_and_the_others_the_true_one() -> None:
    if not list(Path("/usr/lib").glob("*/faketime/libfaketime.so.1")):
        absent("faketime", "NOT TESTED: no libfaketime on this machine: apt-get install libfaketime")
    waiting = "def test_b():\n    began = time.time(); time.sleep(0.2)\n    assert time.time() - began < 1\n"
    rounds = (
        ALONE,
        Round(name="leap", alone=True, clock="@2004-02-29 12:00:00"),
        Round(name="fast", clock="@2004-02-29 12:00:00 x10"),
        Round(name="after", order=("test_a",)),
    )
    seen = observe(trial(ADD, CLOCK + waiting, *rounds))
    assert run_of(seen, "test_a", "leap").left == run_of(seen, "test_a", "fast").left == "'2004-02-29'"
    assert run_of(seen, "test_a").left == run_of(seen, "test_a", "after").left
    assert "2004" not in (run_of(seen, "test_a").left or "2004")
    assert [run_of(seen, "test_b", name).outcome for name in ("alone", "leap", "fast")] == [
        Outcome.PASSED,
        Outcome.PASSED,
        Outcome.FAILED,
    ]


def test_a_fast_clock_ends_no_test_before_its_time() -> None:
    """Under it the runner's own waiting would end early, too."""
    if not list(Path("/usr/lib").glob("*/faketime/libfaketime.so.1")):
        absent("faketime", "NOT TESTED: no libfaketime on this machine: apt-get install libfaketime")
    waiting = "import time\ndef test_a(): time.sleep(1.5)\ndef test_b(): pass\n"
    seen = observe(trial(ADD, waiting, Round(name="fast", clock="+0 x100"), test_seconds=60.0))
    assert outcomes(seen, "fast") == {"test_a": "passed", "test_b": "passed"}


BRANCHES = """
import sys
def grade(points, strict=False):
    if strict and points < 0:
        raise ValueError
    for limit, mark in ((90, "A"),
                        (50, "B")):
        if points >= limit:
            return mark
    while True:
        break
    return [one for one in "C" if one][0]
if sys.version_info < (3,):
    grade = None
"""
GRADES = "def test_a(): assert grade(95) == 'A'\ndef test_b(): assert grade(1, True) == 'C'\n"
BY_ITSELF = """
import json, sys, coverage
measured = coverage.Coverage(data_file=None, branch=True, config_file=False, include=["solution.py"])
measured.start()
import pytest
sys.path.insert(0, ".")
pytest.main(["-q", "-p", "no:cacheprovider", "--noconftest", *sys.argv[1:]])
measured.stop()
measured.json_report(outfile="report.json")
"""


def coverage_by_itself(folder: Path, *tests: str) -> dict[str, Any]:
    """What coverage.py reports of a run of its own."""
    asked = trial(BRANCHES, GRADES)
    (folder / "solution.py").write_text(asked.files["solution.py"])
    (folder / "test_solution.py").write_text(asked.tests)
    command = [sys.executable, "-c", BY_ITSELF, *(f"test_solution.py::{name}" for name in tests)]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    found: dict[str, Any] = json.loads((folder / "report.json").read_text())["files"]["solution.py"]
    return found


def branches(pairs: list[list[int]]) -> set[str]:
    """As a trial names them."""
    return {f"solution.py:{a}->{b}" for a, b in pairs}


def test_coverage_is_what_coverage_py_says_of_the_same_test(tmp_path: Path) -> None:
    seen = observe(trial(BRANCHES, GRADES, replace(ALONE, coverage=True), WRITTEN))
    assert {run.outcome for run in seen.runs} == {"passed"}
    assert seen.coverage is not None
    for test in ("test_a", "test_b"):
        right = coverage_by_itself(tmp_path, test)
        lines = {f"solution.py:{line}" for line in right["executed_lines"]}
        assert set(seen.coverage.tests[test]) == lines | branches(right["executed_branches"])
    whole = coverage_by_itself(tmp_path, "test_a", "test_b")
    assert set(seen.coverage.branches) == branches(whole["executed_branches"] + whole["missing_branches"])
    assert seen.coverage.lines == tuple(
        f"solution.py:{line}" for line in sorted(whole["executed_lines"] + whole["missing_lines"])
    )
    counted = (whole["summary"]["covered_branches"], whole["summary"]["num_branches"])
    assert (seen.coverage.branches_taken, seen.coverage.branches_all) == counted


LIES = {
    "raw(b'no json')": "no message",
    "run(outcome='perfect')": "an outcome that there is not",
    "run(outcome=['passed'])": "an outcome that there is not",
    "run(round='other')": "no round that was asked for",
    "run(round=['alone'])": "a number where a text should be",
    "run(seconds=float('nan'))": "no time",
    "run(seconds='1')": "no time",
    "run(line='1')": "no number",
    "run(line=True)": "no number",
    "run(left=5)": "a number where a text should be",
    "say({'run': []})": "without fields",
    "say({'run': {'round': 'alone'}})": "a message without",
    "say({'coverage': 5})": "without fields",
    "say({'coverage': {'lines': {}}})": "a message without",
    "say({'hello': 1})": "a message of no known kind",
    "say({'done': True}); run()": "a second report",
    "say({'done': True}); sys.exit(3)": "exit code 3",
    "sys.exit(0)": "exit code 0 before its tests were done",
    "while True: run()": "more than 2 MB",
    "os.write(1, b'x' * 9)": "no message",
}


@pytest.mark.parametrize("program", LIES)
def test_a_runner_that_lies_ends_its_own_trial_and_what_was_heard_is_kept(program: str) -> None:
    seen = observe(replace(trial(ADD, ""), language="liar"), lying(program))
    assert seen.ended == "crashed"
    assert LIES[program] in (seen.reason or "")
    assert seen.runs[0].outcome == "passed"


def test_what_a_runner_says_is_capped() -> None:
    long = "run(message='m' * 50_000 + '\\ud800', left='v' * 50_000, touched=['network', 'magic']); say({'done': 1})"
    seen = observe(replace(trial(ADD, ""), language="liar"), lying(long))
    run = seen.runs[1]
    assert seen.ended == "whole"
    assert len(run.message) < 2_100
    assert len(run.left or "") < 10_100
    assert run.touched == ("network",)
    run.message.encode()


def test_an_observation_is_read_back_as_it_was_written() -> None:
    seen = observe(trial(ADD, "def test_a(): assert add(1, 2) == 4", replace(ALONE, coverage=True)))
    again = from_plain(Observation, json.loads(json.dumps(to_plain(seen))))
    assert again == seen
    assert isinstance(again.coverage, Coverage)


DIFFERENT = {
    "files": {"solution.py": "other"},
    "tests": "other",
    "rounds": (WRITTEN,),
    "test_seconds": 1.0,
    "slow_seconds": 1.0,
    "name": "other",
    "limits": replace(LIMITS, memory_mb=1),
}


def test_the_hash_of_a_trial_is_of_all_that_determines_what_is_seen() -> None:
    asked = trial(ADD, "")
    hashes = {trial_sha256(replace(asked, **{name: value}), "here") for name, value in DIFFERENT.items()}  # type: ignore[arg-type]
    hashes |= {trial_sha256(asked, "here"), trial_sha256(asked, "there")}
    assert len(hashes) == len(DIFFERENT) + 2
    assert trial_sha256(replace(asked, sample_id="s/2", variant="empty"), "here") == trial_sha256(asked, "here")


def test_the_fake_observer_sees_what_it_is_told_to_see() -> None:
    fake = FakeObserver()
    asked = trial(ADD, "")
    (seen,) = fake.observe([asked])
    assert seen.key == ("s/1", "reference", trial_sha256(asked, "fake"))
    assert fake.seen == [asked]
