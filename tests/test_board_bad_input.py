"""Would catch a run that vanishes, a part that passes for a whole, and a foreign file that stops a leaderboard."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from board_runs import badges, build, entry, make_run, table_of, task
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.errors import UserError
from bench.leaderboard.building import build_board
from bench.runs import RESULT, RUN, RunFolder

FIXTURE = Path(__file__).parent / "fixtures" / "run-schema-1"


def test_an_unfinished_run_is_a_row_that_says_so(tmp_path: Path) -> None:
    make_run(tmp_path, "m", scored=False)
    built = build_board([tmp_path])
    row = built.board.tables[0].rows[0]
    assert row.runs["zero-shot"].state == "unfinished"
    assert row.cells == {}
    assert any("bench score longbench" in mark for mark in row.marks)
    assert built.folders == {}


def test_what_is_damaged_or_of_a_newer_version_is_remarked_and_the_rest_is_shown(tmp_path: Path) -> None:
    make_run(tmp_path / "a", "good")
    (make_run(tmp_path / "b", "broken") / RUN).write_text("{")
    (make_run(tmp_path / "c", "newer") / RUN).write_text(
        '{"schema_version": 99, "name": "n", "benchmark": "b", "generation": {}}'
    )
    (make_run(tmp_path / "d", "odd") / RUN).write_text(
        '{"schema_version": 1, "name": "n", "benchmark": "b", "generation": 5}'
    )
    board = build(tmp_path)
    assert [row.label for row in board.tables[0].rows] == ["good"]
    remarks = " ".join(board.remarks)
    assert len(board.remarks) == 3
    for part in ("is damaged", "schema_version 99 is not known here", "install a newer longcode-bench"):
        assert part in remarks


@pytest.mark.parametrize("text", ["{", "[]", "5", '{"schema_version": 1}', '{"schema_version": 9, "tasks": {}}'])
def test_a_damaged_result_is_a_row_without_scores_that_says_what_is_wrong(tmp_path: Path, text: str) -> None:
    (make_run(tmp_path, "m") / RESULT).write_text(text)
    row = table_of(tmp_path).rows[0]
    assert row.runs["zero-shot"].state == "unfinished"
    assert row.cells == {}
    assert "result.json" in row.marks[0]


def test_a_result_of_a_newer_version_is_not_guessed_at(tmp_path: Path) -> None:
    path = make_run(tmp_path, "m") / RESULT
    path.write_text(json.dumps({**json.loads(path.read_text()), "schema_version": 2}))
    row = table_of(tmp_path).rows[0]
    assert row.cells == {}
    assert "schema_version 2 is not known here" in row.marks[0]


def test_a_result_that_another_run_left_is_not_taken_for_this_runs(tmp_path: Path) -> None:
    here, there = make_run(tmp_path, "m"), make_run(tmp_path / "other", "m", benchmark="longbench-e")
    (here / RESULT).write_bytes((there / RESULT).read_bytes())
    row = table_of(here).rows[0]
    assert row.cells == {}
    assert "its benchmark is 'longbench-e', that of run.json 'longbench'" in row.marks[0]


def test_a_run_has_the_name_that_its_folder_was_given_last(tmp_path: Path) -> None:
    path = make_run(tmp_path, "m") / RUN
    path.write_text(json.dumps({**json.loads(path.read_text()), "name": "a better name"}))
    row = table_of(tmp_path).rows[0]
    assert (row.model, row.ranks["overall/all"]) == ("a better name", 1)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "many", True, [], {}])
def test_a_score_that_is_no_number_is_absent_with_the_reason(tmp_path: Path, value: object) -> None:
    path = make_run(tmp_path, "m") / RESULT
    data = json.loads(path.read_text())
    data["tasks"]["qasper"]["score"] = data["overall"]["all"]["score"] = value
    path.write_text(json.dumps(data))
    row = table_of(tmp_path).rows[0]
    for key in ("task/qasper", "overall/all"):
        cell = row.cells[key]
        assert (cell.score, cell.low, cell.reason) == (None, None, "is not a number in result.json")
        assert key not in row.ranks
    assert any("task qasper: its score is not a number" in mark for mark in row.marks)


def test_a_run_without_any_row_is_shown_as_one(tmp_path: Path) -> None:
    make_run(tmp_path, "m", tasks={}, overall={"all": entry(None, reason="no qasper")})
    row = table_of(tmp_path).rows[0]
    assert row.runs["zero-shot"].state == "partial"
    assert badges(row)["partial"] == "holds no samples"


def test_samples_that_are_not_judged_are_counted_in_cell_and_state(tmp_path: Path) -> None:
    make_run(tmp_path, "m", tasks={"qasper": task(40.0, not_judged=3)})
    row = table_of(tmp_path).rows[0]
    assert row.runs["zero-shot"].state == "not judged"
    assert row.cells["task/qasper"].not_judged == 3
    assert row.ranks["overall/all"] == 1


def test_nothing_found_is_an_error_and_nothing_in_one_of_several_a_remark(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(UserError, match=r"no run folder there \(none with a run.json\)"):
        build(empty)
    with pytest.raises(UserError, match="no such folder"):
        build(tmp_path / "nowhere")
    make_run(tmp_path / "runs", "m")
    assert build(tmp_path / "runs", empty).remarks == (f"{empty}: holds no run",)


def test_where_no_run_can_be_read_the_error_says_why(tmp_path: Path) -> None:
    (make_run(tmp_path, "m") / RUN).write_text("{")
    with pytest.raises(UserError, match="is damaged"):
        build(tmp_path)


def test_a_benchmark_of_which_there_is_no_run_is_refused_by_name(tmp_path: Path) -> None:
    make_run(tmp_path, "m")
    with pytest.raises(UserError, match="did you mean longbench"):
        build_board([tmp_path], benchmark="longbenhc")


def test_a_run_of_the_first_version_is_still_readable() -> None:
    row = table_of(FIXTURE).rows[0]
    assert row.label == "replay/answers"
    assert any(cell.score is not None for cell in row.cells.values())


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


def spoilt(data: Any, choose: st.DataObject, junk: Any) -> Any:
    """The data with one value, anywhere in it, exchanged."""
    if not isinstance(data, dict) or not data or choose.draw(st.integers(0, 5)) == 0:
        return junk
    key = choose.draw(st.sampled_from(sorted(data)))
    return {**data, key: spoilt(data[key], choose, junk)}


@pytest.mark.parametrize("file", [RUN, RESULT])
@settings(
    max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(choose=st.data(), junk=JUNK)
def test_whatever_stands_in_a_foreign_file_the_other_runs_are_shown(
    tmp_path: Path, file: str, choose: st.DataObject, junk: Any
) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    if not good.exists():
        make_run(good, "good")
        make_run(
            bad, "bad", tasks={"qasper": task(1.0, buckets={"0-4k": {"score": 1.0, "n": 1}}, verdicts={"passed": 1})}
        )
        tmp_path.joinpath("kept").write_text(next(bad.rglob(file)).read_text())
    place = next(bad.rglob(file))
    place.write_text(json.dumps(spoilt(json.loads(tmp_path.joinpath("kept").read_text()), choose, junk)))
    board = build(tmp_path)
    shown = [row for table in board.tables for row in table.rows]
    assert "good" in {row.label for row in shown}
    assert len(shown) + len(board.remarks) == 2


def test_the_folders_of_scored_runs_come_by_the_keys_of_their_rows(tmp_path: Path) -> None:
    path = make_run(tmp_path, "m")
    built = build_board([tmp_path])
    run = built.board.tables[0].rows[0].runs["zero-shot"]
    assert isinstance(built.folders[run.key], RunFolder)
    assert built.folders[run.key].path == path
