"""Verdicts become scores. Nothing is run here: executions are read, and whatever they lack is a score without value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bench.benchmarks.ncb.extraction import Extracted
from bench.benchmarks.ncb.jobs import REFERENCE, TRIVIALLY, extracted
from bench.benchmarks.ncb.problems import (
    INPUT_FILES,
    LIBRARIES,
    MISALIGNED,
    VACUOUS_WITHOUT_INPUTS,
    Status,
)
from bench.records import Completion, Execution, Sample, Score, Verdict

NAMED_TESTS = 20  # that a trivial solution passes
VERDICTS = frozenset(Verdict)


def score_sample(
    sample: Sample, completions: Sequence[Completion], executions: Sequence[Execution], *, has_inputs: bool
) -> list[Score]:
    """The score of each attempt; a sample without any completion gets one that is not judged."""
    found = {item.key: item for item in executions if _is_usable(item)}
    shared = _of_problem(sample, found, has_inputs=has_inputs)
    if not completions:
        return [Score(sample_id=sample.id, task=sample.task, value=None, reason="no completion", detail=shared)]
    return [_score(sample, completion, found, shared) for completion in completions]


def _is_usable(item: Execution) -> bool:
    """Whether a line of executions.jsonl says what it has to; one that does not is as good as none."""
    fields: Sequence[object] = (item.sample_id, item.attempt, item.extractor, item.verdict)
    return all(isinstance(value, str | int) for value in fields) and item.verdict in VERDICTS


Found = Mapping[tuple[str, int, str], Execution]


def _score(sample: Sample, completion: Completion, found: Found, shared: Mapping[str, Any]) -> Score:
    if completion.error is not None:
        return _not_judged(sample, completion, completion.error, shared)
    official, robust = extracted(sample, completion.text)
    run = found.get((sample.id, completion.attempt, "official"))
    also = run if robust.files == official.files else found.get((sample.id, completion.attempt, "robust"))
    value, robust_value = value_of(run), value_of(also)
    return Score(
        sample_id=sample.id,
        task=sample.task,
        attempt=completion.attempt,
        value=value,
        answer=_shown(official),
        also={} if robust_value is None else {"robust": robust_value},
        reason=_reason(run),
        raised=official.raised,
        verdict=None if run is None else run.verdict,
        detail={
            **shared,
            "robust_verdict": None if also is None else also.verdict,
            "answered": bool(completion.text),
            "cut": completion.finish_reason == "length",
            "lost_to_format": value == 0.0 and robust_value == 1.0,
        },
    )


def _not_judged(sample: Sample, completion: Completion, reason: str, shared: Mapping[str, Any]) -> Score:
    return Score(
        sample_id=sample.id,
        task=sample.task,
        attempt=completion.attempt,
        value=None,
        reason=reason,
        detail={**shared, "answered": False, "cut": False, "lost_to_format": False},
    )


def value_of(run: Execution | None) -> float | None:
    """1 for a pass, 0 for any other verdict on the code, None where there is none."""
    if run is None or run.verdict == Verdict.SANDBOX_ERROR:
        return None
    return 1.0 if run.verdict == Verdict.PASSED else 0.0


def _reason(run: Execution | None) -> str | None:
    if run is None:
        return "not executed: run the stage `execute`, or `bench score` on a machine with a sandbox"
    if run.verdict == Verdict.PASSED:
        return None
    first = next(iter(str(run.reason or "").splitlines()), "").strip()
    return f"{run.verdict}: {first}" if first else run.verdict


def _shown(code: Extracted) -> str:
    """The code that was run, as a reader wants to see it."""
    if len(code.files) == 1:
        return next(iter(code.files.values()))
    return "\n".join(f"// {name}\n{content}" for name, content in code.files.items())


def _of_problem(sample: Sample, found: Found, *, has_inputs: bool) -> dict[str, Any]:
    """What is said of the problem beside every answer to it."""
    reference, trivial = (found.get((sample.id, 0, name)) for name in (REFERENCE, TRIVIALLY))
    return {
        "status": str(status_of(sample, reference, trivial, has_inputs=has_inputs)),
        "trivial_tests": _passed(trivial)[:NAMED_TESTS],
        "classification": sample.metadata.get("classification"),
        "natural_language": sample.metadata.get("natural_language"),
    }


def _passed(run: Execution | None) -> list[str]:
    tests: Iterable[tuple[str, str]] = () if run is None or not isinstance(run.tests, Mapping) else run.tests.items()
    return [name for name, outcome in tests if outcome == Verdict.PASSED]


def status_of(sample: Sample, reference: Execution | None, trivial: Execution | None, *, has_inputs: bool) -> Status:
    """Whether a verdict on this problem says anything: what the gate came to, and what is known of the problem."""
    published = bool(sample.metadata.get("published"))
    key = f"{sample.language}/{sample.metadata.get('problem')}" if published else ""
    solved = value_of(reference)
    if solved is None:
        return Status.MISALIGNED if key in MISALIGNED else Status.UNKNOWN
    if not solved:
        return _why_unsolved(key, has_inputs=has_inputs)
    if value_of(trivial) == 1.0 or (key in VACUOUS_WITHOUT_INPUTS and not has_inputs):
        return Status.VACUOUS
    return Status.MISALIGNED if key in MISALIGNED else Status.VALID


def _why_unsolved(key: str, *, has_inputs: bool) -> Status:
    if key in INPUT_FILES and not has_inputs:
        return Status.NEEDS_INPUTS
    return Status.NEEDS_LIBRARY if key in LIBRARIES else Status.REFERENCE_FAILS
