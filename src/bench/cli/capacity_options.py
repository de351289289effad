"""The options of `bench capacity`: tables, and what they make of the work and the machines of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import click

from bench.capacity.records import Executions, Load, Machines, Pair
from bench.cli.sections import Declared
from bench.errors import UserError, did_you_mean

COUNT: Mapping[str, Any] = MappingProxyType({"type": click.IntRange(min=1), "metavar": "N"})
SECONDS: Mapping[str, Any] = MappingProxyType({"type": click.FloatRange(min=0), "metavar": "S"})
ABOVE: Mapping[str, Any] = MappingProxyType({"type": click.FloatRange(min=0, min_open=True), "metavar": "X"})
SHARE: Mapping[str, Any] = MappingProxyType({"type": click.FloatRange(0, 1), "metavar": "0-1"})
USD: Mapping[str, Any] = MappingProxyType({"type": click.FloatRange(min=0), "metavar": "USD"})

WORK: tuple[Declared, ...] = (
    ("--samples", {**COUNT, "help": "Samples to answer and to score.  [default: the run's]"}),
    ("--attempts", {**COUNT, "help": "Answers to each of them.  [default: the run's, or 1]"}),
    ("--tokens-in", {**SECONDS, "metavar": "N", "help": "Of one prompt.  [default: as the run's prompts]"}),
    ("--tokens-out", {**SECONDS, "metavar": "N", "help": "Of one answer.  [default: as the run's answers]"}),
    ("--cached", {**SHARE, "help": "Share of the tokens in that a prefix cache answers."}),
    ("--executions", {**COUNT, "help": "Programs to run.  [default: the run's for each of its answers]"}),
    ("--cpu-seconds", {**SECONDS, "help": "That one program computes, its container included."}),
    ("--waiting-seconds", {**SECONDS, "help": "That one program waits besides."}),
)
MACHINES: tuple[Declared, ...] = (
    ("--replicas", {**COUNT, "default": 1, "show_default": True, "help": "Servers of the model."}),
    ("--prefill", {**ABOVE, "metavar": "N", "help": "Tokens of prompts that one replica reads in a second."}),
    (
        "--chunk",
        {**COUNT, "default": 2048, "show_default": True, "help": "Of these in one step; vLLM: max-num-batched-tokens."},
    ),
    ("--decode", {"metavar": "N=S,...", "help": "Seconds for a token where N answers are written: 1=0.01,64=0.02."}),
    ("--in-flight", {**COUNT, "help": "Requests at a time of one replica."}),
    ("--hosts", {**COUNT, "default": 1, "show_default": True, "help": "Machines that run programs."}),
    ("--cores", {**ABOVE, "help": "Of one host.  [default: the run's]"}),
    ("--jobs", {**COUNT, "help": "Programs at a time on one host.  [default: three a core]"}),
    ("--start-seconds", {**SECONDS, "default": 0.0, "help": "Until replicas and hosts take work."}),
    ("--stragglers", {**SHARE, "default": 0.0, "help": "Share of the programs that take ten times as long."}),
    (
        "--driver-seconds",
        {**SECONDS, "default": 0.001, "show_default": True, "help": "To hand out and write one piece."},
    ),
    ("--shards", {**COUNT, "default": 1, "show_default": True, "help": "Runs that share the work by --shard."}),
    ("--processes", {**COUNT, "help": "In which rows are scored.  [default: the run's]"}),
    ("--price-replica", {**USD, "default": 0.0, "help": "Of one replica for an hour."}),
    ("--price-host", {**USD, "default": 0.0, "help": "Of one host for an hour."}),
)
MEASURED: tuple[Declared, ...] = (
    ("--run-replicas", {**COUNT, "default": 1, "help": "Servers that answered in it."}),
    ("--run-hosts", {**COUNT, "help": "Machines that ran programs in it.  [default: as the run folder says]"}),
    ("--run-cores", {**ABOVE, "help": "Of one of these.  [default: as the run folder says]"}),
    ("--run-jobs", {**COUNT, "help": "Programs at a time on one of these.  [default: three a core]"}),
)

SWEPT = ("samples", "attempts", "executions", "replicas", "in_flight", "hosts", "cores", "jobs", "shards")
"""What `--sweep` may name."""

Options = Mapping[str, Any]


def sweep(text: str | None) -> list[dict[str, int]]:
    """What `hosts=1,10,100` stands for; one plan that changes nothing without it.

    Raises:
        UserError: it is none, or names no option.
    """
    if text is None:
        return [{}]
    name, _, values = text.partition("=")
    option = name.strip().removeprefix("--").replace("-", "_")
    able = [key.replace("_", "-") for key in SWEPT]
    if option not in SWEPT:
        raise UserError(f"--sweep {text}: no option --{name}{did_you_mean(name, able)}")
    try:
        counts = [int(value) for value in values.split(",")]
    except ValueError:
        counts = []
    if not counts or min(counts) < 1:
        raise UserError(f"--sweep {text}: write an option and its values, hosts=1,10,100")
    return [{option: count} for count in counts]


def planned_load(load: Load, attempts: int, options: Options) -> Load:
    """The work of a run, scaled to what is asked for.

    Args:
        load: of the run; empty without one.
        attempts: at each sample, in that run.
    """
    asked = options["attempts"] or attempts
    samples = options["samples"] or load.rows
    by = samples * asked / (load.rows * attempts) if load.rows else 0.0
    tokens = _pairs(load.tokens, options["tokens_in"], options["tokens_out"])
    prompts = round(load.prompts * by) if load.prompts else samples * asked
    return replace(
        load,
        prompts=prompts if tokens else 0,
        tokens=tokens,
        cached=_given(options["cached"], load.cached),
        executions=_executions(load, by, samples * asked, options),
        rows=samples,
    )


def _pairs(measured: Sequence[Pair], first: float | None, second: float | None) -> Sequence[Pair]:
    """Measured pairs, with what is given in place of what was measured."""
    if first is not None and second is not None:
        return [(first, second)]
    return [(_given(first, one), _given(second, other)) for one, other in measured]


def _executions(load: Load, by: float, answers: int, options: Options) -> Mapping[str, Executions]:
    """By language as in the run; without one all are of one kind."""
    waiting, cpu = options["waiting_seconds"], options["cpu_seconds"]
    if not load.executions:
        if cpu is None and options["executions"] is None:
            return {}
        seconds = [] if cpu is None else [(cpu, waiting or 0.0)]
        return {"programs": Executions(count=options["executions"] or answers, seconds=seconds)}
    if options["executions"] is not None:
        by = options["executions"] / sum(found.count for found in load.executions.values())
    return {
        name: Executions(count=round(found.count * by), seconds=_pairs(found.seconds, cpu, waiting))
        for name, found in load.executions.items()
    }


def planned_machines(machines: Machines, options: Options) -> Machines:
    """The machines of a run, as many as are asked for and with what is said of them."""
    start = options["start_seconds"]
    return Machines(
        replicas=_with(
            replace(machines.replicas, price=options["price_replica"], start=start),
            count=options["replicas"],
            prefill=options["prefill"],
            chunk=options["chunk"],
            decode=_decode(options["decode"]),
            in_flight=options["in_flight"],
        ),
        hosts=_with(
            replace(machines.hosts, price=options["price_host"], start=start, slow=options["stragglers"]),
            count=options["hosts"],
            cores=options["cores"],
            jobs=options["jobs"],
        ),
        driver=_with(
            machines.driver, piece=options["driver_seconds"], shards=options["shards"], processes=options["processes"]
        ),
    )


def _decode(text: str | None) -> tuple[tuple[float, float], ...] | None:
    """Points of `1=0.01,64=0.02`."""
    if text is None:
        return None
    try:
        pairs = [point.split("=") for point in text.split(",")]
        points = tuple(sorted((float(under_way), float(seconds)) for under_way, seconds in pairs))
    except ValueError:
        points = ()
    if not points or min(map(min, points)) <= 0:
        raise UserError(f"--decode {text}: write answers under way and seconds for a token, 1=0.01,64=0.02")
    return points


def _with(record: Any, **given: Any) -> Any:
    """The record with what was given."""
    return replace(record, **{name: value for name, value in given.items() if value is not None})


def _given(value: Any, otherwise: Any) -> Any:
    return otherwise if value is None else value
