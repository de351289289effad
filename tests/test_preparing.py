"""Prompts on their way to the model: cut, counted, rendered.

What these tests would catch: a prompt cut that must not be, a limit that nobody was told of, new tokens that do not fit
the window, an estimate that passes for a count.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from made_tokenizers import tokenizer_folder
from preparing_helpers import LONG, V1, V2, Swelling, preparer, prompt, questions

from bench.errors import ModelError, UserError
from bench.models.cutting import Characters, Tokens
from bench.models.preparing import Preparer
from bench.models.rendering import Prepared
from bench.models.tokens import Tokenizer, load_tokenizer
from bench.records import EXCERPT, Prompt


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    return load_tokenizer(str(tokenizer_folder(tmp_path_factory.mktemp("tokenizer"))))


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


def test_what_is_set_aside_for_a_template_that_is_not_known_is_said() -> None:
    made = preparer(Swelling(), render=False, system="Be brief.")
    assert "the chat template is not known here: 73 tokens are set aside for it" in made.check(V1)
    result = one(made, prompt("x" * 9000))
    assert result.input_tokens is not None
    assert 3500 <= result.input_tokens <= 3500 + 73 + 4


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


def test_a_run_of_a_few_prompts_starts_no_process(tokenizer: Tokenizer) -> None:
    made = preparer(tokenizer)
    assert len(list(made.prepare(questions(4)))) == 4
    assert made._helpers is None
    made.close()


def test_a_tokenizer_that_cannot_be_sent_to_a_process_is_used_in_this_one() -> None:
    class Local(Swelling):
        def __reduce__(self) -> str | tuple[Any, ...]:
            raise TypeError("this one stays")

    made = preparer(Local(), render=False)
    assert len(list(made.prepare(questions(20)))) == 20
    assert made._helpers is None


def test_where_the_server_of_a_tokenizer_is_gone_nothing_is_shrunk() -> None:
    class Gone(Swelling):
        def encode(self, text: str, *, special: bool = True) -> list[int]:
            if "lost" in text:
                raise ModelError("the server's /tokenize failed: refused")
            return super().encode(text, special=special)

    assert preparer(Gone(), render=False).shrink(Prepared(prompt=prompt("lost"))) is None


def test_closing_twice_is_closing_once(tokenizer: Tokenizer) -> None:
    made = preparer(tokenizer)
    made.close()
    made.close()


def test_the_spec_is_the_same_for_every_benchmark_of_a_command(tokenizer: Tokenizer, tmp_path: Path) -> None:
    made = preparer(tokenizer)
    before = dict(made.spec)
    made.check(V1)
    made.check(None)
    assert dict(made.spec) == before
    assert str(tmp_path.parent) not in str(before)
