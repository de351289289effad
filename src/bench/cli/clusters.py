"""`--cluster`: the machines on which a run's work is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from bench.clusters import Executor

Command = TypeVar("Command", bound=Callable[..., Any])


def cluster_option(command: Command) -> Command:
    """`--cluster`, the same for every command that can share its work out."""
    text = "A Ray cluster to share the work out to: auto, the one that this machine belongs to, or HOST:PORT."
    return click.option("--cluster", metavar="auto|ADDRESS", help=text)(command)


def executor_of(cluster: str | None) -> Executor:
    """What `--cluster` names.

    Raises:
        UserError: Ray is not installed, no cluster answers, or a machine of it is not equal to this one.
    """
    from bench.cli.progress import Bar
    from bench.clusters import load_executor

    return load_executor(cluster, Bar().say)
