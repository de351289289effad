"""The files that the image is built from, and the tag that tells from which."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType

REPOSITORY = "longcode-bench/sandbox"
GIVEN: Mapping[str, str] = MappingProxyType(
    {
        "*.whl": "wheels",
        "extra-requirements.txt": "wheels",
        "*.jar": "files",
        "*.zip": "files",
        "nltk_data/**/*.zip": "files",
    }
)
"""What a `--files` folder may hold, and where it is laid in the context: apart, so that for another jar not every package
is installed again. It is no part of the tag: a run cannot know what a build was given."""
SCRIPTS = (".sh",)


@cache
def context() -> Mapping[str, bytes]:
    """Every file of the build context by its relative path."""
    root = files("bench.sandbox") / "image"
    return {name: entry.read_bytes() for name, entry in sorted(_walk(root, ""))}


def _walk(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _walk(entry, f"{prefix}{entry.name}/")
        elif entry.is_file() and not entry.name.endswith((".pyc", ".class")):
            yield prefix + entry.name, entry


@cache
def context_sha256() -> str:
    """Of all names and contents."""
    whole = hashlib.sha256()
    for name, content in context().items():
        whole.update(f"{name}\0{len(content)}\0".encode() + content)
    return whole.hexdigest()


def tag() -> str:
    """The name of the image that these files make."""
    return f"{REPOSITORY}:{context_sha256()[:12]}"


def given(folder: Path) -> dict[str, Path]:
    """The files of a `--files` folder that a build takes, by their path in the context."""
    found = ((place, path) for pattern, place in GIVEN.items() for path in sorted(folder.glob(pattern)))
    return {f"{place}/{path.name}": path for place, path in found if path.is_file()}


def archive(extra: Mapping[str, Path], into: io.BufferedIOBase) -> None:
    """Write the context as a tar archive."""
    with tarfile.open(fileobj=into, mode="w") as tar:
        for name, content in context().items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o755 if name.endswith(SCRIPTS) else 0o644
            tar.addfile(entry, io.BytesIO(content))
        for name, path in extra.items():
            tar.add(path, name)
