"""Would catch a row that is lost, torn or read at a wrong place, and a damaged file that is taken for a whole one."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

import bench.json_rows
from bench.errors import DataError
from bench.json_rows import JsonRows
from bench.jsonl import parse_line

ROWS = [
    {"_id": "a", "text": 'braces } ] in "strings" \\', "more": [1, {"deep": [[]]}]},
    {"_id": "b", "text": "\\\\" * 5 + '"', "more": {}},
    {"_id": "c", "text": "文本，“引号”\u2028\x7f\n\t", "more": None},
    {},
]
LAYOUTS = {
    "one line": json.dumps(ROWS),
    "indented": json.dumps(ROWS, indent=4, ensure_ascii=False),
    "odd space": " \r\n[\n" + " ,\t".join(json.dumps(row) for row in ROWS) + "\n]\n\n",
    "byte-order mark": "\ufeff" + json.dumps(ROWS),
    "lines": "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS),
}


def write(folder: Path, text: str) -> Path:
    path = folder / "rows.json"
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize("piece", [3, 4, 5, 7, 64, 1 << 18])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_row_comes_out_wherever_a_piece_ends(
    tmp_path: Path, layout: str, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench.json_rows, "PIECE", piece)
    path = write(tmp_path, LAYOUTS[layout])
    rows = JsonRows(path)
    lines = list(rows)
    whole = path.read_bytes()
    assert [line.data for line in lines] == ROWS
    assert [line.number for line in lines] == [1, 2, 3, 4]
    assert [parse_line(whole[line.offset : line.offset + line.size]) for line in lines] == ROWS
    assert rows.sha256 == hashlib.sha256(whole).hexdigest()
    assert rows.array is (layout != "lines")
    assert not rows.unfinished


def test_an_array_without_rows_has_none(tmp_path: Path) -> None:
    assert list(JsonRows(write(tmp_path, " [ ] "))) == []
    assert list(JsonRows(write(tmp_path, ""))) == []


@pytest.mark.parametrize("end", range(1, len(LAYOUTS["one line"])))
def test_a_file_that_breaks_off_anywhere_is_an_error_or_gives_its_whole_rows(tmp_path: Path, end: int) -> None:
    path = write(tmp_path, LAYOUTS["one line"][:end])
    with pytest.raises(DataError, match=r"rows\.json: breaks off at row \d; "):
        list(JsonRows(path))
    rows = JsonRows(path, drop_unfinished=True)
    found = [line.data for line in rows]
    assert found == ROWS[: len(found)]
    assert rows.unfinished


def test_an_unfinished_last_line_is_dropped_or_an_error(tmp_path: Path) -> None:
    path = write(tmp_path, '{"a": 1}\n{"a": ')
    with pytest.raises(DataError, match=r"rows\.json:2: not valid JSON"):
        list(JsonRows(path))
    rows = JsonRows(path, drop_unfinished=True)
    assert [line.data for line in rows] == [{"a": 1}]
    assert rows.unfinished


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[{"a": 1} {"a": 2}]', r"row 1: .*expected a comma"),
        ('[{"a": 1}, 2]', r"row 1: .*expected an object, not '2'"),
        ('[{"a": 1},]', r"expected an object, not ']'"),
        ('[{"a": nan}]', r"row 1: not valid JSON"),
        ('[{"a": 1]]', r"row 1: not valid JSON"),
        ('[{"a": 1}] x', r"behind the array stands 'x'"),
        ("[1]", r"expected an object, not '1'"),
    ],
)
def test_damage_is_named_with_its_row(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        list(JsonRows(write(tmp_path, text)))


def test_bytes_that_are_not_utf_8_are_named_with_their_row(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    path.write_bytes(b'[{"a": 1}, {"a": "\xff"}]')
    with pytest.raises(DataError, match="row 2: not UTF-8"):
        list(JsonRows(path))


def test_an_error_of_a_row_names_its_line_or_its_row(tmp_path: Path) -> None:
    for layout, place in (("lines", "rows.json:1: bad"), ("indented", "rows.json: row 1: bad")):
        rows = JsonRows(write(tmp_path, LAYOUTS[layout]))
        line = next(iter(rows))
        assert place in str(rows.error(line, "bad", "mend it"))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.json: No such file"):
        list(JsonRows(tmp_path / "none.json"))
