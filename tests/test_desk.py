"""Would catch a job handed in alone that is judged otherwise than in a run, or that blocks those of other threads."""

from __future__ import annotations

import threading
from contextlib import closing

from python_jobs import python_job

from bench.records import Execution, Job, Verdict
from bench.sandbox.unsafe import Unsafe

TESTS = "from solution import *\n\n\ndef test_two():\n    assert double(2) == 4\n"
SOURCES = {"right": "def double(n):\n    return 2 * n\n", "wrong": "def double(n):\n    return n\n"}


def jobs() -> list[Job]:
    return [python_job(source, TESTS) for source in SOURCES.values()]


def test_jobs_handed_in_by_several_threads_have_the_verdicts_and_hashes_of_a_run() -> None:
    found: dict[int, Execution] = {}
    with closing(Unsafe(workers=1)) as sandbox:
        expected = {execution.job_sha256: execution.verdict for execution in sandbox.run(jobs())}
        with sandbox.desk(1) as desk:

            def hand_in(number: int) -> None:
                found[number] = desk.record(jobs()[number % 2])

            threads = [threading.Thread(target=hand_in, args=(number,)) for number in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    assert len(found) == 4
    assert sorted(expected.values()) == [Verdict.FAILED, Verdict.PASSED]
    assert {execution.job_sha256: execution.verdict for execution in found.values()} == expected


def test_a_desk_that_was_left_gives_no_verdict_any_more() -> None:
    with closing(Unsafe(workers=1)) as sandbox:
        with sandbox.desk(1) as desk:
            pass
        execution = desk.record(jobs()[0])
    assert execution.verdict == Verdict.SANDBOX_ERROR
    assert execution.reason == "the run was stopped"
