"""Which samples `--limit`, `--sample` and `--seed` choose: one rule for every benchmark, the same ids everywhere."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from typing import Any

from bench.protocols import Entry, Selection


def select(entries: Mapping[str, Sequence[Entry]], selection: Selection) -> list[Entry]:
    """The chosen entries of every task, in the order of the data."""
    return [entry for task in entries for entry in _of_task(entries, task, selection)]


def said(selection: Selection) -> dict[str, Any]:
    """What the selection says of how many, as it stands in a run's `generation`."""
    return {
        **{key: getattr(selection, key) for key in ("limit", "sample") if getattr(selection, key) is not None},
        **({"seed": selection.seed} if selection.sample is not None else {}),
    }


def _of_task(entries: Mapping[str, Sequence[Entry]], task: str, selection: Selection) -> list[Entry]:
    chosen = list(entries[task][: selection.limit])
    if selection.sample is None:
        return chosen
    share = shares({name: len(rows[: selection.limit]) for name, rows in entries.items()}, selection.sample)[task]
    ranked = sorted(chosen, key=lambda entry: hashlib.sha256(f"{selection.seed}/{entry.id}".encode()).digest())
    kept = {entry.id for entry in ranked[:share]}
    return [entry for entry in chosen if entry.id in kept]


def shares(sizes: Mapping[str, int], total: int) -> dict[str, int]:
    """`total` samples spread over strata in proportion to their sizes, by largest remainder; one at least where it can.

    Args:
        sizes: rows by stratum.
        total: how many are wanted; more than there are gives all.
    """
    everything = sum(sizes.values())
    total = min(total, everything)
    exact = {name: total * size / everything for name, size in sizes.items()} if everything else dict.fromkeys(sizes, 0)
    share = {name: min(sizes[name], math.floor(value)) for name, value in exact.items()}
    if total >= len(sizes):
        share = {name: max(count, min(1, sizes[name])) for name, count in share.items()}
    by_remainder = sorted(exact, key=lambda name: math.floor(exact[name]) - exact[name])
    while sum(share.values()) != total:
        step = 1 if sum(share.values()) < total else -1
        names = by_remainder if step > 0 else sorted(share, key=lambda name: -share[name])
        name = next(n for n in names if 0 < share[n] + step <= sizes[n])
        share[name] += step
        by_remainder.append(by_remainder.pop(by_remainder.index(name)))
    return share
