"""From a result to the cells and columns of a table."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from bench.leaderboard.board import Cell, Column
from bench.records import RunResult

NATURAL = ("en", "zh")
SIDE_BY_SIDE: Mapping[str, tuple[str, ...]] = MappingProxyType({"longbench-v2": ("zero-shot", "cot")})
"""Benchmarks of which one row shows several settings; the first of them is where every other setting stands."""
LANGUAGE_OF: Mapping[str, str] = MappingProxyType({"en": "en", "zh": "zh", "mean_16_en": "en"})
"""Averages over tasks of one language."""
GROUP_OF: Mapping[str, str] = MappingProxyType({"python": "python", "java": "java"})
"""Averages over tasks of one programming language."""
LENGTHS: Mapping[str, tuple[str, ...]] = MappingProxyType({"longbench-v2": ("short", "medium", "long")})
"""Groups by length that are tasks; those of LongBench-E are in `buckets`."""
LEFT_OUT = frozenset({"sub_domain"})
"""Ways of sorting questions that are too fine for a table: a handful of questions in each."""
NARROW = 1e-9  # a difference that is rounding


def setting_column(benchmark: str, setting: str) -> str:
    """What stands before the keys of a run's columns: the setting where a row shows several, else nothing."""
    shown = SIDE_BY_SIDE.get(benchmark)
    if shown is None:
        return ""
    return setting if setting in shown else shown[0]


def columns_and_cells(result: RunResult) -> Iterator[tuple[Column, Cell]]:
    """The averages, the categories and the tasks of a result, in its own order."""
    setting = setting_column(result.benchmark, result.setting)
    yield from _overall(result, setting)
    yield from _categories(result, setting)
    yield from _tasks(result, setting)


def keyed(setting: str, name: str) -> str:
    """The key of a column."""
    return f"{setting}:{name}" if setting else name


def _overall(result: RunResult, setting: str) -> Iterator[tuple[Column, Cell]]:
    for name, entry in result.overall.items():
        column = Column(
            key=keyed(setting, f"overall/{name}"),
            kind="overall",
            name=name,
            language=LANGUAGE_OF.get(name, ""),
            setting=setting,
            group=GROUP_OF.get(name, ""),
        )
        yield column, _cell(entry, official=_official_average(entry, result.tasks))


def _categories(result: RunResult, setting: str) -> Iterator[tuple[Column, Cell]]:
    """By language, or by another way of sorting the questions, which then is a heading."""
    for language, found in result.categories.items():
        if language in LEFT_OUT:
            continue
        natural = language in NATURAL
        for name, entry in found.items():
            column = Column(
                key=keyed(setting, f"category/{language}/{name}"),
                kind="category",
                name=name,
                language=language if natural else "",
                category=name,
                setting=setting,
                group="" if natural else language,
            )
            yield column, _cell(entry)


def _tasks(result: RunResult, setting: str) -> Iterator[tuple[Column, Cell]]:
    for name, entry in result.tasks.items():
        column = Column(
            key=keyed(setting, f"task/{name}"),
            kind="task",
            name=name,
            language=entry["language"] if entry["language"] in NATURAL else "",
            category=entry["category"],
            setting=setting,
            group=entry.get("programming_language") or entry["category"],
        )
        official = (entry["official_score"], entry["official_denominator"])
        yield column, _cell(entry, task=name, official=official)


def _cell(
    entry: Mapping[str, Any], *, task: str | None = None, official: tuple[float | None, int | None] = (None, None)
) -> Cell:
    low, high = entry["ci95"] or (None, None)
    score, n = entry["score"], entry.get("n")
    theirs, of = official if _differs(score, n, *official) else (None, None)
    return Cell(
        score=score,
        low=None if score is None else low,
        high=None if score is None else high,
        n=n,
        not_judged=entry.get("not_judged") or 0,
        official=theirs,
        official_n=of,
        reason=entry["reason"] if score is None else None,
        task=task,
    )


def _differs(score: float | None, n: int | None, official: float | None, of: int | None) -> bool:
    """Whether the authors' rule gives another number than ours, or one over other samples."""
    if official is None:
        return False
    return score is None or abs(score - official) > NARROW or (of is not None and of != n)


def _official_average(
    entry: Mapping[str, Any], tasks: Mapping[str, Mapping[str, Any]]
) -> tuple[float | None, int | None]:
    """The average of the authors' own numbers, where it can be had and is another than ours."""
    groups = entry.get("groups")
    if entry["score"] is None or not groups:
        return None, None
    named = [tasks.get(task, {}) for group in groups for task in group]
    if any(task.get("official_score") is None for task in named):
        return None, None
    theirs = _mean(_mean(tasks[task]["official_score"] for task in group) for group in groups)
    if abs(theirs - entry["score"]) <= NARROW:
        return None, None
    return theirs, sum(task["official_denominator"] or 0 for task in named)


def _mean(values: Iterable[float]) -> float:
    held = list(values)
    return math.fsum(held) / len(held)


def lengths(result: RunResult) -> dict[str, Cell]:
    """Score by length: of LongBench-E its buckets, of LongBench v2 three groups, with the setting in front."""
    buckets = dict.fromkeys(name for task in result.tasks.values() for name in task.get("buckets", {}))
    found = {name: _cell(result.overall[name]) for name in buckets if name in result.overall}
    for name in LENGTHS.get(result.benchmark, ()):
        if name in result.tasks:
            found[keyed(result.setting, name)] = _cell(result.tasks[name], task=name)
    return found


def merged(orders: Iterable[Sequence[str]]) -> list[str]:
    """One order for several: what an order alone has stands after what it has before it."""
    whole: list[str] = []
    for order in sorted(orders, key=len, reverse=True):
        place = 0
        for name in order:
            if name in whole:
                place = whole.index(name) + 1
            else:
                whole.insert(place, name)
                place += 1
    return whole
