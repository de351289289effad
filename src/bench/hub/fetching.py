"""Published data fetched over the network into the verified copy; how much is said before, and all of it is judged."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from bench.errors import DataError, UserError, did_you_mean
from bench.hub.cache import NOT_VERIFIED, Say, Store, check_room, megabytes, set_aside
from bench.hub.cards import Card, CardFile, Kind, Role, Source
from bench.hub.client import cache_folder, fetch_hub
from bench.hub.failures import CannotFetchError
from bench.hub.https import check_url, fetch_url, shown
from bench.hub.verifying import Verdict, verify


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How files are fetched.

    Attributes:
        revision: of the data, in place of the card's; nothing is verified then.
        sources: addresses in place of the card's, by the name of a card or of a file.
    """

    revision: str | None = None
    sources: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def url(self, card: Card, file: CardFile) -> str | None:
        """The address that was given for a file; None where none was."""
        for name in (file.place, file.path, file.name):
            if name in self.sources:
                return self.sources[name]
        base = self.sources.get(card.name)
        return None if base is None else f"{base.rstrip('/')}/{file.path}"


def read_sources(given: Sequence[str], cards: Sequence[Card]) -> Mapping[str, str]:
    """What `--source NAME=URL` says, by name.

    Raises:
        UserError: no address, or nothing of that name.
    """
    known = {card.name for card in cards}
    known |= {name for card in cards for file in card.files for name in (file.place, file.path, file.name)}
    found = {}
    for text in given:
        name, equals, url = text.partition("=")
        if not equals or not url:
            raise UserError(f"--source {name}: write a name and an address, --source data.zip=https://... for example")
        if name not in known:
            raise UserError(f"--source {name}: no card or file {name!r}{did_you_mean(name, known)}")
        check_url(url)
        found[name] = url
    return found


def fetch(card: Card, *, say: Say, wanted: Wanted | None = None) -> Store:
    """The copy of a card's data, complete; what is missing is fetched.

    Raises:
        CannotFetchError: it cannot be had.
        DataError: what came is not the published file; it was set aside.
        RunFolderError: the disk is full or read-only.
    """
    wanted = wanted or Wanted()
    if wanted.revision is not None and wanted.revision not in {card.source(file).revision for file in _data(card)}:
        return _off_the_pin(card, wanted, say)
    store = Store(card)
    if store.missing():
        with store.lock(say):
            _fetch_all(store, store.missing(), wanted, say)  # asked again: another process may have been quicker
    return store


def complete(card: Card, *, say: Say) -> Store:
    """The copy that is not the published data, with what it lacks taken from the one that is.

    Raises:
        CannotFetchError: and its like, see `fetch`.
    """
    store = Store(card, unpinned=True)
    published = Store(card)
    lacking = [file for file in store.missing() if _lent(store, published, file)]
    if lacking:
        needed = [file for file in lacking if not published.has(file)]
        with published.lock(say):
            _fetch_all(published, needed, Wanted(), say)
            _share(published, store, lacking)
    return store


def _lent(store: Store, published: Store, file: CardFile) -> bool:
    """Whether a copy that is not the published data takes this file from there."""
    return not stands_in(store, file) and (file.needed or published.has(file))


def stands_in(store: Store, file: CardFile) -> bool:
    """Whether the unpacked members of a file are here in its place."""
    return file.members is not None and any(Path(place).match(file.members) for place in store.files)


def _share(published: Store, store: Store, files: Sequence[CardFile]) -> None:
    for file in files:
        kept = published.files[file.place]
        verdict = Verdict(kept.sha256, kept.size, kept.how)
        path = published.path(file)
        store.install(file.place, path, verdict, origin=kept.origin, revision=kept.revision, link=True)


def _data(card: Card) -> list[CardFile]:
    return [file for file in card.files if file.role is Role.DATA]


def _off_the_pin(card: Card, wanted: Wanted, say: Say) -> Store:
    """The data of another revision, apart from the published ones and marked; prompts stay as they are."""
    moved = dataclasses.replace(card, sources=_moved(card, wanted.revision or ""), files=_anything(_data(card)))
    store = Store(moved, unpinned=True)
    with store.lock(say):
        _announce(store, moved.files, wanted, say)
        got = [_get(store, file, wanted) for file in moved.files]
        store.forget()  # what was here before, and not before all of it has come
        for file, item in zip(moved.files, got, strict=True):
            _keep(store, file, item, wanted)
    return complete(card, say=say)


def _moved(card: Card, revision: str) -> Mapping[str, Source]:
    names = {file.source for file in _data(card)}
    return {
        name: dataclasses.replace(source, revision=revision) if name in names else source
        for name, source in card.sources.items()
    }


def _anything(files: Sequence[CardFile]) -> Sequence[CardFile]:
    """The same files with nothing known of them."""
    return tuple(
        dataclasses.replace(file, about=file.bytes or None, size=None, sha256=None, rows=None, questions_sha256=None)
        for file in files
    )


def _fetch_all(store: Store, files: Sequence[CardFile], wanted: Wanted, say: Say) -> None:
    if files:
        _announce(store, files, wanted, say)
    for file in files:
        _keep(store, file, _get(store, file, wanted), wanted)


def _announce(store: Store, files: Sequence[CardFile], wanted: Wanted, say: Say) -> None:
    """Say how much will come, and from where; refuse what cannot fit."""
    total = sum(file.bytes for file in files)
    about = "" if all(file.size for file in files) else "about "
    say(f"{store.card.name}: fetching {about}{megabytes(total)} from {_origins(store.card, files, wanted)}")
    check_room(store.folder, total)


def _origins(card: Card, files: Sequence[CardFile], wanted: Wanted) -> str:
    return ", ".join(dict.fromkeys(_origin(card, file, wanted) for file in files))


def _origin(card: Card, file: CardFile, wanted: Wanted) -> str:
    url, source = wanted.url(card, file), card.source(file)
    if url is not None:
        return shown(url)
    return f"{source.repository} on the Hugging Face hub" if source.kind is Kind.HUB else source.repository


class _Got(NamedTuple):
    path: Path
    verdict: Verdict


def _get(store: Store, file: CardFile, wanted: Wanted) -> _Got:
    """A file, fetched and judged; a wrong one is set aside, so that the next start fetches it again."""
    card = store.card
    what = f"{card.name}: {file.name} from {_origin(card, file, wanted)}"
    try:
        path = _way(store, file, wanted)()
    except CannotFetchError as error:
        remedy = f"try again, or bring the file from elsewhere: bench download {card.name} --from PATH"
        raise CannotFetchError(error.why, what=what, remedy=remedy) from error
    verdict = verify(file, path, store.seen(file))
    if verdict.problem is not None:
        aside = set_aside(path, f"{file.name}.{verdict.sha256[:12]}")
        remedy = f"it was set aside as {aside}; try again, or name another place with --source"
        raise DataError(f"refused: {verdict.problem}", path=what, remedy=remedy)
    return _Got(path, verdict._replace(how=NOT_VERIFIED) if store.unpinned else verdict)


def _keep(store: Store, file: CardFile, got: _Got, wanted: Wanted) -> None:
    """Put a file that was got in its place."""
    card = store.card
    revision = None if wanted.url(card, file) else _exact(card.source(file).revision, got.path)
    origin = _origin(card, file, wanted)
    store.install(file.place, got.path.resolve(), got.verdict, origin=origin, revision=revision, link=True)
    if got.path.parent == store.partial:
        got.path.unlink()


def _exact(revision: str, path: Path) -> str:
    """A revision with its commit, which a file in the hub's cache lies below."""
    commit = next((folder.name for folder in path.parents if folder.parent.name == "snapshots"), revision)
    return revision if commit == revision else f"{revision}, commit {commit}"


def _way(store: Store, file: CardFile, wanted: Wanted) -> Callable[[], Path]:
    """How a file is got: by the hub's client, or from an address."""
    source, url = store.card.source(file), wanted.url(store.card, file)
    if url is None and source.kind is Kind.HUB:
        check_room(cache_folder(), file.bytes)
        return lambda: fetch_hub(source.repository, file.path, source.revision)
    template = source.url or ""
    address = url or template.format(repository=source.repository, revision=source.revision, path=file.path)
    return lambda: _from_address(store, file, address)


def _from_address(store: Store, file: CardFile, address: str) -> Path:
    """A file over HTTPS; what an earlier start left of it is used where a hash will tell whether the two ends fit."""
    name = f"{hashlib.sha256(address.encode()).hexdigest()[:12]}-{file.name}"
    path = store.partial / name
    fetch_url(address, path, name=file.name, size=file.size, resume=file.sha256 is not None)
    return path
