"""What `bench capacity` foretells, beside what was measured: small runs to plan by, then other and larger ones.

    python benches/capacity.py [--data problems] [--predictions pred/model] [--checks replicas,more,fewer,nodes,score]

replicas  one server with 8 requests in flight and short prompts tells of two servers with 16 each and longer prompts;
          the servers are `capacity_engine.py`, which shares its time otherwise than the simulation takes it
fewer     96 references of NaturalCodeBench, six at a time, tell of the same ones three at a time
nodes     they tell of the same ones on two Ray nodes of one core; left out where Ray is not installed
more      they tell of 144 others, as many at a time; so few tell little of others, one of which takes 25 s
score     a quarter of the rows of LongBench predictions, scored by one process, tells of the others scored by two

`--data` is a folder with the public problems, for `more` and `fewer`, which need the sandbox's image; `--predictions` a
folder in the authors' layout, for `score`. Checks whose data are not given are left out. Nothing else may work on the
machine: the load of others is in both numbers, but not evenly.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cluster_overhead import two_nodes

from bench.benchmarks.ncb import NATURAL_CODE_BENCH
from bench.clusters import Executor
from bench.library import run
from bench.models import load_model
from bench.pipeline import run_benchmark
from bench.places import Place
from bench.protocols import Sandbox, Selection
from bench.runs import RunFolder
from bench.sandbox.contained import Contained

ENGINE = Path(__file__).with_name("capacity_engine.py")
FILES = [f"ncb_{language}_{natural}.jsonl" for language in ("python", "java") for natural in ("en", "zh")]
EACH = 24  # problems of each task to plan by
Foretold = tuple[str, float, float]
"""A check, the seconds that were foretold and those that were measured."""


def main() -> None:
    """Measure, and print a table and one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a folder with ncb_python_en.jsonl and its like")
    parser.add_argument("--predictions", type=Path, help="a folder with <data set>.jsonl")
    parser.add_argument("--checks", default=",".join(CHECKS))
    parser.add_argument("--seed", type=int, default=1, help="which problems and rows are on which side")
    options = parser.parse_args()
    found: list[Foretold] = []
    for name in options.checks.split(","):
        with tempfile.TemporaryDirectory() as temporary:
            for foretold in CHECKS[name](options, Path(temporary)):
                found.append(foretold)
                _say(*foretold)
    print(json.dumps({name: round(100 * (guess / seconds - 1), 1) for name, guess, seconds in found}))


def _say(name: str, guess: float, seconds: float) -> None:
    print(f"{name}: foretold {guess:.1f} s, measured {seconds:.1f} s, {100 * (guess / seconds - 1):+.1f} %", flush=True)


def foretell(folder: Path, stage: str, **options: object) -> float:
    """Seconds of a stage, by the command itself."""
    words = [word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", str(value))]
    command = [sys.executable, "-m", "bench", "capacity", str(folder), "--json", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    (plan,) = json.loads(done.stdout)
    return float(next(found["seconds"] for found in plan["stages"] if found["name"] == stage))


def measured(folder: Path, stage: str) -> float:
    """Seconds of a stage, as its run wrote them down."""
    return float(RunFolder.open(folder).stages[stage]["seconds"])


# -- replicas


def replicas(options: argparse.Namespace, temporary: Path) -> Iterator[Foretold]:
    """Generation by two servers, foretold from one."""
    draw = random.Random(options.seed)
    small = [draw.randint(2_000, 12_000) for _ in range(150)]
    large = [draw.randint(8_000, 40_000) for _ in range(400)]
    planned = ask(temporary / "small", small, servers=1, in_flight=8)
    done = ask(temporary / "large", large, servers=2, in_flight=32)
    tokens = sum(large) / len(large) / 4
    guess = foretell(planned, "generate", samples=len(large), tokens_in=tokens, replicas=2, in_flight=16, chunk=512)
    yield "replicas", guess, measured(done, "generate")


def ask(folder: Path, sizes: Sequence[int], *, servers: int, in_flight: int) -> Path:
    """A run with prompts of so many signs."""
    folder.mkdir()
    row = {"answers": ["red"], "length": 9, "dataset": "qasper", "language": "en", "all_classes": None}
    rows = [row | {"input": f"{n}?", "_id": f"id{n}", "context": "x" * size} for n, size in enumerate(sizes)]
    (folder / "qasper.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "dataset2prompt.json").write_text(json.dumps({"qasper": "{context}{input}"}))
    with ExitStack() as stack:
        urls = [stack.enter_context(engine()) for _ in range(servers)]
        place = Place(run_dir=folder / "run")
        more: dict[str, Any] = {"base_url": urls, "concurrency": in_flight, "truncate_by": "chars"}
        result = run("longbench", model="openai/m", data=str(folder), place=place, **more)
    assert not result.not_judged
    return folder / "run"


@contextmanager
def engine() -> Iterator[str]:
    """The URL of a server in a process of its own."""
    command = [sys.executable, str(ENGINE)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}/v1"
        process.communicate()


# -- programs


class Ungated:
    """NaturalCodeBench without the solutions that tell what can be solved here: every program is an answer."""

    def __getattr__(self, name: str) -> Any:
        return getattr(NATURAL_CODE_BENCH, name)

    def located(self, data: str | None) -> Ungated:  # noqa: ARG002 - the seam's
        """The same: no input files are looked for."""
        return self

    def gate(self, sample: object) -> Sequence[object]:  # noqa: ARG002 - the seam's
        """None."""
        return []


def fewer(options: argparse.Namespace, temporary: Path) -> Iterator[Foretold]:
    """The same programs, fewer at a time."""
    yield from programs("fewer", options, temporary, jobs=(6, 3))


def more(options: argparse.Namespace, temporary: Path) -> Iterator[Foretold]:
    """Other programs, and more of them."""
    yield from programs("more", options, temporary, jobs=(6, 6), others=36)


def nodes(options: argparse.Namespace, temporary: Path) -> Iterator[Foretold]:
    """The same programs on the nodes of a cluster, planned by this machine alone."""
    if find_spec("ray") is None:
        print("nodes: NOT MEASURED: Ray is not installed here", file=sys.stderr)
        return
    with two_nodes() as executor:
        yield from programs("nodes", options, temporary, jobs=(6, 3), executor=executor)


def programs(
    name: str,
    options: argparse.Namespace,
    temporary: Path,
    *,
    jobs: tuple[int, int],
    others: int = 0,
    executor: Executor | None = None,
) -> Iterator[Foretold]:
    """Some of each task, so many at a time before and after.

    Args:
        others: so many further problems of each task are what is foretold; none: the same ones.
        executor: of a cluster whose two nodes do what is foretold, with so many at a time each.
    """
    if options.data is None:
        return
    draw = random.Random(options.seed)
    for side in ("planned", "done"):
        (temporary / side).mkdir()
    for file in FILES:
        lines = (options.data / file).read_text(encoding="utf-8").splitlines(keepends=True)
        chosen = draw.sample(lines, EACH + others)
        (temporary / "planned" / file).write_text("".join(chosen[:EACH]), encoding="utf-8")
        (temporary / "done" / file).write_text("".join(chosen[EACH if others else 0 :]), encoding="utf-8")
    planned = execute(temporary / "planned", lambda: Contained(workers=jobs[0]))
    spread: dict[str, object] = {"hosts": 2, "cores": 1} if executor else {}
    there = executor.sandbox if executor else lambda _: Contained(workers=jobs[1])
    done = execute(temporary / "done", lambda: there("docker"))
    guess = foretell(planned, "execute", samples=4 * (others or EACH), jobs=jobs[1], run_jobs=jobs[0], **spread)
    yield name, guess, measured(done, "execute")


def execute(folder: Path, sandbox: Callable[[], Sandbox]) -> Path:
    """A run of the reference solutions of a folder."""
    benchmark: Any = Ungated()
    outcome = run_benchmark(
        benchmark,
        load_model("reference"),
        Selection(data=str(folder)),
        Place(run_dir=folder / "run"),
        stages=("generate", "execute"),
        sandbox=sandbox,
    )
    return outcome.folder.path


# -- scoring


def score(options: argparse.Namespace, temporary: Path) -> Iterator[Foretold]:
    """Rows by two processes, foretold from one."""
    if options.predictions is None:
        return
    draw = random.Random(options.seed)
    sides = [temporary / name / "pred" / "model" for name in ("planned", "done")]
    for side in sides:
        side.mkdir(parents=True)
    rows = 0
    for file in sorted(options.predictions.glob("*.jsonl")):
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        draw.shuffle(lines)
        few = len(lines) // 4
        rows += len(lines) - few
        for side, part in zip(sides, (lines[:few], lines[few:]), strict=True):
            (side / file.name).write_text("".join(part), encoding="utf-8")
    planned, done = (scored(side, count) for side, count in zip(sides, (1, 2), strict=True))
    yield "score", foretell(planned, "score", samples=rows, processes=2), measured(done, "score")


def scored(folder: Path, processes: int) -> Path:
    """A run folder of predictions, made on so many cores."""
    cores = sorted(os.sched_getaffinity(0))[:processes]
    command = [sys.executable, "-m", "bench", "score", "longbench", str(folder), "--out", str(folder.parent / "runs")]
    command += ["--json"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, preexec_fn=lambda: os.sched_setaffinity(0, cores)
    )
    return Path(done.stderr.strip().splitlines()[-1])


CHECKS: Mapping[str, Callable[[argparse.Namespace, Path], Iterator[Foretold]]] = {
    "replicas": replicas,
    "more": more,
    "fewer": fewer,
    "nodes": nodes,
    "score": score,
}

if __name__ == "__main__":
    main()
