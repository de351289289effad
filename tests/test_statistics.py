"""Would catch an interval that claims certainty, ignores clusters, moves between runs, or covers too rarely."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.statistics import EMPTY, average, clustered_mean, pass_at_k, wilson

unit = st.floats(0, 1, allow_nan=False)


@settings(deadline=None)  # the first call imports scipy
@given(st.lists(st.tuples(unit, st.sampled_from("abcdefgh")), min_size=1, max_size=60))
def test_an_interval_is_never_empty_and_holds_the_mean(rows: list[tuple[float, str]]) -> None:
    found = clustered_mean([value for value, _ in rows], [name for _, name in rows])
    assert found.mean is not None
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low < found.high <= 1
    assert found.low - 1e-9 <= found.mean <= found.high + 1e-9 or len({name for _, name in rows}) < 4


def test_equal_rows_get_wilsons_interval() -> None:
    found = clustered_mean([1.0] * 20, [str(i) for i in range(20)])
    assert (found.low, found.high) == wilson(1.0, 20)
    assert found.low == pytest.approx(0.8389, abs=1e-4)  # Wilson 1927, 20 of 20


def test_one_document_with_many_questions_is_one_observation() -> None:
    found = clustered_mean([0.2, 0.4, 0.9], ["same"] * 3)
    assert (found.low, found.high) == wilson(0.5, 1)
    assert found.stderr is None


def test_shared_documents_widen_the_interval() -> None:
    values = [float(i % 2) for i in range(40) for _ in range(5)]
    alone = clustered_mean(values, [str(i) for i in range(200)])
    shared = clustered_mean(values, [str(i // 5) for i in range(200)])
    assert shared.stderr == pytest.approx((alone.stderr or 0) * np.sqrt(5), rel=0.02)
    assert _width(shared) > 1.8 * _width(alone)


def test_the_interval_is_the_same_in_every_process_and_in_every_order() -> None:
    values, clusters = [0.1, 0.7, 0.3, 0.9], list("abcd")
    found = clustered_mean(values, clusters)
    assert (found.low, found.high) == pytest.approx((0.13112003360215718, 0.8605362825216437), abs=1e-12)
    other = clustered_mean(values[::-1], clusters[::-1])
    assert (found.low, found.high) == pytest.approx((other.low, other.high), abs=1e-12)


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(7)
    hits = 0
    for _ in range(400):
        document = rng.beta(2, 3, size=60)  # documents differ, their questions agree
        values = rng.binomial(1, np.repeat(document, 3)).astype(float)
        found = clustered_mean(list(values), [str(i // 3) for i in range(180)])
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= 0.4 <= found.high
    assert 0.92 <= hits / 400 <= 0.98


def test_an_average_without_one_of_its_parts_is_no_average() -> None:
    part = clustered_mean([0.5, 1.0], ["a", "b"])
    assert average([part, EMPTY]).mean is None
    assert average([]).mean is None


def test_an_average_of_independent_parts_is_narrower_than_each() -> None:
    parts = [clustered_mean([float(i % 2) for i in range(100)], [f"{n}{i}" for i in range(100)]) for n in "abcd"]
    whole = average(parts)
    assert whole.mean == pytest.approx(0.5)
    assert _width(whole) < 0.7 * _width(parts[0])
    assert whole.stderr == pytest.approx((parts[0].stderr or 0) / 2)


def _width(found: object) -> float:
    return float(found.high) - float(found.low)  # type: ignore[attr-defined]


@given(st.integers(1, 12), st.data())
def test_pass_at_k_is_the_share_of_draws_that_hold_a_pass(n: int, data: st.DataObject) -> None:
    c, k = data.draw(st.integers(0, n)), data.draw(st.integers(1, n))
    draws = [any(place < c for place in drawn) for drawn in combinations(range(n), k)]
    assert pass_at_k(n, c, k) == pytest.approx(sum(draws) / len(draws), abs=1e-15)


def test_pass_at_k_is_exact_where_a_product_of_floats_is_not() -> None:
    assert pass_at_k(10_000, 1, 5_000) == 0.5
    assert pass_at_k(10**6, 0, 10) == 0.0
    assert 0 < pass_at_k(10**15, 1, 1) == 1e-15


@pytest.mark.parametrize(("n", "c", "k"), [(3, 1, 4), (3, 4, 1), (3, 1, 0), (0, 0, 1)])
def test_pass_at_more_than_there_are_is_refused(n: int, c: int, k: int) -> None:
    with pytest.raises(ValueError, match="pass@"):
        pass_at_k(n, c, k)
