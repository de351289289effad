"""Would catch an export that another program cannot read, and a model's name that is run, rendered or computed."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from board_runs import DATA, entry, make_run, task

import bench
from bench.errors import UserError
from bench.leaderboard.building import Built, build_board
from bench.leaderboard.exports import FORMATS, latex, model_card, render
from bench.leaderboard.frame import DTYPES

HOSTILE = '=HYPERLINK("x")|a_b & <img src=x onerror=alert(1)> \\input{x} $1 {} ~^#%\n\u202e*b* `c`'


def built(*paths: Path, published: bool = False) -> Built:
    return build_board(paths, published=published)


def lines(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def hostile(tmp_path: Path) -> Built:
    make_run(tmp_path / "x", HOSTILE, 50.0)
    make_run(tmp_path / "y", "-1+1", 30.0, generation={"max_new_tokens": 9})
    return built(tmp_path)


# -- csv


def test_csv_has_a_line_for_every_number_with_its_interval_rank_and_run(tmp_path: Path) -> None:
    make_run(tmp_path, "m", 41.23456789012345)
    found = lines(render(built(tmp_path).board, "csv"))
    assert [(line["kind"], line["name"]) for line in found] == [
        ("overall", "en"),
        ("overall", "all"),
        ("task", "qasper"),
        ("task", "trec"),
        ("task", "lcc"),
    ]
    first = found[0]
    assert float(first["score"]) == 41.23456789012345
    assert (float(first["low"]), first["rank"], first["state"]) == (41.23456789012345 - 3, "1", "complete")
    assert first["run"] == "20260101T000000Z-00000000"


def test_csv_lets_no_spreadsheet_compute_a_name_and_leaves_numbers_alone(hostile: Built) -> None:
    found = lines(render(hostile.board, "csv"))
    names = {line["model"] for line in found}
    assert names == {f"'{HOSTILE}", "'-1+1"}
    assert all(float(line["score"]) for line in found)


def test_csv_shows_published_rows_with_their_source_and_runs_without_a_score(tmp_path: Path) -> None:
    make_run(tmp_path, "m", scored=False)
    found = lines(render(built(tmp_path, published=True).board, "csv"))
    own = [line for line in found if line["row"] == "run"]
    assert [(line["model"], line["state"], line["score"]) for line in own] == [("m", "unfinished", "")]
    others = [line for line in found if line["row"] == "published"]
    assert len(others) == 8 * (21 + 2 + 12 + 3)
    assert all(line["source"] and line["date"] and not line["rank"] and not line["low"] for line in others)


# -- json


def test_json_holds_the_whole_board_and_never_nan(hostile: Built) -> None:
    def refuse(text: str) -> None:
        raise AssertionError(text)

    data = json.loads(render(hostile.board, "json"), parse_constant=refuse)
    [table] = data["tables"]
    assert {row["model"] for row in table["rows"]} == {HOSTILE, "-1+1"}
    assert table["rows"][0]["cells"]["overall/all"]["score"] == 50.0
    assert table["rows"][0]["runs"]["zero-shot"]["state"] == "complete"
    assert table["columns"][0]["key"] == "overall/en"


# -- latex


def unescaped(text: str, chars: str) -> list[str]:
    return re.findall(rf"(?<!\\)[{re.escape(chars)}]", text)


def test_latex_escapes_what_latex_would_run_and_its_braces_balance(hostile: Built) -> None:
    text = render(hostile.board, "latex")
    bare = re.sub(r"\\[{}]", "", text)
    depth = 0
    for char in bare:
        depth += (char == "{") - (char == "}")
        assert depth >= 0
    assert depth == 0
    assert not unescaped(text, "$#%_")
    assert r"\input" not in text
    assert r"\textbackslash{}input\{x\}" in text
    rows = [line for line in text.splitlines() if line.endswith(r"\\")]
    [columns] = re.findall(r"begin\{tabular\}\{(\w+)\}", text)
    assert {len(re.findall(r"(?<!\\)&", row)) for row in rows} == {len(columns) - 1}
    assert {command for command in (r"\toprule", r"\midrule", r"\bottomrule") if command in text} == {
        r"\toprule",
        r"\midrule",
        r"\bottomrule",
    }


@pytest.mark.parametrize(("char", "wanted"), [("\\", r"\textbackslash{}"), ("{", r"\{"), ("~", r"\textasciitilde{}")])
def test_latex_escapes_each_character_once(char: str, wanted: str) -> None:
    assert latex.escaped(char) == wanted


def test_latex_shows_the_interval_of_the_headline_and_sets_published_rows_apart(tmp_path: Path) -> None:
    make_run(tmp_path, "m", 40.0)
    text = render(built(tmp_path, published=True).board, "latex")
    assert "1 & m & 40.00 & 37.0--43.0" in text
    assert r"\textit{ChatGLM3-6B-32k}" in text
    assert text.count(r"\midrule") == 2
    assert "THUDM/LongBench at 2e00731" in text


# -- markdown


def test_a_markdown_table_keeps_its_columns_and_holds_no_html_of_a_name(hostile: Built) -> None:
    text = render(hostile.board, "markdown")
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert len(table) == 4
    assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table}) == 1
    assert "<img" not in text
    assert "\u202e" not in text
    assert r"\*b\*" in text


def test_markdown_notes_say_what_sets_a_row_apart_and_what_the_authors_would_print(tmp_path: Path) -> None:
    make_run(tmp_path, "a", tasks={"qasper": task(40.0, official_score=41.5, official_denominator=193)})
    make_run(tmp_path, "b", generation={"max_new_tokens": 9})
    make_run(tmp_path, "c", scored=False)
    text = render(built(tmp_path).board, "markdown")
    assert "not as the authors asked: max new tokens 9" in markdown_text(text)
    assert "by the authors' own rule: qasper 41.50 over 193" in markdown_text(text)
    assert "not scored yet" in text


def markdown_text(text: str) -> str:
    return text.replace("\\", "")


def test_markdown_names_the_source_of_published_rows(tmp_path: Path) -> None:
    make_run(tmp_path, "m")
    assert "Published figures" not in render(built(tmp_path).board, "markdown")
    text = markdown_text(render(built(tmp_path, published=True).board, "markdown"))
    assert "Published figures: LongBench README" in text
    assert "all, mean_16_en, mean_21: not printed by the source, computed from its rounded task scores" in text


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_shows_every_kind_of_row(tmp_path: Path, name: str) -> None:
    make_run(tmp_path / "a", "whole")
    make_run(tmp_path / "b", "later", scored=False)
    make_run(tmp_path / "c", "empty", tasks={}, overall={})
    make_run(tmp_path / "d", "own-card", benchmark="mine", overall={"mean": entry(10.0)})
    text = render(built(tmp_path, published=True).board, name)
    for model in ("whole", "later", "empty", "own-card", "ChatGLM3-6B-32k"):
        assert model in text


# -- the model card


def card(*paths: Path, model: str | None = None) -> list[Any]:
    """The results as the hub's own library reads them."""
    from huggingface_hub import ModelCard

    found: list[Any] = ModelCard(model_card.render(built(*paths), model)).data.eval_results
    return found


def test_a_model_card_is_what_the_hub_reads(tmp_path: Path) -> None:
    make_run(tmp_path, "m", 40.0)
    found = {result.dataset_config: result for result in card(tmp_path)}
    assert set(found) == {"en", "all", "qasper", "trec", "lcc"}
    one = found["qasper"]
    assert (one.dataset_type, one.metric_type, one.metric_value) == ("zai-org/LongBench", "qa_f1_score", 40.0)
    assert one.metric_args == {"setting": "zero-shot", "protocol": "official", "n": 200, "ci95": [37.0, 43.0]}


def test_a_model_card_names_the_revision_of_the_data_only_where_they_were_asked_here(tmp_path: Path) -> None:
    make_run(tmp_path / "x", "here")
    make_run(tmp_path / "y", "elsewhere", generation={"predictions": {"files": {}}, "data": {}})
    revisions = {name: card(tmp_path, model=name)[0].dataset_revision for name in ("here", "elsewhere")}
    assert revisions == {"here": "5e628be450b7e67fb7ae6e201bd6d8f7056f7672", "elsewhere": None}


def test_a_model_card_is_of_one_model_and_of_whole_runs_over_published_data(tmp_path: Path) -> None:
    make_run(tmp_path / "x", "a")
    make_run(tmp_path / "y", "b", generation={"data": {**DATA, "source": "sample"}})
    with pytest.raises(UserError, match="name it with --model: a, b"):
        card(tmp_path)
    with pytest.raises(UserError, match="no run of 'c'"):
        card(tmp_path, model="c")
    with pytest.raises(UserError, match="b: no run to put on a model card"):
        card(tmp_path, model="b")


def test_a_model_card_shows_the_newest_run_of_each_setting(tmp_path: Path) -> None:
    make_run(tmp_path / "x", "m", 40.0)
    make_run(tmp_path / "y", "m", 50.0, created="2026-02-01T00:00:00+00:00")
    assert {result.metric_value for result in card(tmp_path)} == {50.0}


# -- the frame


def test_results_are_a_frame_with_the_documented_types(tmp_path: Path) -> None:
    make_run(tmp_path / "x", "m", 40.0, header={"tags": {"host": "a100", "try": "1"}})
    make_run(tmp_path / "y", "n", 30.0)
    frame = bench.results(tmp_path)
    assert {name: str(kind) for name, kind in frame.dtypes.items() if name in DTYPES} == dict(DTYPES)
    assert list(frame.columns[-2:]) == ["tag.host", "tag.try"]
    one = frame[(frame.model == "m") & (frame.kind == "task") & (frame.name == "trec")].iloc[0]
    assert (one.score, one.low, one.high, one.stderr, one.n) == (40.0, 37.0, 43.0, 1.5, 200)
    assert one["tag.host"] == "a100"
    assert one.created == pd.Timestamp("2026-01-01T00:00:00Z")
    assert frame[frame.model == "n"]["tag.host"].isna().all()


def test_what_is_absent_is_nan_in_the_frame_with_the_reason_beside_it(tmp_path: Path) -> None:
    make_run(tmp_path / "x", "part", overall={"all": entry(None, reason="no trec")}, tasks={"qasper": task(20.0)})
    make_run(tmp_path / "y", "later", scored=False)
    frame = bench.results(str(tmp_path))
    average = frame[(frame.model == "part") & (frame.kind == "overall")].iloc[0]
    assert pd.isna(average.score)
    assert average.reason == "no trec"
    assert average.partial == "1 of 3 tasks"
    later = frame[frame.model == "later"]
    assert len(later) == 1
    assert later.iloc[0].state == "unfinished"
    assert pd.isna(later.iloc[0].kind)


def test_buckets_and_categories_are_lines_of_the_frame(tmp_path: Path) -> None:
    make_run(
        tmp_path,
        "m",
        tasks={"qasper": task(20.0, buckets={"0-4k": {"score": 10.0, "n": 7}})},
        categories={"en": {"Single-Doc QA": entry(20.0)}, "domain": {"Law": entry(5.0, n=3)}},
    )
    frame = bench.results(tmp_path).set_index(["kind", "name"])
    assert frame.loc[("bucket", "qasper/0-4k"), "score"] == 10.0
    assert frame.loc[("category", "en/Single-Doc QA"), "language"] == "en"
    assert frame["language"].isna()["category", "domain/Law"]
    assert frame.loc[("category", "domain/Law"), "n"] == 3


def test_what_cannot_be_read_is_warned_of(tmp_path: Path) -> None:
    make_run(tmp_path / "x", "m")
    (make_run(tmp_path / "y", "n") / "run.json").write_text("{")
    with pytest.warns(UserWarning, match="is damaged"):
        frame = bench.results(tmp_path)
    assert set(frame.model) == {"m"}
