"""How often 95 % intervals hold the truth, and how often a test sees a difference where there is none.

    python benches/interval_coverage.py [--trials 2000] [--json]

Data of known truth are drawn anew for every trial: documents differ, and their questions resemble each other. It is
seeded, so that two machines print the same table. The table of docs/statistics.md is its output.
"""

from __future__ import annotations

import argparse
import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.statistics import Estimate, average, clustered_difference, clustered_mean, pass_at_k, sign_flip
from bench.statistics.intervals import t_test

Rng = np.random.Generator
Floats = np.ndarray[Any, np.dtype[np.float64]]
Draw = Callable[[Rng, int], Floats]
"""Values in [0, 1] of the questions of one document."""
TASKS = 6  # of an average
PROBLEMS, ATTEMPTS, K = 70, 10, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """One way that data come about.

    Attributes:
        truth: what is estimated.
        estimate: of one trial, whose clusters bear the given name.
    """

    name: str
    truth: float
    estimate: Callable[[Rng, str], Estimate]


def right_or_wrong(rng: Rng, size: int) -> Floats:
    """A document that is easier or harder than others; 40 % right in the mean."""
    return np.asarray(rng.binomial(1, rng.beta(2, 3), size=size), dtype=np.float64)


def skewed(rng: Rng, size: int) -> Floats:
    """Scores like F1: many near 0, few near 1, mean 0.2; questions of one document alike."""
    return np.full(size, float(rng.beta(0.5, 2)))


def rare(rng: Rng, size: int) -> Floats:
    """One in twenty right."""
    return np.asarray(rng.binomial(1, 0.05, size=size), dtype=np.float64)


def mean(draw: Draw, documents: int, least: int, most: int) -> Callable[[Rng, str], Estimate]:
    """The mean over documents of `least` to `most` questions."""
    return lambda rng, name: clustered_mean(*rows(rng, name, draw, documents, least, most))


def rows(rng: Rng, name: str, draw: Draw, documents: int, least: int, most: int) -> tuple[Floats, list[str]]:
    """Values with their clusters."""
    sizes = rng.integers(least, most + 1, size=documents)
    values = np.concatenate([draw(rng, int(size)) for size in sizes])
    return values, [f"{name}/{document}" for document, size in enumerate(sizes) for _ in range(size)]


def difference(draw: Draw, documents: int, least: int, most: int) -> Callable[[Rng, str], Estimate]:
    """Two runs that are equally good on every document."""

    def pair(rng: Rng, size: int) -> Floats:
        return draw(rng, size) - draw(rng, size)

    return lambda rng, name: clustered_difference(*rows(rng, name, pair, documents, least, most))


def changed(count: int, up: float, down: float) -> Callable[[Rng, str], Estimate]:
    """Two runs that differ on few samples: so many rise, so many fall."""

    def estimate(rng: Rng, name: str) -> Estimate:
        place = rng.random(count)
        values = np.where(place < up, 1.0, np.where(place > 1 - down, -1.0, 0.0))
        return clustered_difference(values, [f"{name}/{row}" for row in range(count)])

    return estimate


def averaged(part: Callable[[Rng, str], Estimate]) -> Callable[[Rng, str], Estimate]:
    """The plain mean of several tasks."""
    return lambda rng, name: average([part(rng, f"{name}/{task}") for task in range(TASKS)])


def two_languages(rng: Rng, name: str) -> Estimate:
    """The mean of two tasks over the same problems, asked in two languages."""
    chance = rng.beta(0.5, 0.75, size=PROBLEMS)
    problems = [f"{name}/{problem}" for problem in range(PROBLEMS)]
    return average([clustered_mean(rng.binomial(1, chance).astype(float), problems) for _ in range(2)])


def several_attempts(rng: Rng, name: str) -> Estimate:
    """pass@k of problems of two kinds, which pass one attempt in ten and three in ten."""
    passes = rng.binomial(ATTEMPTS, rng.choice(CHANCES, size=PROBLEMS))
    values = [pass_at_k(ATTEMPTS, int(c), K) for c in passes]
    return clustered_mean(values, [f"{name}/{problem}" for problem in range(PROBLEMS)])


CHANCES = (0.1, 0.3)
PASS_AT_K = float(np.mean([1 - (1 - chance) ** K for chance in CHANCES]))

DESIGNS: Sequence[Design] = (
    Design(name="10 documents of 3 questions, right or wrong", truth=0.4, estimate=mean(right_or_wrong, 10, 3, 3)),
    Design(name="20 documents of 5 questions, right or wrong", truth=0.4, estimate=mean(right_or_wrong, 20, 5, 5)),
    Design(name="60 documents of 3 questions, right or wrong", truth=0.4, estimate=mean(right_or_wrong, 60, 3, 3)),
    Design(name="200 documents of 1 question, right or wrong", truth=0.4, estimate=mean(right_or_wrong, 200, 1, 1)),
    Design(name="20 documents of 1 to 7 questions", truth=0.4, estimate=mean(right_or_wrong, 20, 1, 7)),
    Design(name="60 documents of 1 to 7 questions", truth=0.4, estimate=mean(right_or_wrong, 60, 1, 7)),
    Design(name="20 documents of 2 questions, skewed scores", truth=0.2, estimate=mean(skewed, 20, 2, 2)),
    Design(name="60 documents of 2 questions, skewed scores", truth=0.2, estimate=mean(skewed, 60, 2, 2)),
    Design(name="200 questions, one in twenty right", truth=0.05, estimate=mean(rare, 200, 1, 1)),
    Design(name="average of 6 tasks, 30 documents of 3", truth=0.4, estimate=averaged(mean(right_or_wrong, 30, 3, 3))),
    Design(name="average of en and zh over 70 problems", truth=0.4, estimate=two_languages),
    Design(name="pass@5 of 10 attempts at 70 problems", truth=PASS_AT_K, estimate=several_attempts),
    Design(name="paired, 20 documents of 3 questions", truth=0.0, estimate=difference(right_or_wrong, 20, 3, 3)),
    Design(name="paired, 60 documents of 1 to 7 questions", truth=0.0, estimate=difference(right_or_wrong, 60, 1, 7)),
    Design(name="paired, 60 documents of 2, skewed scores", truth=0.0, estimate=difference(skewed, 60, 2, 2)),
    Design(name="paired, of 200 samples 10 % rise and 5 % fall", truth=0.05, estimate=changed(200, 0.1, 0.05)),
    Design(name="paired, of 200 samples 2 % rise and 2 % fall", truth=0.0, estimate=changed(200, 0.02, 0.02)),
    Design(
        name="paired average of 6 tasks, 20 documents of 3",
        truth=0.0,
        estimate=averaged(difference(right_or_wrong, 20, 3, 3)),
    ),
)


def main() -> None:
    """Print the tables, for people as Markdown."""
    options = arguments()
    found = {design.name: trials(design, options.trials) for design in DESIGNS}
    if options.json:
        print(json.dumps(found))
        return
    print("| data | 95 % interval holds the truth | permutation p < 0.05 | t-test p < 0.05 |\n|---|---|---|---|")
    for name, shares in found.items():
        print(f"| {name} | {' | '.join(map(shown, shares.values()))} |")


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=2000, help="of each design")
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    return parser.parse_args()


def trials(design: Design, count: int) -> dict[str, float | None]:
    """The share of intervals that hold the truth; of true differences of 0, the share of tests that see one."""
    rng = np.random.default_rng(zlib.crc32(design.name.encode()))
    estimates = [design.estimate(rng, f"{trial}") for trial in range(count)]
    nothing = [found.found for found in estimates if found.found is not None] if design.truth == 0 else []
    return {
        "coverage": float(np.mean([holds(found, design.truth) for found in estimates])),
        "permutation": float(np.mean([sign_flip(found.shares) < 0.05 for found in nothing])) if nothing else None,
        "t": float(np.mean([(t_test(found) or 0.0) < 0.05 for found in nothing])) if nothing else None,
    }


def holds(found: Estimate, truth: float) -> bool:
    """Whether the truth lies in the interval."""
    assert found.low is not None
    assert found.high is not None
    return found.low <= truth <= found.high


def shown(share: float | None) -> str:
    """Per cent, or nothing."""
    return "" if share is None else f"{100 * share:.1f} %"


if __name__ == "__main__":
    main()
