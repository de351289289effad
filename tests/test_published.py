"""Would catch a published figure mistyped, left out or made up, and a computed average passing for a printed one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.benchmarks.longbench.averages import AVERAGES
from bench.benchmarks.longbench.tasks import TASKS
from bench.benchmarks.longbench.v2.groups import GROUPS
from bench.benchmarks.ncb.tasks import TASKS as NCB_TASKS
from bench.leaderboard.board import Row
from bench.leaderboard.published import COMPUTED, published_benchmarks, published_columns, published_rows, sources

LANGUAGES = {"English": "en", "Chinese": "zh"}
NCB = {"total": "overall/all", "total_en": "overall/en", "total_zh": "overall/zh"}


def figures(shared: Path, name: str) -> Any:
    return json.loads((shared / "data" / "published" / f"{name}.json").read_text())


def by_model(benchmark: str) -> dict[str, Row]:
    return {row.label: row for row in published_rows(benchmark)}


def printed(row: Row) -> dict[str, float]:
    """The figures of a row that are its source's own."""
    return {key: cell.score for key, cell in row.cells.items() if cell.score is not None and cell.reason is None}


def test_every_figure_of_longbench_is_the_published_one_and_there_is_no_other(shared: Path) -> None:
    table = figures(shared, "longbench_v1")
    rows = by_model("longbench")
    assert list(rows) == list(table["tasks"])
    for model, row in rows.items():
        wanted = {f"task/{task}": score for task, score in table["tasks"][model].items()}
        for language, averages in table["averages"][model].items():
            short = LANGUAGES[language]
            wanted |= {f"category/{short}/{name}": score for name, score in averages.items() if name != "Avg"}
            wanted[f"overall/{short}"] = averages["Avg"]
        assert printed(row) == wanted


def test_averages_that_longbench_does_not_print_are_computed_from_its_tasks_and_say_so(shared: Path) -> None:
    scores = figures(shared, "longbench_v1")["tasks"]
    wanted = {average.name: average for average in AVERAGES if average.name in {"all", "mean_16_en", "mean_21"}}
    for model, row in by_model("longbench").items():
        for name, average in wanted.items():
            means = [sum(scores[model][task] for task in group) / len(group) for group in average.groups]
            cell = row.cells[f"overall/{name}"]
            assert cell.score == pytest.approx(sum(means) / len(means))
            assert cell.reason == COMPUTED


def v2_figures(entry: dict[str, Any]) -> Iterator[tuple[str, float | None]]:
    for setting, name in (("zero-shot", "no_cot"), ("cot", "cot")):
        for group, score in entry[name].items():
            yield f"{setting}:task/{group}", score
            if group == "overall":
                yield f"{setting}:overall/all", score


def test_every_figure_of_longbench_v2_is_the_published_one_with_what_is_said_of_the_model(shared: Path) -> None:
    entries = figures(shared, "longbench_v2")["rows"]
    rows = published_rows("longbench-v2")
    assert [row.model for row in rows] == [entry["model"] for entry in entries]
    for row, entry in zip(rows, entries, strict=True):
        assert {key: cell.score for key, cell in row.cells.items()} == dict(v2_figures(entry))
        assert all(cell.reason == "not published" for cell in row.cells.values() if cell.score is None)
        for name, key in (("params", "params"), ("context", "context"), ("released", "date")):
            assert row.tags.get(name) == (None if entry[key] in {"-", "N/A"} else entry[key])
    assert {"Human", "Random"} <= {row.model for row in rows}


def test_every_figure_of_naturalcodebench_is_the_one_that_was_read_but_for_two(shared: Path) -> None:
    entries = figures(shared, "ncb_dev")["rows"]
    rows = published_rows("ncb")
    left_out = []
    for row, entry in zip(rows, entries, strict=True):
        assert row.model == entry.pop("model")
        for name, score in entry.items():
            cell = row.cells[NCB.get(name, f"task/{name}")]
            if cell.score is None:
                left_out.append(score)
                assert "fits no count of 70 problems" in (cell.reason or "")
            else:
                assert cell.score == score
        assert len(row.cells) == len(entry)
    assert left_out == [37.8, 34.1]


def test_figures_that_were_read_from_a_picture_say_so() -> None:
    assert all(any(badge.name == "figure" for badge in row.badges) for row in published_rows("ncb"))
    assert not any(row.badges for row in published_rows("longbench"))


def test_published_rows_name_their_source_and_have_neither_rank_nor_interval() -> None:
    for benchmark in published_benchmarks():
        assert sources(benchmark)
        for row in published_rows(benchmark):
            assert row.source
            assert row.url
            assert row.date
            assert not row.ranks
            assert all(cell.low is None and cell.n is None for cell in row.cells.values())


def test_rows_of_one_name_are_told_apart() -> None:
    for benchmark in published_benchmarks():
        rows = published_rows(benchmark)
        assert len({row.key for row in rows}) == len({row.label for row in rows}) == len(rows)
    assert {"GPT-4o (2024-08-06)", "GPT-4o (2024-11-20)"} <= set(by_model("longbench-v2"))


def test_what_filters_go_by_is_what_the_benchmarks_say_of_their_tasks() -> None:
    columns = {
        (name, column.name): column
        for name in published_benchmarks()
        for column in published_columns(name)
        if column.kind == "task"
    }
    for task in TASKS.values():
        column = columns["longbench", task.name]
        assert (column.category, column.language) == (task.category, "" if task.language == "code" else task.language)
    for name, group in GROUPS.items():
        assert name == "overall" or columns["longbench-v2", name].category == group.category
    for code in NCB_TASKS.values():
        column = columns["ncb", code.name]
        assert (column.language, column.group) == (code.natural_language, code.language)


def test_there_is_no_table_of_longbench_e() -> None:
    assert published_rows("longbench-e") == []
    assert sources("longbench-e") == ()
