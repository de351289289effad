"""Data that somebody has already, verified into the same copy: a file, a clone, what was unpacked, a container's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.errors import DataError
from bench.hub.cache import Say, Store
from bench.hub.cards import Card, CardFile, Inputs, Role
from bench.hub.verifying import Verdict, sha256_of, verify


class Found(NamedTuple):
    """A file that is to be taken, and what it was judged to be."""

    place: str
    path: Path
    verdict: Verdict


def take(card: Card, given: Path, *, unpinned: bool, say: Say) -> Store:
    """Take what of a card's data is in a folder or file. All of it is judged before any of it is installed.

    Args:
        unpinned: install apart what is not the published data, in place of refusing it.

    Returns:
        The published copy; the one beside it where something was taken that is not published.

    Raises:
        DataError: there is nothing of it there, or something that is not published, named with both hashes.
        RunFolderError: the disk is full or read-only.
    """
    found = look(card, given)
    wrong = [item for item in found if item.verdict.problem]
    if wrong and not unpinned:
        remedy = "bring the published one, or say --unpinned to take it as it is, apart and marked"
        raise DataError(wrong[0].verdict.problem or "", path=wrong[0].path, remedy=remedy)
    return install(card, found, origin=given.name or str(given), say=say, link=False)


def look(card: Card, given: Path) -> list[Found]:
    """What of a card's data is in a folder or file, judged.

    Raises:
        DataError: there is nothing of it there.
    """
    found = list(_found(card, Store(card), given))
    if not found:
        names = ", ".join(dict.fromkeys(file.name for file in card.files))
        raise DataError(f"holds nothing of {card.name}", path=given, remedy=f"looked for {names}")
    return found


def install(card: Card, found: Sequence[Found], *, origin: str, say: Say, link: bool) -> Store:
    """Put files in their places: published ones in the copy, others apart, in place of what was there before.

    Args:
        origin: where they come from, for the record.
        link: share the disk's blocks where that can be done.

    Raises:
        RunFolderError: the disk is full or read-only.
    """
    store, apart = Store(card), Store(card, unpinned=True)
    wrong = any(item.verdict.problem for item in found)
    with store.lock(say):
        if wrong:
            apart.forget()
        for item in found:
            target = apart if item.verdict.problem else store
            target.install(item.place, item.path, item.verdict, origin=origin, revision=None, link=link)
    return apart if wrong else store


def _found(card: Card, store: Store, given: Path) -> Iterator[Found]:
    if given.is_dir():
        for file in card.files:
            yield from _in_folder(file, store, given)
        if card.inputs is not None:
            yield from _inputs(card.inputs, given)
    elif given.is_file():
        yield from _one_file(card, store, given)
    else:
        raise DataError("no such file or folder", path=given, remedy="name what you have with --from")


def _in_folder(file: CardFile, store: Store, folder: Path) -> Iterator[Found]:
    """The file where somebody's copy may have it, or what it holds, unpacked."""
    path = next((folder / place for place in file.places if (folder / place).is_file()), None)
    if path is not None:
        yield Found(file.place, path, verify(file, path, store.seen(file)))
    elif file.members is not None:
        yield from _members(file, folder)


def _members(file: CardFile, folder: Path) -> Iterator[Found]:
    """Unpacked members: what they should be is known of the whole archive alone."""
    pattern = Path(file.members or "")
    unpacked = folder / pattern.parent if (folder / pattern.parent).is_dir() else folder
    for path in sorted(unpacked.glob(pattern.name)):
        found = sha256_of(path)
        problem = (
            f"is unpacked, its sha256 is {found}; known is that of {file.name}, {file.sha256}, and not of what is in it"
        )
        place = (pattern.parent / path.name).as_posix()
        yield Found(place, path, Verdict(found, path.stat().st_size, "sha256", problem))


def _inputs(inputs: Inputs, folder: Path) -> Iterator[Found]:
    """Every file below the folders of input files; their hashes are written down, nobody knows what they should be."""
    for name in inputs.folders:
        roots = (folder / name, folder / inputs.place / name)
        root = next((root for root in roots if root.is_dir()), None)
        for path in sorted(root.rglob("*")) if root else ():
            if path.is_file() and not path.is_symlink():
                place = f"{inputs.place}/{name}/{path.relative_to(root or folder).as_posix()}"
                yield Found(place, path, Verdict(sha256_of(path), path.stat().st_size, "first seen"))


def _one_file(card: Card, store: Store, path: Path) -> Iterator[Found]:
    """The card's file that this one is, by its content, or that it says it is, by its name."""
    found = sha256_of(path)
    by_content = [file for file in card.files if file.sha256 == found]
    by_name = [file for file in card.files if file.name == path.name]
    alike = [file for file in card.files if file.role is Role.DATA and Path(file.name).suffix == path.suffix]
    chosen: Sequence[CardFile] = by_content or by_name or (alike if len(alike) == 1 else [])
    for file in chosen[:1]:
        yield Found(file.place, path, verify(file, path, store.seen(file)))
