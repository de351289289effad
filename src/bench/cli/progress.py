"""Progress on stderr: rate, remaining time and running score, drawn by tqdm."""

from __future__ import annotations

import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from tqdm import tqdm

EVERY = 30.0  # seconds between the lines that stand in for a bar where stderr is no terminal


class Bar:
    """A bar for a stage on a terminal, and a plain line now and then in a log file."""

    def __init__(self) -> None:
        self._bar: tqdm[Any] | None = None
        self._sum, self._judged, self._failed = 0.0, 0, 0
        self._verdicts: Counter[str] = Counter()
        self._spent = ""
        self._said = 0.0

    def say(self, line: str) -> None:
        """One line, above the bar."""
        click.echo(line, err=True)

    def start(self, stage: str, *, total: int, done: int) -> None:
        """Begin a stage; what was done in an earlier start counts for the percentage, not for the rate."""
        from tqdm import tqdm

        self._sum, self._judged, self._failed = 0.0, 0, 0
        self._verdicts.clear()
        self._spent = ""
        self._said = time.monotonic()
        # The monitor thread would make forking unsafe, see bench.workers.
        tqdm.monitor_interval = 0
        hidden = sys.stderr if sys.stderr.isatty() else _Nowhere()
        self._bar = tqdm(None, total=total, initial=done, desc=stage, unit="sample", file=hidden, leave=False)

    def advance(
        self,
        *,
        score: float | None = None,
        failed: bool = False,
        verdict: str | None = None,
        status: str | None = None,
    ) -> None:
        """One unit more."""
        assert self._bar is not None
        self._failed += failed
        self._spent = status or self._spent
        if score is not None:
            self._sum, self._judged = self._sum + score, self._judged + 1
        if verdict is not None:
            self._verdicts[verdict] += 1
        if self._judged or self._failed or self._verdicts or self._spent:
            self._bar.set_postfix_str(self._status(), refresh=False)
        self._bar.update()
        if not sys.stderr.isatty() and time.monotonic() - self._said > EVERY:
            self._said = time.monotonic()
            self.say(str(self._bar))

    def _status(self) -> str:
        mean = f"score {100 * self._sum / self._judged:.1f}" if self._judged else ""
        verdicts = [f"{count} {name}" for name, count in self._verdicts.most_common()]
        lost = f"{self._failed} not judged" if self._verdicts else f"{self._failed} failed"
        return ", ".join(part for part in (mean, *verdicts, lost if self._failed else "", self._spent) if part)

    def end(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


class _Nowhere:
    """A stream for a bar that only counts."""

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        return None
