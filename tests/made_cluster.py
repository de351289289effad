"""A Ray cluster of several nodes on this machine, in a process of its own that is told line by line what to do.

`{"add": {...}}` starts a node with these arguments of Ray, and answers with its number; `{"kill": 1}` ends one as a
power cut would. When stdin closes, everything ends. The first answer is the cluster's address.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

DOCKER: Mapping[str, Any] = {"num_cpus": 1, "resources": {"docker": 1}}
PATIENCE = 300  # seconds in which a node must have started
NODES = 80 << 20  # bytes of shared memory for each


@contextmanager
def made_cluster(env: Mapping[str, str]) -> Iterator[MadeCluster]:
    """A cluster whose nodes have this environment; Ray's sockets need a short path."""
    with tempfile.TemporaryDirectory(prefix="ray", dir="/tmp", ignore_cleanup_errors=True) as folder:
        made = MadeCluster(Path(folder), env)
        try:
            yield made
        finally:
            made.close()


class MadeCluster:
    """Such a process; the head has one core, and no Docker."""

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        self._log = (folder / "ray.log").open("w")
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(folder / "ray")],  # where Ray looks by RAY_TMPDIR
            env={**env, "RAY_TMPDIR": str(folder), "RAY_raylet_start_wait_time_s": str(PATIENCE)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        self.address: str = self._answer()

    def add(self, **options: Any) -> int:
        """A further node; returns its number."""
        return int(self._ask({"add": options}))

    def kill(self, number: int) -> None:
        """End a node without a word."""
        self._ask({"kill": number})

    def _ask(self, line: Mapping[str, Any]) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(line) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("> "):  # Ray may print lines of its own
                return json.loads(line[2:])
        raise AssertionError(f"the cluster ended: {Path(self._log.name).read_text()[-2000:]}")

    def close(self) -> None:
        """End all nodes."""
        self._process.communicate(timeout=120)  # closes stdin, and what the process said
        self._log.close()


def main() -> None:
    from ray.cluster_utils import Cluster

    head = {
        "num_cpus": 1,
        "include_dashboard": False,
        "temp_dir": sys.argv[1],
        "object_store_memory": NODES,
        "wait": False,
    }
    cluster = Cluster(initialize_head=True, head_node_args=head)
    nodes: list[Any] = []
    _tell(cluster.address)
    try:
        for line in sys.stdin:
            asked = json.loads(line)
            if "add" in asked:
                nodes.append(cluster.add_node(object_store_memory=NODES, wait=False, **asked["add"]))
                cluster.wait_for_nodes(timeout=PATIENCE)
                _tell(len(nodes) - 1)
            else:
                cluster.remove_node(nodes[asked["kill"]], allow_graceful=False)
                _tell(None)
    finally:
        cluster.shutdown()


def _tell(answer: Any) -> None:
    sys.stdout.write(f"> {json.dumps(answer)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
