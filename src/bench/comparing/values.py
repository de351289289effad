"""A run folder as arrays: one value a sample, with what tells whether another run holds the same sample."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.errors import DataError, RunFolderError
from bench.jsonl import Line, read_lines
from bench.records import is_in
from bench.runs import SAMPLES, SCORES, RunFolder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Hashes = NDArray[np.int64]

UNKNOWN = 0  # of a prompt that was made elsewhere
USES_EDIT_SIMILARITY = "code_sim_score"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TaskValues:
    """One task of one run; all arrays in the order of its samples.

    Attributes:
        values: in [0, 1], the mean over attempts; what is not judged counts 0.
        content: hashes of what the data say of each sample: its targets and its length.
        prompts: hashes of the prompts' sha256, UNKNOWN for predictions made elsewhere.
        clusters: as the run folder has them.
        not_judged: samples among them with an attempt that has no verdict.
        published: rows that the task has, where the run knows.
        part_of: the task that holds all of its samples, where it is a part of one.
    """

    name: str
    ids: tuple[str, ...]
    values: Floats
    content: Hashes
    prompts: Hashes
    clusters: tuple[str, ...]
    not_judged: int
    published: int | None
    part_of: str | None

    @property
    def documented(self) -> bool:
        """Whether its documents are known; else every row is its own cluster."""
        return self.clusters != self.ids

    @property
    def whole(self) -> bool:
        """Whether no row of it is known to be missing."""
        return self.published is None or self.published == len(self.ids)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RunValues:
    """One scored run.

    Attributes:
        path: its folder.
        predicted: whether it is predictions made elsewhere, whose ids may be row numbers.
        files: sha256 of its data files by name, where it read any.
        metrics: by task.
        averages: those that the run holds whole: by name the groups of tasks that they are means of.
        bare: averages that the run has, but without a word of what they are over.
    """

    path: Path
    model: str
    benchmark: str
    setting: str
    scoring: Mapping[str, Any]
    predicted: bool
    files: Mapping[str, str]
    tasks: Mapping[str, TaskValues]
    metrics: Mapping[str, str]
    averages: Mapping[str, tuple[tuple[str, ...], ...]]
    bare: tuple[str, ...]


def read_run(path: Path) -> RunValues:
    """The values of a scored run folder.

    Raises:
        RunFolderError: it is none, of a newer version, or not scored.
        DataError: a line of it is damaged, or a value is no number in [0, 1].
    """
    folder = RunFolder.open(path)
    result = folder.result()
    return values_of(folder, result.tasks, result.overall)


def values_of(folder: RunFolder, tasks: Mapping[str, Any], overall: Mapping[str, Any]) -> RunValues:
    """The values of a run folder whose scores.jsonl is there.

    Args:
        folder: the run.
        tasks: as result.json has them, or is going to have them.
        overall: the same.

    Raises:
        RunFolderError: its files are not what they should be.
    """
    try:
        return _values_of(folder, tasks, overall)
    except (KeyError, TypeError, AttributeError) as error:
        again = f"run `bench score {folder.benchmark} {folder.path}`, or restore the folder from a copy"
        raise RunFolderError(f"{folder.path}: its files are damaged ({error!r}); {again}") from None


def _values_of(folder: RunFolder, tasks: Mapping[str, Any], overall: Mapping[str, Any]) -> RunValues:
    generation, rows, published = folder.spec.generation, _rows(folder), folder.expected or {}
    had = {name: entry for name, entry in overall.items() if entry["score"] is not None}
    return RunValues(
        path=folder.path,
        model=folder.name,
        benchmark=folder.benchmark,
        setting=folder.setting,
        scoring=folder.spec.scoring,
        predicted="predictions" in generation,
        files=generation.get("data", {}).get("files", {}),
        tasks={name: _task(name, entry, rows, published) for name, entry in tasks.items()},
        metrics={name: entry["metric"] for name, entry in tasks.items()},
        averages={name: _groups(entry) for name, entry in had.items() if "groups" in entry},
        bare=tuple(name for name, entry in had.items() if "groups" not in entry),
    )


def _groups(entry: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(group) for group in entry["groups"])


_Rows = Mapping[str, Sequence[tuple[Mapping[str, Any], Sequence[float | None]]]]
"""By task, the lines of samples.jsonl, each with the values of its attempts."""


def _rows(folder: RunFolder) -> _Rows:
    values: dict[str, list[float | None]] = {}
    for line in read_lines(folder.path / SCORES, drop_unfinished=False):
        values.setdefault(line.data["sample_id"], []).append(_value(folder, line))
    rows: dict[str, list[tuple[Mapping[str, Any], Sequence[float | None]]]] = {}
    for line in folder.sample_lines():
        rows.setdefault(line.data["task"], []).append((line.data, values.get(line.data["id"], ())))
    if not rows:
        raise RunFolderError(f"{folder.path / SAMPLES}: holds no sample; there is nothing to compare")
    return rows


def _value(folder: RunFolder, line: Line) -> float | None:
    value = line.data["value"]
    if value is None or (isinstance(value, int | float) and 0 <= value <= 1):
        return value
    problem, remedy = f"value {value!r} is no number in [0, 1]", f"run `bench score {folder.benchmark} {folder.path}`"
    raise DataError(problem, path=folder.path / SCORES, line=line.number, remedy=remedy)


def _task(name: str, entry: Mapping[str, Any], rows: _Rows, published: Mapping[str, int]) -> TaskValues:
    import numpy as np

    whole = entry.get("part_of")
    chosen = [row for row in rows.get(whole or name, ()) if is_in(row[0], name, whole)]
    return TaskValues(
        name=name,
        ids=tuple(sample["id"] for sample, _ in chosen),
        values=np.array([_mean(values) for _, values in chosen], dtype=np.float64),
        content=np.array([hash((tuple(sample["targets"]), sample["length"])) for sample, _ in chosen], dtype=np.int64),
        prompts=np.array([_prompt(sample) for sample, _ in chosen], dtype=np.int64),
        clusters=tuple(sample["cluster"] for sample, _ in chosen),
        not_judged=sum(not values or None in values for _, values in chosen),
        published=published.get(name),
        part_of=whole,
    )


def _mean(values: Sequence[float | None]) -> float:
    return math.fsum(value for value in values if value is not None) / len(values) if values else 0.0


def _prompt(sample: Mapping[str, Any]) -> int:
    sha256 = sample.get("prompt_sha256")
    return UNKNOWN if sha256 is None else hash(sha256)
