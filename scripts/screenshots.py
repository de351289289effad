"""The pictures in docs/images, taken in the machine's own Chromium: `make screenshots [RUNS=...]`.

Without runs it makes its own: LongBench's tasks on the sample data by one baseline, with documents and without, or,
where BENCH_SHARED names the test data, real models' predictions scored. Pictures of samples always show the sample
data, whose texts are ours; those of the review show the problems that its tests make. A picture is as large as it is
useful; each stays below LIMIT.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[1]
LIMIT = 300_000  # bytes of a picture
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SHOWN = "qasper"  # the task whose samples are shown
NAMES = ("chromium", "chromium-browser", "google-chrome")


DRAWN = """
    () => [...document.querySelectorAll("figure.chart")].every((one) => {
        const { top, bottom } = one.getBoundingClientRect();
        return !one.checkVisibility() || top > innerHeight || bottom < 0 || one.querySelector("svg") !== null;
    })
"""


@dataclass(frozen=True, kw_only=True)
class Shot:
    """One picture.

    Attributes:
        state: what the address says, without the run.
        samples: of a run over the sample data, beside another one.
        scroll: a selector to bring to the top.
        dark: as a reader sees it who prefers dark colours.
        locale: of the browser.
    """

    width: int = 1360
    height: int = 850
    state: str = ""
    samples: bool = False
    scroll: str = ""
    dark: bool = False
    locale: str = "en"


SHOTS: Mapping[str, Shot] = {
    "leaderboard": Shot(),
    "samples": Shot(samples=True),
    "charts": Shot(scroll=".board:not([hidden]) .charts", height=1000),
    "pairs": Shot(scroll=".board:not([hidden]) .pairs", height=700),
    "dark": Shot(state="theme=dark"),
    "zh": Shot(state="language=zh"),
    "phone": Shot(width=390, height=844),
    "phone-samples": Shot(width=390, height=844, samples=True),
}


REVIEWS: Mapping[str, Shot] = {
    "review": Shot(),
    "review-dark": Shot(dark=True),
    "review-zh": Shot(locale="zh-CN"),
    "review-phone": Shot(width=390, height=844),
}
"""Of the question on an expected value."""


def main() -> None:
    """Make the page, take the pictures, say how large they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", nargs="*", type=Path, help="run folders, or folders above them")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("--only", nargs="*", choices=[*SHOTS, *REVIEWS], default=["leaderboard", "samples", "review"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        options.out.mkdir(parents=True, exist_ok=True)
        shots = {name: SHOTS[name] for name in options.only if name in SHOTS}
        if shots:
            take(leaderboard_pages(folder, options.runs), shots, options.out)
        take_reviews(
            folder / "problems", {name: REVIEWS[name] for name in options.only if name in REVIEWS}, options.out
        )


def leaderboard_pages(folder: Path, runs: list[Path]) -> Mapping[bool, Path]:
    """By whether it is that of the sample data."""
    own = sample_runs(folder / "sample")
    return {
        True: make_page(folder / "samples.html", [own]),
        False: make_page(folder / "page.html", runs or [scored(folder / "scored") or own]),
    }


def make_page(page: Path, runs: list[Path]) -> Path:
    """A page with its samples."""
    bench("leaderboard", *runs, "--out", page, "--with-samples")
    return page


def sample_runs(folder: Path) -> Path:
    """Two runs over the sample data."""
    for setting in ([], ["--no-context"]):
        bench("run", "longbench", "--model", "lexical", "--data", "sample", "--out", folder, *setting)
    return folder


def scored(folder: Path) -> Path | None:
    """Runs of real models' predictions, where they are at hand."""
    predictions = Path(os.environ.get("BENCH_SHARED", ROOT.parent / "shared")) / "data" / "longbench" / "predictions"
    models = sorted(path for path in predictions.glob("*") if path.is_dir())
    for model in models:
        bench("score", "longbench", model, "--out", folder)
    return folder if models else None


def bench(*arguments: object) -> None:
    """The command line, as a user would call it."""
    command = [sys.executable, "-m", "bench", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 3}:
        sys.exit(done.stderr)


def chromium() -> str:
    """The machine's own browser."""
    names = [os.environ["BENCH_CHROMIUM"]] if "BENCH_CHROMIUM" in os.environ else NAMES
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        sys.exit("there is no Chromium here: install it (apt: chromium), or set BENCH_CHROMIUM")
    return found


def take(pages: Mapping[bool, Path], shots: Mapping[str, Shot], out: Path) -> None:
    """Every picture of the leaderboard, and its size.

    Args:
        pages: by whether it is that of the sample data.
    """
    with browser_started() as browser:
        for name, shot in shots.items():
            file = out / f"{name}.png"
            picture(browser, pages[shot.samples], shot, file)
            report(file)


def take_reviews(folder: Path, shots: Mapping[str, Shot], out: Path) -> None:
    """Every picture of a review, and its size."""
    sys.path.insert(0, str(ROOT / "tests"))
    from review_folders import made_folder

    from bench.benchmarks.ncb.construction.review.server import Server
    from bench.benchmarks.ncb.construction.review.session import Session

    with browser_started() as browser:
        for name, shot in shots.items():
            server = Server(Session(made_folder(folder / name / "problems"), by=""))
            with server.serving(), page_of(browser, shot) as page:
                page.goto(server.url)
                page.locator("#choices button").first.wait_for()
                page.keyboard.press("1")
                page.locator("mark.line").wait_for()
                page.screenshot(path=out / f"{name}.png")
            report(out / f"{name}.png")


@contextmanager
def browser_started() -> Iterator[Browser]:
    """The machine's own browser, until it is closed."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def page_of(browser: Browser, shot: Shot) -> Iterator[Page]:
    """A page as a picture wants it."""
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height},
        color_scheme="dark" if shot.dark else "light",
        locale=shot.locale,
        reduced_motion="reduce",
    )
    yield context.new_page()
    context.close()


def report(file: Path) -> None:
    """How large a picture is."""
    size = file.stat().st_size
    print(f"{file}  {size:,} bytes{'' if size < LIMIT else f', more than {LIMIT:,}'}")


def picture(browser: Browser, path: Path, shot: Shot, file: Path) -> None:
    """One picture of the leaderboard, when all that it shows is there."""
    with page_of(browser, shot) as page:
        page.goto(f"{path.as_uri()}#{shot.state}")
        if shot.samples:
            open_samples(page)
        if shot.scroll:
            page.locator(shot.scroll).first.evaluate("one => one.scrollIntoView()")
        page.wait_for_function(DRAWN)
        page.screenshot(path=file)


def open_samples(page: Page) -> None:
    """The samples on which the two runs differ."""
    page.locator(f".board:not([hidden]) .drill[data-task={SHOWN}]").first.evaluate("one => one.click()")
    page.locator("#viewer article").wait_for()
    page.locator("#viewer select[name=beside]").select_option(index=1)
    page.locator("#viewer article").nth(1).wait_for()
    page.locator("#viewer select[name=show]").select_option("changed")
    page.locator("#viewer [aria-busy]").wait_for(state="detached")


if __name__ == "__main__":
    main()
