"""A problem's input files as part of a message."""

from __future__ import annotations

from pathlib import Path

from bench.sandbox.wire import encode


def inputs_of(folder: str | None) -> dict[str, str]:
    """Every regular file below a folder, by its relative path, encoded; links are not followed."""
    if folder is None:
        return {}
    root = Path(folder)
    files = (path for path in sorted(root.rglob("*")) if path.is_file() and not path.is_symlink())
    return {path.relative_to(root).as_posix(): encode(path.read_bytes()) for path in files}
