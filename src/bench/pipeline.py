"""A run as a list of stages: load, prepare the folder, generate, score. Each reads the files of the stage before."""

from __future__ import annotations

import hashlib
import platform
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from importlib import metadata
from itertools import groupby, islice, tee
from pathlib import Path
from typing import Any, Protocol

from bench.errors import UserError, did_you_mean
from bench.protocols import Benchmark, Entry, Imported, Model, Row, SampleSet, Selection
from bench.records import EXCERPT, Completion, Prompt, RunResult, Sample, Sampling, Score, StoredSample
from bench.runs import Appender, CompletionLog, RunFolder
from bench.workers import map_chunks

STAGES = ("generate", "score")
CHUNK = 64  # rows that a scoring process takes at a time
PACKAGES = ("longcode-bench", "jieba", "numpy", "rapidfuzz")  # whose versions a score may depend on


class Progress(Protocol):
    """Who is told what happens; the command line draws it, a library call stays silent."""

    def say(self, line: str) -> None:
        """One line worth reading."""

    def start(self, stage: str, *, total: int, done: int) -> None:
        """A stage begins; `done` of its `total` units were there already."""

    def advance(self, *, score: float | None = None, failed: bool = False) -> None:
        """One unit more, with its value in [0, 1] where it has one."""

    def end(self) -> None:
        """The stage is over."""


class Silent:
    """Progress that nobody watches."""

    def say(self, line: str) -> None:
        """Nothing."""

    def start(self, stage: str, *, total: int, done: int) -> None:
        """Nothing."""

    def advance(self, *, score: float | None = None, failed: bool = False) -> None:
        """Nothing."""

    def end(self) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a run goes.

    Attributes:
        out: the folder of all runs.
        run_dir: this very folder.
        new: start a new run even where an unfinished one could go on.
        name: the model's name in folders and tables; None for its own.
    """

    out: Path = Path("runs")
    run_dir: Path | None = None
    new: bool = False
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a command has to show: the folder, and its result where the run was scored."""

    folder: RunFolder
    result: RunResult | None
    remarks: tuple[str, ...] = field(default=())


# --- a run -----------------------------------------------------------------------------------------------


def run_benchmark(
    benchmark: Benchmark,
    model: Model,
    selection: Selection,
    place: Place,
    *,
    stages: Sequence[str] = STAGES,
    options: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Run one benchmark with one model, or go on where an earlier start of the same run ended.

    Raises:
        UserError: with what to do about it; nothing computed so far is lost.
    """
    progress = progress or Silent()
    check_stages(stages)
    samples = benchmark.load(selection)
    if "generate" in stages:
        model.check()
    folder = _find_folder(benchmark, model, samples, place, progress)
    try:
        folder.started(_scoring(benchmark, options), packages())
        if not folder.has_samples:
            folder.write_samples(_stored(samples))
        if "generate" in stages:
            _generate(benchmark, model, samples, folder, progress)
        folder.add_notes([*samples.notes, *model.notes])
        return Outcome(folder=folder, result=_score(benchmark, folder, progress) if "score" in stages else None)
    finally:
        folder.unlock()


def check_stages(stages: Sequence[str]) -> None:
    """Refuse a stage that does not exist.

    Raises:
        UserError: naming it.
    """
    for stage in stages:
        if stage not in STAGES:
            raise UserError(f"no stage {stage!r}{did_you_mean(stage, STAGES)}")


def _find_folder(benchmark: Benchmark, model: Model, samples: SampleSet, place: Place, progress: Progress) -> RunFolder:
    """The folder to work in, locked."""
    generation = _generation(benchmark, model, samples)
    name = place.name or model.name
    folder = _existing(benchmark, generation, name, place)
    if folder is None:
        path = place.run_dir or RunFolder.new_path(place.out, benchmark.name, name, generation)
        folder = RunFolder.create(
            path,
            name=name,
            benchmark=benchmark.name,
            setting=benchmark.setting,
            generation=generation,
            expected=samples.expected,
        )
    else:
        progress.say(f"going on with {folder.path}")
    folder.lock()
    return folder


def _existing(benchmark: Benchmark, generation: Mapping[str, Any], name: str, place: Place) -> RunFolder | None:
    if place.run_dir is None:
        return None if place.new else RunFolder.unfinished(place.out, benchmark.name, name, generation)
    if not place.run_dir.exists() or not any(place.run_dir.iterdir()):
        return None
    folder = RunFolder.open(place.run_dir)
    folder.demand(generation)
    return folder


def _generation(benchmark: Benchmark, model: Model, samples: SampleSet) -> dict[str, Any]:
    """All that determines completions."""
    sampling = asdict(Sampling())
    del sampling["min_tokens"]  # a task's own rule, part of the benchmark
    return {
        "benchmark": benchmark.name,
        "setting": benchmark.setting,
        "data": dict(samples.spec),
        "model": dict(model.spec),
        "attempts": 1,
        "sampling": sampling,
    }


def _scoring(benchmark: Benchmark, options: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"score_version": benchmark.score_version, "edit_similarity": "difflib", **(options or {})}


def packages() -> dict[str, str]:
    """Versions of what takes part in a score."""
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in PACKAGES}}


def _stored(samples: SampleSet) -> Iterator[StoredSample]:
    for entry in samples.entries:
        sample = samples.read(entry)
        yield stored_sample(sample, entry.document, samples.prompts(sample, [])[0].text)


def stored_sample(sample: Sample, document: str, prompt: str) -> StoredSample:
    """What the run folder keeps of a sample."""
    length = sample.metadata.get("length")
    return StoredSample(
        id=sample.id,
        task=sample.task,
        language=sample.language,
        targets=sample.targets,
        length=length if isinstance(length, int) else None,
        cluster=document,
        metadata=sample.metadata,
        prompt_sha256=hashlib.sha256(prompt.encode("utf-8", "surrogatepass")).hexdigest(),
        head=prompt[:EXCERPT],
        tail=prompt[EXCERPT:][-EXCERPT:],
    )


# --- generate --------------------------------------------------------------------------------------------


def _generate(benchmark: Benchmark, model: Model, samples: SampleSet, folder: RunFolder, progress: Progress) -> None:
    log = folder.completions()
    again = log.mend()
    if again:
        progress.say(f"{again} failed completions are asked again")
    left = sum(entry.steps for entry in samples.entries) - len(log)
    if not left:
        return
    folder.drop_result()
    progress.say(forecast(samples, log))
    progress.start("generate", total=left + len(log), done=len(log))
    began = time.monotonic()
    try:
        for _ in range(benchmark.steps):
            _one_step(benchmark, model, samples, log, progress)
    finally:
        log.close()
        progress.end()
        folder.add_seconds(time.monotonic() - began)


def _one_step(benchmark: Benchmark, model: Model, samples: SampleSet, log: CompletionLog, progress: Progress) -> None:
    under_way: dict[str, Sample] = {}
    with log.appending() as appender:
        for completion in model.generate(_prompts(samples, log, under_way)):
            appender.add(completion)
            value = _running_value(benchmark, under_way.pop(completion.sample_id, None), completion)
            progress.advance(score=value, failed=completion.error is not None)


def _prompts(samples: SampleSet, log: CompletionLog, under_way: dict[str, Sample]) -> Iterator[Prompt]:
    """Every prompt that has no completion yet; only the one that is handed out is in memory."""
    for entry in in_order(samples.entries):
        sample = samples.read(entry)
        for prompt in samples.prompts(sample, log.of(entry.id)):
            if (prompt.sample_id, prompt.attempt, prompt.step) not in log:
                under_way[sample.id] = without_input(sample)
                yield prompt


def in_order(entries: Sequence[Entry]) -> list[Entry]:
    """Tasks in their order; in a task the samples of one document side by side, the longest documents first."""
    tasks = {task: number for number, task in enumerate(dict.fromkeys(entry.task for entry in entries))}
    longest: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        key = (entry.task, entry.document)
        longest[key] = max(longest[key], entry.size)
    return sorted(entries, key=lambda e: (tasks[e.task], -longest[e.task, e.document], e.document, e.offset))


def without_input(sample: Sample) -> Sample:
    """The sample with its texts dropped."""
    return Sample(
        id=sample.id,
        benchmark=sample.benchmark,
        task=sample.task,
        language=sample.language,
        targets=sample.targets,
        metadata=sample.metadata,
    )


def _running_value(benchmark: Benchmark, sample: Sample | None, completion: Completion) -> float | None:
    if sample is None or completion.step != benchmark.steps - 1:
        return None
    return benchmark.score(sample, [completion], {})[0].value


def forecast(samples: SampleSet, log: CompletionLog) -> str:
    """What is left to do, in one line."""
    left = [entry for entry in samples.entries if (entry.id, 0, entry.steps - 1) not in log]
    text, tokens = sum(entry.size for entry in left), sum(entry.max_tokens for entry in left)
    return f"{len(left):,} prompts to answer: {text / 1e6:,.1f} MB of text in, at most {tokens:,} new tokens out"


# --- score -----------------------------------------------------------------------------------------------


def score_run(folder: RunFolder, benchmark: Benchmark, options: Mapping[str, Any], progress: Progress) -> Outcome:
    """Score a run folder, again or for the first time."""
    folder.lock()
    try:
        folder.started(_scoring(benchmark, options), packages())
        return Outcome(folder=folder, result=_score(benchmark, folder, progress))
    finally:
        folder.unlock()


def score_predictions(
    imported: Imported, benchmark: Benchmark, place: Place, options: Mapping[str, Any], progress: Progress
) -> Outcome:
    """Make a run folder of existing predictions and score it."""
    name = place.name or "predictions"
    generation = {
        "benchmark": benchmark.name,
        "setting": benchmark.setting,
        "predictions": dict(imported.spec),
        "model": {"name": name},
    }
    folder = RunFolder.create(
        RunFolder.new_path(place.out, benchmark.name, name, generation),
        name=name,
        benchmark=benchmark.name,
        setting=benchmark.setting,
        generation=generation,
        expected=imported.expected,
    )
    folder.lock()
    try:
        with folder.completions().appending() as appender:
            folder.write_samples(_imported(imported, appender))
        folder.add_notes(imported.notes)
    finally:
        folder.unlock()
    outcome = score_run(folder, benchmark, options, progress)
    return Outcome(folder=folder, result=outcome.result, remarks=tuple(imported.remarks()))


def _imported(imported: Imported, appender: Appender) -> Iterator[StoredSample]:
    for sample, completion in imported.rows():
        appender.add(completion)
        yield sample


def _score(benchmark: Benchmark, folder: RunFolder, progress: Progress) -> RunResult:
    """Write scores.jsonl and result.json from samples.jsonl and completions.jsonl."""
    log = folder.completions()
    seen = _Seen()
    progress.start("score", total=folder.count_samples(), done=0)
    try:
        with folder.writing_scores() as write:
            tables = benchmark.aggregate(
                _rows(benchmark, folder, log, write, seen, progress), partial=folder.partial, expected=folder.expected
            )
    finally:
        log.close()
        progress.end()
    result = RunResult(
        benchmark=benchmark.name,
        setting=folder.setting,
        model=folder.name,
        tasks=tables["tasks"],
        categories=tables["categories"],
        overall=tables["overall"],
        failures=dict(sorted(seen.failures.items())),
        tokens=seen.tokens,
        seconds=folder.seconds,
        partial=folder.partial,
        notes=folder.notes,
        spec=folder.spec,
    )
    folder.write_result(result)
    return result


class _Seen:
    """What is counted while rows pass by."""

    def __init__(self) -> None:
        self.failures: Counter[str] = Counter()
        self.tokens: dict[str, int | None] = {"input": None, "output": None, "cached": None, "thought": None}

    def add(self, completions: Sequence[Completion], scores: Sequence[Score]) -> None:
        for score in scores:
            if score.value is None:
                self.failures[(score.reason or "unknown").split(":")[0]] += 1
        for completion in completions:
            for name in self.tokens:
                count = getattr(completion.usage, f"{name}_tokens")
                if count is not None:
                    self.tokens[name] = (self.tokens[name] or 0) + count


def _rows(
    benchmark: Benchmark,
    folder: RunFolder,
    log: CompletionLog,
    write: Callable[[Score], None],
    seen: _Seen,
    progress: Progress,
) -> Iterator[Row]:
    """Every sample with its scores, in the order of the samples; each score is written as it passes."""
    chunks, later = tee(_chunks(benchmark, folder, log))
    work = partial(_score_chunk, benchmark, folder.spec.scoring)
    for (_, chunk), scored in zip(later, map_chunks(work, chunks), strict=False):
        for (stored, completions), scores in zip(chunk, scored, strict=True):
            seen.add(completions, scores)
            for score in scores:
                write(score)
            progress.advance()
            yield Row(
                sample=stored.sample(benchmark.name),
                cluster=stored.cluster,
                scores=tuple(scores),
                answered=any(completion.error is None for completion in completions),
            )


Chunk = list[tuple[StoredSample, list[Completion]]]


def _chunks(benchmark: Benchmark, folder: RunFolder, log: CompletionLog) -> Iterator[tuple[bool, Chunk]]:
    """Rows of one task, at most CHUNK of them, with whether scoring them is heavy."""
    for task, group in groupby(folder.samples(), key=lambda stored: stored.task):
        while chunk := [(stored, log.of(stored.id)) for stored in islice(group, CHUNK)]:
            yield benchmark.heavy(task), chunk


def _score_chunk(benchmark: Benchmark, scoring: Mapping[str, Any], chunk: Chunk) -> list[list[Score]]:
    return [
        benchmark.score(stored.sample(benchmark.name), final(completions), scoring) for stored, completions in chunk
    ]


def final(completions: Sequence[Completion]) -> list[Completion]:
    """The last step of each attempt, which is what is scored."""
    last = {completion.attempt: completion for completion in completions}
    return list(last.values())
