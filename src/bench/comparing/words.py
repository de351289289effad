"""What a comparison came to, in plain words."""

from __future__ import annotations

from collections.abc import Sequence

from bench.comparing.headline import SHARED
from bench.comparing.records import Difference

SIGNIFICANT = 0.05
NAMED = 5  # tasks that a sentence names


def sentence(a: str, b: str, headline: Difference, tasks: Sequence[Difference]) -> str:
    """The headline, then how many tasks differ after Holm's correction."""
    return f"{_headline(a, b, headline)} {_tasks(b, tasks)}".strip()


def _headline(a: str, b: str, found: Difference) -> str:
    over = f"over their {SHARED}" if found.name == SHARED else f"on {found.name}"
    interval, p = f"{found.low:.2f} to {found.high:.2f}", p_in_words(found.p_value)
    if found.better == found.worse == 0:
        return f"{b} and {a} have the same value on every one of the {found.n} shared samples {over}."
    if found.low <= 0 <= found.high:
        end = f"the 95 % interval {interval} holds zero, {p}{_doubt(found) or _shows(found)}"
        return f"{b} and {a} cannot be told apart {over} ({found.difference:+.2f} points): {end}."
    more = "higher" if found.difference > 0 else "lower"
    points = f"{abs(found.difference):.2f} points {more} than {a}"
    return f"{b} scores {points} {over}: the 95 % interval {interval} excludes zero, {p}{_doubt(found)}."


def _doubt(found: Difference) -> str:
    """Interval and test rest on different assumptions, and may disagree where the case is close."""
    holds_zero = found.low <= 0 <= found.high
    if found.p_value is None or (found.p_value >= SIGNIFICANT) == holds_zero:
        return ""
    return (
        f"; the permutation test {'says otherwise' if holds_zero else 'does not confirm it'}, so take it for undecided"
    )


def _shows(found: Difference) -> str:
    if found.detectable is None:
        return ""
    return f"; these samples show true differences of {found.detectable:.2f} points and more in four of five cases"


def _tasks(b: str, tasks: Sequence[Difference]) -> str:
    """How many tasks moved, of those that can be told from chance; nothing of a single task."""
    if len(tasks) < 2:
        return ""
    sure = [task for task in tasks if task.p_holm is not None and task.p_holm < SIGNIFICANT]
    sides = [[task.name for task in sure if task.difference * sign > 0] for sign in (1, -1)]
    words = [f"{word} on {_named(names)}" for word, names in zip(("better", "worse"), sides, strict=True) if names]
    what = f"{b} is {' and '.join(words)}" if words else "none differs more than chance explains"
    return f"Of {len(tasks)} tasks, after Holm's correction, {what}."


def _named(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    more = f", ... ({len(names)} tasks)" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def p_in_words(p: float | None) -> str:
    """`p = 0.031`, or `p < 0.001`."""
    if p is None:
        return "no p-value"
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
