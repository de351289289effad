"""How many faults planted in real tests the building of problems finds, and how many sound tests it accuses.

    python benches/seeded_faults.py DATA [--seeds 101 202 303] [--problems N] [--workers N] [--cache DIR]

DATA holds the published problems of NaturalCodeBench. Those whose own solution passes are taken, in English. For each
seed a fault is planted in a random half of their tests, and a tenth of them get another problem's text; then they go
through verify, mutants, measure and align as `bench build-tests` does it, with a scripted model that answers a text
with the solution that belongs to it. What was seen is kept in the cache, so that a bench that was killed goes on.
Needs the sandbox's image: `bench sandbox build`.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from alignment_ranking import rankings
from planting import planted_set
from seeding.counting import Case, cases, defects, median_seconds, table, untouched, worth
from seeding.judging import Judged, judged, passing
from seeding.material import LANGUAGES, Material, materials

from bench.benchmarks.ncb.construction.logs import ObservationLog
from bench.benchmarks.ncb.construction.records import Draft
from bench.benchmarks.ncb.construction.watching import Watch
from bench.progress import Silent
from bench.sandbox.contained import Contained

SEEDS = (101, 202, 303)
"""Not used while the detectors were written; that was done with 1 to 9."""


def main() -> None:
    """Plant, judge, and print what was found."""
    options = arguments()
    options.cache.mkdir(parents=True, exist_ok=True)
    everything = materials(options.data)
    for line in rankings(everything):
        print(line)
    log = ObservationLog(options.cache / "observations.jsonl")
    log.mend()
    watch = Watch(lambda: Contained(workers=options.workers), log, Silent())
    try:
        found = passing(watch, chosen(everything, options.problems))
        print(f"problems whose own solution passes: {_by_language([one.draft for one in found])}", flush=True)
        results = [one_seed(watch, found, seed, options) for seed in options.seeds]
    finally:
        watch.close()
        log.close()
    report(results, wrong=options.wrong)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder of NaturalCodeBench's problems")
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--problems", type=int, help="only so many, half of them in each language")
    parser.add_argument("--workers", type=int, help="containers at once")
    parser.add_argument("--mutants", type=int, default=10, help="of one problem, at most")
    parser.add_argument("--cache", type=Path, default=Path("runs/seeded-faults"), help="where observations are kept")
    parser.add_argument(
        "--wrong", action="store_true", help="show each fault that was missed, each test wrongly flagged"
    )
    return parser.parse_args()


def chosen(found: Sequence[Material], number: int | None) -> list[Material]:
    """All, or the same number of each language, spread over the file."""
    if number is None:
        return list(found)
    each = {language: [one for one in found if one.draft.language == language] for language in LANGUAGES}
    return [one for group in each.values() for one in _spread(group, number // len(LANGUAGES))]


def _spread(found: Sequence[Material], number: int) -> list[Material]:
    return [found[place * len(found) // number] for place in range(min(number, len(found)))]


@dataclass(frozen=True, slots=True)
class Result:
    """One seed's.

    Attributes:
        left: tests that were drawn, but in which nothing could be planted.
        cpu: seconds of processor time of the whole machine meanwhile, the containers' own among them.
    """

    seed: int
    cases: Sequence[Case]
    judged: Sequence[Judged]
    left: int
    seconds: float
    cpu: float


def one_seed(watch: Watch, found: Sequence[Material], seed: int, options: argparse.Namespace) -> Result:
    """Faults, and the pipeline's word on every problem."""
    planted = planted_set([one.draft for one in found], seed)
    began, cpu = time.monotonic(), machine_seconds()
    word = judged(watch, [one.draft for one in planted], answers(found), options.mutants)
    seconds, cpu = time.monotonic() - began, machine_seconds() - cpu
    counted = [
        case
        for problem, material in zip(planted, found, strict=True)
        for case in cases(word[problem.draft.id], problem.planted, material)
    ]
    result = Result(seed, counted, list(word.values()), sum(len(one.left) for one in planted), seconds, cpu)
    tell(result)
    return result


def answers(found: Sequence[Material]) -> Callable[[str], str | None]:
    """The scripted model: it answers a text with the solution that was published with it."""
    known = {text: one.response for one in found for text in one.draft.statements.values()}
    return known.get


def machine_seconds() -> float:
    """Processor time of all that ran since the machine started, in seconds, without idling and waiting."""
    fields = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    return (sum(fields[:8]) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK")


def tell(result: Result) -> None:
    """One seed's table."""
    print(f"\nseed {result.seed}: {_by_language([one.draft for one in result.judged])}")
    print(f"{'kind':<14} {'flagged':>18} {'for what it is':>18}")
    for kind, (flagged, right) in table(result.cases).items():
        print(f"{kind:<14} {flagged!s:>18} {right!s:>18}")
    every, sound = untouched(result.cases)
    print(f"tests that were drawn, but in which nothing could be planted: {result.left}")
    print(f"untouched tests flagged: {every}; less those that were published with a defect: {sound}")
    for kind, share in defects(result.cases).items():
        print(f"  published with a defect, {kind}: {share}")
    print(" ".join(f"{name} {value:.1f}" for name, value in asdict(worth(result.judged)).items()))
    containers = sum(len(one.examined.seen) + len(one.aligned.solved) for one in result.judged)
    took = f"{result.seconds:.0f} s of wall time, {result.cpu:.0f} s of processor time, {containers} containers"
    print(f"{took}; median {median_seconds(result.judged):.1f} s a problem", flush=True)


def report(results: Sequence[Result], *, wrong: bool) -> None:
    """All seeds together, as JSON in the last line."""
    found = [case for result in results for case in result.cases]
    if wrong:
        for case in found:
            if (case.kind and not case.right) or (not case.kind and case.flagged):
                print(json.dumps(asdict(case), ensure_ascii=False))
    every, sound = untouched(found)
    shares: Mapping[str, object] = {kind: str(flagged) for kind, (flagged, _) in table(found).items()}
    print(json.dumps({"flagged": shares, "untouched": str(every), "untouched without defect": str(sound)}))


def _by_language(drafts: Sequence[Draft]) -> str:
    return ", ".join(f"{sum(one.language == name for one in drafts)} {name}" for name in LANGUAGES)


if __name__ == "__main__":
    main()
