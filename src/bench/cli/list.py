"""`bench list`: what there is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import click


@click.command(name="list", short_help="What benchmarks, tasks and models there are.")
@click.argument("names", nargs=-1, metavar="[BENCHMARK|CARD]...")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(names: tuple[str, ...], as_json: bool) -> None:
    """List the benchmarks with their tasks, and the models; or only the benchmarks and cards that are named."""
    from bench.models import MODELS
    from bench.registry import benchmarks, find_benchmark

    chosen = [find_benchmark(name) for name in names or benchmarks()]
    found = {benchmark.name: benchmark.catalogue for benchmark in chosen}
    if as_json:
        click.echo(json.dumps({"benchmarks": found, "models": list(MODELS)}, ensure_ascii=False, indent=2))
        return
    _print(found)
    if not names:
        click.echo(f"models: {', '.join(MODELS)}")


def _print(found: Mapping[str, Sequence[Mapping[str, str]]]) -> None:
    from bench.cli.cells import new_table
    from bench.cli.tables import console

    screen = console()
    for name, rows in found.items():
        columns = list(rows[0])
        table = new_table(name, *columns[1:], texts=len(columns))
        for row in rows:
            table.add_row(*row.values())
        screen.print(table)
