"""Programs that stand in for Slurm, Ray, Docker and bench: each writes down how it was called, and does little else.

One file under many names: what it is called decides what it does. `srun` really starts its command, once for each node,
so that the script's own lines run there.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

FOLDER = Path(os.environ["STAND_IN"])
NODES = os.environ["STAND_IN_NODES"].split(",")
NODE = os.environ.get("SLURMD_NODENAME", NODES[0])
KEPT = ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "DOCKER_HOST")


def note(event: str, arguments: list[str]) -> None:
    """One line of the record."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    line = json.dumps({"event": event, "node": NODE, "arguments": arguments, "env": kept})
    with (FOLDER / "record.jsonl").open("a") as file:
        file.write(line + "\n")


def srun(arguments: list[str]) -> int:
    """The command on each node that it is for; SIGUSR1 is handed on to it, SIGTERM is its end."""
    nodes, options = NODES, list(arguments)
    while options and options[0].startswith("--"):
        option = options.pop(0)
        if option == "--nodelist":
            nodes = options.pop(0).split(",")
        elif option == "--exclude":
            without = options.pop(0).split(",")
            nodes = [node for node in NODES if node not in without]
        elif option in {"--nodes", "--ntasks"}:
            assert int(options.pop(0)) >= 1
    environments = ({**os.environ, "SLURMD_NODENAME": node} for node in nodes)
    running = [subprocess.Popen(options, env=env, start_new_session=True) for env in environments]

    def hand_on(number: int, _: object) -> None:
        for process in running:
            os.killpg(process.pid, number if number == signal.SIGUSR1 else signal.SIGKILL)

    signal.signal(signal.SIGUSR1, hand_on)
    signal.signal(signal.SIGTERM, hand_on)
    return max(process.wait() for process in running)


def scontrol(arguments: list[str]) -> int:
    """`scontrol show hostnames LIST`."""
    assert arguments[:2] == ["show", "hostnames"], arguments
    print("\n".join(NODES))  # noqa: T201
    return 0


def hostname(arguments: list[str]) -> int:
    """A machine with two networks."""
    number = NODES.index(NODE) + 1
    print(f"192.168.0.{number} 10.1.0.{number} " if arguments == ["-I"] else NODE)  # noqa: T201
    return 0


def ray(arguments: list[str]) -> int:
    """`ray start --block` lives until it is told to end; `ray health-check` knows whether a head lives."""
    head = FOLDER / "head"
    if arguments[0] == "health-check":
        return 0 if head.exists() else 1
    if "--head" in arguments:
        if "STAND_IN_BROKEN" in os.environ:
            print("no room for Ray")  # noqa: T201
            return 1
        head.touch()
    ended: list[int] = []
    for number in (signal.SIGTERM, signal.SIGUSR1):
        signal.signal(number, lambda number, _: ended.append(number))
    note("joined", arguments)
    while not ended:
        time.sleep(0.02)
    note("left", arguments)
    return 0


def docker(arguments: list[str]) -> int:
    """A daemon answers on some nodes."""
    return 0 if NODE in os.environ.get("STAND_IN_DOCKER", "").split(",") else 1


def bench(arguments: list[str]) -> int:
    """A run that ends as the test wants it to."""
    note("bench", arguments)
    return int(os.environ.get("STAND_IN_EXIT", "0")) if arguments[0] == "run" else 0


def python(arguments: list[str]) -> int:
    """Whoever waits for the nodes; the test looks at what it was told."""
    joined = os.environ["STAND_IN_JOINED"]
    while (FOLDER / "record.jsonl").read_text().count('"event": "joined"') < int(joined):
        time.sleep(0.02)
    note("waited", arguments)
    return 0


PROGRAMS: Mapping[str, Callable[[list[str]], int]] = MappingProxyType(
    {program.__name__: program for program in (srun, scontrol, hostname, ray, docker, bench, python)}
)

if __name__ == "__main__":
    sys.exit(PROGRAMS[Path(sys.argv[0]).name](sys.argv[1:]))
