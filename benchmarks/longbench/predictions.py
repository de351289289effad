"""Existing predictions in the official layouts: `pred/<model>/<dataset>.jsonl` and `pred_e/<model>/<dataset>.jsonl`.

A row is `{"pred", "answers", "all_classes", "length"}`, as the authors' pred.py writes it; rows carry no id and lie in
the order in which several processes happened to finish.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from bench.benchmarks.longbench.data import is_strings, unique_id
from bench.benchmarks.longbench.tasks import Task
from bench.benchmarks.scoring import BAD_PREDICTION
from bench.errors import DataError, UserError
from bench.jsonl import Line, read_lines
from bench.records import Completion, StoredSample

REQUIRED = ("pred", "answers", "all_classes")
_REMEDY = "a row needs pred (string), answers (list of strings) and all_classes, as the authors' pred.py writes it"


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionFile:
    """One file of predictions, looked over once.

    Attributes:
        rows: valid rows.
        doubled: rows that a resumed run seems to have written again.
        unfinished: whether the last line broke off.
        all_classes: of the last row: the authors' eval.py takes it for every row of the file.
        sha256: of the file.
    """

    task: str
    path: Path
    rows: int
    doubled: int
    unfinished: bool
    all_classes: Any
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    """A folder of predictions.

    Attributes:
        published: rows of each published data set.
        files: in the order of the tasks.
        unknown: names of files that belong to no task.
    """

    benchmark: str
    tasks: Mapping[str, Task]
    published: Mapping[str, int]
    files: tuple[PredictionFile, ...]
    unknown: tuple[str, ...] = field(default=())
    dedupe: bool = False

    name: ClassVar[str | None] = None
    setting: ClassVar[str | None] = None

    @property
    def spec(self) -> Mapping[str, Any]:
        """The files with their sha256."""
        return {"files": {found.path.name: found.sha256 for found in self.files}, "dedupe": self.dedupe}

    @property
    def expected(self) -> Mapping[str, int]:
        """Published rows of each task."""
        return self.published

    @property
    def notes(self) -> list[str]:
        """What a reader of the result must know."""
        return ["predictions made elsewhere: they carry no document, so intervals take every row as its own cluster"]

    def remarks(self) -> list[str]:
        """What a reader should know about these files, one line each."""
        lines = [f"{name}: belongs to no task of {self.benchmark}, passed over" for name in self.unknown]
        for found in self.files:
            lines += self._remarks(found)
        missing = [task for task in self.tasks if task not in {found.task for found in self.files}]
        if missing:
            lines.append(f"no predictions for {', '.join(missing)}")
        return lines

    def _remarks(self, found: PredictionFile) -> Iterator[str]:
        name, published = found.path.name, self.published[found.task]
        if found.unfinished:
            yield f"{name}: the last line is unfinished, passed over"
        if found.doubled:
            what = "removed" if self.dedupe else "kept, --dedupe removes them"
            yield f"{name}: {found.doubled} rows stand in it twice, as a resumed run writes them ({what})"
        kept = found.rows - (found.doubled if self.dedupe else 0)
        if kept != published:
            yield f"{name}: {kept} rows, the published data set has {published}"

    def rows(self) -> Iterator[tuple[StoredSample, Sequence[Completion]]]:
        """Every row as a sample without its texts and the completion of it."""
        for found in self.files:
            yield from self._rows(found)

    def _rows(self, found: PredictionFile) -> Iterator[tuple[StoredSample, Sequence[Completion]]]:
        seen: set[bytes] = set()
        ids: Counter[str] = Counter()
        left = found.doubled if self.dedupe else 0
        for number, line in enumerate(read_lines(found.path)):
            if left and (identity := _identity(line)) in seen:
                left -= 1
                continue
            if left:
                seen.add(identity)
            sample_id = unique_id(found.task, line.data, number, ids)
            yield self._stored(found, sample_id, line.data), [_completion(sample_id, line.data["pred"])]

    def _stored(self, found: PredictionFile, sample_id: str, data: Mapping[str, Any]) -> StoredSample:
        length = _length(data.get("length"))
        return StoredSample(
            id=sample_id,
            task=found.task,
            language=self.tasks[found.task].language,
            targets=tuple(data["answers"]),
            length=None if length is None else int(length),
            cluster=sample_id,
            metadata={"length": length, "all_classes": _classes(found.all_classes)},
        )


def find_predictions(
    path: Path, benchmark: str, tasks: Mapping[str, Task], published: Mapping[str, int], *, dedupe: bool = False
) -> Predictions:
    """Look a folder (or one file) of predictions over.

    Raises:
        UserError: there are no predictions, or two files for one task.
        DataError: a row is not JSON, lacks a key or holds something of another type.
    """
    names = sorted(path.iterdir()) if path.is_dir() else [path]
    known: dict[str, Path] = {}
    unknown = []
    for file in names:
        if file.suffix != ".jsonl" or not file.is_file():
            continue
        task = task_of(file.name, tasks)
        if task is None:
            unknown.append(file.name)
        elif task in known:
            raise UserError(f"{path}: {known[task].name} and {file.name} are both {task}; move one of them away")
        else:
            known[task] = file
    if not known:
        raise UserError(_nothing_found(path, benchmark))
    needs_length = benchmark == "longbench-e"
    files = tuple(
        _look_over(task, known[task], published[task], needs_length=needs_length) for task in tasks if task in known
    )
    return Predictions(
        benchmark=benchmark, tasks=tasks, published=published, files=files, unknown=tuple(unknown), dedupe=dedupe
    )


def task_of(filename: str, tasks: Mapping[str, Task]) -> str | None:
    """The task that a file name stands for: `hotpotqa.jsonl`, `hotpotqa_e.jsonl`, `hotpotqa_full.jsonl`, ..."""
    stem = filename.removesuffix(".jsonl")
    fitting = [name for name in tasks if re.fullmatch(rf"{re.escape(name)}([_.\- ].*)?", stem)]
    return max(fitting, key=len, default=None)


def _nothing_found(path: Path, benchmark: str) -> str:
    below = sorted(p.name for p in path.iterdir() if p.is_dir() and any(p.glob("*.jsonl"))) if path.is_dir() else []
    if below:
        return f"{path}: holds the folders {', '.join(below[:8])}; name one of them"
    return f"{path}: no prediction files of {benchmark} (<dataset>.jsonl); name the folder pred/<model>"


def _look_over(task: str, path: Path, published: int, *, needs_length: bool) -> PredictionFile:
    counts: Counter[bytes] = Counter()
    end = 0
    last: Mapping[str, Any] = {}
    for line in read_lines(path):
        last = _checked(path, line, needs_length=needs_length)
        counts[_identity(line)] += 1
        end = line.offset + line.size
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        stream.seek(end)
        unfinished = bool(stream.read().strip())
    return PredictionFile(
        task=task,
        path=path,
        rows=counts.total(),
        doubled=_doubled(counts, published, has_ids="_id" in last),
        unfinished=unfinished,
        all_classes=last.get("all_classes"),
        sha256=sha256,
    )


def _doubled(counts: Counter[bytes], published: int, *, has_ids: bool) -> int:
    """Rows written twice. Without ids, equal rows may be the published data's own: a few data sets repeat some."""
    rows = counts.total()
    repeated = rows - len(counts)
    return repeated if has_ids or rows < published else min(repeated, rows - published)


def _identity(line: Line) -> bytes:
    """What makes a row the same row: its own id where it has one, else all of it."""
    own = line.data.get("_id") if isinstance(line.data, dict) else None
    return hashlib.blake2b(line.raw.strip() if own is None else str(own).encode(), digest_size=16).digest()


def _checked(path: Path, line: Line, *, needs_length: bool) -> Mapping[str, Any]:
    """A row with everything that scoring needs, found out before a run is made of it."""
    data = line.data
    if not isinstance(data, dict):
        raise DataError("not a JSON object", path=path, line=line.number, remedy=_REMEDY)
    missing = [key for key in REQUIRED if key not in data]
    if missing:
        raise DataError(f"the key {missing[0]!r} is missing", path=path, line=line.number, remedy=_REMEDY)
    if not is_strings(data["answers"]):
        raise DataError("'answers' is not a list of strings", path=path, line=line.number, remedy=_REMEDY)
    if _classes(data["all_classes"]) is not None and not is_strings(data["all_classes"]):
        raise DataError("'all_classes' is no list of strings", path=path, line=line.number, remedy=_REMEDY)
    if needs_length and _length(data.get("length")) is None:
        raise DataError("no 'length', which the buckets need", path=path, line=line.number, remedy=_REMEDY)
    return data


def _length(value: object) -> int | float | None:
    """The length where it is a number; NaN and what is no number are none."""
    known = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return value if known and isinstance(value, int | float) else None


def _classes(value: Any) -> Any:
    """The class list; a bare NaN, which data frames write for nothing, is none."""
    return None if isinstance(value, float) and math.isnan(value) else value


def _completion(sample_id: str, pred: object) -> Completion:
    if isinstance(pred, str):
        return Completion(sample_id=sample_id, text=pred)
    return Completion(sample_id=sample_id, error=f"{BAD_PREDICTION}: pred is {pred!r}, not a string")
