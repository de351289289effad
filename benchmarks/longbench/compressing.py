"""v1 with its QA documents compressed by retrieval (the paper's section 4.2, `LongBench/retrieval/pred.py`).

The best chunks, best first and with nothing between them, take the document's place in the authors' template.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bench.benchmarks.wrapping import Wrapped
from bench.protocols import Entry, SampleSet, Setting
from bench.records import Completion, Prompt, Sample

if TYPE_CHECKING:
    from bench.benchmarks.longbench.retrieving import Retrieval

CHUNK = 200
_WORDS = 1500
"""What the paper's two settings come to, 7 chunks of 200 words and 3 of 500: other sizes keep to it."""
_WORD_BYTES = 8  # about, for the estimate before a run


def chunk_and_top_k(setting: Setting) -> tuple[int, int]:
    """Words of a chunk and chunks that are kept: as given, else those of the paper."""
    chunk = setting.chunk or CHUNK
    return chunk, setting.top_k or max(1, _WORDS // chunk)


def setting_name(setting: Setting) -> str:
    """`retrieval-bm25-200x7`; of a model's name, which may be a folder, the last part."""
    kind, _, model = (setting.retriever or "bm25").partition("/")
    model = model.rstrip("/").rpartition("/")[2]
    chunk, top_k = chunk_and_top_k(setting)
    return f"retrieval-{kind}{f'-{model}' if model else ''}-{chunk}x{top_k}"


def compressed(samples: SampleSet, setting: Setting) -> SampleSet:
    """The samples with the best chunks of each document in its place.

    Raises:
        UserError: no retriever of that name.
        ModelError: its model cannot be loaded or reached.
    """
    from bench.benchmarks.longbench.retrieving import Unit, find_retrieval

    chunk, top_k = chunk_and_top_k(setting)
    return Compressed(samples, find_retrieval(setting, size=chunk, unit=Unit.WORDS), chunk, top_k)


class Compressed(Wrapped):
    """Samples whose prompts hold chunks."""

    def __init__(self, plain: SampleSet, retrieval: Retrieval, chunk: int, top_k: int) -> None:
        super().__init__(plain)
        self._retrieval, self._top_k = retrieval, top_k
        kept = chunk * top_k * _WORD_BYTES
        self._entries = [
            dataclasses.replace(entry, asked=entry.size - max(0, entry.document_size - kept)) for entry in plain.entries
        ]

    @property
    def entries(self) -> Sequence[Entry]:
        """Every sample, in the order of the data."""
        return self._entries

    @property
    def spec(self) -> Mapping[str, Any]:
        """With retriever, its model, chunk and number of chunks."""
        return {**self.plain.spec, "compress": {**self._retrieval.spec, "top_k": self._top_k}}

    @property
    def notes(self) -> Sequence[str]:
        """With the retriever's."""
        return [*self.plain.notes, *self._retrieval.notes]

    def prompts(self, sample: Sample, earlier: Sequence[Completion]) -> Sequence[Prompt]:
        """The one prompt of a sample.

        Raises:
            ModelError: the retriever's model stopped answering.
        """
        document, question = sample.input["context"], sample.input["input"]
        found = self._retrieval.best(sample.id, document, question, sample.language, self._top_k)
        context = "".join(passage.text for passage in found)
        return self.plain.prompts(dataclasses.replace(sample, input={**sample.input, "context": context}), earlier)

    def close(self) -> None:
        """Let go of the files and the retriever's model."""
        self._retrieval.close()
        self.plain.close()
