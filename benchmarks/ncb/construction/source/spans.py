"""Where a test stands in its file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """One test.

    Attributes:
        name: as in `TestRun.test`.
        start, end: characters of the file; decorators, annotations and comments directly above belong to it.
        source: the text between them.
    """

    name: str
    start: int
    end: int
    source: str


@dataclass(frozen=True, slots=True)
class Span:
    """A test among its neighbours.

    Attributes:
        body: where the body begins that it stands in; the same for its neighbours.
        siblings: how many statements that body has.
        hidden: whether a later test of the same name takes its place.
    """

    unit: Unit
    body: int
    siblings: int
    hidden: bool = False
