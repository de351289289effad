"""Stage 7: what a person must decide, and only that, the most doubtful problems first.

Every question has a default that is the careful one: what nobody decided is left out of what is published.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bench.benchmarks.ncb.construction.records import (
    MARKS,
    Aligned,
    Choice,
    Draft,
    Finding,
    Mark,
    Proposal,
    Question,
    Repaired,
    Screened,
    Solving,
    TestReport,
)
from bench.benchmarks.ncb.construction.review.deciding import (
    applied,
    decided,
    files_text,
    open_questions,
    pardoned,
    shortened,
)
from bench.benchmarks.ncb.construction.source.assembling import HEADER_LINES
from bench.benchmarks.ncb.construction.source.suites import Unit, units
from bench.pages.wording import words_of

__all__ = ["DOUBTFUL", "KINDS", "applied", "decided", "open_questions", "pardoned", "questions"]

WORDS = "bench.benchmarks.ncb.construction.review"
DOUBTFUL = 0.5
"""A request with at least this doubt, and a problem with at least this suspicion, is shown to a person."""


@dataclass(frozen=True, slots=True)
class KindRule:
    """One line of the table of kinds; what is asked and what the choices say stands in `review/words`.

    Attributes:
        doubt: how doubtful such a thing is where nothing measures it, 0 to 1.
        default: name of the careful choice.
        choices: the name of each, in order.
    """

    doubt: float
    default: str
    choices: tuple[str, ...]


KINDS: Mapping[str, KindRule] = MappingProxyType(
    {
        "screen": KindRule(0.5, "drop_problem", ("keep", "drop_problem")),
        "misaligned": KindRule(0.9, "drop_problem", ("keep", "edit_text", "drop_problem")),
        "expected_value": KindRule(0.8, "drop", ("take_observed", "edit_solution", "edit", "drop", "drop_problem")),
        "failing": KindRule(0.7, "drop", ("edit", "edit_solution", "drop", "drop_problem")),
        "hidden_name": KindRule(0.6, "drop", ("edit_text", "drop", "keep")),
        "clock": KindRule(0.5, "drop", ("edit", "drop", "keep")),
        "translation": KindRule(0.3, "drop_text", ("keep", "edit_text", "drop_text")),
    }
)
"""`failing` is an expected value for which nothing can be proposed."""

_UNUSUAL = re.compile(r"[^\w.:$-]+")  # a name comes from a model, and an id stands in one line

OF_ALL = frozenset({"screen", "misaligned"})  # kinds about a problem as such


def questions(
    screened: Iterable[Screened],
    repaired: Iterable[Repaired],
    aligned: Iterable[Aligned],
    *,
    suspect: float = DOUBTFUL,
) -> tuple[Question, ...]:
    """Everything that a person must decide, from the records of stages 1, 5 and 6, in order.

    The problem with the most doubtful question comes first; within a problem, what is about the whole of it comes
    before the rest, since it may settle that.

    Args:
        suspect: the suspicion from which a person is asked about alignment.
    """
    suspicions = {row.id: row for row in aligned}
    found = [_of_request(row) for row in screened if row.doubt >= DOUBTFUL]
    for row in repaired:
        if row.draft.reason is None:
            found += _of_problem(row, suspicions.get(row.id), suspect)
    return in_order(found)


def in_order(asked: Sequence[Question]) -> tuple[Question, ...]:
    """The most doubtful problem first, each problem's questions together."""
    most: dict[str, float] = {}
    for one in asked:
        most[one.problem] = max(most.get(one.problem, 0.0), one.doubt)
    return tuple(
        sorted(asked, key=lambda one: (-most[one.problem], one.problem, one.kind not in OF_ALL, -one.doubt, one.id))
    )


def _of_request(row: Screened) -> Question:
    shown = {"why": row.reason, "similar_to": row.similar_to or "", "request": row.request.text}
    return _question(row.id, "screen", shown, subject=(row.request.text,), doubt=row.doubt)


def _of_problem(row: Repaired, aligned: Aligned | None, suspect: float) -> Iterator[Question]:
    evidence = _Evidence.of(row.draft)
    if aligned is not None and aligned.suspicion >= suspect:
        yield _misaligned(evidence, aligned)
    proposals = {proposal.test: proposal for proposal in reversed(row.proposals)}  # the first of each test
    tests = [test for test in row.verified.tests if _askable(test) and test.name in evidence.sources]
    for test in tests:
        yield from _of_test(evidence, test, proposals.get(test.name))
    yield from _hidden(evidence, tests)
    yield from _translations(evidence)


def _askable(test: TestReport) -> bool:
    """Whether no mark settles the test by itself."""
    rules = [MARKS[Mark(finding.mark)] for finding in test.findings]
    return all(rule.keeps or rule.asks for rule in rules)


def _of_test(evidence: _Evidence, test: TestReport, proposal: Proposal | None) -> Iterator[Question]:
    by_mark = {finding.mark: finding for finding in reversed(test.findings)}
    if Mark.FAILS in by_mark:
        yield _failing(evidence, test.name, by_mark[Mark.FAILS], proposal)
    if Mark.CLOCK in by_mark:
        shown = {"why": by_mark[Mark.CLOCK].why, **evidence.of_test(test.name, by_mark[Mark.CLOCK].evidence)}
        yield evidence.question("clock", shown, (test.name,))


def _failing(evidence: _Evidence, test: str, finding: Finding, proposal: Proposal | None) -> Question:
    """Expected and observed side by side where both are known."""
    if proposal is None:
        shown = {"why": finding.why, **evidence.of_test(test, finding.evidence)}
        return evidence.question("failing", shown, (test,))
    sides = {f"for_{side}": text for side, text in proposal.arguments.items()}
    values = {"expected": proposal.expected, "observed": proposal.observed}
    shown = {**values, **sides, **evidence.of_test(test, {"line": str(proposal.line)})}
    return evidence.question("expected_value", shown, (test,), fixed=proposal.fixed)


def _hidden(evidence: _Evidence, tests: Sequence[TestReport]) -> Iterator[Question]:
    """One question for each name, whatever number of tests use it."""
    users: dict[str, dict[str, Finding]] = {}
    for test in tests:
        for finding in test.findings:
            if finding.mark == Mark.HIDDEN_NAME:
                users.setdefault(finding.evidence.get("name", test.name), {})[test.name] = finding
    for name, found in users.items():
        first = next(iter(found.values()))
        shown = {"name": name, "why": first.why, "tests": "\n\n".join(evidence.sources[test] for test in found)}
        yield evidence.question("hidden_name", {**shown, **evidence.texts}, tuple(found), subject=name)


def _misaligned(evidence: _Evidence, aligned: Aligned) -> Question:
    hidden = "\n".join(f"{name}: {', '.join(tests)}" for name, tests in aligned.hidden.items())
    solved = "\n".join(_told(solving) for solving in aligned.solved)
    shown = {"why": aligned.why, "hidden": hidden, "solved": solved, "disputed": "\n".join(aligned.disputed)}
    draft = evidence.draft
    shown |= {"text": evidence.texts["text"], "tests": draft.tests, "solution": evidence.texts["solution"]}
    return evidence.question("misaligned", shown, doubt=aligned.suspicion)


def _told(solving: Solving) -> str:
    what = solving.problem or f"passes {len(solving.passed)} of {len(solving.passed) + len(solving.failed)} tests"
    return f"{solving.solver}, attempt {solving.attempt + 1}: {what}"


def _translations(evidence: _Evidence) -> Iterator[Question]:
    draft = evidence.draft
    for language, text in draft.statements.items():
        if language != draft.natural_language:
            shown = {"text": evidence.texts["text"], "translation": text}
            yield evidence.question("translation", shown, subject=language, statement=language)


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What the questions about one problem show of it.

    Attributes:
        sources: of each test, by its name.
        first_lines: where each begins in the test file, from 1.
        texts: what is shown to a model, and the reference solution.
    """

    draft: Draft
    sources: Mapping[str, str]
    first_lines: Mapping[str, int]
    texts: Mapping[str, str]

    @classmethod
    def of(cls, draft: Draft) -> _Evidence:
        header, found = HEADER_LINES[draft.language], _units(draft)
        return cls(
            draft,
            {unit.name: unit.source for unit in found},
            {unit.name: header + draft.tests.count("\n", 0, unit.start) + 1 for unit in found},
            {"text": draft.statements.get(draft.natural_language, ""), "solution": files_text(draft.files)},
        )

    def of_test(self, test: str, evidence: Mapping[str, str]) -> dict[str, str]:
        """A test with the line at which to look, counted in its own source."""
        source, line = self.sources[test], evidence.get("line", "")
        within = int(line) - self.first_lines[test] + 1 if line.isdecimal() else 0
        marked = {"line": str(within)} if 0 < within <= len(source.splitlines()) else {}
        return {**marked, "test": source, **self.texts}

    def question(
        self,
        kind: str,
        shown: Mapping[str, str],
        tests: tuple[str, ...] = (),
        *,
        subject: str = "",
        fixed: str | None = None,
        statement: str | None = None,
        doubt: float | None = None,
    ) -> Question:
        """A question; its hash is of the sources of its tests, or of the text and all tests, and of the values."""
        about = [self.sources[test] for test in tests] or [self.draft.tests, *self.draft.statements.values()]
        values = [shown.get(name, "") for name in ("expected", "observed", "name")]
        test = tests[0] if tests and not subject else None
        return _question(
            self.draft.id,
            kind,
            shown,
            subject=(*about, *values),
            test=test,
            tests=tests,
            name=subject or test or "",
            replaced=self._replaced(kind, test or "", statement or self.draft.natural_language, fixed),
            doubt=doubt,
        )

    def _replaced(self, kind: str, test: str, statement: str, fixed: str | None) -> dict[str, tuple[str, str | None]]:
        """What each choice replaces, and by what, by the name of the choice."""
        text = (f"statements/{statement}", self.draft.statements.get(statement, ""))
        found: dict[str, tuple[str, str | None]] = {
            "take_observed": (f"tests/{test}", fixed),
            "edit": (f"tests/{test}", self.sources.get(test)),
            "edit_solution": ("solution", self.texts["solution"]),
            "edit_text": text,
            "drop_text": (text[0], ""),
        }
        # A translation is kept as it is, and as of when it is kept.
        return found | ({"keep": text} if kind == "translation" else {})


def _units(draft: Draft) -> tuple[Unit, ...]:
    """No test where the file cannot be read: then the problem alone can be asked about."""
    try:
        return units(draft.language, draft.tests)
    except SyntaxError:
        return ()


def _question(
    problem: str,
    kind: str,
    shown: Mapping[str, str],
    *,
    subject: Sequence[str],
    test: str | None = None,
    tests: tuple[str, ...] = (),
    name: str = "",
    replaced: Mapping[str, tuple[str, str | None]] = MappingProxyType({}),
    doubt: float | None = None,
) -> Question:
    rule, words = KINDS[kind], words_of(WORDS)
    values = {"test": test or "", **{key: shortened(shown.get(key, "")) for key in ("expected", "observed", "name")}}
    seen = hashlib.sha256(json.dumps(list(subject)).encode()).hexdigest()[:8]
    return Question(
        id="/".join(part for part in (problem, kind, _UNUSUAL.sub("_", name)[:80], seen) if part),
        problem=problem,
        kind=kind,
        test=test,
        doubt=rule.doubt if doubt is None else doubt,
        ask=words.text(f"ask.{kind}", **values),
        shown={heading: text for heading, text in shown.items() if text},
        choices=_choices(kind, replaced),
        default=rule.default,
        tests=tests,
    )


def _choices(kind: str, replaced: Mapping[str, tuple[str, str | None]]) -> tuple[Choice, ...]:
    """Those that can be taken here; one whose text cannot be written is left out."""
    words = words_of(WORDS)
    offered = [(name, *replaced.get(name, ("", ""))) for name in KINDS[kind].choices]
    written = [(name, target, text) for name, target, text in offered if text is not None]
    return tuple(
        Choice(key=str(number), name=name, label=words.text(f"choice.{kind}.{name}"), target=target, text=text)
        for number, (name, target, text) in enumerate(written, start=1)
    )
