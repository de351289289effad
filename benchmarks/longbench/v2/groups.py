"""The six groups of questions that LongBench v2 reports: all, by difficulty, by length.

Every question belongs to three of them. Counts of the published 503 are those of the paper's table 1 and of its data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from bench.errors import UserError, did_you_mean

OVERALL = "overall"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group.

    Attributes:
        key: of a row, whose value is the group's name; empty for all questions.
        rows: published questions in it.
    """

    name: str
    key: str = ""
    rows: int

    @property
    def category(self) -> str:
        """What tables say above it."""
        return self.key.capitalize() or "All questions"


GROUPS: Mapping[str, Group] = MappingProxyType(
    {
        group.name: group
        for group in (
            Group(name=OVERALL, rows=503),
            Group(name="easy", key="difficulty", rows=192),
            Group(name="hard", key="difficulty", rows=311),
            Group(name="short", key="length", rows=180),
            Group(name="medium", key="length", rows=215),
            Group(name="long", key="length", rows=108),
        )
    }
)
NAMES: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        key: tuple(group.name for group in GROUPS.values() if group.key == key)
        for key in dict.fromkeys(group.key for group in GROUPS.values() if group.key)
    }
)
"""The names that a row's `difficulty` and `length` may have."""
PUBLISHED: Mapping[str, int] = MappingProxyType({name: group.rows for name, group in GROUPS.items()})


def groups_of(row: Mapping[str, Any]) -> Iterator[str]:
    """The groups of a question.

    As in the authors' result.py, what is not easy is hard, and what is neither short nor medium is long; a row without
    the key belongs to neither, where they stop.
    """
    yield OVERALL
    for key, names in NAMES.items():
        if key in row:
            yield row[key] if row[key] in names else names[-1]


def chosen_groups(wanted: Sequence[str] | None) -> tuple[str, ...]:
    """The groups that `--tasks` names, in the order of tables; none where it names all questions.

    Raises:
        UserError: one of them is no group.
    """
    for name in wanted or ():
        if name not in GROUPS:
            raise UserError(f"longbench-v2 has no task {name!r}{did_you_mean(name, GROUPS)}")
    if wanted is None or OVERALL in wanted:
        return ()
    return tuple(name for name in GROUPS if name in wanted)


def belongs(row: Mapping[str, Any], chosen: Sequence[str]) -> bool:
    """Whether a question is chosen, for every key that any chosen group has.

    `easy,hard,short` are the short questions of either difficulty.
    """
    for key, names in NAMES.items():
        among = [name for name in names if name in chosen]
        if among and row[key] not in among:
            return False
    return True
