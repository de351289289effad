"""The chunks of a document that fit a question best: what retrieval compression (v1) and RAG (v2) stand on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from bench.benchmarks.longbench.chunking import Chunk, by_tokens, by_words, joined, token_starts
from bench.benchmarks.longbench.ranking import Ranker, find_ranker
from bench.errors import UserError
from bench.protocols import Setting
from bench.retrieval import best


class Unit(StrEnum):
    """What the size of a chunk counts."""

    WORDS = "words"  # v1, the authors' splitter.py: words, in Chinese characters
    TOKENS = "tokens"  # v2, the paper's section 4.1


class Passage(NamedTuple):
    """A chunk: which of the document's it is, counted from 0, and its text."""

    number: int
    text: str


class Retrieval(Protocol):
    """Finds chunks; what it found for a sample is kept while it lives, so that asking again is quick."""

    @property
    def spec(self) -> Mapping[str, Any]:
        """Retriever, its model, chunk size and unit: part of the run's `generation`."""

    @property
    def notes(self) -> list[str]:
        """What a reader of the result must know of how chunks were found."""

    def best(self, sample_id: str, document: str, question: str, language: str, k: int) -> list[Passage]:
        """The `k` best chunks, best first; all of them where there are fewer. Equal ones in the document's order.

        Raises:
            ModelError: the retriever's model stopped answering.
        """

    def close(self) -> None:
        """Let go of what it holds."""


class Chunker(NamedTuple):
    """Cuts documents.

    Attributes:
        cut: the chunks of a text.
        spec: what determines them.
        notes: what a reader of the result must know of them.
    """

    cut: Callable[[str], list[Chunk]]
    spec: Mapping[str, Any]
    notes: tuple[str, ...] = ()


def find_retrieval(setting: Setting, *, size: int, unit: Unit) -> Retrieval:
    """What a setting asks for, known to work.

    Args:
        size: of a chunk where the setting names none.

    Raises:
        UserError: no retriever of that name, or a tokenizer for chunks that are not counted in tokens.
        ModelError: a model or a tokenizer cannot be loaded or reached.
    """
    return Found(_chunker(setting, setting.chunk or size, unit), find_ranker(setting))


def _chunker(setting: Setting, size: int, unit: Unit) -> Chunker:
    spec = {"chunk": size, "unit": unit.value}
    if unit is Unit.TOKENS:
        return _by_tokens(setting.chunk_tokenizer, size, spec)
    if setting.chunk_tokenizer is not None:
        raise UserError("--chunk-tokenizer is for chunks that are counted in tokens; these are counted in words")
    return Chunker(lambda text: by_words(text, size), spec)


def _by_tokens(name: str | None, size: int, spec: Mapping[str, Any]) -> Chunker:
    if name is None:
        note = (
            f"chunks of {size:,} tokens are of words, signs and Chinese characters; --chunk-tokenizer names a tokenizer"
        )
        return Chunker(lambda text: by_tokens(text, size, token_starts), spec, (note,))
    from bench.models.tokens_places import token_places

    tokens = token_places(name)
    return Chunker(lambda text: by_tokens(text, size, tokens.starts), {**spec, "chunk_tokenizer": dict(tokens.spec)})


class Found:
    """Chunks by a chunker, chosen by a ranker. Of what was chosen the places are kept and not the texts."""

    def __init__(self, chunker: Chunker, ranker: Ranker) -> None:
        self._chunker, self._ranker = chunker, ranker
        self._chosen: dict[tuple[str, int], list[tuple[int, Chunk]]] = {}

    @property
    def spec(self) -> Mapping[str, Any]:
        """The chunker's and the ranker's."""
        return {**self._ranker.spec, **self._chunker.spec}

    @property
    def notes(self) -> list[str]:
        """The chunker's and the ranker's."""
        return [*self._chunker.notes, *self._ranker.notes]

    def best(self, sample_id: str, document: str, question: str, language: str, k: int) -> list[Passage]:
        """The `k` best chunks, best first."""
        key = (sample_id, k)
        if key not in self._chosen:
            self._chosen[key] = self._choose(document, question, language, k)
        return [Passage(number, joined(document, chunk)) for number, chunk in self._chosen[key]]

    def _choose(self, document: str, question: str, language: str, k: int) -> list[tuple[int, Chunk]]:
        chunks = self._chunker.cut(document)
        scores = self._ranker.scores(question, (joined(document, chunk) for chunk in chunks), language)
        return [(number, chunks[number]) for number in best(scores, k)]

    def close(self) -> None:
        """Let go of the ranker's model."""
        self._ranker.close()
