"""`bench capacity`: how long a run would take on other machines, what it would cost and what would hold it up."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bench.cli.capacity_options import MACHINES, MEASURED, WORK, planned_load, planned_machines, sweep
from bench.cli.sections import SectionCommand, in_section

if TYPE_CHECKING:
    from rich.table import Table

    from bench.capacity import Forecast, Load, Machines

Plan = tuple[Mapping[str, int], "Forecast"]
"""What a row of the sweep changes, and what comes of it."""

RESOURCES = ("replicas", "cores", "driver")
"""Whose busy share the table shows; JSON has all."""


@click.command(name="capacity", cls=SectionCommand, short_help="What a run would take on other machines.")
@click.argument("run", required=False, type=click.Path(path_type=Path))
@in_section("The work", WORK)
@in_section("The machines", MACHINES)
@in_section("How RUN was made", MEASURED)
@click.option("--sweep", "swept", metavar="NAME=1,10", help="A row for each value of an option: hosts=1,10,100.")
@click.option("--seed", type=int, metavar="N", default=0, show_default=True, help="In which order the pieces come.")
@click.option("--json", "as_json", is_flag=True, help="The forecasts as JSON on stdout.")
def command(run: Path | None, swept: str | None, seed: int, as_json: bool, **options: Any) -> None:
    """Foretell wall time, cost and bottleneck of a run, from a small run of your own or from numbers alone.

    RUN tells how long prompts, answers and programs are, and how quick the machines were; options say what is to be
    otherwise.

    \b
    bench capacity runs/ncb/my-model/20260101T000000Z-0123abcd --attempts 10 --sweep hosts=1,10,100
    bench capacity --samples 5253 --tokens-in 12000 --tokens-out 100 --prefill 20000 --sweep replicas=1,8,64
    bench capacity --executions 1000000 --cpu-seconds 0.8 --cores 16 --sweep hosts=1,10,100,1000
    """
    from bench.capacity import simulate

    load, machines, attempts = _measured(run, options)
    plans: list[Plan] = []
    for change in sweep(swept):
        chosen = {**options, **change}
        forecast = simulate(planned_load(load, attempts, chosen), planned_machines(machines, chosen), seed=seed)
        plans.append((change, forecast))
    if as_json:
        click.echo(json.dumps([_as_json(*plan) for plan in plans], indent=2))
    else:
        _print(plans)
        for line in _doubts(load, options):
            click.echo(line, err=True)


def _measured(run: Path | None, options: Mapping[str, Any]) -> tuple[Load, Machines, int]:
    """What a run folder tells, and how many attempts it made; the defaults without one."""
    from bench.capacity import Load, Machines, Setup, calibrated
    from bench.runs import RunFolder

    if run is None:
        return Load(), Machines(), 1
    folder = RunFolder.open(run)
    setup = Setup(
        **{name: options[f"run_{name}"] for name in ("replicas", "hosts", "cores", "jobs")}, chunk=options["chunk"]
    )
    return *calibrated(folder, setup), int(folder.spec.generation.get("attempts", 1))


def _doubts(load: Load, options: Mapping[str, Any]) -> Iterator[str]:
    if load.prompts and not load.tokens and None in (options["tokens_in"], options["tokens_out"]):
        yield "answers are left out: the run counted no tokens; give --tokens-in and --tokens-out"


def _as_json(change: Mapping[str, int], forecast: Forecast) -> dict[str, Any]:
    told = asdict(forecast)
    return {"plan": dict(change), "seconds": forecast.seconds, **told}


def _print(plans: Sequence[Plan]) -> None:
    from bench.cli.tables import console

    screen = console()
    screen.print(_table(plans))
    screen.print("replicas, cores, driver: how busy each is in the stage in which it works most")
    for change, forecast in plans:
        name = f"{_named(change)}: " if change else ""
        screen.print(f"{name}{forecast.bottleneck}", soft_wrap=True, markup=False, highlight=False)


def _table(plans: Sequence[Plan]) -> Table:
    from bench.cli.cells import NOTHING, new_table
    from bench.spending import money

    names = list(dict.fromkeys(stage.name for _, forecast in plans for stage in forecast.stages))
    used = [name for name in RESOURCES if any(name in stage.busy for _, plan in plans for stage in plan.stages)]
    table = new_table("plan", *names, "wall time", "cost", *used)
    for change, forecast in plans:
        stages = {stage.name: duration(stage.seconds) for stage in forecast.stages}
        cells = [stages.get(name, NOTHING) for name in names]
        busy = [_share(forecast, name) for name in used]
        table.add_row(_named(change) or "as asked", *cells, duration(forecast.seconds), money(forecast.cost), *busy)
    return table


def _named(change: Mapping[str, int]) -> str:
    return ", ".join(f"{name.replace('_', '-')} {value:,}" for name, value in change.items())


def _share(forecast: Forecast, resource: str) -> str:
    """Of the stage in which it works most."""
    from bench.cli.cells import NOTHING

    found = [stage.busy[resource] for stage in forecast.stages if resource in stage.busy]
    return f"{100 * max(found):.0f} %" if found else NOTHING


def duration(seconds: float) -> str:
    """Seconds, minutes, hours or days, with as many digits as say something."""
    for name, unit in (("days", 172_800), ("h", 5400), ("min", 120)):
        if seconds >= unit:
            size = {"days": 86_400, "h": 3600, "min": 60}[name]
            return f"{seconds / size:,.1f} {name}"
    return f"{seconds:,.1f} s"
