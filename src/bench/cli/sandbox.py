"""`bench sandbox`: make the image, prove that isolation holds here, carry the image to another machine."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bench.cli import MISTAKE
from bench.errors import SandboxError, UserError

if TYPE_CHECKING:
    from bench.sandbox.layers import Layer
    from bench.sandbox.selftest import Finding

engine_option = click.option(
    "--sandbox",
    "engine",
    type=click.Choice(["docker", "podman"]),
    default="docker",
    show_default=True,
    help="The engine, by its socket or by DOCKER_HOST.",
)
file_argument = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.group(name="sandbox", short_help="The image that code runs in: build, check, save, load.")
def command() -> None:
    """The containers in which code that a model wrote is run."""


@command.command(short_help="Build the image.")
@engine_option
@click.option("--base", metavar="IMAGE", help="A Debian 12 image in place of debian:bookworm-slim.")
@click.option(
    "--build-arg", "arguments", metavar="K=V", multiple=True, help="For mirrors and proxies: PIP_INDEX_URL=..."
)
@click.option(
    "--files",
    "folder",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="A folder with what cannot be fetched here: wheels, fastjson2-2.0.41.jar, nltk data archives.",
)
@click.option(
    "--for",
    "card",
    type=click.Path(path_type=Path, exists=True),
    metavar="CARD",
    help="Add what a set of problems of your own needs, in a layer of its own.",
)
def build(engine: str, base: str | None, arguments: tuple[str, ...], folder: Path | None, card: Path | None) -> None:
    """Build the image from this version's files; its tag tells from which, so that a stale one is noticed."""
    from bench.sandbox.building import build as make
    from bench.sandbox.layers import build_layer

    pairs = dict(_pair(argument) for argument in arguments)
    layer = None if card is None else _layer(card)
    with _engine(engine) as api:
        if layer is None:
            made = make(api, base=base, arguments=pairs, folder=folder, say=_say)
        else:
            made = build_layer(api, layer, pairs, folder, _say)
        size = api.inspect_image(made)["Size"]
    click.echo(f"{made} ({size / 1e9:.2f} GB)")


def _say(line: str) -> None:
    click.echo(line, err=True)


def _layer(card: Path) -> Layer:
    """What a card needs besides the image.

    Raises:
        UserError: it is no card of problems, or needs nothing.
    """
    from bench.benchmarks.ncb.problem_set import read_needs

    found = read_needs(card)
    if found.layer is None:
        raise UserError(f"{found.path}: needs nothing besides the sandbox's image; `bench sandbox build` makes that")
    return found.layer


def _pair(argument: str) -> tuple[str, str]:
    name, sign, value = argument.partition("=")
    if not name or not sign:
        raise UserError(f"--build-arg {argument}: write NAME=VALUE")
    return name, value


@contextmanager
def _engine(name: str) -> Iterator[Any]:
    from bench.sandbox.engine import connect

    with closing(connect(name)) as api:
        yield api


@command.command(short_help="Prove that isolation holds on this machine.")
@engine_option
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def check(engine: str, as_json: bool) -> None:
    """Try every limit in real containers. Ends with 0 if all hold, with 2 otherwise."""
    findings = _examined(engine)
    if as_json:
        _print_json(findings)
    else:
        _print_table(findings)
    if not all(finding.held for finding in findings):
        sys.exit(MISTAKE)


def _examined(engine: str) -> tuple[Finding, ...]:
    from bench.sandbox.building import missing
    from bench.sandbox.contained import findings_of
    from bench.sandbox.containers import sweep
    from bench.sandbox.context import tag
    from bench.sandbox.session import Broken

    with _engine(engine) as api:
        if problem := missing(api):
            raise SandboxError(problem)
        try:
            if count := sweep(api):
                click.echo(f"removed {count} containers that a killed process had left", err=True)
            return findings_of(api, tag())
        except Broken as broken:
            raise SandboxError(f"the {engine} daemon fails: {broken}") from None


def _print_json(findings: tuple[Finding, ...]) -> None:
    import json
    from dataclasses import asdict

    click.echo(json.dumps([asdict(finding) for finding in findings], indent=2))


def _print_table(findings: tuple[Finding, ...]) -> None:
    for finding in findings:
        sign = click.style("holds", fg="green") if finding.held else click.style("FAILS", fg="red")
        click.echo(f"{sign}  {finding.limit:<18} {finding.detail}")


@command.command(short_help="Write the image to a file.")
@engine_option
@file_argument
def save(engine: str, file: Path) -> None:
    """Write the image to FILE, packed by gzip, for a machine that cannot build it."""
    from bench.sandbox.building import save as write
    from bench.sandbox.context import tag

    with _engine(engine) as api:
        size = (api.inspect_image(tag())["Size"]) if api.images(name=tag()) else None
        with _counting(size) as moved:
            write(api, file, moved)
    click.echo(f"{file} ({file.stat().st_size / 1e9:.2f} GB)")


@command.command(short_help="Take the image from a file.")
@engine_option
@file_argument
def load(engine: str, file: Path) -> None:
    """Take the image from FILE, which `bench sandbox save` wrote."""
    from bench.sandbox.building import load as read
    from bench.sandbox.context import tag

    with _engine(engine) as api, _counting(None) as moved:
        read(api, file, moved)
    click.echo(tag())


@contextmanager
def _counting(size: int | None) -> Iterator[Callable[[int], None]]:
    """A bar of bytes on stderr."""
    from tqdm import tqdm

    with tqdm(total=size, unit="B", unit_scale=True, leave=False, disable=not sys.stderr.isatty()) as bar:

        def moved(count: int) -> None:
            bar.update(count)

        yield moved
