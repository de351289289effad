"""Cards say what they mean, and every mistake in one is a line with the file and the key.

Would catch: a hash that is not the authors'; a card that is read in part; a place that leads out of the cache; a card
of somebody's own that changes what counts as published without a word.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hub_helpers import card_text
from hypothesis import given
from hypothesis import strategies as st

from bench.errors import DataError
from bench.hub.cards import CardFile, Role, cards, find_card, pinned, read_card, stands_in
from bench.hub.verifying import verify

GOOD = card_text("https://example.org", b"data")


def test_there_is_a_card_for_every_published_benchmark() -> None:
    assert set(cards()) == {"longbench", "longbench-v2", "ncb"}
    assert find_card("longbench-e").name == "longbench"
    for card in cards().values():
        assert card.licence
        assert "arXiv" in card.citation
        unknown = [file.name for file in card.files if file.sha256 is None]
        assert not unknown or card.assumed


def test_the_cards_of_prompts_and_problems_are_the_authors_files(shared: Path) -> None:
    data = shared / "data"
    for card, folder in (("longbench", "longbench"), ("longbench-v2", "longbench_v2"), ("ncb", "ncb")):
        checked = 0
        for file in cards()[card].files:
            path = data / folder / file.place
            if path.is_file():
                assert verify(file, path).problem is None, file.place
                assert path.stat().st_size == file.size
                checked += 1
        assert checked >= 2


def test_the_questions_of_v2_are_told_from_others_in_any_order(shared: Path, tmp_path: Path) -> None:
    lines = (shared / "data" / "longbench_v2" / "longbench_v2_meta_503.jsonl").read_text().splitlines()
    rows = [{**json.loads(line), "context": "Long."} for line in lines]
    for row in rows:
        del row["index"], row["context_bytes"]  # the published rows have neither
    file = next(file for file in cards()["longbench-v2"].files if file.role is Role.DATA)
    path = tmp_path / "data.json"
    path.write_text(json.dumps(rows[::-1], indent=1))
    assert verify(file, path) == (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size, "rows", None)
    path.write_text(json.dumps(rows[:-1]))
    assert "holds 502 rows, the published one has 503" in str(verify(file, path).problem)
    rows[7]["answer"] = "ABCD".replace(rows[7]["answer"], "")[0]
    path.write_text(json.dumps(rows))
    assert str(file.questions_sha256) in str(verify(file, path).problem)
    path.write_text("[{]")
    assert "does not hold the published rows" in str(verify(file, path).problem)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (('name = "longbench"', ""), "the key name is missing"),
        (('name = "longbench"', 'name = "../x"'), "name is not a name"),
        (('licence = "MIT"', 'license = "MIT"'), "the key licence is missing"),
        (('licence = "MIT"', 'licence = "MIT"\nasumed = "x"'), "the key asumed is unknown; did you mean assumed?"),
        (('kind = "hub"', 'kind = "git"'), "sources.data.kind is not hub or https"),
        (('repository = "them/Data"', 'repository = "Data"'), "sources.data.repository is not owner/name"),
        (('source = "data"', 'source = "dat"'), "files[1].source is 'dat'"),
        (('path = "data.zip"', 'path = "../data.zip"'), "files[1].path is not a path below its folder"),
        (('path = "data.zip"', 'path = "/data.zip"'), "files[1].path is not a path below its folder"),
        (('role = "prompts"', 'role = "text"'), "files[2].role is not data or prompts"),
        (("size = 4", 'size = "4"'), "files[1].size is not a whole number"),
        (("size = 4", "size = true"), "files[1].size is not a whole number"),
        (('sha256 = "3a', 'sha256 = "xx'), "files[1].sha256 is not 64 hexadecimal digits"),
        (("{revision}", "{commit}"), "sources.authors.url"),
        (('place = "config/dataset2prompt.json"', 'place = "data.zip"'), "two files have the place data.zip"),
        (('place = "config/dataset2prompt.json"', 'place = "state.json"'), "state.json is no place for a file"),
        (('[sources.data]\nkind = "hub"', "[sources"), "not a card"),
    ],
)
def test_a_mistake_in_a_card_is_a_line_with_file_and_key(
    tmp_path: Path, change: tuple[str, str], expected: str
) -> None:
    assert change[0] in GOOD
    path = tmp_path / "mine.toml"
    path.write_text(GOOD.replace(*change, 1))
    with pytest.raises(DataError) as caught:
        read_card(path)
    assert expected in str(caught.value)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


@given(st.text())
def test_no_text_makes_a_card_break_in_another_way(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("cards") / "x.toml"
    path.write_text(text, encoding="utf-8", errors="replace")
    with pytest.raises(DataError):
        read_card(path)


def test_a_card_of_ones_own_stands_in_and_is_told_of_where_it_pins_other_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stands_in("longbench") is None
    monkeypatch.setenv("BENCH_CARDS", str(tmp_path))
    (tmp_path / "ncb.toml").write_text(GOOD.replace('name = "longbench"', 'name = "ncb"'))
    assert pinned("ncb", "data.zip") == hashlib.sha256(b"data").hexdigest()
    assert pinned("ncb", "problems/ncb_java_en.jsonl") is None
    assert stands_in("ncb") == tmp_path / "ncb.toml"
    assert stands_in("longbench") is None


def test_a_mirror_that_pins_the_same_files_is_not_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib.resources import files

    text = (files("bench.benchmarks.ncb") / "cards" / "ncb.toml").read_text(encoding="utf-8")
    (tmp_path / "ncb.toml").write_text(text.replace("raw.githubusercontent.com", "mirror.example.org"))
    monkeypatch.setenv("BENCH_CARDS", str(tmp_path))
    assert "mirror.example.org" in str(find_card("ncb").sources["authors"].url)
    assert stands_in("ncb") is None


def test_a_file_is_looked_for_where_copies_have_it() -> None:
    file = CardFile(source="a", path="x/y.json", place="z/y.json", role=Role.DATA, also=("w/y.json",))
    assert list(file.places) == ["z/y.json", "x/y.json", "w/y.json", "y.json"]
