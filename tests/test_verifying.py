"""Marks on tests, by observations that were made up: a wrong mark, a mark for the wrong reason, a fault passed over."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_trials import NAMES, TESTS, all_noticed, draft, marks, observation, reference

from bench.benchmarks.ncb.construction.evidence.verifying import reference_trial, variant_trials, verified
from bench.benchmarks.ncb.construction.records import Finding, Verified
from bench.records import Ended, Observation

TWO, NONE, ONE = NAMES
PASSING_EMPTY = {NONE: "passed", TWO: "failed", ONE: "failed"}


def word(*observations: Observation, tests: str = TESTS, **changed: object) -> Verified:
    """Of the small problem."""
    return verified(draft(tests=tests, **changed), [*observations])


def finding(found: Verified, test: str) -> Finding:
    """The one finding of a test."""
    [one] = next(report.findings for report in found.tests if report.name == test)
    return one


def test_sound_tests_stay_without_a_mark() -> None:
    found = word(reference(), *all_noticed())
    assert marks(found) == {}
    assert found.kept == NAMES
    assert found.reason is None


def test_a_test_that_fails_in_every_round_is_marked_with_what_it_compared() -> None:
    failed = reference({TWO: "failed"}, raised="AssertionError", operator="==", left="3", right="4", line=6)
    found = word(failed, *all_noticed())
    assert marks(found) == {TWO: ["fails"]}
    assert finding(found, TWO).evidence == {"line": "6", "expected": "4", "observed": "3"}


def test_the_expected_value_stands_first_where_the_test_writes_it_first() -> None:
    tests = TESTS.replace("assert total([1, 2]) == 3", "assert 4 == total([1, 2])")
    line = 2 + tests[: tests.index("assert 4")].count("\n") + 1
    found = word(reference({TWO: "failed"}, left="4", right="3", line=line), *all_noticed(), tests=tests)
    assert finding(found, TWO).evidence == {"line": str(line), "expected": "4", "observed": "3"}


def test_a_failing_test_whose_value_changes_has_no_observed_value() -> None:
    runs = reference({TWO: "failed"}).runs
    changing = tuple(replace(run, left=str(place), right="0") for place, run in enumerate(runs))
    found = word(replace(reference({TWO: "failed"}), runs=changing), *all_noticed())
    assert "observed" not in finding(found, TWO).evidence


def test_equal_rounds_that_differ_are_flaky() -> None:
    found = word(reference({ONE: {"alone-again": "failed"}}), *all_noticed())
    assert marks(found) == {ONE: ["flaky"]}


def test_a_test_that_fails_only_after_others_depends_on_their_order() -> None:
    found = word(reference({ONE: {"shuffled-1": "failed"}}), *all_noticed())
    assert marks(found) == {ONE: ["order_dependent"]}


def test_a_test_that_passes_only_after_others_depends_on_their_order() -> None:
    found = word(reference({ONE: {"alone": "error", "alone-again": "error"}}), *all_noticed())
    assert marks(found) == {ONE: ["order_dependent"]}


def test_a_draw_of_chance_that_shows_in_one_order_only_is_flaky() -> None:
    found = word(reference({ONE: {"shuffled-2": "failed"}}, touched=("random",)), *all_noticed())
    assert marks(found) == {ONE: ["flaky"]}


def test_a_test_that_wavers_with_the_true_time_hangs_on_the_clock() -> None:
    found = word(reference({ONE: {"written": "failed"}}, touched=("clock",)), *all_noticed())
    assert marks(found) == {ONE: ["clock"]}


@pytest.mark.parametrize("clock", ["clock-ahead", "clock-past"])
def test_a_test_that_fails_under_another_clock_alone_hangs_on_the_clock(clock: str) -> None:
    found = word(reference({ONE: {clock: "failed"}}, raised="AssertionError"), *all_noticed())
    assert marks(found) == {ONE: ["clock"]}


@pytest.mark.parametrize("outcome", ["timeout", "error"])
def test_a_test_that_hangs_or_ends_its_process_under_another_clock_is_left_alone(outcome: str) -> None:
    found = word(reference({ONE: {"clock-past": outcome}}), *all_noticed())
    assert marks(found) == {}


def test_a_connection_takes_a_test_out_and_slowness_does_not() -> None:
    runs = tuple(
        replace(run, touched=("network",) if run.test == TWO else (), seconds=4.0 if run.test == ONE else 0.1)
        for run in reference().runs
    )
    found = word(replace(reference(), runs=runs), *all_noticed())
    assert marks(found) == {TWO: ["network"], ONE: ["slow"]}
    assert found.kept == (NONE, ONE)


def test_a_test_that_passes_with_an_empty_solution_stays_if_an_altered_one_fails_it() -> None:
    found = word(reference(), observation("empty", PASSING_EMPTY), observation("altered", {NONE: "failed"}))
    assert NONE not in marks(found)


def test_a_test_that_passes_whatever_is_done_is_vacuous() -> None:
    found = word(reference(), observation("empty", PASSING_EMPTY), observation("altered"), observation("idle"))
    assert marks(found) == {NONE: ["vacuous"]}


def test_a_mutant_saves_a_test_that_passes_with_the_other_solutions() -> None:
    others = [observation("empty", PASSING_EMPTY), observation("altered"), observation("idle")]
    found = word(reference(), *others, observation("mutant-01", {NONE: "failed"}))
    assert marks(found) == {}


def test_nothing_is_called_vacuous_before_mutants_were_run() -> None:
    seen = [reference(), observation("empty", PASSING_EMPTY), observation("altered")]
    assert marks(verified(draft(), seen, final=False)) == {}


def test_an_error_far_from_any_assertion_saves_no_test_that_asserts_nothing() -> None:
    tests = TESTS.replace("assert total([7]) == 7", "total([7])")
    others = [observation(variant, dict.fromkeys(NAMES, "error")) for variant in ("empty", "altered", "idle")]
    assert marks(word(reference(), *others, tests=tests)) == {ONE: ["vacuous"]}


def test_a_test_that_asks_only_whether_something_came_is_vacuous_though_a_mutant_gives_nothing() -> None:
    tests = TESTS.replace("assert total([7]) == 7", "assert total([7]) is not None")
    others = [*all_noticed(), observation("mutant-01", {ONE: "failed"})]
    passing = [one for one in others if one.variant != "altered"]
    found = word(reference(), *passing, observation("altered", {TWO: "failed", NONE: "failed"}), tests=tests)
    assert marks(found) == {ONE: ["vacuous"]}


def test_few_mutants_are_no_proof_that_a_test_checks_nothing() -> None:
    others = [observation("empty", dict.fromkeys(NAMES, "error")), observation("altered"), observation("idle")]
    few = [observation(f"mutant-0{number}") for number in range(2)]
    assert marks(word(reference(), *others, *few)) == {}
    more = [observation(f"mutant-0{number}") for number in range(3)]
    assert marks(word(reference(), *others, *more)) == {name: ["vacuous"] for name in NAMES}


def test_a_mutant_that_does_not_load_proves_nothing() -> None:
    others = [observation("empty", dict.fromkeys(NAMES, "error")), observation("altered"), observation("idle")]
    broken = [observation(f"mutant-0{number}", ended=Ended.CANNOT_LOAD) for number in range(5)]
    assert marks(word(reference(), *others, *broken)) == {}


def test_a_test_that_wants_an_exception_is_sound_if_an_empty_solution_fails_it() -> None:
    tests = TESTS.replace("assert total([7]) == 7", "with pytest.raises(TypeError):\n        total(7)")
    seen = [reference(), observation("empty", dict.fromkeys(NAMES, "failed")), observation("altered", {TWO: "failed"})]
    assert marks(word(*seen, tests=tests)) == {}


def test_the_second_of_two_equal_tests_goes() -> None:
    tests = TESTS + "\n\ndef test_again():\n    # the same\n    assert total( [1, 2] ) == 3\n"
    names = (*NAMES, "test_again")
    seen = [reference(names=names), *all_noticed(names)]
    found = word(*seen, tests=tests)
    assert marks(found) == {"test_again": ["duplicate"]}
    assert finding(found, "test_again").evidence == {"twin": TWO}


def test_a_test_is_no_twin_of_one_that_goes() -> None:
    tests = TESTS + "\n\ndef test_again():\n    assert total([1, 2]) == 3\n"
    names = (*NAMES, "test_again")
    found = word(reference({TWO: {"alone": "failed"}}, names=names), *all_noticed(names), tests=tests)
    assert marks(found) == {TWO: ["flaky"]}


def test_a_name_that_no_text_shows_is_marked_on_the_tests_that_use_it() -> None:
    solution = draft().files["python_shop.py"] + "\n\ndef cheapest(prices):\n    return min(prices)\n"
    tests = TESTS.replace("assert total([7]) == 7", "assert cheapest([7]) == 7")
    found = word(reference(), *all_noticed(), tests=tests, files={"python_shop.py": solution})
    assert marks(found) == {ONE: ["hidden_name"]}
    assert finding(found, ONE).evidence == {"name": "cheapest"}


def test_a_name_that_one_of_two_texts_shows_is_not_hidden() -> None:
    texts = {"zh": "写一个求和函数。", "en": "Write `total`."}
    assert marks(word(reference(), *all_noticed(), statements=texts)) == {}


@pytest.mark.parametrize(
    ("ended", "told"),
    [
        (Ended.COMPILE_ERROR, "do not compile"),
        (Ended.CANNOT_LOAD, "cannot be loaded"),
        (Ended.TIMEOUT, "does not end"),
        (Ended.OUT_OF_MEMORY, "memory"),
        (Ended.CRASHED, "before its report"),
    ],
)
def test_a_solution_that_cannot_be_used_is_a_reason(ended: str, told: str) -> None:
    found = word(replace(reference(ended=ended), runs=()))
    assert told in (found.reason or "")
    assert found.tests == ()


def test_a_trial_that_was_cut_short_counts_once_every_test_has_run_twice() -> None:
    cut = observation("reference", {TWO: "failed"}, rounds=("alone", "written"), ended=Ended.TIMEOUT)
    assert marks(word(cut, *all_noticed())) == {TWO: ["fails"]}
    assert word(replace(cut, runs=cut.runs[:4])).reason


def test_tests_that_all_fail_are_a_reason() -> None:
    found = word(reference(dict.fromkeys(NAMES, "failed")), *all_noticed())
    assert found.reason == "every test fails with its own solution"
    assert set(marks(found)) == set(NAMES)


def test_tests_that_cannot_be_read_are_a_reason_and_stop_nothing() -> None:
    broken = draft(tests="def test_(:\n")
    assert reference_trial(broken).rounds
    assert verified(broken, [reference(ended=Ended.CANNOT_LOAD)]).reason


def test_a_draft_without_a_problem_keeps_its_reason() -> None:
    assert verified(draft(reason="prose"), []).reason == "prose"


def test_orders_differ_from_the_written_one_and_are_always_the_same() -> None:
    rounds = {one.name: one for one in reference_trial(draft()).rounds}
    again = {one.name: one for one in reference_trial(draft()).rounds}
    orders = [rounds["shuffled-1"].order, rounds["shuffled-2"].order]
    assert all(sorted(order or ()) == sorted(NAMES) and order != NAMES for order in orders)
    assert rounds == again


def test_other_solutions_get_a_few_times_what_the_own_one_took() -> None:
    slow = replace(reference(), runs=tuple(replace(run, seconds=1.5) for run in reference().runs))
    assert {trial.test_seconds for trial in variant_trials(draft(), slow)} == {5.0}
    assert {trial.test_seconds for trial in variant_trials(draft(), reference())} == {2.0}
    assert variant_trials(draft(), reference())[0].variant == "empty"
