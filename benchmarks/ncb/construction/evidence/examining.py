"""Drafts in, what their tests are worth out: the trials of many problems in few streams, so the sandbox is busy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.benchmarks.ncb.construction.evidence.measuring import measured, mutant_trials
from bench.benchmarks.ncb.construction.evidence.verifying import reference_trial, variant_trials, verified
from bench.benchmarks.ncb.construction.records import Draft, Measured, Verified
from bench.benchmarks.ncb.construction.watching import Watch
from bench.records import Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A draft, all that was seen of it, and what follows from that."""

    draft: Draft
    verified: Verified
    seen: Sequence[Observation] = ()

    def measured(self, most: int) -> Measured:
        """How much its kept tests see."""
        return measured(self.draft, self.verified, self.seen, most=most)


def examine(watch: Watch, drafts: Sequence[Draft], most: int, stage: str = "verify") -> Mapping[str, Examined]:
    """Run every draft's tests against its solution; then, where that went well, against what is no solution.

    Args:
        most: mutants of each.
    """
    seen = watch.observe([reference_trial(draft) for draft in drafts], stage)
    early = {draft.id: verified(draft, seen.get(draft.id, []), final=False) for draft in drafts}
    going = [draft for draft in drafts if early[draft.id].reason is None]
    trials = [
        trial
        for draft in going
        for trial in (
            *variant_trials(draft, seen[draft.id][0]),
            *mutant_trials(draft, early[draft.id], seen[draft.id], most=most),
        )
    ]
    for problem, found in watch.observe(trials, stage).items():
        seen[problem] = [*seen[problem], *found]
    whole = {draft.id: verified(draft, seen[draft.id]) for draft in going}
    return {
        draft.id: Examined(draft=draft, verified=whole.get(draft.id, early[draft.id]), seen=seen.get(draft.id, ()))
        for draft in drafts
    }
