"""Trials in, observations out: what a runner says of each test, typed and bounded, and how its process ended."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Any

from bench.records import Coverage, Ended, Json, Observation, Outcome, TestRun, Trial, Verdict, to_plain
from bench.sandbox.exam import Contradiction
from bench.sandbox.jobs import trial_sha256
from bench.sandbox.languages import Refused, TrialSheet
from bench.sandbox.running import Kind, Place, Settled, run_all
from bench.sandbox.session import OUTPUT, REASON, Channel, Stop, Stopped, Talk, converse, shortened

NAME, TEXT, VALUE = 300, 2_000, 10_000  # characters of a name, of an exception's text, of a compared value
TOUCHED = frozenset({"network", "clock", "sleep", "random"})
STOPPED: Mapping[Stop, Ended] = MappingProxyType(
    {
        Stop.WALL: Ended.TIMEOUT,
        Stop.PROCESSOR: Ended.TIMEOUT,
        Stop.MEMORY: Ended.OUT_OF_MEMORY,
        Stop.OUTPUT: Ended.CRASHED,
        Stop.EXIT: Ended.CRASHED,
        Stop.CONTRADICTION: Ended.CRASHED,
    }
)
REFUSED: Mapping[Verdict, Ended] = MappingProxyType({Verdict.COMPILE_ERROR: Ended.COMPILE_ERROR})


def observe_trials(place: Place, trials: Iterable[Trial], workers: int) -> Iterator[Observation]:
    """One observation for each trial; see `run_all`."""
    return run_all(TRIALS, place, trials, workers)


@dataclass(slots=True)
class _Notes:
    """What was heard so far; kept, however the process ends."""

    runs: list[TestRun] = field(default_factory=list)
    coverage: Coverage | None = None


def _sheet(place: Place, trial: Trial, sha256: str) -> TrialSheet | Settled[Observation]:
    make = place.languages[trial.language].trial_sheet
    if not trial.files or make is None:
        reason = "no code in the solution" if make else f"no trials in {trial.language}"
        return Settled(_observation(trial, Ended.CANNOT_LOAD, reason, sha256))
    sheet = make(trial, place.compiler)
    if isinstance(sheet, Refused):
        ended = REFUSED.get(sheet.verdict, Ended.CANNOT_LOAD)
        return Settled(_observation(trial, ended, sheet.reason, sha256, output=sheet.output))
    return sheet


def _hold(channel: Channel, trial: Trial, sheet: TrialSheet, sha256: str) -> Observation:
    began, notes = time.monotonic(), _Notes()
    talk = Talk(channel, began + trial.limits.wall_seconds, most=trial.limits.output_mb << 20)
    found = converse(talk, trial.limits, partial(_listen, trial, sheet, notes))
    ended, reason = (STOPPED[found.stop], found.reason) if isinstance(found, Stopped) else found
    return _observation(
        trial, ended, reason, sha256, notes=notes, output=channel.output(), seconds=time.monotonic() - began
    )


def _listen(trial: Trial, sheet: TrialSheet, notes: _Notes, talk: Talk) -> tuple[Ended, str | None] | Stopped:
    talk.say(sheet.solution)
    loaded = talk.hear()
    if loaded is None:
        return talk.ended_early("before the solution was loaded")
    if "failed" in loaded:
        return Ended.CANNOT_LOAD, f"the solution cannot be loaded: {_text(loaded['failed'], REASON)}"
    talk.say({**sheet.tests, **_rounds(trial)})
    while (message := talk.hear()) is not None:
        if "unloadable" in message:
            return Ended.CANNOT_LOAD, f"the test file cannot be loaded: {_text(message['unloadable'], REASON)}"
        if "done" in message:
            talk.end()
            return Ended.WHOLE, None
        _note(trial, notes, message)
    return talk.ended_early("before its tests were done")


def _rounds(trial: Trial) -> Json:
    return {
        "rounds": to_plain(trial.rounds),
        "test_seconds": trial.test_seconds,
        "slow_seconds": trial.slow_seconds,
    }


def _note(trial: Trial, notes: _Notes, message: Json) -> None:
    if "coverage" in message:
        notes.coverage = Coverage(**_checked(message["coverage"], COVERED))
    elif "run" in message:
        notes.runs.append(_run(trial, message["run"]))
    else:
        raise Contradiction("a message of no known kind")


def _run(trial: Trial, said: Any) -> TestRun:
    run = TestRun(**_checked(said, RAN))
    if run.round not in {one.name for one in trial.rounds}:
        raise Contradiction("a test of no round that was asked for")
    return run


def _checked(said: Any, fields: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    if not isinstance(said, dict) or (lacking := fields.keys() - said.keys() - OPTIONAL):
        raise Contradiction(f"a message without {min(lacking) if isinstance(said, dict) else 'fields'}")
    return {name: check(said[name]) for name, check in fields.items() if name in said}


def _observation(
    trial: Trial,
    ended: Ended,
    reason: str | None,
    sha256: str,
    *,
    notes: _Notes | None = None,
    output: str = "",
    seconds: float | None = None,
) -> Observation:
    return Observation(
        sample_id=trial.sample_id,
        variant=trial.variant,
        ended=ended.value,
        reason=None if reason is None else _text(reason, REASON),
        runs=tuple(notes.runs) if notes else (),
        coverage=notes.coverage if notes else None,
        output=shortened(output, OUTPUT),
        seconds=seconds,
        trial_sha256=sha256,
    )


def _failed(trial: Trial, reason: str, sha256: str) -> Observation:
    return _observation(trial, Ended.SANDBOX_ERROR, reason, sha256)


TRIALS: Kind[Trial, TrialSheet, Observation] = Kind(sha256=trial_sha256, sheet=_sheet, hold=_hold, failed=_failed)


# What a runner says is not believed to be of the right shape: a lie may be wrong, it may not break anything.


def _text(value: Any, most: int) -> str:
    """One line of at most so many characters, which can be written as UTF-8."""
    if not isinstance(value, str):
        raise Contradiction("a number where a text should be")
    return shortened(" ".join(value.encode("utf-8", "replace").decode().split()), most)


def _value(value: Any) -> str | None:
    """The text of a value; what is longer than it may be ends in dots, and can be no literal."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise Contradiction("a number where a text should be")
    text = value.encode("utf-8", "replace").decode()
    return text if len(text) <= VALUE else f"{text[:VALUE]}..."


def _outcome(value: Any) -> str:
    if value not in tuple(Outcome):
        raise Contradiction("an outcome that there is not")
    return str(value)


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 1 << 31:
        raise Contradiction("no number where one should be")
    return value


def _seconds(value: Any) -> float:
    if type(value) not in {int, float} or not math.isfinite(value) or value < 0:
        raise Contradiction("no time where one should be")
    return float(value)


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise Contradiction("no list where one should be")
    return tuple(_text(one, NAME) for one in value)


def _tests(value: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise Contradiction("no table where one should be")
    return {_text(name, NAME): _texts(reached) for name, reached in value.items()}


RAN: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "round": partial(_text, most=NAME),
        "test": partial(_text, most=NAME),
        "outcome": _outcome,
        "raised": partial(_text, most=NAME),
        "message": partial(_text, most=TEXT),
        "line": lambda value: None if value is None else _count(value),
        "operator": partial(_text, most=NAME),
        "left": _value,
        "right": _value,
        "seconds": _seconds,
        "touched": lambda value: tuple(one for one in _texts(value) if one in TOUCHED),
    }
)
COVERED: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {"lines": _texts, "branches": _texts, "tests": _tests, "branches_taken": _count, "branches_all": _count}
)
OPTIONAL = frozenset({"raised", "message", "line", "operator", "left", "right", "seconds", "touched"})
