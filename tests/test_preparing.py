"""Prompts on their way to the model: cut, counted, in order, a few ahead, in other processes where that helps.

What these tests would catch: prompts gathered in memory, answers given to the wrong prompt, a benchmark's prompt cut
that must not be, new tokens that do not fit the window, a run that dies with a worker process or leaves one behind.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from made_tokenizers import tokenizer_folder

from bench.errors import ModelError, UserError
from bench.models import preparing
from bench.models.cutting import Characters, Tokens
from bench.models.preparing import Preparer
from bench.models.preparing_pool import ahead_of
from bench.models.rendering import Prepared, Rendering
from bench.models.tokens import Tokenizer, load_tokenizer
from bench.records import EXCERPT, Kind, Parts, Prompt, Truncation

V1 = Truncation(limits=((4096, 3500), (8192, 7500)))
V2 = Truncation(most=3000, joined=True)
LONG = "The café of 文学 opens at 7.\n" * 800


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    return load_tokenizer(str(tokenizer_folder(tmp_path_factory.mktemp("tokenizer"))))


def prompt(text: str = LONG, *, number: int = 0, **other: Any) -> Prompt:
    fields: dict[str, Any] = {
        "sample_id": f"t/{number}",
        "parts": Parts(context=text),
        "kind": Kind.QA,
        "language": "en",
        "max_tokens": 64,
        "truncation": V1,
    }
    return Prompt(text=text, **fields | other)


def preparer(
    tokenizer: Tokenizer | None, *, window: int | None = 4096, render: bool = True, **options: Any
) -> Preparer:
    return Preparer(Rendering(**options), tokenizer, window=window, render=render)


def one(made: Preparer, question: Prompt) -> Prepared:
    [result] = made.prepare([question])
    return result


def test_a_long_prompt_is_cut_to_the_authors_limit_and_then_rendered(tokenizer: Tokenizer) -> None:
    result = one(preparer(tokenizer), prompt())
    whole = Tokens(LONG, tokenizer)
    assert result.prompt.text == whole.cut(3500, joined=False).text
    assert result.truncated_tokens == whole.tokens - 3500
    assert result.rendered is not None
    assert result.prompt.text in result.rendered
    assert result.ids is not None
    assert result.input_tokens == len(result.ids)


def test_beyond_the_authors_windows_all_that_is_left_is_used(tokenizer: Tokenizer) -> None:
    result = one(preparer(tokenizer, window=9000), prompt(LONG * 2))
    assert result.input_tokens is not None
    assert 9000 - 64 - 4 <= result.input_tokens <= 9000 - 64


def test_the_second_versions_limit_holds_in_a_large_window(tokenizer: Tokenizer) -> None:
    result = one(preparer(tokenizer, window=100_000), prompt(truncation=V2))
    assert result.prompt.text == Tokens(LONG, tokenizer).cut(3000, joined=True).text


def test_a_short_prompt_is_not_touched(tokenizer: Tokenizer) -> None:
    result = one(preparer(tokenizer), prompt("Short <s> one."))
    assert result.prompt.text == "Short <s> one."
    assert (result.truncated_tokens, result.remarks, result.error) == (0, (), None)


def test_a_smaller_window_is_said_before_and_noted_after(tokenizer: Tokenizer) -> None:
    made = preparer(tokenizer, window=2048)
    assert any("2,048" in line and "3,500" in line and "--max-model-len" in line for line in made.check(V1))
    assert made.notes == []
    result = one(made, prompt())
    assert result.input_tokens is not None
    assert result.input_tokens <= 2048 - 64
    assert any("2,048" in note for note in made.notes)
    assert preparer(tokenizer, window=4096).check(V1) == []


@pytest.mark.parametrize(("asked", "most"), [("window", 4096 - 64), ("1000", 1030), ("5000", 4096 - 64)])
def test_another_limit_on_request_is_kept_within_the_window_and_noted(
    tokenizer: Tokenizer, asked: str, most: int
) -> None:
    made = preparer(tokenizer, max_input_tokens=asked)
    result = one(made, prompt())
    assert result.input_tokens is not None
    assert most - 40 <= result.input_tokens <= most
    assert any(f"--max-input-tokens {asked}" in note for note in made.notes)


@pytest.mark.parametrize("asked", ["1", "0", "-5", "many", "", "3.5", "٣٠"])
def test_a_limit_that_is_none_is_refused(asked: str) -> None:
    with pytest.raises(UserError, match="--max-input-tokens"):
        preparer(None, max_input_tokens=asked)


@pytest.mark.parametrize("option", ["truncate_by", "thinking", "generation_config"])
def test_a_choice_that_is_not_there_is_refused_by_name(option: str) -> None:
    wrong: dict[str, Any] = {option: "perhaps"}
    with pytest.raises(UserError, match="--" + option.replace("_", "-")):
        preparer(None, **wrong)


class Swelling:
    """One token a character; every decoded text ends with a mark that costs one more when it is encoded again."""

    spec: Mapping[str, Any] = {"made": "for a test"}
    window: int | None = None
    template: str | None = None

    def encode(self, text: str, *, special: bool = True) -> list[int]:
        return [ord(one) for one in text] + ([0] * text.count("~") if special else [])

    def decode(self, ids: Sequence[int]) -> str:
        return "".join(chr(one) for one in ids if one) + "~"

    def render(self, *arguments: object) -> str:
        raise ModelError(f"no template for {arguments}")


def test_what_no_longer_fits_after_the_cut_is_cut_further_and_remarked() -> None:
    made = preparer(Swelling(), window=200, render=False, max_input_tokens="window")
    result = one(made, prompt("x" * 500, chat=False))
    assert result.error is None
    assert result.input_tokens is not None
    assert result.input_tokens + 64 <= 200
    assert any("cut further" in remark for remark in result.remarks)


def test_a_prompt_that_must_not_be_cut_gets_fewer_new_tokens(tokenizer: Tokenizer) -> None:
    made = preparer(tokenizer, window=1000)
    result = one(made, prompt("Write a function.", truncation=None, max_tokens=4096))
    assert result.input_tokens is not None
    assert result.prompt.max_tokens == 1000 - result.input_tokens
    assert result.remarks == (f"max_tokens lowered to {result.prompt.max_tokens}: the window is 1000",)


def test_a_prompt_that_fills_the_window_and_must_not_be_cut_cannot_be_sent(tokenizer: Tokenizer) -> None:
    result = one(preparer(tokenizer), prompt(truncation=None))
    assert result.error is not None
    assert result.error.startswith("context_length: ")
    assert result.prompt.text == LONG


def test_new_tokens_that_leave_no_room_for_a_prompt_are_an_error(tokenizer: Tokenizer) -> None:
    result = one(preparer(tokenizer), prompt(max_tokens=4096))
    assert result.error is not None
    assert result.error.startswith("context_length: the window of 4096")


def test_without_a_tokenizer_only_prompts_that_stay_whole_can_be_prepared() -> None:
    made = preparer(None, render=False)
    with pytest.raises(ModelError, match=r"--tokenizer.*--truncate-by chars"):
        made.check(V1)
    assert made.check(None) == []
    result = one(made, prompt(truncation=None))
    assert result.messages == ({"role": "user", "content": LONG},)
    assert (result.input_tokens, result.truncated_tokens, result.error) == (None, None, None)
    with pytest.raises(ModelError, match="--tokenizer"):
        preparer(None, render=True).check(None)


def test_without_a_window_a_limit_must_be_given(tokenizer: Tokenizer) -> None:
    for asked in ("auto", "window"):
        with pytest.raises(ModelError, match=r"--max-model-len N .*--max-input-tokens N"):
            preparer(tokenizer, window=None, max_input_tokens=asked).check(V1)
    made = preparer(tokenizer, window=None, max_input_tokens="500")
    assert made.check(V1) == []
    assert one(made, prompt()).truncated_tokens == Tokens(LONG, tokenizer).tokens - 500
    assert preparer(tokenizer, window=None).check(None) == []


def test_by_characters_no_tokenizer_is_needed_and_everyone_is_told() -> None:
    made = preparer(None, render=False, truncate_by="chars")
    assert any("characters" in line for line in made.check(V1))
    result = one(made, prompt())
    assert result.prompt.text == Characters(LONG).cut(3500, joined=False).text
    assert result.input_tokens is None  # an estimate is no count
    assert any("characters" in remark for remark in result.remarks)
    assert any("by characters (one token for three bytes)" in note for note in made.notes)


def test_by_characters_a_prompt_that_stays_whole_keeps_its_new_tokens() -> None:
    result = one(preparer(None, render=False, truncate_by="chars"), prompt(truncation=None, max_tokens=2048))
    assert (result.prompt.max_tokens, result.error) == (2048, None)


def test_halves_of_surrogate_pairs_are_replaced_and_remarked(tokenizer: Tokenizer) -> None:
    result = one(preparer(tokenizer), prompt("a\ud834b\udc00"))
    assert result.prompt.text == "a\ufffdb\ufffd"
    assert any("surrogates" in remark for remark in result.remarks)
    assert result.error is None


def test_a_tokenizer_that_fails_on_a_prompt_costs_that_prompt_alone() -> None:
    class Failing(Swelling):
        def encode(self, text: str, *, special: bool = True) -> list[int]:
            if "bad" in text:
                raise ModelError("the server's /tokenize failed: timed out")
            return super().encode(text, special=special)

    made = preparer(Failing(), render=False)
    results = list(made.prepare([prompt("bad"), prompt("good")]))
    assert results[0].error == "prepare: the server's /tokenize failed: timed out"
    assert results[1].error is None


def test_shrinking_cuts_a_tenth_further_and_keeps_count(tokenizer: Tokenizer) -> None:
    for render in (True, False):
        made = preparer(tokenizer, render=render)
        first = one(made, prompt())
        again = made.shrink(first)
        assert again is not None
        assert first.input_tokens is not None
        assert again.input_tokens is not None
        assert 0.85 < again.input_tokens / first.input_tokens < 0.95
        assert first.truncated_tokens is not None
        assert again.truncated_tokens is not None
        assert again.truncated_tokens > first.truncated_tokens
        assert again.prompt.text.startswith(LONG[:100])
        assert again.prompt.text.endswith(LONG[-100:])


def test_what_must_not_be_cut_is_not_shrunk(tokenizer: Tokenizer) -> None:
    made = preparer(tokenizer)
    assert made.shrink(one(made, prompt("Write.", truncation=None))) is None
    assert preparer(None, render=False).shrink(Prepared(prompt=prompt())) is None


def test_by_characters_shrinking_goes_on_by_characters() -> None:
    made = preparer(None, render=False, truncate_by="chars")
    first = one(made, prompt("Short enough, said the estimate. " * 20))
    again = made.shrink(first)
    assert again is not None
    assert len(again.prompt.text) < len(first.prompt.text)
    assert any("characters" in remark for remark in again.remarks)


def test_the_first_prompt_and_its_tokens_are_kept(tokenizer: Tokenizer) -> None:
    for render in (True, False):
        made = preparer(tokenizer, render=render)
        results = list(made.prepare([prompt(number=3), prompt("Other", number=4)]))
        rendered = tokenizer.render([{"role": "user", "content": results[0].prompt.text}], None, {})
        assert made.observed["first_prompt"] == {
            "sample_id": "t/3",
            "head": rendered[:EXCERPT],
            "tail": rendered[-EXCERPT:],
        }
        assert made.observed["first_tokens"] == tokenizer.encode(rendered, special=False)[:8]
    made = preparer(None, render=False)
    list(made.prepare([prompt("Hi", truncation=None)]))
    assert made.observed["first_prompt"]["head"] == "Hi"
    assert made.observed["first_tokens"] is None


def test_a_later_step_does_not_take_the_first_prompts_place(tokenizer: Tokenizer) -> None:
    made = preparer(tokenizer)
    for question in (prompt("First."), prompt("Second.", step=1)):
        list(made.prepare([question]))
    assert "First." in made.observed["first_prompt"]["head"]


def questions(count: int) -> list[Prompt]:
    return [
        replace(prompt(f"Question {number}? " * (1 + number % 5)), sample_id=f"t/{number}") for number in range(count)
    ]


def test_only_a_few_prompts_are_pulled_ahead() -> None:
    pulled = 0

    def source() -> Iterator[Prompt]:
        nonlocal pulled
        for question in questions(100):
            pulled += 1
            yield question

    taken = ahead_of(lambda question: Prepared(prompt=question), source(), 3)
    for number in range(40):
        assert next(taken).prompt.sample_id == f"t/{number}"
        assert pulled <= number + 1 + 2 * 3 + 2
    taken.close()  # type: ignore[attr-defined]


def test_results_come_in_order_even_where_the_first_takes_longest() -> None:
    released = threading.Event()

    def work(question: Prompt) -> Prepared:
        if question.sample_id == "t/0":
            released.wait(30)
        elif question.sample_id == "t/3":
            released.set()
        return Prepared(prompt=question)

    results = ahead_of(work, questions(10), 2)
    assert [result.prompt.sample_id for result in results] == [f"t/{number}" for number in range(10)]


def test_what_preparing_raises_is_raised_where_the_result_is_taken() -> None:
    def work(question: Prompt) -> Prepared:
        if question.sample_id == "t/2":
            raise RuntimeError("no memory")
        return Prepared(prompt=question)

    results = ahead_of(work, questions(5), 2)
    assert [next(results).prompt.sample_id, next(results).prompt.sample_id] == ["t/0", "t/1"]
    with pytest.raises(RuntimeError, match="no memory"):
        next(results)


@pytest.fixture(params=["swelling"])
def with_processes(
    request: pytest.FixtureRequest, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Preparer]:
    """A preparer whose two worker processes have loaded; with a tokenizer of no weight where none is asked for."""
    monkeypatch.setattr(preparing, "_ALONE", 0)
    monkeypatch.setattr(preparing, "cores", lambda: 2)
    made = preparer(tokenizer) if request.param == "real" else preparer(Swelling(), render=False)
    processes = made._started(made._ready())
    assert processes is not None
    assert processes._ready.wait(120)
    yield made
    made.close()
    assert all(worker._process.poll() is not None for worker in processes._all)


@pytest.mark.parametrize("with_processes", ["real"], indirect=True)
def test_worker_processes_give_what_this_process_gives(with_processes: Preparer, tokenizer: Tokenizer) -> None:
    asked = [prompt(), *questions(30), prompt(chat=False)]
    alone = preparer(tokenizer)._ready()
    assert list(with_processes.prepare(asked)) == [alone.prepare(question) for question in asked]


def test_ctrl_c_does_not_reach_the_worker_processes(with_processes: Preparer) -> None:
    assert with_processes._processes is not None
    for worker in with_processes._processes._all:
        os.kill(worker._process.pid, signal.SIGINT)
    assert len(list(with_processes.prepare(questions(12)))) == 12
    assert all(worker._process.poll() is None for worker in with_processes._processes._all)


def test_a_dead_worker_is_replaced_once_and_then_the_work_is_done_here(with_processes: Preparer) -> None:
    processes = with_processes._processes
    assert processes is not None
    asked = questions(24)
    for expected in (3, 3):  # two and one in a dead one's place; the second time none
        for worker in processes._all:
            worker._process.kill()
            worker._process.wait()
        results = list(with_processes.prepare(asked))
        assert [result.prompt.text for result in results] == [question.text for question in asked]
        assert len(processes._all) == expected


def test_a_worker_ends_when_its_parent_is_gone(with_processes: Preparer) -> None:
    assert with_processes._processes is not None
    worker: subprocess.Popen[bytes] = with_processes._processes._all[0]._process
    assert worker.stdin is not None
    worker.stdin.close()
    assert worker.wait(60) == 0


def test_a_run_of_a_few_prompts_starts_no_process(tokenizer: Tokenizer) -> None:
    made = preparer(tokenizer)
    assert len(list(made.prepare(questions(4)))) == 4
    assert made._processes is None
    made.close()


def test_a_tokenizer_that_cannot_be_sent_to_a_process_is_used_in_this_one() -> None:
    class Local(Swelling):
        def __reduce__(self) -> str | tuple[Any, ...]:
            raise TypeError("this one stays")

    made = preparer(Local(), render=False)
    assert len(list(made.prepare(questions(20)))) == 20
    assert made._processes is None


def test_closing_twice_is_closing_once(tokenizer: Tokenizer) -> None:
    made = preparer(tokenizer)
    made.close()
    made.close()


def test_the_tokens_of_a_folder_are_the_same_for_every_benchmark(tokenizer: Tokenizer, tmp_path: Path) -> None:
    made = preparer(tokenizer)
    before = dict(made.spec)
    made.check(V1)
    made.check(None)
    assert dict(made.spec) == before
    assert str(tmp_path.parent) not in str(before)
