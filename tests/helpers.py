"""Small data sets in LongBench's format, and the command line as a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PROMPTS = {
    "qasper": "Read this.\n{context}\nQ: {input}\nA:",
    "trec": "{context}\n{input}",
    "multifieldqa_zh": "阅读：{context}\n问题：{input}\n回答：",
    "samsum": "{context}\n{input}",
}


def sample_row(task: str, number: int, **other: Any) -> dict[str, Any]:
    """One row with LongBench's eight keys; every second row shares its document with the one before."""
    first = number - number % 2
    told = f"The answers to questions {first} and {first + 1} are red{first} and red{first + 1}. "
    return {
        "input": f"Question {number}?",
        "context": f"Document {first}. {told}" + "Filler. " * 20,
        "answers": [f"red{number}"],
        "length": 30 + number,
        "dataset": task,
        "language": "zh" if task.endswith("zh") else "en",
        "all_classes": ["red", f"red{number}"] if task == "trec" else None,
        "_id": f"id{number}",
        **other,
    }


def write_lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    """A JSONL file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def make_data(folder: Path, *, tasks: tuple[str, ...] = ("qasper", "trec"), rows: int = 6, suffix: str = "") -> Path:
    """A data folder with prompt texts of our own."""
    folder.mkdir(parents=True, exist_ok=True)
    for task in tasks:
        write_lines(folder / f"{task}{suffix}.jsonl", [sample_row(task, number) for number in range(rows)])
    (folder / "dataset2prompt.json").write_text(json.dumps(PROMPTS))
    return folder


def bench(
    *arguments: object, env: Mapping[str, str] | None = None, timeout: float = 120, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own."""
    command = [sys.executable, "-m", "bench", *[str(argument) for argument in arguments]]
    merged = {**os.environ, **(env or {})}
    return subprocess.run(command, capture_output=True, text=True, env=merged, timeout=timeout, check=False, cwd=cwd)


def run_folder(done: subprocess.CompletedProcess[str]) -> Path:
    """The folder that a command names in its last line."""
    return Path(done.stderr.strip().splitlines()[-1])


def result_of(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The result.json of the run that a command made."""
    return json.loads((run_folder(done) / "result.json").read_text())  # type: ignore[no-any-return]
