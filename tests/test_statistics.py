"""Would catch an interval that claims certainty, ignores clusters, moves between runs, or covers too rarely."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.statistics import (
    EMPTY,
    average,
    clustered_difference,
    clustered_mean,
    detectable,
    holm,
    in_clusters,
    pass_at_k,
    sign_flip,
    wilson,
)
from bench.statistics.intervals import t_interval, t_test

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


def test_an_average_of_tasks_that_share_their_documents_knows_that_they_move_together() -> None:
    rng = np.random.default_rng(3)
    values, names = rng.binomial(1, 0.4, size=70).astype(float), [f"problem {i}" for i in range(70)]
    one, same, other = (
        clustered_mean(values, found) for found in (names, names, [f"{name}, another" for name in names])
    )
    together, apart = average([one, same]), average([one, other])
    assert together.stderr == pytest.approx(one.stderr)
    assert (together.low, together.high) == pytest.approx((one.low, one.high), abs=0.005)  # degrees of freedom add up
    assert apart.stderr == pytest.approx((one.stderr or 0) / 2**0.5)
    assert _width(apart) < 0.8 * _width(together)


def test_tasks_that_share_some_documents_lie_between() -> None:
    values, names = [float(i % 3 == 0) for i in range(60)], [f"problem {i}" for i in range(60)]
    half = [*names[:30], *[f"{name}, another" for name in names[30:]]]
    whole, part, none = (
        average([clustered_mean(values, names), clustered_mean(values, found)])
        for found in (names, half, [f"{name}, another" for name in names])
    )
    assert (none.stderr or 0) < (part.stderr or 0) < (whole.stderr or 0)
    assert _width(none) < _width(part) < _width(whole)


def test_the_same_samples_are_resampled_alike_in_two_runs() -> None:
    rng = np.random.default_rng(4)
    a, b, names = rng.random(50), rng.random(50), [f"document {i // 2}" for i in range(50)]
    first, second, both = (clustered_mean(values, names) for values in (a, b, (a + b) / 2))
    assert first.draws is not None
    assert second.draws is not None
    assert both.draws is not None
    assert np.allclose((first.draws + second.draws) / 2, both.draws)


def test_the_standard_error_is_the_cluster_robust_one() -> None:
    from statsmodels.api import OLS

    rng = np.random.default_rng(5)
    groups = rng.integers(0, 20, size=80)
    values = rng.random(80) + groups / 20
    fitted = OLS(values, np.ones(80)).fit(cov_type="cluster", cov_kwds={"groups": groups, "use_correction": True})
    ours = in_clusters(values, [str(group) for group in groups])
    assert (ours.stderr or 0) == pytest.approx(fitted.bse[0])


@given(st.lists(st.floats(0, 1, allow_nan=False), min_size=1, max_size=25))
@settings(deadline=None)
def test_holms_correction_is_that_of_statsmodels(p_values: list[float]) -> None:
    from statsmodels.stats.multitest import multipletests

    assert holm(p_values) == pytest.approx(list(multipletests(p_values, method="holm")[1]))


def test_a_p_value_that_is_not_known_counts_for_nothing_in_the_correction() -> None:
    assert holm([0.01, None, 0.04]) == [0.02, None, 0.04]
    assert holm([]) == []


def test_few_clusters_get_the_exact_permutation_test() -> None:
    from scipy.stats import permutation_test

    shares = np.random.default_rng(6).normal(0.3, 1, size=11)
    theirs = permutation_test((shares,), np.sum, permutation_type="samples", n_resamples=2**12)
    assert sign_flip(shares) == pytest.approx(theirs.pvalue)
    assert sign_flip(np.array([0.2, 0.3, 0.1, 0.2])) == 2 / 16
    assert sign_flip(np.concatenate([shares, np.zeros(5000)])) == sign_flip(shares)  # no difference, no say


def test_many_clusters_get_a_p_value_near_that_of_scipy_and_never_0() -> None:
    from scipy.stats import permutation_test

    shares = np.random.default_rng(7).normal(0.1, 1, size=300)
    theirs = permutation_test(
        (shares,), np.sum, permutation_type="samples", n_resamples=9999, rng=np.random.default_rng(1)
    )
    assert sign_flip(shares) == pytest.approx(theirs.pvalue, abs=0.02)
    assert sign_flip(shares) == sign_flip(shares)
    assert sign_flip(np.full(300, 0.1)) == 1 / 10_000
    assert sign_flip(np.zeros(300)) == 1.0


def test_a_detectable_difference_is_found_in_four_of_five_cases() -> None:
    from statsmodels.stats.power import NormalIndPower

    found = detectable(2.0)
    assert found is not None
    power = NormalIndPower().power(effect_size=found / 2.0, nobs1=1, alpha=0.05, ratio=0)
    assert power == pytest.approx(0.8, abs=1e-4)
    assert detectable(None) is None
    assert detectable(0.0) is None  # equal rows do not tell how much others would differ


def test_students_t_is_that_of_scipy() -> None:
    from scipy.stats import ttest_1samp

    values = np.random.default_rng(8).normal(0.05, 0.2, size=25)
    found, theirs = in_clusters(values, [str(i) for i in range(25)]), ttest_1samp(values, 0)
    assert t_test(found) == pytest.approx(theirs.pvalue)
    assert t_interval(found) == pytest.approx((theirs.confidence_interval().low, theirs.confidence_interval().high))


@pytest.mark.parametrize("changes", [1, 2, 3])
def test_a_few_changes_one_way_among_many_samples_prove_nothing(changes: int) -> None:
    values = np.array([1.0] * changes + [0.0] * (200 - changes))
    found = clustered_difference(values, [str(i) for i in range(200)])
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0 < found.high


def test_a_difference_turned_round_has_the_same_interval_turned_round() -> None:
    values, names = np.random.default_rng(9).normal(0.1, 0.3, size=40).clip(-1, 1), [str(i // 2) for i in range(40)]
    one, other = clustered_difference(values, names), clustered_difference(-values, names)
    assert (one.low, one.high) == pytest.approx((-(other.high or 0), -(other.low or 0)))


@given(st.lists(st.tuples(st.floats(-1, 1, allow_nan=False), st.sampled_from("abcdefgh")), min_size=1, max_size=40))
@settings(deadline=None)
def test_the_interval_of_a_difference_is_never_empty_and_stays_in_range(rows: list[tuple[float, str]]) -> None:
    found = clustered_difference([value for value, _ in rows], [name for _, name in rows])
    assert found.low is not None
    assert found.high is not None
    assert -1 <= found.low <= found.high <= 1
    assert found.low < found.high or abs(found.mean or 0) == 1


def test_simulated_coverage_and_type_1_error_are_near_what_they_claim() -> None:
    bench = Path(__file__).parents[1] / "benches" / "interval_coverage.py"
    done = subprocess.run(
        [sys.executable, bench, "--trials", "150", "--json"], capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    assert len(found) >= 15
    for name, shares in found.items():
        assert 0.89 <= shares["coverage"] <= 0.995, name  # 95 % and three standard errors of 150 trials
        assert (shares["permutation"] or 0) <= 0.1, name
        assert (shares["t"] or 0) <= 0.1, name
    assert 0.93 <= float(np.mean([shares["coverage"] for shares in found.values()])) <= 0.97
