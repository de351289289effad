"""`bench merge`: the run folders of all shards as one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bench.cli.output import end, output_options, show

FOLDER = click.Path(path_type=Path)


@click.command(name="merge", short_help="Make one run of the shards that several machines ran.")
@click.argument("shards", nargs=-1, required=True, type=FOLDER, metavar="SHARD...")
@click.option("--out", type=FOLDER, default=Path("runs"), show_default=True, help="All runs.")
@click.option("--run-dir", type=FOLDER, help="This very folder.")
@click.option("--name", help="The model's name in folders and tables; by default the shards' own.")
@click.option("--card", metavar="CARD", help="Of a data set of your own: its card.toml, or the folder that holds it.")
@output_options
def command(shards: tuple[Path, ...], **options: Any) -> None:
    """Make one run folder of the folders of all shards, and score it, as if the run had never been cut.

    Neither model nor data nor sandbox are needed, and the shards stay as they are. Where one is not finished, the same
    `bench run` without --shard goes on in the merged folder.

    \b
    bench run longbench --model NAME --shard 1/2        # on one machine
    bench run longbench --model NAME --shard 2/2        # on another
    bench merge machine1/runs/longbench/NAME/20260101T* machine2/runs/longbench/NAME/20260101T*
    """
    from bench.cli.progress import Bar
    from bench.merging import merge
    from bench.places import Place

    place = Place(out=options["out"], run_dir=options["run_dir"], name=options["name"])
    outcome = merge(shards, place, card=options["card"], progress=Bar())
    show([outcome], options)
    end([outcome])
