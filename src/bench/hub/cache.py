"""The verified copy of published data on this machine, below `$BENCH_HOME/data/<card>`.

A file is there whole or not at all, and `state.json` beside it says what it is. What is not the published data lies
apart, in `unpinned/`, so that nothing takes it by mistake; what was fetched and refused lies in `$BENCH_HOME/refused`.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.errors import DataError
from bench.home import home
from bench.hub.cards import PARTIAL, STATE, UNPINNED, Card, CardFile
from bench.hub.verifying import Verdict, sha256_of
from bench.jsonl import pretty, reason, writing

SMALL = 1 << 20  # bytes up to which a file is hashed again whenever it is used
PART = ".part"
NOT_VERIFIED = "not verified"
ROOM = "make room, or keep data elsewhere with BENCH_HOME"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is known of one file that is here.

    Attributes:
        how: by what it was judged, see `Verdict`; `unpinned` where it was taken in spite of that, `not verified` where
            it is of another revision.
        origin: where it came from.
        revision: of the repository; None where nobody knows.
        at: when it was put here.
    """

    sha256: str
    size: int
    how: str
    origin: str
    revision: str | None
    at: str


class Store:
    """The copy of one card's data.

    Args:
        card: the card.
        unpinned: the copy beside it that is not the published data.

    Attributes:
        folder: what `--data` can name.
        partial: where files lie that are not whole yet.
    """

    def __init__(self, card: Card, *, unpinned: bool = False) -> None:
        self.card, self.unpinned = card, unpinned
        root = data_folder() / card.name
        self.folder = root / UNPINNED if unpinned else root
        self.partial = root / PARTIAL

    @property
    def files(self) -> Mapping[str, Kept]:
        """What is here, by place."""
        return read_state(self.folder)

    def path(self, file: CardFile) -> Path:
        """Where a file lies, or would."""
        return self.folder / file.place

    def has(self, file: CardFile) -> bool:
        """Whether a file is here, is what it was, and is what the card asks for."""
        kept, path = self.files.get(file.place), self.path(file)
        if kept is None or not path.is_file() or path.stat().st_size != kept.size:
            return False
        if not self.unpinned and file.sha256 not in {None, kept.sha256}:
            return False  # another card put it here
        return kept.size > SMALL or sha256_of(path) == kept.sha256

    def missing(self) -> list[CardFile]:
        """The card's files that are not here."""
        return [file for file in self.card.files if not self.has(file)]

    def lacking(self) -> list[CardFile]:
        """Those of them without which no run can start."""
        return [file for file in self.missing() if file.needed]

    def seen(self, file: CardFile) -> str | None:
        """The sha256 of the first such file that was here, for a card that does not know it."""
        kept = self.files.get(file.place)
        return kept.sha256 if kept and not self.unpinned else None

    def install(
        self, place: str, found: Path, verdict: Verdict, *, origin: str, revision: str | None, link: bool
    ) -> None:
        """Put a file at its place, whole or not at all, and write down what it is.

        Args:
            link: share the disk's blocks with `found` where that can be done.

        Raises:
            RunFolderError: the disk is full or read-only.
        """
        target = self.folder / place
        with writing(target, ROOM):
            put(found, target, link=link)
            kept = Kept(
                sha256=verdict.sha256,
                size=verdict.size,
                how=UNPINNED if verdict.problem else verdict.how,
                origin=origin,
                revision=revision,
                at=datetime.now(UTC).isoformat(timespec="seconds"),
            )
            self._write({**self.files, place: kept})

    def forget(self) -> None:
        """Remove what is here; the published data stay where this is the copy beside them."""
        if self.unpinned:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _write(self, files: Mapping[str, Kept]) -> None:
        state = {
            "card": self.card.name,
            UNPINNED: self.unpinned,
            "files": {place: asdict(kept) for place, kept in sorted(files.items())},
        }
        temporary = self.folder / f"{STATE}.{os.getpid()}.tmp"
        temporary.write_text(pretty(state), encoding="utf-8")
        temporary.replace(self.folder / STATE)

    @contextmanager
    def lock(self, say: Say) -> Iterator[None]:
        """Be the only process that changes this card's data; another one is waited for.

        Raises:
            RunFolderError: the folder cannot be written.
        """
        path = data_folder() / f"{self.card.name}.lock"
        with writing(path, ROOM):
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = path.open("wb")
        with handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say(f"{self.card.name}: another process is fetching it; waiting")
                fcntl.flock(handle, fcntl.LOCK_EX)
            for left in self.folder.rglob(f".*{PART}"):
                left.unlink(missing_ok=True)  # of a process that was killed: nobody else writes here now
            yield


def data_folder() -> Path:
    """Where the copies of all cards lie."""
    return home() / "data"


def read_state(folder: Path) -> Mapping[str, Kept]:
    """What `state.json` in a folder says of the files there; nothing where there is none.

    Raises:
        DataError: it is damaged.
    """
    path = folder / STATE
    if not path.is_file():
        return {}
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
        return {place: Kept(**kept) for place, kept in state["files"].items()}
    except (OSError, ValueError, TypeError, LookupError, AttributeError) as error:
        remedy = "remove it: what it speaks of is verified again"
        raise DataError(f"damaged ({type(error).__name__})", path=path, remedy=remedy) from None


def other_revision(path: Path) -> str | None:
    """The revision off the card's pin from which the data at a path were fetched; None where they were not."""
    found = (kept.revision for kept in _told(path).values() if kept.how == NOT_VERIFIED)
    return next(filter(None, found), None)


def is_apart(path: Path) -> bool:
    """Whether a file of a copy here, or any file of a folder that is one, is not the published one."""
    files = _told(path)
    chosen = files.values() if path.is_dir() else filter(None, [files.get(path.name)])
    return any(kept.how in {UNPINNED, NOT_VERIFIED} for kept in chosen)


def _told(path: Path) -> Mapping[str, Kept]:
    """What `state.json` says where somebody's data lie; it may be a file of theirs that only has the same name."""
    try:
        return read_state(path if path.is_dir() else path.parent)
    except DataError:
        return {}


def put(found: Path, target: Path, *, link: bool) -> None:
    """Make `target` a copy of `found`, or another name of it, in one step.

    Raises:
        OSError: it cannot be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}{PART}")
    try:
        if not (link and _linked(found, temporary)):
            shutil.copyfile(found, temporary)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _linked(found: Path, target: Path) -> bool:
    """Whether a second name could be given: not across disks, and not on every file system."""
    try:
        os.link(found, target)
    except OSError:
        return False
    return True


def set_aside(path: Path, name: str) -> Path:
    """Move a file that is not what it should be out of the way; a link to it goes too. Where it lies now.

    Args:
        name: under which it is kept.

    Raises:
        DataError: it cannot be moved.
    """
    target = home() / "refused" / name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path.resolve(), target)
        path.unlink(missing_ok=True)
    except OSError as error:
        raise DataError(f"wrong, and cannot be moved: {reason(error)}", path=path, remedy="remove it") from None
    return target


def megabytes(size: int) -> str:
    """A size for people."""
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size / 1e3:.1f} kB"


def check_room(folder: Path, needed: int) -> None:
    """Refuse before it starts what cannot fit.

    Raises:
        DataError: less is free than is needed.
    """
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(there).free
    if free < needed:
        problem = f"no room: {megabytes(needed)} are needed, {megabytes(free)} are free"
        raise DataError(problem, path=folder, remedy=ROOM)
