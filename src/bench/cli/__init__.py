"""The command line: one small module per command, imported when it is called.

Results go to stdout, progress and logs to stderr. Exit codes: 0; 2 a user's mistake; 3 some samples were not judged,
or a budget was spent; 4 a comparison's gate; 130 interrupted.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping
from types import MappingProxyType

import click

from bench.errors import BenchError

# command -> module with a click command `command`
COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "run": "bench.cli.run",
        "score": "bench.cli.score",
        "merge": "bench.cli.merge",
        "compare": "bench.cli.compare",
        "leaderboard": "bench.cli.leaderboard",
        "capacity": "bench.cli.capacity",
        "show": "bench.cli.show",
        "export": "bench.cli.export",
        "review": "bench.cli.review",
        "download": "bench.cli.download",
        "check": "bench.cli.check",
        "schema": "bench.cli.schema",
        "build-tests": "bench.cli.build_tests",
        "sandbox": "bench.cli.sandbox",
        "make-samples": "bench.cli.make_samples",
        "list": "bench.cli.list",
        "doctor": "bench.cli.doctor",
    }
)

MISTAKE, NOT_JUDGED, GATE, INTERRUPTED = 2, 3, 4, 130


class LazyGroup(click.Group):
    """A group whose commands are imported only when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name."""
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(COMMANDS[cmd_name]).command
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> None:
        """Run the command; a reader of its output that has gone, as in `bench list | head`, ends it well.

        click itself would end with 1.
        """
        try:
            super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody is left to tell


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="longcode-bench", prog_name="bench")
@click.option("-v", "--verbose", is_flag=True, help="Show the traceback of an error.")
def bench(verbose: bool) -> None:
    """LongBench and NaturalCodeBench: the authors' exact number from one command."""


def main() -> None:
    """The entry point: turns every error into one line and an exit code."""
    arguments = sys.argv[1:]
    verbose = any(flag in arguments for flag in ("-v", "--verbose"))
    # -v may stand anywhere: it changes what an error looks like, not what a command does.
    arguments = [argument for argument in arguments if argument not in {"-v", "--verbose"}]
    try:
        bench.main(arguments, prog_name="bench", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(MISTAKE)
    except BenchError as error:
        _fail(error, verbose)
        sys.exit(MISTAKE)
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted; the same command goes on from here", err=True)
        # Not sys.exit: where the interrupt met code inside exec(), as dataclasses run it on import, Python remembers it
        # and ends by the signal, whatever exit code it is given. Everything is on disk already.
        sys.stdout.flush()
        os._exit(INTERRUPTED)


def _fail(error: BenchError, verbose: bool) -> None:
    if verbose:
        import traceback

        traceback.print_exception(error)
    click.echo(f"bench: {' '.join(str(error).split())}", err=True)
