"""Would catch a number whose samples cannot be reached, read, filtered or left again, by mouse or keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser.pages import ROWS, Watched

Look = Callable[..., Watched]
BOARD = "section.board[data-benchmark=made]"


@pytest.fixture
def viewer(look: Look, board_page: Path) -> Watched:
    """The page with the samples of one run opened."""
    watched = look(board_page)
    watched("a[data-open=made]").click()
    watched(f"{BOARD} tr[data-model=first] .drill[data-task=dates]").first.click()
    expect(watched("#viewer article h3")).to_have_text("dates/0")
    return watched


def test_a_number_opens_its_samples(viewer: Watched) -> None:
    expect(viewer("#viewer")).to_be_visible()
    expect(viewer("#viewer h2")).to_contain_text("first")
    expect(viewer("#viewer output")).to_have_text(f"{ROWS} of {ROWS} samples")


def test_page(viewer: Watched) -> None:
    viewer.page.screenshot(path="/tmp/viewer/v.png")
