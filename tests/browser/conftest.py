"""A real browser for the tests of the page: the machine's own Chromium, driven by Playwright.

Absent, the tests are skipped in plain words; with `BENCH_REQUIRE=browser,axe` they fail instead.
`scripts/browser_up.sh` installs Chromium, `make axe` fetches axe-core.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import REPOSITORY, absent
from playwright.sync_api import Browser, sync_playwright

from browser.pages import Watched, made_page, made_runs

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
AXE = Path("node_modules") / "axe-core" / "axe.min.js"


def chromium() -> str:
    """The browser's path: `$BENCH_CHROMIUM`, or one of the usual names."""
    named = os.environ.get("BENCH_CHROMIUM")
    found = next((path for name in ([named] if named else NAMES) if (path := shutil.which(name))), None)
    if found is None:
        absent("browser", "NOT TESTED: there is no Chromium here: install it (apt: chromium), or set BENCH_CHROMIUM")
        raise AssertionError
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for a module; it ends with it, because other tests fork and must be alone in their process."""
    path = chromium()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def look(browser: Browser) -> Iterator[Callable[..., Watched]]:
    """Opens a page and, at the end, looks whether anything happened that must not."""
    opened: list[Watched] = []

    def opens(path: Path, state: str = "", **options: object) -> Watched:
        opened.append(Watched(browser, path, state, **options))
        return opened[-1]

    yield opens
    for watched in opened:
        watched.close()


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of runs of several benchmarks."""
    return made_runs(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="session")
def board_page(runs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page over them, with its samples."""
    return made_page(tmp_path_factory.mktemp("page") / "page.html", runs)


@pytest.fixture(scope="session")
def axe() -> str:
    """The text of axe-core."""
    path = Path(os.environ.get("BENCH_AXE", REPOSITORY / ".venv" / "axe")) / AXE
    if not path.is_file():
        absent("axe", f"NOT TESTED: there is no axe-core in {path}: fetch it with `make axe`, or set BENCH_AXE")
    return path.read_text(encoding="utf-8")
