"""What `bench run --dry-run` shows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click
from rich.table import Table
from rich.text import Text

from bench.cli.cells import NOTHING, new_table
from bench.cli.output import printable
from bench.cli.tables import console
from bench.spending import money

if TYPE_CHECKING:
    from bench.foretelling import Forecast, TaskForecast


def show_forecasts(forecasts: Sequence[Forecast], *, as_json: bool) -> None:
    """Every benchmark's tasks, and what they take together; JSON is one object for one benchmark, else a list."""
    if as_json:
        items = [forecast.as_json() for forecast in forecasts]
        click.echo(json.dumps(items[0] if len(items) == 1 else items, ensure_ascii=False, indent=2))
        return
    screen = console()
    for forecast in forecasts:
        screen.print()
        screen.print(Text(forecast.benchmark, "bold"), printable(f" · {forecast.model}"), sep="", end="\n\n")
        screen.print(_table(forecast))
        for line in _lines(forecast):
            screen.print(printable(line), soft_wrap=True)


def _table(forecast: Forecast) -> Table:
    table = new_table("task", "prompts", "tokens in", "tokens out at most", "rows cut")
    for name, task in forecast.tasks.items():
        table.add_row(*_cells(name, task, forecast))
    table.add_section()
    table.add_row(*_cells("together", forecast.total, forecast))
    return table


def _cells(name: str, task: TaskForecast, forecast: Forecast) -> Iterator[str]:
    yield name
    yield f"{task.prompts:,}"
    yield f"{'' if forecast.exact else 'about '}{task.input_tokens:,}"
    yield f"{task.max_output_tokens:,}"
    yield NOTHING if task.truncated is None else f"{task.truncated:,}"


def _lines(forecast: Forecast) -> Iterator[str]:
    if not forecast.exact:
        yield f"tokens in are estimated, one for three bytes: {forecast.reason}"
    if forecast.total.refused:
        yield f"{forecast.total.refused:,} prompts are too long and must not be cut: they would not be answered"
    yield f"on disk at most about {forecast.disk_bytes / 1e6:,.1f} MB"
    if forecast.cost is not None:
        paid = {name: money(usd) for name, usd in forecast.cost.items()}
        about = "" if forecast.exact else "about "
        yield f"at most {about}{paid['total']}: {paid['input']} in, {paid['output']} out"
