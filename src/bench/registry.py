"""Benchmarks by folder: every package under `bench.benchmarks` that names `BENCHMARKS` is found."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import Any

from bench.errors import UserError, did_you_mean
from bench.protocols import Benchmark


@cache
def benchmarks() -> Mapping[str, Benchmark]:
    """Every benchmark by its name."""
    return {benchmark.name: benchmark for module in _modules() for benchmark in module.BENCHMARKS}


def find_benchmark(name: str, variant: str | None = None) -> Benchmark:
    """The benchmark of a name, or of a name and a variant (`longbench`, `e`).

    Raises:
        UserError: there is none.
    """
    known = benchmarks()
    if name not in known:
        raise UserError(f"no benchmark {name!r}{did_you_mean(name, known)}")
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

    found = [importlib.import_module(f"{package.__name__}.{m.name}") for m in pkgutil.iter_modules(package.__path__)]
    return tuple(module for module in found if hasattr(module, "BENCHMARKS"))
