"""Where LongBench's files come from. A source opens `<task>.jsonl` (`<task>_e.jsonl` for LongBench-E) by task name."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Protocol

from bench.errors import DataError, UserError
from bench.hub.cache import is_apart
from bench.hub.cards import pinned

PROMPTS = "dataset2prompt.json"
FOLDERS = ("config", "summ")
"""In the authors' repository, for what does not lie with the data itself."""

DATA_ZIP = "data.zip"


class Source(Protocol):
    """A place with one JSONL file a task.

    Attributes:
        unpinned: whether it stands for the published data and is known to be something else.
        given: what was named.
    """

    kind: str
    unpinned: bool
    given: Path

    def tasks(self, wanted: Sequence[str]) -> list[str]:
        """Those of `wanted` that are here, in that order."""

    def file(self, task: str) -> str:
        """The file's name, without its folder."""

    def path(self, task: str) -> Path:
        """The file's name in messages."""

    def open(self, task: str) -> IO[bytes]:
        """A stream that can seek."""

    def prompts(self) -> tuple[Path, bytes] | None:
        """The prompt texts beside the data; None where there are none."""

    def beside(self, name: str) -> tuple[Path, bytes] | None:
        """Another file of the authors beside the data, see `FOLDERS`; None where it is not there."""


class Folder:
    """The official JSONL files in a folder, or in its subfolder `data`; what they should be nobody knows."""

    kind = "files"

    def __init__(self, path: Path, suffix: str) -> None:
        self._suffix = suffix
        self._root = path / "data" if not any(path.glob("*.jsonl")) and (path / "data").is_dir() else path
        self.given = path
        self.unpinned = is_apart(path)

    def tasks(self, wanted: Sequence[str]) -> list[str]:
        """Those of `wanted` that are here, in that order."""
        return [task for task in wanted if self.path(task).is_file()]

    def file(self, task: str) -> str:
        """The file's name, without its folder."""
        return f"{task}{self._suffix}.jsonl"

    def path(self, task: str) -> Path:
        """Where the file lies."""
        return self._root / self.file(task)

    def open(self, task: str) -> IO[bytes]:
        """The file."""
        try:
            return self.path(task).open("rb")
        except OSError as error:
            raise DataError(
                error.strerror or str(error), path=self.path(task), remedy="check its permissions"
            ) from None

    def prompts(self) -> tuple[Path, bytes] | None:
        """`dataset2prompt.json` beside the files, or in `config/` in or beside the folder."""
        return self.beside(PROMPTS)

    def beside(self, name: str) -> tuple[Path, bytes] | None:
        """A file in the folder, or in one of `FOLDERS` in or beside it."""
        return _beside(name, self._root, self.given)


class Archive:
    """The official data.zip; one member is in memory at a time.

    Raises:
        DataError: it is no zip file, or not the published one and `unpinned` was not said.
    """

    kind = DATA_ZIP

    def __init__(self, path: Path, suffix: str, *, unpinned: bool) -> None:
        self._path, self._suffix = path, suffix
        self.given = path
        found, published = _file_sha256(path), pinned("longbench", DATA_ZIP)
        self.unpinned = found != published
        if self.unpinned and not unpinned:
            problem = f"its sha256 is {found}, the published data.zip has {published}"
            raise DataError(problem, path=path, remedy="fetch it again, or say --unpinned to use it as it is")
        try:
            self._archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError) as error:
            raise DataError(f"not a zip file ({error})", path=path, remedy="fetch it again") from None
        self._members = {Path(name).name: name for name in self._archive.namelist() if not name.startswith("__MACOSX")}

    def tasks(self, wanted: Sequence[str]) -> list[str]:
        """Those of `wanted` that are here, in that order."""
        return [task for task in wanted if self.file(task) in self._members]

    def file(self, task: str) -> str:
        """The member's name, without its folder."""
        return f"{task}{self._suffix}.jsonl"

    def path(self, task: str) -> Path:
        """The archive and the member, as one path."""
        return self._path / self.file(task)

    def open(self, task: str) -> IO[bytes]:
        """The member, unpacked into memory: a compressed stream cannot seek."""
        return io.BytesIO(self._read(self.file(task)))

    def _read(self, name: str) -> bytes:
        try:
            return self._archive.read(self._members[name])
        except (zipfile.BadZipFile, OSError, EOFError) as error:
            raise DataError(f"damaged ({error})", path=self._path / name, remedy="fetch the archive again") from None

    def prompts(self) -> tuple[Path, bytes] | None:
        """`dataset2prompt.json` in the archive, beside it, or in `config/` beside it."""
        if PROMPTS in self._members:
            return self._path / PROMPTS, self._read(PROMPTS)
        return self.beside(PROMPTS)

    def beside(self, name: str) -> tuple[Path, bytes] | None:
        """A file beside the archive, or in one of `FOLDERS` beside it or its folder."""
        return _beside(name, self._path.parent)


class Packaged:
    """The sample data that comes with the package."""

    kind = "sample"
    unpinned = False
    given = Path("sample")

    def __init__(self, suffix: str) -> None:
        self._suffix = suffix

    def tasks(self, wanted: Sequence[str]) -> list[str]:
        """All of them: there is a sample for every task."""
        return list(wanted)

    def file(self, task: str) -> str:
        """The file's name."""
        return f"{task}{self._suffix}.jsonl"

    def path(self, task: str) -> Path:
        """The file's name in messages."""
        return Path("sample") / self.file(task)

    def open(self, task: str) -> IO[bytes]:
        """The file, from memory."""
        from bench.benchmarks.longbench.sample import sample_file

        return io.BytesIO(sample_file(self.file(task)))

    def prompts(self) -> tuple[Path, bytes] | None:
        """Our own wording, which exists for this data alone."""
        from bench.benchmarks.longbench.sample import sample_file

        return Path("sample") / PROMPTS, sample_file(PROMPTS)

    def beside(self, name: str) -> tuple[Path, bytes] | None:  # noqa: ARG002 - the protocol's
        """None: no file of the authors comes with the package."""
        return None


def find_source(data: str, suffix: str, *, unpinned: bool) -> Source:
    """The source that `--data` names.

    Raises:
        UserError: there is nothing of that name.
        DataError: see the sources.
    """
    if data == "sample":
        return Packaged(suffix)
    path = Path(data).expanduser()
    if path.is_dir():
        return _in_folder(path, suffix, unpinned=unpinned)
    if path.is_file():
        return Archive(path, suffix, unpinned=unpinned)
    raise UserError(
        f"--data {data}: no such file or folder; name `sample`, a folder of the official JSONL files or data.zip"
    )


def find_beside(source: Source, given: Path | None, name: str) -> tuple[Path, bytes] | None:
    """A file of the authors beside the prompt texts that `--prompts` names, else beside the data."""
    folder = given if given is None or given.is_dir() else given.parent
    return (_beside(name, folder) if folder is not None else None) or source.beside(name)


def _in_folder(path: Path, suffix: str, *, unpinned: bool) -> Source:
    """JSONL files where there are any, else the archive that lies there."""
    unpacked = any(path.glob("*.jsonl")) or (path / "data").is_dir()
    if not unpacked and (path / DATA_ZIP).is_file():
        return Archive(path / DATA_ZIP, suffix, unpinned=unpinned)
    return Folder(path, suffix)


def _beside(name: str, *folders: Path) -> tuple[Path, bytes] | None:
    for folder in folders:
        for path in (folder / name, *(base / sub / name for base in (folder, folder.parent) for sub in FOLDERS)):
            if path.is_file():
                return path, path.read_bytes()
    return None


def _file_sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
