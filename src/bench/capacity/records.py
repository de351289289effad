"""What a simulation is given, and what it finds. Times are seconds, prices USD."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.errors import UserError

Pair = tuple[float, float]
"""Of a prompt its tokens in and out; of an execution its seconds of CPU and of waiting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Executions:
    """Programs of one language.

    Attributes:
        count: how many are run.
        seconds: of CPU and of waiting, container included, of each that was measured; those to run are drawn from them.
    """

    count: int
    seconds: Sequence[Pair]


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What there is to do.

    Attributes:
        prompts: all attempts and steps.
        tokens: in and out, of each prompt that was measured; those to send are drawn from them.
        cached: share of the tokens in, in [0, 1], that a prefix cache answers since prompts share documents.
        executions: by language.
        rows: to score.
        row_seconds: of one row on one core.
    """

    prompts: int = 0
    tokens: Sequence[Pair] = ()
    cached: float = 0.0
    executions: Mapping[str, Executions] = field(default_factory=dict)
    rows: int = 0
    row_seconds: float = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Replicas:
    """Servers of a model.

    Attributes:
        prefill: tokens of prompts a second, of one replica that does nothing else.
        chunk: tokens of prompts that it reads in a step in which it also writes a token of each answer (vLLM:
            `--max-num-batched-tokens`).
        decode: (answers under way, seconds for the next token of each), in ascending order: between two points on the
            line between them; below the first one as there, above the last one the replica makes no more tokens a
            second.
        in_flight: requests at a time, of one replica.
        price: of one replica for an hour.
        start: seconds until it answers.
    """

    count: int = 1
    prefill: float = 10_000.0
    chunk: int = 2048
    decode: Sequence[tuple[float, float]] = ((32, 0.02),)
    in_flight: int = 128
    price: float = 0.0
    start: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosts:
    """Machines on which programs are run.

    Attributes:
        cores: of one host.
        jobs: programs at a time on one host; None for three a core, as the sandbox does it.
        price: of one host for an hour.
        start: seconds until it takes work.
        slow: share of the programs, in [0, 1], that meet a host in trouble.
        slow_times: how many times as long these take there.
    """

    count: int = 1
    cores: float = 2.0
    jobs: int | None = None
    price: float = 0.0
    start: float = 0.0
    slow: float = 0.0
    slow_times: float = 10.0

    @property
    def slots(self) -> int:
        """Programs at a time on one host."""
        return max(1, round(self.cores * 3)) if self.jobs is None else self.jobs


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """The process that hands work out and writes down what comes back.

    Attributes:
        piece: seconds that one piece of work takes of it, handed out and written down.
        shards: how many such processes share the run, each with its part of the work (`--shard`).
        processes: in which rows are scored.
    """

    piece: float = 0.001
    shards: int = 1
    processes: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Machines:
    """On what it is done; all of them are paid from the start to the end of the run."""

    replicas: Replicas = field(default_factory=Replicas)
    hosts: Hosts = field(default_factory=Hosts)
    driver: Driver = field(default_factory=Driver)

    @property
    def price(self) -> float:
        """Of all of them for an hour."""
        return self.replicas.count * self.replicas.price + self.hosts.count * self.hosts.price


@dataclass(frozen=True, slots=True, kw_only=True)
class StageForecast:
    """One stage.

    Attributes:
        seconds: of wall time.
        pieces: of work.
        busy: share of its time in [0, 1] in which each resource worked.
        last: seconds in which the last hundredth of the pieces came back.
        copies: pieces that were issued a second time.
    """

    name: str
    seconds: float
    pieces: int = 0
    busy: Mapping[str, float] = field(default_factory=dict)
    last: float = 0.0
    copies: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """A run that is not made.

    Attributes:
        stages: in their order.
        cost: USD.
        bottleneck: where it is held up, in one sentence.
    """

    stages: tuple[StageForecast, ...]
    cost: float
    bottleneck: str

    @property
    def seconds(self) -> float:
        """Of wall time, all stages."""
        return sum(stage.seconds for stage in self.stages)


def check(load: Load, machines: Machines) -> None:
    """Refuse what cannot be simulated.

    Raises:
        UserError: work without anything to do it on, or without its size.
    """
    sized = [("prompts", load.prompts, load.tokens, "--tokens-in and --tokens-out")]
    sized += [
        (f"{name} executions", found.count, found.seconds, "--cpu-seconds") for name, found in load.executions.items()
    ]
    for name, count, sizes, option in sized:
        if count and not sizes:
            raise UserError(f"{name}: nothing tells how much one takes; give {option}, or a run folder that has some")
    counts = (machines.replicas.count, machines.hosts.count, machines.driver.shards, machines.driver.processes)
    if min(counts) < 1 or min(machines.replicas.in_flight, machines.hosts.slots) < 1 or machines.hosts.cores <= 0:
        raise UserError("replicas, hosts, cores, shards and what runs at a time must be at least 1")
    if min(machines.replicas.prefill, machines.replicas.chunk) <= 0 or any(
        seconds <= 0 for _, seconds in machines.replicas.decode
    ):
        raise UserError("the speed of a replica must be above 0")
