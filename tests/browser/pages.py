"""Pages for the browser, and a browser's page that is watched for whatever must not happen on it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from made_runs import add_execution, new_run, own_run, say_again
from own_data import row
from playwright.sync_api import Browser, Dialog, Locator, Page, Request

from bench.leaderboard.building import build_board
from bench.leaderboard.page import render_page
from bench.leaderboard.samples import write_samples

CANARY = "window.canaryCalls = []; window.canary = (...told) => { window.canaryCalls.push(told); };"
"""What a hostile text would call if it could."""
TITLES = ("Leaderboard", "模型排行榜")
SMALL = ["hotpotqa", "trec", "vcsum", "lcc"]
ROWS = 130


def made_page(path: Path, *runs: Path, published: bool = True) -> Path:
    """A page with its samples beside it."""
    built = build_board(list(runs), published=published)
    folder = path.with_suffix(".samples")
    write_samples(built.folders, folder)
    path.write_text(render_page(built.board, samples=folder.name), encoding="utf-8")
    return path


def made_runs(folder: Path) -> Path:
    """LongBench by two models and by one on a part of the tasks; a card of one's own by two models, one with code."""
    whole = new_run(folder, "longbench", "lexical", data="sample")
    say_again(whole, folder / "again", name="other")
    new_run(folder, "longbench", "lexical", name="part", data="sample", tasks=SMALL)
    data = [row("dates", number) for number in range(ROWS)]
    answers = {f"dates/{number}": f"word{number}" if number % 3 else "nothing" for number in range(ROWS)}
    own_run(folder / "own", data, answers, name="first")
    second = own_run(folder / "own", data, answers | {"dates/0": "word0", "dates/1": "It is word1"}, name="second")
    tests = {"test_one": "passed", "test_two": "failed"}
    told = {"verdict": "failed", "passed": 1, "total": 2, "tests": tests, "output": "AssertionError: 3"}
    add_execution(second, sample_id="dates/0", extractor="official", **told)
    return folder


class Watched:
    """A page that was opened from disk, with all that it said, asked for and ran.

    Args:
        state: what the address says after `#`.
        options: of the browser's context.
    """

    titles = TITLES

    def __init__(self, browser: Browser, path: Path, state: Mapping[str, str] | str = "", **options: Any) -> None:
        self.path = path
        self.said: list[str] = []
        self.asked: list[str] = []
        self.dialogs: list[str] = []
        self.mute = options.get("java_script_enabled") is False
        self._context = browser.new_context(**options)
        self._context.set_default_timeout(10_000)
        self._context.add_init_script(CANARY)
        self.page = self._context.new_page()
        self._listen(self.page)
        self.page.goto(self.address(state))

    def address(self, state: Mapping[str, str] | str = "") -> str:
        """The page's address with a state."""
        text = state if isinstance(state, str) else urlencode(state)
        return self.path.as_uri() + (f"#{text}" if text else "")

    def _listen(self, page: Page) -> None:
        page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(f"error: {error.stack}"))
        page.on("request", self._note)
        page.on("dialog", self._dismiss)

    def _note(self, request: Request) -> None:
        self.asked.append(request.url)

    def _dismiss(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def __call__(self, selector: str, **options: Any) -> Locator:
        return self.page.locator(selector, **options)

    def state(self) -> dict[str, str]:
        """What the address says now."""
        found: dict[str, str] = self.page.evaluate("Object.fromEntries(new URLSearchParams(location.hash.slice(1)))")
        return found

    def until(self, condition: str, argument: Any = None) -> None:
        """Wait for a condition in JavaScript."""
        self.page.wait_for_function(condition, arg=argument)

    def foreign(self) -> list[str]:
        """Requests for anything but the page and the scripts beside it."""
        beside = self.path.with_suffix(".samples").as_uri() + "/"
        own = self.path.as_uri()
        return [
            url
            for url in self.asked
            if url.split("#")[0] != own and not (url.startswith(beside) and url.endswith(".js"))
        ]

    def close(self) -> None:
        """Close it, and look at what happened."""
        ran = None if self.mute else self.page.evaluate("window.canaryCalls")
        title = self.page.title()
        self._context.close()
        assert not self.said, self.said
        assert not self.foreign(), self.foreign()
        assert not self.dialogs, self.dialogs
        assert not ran, ran
        assert title in self.titles, title
