"""A run as a list of stages: load, generate, execute, score. Each reads the files of the stage before."""

from __future__ import annotations

import dataclasses
import os
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.errors import UserError, did_you_mean
from bench.places import Place, find_folder, stored_samples
from bench.protocols import Benchmark, Imported, Model, Progress, Sandbox, Selection
from bench.record_log import Appender
from bench.records import Completion, RunResult, StoredSample
from bench.registry import find_benchmark
from bench.runs import RunFolder
from bench.spending import Budget, Prices
from bench.stages import Workspace
from bench.stages.answering import answer, check_model
from bench.stages.asking import Asking, Conduct
from bench.stages.execute import execute
from bench.stages.score import score

if TYPE_CHECKING:
    from bench.models.python_file import Generating

STAGES = ("generate", "execute", "score")
PACKAGES = ("longcode-bench", "jieba", "numpy")  # whose versions a score may depend on


class Silent:
    """Progress that nobody watches."""

    def say(self, line: str) -> None:
        """Nothing."""

    def start(self, stage: str, *, total: int, done: int) -> None:
        """Nothing."""

    def advance(
        self,
        *,
        score: float | None = None,
        failed: bool = False,
        verdict: str | None = None,
        status: str | None = None,
    ) -> None:
        """Nothing."""

    def end(self) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a command has to show: the folder, its result where the run was scored, and why it stopped where it did."""

    folder: RunFolder
    result: RunResult | None
    remarks: tuple[str, ...] = field(default=())
    stopped: str | None = None


MakeSandbox = Callable[[], Sandbox]
"""Makes the sandbox when it is needed, and not where no code is run."""


def docker() -> Sandbox:
    """The sandbox that is used where none is named."""
    from bench.sandbox import load_sandbox

    return load_sandbox("docker")


def run(
    benchmark: str,
    *,
    model: str | Generating,
    data: str,
    tasks: Sequence[str] | None = None,
    prompts: Path | None = None,
    limit: int | None = None,
    sample: int | None = None,
    seed: int = 0,
    unpinned: bool = False,
    languages: Sequence[str] | None = None,
    natural_languages: Sequence[str] | None = None,
    attempts: int = 1,
    temperature: float | None = None,
    top_p: float | None = None,
    max_new_tokens: int | None = None,
    thinking_tokens: int | None = None,
    allow_cut_thoughts: bool = False,
    budget: str | None = None,
    price_in: float | None = None,
    price_out: float | None = None,
    cache: Path | None = None,
    tags: Mapping[str, str] | None = None,
    sandbox: str = "docker",
    place: Place | None = None,
    progress: Progress | None = None,
    **model_options: Any,
) -> RunResult:
    """`bench run` for programs.

    Args:
        model: what `--model` takes, or any object with `generate`, see `bench.protocols.Model`, which stays open.
        data: `sample`, or the path of the benchmark's data.
        attempts: answers to each prompt.
        temperature, top_p, max_new_tokens: in place of the benchmark's own.
        thinking_tokens: added to each prompt's new tokens.
        allow_cut_thoughts: go on where thinking uses up the new tokens of many answers.
        budget: `2M` or `500k` tokens in and out, or `5usd`, over all starts of the run; the result's `notes` say
            where it stopped.
        price_in, price_out: USD for a million tokens.
        cache: a folder to keep answers in, for other runs of the same generation.
        tags: kept with the result.
        sandbox: where code is run: `docker`, `podman` or `unsafe-local`.
        place: where the run goes; `runs/` by default.
        model_options: what the backend takes, as on the command line with underscores: `base_url` for example.

    Returns:
        The result; its folder is in `place`.

    Raises:
        UserError: with what to do about it.
    """
    from bench.models import load_model
    from bench.models.python_file import as_model
    from bench.sandbox import load_sandbox

    prices = Prices.read(price_in, price_out)
    conduct = Conduct(
        budget=None if budget is None else Budget.read(budget, prices),
        prices=prices,
        tags=dict(tags or {}),
        cache=cache,
        allow_cut_thoughts=allow_cut_thoughts,
    )
    asking = Asking(
        attempts=attempts,
        temperature=temperature,
        top_p=top_p,
        max_new_tokens=max_new_tokens,
        thinking_tokens=thinking_tokens,
    )
    selection = Selection(
        data=data,
        tasks=None if tasks is None else tuple(tasks),
        prompts=prompts,
        limit=limit,
        sample=sample,
        seed=seed,
        unpinned=unpinned,
        languages=None if languages is None else tuple(languages),
        natural_languages=None if natural_languages is None else tuple(natural_languages),
    )
    found = find_benchmark(benchmark)
    loaded = load_model(model, **model_options) if isinstance(model, str) else as_model(model)
    with closing(loaded) if isinstance(model, str) else nullcontext():
        outcome = run_benchmark(
            found,
            loaded,
            selection,
            place or Place(),
            asking=asking,
            conduct=conduct,
            sandbox=lambda: load_sandbox(sandbox),
            progress=progress,
        )
    assert outcome.result is not None
    return outcome.result


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
    progress: Progress | None = None,
) -> Outcome:
    """Run one benchmark with one model, or go on where an earlier start of the same run ended.

    Raises:
        UserError: with what to do about it; nothing computed so far is lost.
        KeyboardInterrupt: `conduct.stop` ended it; what was in flight is kept.
    """
    progress, asking, conduct = progress or Silent(), asking or Asking(), conduct or Conduct()
    check_stages(stages)
    asking.check()
    benchmark = benchmark.located(selection.data)
    with closing(benchmark.load(selection)) as samples, _sandbox(benchmark, sandbox, stages) as place_to_run:
        said = check_model(benchmark, model, samples, conduct, stages)
        folder = find_folder(benchmark, model, samples, place, asking, progress)
        with Workspace.open(benchmark, folder, progress) as work:
            _started(work, conduct)
            for line in (*samples.notes, *said):
                work.say(line)
            if not folder.has_samples:
                folder.write_samples(stored_samples(samples))
            if "generate" in stages:
                answer(work, model, samples, asking, conduct)
            return _finish(work, place_to_run, score_too="score" in stages)


def _started(work: Workspace, conduct: Conduct) -> None:
    """Write down what this start was given besides what determines completions."""
    work.folder.started(_scoring(work.benchmark, {}), packages())
    prices = asdict(conduct.prices) if conduct.prices else work.folder.prices
    work.folder.keep(tags={**work.folder.tags, **conduct.tags}, prices=prices)


def _sandbox(benchmark: Benchmark, make: MakeSandbox, stages: Sequence[str]) -> AbstractContextManager[Sandbox | None]:
    """The sandbox, found out to be usable, where the asked stages need one."""
    if not benchmark.executes or "execute" not in stages:
        return nullcontext()
    made = make()
    made.check()
    return closing(made)


def _finish(work: Workspace, sandbox: Sandbox | None, *, score_too: bool = True) -> Outcome:
    """The stages after the answers."""
    if sandbox is not None:
        work.folder.keep_sandbox(sandbox.spec)
        try:
            execute(work, sandbox, gate_folder())
        finally:
            work.folder.add_notes(sandbox.notes)
    return Outcome(folder=work.folder, result=score(work) if score_too else None, stopped=work.folder.stopped)


def gate_folder() -> Path:
    """Where verdicts on the benchmarks' own solutions are kept between runs."""
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "longcode-bench" / "gate"


def check_before(
    benchmarks: Sequence[Benchmark], selection: Selection, stages: Sequence[str], sandbox: MakeSandbox
) -> None:
    """Find out before the first of several benchmarks starts whether the last one could not.

    Raises:
        UserError: a stage, a task or data that is not there, or code that cannot be run here.
    """
    check_stages(stages)
    for benchmark in benchmarks[1:]:
        benchmark.load(selection).close()
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
    return {"score_version": benchmark.score_version, "edit_similarity": "difflib", **options}


def packages() -> dict[str, str]:
    """Versions of what takes part in a score."""
    return {"python": platform.python_version(), **{name: _version(name) for name in PACKAGES}}


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"  # run from a checkout


def score_run(
    folder: RunFolder,
    benchmark: Benchmark,
    options: Mapping[str, Any],
    progress: Progress,
    sandbox: MakeSandbox = docker,
) -> Outcome:
    """Score a run folder, again or for the first time; code that was not run yet is run before."""
    with _sandbox(benchmark, sandbox, STAGES) as place_to_run:
        folder.lock()
        with Workspace.open(benchmark, folder, progress) as work:
            folder.started(_scoring(benchmark, options), packages())
            return _finish(work, place_to_run)


def score_predictions(
    imported: Imported,
    benchmark: Benchmark,
    place: Place,
    options: Mapping[str, Any],
    progress: Progress,
    sandbox: MakeSandbox = docker,
) -> Outcome:
    """Make a run folder of existing predictions and score it."""
    with _sandbox(benchmark, sandbox, STAGES) as place_to_run:
        folder = _folder_of(imported, benchmark, place)
        with Workspace.open(benchmark, folder, progress) as work:
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
    return folder


def _imported(imported: Imported, appender: Appender[Completion]) -> Iterator[StoredSample]:
    for sample, completions in imported.rows():
        for completion in completions:
            appender.add(completion)
        yield sample
