"""What a run says of data that are not the published ones: one key and one kind of note for every benchmark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.hub.cache import other_revision
from bench.hub.cards import stands_in


def marked(*, unpinned: bool) -> Mapping[str, bool]:
    """What the `data` of a run's `generation` have beside the hashes where they are not the published ones."""
    return {"unpinned": True} if unpinned else {}


def remarks(card: str, said: str, path: Path, *, unpinned: bool) -> Iterator[str]:
    """Notes for the reader of a result.

    Args:
        card: the benchmark's.
        said: what is not the published, in words.
        path: of the file or folder that was read.
    """
    if unpinned:
        revision = other_revision(path)
        yield said + (f" (revision {revision})" if revision else "")
    other = stands_in(card)
    if other is not None:
        yield f"what counts as published is what {other.name} in BENCH_CARDS says, not this package"
