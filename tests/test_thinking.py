"""Thoughts told apart from answers.

What these tests would catch: a spelling that is not known, an answer that mentions a tag and loses text, a thought cut
off that is taken for an answer, the tag that a chat template wrote and no server sends back, a search whose time
explodes on what a model in a loop writes.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.models.thinking import OPENINGS, opens_thought, split

SPELLINGS = (
    *[("<think>", "</think>"), ("<THINK>", "</Think>"), ("<thinking>", "</thinking>"), ("<thought>", "</thought>")],
    *[("<reasoning>", "</reasoning>"), ("<reflection>", "</reflection>"), ("<seed:think>", "</seed:think>")],
    *[("[THINK]", "[/THINK]"), ("<|begin_of_thought|>", "<|end_of_thought|>"), ("◁think▷", "◁/think▷")],
    *[("<|START_THINKING|>", "<|END_THINKING|>"), ("<unused94>thought", "<unused95>")],
    ("<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"),
)
PLAIN = st.text(alphabet="ab \n.(é文", max_size=30)


@pytest.mark.parametrize(("opening", "closing"), SPELLINGS)
@pytest.mark.parametrize("mode", ["auto", "strip"])
def test_every_spelling_is_known(opening: str, closing: str, mode: str) -> None:
    assert split(f"\n{opening}It is 4.{closing}\n\n(D)\n", mode) == ("(D)\n", "It is 4.")


@pytest.mark.parametrize(("opening", "closing"), SPELLINGS)
@pytest.mark.parametrize("mode", ["auto", "strip"])
def test_a_thought_that_never_ends_leaves_no_answer(opening: str, closing: str, mode: str) -> None:
    assert split(f"{opening}It could be 4, but", mode) == ("", "It could be 4, but")


WORDS = ("</thinking>", "</thought>", "</reasoning>", "</reflection>")


@pytest.mark.parametrize("closing", WORDS)
def test_a_closing_tag_that_xml_may_hold_ends_no_thought_that_nobody_opened(closing: str) -> None:
    text = f"<answer>4</answer>{closing} is the end of the file"
    assert split(text, "auto") == (text, None)
    assert split(text, "strip")[0] == "is the end of the file"
    assert split(text, "auto", opened=True)[0] == "is the end of the file"


@pytest.mark.parametrize(
    ("opening", "closing", "opened"),
    [(*tags, opened) for tags in SPELLINGS for opened in (True, False) if opened or tags[1] not in WORDS],
)
def test_a_closing_tag_alone_ends_a_thought_that_the_template_opened(
    opening: str, closing: str, *, opened: bool
) -> None:
    assert split(f"It is 4.{closing} (D)", "auto", opened=opened) == ("(D)", "It is 4.")


def test_inside_an_opened_thought_a_text_without_tags_is_all_thought() -> None:
    assert split("It could be", "auto", opened=True) == ("", "It could be")
    assert split("It could be", "auto") == ("It could be", None)


def test_a_model_that_opens_the_opened_thought_again_has_one_thought() -> None:
    assert split("<think>It is 4.</think>D", "auto", opened=True) == ("D", "It is 4.")


def test_thoughts_one_after_the_other_are_all_taken_off() -> None:
    assert split("<think>a</think>\n<thinking>b</thinking> D", "auto") == ("D", "a\n\nb")


def test_an_empty_closed_thought_is_none_and_an_empty_open_one_is_a_thought() -> None:
    assert split("<think>\n\n</think>\n\nD", "auto") == ("D", None)
    assert split("<think>", "auto") == ("", "")


@pytest.mark.parametrize(
    "text",
    [
        *["The tag <think> opens a thought.", "Use <think>x</think> around it.", "x = '<think></think>'  # </think>"],
        *["analysis of the text", "analysisType = 3", "analysisResult.append(x)", "Analysis: D", "  leading space", ""],
    ],
)
def test_an_answer_that_only_mentions_a_thought_stays_whole(text: str) -> None:
    assert split(text, "auto") == (text, None)


def test_harmony_whose_special_tokens_were_skipped_is_known() -> None:
    assert split("analysisWe need D.assistantfinalD", "auto") == ("D", "We need D.")
    assert split("analysisWe need to look", "auto") == ("", "We need to look")


def test_harmony_with_several_channels_ends_at_the_final_one() -> None:
    text = (
        "<|channel|>analysis<|message|>One.<|end|><|start|>assistant<|channel|>commentary<|message|>Two.<|end|>"
        "<|start|>assistant<|channel|>final<|message|>D<|return|>"
    )
    assert split(text, "auto") == ("D", "One.Two.")
    assert split("<|channel|>final<|message|>D<|return|>", "auto") == ("D", None)


def test_strip_takes_thoughts_from_anywhere() -> None:
    assert split("So <think>is it?</think>D <think>no", "strip") == ("So D ", "is it?\n\nno")
    assert split("So <think>a <think>b</think> c</think> D", "strip") == ("D", "a <think>b\n\nSo  c")


@pytest.mark.parametrize(
    ("wrapped", "answer"),
    [
        *[("<answer>\nD\n</answer>\n", "D"), ("<response>D</response>", "D"), ("<answer>cut o", "cut o")],
        ("<|begin_of_solution|>D<|end_of_solution|>", "D"),
        ("D </answer>", "D </answer>"),
    ],
)
def test_the_tags_around_an_answer_go_with_the_thought_and_never_alone(wrapped: str, answer: str) -> None:
    assert split(f"<think>It is 4.</think>\n{wrapped}", "auto") == (answer, "It is 4.")
    assert split(wrapped, "auto") == (wrapped, None)


def test_a_thought_process_in_prose_is_known_at_the_beginning_alone() -> None:
    text = "Here is my thought process:\nIt is 4.\n\nHere is my response:\n\n(D)"
    assert split(text, "auto") == ("(D)", "\nIt is 4.\n\n")
    assert split("So: " + text, "auto") == ("So: " + text, None)
    assert split("Here is my response: D", "auto") == ("Here is my response: D", None)


@given(st.text(max_size=60))
def test_keep_changes_nothing(text: str) -> None:
    assert split(text, "keep", opened=True) == (text, None)


@given(PLAIN, PLAIN, st.sampled_from(SPELLINGS), st.sampled_from(["auto", "strip"]))
def test_thought_and_answer_come_back_as_they_were_put_together(
    thought: str, answer: str, tags: tuple[str, str], mode: str
) -> None:
    opening, closing = tags
    found = thought if thought.strip() else None
    assert split(opening + thought + closing + answer, mode) == (answer.lstrip(), found)


@given(
    st.lists(st.sampled_from([*(tag for pair in SPELLINGS for tag in pair), "x", " ", "assistantfinal"]), max_size=12)
)
def test_whatever_the_order_of_tags_an_answer_is_the_end_of_the_text(parts: list[str]) -> None:
    text = "".join(parts)
    assert text.endswith(split(text, "auto")[0])


@given(PLAIN, st.sampled_from(["auto", "strip"]))
def test_a_text_without_tags_is_an_answer(text: str, mode: str) -> None:
    assert split(text, mode) == (text, None)


@pytest.mark.parametrize("opening", OPENINGS)
def test_a_prompt_that_ends_with_an_opening_tag_opens_a_thought(opening: str) -> None:
    assert opens_thought(f"<|assistant|>\n{opening}\n")
    assert not opens_thought(f"<|assistant|>\n{opening}\n\n</think>\n\n")


@pytest.mark.parametrize(
    "loop", ["<think>", "</think>", "<think></think>", "<|channel|>final", " ", "assistantfinal", "analysisWe go", "◁"]
)
@pytest.mark.parametrize("mode", ["auto", "strip"])
def test_a_model_in_a_loop_is_read_to_the_end(loop: str, mode: str) -> None:
    text = loop * (1_000_000 // len(loop))  # in quadratic time this would take hours
    answer, thought = split(text, mode)
    assert len(answer) + len(thought or "") <= len(text)
