"""Bugs these catch: a set of tests that leaves something out, one that is larger or dearer than it need be."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from bench.benchmarks.ncb.construction.evidence.covering import smallest_cover

TESTS = st.dictionaries(st.sampled_from("abcdefgh"), st.sets(st.integers(0, 7).map(str)), max_size=8)


def _union(wanted: Mapping[str, set[str]], tests: tuple[str, ...]) -> set[str]:
    return set().union(*(wanted[test] for test in tests))


@given(TESTS, st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from([0.5, 1.0, 3.0])))
def test_a_cover_reaches_everything_and_none_is_cheaper(wanted: dict[str, set[str]], costs: dict[str, float]) -> None:
    def cost(tests: tuple[str, ...]) -> float:
        return sum(costs.get(test, 1.0) for test in tests)

    everything = _union(wanted, tuple(wanted))
    found = smallest_cover(wanted, costs)
    subsets = (one for size in range(len(wanted) + 1) for one in itertools.combinations(wanted, size))
    assert _union(wanted, found) == everything
    assert cost(found) == min(cost(one) for one in subsets if _union(wanted, one) == everything)


def test_many_tests_have_a_cover_without_a_spare_one() -> None:
    wanted = {f"test_{n}": {str(n * k % 101) for k in range(1, 12)} for n in range(1, 60)}
    found = smallest_cover(wanted)
    everything = _union(wanted, tuple(wanted))
    assert _union(wanted, found) == everything
    assert all(_union(wanted, tuple(t for t in found if t != spare)) != everything for spare in found)


def test_a_test_that_reaches_nothing_is_in_no_cover() -> None:
    assert smallest_cover({"a": [], "b": ["1"], "c": ["1"]}) == ("b",)
    assert smallest_cover({}) == ()
