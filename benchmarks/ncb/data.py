"""NaturalCodeBench's problems, read from the official JSONL files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.benchmarks.ncb.problem_set import ProblemSet
from bench.benchmarks.ncb.problems import CANNOT_PASS_WITHOUT_INPUTS, remark_on_inputs
from bench.benchmarks.ncb.sources import INPUTS, Source, nothing_found
from bench.benchmarks.ncb.tasks import MAX_NEW_TOKENS, PUBLISHED, TASKS, Task
from bench.benchmarks.pinning import marked, remarks
from bench.benchmarks.selecting import said, select
from bench.errors import DataError, UserError, did_you_mean
from bench.jsonl import Line, read_lines
from bench.protocols import Entry, Selection
from bench.records import Completion, Kind, Parts, Prompt, Sample

TEXTS = ("prompt", "problem", "testcases", "setup_code", "reference_solution", "classification")
_CHANGED = "not the published problems"
_FORMAT = f"each line needs NaturalCodeBench's keys _id, {', '.join(TEXTS)}"
_TEST_CLASS = re.compile(r"class .*?\s", re.DOTALL)
_NUMBER = re.compile(r"[A-Za-z0-9_]{1,64}")  # it becomes part of a module's and a class's name


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemFile:
    """The problems of one task, whole: they are small.

    Attributes:
        rows: by sample id, in the order of the file.
        sha256: of the file.
    """

    task: Task
    path: Path
    rows: Mapping[str, Mapping[str, Any]]
    entries: Sequence[Entry]
    sha256: str

    @property
    def published(self) -> bool:
        """Whether this is the authors' file, byte for byte."""
        return self.sha256 == self.task.sha256


def read_problems(task: Task, path: Path) -> ProblemFile:
    """Read and check one file.

    Raises:
        DataError: it holds no problem, or a line is not one, or an id stands in it twice.
    """
    rows: dict[str, Mapping[str, Any]] = {}
    entries = []
    for line in read_lines(path, drop_unfinished=False):
        number = _checked(task, path, line)
        sample_id = f"{task.name}/{number}"
        if sample_id in rows:
            raise DataError(f"the id {number} stands here twice", path=path, line=line.number, remedy="remove one")
        rows[sample_id] = line.data
        entries.append(_entry(task, sample_id, number, line))
    if not rows:
        raise DataError("holds no problem", path=path, remedy=_FORMAT)
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    return ProblemFile(task=task, path=path, rows=rows, entries=entries, sha256=sha256)


def _entry(task: Task, sample_id: str, number: str, line: Line) -> Entry:
    """One problem in two natural languages is one cluster: it has one set of tests."""
    return Entry(
        id=sample_id,
        task=task.name,
        document=f"{task.language}/{number}",
        offset=line.offset,
        size=line.size,
        max_tokens=MAX_NEW_TOKENS,
    )


def _checked(task: Task, path: Path, line: Line) -> str:
    """The problem's number, once the line is known to be whole."""
    data = line.data
    if not isinstance(data, dict):
        raise DataError("not a JSON object", path=path, line=line.number, remedy=_FORMAT)
    for problem in _problems(task, data):
        raise DataError(problem, path=path, line=line.number, remedy=_FORMAT)
    return str(data["_id"])


def _problems(task: Task, data: Mapping[str, Any]) -> Iterator[str]:
    missing = next((key for key in ("_id", *TEXTS) if key not in data), None)
    if missing is not None:
        yield f"the key {missing!r} is missing"
        return
    number = data["_id"]
    if isinstance(number, bool) or not isinstance(number, int | str) or not _NUMBER.fullmatch(str(number)):
        yield "'_id' is neither a whole number nor a word"
    yield from (f"{key!r} is not a string" for key in TEXTS if not isinstance(data[key], str))
    if task.language == "java" and not _TEST_CLASS.search(str(data["testcases"])):
        yield "'testcases' holds no class"


class NCBData:
    """The selected problems; a `SampleSet`.

    Raises:
        UserError: an unknown task or language, or nothing at `selection.data`.
        DataError: a damaged file.
    """

    def __init__(self, benchmark: str, selection: Selection, own: ProblemSet | None = None) -> None:
        self._benchmark, self._source, self._own = benchmark, Source.find(selection.data), own
        wanted = chosen_tasks(selection, self._source.tasks())
        self._files = {name: _read(self._source, name, selection) for name in wanted}
        self.entries: Sequence[Entry] = select({name: f.entries for name, f in self._files.items()}, selection)
        self.spec: Mapping[str, Any] = {
            "source": "card" if own else "sample" if self._source.sample else "files",
            "files": {found.path.name: found.sha256 for found in self._files.values()},
            **({"version": own.version} if own else {}),
            **marked(unpinned=not (self.published or self._source.sample or own)),
            "tasks": list(wanted),
            **said(selection),
        }

    @property
    def published(self) -> bool:
        """Whether every file is the authors' own."""
        return all(found.published for found in self._files.values())

    @property
    def expected(self) -> Mapping[str, int] | None:
        """Published rows of each task, where these are the published problems."""
        return PUBLISHED if self.published else None

    @property
    def notes(self) -> Sequence[str]:
        """What makes this run differ from the authors' protocol."""
        if self._own is not None:
            return [f"problems of one's own: {self._own.name}, version {self._own.version}"]
        if self._source.sample:
            return ["sample data, made for trying things out: not NaturalCodeBench"]
        changed = [found.path.name for found in self._files.values() if not found.published]
        return [
            *remarks("ncb", f"{_CHANGED}: {', '.join(changed)}", self._source.root, unpinned=bool(changed)),
            *remark_on_inputs(len(self.entries), self._without_inputs()),
        ]

    def _without_inputs(self) -> int:
        """Chosen problems that read files which are not here."""
        return sum(
            self._files[entry.task].published
            and entry.document in CANNOT_PASS_WITHOUT_INPUTS
            and self._source.inputs(entry.task, _number(entry.id)) is None
            for entry in self.entries
        )

    def read(self, entry: Entry) -> Sample:
        """The whole problem at an entry."""
        found = self._files[entry.task]
        return sample_of(self._benchmark, found, entry.id, has_inputs=self._has_inputs(entry))

    def _has_inputs(self, entry: Entry) -> bool:
        return self._source.inputs(entry.task, _number(entry.id)) is not None

    def prompts(self, sample: Sample, earlier: Sequence[Completion]) -> Sequence[Prompt]:  # noqa: ARG002 - the seam's
        """The one prompt: the problem's own text, unchanged, as the one user message."""
        task, text = TASKS[sample.task], sample.input["prompt"]
        return [
            Prompt(
                sample_id=sample.id,
                text=text,
                parts=Parts(question=text),
                kind=Kind.CODE,
                language=task.natural_language,
                max_tokens=MAX_NEW_TOKENS,
            )
        ]

    def reference(self, sample: Sample) -> str | None:
        """The authors' solution as a response; the wrong fence of one published Java solution is mended."""
        return reference_response(sample)

    def close(self) -> None:
        """Nothing is held open."""


def sample_of(benchmark: str, found: ProblemFile, sample_id: str, *, has_inputs: bool) -> Sample:
    """One problem. Its metadata hold all that running an answer takes, but for input files."""
    data, number = found.rows[sample_id], _number(sample_id)
    return Sample(
        id=sample_id,
        benchmark=benchmark,
        task=found.task.name,
        language=found.task.language,
        input={"prompt": data["prompt"], "problem": data["problem"]},
        targets=(data["reference_solution"],),
        metadata={
            "problem": number,
            "natural_language": found.task.natural_language,
            "classification": data["classification"],
            "testcases": data["testcases"],
            "setup_code": data["setup_code"],
            "inputs": f"{found.task.name}/{INPUTS}/{number}" if has_inputs else None,
            "published": found.published,
        },
    )


def reference_response(sample: Sample) -> str | None:
    """A sample's solution as a model would write it.

    java_en 200 is fenced as Python in the problem file and as Java in the authors' `results/reference`.
    """
    if not sample.targets:
        return None
    text = sample.targets[0]
    wrong = sample.language == "java" and text.startswith("```python\n")
    return text.replace("```python", "```java", 1) if wrong else text


def _number(sample_id: str) -> str:
    return sample_id.split("/", 1)[1]


def _read(source: Source, task: str, selection: Selection) -> ProblemFile:
    path = source.problems(task)
    if path is None:
        problem = f"--data {selection.data}: holds no {TASKS[task].file}"
        raise UserError(f"{problem}; choose other --languages, --natural-languages or --tasks, or add the file")
    return read_problems(TASKS[task], path)


def chosen_tasks(selection: Selection, present: Sequence[str]) -> list[str]:
    """The tasks that a selection names, in the order of the table; all that are there where it names none.

    Raises:
        UserError: a name is unknown, or nothing is left.
    """
    _check("task", selection.tasks, TASKS)
    _check("language", selection.languages, {task.language for task in TASKS.values()})
    _check("natural language", selection.natural_languages, {task.natural_language for task in TASKS.values()})
    if selection.prompts is not None:
        raise UserError("--prompts: the prompts of ncb are part of its problems; leave the option out")
    asked = selection.tasks is not None or selection.languages or selection.natural_languages
    chosen = [name for name, task in TASKS.items() if _wanted(task, selection) and (asked or name in present)]
    if not chosen:
        raise (
            UserError("--tasks, --languages and --natural-languages leave no task")
            if asked
            else nothing_found(selection.data)
        )
    return chosen


def _wanted(task: Task, selection: Selection) -> bool:
    return (
        (selection.tasks is None or task.name in selection.tasks)
        and (selection.languages is None or task.language in selection.languages)
        and (selection.natural_languages is None or task.natural_language in selection.natural_languages)
    )


def _check(what: str, names: Sequence[str] | None, known: Mapping[str, Any] | set[str]) -> None:
    for name in names or ():
        if name not in known:
            raise UserError(f"ncb has no {what} {name!r}{did_you_mean(name, sorted(known))}")
