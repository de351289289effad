"""`bench schema`: what a line of the unified format is, as a JSON Schema."""

from __future__ import annotations

import click


@click.command(name="schema", short_help="The JSON Schema of a sample in the unified format.")
def command() -> None:
    """Print the JSON Schema of one line of a data set in the unified format."""
    from importlib.resources import files

    click.echo((files("bench") / "sample.schema.json").read_text(encoding="utf-8"), nl=False)
