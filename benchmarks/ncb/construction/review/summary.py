"""What a review came to: decisions by kind, and the time that people spent, so that a speed-up can be stated."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bench.benchmarks.ncb.construction.records import Decision, Question
from bench.benchmarks.ncb.construction.review.session import Session, State


def summary(session: Session, *, by_hand: float | None = None) -> dict[str, Any]:
    """As plain data; times are null where none was measured.

    `minutes_a_problem` is all the time that people spent, also on problems that were dropped, over the problems that
    were asked about, are settled and stay: the price of one that can be published.

    Args:
        by_hand: minutes that making one problem takes without this tool, for `speed_up`.
    """
    state, decisions = session.state(), session.decisions()
    minutes = sum(state.seconds.values()) / 60
    kept = _kept(session.questions, state)
    each = minutes / len(kept) if minutes and kept else None
    return {
        "questions": len(session.questions),
        "left": len(state.open),
        "problems": _problems(session.questions, state),
        "kinds": _kinds(session.questions, state, _seconds(decisions)),
        "minutes": minutes,
        "kept_problems": len(kept),
        "minutes_a_problem": each,
        "minutes_by_hand": by_hand,
        "speed_up": by_hand / each if by_hand and each else None,
    }


def _seconds(decisions: Sequence[Decision]) -> Mapping[str, float]:
    """Time on each question, looking and taking back included."""
    spent: dict[str, float] = defaultdict(float)
    for decision in decisions:
        spent[decision.question] += decision.seconds
    return spent


def _kept(questions: Iterable[Question], state: State) -> set[str]:
    """Problems that were asked about, with nothing left to decide, and not dropped."""
    questions = list(questions)
    dropped = {one.problem for one in questions if _choice(state, one) == "drop_problem"}
    left = {one.problem for one in questions if one.id in set(state.open)}
    return {one.problem for one in questions} - dropped - left


def _choice(state: State, question: Question) -> str | None:
    return state.decided[question.id].choice if question.id in state.decided else None


def _problems(questions: Sequence[Question], state: State) -> dict[str, Any]:
    asked = Counter(question.problem for question in questions)
    left = Counter(question.problem for question in questions if question.id in set(state.open))
    return {
        problem: {"questions": number, "left": left[problem], "minutes": state.seconds.get(problem, 0.0) / 60}
        for problem, number in asked.items()
    }


def _kinds(questions: Sequence[Question], state: State, spent: Mapping[str, float]) -> dict[str, Any]:
    by_kind: dict[str, list[Question]] = defaultdict(list)
    for question in questions:
        by_kind[question.kind].append(question)
    return {
        kind: {
            "questions": len(found),
            "left": sum(question.id in set(state.open) for question in found),
            "median_seconds": _median(spent.get(one.id, 0.0) for one in found if one.id in state.decided),
            "decisions": dict(Counter(choice for one in found if (choice := _choice(state, one)))),
        }
        for kind, found in by_kind.items()
    }


def _median(seconds: Iterable[float]) -> float | None:
    """Of the questions whose time is known."""
    known = [one for one in seconds if one]
    return statistics.median(known) if known else None
