"""Wall time of the authors' NaturalCodeBench evaluator against `bench`, on all reference solutions in one go.

    python benches/ncb_speed.py --official REPO --python ENV/bin/python

REPO is a checkout of the authors' repository, with their jars; its evaluator runs unchanged on a temporary copy, in an
environment that has their pinned packages, pytest-json-report and pytest-cov, with `--workers` workers. Ours runs each
solution in a container of its own: once with nothing known, when the gate's trivial solutions are run besides, and once
as it is from then on. The image must be there: `bench sandbox build`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

SETS = [f"{language}_{natural}" for language in ("python", "java") for natural in ("en", "zh")]


def main() -> None:
    """Measure, and print a table and one line of JSON."""
    options = arguments()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        problems = folder / "problems"
        shutil.copytree(options.official / "problems", problems)
        cold = ours(problems, folder, "cold")
        seconds = {
            "official": official(options, folder),
            "bench, first time": cold,
            "bench": ours(problems, folder, "warm"),
        }
    report(seconds)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--official", type=Path, required=True, help="a checkout of the authors' repository")
    parser.add_argument("--python", type=Path, required=True, help="the interpreter with the authors' packages")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="of the authors' evaluator")
    return parser.parse_args()


def official(options: argparse.Namespace, folder: Path) -> float:
    """Seconds of the authors' evaluator on all four sets."""
    copy = folder / "official"
    shutil.copytree(options.official, copy, ignore=shutil.ignore_patterns(".git"))
    for name in SETS:
        (copy / "data" / name).mkdir(parents=True)
        shutil.copy(copy / "problems" / f"ncb_{name}.jsonl", copy / "data" / name)
    command = [str(options.python.absolute()), "ncb/evaluate.py", "--languages", "python", "java"]
    command += ["--natural_lang", "en", "zh", "--ckpt_name", "reference", "--num_workers", str(options.workers)]
    seconds = timed(command, copy, {"PATH": f"{options.python.absolute().parent}:{os.environ['PATH']}"})
    for name in SETS:
        language, natural = name.split("_")
        result = copy / "data" / "temp" / f"{language}_{natural}_test" / "reference" / "result.json"
        print(f"official {name}: {json.loads(result.read_text())['result']}")
    return seconds


def ours(problems: Path, folder: Path, name: str) -> float:
    """Seconds of `bench` on the same; both runs share a cache, so that the second finds the gate's verdicts."""
    command = [sys.executable, "-m", "bench", "run", "ncb", "--model", "reference", "--data", str(problems), "--json"]
    command += ["--out", str(folder / name)]
    return timed(command, folder, {"XDG_CACHE_HOME": str(folder / "cache")})


def timed(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> float:
    """Seconds by the clock of a command that has to end well, or with samples that cannot pass."""
    began = time.monotonic()
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode not in {0, 3}:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return time.monotonic() - began


def report(seconds: Mapping[str, float]) -> None:
    """A table, and the same as JSON."""
    for name, value in seconds.items():
        print(f"{name:<20} {value:7.1f} s   {value / seconds['official']:.2f} of the official time")
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
