"""Would catch an answer in several steps that is scored by a step before its last, or by one that failed."""

from __future__ import annotations

from bench.reading import UNFINISHED, final
from bench.records import Completion


def step(number: int, *, attempt: int = 0, error: str | None = None) -> Completion:
    return Completion(sample_id="a/1", attempt=attempt, step=number, text=f"step {number}", error=error)


def test_the_last_step_of_each_attempt_is_scored_in_whatever_order_steps_landed() -> None:
    done = [step(2), step(0), step(1), step(1, attempt=1), step(2, attempt=1), step(0, attempt=1)]
    assert [(c.attempt, c.text) for c in final(done, 3)] == [(0, "step 2"), (1, "step 2")]


def test_an_attempt_whose_last_step_is_not_there_has_no_answer() -> None:
    (found,) = final([step(0), step(1)], 3)
    assert found.text == ""
    assert found.error is not None
    assert found.error.startswith(UNFINISHED)


def test_an_attempt_with_a_failed_step_carries_its_reason() -> None:
    (found,) = final([step(1), step(0, error="broken: asked to fail")], 3)
    assert found.error == "broken: asked to fail"
