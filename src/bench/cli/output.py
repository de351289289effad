"""What a command that made results prints: tables, JSON or CSV on stdout, remarks and the folder on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bench.cli import NOT_JUDGED

if TYPE_CHECKING:
    from bench.pipeline import Outcome

Command = TypeVar("Command", bound=Callable[..., Any])


def output_options(command: Command) -> Command:
    """`--json` and `--csv`."""
    command = click.option("--json", "as_json", is_flag=True, help="The results as JSON on stdout.")(command)
    csv_help = "The table as CSV, to FILE or, without one, to stdout."
    return click.option("--csv", is_flag=False, flag_value="-", metavar="[FILE]", help=csv_help)(command)


def show(outcomes: Sequence[Outcome], options: dict[str, Any]) -> None:
    """Show what was done; the folder of each run is the last line about it on stderr."""
    for outcome in outcomes:
        for remark in outcome.remarks:
            click.echo(remark, err=True)
    if options["as_json"]:
        click.echo(json.dumps(_as_json(outcomes), ensure_ascii=False, indent=2))
    elif options["csv"] == "-":
        click.echo(_csv(outcomes), nl=False)
    else:
        _tables(outcomes)
    if options["csv"] not in {None, "-"}:
        _write_csv(Path(options["csv"]), outcomes)
    sys.stdout.flush()
    for outcome in outcomes:
        click.echo(_unjudged(outcome), err=True, nl=False)
        if outcome.stopped is not None:
            click.echo(f"{outcome.stopped}; the same command with a larger budget goes on", err=True)
        click.echo(str(outcome.folder.path), err=True)


def printable(text: str) -> str:
    """Model output and names from files are untrusted: sequences that could drive the terminal are shown, not sent."""
    return "".join(char if char in "\n\t" or char.isprintable() else repr(char)[1:-1] for char in text)


def end(outcomes: Sequence[Outcome]) -> None:
    """End with the exit code that says whether everything was asked and judged."""
    if any(outcome.stopped or _unjudged(outcome) for outcome in outcomes):
        sys.exit(NOT_JUDGED)


def _write_csv(path: Path, outcomes: Sequence[Outcome]) -> None:
    from bench.jsonl import writing

    with writing(path, "name another file with --csv"):
        path.write_text(_csv(outcomes), encoding="utf-8")


def _unjudged(outcome: Outcome) -> str:
    """How many samples are not judged, or will not be, and why; empty where there are none."""
    if outcome.result is None:
        count, what = sum(outcome.failures.values()), "failed, and are done again by the same command"
    else:
        count, what = outcome.result.not_judged, "samples are not judged and count 0"
    failures = outcome.failures if outcome.result is None else outcome.result.failures
    return f"{count} {what}: {', '.join(f'{many} {name}' for name, many in failures.items())}\n" if count else ""


def _as_json(outcomes: Sequence[Outcome]) -> Any:
    from bench.records import to_json

    items = [
        {"run": str(outcome.folder.path), **({} if outcome.result is None else to_json(outcome.result))}
        for outcome in outcomes
    ]
    return items[0] if len(items) == 1 else items


def _csv(outcomes: Sequence[Outcome]) -> str:
    from bench.cli.tables import as_csv

    return as_csv([outcome.result for outcome in outcomes if outcome.result is not None])


def _tables(outcomes: Sequence[Outcome]) -> None:
    from bench.cli.tables import print_result

    for outcome in outcomes:
        if outcome.result is not None:
            print_result(outcome.result)
