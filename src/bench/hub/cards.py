"""Cards: one TOML file a benchmark that says where its data are published and what every file of them is.

They are package data, `bench/benchmarks/<folder>/cards/<name>.toml`; a card in the folder `$BENCH_CARDS` stands in for
the one of its name, for mirrors inside a company and for trying things out. A card is the one place of a hash.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

from bench.errors import DataError, UserError, did_you_mean

STATE, UNPINNED, PARTIAL = "state.json", "unpinned", ".partial"
RESERVED = (STATE, UNPINNED, PARTIAL)
PACKAGE, FOLDER, SUFFIX = "bench.benchmarks", "cards", ".toml"


class Role(StrEnum):
    """What a file is for."""

    DATA = "data"
    PROMPTS = "prompts"


class Kind(StrEnum):
    """How a source is asked."""

    HUB = "hub"  # a data set of the Hugging Face hub
    HTTPS = "https"  # an address with the file's name in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A repository at one revision.

    Attributes:
        repository: owner/name.
        url: where a file of an `https` source lies; {repository}, {revision} and {path} are filled in.
    """

    kind: Kind
    repository: str
    revision: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFile:
    """One file.

    Attributes:
        source: its source's name in the card.
        path: in the repository.
        place: below the folder of the data here.
        size: bytes; None where it is not known for certain.
        about: bytes, roughly, for telling people, where `size` is not known.
        sha256: None where it is not known.
        also: other places where somebody's copy may have it.
        members: a pattern of files that stand in for it where somebody has it unpacked.
        rows: how many it holds, where it is JSON and its sha256 is not known.
        questions_sha256: of these rows without their contexts, see `bench.hub.verifying`.
        needed: whether a run cannot start without it; what is not needed comes along with a download.
    """

    source: str
    path: str
    place: str
    role: Role
    size: int | None = None
    about: int | None = None
    sha256: str | None = None
    also: Sequence[str] = ()
    members: str | None = None
    rows: int | None = None
    questions_sha256: str | None = None
    needed: bool = True

    @property
    def name(self) -> str:
        """Without folders."""
        return PurePosixPath(self.place).name

    @property
    def bytes(self) -> int:
        """How large it is, as far as the card knows."""
        return self.size or self.about or 0

    @property
    def places(self) -> Sequence[str]:
        """Where it may lie below a folder that somebody has, the likeliest first."""
        return tuple(dict.fromkeys((self.place, self.path, *self.also, self.name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Folders of files that the problems read and that no repository has.

    Attributes:
        image: the container image that has them.
        path: in the image, of the folder that holds `folders`.
        place: the same folder here, below that of the data.
        folders: below `path`.
    """

    image: str
    path: str
    place: str
    folders: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Where a benchmark's data are published, and what every file of them is.

    Attributes:
        serves: other benchmarks that use these data.
        assumed: what is not known for certain, in words.
        origin: the card's own file.
        packaged: whether it came with this package.
    """

    name: str
    serves: Sequence[str] = ()
    licence: str
    citation: str
    assumed: str = ""
    sources: Mapping[str, Source]
    files: Sequence[CardFile]
    inputs: Inputs | None = None
    origin: Path
    packaged: bool

    def source(self, file: CardFile) -> Source:
        """Where a file comes from."""
        return self.sources[file.source]

    def file(self, place: str) -> CardFile | None:
        """The file at a place; None where the card has none there."""
        return next((file for file in self.files if file.place == place), None)


def cards() -> Mapping[str, Card]:
    """Every card by its name.

    Raises:
        DataError: one of them cannot be read.
    """
    return _cards(os.environ.get("BENCH_CARDS", ""))


@lru_cache(maxsize=4)
def _cards(folder: str) -> Mapping[str, Card]:
    found = {card.name: card for card in map(_packaged, _resources())}
    if folder:
        mine = map(read_card, sorted(Path(folder).expanduser().glob(f"*{SUFFIX}")))
        found |= {card.name: card for card in mine}
    return MappingProxyType(dict(sorted(found.items())))


def find_card(name: str) -> Card:
    """The card of a name, of a benchmark that it serves, or of a path.

    Raises:
        UserError: there is none.
        DataError: it cannot be read.
    """
    if name.endswith(SUFFIX):
        return read_card(Path(name).expanduser())
    known = {other: card for card in cards().values() for other in (*card.serves, card.name)}
    if name not in known:
        raise UserError(f"no card {name!r}{did_you_mean(name, known)}")
    return known[name]


def pinned(card: str, place: str) -> str | None:
    """The published sha256 of the file at a place below a card's data; None where it is not known.

    Raises:
        DataError: a card cannot be read.
    """
    file = cards()[card].file(place)
    return file.sha256 if file else None


def stands_in(name: str) -> Path | None:
    """The card in `$BENCH_CARDS` that says another file is the published one than this package does."""
    mine, own = cards()[name], _cards("").get(name)
    pins = {file.place: file.sha256 for file in own.files} if own else {}
    return None if mine.packaged or {file.place: file.sha256 for file in mine.files} == pins else mine.origin


def read_card(path: Path) -> Card:
    """The card in a file.

    Raises:
        DataError: naming the key that is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"cannot be read ({error})", path=path, remedy="name a card") from None
    return _parsed(text, path, packaged=False)


def _resources() -> Iterator[Traversable]:
    for folder in files(PACKAGE).iterdir():
        if folder.is_dir() and (folder / FOLDER).is_dir():
            yield from (item for item in (folder / FOLDER).iterdir() if item.name.endswith(SUFFIX))


def _packaged(item: Traversable) -> Card:
    return _parsed(item.read_text(encoding="utf-8"), Path(item.name), packaged=True)


# -- reading: a table of keys for each part of a card, so that every mistake is found and named in one way


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(_is_text(item) for item in value)


def is_inside(value: object) -> bool:
    """Whether it is a path that stays below the folder it is put in."""
    parts = PurePosixPath(value).parts if isinstance(value, str) else ()
    return bool(parts) and not {"..", "/"} & set(parts) and not {"\\", "\0"} & set(str(value))


def _are_inside(value: object) -> bool:
    return isinstance(value, list) and all(is_inside(item) for item in value)


def is_size(value: object) -> bool:
    """Whether it is a whole number, 0 included: an input file may be empty."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _matches(pattern: str) -> Any:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


_NAME = (_matches(r"[A-Za-z0-9][A-Za-z0-9._-]*"), "a name of letters, digits, dots, lines")
_TEXT, _TEXTS = (_is_text, "a text"), (_is_texts, "a list of texts")
_INSIDE, _ALL_INSIDE = (is_inside, "a path below its folder"), (_are_inside, "a list of paths below their folder")
_SIZE = (is_size, "a whole number")
_SHA256 = (_matches(r"[0-9a-f]{64}"), "64 hexadecimal digits")

_Keys = Mapping[str, tuple[Any, str]]
_CARD: _Keys = {"name": _NAME, "licence": _TEXT, "citation": _TEXT}
_CARD_MAY: _Keys = {
    "serves": _TEXTS,
    "assumed": _TEXT,
    "sources": (lambda value: isinstance(value, dict), "a table"),
    "files": (lambda value: isinstance(value, list), "a list of tables"),
    "inputs": (lambda value: isinstance(value, dict), "a table"),
}
_SOURCE: _Keys = {
    "kind": (lambda value: value in list(Kind), "hub or https"),
    "repository": (_matches(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+"), "owner/name"),
    "revision": _TEXT,
}
_SOURCE_MAY: _Keys = {"url": _TEXT}
_FILE: _Keys = {
    "source": _TEXT,
    "path": _INSIDE,
    "role": (lambda value: value in list(Role), "data or prompts"),
}
_FILE_MAY: _Keys = {
    "place": _INSIDE,
    "size": _SIZE,
    "about": _SIZE,
    "sha256": _SHA256,
    "also": _ALL_INSIDE,
    "members": _INSIDE,
    "rows": _SIZE,
    "questions_sha256": _SHA256,
    "needed": (lambda value: isinstance(value, bool), "true or false"),
}
_INPUTS: _Keys = {"image": _TEXT, "path": _TEXT, "place": _INSIDE, "folders": _ALL_INSIDE}


def _parsed(text: str, path: Path, *, packaged: bool) -> Card:
    try:
        given = tomllib.loads(text)
        _check(given, "", _CARD, _CARD_MAY)
        sources = {name: _source(name, value) for name, value in given.pop("sources", {}).items()}
        listed = [_file(number, value, sources) for number, value in enumerate(given.pop("files", []), start=1)]
        inputs = _inputs(given.pop("inputs", None))
        _check_places(listed)
    except ValueError as error:
        raise DataError(f"not a card: {error}", path=path, remedy="mend it, see docs/data.md") from None
    return Card(**given, sources=sources, files=tuple(listed), inputs=inputs, origin=path, packaged=packaged)


def _source(name: str, value: object) -> Source:
    given = _check(value, f"sources.{name}.", _SOURCE, _SOURCE_MAY)
    if given["kind"] == Kind.HTTPS and "url" not in given:
        raise ValueError(f"the key sources.{name}.url is missing")
    if "url" in given:
        _check_url(f"sources.{name}.url", given["url"])
    return Source(**{**given, "kind": Kind(given["kind"])})


def _check_url(key: str, url: str) -> None:
    try:
        url.format(repository="", revision="", path="")
    except (LookupError, ValueError) as error:
        raise ValueError(f"{key}: only {{repository}}, {{revision}} and {{path}} are filled in ({error})") from None


def _file(number: int, value: object, sources: Mapping[str, Source]) -> CardFile:
    given = _check(value, f"files[{number}].", _FILE, _FILE_MAY)
    if given["source"] not in sources:
        raise ValueError(f"files[{number}].source is {given['source']!r}, which is not in sources")
    return CardFile(**{"place": given["path"], **given, "role": Role(given["role"])})


def _inputs(value: object) -> Inputs | None:
    return None if value is None else Inputs(**_check(value, "inputs.", _INPUTS, {}))


def _check_places(listed: Sequence[CardFile]) -> None:
    if not listed:
        raise ValueError("the key files is missing")
    places = [file.place for file in listed]
    taken = next((place for place in places if PurePosixPath(place).parts[0] in RESERVED), None)
    if taken:
        raise ValueError(f"{taken} is no place for a file: the cache keeps something of its own there")
    twice = next((place for place in places if places.count(place) > 1), None)
    if twice:
        raise ValueError(f"two files have the place {twice}")


def _check(value: object, where: str, needed: _Keys, allowed: _Keys) -> dict[str, Any]:
    """The table, once every key in it is known to be right.

    Raises:
        ValueError: naming the first key that is not.
    """
    if not isinstance(value, dict):
        raise ValueError(f"{where.rstrip('.')} is not a table")  # noqa: TRY004 - what a file holds, not what code does
    for key in needed:
        if key not in value:
            raise ValueError(f"the key {where}{key} is missing")
    known = {**needed, **allowed}
    for key, item in value.items():
        if key not in known:
            raise ValueError(f"the key {where}{key} is unknown{did_you_mean(key, known)}")
        holds, what = known[key]
        if not holds(item):
            raise ValueError(f"{where}{key} is not {what}")
    return value
