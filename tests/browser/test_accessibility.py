"""Would catch a page that a keyboard, a screen reader or weak eyes cannot use, as far as axe-core can tell.

axe-core looks at what is on the page; that everything works by keyboard is tested beside it, in the other modules.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from boards import made_board
from playwright.sync_api import expect

from bench.leaderboard.board import Board
from bench.leaderboard.page import render_page
from browser.pages import Watched

Look = Callable[..., Watched]
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
GRAVE = ("serious", "critical")
FIND = """
    async () => (await axe.run(document, { resultTypes: ["violations"] })).violations.map((found) => ({
        rule: found.id, impact: found.impact, help: found.help,
        where: found.nodes.slice(0, 3).map((node) => `${node.target.join(" ")}: ${node.failureSummary}`),
    }))
"""


def violations(watched: Watched, axe: str) -> list[dict[str, Any]]:
    """What axe-core finds serious or critical on the page as it is now."""
    watched.page.evaluate("document.getAnimations().forEach((one) => one.finish())")
    watched.page.evaluate(axe)
    found: list[dict[str, Any]] = watched.page.evaluate(FIND)
    return [one for one in found if one["impact"] in GRAVE]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "page.html"
    path.write_text(render_page(made_board()), encoding="utf-8")
    return path


@pytest.mark.parametrize("benchmark", ["longbench", "longbench-v2", "ncb"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_table_with_its_charts(look: Look, made: Path, axe: str, benchmark: str, theme: str, language: str) -> None:
    state = {"benchmark": benchmark, "theme": theme, "language": language}
    watched = look(made, state, viewport=DESKTOP, reduced_motion="reduce")
    for figure in watched(f"section.board[data-benchmark={benchmark}] figure.chart").all():
        figure.scroll_into_view_if_needed()
        expect(figure.locator("svg.marks")).to_be_visible()
    assert violations(watched, axe) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_phone(look: Look, made: Path, axe: str, theme: str) -> None:
    watched = look(made, {"theme": theme}, viewport=PHONE, reduced_motion="reduce")
    assert violations(watched, axe) == []


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("state", [{"theme": "light"}, {"theme": "dark"}, {"language": "zh"}], ids=str)
def test_samples(look: Look, board_page: Path, axe: str, viewport: dict[str, int], state: dict[str, str]) -> None:
    watched = look(board_page, {"benchmark": "made", **state}, viewport=viewport, reduced_motion="reduce")
    drill = watched("section.board[data-benchmark=made] tr[data-label=second] .drill").first
    drill.focus()
    watched.page.keyboard.press("Enter")
    expect(watched("#viewer article h3")).to_have_text("dates/0")
    watched("#viewer details").evaluate_all("found => found.forEach((one) => { one.open = true; })")
    assert violations(watched, axe) == []
    watched("#viewer select[name=beside]").select_option(index=1)
    expect(watched("#viewer article")).to_have_count(2)
    assert violations(watched, axe) == []


def test_an_empty_page(look: Look, tmp_path: Path, axe: str) -> None:
    path = tmp_path / "page.html"
    empty = Board(tables=(), made="2026-11-21T17:00:00+00:00", version="0.1.0")
    path.write_text(render_page(empty), encoding="utf-8")
    assert violations(look(path), axe) == []
