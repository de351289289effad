"""Sample data as files: the one of `--data sample`, and longer ones on disk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from bench.benchmarks.longbench.v2.sample.generate import generate
from bench.benchmarks.longbench.v2.sample.prompts import PROMPTS
from bench.jsonl import replace_file

SAMPLE_WORDS, SAMPLE_COUNT = 900, 24


@cache
def sample_data() -> bytes:
    """The data.json of `--data sample`, made on the spot."""
    return "".join(_array(SAMPLE_COUNT, SAMPLE_WORDS, 0)).encode()


def write_samples(out: Path, *, words: int, count: int = 12, seed: int = 0) -> list[Path]:
    """Write sample data of any length in the layout of the real data: data.json, and the prompts in `prompts/`.

    Rows are made and written one at a time. A file appears under its name only when it is whole.

    Args:
        out: the folder, made where missing.
        words: of the longest documents, see `generate`.
        count: rows.

    Returns:
        The files, data.json first.
    """
    (out / "prompts").mkdir(parents=True, exist_ok=True)
    replace_file(out / "data.json", _array(count, words, seed))
    written = [out / "data.json"]
    for name, text in PROMPTS.items():
        written.append(out / "prompts" / f"{name}.txt")
        replace_file(written[-1], [text])
    return written


def _array(count: int, words: int, seed: int) -> Iterator[str]:
    yield "["
    for number, row in enumerate(generate(count=count, words=words, seed=seed)):
        yield (",\n" if number else "\n") + json.dumps(row, ensure_ascii=False, indent=2)
    yield "\n]\n"
