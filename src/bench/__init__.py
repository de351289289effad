"""LongBench and NaturalCodeBench: the authors' exact number, from one command.

import bench

result = bench.run("longbench", model="lexical", data="sample")
result.overall["en"]["score"]

for sample in bench.load_samples("longbench", task="qasper", data="sample"):
    sample.input["context"], sample.targets

frame = bench.results("runs")
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.arrow import sample_from_row as sample_from_row
    from bench.leaderboard.frame import results as results
    from bench.library import run as run
    from bench.loading import load_samples as load_samples

__all__ = ["load_samples", "results", "run", "sample_from_row"]

_WHERE = {
    "run": "bench.library",
    "load_samples": "bench.loading",
    "results": "bench.leaderboard.frame",
    "sample_from_row": "bench.arrow",
}


def __getattr__(name: str) -> Any:
    """Import on first use: `import bench` stays quick."""
    if name in _WHERE:
        return getattr(importlib.import_module(_WHERE[name]), name)
    raise AttributeError(f"module 'bench' has no attribute {name!r}")
