"""What takes the place of a question's document: itself, nothing, or its best chunks."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from bench.benchmarks.longbench.retrieving import Retrieval, Unit, find_retrieval
from bench.benchmarks.longbench.v2.rows import RETRIEVED
from bench.benchmarks.longbench.v2.settings import CHUNK_TOKENS, GIVEN
from bench.protocols import Setting
from bench.records import Sample

_BYTES_OF_TOKEN = 4


class Documents(Protocol):
    """One way of giving a document."""

    @property
    def spec(self) -> Mapping[str, Any] | None:
        """All that determines what is given, part of the run's `generation`; None where there is nothing to say."""

    @property
    def notes(self) -> Sequence[str]:
        """What a reader of the result must know."""

    def of(self, sample: Sample) -> str:
        """The text that stands in the prompt."""

    def close(self) -> None:
        """Let go of what it holds."""


def find_documents(setting: Setting) -> Documents:
    """The way that a setting names.

    Raises:
        UserError: no retriever of that name.
        ModelError: its model cannot be loaded or reached.
    """
    if not setting.rag:
        return Nothing() if setting.no_context else Whole()
    if setting.retriever == GIVEN:
        return Given(setting.rag)
    return Best(find_retrieval(setting, size=CHUNK_TOKENS, unit=Unit.TOKENS), setting.rag)


def kept_size(setting: Setting, size: int) -> int:
    """Bytes of a document of `size` that a prompt holds, about."""
    if setting.rag:
        return min(size, setting.rag * (setting.chunk or CHUNK_TOKENS) * _BYTES_OF_TOKEN)
    return 0 if setting.no_context else size


class Whole:
    """The document as it is."""

    spec: Mapping[str, Any] | None = None
    notes: Sequence[str] = ()

    def of(self, sample: Sample) -> str:
        """The document."""
        return sample.input["context"]

    def close(self) -> None:
        """Nothing."""


class Nothing(Whole):
    """No document."""

    def of(self, sample: Sample) -> str:  # noqa: ARG002 - the seam's
        """Nothing."""
        return ""


class Best:
    """The chunks that a retriever finds for the question, in the order of the document."""

    def __init__(self, retrieval: Retrieval, count: int) -> None:
        self._retrieval, self._count = retrieval, count

    @property
    def spec(self) -> Mapping[str, Any]:
        """What the chunks depend on."""
        return {**self._retrieval.spec, "chunks": self._count}

    @property
    def notes(self) -> Sequence[str]:
        """How they were found."""
        return self._retrieval.notes

    def of(self, sample: Sample) -> str:
        """The chunks."""
        context, question = sample.input["context"], sample.input["question"]
        found = self._retrieval.best(sample.id, context, question, sample.language, self._count)
        return joined([passage.text for passage in sorted(found)])

    def close(self) -> None:
        """Let go of the retriever."""
        self._retrieval.close()


class Given(Whole):
    """The first chunks that the row itself carries, best first there, in the order of the document here."""

    def __init__(self, count: int) -> None:
        self._count = count
        self.spec = {"retriever": GIVEN, "chunks": count}

    def of(self, sample: Sample) -> str:
        """The chunks."""
        best = json.loads(sample.input[RETRIEVED])[: self._count]
        return joined([chunk["content"] for chunk in sorted(best, key=lambda chunk: chunk["c_idx"])])


def joined(texts: Sequence[str]) -> str:
    """Chunks as the authors' pred.py puts them into a prompt."""
    return "\n\n".join(f"Retrieved chunk {number}: {text}" for number, text in enumerate(texts, start=1))
