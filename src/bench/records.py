"""What travels between the stages: frozen records in the field's own words.

Every record is plain data: strings, numbers, tuples and read-only mappings, so that it can be pickled to a worker
and written as one line of JSON (`to_json`, `from_json`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

Json = dict[str, Any]
Record = TypeVar("Record")

SCHEMA_VERSION = 1


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


class Verdict(StrEnum):
    """What running a job came to."""

    PASSED = "passed"
    FAILED = "failed"
    COMPILE_ERROR = "compile_error"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    NO_CODE = "no_code"
    TAMPERED = "tampered"
    SANDBOX_ERROR = "sandbox_error"  # not the code's fault: done again, never judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one job may use.

    Attributes:
        wall_seconds: from the moment the code arrives to the end of the process.
        cpu_seconds: of each process.
        memory_mb: of the whole container, swap included.
        pids: processes and threads.
        disk_mb: of its writable folder, which lies in memory.
        inodes: files in that folder.
        output_mb: on standard output and error together; more ends the job.
    """

    wall_seconds: float = 60.0
    cpu_seconds: int = 60
    memory_mb: int = 2048
    pids: int = 256
    disk_mb: int = 256
    inodes: int = 65_536
    output_mb: int = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What the sandbox runs: one solution and the tests it has to pass.

    Attributes:
        extractor: who took the code out of the answer, `official` or `robust`; or what else is run, `reference`,
            `trivial`.
        language: a key of `bench.sandbox.LANGUAGES`.
        name: of the solution: the module (Python) or the test class (Java).
        files: the solution's source files by their name; empty where there is no code.
        tests: the source text of the test file.
        inputs: a folder whose content the code finds in its working folder; None where it needs none.
        expected_seconds: a guess, by which long jobs are started first; it changes no verdict.
    """

    sample_id: str
    attempt: int = 0
    extractor: str
    language: str
    name: str
    files: Mapping[str, str]
    tests: str
    inputs: str | None = None
    limits: Limits = field(default_factory=Limits)
    expected_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """What came of a job, unique by (sample_id, attempt, extractor).

    Attributes:
        passed, total: tests.
        tests: each test's outcome by its name.
        reason: why it did not pass, in one line.
        output: what the code printed and how its tests failed; capped.
        seconds: from the moment the code arrived to the end of the process.
        job_sha256: of all that determines the verdict; an execution of the same hash need not be done again.
    """

    sample_id: str
    attempt: int = 0
    extractor: str
    verdict: str
    passed: int = 0
    total: int = 0
    tests: Mapping[str, str] = field(default_factory=dict)
    reason: str | None = None
    output: str = ""
    seconds: float | None = None
    job_sha256: str = ""

    @property
    def key(self) -> tuple[str, int, str]:
        """What makes this execution unique in its run."""
        return (self.sample_id, self.attempt, self.extractor)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Token counts as the model reported them; None where it did not."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    thought_tokens: int | None = None


FROM_CACHE = "from the response cache"
"""The remark of a completion that nobody was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """What came back for one prompt, unique by (sample_id, attempt, step).

    Attributes:
        text: the answer; empty when `error` is set.
        thought: reasoning kept apart from the answer.
        finish_reason: `stop`, `length` or whatever the server said.
        seconds: from request to answer.
        truncated_tokens: how many tokens the middle truncation took out; None where nobody counted.
        requests: sent for it; 0 where it came with the request of another attempt, None where there are no requests.
        retries: how many of them repeated one that had failed.
        remarks: what was done to this prompt alone that a reader of its answer must know.
        error: why there is no answer, as `<name>: <detail>`; None when there is one.
    """

    sample_id: str
    attempt: int = 0
    step: int = 0
    text: str = ""
    thought: str | None = None
    finish_reason: str | None = None
    usage: Usage = field(default_factory=Usage)
    seconds: float | None = None
    truncated_tokens: int | None = None
    requests: int | None = None
    retries: int | None = None
    remarks: tuple[str, ...] = ()
    error: str | None = None

    @property
    def key(self) -> tuple[str, int, int]:
        """What makes this completion unique in its run."""
        return (self.sample_id, self.attempt, self.step)

    @property
    def from_cache(self) -> bool:
        """Whether it was kept from an earlier run and cost nothing in this one."""
        return FROM_CACHE in self.remarks

    @property
    def cut_in_thought(self) -> bool:
        """Whether the new tokens ran out before the model had stopped thinking, so that there is no answer."""
        return self.finish_reason == "length" and self.thought is not None and not self.text.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The verdict on one attempt at one sample.

    Attributes:
        value: in [0, 1]; None when the attempt was not judged.
        answer: what was extracted from the completion and compared.
        also: other values in [0, 1] by name, `corrected`, `edit_difflib`, ...
        reason: why the value is zero or None.
        raised: the exception that the authors' own scorer raises on this row, whether it swallows it or stops.
        verdict: what running the answer came to, where code was run.
        detail: what else aggregation and a reader need; plain JSON data.
    """

    sample_id: str
    task: str
    attempt: int = 0
    value: float | None
    answer: str = ""
    also: Mapping[str, float] = field(default_factory=dict)
    reason: str | None = None
    raised: str | None = None
    verdict: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSpec:
    """What a run is.

    Attributes:
        generation: all that determines completions; two runs are the same run when theirs are equal.
        scoring: score version and the options of scoring, with the versions of the packages that take part.
        observed: what the first prompt came to, seen while the run was made: `first_prompt` as it was sent (head and
            tail), `first_tokens` its first eight token ids, `served_by` names that replies carried, `cached_share` of
            the input tokens where the server says so of itself alone. It tells no runs apart.
    """

    generation: Mapping[str, Any]
    scoring: Mapping[str, Any]
    observed: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """`result.json`: what the leaderboard reads. Scores, errors and intervals are per cent, unrounded.

    Attributes:
        tasks: by name, see docs/results.md.
        categories: mean of the tasks of each category, by language.
        overall: named averages, each with `score` (None where it cannot be had) and `reason`.
        failures: how many samples were not judged, by reason.
        tokens: sums as the model reported them, None where it did not.
        seconds: wall time of generation, over all starts.
        accounting: `requests`, `retries`, `tokens_per_second` (out), `cached_share` of the input tokens in [0, 1],
            `from_cache` answers that nobody was asked for, `prices` in USD for a million tokens, and `cost` in USD;
            None where it cannot be known.
        tags: `--tag` by name.
        against: of a run without documents, the full run that it is compared with (`run`, `setting`), and for `tasks`
            and `overall` by name `full` and `delta`, per cent; empty else.
        partial: why this is not the whole benchmark.
        notes: what a reader must know of how it was made.
    """

    schema_version: int = SCHEMA_VERSION
    benchmark: str
    setting: str
    model: str
    tasks: Mapping[str, Any]
    categories: Mapping[str, Any]
    overall: Mapping[str, Any]
    failures: Mapping[str, int]
    tokens: Mapping[str, int | None]
    seconds: float | None
    partial: str | None
    notes: tuple[str, ...]
    spec: RunSpec
    accounting: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    against: Mapping[str, Any] = field(default_factory=dict)

    @property
    def not_judged(self) -> int:
        """Samples that count 0 because nothing could be judged; a task that is `part_of` another is counted there."""
        return sum(task["not_judged"] for task in self.tasks.values() if "part_of" not in task)


_NAMES: dict[type, tuple[str, ...]] = {}


def _names(kind: type[Any]) -> tuple[str, ...]:
    """The fields of a record; looked up once, since every line of every file asks."""
    if kind not in _NAMES:
        _NAMES[kind] = tuple(item.name for item in dataclasses.fields(kind))
    return _NAMES[kind]


_NESTED: Mapping[str, type] = {"usage": Usage, "spec": RunSpec}
_AS_IT_IS = frozenset({str, int, float, bool, type(None), tuple})
_NEITHER = _AS_IT_IS - {tuple}  # types of values that are neither a list nor a record


def to_json(record: object) -> Json:
    """The record as plain JSON data; fields at their default are kept, so that every line of a file has one shape."""
    fields = ((name, getattr(record, name)) for name in _names(type(record)))
    return {name: value if type(value) in _AS_IT_IS else _plain(value) for name, value in fields}


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return to_json(value) if dataclasses.is_dataclass(value) else value


def from_json(record: type[Record], data: Mapping[str, Any]) -> Record:
    """The record that `to_json` wrote; keys of a later version are passed over.

    Raises:
        TypeError: a field without a default is not there.
    """
    names = _names(record)
    known = ((key, value) for key, value in data.items() if key in names)
    return record(**{key: value if type(value) in _NEITHER else _restored(key, value) for key, value in known})


def _restored(name: str, value: Any) -> object:
    if type(value) is list:
        return tuple(value)
    return from_json(_NESTED[name], value) if name in _NESTED else value
