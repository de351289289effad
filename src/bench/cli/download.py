"""`bench download`: published data fetched once, verified and kept; packed for machines without a network."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bench.errors import UserError

if TYPE_CHECKING:
    from bench.hub.cache import Store
    from bench.hub.cards import Card

ALL = "all"
PATH = click.Path(path_type=Path)


@click.command(name="download", short_help="Fetch the published data once, pinned and verified.")
@click.argument("names", nargs=-1, metavar="NAME...|all")
@click.option("--from", "given", type=PATH, help="Take what you have: a folder, a file, or a pack that --pack made.")
@click.option(
    "--from-image", metavar="IMAGE", help="ncb: input files out of the authors' image, which is never started."
)
@click.option(
    "--unpinned", is_flag=True, help="With --from: take what is not the published data too, apart and marked."
)
@click.option("--revision", metavar="REV", help="Data of another revision: not verified, apart and marked.")
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="NAME=URL",
    help="Where a file, or all of a card, comes from instead: https:// or file://; may be given several times.",
)
@click.option("--pack", type=PATH, help="Write data, prompts and tokenizers to a tar file.")
@click.option(
    "--tokenizer",
    "tokenizers",
    multiple=True,
    metavar="NAME",
    help="For --pack: a folder or hub id; several times too.",
)
@click.option("--list", "listing", is_flag=True, help="Show the cards and what of them is here; fetch nothing.")
@click.option("--json", "as_json", is_flag=True, help="As JSON on stdout.")
def command(names: tuple[str, ...], listing: bool, as_json: bool, **options: Any) -> None:
    """Fetch published data, verify them by the hashes in their cards, and keep them below $BENCH_HOME.

    NAME is a card (see --list), `all`, or the path of a card of your own. `bench run --data hub` finds the data there.

    \b
    bench download longbench
    bench download longbench --from data.zip
    bench download ncb --from-image codegeex/codegeex:0.1.23
    bench download all --pack data.tar --tokenizer OWNER/MODEL
    bench download all --from data.tar
    """
    from bench.hub.cards import cards

    if listing:
        _show([_described(card) for card in (_chosen(names) if names else cards().values())], as_json=as_json)
        return
    _check(names, options)
    stores = _done(_chosen(names), **options)
    _show([_installed(store) for store in stores], as_json=as_json)


def _check(names: Sequence[str], options: dict[str, Any]) -> None:
    """Refuse what does not go together.

    Raises:
        UserError: naming the two.
    """
    if not names:
        raise UserError("name what to download: a card, or all; bench download --list shows the cards")
    ways = [name for name, key in _WAYS if options[key]]
    if len(ways) > 1:
        raise UserError(f"{' and '.join(ways)} exclude each other; give one of them")
    if options["unpinned"] and options["given"] is None:
        raise UserError("--unpinned goes with --from; data of another revision are marked by themselves")
    if options["tokenizers"] and options["pack"] is None:
        raise UserError("--tokenizer goes with --pack")


_WAYS = (("--from", "given"), ("--from-image", "from_image"), ("--revision", "revision"), ("--pack", "pack"))


def _chosen(names: Sequence[str]) -> list[Card]:
    from bench.hub.cards import cards, find_card

    known = cards()
    found = [*known.values()] if ALL in names else []
    found += [find_card(name) for name in names if name != ALL]
    return list({card.name: card for card in found}.values())


def _done(
    cards: list[Card],
    *,
    given: Path | None,
    from_image: str | None,
    unpinned: bool,
    revision: str | None,
    sources: tuple[str, ...],
    pack: Path | None,
    tokenizers: tuple[str, ...],
) -> list[Store]:
    """What was asked for, card by card."""
    from bench.hub.fetching import Wanted, fetch, read_sources

    if given is not None:
        return _taken(cards, given, unpinned=unpinned)
    if from_image is not None:
        return [_from_image(card, from_image) for card in cards]
    wanted = Wanted(revision=revision, sources=read_sources(sources, cards))
    stores = [fetch(card, say=_say, wanted=wanted) for card in cards]
    if pack is not None:
        _pack(pack, stores, tokenizers)
    return stores


def _taken(cards: list[Card], given: Path, *, unpinned: bool) -> list[Store]:
    from bench.hub.packing import is_pack, unpack
    from bench.hub.taking import take

    given = given.expanduser()
    if is_pack(given):
        stores = unpack(given, cards, _say)
    else:
        stores = [take(card, given, unpinned=unpinned, say=_say) for card in cards]
    for store in stores:
        _say_missing(store)
    return stores


def _from_image(card: Card, image: str) -> Store:
    from bench.hub.images import take_inputs
    from bench.sandbox.engine import connect

    if card.inputs is None:
        raise UserError(f"{card.name}: none of its files are in an image; --from-image is for ncb")
    store = take_inputs(connect("docker"), card, image, _say)
    _say_missing(store)
    return store


def _pack(target: Path, stores: Sequence[Store], tokenizers: Sequence[str]) -> None:
    from bench.hub.packing import pack
    from bench.models.tokens_hub import FILES

    pack(target.expanduser(), stores, tokenizers, ("config.json", *FILES), _say)


def _say(line: str) -> None:
    click.echo(line, err=True)


def _say_missing(store: Store) -> None:
    """What --from did not bring: it is fetched when it is needed."""
    lacking = [] if store.unpinned else [file.name for file in store.lacking()]
    if lacking:
        _say(
            f"{store.card.name}: still missing {', '.join(lacking)}: bench download {store.card.name}, or --from again"
        )


def _installed(store: Store) -> dict[str, Any]:
    files = store.files
    return {
        "name": store.card.name,
        "path": str(store.folder),
        "unpinned": store.unpinned,
        "files": {place: asdict(kept) for place, kept in files.items()},
    }


def _described(card: Card) -> dict[str, Any]:
    """A card and what of it is here."""
    from bench.hub.cache import Store

    store, apart = Store(card), Store(card, unpinned=True)
    return {
        **_installed(store),
        "licence": card.licence,
        "citation": " ".join(card.citation.split()),
        "assumed": " ".join(card.assumed.split()) or None,
        "from": [f"{source.repository} at {source.revision}" for source in card.sources.values()],
        "bytes": sum(file.bytes for file in card.files),
        "missing": [file.place for file in store.missing()],
        "apart": str(apart.folder) if apart.files else None,
    }


def _show(found: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for item in found:
        for line in _lines(item):
            click.echo(line)


def _lines(item: dict[str, Any]) -> list[str]:
    from bench.hub.cache import megabytes

    here = sum(kept["size"] for kept in item["files"].values())
    state = "not the published data" if item["unpinned"] else "verified"
    count = "1 file" if len(item["files"]) == 1 else f"{len(item['files'])} files"
    line = f"{item['name']}: {count}, {megabytes(here)}, {state}: {item['path']}"
    if "missing" not in item:
        return [line]
    missing = f"missing {', '.join(item['missing'])} of {megabytes(item['bytes'])}" if item["missing"] else "complete"
    return [
        f"{line} ({missing})" if item["files"] else f"{item['name']}: not here, {megabytes(item['bytes'])}",
        *(f"    {text}" for text in (*item["from"], f"licence: {item['licence']}")),
        *([f"    assumed: {item['assumed']}"] if item["assumed"] else []),
        *([f"    not the published data: {item['apart']}"] if item["apart"] else []),
    ]
