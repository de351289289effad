"""`bench list`: what there is."""

from __future__ import annotations

import json
from typing import Any

import click


@click.command(name="list", short_help="What benchmarks, tasks and models there are.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(as_json: bool) -> None:
    """List the benchmarks with their tasks, and the models."""
    from bench.models import MODELS
    from bench.registry import benchmarks

    found = {name: [_task(task) for task in benchmark.table.values()] for name, benchmark in benchmarks().items()}  # type: ignore[attr-defined]
    if as_json:
        click.echo(json.dumps({"benchmarks": found, "models": list(MODELS)}, ensure_ascii=False, indent=2))
        return
    _print(found)
    click.echo(f"models: {', '.join(MODELS)}")


def _task(task: Any) -> dict[str, Any]:
    names = ("name", "category", "language", "metric", "max_new_tokens", "chat")
    return {name: getattr(task, name) for name in names}


def _print(found: dict[str, list[dict[str, Any]]]) -> None:
    from bench.cli.tables import console, new_table

    screen = console()
    for name, tasks in found.items():
        table = new_table(name, "category", "language", "metric", "prompt", "new tokens", texts=5)
        for task in tasks:
            chat = "chat" if task["chat"] else "raw"
            cells = (str(task["category"]), task["language"], task["metric"], chat, str(task["max_new_tokens"]))
            table.add_row(task["name"], *cells)
        screen.print(table)
