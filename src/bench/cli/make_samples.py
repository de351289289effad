"""`bench make-samples`: data of any length with known answers, for stress tests and for looking at one's own model."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from bench.errors import UserError


@click.command(name="make-samples", short_help="Make data of any length with known answers.")
@click.option("--words", type=click.IntRange(300, 1_000_000), required=True, help="Length of each sample.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="A new folder.")
@click.option(
    "--count", type=click.IntRange(min=1), default=4, show_default=True, help="Samples of each task; v2: in all."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed gives other samples.")
@click.option("--tasks", metavar="A,B", help="Only these tasks.")
@click.option(
    "--variant",
    type=click.Choice(["v1", "e", "v2"]),
    default="v1",
    show_default=True,
    help="e: with length buckets; v2: four choices.",
)
def command(words: int, out: Path, count: int, seed: int, tasks: str | None, variant: str) -> None:
    """Write LongBench's data sets in our own wording, every question answerable from its context.

    \b
    bench make-samples --words 50000 --out long/
    bench run longbench --model lexical --data long/
    """
    from bench.jsonl import writing

    make = _maker(variant, count, seed, _names(tasks))
    if out.exists() and any(out.iterdir()):
        raise UserError(f"{out}: is not empty; name a new folder")
    with writing(out):
        written = make(out, words=words)
    for path in written:
        click.echo(str(path))


def _maker(variant: str, count: int, seed: int, tasks: list[str] | None) -> Callable[..., list[Path]]:
    """What writes the samples of a variant, all but the folder and the length given."""
    from bench.benchmarks.longbench import LONGBENCH, LONGBENCH_E
    from bench.benchmarks.longbench.sample import write_samples
    from bench.benchmarks.longbench.v2.sample import write_samples as write_v2

    if variant == "v2":
        if tasks:
            raise UserError("--variant v2: all its questions are in one file; leave --tasks out")
        return partial(write_v2, count=count, seed=seed)
    benchmark = LONGBENCH_E if variant == "e" else LONGBENCH
    chosen = benchmark.known_tasks(tasks) if tasks else None
    return partial(write_samples, count=count, seed=seed, tasks=chosen, longbench_e=variant == "e")


def _names(tasks: str | None) -> list[str] | None:
    return [name.strip() for name in tasks.split(",")] if tasks else None
