"""A review in the browser, watched like any other page."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, Locator, expect

from bench.benchmarks.ncb.construction.folder import Folder
from bench.benchmarks.ncb.construction.review.server import Server
from browser.pages import Watched


class Reviewed(Watched):
    """The page of a review.

    Args:
        options: of the browser's context.
    """

    titles = ("Review", "审阅")

    def __init__(self, browser: Browser, server: Server, folder: Folder, **options: Any) -> None:
        self.url, self.folder = server.url, folder
        super().__init__(browser, folder.path, **options)
        self.ready()

    def ready(self) -> None:
        """Wait for the first question."""
        expect(self("#main")).not_to_have_attribute("aria-busy", "true")
        expect(self.question).not_to_have_text("")

    def address(self, state: object = "") -> str:  # noqa: ARG002 - this page keeps no state in its address
        """With its token."""
        return self.url

    def foreign(self) -> list[str]:
        """Requests to anything but its own server."""
        own = self.url.split("?")[0]
        return [url for url in self.asked if not url.startswith(own)]

    @property
    def question(self) -> Locator:
        """What is asked."""
        return self("#question")

    def press(self, *keys: str) -> None:
        """One key after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def go_to(self, kind: str) -> None:
        """The first question of a kind, by its chip."""
        for _ in range(20):
            if self("#kind").inner_text() == kind:
                return
            place = self("#place").inner_text()
            self.press("j")
            expect(self("#place")).not_to_have_text(place)
        raise AssertionError(kind)

    def decisions(self) -> list[tuple[str, str]]:
        """Kind and choice of what is on disk, without mere looks."""
        made = self.folder.decisions()
        return [(line.question.split("/")[1], line.choice) for line in made if line.choice != "look"]
