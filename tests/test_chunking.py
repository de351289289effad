"""Would catch chunks that differ from the authors' by a character, text lost or doubled, and a cost above linear.

Also a tokenizer's chunks that are not cut where its tokens begin, and a run of letters without an end as one chunk.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tiktoken
from hypothesis import given
from hypothesis import strategies as st
from made_tokenizers import tokenizer_folder

from bench.benchmarks.longbench.chunking import (
    by_parts,
    by_tokens,
    by_words,
    count_words,
    joined,
    token_starts,
)
from bench.errors import ModelError
from bench.models.tokens_places import Places, token_places
from bench.models.tokens_tiktoken import Tiktoken

texts = st.text(alphabet=st.sampled_from("ab İΣ.。\n?;！!_1一丁\u3000'\x1c\u0301😀"), max_size=200)
sizes = st.integers(1, 9)


def word_chunks(text: str, size: int) -> list[str]:
    return [joined(text, chunk) for chunk in by_words(text, size)]


@pytest.mark.parametrize(
    ("text", "size", "expected"),
    [
        ("", 5, []),
        ("One two. Three four. Five.", 4, ["One two. Three four. ", "Five. "]),
        ("One two. Three four. Five.", 3, ["One two. ", "Three four. Five. "]),
        ("Wait... what?! No", 9, ["Wait. . . what? ! No"]),
        ("Wait... what?! No", 2, ["Wait. . . what? ! ", "No"]),
        ("..a", 1, [". .a"]),
        ("\n\n a b\n", 2, ["\n\n a b\n "]),
        ("北京大学。我们去，好吗？好！", 6, ["北京大学。", "我们去，好吗？好！ "]),
        ("北京大学。我们去，好吗？好！", 5, ["北京大学。", "我们去，好吗？", "好！ "]),
        ("no end at all here and more", 2, ["no end at all here and more"]),
        ("İstanbul'da. x", 2, ["İstanbul'da", ". x"]),
        ("a.b", 1, ["a.", "b"]),
    ],
)
def test_chunks_of_words_are_those_that_the_authors_splitter_gives(text: str, size: int, expected: list[str]) -> None:
    assert word_chunks(text, size) == expected


@pytest.mark.parametrize(
    ("text", "words"), [("", 0), ("a b_c d-e", 4), ("北京abc大学", 5), ("İs", 2), ("３ x\u0301y", 3), ("がな", 1)]
)
def test_words_are_counted_as_the_authors_count_them(text: str, words: int) -> None:
    assert count_words(text) == words


@given(texts, sizes)
def test_nothing_but_blanks_comes_or_goes_between_chunks_of_words(text: str, size: int) -> None:
    assert "".join(word_chunks(text, size)).replace(" ", "") == text.replace(" ", "")


@given(texts, sizes)
def test_chunks_of_tokens_and_parts_joined_are_the_text(text: str, size: int) -> None:
    assert "".join(joined(text, chunk) for chunk in by_tokens(text, size, token_starts)) == text
    parts = by_parts(text, size)
    assert "".join(joined(text, part) for part in parts) == (text if count_words(text) >= size else "")
    assert all(end > start for ((start, end),) in parts)


def test_a_chunk_of_tokens_has_so_many_words_signs_and_chinese_characters() -> None:
    text = "Ab c, 北京 d.\nE"
    assert [joined(text, chunk) for chunk in by_tokens(text, 3, token_starts)] == ["Ab c, ", "北京 d", ".\nE"]


def test_a_run_of_letters_without_an_end_falls_into_chunks() -> None:
    assert [len(joined("x" * 100, chunk)) for chunk in by_tokens("x" * 100, 1, token_starts)] == [32, 32, 32, 4]


def test_parts_end_with_the_first_sentence_at_or_after_their_mean_length() -> None:
    text = "one two three. four five six. seven eight nine. ten"
    assert [joined(text, part) for part in by_parts(text, 5)] == [
        "one two three. four five six.",
        " seven eight nine. ten",
    ]
    assert by_parts("one two", 3) == []


def test_where_no_sentence_ends_in_1500_characters_all_that_is_left_is_one_part() -> None:
    text = "a " * 100 + "b " * 1200 + ". " + "c " * 100
    assert [joined(text, part) for part in by_parts(text, 300)] == [text]
    text = "a " * 100 + "b " * 600 + ". " + "c " * 100
    assert [len(joined(text, part)) for part in by_parts(text, 300)] == [1401, 201]


def test_a_tokenizer_cuts_where_its_tokens_begin_in_a_text_of_any_length(tmp_path: Path) -> None:
    places = token_places(str(tokenizer_folder(tmp_path)))
    text = "Some words, 北京 and an é.\n" * 9000
    starts = list(places.starts(text))
    assert starts == sorted(starts)
    chunks = by_tokens(text, 512, places.starts)
    assert "".join(joined(text, chunk) for chunk in chunks) == text
    assert len(chunks) == -(-len(starts) // 512)
    assert [chunk[0][0] for chunk in chunks[1:]] == starts[512::512]


def test_tokens_of_a_part_of_a_character_begin_where_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    ranks = {bytes([number]): number for number in range(256)}
    encoding = tiktoken.Encoding("bytes", pat_str=r"(?s:.)", mergeable_ranks=ranks, special_tokens={})
    monkeypatch.setattr("tiktoken.get_encoding", lambda _: encoding)
    text = "aé北\n" * 60_000
    places = Places(Tiktoken("bytes", None))
    assert list(places.starts(text))[:9] == [0, 1, 1, 2, 2, 2, 3, 4, 5]
    assert len(list(places.starts(text))) == len(text.encode())
    chunks = [joined(text, chunk) for chunk in by_tokens(text, 4, places.starts)]
    assert chunks[:3] == ["aé", "北\na", "é"]
    assert "".join(chunks) == text


def test_a_tokenizer_that_is_not_there_is_named_in_one_line() -> None:
    with pytest.raises(ModelError, match=r"^./nowhere: no tokenizer can be loaded"):
        token_places("./nowhere")


@pytest.fixture(scope="module")
def splitter(authors_scripts: Path) -> Callable[[str, int], list[str]]:
    """The authors' own function; it prints what it thinks of long sentences."""
    found = _executed((authors_scripts / "retrieval" / "splitter.py").read_text(encoding="utf-8"))

    def split(text: str, size: int) -> list[str]:
        with contextlib.redirect_stdout(io.StringIO()):
            chunks: list[str] = found["split_long_sentence"](text, found["regex"], chunk_size=size)
        return chunks

    return split


@pytest.fixture(scope="module")
def parter(authors_scripts: Path) -> Callable[[str, int], list[str]]:
    """The authors' `data_spilt`, without the rest of its file; empty parts are left out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse((authors_scripts / "summ" / "compress.py").read_text(encoding="utf-8"))
    wanted = {"get_word_list", "get_word_len", "data_spilt"}
    tree.body = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in wanted]
    source = ast.unparse(tree).replace("max_len=args.max_len", "max_len")
    split = _executed(source)["data_spilt"]
    return lambda text, size: [part for part in split(text, size) if part] if count_words(text) >= size else []


def _executed(source: str) -> dict[str, Any]:
    names: dict[str, Any] = {"re": re}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(source, "authors", "exec"), names)
    return names


@pytest.fixture(scope="module")
def documents(longbench: Path) -> list[str]:
    rows = [
        json.loads(line)
        for path in sorted((longbench / "samples").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()[:8]
    ]
    return [row["context"][:30_000] for row in rows]


@pytest.mark.parametrize("size", [200, 500])
def test_real_documents_are_cut_as_by_the_authors(
    splitter: Callable[[str, int], list[str]],
    parter: Callable[[str, int], list[str]],
    documents: list[str],
    size: int,
) -> None:
    for document in documents:
        assert word_chunks(document, size) == splitter(document, size)
        assert [joined(document, part) for part in by_parts(document, size)] == parter(document, size)


@given(text=texts, size=sizes)
def test_strange_texts_are_cut_as_by_the_authors(splitter: Any, text: str, size: int) -> None:
    assert word_chunks(text, size) == splitter(text, size)
