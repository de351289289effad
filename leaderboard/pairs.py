"""Every two runs of a table on the samples that they share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path

from bench.comparing import PairedDifference, RunValues, pairwise, read_run
from bench.errors import UserError
from bench.leaderboard.board import Column, Pair, Row
from bench.leaderboard.found import Run
from bench.workers import map_chunks

UNREADABLE = "the samples or scores of {label} cannot be read: run `bench score` on it again"
BARE = (
    "{label} was scored by an earlier version, which did not say what an average is over: run `bench score` on it again"
)


def pairs_of(rows: Sequence[Row], headline: Column, runs: Mapping[str, Run]) -> tuple[Pair, ...]:
    """The runs' differences in the headline, each two once, in the order of the rows.

    Args:
        headline: where a row shows several settings, the runs of its setting are compared.
        runs: by `RunRef.key`.
    """
    scored = [row for row in rows if row.kind == "run" and row.cells]
    if len(scored) < 2:
        return ()
    read = dict(zip((row.key for row in scored), _read_all(scored, headline.setting, runs), strict=True))
    unfit = {row.key: reason for row in scored if (reason := _unfit(row, read[row.key], headline.name))}
    fit = [(key, values) for key, values in read.items() if values is not None and key not in unfit]
    found = {
        (fit[pair.first][0], fit[pair.second][0]): pair
        for pair in pairwise([values for _, values in fit], headline.name)
    }
    return tuple(_pair(a.key, b.key, found, unfit) for a, b in combinations(scored, 2))


def _read_all(rows: Sequence[Row], setting: str, runs: Mapping[str, Run]) -> Iterator[RunValues | None]:
    """The values of the run behind each row, read on every core."""
    refs = [row.runs.get(setting) or next(iter(row.runs.values())) for row in rows]
    return map_chunks(_values, ((False, runs[ref.key].folder.path) for ref in refs))


def _values(path: Path) -> RunValues | None:
    """What a run's samples and scores say; None where these files are damaged."""
    try:
        return read_run(path)
    except (UserError, KeyError, TypeError, AttributeError):  # anybody may have written them
        return None


def _unfit(row: Row, values: RunValues | None, average: str) -> str | None:
    """Why no pair with this row can be had."""
    if values is None:
        return UNREADABLE.format(label=row.label)
    return BARE.format(label=row.label) if average in values.bare else None


def _pair(first: str, second: str, found: Mapping[tuple[str, str], PairedDifference], unfit: Mapping[str, str]) -> Pair:
    pair = found.get((first, second))
    if pair is None:
        return Pair(first=first, second=second, difference=None, reason=unfit.get(first) or unfit.get(second))
    numbers = {"difference": pair.difference, "low": pair.low, "high": pair.high, "p_value": pair.p_value}
    return Pair(first=first, second=second, **numbers, reason=pair.reason)
