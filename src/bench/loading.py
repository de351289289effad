"""`bench.load_samples`: the samples of any benchmark in the unified format, one by one or as a `datasets.Dataset`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

from bench.arrow import sample_row, sample_schema, write_stream
from bench.benchmarks.sharding import load
from bench.errors import UserError
from bench.home import home
from bench.jsonl import to_line, writing
from bench.pipeline import with_data
from bench.progress import Progress, Silent
from bench.protocols import Benchmark, SampleSet, Selection
from bench.records import Sample
from bench.registry import find_benchmark

if TYPE_CHECKING:
    from datasets import Dataset

LAYOUT = 1
"""Raised when the columns change: an Arrow file of another layout is written anew."""


@overload
def load_samples(
    benchmark: str,
    *,
    task: str | Sequence[str] | None = None,
    data: str | Path = "hub",
    prompts: str | Path | None = None,
    limit: int | None = None,
    unpinned: bool = False,
    as_dataset: Literal[False] = False,
) -> Iterator[Sample]: ...


@overload
def load_samples(
    benchmark: str,
    *,
    task: str | Sequence[str] | None = None,
    data: str | Path = "hub",
    prompts: str | Path | None = None,
    limit: int | None = None,
    unpinned: bool = False,
    as_dataset: Literal[True],
) -> Dataset: ...


def load_samples(
    benchmark: str,
    *,
    task: str | Sequence[str] | None = None,
    data: str | Path = "hub",
    prompts: str | Path | None = None,
    limit: int | None = None,
    unpinned: bool = False,
    as_dataset: bool = False,
) -> Iterator[Sample] | Dataset:
    """The samples of a benchmark in the unified format.

    Args:
        benchmark: its name, or the path of a card of your own.
        task: one task, or several; None for all.
        data: `hub` for the published data, `sample`, or the path of the benchmark's own.
        prompts: prompt texts in place of those beside the data; only looked at, no sample holds one.
        limit: the first N samples of each task.
        unpinned: take data whose hash is not the published one.
        as_dataset: a `datasets.Dataset` in place of an iterator: the same columns and types for every benchmark
            and task, on disk below `$BENCH_HOME` and mapped from there, never whole in memory.
            `bench.sample_from_row` makes a `Sample` of a row again.

    Returns:
        An iterator that holds one sample at a time, or the dataset.

    Raises:
        UserError: no such benchmark, task or data; or `datasets` is not installed.
        DataError: a file is damaged, or not the published one.
    """
    tasks = (task,) if isinstance(task, str) else task
    selection = Selection(
        data=str(data),
        prompts=None if prompts is None else Path(prompts),
        limit=limit,
        unpinned=unpinned,
        tasks=None if tasks is None else tuple(tasks),
    )
    found = find_benchmark(benchmark)
    samples = open_samples(found, selection)
    return as_mapped(found, samples) if as_dataset else each(samples)


def open_samples(benchmark: Benchmark, selection: Selection, progress: Progress | None = None) -> SampleSet:
    """The selected samples of a benchmark, fetched where they are not here yet."""
    return load(benchmark, with_data(benchmark, selection, progress or Silent()))


def each(samples: SampleSet) -> Iterator[Sample]:
    """Every sample, in the order of the data; the files are closed after the last."""
    with closing(samples):
        for entry in samples.entries:
            yield samples.read(entry)


def as_mapped(benchmark: Benchmark, samples: SampleSet) -> Dataset:
    """The samples as a dataset that is mapped from `$BENCH_HOME/arrow`, where it is written at first use.

    Raises:
        UserError: `datasets` is not installed, or the file cannot be written.
    """
    try:
        from datasets import Dataset
    except ImportError:
        raise UserError("datasets is not installed; install it: pip install 'longcode-bench[datasets]'") from None
    with closing(samples):
        path = _arrow_file(benchmark, samples)
        if not path.is_file():
            with writing(path, "make room or set BENCH_HOME"):
                path.parent.mkdir(parents=True, exist_ok=True)
            write_stream(path, sample_schema(), (sample_row(sample) for sample in each(samples)))
    return Dataset.from_file(str(path))


def _arrow_file(benchmark: Benchmark, samples: SampleSet) -> Path:
    """Named by all that decides what is in it: the notes tell of files beside the data that metadata speak of."""
    told = {"layout": LAYOUT, "benchmark": benchmark.name, "data": dict(samples.spec), "notes": list(samples.notes)}
    return home() / "arrow" / hashlib.sha256(to_line(told).encode()).hexdigest()[:32] / "samples.arrow"
