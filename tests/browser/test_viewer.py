"""Would catch a number whose samples cannot be reached, read, filtered or left again, by mouse or keyboard."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from browser.pages import ROWS, Watched

Look = Callable[..., Watched]
ZERO = (ROWS + 2) // 3
TITLE = "#viewer article h3"


def cell(watched: Watched, model: str = "first", task: str = "dates") -> Locator:
    """The number behind which the samples stand."""
    return watched(f"section.board[data-benchmark=made] tr[data-label={model}] .drill[data-task={task}]").first


def opened(watched: Watched, model: str = "first") -> Watched:
    """The page with the samples of one run opened from its number."""
    watched("a[data-open=made]").click()
    cell(watched, model).click()
    expect(watched(TITLE)).to_have_text("dates/0")
    return watched


@pytest.fixture
def viewer(look: Look, board_page: Path) -> Watched:
    return opened(look(board_page))


def press(watched: Watched, *keys: str) -> None:
    for key in keys:
        watched.page.keyboard.press(key)


def current(watched: Watched) -> Locator:
    return watched("#viewer .list [aria-current]")


def test_a_number_opens_its_samples(viewer: Watched) -> None:
    expect(viewer("#viewer")).to_be_visible()
    expect(viewer("#viewer h2")).to_contain_text("first")
    expect(viewer("#viewer output")).to_have_text(f"{ROWS} of {ROWS} samples")
    expect(current(viewer)).to_contain_text("dates/0")


def test_a_sample_says_what_was_asked_what_came_back_and_why_it_counts_nothing(viewer: Watched) -> None:
    article = viewer("#viewer article")
    expect(article).to_contain_text("Document 0. Q: Say word0. A:")
    expect(article.locator(".targets")).to_have_text("word0")
    expect(article.locator("section", has_text="Answer").last).to_be_visible()
    expect(article.locator(".verdict")).to_contain_text("0.00")
    expect(article.locator(".verdict")).to_contain_text("corrected")
    expect(article.locator("section", has_text="Why").first).to_contain_text("no word in common with any reference")
    expect(article).to_contain_text("input tokens")


def test_escape_closes_and_leads_back_to_the_number(viewer: Watched) -> None:
    press(viewer, "Escape")
    expect(viewer("#viewer")).to_be_hidden()
    expect(cell(viewer)).to_be_focused()
    viewer.until("!new URLSearchParams(location.hash.slice(1)).has('run')")


def test_the_button_closes_and_leads_back_to_the_number(viewer: Watched) -> None:
    viewer("#viewer button[name=close]").click()
    expect(viewer("#viewer")).to_be_hidden()
    expect(cell(viewer)).to_be_focused()


def test_going_back_closes_and_going_forward_opens_again(viewer: Watched) -> None:
    viewer.page.go_back()
    expect(viewer("#viewer")).to_be_hidden()
    viewer.page.go_forward()
    expect(viewer("#viewer")).to_be_visible()
    expect(viewer(TITLE)).to_have_text("dates/0")


def test_the_whole_way_works_by_keyboard(look: Look, board_page: Path) -> None:
    watched = look(board_page)
    watched("a[data-open=made]").focus()
    press(watched, "Enter")
    cell(watched).focus()
    press(watched, "Enter")
    expect(watched(TITLE)).to_have_text("dates/0")
    press(watched, "j", "j", "ArrowDown", "k")
    expect(watched(TITLE)).to_have_text("dates/2")
    expect(current(watched)).to_be_focused()
    press(watched, "Enter")
    expect(watched("#viewer .sample")).to_be_focused()
    press(watched, "j")
    expect(watched(TITLE)).to_have_text("dates/3")
    press(watched, "Escape")
    expect(cell(watched)).to_be_focused()


def test_letters_are_typed_where_one_types(viewer: Watched) -> None:
    viewer("#viewer input[name=find]").focus()
    press(viewer, "j", "k")
    expect(viewer("#viewer input[name=find]")).to_have_value("jk")
    expect(viewer("#viewer output")).to_have_text(f"0 of {ROWS} samples")
    expect(viewer("#viewer .sample")).to_have_text("No such samples.")


def test_the_focus_stays_inside(viewer: Watched) -> None:
    for _ in range(12):
        press(viewer, "Tab")
        inside = "document.activeElement === document.body || document.activeElement.closest('#viewer') !== null"
        assert viewer.page.evaluate(inside)  # the body stands for the browser's own controls


def test_only_zeros_are_listed_when_asked_for(viewer: Watched) -> None:
    viewer("#viewer select[name=show]").select_option("zero")
    expect(viewer("#viewer output")).to_have_text(f"{ZERO} of {ROWS} samples")
    press(viewer, "j")
    expect(viewer(TITLE)).to_have_text("dates/3")


def test_reasons_are_listed_with_their_number(viewer: Watched) -> None:
    label = f"no word in common with any reference ({ZERO})"
    viewer("#viewer select[name=show]").select_option(label=label)
    expect(viewer("#viewer output")).to_have_text(f"{ZERO} of {ROWS} samples")


def test_a_part_of_an_id_finds_it(viewer: Watched) -> None:
    viewer("#viewer input[name=find]").fill("ES/12")
    expect(viewer("#viewer output")).to_have_text(f"11 of {ROWS} samples")
    expect(viewer(TITLE)).to_have_text("dates/12")


def test_more_samples_than_a_page_holds_are_reached_both_ways(viewer: Watched) -> None:
    expect(viewer("#viewer .list li")).to_have_count(100)
    viewer("#viewer button[name=later]").click()
    expect(viewer(TITLE)).to_have_text("dates/100")
    expect(viewer("#viewer .list li")).to_have_count(ROWS - 100)
    viewer("#viewer button[name=previous]").click()
    expect(viewer(TITLE)).to_have_text("dates/99")
    expect(viewer("#viewer .list li")).to_have_count(100)
    viewer("#viewer button[name=next]").click()
    expect(viewer(TITLE)).to_have_text("dates/100")


def test_the_address_holds_what_is_open_and_restores_it(viewer: Watched, look: Look, board_page: Path) -> None:
    viewer("#viewer select[name=show]").select_option("full")
    press(viewer, "j", "j")
    expect(viewer(TITLE)).to_have_text("dates/4")
    again = look(board_page, viewer.state())
    expect(again(TITLE)).to_have_text("dates/4")
    expect(again("#viewer select[name=show]")).to_have_value("full")
    press(again, "Escape")
    expect(cell(again)).to_be_focused()


def test_another_run_stands_beside_it(viewer: Watched) -> None:
    viewer("#viewer select[name=beside]").select_option(label="second · zero-shot")
    expect(viewer("#viewer article")).to_have_count(2)
    expect(viewer("#viewer article .targets")).to_have_text(["word0", "word0"])
    expect(viewer("#viewer article .value")).to_have_text(["0.00", "100.00"])
    expect(viewer("#viewer select[name=beside] option")).to_have_count(2)  # of this benchmark alone
    viewer("#viewer select[name=show]").select_option("changed")
    expect(viewer("#viewer output")).to_have_text(f"2 of {ROWS} samples")
    expect(viewer("#viewer .list .id")).to_have_text(["dates/0", "dates/1"])


def test_code_is_shown_with_the_report_of_its_tests(look: Look, board_page: Path) -> None:
    watched = opened(look(board_page), "second")
    report = watched("#viewer section", has_text="Tests: official")
    expect(report).to_contain_text("1 of 2 tests passed")
    expect(report.locator("tbody tr")).to_have_text(["test_onepassed", "test_twofailed"])
    report.locator("summary").click()
    expect(report.locator("pre")).to_have_text("AssertionError: 3")


def test_an_average_over_tasks_is_no_door_to_samples(look: Look, board_page: Path) -> None:
    watched = look(board_page)
    assert watched("td.overall .drill").count() == 0
    assert watched("td.task .drill").count() > 0


def test_every_word_changes_with_the_language(viewer: Watched) -> None:
    state = {**viewer.state(), "language": "zh"}
    viewer.page.goto("about:blank")
    viewer.page.goto(viewer.address(state))
    expect(viewer("#viewer output")).to_have_text(f"{ROWS} / {ROWS} 个样本")
    expect(viewer("#viewer article section h4").first).to_have_text("原因")
    assert (
        viewer("#viewer [data-word]").evaluate_all(
            "found => found.filter((one) => /^[\\x00-\\x7f]*$/.test(one.textContent)).map((one) => one.dataset.word)"
        )
        == []
    )


@pytest.mark.parametrize("run", ["nobody", "../../../etc/passwd", "__proto__", "constructor"])
def test_an_address_that_names_no_run_loads_nothing_and_says_so(look: Look, board_page: Path, run: str) -> None:
    watched = look(board_page, {"run": run, "task": "dates"})
    expect(watched("#viewer .sample")).to_have_text("This run holds no such sample.")
    press(watched, "Escape")
    expect(watched("#viewer")).to_be_hidden()


def test_a_sample_that_is_not_there_is_said_to_be_absent(viewer: Watched) -> None:
    state = {**viewer.state(), "sample": "dates/9999"}
    viewer.page.goto("about:blank")
    viewer.page.goto(viewer.address(state))
    expect(viewer("#viewer .sample")).to_have_text("This run holds no such sample.")
    expect(viewer("#viewer .list li")).to_have_count(100)


def test_a_page_without_its_folder_says_what_is_missing(look: Look, board_page: Path, tmp_path: Path) -> None:
    shutil.copy(board_page, tmp_path / "page.html")
    watched = look(tmp_path / "page.html")
    watched("a[data-open=made]").click()
    cell(watched).click()
    expect(watched("#viewer .sample")).to_contain_text("page.samples/runs.js should lie beside the page")
    watched.said.clear()  # the browser itself says that there is no such file


def test_a_page_without_samples_has_numbers_and_no_doors(look: Look, runs: Path, tmp_path: Path) -> None:
    from bench.leaderboard.building import build_board
    from bench.leaderboard.page import render_page

    path = tmp_path / "page.html"
    path.write_text(render_page(build_board([runs]).board), encoding="utf-8")
    watched = look(path)
    assert watched(".drill").count() == 0
    assert watched("#viewer").count() == 0
    assert watched("td b").count() > 0
