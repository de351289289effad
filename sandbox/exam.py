"""Verdicts that do not rest on what the process under test says: its tests are a multiple-choice paper.

A solution shares a process with its tests, so it can make that process report whatever it likes. Therefore the process
is never told what a right answer is. Where an assertion compares with plain data, the process tells the value it found
and the caller compares. Any other is put as a question with several choices, drawn and ordered anew for each run; the
process reports which choices held, and only the caller knows which one had to. A forger that makes everything true
contradicts itself; one that guesses is right with probability 2 ** -bits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.records import Json, Verdict

HELD, NOT, RAISED = "1", "0", "e"
"""The letters of an answer, one for each choice: it held, it did not, comparing raised."""

PASSED = "passed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One assertion of a test.

    Attributes:
        test: the test it stands in.
        choices: how many there are; all look equally likely.
        right: the place of the one that holds for a correct solution.
        required: whether every pass of the test comes by it; an assertion in a branch or a loop may be passed over.
        text: the assertion as its author wrote it, for messages.
        most: how many choices may hold at once for an honest solution.
        holds: whether the right choice has to hold, or must not.
        accepts: for a question without choices: whether the value that an answer tells is right; raises `Contradiction`
            where it tells none.
    """

    test: str
    choices: int
    right: int
    required: bool
    text: str
    most: int = 1
    holds: bool = True
    accepts: Callable[[str], bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerKey:
    """What a correct solution reports; it never leaves this process.

    Attributes:
        tests: the names of the tests, as the runner reports them.
        questions: by the name that the process knows them by.
    """

    tests: tuple[str, ...]
    questions: Mapping[str, Question] = field(default_factory=dict)

    @property
    def bits(self) -> float:
        """A report made without solving the problem is right with probability 2 ** -bits."""
        required = (question for question in self.questions.values() if question.required)
        return math.fsum(math.log2(question.choices / question.most) for question in required)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What one container is handed, in two parts, and the key that stays here.

    Attributes:
        solution: the first message: what is loaded before any test is there.
        tests: the second message.
    """

    solution: Json
    tests: Json
    key: AnswerKey


@dataclass(frozen=True, slots=True)
class Judgement:
    """A report held against the key."""

    verdict: Verdict
    outcomes: Mapping[str, str]
    reason: str | None = None

    @property
    def passed(self) -> int:
        """How many tests passed."""
        return sum(outcome == PASSED for outcome in self.outcomes.values())


class Contradiction(Exception):
    """A report that no honest run can make."""


def judge(key: AnswerKey, report: Mapping[str, Any]) -> Judgement:
    """Hold a report against the key. The report comes from the process under test: nothing in it is believed.

    Args:
        report: `tests` {name: outcome}, `answers` {question: {letters: how often}}, `messages` {test: text}.
    """
    try:
        outcomes, answers = _strings(report, "tests"), _answers(report)
        for name, letters in answers.items():
            _check_possible(key, name, letters)
        judged = {test: _outcome(key, test, outcomes, answers) for test in (*key.tests, *_foreign(key, outcomes))}
    except Contradiction as found:
        return Judgement(verdict=Verdict.TAMPERED, outcomes={}, reason=str(found))
    if judged and all(outcome == PASSED for outcome in judged.values()):
        return Judgement(verdict=Verdict.PASSED, outcomes=judged)
    return Judgement(verdict=Verdict.FAILED, outcomes=judged, reason=_first_failure(key, judged, report, answers))


def _strings(report: Mapping[str, Any], name: str) -> dict[str, str]:
    found = report.get(name)
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise Contradiction(f"the report has no proper {name!r}")
    return found


def _answers(report: Mapping[str, Any]) -> dict[str, list[str]]:
    found = report.get("answers")
    if not isinstance(found, dict) or not all(isinstance(letters, dict) for letters in found.values()):
        raise Contradiction("the report has no proper 'answers'")
    return {name: list(letters) for name, letters in found.items()}


def _check_possible(key: AnswerKey, name: str, given: list[str]) -> None:
    question = key.questions.get(name)
    if question is None:
        raise Contradiction("an answer to a question that was never put")
    if question.accepts is not None:
        _ = [question.accepts(text) for text in given]  # it raises for what no runner tells
        return
    for letters in given:
        if len(letters) != question.choices or set(letters) - {HELD, NOT, RAISED}:
            raise Contradiction(f"an impossible answer to: {question.text}")
        if letters.count(HELD) > question.most:
            raise Contradiction(f"claims that choices which exclude each other hold at once, in: {question.text}")


def _foreign(key: AnswerKey, outcomes: Mapping[str, str]) -> list[str]:
    """Tests that the solution brought along; the authors' harness counts them too."""
    return [name for name in outcomes if name not in key.tests]


def _outcome(key: AnswerKey, test: str, outcomes: Mapping[str, str], answers: Mapping[str, list[str]]) -> str:
    """A test passed when it says so and every answer given in it is the right one."""
    outcome = outcomes.get(test, "missing")
    if outcome != PASSED:
        return outcome
    for name, question in key.questions.items():
        if question.test != test:
            continue
        if question.required and not answers.get(name):
            raise Contradiction(f"{test} claims to have passed without coming by: {question.text}")
        if any(not is_right(question, letters) for letters in answers.get(name, [])):
            return "failed"
    return PASSED


def is_right(question: Question, letters: str) -> bool:
    """Whether the right choice held, or did not where it must not; whether the right value was told."""
    if question.accepts is not None:
        return question.accepts(letters)
    return letters[question.right] == (HELD if question.holds else NOT)


def _first_failure(
    key: AnswerKey, judged: Mapping[str, str], report: Mapping[str, Any], answers: Mapping[str, list[str]]
) -> str:
    test = next((name for name, outcome in judged.items() if outcome != PASSED), None)
    if test is None:
        return "no test ran"
    wrong = (q.text for n, q in key.questions.items() if q.test == test and _is_wrong(q, answers.get(n, [])))
    messages = report.get("messages")
    message = messages.get(test) if isinstance(messages, dict) else None
    detail = next(wrong, None) or (message if isinstance(message, str) else None) or judged[test]
    return f"{test}: {detail}"


def _is_wrong(question: Question, given: list[str]) -> bool:
    return any(not is_right(question, letters) for letters in given)
