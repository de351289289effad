"""What takes part in a score besides the data: this package's own sources, Python and a few packages."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import metadata
from importlib.resources import files
from importlib.resources.abc import Traversable

PACKAGES = ("longcode-bench", "jieba", "numpy")  # whose versions a score may depend on
TOKENIZERS = ("jinja2", "tiktoken", "tokenizers", "transformers")  # on which depends where a prompt is cut
ABSENT = "not installed"


def packages() -> dict[str, str]:
    """Versions of what takes part in a score."""
    return {"python": platform.python_version(), **{name: version_of(name) for name in PACKAGES}}


def fingerprint() -> dict[str, str]:
    """All by which two machines may come to different results for the same work, by name."""
    return {"sources": sources_sha256(), **packages(), **{name: version_of(name) for name in TOKENIZERS}}


def differences(ours: Mapping[str, str], theirs: Mapping[str, str]) -> list[str]:
    """What tells two machines apart, in plain words; a tokenizer's package that one of them lacks is no difference.

    Args:
        ours, theirs: fingerprints.
    """
    return [
        "its files of longcode-bench are others" if name == "sources" else f"{name} {theirs.get(name)}, here {value}"
        for name, value in ours.items()
        if value != theirs.get(name) and not (name in TOKENIZERS and ABSENT in {value, theirs.get(name)})
    ]


def version_of(package: str) -> str:
    """Of an installed package; `ABSENT` where it is none, as longcode-bench is in a bare checkout."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ABSENT


@cache
def sources_sha256() -> str:
    """Of every Python file of this package."""
    whole = hashlib.sha256()
    for name, content in sorted(_sources(files("bench"), "")):
        whole.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    return whole.hexdigest()


def _sources(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _sources(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".py"):
            yield f"{prefix}{entry.name}", entry.read_bytes()
