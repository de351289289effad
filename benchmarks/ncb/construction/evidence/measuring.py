"""Stage 4: mutants on what the kept tests reach, and how much of the solution these tests see."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping, Sequence

from bench.benchmarks.ncb.construction.evidence.covering import smallest_cover
from bench.benchmarks.ncb.construction.evidence.outcomes import NOTICED, REFERENCE, by_test, loaded, of_variant
from bench.benchmarks.ncb.construction.evidence.trials import trial_of
from bench.benchmarks.ncb.construction.evidence.verifying import verified as verify
from bench.benchmarks.ncb.construction.records import Draft, Mark, Measured, MutantReport, Verified
from bench.benchmarks.ncb.construction.solutions.mutants import Mutant, mutants
from bench.records import Coverage, Ended, Observation, Trial

MOST = 10  # mutants of one problem


def mutant_trials(
    draft: Draft, verified: Verified, observations: Sequence[Observation], *, most: int = MOST
) -> Sequence[Trial]:
    """Each mutant against the tests that stay, less those that are slow.

    Args:
        verified: not final: which tests are vacuous is known only once these trials were made.
    """
    reference, tests = of_variant(observations, REFERENCE), _quick(verified)
    changed = _mutants(draft, verified, reference, most)
    return [trial_of(draft, mutant.name, mutant.files, reference, tests) for mutant in changed]


def measured(draft: Draft, verified: Verified, observations: Sequence[Observation], *, most: int = MOST) -> Measured:
    """Coverage by the tests that stay, the mutants that they notice, and the smallest set that does as much.

    Args:
        verified: final.
        observations: of the same draft, mutants included.
    """
    reference = of_variant(observations, REFERENCE)
    if reference is None or reference.coverage is None or not verified.kept:
        return Measured(id=draft.id, reason=verified.reason or "no test is left to be measured")
    earlier = verify(draft, observations, final=False)
    reports = tuple(
        _report(mutant, verified.kept, reference.coverage, of_variant(observations, mutant.name))
        for mutant in _mutants(draft, earlier, reference, most)
    )
    return _measured(draft.id, verified.kept, reference.coverage, reports)


def _quick(verified: Verified) -> Sequence[str]:
    slow = {test.name for test in verified.tests for finding in test.findings if finding.mark == Mark.SLOW}
    return [name for name in verified.kept if name not in slow]


def _mutants(draft: Draft, verified: Verified, reference: Observation | None, most: int) -> Sequence[Mutant]:
    """The same ones whenever the same tests are worth a mutant's time."""
    if reference is None or reference.coverage is None:
        return []
    lines = _reached(reference.coverage, _quick(verified))
    seed = zlib.crc32(draft.id.encode())
    return mutants(draft.language, draft.files, most=most, lines=lines, seed=seed) if lines else []


def _reached(coverage: Coverage, tests: Collection[str]) -> frozenset[str]:
    """Lines and branches that some of these tests reach by themselves."""
    return frozenset(what for test in tests for what in coverage.tests.get(test, ()))


def _report(mutant: Mutant, kept: Sequence[str], coverage: Coverage, observation: Observation | None) -> MutantReport:
    passing_by = [test for test in kept if f"{mutant.file}:{mutant.line}" in coverage.tests.get(test, ())]
    killers = () if observation is None else _killers(observation, kept, passing_by)
    return MutantReport(
        name=mutant.name,
        operator=mutant.operator,
        file=mutant.file,
        line=mutant.line,
        before=mutant.before,
        after=mutant.after,
        status=_status(observation, killers, passing_by),
        killed_by=killers,
    )


def _killers(observation: Observation, kept: Sequence[str], passing_by: Sequence[str]) -> tuple[str, ...]:
    """The tests that do not pass; where the process ended before its time, those too that come by and did not run."""
    if not loaded(observation):
        return ()
    worst = {test: {run.outcome for run in runs} for test, runs in by_test(observation).items()}
    cut = () if observation.ended == Ended.WHOLE else passing_by
    return tuple(test for test in kept if worst.get(test, set()) & NOTICED or (test in cut and test not in worst))


def _status(observation: Observation | None, killers: Sequence[str], passing_by: Sequence[str]) -> str:
    if observation is not None and not loaded(observation):
        return "invalid"
    if killers:
        return "killed"
    return "survived" if passing_by and observation is not None else "unreached"


def _measured(draft_id: str, kept: Sequence[str], coverage: Coverage, reports: Sequence[MutantReport]) -> Measured:
    reached = _reached(coverage, kept)
    valid = [report for report in reports if report.status in {"killed", "survived"}]
    return Measured(
        id=draft_id,
        line_coverage=_per_cent(len(reached & set(coverage.lines)), len(coverage.lines)),
        branch_coverage=_branch_coverage(coverage, reached),
        mutation_score=_per_cent(sum(report.status == "killed" for report in valid), len(valid)),
        mutants=tuple(reports),
        smallest=smallest_cover(_wanted(kept, coverage, reports)),
        missing_lines=tuple(line for line in coverage.lines if line not in reached),
        missing_branches=tuple(branch for branch in coverage.branches if branch not in reached),
    )


def _wanted(kept: Sequence[str], coverage: Coverage, reports: Sequence[MutantReport]) -> Mapping[str, frozenset[str]]:
    """What each test sees that others may see too: lines, branches and mutants."""
    return {
        test: _reached(coverage, [test]) | {report.name for report in reports if test in report.killed_by}
        for test in kept
    }


def _branch_coverage(coverage: Coverage, reached: Collection[str]) -> float | None:
    """By the tool's own counter where every test stays or lost nothing; else by the branches that are left."""
    lost = _reached(coverage, list(coverage.tests)) - frozenset(reached)
    if not lost & set(coverage.branches):
        return _per_cent(coverage.branches_taken, coverage.branches_all)
    return _per_cent(len(set(coverage.branches) & set(reached)), len(coverage.branches))


def _per_cent(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None
