"""What the sandbox tries out when tests are built, and what it saw: each test by itself, in several rounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bench.records.executed import Limits


class Outcome(StrEnum):
    """What became of one test in one round."""

    PASSED = "passed"
    FAILED = "failed"  # an assertion, or `pytest.raises` and its kin
    ERROR = "error"  # anything else that was raised
    SKIPPED = "skipped"
    TIMEOUT = "timeout"


class Ended(StrEnum):
    """How a trial ended."""

    WHOLE = "whole"
    COMPILE_ERROR = "compile_error"
    CANNOT_LOAD = "cannot_load"  # the solution or the test file raises on import
    TIMEOUT = "timeout"  # the limits of the whole; runs that were over by then are kept
    OUT_OF_MEMORY = "out_of_memory"
    CRASHED = "crashed"  # the process ended before its report
    SANDBOX_ERROR = "sandbox_error"  # not the code's fault: done again


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One pass over the tests of a suite.

    Attributes:
        name: `alone`, `shuffled-1`; unique in its trial.
        order: names of tests in the order in which they run; None for all, as they are written.
        alone: each test in a fresh copy of the process (Python) or of the classes (Java), as if it were the only one.
        clock: what the clock shows, as libfaketime spells it: `+400d`, `@2004-02-29 23:59:30 x10`; empty for the true
            time.
        coverage: whether to note what each test reaches; needs `alone`.
    """

    name: str
    order: tuple[str, ...] | None = None
    alone: bool = False
    clock: str = ""
    coverage: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A solution, tests as their author wrote them, and the rounds in which they run in one container.

    Attributes:
        sample_id: of the problem.
        variant: which solution this is: `reference`, `empty`, `altered`, `idle`, `mutant-03`, `solver-1`.
        language: a key of `bench.sandbox.LANGUAGES`.
        name: of the solution: the module (Python) or the test class (Java), as in `Job`.
        files: the solution's source files by their name.
        tests: the source text of the test file, whole, with its imports.
        inputs: a folder whose content the code finds in its working folder; None where it needs none.
        test_seconds: that one test may take in one round.
        slow_seconds: a test that took longer in the first round is left out of the later ones.
    """

    sample_id: str
    variant: str
    language: str
    name: str
    files: Mapping[str, str]
    tests: str
    rounds: tuple[Round, ...]
    inputs: str | None = None
    limits: Limits = field(default_factory=Limits)
    test_seconds: float = 10.0
    slow_seconds: float = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRun:
    """One test in one round.

    Attributes:
        round: its name.
        test: `Class::method` or `function` (Python, parameters folded into one), the method's name (Java).
        outcome: an `Outcome`.
        raised: name of the exception's class; empty where nothing was raised.
        message: the exception's text, in one line; capped.
        line: of the test file, where the test failed; None where that is not known.
        operator: of the comparison that failed: `==`, `in`; empty where it was none.
        left, right: what was compared, as `repr` or Java's `toString` write it, in the order of the source (JUnit:
            expected, then actual); None where that is not known.
        touched: what the test or the solution under it did: `network`, `clock`, `sleep`, `random`.
    """

    __test__ = False  # pytest takes classes of this name for tests

    round: str
    test: str
    outcome: str
    raised: str = ""
    message: str = ""
    line: int | None = None
    operator: str = ""
    left: str | None = None
    right: str | None = None
    seconds: float = 0.0
    touched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What the tests of a suite reach in the solution's files.

    Attributes:
        lines: every line that can be reached, `file:line`, in order.
        branches: every branch that can be taken: `file:from->to` (coverage.py), `class#probe` (JaCoCo's probes).
        tests: for each test the lines and branches that it reaches by itself.
        branches_taken, branches_all: the branch counter of the tool, over all tests together: JaCoCo counts branches
            otherwise than probes.
    """

    lines: tuple[str, ...]
    branches: tuple[str, ...]
    tests: Mapping[str, tuple[str, ...]]
    branches_taken: int
    branches_all: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What came of a trial, unique by (sample_id, variant, trial_sha256).

    Attributes:
        ended: an `Ended`.
        reason: why it did not end whole, in one line.
        runs: in the order in which they happened; those before a bad end are kept.
        output: what was printed; capped.
        seconds: from the moment the code arrived to the end of the process.
        trial_sha256: of all that determines what is seen; an observation of the same hash need not be made again.
    """

    sample_id: str
    variant: str
    ended: str
    reason: str | None = None
    runs: tuple[TestRun, ...] = ()
    coverage: Coverage | None = None
    output: str = ""
    seconds: float | None = None
    trial_sha256: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes this observation unique in its file."""
        return (self.sample_id, self.variant, self.trial_sha256)
