"""CPU seconds and peak memory of the authors' eval.py against ours, on the same predictions in one go.

    python benches/scoring_speed.py --official REPO/LongBench --oracle DIR/oracle DIR/data/longbench/predictions/phi-2

The authors' scripts run unchanged, on a temporary copy, in the oracle environment that `make oracle` made; nothing is
installed here. CPU time is that of the child and all its children; memory is the greatest sum over its process tree
of the proportional set size (shared pages counted once), sampled twenty times a second. Linux only.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

INTERVAL = 0.05
"""Seconds between two samples of memory."""

MIB = 1024


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took: CPU seconds of all processes, seconds by the clock, MiB at the peak."""

    cpu: float
    wall: float
    memory: float


def main() -> None:
    """Measure, and print a table and one line of JSON."""
    options = arguments()
    if options.judge_child:
        judge_all(options.predictions)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        costs = {
            "official": middle([official(options, folder) for _ in range(options.repeat)]),
            "bench": middle([ours(options, folder / f"out{number}") for number in range(options.repeat)]),
        }
    report(costs)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("predictions", type=Path, help="a folder of <dataset>.jsonl, as the authors' pred.py writes it")
    parser.add_argument("--official", type=Path, required=True, help="the authors' folder LongBench")
    parser.add_argument("--oracle", type=Path, required=True, help="the folder with the environments of `make oracle`")
    parser.add_argument("--environment", default="without-levenshtein", help="which of the two environments")
    parser.add_argument("--repeat", type=int, default=1, help="runs of each; the middle one by CPU counts")
    parser.add_argument("--judge-only", action="store_true", help="time the metrics alone, not the command")
    parser.add_argument("--judge-child", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def official(options: argparse.Namespace, folder: Path) -> Cost:
    """The authors' eval.py on a copy."""
    place = folder / "official"
    shutil.rmtree(place, ignore_errors=True)
    (place / "pred").mkdir(parents=True)
    for name in ("eval.py", "metrics.py"):
        shutil.copy(options.official / name, place)
    shutil.copytree(options.predictions, place / "pred" / "model", ignore=shutil.ignore_patterns("result.json"))
    python = (options.oracle / options.environment / "bin" / "python").absolute()
    return measure([python, "-W", "ignore", "eval.py", "--model", "model"], place, {"TMPDIR": str(folder)})


def ours(options: argparse.Namespace, out: Path) -> Cost:
    """The command, or the metrics alone."""
    predictions = options.predictions.absolute()
    if options.judge_only:
        paths = ["--official", options.official, "--oracle", options.oracle]
        command = [sys.executable, Path(__file__).absolute(), "--judge-child", *paths, predictions]
    else:
        command = [sys.executable, "-m", "bench", "score", "longbench", predictions, "--out", out]
    return measure(command, Path.cwd(), {})


def judge_all(predictions: Path) -> None:
    """Judge every row, with all other values, and keep nothing."""
    from bench.benchmarks.longbench.tasks import TASKS
    from bench.benchmarks.scoring import first_line
    from bench.evaluators import judge

    for path in sorted(predictions.glob("*.jsonl")):
        task = TASKS[path.stem]
        for line in path.read_text(encoding="utf-8").split("\n"):
            if line:
                row = json.loads(line)
                text = first_line(row["pred"]) if task.first_line else row["pred"]
                judge(task.metric, text, row["answers"], row["all_classes"])


def measure(command: Sequence[str | Path], folder: Path, environment: Mapping[str, str]) -> Cost:
    """Run a command to its end and account for it and all its children.

    Raises:
        SystemExit: it failed; its own output says why.
    """
    start = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
    peak, done = 0, 0
    while not done:
        time.sleep(INTERVAL)
        peak = max(peak, sum(map(resident, tree(process.pid))))
        done, status, usage = os.wait4(process.pid, os.WNOHANG)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command[0]} ended with {process.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, time.monotonic() - start, peak / MIB)


def tree(process: int) -> list[int]:
    """A process and all that descend from it, as far as they still run."""
    processes = [process]
    for parent in processes:
        try:
            tasks = list(Path(f"/proc/{parent}/task").iterdir())
            processes.extend(int(child) for task in tasks for child in (task / "children").read_text().split())
        except OSError:
            continue
    return processes


def resident(process: int) -> int:
    """Proportional set size in KiB; 0 where the process has just ended."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def middle(costs: Sequence[Cost]) -> Cost:
    """The run with the median CPU time."""
    wanted = statistics.median_low([cost.cpu for cost in costs])
    return next(cost for cost in costs if cost.cpu == wanted)


def report(costs: Mapping[str, Cost]) -> None:
    """A table for people on stderr, JSON for machines on stdout."""
    print(f"{'':10}{'CPU s':>9}{'wall s':>9}{'peak MiB':>10}", file=sys.stderr)
    for name, cost in costs.items():
        print(f"{name:10}{cost.cpu:9.2f}{cost.wall:9.2f}{cost.memory:10.0f}", file=sys.stderr)
    ratio = costs["official"].cpu / costs["bench"].cpu
    print(f"{'ratio':10}{ratio:9.1f}", file=sys.stderr)
    print(json.dumps({**{name: asdict(cost) for name, cost in costs.items()}, "cpu_ratio": ratio}))


if __name__ == "__main__":
    main()
