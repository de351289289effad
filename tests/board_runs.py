"""Run folders with a made result.json, for tests of what is read from many of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.leaderboard.board import Board, Row, Table
from bench.leaderboard.building import build_board
from bench.records import RunResult
from bench.runs import RUN, RunFolder

DATA = {"source": "files", "files": {"qasper.jsonl": "0" * 64}, "prompts": {"sha256": "1" * 64, "official": True}}
EXPECTED = {"qasper": 200, "trec": 200, "lcc": 500}


def task(score: float | None, *, width: float = 3.0, **other: Any) -> dict[str, Any]:
    """An entry of `tasks`."""
    return {
        **entry(score, width=width),
        "n": 200,
        "not_judged": 0,
        "also": {},
        "raised": {"rows": 0, "first": []},
        "metric": "qa_f1_score",
        "category": "Single-Doc QA",
        "language": "en",
        "official_score": score,
        "official_denominator": 200,
        **other,
    }


def entry(score: float | None, *, width: float = 3.0, **other: Any) -> dict[str, Any]:
    """An entry of `overall`."""
    reason = "no qasper" if score is None else None
    interval = None if score is None else [score - width, score + width]
    return {"score": score, "stderr": width / 2, "ci95": interval, "reason": reason, **other}


def make_run(
    root: Path,
    model: str,
    score: float | None = 40.0,
    *,
    run_id: str = "20260101T000000Z-00000000",
    created: str | None = "2026-01-01T00:00:00+00:00",
    benchmark: str = "longbench",
    setting: str = "zero-shot",
    generation: Mapping[str, Any] | None = None,
    header: Mapping[str, Any] | None = None,
    scored: bool = True,
    **result: Any,
) -> Path:
    """A run folder; `result` replaces fields of its RunResult, `header` fields of its run.json."""
    path = root / benchmark / RunFolder.new_path(root, benchmark, model, {}).parent.name / run_id
    asked = {"data": DATA, "model": {"backend": "made"}, "attempts": 1, **(generation or {})}
    folder = RunFolder.create(
        path, name=model, benchmark=benchmark, setting=setting, generation=asked, expected=EXPECTED
    )
    data = json.loads((path / RUN).read_text())
    scoring = {"score_version": 1, "edit_similarity": "difflib", "packages": {}}
    (path / RUN).write_text(json.dumps({**data, "scoring": scoring, "created": created, **(header or {})}))
    if scored:
        folder = RunFolder.open(path)
        folder.write_result(_result(folder, score, **result))
    return path


def _result(folder: RunFolder, score: float | None, **other: Any) -> RunResult:
    made: dict[str, Any] = {
        "tasks": {"qasper": task(score), "trec": task(score), "lcc": task(score, metric="code_sim_score")},
        "categories": {},
        "overall": {"en": entry(score), "all": entry(score)},
        "failures": {},
        "tokens": {"input": None, "output": None, "cached": None, "thought": None},
        "seconds": None,
        "partial": folder.partial,
        "notes": folder.notes,
    }
    return RunResult(
        benchmark=folder.benchmark, setting=folder.setting, model=folder.name, spec=folder.spec, **{**made, **other}
    )


def build(*paths: Path, published: bool = False) -> Board:
    """The leaderboard of some folders."""
    return build_board(paths, published=published).board


def table_of(*paths: Path) -> Table:
    """Its first table, without published rows."""
    return build(*paths).tables[0]


def row_of(table: Table, label: str) -> Row:
    """The row of a name."""
    return next(row for row in table.rows if row.label == label)


def badges(row: Row) -> dict[str, str]:
    """Values by name."""
    return {badge.name: badge.value for badge in row.badges}
