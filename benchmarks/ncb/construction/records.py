"""What travels between the stages of building problems: one record a line, in the file of the stage that wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a user asked for.

    Attributes:
        id: letters, digits and underscores: it becomes part of a module's and a class's name.
        text: in the user's words.
        language: of the program, `python` or `java`.
        natural_language: of the text, `en` or `zh`.
        files: a folder with input files, relative to the file of requests; None where there are none.
    """

    id: str
    text: str
    language: str
    natural_language: str
    files: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """Stage 1: whether a request becomes a problem.

    Attributes:
        reason: why it is dropped, or why a person should look; empty where there is nothing to say.
        domain: one of NaturalCodeBench's six.
        by: `rule` or `model`.
        similar_to: the earlier request that this one repeats.
        doubt: from 0, clear, to 1.
    """

    id: str
    request: Request
    keep: bool
    reason: str = ""
    domain: str = ""
    by: str = "rule"
    similar_to: str | None = None
    doubt: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Stage 2, and whatever later stages made of it: a problem that is being built.

    Attributes:
        domain: one of NaturalCodeBench's six.
        statements: what is shown to a model, by natural language; names and signatures are in it, tests are not.
        files: the reference solution's source files, as `Job.files`.
        tests: the body of the test file, `testcases` of NaturalCodeBench's format: Python without the lines that import
            pytest and the solution, Java whole, with whatever name its test class has.
        setup: code after the tests, `setup_code`; mostly empty.
        inputs: folder with input files, absolute; None where there are none.
        reason: why there is no problem here; None where there is.
    """

    id: str
    language: str
    natural_language: str
    domain: str = ""
    statements: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    tests: str = ""
    setup: str = ""
    inputs: str | None = None
    reason: str | None = None


class Mark(StrEnum):
    """What is wrong, or doubtful, with a test."""

    FAILS = "fails"
    FLAKY = "flaky"
    ORDER_DEPENDENT = "order_dependent"
    CLOCK = "clock"
    NETWORK = "network"
    SLOW = "slow"
    VACUOUS = "vacuous"
    DUPLICATE = "duplicate"
    HIDDEN_NAME = "hidden_name"


@dataclass(frozen=True, slots=True)
class MarkRule:
    """One line of the table of marks.

    Attributes:
        keeps: whether a test with this mark stays where nobody decides.
        asks: whether a person is asked.
        text: what the mark says, to go on after "this test ".
    """

    keeps: bool
    asks: bool
    text: str


MARKS: Mapping[Mark, MarkRule] = MappingProxyType(
    {
        Mark.FAILS: MarkRule(keeps=False, asks=True, text="fails with the solution that it was written for"),
        Mark.FLAKY: MarkRule(keeps=False, asks=False, text="passes at one time and fails at another"),
        Mark.ORDER_DEPENDENT: MarkRule(keeps=False, asks=False, text="depends on the tests that ran before it"),
        Mark.CLOCK: MarkRule(keeps=False, asks=True, text="depends on what the clock shows"),
        Mark.NETWORK: MarkRule(keeps=False, asks=False, text="reaches for a network"),
        Mark.SLOW: MarkRule(keeps=True, asks=False, text="is slow"),
        Mark.VACUOUS: MarkRule(keeps=False, asks=False, text="passes whatever the solution does"),
        Mark.DUPLICATE: MarkRule(keeps=False, asks=False, text="checks what another test checks"),
        Mark.HIDDEN_NAME: MarkRule(keeps=False, asks=True, text="calls a name that the text does not show"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One mark on one test.

    Attributes:
        why: the evidence in one line.
        evidence: what a person needs in order to decide, by name: `line`, `expected`, `observed`, `name`, `twin`.
    """

    test: str
    mark: str
    why: str
    evidence: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestReport:
    """What is known of one test; it stays where each of its marks lets it."""

    __test__ = False

    name: str
    kept: bool
    findings: tuple[Finding, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """Stage 3: what running the tests against the solution, and against solutions that do nothing, showed.

    Attributes:
        reason: why the problem cannot be used at all, in one line: its solution does not compile, no test is left.
        tests: in the order of the source.
    """

    id: str
    reason: str | None = None
    tests: tuple[TestReport, ...] = ()

    @property
    def kept(self) -> tuple[str, ...]:
        """The tests that stay."""
        return tuple(test.name for test in self.tests if test.kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class MutantReport:
    """One change to the solution, and which of the kept tests notice it.

    Attributes:
        operator: what was changed, by the operator's name.
        before, after: the line, as it was and as it is.
        status: `killed`, `survived`, `invalid` (does not compile or load), `unreached` (no kept test comes by).
    """

    name: str
    operator: str
    file: str
    line: int
    before: str
    after: str
    status: str
    killed_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Stage 4: how much the kept tests see. Per cent; null where there is nothing to measure.

    Attributes:
        mutation_score: of the mutants that are valid.
        smallest: the smallest set of kept tests found that keeps line coverage, branch coverage and killed mutants.
        missing_lines, missing_branches: what no kept test reaches, as `Coverage` spells it (Java: branches stay empty).
    """

    id: str
    line_coverage: float | None = None
    branch_coverage: float | None = None
    mutation_score: float | None = None
    mutants: tuple[MutantReport, ...] = ()
    smallest: tuple[str, ...] = ()
    missing_lines: tuple[str, ...] = ()
    missing_branches: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Stage 5: a failing assertion whose observed value is always the same. Nothing is changed unasked.

    Attributes:
        expected, observed: as source text of the language, so that one can stand in place of the other.
        fixed: the test's source with the observed value in the expected one's place; None where that cannot be written.
        arguments: what a model said for each side, `test` and `solution`; empty where none was asked.
    """

    test: str
    line: int
    expected: str
    observed: str
    fixed: str | None = None
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """Stage 5: what was proposed, and which tests were asked for besides.

    Attributes:
        draft: the problem as it now is, with the added tests.
        added: names of tests that were asked for because branches or mutants survived, and that were kept.
        rounds: how often more tests were asked for.
        stopped: why no more were asked for: `target`, `budget`, `nothing new`.
    """

    id: str
    draft: Draft
    verified: Verified
    measured: Measured
    proposals: tuple[Proposal, ...] = ()
    added: tuple[str, ...] = ()
    rounds: int = 0
    stopped: str = "target"


@dataclass(frozen=True, slots=True, kw_only=True)
class Solving:
    """One solution that a model wrote from the text alone, against the tests.

    Attributes:
        passed: names of the kept tests that it passes.
        failed: of those that it does not.
        problem: why it could not be run at all.
    """

    solver: str
    attempt: int = 0
    passed: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Aligned:
    """Stage 6: whether the text belongs to the tests.

    Attributes:
        suspicion: from 0 to 1; problems are ranked by it, and above `SUSPECT` a person is asked.
        hidden: names of the solution that the tests use and the text does not show, with the tests that use them.
        overlap: how much of the words in the tests' names and constants stands in the text, 0 to 1.
        solved: each solution written from the text alone.
        disputed: tests on which these solutions disagree.
        why: the evidence in one line.
    """

    id: str
    suspicion: float
    hidden: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    overlap: float | None = None
    solved: tuple[Solving, ...] = ()
    disputed: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer to a question.

    Attributes:
        key: the one letter or digit that gives it.
        name: `keep`, `drop` (the question's tests), `drop_text`, `drop_problem`, or what puts another text in place of
            one: `take_observed`, `edit`, `edit_text`, `edit_solution`.
        label: what the button says.
        target: the text that this choice replaces or drops, within the problem: `tests/<test>`,
            `statements/<natural language>`, `solution`; empty where it does neither.
        text: what takes its place, or what an editor begins with.
    """

    key: str
    name: str
    label: str
    target: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Stage 7: one thing that a person must decide, one screen.

    Attributes:
        id: of the question, stable over repeats of the stage: `<problem>/<kind>/<test>/<hash>`; the hash is of what is
            decided about, so that a decision never holds for something that nobody saw.
        kind: `expected_value`, `failing`, `clock`, `hidden_name`, `misaligned`, `translation`, `screen`.
        test: None where it is about the whole problem.
        doubt: from 0 to 1; the most doubtful come first.
        ask: the question in one sentence.
        shown: what to show, by heading, in order: source of the test, line, expected, observed, text, solution.
        default: name of the choice that holds while nobody decides.
        tests: those that `drop` drops.
    """

    id: str
    problem: str
    kind: str
    test: str | None
    doubt: float
    ask: str
    shown: Mapping[str, str]
    choices: tuple[Choice, ...]
    default: str
    tests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One line of decisions.jsonl, which is only ever appended to; the last line of a question holds.

    Attributes:
        choice: name of the choice; `undo` takes the last decision on this question back, `look` is time spent without
            deciding.
        edited: the text that an `edit` gives.
        seconds: that the question was on the screen, as far as somebody was there.
        at: UTC, ISO 8601.
        by: who decided; the user's own name for it.
        how: `page` or `file`.
    """

    question: str
    choice: str
    edited: str | None = None
    seconds: float = 0.0
    at: str = ""
    by: str = ""
    how: str = "page"
