"""Which limits really hold on this machine: tried, not believed. An engine may ignore one, with a line of warning."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path

from bench.home import home
from bench.records import Limits
from bench.sandbox.attached import ContainerChannel
from bench.sandbox.containers import Containers
from bench.sandbox.hardening import SHM_MB
from bench.sandbox.owner import boot
from bench.sandbox.session import Broken, Ending, TooLong, TooLoud

SMALL = Limits(wall_seconds=60, cpu_seconds=30, memory_mb=256, pids=64, disk_mb=16, inodes=500, output_mb=1)
LIFE = 60.0  # seconds that a probe may take
SHORT = 1.0  # seconds, of the container that has to end itself
PYTHON = ("/usr/bin/python3", "-I", "-c")

FLOOD = "import os\nwhile True: os.write(2, b'x' * 65536)"
GREED = "held = []\nwhile True: held.append(b'x' * (1 << 20))"
SLEEP = "import time; time.sleep(600)"
ORPHANS = (
    "import os, signal, time\n"
    "if os.fork() == 0:\n"
    "    os.setsid()\n"
    "    for number in (1, 2, 15, 24): signal.signal(number, signal.SIG_IGN)\n"
    "    os.close(1); os.close(2); time.sleep(600)\n"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One limit: whether it held, and what was seen."""

    limit: str
    held: bool
    detail: str


def examine(containers: Containers) -> tuple[Finding, ...]:
    """Try every limit, each in the containers that jobs get.

    Raises:
        Broken: the daemon failed.
    """
    tries: tuple[Callable[[Containers], Sequence[Finding]], ...] = (_inside, _memory, _output, _wall, _remains)
    with ThreadPoolExecutor(len(tries)) as pool:
        parts = [pool.submit(partial(attempt, containers)) for attempt in tries]
        return tuple(finding for part in parts for finding in part.result())


def _start(containers: Containers, program: str, *arguments: object, life: float = LIFE) -> ContainerChannel:
    return containers.start((*PYTHON, program, *map(str, arguments)), SMALL, life=life)


def _inside(containers: Containers) -> list[Finding]:
    """What a program sees that tries to get past each limit."""
    source = (files("bench.sandbox") / "probe.py").read_text(encoding="utf-8")
    channel = _start(containers, source, SMALL.disk_mb, SMALL.inodes, SMALL.pids, SHM_MB)
    said, _ = _whole(channel)
    try:
        found = json.loads(said)
    except ValueError:
        raise Broken(f"the self-test ended without a result: {channel.output()[-300:]}") from None
    return [Finding(limit, held, detail) for limit, (held, detail) in found.items()]


def _whole(channel: ContainerChannel) -> tuple[bytes, Ending | None]:
    """All that a container says, and how it ended; None where it did not end by itself, or was too loud."""
    deadline, said = time.monotonic() + LIFE, b""
    try:
        while data := channel.read(deadline):
            said += data
        return said, channel.ending(deadline)
    except (TooLong, TooLoud):
        return said, None
    finally:
        channel.destroy()


def _memory(containers: Containers) -> list[Finding]:
    _, ending = _whole(_start(containers, GREED))
    told = ending is not None and ending.out_of_memory
    held = ending is not None and (told or ending.code == 137)
    return [Finding("memory", held, f"{SMALL.memory_mb} MB; the engine {'tells' if told else 'does not tell'} why")]


def _output(containers: Containers) -> list[Finding]:
    channel = _start(containers, FLOOD)
    try:
        channel.read(time.monotonic() + LIFE)
    except TooLoud:
        return [Finding("output", True, f"cut at {SMALL.output_mb} MB")]  # noqa: FBT003 - a field
    except TooLong:
        pass
    finally:
        channel.destroy()
    return [Finding("output", False, "a flood was not stopped")]  # noqa: FBT003 - a field


def _wall(containers: Containers) -> list[Finding]:
    began = time.monotonic()
    _, ending = _whole(_start(containers, SLEEP, life=SHORT))
    seconds = time.monotonic() - began
    held = ending is not None and ending.code == 137 and seconds < LIFE / 2
    return [Finding("wall time", held, f"ended itself {seconds:.1f} s after it was asked for, {SHORT:g} s allowed")]


def _remains(containers: Containers) -> list[Finding]:
    """A process that left its parents, closed everything and ignores signals ends with its container."""
    _, ending = _whole(_start(containers, ORPHANS))
    held = ending is not None and ending.code == 0
    return [Finding("leftovers", held, "a detached child ended with its container" if held else "a child lived on")]


def remembered(image: str, daemon: str, look: Callable[[], tuple[Finding, ...]]) -> tuple[Finding, ...]:
    """The findings for an image, a daemon and this start of the machine; looked for once."""
    source = (files("bench.sandbox") / "probe.py").read_bytes()
    key = hashlib.sha256(f"{image} {daemon} {boot()} ".encode() + source).hexdigest()[:16]
    path = home() / f"selftest-{key}.json"
    with suppress(OSError, ValueError, TypeError):
        return tuple(Finding(**item) for item in json.loads(path.read_text()))
    findings = look()
    if all(finding.held for finding in findings):
        _keep(path, findings)
    return findings


def _keep(path: Path, findings: Sequence[Finding]) -> None:
    """A cache that cannot be written costs three seconds, no more."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial_path = path.with_suffix(f".{os.getpid()}")
        partial_path.write_text(json.dumps([asdict(finding) for finding in findings]))
        partial_path.replace(path)
