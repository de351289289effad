"""A page over 20 runs of 4,750 rows: how long it takes to build, how large it is, how quick it is in a browser.

    python benches/leaderboard_speed.py [PREDICTIONS]

PREDICTIONS is a folder with one folder of predictions a model, in the authors' layout; by default the test data's,
where BENCH_SHARED names them. The runs beyond those are resampled: the answers of a model's rows exchanged at random
within a task, and scored. What is wanted: built in under 10 s on two cores, first paint under 2 s, sorting under 100
ms, below 5 MB. Seconds of processor time stand beside those of the clock: on a busy machine only they say much.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

RUNS = 20
REPEATS = 5
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
SORT = """
    (key) => new Promise((done) => {
        const button = document.querySelector(`.board:not([hidden]) .heads th[data-key="${key}"] button`);
        const begin = performance.now();
        button.click();
        document.body.getBoundingClientRect();
        const laid = performance.now();
        requestAnimationFrame(() => setTimeout(() => done([laid - begin, performance.now() - begin])));
    })
"""


def main() -> None:
    """Make the runs, build the page with and without samples, look at it."""
    shared = Path(os.environ.get("BENCH_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("predictions", nargs="?", type=Path, default=shared / "data" / "longbench" / "predictions")
    parser.add_argument("--runs", type=int, default=RUNS)
    options = parser.parse_args()
    models = sorted(path for path in options.predictions.glob("*") if path.is_dir())
    if not models:
        sys.exit(f"{options.predictions}: holds no folder of predictions")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        make_runs(folder, models, options.runs)
        report(folder)


def make_runs(folder: Path, models: list[Path], count: int) -> None:
    """Score every model as it is, and again with its answers exchanged."""
    for number in range(count):
        model = models[number % len(models)]
        source, name = model, model.name
        if number >= len(models):
            name = f"{model.name}-resampled-{number}"
            source = folder / "predictions" / name
            exchange(model, source, random.Random(number))  # noqa: S311 - which answer goes where is no secret
        bench("score", "longbench", source, "--name", name, "--out", folder / "runs")


def exchange(model: Path, out: Path, chance: random.Random) -> None:
    """The same rows; two of three keep their answer, the others have one of another row of their task."""
    out.mkdir(parents=True)
    for file in model.glob("*.jsonl"):
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line.strip()]
        answers = [row["pred"] for row in rows]
        changed = [{**row, "pred": chance.choice(answers)} if chance.random() < 1 / 3 else row for row in rows]
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in changed)
        (out / file.name).write_text("".join(lines), encoding="utf-8")


def bench(*arguments: object) -> str:
    """The command line as a user calls it; returns its seconds, by the clock and of the processor."""
    begin, used = time.perf_counter(), processor()
    command = [sys.executable, "-m", "bench", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 3}:
        sys.exit(done.stderr)
    return f"{time.perf_counter() - begin:.1f} s ({processor() - used:.1f} s of a core)"


def processor() -> float:
    """Seconds that the processes started so far have used."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def report(folder: Path) -> None:
    """What was measured, line by line."""
    plain, rich = folder / "plain.html", folder / "rich.html"
    bench("leaderboard", folder / "runs", "--out", plain)  # the first page of all makes the chart library
    built = bench("leaderboard", folder / "runs", "--out", plain)
    with_samples = bench("leaderboard", folder / "runs", "--out", rich, "--with-samples")
    beside = sum(file.stat().st_size for file in rich.with_suffix(".samples").rglob("*.js"))
    say("built", built, "< 10 s")
    say("built with samples", with_samples, "< 10 s")
    say("the page", f"{plain.stat().st_size / 1e6:.2f} MB", "< 5 MB")
    say("samples beside it", f"{beside / 1e6:.1f} MB")
    for what, value, wanted in in_browser(rich):
        say(what, value, wanted)


def say(what: str, value: str, wanted: str = "") -> None:
    """One line of the table."""
    print(f"{what:<34}{value:<40}{wanted}")


def in_browser(page: Path) -> Iterator[tuple[str, str, str]]:
    """First paint, sorting with all tasks shown, and opening a sample."""
    from playwright.sync_api import sync_playwright

    names = [os.environ.get("BENCH_CHROMIUM", "chromium"), "chromium-browser", "google-chrome"]
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        yield "NOT MEASURED", "there is no Chromium here", ""
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)

        def opened() -> Page:
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            tab = context.new_page()
            tab.goto(f"{page.as_uri()}#columns=overall.category.task", wait_until="load")
            tab.wait_for_function(f"{PAINT} !== undefined")
            return tab

        paints = [float(opened().evaluate(PAINT)) for _ in range(REPEATS)]
        tab = opened()
        keys = tab.locator(".board:not([hidden]) .heads th[data-place]").evaluate_all(
            "heads => heads.map((head) => head.dataset.key)"
        )
        times = [tab.evaluate(SORT, key) for key in keys]
        yield "first contentful paint", f"{spread(paints)} ms", "< 2,000 ms"
        yield f"sorting {len(keys)} columns", f"{spread([one[0] for one in times])} ms", "< 100 ms"
        yield "sorting, until painted", f"{spread([one[1] for one in times])} ms", ""
        yield "the samples of a number", f"{spread([sample(tab) for _ in range(REPEATS)])} ms", ""
        browser.close()


def sample(tab: Page) -> float:
    """Milliseconds from a click on a number to its first sample, the second time from memory."""
    tab.keyboard.press("Escape")
    begin = time.perf_counter()
    tab.locator(".board:not([hidden]) .drill").first.evaluate("one => one.click()")
    tab.locator("#viewer article").wait_for()
    return 1000 * (time.perf_counter() - begin)


def spread(values: list[float]) -> str:
    """Median and the largest."""
    return f"{statistics.median(values):.0f} (at most {max(values):.0f})"


if __name__ == "__main__":
    main()
