"""`bench show`: read samples, answers and scores in the terminal."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bench.cli.output import printable
from bench.errors import UserError, did_you_mean
from bench.records import Verdict, is_in

if TYPE_CHECKING:
    from bench.records import RunResult
    from bench.runs import RunFolder


@click.command(name="show", short_help="Read samples, answers and why a value is zero.")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--summary", is_flag=True, help="The tables of the run, how it was made and what to know of it.")
@click.option("--task", help="Only this task.")
@click.option("--language", metavar="en|zh|python|java", help="Only tasks of this language.")
@click.option(
    "--verdict", type=click.Choice([verdict.value for verdict in Verdict]), help="Only answers whose code came to this."
)
@click.option("--failed", is_flag=True, help="Only samples with value 0, or not judged.")
@click.option("--id", "sample_id", help="Only this sample.")
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True, help="How many at most.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON a sample.")
def command(run: Path, **options: Any) -> None:
    """Show what was asked, what came back, what was extracted, its value, and why it is zero."""
    from bench.cli.sample_text import as_text
    from bench.reading import scored_samples
    from bench.runs import RunFolder

    folder = RunFolder.open(run)
    if options["summary"]:
        _summary(folder)
        return
    chosen_tasks = _tasks(folder, options)
    wanted = (item for item in scored_samples(folder) if _wanted(item, options, chosen_tasks))
    shown = 0
    for item in islice(wanted, options["limit"]):
        shown += 1
        click.echo(json.dumps(item, ensure_ascii=False) if options["as_json"] else as_text(item))
    if not shown:
        click.echo("no such samples in this run", err=True)
    elif shown == options["limit"] and not options["as_json"]:
        click.echo(f"the first {shown}; --limit shows more", err=True)


def _summary(folder: RunFolder) -> None:
    """What the leaderboard says of a run, and its tables."""
    from bench.cli.tables import console, print_result
    from bench.leaderboard.badges import badges_of, protocol_of
    from bench.leaderboard.found import load_run

    run = load_run(folder.path)
    badges = badges_of(run)
    if run.result is not None:
        print_result(run.result)
    screen = console()
    for problem in run.problems:
        screen.print(printable(problem), soft_wrap=True)
    screen.print(f"state: {run.state}   protocol: {printable(protocol_of(badges))}", soft_wrap=True)
    for badge in badges:
        mark = "  (departs from the authors' protocol)" if badge.unlike else ""
        screen.print(f"  {badge.name:<16} {printable(badge.value)}{mark}", soft_wrap=True)


def _tasks(folder: RunFolder, options: dict[str, Any]) -> dict[str, str | None] | None:
    """The tasks that are asked for, each with the task that it is a part of; None for all."""
    if options["task"] is None and options["language"] is None:
        return None
    result = folder.result()
    if options["task"] is not None and options["task"] not in result.tasks:
        raise UserError(
            f"{folder.path}: holds no task {options['task']!r}{did_you_mean(options['task'], result.tasks)}"
        )
    names = [options["task"]] if options["task"] is not None else list(result.tasks)
    return {name: result.tasks[name].get("part_of") for name in names if _speaks(result, name, options["language"])}


def _speaks(result: RunResult, task: str, language: str | None) -> bool:
    entry = result.tasks[task]
    return language in {None, entry.get("language"), entry.get("programming_language")}


def _wanted(item: dict[str, Any], options: dict[str, Any], tasks: dict[str, str | None] | None) -> bool:
    sample, score = item["sample"], item["score"]
    return (
        (tasks is None or any(is_in(sample, name, whole) for name, whole in tasks.items()))
        and options["sample_id"] in {None, sample["id"]}
        and options["verdict"] in {None, score["verdict"]}
        and not (options["failed"] and score["value"])
    )
