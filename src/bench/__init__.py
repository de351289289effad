"""LongBench and NaturalCodeBench: the authors' exact number, from one command.

import bench

result = bench.run("longbench", model="lexical", data="sample")
result.overall["en"]["score"]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.library import run as run

__all__ = ["run"]


def __getattr__(name: str) -> Any:
    """Import on first use: `import bench` stays quick."""
    if name == "run":
        from bench.library import run

        return run
    raise AttributeError(f"module 'bench' has no attribute {name!r}")
