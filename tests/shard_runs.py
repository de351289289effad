"""Runs that are cut into shards, and what a merged run must have in common with one that was never cut."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.models.fake import Fake
from bench.pipeline import MakeSandbox, Outcome, run_benchmark
from bench.places import Place
from bench.protocols import Benchmark, Model, Selection
from bench.records import Prompt, Shard
from bench.runs import COMPLETIONS, EXECUTIONS, RESULT, RUN, SAMPLES, SCORES, RunFolder
from bench.sandbox.fake import FakeSandbox
from bench.stages.asking import Asking, Conduct

MakeModel = Callable[[], Model]
TIMES = ("seconds", "notes")


def told(prompt: Prompt) -> str:
    """An answer of which every prompt has its own."""
    return f"red{len(prompt.text) % 7} {prompt.attempt} {prompt.step}"


def telling() -> Model:
    """A model that answers so."""
    return Fake(told)


def go(
    benchmark: Benchmark,
    data: Path | str,
    run_dir: Path,
    *,
    shard: Shard | None = None,
    model: MakeModel = telling,
    sandbox: MakeSandbox = FakeSandbox,
    asking: Asking | None = None,
    conduct: Conduct | None = None,
    **selection: Any,
) -> Outcome:
    """One start of a run, of all samples or of one shard."""
    return run_benchmark(
        benchmark,
        model(),
        Selection(data=str(data), shard=shard, **selection),
        Place(run_dir=run_dir),
        asking=asking,
        conduct=conduct,
        sandbox=sandbox,
    )


def cut(benchmark: Benchmark, data: Path | str, out: Path, count: int = 3, **options: Any) -> list[Path]:
    """The folders of all shards of a run."""
    folders = [out / f"shard{number}" for number in range(1, count + 1)]
    for number, folder in enumerate(folders, start=1):
        go(benchmark, data, folder, shard=Shard(number, count), **options)
    return folders


def lines(path: Path) -> list[str]:
    """A file's lines, sorted, without the times in them."""
    rows = [json.loads(line) for line in path.read_text().splitlines()] if path.is_file() else []
    return sorted(json.dumps({name: value for name, value in row.items() if name != "seconds"}) for row in rows)


def result(folder: Path) -> dict[str, Any]:
    """result.json but for times and notes."""
    found = json.loads((folder / RESULT).read_text())
    found["accounting"].pop("tokens_per_second")
    return {name: value for name, value in found.items() if name not in TIMES}


def header(folder: Path) -> dict[str, Any]:
    """What tells runs apart."""
    names = ("schema_version", "name", "benchmark", "setting", "generation_sha256", "generation", "expected")
    found = json.loads((folder / RUN).read_text())
    return {name: found[name] for name in names}


def assert_never_cut(merged: Path, whole: Path) -> None:
    """The merged run is the whole one."""
    for name in (SAMPLES, SCORES):
        assert (merged / name).read_bytes() == (whole / name).read_bytes()
    for name in (COMPLETIONS, EXECUTIONS):
        assert (merged / name).is_file() == (whole / name).is_file()
        assert lines(merged / name) == lines(whole / name)
    assert result(merged) == result(whole)
    assert header(merged) == header(whole)


def fingerprints(folders: Sequence[Path]) -> dict[Path, str]:
    """Of every file in the folders."""
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def rewrite(folder: Path, **fields: Any) -> None:
    """Change what a run.json says."""
    RunFolder.open(folder).keep(**fields)
