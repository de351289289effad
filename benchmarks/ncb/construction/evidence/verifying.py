"""Stage 3: the problem's own solution and solutions that do nothing or something else, and what they say of the tests.

Two steps, since what a test notices is known in full only once mutants were run: `verified(..., final=False)` says
which tests are worth a mutant's time, `verified(...)` with the observations of mutants says which stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bench.benchmarks.ncb.construction.evidence.hidden import hidden_in_all
from bench.benchmarks.ncb.construction.evidence.marking import clock_marks, running_marks
from bench.benchmarks.ncb.construction.evidence.outcomes import REFERENCE, by_test, of_variant
from bench.benchmarks.ncb.construction.evidence.trials import ALONE, WRITTEN, tests_of, trial_of, trial_of_reference
from bench.benchmarks.ncb.construction.evidence.vacuity import vacuous
from bench.benchmarks.ncb.construction.records import MARKS, Draft, Finding, Mark, TestReport, Verified
from bench.benchmarks.ncb.construction.solutions.variants import VARIANTS, variant
from bench.benchmarks.ncb.construction.source.suites import Unit, normal_form
from bench.records import Ended, Observation, Trial

_ENDINGS: Mapping[str, str] = {
    Ended.COMPILE_ERROR: "solution and tests do not compile",
    Ended.CANNOT_LOAD: "solution or tests cannot be loaded",
    Ended.TIMEOUT: "its solution does not end in time",
    Ended.OUT_OF_MEMORY: "its solution needs more memory than the limit",
    Ended.CRASHED: "the process ended before its report",
    Ended.SANDBOX_ERROR: "the sandbox failed; the next start tries again",
}


def reference_trial(draft: Draft) -> Trial:
    """The problem's own solution: five repeats and two other clocks."""
    return trial_of_reference(draft)


def variant_trials(draft: Draft, reference: Observation | None = None) -> Sequence[Trial]:
    """Solutions that do nothing, that return other values, and that leave undone what they do besides.

    Args:
        reference: what the problem's own solution showed, so that a test is given a few times as long as it took there.
    """
    made = {name: variant(draft.language, name, draft.files) for name in VARIANTS}
    return [trial_of(draft, name, files, reference) for name, files in made.items() if files is not None]


def verified(draft: Draft, observations: Sequence[Observation], *, final: bool = True) -> Verified:
    """The report on each test.

    Args:
        final: whether mutants were run too; without them no test is called vacuous.
    """
    if draft.reason is not None:
        return Verified(id=draft.id, reason=draft.reason)
    reference = of_variant(observations, REFERENCE)
    if reference is None:
        return Verified(id=draft.id, reason="its solution was not run")
    if (reason := _unusable(draft, reference)) is not None:
        return Verified(id=draft.id, reason=reason)
    tests = tuple(_reports(draft, reference, observations if final else None))
    return Verified(id=draft.id, reason=_nothing_left(tests), tests=tests)


def _unusable(draft: Draft, reference: Observation) -> str | None:
    if reference.ended != Ended.WHOLE and not _ran_twice(draft, reference):
        told = _ENDINGS.get(reference.ended, str(reference.ended))
        return f"{told}: {reference.reason}"[:400] if reference.reason else told
    if not reference.runs or not tests_of(draft):
        return "there is no test in its tests"
    return None


def _ran_twice(draft: Draft, reference: Observation) -> bool:
    """Whether the time was over only after every test had run by itself and in a row: later rounds are missed then."""
    names = {unit.name for unit in tests_of(draft)}
    ran = [set(by_test(reference, {name})) for name in (ALONE, WRITTEN)]
    return reference.ended == Ended.TIMEOUT and all(names <= one for one in ran)


def _nothing_left(tests: Sequence[TestReport]) -> str | None:
    """Why the problem is of no use; None as long as a test stays, or a person may yet decide that one does."""
    marks = [{finding.mark for finding in test.findings} for test in tests]
    if all(Mark.FAILS in found for found in marks):
        return "every test fails with its own solution"
    asked = any(MARKS[Mark(mark)].asks for found in marks for mark in found)
    return None if asked or any(test.kept for test in tests) else "no test is left"


def _reports(draft: Draft, reference: Observation, observations: Sequence[Observation] | None) -> Iterator[TestReport]:
    running, hidden = running_marks(trial_of_reference(draft), reference), _by_name(hidden_in_all(draft))
    seconds = {test: runs[0].seconds for test, runs in by_test(reference, {ALONE}).items()}
    forms: dict[str, str] = {}
    for unit in tests_of(draft):
        found = [*running.get(unit.name, (_not_run(unit),)), *hidden.get(unit.name, ())]
        if all(finding.mark != Mark.FAILS for finding in found):
            found.extend(_of_passing(draft, unit, found, observations))
        found.extend(_repeated(draft.language, unit, forms))
        kept = all(MARKS[Mark(finding.mark)].keeps for finding in found)
        if kept:
            forms[normal_form(draft.language, unit.source)] = unit.name
        yield TestReport(name=unit.name, kept=kept, findings=tuple(found), seconds=seconds.get(unit.name, 0.0))


def _of_passing(
    draft: Draft, unit: Unit, found: Sequence[Finding], observations: Sequence[Observation] | None
) -> Iterator[Finding]:
    """What a test that passes may still have against it; nothing by other solutions before they were all run."""
    if all(finding.mark != Mark.CLOCK for finding in found):
        yield from clock_marks(draft.language, unit)
    empty = None if observations is None else vacuous(draft, unit, observations)
    if empty is not None:
        yield empty


def _not_run(unit: Unit) -> Finding:
    return Finding(test=unit.name, mark=Mark.FAILS, why="it was not run, though it is among the tests")


def _by_name(hidden: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[Finding]]:
    """The findings of hidden names, by test."""
    found: dict[str, list[Finding]] = {}
    for name, tests in hidden.items():
        for test in tests:
            why = f"the text does not show {name}"
            finding = Finding(test=test, mark=Mark.HIDDEN_NAME, why=why, evidence={"name": name})
            found.setdefault(test, []).append(finding)
    return found


def _repeated(language: str, unit: Unit, forms: Mapping[str, str]) -> Iterator[Finding]:
    """The finding that a test that stays says the same."""
    twin = forms.get(normal_form(language, unit.source))
    if twin is not None:
        why = f"but for names and layout it is {twin}"
        yield Finding(test=unit.name, mark=Mark.DUPLICATE, why=why, evidence={"twin": twin})
