"""`bench check`: what is wrong with a data set of one's own, before any model runs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bench.cli import MISTAKE

if TYPE_CHECKING:
    from bench.benchmarks.own.checking import Report

SHOWN = 50  # problems that are told one by one


@click.command(name="check", short_help="Find what is wrong with a data set of your own.")
@click.argument("card", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(card: Path, as_json: bool) -> None:
    """Check a card.toml (or the folder that holds it), every line of its data, its prompts and its metrics.

    No model runs. Ends with 2 where anything is wrong.

    \b
    bench check path/to/card.toml
    """
    from bench.benchmarks.own.checking import check_card
    from bench.registry import benchmarks

    report = check_card(card, benchmarks())
    if as_json:
        click.echo(json.dumps(_as_json(report), ensure_ascii=False, indent=2))
    elif report.tasks:
        _print(report)
    for problem in report.problems[:SHOWN]:
        click.echo(" ".join(str(problem.error).split()), err=True)
    if len(report.problems) > SHOWN:
        click.echo(f"and {len(report.problems) - SHOWN:,} more", err=True)
    if report.problems:
        sys.exit(MISTAKE)
    click.echo(f"{report.name}: nothing is wrong", err=True)


def _as_json(report: Report) -> dict[str, Any]:
    tasks = {
        name: {
            "rows": task.rows,
            "documents": len(task.documents),
            "languages": sorted(task.languages),
            "longest_prompt": task.longest,
            "longest_id": task.longest_id,
        }
        for name, task in report.tasks.items()
    }
    return {"name": report.name, "tasks": tasks, "problems": [str(problem.error) for problem in report.problems]}


def _print(report: Report) -> None:
    from bench.cli.cells import new_table
    from bench.cli.output import printable
    from bench.cli.tables import console

    table = new_table(report.name, "languages", "rows", "documents", "longest prompt", "its id", texts=2)
    for name, task in report.tasks.items():
        languages = printable(", ".join(sorted(task.languages)))
        numbers = (f"{task.rows:,}", f"{len(task.documents):,}", f"{task.longest:,} characters")
        table.add_row(name, languages, *numbers, printable(task.longest_id))
    console().print(table)
