"""Two real vLLM servers on the two nodes of a Ray cluster on this machine, beside one server without a cluster.

    python scripts/cluster_vllm.py MODEL

MODEL is a folder of `scripts/tiny_model.py`. Ends with 1 where a text or the identity of the run differs, or where one
of the servers had nothing to do.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.library import run
from bench.places import Place

MEMORY = 80 << 20  # bytes of shared memory for each node
ASKED: Mapping[str, Any] = {
    "data": "sample",
    "limit": 2,
    "max_new_tokens": 64,
    "dtype": "float32",
    "max_model_len": 4096,
    "vllm_arg": ["enforce_eager=true"],
    "concurrency": 8,
}


def main() -> int:
    """Run both, compare, and say by the exit code whether all is well."""
    parser = argparse.ArgumentParser(description="Two vLLM servers on a cluster beside one server here.")
    parser.add_argument("model", type=Path)
    model = f"vllm/{parser.parse_args().model.resolve()}"
    with tempfile.TemporaryDirectory(prefix="ray") as temporary:
        folder = Path(temporary)
        one = answered(model, folder / "one", serve=True)
        cluster = two_nodes(folder)
        try:
            two = answered(model, folder / "two", replicas=2, cluster=cluster.address)
        finally:
            cluster.shutdown()
    same = one == two
    print(f"{len(one[1])} answers; texts and identity {'equal' if same else 'DIFFER'}")
    return 0 if same else 1


def two_nodes(folder: Path) -> Any:
    """A cluster whose head has no core: each of the two nodes has one for a server, and one for scoring."""
    from ray.cluster_utils import Cluster

    os.environ["PYTHONPATH"] = str(Path(__file__).resolve().parents[1] / "src")
    os.environ["RAY_TMPDIR"] = str(folder)  # another cluster of this machine keeps its own
    head = {"num_cpus": 0, "include_dashboard": False, "temp_dir": f"{folder}/ray", "object_store_memory": MEMORY}
    cluster = Cluster(initialize_head=True, head_node_args=head)
    for _ in range(2):
        cluster.add_node(num_cpus=2, object_store_memory=MEMORY)
    return cluster


def answered(model: str, out: Path, **options: Any) -> tuple[Any, dict[str, str]]:
    """The run's identity, and its texts by sample."""
    began = time.monotonic()
    run("longbench", model=model, place=Place(out=out), **ASKED, **options)
    (log,) = out.rglob("completions.jsonl")
    rows = [json.loads(line) for line in log.read_text().splitlines()]
    assert not any(row["error"] for row in rows), rows
    assert len({row["sample_id"] for row in rows}) == len(rows)
    print(f"{', '.join(options)}: {len(rows)} answers in {time.monotonic() - began:.0f} s, start and end included")
    return json.loads((log.parent / "run.json").read_text())["generation"], {r["sample_id"]: r["text"] for r in rows}


if __name__ == "__main__":
    sys.exit(main())
