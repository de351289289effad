"""The stages of a run one after the other, as the pipeline does them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

from bench.capacity.driving import Driven, drive
from bench.capacity.records import Driver, Forecast, Hosts, Load, Machines, Pair, StageForecast, check
from bench.capacity.stations import Host, Replica

HOUR = 3600.0
CHUNK = 64  # rows that a scoring process takes at a time, as `bench.stages.score`
FULL = 0.75  # a resource that works so much of the time is what holds a stage up

REMEDIES: Mapping[str, str] = {
    "driver": "more machines do not help, sharing the run out by --shard does",
    "replicas": "more of them, or quicker ones, shorten it",
    "cores": "more hosts, or more cores, shorten it",
    "processes": "more of them shorten it",
    "slots": "the programs wait more than they compute; more jobs at once on a host shorten it",
}
"""What helps against a busy resource; the first one that is full is told."""


def simulate(load: Load, machines: Machines, *, seed: int = 0) -> Forecast:
    """The forecast; the same for the same arguments.

    Raises:
        UserError: something is to be done and nothing tells how much it takes, or on what.
    """
    check(load, machines)
    draw = random.Random(seed)  # noqa: S311 - which of the measured pieces come when
    stages = tuple(stage for stage in _stages(load, machines, draw) if stage.pieces or stage.seconds)
    seconds = sum(stage.seconds for stage in stages)
    return Forecast(stages=stages, cost=machines.price * seconds / HOUR, bottleneck=_bottleneck(stages))


def _stages(load: Load, machines: Machines, draw: random.Random) -> Iterator[StageForecast]:
    yield _start(load, machines)
    yield _generate(load, machines, draw)
    yield _execute(load, machines, draw)
    yield _score(load, machines.driver)


def _start(load: Load, machines: Machines) -> StageForecast:
    """Replicas and hosts start side by side."""
    replicas = machines.replicas.start if load.prompts else 0.0
    hosts = machines.hosts.start if load.executions else 0.0
    return StageForecast(name="start", seconds=max(replicas, hosts))


def _generate(load: Load, machines: Machines, draw: random.Random) -> StageForecast:
    driven, stations = generated(load, _drawn(load.tokens, load.prompts, draw), machines)
    worked = sum(station.worked for station in stations)
    return _stage("generate", driven, machines.driver, {"replicas": (worked, machines.replicas.count)})


def generated(load: Load, prompts: Sequence[Pair], machines: Machines) -> tuple[Driven, Sequence[Replica]]:
    """What came of these prompts, in this order."""
    read = 1.0 - load.cached
    stations = [Replica(machines.replicas) for _ in range(min(machines.replicas.count, len(prompts)))]
    pieces = [(taken * read, made) for taken, made in prompts]
    return drive(stations, machines.replicas.in_flight, pieces, machines.driver), stations


def _execute(load: Load, machines: Machines, draw: random.Random) -> StageForecast:
    given = machines.hosts
    again = _programs(load, draw)
    pieces = [_in_trouble(work, given) if draw.random() < given.slow else work for work in again]
    stations = [Host(given.cores) for _ in range(min(given.count, len(pieces)))]
    driven = drive(stations, given.slots, pieces, machines.driver, again=again if given.slow else None)
    worked = sum(station.worked for station in stations)
    resources = {"cores": (worked, given.count * given.cores), "slots": (sum(driven.took), given.count * given.slots)}
    return _stage("execute", driven, machines.driver, resources)


def _programs(load: Load, draw: random.Random) -> list[Pair]:
    """Those that wait long first, as the pipeline does where it knows, and the others mixed."""
    drawn = [pair for found in load.executions.values() for pair in _drawn(found.seconds, found.count, draw)]
    draw.shuffle(drawn)
    drawn.sort(key=lambda pair: -pair[1])
    return drawn


def _drawn(measured: Sequence[Pair], count: int, draw: random.Random) -> list[Pair]:
    """Each measured piece as often as every other, and those that are left over by chance, in a mixed order."""
    if not count:
        return []
    drawn = [*measured] * (count // len(measured)) + draw.sample(measured, count % len(measured))
    draw.shuffle(drawn)
    return drawn


def _in_trouble(work: Pair, hosts: Hosts) -> Pair:
    """The host is slow at it without being busy with it, as with a bad disk."""
    cpu, waiting = work
    return cpu, waiting + (hosts.slow_times - 1) * (cpu + waiting)


def _score(load: Load, driver: Driver) -> StageForecast:
    chunks = [CHUNK] * (load.rows // CHUNK) + ([load.rows % CHUNK] if load.rows % CHUNK else [])
    station = Host(driver.processes)
    driven = drive([station], driver.processes, [(rows * load.row_seconds, 0.0) for rows in chunks], driver)
    return _stage("score", driven, driver, {"processes": (station.worked, driver.processes)})


def _stage(name: str, driven: Driven, driver: Driver, resources: Mapping[str, Pair]) -> StageForecast:
    """What a stage came to; a resource is what it worked, and how many of it there are."""
    ends = driven.ends
    seconds = ends[-1] if ends else 0.0
    every = {**resources, "driver": ((len(ends) + driven.copies) * driver.piece, float(driver.shards))}
    busy = {what: min(1.0, worked / (count * seconds)) for what, (worked, count) in every.items()} if seconds else {}
    return StageForecast(
        name=name,
        seconds=seconds,
        pieces=len(ends),
        busy=busy,
        last=seconds - ends[int(0.99 * len(ends)) - 1] if len(ends) >= 100 else 0.0,
        copies=driven.copies,
    )


def _bottleneck(stages: Sequence[StageForecast]) -> str:
    """The longest stage, and the resource that works most in it."""
    if not stages:
        return "there is nothing to do"
    longest, whole = max(stages, key=lambda stage: stage.seconds), sum(stage.seconds for stage in stages)
    share = f"{longest.name} takes {100 * longest.seconds / whole:.0f} % of the time"
    if not longest.busy:
        return f"{share}: the machines start longer than they work; fewer of them do as well"
    for resource, remedy in REMEDIES.items():
        if (busy := longest.busy.get(resource, 0.0)) >= FULL:
            return f"{share}: its {resource} {_verb(resource)} {100 * busy:.0f} % busy; {remedy}"
    if longest.last > longest.seconds / 4:
        return f"{share}: the last hundredth of its pieces takes {100 * longest.last / longest.seconds:.0f} % of that"
    return f"{share}: nothing is busy all the time; there is too little work for so many machines"


def _verb(resource: str) -> str:
    return "is" if resource == "driver" else "are"
