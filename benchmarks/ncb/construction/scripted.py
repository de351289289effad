"""Answers to every prompt about the sample requests, as `--model reference` gives them; mishaps of a real model too."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable


def scripted_answer(sample_id: str) -> str | None:
    """The answer to `<template>/<problem>`; None where there is none."""
    template, _, rest = sample_id.partition("/")
    problem, _, more = rest.partition("/")
    if template == "argue":
        return _argument(more)
    return _answers(problem).get(template)


@cache
def _answers(problem: str) -> dict[str, str]:
    folder = _folder() / "answers" / problem
    if not problem or not folder.is_dir():
        return {}
    found = {entry.name.removesuffix(".md"): entry.read_text(encoding="utf-8") for entry in folder.iterdir()}
    return {"solve": found.get("solution", ""), "more_tests": "NONE", **found}


def _argument(more: str) -> str:
    side = more.rpartition("/")[2]
    if side == "test":
        return "The text does not promise the value that the test expects; no honest case can be made."
    return "The text says how the value comes about, and the solution's follows from it step by step."


def _folder() -> Traversable:
    return files("bench.benchmarks.ncb.construction.sample")
