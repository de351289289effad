"""Sample data as files: the ones in the package, and longer ones on disk."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path

from bench.benchmarks.longbench.sample.generate import E_WORDS, Row, generate, sized
from bench.benchmarks.longbench.sample.prompts import sample_prompts
from bench.benchmarks.longbench.tasks import TASKS, TASKS_E
from bench.errors import UserError
from bench.jsonl import replace_file, to_line

PACKAGE_WORDS = 1_000
PACKAGE_COUNT = 6
PROMPT_FILE = "dataset2prompt.json"


def sample_file(name: str) -> bytes:
    """A file of the sample data by the name it has in the real data.

    Args:
        name: `<task>.jsonl` for v1 and `dataset2prompt.json`, both package data; `<task>_e.jsonl` for LongBench-E,
            made on the spot with two rows in each length bucket.

    Raises:
        UserError: there is no such file.
    """
    task_e = name.removesuffix("_e.jsonl")
    if name.endswith("_e.jsonl") and task_e in TASKS_E:
        return "".join(map(to_line, sized(task_e, E_WORDS))).encode()
    if name not in {PROMPT_FILE, *(f"{task}.jsonl" for task in TASKS)}:
        raise UserError(f"the sample data has no file {name!r}; ask for <task>.jsonl, <task>_e.jsonl or {PROMPT_FILE}")
    return files(__package__).joinpath("data", name).read_bytes()


def write_samples(
    out: Path,
    *,
    words: int,
    count: int = 4,
    seed: int = 0,
    tasks: Sequence[str] | None = None,
    longbench_e: bool = False,
) -> list[Path]:
    """Write sample data of any length in the layout of the real data: a JSONL file a task, and the prompts.

    Rows are made and written one at a time. A file appears under its name only when it is whole.

    Args:
        out: the folder, made where missing.
        words: length of a sample, see `generate`. With `longbench_e`, of the longest bucket's samples.
        count: samples a task; with `longbench_e` they take turns in the buckets.
        tasks: all tasks of the variant when None.
        longbench_e: write `<task>_e.jsonl` with a third of the samples in each bucket: under 4,000 words, under
            8,000, and `words`, which is then at least 9,000.

    Returns:
        The files, `dataset2prompt.json` last.
    """
    names = list(TASKS_E if longbench_e else TASKS) if tasks is None else list(tasks)
    suffix = "_e" if longbench_e else ""
    known = TASKS_E if longbench_e else TASKS
    if unknown := [name for name in names if name not in known]:
        raise UserError(
            f"no task {unknown[0]!r}{' in LongBench-E' if longbench_e else ''}; there is {', '.join(known)}"
        )
    out.mkdir(parents=True, exist_ok=True)
    written = [
        _write(out / f"{name}{suffix}.jsonl", map(to_line, _rows(name, words, count, seed, longbench_e=longbench_e)))
        for name in names
    ]
    return [*written, _write(out / PROMPT_FILE, [_prompts()])]


def write_package_data(out: Path) -> list[Path]:
    """Make the package data anew in the given folder."""
    return write_samples(out, words=PACKAGE_WORDS, count=PACKAGE_COUNT)


def _rows(task: str, words: int, count: int, seed: int, *, longbench_e: bool) -> Iterator[Row]:
    if not longbench_e:
        return generate(task, count=count, words=words, seed=seed)
    buckets = (E_WORDS[0], E_WORDS[2], max(words, E_WORDS[4]))
    return sized(task, [buckets[row * len(buckets) // count] for row in range(count)], seed=seed)


def _prompts() -> str:
    return json.dumps(dict(sample_prompts()), ensure_ascii=False, indent=4) + "\n"


def _write(path: Path, texts: Iterable[str]) -> Path:
    replace_file(path, texts)
    return path
