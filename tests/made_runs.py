"""Runs for the tests of the leaderboard: made by the real pipeline, by a model that answers as it is told."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from helpers import bench as bench_command
from helpers import write_lines
from own_data import make_card

import bench
from bench.jsonl import read_lines
from bench.places import Place
from bench.record_log import ExecutionLog
from bench.records import Completion, Execution, Prompt, Usage
from bench.runs import RunFolder

Answer = str | Mapping[str, Any]
"""A text, or fields of the completion."""


class Telling:
    """Gives the answers that it was handed, by the id of the sample.

    Args:
        answers: one for each sample; those without get an empty one.
    """

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self.name = "telling"
        self.spec: Mapping[str, Any] = {"backend": "telling"}
        self._answers = answers

    def generate(self, prompts: Iterable[Prompt]) -> Iterator[Completion]:
        """One after the other."""
        for prompt in prompts:
            answer = self._answers.get(prompt.sample_id, "")
            fields: Mapping[str, Any] = {"text": answer, "finish_reason": "stop"} if isinstance(answer, str) else answer
            usage = Usage(input_tokens=len(prompt.text), output_tokens=5)
            key = {"sample_id": prompt.sample_id, "attempt": prompt.attempt, "step": prompt.step}
            yield Completion(**{**key, "usage": usage, **fields})


def own_run(
    folder: Path, rows: list[dict[str, Any]], answers: Mapping[str, Answer], *, name: str = "telling", **options: Any
) -> RunFolder:
    """A new run over a card of one's own.

    Args:
        folder: takes the card and the runs.
        rows: lines of the data, see `own_data.row`.
        options: of `bench.run`.
    """
    tasks = dict.fromkeys(row["task"] for row in rows)
    head = 'name = "made"\ndata = "contracts.jsonl"\nprompt = "{context} Q: {question} A:"\nmetric = "qa_f1_score"\n'
    card = make_card(folder / "card", head + "".join(f"\n[tasks.{task}]\n" for task in tasks), rows)
    return new_run(folder / "runs", str(card), Telling(answers), name=name, **options)


def new_run(out: Path, benchmark: str, model: Any, *, name: str | None = None, **options: Any) -> RunFolder:
    """The folder of a run that was made just now."""
    before = set(out.rglob("run.json"))
    bench.run(benchmark, model=model, place=Place(out=out, name=name, new=True), **options)
    (made,) = set(out.rglob("run.json")) - before
    return RunFolder.open(made.parent)


def rename_task(folder: RunFolder, old: str, new: str) -> None:
    """What a foreign hand may do to a run: give a task a name that none of ours could have."""
    for name in ("samples.jsonl", "scores.jsonl"):
        lines = lines_of(folder.path / name)
        changed = [{**line, "task": new if line["task"] == old else line["task"]} for line in lines]
        (folder.path / name).write_text("".join(json.dumps(line) + "\n" for line in changed))
    result = json.loads((folder.path / "result.json").read_text())
    result["tasks"] = {new if task == old else task: table for task, table in result["tasks"].items()}
    (folder.path / "result.json").write_text(json.dumps(result))


def add_execution(folder: RunFolder, **fields: Any) -> None:
    """Code that was run; nobody ran it."""
    log = ExecutionLog(folder.path / "executions.jsonl")
    with log.appending() as appender:
        appender.add(Execution(**fields))
    log.close()


def say_again(folder: RunFolder, out: Path, *, name: str) -> RunFolder:
    """The same run under another name, with other answers: each sample has the answer of the one before."""
    shutil.copytree(folder.path, out / name)
    header = json.loads((out / name / "run.json").read_text())
    (out / name / "run.json").write_text(json.dumps({**header, "name": name}))
    lines = lines_of(out / name / "completions.jsonl")
    texts = [line["text"] for line in lines]
    moved = [{**line, "text": text} for line, text in zip(lines, [texts[-1], *texts[:-1]], strict=True)]
    write_lines(out / name / "completions.jsonl", moved)
    scored = bench_command("score", folder.benchmark, out / name)
    assert scored.returncode == 0, scored.stderr
    return RunFolder.open(out / name)


def forge(folder: RunFolder, *, result: Mapping[str, Any], **header: Any) -> None:
    """What a foreign hand may write into a run: fields of run.json, and of result.json."""
    for name, fields in (("run.json", header), ("result.json", result)):
        old = json.loads((folder.path / name).read_text())
        (folder.path / name).write_text(json.dumps({**old, **fields}))


def lines_of(file: Path) -> list[dict[str, Any]]:
    """The rows of a JSONL file; U+2028 within a text ends no line."""
    return [line.data for line in read_lines(file)]
