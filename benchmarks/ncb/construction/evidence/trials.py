"""Trials of one problem: which solution, against its tests, in which rounds, and for how long."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from bench.benchmarks.ncb.construction.evidence.outcomes import REFERENCE
from bench.benchmarks.ncb.construction.records import Draft
from bench.benchmarks.ncb.construction.source.assembling import module_name, test_file
from bench.benchmarks.ncb.construction.source.suites import Unit, units
from bench.benchmarks.ncb.tasks import THREADS
from bench.records import Limits, Observation, Round, Trial

ALONE, WRITTEN, AGAIN = "alone", "written", "alone-again"
SHUFFLED = ("shuffled-1", "shuffled-2")
REPEATS = (ALONE, WRITTEN, *SHUFFLED, AGAIN)
"""Rounds under the same conditions: five times the same must come out."""

CLOCKS: Mapping[str, str] = MappingProxyType(
    {
        # 400 days, 7 hours, 23 minutes and 11 seconds: another year, month, day, weekday, hour, minute and second
        "clock-ahead": "+34586591",
        # A leap day, half a minute before its end, and every second lasts a tenth of one
        "clock-past": "@2004-02-29 23:59:30 x10",
    }
)
TEST_SECONDS = 10.0
LEAST_SECONDS, TIMES = (
    2.0,
    3.0,
)  # what a test may take with another solution: thrice what it took, and no less than this
REFERENCE_LIMITS = Limits(wall_seconds=300.0, cpu_seconds=240, pids=THREADS)
OTHER_LIMITS = Limits(wall_seconds=60.0, cpu_seconds=60, pids=THREADS)


def reference_rounds(draft: Draft) -> tuple[Round, ...]:
    """Five repeats, then the same under other clocks."""
    names = [unit.name for unit in tests_of(draft)]
    return (
        Round(name=ALONE, alone=True, coverage=True),
        Round(name=WRITTEN),
        *(Round(name=name, order=_shuffled(names, f"{draft.id}/{name}")) for name in SHUFFLED),
        Round(name=AGAIN, alone=True),
        *(Round(name=name, clock=clock) for name, clock in CLOCKS.items()),
    )


def tests_of(draft: Draft) -> tuple[Unit, ...]:
    """The tests by their source; none where it cannot be read."""
    try:
        return units(draft.language, draft.tests)
    except SyntaxError:
        return ()


def _shuffled(names: Sequence[str], seed: str) -> tuple[str, ...]:
    """Another order than the written one, wherever there is another; always the same."""
    mixed = list(names)
    random.Random(seed).shuffle(mixed)  # noqa: S311 - no secret
    return tuple(mixed if mixed != list(names) else reversed(mixed))


def trial_of_reference(draft: Draft) -> Trial:
    """The problem's own solution."""
    return _trial(draft, REFERENCE, draft.files, reference_rounds(draft), REFERENCE_LIMITS, TEST_SECONDS)


def trial_of(
    draft: Draft,
    variant: str,
    files: Mapping[str, str],
    reference: Observation | None,
    tests: Sequence[str] | None = None,
) -> Trial:
    """Another solution, once, in the order in which the tests are written.

    Args:
        reference: what the problem's own solution showed: a test may take a few times what it took there.
        tests: which run; all by default.
    """
    rounds = (Round(name=WRITTEN, order=None if tests is None else tuple(tests)),)
    return _trial(draft, variant, files, rounds, OTHER_LIMITS, _seconds(reference))


def _seconds(reference: Observation | None) -> float:
    if reference is None:
        return TEST_SECONDS
    longest = max((run.seconds for run in reference.runs if run.round in {ALONE, WRITTEN}), default=0.0)
    return float(min(TEST_SECONDS, max(LEAST_SECONDS, math.ceil(TIMES * longest))))


def _trial(
    draft: Draft, variant: str, files: Mapping[str, str], rounds: tuple[Round, ...], limits: Limits, seconds: float
) -> Trial:
    return Trial(
        sample_id=draft.id,
        variant=variant,
        language=draft.language,
        name=module_name(draft),
        files=files,
        tests=test_file(draft),
        rounds=rounds,
        inputs=draft.inputs,
        limits=limits,
        test_seconds=seconds,
    )
