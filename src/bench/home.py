"""Where what is kept between runs lies: data that were downloaded, answers, embeddings, verdicts of the gate."""

from __future__ import annotations

import os
from pathlib import Path


def home() -> Path:
    """`$BENCH_HOME`; without it `$XDG_CACHE_HOME/longcode-bench`, by default `~/.cache/longcode-bench`."""
    given = os.environ.get("BENCH_HOME")
    if given:
        return Path(given).expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "longcode-bench"
