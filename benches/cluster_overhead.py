"""What running code over a cluster costs: the same solutions by this machine alone, and by two Ray nodes on it.

    python benches/cluster_overhead.py NCB_FOLDER [--jobs 280] [--rounds 3]

Both have six workers: this machine alone is told so, and each node counts one core, which makes three. The rounds
alternate, each way first in turn; what counts is the ratio of the medians. Containers are Docker's, the solutions
NaturalCodeBench's own, the long ones first. Connecting and the look at the limits come before the clock starts, as they
do before a run; finding out which nodes there are is part of both `bench run` commands and is not measured here.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median

from bench.benchmarks.ncb import NATURAL_CODE_BENCH
from bench.clusters import Executor, load_executor
from bench.protocols import Sandbox, Selection
from bench.records import Job
from bench.sandbox import load_sandbox
from bench.stages.execute import slow_first

NODES, WORKERS = 2, 6
MEMORY = 80 << 20  # bytes of shared memory for each node


def main() -> None:
    """Measure, and print a line for each round and one of JSON."""
    options = arguments()
    jobs = solutions(options.folder, options.jobs)
    seconds: dict[str, list[float]] = {"alone": [], "cluster": []}
    with both() as places:
        for name, sandbox in places.items():
            taken(sandbox, jobs[:WORKERS])
            print(f"{name}: ready", file=sys.stderr)
        for number in range(options.rounds):
            names = list(places) if number % 2 else list(places)[::-1]
            for name in names:
                seconds[name].append(taken(places[name], jobs))
            print(f"round {number + 1}: " + ", ".join(f"{name} {seconds[name][-1]:.1f} s" for name in sorted(names)))
    medians = {name: median(found) for name, found in seconds.items()}
    ratio = medians["cluster"] / medians["alone"]
    print(
        f"{len(jobs)} executions: alone {medians['alone']:.1f} s, cluster {medians['cluster']:.1f} s, ratio {ratio:.3f}"
    )
    print(json.dumps({"executions": len(jobs), "seconds": seconds, "ratio": ratio}))


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the problems of NaturalCodeBench, or a folder that holds `problems`")
    parser.add_argument("--jobs", type=int, default=280, help="executions of each round")
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def solutions(folder: Path, count: int) -> list[Job]:
    """Of every n-th problem its own solution."""
    problems = folder / "problems"
    samples = NATURAL_CODE_BENCH.load(Selection(data=str(problems if problems.is_dir() else folder)))
    with closing(samples):
        chosen = samples.entries[:: max(1, len(samples.entries) // count)][:count]
        return list(slow_first([NATURAL_CODE_BENCH.gate(samples.read(entry))[0] for entry in chosen]))


@contextmanager
def both() -> Iterator[dict[str, Sandbox]]:
    """The two sandboxes, known to work."""
    with (
        two_nodes() as executor,
        closing(load_sandbox("docker", workers=WORKERS)) as alone,
        closing(executor.sandbox("docker")) as spread,
    ):
        yield {"alone": alone, "cluster": spread}


@contextmanager
def two_nodes() -> Iterator[Executor]:
    """A cluster on this machine: a head and two nodes of one core with Docker."""
    from ray.cluster_utils import Cluster

    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    with tempfile.TemporaryDirectory(prefix="ray", dir="/tmp") as folder:
        os.environ["RAY_TMPDIR"] = folder  # another cluster of this machine keeps its own
        head = {"num_cpus": 1, "include_dashboard": False, "temp_dir": f"{folder}/ray", "object_store_memory": MEMORY}
        cluster = Cluster(initialize_head=True, head_node_args=head)
        try:
            for _ in range(NODES):
                cluster.add_node(num_cpus=1, resources={"docker": 1}, object_store_memory=MEMORY)
            with closing(load_executor(cluster.address)) as executor:
                yield executor
        finally:
            cluster.shutdown()


def taken(sandbox: Sandbox, jobs: Sequence[Job]) -> float:
    """Seconds that all of them take; every one is executed once."""
    begun = time.monotonic()
    found = Counter(execution.job_sha256 for execution in sandbox.run(jobs))
    seconds = time.monotonic() - begun
    assert found.total() == len(jobs), "an execution is missing"
    return seconds


if __name__ == "__main__":
    main()
