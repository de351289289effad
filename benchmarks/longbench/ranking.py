"""How well chunks fit a question: by shared words, by shared characters, by meaning. A table of rankers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from bench.errors import UserError, did_you_mean
from bench.models.embedding import EMBEDDERS, load_embedder
from bench.protocols import Setting
from bench.retrieval import words

if TYPE_CHECKING:
    from bench.models.embedding import Embedder, Vectors

DEFAULT = "bm25"
_AT_ONCE = 128  # chunks whose vectors are in memory


class Ranker(Protocol):
    """Compares the chunks of one document with a question."""

    @property
    def spec(self) -> Mapping[str, Any]:
        """What determines its choice, besides the chunks: part of a run's `generation`."""

    @property
    def notes(self) -> Sequence[str]:
        """What a reader of the result must know; it may grow."""

    def scores(self, question: str, chunks: Iterable[str], language: str) -> Sequence[float]:
        """One for each chunk, the higher the better.

        Raises:
            ModelError: its model stopped answering.
        """

    def close(self) -> None:
        """Let go of what it holds."""


class ByWords:
    """BM25 over words, by bm25s: the idf of Lucene, k1 1.5, b 0.75; for words see `bench.retrieval.words`."""

    def __init__(self) -> None:
        self.spec: Mapping[str, Any] = {"retriever": "bm25"}
        self.notes: tuple[str, ...] = ()

    def scores(self, question: str, chunks: Iterable[str], language: str) -> Sequence[float]:
        """0 for a chunk that shares no word with the question."""
        import bm25s

        vocabulary: dict[str, int] = {}
        # The numbers are those of the dictionary, so that a word of a chunk takes eight bytes.
        documents = [[vocabulary.setdefault(word, len(vocabulary)) for word in words(c, language)] for c in chunks]
        if not vocabulary:
            return [0.0] * len(documents)
        index = bm25s.BM25(dtype="float64")
        index.index((documents, vocabulary), create_empty_token=False, show_progress=False)
        asked = [vocabulary[word] for word in words(question, language) if word in vocabulary]
        scores: list[float] = index.get_scores_from_ids(asked).tolist()
        return scores

    def close(self) -> None:
        """Nothing."""


class ByCharacters:
    """What the authors' generate_BM25.py computes: BM25 over characters, blanks included.

    It hands strings to `rank_bm25.BM25Okapi`, which takes lists of words. Equal to that package (0.2.2) to the last bit
    of each score.
    """

    _K1, _B, _EPSILON = 1.5, 0.75, 0.25

    def __init__(self) -> None:
        self.spec: Mapping[str, Any] = {"retriever": "bm25-characters"}
        self.notes: tuple[str, ...] = ()

    def scores(self, question: str, chunks: Iterable[str], language: str) -> Sequence[float]:  # noqa: ARG002
        """A character counts as often as the question has it."""
        counts = [Counter(chunk) for chunk in chunks]
        lengths = np.array([sum(count.values()) for count in counts])
        idf = self._idf(counts)
        scores = np.zeros(len(counts))
        if idf:
            flat = self._K1 * (1 - self._B + self._B * lengths / (int(lengths.sum()) / len(counts)))
            gains = {sign: self._gain(idf.get(sign, 0), sign, counts, flat) for sign in dict.fromkeys(question)}
            for sign in question:
                scores += gains[sign]
        found: list[float] = scores.tolist()
        return found

    def _gain(self, idf: float, sign: str, counts: Sequence[Counter[str]], flat: Any) -> Any:
        often = np.array([count[sign] for count in counts])
        return idf * (often * (self._K1 + 1) / (often + flat))

    def _idf(self, counts: Sequence[Counter[str]]) -> dict[str, float]:
        """By character; what more than half of the chunks have would be below 0 and gets a quarter of the mean."""
        holders = Counter(sign for count in counts for sign in count)
        idf = {sign: math.log(len(counts) - n + 0.5) - math.log(n + 0.5) for sign, n in holders.items()}
        # Added one by one: from Python 3.12 on `sum` rounds otherwise.
        total = 0.0
        for value in idf.values():
            total += value
        floor = self._EPSILON * (total / len(idf)) if idf else 0.0
        return {sign: value if value >= 0 else floor for sign, value in idf.items()}

    def close(self) -> None:
        """Nothing."""


class ByMeaning:
    """Cosine similarity of an embedder's vectors."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    @property
    def spec(self) -> Mapping[str, Any]:
        """The embedder's."""
        return {"retriever": "embeddings", "embeddings": dict(self._embedder.spec)}

    @property
    def notes(self) -> Sequence[str]:
        """The embedder's."""
        return self._embedder.notes

    def scores(self, question: str, chunks: Iterable[str], language: str) -> Sequence[float]:  # noqa: ARG002
        """In [-1, 1]."""
        asked = _of_length_one(self._embedder.embed([question], query=True))[0]
        scores: list[float] = []
        for batch in _batched(chunks):
            # Not `@`: it may round equal rows otherwise, and equal chunks must stay in their order.
            scores += (_of_length_one(self._embedder.embed(batch)) * asked).sum(axis=1).tolist()
        return scores

    def close(self) -> None:
        """Let go of the embedder."""
        self._embedder.close()


def _of_length_one(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    lengths[lengths == 0] = 1
    found: Vectors = vectors / lengths
    return found


def _batched(chunks: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(chunks)
    while batch := list(islice(rest, _AT_ONCE)):
        yield batch


def _by_meaning(name: str, url: str | None) -> Ranker:
    embedder = load_embedder(name, url=url)
    embedder.check()
    return ByMeaning(embedder)


def _without_model(make: Callable[[], Ranker]) -> Callable[[str, str | None], Ranker]:
    def made(name: str, url: str | None) -> Ranker:
        if url is not None:
            raise UserError(f"--embeddings-url is for --retriever openai/MODEL, not for {name}")
        return make()

    return made


RANKERS: Mapping[str, Callable[[str, str | None], Ranker]] = MappingProxyType(
    {
        "bm25": _without_model(ByWords),
        "bm25-characters": _without_model(ByCharacters),
        **dict.fromkeys(EMBEDDERS, _by_meaning),
    }
)
"""By what stands before the slash; each takes the whole name and `--embeddings-url`."""
_SPELLINGS = ("bm25", "bm25-characters", "st/MODEL", "openai/MODEL")


def find_ranker(setting: Setting) -> Ranker:
    """The ranker that a setting names, known to work.

    Raises:
        UserError: there is none of that name.
        ModelError: its model cannot be loaded or reached.
    """
    name = setting.retriever or DEFAULT
    kind, slash, model = name.partition("/")
    if kind not in RANKERS:
        raise UserError(f"--retriever: there is no {name}{did_you_mean(name, _SPELLINGS)}")
    if (kind in EMBEDDERS) != bool(slash and model):
        raise UserError(f"--retriever {name}: write one of {', '.join(_SPELLINGS)}")
    return RANKERS[kind](name, setting.embeddings_url)
