"""What is asked: samples in the unified data format, and prompts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a prompt asks for, so that a model without weights can tell tasks apart without knowing a benchmark."""

    QA = "qa"
    SUMMARY = "summary"
    FEW_SHOT = "few_shot"
    COUNT = "count"
    RETRIEVAL = "retrieval"
    CODE = "code"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One question of a benchmark, the unified data format.

    Attributes:
        id: `<task>/<_id>`, or `<task>/<row>` where the source carries no id.
        benchmark: `longbench`, `longbench-e`, ...
        task: the data set's name.
        language: `en` or `zh`, or a programming language.
        input: the template fields (LongBench: `input`, `context`). Empty when read back from a run folder.
        targets: the accepted answers; the score is the best over them.
        metadata: whatever else the scorer or a report needs (LongBench: `all_classes`, `length`).
    """

    id: str
    benchmark: str
    task: str
    language: str
    input: Mapping[str, str] = field(default_factory=dict)
    targets: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)


EXCERPT = 500  # characters of a prompt's head and of its tail that samples.jsonl keeps


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSample:
    """A sample as a run folder keeps it: everything but the texts it was asked with.

    Attributes:
        length: as the benchmark's data states it; None where it does not.
        cluster: samples with one cluster share a document and are resampled together.
        prompt_sha256: of the first prompt's text, None for predictions made elsewhere.
        head: its first characters.
        tail: its last characters.
        steps: completions that one attempt takes; the last of them is scored.
    """

    id: str
    task: str
    language: str
    targets: tuple[str, ...]
    length: int | None
    cluster: str
    metadata: Mapping[str, Any]
    prompt_sha256: str | None = None
    head: str = ""
    tail: str = ""
    steps: int = 1

    def sample(self, benchmark: str) -> Sample:
        """The sample again, without its input."""
        return Sample(
            id=self.id,
            benchmark=benchmark,
            task=self.task,
            language=self.language,
            targets=self.targets,
            metadata=self.metadata,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedSample(StoredSample):
    """A sample as the run folder of a shard keeps it.

    Attributes:
        position: among the samples of the whole run, from 0; it stands last in the line.
    """

    position: int


def is_in(sample: Mapping[str, Any], task: str, whole: str | None) -> bool:
    """Whether a line of samples.jsonl belongs to a task of its result.

    Args:
        sample: the line's JSON.
        whole: the task that this one is `part_of`; something in the metadata of its samples has its name.
    """
    return bool(sample["task"] == task or (sample["task"] == whole and task in sample["metadata"].values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The pieces of a prompt before they were put together.

    Attributes:
        context: the document or documents.
        question: what is asked of it; empty where the template alone asks.
        examples: solved examples of a few-shot task.
    """

    context: str = ""
    question: str = ""
    examples: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """The sampling fields; all are sent with every request, none is left to a server's default."""

    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 0
    min_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Truncation:
    """How a prompt that is too long is cut in the middle: the rule of the benchmark's authors.

    Attributes:
        limits: (context window, input tokens) in ascending order: a model whose window is at most the first number gets
            at most the second; beyond the last one the window less the new tokens and the template.
        most: input tokens at most, however large the window.
        joined: the two halves are decoded together (LongBench v2) and not each by itself (v1).
    """

    limits: tuple[tuple[int, int], ...] = ()
    most: int | None = None
    joined: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What a model is given. It never holds the targets.

    Attributes:
        text: the filled template, whole: truncation happens behind the model seam, it needs the tokenizer.
        language: of the sample, `en` or `zh`.
        max_tokens: new tokens at most.
        stop: strings at which generation ends.
        chat: one user message under the chat template if true, raw text if false.
        truncation: how it is cut where it is too long for the model; None where it must never be.
    """

    sample_id: str
    attempt: int = 0
    step: int = 0
    text: str
    parts: Parts
    kind: Kind
    language: str
    max_tokens: int
    stop: tuple[str, ...] = ()
    chat: bool = True
    truncation: Truncation | None = None
    sampling: Sampling = field(default_factory=Sampling)
