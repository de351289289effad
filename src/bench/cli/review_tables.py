"""The tables of `bench review --summary`."""

from __future__ import annotations

from typing import Any

from bench.cli.cells import NOTHING, new_table
from bench.cli.output import printable
from bench.cli.tables import console


def print_summary(told: dict[str, Any]) -> None:
    """What was decided and how long it took, by kind and by problem."""
    screen = console()
    kinds = new_table("kind", "decisions", "questions", "left", "median seconds", texts=2)
    for name, kind in told["kinds"].items():
        decisions = ", ".join(f"{number} {choice}" for choice, number in kind["decisions"].items()) or NOTHING
        kinds.add_row(name, decisions, str(kind["questions"]), str(kind["left"]), _number(kind["median_seconds"]))
    screen.print(kinds)
    problems = new_table("problem", "questions", "left", "minutes")
    for name, problem in told["problems"].items():
        cells = str(problem["questions"]), str(problem["left"]), _number(problem["minutes"] or None)
        problems.add_row(printable(name), *cells)
    screen.print(problems)
    screen.print(_told(told), soft_wrap=True)


def _told(told: dict[str, Any]) -> str:
    each, by_hand = told["minutes_a_problem"], told["minutes_by_hand"]
    parts = [f"{told['left']} of {told['questions']} questions left", f"{_number(told['minutes'])} minutes in all"]
    if each is not None:
        parts.append(f"{_number(each)} a problem that stays ({told['kept_problems']})")
    if told["speed_up"] is not None:
        parts.append(f"{_number(told['speed_up'])} times as fast as {_number(by_hand)} minutes by hand")
    return ", ".join(parts)


def _number(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.1f}"
