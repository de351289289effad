"""The seams: what a model, a metric and a benchmark must do. Iterators in, iterators out; nothing is async."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from bench.records import Completion, Execution, Job, Prompt, Sample, Score, Shard, StoredSample, Truncation

Metric = Callable[[str, str, Sequence[str]], float]
"""A metric takes the prediction, one reference and the task's class names, and gives a value in [0, 1]."""


class Model(Protocol):
    """Anything that answers prompts."""

    @property
    def name(self) -> str:
        """What tables call it."""

    @property
    def spec(self) -> Mapping[str, Any]:
        """All about the model that determines its completions: it is hashed into the run's `generation`.

        Complete once `check` has returned.
        """

    @property
    def notes(self) -> Sequence[str]:
        """What the reader of a result must know about how prompts were sent; it may grow during a run."""

    @property
    def observed(self) -> Mapping[str, Any]:
        """What was seen while prompts were sent, see `RunSpec.observed`."""

    def check(self, truncation: Truncation | None = None) -> None:
        """Find out before the first prompt whether the model can be used at all; called again for each benchmark.

        Args:
            truncation: the rule that the prompts will carry; None where none of them may be cut.

        Raises:
            ModelError: it cannot; the text says what to do.
        """

    def generate(self, prompts: Iterable[Prompt]) -> Iterator[Completion]:
        """Answer every prompt, one completion each, in any order, as they land.

        Prompts are pulled lazily through a bounded window and never sorted or gathered: a prompt may be megabytes.
        A prompt that cannot be answered becomes a completion with `error` set; nothing is raised for it.
        """

    def close(self) -> None:
        """Let go of the weights, the server, the processes; it may be called twice."""


class Sandbox(Protocol):
    """A place where code that nobody trusts is run."""

    @property
    def spec(self) -> Mapping[str, Any]:
        """Backend, image and the limits that were seen to hold here: kept with the result."""

    @property
    def identity(self) -> str:
        """What a verdict depends on besides the job: the image; part of `Execution.job_sha256`."""

    @property
    def notes(self) -> Sequence[str]:
        """What a reader of the result must know of how code was run."""

    def check(self) -> None:
        """Find out before the first job whether code can be run here at all.

        Raises:
            SandboxError: it cannot; the text says what to install or to do.
        """

    def run(self, jobs: Iterable[Job]) -> Iterator[Execution]:
        """Run every job, one execution each, in any order, as they land; never raises for what the code did.

        Jobs are pulled lazily through a bounded window. What is not the code's fault becomes `sandbox_error`.
        """

    def close(self) -> None:
        """Let go of everything that is still there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which data a run asks for.

    Attributes:
        data: `sample`, `hub` for the published data, or the path of the benchmark's own.
        prompts: a file of prompt texts in place of the one beside the data; of LongBench v2 a folder of them.
        tasks: their names; None for all.
        limit: the first N samples of each task.
        sample: N samples in all, spread over the tasks, the same ids everywhere for one `seed`.
        unpinned: take data whose hash is not the published one.
        languages: programming languages, where a benchmark has them; None for all.
        natural_languages: of the requests, `en` or `zh`, where a benchmark tells them apart so; None for all.
        shard: only this part of all that, see `bench.benchmarks.sharding.load`; a benchmark's own `load` ignores it.
    """

    data: str
    prompts: Path | None = None
    tasks: tuple[str, ...] | None = None
    limit: int | None = None
    sample: int | None = None
    seed: int = 0
    unpinned: bool = False
    languages: tuple[str, ...] | None = None
    natural_languages: tuple[str, ...] | None = None
    shard: Shard | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """In which of the ways that its authors describe a benchmark is asked; none of them is the plain one, zero-shot.

    Attributes:
        cot: the model thinks first, in a step of its own (LongBench v2).
        no_context: the document is left out, to find what a model knows by heart.
        rag: only this many retrieved chunks of the document are given, in its order (LongBench v2).
        compress: `retrieval` (the best chunks) or `summary` (a summary of each chunk) in place of the document (v1).
        retriever: `bm25`, `bm25-characters`, `st/<sentence-transformers model>` or `openai/<embedding model>`; with
            `rag` also `given` for the chunks that the data carry; None for `bm25`.
        chunk: its size; None for the authors' own.
        top_k: chunks that `compress="retrieval"` keeps; None for the authors' own.
        chunk_tokenizer: counts the tokens of a chunk where chunks are counted in tokens; None for words and signs.
        embeddings_url: of the endpoint that `openai/...` asks.
    """

    cot: bool = False
    no_context: bool = False
    rag: int | None = None
    compress: str | None = None
    retriever: str | None = None
    chunk: int | None = None
    top_k: int | None = None
    chunk_tokenizer: str | None = None
    embeddings_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Where one sample lies, so that an order can be chosen before any text is in memory.

    Attributes:
        id: the sample's id.
        task: its task.
        document: hash of the text that several samples may share.
        offset: position of its line in the task's file, bytes.
        size: length of that line, bytes.
        max_tokens: new tokens that answering it may take.
        steps: completions that answering it takes.
        document_size: length of that text, bytes; 0 where nobody counted.
        asked: bytes that a step sends, where the line says too little of it; see `asked_size`.
        position: among the samples of the whole run, where this is one of a shard.
    """

    id: str
    task: str
    document: str
    offset: int
    size: int
    max_tokens: int
    steps: int = 1
    document_size: int = 0
    asked: int | None = None
    position: int | None = None

    @property
    def asked_size(self) -> int:
        """Bytes that one step sends, about: by it tokens are estimated where nobody counts them."""
        return self.size if self.asked is None else self.asked


class SampleSet(Protocol):
    """The samples that a selection names, read one at a time, and the prompt texts that belong to them."""

    @property
    def spec(self) -> Mapping[str, Any]:
        """What was selected, with the sha256 of every file: part of the run's `generation`."""

    @property
    def notes(self) -> Sequence[str]:
        """What a reader of the result must know of this data: prompts changed, hash not the published one."""

    @property
    def expected(self) -> Mapping[str, int] | None:
        """Published rows of each task, where this claims to be the published data."""

    @property
    def entries(self) -> Sequence[Entry]:
        """Every sample, in the order of the data."""

    def read(self, entry: Entry) -> Sample:
        """The whole sample; quickest when neighbours in the data are read one after the other."""

    def prompts(self, sample: Sample, earlier: Sequence[Completion]) -> Sequence[Prompt]:
        """The prompts that can be asked now, given the completions of one attempt at this sample so far."""

    def reference(self, sample: Sample) -> str | None:
        """The answer that the benchmark's authors give, as a model would write it; None where there is none."""

    def close(self) -> None:
        """Let go of the files."""


class Imported(Protocol):
    """Existing predictions of a model, in a layout that the benchmark's authors use."""

    @property
    def name(self) -> str | None:
        """The model's, where the files tell it; None for that of their folder."""

    @property
    def setting(self) -> str | None:
        """In which it was asked, where the files tell it; None for the benchmark's own."""

    @property
    def spec(self) -> Mapping[str, Any]:
        """The files with their sha256."""

    @property
    def expected(self) -> Mapping[str, int]:
        """Published rows of each task."""

    @property
    def notes(self) -> Sequence[str]:
        """What a reader of the result must know."""

    def remarks(self) -> Sequence[str]:
        """What a reader should know about these files, one line each."""

    def rows(self) -> Iterator[tuple[StoredSample, Sequence[Completion]]]:
        """Every sample without its texts, and the completions of it, one for each attempt."""


class Outcome(NamedTuple):
    """The numbers of one score; a plain tuple, since every one crosses from a scoring process to its parent."""

    value: float | None
    also: Mapping[str, float]
    raised: str | None
    verdict: str | None = None
    detail: Mapping[str, Any] = {}


class Row(NamedTuple):
    """What aggregation needs to know of one sample.

    Attributes:
        cluster: samples with one cluster share a document.
        outcomes: one for each attempt.
        answered: whether the authors' own files would hold this sample.
    """

    sample_id: str
    task: str
    metadata: Mapping[str, Any]
    cluster: str
    outcomes: tuple[Outcome, ...]
    answered: bool


class Benchmark(Protocol):
    """One benchmark: a frozen value, made by its folder and found by its name. Not a base class."""

    @property
    def name(self) -> str:
        """In folders, commands and tables."""

    @property
    def setting(self) -> str:
        """`zero-shot` and its like."""

    @property
    def score_version(self) -> int:
        """Raised whenever a score can change for the same completions."""

    @property
    def temperature(self) -> float:
        """At which its authors ask."""

    @property
    def scoring(self) -> Mapping[str, Any]:
        """What decides a score besides `score_version`: part of `RunSpec.scoring`."""

    @property
    def tasks(self) -> Sequence[str]:
        """Their names in the order of tables."""

    @property
    def catalogue(self) -> Sequence[Mapping[str, str]]:
        """What `bench list` shows of each task, by column."""

    @property
    def executes(self) -> bool:
        """Whether answers are code that is run before they are scored."""

    @property
    def truncation(self) -> Truncation | None:
        """How prompts that are too long are cut; None where they must not be."""

    @property
    def card(self) -> str | None:
        """Name of the card that says where its data are published, see `bench.hub`; None where there is none."""

    def in_setting(self, setting: Setting) -> Benchmark:
        """This benchmark, asked in that way.

        Raises:
            UserError: it is not asked so, or two ways exclude each other.
        """

    def located(self, data: str | None) -> Benchmark:
        """This benchmark, knowing where its data lie: what it needs besides the samples is found there."""

    def load(self, selection: Selection) -> SampleSet:
        """Find and verify the data.

        Raises:
            DataError: a file is missing, damaged or not the published one.
            UserError: a task is unknown.
        """

    def jobs(self, sample: Sample, completion: Completion) -> Sequence[Job]:
        """The code of an answer as jobs, one for each way of extracting it that gives something else than the first.

        A job without files stands for an answer in which no code was found.
        """

    def gate(self, sample: Sample) -> Sequence[Job]:
        """What is run to learn whether the problem can be solved here at all: its own solution, a trivial one."""

    def score(
        self,
        sample: Sample,
        completions: Sequence[Completion],
        options: Mapping[str, Any],
        executions: Sequence[Execution] = (),
    ) -> list[Score]:
        """One score for each attempt; a pure function of its arguments. The sample may come without its input.

        Args:
            executions: those of this sample, the gate's included, where answers are run.
        """

    def heavy(self, task: str) -> bool:
        """Whether scoring this task loads something large, so that one process should do it alone."""

    def aggregate(
        self, rows: Iterable[Row], *, partial: str | None, expected: Mapping[str, int] | None
    ) -> dict[str, Any]:
        """`tasks`, `categories` and `overall` of result.json, per cent; `remarks`, lines for its reader.

        Args:
            partial: why the rows are not the whole benchmark.
            expected: published rows of each task; an average over fewer is not computed.
        """

    def predictions(self, path: Path, *, dedupe: bool, data: str | None = None) -> Imported:
        """Existing predictions in the authors' layout.

        Args:
            data: where the questions lie, for predictions that do not say what was asked.

        Raises:
            UserError: there are none.
            DataError: a file is damaged.
        """

    def official_file(self, task: str, model: str, setting: str) -> Path:
        """Where the authors' own code puts a task's predictions.

        Args:
            setting: the run's, see `setting`.
        """

    def official_row(self, sample: Sample, completion: Completion) -> dict[str, Any] | None:
        """A line of such a file; None where theirs would not hold this answer."""
