"""Benchmarks by folder: every package under `bench.benchmarks` that names `BENCHMARKS`; and by the path of a card."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from bench.benchmarks.own import is_card, load_own
from bench.errors import UserError, did_you_mean
from bench.protocols import Benchmark


@cache
def benchmarks() -> Mapping[str, Benchmark]:
    """Every benchmark by its name."""
    return {benchmark.name: benchmark for module in _modules() for benchmark in module.BENCHMARKS}


def find_benchmark(name: str, variant: str | None = None) -> Benchmark:
    """The benchmark of a name, of a name and a variant (`longbench`, `e`), or of a card: its path, or its folder's.

    Raises:
        UserError: there is none.
        DataError: the card is not whole.
    """
    known = benchmarks()
    if name not in known and variant is None and is_card(name):
        return load_own(Path(name).expanduser(), known)
    if name not in known:
        raise UserError(
            f"no benchmark {name!r}{did_you_mean(name, known)}; a data set of your own is named by its card.toml"
        )
    if variant is None:
        return known[name]
    variants: dict[str, str] = {}
    for module in _modules():
        variants |= getattr(module, "VARIANTS", {}).get(name, {})
    if variant not in variants:
        raise UserError(f"{name} has no variant {variant!r}{did_you_mean(variant, variants)}")
    return known[variants[variant]]


@cache
def _modules() -> tuple[Any, ...]:
    import bench.benchmarks as package

    folders = [module.name for module in pkgutil.iter_modules(package.__path__) if module.ispkg]
    found = [importlib.import_module(f"{package.__name__}.{name}") for name in folders]
    return tuple(module for module in found if hasattr(module, "BENCHMARKS"))
