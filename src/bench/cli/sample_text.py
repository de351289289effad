"""One attempt at one sample as it is read in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import click

from bench.cli.output import printable

Item = Mapping[str, Any]
WIDTH = 10  # columns of a field's name
NAMED = 20  # tests that are named one by one


def as_text(item: Item) -> str:
    """What was asked, what came back, what was extracted, what running it came to, its value, and why it is zero.

    Args:
        item: as `bench.reading.scored_samples` yields it.
    """
    lines = [click.style(printable(item["sample"]["id"]), bold=True)]
    lines += [_field(name, text) for name, text in _fields(item) if text]
    return "\n".join(lines) + "\n"


def _fields(item: Item) -> Iterator[tuple[str, str]]:
    sample, score, completion = item["sample"], item["score"], item["completion"] or {}
    yield "attempt", str(score["attempt"]) if score["attempt"] else ""
    yield "prompt", f"{sample['head']}\n[...]\n{sample['tail']}" if sample["tail"] else sample["head"]
    yield "targets", "\n".join(sample["targets"])
    yield from ((f"step {step['step'] + 1}", step["error"] or step["text"]) for step in item["steps"])
    yield "thought", completion.get("thought") or ""
    yield "completion", completion.get("error") or completion.get("text", "")
    yield "remarks", "\n".join(completion.get("remarks", ()))
    yield "extracted", score["answer"]
    yield from _ran(item)
    yield "value", _value(score)
    yield "why", score["reason"] or ""
    yield "raised", score["raised"] or ""


def _value(score: Item) -> str:
    value = "not judged" if score["value"] is None else f"{100 * score['value']:.2f}"
    also = ", ".join(f"{name} {100 * number:.2f}" for name, number in score["also"].items())
    return f"{value}  ({also})" if also else value


def _ran(item: Item) -> Iterator[tuple[str, str]]:
    """The verdict, and of each execution its tests and what was printed."""
    yield "verdict", item["score"]["verdict"] or ""
    for run in item["executions"]:
        yield run["extractor"], "\n".join(_report(run))


def _report(run: Item) -> Iterator[str]:
    reason = f": {run['reason']}" if run["reason"] else ""
    yield f"{run['verdict']}, {run['passed']} of {run['total']} tests passed{reason}"
    missed = [f"{name}: {outcome}" for name, outcome in run["tests"].items() if outcome != "passed"]
    yield from missed[:NAMED]
    if len(missed) > NAMED:
        yield f"and {len(missed) - NAMED} more"
    yield from (f"| {line}" for line in run["output"].splitlines())


def _field(name: str, text: str) -> str:
    indented = printable(text).strip("\n").replace("\n", "\n" + " " * (WIDTH + 4))
    return f"  {click.style(f'{name:<{WIDTH}}', dim=True)}  {indented}"
