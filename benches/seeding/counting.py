"""What was planted, what of it was flagged, and what was flagged though nothing was planted in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median
from types import MappingProxyType

from planting import Planted

from bench.benchmarks.ncb.construction.evidence.trials import tests_of
from bench.benchmarks.ncb.construction.records import Draft, Mark
from seeding.judging import Judged
from seeding.material import Material, hidden_upstream

RIGHT: Mapping[str, Mark] = MappingProxyType(
    {
        "wrong_value": Mark.FAILS,
        "vacuous": Mark.VACUOUS,
        "clock": Mark.CLOCK,
        "hidden_name": Mark.HIDDEN_NAME,
    }
)
SWAPPED = "swapped_text"
_COMMENT = re.compile(r"^\s*(?://|#).*$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A planted fault, or a test without one.

    Attributes:
        kind: of the fault; empty where nothing was planted.
        flagged: whether a mark takes it out or a person is asked about it or its problem.
        right: whether it is flagged for what was planted.
        defect: what is wrong with an untouched test as it was published, as far as that can be said without detectors.
        why: what the pipeline says.
    """

    problem: str
    test: str | None
    kind: str
    flagged: bool
    right: bool
    defect: str = ""
    what: str = ""
    why: str = ""


def cases(judged: Judged, planted: Sequence[Planted], material: Material) -> Iterator[Case]:
    """Every fault and every untouched test of a problem; a problem with another's text is one fault."""
    for fault in planted:
        yield _fault(judged, fault)
    if any(fault.kind == SWAPPED for fault in planted):
        return
    touched, hidden = {fault.test for fault in planted}, hidden_upstream(material.draft)
    for report in judged.examined.verified.tests:
        if report.name not in touched:
            yield _untouched(judged, report.name, _defect(judged, material, hidden, report.name))


def _fault(judged: Judged, fault: Planted) -> Case:
    marks = judged.marks(fault.test) if fault.test else frozenset()
    if fault.kind == SWAPPED:
        right, flagged = judged.misaligned, judged.suspected
    else:
        right, flagged = RIGHT[fault.kind] in marks, bool(marks) or judged.suspected
    return Case(
        problem=judged.draft.id,
        test=fault.test,
        kind=fault.kind,
        flagged=flagged,
        right=right,
        what=fault.what,
        why=_why(judged, fault.test),
    )


def _untouched(judged: Judged, test: str, defect: str) -> Case:
    flagged = bool(judged.marks(test)) or judged.suspected
    why = _why(judged, test) if flagged else ""
    return Case(problem=judged.draft.id, test=test, kind="", flagged=flagged, right=False, defect=defect, why=why)


def _defect(judged: Judged, material: Material, hidden: Mapping[str, Sequence[str]], test: str) -> str:
    if material.misaligned:
        return "text and tests belong to two tasks"
    if test in hidden:
        return f"not in the text: {', '.join(hidden[test])}"
    if judged.passes_empty(test):
        return "passes with an empty solution"
    return "a copy of another test" if test in copies(judged.draft) else ""


def copies(draft: Draft) -> frozenset[str]:
    """Tests that are, but for their name, comments and white space, the text of one before them."""
    seen: set[str] = set()
    found = set()
    for unit in tests_of(draft):
        source = _COMMENT.sub("", unit.source)
        text = "".join(source.replace(unit.name.rpartition("::")[2], "", 1).split())
        found |= {unit.name} if text in seen else set()
        seen.add(text)
    return frozenset(found)


def _why(judged: Judged, test: str | None) -> str:
    verified, aligned = judged.examined.verified, judged.aligned
    found = [f"{one.mark}: {one.why}" for report in verified.tests if report.name == test for one in report.findings]
    whole = [verified.reason] if verified.reason else []
    doubt = [f"suspicion {aligned.suspicion:.2f}: {aligned.why}"] if judged.misaligned or test is None else []
    return "; ".join([*found, *whole, *doubt])


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    def __str__(self) -> str:
        return f"{self.part}/{self.whole}" + (f" {100 * self.part / self.whole:.1f} %" if self.whole else "")


def table(found: Iterable[Case]) -> Mapping[str, tuple[Share, Share]]:
    """Of each kind, and of all: flagged, and flagged for what was planted."""
    faults = [case for case in found if case.kind]
    kinds = [kind for kind in (*RIGHT, SWAPPED) if any(case.kind == kind for case in faults)]
    groups = {kind: [case for case in faults if case.kind == kind] for kind in kinds} | {"all": faults}
    return {
        kind: (
            Share(sum(case.flagged for case in group), len(group)),
            Share(sum(case.right for case in group), len(group)),
        )
        for kind, group in groups.items()
    }


def defects(found: Iterable[Case]) -> Mapping[str, Share]:
    """Untouched tests that were published with a defect: flagged, of each kind."""
    tests = [(case.defect.split(":")[0], case.flagged) for case in found if not case.kind and case.defect]
    return {
        kind: Share(sum(flagged for one, flagged in tests if one == kind), sum(one == kind for one, _ in tests))
        for kind in sorted({kind for kind, _ in tests})
    }


def untouched(found: Iterable[Case]) -> tuple[Share, Share]:
    """Untouched tests that are flagged: of all, and of those without a defect that was published with them."""
    tests = [case for case in found if not case.kind]
    sound = [case for case in tests if not case.defect]
    return (
        Share(sum(case.flagged for case in tests), len(tests)),
        Share(sum(case.flagged for case in sound), len(sound)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What measuring showed, as means over problems; per cent.

    Attributes:
        fewer: tests that the smallest set does without.
    """

    line_coverage: float
    branch_coverage: float
    mutation_score: float
    fewer: float
    mutants: float


def worth(found: Iterable[Judged]) -> Worth:
    """Over the problems that can be measured."""
    measured = [one for one in found if one.measured.reason is None]
    kept = [(one, one.examined.verified.kept) for one in measured]
    return Worth(
        line_coverage=_mean(one.measured.line_coverage for one in measured),
        branch_coverage=_mean(one.measured.branch_coverage for one in measured),
        mutation_score=_mean(one.measured.mutation_score for one in measured),
        fewer=_mean(100 * (1 - len(one.measured.smallest) / len(tests)) for one, tests in kept if tests),
        mutants=_mean(len(one.measured.mutants) for one in measured),
    )


def _mean(values: Iterable[float | None]) -> float:
    return mean([value for value in values if value is not None] or [0.0])


def median_seconds(found: Iterable[Judged]) -> float:
    """Of a problem's containers, one after the other."""
    return median([sum(one.seconds or 0.0 for one in item.examined.seen) for item in found] or [0.0])
