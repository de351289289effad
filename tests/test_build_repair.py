"""Asking for more tests.

It would catch a round that never ends, a prompt that hides what is missing, and a test that is kept although it sees
nothing that the others do not see.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.benchmarks.ncb.construction import repairing
from bench.benchmarks.ncb.construction.evidence.examining import Examined
from bench.benchmarks.ncb.construction.records import (
    Draft,
    Finding,
    Measured,
    MutantReport,
    Repaired,
    TestReport,
    Verified,
)
from bench.records import Coverage, Ended, Observation

SOLUTION = "def sign(x):\n    if x < 0:\n        return -1\n    return 1\n"
OLD = "def test_one():\n    assert sign(1) == 1\n"
NEW = (
    "```python\nimport os\n\n\n"
    + OLD.replace("1) == 1", "5) == 1")
    + "\n\ndef test_minus():\n    assert sign(-1) == -1\n```"
)
DRAFT = Draft(
    id="s",
    language="python",
    natural_language="en",
    statements={"en": "`sign`"},
    files={"python_s.py": SOLUTION},
    tests=OLD,
)
MEASURED = Measured(
    id="s",
    line_coverage=75.0,
    branch_coverage=50.0,
    mutation_score=50.0,
    mutants=(
        MutantReport(
            name="mutant-1",
            operator="number",
            file="python_s.py",
            line=4,
            before="    return 1",
            after="    return 2",
            status="survived",
        ),
    ),
    missing_lines=("python_s.py:3",),
    missing_branches=("python_s.py:2->3",),
)


def reports(*names: str) -> tuple[TestReport, ...]:
    return tuple(TestReport(name=name, kept=True) for name in names)


def repaired() -> Repaired:
    return Repaired(id="s", draft=DRAFT, verified=Verified(id="s", tests=reports("test_one")), measured=MEASURED)


def test_a_target_is_met_by_branches_and_mutants_where_they_can_be_measured() -> None:
    target = repairing.Target(branches=90, mutants=80)
    assert target.met(Measured(id="s", line_coverage=10, branch_coverage=90, mutation_score=80))
    assert not target.met(Measured(id="s", line_coverage=100, branch_coverage=89.9, mutation_score=100))
    assert not target.met(Measured(id="s", line_coverage=80))
    assert target.met(Measured(id="s"))


def test_the_prompt_shows_what_goes_unnoticed_with_its_source() -> None:
    assert repairing.missing(DRAFT, MEASURED).splitlines() == [
        "- line 3 of python_s.py is never reached: `return -1`",
        "- the branch python_s.py:2->3",
        "- line 4 of python_s.py, changed from `return 1` to `return 2`",
    ]


def test_new_tests_stand_after_the_old_ones_under_names_of_their_own() -> None:
    draft, names = repairing.with_more(DRAFT, NEW)
    assert len(names) == 2
    assert "test_one" not in names
    assert draft.tests.index("sign(1) == 1") < draft.tests.index("sign(5) == 1") < draft.tests.index("sign(-1) == -1")
    compile(draft.tests, "tests", "exec")


def test_an_answer_without_a_test_changes_nothing() -> None:
    assert repairing.with_more(DRAFT, "NONE") == (DRAFT, ())


def seen(tests: dict[str, Sequence[str]]) -> Observation:
    coverage = Coverage(
        lines=("python_s.py:2", "python_s.py:3", "python_s.py:4"),
        branches=("python_s.py:2->3", "python_s.py:2->4"),
        tests={name: tuple(found) for name, found in tests.items()},
        branches_taken=2,
        branches_all=2,
    )
    return Observation(sample_id="s", variant="reference", ended=Ended.WHOLE, coverage=coverage)


def test_only_those_new_tests_stay_that_see_something_new() -> None:
    draft, (again, minus) = repairing.with_more(DRAFT, NEW)
    observation = seen({"test_one": ["python_s.py:4"], again: ["python_s.py:4"], minus: ["python_s.py:3"]})
    verified = Verified(id="s", tests=reports("test_one", again, minus))
    found = repairing.accepted(
        repaired(), Examined(draft=draft, verified=verified, seen=[observation]), (again, minus), 0
    )
    assert found.added == (minus,)
    assert [test.name for test in found.verified.tests] == ["test_one", minus]
    assert "sign(5)" not in found.draft.tests
    assert found.rounds == 1


def test_where_nothing_new_comes_the_tests_are_as_they_were() -> None:
    draft, (again, minus) = repairing.with_more(DRAFT, NEW)
    observation = seen({"test_one": ["python_s.py:4"], again: ["python_s.py:4"], minus: ["python_s.py:3"]})
    vacuous = TestReport(
        name=minus, kept=False, findings=(Finding(test=minus, mark="vacuous", why="it asserts nothing"),)
    )
    verified = Verified(id="s", tests=(*reports("test_one", again), vacuous))
    found = repairing.accepted(
        repaired(), Examined(draft=draft, verified=verified, seen=[observation]), (again, minus), 0
    )
    assert (found.draft, found.added, found.stopped) == (DRAFT, (), "nothing new")
