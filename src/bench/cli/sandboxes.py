"""`--sandbox`: where code is run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from bench.pipeline import MakeSandbox

Command = TypeVar("Command", bound=Callable[..., Any])


def sandbox_option(command: Command) -> Command:
    """`--sandbox`, the same for every command that runs code."""
    text = "Where code is run. unsafe-local isolates nothing: code that a model wrote runs as you, on this machine."
    choice = click.Choice(["docker", "podman", "unsafe-local"])
    return click.option("--sandbox", type=choice, default="docker", show_default=True, help=text)(command)


def sandbox_maker(name: str) -> MakeSandbox:
    """Makes the sandbox of that name when it is asked for."""

    def make() -> Any:
        from bench.sandbox import load_sandbox

        return load_sandbox(name)

    return make
