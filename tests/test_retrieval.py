"""Chunks and ranking.

Would catch: text lost or doubled at a border, a chunk over its size, a sentence cut at a title or an initial, a wrong
BM25 weight, ties that depend on chance, and a cost that is not linear in the text.
"""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.retrieval import BM25, best, chunks, sentences, words

LANGUAGES = ("en", "zh")
texts = st.text(alphabet=st.sampled_from("ab. !?。，！\n\t\r\u2028”\"'Dr段落一a\u0301\ud7ff😀"), max_size=300)


def test_english_words_are_lower_case_runs_of_letters_and_digits() -> None:
    assert words("The U.S. won 3-0, naïve_me!", "en") == ["the", "u", "s", "won", "3", "0", "naïve", "me"]


def test_chinese_words_are_bigrams_and_what_stands_between_them_is_kept_whole() -> None:
    assert words("北京大学 iOS 11版，我", "zh") == ["北京", "京大", "大学", "ios", "11", "版", "我"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_has_no_words_no_sentences_and_no_chunks(language: str) -> None:
    assert words("", language) == []
    assert sentences("", language, 10) == []
    assert chunks("", 10, language) == []


def test_titles_initials_and_short_months_do_not_end_a_sentence() -> None:
    text = "Mr. J. Smith came on Nov. 28. He left."
    assert [piece.text.strip() for piece in sentences(text, "en", 50)] == ["Mr. J. Smith came on Nov. 28.", "He left."]


def test_a_closing_quote_belongs_to_its_sentence() -> None:
    assert [piece.text for piece in sentences("他说：“好。”走了。", "zh", 50)] == ["他说：“好。”", "走了。"]


@given(texts, st.integers(1, 12), st.sampled_from(LANGUAGES))
def test_chunks_and_sentences_joined_are_the_text(text: str, size: int, language: str) -> None:
    for pieces in (chunks(text, size, language), sentences(text, language, size)):
        assert "".join(piece.text for piece in pieces) == text
        assert all(text[piece.start : piece.end] == piece.text for piece in pieces)
        assert all(piece.text for piece in pieces)


@given(texts, st.integers(1, 12))
def test_no_chunk_is_over_its_size(text: str, size: int) -> None:
    assert all(len(piece.text.split()) <= size for piece in chunks(text, size, "en"))
    assert all(len(piece.text) <= size for piece in chunks(text, size, "zh"))


def test_chunks_end_with_sentences_where_these_fit() -> None:
    text = "One two three. Four five. Six seven eight nine.\nTen."
    assert [piece.text for piece in chunks(text, 5, "en")] == [
        "One two three. Four five. ",
        "Six seven eight nine.\nTen.",
    ]


def test_a_text_without_any_sentence_end_is_cut_between_words() -> None:
    assert [piece.text for piece in chunks("a b c d e", 2, "en")] == ["a b ", "c d ", "e"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_size_below_one_is_refused(language: str) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        chunks("a", 0, language)


def test_scores_are_those_of_the_formula() -> None:
    documents = [["cat", "sat"], ["cat", "cat", "mat", "mat"], ["dog"]]
    index = BM25(documents, k1=1.2, b=0.75)
    mean = 7 / 3
    rarity = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    expected = [
        rarity * 1 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 2 / mean)),
        rarity * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 4 / mean)),
        0.0,
    ]
    assert index.scores(["cat", "unseen"]) == pytest.approx(expected)
    assert index.scores(["cat", "cat"]) == pytest.approx([2 * score for score in expected])


def test_equal_scores_keep_the_order_of_the_documents() -> None:
    assert BM25([["b"], ["a"], ["a"], ["a"]]).top(["a"], 3) == [1, 2, 3]
    assert best([0.0, 1.0, 1.0], 5) == [1, 2, 0]


def test_an_index_of_nothing_finds_nothing() -> None:
    assert BM25([]).top(["a"], 3) == []
    assert BM25([[], []]).scores(["a"]) == [0.0, 0.0]


def test_documents_may_come_from_an_iterator() -> None:
    assert BM25(iter([["a"], ["b"]])).top(["b"], 1) == [1]


@settings(max_examples=50)
@given(st.lists(st.lists(st.sampled_from("abcd"), max_size=6), max_size=8), st.lists(st.sampled_from("abcde")))
def test_scores_are_never_negative_and_zero_only_without_a_shared_word(
    documents: list[list[str]], query: list[str]
) -> None:
    for document, score in zip(documents, BM25(documents).scores(query), strict=True):
        assert (score > 0) == bool(set(document) & set(query))


@pytest.mark.parametrize("unit", ["a", " ", "\n", ".", '."', "。", "Dr. ", "word "])
@pytest.mark.parametrize("language", LANGUAGES)
def test_long_texts_of_anything_fall_into_pieces_without_loss(unit: str, language: str) -> None:
    text = unit * (400_000 // len(unit))
    pieces = chunks(text, 200, language)
    assert "".join(piece.text for piece in pieces) == text
    assert len(BM25(words(piece.text, language) for piece in pieces)) == len(pieces)
