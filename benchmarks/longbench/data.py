"""LongBench's data: a folder of the official JSONL files, the official data.zip, or the package's own sample.

The index is made in one pass that holds one line at a time; samples are then read by offset, so that contexts of any
size need the memory of one of them.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bench.benchmarks.longbench.prompts import PromptTexts
from bench.benchmarks.longbench.sources import Source
from bench.benchmarks.longbench.tasks import TRUNCATION, Task
from bench.benchmarks.pinning import marked, remarks
from bench.benchmarks.prompting import make_prompt
from bench.benchmarks.reading import Reader
from bench.benchmarks.selecting import said, select
from bench.errors import DataError
from bench.jsonl import Hashing, Line, read_lines
from bench.protocols import Entry, Selection
from bench.records import Completion, Prompt, Sample

REQUIRED = ("input", "context", "answers", "length", "all_classes")


class LongBenchData:
    """The selected samples of LongBench v1 or E, indexed; a `SampleSet`.

    Raises:
        DataError: a line lacks a key, is not JSON, or holds something of another type.
    """

    def __init__(
        self,
        benchmark: str,
        tasks: Mapping[str, Task],
        source: Source,
        texts: PromptTexts,
        selection: Selection,
        published: Mapping[str, int],
    ) -> None:
        self._benchmark, self._tasks, self._source, self._texts = benchmark, tasks, source, texts
        self._published = published
        self._classes: dict[str, Any] = {}
        self._reader = Reader(source.open)
        hashes: dict[str, str] = {}
        entries: dict[str, list[Entry]] = {}
        for task in tasks:
            entries[task], hashes[source.file(task)] = self._index(task)
        self.entries: Sequence[Entry] = select(entries, selection)
        self.spec: Mapping[str, Any] = {
            "source": source.kind,
            "files": hashes,
            **marked(unpinned=source.unpinned),
            "prompts": {"sha256": texts.sha256, "official": texts.official},
            "tasks": list(tasks),
            **said(selection),
        }

    def _index(self, task: str) -> tuple[list[Entry], str]:
        entries: list[Entry] = []
        seen: Counter[str] = Counter()
        with self._source.open(task) as stream:
            hashing = Hashing(stream)
            for line in read_lines(self._source.path(task), hashing, drop_unfinished=False):
                sample_id = unique_id(task, line.data, len(entries), seen)
                data = self._checked(task, line)
                context = data["context"].encode("utf-8", "surrogatepass")
                # One class list a task: the authors' eval.py takes the last row's for every row.
                self._classes[task] = data["all_classes"]
                document = hashlib.sha256(context).hexdigest()[:16]
                entry = Entry(
                    id=sample_id,
                    task=task,
                    document=document,
                    offset=line.offset,
                    size=line.size,
                    max_tokens=self._tasks[task].max_new_tokens,
                    document_size=len(context),
                )
                entries.append(entry)
        return entries, hashing.hexdigest()

    def _checked(self, task: str, line: Line) -> Mapping[str, Any]:
        path, data = self._source.path(task), line.data
        if not isinstance(data, dict):
            raise DataError("not a JSON object", path=path, line=line.number, remedy=_FORMAT)
        missing = [key for key in REQUIRED if key not in data]
        if missing:
            raise DataError(f"the key {missing[0]!r} is missing", path=path, line=line.number, remedy=_FORMAT)
        wrong = next((what for key, holds, what in _TYPES if not holds(data[key])), None)
        if wrong:
            raise DataError(wrong, path=path, line=line.number, remedy=_FORMAT)
        return data

    def read(self, entry: Entry) -> Sample:
        """The whole sample at an entry."""
        data = self._reader.read(entry.task, entry.offset, entry.size)
        return Sample(
            id=entry.id,
            benchmark=self._benchmark,
            task=entry.task,
            language=str(data.get("language") or self._tasks[entry.task].language),
            input={"input": data["input"], "context": data["context"]},
            targets=tuple(data["answers"]),
            metadata={"length": data["length"], "all_classes": self._classes[entry.task]},
        )

    @property
    def expected(self) -> Mapping[str, int] | None:
        """Published rows of each task, when the authors' prompts are asked of what claims to be their data."""
        return self._published if self._texts.official else None

    def prompts(self, sample: Sample, earlier: Sequence[Completion]) -> Sequence[Prompt]:  # noqa: ARG002 - the seam's
        """The one prompt of a sample."""
        return [make_prompt(self._tasks[sample.task], sample, self._texts.templates[sample.task], TRUNCATION)]

    def reference(self, sample: Sample) -> str | None:  # noqa: ARG002 - the seam's
        """None: accepted answers are not what a model would write."""
        return None

    @property
    def notes(self) -> Sequence[str]:
        """What makes this run differ from the authors' protocol."""
        notes: list[str] = []
        if self._source.kind != "sample":
            notes += remarks("longbench", _UNPINNED, self._source.given, unpinned=self._source.unpinned)
        if self._source.kind == "sample":
            notes.append("sample data, made for trying things out: not LongBench")
        elif not self._texts.official:
            notes.append(f"prompts are not the authors' (sha256 {self._texts.sha256[:8]})")
        return notes

    def close(self) -> None:
        """Let go of the file that was read last."""
        self._reader.close()


def is_strings(value: object) -> bool:
    """Whether it is a list of strings; one string alone would be scored letter by letter."""
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def unique_id(task: str, data: object, row: int, seen: Counter[str]) -> str:
    """`<task>/<_id>`, or `<task>/<row>` without one; a repeated id gets its ordinal: completions are kept by it."""
    own = data.get("_id") if isinstance(data, dict) else None
    name = f"{task}/{row if own is None or own == '' else own}"
    seen[name] += 1
    return name if seen[name] == 1 else f"{name}~{seen[name]}"


def is_length(value: object) -> bool:
    """Whether it is a whole number, NaN and booleans excluded."""
    return isinstance(value, int) and not isinstance(value, bool)


_UNPINNED = "the data is not the published data.zip"
_FORMAT = "each line needs LongBench's keys input, context, answers (list of strings), length, all_classes"
_TYPES: tuple[tuple[str, Callable[[object], bool], str], ...] = (
    ("input", lambda value: isinstance(value, str), "'input' is not a string"),
    ("context", lambda value: isinstance(value, str), "'context' is not a string"),
    ("answers", is_strings, "'answers' is not a list of strings"),
    ("length", is_length, "'length' is not a whole number"),
    ("all_classes", lambda value: value is None or is_strings(value), "'all_classes' is not null or a list of strings"),
)
