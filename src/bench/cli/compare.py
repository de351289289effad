"""`bench compare`: two runs on the samples that they share, for people, for scripts and for CI."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bench.cli import GATE
from bench.errors import UserError

if TYPE_CHECKING:
    from bench.comparing import Comparison, Difference


@click.command(name="compare", short_help="Two runs on the same samples: differences, intervals, p-values, a gate.")
@click.argument("run_a", type=click.Path(path_type=Path))
@click.argument("run_b", type=click.Path(path_type=Path), required=False)
@click.option("--task", "tasks", multiple=True, help="Only this task; may be given several times.")
@click.option(
    "--fail-below",
    type=float,
    metavar="X",
    help="End with 4 where the interval of B - A reaches below X points: of the headline, or of each --task.",
)
@click.option("--different-prompts", is_flag=True, help="Compare settings too, such as zero-shot and cot.")
@click.option("--min-detectable", is_flag=True, help="Show which differences can be seen; one run is enough for it.")
@click.option("--json", "as_json", is_flag=True, help="The comparison as JSON on stdout.")
@click.option("--junit", type=click.Path(path_type=Path), metavar="FILE", help="A test case for each task and average.")
def command(run_a: Path, run_b: Path | None, **options: Any) -> None:
    """Compare run B with run A, sample by sample, on what both hold. Differences are B less A, in points.

    \b
    bench compare runs/longbench/old/20260101T000000Z-0123abcd runs/longbench/new/20260102T000000Z-4567cdef
    bench compare OLD NEW --fail-below -1.0 --junit compare.xml
    bench compare OLD --min-detectable

    docs/statistics.md says how the numbers are made and how to read them.
    """
    _check(run_b, options)
    if run_b is None:
        _alone(run_a, as_json=options["as_json"])
        return
    from bench.comparing import compare

    found = compare(run_a, run_b, tasks=options["tasks"], different_prompts=options["different_prompts"])
    failed = _failed(found, options)
    if options["junit"]:
        from bench.cli.junit import write_junit

        write_junit(options["junit"], found, failed, options["fail_below"])
    _show(found, failed, options)
    _end(found, failed, options["fail_below"])


def _check(run_b: Path | None, options: dict[str, Any]) -> None:
    if run_b is None and not options["min_detectable"]:
        raise UserError("name two runs, RUN_A and RUN_B; with --min-detectable one is enough")
    if run_b is None and (options["fail_below"] is not None or options["junit"] or options["tasks"]):
        raise UserError("--task, --fail-below and --junit need two runs; name RUN_B too")
    if options["fail_below"] is not None and not math.isfinite(options["fail_below"]):
        raise UserError("--fail-below takes a number of points, -1.0 for example")


def _alone(path: Path, *, as_json: bool) -> None:
    from bench.comparing.alone import detectable_alone

    found = detectable_alone(path)
    if as_json:
        click.echo(json.dumps({name: dict(entry) for name, entry in found.items()}, ensure_ascii=False, indent=2))
        return
    from bench.cli.compare_tables import print_detectable

    print_detectable(found)


def _gated(found: Comparison, options: dict[str, Any]) -> Sequence[Difference]:
    """What the gate is about."""
    return found.tasks if options["tasks"] else [found.headline]


def _failed(found: Comparison, options: dict[str, Any]) -> list[Difference]:
    if options["fail_below"] is None:
        return []
    return [difference for difference in _gated(found, options) if _lowest(difference) < options["fail_below"]]


def _lowest(difference: Difference) -> float:
    """The interval's low end; where not one sample changed there is no drop to guard against."""
    return difference.low if difference.better or difference.worse else difference.difference


def _show(found: Comparison, failed: Sequence[Difference], options: dict[str, Any]) -> None:
    if options["as_json"]:
        from dataclasses import asdict

        gate = {"fail_below": options["fail_below"], "failed": [difference.name for difference in failed]}
        whole = asdict(found) if options["fail_below"] is None else {**asdict(found), "gate": gate}
        click.echo(json.dumps(whole, ensure_ascii=False, indent=2, allow_nan=False))
    else:
        from bench.cli.compare_tables import print_comparison

        print_comparison(found, detectable=options["min_detectable"])
    sys.stdout.flush()


def _end(found: Comparison, failed: Sequence[Difference], fail_below: float | None) -> None:
    from bench.cli.output import printable

    for difference in failed:
        text = f"{difference.name}: the interval of {found.b} less {found.a} reaches down to {difference.low:.2f}"
        click.echo(f"bench: {printable(text)}, below --fail-below {fail_below:g}", err=True)
    if failed:
        sys.exit(GATE)
