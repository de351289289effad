"""What a build would take, before anything is asked or run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.benchmarks.ncb.construction.folder import Folder
from bench.benchmarks.ncb.construction.records import Request
from bench.benchmarks.ncb.construction.screening import ruled
from bench.benchmarks.ncb.construction.templates import Templates
from bench.benchmarks.ncb.construction.work import Settings
from bench.spending import estimated_tokens

TRIALS = 4
"""Of each problem besides mutants and solutions: its own solution, and three that are none."""
SECONDS = 0.5
"""Of one trial on two cores, most of it the container's."""
SOLUTION, TEXT = 2_500, 1_200
"""Bytes of a usual solution or test file, and of the text of a problem."""
ANSWERS = {"screen": 60, "statement": 350, "solution": 700, "tests": 1_400, "more_tests": 700, "solve": 700}
"""New tokens of a usual answer to each template."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """At most so much.

    Attributes:
        dropped: requests that the rules drop.
        prompts, tokens_in, tokens_out: of all models together; tokens are estimates.
        trials: in containers.
        minutes: that the trials take on two cores.
    """

    requests: int
    dropped: int
    prompts: int
    tokens_in: int
    tokens_out: int
    trials: int
    minutes: float


def foresee(
    requests: Sequence[Request] | None, folder: Folder, settings: Settings, templates: Templates, solvers: int
) -> Forecast:
    """What building all these requests from the start would take."""
    rows = folder.read("requests") if requests is None else list(requests)
    left = [row for at, row in enumerate(rows) if ruled(row, rows[:at]) is None]
    counts = {
        "screen": 1,
        "statement": 1,
        "solution": 1,
        "tests": 1,
        "more_tests": settings.budget,
        "solve": settings.solutions * solvers,
    }
    bytes_in = sum(
        count * (_size(templates, name, row) + _carried(name, row)) for row in left for name, count in counts.items()
    )
    rounds = 1 + settings.budget
    trials = len(left) * (rounds * (TRIALS + settings.mutants) + settings.solutions * solvers)
    return Forecast(
        requests=len(rows),
        dropped=len(rows) - len(left),
        prompts=len(left) * sum(counts.values()),
        tokens_in=estimated_tokens(bytes_in),
        tokens_out=len(left) * sum(count * ANSWERS[name] for name, count in counts.items()),
        trials=trials,
        minutes=trials * SECONDS / 60,
    )


def _size(templates: Templates, name: str, request: Request) -> int:
    return len(templates.texts[f"{name}_{request.natural_language}.txt"].encode())


def _carried(name: str, request: Request) -> int:
    """What is put into a template, about."""
    text = len(request.text.encode())
    return {
        "screen": text,
        "statement": text,
        "solution": TEXT,
        "solve": TEXT,
        "tests": TEXT + SOLUTION,
        "more_tests": TEXT + 2 * SOLUTION,
    }[name]
