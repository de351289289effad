"""The leaderboard's page as HTML, without a browser.

Bugs these would catch: a model's name that becomes an element or ends a script; a script that the page's own policy
refuses; a page that loads something from a network; a word that is missing in one language; a cell that opens another
run's samples; a board with nothing on it that cannot be rendered.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from boards import cell, longbench, longbench_v2, made_board, ncb, run

from bench.errors import UserError
from bench.leaderboard.board import Board, Cell, Column, Row, Table
from bench.leaderboard.bundle import chart_library
from bench.leaderboard.page import SCRIPTS, as_data, joined, render_page
from bench.leaderboard.shown import show_table
from bench.leaderboard.wording import load_words
from bench.pages.wording import LANGUAGES, filled, visible

LOADING = {"src", "srcset", "poster", "data", "background", "action", "formaction", "xlink:href"}
MIB = 2**20


class Parsed(HTMLParser):
    """A page as its elements: tag, attributes and the text directly inside."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open = tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self._open, data))

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        """Attributes of every element with this tag and these attributes."""
        return [found for name, found in self.elements if name == tag and wanted.items() <= found.items()]

    @property
    def text(self) -> str:
        """Everything that is written on the page."""
        return "".join(text for tag, text in self.texts if tag not in {"script", "style"})


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The chart library is kept in a home of the tests' own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BENCH_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="module")
def page() -> str:
    return render_page(made_board(), samples="page.samples")


@pytest.fixture(scope="module")
def parsed(page: str) -> Parsed:
    return Parsed(page)


def scripts(page: str) -> list[tuple[str, str]]:
    """Attributes and text of every script element."""
    return re.findall(r"<script([^>]*)>(.*?)</script>", page, flags=re.DOTALL)


def policy_of(parsed: Parsed) -> dict[str, list[str]]:
    content = parsed.all("meta", **{"http-equiv": "Content-Security-Policy"})[0]["content"]
    directives = [part.split() for part in str(content).split(";")]
    return {name: values for name, *values in directives}


def test_a_hostile_name_is_text_and_no_element(parsed: Parsed) -> None:
    assert parsed.all("img") == []
    assert "<script>window.stolen=1</script><img src=x onerror=" in parsed.text
    assert not [found for _, found in parsed.elements if any(name.startswith("on") for name in found)]


def test_the_scripts_are_the_packages_own(page: str) -> None:
    plain = render_page(made_board(ncb()), samples="page.samples")
    assert [text for kind, text in scripts(page) if not kind] == [text for kind, text in scripts(plain) if not kind]


def test_signs_that_turn_text_round_are_written_out(parsed: Parsed) -> None:
    assert "[U+202E]gnp.exe" in parsed.text
    assert "\u202e" not in parsed.text
    assert not [value for _, found in parsed.elements for value in found.values() if value and "\u202e" in value]


@pytest.mark.parametrize("text", ["\ud800", "a\x00b", "\u2066x", "\U000e0041", "\u200b"])
def test_what_cannot_be_seen_or_written_is_shown_by_its_number(text: str) -> None:
    assert visible(text).isascii()
    rendered = render_page(made_board(longbench({f"model {text}": 30.0})))
    assert "[U+" in rendered
    rendered.encode("utf-8")


def test_a_name_in_data_for_scripts_cannot_end_its_element() -> None:
    text = str(as_data({"name": "</script><!--&\u2028"}))
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == {"name": "</script><!--&\u2028"}


def test_every_json_block_of_the_page_can_be_read(page: str) -> None:
    blocks = [text for kind, text in scripts(page) if "application/json" in kind]
    assert len(blocks) > 10
    assert all(json.loads(text) for text in blocks)


def test_the_policy_names_every_script_that_runs_and_allows_no_other(page: str, parsed: Parsed) -> None:
    run_here = [text for kind, text in scripts(page) if not kind or "text/plain" in kind]
    hashes = {f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in run_here}
    assert set(policy_of(parsed)["script-src"]) == {*hashes, "'self'", "file:"}
    assert len(run_here) == len(SCRIPTS) + 2


def test_without_samples_no_file_beside_the_page_can_run() -> None:
    allowed = policy_of(Parsed(render_page(made_board())))["script-src"]
    assert {source[:8] for source in allowed} == {"'sha256-"}


def test_no_request_may_leave_the_page(parsed: Parsed) -> None:
    policy = policy_of(parsed)
    assert policy["default-src"] == policy["connect-src"] == policy["base-uri"] == policy["form-action"] == ["'none'"]
    assert policy["img-src"] == ["data:"]


def test_nothing_is_loaded_from_a_network(page: str, parsed: Parsed) -> None:
    loading = [value for _, found in parsed.elements for name, value in found.items() if name in LOADING]
    assert loading == []
    assert [found["href"] for found in parsed.all("link")] == ["data:,"]
    style = re.findall(r"<style>(.*?)</style>", page, flags=re.DOTALL)[0]
    assert "@import" not in style
    assert "url(" not in style


def test_links_to_sources_tell_them_nothing_of_the_reader(parsed: Parsed) -> None:
    outward = [found for found in parsed.all("a") if str(found["href"]).startswith("http")]
    assert outward
    assert all(found["rel"] == "noreferrer" for found in outward)


def test_a_source_whose_address_is_a_script_is_no_link() -> None:
    table = longbench()
    rows = tuple(replace(row, url="javascript:alert(1)") if row.url else row for row in table.rows)
    assert "javascript:" not in render_page(made_board(replace(table, rows=rows)))


def test_every_word_is_there_in_both_languages() -> None:
    for key, texts in load_words().texts.items():
        assert set(texts) == set(LANGUAGES), key
        assert all(text.strip() for text in texts.values()), key
        english, chinese = (sorted(re.findall(r"\{(\w+)\}", texts[language])) for language in LANGUAGES)
        assert english == chinese, key


def test_every_word_that_a_script_says_exists() -> None:
    said = re.findall(r'bench\.word\("([^"]+)"', joined(SCRIPTS))
    assert said
    assert not [key for key in said if key not in load_words()]


def test_every_word_on_the_page_has_a_chinese_text(parsed: Parsed) -> None:
    named = (item for _, found in parsed.elements for item in found.items())
    keys = {str(key) for name, key in named if name.startswith("data-word")}
    assert len(keys) > 80
    assert not [key for key in keys if key not in load_words()]


def test_a_value_with_braces_stays_as_it_is() -> None:
    assert filled("{a} over {b}", {"a": "{b}", "b": "x"}) == "{b} over x"


def test_without_scripts_every_number_can_be_read(parsed: Parsed) -> None:
    for text in ("GPT-3.5-Turbo-16k", "longlora-16k", "(30.5–38.5)", "passage_", "NaturalCodeBench"):
        assert text in parsed.text


def test_rows_stand_by_the_headline_and_those_without_it_last() -> None:
    labels = [line.row.label for line in show_table(longbench(), 0, drill=False).lines]
    assert labels[:3] == ["GPT-3.5-Turbo-16k", "longlora-16k", "phi-2 (indel)"]
    assert set(labels[-2:]) == {"part", "stopped"}


def test_rows_that_share_a_rank_are_marked() -> None:
    lines = show_table(longbench(), 0, drill=False).lines
    ranks = {line.row.label: line.cells[0].rank for line in lines}
    assert ranks["longlora-16k"] == ranks["phi-2"] == "1="
    assert ranks["phi-2 (indel)"] == ranks["GPT-3.5-Turbo-16k"] == ""
    assert [line.cells[0].rank for line in show_table(ncb(), 0, drill=False).lines] == ["1", "2"]


def test_the_settings_of_one_number_stand_side_by_side_on_one_scale() -> None:
    heads = show_table(longbench_v2(), 0, drill=False).heads
    assert [head.column.key for head in heads[:2]] == ["zero-shot:overall/all", "cot:overall/all"]
    assert [(head.column.name, head.column.setting) for head in heads[2:6]] == [
        ("overall", "zero-shot"),
        ("overall", "cot"),
        ("easy", "zero-shot"),
        ("easy", "cot"),
    ]
    assert (heads[0].low, heads[0].high) == (heads[1].low, heads[1].high)


def test_many_columns_are_not_all_shown_at_first() -> None:
    columns = [Column(key=f"task/{i}", kind="task", name=str(i)) for i in range(21)]
    table = longbench()
    assert list(show_table(table, 0, drill=False).kinds) == ["overall", "category"]
    few = [column for column in table.columns if column.kind != "category"]
    assert list(show_table(replace(table, columns=tuple(few)), 0, drill=False).kinds) == ["overall", "task"]
    assert list(show_table(replace(table, columns=tuple(columns)), 0, drill=False).kinds) == ["task"]


def test_a_button_opens_the_run_of_its_own_setting(parsed: Parsed) -> None:
    runs = {str(found["data-run"]) for found in parsed.all("button", **{"class": "drill", "data-task": "easy"})}
    assert runs == {"v0z", "v0c", "v1z", "v1c"}


def test_a_button_is_called_by_its_number_with_the_interval(parsed: Parsed) -> None:
    labels = {found["aria-label"] for found in parsed.all("button", **{"class": "drill", "data-run": "p"})}
    assert labels == {"55.0 (51.0–59.0)"}


def test_numbers_of_several_tasks_and_published_ones_open_nothing(parsed: Parsed) -> None:
    tasks = {found["data-task"] for found in parsed.all("button", **{"class": "drill"})}
    assert "all" not in tasks
    assert "trec" in tasks
    assert {str(found["data-run"])[:3] for found in parsed.all("button", **{"class": "drill"})}.isdisjoint(
        {"pub", "vp"}
    )


def test_without_samples_no_number_is_a_button() -> None:
    assert Parsed(render_page(made_board())).all("button", **{"class": "drill"}) == []


def test_a_number_that_cannot_be_had_says_why(parsed: Parsed) -> None:
    titles = [found.get("title") for found in parsed.all("td")]
    assert "no trec, lcc" in titles
    assert "no trec, lcc" in parsed.text


def test_the_authors_number_and_samples_without_a_verdict_are_marked(parsed: Parsed) -> None:
    assert "† 56.5" in parsed.text
    assert "55.0‡" in parsed.text
    titles = [str(found.get("title")) for found in parsed.all("td")]
    assert "55.00 [51.00, 59.00], n = 200, ‡ 3, † 56.50 (n = 197)" in titles


def test_unlike_partial_and_published_rows_say_so_in_words(parsed: Parsed) -> None:
    rows = {str(found["data-row"]): found for found in parsed.all("tr") if "data-label" in found}
    assert "data-unlike" in rows["u"]
    assert "data-unlike" not in rows["r0"]
    assert "data-partial" in rows["p"]
    assert "data-partial" in rows["x"]
    assert rows["pub0"]["data-kind"] == "published"
    for text in ("edit similarity: indel", "partial", "unfinished", "2023-11-06", "THUDM/LongBench at 2e00731"):
        assert text in parsed.text


def empty_table() -> Table:
    return Table(benchmark="own", headline="", leading="", columns=(), rows=())


def no_headline() -> Table:
    return replace(longbench(), headline="overall/gone")


def zero_rows() -> Table:
    return replace(longbench(), rows=(), pairs=())


def nothing_scored() -> Table:
    rows = tuple(replace(row, cells={}, ranks={}) for row in longbench().rows)
    return replace(longbench(), rows=rows, pairs=())


def all_equal() -> Table:
    columns = (Column(key="overall/mean", kind="overall", name="mean"),)
    cells = {"overall/mean": Cell(score=0.0, low=0.0, high=0.0, n=1)}
    row = Row(key="a", kind="run", model="a", label="a", setting="zero-shot", cells=cells, runs={"zero-shot": run("a")})
    return Table(benchmark="own <card>", headline="overall/mean", leading="", columns=columns, rows=(row,))


@pytest.mark.parametrize("made", [empty_table, no_headline, zero_rows, nothing_scored, all_equal])
def test_every_corner_of_a_board_is_rendered(made: Any) -> None:
    rendered = Parsed(render_page(made_board(made()), samples="page.samples"))
    assert len(rendered.all("section", **{"class": "board"})) == 1


def test_a_board_without_tables_says_that_there_is_nothing() -> None:
    rendered = Parsed(render_page(Board(tables=(), made="2026-11-21T17:00:00+00:00", version="0.1.0")))
    assert "There are no runs" in rendered.text
    assert rendered.all("form") == []


def test_twenty_runs_make_a_page_of_less_than_five_megabytes() -> None:
    table = longbench({f"model-{number}": 20.0 + number for number in range(20)})
    more = [Column(key=f"task/t{i}", kind="task", name=f"task_{i}", category="Code Completion") for i in range(30)]
    rows = [replace(row, cells={**row.cells, **{c.key: cell(30.0, task=c.name) for c in more}}) for row in table.rows]
    wide = replace(table, columns=(*table.columns, *more), rows=tuple(rows))
    rendered = render_page(made_board(wide, longbench_v2(), ncb()), samples="page.samples")
    assert MIB < len(rendered.encode()) < 5 * MIB


def test_the_chart_library_is_made_once(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCH_HOME", str(tmp_path))
    first = chart_library()
    monkeypatch.setattr("vl_convert.javascript_bundle", None)
    assert chart_library() == first
    assert "</script" not in first
    assert "window.vegaEmbed" in first


def test_a_home_that_cannot_be_written_costs_time_and_not_the_page(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BENCH_HOME", str(tmp_path / "file"))
    assert "window.vegaEmbed" in chart_library()


def test_a_missing_package_is_named_with_its_remedy(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCH_HOME", str(tmp_path))
    monkeypatch.setitem(__import__("sys").modules, "vl_convert", None)
    with pytest.raises(UserError, match=r"longcode-bench\[leaderboard\]"):
        chart_library()
