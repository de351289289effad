"""The middle truncation of LongBench's authors, and the limits it goes by.

What these tests would catch: a half that is one token off (odd limits, where the two versions of LongBench differ),
halves decoded together that the authors decode apart, special tokens that survive the cut, a limit of the wrong row of
the table, characters torn in two by the estimate.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_tokenizers import tokenizer_folder

from bench.models.cutting import BYTES_PER_TOKEN, Characters, Tokens, authors_limit, input_limit
from bench.models.tokens import Tokenizer, load_tokenizer
from bench.records import Truncation

V1 = Truncation(limits=((4096, 3500), (8192, 7500), (16_384, 15_500), (32_768, 31_500)))
V2 = Truncation(most=120_000, joined=True)
PIECES = (
    "def f(x):",
    " return ",
    "\n",
    "    ",
    "文学",
    "，",
    "é",
    "ﷺ",
    "🙂",
    "𝄞",
    "Привет ",
    "0x1f",
    "<s>",
    "</s>",
    "<pad>",
    "�",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tokenizer_folder(tmp_path_factory.mktemp("tokenizer"))


@pytest.fixture(scope="module")
def tokenizer(folder: Path) -> Tokenizer:
    return load_tokenizer(str(folder))


@pytest.fixture(scope="module")
def bare(folder: Path) -> Any:
    """The same tokenizer, as the authors load it."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(folder)


def texts(count: int) -> list[tuple[str, int]]:
    """Random texts with a limit each, half of them too long for it."""
    draw = random.Random(7)
    made = ["".join(draw.choices(PIECES, k=draw.randint(0, 90))) for _ in range(count)]
    return [(text, draw.randint(2, max(2, len(text)))) for text in made]


def by_v1(tokenizer: Any, prompt: str, max_length: int) -> str:
    """The rule as pred.py of LongBench states it."""
    ids = tokenizer(prompt, truncation=False).input_ids
    if len(ids) <= max_length:
        return prompt
    half = int(max_length / 2)
    begin, end = ids[:half], ids[-half:]
    return str(tokenizer.decode(begin, skip_special_tokens=True) + tokenizer.decode(end, skip_special_tokens=True))


def by_v2(tokenizer: Any, prompt: str, max_len: int) -> str:
    """The rule as pred.py of LongBench v2 states it; the minus binds before the division."""
    ids = tokenizer.encode(prompt)
    if len(ids) <= max_len:
        return prompt
    ids = ids[: max_len // 2] + ids[-max_len // 2 :]
    return str(tokenizer.decode(ids, skip_special_tokens=True))


def test_thousands_of_texts_are_cut_as_longbench_cuts_them(tokenizer: Tokenizer, bare: Any) -> None:
    cut = 0
    for text, limit in texts(2500):
        ours = Tokens(text, tokenizer).cut(limit, joined=False)
        assert ours.text == by_v1(bare, text, limit), (text, limit)
        cut += bool(ours.removed)
    assert cut > 500


def test_thousands_of_texts_are_cut_as_longbench_v2_cuts_them(tokenizer: Tokenizer, bare: Any) -> None:
    cut = 0
    for text, limit in texts(2500):
        ours = Tokens(text, tokenizer).cut(limit, joined=True)
        assert ours.text == by_v2(bare, text, limit), (text, limit)
        cut += bool(ours.removed)
    assert cut > 500


def test_of_an_odd_limit_the_first_version_gives_a_token_away_and_the_second_does_not(tokenizer: Tokenizer) -> None:
    text = Tokens("one two three four five six seven eight nine ten", tokenizer)
    assert text.cut(7, joined=False).removed == text.tokens - 6
    assert text.cut(7, joined=True).removed == text.tokens - 7


def test_a_character_cut_in_two_is_whole_again_only_where_the_halves_are_joined(tokenizer: Tokenizer) -> None:
    # A character of several tokens fills the text, so that some odd split falls inside one; the halves fit each other.
    text = Tokens("𝄞" * 20, tokenizer)
    joined = {text.cut(limit, joined=True).text for limit in range(8, 40)}
    apart = {text.cut(limit, joined=False).text for limit in range(8, 40)}
    assert joined != apart
    assert any("\ufffd" in one for one in apart)


def test_a_text_of_exactly_the_limit_stays_whole(tokenizer: Tokenizer) -> None:
    text = "a <s> within the text </s> stays"
    measured = Tokens(text, tokenizer)
    assert measured.cut(measured.tokens, joined=False).text == text
    assert measured.cut(measured.tokens - 1, joined=False).removed > 0


@pytest.mark.parametrize(
    ("window", "limit"),
    [
        *[(2048, 3500), (4096, 3500), (4097, 7500), (8192, 7500), (16_384, 15_500), (32_768, 31_500)],
        *[(32_769, None), (131_072, None), (None, None)],
    ],
)
def test_the_authors_limit_goes_by_the_window(window: int | None, limit: int | None) -> None:
    assert authors_limit(V1, window) == limit


def test_the_second_version_has_one_limit_for_every_window() -> None:
    assert [authors_limit(V2, window) for window in (4096, 131_072, None)] == [120_000] * 3


@pytest.mark.parametrize(
    ("asked", "room", "limit"),
    [
        *[("auto", 30_000, 30_000), ("auto", 32_000, 31_500), ("auto", None, 31_500)],
        *[("window", 30_000, 30_000), ("window", 32_000, 32_000), ("window", None, None)],
        *[("5000", 30_000, 5000), ("40000", 30_000, 30_000), ("5000", None, 5000)],
    ],
)
def test_no_limit_goes_beyond_what_the_window_leaves(asked: str, room: int | None, limit: int | None) -> None:
    assert input_limit(asked, V1, 32_768, room) == limit


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200), st.integers(2, 60))
def test_the_estimate_cuts_between_characters_and_keeps_both_ends(text: str, limit: int) -> None:
    measured = Characters(text)
    cut = measured.cut(limit, joined=False)
    if measured.tokens <= limit:
        assert (cut.text, cut.removed) == (text, 0)
        return
    room = limit * BYTES_PER_TOKEN
    assert room - 2 * 4 <= len(cut.text.encode()) <= room
    assert cut.removed == measured.tokens - limit
    assert any(text.startswith(cut.text[:at]) and text.endswith(cut.text[at:]) for at in range(len(cut.text) + 1))
