"""A problem's input files as part of a message."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.sandbox.wire import encode


def inputs_of(folder: str | None) -> dict[str, str]:
    """Every regular file below a folder, by its relative path, encoded; links are not followed."""
    return {} if folder is None else {name: encode(content) for name, content in files_in(folder)}


def files_in(folder: str) -> Iterator[tuple[str, bytes]]:
    """The same, path and content."""
    root = Path(folder)
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path.relative_to(root).as_posix(), path.read_bytes()
