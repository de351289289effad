"""A run as a list of stages: load, generate, execute, score. Each reads the files of the stage before."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.benchmarks.sharding import load
from bench.errors import UserError, did_you_mean
from bench.home import home
from bench.hub import find_data
from bench.places import Place, find_folder, stored_samples
from bench.progress import Progress, Silent
from bench.protocols import Benchmark, Imported, Model, SampleSet, Sandbox, Selection
from bench.record_log import Appender
from bench.records import Completion, RunResult, StoredSample
from bench.runs import RunFolder
from bench.stages import Workspace
from bench.stages.accounting import reasons
from bench.stages.answering import answer, check_model
from bench.stages.asking import Asking, Conduct
from bench.stages.execute import execute
from bench.stages.score import score
from bench.versions import packages
from bench.workers import MapChunks, map_chunks

STAGES = ("generate", "execute", "score")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a command has to show: the folder, its result where the run was scored, and why it stopped where it did.

    Attributes:
        failures: where it was not scored, answers and executions that failed, by reason.
    """

    folder: RunFolder
    result: RunResult | None
    remarks: tuple[str, ...] = field(default=())
    stopped: str | None = None
    failures: Mapping[str, int] = field(default_factory=dict)


MakeSandbox = Callable[[], Sandbox]
"""Makes the sandbox when it is needed, and not where no code is run."""


def docker() -> Sandbox:
    """The sandbox that is used where none is named."""
    from bench.sandbox import load_sandbox

    return load_sandbox("docker")


def run_benchmark(
    benchmark: Benchmark,
    model: Model,
    selection: Selection,
    place: Place,
    *,
    stages: Sequence[str] = STAGES,
    asking: Asking | None = None,
    conduct: Conduct | None = None,
    sandbox: MakeSandbox = docker,
    map_chunks: MapChunks = map_chunks,
    progress: Progress | None = None,
) -> Outcome:
    """Run one benchmark with one model, or go on where an earlier start of the same run ended.

    Raises:
        UserError: with what to do about it; nothing computed so far is lost.
        KeyboardInterrupt: `conduct.stop` ended it; what was in flight is kept.
    """
    progress, asking, conduct = progress or Silent(), asking or Asking(), conduct or Conduct()
    check_stages(stages)
    asking.check(benchmark.temperature)
    selection = with_data(benchmark, selection, progress)
    benchmark = benchmark.located(selection.data)
    with closing(load(benchmark, selection)) as samples, _sandbox(benchmark, sandbox, stages) as place_to_run:
        said = check_model(benchmark, model, samples, conduct, stages)
        folder = find_folder(benchmark, model, samples, place, asking, progress)
        with Workspace.open(benchmark, folder, progress, map_chunks) as work:
            _started(work, conduct)
            for line in (*samples.notes, *said):
                work.say(line)
            if not folder.has_samples:
                folder.write_samples(_prepared(samples, progress))
            if "generate" in stages:
                answer(work, model, samples, asking, conduct)
            return _finish(work, place_to_run, score_too="score" in stages)


def _prepared(samples: SampleSet, progress: Progress) -> Iterator[StoredSample]:
    """Every sample as the run folder keeps it; making the prompts may take a retriever, and minutes."""
    progress.start("prompts", total=len(samples.entries), done=0)
    try:
        for stored in stored_samples(samples):
            progress.advance()
            yield stored
    finally:
        progress.end()


def with_data(benchmark: Benchmark, selection: Selection, progress: Progress) -> Selection:
    """The selection with the place of the data where it says `hub`; they are fetched where they are not here yet.

    Without a card there is nothing to fetch: such a benchmark knows itself where its data lie.
    """
    if benchmark.card is None:
        return selection
    found = find_data(benchmark.card, selection.data, unpinned=selection.unpinned, say=progress.say)
    return dataclasses.replace(selection, data=found)


def _started(work: Workspace, conduct: Conduct) -> None:
    """Write down what this start was given besides what determines completions."""
    work.folder.started(_scoring(work.benchmark, {}), packages())
    prices = asdict(conduct.prices) if conduct.prices else work.folder.prices
    work.folder.keep(tags={**work.folder.tags, **conduct.tags}, prices=prices)


def _sandbox(benchmark: Benchmark, make: MakeSandbox, stages: Sequence[str]) -> AbstractContextManager[Sandbox | None]:
    """The sandbox, found out to be usable, where the asked stages need one."""
    if not benchmark.executes or "execute" not in stages:
        return nullcontext()
    made: Any = make()
    layer = getattr(benchmark, "layer", None)
    if layer is not None:
        made.use(layer)
    made.check()
    return closing(made)


def _finish(work: Workspace, sandbox: Sandbox | None, *, score_too: bool = True) -> Outcome:
    """The stages after the answers."""
    if sandbox is not None:
        work.folder.keep_sandbox({**sandbox.spec, "identity": sandbox.identity})
        try:
            execute(work, sandbox, home() / "gate")
        finally:
            work.folder.add_notes(sandbox.notes)
    if not score_too:
        failures = reasons(work.log.failures(), work.executions.failures())
        return Outcome(folder=work.folder, result=None, stopped=work.folder.stopped, failures=failures)
    return Outcome(folder=work.folder, result=score(work), stopped=work.folder.stopped)


def check_before(
    benchmarks: Sequence[Benchmark],
    selection: Selection,
    stages: Sequence[str],
    sandbox: MakeSandbox,
    progress: Progress,
) -> None:
    """Find out before the first of several benchmarks starts whether the last one could not.

    Raises:
        UserError: a stage, a task or data that is not there, or code that cannot be run here.
    """
    check_stages(stages)
    for benchmark in benchmarks[1:]:
        load(benchmark, with_data(benchmark, selection, progress)).close()
        with _sandbox(benchmark, sandbox, stages):
            pass


def check_stages(stages: Sequence[str]) -> None:
    """Refuse a stage that does not exist.

    Raises:
        UserError: naming it.
    """
    for stage in stages:
        if stage not in STAGES:
            raise UserError(f"no stage {stage!r}{did_you_mean(stage, STAGES)}")


def _scoring(benchmark: Benchmark, options: Mapping[str, Any]) -> dict[str, Any]:
    return {"score_version": benchmark.score_version, **benchmark.scoring, "edit_similarity": "difflib", **options}


def score_run(
    folder: RunFolder,
    benchmark: Benchmark,
    options: Mapping[str, Any],
    progress: Progress,
    sandbox: MakeSandbox = docker,
    map_chunks: MapChunks = map_chunks,
    stages: Sequence[str] = STAGES,
) -> Outcome:
    """Score a run folder, again or for the first time; code that was not run yet is run before.

    Args:
        stages: `score` alone leaves code as it is.
    """
    with _sandbox(benchmark, sandbox, stages) as place_to_run:
        folder.lock()
        with Workspace.open(benchmark, folder, progress, map_chunks) as work:
            folder.started(_scoring(benchmark, options), packages())
            return _finish(work, place_to_run)


def score_predictions(
    imported: Imported,
    benchmark: Benchmark,
    place: Place,
    options: Mapping[str, Any],
    progress: Progress,
    sandbox: MakeSandbox = docker,
    map_chunks: MapChunks = map_chunks,
) -> Outcome:
    """Make a run folder of existing predictions and score it."""
    with _sandbox(benchmark, sandbox, STAGES) as place_to_run:
        folder = _folder_of(imported, benchmark, place)
        with Workspace.open(benchmark, folder, progress, map_chunks) as work:
            folder.started(_scoring(benchmark, options), packages())
            folder.add_notes(imported.notes)
            with work.log.appending(flush=False) as appender:
                folder.write_samples(_imported(imported, appender))
            for line in imported.notes if benchmark.executes else ():
                work.say(line)
            return dataclasses.replace(_finish(work, place_to_run), remarks=tuple(imported.remarks()))


def _folder_of(imported: Imported, benchmark: Benchmark, place: Place) -> RunFolder:
    """A new run folder for existing predictions, locked."""
    name = place.name or "predictions"
    setting = imported.setting or benchmark.setting
    generation = {
        "benchmark": benchmark.name,
        "setting": setting,
        "predictions": dict(imported.spec),
        "model": {"name": name},
    }
    folder = RunFolder.create(
        RunFolder.new_path(place.out, benchmark.name, name, generation),
        name=name,
        benchmark=benchmark.name,
        setting=setting,
        generation=generation,
        expected=imported.expected,
    )
    folder.lock()
    return folder


def _imported(imported: Imported, appender: Appender[Completion]) -> Iterator[StoredSample]:
    for sample, completions in imported.rows():
        for completion in completions:
            appender.add(completion)
        yield sample
