"""A made leaderboard with every kind of table, row and cell, for tests of what is drawn from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench.leaderboard.board import Badge, Board, Cell, Column, Pair, Row, RunRef, Table

HOSTILE = '<script>window.stolen=1</script><img src=x onerror="window.stolen=2">\'&\u202egnp.exe'
CATEGORIES = (
    "Single-Doc QA",
    "Multi-Doc QA",
    "Summarization",
    "Few-shot Learning",
    "Synthetic Tasks",
    "Code Completion",
)
TASKS = {
    "narrativeqa": ("en", "Single-Doc QA"),
    "multifieldqa_zh": ("zh", "Single-Doc QA"),
    "hotpotqa": ("en", "Multi-Doc QA"),
    "gov_report": ("en", "Summarization"),
    "vcsum": ("zh", "Summarization"),
    "trec": ("en", "Few-shot Learning"),
    "passage_retrieval_en": ("en", "Synthetic Tasks"),
    "repobench-p": ("", "Code Completion"),
}
VERDICTS = ("passed", "failed", "compile_error", "timeout", "no_code")
GROUPS = {"overall": "All questions", "easy": "Difficulty", "hard": "Difficulty", "short": "Length", "long": "Length"}


def cell(score: float | None, *, task: str | None = None, width: float = 4.0, **other: Any) -> Cell:
    """A cell with an interval of `width` to both sides."""
    if score is None:
        return Cell(score=None, task=task, **{"reason": "no trec, lcc", **other})
    return Cell(score=score, low=max(0.0, score - width), high=min(100.0, score + width), n=200, task=task, **other)


def run(key: str, *, state: str = "complete") -> RunRef:
    """The run behind a row."""
    return RunRef(key=key, run_id=f"20261121T120000Z-{key}", created="2026-11-21T12:00:00+00:00", state=state)


def made_board(*tables: Table, remarks: tuple[str, ...] = ("runs/broken: no run.json here",)) -> Board:
    """A board of these tables; without any, of all that are made here."""
    return Board(
        tables=tables or (longbench(), longbench_v2(), ncb()),
        made="2026-11-21T17:00:00+00:00",
        version="0.1.0",
        remarks=remarks,
    )


def longbench(models: Mapping[str, float] | None = None) -> Table:
    """LongBench with a few tasks: plain, unlike, partial, unfinished and hostile runs, and published rows."""
    columns = _longbench_columns()
    scores = models or {"phi-2": 31.0, "longlora-16k": 34.5, HOSTILE: 28.0, "lexical": 12.0}
    rows = [_longbench_row(columns, f"r{i}", name, score) for i, (name, score) in enumerate(scores.items())]
    if models is None:
        rows += [_unlike(columns), _partial(columns), _unfinished(), *_published(columns)]
    return Table(
        benchmark="longbench",
        headline="overall/en",
        leading="longbench zero-shot",
        columns=columns,
        rows=tuple(rows),
        pairs=_pairs([row for row in rows if row.kind == "run"]),
        published=("LongBench README, THUDM/LongBench at 2e00731: zero-shot, per cent",),
    )


def _longbench_columns() -> tuple[Column, ...]:
    return (
        *(Column(key=f"overall/{name}", kind="overall", name=name, language=name) for name in ("en", "zh")),
        Column(key="overall/all", kind="overall", name="all"),
        *(
            Column(key=f"category/{language}/{name}", kind="category", name=name, language=language, category=name)
            for language in ("en", "zh")
            for name in CATEGORIES
        ),
        *(
            Column(key=f"task/{name}", kind="task", name=name, language=language, category=category, group=category)
            for name, (language, category) in TASKS.items()
        ),
    )


def _cells(columns: tuple[Column, ...], score: float) -> dict[str, Cell]:
    """A number for every column, a little different in each."""
    numbered = enumerate(columns)
    return {c.key: cell(score + i % 7 - i % 3, task=c.name if c.kind == "task" else None) for i, c in numbered}


def _longbench_row(columns: tuple[Column, ...], key: str, name: str, score: float, **other: Any) -> Row:
    return Row(
        key=key,
        kind="run",
        model=name,
        label=name,
        setting="zero-shot",
        **{
            "cells": _cells(columns, score),
            "ranks": {column.key: 1 if score > 30 else 3 for column in columns},
            "runs": {"zero-shot": run(key)},
            "protocol": "longbench zero-shot",
            "badges": (Badge(name="setting", value="zero-shot"), Badge(name="input_limit", value="3500")),
            "spent": {
                "input": 1e6 * score,
                "output": 2e4 * score,
                "thought": None,
                "cost": score / 20,
                "seconds": 60.0,
            },
            **other,
        },
    )


def _unlike(columns: tuple[Column, ...]) -> Row:
    badges = (
        Badge(name="edit_similarity", value="indel", unlike=True),
        Badge(name="prompts", value="changed", unlike=True),
    )
    return _longbench_row(
        columns, "u", "phi-2 (indel)", 33.0, badges=badges, ranks={}, protocol="longbench zero-shot indel"
    )


def _partial(columns: tuple[Column, ...]) -> Row:
    cells = {column.key: cell(None) for column in columns} | {
        "task/trec": cell(55.0, task="trec", not_judged=3, official=56.5, official_n=197)
    }
    return _longbench_row(
        columns,
        "p",
        "part",
        0.0,
        cells=cells,
        ranks={},
        runs={"zero-shot": run("p", state="partial")},
        marks=("--limit 20",),
    )


def _unfinished() -> Row:
    runs = {"zero-shot": run("x", state="unfinished")}
    return Row(
        key="x",
        kind="run",
        model="stopped",
        label="stopped",
        setting="zero-shot",
        cells={},
        runs=runs,
        marks=("not scored yet",),
    )


def _published(columns: tuple[Column, ...]) -> list[Row]:
    return [
        Row(
            key=f"pub{i}",
            kind="published",
            model=name,
            label=name,
            setting="zero-shot",
            cells={column.key: Cell(score=score + i) for column in columns},
            source="LongBench README, THUDM/LongBench at 2e00731",
            date="2023-11-06",
            url="https://github.com/THUDM/LongBench",
        )
        for i, (name, score) in enumerate({"GPT-3.5-Turbo-16k": 44.0, "Llama2-7B-chat-4k": 31.0}.items())
    ]


def _pairs(rows: list[Row]) -> tuple[Pair, ...]:
    """Every two rows once: clear, unclear and impossible ones."""
    kinds = (
        {"difference": 3.2, "low": 1.0, "high": 5.4, "p_value": 0.004},
        {"difference": -0.7, "low": -2.0, "high": 0.6, "p_value": 0.31},
        {"difference": None, "reason": "no shared samples"},
    )
    both = [(a.key, b.key) for i, a in enumerate(rows) for b in rows[i + 1 :]]
    return tuple(Pair(first=a, second=b, **kinds[i % 3]) for i, (a, b) in enumerate(both))


def longbench_v2() -> Table:
    """LongBench v2: two settings side by side, groups by length, domains."""
    domains = ("Code Repository Understanding", "Multi-Document QA", "Single-Document QA")
    columns = tuple(
        column
        for setting in ("zero-shot", "cot")
        for column in (
            Column(key=f"{setting}:overall/all", kind="overall", name="all", setting=setting),
            *(
                Column(
                    key=f"{setting}:category/domain/{name}", kind="category", name=name, category=name, setting=setting
                )
                for name in domains
            ),
            *(
                Column(
                    key=f"{setting}:task/{name}", kind="task", name=name, language="en", group=group, setting=setting
                )
                for name, group in GROUPS.items()
            ),
        )
    )
    rows = tuple(
        _v2_row(columns, f"v{i}", name, score)
        for i, (name, score) in enumerate({"lexical": 25.0, "exaone-3.5": 29.5}.items())
    )
    published = Row(
        key="vp",
        kind="published",
        model="o1-preview",
        label="o1-preview",
        setting="zero-shot, cot",
        cells={column.key: Cell(score=57.7) for column in columns if column.setting == "cot"},
        source="longbench2.github.io at da2d517",
        date="2024-09-12",
        url="https://longbench2.github.io",
        lengths={"cot:short": Cell(score=62.6), "cot:medium": Cell(score=53.5), "cot:long": Cell(score=58.1)},
    )
    return Table(
        benchmark="longbench-v2",
        headline="zero-shot:overall/all",
        leading="longbench-v2",
        columns=columns,
        rows=(*rows, published),
        lengths=("short", "medium", "long"),
        pairs=_pairs(list(rows)),
        published=("longbench2.github.io at da2d517",),
    )


def _v2_row(columns: tuple[Column, ...], key: str, name: str, score: float) -> Row:
    lengths = {
        f"{s}:{n}": cell(score + i, task=n)
        for s in ("zero-shot", "cot")
        for i, n in enumerate(("short", "medium", "long"))
    }
    return Row(
        key=key,
        kind="run",
        model=name,
        label=name,
        setting="zero-shot, cot",
        cells=_cells(columns, score),
        ranks={column.key: 1 for column in columns},
        runs={"zero-shot": run(f"{key}z"), "cot": run(f"{key}c")},
        protocol="longbench-v2",
        lengths=lengths,
    )


def ncb() -> Table:
    """NaturalCodeBench: four sets, domains and verdicts."""
    tasks = ("python_en", "python_zh", "java_en", "java_zh")
    columns = (
        *(Column(key=f"overall/{name}", kind="overall", name=name) for name in ("all", "python", "java")),
        *(
            Column(key=f"category//{name}", kind="category", name=name, category=name)
            for name in (
                "Algorithm and Data Structure",
                "Software Engineering",
                "Data Science",
                "System Administration",
            )
        ),
        *(
            Column(key=f"task/{name}", kind="task", name=name, language=name[-2:], group=name.partition("_")[0])
            for name in tasks
        ),
    )
    rows = tuple(
        Row(
            key=f"n{i}",
            kind="run",
            model=name,
            label=name,
            setting="zero-shot",
            cells=_cells(columns, score),
            ranks={column.key: i + 1 for column in columns},
            runs={"zero-shot": run(f"n{i}")},
            protocol="ncb",
            badges=(Badge(name="input_files", value="absent", unlike=True),),
            verdicts={task: dict(zip(VERDICTS, (passed, 40 - passed, 12, 8, 10), strict=True)) for task in tasks},
        )
        for i, (name, score, passed) in enumerate((("reference", 92.0, 38), ("chatgpt", 37.0, 20)))
    )
    return Table(
        benchmark="ncb", headline="overall/all", leading="ncb", columns=columns, rows=rows, pairs=_pairs(list(rows))
    )
