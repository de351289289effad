"""What a run folder tells of its work and of its machines, so that a sweep can be planned from a small run.

A run knows how long each stage took, and each answer and program by the clock, under the load of that run. It does
not know what a program computed and what it waited, or how a server shared itself. So each is taken in proportion to
its own seconds, and scaled until the simulation of the run itself takes as long as the run took.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bench.capacity.records import Driver, Executions, Hosts, Load, Machines, Pair, Replicas
from bench.capacity.simulation import generated, simulate
from bench.errors import UserError
from bench.records import Completion, Verdict
from bench.runs import RUN, RunFolder

GATE = frozenset({"reference", "trivial"})
"""Extractors of programs that are no answers; their seconds may be those of another run."""

_SHARES = [0.02 + 0.04 * number for number in range(25)]
"""Of a replica's time that may be reading."""

_ENOUGH = 1000  # answers to learn the speed of a replica from

_UNEXPLAINED = 0.05
"""Of a stage's time that is no sign of waiting: starts, ends and chance. While all cores are busy waiting hardly shows,
so that a moment of idle cores would stand for much of it, and fewer programs at a time would be foretold to be slow."""

_ROUNDS = 6  # of scaling; each comes nearer by far, since a stage is nearly in proportion to its work
_NOTHING = 1e-9  # seconds for a token, where the measured ones do not show any


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """On what a run was made, as far as its folder does not tell.

    Attributes:
        hosts: that ran programs; None for as many as the folder names.
        cores: of one host; None for those of the machine of `bench run`.
        jobs: programs at a time; None for three a core.
        replicas: servers that answered.
        chunk: tokens of prompts that these read in a step.
    """

    hosts: int | None = None
    cores: float | None = None
    jobs: int | None = None
    replicas: int = 1
    chunk: int = 2048


def calibrated(folder: RunFolder, setup: Setup | None = None) -> tuple[Load, Machines]:
    """The work of a run and the machines on which it was done.

    Raises:
        RunFolderError: the folder cannot be read.
        UserError: an older version made it, which did not write down how long executing took.
    """
    setup = setup or Setup()
    load, replicas = _answers(folder, setup)
    executions, hosts = _programs(folder, setup)
    stage = folder.stages.get("score", {})
    processes = int(stage.get("cores") or 1)
    rows = folder.count_samples() if folder.has_samples else 0
    if stage.get("pieces"):
        load = replace(load, row_seconds=stage["seconds"] * processes / stage["pieces"])
    driver = Driver(processes=processes)
    return replace(load, rows=rows, executions=executions), Machines(replicas=replicas, hosts=hosts, driver=driver)


# -- programs


def _programs(folder: RunFolder, setup: Setup) -> tuple[Mapping[str, Executions], Hosts]:
    """Programs by language, and hosts like those of the run."""
    measured = _measured(folder)
    stage = folder.stages.get("execute")
    count = setup.hosts or len(folder.sandbox.get("nodes", ())) or 1
    if not measured:
        return {}, Hosts(count=count, cores=setup.cores or 2.0, jobs=setup.jobs)
    if not stage or not stage.get("pieces"):
        problem = "does not tell how long executing took, an older version made it"
        raise UserError(f"{folder.path / RUN}: {problem}; run it again, or give --cpu-seconds without a run folder")
    if folder.sandbox.get("nodes"):  # what this machine worked is not what those of the cluster did
        stage = {**stage, "busy_seconds": None}
    hosts = Hosts(count=count, cores=setup.cores or stage["cores"], jobs=setup.jobs)
    return _fitted(measured, stage, hosts), hosts


def _measured(folder: RunFolder) -> Mapping[str, list[float]]:
    """Seconds by the clock of every answer that was run, by language."""
    found: dict[str, list[float]] = {}
    log = folder.executions()
    languages = {line.data["id"]: str(line.data["language"]) for line in folder.sample_lines()} if len(log) else {}
    for done in log:
        if done.extractor not in GATE and done.seconds is not None and done.verdict != Verdict.SANDBOX_ERROR:
            found.setdefault(languages.get(done.sample_id, "programs"), []).append(done.seconds)
    log.close()
    return found


def _fitted(measured: Mapping[str, Sequence[float]], stage: Mapping[str, Any], hosts: Hosts) -> dict[str, Executions]:
    """CPU and waiting of each program, with which the run itself takes as long as it took.

    What the machine worked bounds the CPU. With it alone the run is longer than it was, since others worked on the
    machine too: then it is less. Or it is shorter: then there was waiting, unless the rest is small.
    """
    wall, every = float(stage["seconds"]), [seconds for found in measured.values() for seconds in found]
    total = sum(every) / len(every) * stage["pieces"]
    most = wall * hosts.cores * hosts.count
    cpu = min(stage.get("busy_seconds") or most, most) / total

    def taken(cpu: float, waiting: float) -> float:
        return _seconds(_load(measured, stage["pieces"], cpu, waiting), Machines(hosts=hosts))

    waiting, explained = 0.0, wall * (1 - _UNEXPLAINED)
    if taken(cpu, 0.0) < explained:
        waiting = _scaled_up(lambda by: taken(cpu, by), explained)
    by = _scaled(lambda by: taken(by * cpu, by * waiting), wall)
    return dict(_load(measured, sum(map(len, measured.values())), by * cpu, by * waiting).executions)


def _load(measured: Mapping[str, Sequence[float]], pieces: int, cpu: float, waiting: float) -> Load:
    whole = sum(map(len, measured.values()))
    return Load(
        executions={
            language: Executions(
                count=round(pieces * len(seconds) / whole), seconds=[(one * cpu, one * waiting) for one in seconds]
            )
            for language, seconds in measured.items()
        }
    )


# -- answers


def _answers(folder: RunFolder, setup: Setup) -> tuple[Load, Replicas]:
    """Prompts with their tokens, and replicas like those of the run; the defaults where it counted none."""
    log = folder.completions()
    done = [completion for completion in log if completion.error is None and not completion.from_cache]
    log.close()
    counted = [one for one in done if _is_counted(one)]
    wall = folder.stages.get("generate", {}).get("seconds") or folder.seconds
    if not counted or not wall:
        return Load(prompts=len(done)), Replicas(count=setup.replicas)
    tokens = [(float(one.usage.input_tokens or 0), float(one.usage.output_tokens or 0)) for one in counted]
    load = Load(prompts=len(done), tokens=tokens, cached=_cached(counted))
    every = max(1, len(counted) // _ENOUGH)
    seconds = [one.seconds or 0.0 for one in counted[::every]]
    few = replace(load, prompts=len(seconds), tokens=tokens[::every])
    return load, _replicas(few, seconds, float(wall) * len(seconds) / len(done), setup)


def _is_counted(done: Completion) -> bool:
    return None not in (done.usage.input_tokens, done.usage.output_tokens, done.seconds)


def _cached(done: Sequence[Completion]) -> float:
    told = [one.usage for one in done if one.usage.cached_tokens is not None]
    read = sum(usage.input_tokens or 0 for usage in told)
    return sum(usage.cached_tokens or 0 for usage in told) / read if read else 0.0


def _replicas(load: Load, seconds: Sequence[float], wall: float, setup: Setup) -> Replicas:
    """The speeds with which the run itself takes as long as it took, and its answers as long as theirs.

    Requests in flight are by Little's law the sum of their seconds over the wall time. How much of a replica's time is
    reading is tried out: that share counts with which an answer's seconds grow by a token in and by a token out as they
    did in the run.
    """
    count = setup.replicas
    flying = max(1, round(sum(seconds) / wall / count))
    read = wall * count / max(1.0, sum(one for one, _ in load.tokens) * (1 - load.cached))
    written = wall * count * flying / max(1.0, sum(one for _, one in load.tokens))

    def replicas(share: float, by: float = 1.0) -> Replicas:
        """Seconds for a token if all of the time were reading, and if all of it were writing, in these shares."""
        decode = ((float(flying), max(_NOTHING, written * (1 - share) * by)),)
        prefill = 1 / max(_NOTHING, read * share * by)
        return Replicas(count=count, prefill=prefill, chunk=setup.chunk, decode=decode, in_flight=flying)

    def scaled(share: float) -> Replicas:
        return replicas(share, _scaled(lambda by: _end(load, replicas(share, by)), wall))

    parts = _parts(load, load.tokens, seconds)
    return min(map(scaled, _SHARES), key=lambda made: _unlike(load, made, parts))


def _end(load: Load, replicas: Replicas) -> float:
    return generated(load, load.tokens, Machines(replicas=replicas))[0].ends[-1]


def _unlike(load: Load, replicas: Replicas, parts: Pair) -> float:
    """How far the parts of simulated answers are from these, in seconds of a mean answer, squared."""
    driven, _ = generated(load, load.tokens, Machines(replicas=replicas))
    found = _parts(load, load.tokens, driven.took)
    means = [sum(pair[side] for pair in load.tokens) / len(load.tokens) for side in (0, 1)]
    return sum(((one - other) * mean) ** 2 for one, other, mean in zip(found, parts, means, strict=True))


def _parts(load: Load, tokens: Sequence[Pair], seconds: Sequence[float]) -> Pair:
    """Seconds of an answer for each token in and for each token out, none below zero, beside a constant part."""
    import numpy as np
    from scipy.optimize import nnls

    columns = np.array([(1.0, taken * (1 - load.cached), made) for taken, made in tokens])
    scale = np.maximum(columns.max(axis=0), 1.0)
    found, _ = nnls(columns / scale, np.array(seconds))
    _, read, written = found / scale
    return float(read), float(written)


# -- scaling


def _seconds(load: Load, machines: Machines) -> float:
    return simulate(load, machines).seconds


def _scaled(taken: Callable[[float], float], wall: float) -> float:
    """The factor with which something takes so long, to which it is nearly in proportion."""
    by = 1.0
    for _ in range(_ROUNDS):
        by *= wall / taken(by)
    return by


def _scaled_up(taken: Callable[[float], float], wall: float) -> float:
    """The same from below, for what only comes on top."""
    low, high = 0.0, 1.0
    while taken(high) < wall:
        low, high = high, 2 * high
    for _ in range(2 * _ROUNDS):
        middle = (low + high) / 2
        low, high = (middle, high) if taken(middle) < wall else (low, middle)
    return (low + high) / 2
