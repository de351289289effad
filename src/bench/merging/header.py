"""What the shards' run.json say besides what determines completions, as one run says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.merging.shards import ShardRun

_MISSING = object()


def united(shards: Sequence[ShardRun]) -> dict[str, Any]:
    """The fields of the merged run.json that a run gathers while it is made.

    `seconds` is the sum over the shards: the time that one such machine would have taken.
    """
    folders = [shard.folder for shard in shards]
    ran = [folder.sandbox for folder in folders if folder.sandbox]
    seconds = [folder.seconds for folder in folders if folder.seconds is not None]
    stopped = [f"shard {shard.shard}: {shard.folder.stopped}" for shard in shards if shard.folder.stopped]
    return {
        "notes": list(dict.fromkeys([*_notes(shards), *_remarks(shards, ran)])),
        "tags": _tags([folder.tags for folder in folders]),
        "prices": folders[0].prices if _agree([folder.prices for folder in folders]) else None,
        "seconds": sum(seconds) if seconds else None,
        "stages": _stages([folder.stages for folder in folders]),
        "starts": sorted((start for folder in folders for start in folder.starts), key=lambda start: start["at"]),
        "observed": _observed([folder.spec.observed for folder in folders]),
        "stopped": "; ".join(stopped) or None,
        "shards": {str(shard.shard): shard.path.resolve().name for shard in shards},
        **({"sandbox": _sandbox(ran)} if ran else {}),
    }


def _stages(every: Sequence[Mapping[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """The sums, as one machine would have taken, but for scoring, which the merged run does anew."""
    found = {}
    for name in ("generate", "execute"):
        told = [stages[name] for stages in every if name in stages]
        if told:
            sums = {
                field: _sum([stage.get(field) for stage in told]) for field in ("pieces", "seconds", "busy_seconds")
            }
            found[name] = {**sums, "cores": max(stage["cores"] for stage in told)}
    return found


def _sum(values: Sequence[float | None]) -> float | None:
    """Nothing where a shard does not know its part."""
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def _notes(shards: Sequence[ShardRun]) -> Iterator[str]:
    """A note of all shards stands once, any other with its shard; one that was killed early had no time for notes."""
    asked = [shard for shard in shards if shard.folder.seconds is not None] or shards
    common = set.intersection(*(set(shard.folder.notes) for shard in asked))
    for shard in shards:
        for note in shard.folder.notes:
            yield note if note in common else f"shard {shard.shard}: {note}"


def _remarks(shards: Sequence[ShardRun], ran: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What a reader must know of the merging."""
    yield f"merged from {len(shards)} shards; seconds are the sum of theirs, as one machine would have taken"
    if not _agree([shard.folder.prices for shard in shards]):
        yield "the shards were given different prices: the cost is not known"
    differing = _differing(ran)
    if differing:
        yield f"code was run in one image on machines that differ in {', '.join(differing)}"


def _tags(every: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Each tag; where the shards say different things, all of them."""
    names = dict.fromkeys(name for tags in every for name in tags)
    return {name: ", ".join(dict.fromkeys(tags[name] for tags in every if name in tags)) for name in names}


def _observed(every: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What was seen of the model: the first prompt that any shard tells of, and what they do not contradict."""
    found: dict[str, Any] = {}
    for name in dict.fromkeys(name for seen in every for name in seen):
        values = [seen[name] for seen in every if name in seen]
        if name == "served_by":
            found[name] = sorted({server for value in values for server in value})
        elif name.startswith("first_") or _agree(values):
            found[name] = values[0]
    return found


def _sandbox(ran: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What is true of all machines: a limit held where it held on each of them."""
    same = {name: value for name, value in ran[0].items() if name not in _differing(ran)}
    held = [spec.get("held", {}) for spec in ran]
    return same | {"held": {limit: all(found.get(limit, False) for found in held) for limit in held[0]}}


def _differing(ran: Sequence[Mapping[str, Any]]) -> list[str]:
    names = dict.fromkeys(name for spec in ran for name in spec if name != "held")
    return [name for name in names if not _agree([spec.get(name, _MISSING) for spec in ran])]


def _agree(values: Sequence[Any]) -> bool:
    return all(value == values[0] for value in values)
