"""Would catch a table that sorts, filters or speaks wrongly, a state that the address does not hold, a chart not drawn.

And anything on the console, and any request that leaves the page: every page of these tests is watched for both.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from boards import made_board
from playwright.sync_api import Locator, expect

from bench.leaderboard.page import render_page
from browser.pages import Watched

Look = Callable[..., Watched]
BOARD = "section.board[data-benchmark=longbench]"
ROWS = f"{BOARD} table.scores tbody tr[data-row]"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of a made board, which has every kind of row, cell and chart."""
    path = tmp_path_factory.mktemp("made") / "page.html"
    path.write_text(render_page(made_board()), encoding="utf-8")
    return path


@pytest.fixture
def page(look: Look, made: Path) -> Watched:
    return look(made, viewport={"width": 1440, "height": 900})


def head(watched: Watched, key: str) -> Locator:
    return watched(f"{BOARD} .heads th[data-key='{key}']")


def values(watched: Watched, key: str) -> list[float | None]:
    """The column's numbers, from the top."""
    place = head(watched, key).get_attribute("data-place")
    texts = watched(f"{ROWS} > td.c{place}").evaluate_all("cells => cells.map((cell) => cell.dataset.v ?? null)")
    return [None if text is None else float(text) for text in texts]


def is_sorted(found: list[float | None], *, falling: bool) -> bool:
    """Whether numbers stand in order, and what is absent after them."""
    numbers = [value for value in found if value is not None]
    return found == [*sorted(numbers, reverse=falling), *[None] * (len(found) - len(numbers))]


def signed(text: str) -> float | None:
    """A difference as the matrix shows it; None where there is none."""
    found = re.match(r"[+−]?\d+\.\d", text)
    return None if found is None else float(found[0].replace("−", "-"))


def visible(locator: Locator) -> int:
    return int(locator.evaluate_all("found => found.filter((one) => one.checkVisibility()).length"))


def test_the_table_begins_sorted_by_its_headline(page: Watched) -> None:
    assert is_sorted(values(page, "overall/en"), falling=True)
    expect(head(page, "overall/en")).to_have_attribute("aria-sort", "descending")


def test_a_click_on_a_head_sorts_and_another_turns_it_round(page: Watched) -> None:
    head(page, "overall/zh").locator("button").click()
    expect(head(page, "overall/zh")).to_have_attribute("aria-sort", "descending")
    expect(head(page, "overall/en")).to_have_attribute("aria-sort", "none")
    assert is_sorted(values(page, "overall/zh"), falling=True)
    head(page, "overall/zh").locator("button").click()
    expect(head(page, "overall/zh")).to_have_attribute("aria-sort", "ascending")
    rising = values(page, "overall/zh")
    assert is_sorted(rising, falling=False)
    assert None in rising


def test_the_keyboard_sorts_too(page: Watched) -> None:
    head(page, "overall/all").locator("button").focus()
    page.page.keyboard.press("Enter")
    expect(head(page, "overall/all")).to_have_attribute("aria-sort", "descending")
    page.page.keyboard.press("Space")
    expect(head(page, "overall/all")).to_have_attribute("aria-sort", "ascending")
    assert is_sorted(values(page, "overall/all"), falling=False)


def test_the_rank_goes_with_the_sorted_column_and_only_ranked_rows_have_one(page: Watched) -> None:
    for row in page(ROWS).all():
        ranked = row.locator("td.headline").get_attribute("data-rank")
        expect(row.locator("td.rank")).to_have_text(ranked or "·")
    unranked = page(f"{ROWS}[data-kind=published] td.rank").all_inner_texts()
    assert set(unranked) == {"·"}


def test_names_are_sorted_as_text(page: Watched) -> None:
    head(page, "model").locator("button").click()
    names = page(ROWS).evaluate_all("rows => rows.map((row) => row.dataset.label)")
    expect(head(page, "model")).to_have_attribute("aria-sort", "ascending")
    assert names == page.page.evaluate("names => names.sort((a, b) => a.localeCompare(b))", names)


@pytest.mark.parametrize(
    ("box", "hidden"),
    [("published", "[data-kind=published]"), ("unlike", "[data-unlike]"), ("partial", "[data-partial]")],
)
def test_kinds_of_rows_can_be_hidden(page: Watched, box: str, hidden: str) -> None:
    every, some = page(ROWS).count(), page(f"{ROWS}{hidden}").count()
    assert 0 < some < every
    page(f".filters input[name={box}]").uncheck()
    assert visible(page(f"{ROWS}{hidden}")) == 0
    assert visible(page(ROWS)) == every - some
    expect(page("output[name=count]")).to_have_text(f"{every - some} of {every} rows")
    page("button[name=reset]").click()
    assert visible(page(ROWS)) == every


def test_a_model_is_found_by_a_part_of_its_name(page: Watched) -> None:
    page("main input[name=find]").fill("LONGLORA")
    labels = page(ROWS).evaluate_all(
        "rows => rows.filter((row) => row.checkVisibility()).map((row) => row.dataset.label)"
    )
    assert labels
    assert all("longlora" in label.lower() for label in labels)


def test_columns_are_filtered_by_language_category_and_kind(page: Watched) -> None:
    heads = f"{BOARD} .heads th[data-place]"
    page("select[name=language-of]").select_option("zh")
    assert visible(page(f"{heads}[data-language=en]:not(.headline)")) == 0
    assert visible(page(f"{heads}[data-language=zh]")) > 0
    page("select[name=language-of]").select_option("")
    page("select[name=category]").select_option("Summarization")
    assert visible(page(f"{heads}[data-category='Multi-Doc QA']")) == 0
    assert visible(page(f"{heads}[data-category=Summarization]")) > 0
    page("button[name=reset]").click()
    page("input[name=kind][value=task]").uncheck()
    assert visible(page(f"{heads}[data-kind=task]")) == 0
    assert visible(page(f"{heads}[data-kind=overall]")) > 0


def test_another_benchmark_takes_the_place_of_the_first(page: Watched) -> None:
    page("a[data-open=ncb]").click()
    expect(page("section.board[data-benchmark=ncb]")).to_be_visible()
    expect(page(BOARD)).to_be_hidden()
    expect(page("a[data-open=ncb]")).to_have_attribute("aria-current", "page")
    page.page.go_back()
    expect(page(BOARD)).to_be_visible()


def test_every_word_is_said_in_the_other_language_and_back(page: Watched) -> None:
    english = page("main").inner_text()
    page("input[name=language][value=zh]").check(force=True)
    expect(page("html")).to_have_attribute("lang", "zh-CN")
    expect(page("h1")).to_have_text("模型排行榜")
    assert page.page.title() == "模型排行榜"
    page("input[name=language][value=en]").check(force=True)
    expect(page("html")).to_have_attribute("lang", "en")
    assert page("main").inner_text() == english


def test_the_theme_follows_the_system_until_it_is_chosen(look: Look, made: Path) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    dark, light = look(made, color_scheme="dark"), look(made, color_scheme="light")
    night, day = dark.page.evaluate(ground), light.page.evaluate(ground)
    assert night != day
    dark("input[name=theme][value=light]").check(force=True)
    assert dark.page.evaluate(ground) == day
    light("input[name=theme][value=dark]").check(force=True)
    assert light.page.evaluate(ground) == night
    assert look(made, "theme=dark", color_scheme="light").page.evaluate(ground) == night


def test_the_address_restores_everything_that_was_chosen(page: Watched, look: Look, made: Path) -> None:
    head(page, "overall/zh").locator("button").click()
    head(page, "overall/zh").locator("button").click()
    page(".filters input[name=published]").uncheck()
    page("main input[name=find]").fill("l")
    page("select[name=language-of]").select_option("zh")
    page("input[name=language][value=zh]").check(force=True)
    page("input[name=theme][value=dark]").check(force=True)
    again = look(made, page.state(), viewport={"width": 1440, "height": 900})
    expect(head(again, "overall/zh")).to_have_attribute("aria-sort", "ascending")
    expect(again(".filters input[name=published]")).not_to_be_checked()
    expect(again("main input[name=find]")).to_have_value("l")
    expect(again("html")).to_have_attribute("lang", "zh-CN")
    expect(again("html")).to_have_attribute("data-theme", "dark")
    assert again(f"{BOARD} table.scores").inner_text() == page(f"{BOARD} table.scores").inner_text()


@pytest.mark.parametrize("benchmark", ["longbench", "longbench-v2", "ncb"])
def test_every_chart_is_drawn_when_it_comes_into_view(look: Look, made: Path, benchmark: str) -> None:
    watched = look(made, f"benchmark={benchmark}", viewport={"width": 1440, "height": 900})
    figures = watched(f"section.board[data-benchmark={benchmark}] figure.chart").all()
    assert figures
    for figure in figures:
        figure.scroll_into_view_if_needed()
        expect(figure.locator("svg.marks")).to_be_visible()


def test_hidden_rows_leave_the_charts(page: Watched) -> None:
    forest = page(f"{BOARD} figure[data-chart=forest]")
    forest.scroll_into_view_if_needed()
    label = page(f"{ROWS}[data-kind=published]").first.get_attribute("data-label")
    drawn = forest.locator("svg text", has_text=label)
    expect(drawn.first).to_be_visible()
    page(".filters input[name=published]").uncheck()
    expect(drawn).to_have_count(0)


def test_every_two_runs_are_compared_in_a_table_with_sentences(page: Watched) -> None:
    matrix = page(f"{BOARD} table.matrix")
    size = matrix.locator("thead th").count()
    expect(matrix.locator("tbody tr")).to_have_count(size)
    told = matrix.locator("td.clear button").first
    expect(told).to_have_attribute("title", re.compile(r"scores [\d.]+ points (above|below) .*95 % interval"))
    shown = matrix.locator("tbody tr").evaluate_all(
        "rows => rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent))"
    )
    numbers = [[signed(text) for text in row] for row in shown]
    mirrored = [[numbers[j][i] for j in range(size)] for i in range(size)]
    assert any(number for row in numbers for number in row)
    assert mirrored == [[number and -number for number in row] for row in numbers]


def test_a_reason_stands_where_a_number_does_not(page: Watched) -> None:
    absent = page(f"{ROWS} td .none .sr").all_text_contents()
    assert any("no trec" in reason for reason in absent)


def test_the_page_is_read_without_javascript(look: Look, made: Path) -> None:
    watched = look(made, java_script_enabled=False)
    for benchmark in ("longbench", "longbench-v2", "ncb"):
        rows = watched(f"section.board[data-benchmark={benchmark}] table.scores tbody tr")
        expect(rows.first).to_be_visible()
    expect(watched(f"{BOARD} td b").first).to_be_visible()
    expect(watched("form.filters")).to_be_hidden()


def test_a_phone_scrolls_the_table_and_not_the_page(look: Look, made: Path) -> None:
    watched = look(made, viewport={"width": 390, "height": 844})
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not watched.page.evaluate(wide)
    watched("a[data-open=ncb]").click()
    assert not watched.page.evaluate(wide)
    assert watched(".board:not([hidden]) .scroll").first.evaluate("one => one.scrollWidth > one.clientWidth")


def test_what_is_printed_is_the_table_in_full_without_controls(page: Watched) -> None:
    page.page.emulate_media(media="print")
    expect(page("form.filters")).to_be_hidden()
    expect(page(f"{BOARD} table.scores")).to_be_visible()
    assert not page(f"{BOARD} .scroll").first.evaluate("one => one.scrollHeight > one.clientHeight + 1")
