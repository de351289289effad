"""Would catch a chart that is not drawn, draws hidden rows, loses the reader's picks or speaks the wrong language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from boards import made_board
from playwright.sync_api import Locator, expect

from bench.leaderboard.page import render_page
from browser.pages import Watched

Look = Callable[..., Watched]
BOARDS: Mapping[str, str] = {"longbench": "#b1", "longbench-v2": "#b2", "ncb": "#b3"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page over a made board, without samples."""
    path = tmp_path_factory.mktemp("made") / "page.html"
    path.write_text(render_page(made_board()), encoding="utf-8")
    return path


def drawn(watched: Watched, chart: str, language: str = "en") -> Locator:
    """The first chart of this name on the open table, once it is in view and drawn anew."""
    figure = watched(f".board:not([hidden]) [data-chart={chart}]").first
    figure.scroll_into_view_if_needed()
    expect(figure).to_have_attribute("data-drawn", language)
    return figure


def written(figure: Locator) -> str:
    """Every text of a drawn chart."""
    return "\n".join(figure.locator("svg.marks text").all_text_contents())


@pytest.mark.parametrize("benchmark", BOARDS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_chart_is_drawn_when_it_comes_into_view(look: Look, made: Path, benchmark: str, language: str) -> None:
    watched = look(made, {"benchmark": benchmark, "language": language})
    figures = watched(f"{BOARDS[benchmark]} .chart")
    assert figures.count() > 2
    for figure in figures.all():
        figure.scroll_into_view_if_needed()
        expect(figure).to_have_attribute("data-drawn", language)
        assert figure.locator("svg.marks path").count() > 2


def test_a_hidden_row_leaves_the_chart(look: Look, made: Path) -> None:
    watched = look(made)
    assert "GPT-3.5-Turbo-16k" in written(drawn(watched, "forest"))
    watched("input[name=published]").uncheck()
    assert "GPT-3.5-Turbo-16k" not in written(drawn(watched, "forest"))
    assert "longlora-16k" in written(drawn(watched, "forest"))


def test_a_chart_speaks_the_readers_language(look: Look, made: Path) -> None:
    watched = look(made)
    assert "score, %" in written(drawn(watched, "forest"))
    watched("input[name=language][value=zh]").check()
    assert "得分（%）" in written(drawn(watched, "forest", "zh"))
    assert "公布数据" in written(drawn(watched, "forest", "zh"))
    assert "单文档问答" in written(drawn(watched, "radar", "zh"))


def test_six_rows_are_picked_at_most_and_the_address_keeps_them(look: Look, made: Path) -> None:
    watched = look(made)
    drawn(watched, "radar")
    picks = watched("#b1 .picker input")
    assert picks.evaluate_all("boxes => boxes.filter((box) => box.checked).length") == 6
    expect(watched("#b1 .picker input:not(:checked)").first).to_be_disabled()
    watched("#b1 .picker label", has_text="lexical").locator("input").uncheck()
    legend = drawn(watched, "radar").locator(".legend")
    expect(legend.locator("li")).to_have_count(5)
    expect(legend).not_to_contain_text("lexical")
    expect(watched("#b1 .picker input:not(:checked)").first).to_be_enabled()
    watched.page.reload()
    expect(drawn(watched, "radar").locator(".legend li")).to_have_count(5)
    watched.page.go_back()
    expect(watched("#b1 .picker input:checked")).to_have_count(6)


def test_a_chart_of_no_rows_goes_and_comes_back(look: Look, made: Path) -> None:
    watched = look(made)
    drawn(watched, "radar")
    for _ in range(6):
        watched("#b1 .picker input:checked").first.uncheck()
    expect(watched("#b1 [data-chart=radar]").first).to_be_hidden()
    watched("#b1 .picker label", has_text="phi-2").first.locator("input").check()
    expect(drawn(watched, "radar").locator(".legend li")).to_have_count(1)


def test_another_table_has_picks_of_its_own(look: Look, made: Path) -> None:
    watched = look(made)
    watched("#b1 .picker label", has_text="lexical").locator("input").uncheck()
    watched("a[data-open=ncb]").click()
    expect(drawn(watched, "radar").locator(".legend li")).to_have_count(2)


def test_a_row_without_a_number_cannot_be_picked(look: Look, made: Path) -> None:
    watched = look(made)
    expect(watched("#b1 .picker")).to_contain_text("phi-2")
    expect(watched("#b1 .picker")).not_to_contain_text("stopped")


def test_the_verdicts_differ_without_colour(look: Look, made: Path) -> None:
    bars = drawn(look(made, {"benchmark": "ncb"}), "verdicts")
    fills = set(
        bars.locator("svg.marks .mark-rect path").evaluate_all("marks => marks.map((m) => m.getAttribute('fill'))")
    )
    assert {"url(#fill-failed)", "url(#fill-timeout)"} <= fills
    assert "38" in written(bars)


def test_a_mark_tells_its_number(look: Look, made: Path) -> None:
    watched = look(made, {"find": "longlora"})
    forest = drawn(watched, "forest")
    forest.locator("svg.marks .mark-symbol path").first.hover()
    expect(watched("#vg-tooltip-element")).to_contain_text("longlora-16k")
    expect(watched("#vg-tooltip-element")).to_contain_text("30.5–38.5")


def test_a_chart_fits_a_phone(look: Look, made: Path) -> None:
    watched = look(made, viewport={"width": 390, "height": 844})
    for chart in ("forest", "radar", "profile", "tokens"):
        figure = drawn(watched, chart)
        assert figure.locator("svg.marks").evaluate("svg => svg.getBoundingClientRect().right <= innerWidth")
    assert watched.page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_comparison_says_in_words_what_it_is(look: Look, made: Path) -> None:
    watched = look(made)
    watched("#b1 .matrix .pair").first.click()
    expect(watched("#b1 .told")).to_contain_text("points")
    expect(watched("#b1 .told")).to_contain_text("95 % interval")


def test_charts_that_nobody_scrolled_to_are_printed_too(look: Look, made: Path) -> None:
    watched = look(made, viewport={"width": 1440, "height": 300})
    figures = watched("#b1 .chart")
    assert figures.locator("svg.marks").count() < figures.count()
    watched.page.pdf()
    expect(figures.locator("svg.marks")).to_have_count(figures.count())
