"""The shards that are to be merged: found whole, of one run, and written by nobody meanwhile."""

from __future__ import annotations

import resource
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.differences import differences
from bench.errors import RunFolderError, UserError
from bench.protocols import Benchmark
from bench.records import Shard
from bench.runs import RUN, RunFolder

SPARE_FILES = 50
"""Open files that a process needs besides those of the shards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardRun:
    """The run of one shard.

    Attributes:
        generation: that of the whole run.
    """

    shard: Shard
    folder: RunFolder
    generation: dict[str, Any]

    @property
    def path(self) -> Path:
        """Its folder."""
        return self.folder.path


@contextmanager
def open_shards(paths: Sequence[Path]) -> Iterator[list[ShardRun]]:
    """All shards of a run in their order, kept from being written until the block ends.

    Raises:
        RunFolderError: a folder is no shard or being written, a shard is missing or given twice.
    """
    with ExitStack() as stack:
        _allow_files(2 * len(paths) + SPARE_FILES)
        shards = [_opened(path, stack) for path in paths]
        _demand_all(shards)
        yield sorted(shards, key=lambda shard: shard.shard)


def _allow_files(wanted: int) -> None:
    """Lock and samples of every shard are open at once: of hundreds more than a process may usually open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft not in {resource.RLIM_INFINITY, hard} and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _opened(path: Path, stack: ExitStack) -> ShardRun:
    folder = RunFolder.open(path)
    generation = dict(folder.spec.generation)
    data = dict(generation.get("data") or {})
    said = data.pop("shard", None)
    if said is None:
        raise RunFolderError(f"{path}: is not a shard; name folders that `bench run --shard i/n` made")
    stack.callback(folder.close)
    folder.hold()
    if not folder.has_samples:
        raise RunFolderError(f"{path}: has no samples yet; run it again with --shard {said}")
    return ShardRun(shard=_read(str(said), path), folder=folder, generation=generation | {"data": data})


def _read(said: str, path: Path) -> Shard:
    try:
        return Shard.read(said)
    except UserError:
        raise RunFolderError(f"{path / RUN}: is damaged (shard {said}); restore it from a copy") from None


def _demand_all(shards: Sequence[ShardRun]) -> None:
    """Every part once.

    Raises:
        RunFolderError: naming what is too much or missing.
    """
    first, seen = shards[0], dict[int, ShardRun]()
    for shard in shards:
        if shard.shard.count != first.shard.count:
            problem = f"is shard {shard.shard}, but {first.path} is {first.shard}"
            raise RunFolderError(f"{shard.path}: {problem}; merge the shards of one run")
        if shard.shard.number in seen:
            other = seen[shard.shard.number].path
            raise RunFolderError(f"{shard.path}: is shard {shard.shard}, as is {other}; name one of the two")
        seen[shard.shard.number] = shard
    missing = [
        str(Shard(number, first.shard.count)) for number in range(1, first.shard.count + 1) if number not in seen
    ]
    if missing:
        more = f", and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise RunFolderError(f"missing: shard {missing[0]}{more}; name its folder, or run it with --shard {missing[0]}")


def demand_one_run(shards: Sequence[ShardRun]) -> None:
    """Refuse shards of different runs, and code that was run in different images.

    Raises:
        RunFolderError: naming the first fields that differ.
    """
    first = shards[0]
    for shard in shards[1:]:
        differing = [
            *differences(first.generation, shard.generation),
            *differences(first.folder.expected, shard.folder.expected, "expected"),
        ]
        if differing:
            problem = f"is of another run than {first.path}: {'; '.join(differing[:3])}"
            raise RunFolderError(f"{shard.path}: {problem}; merge the shards of one run")
    _demand_same_image([shard for shard in shards if shard.folder.sandbox])


def _demand_same_image(ran: Sequence[ShardRun]) -> None:
    """A verdict holds for the image in which it was found, and for no other."""
    for shard in ran[1:]:
        if shard.folder.sandbox.get("identity") != ran[0].folder.sandbox.get("identity"):
            problem = f"its code was run in another sandbox image, or by another version, than that of {ran[0].path}"
            remedy = (
                "take one image along with `bench sandbox save` and `load`, "
                f"run `bench score {shard.folder.benchmark} {shard.path}` in it, then merge"
            )
            raise RunFolderError(f"{shard.path}: {problem}; {remedy}")


def demand_same_scoring(shards: Sequence[ShardRun], benchmark: Benchmark) -> None:
    """Refuse shards of another score version, or such that were scored with different options.

    Raises:
        RunFolderError: naming what differs.
    """
    here = {"score_version": benchmark.score_version, **benchmark.scoring}
    for shard in shards:
        there = scoring_of(shard)
        differing = [
            *differences({name: there.get(name) for name in here}, here),
            *differences(there, scoring_of(shards[0])),
        ]
        if differing:
            remedy = f"run `bench score {benchmark.name} {shard.path}` with the options of the others, then merge"
            raise RunFolderError(f"{shard.path}: is scored otherwise: {'; '.join(differing[:3])}; {remedy}")


def scoring_of(shard: ShardRun) -> dict[str, Any]:
    """How a shard was scored, but for the versions of packages."""
    kept = {name: value for name, value in shard.folder.spec.scoring.items() if name != "packages"}
    return {"edit_similarity": "difflib", **kept}
