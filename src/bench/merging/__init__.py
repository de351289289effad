"""The run folders of all shards of a run, made one: as if the run had never been cut."""

from __future__ import annotations

import dataclasses
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.errors import RunFolderError, UserError
from bench.jsonl import writing
from bench.merging.header import united
from bench.merging.lines import copy_logs, write_samples
from bench.merging.shards import ShardRun, demand_one_run, demand_same_scoring, open_shards, scoring_of
from bench.pipeline import Outcome, score_run
from bench.places import Place
from bench.progress import Progress, Silent
from bench.protocols import Benchmark
from bench.registry import benchmarks, find_benchmark
from bench.runs import RunFolder

__all__ = ["merge"]


def merge(paths: Sequence[Path], place: Place, *, card: str | None = None, progress: Progress | None = None) -> Outcome:
    """Make one run folder of the shards' folders, and score it; the shards stay as they are.

    No model, no data and no sandbox are needed. One line of a file is in memory at a time, and an index of one shard.

    Args:
        paths: the folders of all shards of one run, in any order.
        place: where the merged run goes; its `name` is needed where the shards have several.
        card: of a data set of one's own.

    Raises:
        RunFolderError: a folder is no shard, of another run, damaged or being written; a shard is missing or given
            twice; or there is something where the merged run should go.
        DataError: a damaged line.
    """
    progress = progress or Silent()
    with open_shards(paths) as shards:
        demand_one_run(shards)
        benchmark = _benchmark(shards[0], card)
        demand_same_scoring(shards, benchmark)
        name = _name(shards, place)
        path = place.run_dir or RunFolder.new_path(place.out, benchmark.name, name, shards[0].generation)
        _demand_free(path)
        unfinished = [shard for shard in shards if not shard.folder.finished]
        _build(shards, path, name, progress)
        options = {"edit_similarity": scoring_of(shards[0])["edit_similarity"]}
    outcome = score_run(RunFolder.open(path), benchmark, options, progress, stages=("score",))
    return dataclasses.replace(outcome, stopped=None, remarks=tuple(_remarks(outcome, benchmark, unfinished)))


def _benchmark(shard: ShardRun, card: str | None) -> Benchmark:
    """The benchmark of the run; one of one's own is known by its card alone."""
    name = shard.folder.benchmark
    if card is None and name not in benchmarks():
        raise UserError(f"{shard.path}: is a run of {name}, a data set of your own; name its card.toml with --card")
    found = find_benchmark(card or name)
    if found.name != name:
        raise UserError(f"{shard.path}: is a run of {name}, but --card is that of {found.name}; leave it out")
    return found


def _name(shards: Sequence[ShardRun], place: Place) -> str:
    names = list(dict.fromkeys(shard.folder.name for shard in shards))
    if place.name is None and len(names) > 1:
        raise RunFolderError(f"the shards have several names: {', '.join(names)}; choose one with --name")
    return place.name or names[0]


def _demand_free(path: Path) -> None:
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise RunFolderError(f"{path}: is there already; name another --run-dir, or remove it")


def _build(shards: Sequence[ShardRun], path: Path, name: str, progress: Progress) -> None:
    """The folder, under another name until it is whole; run.json comes last, so that a kill leaves no run behind."""
    building = path.resolve().with_name(f"{path.resolve().name}.merging-{os.getpid()}")
    with writing(building):
        building.mkdir(parents=True)
    try:
        write_samples(shards, building)
        copy_logs(shards, building, progress)
        first = shards[0].folder
        folder = RunFolder.create(
            building,
            name=name,
            benchmark=first.benchmark,
            setting=first.setting,
            generation=shards[0].generation,
            expected=first.expected,
        )
        folder.keep(**united(shards))
        with writing(path):
            building.rename(path)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise


def _remarks(outcome: Outcome, benchmark: Benchmark, unfinished: Sequence[ShardRun]) -> Iterator[str]:
    """What is left to do, where not everything is judged."""
    if outcome.result is None or not outcome.result.not_judged:
        return
    yield from (f"shard {shard.shard} is not finished: {shard.path}" for shard in unfinished)
    code = f"; `bench score {benchmark.name} FOLDER` runs code that was not run yet" if benchmark.executes else ""
    yield f"the same `bench run` without --shard goes on in the merged folder, see --run-dir{code}"
