"""Stage 6: whether the text belongs to the tests.

By reading: how many of the words of the tests are words of the text, and the other way round, and how many names that
the tests call are shown. By running: solutions that a model wrote from the text alone, against the tests. Nothing here
knows of any particular problem.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from bench.benchmarks.ncb.construction.evidence.hidden import hidden_in_all
from bench.benchmarks.ncb.construction.evidence.outcomes import SOLVER, loaded, outcome_of
from bench.benchmarks.ncb.construction.evidence.reading import Told
from bench.benchmarks.ncb.construction.evidence.trials import trial_of
from bench.benchmarks.ncb.construction.records import Aligned, Draft, Solving, Verified
from bench.benchmarks.ncb.construction.source.suites import only
from bench.records import Observation, Outcome, Trial

SUSPECT = 0.9
"""Above this a person is asked. By reading alone 97 % (Python) and 99 % (Java) of wrong pairs of public texts and tests
are above it, of the published pairs none of 70 in Python and 8 of 70 in Java, 7 of which are known to be misaligned."""
_NOT_SOLVED = 0.95  # suspicion where no solution written from the text alone passes any test


def solver_trial(
    draft: Draft, solver: str, attempt: int, files: Mapping[str, str], verified: Verified | None = None
) -> Trial:
    """A solution that a model wrote from the text alone, against the tests.

    Args:
        verified: the tests that do not stay are taken out of the file then: where one of them calls a name that nobody
            could know, nothing of a Java file would compile.
    """
    if verified is not None and verified.kept:
        draft = replace(draft, tests=only(draft.language, draft.tests, verified.kept))
    return trial_of(draft, f"{SOLVER}{solver}-{attempt}", files, None)


def solving(verified: Verified, observation: Observation, solver: str, attempt: int = 0) -> Solving:
    """What a solver's trial showed, on the tests that stay."""
    if not loaded(observation):
        return Solving(
            solver=solver, attempt=attempt, failed=verified.kept, problem=observation.reason or observation.ended
        )
    passed = tuple(test for test in verified.kept if outcome_of(observation, test) == Outcome.PASSED)
    failed = tuple(test for test in verified.kept if test not in passed)
    return Solving(solver=solver, attempt=attempt, passed=passed, failed=failed)


def aligned(draft: Draft, verified: Verified, solving: Sequence[Solving] = ()) -> Aligned:
    """How suspicious the pair of text and tests is, and why.

    Args:
        solving: what solutions written from the text alone came to; none where no model was asked.
    """
    told, hidden = Told.of(draft), hidden_in_all(draft)
    overlaps = {natural: told.overlap(text) for natural, text in draft.statements.items()}
    by_words = max((told.suspicion(text) for text in draft.statements.values()), default=1.0)
    suspicion, ran = _by_running(by_words, solving)
    return Aligned(
        id=draft.id,
        suspicion=round(suspicion, 4),
        hidden=hidden,
        overlap=overlaps.get("en", next(iter(overlaps.values()), None)),
        solved=tuple(solving),
        disputed=_disputed(verified.kept, solving),
        why="; ".join(part for part in (_about_words(overlaps), _about_names(hidden), ran) if part),
    )


def _by_running(suspicion: float, solved: Sequence[Solving]) -> tuple[float, str]:
    """One solution that passes speaks for the pair more than several that fail against it: models make mistakes."""
    shares = {one: len(one.passed) / (len(one.passed) + len(one.failed)) for one in solved if one.passed or one.failed}
    if not shares:
        return suspicion, ""
    best = max(shares, key=lambda one: shares[one])
    mixed = shares[best] * suspicion / 2 + (1 - shares[best]) * max(suspicion, _NOT_SOLVED)
    count = len(best.passed) + len(best.failed)
    told = f"the best of {len(shares)} solutions written from the text passes {len(best.passed)} of {count} tests"
    return mixed, f"{told} ({best.problem})" if best.problem else told


def _disputed(kept: Sequence[str], solved: Sequence[Solving]) -> tuple[str, ...]:
    """Tests that one solution passes and another fails."""
    return tuple(
        test for test in kept if any(test in one.passed for one in solved) and any(test in one.failed for one in solved)
    )


def _about_words(overlaps: Mapping[str, float | None]) -> str:
    known = {natural: overlap for natural, overlap in overlaps.items() if overlap is not None}
    shares = ", ".join(f"{100 * overlap:.0f} % ({natural})" for natural, overlap in known.items())
    return f"{shares} of the words of tests and solution stand in the text" if shares else ""


def _about_names(hidden: Collection[str]) -> str:
    return f"the text does not show {', '.join(list(hidden)[:5])}" if hidden else ""
