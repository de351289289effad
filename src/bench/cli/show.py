"""`bench show`: read samples, answers and scores in the terminal."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bench.cli.output import printable
from bench.errors import UserError, did_you_mean

if TYPE_CHECKING:
    from bench.runs import RunFolder


@click.command(name="show", short_help="Read samples, answers and why a value is zero.")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--task", help="Only this task.")
@click.option("--failed", is_flag=True, help="Only samples with value 0, or not judged.")
@click.option("--id", "sample_id", help="Only this sample.")
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True, help="How many at most.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON a sample.")
def command(run: Path, **options: Any) -> None:
    """Show what was asked, what came back, what was extracted, its value, and why it is zero."""
    from bench.reading import scored_samples
    from bench.runs import RunFolder

    folder = RunFolder.open(run)
    whole = _check_task(folder, options["task"])
    chosen = islice((item for item in scored_samples(folder) if _wanted(item, options, whole)), options["limit"])
    shown = 0
    for item in chosen:
        shown += 1
        click.echo(json.dumps(item, ensure_ascii=False) if options["as_json"] else _text(item))
    if not shown:
        click.echo("no such samples in this run", err=True)
    elif shown == options["limit"] and not options["as_json"]:
        click.echo(f"the first {shown}; --limit shows more", err=True)


def _check_task(folder: RunFolder, task: str | None) -> str | None:
    """The task that the named one is a part of, where it is."""
    if task is None:
        return None
    known = folder.result().tasks
    if task not in known:
        raise UserError(f"{folder.path}: holds no task {task!r}{did_you_mean(task, known)}")
    whole: str | None = known[task].get("part_of")
    return whole


def _wanted(item: dict[str, Any], options: dict[str, Any], whole: str | None) -> bool:
    from bench.reading import is_in

    sample, score = item["sample"], item["score"]
    return (
        (options["task"] is None or is_in(options["task"], whole, sample["task"], sample["metadata"]))
        and (options["sample_id"] is None or sample["id"] == options["sample_id"])
        and not (options["failed"] and score["value"])
    )


def _text(item: dict[str, Any]) -> str:
    sample, score, completion = item["sample"], item["score"], item["completion"]
    value = "not judged" if score["value"] is None else f"{100 * score['value']:.2f}"
    also = ", ".join(f"{name} {100 * number:.2f}" for name, number in score["also"].items())
    fields = {
        "prompt": _excerpt(sample),
        "targets": "\n".join(sample["targets"]),
        "completion": "" if completion is None else completion["error"] or completion["text"],
        "extracted": score["answer"],
        "value": f"{value}  ({also})" if also else value,
        "why": score["reason"] or score["raised"],
    }
    lines = [click.style(sample["id"], bold=True)]
    lines += [_field(name, text) for name, text in fields.items() if text]
    return "\n".join(lines) + "\n"


def _excerpt(sample: dict[str, Any]) -> str:
    return f"{sample['head']}\n[...]\n{sample['tail']}" if sample["tail"] else str(sample["head"])


def _field(name: str, text: str) -> str:
    indented = printable(text).strip("\n").replace("\n", "\n" + " " * 14)
    return f"  {click.style(f'{name:<10}', dim=True)}  {indented}"
