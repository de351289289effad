"""From runs to rows: one for each run, and of LongBench v2 one for two runs of one model in its two settings."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from bench.leaderboard.badges import badges_of, protocol_of
from bench.leaderboard.board import Badge, Row, RunRef
from bench.leaderboard.cells import SIDE_BY_SIDE, columns_and_cells, lengths
from bench.leaderboard.found import Run
from bench.leaderboard.marks import marks

SPENT = ("input", "output", "thought")
_OF_THE_SETTING = ("prompts", "asked")  # what the data of two settings differ in


def rows_of(runs: Sequence[Run], keys: Mapping[str, Run]) -> list[Row]:
    """The rows of one benchmark's runs, the oldest first.

    Args:
        keys: the runs of the whole board by `RunRef.key`.
    """
    names = {id(run): key for key, run in keys.items()}
    versions = [run.folder.spec.scoring.get("score_version") for run in runs]
    rows = [_row(run, names[id(run)], versions) for run in runs]
    return _told_apart(_side_by_side(list(zip(runs, rows, strict=True))))


def _row(run: Run, key: str, versions: Sequence[object]) -> Row:
    """A run as a row of its own."""
    badges = badges_of(run, versions)
    setting, result = run.folder.setting, run.result
    ref = RunRef(key=key, run_id=run.run_id, created=run.folder.created, state=run.state)
    row = Row(
        key=key,
        kind="run",
        model=run.folder.name,
        label=run.folder.name,
        setting=setting,
        cells={},
        runs={setting: ref},
        protocol=protocol_of(badges),
        badges=badges,
        marks=tuple(_marks(run)),
        tags={name: str(value) for name, value in run.folder.tags.items()},
    )
    if result is None:
        return row
    return replace(
        row,
        cells={column.key: cell for column, cell in columns_and_cells(result)},
        lengths=lengths(result),
        verdicts={name: task["verdicts"] for name, task in result.tasks.items() if task.get("verdicts")},
        spent=_spent(run),
    )


def _marks(run: Run) -> Iterator[str]:
    why = run.why_partial
    if why is not None:
        yield f"not the whole benchmark: {why}"
    yield from run.problems
    if run.result is not None:
        yield from marks(run.result)


def _spent(run: Run) -> dict[str, float | None]:
    """What the answers took; None where nobody knows."""
    assert run.result is not None
    cost = run.result.accounting.get("cost") or {}
    tokens = {name: run.result.tokens.get(name) for name in SPENT}
    return {**tokens, "cost": cost.get("total"), "seconds": run.result.seconds}


# -- two settings in one row


def _side_by_side(made: Sequence[tuple[Run, Row]]) -> list[Row]:
    """The rows of two settings of one model put together, the newest with the newest; all others as they are."""
    groups: dict[str, dict[str, list[Row]]] = {}
    for run, row in made:
        shown = SIDE_BY_SIDE.get(run.folder.benchmark, ())
        own = _alike(run, row) if row.setting in shown else f"run/{row.key}"
        groups.setdefault(own, {}).setdefault(row.setting, []).insert(0, row)
    return [_together([row for row in rows if row]) for by in groups.values() for rows in zip_longest(*_ordered(by))]


def _ordered(by_setting: Mapping[str, list[Row]]) -> list[list[Row]]:
    return [by_setting[name] for name in sorted(by_setting, key=lambda name: name != "zero-shot")]


def _alike(run: Run, row: Row) -> str:
    """Equal for runs that differ in nothing but the setting."""
    generation = run.folder.spec.generation
    data = {name: value for name, value in generation.get("data", {}).items() if name not in _OF_THE_SETTING}
    return json.dumps([row.model, row.protocol, generation.get("model"), data], sort_keys=True, default=str)


def _together(rows: Sequence[Row]) -> Row:
    if len(rows) == 1:
        return rows[0]
    first = rows[0]
    return replace(
        first,
        setting=", ".join(row.setting for row in rows),
        cells=_union(row.cells for row in rows),
        runs=_union(row.runs for row in rows),
        badges=_badges_together(rows),
        marks=tuple(f"{row.setting}: {mark}" for row in rows for mark in row.marks),
        lengths=_union(row.lengths for row in rows),
        spent={name: _sum(row.spent.get(name) for row in rows) for name in (*SPENT, "cost", "seconds")},
        tags=_union(row.tags for row in rows),
    )


def _union(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {name: value for part in parts for name, value in part.items()}


def _sum(amounts: Iterable[float | None]) -> float | None:
    held = list(amounts)
    known = [amount for amount in held if amount is not None]
    return sum(known) if known and len(known) == len(held) else None


def _badges_together(rows: Sequence[Row]) -> tuple[Badge, ...]:
    """Each badge once, at the place of its name; settings as one."""
    setting = Badge(name="setting", value=", ".join(row.setting for row in rows))
    others = dict.fromkeys(badge for row in rows for badge in row.badges if badge.name != "setting")
    return (setting, *others)


# -- names


def _told_apart(rows: Sequence[Row]) -> list[Row]:
    """Rows of one name get more of a name: the setting, then the day, the minute, the run and its key."""
    for more in (_no_more, _day_of, _minute_of, _run_of, _key_of):
        counts = Counter(row.label for row in rows)
        rows = [replace(row, label=_named(row, more(row))) if counts[row.label] > 1 else row for row in rows]
    return list(rows)


def _named(row: Row, more: str) -> str:
    setting = "" if "zero-shot" in row.setting else f"({row.setting})"
    return " ".join(filter(None, [row.model, setting, more]))


def _no_more(_: Row) -> str:
    return ""


def _day_of(row: Row) -> str:
    return _ref(row).created[:10]


def _minute_of(row: Row) -> str:
    return _ref(row).created[:16].replace("T", " ")


def _run_of(row: Row) -> str:
    return _ref(row).run_id


def _key_of(row: Row) -> str:
    return row.key


def _ref(row: Row) -> RunRef:
    return next(iter(row.runs.values()))
