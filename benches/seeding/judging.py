"""Drafts through verify, mutants, measure and align, each step the pipeline's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bench.benchmarks.ncb.construction.evidence.aligning import SUSPECT, aligned, solver_trial, solving
from bench.benchmarks.ncb.construction.evidence.examining import Examined, examine
from bench.benchmarks.ncb.construction.evidence.outcomes import REFERENCE, of_variant, outcome_of
from bench.benchmarks.ncb.construction.evidence.trials import trial_of
from bench.benchmarks.ncb.construction.records import MARKS, Aligned, Draft, Mark, Measured
from bench.benchmarks.ncb.construction.watching import Watch
from bench.records import Ended, Observation, Outcome, Trial
from seeding.material import Material, solution_files

SOLVER = "scripted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the pipeline says of a draft."""

    draft: Draft
    examined: Examined
    measured: Measured
    aligned: Aligned

    @property
    def suspected(self) -> bool:
        """Whether the problem as a whole is dropped, or a person is asked about it."""
        return self.examined.verified.reason is not None or self.aligned.suspicion > SUSPECT

    @property
    def misaligned(self) -> bool:
        """Whether a person is asked if the text belongs to the tests."""
        return self.aligned.suspicion > SUSPECT

    def marks(self, test: str) -> frozenset[Mark]:
        """Marks that take a test out, or ask a person about it."""
        found = {
            Mark(one.mark) for report in self.examined.verified.tests if report.name == test for one in report.findings
        }
        return frozenset(mark for mark in found if MARKS[mark].asks or not MARKS[mark].keeps)

    def passes_empty(self, test: str) -> bool:
        """Whether a solution with signatures and no bodies passes it."""
        empty = of_variant(self.examined.seen, "empty")
        return empty is not None and outcome_of(empty, test) == Outcome.PASSED


def passing(watch: Watch, found: Sequence[Material]) -> list[Material]:
    """Those whose own solution passes every test."""
    trials = [trial_of(one.draft, REFERENCE, one.draft.files, None) for one in found]
    seen = watch.observe(trials, "references")
    return [one for one in found if _passes(of_variant(seen[one.draft.id], REFERENCE))]


def _passes(observation: Observation | None) -> bool:
    if observation is None:
        return False
    outcomes = {run.outcome for run in observation.runs}
    return observation.ended == Ended.WHOLE and outcomes <= {Outcome.PASSED, Outcome.SKIPPED} and bool(outcomes)


def judged(
    watch: Watch, drafts: Sequence[Draft], answer: Callable[[str], str | None], most: int
) -> Mapping[str, Judged]:
    """The pipeline's word on every draft.

    Args:
        answer: what a scripted model answers to a text: the solution that belongs to it.
        most: mutants of each.
    """
    examined = examine(watch, drafts, most)
    trials = [trial for draft in drafts if (trial := _solver_trial(draft, examined[draft.id], answer)) is not None]
    seen = watch.observe(trials, "solutions by text")
    return {draft.id: _judged(examined[draft.id], seen.get(draft.id, []), most) for draft in drafts}


def _solver_trial(draft: Draft, examined: Examined, answer: Callable[[str], str | None]) -> Trial | None:
    response = answer(next(iter(draft.statements.values())))
    if response is None or examined.verified.reason is not None:
        return None
    return solver_trial(draft, SOLVER, 0, solution_files(draft.language, response, draft.id), examined.verified)


def _judged(examined: Examined, seen: Sequence[Observation], most: int) -> Judged:
    solved = [solving(examined.verified, one, SOLVER) for one in seen]
    return Judged(
        draft=examined.draft,
        examined=examined,
        measured=examined.measured(most),
        aligned=aligned(examined.draft, examined.verified, solved),
    )
