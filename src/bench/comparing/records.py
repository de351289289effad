"""Two runs on the samples that they share: paired differences by task and by average."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """B less A on the samples that both hold. Scores are per cent; a sample without a verdict counts 0 in both.

    Attributes:
        kind: `overall` or `task`.
        name: as result.json has it.
        n: shared samples.
        clusters: resampled units among them.
        a, b: the means over the shared samples.
        difference: b - a, with standard error and 95 % interval.
        p_value: two-sided; `p_holm` after Holm's correction over the tasks (None for averages).
        better, worse: samples whose value rose and fell.
        detectable: the smallest true difference that such a comparison shows in four of five cases.
    """

    kind: str
    name: str
    n: int
    clusters: int
    a: float
    b: float
    difference: float
    stderr: float | None
    low: float
    high: float
    p_value: float | None
    p_holm: float | None
    better: int
    worse: int
    detectable: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The whole comparison.

    Attributes:
        a, b: labels of the runs.
        overall: averages that both runs have; tasks: the tasks that they share.
        headline: the difference that the sentence and the gate are about.
        sentence: in plain words.
        remarks: what was left out, and what a reader must know.
    """

    benchmark: str
    a: str
    b: str
    overall: tuple[Difference, ...]
    tasks: tuple[Difference, ...]
    headline: Difference
    sentence: str
    remarks: tuple[str, ...] = ()
