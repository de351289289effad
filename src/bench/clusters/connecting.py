"""A connection to a Ray cluster, and the machines of it that may take part.

A machine takes part when its longcode-bench, its Python and the packages that a score depends on are those of this
process: everything else would be a number nobody can explain. Each is looked at once, those that join later too.
"""

from __future__ import annotations

import importlib
import logging
import os
import re
import socket
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bench.errors import BenchError, UserError
from bench.versions import differences, fingerprint

ANSWER = 10.0  # seconds in which an address must take a connection
LOOK = 1.0  # seconds between two looks at which machines there are
EXAMINED = 180.0  # seconds in which every machine must have told what it runs; a busy one starts a process slowly
AUTO = "auto"
LET_IN = "if it runs and asks for a token, set RAY_AUTH_MODE=token here too and copy ~/.ray/auth_token from its head"
QUIET: Mapping[str, str] = {
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # Ray's next behaviour; it warns of it at every start
    "RAY_USAGE_STATS_ENABLED": "0",  # a measuring tool tells nobody that it was used
}

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Node:
    """A machine of the cluster.

    Attributes:
        id: Ray's; a machine that was started again has another.
        address: its IP address.
        resources: by Ray's names: `CPU`, `GPU`, `memory` (bytes), `docker` and what else it was started with.
    """

    id: str
    address: str
    resources: Mapping[str, float]

    @property
    def cpus(self) -> int:
        """Cores that Ray counts there."""
        return int(self.resources.get("CPU", 0))


class Connection:
    """This process as the driver of a cluster.

    Args:
        address: `auto`, or where the cluster listens.
        say: told in a line of a machine that cannot take part.

    Raises:
        UserError: no cluster answers there, or it runs another Ray or Python.
    """

    def __init__(self, address: str, say: Say = lambda _: None) -> None:
        self._say, self._own = say, _join(address)
        self._equal: dict[str, bool] = {}
        self._asked: dict[str, Any] = {}
        self._nodes: list[Node] = []
        self._looked = float("-inf")
        self._checked = False
        self.refused: dict[str, str] = {}

    def nodes(self) -> list[Node]:
        """The machines that are alive, of which some may not take part.

        Raises:
            UserError: the cluster's head is gone.
        """
        if time.monotonic() - self._looked > LOOK:
            self._nodes = _alive()
            self._looked = time.monotonic()
        return self._nodes

    def usable(self) -> list[Node]:
        """The machines that are alive and may take part; it does not wait for one that was not looked at yet."""
        self._examine()
        return [node for node in self.nodes() if self._equal.get(node.id)]

    def check(self) -> None:
        """Wait until every machine that is there has been looked at; of one that joins later and differs `say` is told.

        Raises:
            UserError: one differs, or does not answer; it is named with what is to be done.
        """
        self.wait()
        if self.refused:
            raise UserError("; ".join(self.refused.values()))
        self._checked = True

    def wait(self) -> None:
        """Until every machine that is there has been looked at.

        Raises:
            UserError: one does not answer.
        """
        deadline = time.monotonic() + EXAMINED
        while unknown := [node for node in self.nodes() if node.id not in self._equal]:
            if time.monotonic() > deadline:
                raise UserError(f"the node {unknown[0].address} does not answer; take it out of the cluster")
            self._examine(wait=LOOK)

    def _examine(self, wait: float = 0) -> None:
        """Ask the machines that were not asked yet, and hear those that have answered."""
        for node in self.nodes():
            if node.id not in self._equal and node.id not in self._asked:
                self._asked[node.id] = _asked(node)
        known = {node.id: node for node in self.nodes()}
        for node_id, answer in self._answers(wait):
            if node_id in known:
                self._hear(known[node_id], answer)

    def _answers(self, wait: float) -> list[tuple[str, Any]]:
        import ray

        if not self._asked:
            return []
        ready, _ = ray.wait(list(self._asked.values()), num_returns=len(self._asked), timeout=wait)
        answered = [(node_id, ref) for node_id, ref in self._asked.items() if ref in ready]
        for node_id, _ in answered:
            del self._asked[node_id]
        return answered

    def _hear(self, node: Node, answer: Any) -> None:
        import ray

        try:
            told = differences(fingerprint(), ray.get(answer))
        except ray.exceptions.RayError as error:
            if not _lacks_us(error):
                return  # it died, or its process did: where it lives it is asked again
            told = ["longcode-bench is not installed there"]
        self._equal[node.id] = not told
        if told:
            self.refused[node.id] = refusal(node, ", ".join(told))
            if self._checked:
                self._say(self.refused[node.id])

    def close(self) -> None:
        """Leave the cluster, which goes on."""
        import ray

        if self._own:
            self._own = False
            ray.shutdown()


def refusal(node: Node, reason: str) -> str:
    """The line about a machine that cannot take part."""
    return f"the node {node.address} cannot take part: {reason}; install there what is installed here"


def on(node_id: str) -> Any:
    """The strategy by which Ray does something on that machine and nowhere else."""
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    return NodeAffinitySchedulingStrategy(node_id, soft=False)


def one_line(error: BaseException) -> str:
    """What Ray says, without its tracebacks."""
    cause = getattr(error, "cause", None)
    if isinstance(cause, BenchError):
        return str(cause)
    lines: Sequence[str] = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    return f"{type(error).__name__}: {lines[0]}" if len(lines) == 1 else f"{lines[0]} {lines[-1]}"[:300]


def _alive() -> list[Node]:
    import ray

    try:
        found = ray.nodes()
    except (ray.exceptions.RayError, OSError, RuntimeError) as error:
        raise UserError(
            f"the cluster's head does not answer any more ({one_line(error)}); start the cluster again, then the same "
            "command goes on"
        ) from None
    return [
        Node(node["NodeID"], node["NodeManagerAddress"], node.get("Resources", {})) for node in found if node["Alive"]
    ]


def _asked(node: Node) -> Any:
    import ray

    ask = ray.remote(num_cpus=0, max_retries=0)(fingerprint)
    return ask.options(scheduling_strategy=on(node.id)).remote()


def _lacks_us(error: BaseException) -> bool:
    return "No module named 'bench" in str(error)


def _join(address: str) -> bool:
    """Connect; whether it is for us to disconnect."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    import ray

    if ray.is_initialized():  # by the program that calls us
        return False
    if address != AUTO:
        see_that_somebody_listens(address)
    _spare_stdout()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
    except (ray.exceptions.RayError, RuntimeError, ValueError, OSError) as error:
        with suppress(Exception):
            ray.shutdown()
        raise UserError(why_not(address, error)) from None
    return True


def _spare_stdout() -> None:
    """Ray prints of a lost node to stdout, whatever it is told about logs; there a command's results go alone."""
    worker = importlib.import_module("ray._private.worker")
    vars(worker)["print_to_stdstream"] = _say_nothing


def _say_nothing(*_: object, **__: object) -> None:
    """In place of what Ray prints."""


def see_that_somebody_listens(address: str) -> None:
    """Ray itself would try for minutes.

    Raises:
        UserError: nobody does.
    """
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if not colon or not port.isdigit():
        raise UserError(f"--cluster {address}: write auto, HOST:PORT or ray://HOST:PORT")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=ANSWER).close()
    except OSError as error:
        raise UserError(
            f"--cluster {address}: no Ray cluster answers there ({error.strerror or error}); start one with "
            "`ray start --head`, or give the address that it printed"
        ) from None


def why_not(address: str, error: Exception) -> str:
    """What Ray's refusal comes to, in one line."""
    text = str(error)
    if "Version mismatch" in text:
        theirs, ours = (re.findall(rf"{name}: (\S+)", text) for name in ("Ray", "Python"))
        if len(theirs) == len(ours) == 2:
            return (
                f"--cluster {address}: the cluster runs Ray {theirs[0]} and Python {ours[0]}, this process Ray "
                f"{theirs[1]} and Python {ours[1]}; install the same here"
            )
    token = f"; {LET_IN}" if isinstance(error, ConnectionError) else ""  # Ray says no more of a wrong one
    if address == AUTO and token:
        return f"--cluster auto: no Ray cluster runs here; start it with `ray start --head`, or name an address{token}"
    return f"--cluster {address}: {one_line(error)}; see that the cluster runs, `ray status` tells{token}"
