"""Tests that pass whatever the solution does: by solutions that do nothing or something else, and by the test's source.

A test is sound when some other solution makes an assertion of it fail. A test in which another solution only raises,
far from any assertion, was not shown to be sound by that. A test whose source asks no more than whether something
came, and of which type, is none, even where a mutant that gives nothing is noticed: values do not matter to it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType

from bench.benchmarks.ncb.construction.evidence.outcomes import loaded, mutants_among, of_variant, outcome_of
from bench.benchmarks.ncb.construction.evidence.weak_java import java_expects_exception, java_weakness
from bench.benchmarks.ncb.construction.evidence.weak_python import python_expects_exception, python_weakness
from bench.benchmarks.ncb.construction.records import Draft, Finding, Mark
from bench.benchmarks.ncb.construction.source.names import solution_names
from bench.benchmarks.ncb.construction.source.suites import Unit
from bench.records import Observation, Outcome

WEAKNESS: Mapping[str, Callable[[str, Collection[str]], str | None]] = MappingProxyType(
    {"python": python_weakness, "java": java_weakness}
)
EXPECTS: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {"python": python_expects_exception, "java": java_expects_exception}
)
ENOUGH = 3
"""Mutants that a test must have run against before its never failing says anything."""


def vacuous(draft: Draft, unit: Unit, observations: Sequence[Observation]) -> Finding | None:
    """The finding that a test checks nothing; None where something shows that it does, or nothing can be said."""
    language = draft.language
    weakness = WEAKNESS[language](unit.source, solution_names(language, draft.files))
    if weakness is None:
        weakness = _by_running(language, unit, observations)
    elif _fails(unit.name, [of_variant(observations, "altered")]):
        return None
    return None if weakness is None else Finding(test=unit.name, mark=Mark.VACUOUS, why=f"it {weakness}")


def _fails(test: str, tried: Sequence[Observation | None]) -> bool:
    """Whether an assertion fails with one of these solutions."""
    return any(one is not None and Outcome.FAILED in _all_outcomes(one, test) for one in tried)


def _all_outcomes(observation: Observation, test: str) -> Collection[str]:
    return {run.outcome for run in observation.runs if run.test == test} if loaded(observation) else ()


def _outcome(test: str, variant: str, observations: Sequence[Observation]) -> str | None:
    found = of_variant(observations, variant)
    return None if found is None or not loaded(found) else outcome_of(found, test)


def _by_running(language: str, unit: Unit, observations: Sequence[Observation]) -> str | None:
    """A test that waits for an exception has to fail with an empty solution; so has one that nothing else tries."""
    test = unit.name
    if _fails(test, [*(of_variant(observations, name) for name in ("altered", "idle")), *mutants_among(observations)]):
        return None
    empty = _outcome(test, "empty", observations)
    if empty == Outcome.PASSED:
        return "passes with a solution that does nothing, and no other solution makes an assertion of it fail"
    if empty == Outcome.FAILED or (empty is not None and EXPECTS[language](unit.source)):
        return None
    tried = [outcome_of(one, test) for one in mutants_among(observations) if loaded(one)]
    ran = [outcome for outcome in tried if outcome is not None]
    altered = _outcome(test, "altered", observations)
    if altered == Outcome.PASSED and len(ran) >= ENOUGH and set(ran) == {Outcome.PASSED}:
        return f"passes though all returned values are altered, and with {len(ran)} mutants"
    return None
