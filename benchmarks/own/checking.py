"""Everything that is wrong with a card and its data, found before any model runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.benchmarks.ncb.data import ProblemFile, read_problems, sample_of
from bench.benchmarks.ncb.jobs import extracted
from bench.benchmarks.ncb.problem_set import problem_card, read_problem_set
from bench.benchmarks.ncb.tasks import TASKS
from bench.benchmarks.own import reserved_name
from bench.benchmarks.own.card import Card, OwnTask, inspect_card
from bench.benchmarks.own.data import Found, Scan, files_of, unpinned_file
from bench.benchmarks.own.metrics import judge_text, load_metric
from bench.benchmarks.own.problems import Problem
from bench.errors import DataError, UserError
from bench.jsonl import Hashing, open_bytes
from bench.records import Sample


@dataclass(slots=True)
class TaskCheck:
    """What there is of a task.

    Attributes:
        documents: different ones; rows without a `context` count one each.
        longest: characters of its longest prompt.
        longest_id: the sample that it is of.
    """

    rows: int = 0
    documents: set[str] = field(default_factory=set)
    languages: set[str] = field(default_factory=set)
    longest: int = 0
    longest_id: str = ""


@dataclass(slots=True)
class Report:
    """What `bench check` found."""

    name: str = ""
    tasks: dict[str, TaskCheck] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def check_card(path: Path, reserved: Iterable[str]) -> Report:
    """Look at a card, at every line of its data, and at its metrics.

    Args:
        reserved: names that no card may take.
    """
    if problem_card(path) is not None:
        return _check_problems(path, reserved)
    card, problems = inspect_card(path)
    report = Report(problems=problems)
    if card is None:
        return report
    report.name, report.tasks = card.name, {name: TaskCheck() for name in card.tasks}
    report.problems += filter(None, [reserved_name(card, reserved)])
    usable = _usable(card, report)
    for file, tasks in files_of(card, card.tasks).items():
        report.problems += _look(card, card.path.parent / file, tasks, report.tasks, usable)
    return report


def _check_problems(path: Path, reserved: Iterable[str]) -> Report:
    """Look at the card of a set of problems, and at every problem."""
    try:
        own = read_problem_set(path)
    except DataError as error:
        return Report(problems=[Problem.of(error)])
    report = Report(name=own.name, problems=[*filter(None, [reserved_name(own, reserved)])])
    for name in own.tasks:
        report.tasks[name] = TaskCheck()
        try:
            found = read_problems(TASKS[name], own.folder / TASKS[name].file)
        except DataError as error:
            report.problems.append(Problem.of(error))
            continue
        report.problems += _look_at_problems(found, report.tasks[name])
    return report


def _look_at_problems(found: ProblemFile, check: TaskCheck) -> Iterator[Problem]:
    """What keeps a problem from being answered or judged; what it comes to is counted on the way."""
    for sample_id, row in found.rows.items():
        sample = sample_of(found.path.stem, found, sample_id, has_inputs=False)
        check.rows += 1
        check.documents.add(sample_id)
        check.languages.add(found.task.natural_language)
        if len(row["prompt"]) > check.longest:
            check.longest, check.longest_id = len(row["prompt"]), sample_id
        if not extracted(sample, row["reference_solution"])[0].files:
            what = f"no code can be taken out of the reference_solution of {sample_id}"
            yield Problem(found.path, what, f"write it in one block between ```{sample.language} and ```")


def _usable(card: Card, report: Report) -> set[str]:
    """The tasks whose metric can be imported."""
    usable = set()
    for name, task in card.tasks.items():
        try:
            load_metric(card, task)
            usable.add(name)
        except UserError as error:
            report.problems.append(Problem(card.path, str(error.__cause__ or error), "mend the metric's file"))
    return usable


def _look(
    card: Card, path: Path, tasks: Mapping[str, OwnTask], found: Mapping[str, TaskCheck], usable: set[str]
) -> Iterator[Problem]:
    """Every problem of one file; what its samples come to is counted on the way."""
    tried: set[str] = set()
    try:
        with open_bytes(path) as stream:
            hashing = Hashing(stream)
            for item in Scan(card, path, tasks)(hashing):
                if isinstance(item, Problem):
                    yield item
                    continue
                task = tasks[item.sample.task]
                _count(task, item, found[task.name])
                if task.name in usable:
                    yield from _try_metric(card, task, item, path, tried)
    except DataError:
        yield Problem(path, "cannot be read", f"put the file there, or name another as 'data' in {card.path.name}")
        return
    yield from filter(None, [unpinned_file(path, tasks, hashing.hexdigest())])


def _count(task: OwnTask, item: Found, check: TaskCheck) -> None:
    check.rows += 1
    check.documents.add(item.entry.document)
    check.languages.add(item.sample.language)
    try:
        length = len(task.prompt.format(**item.sample.input))
    except (KeyError, IndexError, ValueError):
        return  # a field that is not there: told as a problem of its own
    if length > check.longest:
        check.longest, check.longest_id = length, item.sample.id


def _try_metric(card: Card, task: OwnTask, item: Found, path: Path, tried: set[str]) -> Iterator[Problem]:
    """Score a target against itself: with each task's first sample, and the class list of every one that needs it."""
    if task.name in tried and not (task.metric == "classification_score" and not _classes(item.sample)):
        return
    tried.add(task.name)
    verdict = judge_text(card, task, item.sample, item.sample.targets[0], {})
    if verdict.value is None:
        what = f"{task.metric} cannot score a target against itself: {verdict.reason or verdict.raised}"
        yield Problem(path, what, f"mend the metric of {task.name}, or what it needs in 'metadata'", item.line)


def _classes(sample: Sample) -> bool:
    return bool(sample.metadata.get("all_classes"))
