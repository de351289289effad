"""Faults planted in real tests, on twelve problems: a fault that is no longer found, a sound test that is accused.

`make bench-build-tests` does the same on all problems that can be used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from planting import planted_set
from seeded_faults import answers, chosen
from seeding.counting import Case, cases, untouched
from seeding.judging import Judged, judged, passing
from seeding.material import Material, materials

from bench.benchmarks.ncb.construction.logs import ObservationLog
from bench.benchmarks.ncb.construction.watching import Watch
from bench.progress import Silent
from bench.protocols import Sandbox
from bench.sandbox.contained import Contained

SEED, PROBLEMS, MUTANTS = 1, 12, 3


@pytest.fixture(scope="module")
def watch(docker_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    assert docker_sandbox.spec
    log = ObservationLog(tmp_path_factory.mktemp("seeded") / "observations.jsonl")
    watch = Watch(Contained, log, Silent())
    yield watch
    watch.close()
    log.close()


@pytest.fixture(scope="module")
def problems(watch: Watch, ncb: Path) -> list[Material]:
    """Six of each language, none that is known to be broken."""
    sound = [one for one in materials(ncb) if not one.misaligned]
    return chosen(passing(watch, chosen(sound, PROBLEMS + 4)), PROBLEMS)


@pytest.fixture(scope="module")
def found(watch: Watch, problems: Sequence[Material]) -> tuple[list[Case], list[Judged]]:
    planted = planted_set([one.draft for one in problems], SEED)
    word = judged(watch, [one.draft for one in planted], answers(problems), MUTANTS)
    counted = [
        case
        for problem, material in zip(planted, problems, strict=True)
        for case in cases(word[problem.draft.id], problem.planted, material)
    ]
    return counted, list(word.values())


def test_planted_faults_are_flagged(found: tuple[list[Case], list[Judged]]) -> None:
    faults = [case for case in found[0] if case.kind]
    missed = [case for case in faults if not case.flagged]
    assert len(faults) >= PROBLEMS
    assert len(missed) <= 0.05 * len(faults), missed


def test_untouched_tests_are_left_alone(found: tuple[list[Case], list[Judged]]) -> None:
    _, sound = untouched(found[0])
    assert sound.whole >= PROBLEMS
    accused = [case for case in found[0] if not case.kind and not case.defect and case.flagged]
    assert sound.part <= 0.05 * sound.whole, accused


def test_the_smallest_set_keeps_coverage_and_killed_mutants(found: tuple[list[Case], list[Judged]]) -> None:
    for one in found[1]:
        reference = next(seen for seen in one.examined.seen if seen.variant == "reference")
        if reference.coverage is None or one.measured.reason is not None:
            continue
        reached = reference.coverage.tests
        kept, smallest = one.examined.verified.kept, one.measured.smallest
        assert set(smallest) <= set(kept)
        assert _seen(reached, smallest) == _seen(reached, kept)
        assert all(set(mutant.killed_by) & set(smallest) for mutant in one.measured.mutants if mutant.killed_by)


def _seen(reached: Mapping[str, Sequence[str]], tests: Sequence[str]) -> set[str]:
    return {what for test in tests for what in reached.get(test, ())}
