"""Folders that are put back as they were: what a test writes must not be there for the next."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

Stamp = tuple[int, ...]


class Folders:
    """Remembers what is in some folders.

    Args:
        folders: none below another.
    """

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = tuple(folders)
        self._files = {path: (stamp(path), path.read_bytes()) for path in self._now() if path.is_file()}
        self._all = frozenset(self._now())

    def _now(self) -> Iterator[Path]:
        """What is there, the content of a folder before the folder."""
        for root in self._folders:
            for folder, folders, files in os.walk(root, topdown=False):
                yield from (Path(folder) / name for name in (*files, *folders))

    def restore(self) -> None:
        """Remove what is new and write anew what was changed; what cannot be is left."""
        for path in self._now():
            if path not in self._all:
                _remove(path)
        for path, (before, content) in self._files.items():
            if not path.is_file() or stamp(path) != before:
                with suppress(OSError):
                    self._write(path, content)

    def _write(self, path: Path, content: bytes) -> None:
        if path.is_dir() or path.is_symlink() or path.exists():
            _remove(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self._files[path] = (stamp(path), content)


def stamp(path: Path) -> Stamp:
    """What changes when a file does."""
    found = path.lstat()
    return (found.st_ino, found.st_size, found.st_mode, found.st_mtime_ns, found.st_ctime_ns)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()
