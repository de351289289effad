"""One attempt at one sample as it is read in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from bench.cli.output import printable
from bench.reading import OF_AN_ATTEMPT

Item = Mapping[str, Any]
WIDTH = 10  # columns of a field's name
TESTS, LINES = 20, 30  # of a report, and of what was printed, that are shown


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
    """The verdict; of what the answer itself came to also the tests that did not pass, and what was printed."""
    reason = f": {run['reason']}" if run["reason"] else ""
    yield f"{run['verdict']}, {run['passed']} of {run['total']} tests passed{reason}"
    if run["extractor"] not in OF_AN_ATTEMPT:
        return
    missed = [f"{name}: {outcome}" for name, outcome in run["tests"].items() if outcome != "passed"]
    yield from _first(missed, TESTS)
    yield from _first([f"| {line}" for line in run["output"].splitlines()], LINES)


def _first(lines: Sequence[str], most: int) -> Iterator[str]:
    yield from lines[:most]
    if len(lines) > most:
        yield f"and {len(lines) - most} more lines; --json has them all"


def _field(name: str, text: str) -> str:
    indented = printable(text).strip("\n").replace("\n", "\n" + " " * (WIDTH + 4))
    return f"  {click.style(f'{name:<{WIDTH}}', dim=True)}  {indented}"
