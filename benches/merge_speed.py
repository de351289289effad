"""How long merging the shards of a large run takes, and its peak memory, beside scoring the run that was never cut.

    python benches/merge_speed.py [--samples 80000] [--shards 8] [--characters 2000]

The folders are made on disk before, with answers of so many characters; what is measured are `bench merge` and `bench
score` as processes of their own. A merge ends with the same scoring, so that what it takes beyond that is its own work.
A quarter of the samples is measured too: what is not linear shows as a larger time for each of many. Seconds are of
processor time, of all processes of a command: those of the clock say little on a busy machine.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path

from bench.benchmarks.longbench import LONGBENCH
from bench.records import Completion, PlacedSample, StoredSample
from bench.runs import RunFolder
from bench.versions import packages


def main() -> None:
    """Measure both sizes, and print a line for each and the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=80_000)
    parser.add_argument("--shards", type=int, default=8)
    parser.add_argument("--characters", type=int, default=2_000, help="of each answer")
    options = parser.parse_args()
    for samples in (options.samples // 4, options.samples):
        with tempfile.TemporaryDirectory() as temporary:
            print(json.dumps(compared(Path(temporary), samples, options.shards, options.characters)), flush=True)


def compared(folder: Path, samples: int, shards: int, characters: int) -> dict[str, object]:
    """Seconds and megabytes of both commands over a run of that size."""
    # In a process of its own: what a parent holds counts in the greatest resident set of the processes it starts.
    maker = get_context("spawn").Process(target=make, args=(folder, samples, shards, characters))
    maker.start()
    maker.join()
    parts = [str(folder / f"shard{number}") for number in range(1, shards + 1)]
    score_seconds, score_peak = measure(["score", "longbench", str(folder / "whole")])
    merge_seconds, merge_peak = measure(["merge", *parts, "--run-dir", str(folder / "merged")])
    size = (folder / "merged" / "completions.jsonl").stat().st_size
    print(
        f"{samples:,} answers, {size / 1e6:,.0f} MB, {shards} shards: merged and scored in {merge_seconds:.1f} s with"
        f" {merge_peak / 1e6:.0f} MB at the peak; scored alone {score_seconds:.1f} s, {score_peak / 1e6:.0f} MB;"
        f" times {merge_seconds / score_seconds:.2f} and {merge_peak / score_peak:.2f}"
    )
    merge_figures = {"merge_seconds": round(merge_seconds, 1), "merge_mb": round(merge_peak / 1e6)}
    score_figures = {"score_seconds": round(score_seconds, 1), "score_mb": round(score_peak / 1e6)}
    return {"samples": samples, "mb": round(size / 1e6), **merge_figures, **score_figures}


def make(folder: Path, samples: int, shards: int, characters: int) -> None:
    """The run in one piece, and its shards."""
    write(folder / "whole", range(samples), {}, characters)
    for number in range(1, shards + 1):
        write(
            folder / f"shard{number}", range(number - 1, samples, shards), {"shard": f"{number}/{shards}"}, characters
        )


def write(path: Path, numbers: range, data: dict[str, str], characters: int) -> None:
    """A run folder with an answer to each sample of a range."""
    folder = RunFolder.create(path, name="made", benchmark="longbench", setting="zero-shot", generation={"data": data})
    folder.started({"score_version": LONGBENCH.score_version, **LONGBENCH.scoring}, packages())
    folder.write_samples(stored(numbers, placed=bool(data)))
    log = folder.completions()
    with log.appending(flush=False) as appender:
        for number in numbers:
            appender.add(Completion(sample_id=f"passage_count/{number}", text=f"{number % 9}\n" + "x" * characters))


def stored(numbers: range, *, placed: bool) -> Iterator[StoredSample]:
    """The samples of a range, each with its position where they are those of a shard."""
    for number in numbers:
        common = {"id": f"passage_count/{number}", "task": "passage_count", "language": "en", "cluster": str(number)}
        texts = {"head": "x" * 500, "tail": "y" * 500, "targets": (str(number % 7),), "length": 10, "metadata": {}}
        yield PlacedSample(**common, **texts, position=number) if placed else StoredSample(**common, **texts)  # type: ignore[arg-type]


def measure(arguments: list[str]) -> tuple[float, int]:
    """Processor seconds of a command, and bytes of the greatest resident set of its processes."""
    command = [sys.executable, "-m", "bench", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{arguments[0]} ended with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


if __name__ == "__main__":
    main()
