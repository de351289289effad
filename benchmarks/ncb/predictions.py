"""Existing responses in the authors' layout: `results/<model>/<model>_ncb_<language>_<en|zh>.jsonl`.

A row is `{"_id", "response"}`. Several rows of one id are several attempts.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from bench.benchmarks.ncb.data import ProblemFile, read_problems, sample_of
from bench.benchmarks.ncb.problems import CANNOT_PASS_WITHOUT_INPUTS, remark_on_inputs
from bench.benchmarks.ncb.sources import Source, nothing_found
from bench.benchmarks.ncb.tasks import TASKS
from bench.errors import DataError, UserError
from bench.jsonl import Line, read_lines
from bench.records import Completion, StoredSample

BAD_RESPONSE = "bad_response"
NAMED = 5  # ids that a remark names
_REMEDY = "a row needs _id (the problem's) and response (text), as the authors' README says"
_NEEDS_DATA = "say with --data where the problems lie: responses do not hold them, and their tests are run"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseFile:
    """One file of responses, looked over once.

    Attributes:
        problems: of the same task.
        rows: by sample id, the responses in their order; ids that are no problem's are not among them.
        unknown: ids that belong to no problem.
        doubled: rows that say what an earlier row of the same id says.
        empty: rows without an answer, which the authors drop.
        unfinished: whether the last line broke off.
        sha256: of the file.
    """

    path: Path
    problems: ProblemFile
    rows: Mapping[str, Sequence[object]]
    unknown: Sequence[str]
    doubled: int
    empty: int
    unfinished: bool
    sha256: str

    @property
    def missing(self) -> list[str]:
        """Problems without a response."""
        return [sample_id for sample_id in self.problems.rows if sample_id not in self.rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    """A folder of responses; `Imported`.

    Attributes:
        passed_over: names of files that belong to no task.
    """

    benchmark: str
    source: Source
    files: tuple[ResponseFile, ...]
    passed_over: tuple[str, ...] = field(default=())
    dedupe: bool = False

    name: ClassVar[str | None] = None
    setting: ClassVar[str | None] = None

    @property
    def spec(self) -> Mapping[str, Any]:
        """The files of responses and of problems with their sha256."""
        return {
            "files": {found.path.name: found.sha256 for found in self.files},
            "problems": {found.problems.path.name: found.problems.sha256 for found in self.files},
            "dedupe": self.dedupe,
        }

    @property
    def expected(self) -> Mapping[str, int]:
        """Problems of each task, whether or not they are answered here."""
        return {
            name: next((len(f.problems.rows) for f in self.files if f.problems.task.name == name), task.rows)
            for name, task in TASKS.items()
        }

    @property
    def notes(self) -> Sequence[str]:
        """What a reader of the result must know."""
        changed = [f.problems.path.name for f in self.files if not f.problems.published]
        asked = [(f, sample_id) for f in self.files for sample_id in f.rows]
        without = sum(f.problems.published and self._lacks_inputs(f, sample_id) for f, sample_id in asked)
        return [
            *([f"not the published problems: {', '.join(changed)}"] if changed else []),
            *remark_on_inputs(len(asked), without),
        ]

    def _lacks_inputs(self, found: ResponseFile, sample_id: str) -> bool:
        number = sample_id.split("/", 1)[1]
        wanted = f"{found.problems.task.language}/{number}" in CANNOT_PASS_WITHOUT_INPUTS
        return wanted and self.source.inputs(found.problems.task.name, number) is None

    def remarks(self) -> Sequence[str]:
        """What a reader should know about these files, one line each."""
        lines = [f"{name}: belongs to no task of {self.benchmark}, passed over" for name in self.passed_over]
        for found in self.files:
            lines += [f"{found.path.name}: {line}" for line in self._remarks(found)]
        absent = [task for task in TASKS if task not in {found.problems.task.name for found in self.files}]
        return [*lines, f"no responses for {', '.join(absent)}"] if absent else lines

    def _remarks(self, found: ResponseFile) -> Iterator[str]:
        if found.unfinished:
            yield "the last line is unfinished, passed over"
        if found.unknown:
            yield f"{len(found.unknown)} responses to unknown problems, passed over: {_some(found.unknown)}"
        if found.doubled:
            what = "removed" if self.dedupe else "kept as attempts, --dedupe removes them"
            yield f"{found.doubled} rows say what an earlier row of the same problem says ({what})"
        if found.empty:
            yield f"{found.empty} responses are empty; the authors' evaluator drops them, here they count as failed"
        if found.missing:
            missing = [sample_id.split("/", 1)[1] for sample_id in found.missing]
            yield f"no response to {len(missing)} problems: {_some(missing)}"

    def rows(self) -> Iterator[tuple[StoredSample, Sequence[Completion]]]:
        """Every problem that is answered, with its attempts, in the order of the problems."""
        for found in self.files:
            for entry in found.problems.entries:
                if entry.id in found.rows:
                    yield (
                        self._stored(found, entry.id, entry.document),
                        _completions(entry.id, self._kept(found, entry.id)),
                    )

    def _kept(self, found: ResponseFile, sample_id: str) -> list[object]:
        responses = list(found.rows[sample_id])
        return [r for i, r in enumerate(responses) if not (self.dedupe and r in responses[:i])]

    def _stored(self, found: ResponseFile, sample_id: str, cluster: str) -> StoredSample:
        task, number = found.problems.task, sample_id.split("/", 1)[1]
        has_inputs = self.source.inputs(task.name, number) is not None
        sample = sample_of(self.benchmark, found.problems, sample_id, has_inputs=has_inputs)
        return StoredSample(
            id=sample_id,
            task=task.name,
            language=task.language,
            targets=sample.targets,
            length=None,
            cluster=cluster,
            metadata=sample.metadata,
        )


def _completions(sample_id: str, responses: Sequence[object]) -> list[Completion]:
    return [_completion(sample_id, attempt, response) for attempt, response in enumerate(responses)]


def _completion(sample_id: str, attempt: int, response: object) -> Completion:
    """Null is an empty answer, as the authors' `not item['response']` has it; what else is no text is a failure."""
    if response is None or isinstance(response, str):
        return Completion(sample_id=sample_id, attempt=attempt, text=response or "")
    error = f"{BAD_RESPONSE}: response is {str(response)[:60]!r}, not a string"
    return Completion(sample_id=sample_id, attempt=attempt, error=error)


def find_predictions(path: Path, benchmark: str, *, dedupe: bool, data: str | None) -> Predictions:
    """Look a folder (or one file) of responses over.

    Raises:
        UserError: there are none, two files for one task, or no problems.
        DataError: a row is not JSON or lacks a key.
    """
    if data is None:
        raise UserError(f"{path}: {_NEEDS_DATA}")
    source = Source.find(data)
    known, passed_over = _by_task(path)
    if not known:
        raise UserError(_nothing_found(path))
    if not source.tasks():
        raise nothing_found(data)
    files = tuple(_look_over(known[name], _problems(source, name, data)) for name in TASKS if name in known)
    return Predictions(benchmark=benchmark, source=source, files=files, passed_over=passed_over, dedupe=dedupe)


def _problems(source: Source, task: str, data: str) -> ProblemFile:
    path = source.problems(task)
    if path is None:
        raise UserError(f"--data {data}: holds no {TASKS[task].file}, which the responses to {task} need; add it")
    return read_problems(TASKS[task], path)


def _by_task(path: Path) -> tuple[dict[str, Path], tuple[str, ...]]:
    """Files by their task, and names of files that belong to none."""
    known: dict[str, Path] = {}
    passed_over = []
    for file in sorted(path.iterdir()) if path.is_dir() else [path]:
        if file.suffix != ".jsonl" or not file.is_file() or file.name == "results.jsonl":
            continue
        task = task_of(file.name)
        if task is None:
            passed_over.append(file.name)
        elif task in known:
            raise UserError(f"{path}: {known[task].name} and {file.name} are both {task}; move one of them away")
        else:
            known[task] = file
    return known, tuple(passed_over)


def task_of(name: str) -> str | None:
    """The task that a file name stands for, `<model>_ncb_python_en.jsonl` for example."""
    found = re.search(r"(python|java)_(en|zh)\.jsonl\Z", name)
    return f"{found.group(1)}_{found.group(2)}" if found else None


def _nothing_found(path: Path) -> str:
    below = sorted(p.name for p in path.iterdir() if p.is_dir() and any(p.glob("*.jsonl"))) if path.is_dir() else []
    if below:
        return f"{path}: holds the folders {', '.join(below[:8])}; name one of them"
    return f"{path}: no responses of ncb (<model>_ncb_<language>_<en|zh>.jsonl); name the folder results/<model>"


def _look_over(path: Path, problems: ProblemFile) -> ResponseFile:
    rows: dict[str, list[object]] = {}
    unknown: list[str] = []
    counts: Counter[str] = Counter()
    end = 0
    for line in read_lines(path):
        number, response = _checked(path, line)
        end = line.offset + line.size
        sample_id = f"{problems.task.name}/{number}"
        if sample_id not in problems.rows:
            unknown.append(number)
            continue
        counts["empty"] += not response
        counts["doubled"] += response in rows.setdefault(sample_id, [])
        rows[sample_id].append(response)
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        stream.seek(end)
        unfinished = bool(stream.read().strip())
    return ResponseFile(
        path=path,
        problems=problems,
        rows=rows,
        unknown=unknown,
        doubled=counts["doubled"],
        empty=counts["empty"],
        unfinished=unfinished,
        sha256=sha256,
    )


def _checked(path: Path, line: Line) -> tuple[str, object]:
    """The problem's number and the response."""
    data = line.data
    if not isinstance(data, dict):
        raise DataError("not a JSON object", path=path, line=line.number, remedy=_REMEDY)
    missing = next((key for key in ("_id", "response") if key not in data), None)
    if missing is not None:
        raise DataError(f"the key {missing!r} is missing", path=path, line=line.number, remedy=_REMEDY)
    return str(data["_id"]), data["response"]


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (", ..." if len(names) > NAMED else "")
