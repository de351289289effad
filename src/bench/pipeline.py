"""A run as a list of stages: load, prepare the folder, generate, score. Each reads the files of the stage before."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from bench.completion_log import Appender
from bench.errors import UserError, did_you_mean
from bench.protocols import Benchmark, Imported, Model, Progress, SampleSet, Selection
from bench.records import EXCERPT, RunResult, Sample, Sampling, StoredSample
from bench.registry import find_benchmark
from bench.runs import RunFolder
from bench.stages import Workspace
from bench.stages.generate import generate
from bench.stages.score import score

STAGES = ("generate", "score")
PACKAGES = ("longcode-bench", "jieba", "numpy")  # whose versions a score may depend on


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


def run(
    benchmark: str,
    *,
    model: str | Model,
    data: str,
    tasks: Sequence[str] | None = None,
    prompts: Path | None = None,
    limit: int | None = None,
    sample: int | None = None,
    seed: int = 0,
    unpinned: bool = False,
    place: Place | None = None,
    progress: Progress | None = None,
    **model_options: Any,
) -> RunResult:
    """`bench run` for programs.

    Args:
        model: what `--model` takes, or anything with the methods of `bench.protocols.Model`.
        data: `sample`, or the path of the benchmark's data.
        place: where the run goes; `runs/` by default.
        model_options: what the backend takes, `base_url` for example.

    Returns:
        The result; its folder is in `place`.

    Raises:
        UserError: with what to do about it.
    """
    from bench.models import load_model

    loaded = load_model(model, **model_options) if isinstance(model, str) else model
    selection = Selection(
        data=data,
        tasks=None if tasks is None else tuple(tasks),
        prompts=prompts,
        limit=limit,
        sample=sample,
        seed=seed,
        unpinned=unpinned,
    )
    outcome = run_benchmark(find_benchmark(benchmark), loaded, selection, place or Place(), progress=progress)
    assert outcome.result is not None
    return outcome.result


def run_benchmark(
    benchmark: Benchmark,
    model: Model,
    selection: Selection,
    place: Place,
    *,
    stages: Sequence[str] = STAGES,
    progress: Progress | None = None,
) -> Outcome:
    """Run one benchmark with one model, or go on where an earlier start of the same run ended.

    Raises:
        UserError: with what to do about it; nothing computed so far is lost.
    """
    progress = progress or Silent()
    check_stages(stages)
    with closing(benchmark.load(selection)) as samples:
        if "generate" in stages:
            model.check()
        folder = _find_folder(benchmark, model, samples, place, progress)
        with closing(folder), closing(folder.completions()) as log:
            folder.started(_scoring(benchmark, {}), packages())
            if not folder.has_samples:
                folder.write_samples(_stored(samples))
            work = Workspace(benchmark=benchmark, folder=folder, log=log, progress=progress)
            if "generate" in stages:
                _generate(work, model, samples)
            return Outcome(folder=folder, result=score(work) if "score" in stages else None)


def _generate(work: Workspace, model: Model, samples: SampleSet) -> None:
    """Generate, and keep what a reader must know of how, even when it is interrupted."""
    try:
        generate(work, model, samples)
    finally:
        work.folder.add_notes([*samples.notes, *model.notes])


def check_before(benchmarks: Sequence[Benchmark], selection: Selection, stages: Sequence[str]) -> None:
    """Find out before the first of several benchmarks starts whether the last one could not.

    Raises:
        UserError: a stage, a task or data that is not there.
    """
    check_stages(stages)
    for benchmark in benchmarks[1:]:
        benchmark.load(selection).close()


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
    if not RunFolder.begun(place.run_dir):
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


def _scoring(benchmark: Benchmark, options: Mapping[str, Any]) -> dict[str, Any]:
    return {"score_version": benchmark.score_version, "edit_similarity": "difflib", **options}


def packages() -> dict[str, str]:
    """Versions of what takes part in a score."""
    return {"python": platform.python_version(), **{name: _version(name) for name in PACKAGES}}


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"  # run from a checkout


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


def score_run(folder: RunFolder, benchmark: Benchmark, options: Mapping[str, Any], progress: Progress) -> Outcome:
    """Score a run folder, again or for the first time."""
    folder.lock()
    with closing(folder), closing(folder.completions()) as log:
        folder.started(_scoring(benchmark, options), packages())
        work = Workspace(benchmark=benchmark, folder=folder, log=log, progress=progress)
        return Outcome(folder=folder, result=score(work))


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
    with closing(folder), closing(folder.completions()) as log:
        folder.started(_scoring(benchmark, options), packages())
        folder.add_notes(imported.notes)
        with log.appending(flush=False) as appender:
            folder.write_samples(_imported(imported, appender))
        work = Workspace(benchmark=benchmark, folder=folder, log=log, progress=progress)
        return Outcome(folder=folder, result=score(work), remarks=tuple(imported.remarks()))


def _imported(imported: Imported, appender: Appender) -> Iterator[StoredSample]:
    for sample, completion in imported.rows():
        appender.add(completion)
        yield sample
