"""Samples beside the page: of each run an index and shards, loaded when somebody looks at them.

A page that was opened from disk may read no other file, but it may run scripts that lie beside it. So an index and a
shard are scripts: each is one call that hands the page a text of JSON. They hold what models wrote, so nothing in them
can be anything but that text: ASCII alone, `<` escaped, and parsed by the page as JSON.
"""

from __future__ import annotations

import gc
import json
import shlex
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.jsonl import writing
from bench.leaderboard.sample_texts import content, detail, encoded, families, reason_class
from bench.reading import scored_samples
from bench.records import is_in
from bench.runs import RESULT, RunFolder
from bench.workers import map_chunks

SHARD_SAMPLES = 100
SHARD_CHARACTERS = 1_000_000
"""A shard ends with the sample that makes it longer than this."""
UNFINISHED = (".tmp", ".old")  # a run's key has no dot
INDEX, RUNS = "index.js", "runs.js"
REMEDY = "make room or name another file with --out, then start the same command again"


def write_samples(folders: Mapping[str, RunFolder], out: Path) -> None:
    """Write `<out>/runs.js` and for each run `<out>/<key>/` with `index.js` and `1.js`, `2.js`, ...

    A run's folder is written whole or not at all; those of runs that are no longer asked for are removed. Runs that
    are not scored have no samples.

    Args:
        folders: by the key that the page knows the run by: letters, digits, `-` and `_`.

    Raises:
        RunFolderError: it cannot be written.
        DataError: a line of a run folder is damaged.
    """
    scored = [(key, folder) for key, folder in folders.items() if (folder.path / RESULT).is_file()]
    with writing(out, REMEDY):
        out.mkdir(parents=True, exist_ok=True)
        _remove_stale(out, {key for key, _ in scored})
    about = map_chunks(_write_run, ((False, (key, folder, out)) for key, folder in scored))
    runs = {key: told for (key, _), told in zip(scored, about, strict=True)}
    with writing(out, REMEDY):
        (out / RUNS).write_text(call("", RUNS, encoded(runs)), encoding="ascii")


def call(key: str, part: str, text: str) -> str:
    """One script: a call of the page with the run's key, the file's name and a text of JSON."""
    return f"bench.samples.take({_quoted(key)},{_quoted(part)},{_quoted(text)});\n"


def _quoted(text: str) -> str:
    return json.dumps(text).replace("<", "\\u003c")


def _remove_stale(out: Path, keys: set[str]) -> None:
    """Folders of an earlier page of this name, and what a kill left; nothing that this module did not make."""
    for old in out.iterdir():
        if old.is_dir() and old.name not in keys and (old.suffix in UNFINISHED or (old / INDEX).is_file()):
            shutil.rmtree(old)


def _write_run(task: tuple[str, RunFolder, Path]) -> dict[str, Any]:
    """One run's folder; returns what the list of runs says of it."""
    key, folder, out = task
    with writing(out / key, REMEDY), _replacing(out / key) as fresh, _without_collecting():
        index = _write_files(key, folder, fresh)
    return {name: index[name] for name in ("benchmark", "model", "setting", "tasks")}


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Nothing here makes cycles of objects, and looking for them would take a quarter of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@contextmanager
def _replacing(folder: Path) -> Iterator[Path]:
    """An empty folder that takes the place of `folder` when the block ends well, and is removed when it does not."""
    fresh, old = (folder.with_name(f"{folder.name}{suffix}") for suffix in UNFINISHED)
    fresh.mkdir()
    try:
        yield fresh
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
    finally:
        for left in (fresh, old):
            shutil.rmtree(left, ignore_errors=True)


def _write_files(key: str, folder: RunFolder, fresh: Path) -> dict[str, Any]:
    rows = _Rows(folder)
    for number, shard in enumerate(_shards(map(rows.add, scored_samples(folder))), start=1):
        rows.close_shard()
        part = f"{number}.js"
        (fresh / part).write_text(call(key, part, f"[{','.join(shard)}]"), encoding="ascii")
    index = rows.index()
    (fresh / INDEX).write_text(call(key, INDEX, encoded(index)), encoding="ascii")
    return index


def _shards(details: Iterable[str]) -> Iterator[list[str]]:
    """JSON texts in heaps that are quick to load."""
    shard: list[str] = []
    characters = 0
    for text in details:
        shard.append(text)
        characters += len(text)
        if len(shard) == SHARD_SAMPLES or characters > SHARD_CHARACTERS:
            yield shard
            shard, characters = [], 0
    if shard:
        yield shard


class _Rows:
    """The list of samples of one run: what it can be filtered by before a shard is there."""

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder
        tasks = folder.result().tasks
        self._numbers = {name: number for number, name in enumerate(tasks)}
        self._groups = {name: task["part_of"] for name, task in tasks.items() if task.get("part_of")}
        self._rows: list[tuple[str, int, float | None, str, int, list[int], int]] = []
        self._shard = 1

    def add(self, item: Mapping[str, Any]) -> str:
        """List one attempt; returns what its shard says of it, as JSON."""
        sample, score = item["sample"], item["score"]
        told = (sample["id"], score["attempt"], score["value"], reason_class(score), self._shard)
        self._rows.append((*told, self._tasks_of(sample), content(sample)))
        return encoded(detail(item))

    def close_shard(self) -> None:
        """What is added from now on stands in the next one."""
        self._shard += 1

    def _tasks_of(self, sample: Mapping[str, Any]) -> list[int]:
        """Numbers of its tasks; LongBench v2's groups are tasks too."""
        own = self._numbers.get(sample["task"])
        groups = (self._numbers[task] for task, whole in self._groups.items() if is_in(sample, task, whole))
        return [*([] if own is None else [own]), *groups]

    def index(self) -> dict[str, Any]:
        """Everything, with the reasons as numbers; one too rare to be listed has the number -1."""
        reasons = families(row[3] for row in self._rows)
        places = {name: number for number, name in enumerate(reasons)}
        return {
            "benchmark": self._folder.benchmark,
            "model": self._folder.name,
            "setting": self._folder.setting,
            "show": f"bench show {shlex.quote(_place(self._folder.path))}",
            "tasks": list(self._numbers),
            "reasons": reasons,
            "rows": [(*row[:3], places.get(row[3], -1), *row[4:]) for row in self._rows],
        }


def _place(path: Path) -> str:
    """The run folder as a command names it; where it lies outside the current folder, without the way to it."""
    absolute = path.resolve()
    if absolute.is_relative_to(Path.cwd()):
        return str(absolute.relative_to(Path.cwd()))
    return str(Path(*absolute.parts[-3:]))
