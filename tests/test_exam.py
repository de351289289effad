"""Would catch a report that is believed: one that skips questions, claims everything, or names what was never asked."""

from __future__ import annotations

from typing import Any

import pytest

from bench.records import Verdict
from bench.sandbox.exam import AnswerKey, Contradiction, Question, judge
from bench.sandbox.python_told import told

KEY = AnswerKey(
    tests=("test_a", "test_b"),
    questions={
        "q1": Question(test="test_a", choices=4, right=2, required=True, text="assert f(1) == 3"),
        "q2": Question(test="test_b", choices=2, right=0, required=True, text="assert g(1)"),
        "q3": Question(test="test_b", choices=4, right=1, required=False, text="assert h(1) == 4"),
    },
)
PASSED = {"test_a": "passed", "test_b": "passed"}
RIGHT: dict[str, dict[str, int]] = {"q1": {"0010": 1}, "q2": {"10": 3}}


def verdict(tests: Any = None, answers: Any = None) -> str:
    report = {"tests": PASSED if tests is None else tests, "answers": RIGHT if answers is None else answers}
    return judge(KEY, {**report, "messages": {}}).verdict


def test_right_answers_in_every_required_question_pass() -> None:
    assert verdict() == Verdict.PASSED
    assert verdict(answers={**RIGHT, "q3": {"0100": 1}}) == Verdict.PASSED


@pytest.mark.parametrize(
    "answers",
    [{}, {"q2": {"10": 1}}, {"q1": {}, "q2": {}}, {**RIGHT, "q1": {}}],
    ids=["none", "one left out", "all empty", "one empty"],
)
def test_a_pass_that_leaves_a_required_question_out_is_tampering(answers: dict[str, dict[str, int]]) -> None:
    assert verdict(answers=answers) == Verdict.TAMPERED


@pytest.mark.parametrize("letters", ["1111", "1010", "0011"])
def test_choices_that_exclude_each_other_do_not_hold_at_once(letters: str) -> None:
    assert verdict(answers={**RIGHT, "q1": {letters: 1}}) == Verdict.TAMPERED


@pytest.mark.parametrize("letters", ["1000", "0100", "0001", "0000", "eeee", "00e0"])
def test_a_wrong_answer_fails_its_test_whatever_the_test_says(letters: str) -> None:
    found = judge(KEY, {"tests": PASSED, "answers": {**RIGHT, "q1": {letters: 1}}, "messages": {}})
    assert (found.verdict, found.outcomes) == (Verdict.FAILED, {"test_a": "failed", "test_b": "passed"})
    assert found.reason == "test_a: assert f(1) == 3"


def test_one_wrong_answer_among_right_ones_fails() -> None:
    assert verdict(answers={**RIGHT, "q2": {"10": 99, "01": 1}}) == Verdict.FAILED


@pytest.mark.parametrize("letters", ["", "001", "00100", "0020", "0x10"])
def test_letters_that_no_runner_writes_are_tampering(letters: str) -> None:
    assert verdict(answers={**RIGHT, "q1": {letters: 1}}) == Verdict.TAMPERED


def test_an_answer_to_a_question_that_was_never_put_is_tampering() -> None:
    assert verdict(answers={**RIGHT, "q9": {"0010": 1}}) == Verdict.TAMPERED


@pytest.mark.parametrize("broken", [{"tests": None}, {"tests": {"a": 1}}, {"answers": []}, {"answers": {"q1": "0010"}}])
def test_a_report_of_another_shape_is_tampering(broken: dict[str, Any]) -> None:
    assert judge(KEY, {"tests": PASSED, "answers": RIGHT, **broken}).verdict == Verdict.TAMPERED


def test_a_test_that_is_missing_skipped_or_of_the_solution_s_own_and_failing_fails() -> None:
    assert verdict(tests={"test_a": "passed"}, answers={"q1": {"0010": 1}}) == Verdict.FAILED
    assert verdict(tests={**PASSED, "test_b": "skipped"}) == Verdict.FAILED
    assert verdict(tests={**PASSED, "test_own": "failed"}) == Verdict.FAILED
    assert verdict(tests={**PASSED, "test_own": "passed"}) == Verdict.PASSED


def test_no_test_at_all_is_no_pass() -> None:
    assert judge(AnswerKey(tests=()), {"tests": {}, "answers": {}}).verdict == Verdict.FAILED


def test_a_told_value_is_judged_here_and_what_tells_none_is_tampering() -> None:
    def accepts(text: str) -> bool:
        if not text.isdigit():
            raise Contradiction("tells no number")
        return text == "5"

    key = AnswerKey(
        tests=("t",),
        questions={"q": Question(test="t", choices=256, right=0, required=True, text="f() == 5", accepts=accepts)},
    )
    tests = {"tests": {"t": "passed"}}
    assert judge(key, {**tests, "answers": {"q": {"5": 1}}}).verdict == Verdict.PASSED
    assert judge(key, {**tests, "answers": {"q": {"6": 1}}}).verdict == Verdict.FAILED
    assert judge(key, {**tests, "answers": {"q": {"five": 1}}}).verdict == Verdict.TAMPERED


def test_the_bits_of_a_key_are_those_of_its_required_questions() -> None:
    assert KEY.bits == pytest.approx(3.0)


@pytest.mark.parametrize(
    "text",
    [
        '["a", "<U900000000", ["x"]]',
        '["a", "V900000000", [1]]',
        '["a", "<M8[as]", [1, 2]]',
        '["a", "S900000000", ["x"]]',
    ],
)
def test_an_array_told_by_a_stranger_is_no_wider_than_what_it_holds(text: str) -> None:
    assert told(text).nbytes < 100


@pytest.mark.parametrize(
    "text", ['["a", "<f9", [1]]', '["a", 8, [1]]', '["q", "1", "0"]', '["?", 1]', "[]", "{", '["d", [[[], 1]]]']
)
def test_what_tells_no_value_is_a_contradiction(text: str) -> None:
    with pytest.raises(Contradiction):
        told(text)


def test_numbers_are_told_with_their_type() -> None:
    assert told('["a", "<i8", [[1, 2], [3, 4]]]').dtype == "int64"
    assert told('["a", "|b1", [true]]').dtype == bool
