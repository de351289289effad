"""Data, prompts and tokenizers in one tar file, for a machine without a network.

The first member is `manifest.json`: what the others are. Nothing in a pack is believed: a member that the manifest does
not name, that is no plain file, or whose hash differs ends it, and the data are judged by their card again.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from bench.errors import DataError, UserError
from bench.home import home
from bench.hub.cache import ROOM, Say, Store, check_room, megabytes, put
from bench.hub.cards import Card, is_inside, is_size
from bench.hub.client import cache_folder, fetch_snapshot
from bench.hub.taking import install, look
from bench.hub.verifying import sha256_of
from bench.jsonl import pretty, writing

MANIFEST, FORMAT = "manifest.json", 1
DATA, TOKENIZERS, HUB, FOLDER = "data", "tokenizers", "hub", "folder"
PIECE = 1 << 20
LONGEST_MANIFEST = 1 << 24  # bytes
_COMMIT = re.compile(r"[0-9a-f]{40}")
_HUB_ID = re.compile(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)?")
_REMEDY = "make it again with bench download ... --pack FILE"


class Member(NamedTuple):
    """A file of a pack, by its name there."""

    name: str
    sha256: str
    size: int


def pack(target: Path, stores: Sequence[Store], tokenizers: Sequence[str], patterns: Sequence[str], say: Say) -> None:
    """Write what is in some copies, and some tokenizers, to a tar file, whole or not at all.

    Args:
        tokenizers: folders or hub ids.
        patterns: names of the files that a tokenizer is made of.

    Raises:
        CannotFetchError: a tokenizer cannot be had.
        RunFolderError: the disk is full or read-only.
    """
    paths = dict(_data_members(stores))
    for name in tokenizers:
        paths |= _tokenizer_members(name, patterns)
    members = [Member(name, sha256_of(path), path.stat().st_size) for name, path in sorted(paths.items())]
    say(f"{target}: packing {len(members)} files, {megabytes(sum(member.size for member in members))}")
    temporary = target.with_name(f".{target.name}.part")
    with writing(target, "make room or name another file with --pack"):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with tarfile.open(temporary, "w") as archive:
                _add(archive, MANIFEST, io.BytesIO(_manifest(members)), len(_manifest(members)))
                for member in members:
                    with paths[member.name].open("rb") as stream:
                        _add(archive, member.name, stream, member.size)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)


def _manifest(members: Sequence[Member]) -> bytes:
    return pretty({"format": FORMAT, "files": [member._asdict() for member in members]}).encode()


def _add(archive: tarfile.TarFile, name: str, stream: IO[bytes], size: int) -> None:
    info = tarfile.TarInfo(name)
    info.size = size
    archive.addfile(info, stream)


def _data_members(stores: Sequence[Store]) -> Iterator[tuple[str, Path]]:
    for store in stores:
        for place in store.files:
            yield f"{DATA}/{store.card.name}/{place}", store.folder / place


def _tokenizer_members(name: str, patterns: Sequence[str]) -> Mapping[str, Path]:
    """A tokenizer's files; one of the hub is kept with its commit, so that it is found under the same name."""
    folder = Path(name).expanduser()
    if folder.is_dir():
        below, place = folder, f"{FOLDER}/{folder.resolve().name}"
    elif _HUB_ID.fullmatch(name):
        below = fetch_snapshot(name, patterns, None)
        place = f"{HUB}/{name.replace('/', '--')}/{below.name}"
    else:
        raise UserError(f"--tokenizer {name}: no such folder, and no name of the Hugging Face hub")
    found = {f"{TOKENIZERS}/{place}/{file}": below / file for file in patterns if (below / file).is_file()}
    if not found:
        raise UserError(f"--tokenizer {name}: has none of the files of a tokenizer")
    return found


# -- and back


def is_pack(path: Path) -> bool:
    """Whether a path is a tar file."""
    return path.is_file() and tarfile.is_tarfile(path)


def unpack(path: Path, cards: Sequence[Card], say: Say) -> list[Store]:
    """Install what a pack has of some cards' data, and its tokenizers, once all of it is verified.

    Raises:
        DataError: the pack is damaged, holds something else, or what it holds is not the published data.
        RunFolderError: the disk is full or read-only.
    """
    with writing(home(), ROOM):
        home().mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=home()))
    try:
        with _reading(path) as archive:
            members = _read_manifest(archive, path)
            check_room(home(), sum(member.size for member in members.values()))
            _extract(archive, members, folder, path)
        stores = list(_install_data(path, cards, folder, say))
        _install_tokenizers(folder, say)
        return stores
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _reading(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(path, "r") as archive:
            yield archive
    except (tarfile.TarError, EOFError) as error:
        raise DataError(f"damaged ({error})", path=path, remedy=_REMEDY) from None


def _read_manifest(archive: tarfile.TarFile, path: Path) -> Mapping[str, Member]:
    first = archive.next()
    stream = archive.extractfile(first) if first is not None and first.name == MANIFEST and first.isreg() else None
    if stream is None:
        raise DataError(f"its first member is not {MANIFEST}", path=path, remedy="name a file that --pack made")
    try:
        given = json.loads(stream.read(LONGEST_MANIFEST))
        members = {item["name"]: Member(**item) for item in given["files"]}
        version = given["format"]
    except (ValueError, TypeError, LookupError) as error:
        raise DataError(f"{MANIFEST} is damaged ({type(error).__name__})", path=path, remedy=_REMEDY) from None
    if version != FORMAT:
        raise DataError(f"has format {version}, not {FORMAT}", path=path, remedy="use the version that made it")
    for name, member in members.items():
        if not is_inside(name) or not is_size(member.size):
            raise DataError(f"{MANIFEST} names {name!r}, which is no place for a file", path=path, remedy=_REMEDY)
    return members


def _extract(archive: tarfile.TarFile, members: Mapping[str, Member], folder: Path, path: Path) -> None:
    """Write every member below a folder, and compare it with what the manifest says."""
    left = dict(members)
    for info in archive:
        if info.name == MANIFEST:
            continue
        member, stream = left.pop(info.name, None), archive.extractfile(info) if info.isreg() else None
        if member is None or stream is None or info.size != member.size:
            problem = f"{info.name!r} is not in its manifest, or no plain file of that size"
            raise DataError(problem, path=path, remedy=_REMEDY)
        target = folder / member.name
        with writing(target, ROOM):
            target.parent.mkdir(parents=True, exist_ok=True)
            found = _copied(stream, target)
        if found != member.sha256:
            problem = f"{member.name}: its sha256 is {found}, the manifest says {member.sha256}"
            raise DataError(problem, path=path, remedy=_REMEDY)
    if left:
        raise DataError(f"lacks {min(left)}", path=path, remedy=_REMEDY)


def _copied(stream: IO[bytes], target: Path) -> str:
    digest = hashlib.sha256()
    with target.open("wb") as out:
        while piece := stream.read(PIECE):
            digest.update(piece)
            out.write(piece)
    return digest.hexdigest()


def _install_data(path: Path, cards: Sequence[Card], folder: Path, say: Say) -> Iterator[Store]:
    held = {item.name for item in _folders(folder / DATA)}
    chosen = [card for card in cards if card.name in held]
    if not chosen:
        names = ", ".join(card.name for card in cards)
        raise DataError(f"holds no data of {names}", path=path, remedy=f"it holds {', '.join(sorted(held)) or 'none'}")
    judged = {card.name: look(card, folder / DATA / card.name) for card in chosen}
    for card in chosen:
        wrong = next((item for item in judged[card.name] if item.verdict.problem), None)
        if wrong is not None:
            raise DataError(f"{wrong.place}: {wrong.verdict.problem}", path=path, remedy="this version pins other data")
    for card in chosen:
        yield install(card, judged[card.name], origin=path.name, say=say, link=True)


def _install_tokenizers(folder: Path, say: Say) -> None:
    """Those of the hub go to the hub's own cache, where their name finds them; others are named by their path."""
    for repository in _folders(folder / TOKENIZERS / HUB):
        for snapshot in _folders(repository):
            if _COMMIT.fullmatch(snapshot.name):
                _into_hub_cache(repository.name, snapshot)
                say(f"--tokenizer {repository.name.replace('--', '/')}: in the hub's cache")
    for own in _folders(folder / TOKENIZERS / FOLDER):
        target = home() / TOKENIZERS / own.name
        _put_all(own, target)
        say(f"--tokenizer {target}")


def _into_hub_cache(name: str, snapshot: Path) -> None:
    """As the hub's client lays out a model where links cannot be made: files in a folder named by the commit."""
    root = cache_folder() / f"models--{name}"
    _put_all(snapshot, root / "snapshots" / snapshot.name)
    branch = root / "refs" / "main"
    with writing(branch, ROOM):
        branch.parent.mkdir(parents=True, exist_ok=True)
        if not branch.exists():
            branch.write_text(snapshot.name, encoding="utf-8")


def _put_all(folder: Path, target: Path) -> None:
    with writing(target, ROOM):
        for path in sorted(folder.iterdir()):
            put(path, target / path.name, link=True)


def _folders(folder: Path) -> list[Path]:
    return sorted(item for item in folder.iterdir() if item.is_dir()) if folder.is_dir() else []
