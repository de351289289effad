"""Options in sections, so that a long `--help` can be read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])
Declared = tuple[str, dict[str, Any]]
"""An option: its name on the command line, and what click is told of it."""

REST = "Options"


class SectionOption(click.Option):
    """An option that knows under which heading it is shown."""

    def __init__(self, *arguments: Any, section: str = REST, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.section = section


class SectionCommand(click.Command):
    """A command whose help has a heading for each section, in the order in which options are declared."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One heading after the other."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx) if isinstance(parameter, click.Option) else None
            if record is not None:
                sections.setdefault(getattr(parameter, "section", REST), []).append(record)
        for name, records in sections.items():
            with formatter.section(name):
                formatter.write_dl(records)


def in_section(name: str, declared: tuple[Declared, ...]) -> Callable[[Command], Command]:
    """A decorator that adds options under one heading, in their order."""

    def add(command: Command) -> Command:
        for option, told in reversed(declared):
            command = click.option(option, cls=SectionOption, section=name, **told)(command)
        return command

    return add
