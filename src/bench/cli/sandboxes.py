"""`--sandbox`: where code is run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def sandbox_option(command: Command) -> Command:
    """`--sandbox`, the same for every command that runs code."""
    text = "Where code is run. unsafe-local isolates nothing: code that a model wrote runs as you, on this machine."
    choice = click.Choice(["docker", "podman", "unsafe-local"])
    return click.option("--sandbox", type=choice, default="docker", show_default=True, help=text)(command)
