"""Marks by what the problem's own solution shows: tests that fail, waver, hang on the clock or on each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from bench.benchmarks.ncb.construction.evidence.clock_java import java_reads_clock
from bench.benchmarks.ncb.construction.evidence.clock_python import python_reads_clock
from bench.benchmarks.ncb.construction.evidence.outcomes import by_test
from bench.benchmarks.ncb.construction.evidence.trials import AGAIN, ALONE, CLOCKS, REPEATS
from bench.benchmarks.ncb.construction.records import Finding, Mark
from bench.benchmarks.ncb.construction.source.suites import Unit
from bench.records import Observation, Outcome, TestRun, Trial

_CONSTANT_FIRST = re.compile(r"\s*assert\s+[-\d\"'\[({]")
READS_CLOCK: Mapping[str, Callable[[str], str | None]] = MappingProxyType(
    {"python": python_reads_clock, "java": java_reads_clock}
)
FINE = frozenset({Outcome.PASSED, Outcome.SKIPPED})


def running_marks(trial: Trial, observation: Observation) -> Mapping[str, tuple[Finding, ...]]:
    """Findings of every test that ran."""
    return {test: tuple(_marks(trial, test, runs)) for test, runs in by_test(observation).items()}


def _marks(trial: Trial, test: str, runs: Sequence[TestRun]) -> Iterator[Finding]:
    repeats = [run for run in runs if run.round in REPEATS]
    bad = [run for run in repeats if run.outcome not in FINE]
    if bad and len(bad) == len(repeats):
        yield _failing(trial, test, bad)
    elif bad:
        yield _wavering(test, repeats, bad)
    else:
        yield from _on_the_clock(test, runs)
    if any("network" in run.touched for run in runs):
        yield Finding(test=test, mark=Mark.NETWORK, why="it, or the solution under it, opens a connection")
    if (longest := max((run.seconds for run in repeats), default=0.0)) > trial.slow_seconds:
        yield Finding(test=test, mark=Mark.SLOW, why=f"it takes {longest:.1f} s")


def clock_marks(language: str, unit: Unit) -> Iterator[Finding]:
    """By its source: what it compares comes of the clock alone, though no clock that was tried makes it fail."""
    compared = READS_CLOCK[language](unit.source)
    if compared is not None:
        yield Finding(test=unit.name, mark=Mark.CLOCK, why=f"it asserts something of the clock: {compared[:200]}")


def _failing(trial: Trial, test: str, bad: Sequence[TestRun]) -> Finding:
    compared = {(run.left, run.right) for run in bad}
    sides = _sides(trial, bad[0]) if len(compared) == 1 else {}
    return Finding(test=test, mark=Mark.FAILS, why=_told(bad[0]), evidence={**_evidence(bad[0]), **sides})


def _sides(trial: Trial, run: TestRun) -> Mapping[str, str]:
    """What was expected and what came: JUnit names the expected value first, Python's tests mostly last."""
    if run.left is None or run.right is None:
        return {}
    first = trial.language == "java" or _CONSTANT_FIRST.match(_line(trial.tests, run.line)) is not None
    expected, observed = (run.left, run.right) if first else (run.right, run.left)
    return {"expected": expected, "observed": observed}


def _line(text: str, number: int | None) -> str:
    lines = text.split("\n")
    return lines[number - 1] if number is not None and 0 < number <= len(lines) else ""


def _wavering(test: str, repeats: Sequence[TestRun], bad: Sequence[TestRun]) -> Finding:
    """Equal rounds that differ mean chance; rounds that differ by their order alone mean order."""
    alone = {run.outcome in FINE for run in repeats if run.round in {ALONE, AGAIN}}
    touched = {thing for run in repeats for thing in run.touched}
    where = ", ".join(run.round for run in bad)
    why = f"it fails in {len(bad)} of {len(repeats)} rounds ({where}): {_told(bad[0])}"
    if "clock" in touched and "random" not in touched:
        return Finding(test=test, mark=Mark.CLOCK, why=why, evidence=_evidence(bad[0]))
    chance = len(alone) == 2 or "random" in touched
    mark = Mark.FLAKY if chance else Mark.ORDER_DEPENDENT
    return Finding(test=test, mark=mark, why=why, evidence=_evidence(bad[0]))


def _on_the_clock(test: str, runs: Sequence[TestRun]) -> Iterator[Finding]:
    """Hanging, or a process that ends, is no evidence: another clock changes waiting too."""
    bad = [run for run in runs if run.round in CLOCKS and run.raised and run.outcome in {Outcome.FAILED, Outcome.ERROR}]
    if bad:
        why = f"it fails when the clock shows {CLOCKS[bad[0].round]}: {_told(bad[0])}"
        yield Finding(test=test, mark=Mark.CLOCK, why=why, evidence=_evidence(bad[0]))


def _told(run: TestRun) -> str:
    return f"{run.raised}: {run.message}"[:300] if run.message else run.raised or str(run.outcome)


def _evidence(run: TestRun) -> Mapping[str, str]:
    return {} if run.line is None else {"line": str(run.line)}
