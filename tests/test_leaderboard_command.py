"""Would catch a page that is half written, options that are passed over, and a name that drives the terminal."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import pytest
from board_runs import make_run, task
from click.testing import CliRunner, Result
from helpers import bench, make_data, result_of, run_folder, write_lines
from made_runs import add_execution, own_run
from own_data import make_card, row

import bench as library
from bench.cli.leaderboard import command
from bench.errors import UserError
from bench.leaderboard.building import build_board
from bench.pipeline import score_predictions
from bench.places import Place
from bench.progress import Silent
from bench.registry import find_benchmark
from bench.runs import RESULT, RunFolder


def called(*arguments: object) -> Result:
    """The command in this process; a user's mistake is its exception."""
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def refused(*arguments: object) -> str:
    found = called(*arguments)
    assert isinstance(found.exception, UserError)
    return str(found.exception)


def test_without_a_format_the_table_goes_to_the_terminal_with_ranks_and_notes(tmp_path: Path) -> None:
    make_run(tmp_path / "x", "good", 60.0)
    make_run(tmp_path / "y", "other", 80.0, generation={"max_new_tokens": 7})
    shown = called(tmp_path)
    assert shown.exit_code == 0
    words = [line.split() for line in shown.stdout.splitlines()]
    assert ["1", "good", "60.00", "57.0", "to", "63.0"] in [line[:6] for line in words]
    assert "not as the authors asked: max new tokens 7" in shown.stdout
    assert "ChatGLM3-6B-32k" in shown.stdout
    assert "ChatGLM3-6B-32k" not in called(tmp_path, "--no-published").stdout


def test_a_name_cannot_drive_the_terminal(tmp_path: Path) -> None:
    make_run(tmp_path, "\x1b]0;owned\x07[red]m[/red]\u202e")
    shown = called(tmp_path).stdout
    assert "\x1b]0" not in shown
    assert "\u202e" not in shown
    assert "[red]m[/red]" in shown


@pytest.mark.parametrize("layout", ["--csv", "--json", "--latex", "--markdown", "--benchmark=longbench"])
def test_half_a_character_in_a_name_stops_no_format(tmp_path: Path, layout: str) -> None:
    make_run(tmp_path, "m", header={"name": "half\ud800"}, scored=False)
    shown = called(tmp_path, layout)
    assert shown.exit_code == 0, shown.exception
    assert "half" in shown.stdout


def test_the_page_stands_where_it_was_asked_for_and_its_place_is_the_last_line_on_stderr(tmp_path: Path) -> None:
    make_run(tmp_path / "runs", "my-model")
    page = tmp_path / "site" / "page.html"
    done = called(tmp_path / "runs", "--out", page)
    assert done.exit_code == 0
    assert done.stderr.splitlines()[-1] == str(page)
    assert done.stdout == ""
    assert "my-model" in page.read_text(encoding="utf-8")
    assert [path.name for path in page.parent.iterdir()] == ["page.html"]


def test_samples_lie_beside_the_page_and_a_format_goes_to_stdout_all_the_same(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data")
    place = Place(out=tmp_path / "runs")
    library.run("longbench", model="lexical", data=str(data), place=place)
    page = tmp_path / "page.html"
    done = called(tmp_path / "runs", "--out", page, "--with-samples", "--csv")
    assert done.exit_code == 0
    assert list((tmp_path / "page.samples").iterdir())
    assert "page.samples" in page.read_text(encoding="utf-8")
    assert next(csv.DictReader(io.StringIO(done.stdout)))["model"] == "lexical"


def test_a_page_that_cannot_be_written_leaves_the_old_one_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_run(tmp_path / "runs", "m")
    page = tmp_path / "page.html"
    page.write_text("the old one")
    (tmp_path / "page.html.tmp").mkdir()
    assert "cannot be written" in refused(tmp_path / "runs", "--out", page)
    assert page.read_text() == "the old one"
    monkeypatch.setitem(sys.modules, "jinja2", None)
    assert "pip install 'longcode-bench[leaderboard]'" in refused(tmp_path / "runs", "--out", page)
    assert page.read_text() == "the old one"


def test_options_that_do_not_go_together_are_refused_with_the_remedy(tmp_path: Path) -> None:
    make_run(tmp_path, "m")
    assert "one format at a time, not --csv and --json" in refused(tmp_path, "--csv", "--json")
    assert "name it with --out" in refused(tmp_path, "--with-samples")
    assert "add that, or leave it out" in refused(tmp_path, "--model", "m")
    assert "did you mean longbench?" in refused(tmp_path, "--benchmark", "longbnch")


def test_one_benchmark_alone(tmp_path: Path) -> None:
    make_run(tmp_path, "m")
    make_run(tmp_path, "m", benchmark="longbench-e")
    data = json.loads(called(tmp_path, "--json", "--benchmark", "longbench-e").stdout)
    assert [table["benchmark"] for table in data["tables"]] == ["longbench-e"]


def test_what_cannot_be_shown_is_remarked_on_stderr(tmp_path: Path) -> None:
    make_run(tmp_path / "x", "m")
    (make_run(tmp_path / "y", "n") / "run.json").write_text("{")
    done = called(tmp_path, "--csv")
    assert done.exit_code == 0
    assert "is damaged" in done.stderr
    assert {line["model"] for line in csv.DictReader(io.StringIO(done.stdout)) if line["row"] == "run"} == {"m"}


def test_a_mistake_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    done = bench("leaderboard", tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "name one that `bench run` made" in done.stderr


def test_the_frame_needs_pandas_and_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_run(tmp_path, "m")
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UserError, match=r"pip install 'longcode-bench\[leaderboard\]'"):
        library.results(tmp_path)


# -- runs compared with each other


def test_every_two_runs_of_a_table_are_compared_once_by_its_headline(tmp_path: Path) -> None:
    card = make_card(tmp_path / "card")
    for name in ("a", "b", "c"):
        library.run(str(card), model="lexical", place=Place(out=tmp_path / "runs", name=name))
    [table] = build_board([tmp_path / "runs"]).board.tables
    assert table.headline == "overall/mean"
    keys = [row.key for row in table.rows]
    assert [(pair.first, pair.second) for pair in table.pairs] == [
        (keys[0], keys[1]),
        (keys[0], keys[2]),
        (keys[1], keys[2]),
    ]
    assert {pair.difference for pair in table.pairs} == {0.0}
    assert all(pair.reason is None and pair.low is not None and pair.low <= 0.0 for pair in table.pairs)


def test_runs_that_cannot_be_compared_say_why_and_stop_no_others(tmp_path: Path) -> None:
    make_run(tmp_path / "x", "a")
    make_run(tmp_path / "y", "b")
    [pair] = build_board([tmp_path]).board.tables[0].pairs
    assert pair.difference is None
    assert "cannot be read" in (pair.reason or "")


def test_a_run_that_was_scored_before_averages_named_their_tasks_says_so(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data")
    for name in ("a", "b"):
        library.run("longbench", model="lexical", data=str(data), place=Place(out=tmp_path / "runs", name=name))
    paths = sorted((tmp_path / "runs").rglob(RESULT))
    for path in paths:
        result = json.loads(path.read_text())
        result["overall"] = {"en": {"score": 40.0, "stderr": None, "ci95": None, "reason": None}}
        path.write_text(json.dumps(result))
    [pair] = build_board([tmp_path / "runs"]).board.tables[0].pairs
    assert "scored by an earlier version" in (pair.reason or "")


def test_real_predictions_stand_beside_the_published_table(longbench: Path, tmp_path: Path) -> None:
    for name in ("phi-2", "longlora-16k"):
        found = find_benchmark("longbench")
        imported = found.predictions(longbench / "predictions" / name, dedupe=False, data=None)
        score_predictions(imported, found, Place(out=tmp_path, name=name), {}, Silent())
    [table] = build_board([tmp_path]).board.tables
    assert table.headline == "overall/en"
    assert table.leading == "imported=predictions made elsewhere"
    first, second = table.rows[:2]
    assert (first.label, second.label) == ("longlora-16k", "phi-2")
    assert (first.ranks["overall/en"], second.ranks["overall/en"]) == (1, 2)
    assert first.cells["overall/zh"].score is None
    assert "multifieldqa_zh" in (first.cells["overall/zh"].reason or "")
    [pair] = table.pairs
    scores = [row.cells["overall/en"].score or 0.0 for row in (first, second)]
    assert pair.difference == pytest.approx(scores[1] - scores[0])
    assert pair.high is not None
    assert pair.high < 0
    assert len([row for row in table.rows if row.kind == "published"]) == 8


# -- one run in the terminal


def test_a_summary_tells_how_a_run_was_made(tmp_path: Path) -> None:
    done = bench("run", "longbench", "--model", "lexical", "--data", make_data(tmp_path / "data"), "--out", tmp_path)
    shown = bench("show", run_folder(done), "--summary")
    assert shown.returncode == 0
    assert "qasper" in shown.stdout
    assert "protocol: prompts=changed" in shown.stdout
    assert "prompts          changed  (departs from the authors' protocol)" in shown.stdout
    assert result_of(done)["model"] == "lexical"


def test_a_summary_of_an_unfinished_run_says_that_it_is_one(tmp_path: Path) -> None:
    shown = bench("show", make_run(tmp_path, "m", scored=False), "--summary")
    assert shown.returncode == 0
    assert "state: unfinished" in shown.stdout
    assert "bench score longbench" in shown.stdout


def test_samples_are_shown_by_language(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data", tasks=("qasper", "multifieldqa_zh"), rows=2)
    done = bench("run", "longbench", "--model", "lexical", "--data", data, "--out", tmp_path)
    shown = bench("show", run_folder(done), "--language", "zh", "--json").stdout.splitlines()
    assert [json.loads(line)["sample"]["task"] for line in shown] == ["multifieldqa_zh"] * 2


def test_code_is_shown_with_its_verdict_and_the_report_of_its_tests(tmp_path: Path) -> None:
    folder = own_run(tmp_path, [row("dates", 0), row("dates", 1)], {"dates/0": "word0", "dates/1": "wrong"})
    run = {"verdict": "failed", "passed": 1, "total": 2, "output": "assert 4 == 5\n", "reason": "1 test failed"}
    add_execution(
        folder, sample_id="dates/1", extractor="official", tests={"test_a": "passed", "test_b": "failed"}, **run
    )
    lines = [json.loads(line) for line in (folder.path / "scores.jsonl").read_text().splitlines()]
    lines[1] |= {"verdict": "failed", "raised": "ValueError: no"}
    write_lines(folder.path / "scores.jsonl", lines)
    shown = bench("show", folder.path, "--verdict", "failed")
    assert "dates/0" not in shown.stdout
    for part in (
        "failed, 1 of 2 tests passed: 1 test failed",
        "test_b: failed",
        "| assert 4 == 5",
        "raised      ValueError: no",
    ):
        assert part in shown.stdout
    assert "test_a: passed" not in shown.stdout


def test_of_an_answer_in_two_steps_both_are_shown_and_the_last_is_the_one_that_counts(tmp_path: Path) -> None:
    done = bench("run", "longbench-v2", "--cot", "--model", "lexical", "--data", "sample", "--out", tmp_path)
    item = json.loads(bench("show", run_folder(done), "--limit", 1, "--json").stdout)
    assert [step["step"] for step in item["steps"]] == [0]
    assert item["completion"]["step"] == 1
    assert item["score"]["answer"] in item["completion"]["text"]


def test_the_folder_behind_a_row_is_the_run_itself(tmp_path: Path) -> None:
    path = make_run(tmp_path, "m", tasks={"qasper": task(10.0)})
    built = build_board([path])
    [folder] = built.folders.values()
    assert isinstance(folder, RunFolder)
    assert folder.path == path
