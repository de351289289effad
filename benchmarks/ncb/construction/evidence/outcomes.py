"""Reading observations: what became of each test in each round."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from bench.records import Ended, Observation, Outcome, TestRun

REFERENCE = "reference"
MUTANT, SOLVER = "mutant-", "solver-"
NOT_LOADED = frozenset({Ended.COMPILE_ERROR, Ended.CANNOT_LOAD})
NOTICED = frozenset({Outcome.FAILED, Outcome.ERROR, Outcome.TIMEOUT})


def of_variant(observations: Iterable[Observation], variant: str) -> Observation | None:
    """The last observation of a variant; None where it was not tried."""
    return next((one for one in reversed(tuple(observations)) if one.variant == variant), None)


def mutants_among(observations: Iterable[Observation]) -> Sequence[Observation]:
    """Those of mutants."""
    return [one for one in observations if one.variant.startswith(MUTANT)]


def by_test(observation: Observation, rounds: Collection[str] | None = None) -> Mapping[str, Sequence[TestRun]]:
    """Runs of each test, in order; only those of the named rounds where there are any named."""
    found: dict[str, list[TestRun]] = {}
    for run in observation.runs:
        if rounds is None or run.round in rounds:
            found.setdefault(run.test, []).append(run)
    return found


def outcome_of(observation: Observation, test: str) -> str | None:
    """What became of a test in the first round that it ran in; None where it did not run."""
    return next((run.outcome for run in observation.runs if run.test == test), None)


def loaded(observation: Observation) -> bool:
    """Whether the solution could be run at all, so that outcomes say something about the tests."""
    return observation.ended not in NOT_LOADED and observation.ended != Ended.SANDBOX_ERROR
