"""Would catch a ranking that differs from the package's or the authors', and ties that depend on chance.

Also texts kept in memory, a document that is ranked again for every attempt, and options that change nothing.
"""

from __future__ import annotations

import itertools
import json
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from conftest import absent
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.benchmarks.longbench.ranking import ByCharacters, ByMeaning, ByWords, find_ranker
from bench.benchmarks.longbench.retrieving import Chunker, Found, Unit, find_retrieval
from bench.errors import UserError
from bench.models.embedding_fake import FakeEmbedder
from bench.protocols import Setting
from bench.retrieval import BM25, best, words

documents = st.lists(st.text(alphabet="ab c.一é", min_size=1, max_size=30), min_size=1, max_size=9)
questions = st.text(alphabet="ab c.一éz", max_size=9)
TEXT = "The cat sat. A dog barked loudly. The cow gave milk. Another cat ran away."


@given(documents, questions, st.sampled_from(["en", "zh"]))
@settings(max_examples=50)
def test_by_words_is_bm25_with_the_idf_of_lucene(chunks: list[str], question: str, language: str) -> None:
    own = BM25(words(chunk, language) for chunk in chunks).scores(words(question, language))
    # The package leaves out the factor k1 + 1, which is the same for all.
    assert ByWords().scores(question, chunks, language) == pytest.approx([score / 2.5 for score in own])


@pytest.mark.parametrize(
    ("chunks", "question", "expected"),
    [
        (
            ["the cat", "a dog barks", "the cow"],
            "a cat",
            [-0.1490532327886709, -0.09958488101100971, -0.08284431911691753],
        ),
        (["北京 大学", "上海 大学", "北京"], "北京", [-0.09839337857450864, 0.0, -0.14124210795373016]),
        (["abc"], "a", [-0.2746530721670274]),
    ],
)
def test_by_characters_is_what_rank_bm25_gives_when_it_is_handed_strings(
    chunks: list[str], question: str, expected: list[float]
) -> None:
    assert ByCharacters().scores(question, chunks, "en") == expected


def test_by_characters_equals_the_package_bit_by_bit(oracle: Path) -> None:
    python = oracle / "without-levenshtein" / "bin" / "python"
    if subprocess.run([python, "-c", "import rank_bm25"], capture_output=True, check=False).returncode:
        absent("oracle", "NOT TESTED: rank_bm25 is not in the oracle environment: make it anew with `make oracle DIR`")
    signs = "ab c.é一"
    cases = [
        (["".join(pair) for pair in itertools.product(signs, signs[:3])][number :: 3 + number], signs[number:] + "z")
        for number in range(6)
    ]
    code = (
        "import json, sys; from rank_bm25 import BM25Okapi;"
        "print(json.dumps([BM25Okapi(d).get_scores(q).tolist() for d, q in json.load(sys.stdin)]))"
    )
    done = subprocess.run([python, "-c", code], input=json.dumps(cases), capture_output=True, text=True, check=True)
    assert [ByCharacters().scores(question, chunks, "en") for chunks, question in cases] == json.loads(done.stdout)


@pytest.mark.parametrize("ranker", [ByWords(), ByCharacters(), ByMeaning(FakeEmbedder())])
@pytest.mark.parametrize("question", ["", "zzz", "the cat"])
def test_equal_chunks_stay_in_the_documents_order(ranker: ByWords, question: str) -> None:
    scores = ranker.scores(question, ["the cat", "a dog", "the cat", "the cat"] * 100, "en")
    chosen = best(scores, 400)
    cats = [number for number in chosen if number % 4 != 1]
    assert cats == sorted(cats)
    assert ranker.scores(question, [], "en") == []


def test_by_meaning_is_the_cosine_whatever_the_lengths() -> None:
    scores = ByMeaning(FakeEmbedder()).scores("aab", ["aabaab", "b", "", "zz"], "en")
    assert scores == pytest.approx([1.0, 1 / 5**0.5, 0.0, 0.0])


class Noting:
    """Likes long chunks, and notes how often it was asked."""

    def __init__(self) -> None:
        self.spec = {"retriever": "noting"}
        self.notes = ("noted",)
        self.times = 0

    def scores(self, question: str, chunks: Iterable[str], language: str) -> Sequence[float]:  # noqa: ARG002
        self.times += 1
        return [len(chunk) for chunk in chunks]

    def close(self) -> None:
        """Nothing."""


def test_the_best_come_first_with_their_numbers_and_are_ranked_once_for_a_sample() -> None:
    ranker = Noting()
    found = Found(Chunker(lambda text: [((i, i + i),) for i in range(1, len(text) // 2)], {"chunk": 1}), ranker)
    first = found.best("a", "0123456789", "?", "en", 2)
    assert [(passage.number, passage.text) for passage in first] == [(3, "4567"), (2, "345")]
    assert found.best("a", "0123456789", "?", "en", 2) == first
    assert ranker.times == 1
    assert found.best("b", "0123456789", "?", "en", 9)[-1].number == 0
    assert "4567" not in repr(vars(found))
    assert found.spec == {"retriever": "noting", "chunk": 1}
    assert found.notes == ["noted"]


def test_the_chunk_with_the_questions_words_is_found() -> None:
    retrieval = find_retrieval(Setting(), size=4, unit=Unit.WORDS)
    assert [passage.text for passage in retrieval.best("a", TEXT, "Who gave milk?", "en", 1)] == ["The cow gave milk. "]
    assert retrieval.spec == {"retriever": "bm25", "chunk": 4, "unit": "words"}


def test_tokens_counted_without_a_tokenizer_are_said_to_be() -> None:
    retrieval = find_retrieval(Setting(chunk=5), size=512, unit=Unit.TOKENS)
    assert retrieval.spec == {"retriever": "bm25", "chunk": 5, "unit": "tokens"}
    assert any("--chunk-tokenizer" in note for note in retrieval.notes)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        (Setting(retriever="bm26"), "--retriever: there is no bm26; did you mean bm25"),
        (Setting(retriever="st"), r"--retriever st: write one of .*st/MODEL"),
        (Setting(retriever="bm25/x"), "--retriever bm25/x: write one of"),
        (
            Setting(embeddings_url="http://127.0.0.1:1"),
            "--embeddings-url is for --retriever openai/MODEL, not for bm25",
        ),
        (Setting(retriever="st/x", embeddings_url="http://127.0.0.1:1"), "not for st/x"),
        (Setting(retriever="openai/m", embeddings_url="nonsense"), "--embeddings-url must look like"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(setting: Setting, said: str) -> None:
    with pytest.raises(UserError, match=said) as raised:
        find_ranker(setting)
    assert "\n" not in str(raised.value)


def test_a_tokenizer_is_for_chunks_of_tokens_alone() -> None:
    with pytest.raises(UserError, match="counted in words"):
        find_retrieval(Setting(chunk_tokenizer="gpt2"), size=200, unit=Unit.WORDS)
