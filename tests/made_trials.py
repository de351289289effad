"""A small problem, and observations of it that no sandbox made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.benchmarks.ncb.construction.evidence.trials import CLOCKS, REPEATS
from bench.benchmarks.ncb.construction.records import Draft, Verified
from bench.records import Coverage, Ended, Observation, TestRun

SOLUTION = '''def total(prices):
    """Of a list of prices."""
    if not prices:
        return 0
    return sum(prices)
'''
TESTS = """
def test_total_of_two():
    assert total([1, 2]) == 3


def test_total_of_none():
    assert total([]) == 0


def test_total_of_one():
    assert total([7]) == 7
"""
NAMES = ("test_total_of_two", "test_total_of_none", "test_total_of_one")
ROUNDS = (*REPEATS, *CLOCKS)
LINES = ("python_shop.py:1", "python_shop.py:3", "python_shop.py:4", "python_shop.py:5")
BRANCHES = ("python_shop.py:3->4", "python_shop.py:3->5")


def draft(**changed: Any) -> Draft:
    """A problem whose text shows the one name that its tests use."""
    given: dict[str, Any] = {
        "id": "shop",
        "language": "python",
        "natural_language": "en",
        "statements": {"en": "Write `total(prices)`, which gives the sum of all prices of a shop."},
        "files": {"python_shop.py": SOLUTION},
        "tests": TESTS,
    }
    return Draft(**{**given, **changed})


def coverage() -> Coverage:
    """Two tests take the one branch, one the other."""
    long = (LINES[0], LINES[1], LINES[3], BRANCHES[1])
    short = (LINES[0], LINES[1], LINES[2], BRANCHES[0])
    tests = {NAMES[0]: long, NAMES[1]: short, NAMES[2]: long}
    return Coverage(lines=LINES, branches=BRANCHES, tests=tests, branches_taken=2, branches_all=2)


def observation(
    variant: str = "reference",
    outcomes: Mapping[str, str | Mapping[str, str]] | None = None,
    *,
    names: Sequence[str] = NAMES,
    rounds: Sequence[str] = ("written",),
    ended: str = Ended.WHOLE,
    **run: Any,
) -> Observation:
    """Every test passes in every round, but for what `outcomes` says: of a test, or of a test by round."""
    known = outcomes or {}
    runs = tuple(
        TestRun(round=name, test=test, outcome=outcome, **(run if outcome != "passed" else {}))
        for name in rounds
        for test in names
        for outcome in [_outcome(known.get(test, "passed"), name)]
    )
    reached = coverage() if variant == "reference" else None
    return Observation(sample_id="shop", variant=variant, ended=ended, runs=runs, coverage=reached)


def _outcome(known: str | Mapping[str, str], name: str) -> str:
    return known if isinstance(known, str) else known.get(name, "passed")


def reference(outcomes: Mapping[str, str | Mapping[str, str]] | None = None, **run: Any) -> Observation:
    """The problem's own solution in all rounds."""
    return observation("reference", outcomes, rounds=ROUNDS, **run)


def all_noticed(names: Sequence[str] = NAMES) -> list[Observation]:
    """Every other solution makes an assertion of every test fail."""
    return [observation(variant, dict.fromkeys(names, "failed")) for variant in ("empty", "altered", "idle")]


def marks(verified: Verified) -> dict[str, list[str]]:
    """Marks of the tests that have any."""
    return {test.name: [str(one.mark) for one in test.findings] for test in verified.tests if test.findings}
