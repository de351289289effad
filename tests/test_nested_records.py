"""Records inside of records come back from a line of JSON as they were.

Catches: a tuple of records that comes back as dictionaries, a default that is lost, a later key that breaks an old
reader, and half a record that is taken for a whole one.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from bench.benchmarks.ncb.construction.records import Draft, Finding, Measured, Proposal, Repaired, TestReport, Verified
from bench.records import Coverage, Observation, Outcome, Round, TestRun, Trial, from_plain, to_plain

RECORDS: tuple[Any, ...] = (
    Trial(
        sample_id="a", variant="empty", language="java", name="T", files={"A.java": "class A {}"}, tests="", rounds=()
    ),
    Trial(
        sample_id="a",
        variant="reference",
        language="python",
        name="m",
        files={},
        tests="",
        rounds=(Round(name="alone", alone=True), Round(name="back", order=("test_b", "test_a"), clock="+400d")),
    ),
    Observation(
        sample_id="a",
        variant="reference",
        ended="whole",
        runs=(TestRun(round="alone", test="t", outcome=Outcome.FAILED, line=3, left="1", touched=("clock",)),),
        coverage=Coverage(lines=("m.py:1",), branches=(), tests={"t": ("m.py:1",)}, branches_taken=0, branches_all=0),
    ),
    Repaired(
        id="p",
        draft=Draft(id="p", language="python", natural_language="zh", statements={"zh": "求和"}),
        verified=Verified(
            id="p",
            tests=(TestReport(name="t", kept=True, findings=(Finding(test="t", mark="slow", why="3 s"),)),),
        ),
        measured=Measured(id="p", line_coverage=87.5, smallest=("t",)),
        proposals=(Proposal(test="t", line=2, expected="1", observed="2", arguments={"test": "as asked"}),),
    ),
)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_record_comes_back_from_its_line_as_it_was(record: Any) -> None:
    line = json.dumps(to_plain(record), ensure_ascii=False)

    assert from_plain(type(record), json.loads(line)) == record


def test_a_key_of_a_later_version_is_passed_over() -> None:
    data = to_plain(Round(name="alone")) | {"temperature_of_the_room": 21}

    assert from_plain(Round, data) == Round(name="alone")


def test_a_record_that_lacks_what_it_needs_is_refused() -> None:
    with pytest.raises(TypeError, match="name"):
        from_plain(Round, {"alone": True})


def test_something_else_in_the_place_of_a_record_is_refused() -> None:
    broken = to_plain(RECORDS[2]) | {"runs": ["passed"]}

    with pytest.raises(TypeError, match="TestRun: not a JSON object"):
        from_plain(Observation, broken)
