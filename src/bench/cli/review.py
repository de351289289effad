"""`bench review`: decide what a person must decide about problems that are being built."""

from __future__ import annotations

import getpass
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bench.cli.output import printable
from bench.errors import UserError

if TYPE_CHECKING:
    from bench.benchmarks.ncb.construction.review.session import Session


@click.command(name="review", short_help="Decide what a person must decide about problems being built.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Of 127.0.0.1; any that is free by default.")
@click.option("--open/--no-open", "opens", default=False, help="Open the page in this machine's browser.")
@click.option("--lang", type=click.Choice(["en", "zh"]), help="Of the page; the browser's own by default.")
@click.option("--editor", is_flag=True, help="Ask in a plain file in $EDITOR, in place of a page.")
@click.option(
    "--file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Read this plain file; where it is not there, write it.",
)
@click.option("--by", metavar="NAME", help="Who decides; by default your name on this machine.")
@click.option("--summary", is_flag=True, help="What was decided, and how long it took.")
@click.option(
    "--by-hand",
    type=click.FloatRange(min=0, min_open=True),
    metavar="MINUTES",
    help="With --summary: a problem's time without this tool.",
)
@click.option("--json", "as_json", is_flag=True, help="The summary as JSON on stdout.")
def command(folder: Path, **options: Any) -> None:
    """Ask what `bench build-tests` left to a person, the most doubtful problems first.

    A page on 127.0.0.1 shows one question at a time; its address holds a token. --editor and --file ask the same in a
    plain file. Decisions are kept as they are made; `bench build-tests --out FOLDER` then publishes.

    \b
    bench review problems/
    bench review problems/ --editor
    bench review problems/ --summary --by-hand 45
    """
    from bench.benchmarks.ncb.construction.folder import Folder
    from bench.benchmarks.ncb.construction.review.session import Session

    _check(options)
    session = Session(Folder.existing(folder), by=options["by"] or _user())
    if options["summary"]:
        _summary(session, options)
    elif options["editor"]:
        _edit(session)
    elif options["file"] is not None:
        _file(session, options["file"])
    else:
        _serve(session, options)


def _check(options: dict[str, Any]) -> None:
    """Refuse options that do not go together."""
    ways = [name for name in ("summary", "editor", "file") if options[name]]
    if len(ways) > 1:
        raise UserError(f"one at a time, not {' and '.join(f'--{name}' for name in ways)}")
    if not options["summary"] and (options["by_hand"] is not None or options["as_json"]):
        raise UserError("--by-hand and --json go with --summary")


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user without a name
        return ""


def _serve(session: Session, options: dict[str, Any]) -> None:
    """The page, until Ctrl-C."""
    from bench.benchmarks.ncb.construction.review.opening import browser_opened
    from bench.benchmarks.ncb.construction.review.server import Server

    server = Server(session, port=options["port"], language=options["lang"])
    with server.serving(), browser_opened(server.url, opens=options["opens"]):
        click.echo(f"{_left(session)}; this address is for you alone, Ctrl-C ends the review", err=True)
        click.echo(server.url)
        try:
            server.wait()
        except KeyboardInterrupt:
            click.echo("", err=True)
    _end(session)


def _edit(session: Session) -> None:
    """The plain file in an editor, again as long as lines in it cannot be read."""
    from bench.benchmarks.ncb.construction.review.plain_file import as_text, taken

    text, again = as_text(session), True
    while again:
        begun = time.monotonic()
        text = click.edit(text, extension=".md", require_save=False) or ""
        now = taken(session, text, "the file", seconds=time.monotonic() - begun)
        click.echo(f"{now.count} decisions taken", err=True)
        for problem in now.problems:
            click.echo(f"bench: {printable(problem)}", err=True)
        again = bool(now.problems) and click.confirm("edit it again?", default=True, err=True)
    _end(session)


def _file(session: Session, path: Path) -> None:
    """Write the plain file, or take what was filled in."""
    from bench.benchmarks.ncb.construction.review.plain_file import as_text, taken
    from bench.jsonl import replace_file

    if not path.exists():
        replace_file(path, [as_text(session)])
        click.echo(f"fill in the lines `decision:`, then run the same command again: {path}", err=True)
        return
    now = taken(session, path.read_text(encoding="utf-8"), str(path))
    click.echo(f"{now.count} decisions taken", err=True)
    _end(session)
    if now.problems:
        raise UserError(" | ".join(now.problems))


def _summary(session: Session, options: dict[str, Any]) -> None:
    from bench.benchmarks.ncb.construction.review.summary import summary
    from bench.cli.review_tables import print_summary

    told = summary(session, by_hand=options["by_hand"])
    if options["as_json"]:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        print_summary(told)


def _left(session: Session) -> str:
    left = len(session.state().open)
    return f"{left} of {len(session.questions)} questions are left to decide"


def _end(session: Session) -> None:
    path = session.folder.path
    click.echo(f"{_left(session)}; bench build-tests --out {path} verifies and publishes what is decided", err=True)
