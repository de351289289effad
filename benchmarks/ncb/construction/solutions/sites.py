"""A place where a solution can be changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

NOTHING = "nothing"
"""The operator that lets a function give None or null: a test that only asks whether there is a value notices it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One place, one change.

    Attributes:
        kind: of change; several operators are of one kind.
        operator: what is changed into what.
        line: where it is.
        first_line: where the statement begins that it is in.
        scope: the function or method around it; empty at the top level.
        make: gives the file's text with the change; None where it cannot be made.
    """

    kind: str
    operator: str
    file: str
    line: int
    first_line: int
    scope: str
    make: Callable[[], str | None]

    @property
    def place(self) -> str:
        """`file:line`."""
        return f"{self.file}:{self.line}"

    @property
    def statement(self) -> str:
        """`file:line` of the statement's beginning."""
        return f"{self.file}:{self.first_line}"
