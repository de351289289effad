"""Stage 5: failing assertions become proposals, and tests are asked for where branches or mutants go unnoticed."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from bench.benchmarks.ncb.construction.drafting import common, problem_name, shown_solution
from bench.benchmarks.ncb.construction.evidence.examining import Examined
from bench.benchmarks.ncb.construction.interview import Answers, prompt
from bench.benchmarks.ncb.construction.proposing import fixed, where
from bench.benchmarks.ncb.construction.records import Draft, Finding, Mark, Measured, Proposal, Repaired, Verified
from bench.benchmarks.ncb.construction.source.code_answers import test_code
from bench.benchmarks.ncb.construction.source.suites import units, with_units, without
from bench.benchmarks.ncb.construction.templates import Templates
from bench.records import Prompt

MOST_ASKED = 5
"""Further tests of one round."""
SIDES: Mapping[str, Mapping[str, str]] = {
    "test": {"en": "the test is right and the solution is wrong", "zh": "测试是对的，解答是错的"},
    "solution": {"en": "the solution is right and the test is wrong", "zh": "解答是对的，测试是错的"},
}


def begun(examined: Examined, measured: Measured) -> Repaired:
    """Before anything was asked."""
    draft, verified = examined.draft, examined.verified
    return Repaired(
        id=draft.id, draft=draft, verified=verified, measured=measured, proposals=proposals(draft, verified), stopped=""
    )


def proposals(draft: Draft, verified: Verified) -> tuple[Proposal, ...]:
    """One for each failing assertion of which it is known what the solution gives instead."""
    return tuple(
        _proposal(draft, finding)
        for test in verified.tests
        for finding in test.findings
        if finding.mark == Mark.FAILS and {"expected", "observed"} <= set(finding.evidence)
    )


def _proposal(draft: Draft, finding: Finding) -> Proposal:
    evidence = finding.evidence
    line = int(evidence.get("line", "0") or 0)
    expected, observed = evidence["expected"], evidence["observed"]
    source = next((unit.source for unit in units(draft.language, draft.tests) if unit.name == finding.test), "")
    place = where(draft, finding.test, line)
    return Proposal(
        test=finding.test,
        line=line,
        expected=expected,
        observed=observed,
        fixed=fixed(draft.language, source, place, expected, observed),
    )


# -- arguments


def argue_prompts(repaired: Repaired, templates: Templates) -> list[Prompt]:
    """For each proposal one prompt a side."""
    draft = repaired.draft
    return [
        prompt(
            f"argue/{draft.id}/{one.test}/{side}",
            templates.filled("argue", draft.natural_language, {**_argued(draft, one), "side": _side(draft, side)}),
            draft.natural_language,
        )
        for one in repaired.proposals
        for side in SIDES
    ]


def _side(draft: Draft, side: str) -> str:
    return SIDES[side][draft.natural_language]


def _argued(draft: Draft, one: Proposal) -> dict[str, object]:
    source = next((unit.source for unit in units(draft.language, draft.tests) if unit.name == one.test), "")
    known = {key: common(draft)[key] for key in ("statement", "language")}
    seen = {"expected": one.expected, "observed": one.observed}
    return {**known, **seen, "test": source, "solution": shown_solution(draft)}


def with_arguments(repaired: Repaired, answers: Answers) -> Repaired:
    """The record with what was said for each side; nothing where the model failed."""
    return dataclasses.replace(
        repaired,
        proposals=tuple(
            dataclasses.replace(one, arguments=_arguments(repaired.id, one, answers)) for one in repaired.proposals
        ),
    )


def _arguments(problem: str, one: Proposal, answers: Answers) -> dict[str, str]:
    said = {side: answers[f"argue/{problem}/{one.test}/{side}", 0] for side in SIDES}
    return {side: answer.text.strip() for side, answer in said.items() if answer.error is None and answer.text.strip()}


# -- more tests


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Per cent that the tests shall reach."""

    branches: float
    mutants: float

    def met(self, measured: Measured) -> bool:
        """Whether they do; what cannot be measured cannot be missed."""
        branches = measured.line_coverage if measured.branch_coverage is None else measured.branch_coverage
        return (branches is None or branches >= self.branches) and (
            measured.mutation_score is None or measured.mutation_score >= self.mutants
        )


def more_prompt(repaired: Repaired, templates: Templates) -> Prompt:
    """Asks for tests of what goes unnoticed."""
    draft = repaired.draft
    values = {
        **common(draft),
        "solution": shown_solution(draft),
        "tests": draft.tests.strip(),
        "missing": missing(draft, repaired.measured),
        "count": MOST_ASKED,
    }
    text = templates.filled("more_tests", draft.natural_language, values)
    return prompt(problem_name(draft.id, "more_tests"), text, draft.natural_language)


def missing(draft: Draft, measured: Measured) -> str:
    """Lines that no kept test reaches and changes that none notices, one a line, with the source."""
    sources = {name: source.splitlines() for name, source in draft.files.items()}
    lines = [_shown_line(sources, place) for place in measured.missing_lines]
    jumps = [f"- the branch {place}" for place in measured.missing_branches]
    survived = [
        f"- line {one.line} of {one.file}, changed from `{one.before.strip()}` to `{one.after.strip()}`"
        for one in measured.mutants
        if one.status in {"survived", "unreached"}
    ]
    return "\n".join(dict.fromkeys([*lines, *jumps, *survived]))


def _shown_line(sources: Mapping[str, Sequence[str]], place: str) -> str:
    file, _, number = place.rpartition(":")
    lines = sources.get(file, ())
    text = lines[int(number) - 1].strip() if number.isdecimal() and 0 < int(number) <= len(lines) else ""
    return f"- line {number} of {file} is never reached: `{text}`"


def with_more(draft: Draft, text: str) -> tuple[Draft, tuple[str, ...]]:
    """The draft with the tests of an answer at its end, and their names; itself where there is none."""
    code = test_code(draft.language, text)
    if not code or not units(draft.language, code):
        return draft, ()
    tests, names = with_units(draft.language, draft.tests, code)
    return dataclasses.replace(draft, tests=tests), names


def accepted(before: Repaired, after: Examined, names: Sequence[str], most: int) -> Repaired:
    """The record with those of the new tests that are sound and see something that the others do not."""
    useful = _useful(before, after, names, most)
    useless = [name for name in names if name not in useful]
    if not useful:
        return dataclasses.replace(before, rounds=before.rounds + 1, stopped="nothing new")
    draft = dataclasses.replace(after.draft, tests=without(after.draft.language, after.draft.tests, useless))
    verified = dataclasses.replace(
        after.verified, tests=tuple(test for test in after.verified.tests if test.name not in useless)
    )
    left = dataclasses.replace(after, draft=draft, verified=verified)
    return dataclasses.replace(
        before,
        draft=draft,
        verified=verified,
        measured=left.measured(most),
        added=(*before.added, *useful),
        rounds=before.rounds + 1,
    )


def _useful(before: Repaired, after: Examined, names: Sequence[str], most: int) -> list[str]:
    """New tests in their order, each with something that neither the old ones nor those before it see."""
    kept = set(after.verified.kept)
    coverage = next((one.coverage for one in after.seen if one.coverage is not None), None)
    reached = {} if coverage is None else coverage.tests
    unseen = {*before.measured.missing_lines, *before.measured.missing_branches}
    unnoticed = [set(one.killed_by) for one in after.measured(most).mutants if one.status == "killed"]
    unnoticed = [killers for killers in unnoticed if killers <= set(names)]
    useful: list[str] = []
    for name in names:
        if name not in kept:
            continue
        fresh, killed = unseen & set(reached.get(name, ())), [one for one in unnoticed if name in one]
        if fresh or killed:
            useful.append(name)
            unseen -= fresh
            unnoticed = [one for one in unnoticed if name not in one]
    return useful
