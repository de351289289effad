"""A data set of one's own in the unified format: JSON lines with `input` and `targets`, as `bench export` writes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.benchmarks.longbench.data import is_strings
from bench.benchmarks.own.card import Card, OwnTask
from bench.benchmarks.own.problems import Problem
from bench.benchmarks.pinning import marked
from bench.benchmarks.prompting import CONTEXT, make_prompt, template_fields
from bench.benchmarks.reading import Reader
from bench.benchmarks.selecting import said, select
from bench.errors import UserError, did_you_mean
from bench.hub import HUB
from bench.jsonl import Hashing, Lines, open_bytes, parse_line
from bench.protocols import Entry, Selection
from bench.records import Completion, Prompt, Sample

FORMAT = 'a line is {"input": {FIELD: TEXT}, "targets": [TEXT]}, and may have id, task, language and metadata'


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A line that is a sample."""

    entry: Entry
    line: int
    sample: Sample


class Scan:
    """Reads a file of samples once, one line in memory, and tells of every line what it is or what is wrong with it.

    Args:
        path: of the file, for messages.
        tasks: that have their samples in this file.
    """

    def __init__(self, card: Card, path: Path, tasks: Mapping[str, OwnTask]) -> None:
        self._card, self._path, self._tasks = card, path, tasks
        self._fields = {name: template_fields(task.prompt) for name, task in tasks.items()}
        files = {task.data for task in tasks.values()}
        self._sharing = [task.name for task in card.tasks.values() if task.data in files]  # also those not asked now
        self._lines: dict[str, int] = {}  # where each id stands
        self._rows = dict.fromkeys(tasks, 0)

    def __call__(self, lines: Lines) -> Iterator[Found | Problem]:
        """Every line of the tasks, and one problem at the end for each task that has none."""
        offset = 0
        for number, raw in enumerate(lines, start=1):
            if raw.strip():
                yield from self._look(number, offset, raw)
            offset += len(raw)
        for task, rows in self._rows.items():
            if not rows:
                yield Problem(self._path, f"holds no sample of {task}", f"add some: {FORMAT}")

    def _look(self, number: int, offset: int, raw: bytes) -> Iterator[Found | Problem]:
        try:
            data = parse_line(raw)
        except ValueError as error:
            yield Problem(self._path, f"not valid JSON ({error})", "mend or remove this line", number)
            return
        task = self._task_of(data)
        if task is None:
            return
        problems = [task] if isinstance(task, str) else list(_wrong(data))
        yield from (Problem(self._path, what, FORMAT, number) for what in problems)
        if isinstance(task, str) or problems:
            return
        sample = sample_of(self._card, task, data, self._rows[task.name])
        self._rows[task.name] += 1
        yield from self._doubts(task, sample, number)
        yield Found(entry=_entry(task, sample, offset, len(raw)), line=number, sample=sample)

    def _task_of(self, data: object) -> OwnTask | str | None:
        """The task of a line; what is wrong with it; None where it is of a task of the card that is not read here."""
        if not isinstance(data, dict):
            return "not a JSON object"
        if "task" not in data:
            only, *others = self._sharing
            return f"has no 'task', and this file holds {', '.join(self._sharing)}" if others else self._tasks[only]
        name = data["task"]
        if not isinstance(name, str):
            return "'task' is not a string"
        if name not in self._card.tasks:
            return f"the card has no task {name!r}"
        return self._tasks.get(name)

    def _doubts(self, task: OwnTask, sample: Sample, number: int) -> Iterator[Problem]:
        """What keeps a sample from being asked."""
        first = self._lines.setdefault(sample.id, number)
        if first != number:
            yield Problem(self._path, f"the id {sample.id} stands in line {first} too", "give each its own", number)
        unknown = sorted(self._fields[task.name] - set(sample.input))
        if unknown:
            named, there = ", ".join(f"{{{name}}}" for name in unknown), ", ".join(sample.input)
            what = f"the prompt of {task.name} names {named}, but input has {there or 'nothing'}"
            yield Problem(self._path, what, "name other fields in the prompt, or add them here", number)


def _wrong(data: Mapping[str, Any]) -> Iterator[str]:
    """What keeps a line from being a sample."""
    fields, targets, metadata = data.get("input"), data.get("targets"), data.get("metadata", {})
    if not isinstance(fields, dict) or not all(isinstance(text, str) for text in fields.values()):
        yield "'input' is not an object of strings"
    if not is_strings(targets) or not targets:
        yield "'targets' is not a list of strings with one at least"
    if not isinstance(metadata, dict):
        yield "'metadata' is not an object"
    if not isinstance(data.get("language", ""), str):
        yield "'language' is not a string"
    if isinstance(data.get("id"), bool) or not isinstance(data.get("id", ""), str | int):
        yield "'id' is neither a string nor a whole number"


def sample_of(card: Card, task: OwnTask, data: Mapping[str, Any], row: int) -> Sample:
    """The sample that a line holds; without an id its row in the task stands for it."""
    own = str(data.get("id", "")) or str(row)
    return Sample(
        id=own if own.startswith(f"{task.name}/") else f"{task.name}/{own}",
        benchmark=card.name,
        task=task.name,
        language=data.get("language") or task.language,
        input=data["input"],
        targets=tuple(data["targets"]),
        metadata=data.get("metadata", {}),
    )


def _entry(task: OwnTask, sample: Sample, offset: int, size: int) -> Entry:
    """Samples with one `context` are one cluster; without, each is its own."""
    document = sample.input.get(CONTEXT) or sample.id
    return Entry(
        id=sample.id,
        task=task.name,
        document=hashlib.sha256(document.encode("utf-8", "surrogatepass")).hexdigest()[:16],
        offset=offset,
        size=size,
        max_tokens=task.max_new_tokens,
    )


def place_of(card: Card, data: str) -> Path:
    """The folder in which the card's files lie: its own, or the one that `--data` names.

    Raises:
        UserError: `--data` names no folder.
    """
    if data == HUB:
        return card.path.parent
    folder = Path(data).expanduser()
    if not folder.is_dir():
        raise UserError(f"--data {data}: is no folder; the card {card.path} says itself which files it needs")
    return folder


def files_of(card: Card, tasks: Iterable[str]) -> dict[str, dict[str, OwnTask]]:
    """The tasks of each file, so that every file is read once."""
    files: dict[str, dict[str, OwnTask]] = {}
    for name in tasks:
        files.setdefault(card.tasks[name].data, {})[name] = card.tasks[name]
    return files


class OwnData:
    """The selected samples of a card; a `SampleSet`.

    Raises:
        UserError: an unknown task.
        DataError: a file is missing, not the one that the card pins, or a line is no sample that the prompt can ask.
    """

    def __init__(self, card: Card, selection: Selection) -> None:
        self._card, self._root = card, place_of(card, selection.data)
        self._rows: dict[str, int] = {}
        self._notes: list[str] = []
        wanted = _chosen(card, selection)
        entries: dict[str, list[Entry]] = {name: [] for name in wanted}
        hashes, changed = {}, False
        for file, tasks in files_of(card, wanted).items():
            found = self._index(file, tasks, entries)
            changed |= self._is_changed(file, tasks, found, unpinned=selection.unpinned)
            # A run folder holds no absolute path.
            hashes[Path(file).name if Path(file).is_absolute() else file] = found
        self._reader = Reader(lambda task: open_bytes(self._root / card.tasks[task].data))
        self.entries: Sequence[Entry] = select(entries, selection)
        self.spec: Mapping[str, Any] = {
            "source": "card",
            "files": hashes,
            **marked(unpinned=changed),
            "asked": {name: _asked(card, card.tasks[name]) for name in wanted},
            "tasks": wanted,
            **said(selection),
        }

    def _index(self, file: str, tasks: Mapping[str, OwnTask], entries: Mapping[str, list[Entry]]) -> str:
        path = self._root / file
        with open_bytes(path) as stream:
            hashing = Hashing(stream)
            for found in Scan(self._card, path, tasks)(hashing):
                if isinstance(found, Problem):
                    raise found.error
                self._rows[found.entry.id] = len(entries[found.entry.task])
                entries[found.entry.task].append(found.entry)
        return hashing.hexdigest()

    def _is_changed(self, file: str, tasks: Mapping[str, OwnTask], found: str, *, unpinned: bool) -> bool:
        """Whether it is another file than the card pins; refused where that was not asked for."""
        problem = unpinned_file(self._root / file, tasks, found)
        if problem is not None and not unpinned:
            raise problem.error
        if problem is not None:
            self._notes.append(f"{Path(file).name} is not the file that the card pins")
        return problem is not None

    @property
    def expected(self) -> Mapping[str, int] | None:
        """None: nobody published how many there are."""
        return None

    @property
    def notes(self) -> Sequence[str]:
        """What a reader of the result must know."""
        return self._notes

    def read(self, entry: Entry) -> Sample:
        """The whole sample at an entry."""
        data = self._reader.read(entry.task, entry.offset, entry.size)
        return sample_of(self._card, self._card.tasks[entry.task], data, self._rows[entry.id])

    def prompts(self, sample: Sample, earlier: Sequence[Completion]) -> Sequence[Prompt]:  # noqa: ARG002 - the seam's
        """The one prompt of a sample."""
        task = self._card.tasks[sample.task]
        return [make_prompt(task, sample, task.prompt, self._card.truncation)]

    def reference(self, sample: Sample) -> str | None:
        """Its first target."""
        return sample.targets[0]

    def close(self) -> None:
        """Let go of the file that was read last."""
        self._reader.close()


def unpinned_file(path: Path, tasks: Mapping[str, OwnTask], found: str) -> Problem | None:
    """What is wrong where a task pins the file and it is another one."""
    pinned = next((task.sha256 for task in tasks.values() if task.sha256 not in {None, found}), None)
    if pinned is None:
        return None
    what = f"its sha256 is {found}, the card says {pinned}"
    return Problem(path, what, "restore the file or change the card; --unpinned takes it as it is")


def _chosen(card: Card, selection: Selection) -> list[str]:
    if selection.prompts is not None:
        raise UserError(f"{card.path}: the card holds the prompts; change them there, not by --prompts")
    if selection.languages is not None or selection.natural_languages is not None:
        raise UserError(f"{card.path}: --languages and --natural-languages are of ncb; name tasks with --tasks")
    for name in selection.tasks or ():
        if name not in card.tasks:
            raise UserError(f"{card.path}: has no task {name!r}{did_you_mean(name, card.tasks)}")
    return [name for name in card.tasks if selection.tasks is None or name in selection.tasks]


def _asked(card: Card, task: OwnTask) -> dict[str, Any]:
    """All of a task that determines completions; the prompt by its hash."""
    kept = ("kind", "language", "max_new_tokens", "chat", "stop")
    return {
        "prompt_sha256": hashlib.sha256(task.prompt.encode()).hexdigest(),
        **{key: list(value) if isinstance(value := getattr(task, key), tuple) else value for key in kept},
        "truncated": card.truncation is not None,
    }
