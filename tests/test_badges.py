"""Would catch a run that departs from the authors' protocol unseen, and one that is set apart for nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from board_runs import DATA, badges, make_run, row_of, table_of, task
from helpers import make_data

import bench as library
from bench.leaderboard.badges import BADGES, KNOWN
from bench.leaderboard.published import published_rows
from bench.leaderboard.wording import load_words
from bench.pages.wording import LANGUAGES
from bench.places import Place


@pytest.mark.parametrize(
    ("made", "name", "value"),
    [
        ({"setting": "no-context"}, "setting", "no-context"),
        ({"generation": {"predictions": {"files": {}}, "data": {}}}, "imported", "predictions made elsewhere"),
        ({"generation": {"model": {"backend": "reference"}}}, "imported", "the benchmark's own solutions"),
        ({"generation": {"model": {"backend": "replay"}}}, "imported", "answers of an earlier run"),
        ({"generation": {"data": {**DATA, "source": "sample"}}}, "data", "sample data"),
        ({"generation": {"data": {**DATA, "unpinned": True}}}, "data", "not the published data"),
        ({"generation": {"data": {**DATA, "prompts": {"official": False}}}}, "prompts", "changed"),
        ({"header": {"scoring": {"score_version": 1, "edit_similarity": "indel"}}}, "edit_similarity", "indel"),
        ({"generation": {"model": {"max_input_tokens": "4000"}}}, "input_limit", "4000"),
        ({"generation": {"model": {"truncate_by": "chars"}}}, "truncate_by", "chars"),
        ({"generation": {"model": {"chat_template": "none"}}}, "chat_template", "none"),
        ({"generation": {"model": {"chat_template": "auto", "system": "Be brief"}}}, "chat_template", "auto + system"),
        ({"generation": {"model": {"generation_config": "model"}}}, "generation_config", "model"),
        ({"generation": {"thinking_tokens": 512}}, "thinking", "512 more tokens"),
        ({"generation": {"model": {"thinking": "strip"}}}, "thinking", "strip"),
        ({"generation": {"model": {"thinking": "auto", "no_thinking": True}}}, "thinking", "off"),
        ({"generation": {"max_new_tokens": 10}}, "max_new_tokens", "10"),
        ({"header": {"notes": ["temperature 0.8 in place of the benchmark's own 0"]}}, "temperature", "0.8"),
        ({"header": {"notes": ["top_p 0.9 in place of the benchmark's own 1"]}}, "top_p", "0.9"),
        (
            {"header": {"notes": [f"the server does not take {name}: not sent" for name in ("seed", "top_p", "stop")]}},
            "refused",
            "top_p, stop",
        ),
        ({"header": {"notes": ["no chat template: chat tasks go raw"]}}, "chat_template", "no chat template"),
        (
            {"header": {"notes": ["prompts were cut to what the window of 2,048 tokens leaves, which is less"]}},
            "input_limit",
            "window of 2,048",
        ),
        ({"header": {"sandbox": {"name": "unsafe-local", "isolation": "none"}}}, "sandbox", "unsafe-local"),
        ({"tasks": {"qasper": task(1.0, statuses={"needs input files": 2})}}, "input_files", "missing"),
    ],
)
def test_what_departs_from_the_authors_protocol_is_a_badge_that_sets_a_row_apart(
    tmp_path: Path, made: dict[str, Any], name: str, value: str
) -> None:
    make_run(tmp_path, "m", **made)
    row = table_of(tmp_path).rows[0]
    assert (name, value) in [(badge.name, badge.value) for badge in row.unlike]
    assert row.protocol != "official"


@pytest.mark.parametrize(
    ("made", "name", "value"),
    [
        (
            {"generation": {"model": {"max_input_tokens": "auto", "window": 32768}}},
            "input_limit",
            "auto, window 32,768",
        ),
        ({"generation": {"model": {"chat_template": "auto", "chat_template_kwargs": {}}}}, "chat_template", "auto"),
        ({"generation": {"model": {"dtype": "bfloat16", "quantization": "awq"}}}, "weights", "bfloat16, awq"),
        ({"header": {"sandbox": {"name": "docker"}}}, "sandbox", "docker"),
        ({"generation": {"attempts": 5}}, "attempts", "5"),
        ({}, "edit_similarity", "difflib"),
        ({}, "prompts", "official"),
    ],
)
def test_what_the_authors_do_too_is_a_badge_that_sets_no_row_apart(
    tmp_path: Path, made: dict[str, Any], name: str, value: str
) -> None:
    make_run(tmp_path, "m", **made)
    row = table_of(tmp_path).rows[0]
    assert badges(row)[name] == value
    assert row.unlike == ()
    assert row.protocol == "official"


def test_an_older_score_version_is_set_apart_where_there_is_a_newer_one(tmp_path: Path) -> None:
    make_run(tmp_path, "old")
    assert "score_version" not in badges(table_of(tmp_path).rows[0])
    make_run(tmp_path, "new", header={"scoring": {"score_version": 2, "edit_similarity": "difflib"}})
    table = table_of(tmp_path)
    assert [badge.value for badge in row_of(table, "old").unlike] == ["1"]
    assert row_of(table, "new").unlike == ()
    assert badges(row_of(table, "new"))["score_version"] == "2"


def test_what_a_server_says_of_itself_is_still_said_in_the_words_that_badges_go_by() -> None:
    from bench.models.api.bodies import REMEDIES

    for field in ("temperature", "top_p", "stop"):
        assert REMEDIES[field].note == f"the server does not take {field}: not sent"


def test_departures_are_still_noted_in_the_words_that_badges_go_by(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data")
    library.run("longbench", model="lexical", data=str(data), temperature=0.5, place=Place(out=tmp_path / "runs"))
    row = table_of(tmp_path / "runs").rows[0]
    assert badges(row)["temperature"] == "0.5"


def test_badges_name_what_the_protocol_names(tmp_path: Path) -> None:
    make_run(tmp_path, "m", setting="no-context", generation={"max_new_tokens": 5, "thinking_tokens": 6})
    row = table_of(tmp_path).rows[0]
    assert row.protocol == "setting=no-context; thinking=6 more tokens; max_new_tokens=5"
    assert {badge.name for badge in row.badges} <= BADGES.keys()


def test_every_badge_has_a_name_on_the_page_in_both_languages() -> None:
    named = load_words().texts
    shown = {badge.name for row in published_rows("ncb") for badge in row.badges} | BADGES.keys()
    assert [name for name in shown if not all(named.get(f"badge.{name}", {}).get(each) for each in LANGUAGES)] == []


def test_the_benchmarks_with_published_data_are_those_of_this_package() -> None:
    from bench.registry import benchmarks

    assert set(KNOWN) == set(benchmarks())
