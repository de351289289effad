"""Coverage, mutants and the smallest set, by made observations: a mutant counted wrongly, a set too small."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from made_trials import BRANCHES, LINES, NAMES, all_noticed, draft, observation, reference

from bench.benchmarks.ncb.construction.evidence.measuring import measured, mutant_trials
from bench.benchmarks.ncb.construction.evidence.verifying import verified
from bench.benchmarks.ncb.construction.records import Measured, MutantReport, Verified
from bench.records import Ended, Observation, Trial

TWO, NONE, ONE = NAMES


def trials(*, most: int = 10) -> Sequence[Trial]:
    """Of the mutants of the small problem."""
    seen = [reference()]
    return mutant_trials(draft(), verified(draft(), seen, final=False), seen, most=most)


def measure(mutants: Mapping[str, Mapping[str, str]], *, ended: Mapping[str, str] | None = None) -> Measured:
    """The small problem, where each mutant does to the tests what is said, and every other one nothing."""
    seen: list[Observation] = [reference(), *all_noticed()]
    for trial in trials():
        end = (ended or {}).get(trial.variant, Ended.WHOLE)
        seen.append(observation(trial.variant, mutants.get(trial.variant, {}), ended=end))
    return measured(draft(), verified(draft(), seen), seen)


def report(found: Measured, name: str) -> MutantReport:
    """Of one mutant."""
    return next(mutant for mutant in found.mutants if mutant.name == name)


def first() -> str:
    """The name of the first mutant."""
    return trials()[0].variant


def test_there_are_no_more_mutants_than_asked_for_and_each_is_a_changed_solution() -> None:
    made = trials(most=3)
    assert len(made) == 3
    assert len({str(trial.files) for trial in made}) == 3
    assert all(trial.files != draft().files for trial in made)
    assert all(trial.rounds[0].order == NAMES for trial in made)


def test_slow_tests_are_spared_the_mutants() -> None:
    found = observation(rounds=("alone", "written"), outcomes={})
    slow = tuple(
        type(run)(round=run.round, test=run.test, outcome=run.outcome, seconds=5.0 if run.test == ONE else 0.0)
        for run in found.runs
    )
    seen = [Observation(sample_id="shop", variant="reference", ended="whole", runs=slow, coverage=reference().coverage)]
    made = mutant_trials(draft(), verified(draft(), seen, final=False), seen)
    assert {trial.rounds[0].order for trial in made} == {(TWO, NONE)}


def test_a_mutant_that_some_test_notices_is_killed_by_it() -> None:
    name = first()
    found = measure({name: {TWO: "failed", ONE: "timeout"}})
    assert report(found, name).status == "killed"
    assert report(found, name).killed_by == (TWO, ONE)
    valid = [one for one in found.mutants if one.status in {"killed", "survived"}]
    assert found.mutation_score == 100 / len(valid)


def test_a_mutant_that_cannot_be_loaded_counts_nowhere() -> None:
    name = first()
    found = measure({}, ended={name: Ended.COMPILE_ERROR})
    assert report(found, name).status == "invalid"
    assert found.mutation_score == 0.0


def test_a_mutant_that_ends_the_process_is_killed_by_the_tests_that_come_by() -> None:
    name = first()
    crashed = Observation(sample_id="shop", variant=name, ended=Ended.CRASHED)
    others = [observation(trial.variant) for trial in trials()[1:]]
    seen = [reference(), *all_noticed(), crashed, *others]
    found = measured(draft(), verified(draft(), seen), seen)
    assert report(found, name).status == "killed"


def test_coverage_is_that_of_the_tests_that_stay() -> None:
    seen = [reference({NONE: {"alone": "failed"}}), *all_noticed()]
    word = verified(draft(), seen)
    assert word.kept == (TWO, ONE)
    found = measured(draft(), word, seen)
    assert (found.line_coverage, found.branch_coverage) == (75.0, 50.0)
    assert found.missing_lines == (LINES[2],)
    assert found.missing_branches == (BRANCHES[0],)


def test_the_smallest_set_keeps_lines_branches_and_killed_mutants() -> None:
    name = first()
    assert set(measure({}).smallest) in ({TWO, NONE}, {ONE, NONE})
    assert set(measure({name: {ONE: "failed"}}).smallest) == {ONE, NONE}
    everything = measure({name: {TWO: "failed"}, trials()[1].variant: {ONE: "failed"}})
    assert set(everything.smallest) == set(NAMES)


def test_what_cannot_be_measured_has_a_reason() -> None:
    assert measured(draft(), Verified(id="shop", reason="it is broken"), []).reason == "it is broken"
    found = measured(draft(), Verified(id="shop"), [reference()])
    assert (found.reason, found.line_coverage) == ("no test is left to be measured", None)
