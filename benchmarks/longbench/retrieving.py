"""The chunks of a document that fit a question best: what retrieval compression (v1) and RAG (v2) stand on."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from bench.protocols import Setting
from bench.retrieval import BM25, chunks, words


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
        """The `k` best chunks, best first; all of them where there are fewer.

        Raises:
            ModelError: the retriever's model stopped answering.
        """

    def close(self) -> None:
        """Let go of what it holds."""


def find_retrieval(setting: Setting, *, size: int, unit: Unit) -> Retrieval:
    """What a setting asks for, known to work.

    Args:
        size: of a chunk where the setting names none.

    Raises:
        UserError: no retriever of that name.
        ModelError: its model cannot be loaded or reached.
    """
    return _Ranked(setting.chunk or size, unit)


class _Ranked:
    def __init__(self, size: int, unit: Unit) -> None:
        self._size = size
        self.spec: Mapping[str, Any] = {"retriever": "bm25", "chunk": size, "unit": unit.value}
        self.notes: list[str] = []

    def best(self, sample_id: str, document: str, question: str, language: str, k: int) -> list[Passage]:  # noqa: ARG002
        found = chunks(document, self._size, language)
        index = BM25(words(chunk.text, language) for chunk in found)
        return [Passage(i, found[i].text) for i in index.top(words(question, language), k)]

    def close(self) -> None:
        """Nothing."""
