"""Which folder a run works in: a new one, or the one in which an earlier start of the same run ended."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.progress import Progress
from bench.protocols import Benchmark, Entry, Model, SampleSet
from bench.records import EXCERPT, PlacedSample, Sample, StoredSample
from bench.runs import RunFolder
from bench.stages.asking import Asking


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


def find_folder(
    benchmark: Benchmark, model: Model, samples: SampleSet, place: Place, asking: Asking, progress: Progress
) -> RunFolder:
    """The folder to work in, locked."""
    generation = _generation(benchmark, model, samples, asking)
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


def _generation(benchmark: Benchmark, model: Model, samples: SampleSet, asking: Asking) -> dict[str, Any]:
    """All that determines completions."""
    return {
        "benchmark": benchmark.name,
        "setting": benchmark.setting,
        "data": dict(samples.spec),
        "model": dict(model.spec),
        **asking.generation(benchmark.temperature),
    }


def stored_samples(samples: SampleSet) -> Iterator[StoredSample]:
    """Every sample as the run folder keeps it."""
    for entry in samples.entries:
        sample = samples.read(entry)
        yield stored_sample(sample, entry, samples.prompts(sample, [])[0].text)


def stored_sample(sample: Sample, entry: Entry, prompt: str) -> StoredSample:
    """What the run folder keeps of a sample."""
    length = sample.metadata.get("length")
    kept: dict[str, Any] = {
        "id": sample.id,
        "task": sample.task,
        "language": sample.language,
        "targets": sample.targets,
        "length": length if isinstance(length, int) else None,
        "cluster": entry.document,
        "metadata": sample.metadata,
        "prompt_sha256": hashlib.sha256(prompt.encode("utf-8", "surrogatepass")).hexdigest(),
        "head": prompt[:EXCERPT],
        "tail": prompt[EXCERPT:][-EXCERPT:],
        "steps": entry.steps,
    }
    return StoredSample(**kept) if entry.position is None else PlacedSample(**kept, position=entry.position)
