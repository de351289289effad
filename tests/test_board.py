"""Would catch ranks that ignore intervals or mix protocols, columns out of order, and runs of one name as one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from board_runs import DATA, badges, build, entry, make_run, row_of, table_of, task

from bench.leaderboard.building import build_board

SECOND = "20260102T000000Z-00000000"


# -- ranks


def test_a_rank_is_1_and_the_number_of_rows_whose_interval_lies_wholly_above(tmp_path: Path) -> None:
    for name, score in {"a": 60.0, "b": 56.0, "c": 50.0, "d": 20.0}.items():
        make_run(tmp_path, name, score)  # intervals of 3 to both sides: a and b overlap, b and c touch
    ranks = {row.label: row.ranks["overall/all"] for row in table_of(tmp_path).rows}
    assert ranks == {"a": 1, "b": 1, "c": 2, "d": 4}


def test_touching_intervals_share_a_rank(tmp_path: Path) -> None:
    make_run(tmp_path, "a", 56.0)
    make_run(tmp_path, "b", 50.0)
    assert {row.ranks["overall/all"] for row in table_of(tmp_path).rows} == {1}


def test_rows_made_otherwise_than_by_the_authors_protocol_are_shown_and_not_ranked(tmp_path: Path) -> None:
    make_run(tmp_path, "a", 50.0)
    make_run(tmp_path, "b", 90.0, generation={"max_new_tokens": 4096})
    table = table_of(tmp_path)
    assert table.leading == "official"
    assert [row.label for row in table.rows] == ["b", "a"]
    assert row_of(table, "a").ranks["overall/all"] == 1
    assert row_of(table, "b").ranks == {}
    assert [badge.name for badge in row_of(table, "b").unlike] == ["max_new_tokens"]


def test_without_the_authors_protocol_the_one_of_most_runs_is_ranked(tmp_path: Path) -> None:
    for name in ("a", "b"):
        make_run(tmp_path, name, generation={"max_new_tokens": 64})
    make_run(tmp_path, "c", generation={"max_new_tokens": 32})
    table = table_of(tmp_path)
    assert table.leading == "max_new_tokens=64"
    assert {row.label for row in table.rows if row.ranks} == {"a", "b"}


def test_a_part_of_a_benchmark_is_shown_and_leads_and_ranks_nothing(tmp_path: Path) -> None:
    none = {"en": entry(None, reason="partial: --limit 5"), "all": entry(None, reason="partial: --limit 5")}
    make_run(tmp_path, "part", 99.0, generation={"data": {**DATA, "limit": 5}}, overall=none)
    make_run(tmp_path, "whole", 40.0, generation={"max_new_tokens": 64})
    table = table_of(tmp_path)
    part = row_of(table, "part")
    assert table.leading == "max_new_tokens=64"
    assert part.runs["zero-shot"].state == "partial"
    assert part.ranks == {}
    assert part.cells["overall/all"].score is None
    assert part.cells["overall/all"].reason == "partial: --limit 5"
    assert part.cells["task/qasper"].score == 99.0
    assert any("not the whole benchmark: --limit 5" in mark for mark in part.marks)
    assert row_of(table, "whole").ranks["task/qasper"] == 1


def test_a_run_of_some_tasks_says_how_many_it_holds(tmp_path: Path) -> None:
    missing = {"en": entry(None, reason="no trec, lcc")}
    make_run(tmp_path, "a", tasks={"qasper": task(30.0)}, overall=missing)
    row = table_of(tmp_path).rows[0]
    assert row.runs["zero-shot"].state == "partial"
    assert badges(row)["partial"] == "1 of 3 tasks"
    assert row.ranks == {}


# -- order and columns


def test_the_headline_is_the_average_that_most_runs_have(tmp_path: Path) -> None:
    make_run(tmp_path, "a", overall={"all": entry(None), "en": entry(50.0), "mean_16_en": entry(40.0)})
    make_run(tmp_path, "b", overall={"all": entry(60.0), "en": entry(50.0), "mean_16_en": entry(40.0)})
    assert table_of(tmp_path).headline == "overall/en"


def test_runs_stand_before_published_rows_the_best_first_and_those_without_a_score_last(tmp_path: Path) -> None:
    make_run(tmp_path, "low", 10.0)
    make_run(tmp_path, "high", 20.0)
    make_run(tmp_path, "later", scored=False)
    rows = build(tmp_path, published=True).tables[0].rows
    assert [row.label for row in rows[:3]] == ["high", "low", "later"]
    assert {row.kind for row in rows[3:]} == {"published"}
    assert rows[3].label == "ChatGLM3-6B-32k"


def test_tables_stand_in_a_fixed_order_and_cards_of_ones_own_after_them_by_name(tmp_path: Path) -> None:
    for name in ("zebra", "ncb", "apple", "longbench-v2", "longbench", "longbench-e"):
        make_run(tmp_path, "a", benchmark=name)
    tables = [table.benchmark for table in build(tmp_path).tables]
    assert tables == ["longbench", "longbench-e", "longbench-v2", "ncb", "apple", "zebra"]


def test_columns_keep_the_order_of_the_tasks_when_no_run_holds_them_all(tmp_path: Path) -> None:
    make_run(tmp_path, "a", tasks={name: task(1.0) for name in ("one", "three", "four")})
    make_run(tmp_path, "b", tasks={name: task(1.0) for name in ("one", "two", "three")})
    names = [column.name for column in table_of(tmp_path).columns if column.kind == "task"]
    assert names == ["one", "two", "three", "four"]


def test_the_authors_number_stands_in_a_cell_where_it_is_another(tmp_path: Path) -> None:
    tasks = {
        "same": task(40.0),
        "dropped": task(40.0, official_score=42.5, official_denominator=188),
        "fewer": task(40.0, official_denominator=199),
    }
    overall = {"mean": entry(40.0, groups=[["same"], ["dropped"], ["fewer"]])}
    make_run(tmp_path, "a", tasks=tasks, overall=overall)
    cells = table_of(tmp_path).rows[0].cells
    assert cells["task/same"].official is None
    assert (cells["task/dropped"].official, cells["task/dropped"].official_n) == (42.5, 188)
    assert (cells["task/fewer"].official, cells["task/fewer"].official_n) == (40.0, 199)
    assert cells["overall/mean"].official == pytest.approx((40 + 42.5 + 40) / 3)


def test_code_comes_with_its_verdicts_its_languages_and_what_it_took(tmp_path: Path) -> None:
    code: dict[str, Any] = {"language": "zh", "programming_language": "java", "category": "Code Synthesis"}
    make_run(
        tmp_path,
        "m",
        benchmark="ncb",
        tasks={"java_zh": task(50.0, verdicts={"passed": 35, "timeout": 35}, **code)},
        overall={"all": entry(50.0), "java": entry(50.0), "zh": entry(50.0)},
        tokens={"input": 1000, "output": 50, "cached": None, "thought": 7},
        accounting={"cost": {"input": 0.25, "output": 0.25, "total": 0.5}},
        seconds=12.5,
    )
    table = table_of(tmp_path)
    columns = {column.key: column for column in table.columns}
    assert (columns["task/java_zh"].language, columns["task/java_zh"].group) == ("zh", "java")
    assert columns["overall/java"].group == "java"
    assert columns["overall/zh"].language == "zh"
    [row] = table.rows
    assert row.verdicts == {"java_zh": {"passed": 35, "timeout": 35}}
    assert row.spent == {"input": 1000, "output": 50, "thought": 7, "cost": 0.5, "seconds": 12.5}


def test_longbench_e_has_its_averages_by_length(tmp_path: Path) -> None:
    buckets = {name: {"score": 1.0, "n": 2} for name in ("0-4k", "4-8k", "8k+")}
    overall = {"mean_13": entry(40.0), "0-4k": entry(45.0), "4-8k": entry(40.0), "8k+": entry(35.0)}
    make_run(tmp_path, "m", benchmark="longbench-e", tasks={"qasper": task(40.0, buckets=buckets)}, overall=overall)
    table = table_of(tmp_path)
    assert table.headline == "overall/mean_13"
    assert table.lengths == ("0-4k", "4-8k", "8k+")
    assert [cell.score for cell in table.rows[0].lengths.values()] == [45.0, 40.0, 35.0]


# -- two settings in one row


def v2(root: Path, setting: str, score: float, **other: Any) -> Path:
    tasks = {name: task(score) for name in ("overall", "easy", "short", "medium", "long")}
    overall = {"all": entry(score)}
    return make_run(
        root,
        "m",
        benchmark="longbench-v2",
        setting=setting,
        tasks=tasks,
        overall=overall,
        run_id=f"r-{setting}",
        **other,
    )


def test_both_settings_of_longbench_v2_stand_in_one_row_with_ranks_of_their_own(tmp_path: Path) -> None:
    v2(tmp_path, "zero-shot", 30.0)
    v2(tmp_path, "cot", 40.0)
    table = table_of(tmp_path)
    [row] = table.rows
    assert row.setting == "zero-shot, cot"
    assert row.cells["zero-shot:overall/all"].score == 30.0
    assert row.cells["cot:overall/all"].score == 40.0
    assert row.ranks["zero-shot:overall/all"] == row.ranks["cot:overall/all"] == 1
    assert {setting: run.run_id for setting, run in row.runs.items()} == {"zero-shot": "r-zero-shot", "cot": "r-cot"}
    assert badges(row)["setting"] == "zero-shot, cot"
    assert table.lengths == ("short", "medium", "long")
    assert row.lengths["cot:short"].score == 40.0


def test_other_settings_are_rows_of_their_own_in_the_columns_without_cot(tmp_path: Path) -> None:
    v2(tmp_path, "zero-shot", 30.0)
    v2(tmp_path, "rag-4", 35.0)
    table = table_of(tmp_path)
    other = row_of(table, "m (rag-4)")
    assert other.cells["zero-shot:overall/all"].score == 35.0
    assert other.ranks == {}
    assert [badge.name for badge in other.unlike] == ["setting"]


def test_settings_that_were_made_unalike_are_not_put_together(tmp_path: Path) -> None:
    v2(tmp_path, "zero-shot", 30.0)
    v2(tmp_path, "cot", 40.0, generation={"max_new_tokens": 4096})
    assert [row.setting for row in table_of(tmp_path).rows] == ["zero-shot", "cot"]


def test_several_runs_of_a_setting_are_put_together_the_newest_with_the_newest(tmp_path: Path) -> None:
    for day in ("1", "2"):
        at = f"2026-01-0{day}T00:00:00+00:00"
        v2(tmp_path / day, "zero-shot", 30.0 + int(day), created=at)
        v2(tmp_path / day, "cot", 40.0 + int(day), created=at)
    v2(tmp_path / "3", "cot", 50.0, created="2026-01-03T00:00:00+00:00")
    rows = table_of(tmp_path).rows
    pairs = [tuple(row.cells.get(f"{name}:overall/all") for name in ("zero-shot", "cot")) for row in rows]
    scores = {tuple(cell.score if cell else None for cell in pair) for pair in pairs}
    assert scores == {(32.0, 50.0), (31.0, 42.0), (None, 41.0)}
    assert len({row.label for row in rows}) == 3


# -- names


def test_two_runs_with_one_name_are_told_apart_by_day_by_minute_and_then_by_run(tmp_path: Path) -> None:
    make_run(tmp_path / "x", "m")
    make_run(tmp_path / "y", "m", run_id=SECOND, created="2026-01-02T00:00:00+00:00")
    assert {row.label for row in table_of(tmp_path).rows} == {"m 2026-01-01", "m 2026-01-02"}
    make_run(tmp_path / "z", "m", run_id="20260102T000000Z-11111111", created="2026-01-02T00:05:00+00:00")
    labels = {row.label for row in table_of(tmp_path).rows}
    assert labels == {"m 2026-01-01", "m 2026-01-02 00:00", "m 2026-01-02 00:05"}
    make_run(tmp_path / "w", "m", run_id="20260102T000000Z-22222222", created="2026-01-02T00:00:00+00:00")
    labels = {row.label for row in table_of(tmp_path).rows}
    assert labels == {"m 2026-01-01", f"m {SECOND}", "m 2026-01-02 00:05", "m 20260102T000000Z-22222222"}


def test_copies_of_one_run_have_keys_of_their_own_and_one_that_is_named_twice_stands_once(tmp_path: Path) -> None:
    first, second = make_run(tmp_path / "x", "m"), make_run(tmp_path / "y", "m")
    rows = table_of(tmp_path, first, first.parent, second).rows
    assert len(rows) == 2
    assert len({row.key for row in rows}) == len({row.label for row in rows}) == 2


def test_keys_hold_nothing_that_a_page_or_a_file_name_could_stumble_over(tmp_path: Path) -> None:
    make_run(tmp_path, "m", run_id="<x> é/../\"'"[:3] + "é .html")
    built = build_board([tmp_path])
    for key in built.folders:
        assert key.replace("-", "").replace("_", "").isascii()
        assert key.replace("-", "").replace("_", "").isalnum()
